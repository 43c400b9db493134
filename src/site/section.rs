//! Parts of a page that are more than a list of fields: a heading, a sentence, and a picture or table below it.

use serde::Serialize;

use super::html::Html;
use super::links::Root;
use super::list;
use super::pages::Site;
use super::text;
use crate::model::Ix;

/// A part of a page.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Section {
    /// Name of the part within the page, for links to it.
    pub(super) id: &'static str,
    /// Its heading.
    title: String,
    /// What it says in a sentence; empty for none.
    words: Html,
    /// What it shows.
    body: Html,
}

impl Section {
    /// A part; none when it has nothing to show.
    pub(super) fn new(id: &'static str, title: &str, words: Html, body: Html) -> Option<Self> {
        (!body.is_empty()).then(|| Self { id, title: title.to_owned(), words, body })
    }
}

/// A table that grows row by row.
#[derive(Debug)]
pub(super) struct Table {
    head: Html,
    rows: Html,
}

impl Table {
    /// A table with this caption, which only screen readers tell, and these columns; a column that begins with `#` holds
    /// numbers, one that begins with `~` cannot be sorted.
    pub(super) fn new(caption: &str, columns: &[&'static str]) -> Self {
        Self::of(caption, columns, &[])
    }

    /// A table of which some columns have other names than fixed ones; `names` are those, empty for the fixed one.
    pub(super) fn of(caption: &str, columns: &[&'static str], names: &[&str]) -> Self {
        let mut head = Html::new();
        head.raw("<div class=\"panel flush scroll\" role=\"region\" tabindex=\"0\" aria-label=\"").text(caption);
        head.raw(", may scroll sideways\"><table class=\"tbl\" data-sort><caption class=\"vh\">").text(caption);
        head.raw("</caption><thead><tr>");
        for (at, column) in columns.iter().enumerate() {
            let name = names.get(at).copied().filter(|name| !name.is_empty());
            head.raw("<th scope=\"col\"");
            head.raw(if column.starts_with('#') { " class=\"r\"" } else { "" });
            head.raw(if column.starts_with('~') { " data-nosort" } else { "" });
            head.raw(">").text(name.unwrap_or_else(|| column.trim_start_matches(['#', '~']))).raw("</th>");
        }
        head.raw("</tr></thead><tbody>");
        Self { head, rows: Html::new() }
    }

    /// Adds a row: its head, then what `cells` adds.
    pub(super) fn row(&mut self, head: impl FnOnce(&mut Html), cells: impl FnOnce(&mut Cells<'_>)) {
        self.rows.raw("<tr><th scope=\"row\" class=\"name\">");
        head(&mut self.rows);
        self.rows.raw("</th>");
        cells(&mut Cells(&mut self.rows));
        self.rows.raw("</tr>");
    }

    /// The table; nothing when it has no row.
    pub(super) fn finish(self) -> Html {
        if self.rows.is_empty() {
            return Html::new();
        }
        let mut out = self.head;
        out.add(&self.rows).raw("</tbody></table></div>");
        out
    }
}

/// The cells of a row.
pub(super) struct Cells<'h>(&'h mut Html);

impl Cells<'_> {
    /// Adds a cell with what `fill` writes.
    pub(super) fn cell(&mut self, fill: impl FnOnce(&mut Html)) -> &mut Self {
        self.0.raw("<td>");
        fill(self.0);
        self.0.raw("</td>");
        self
    }

    /// Adds a cell with words.
    pub(super) fn text(&mut self, words: &str) -> &mut Self {
        self.cell(|out| {
            out.text(words);
        })
    }

    /// Adds a cell with a number, which is sorted by `value`.
    pub(super) fn number(&mut self, value: &str, words: &str) -> &mut Self {
        self.0.raw("<td class=\"r nowrap\" data-v=\"").text(value).raw("\">").text(words).raw("</td>");
        self
    }

    /// Adds a cell with a number, which is sorted by `value`, and something small below it.
    pub(super) fn figure(&mut self, value: &str, words: &str, below: &str) -> &mut Self {
        self.0
            .raw("<td class=\"r\" data-v=\"")
            .text(value)
            .raw("\"><span class=\"nowrap\">")
            .text(words)
            .raw("</span>");
        if !below.is_empty() {
            self.0.raw("<small>").text(below).raw("</small>");
        }
        self.0.raw("</td>");
        self
    }

    /// Adds a cell with a day.
    pub(super) fn day(&mut self, day: Option<jiff::civil::Date>) -> &mut Self {
        match day {
            Some(day) => {
                self.0.raw("<td class=\"nowrap\" data-v=\"").text(&day.to_string()).raw("\">");
                self.0.text(&text::day(day)).raw("</td>");
            }
            None => {
                self.0.raw("<td></td>");
            }
        }
        self
    }
}

/// The table of records of one kind with the columns of its schema that `names` has; at most `most` rows, with a link to
/// the list where more are left.
pub(super) fn records(site: &Site<'_>, root: Root, kind: &str, shown: &[Ix], names: &[&str], most: usize) -> Html {
    let mut out = Html::new();
    if shown.is_empty() {
        return out;
    }
    let Some(shelf) = site.shelf(kind) else { return out };
    let known: Vec<&str> = names.iter().copied().filter(|name| shelf.kind.field(name).is_some()).collect();
    let caption = text::capitalise(&shelf.kind.names.plural);
    out.raw("<div class=\"panel flush scroll\" role=\"region\" tabindex=\"0\" aria-label=\"").text(&caption);
    out.raw(", may scroll sideways\"><table class=\"tbl\" data-sort><caption class=\"vh\">").text(&caption);
    out.raw("</caption><thead><tr>");
    for column in list::heads(shelf.kind, &known) {
        out.add(&column.head());
    }
    out.raw("</tr></thead><tbody>");
    out.add(&list::rows(site, root, shelf.kind, &shown[..shown.len().min(most)], &known));
    out.raw("</tbody></table></div>");
    let left = shown.len().saturating_sub(most);
    if left > 0 {
        out.raw("<p class=\"mt small muted\">And ").text(&text::count(left)).raw(" more among <a href=\"");
        out.raw(root.as_str()).text(&shelf.page(1)).raw("\">all ").text(&shelf.kind.names.plural).raw("</a>.</p>");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_without_rows_is_not_there() {
        assert!(Table::new("Nothing", &["A"]).finish().is_empty());
        assert!(Section::new("x", "X", Html::of("words"), Html::new()).is_none());
    }

    #[test]
    fn columns_with_names_of_the_day_keep_how_they_are_sorted() {
        let mut table = Table::of("A", &["Name", "#"], &["", "Q3 <2026>"]);
        table.row(|_| {}, |_| {});
        let html = table.finish();
        let head = "<th scope=\"col\">Name</th><th scope=\"col\" class=\"r\">Q3 &lt;2026&gt;</th>";
        assert!(html.as_str().contains(head), "{html:?}");
    }

    #[test]
    fn cells_escape_words_and_say_how_they_are_sorted() {
        let mut table = Table::new("A & B", &["Name", "#Share", "~Picture"]);
        table.row(
            |out| {
                out.text("<b>");
            },
            |cells| {
                cells.number("99.5", "99.5 %").text("<i>").day(Some(jiff::civil::date(2026, 11, 20))).day(None);
                cells.figure("3", "3 <of> 4", "last").figure("0", "0", "");
            },
        );
        let html = table.finish();
        let html = html.as_str();
        assert!(html.contains("aria-label=\"A &amp; B, may scroll sideways\""), "{html}");
        assert!(html.contains("<th scope=\"col\" class=\"r\">Share</th><th scope=\"col\" data-nosort>Picture</th>"));
        assert!(html.contains(
            "<tr><th scope=\"row\" class=\"name\">&lt;b&gt;</th><td class=\"r nowrap\" data-v=\"99.5\">99.5 %</td>\
             <td>&lt;i&gt;</td><td class=\"nowrap\" data-v=\"2026-11-20\">20 Nov 2026</td><td></td>\
             <td class=\"r\" data-v=\"3\"><span class=\"nowrap\">3 &lt;of&gt; 4</span><small>last</small></td>\
             <td class=\"r\" data-v=\"0\"><span class=\"nowrap\">0</span></td></tr>"
        ));
    }
}
