//! The pack as one page that prints well: no script, no network, page breaks between items.

use std::fmt::Write as _;

use super::Input;
use super::asked::asked;
use super::table::{Part, Table};
use crate::base::date::parse_date;
use crate::base::svg::escaped;

/// The look of the page; widths and breaks are made for A4.
const STYLE: &str = "
:root { color-scheme: light dark }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.7rem } h2 { margin-top: 2.5rem; border-bottom: 2px solid } h3 { margin: 1.5rem 0 .4rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .85rem }
th, td { text-align: left; vertical-align: top; padding: .25rem .5rem; border: 1px solid #8888; overflow-wrap: break-word; white-space: pre-line }
td.day { white-space: nowrap }
td.long { overflow-wrap: anywhere; min-width: 6em }
th { background: #8882 } thead { display: table-header-group } tr { break-inside: avoid }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem } dd { margin: 0; overflow-wrap: anywhere }
.none { font-style: italic }
.cols { columns: 3 18em; column-gap: 1.5em; white-space: normal } .cols p { margin: 0; break-inside: avoid }
.below td { border-top: 0; padding-left: 1.5rem }
nav ol { columns: 2; list-style: none; padding: 0 }
.up { float: right; font-size: .8rem }
@media print {
  body { max-width: none; margin: 0; font-size: 10pt } h2 { break-before: page } nav h2 { break-before: auto } nav h2 ~ h2 { break-before: page }
  h2, h3, p { break-after: avoid } td p { break-after: auto } .wide { overflow: visible } .up { display: none } tbody.one { break-inside: avoid } table { font-size: 8pt } a { color: inherit; text-decoration: none }
}
";

/// The page.
pub(super) fn page(input: &Input<'_>, parts: &[Part]) -> String {
    let title = format!("{}, {}", input.stage.label(), input.range.to_string().replace("..", " to "));
    let name = &input.sms.snapshot.settings.site.title;
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{} · {}</title>\n<style>{STYLE}{}</style>\n</head>\n<body>\n<header>\n<h1>{}</h1>\n<p>{}</p>\n",
        escaped(&title),
        escaped(name),
        paper(input),
        escaped(&title),
        escaped(name)
    );
    out.push_str("<dl>\n");
    for (what, value) in facts(input) {
        let _ = writeln!(out, "<dt>{}</dt><dd>{}</dd>", escaped(what), escaped(&value));
    }
    out.push_str("</dl>\n<p>This pack shows evidence and its strength; people judge. Every table is also a file in <code>tables/</code>; <code>manifest.json</code> names the hash of every file, and <code>gitsm audit pack --verify</code> makes it all again.</p>\n</header>\n<nav id=\"contents\">\n<h2>Contents</h2>\n<ol>\n");
    for (at, part) in parts.iter().enumerate() {
        let _ = writeln!(out, "<li><a href=\"#part-{at}\">{} {}</a></li>", escaped(&part.item), escaped(&part.title));
    }
    out.push_str("</ol>\n<h2>Where to find what is asked for</h2>\n<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">Asked for</th><th scope=\"col\">Where</th></tr></thead>\n<tbody>\n");
    for (words, item, _) in asked(input.stage) {
        let Some(at) = parts.iter().position(|part| part.item == item) else { continue };
        let title = escaped(&parts[at].title);
        let _ = writeln!(out, "<tr><td>{}</td><td><a href=\"#part-{at}\">{item} {title}</a></td></tr>", escaped(words));
    }
    out.push_str("</tbody>\n</table></div>\n</nav>\n<main>\n");
    for (at, part) in parts.iter().enumerate() {
        let _ = writeln!(
            out,
            "<section id=\"part-{at}\">\n<a class=\"up\" href=\"#contents\">Contents</a>\n<h2>{} {}</h2>",
            escaped(&part.item),
            escaped(&part.title)
        );
        for words in &part.words {
            let _ = writeln!(out, "<p>{}</p>", escaped(words));
        }
        for table in &part.tables {
            write_table(&mut out, table);
        }
        out.push_str("</section>\n");
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// The paper: its size, and what stands at the foot of each page.
fn paper(input: &Input<'_>) -> String {
    let commit: String = input.commit.chars().filter(char::is_ascii_alphanumeric).take(10).collect();
    let label = input.stage.label();
    format!(
        "@page {{ size: A4 landscape; margin: 12mm 12mm 15mm; @bottom-left {{ content: \"{label} · {} · commit {commit}\"; font: 7pt sans-serif }} @bottom-right {{ content: counter(page) \" / \" counter(pages); font: 7pt sans-serif }} }}\n",
        input.range
    )
}

/// What the pack was made from.
pub(super) fn facts(input: &Input<'_>) -> Vec<(&'static str, String)> {
    let report = input.report;
    vec![
        ("Records at commit", input.commit.to_owned()),
        ("Signature of that commit", input.signed.words()),
        ("As of", report.as_of.clone()),
        ("Period", input.range.to_string()),
        ("Protected branch", format!("{} at {}", report.branch, report.head)),
        ("Ledger", format!("{} at {}", report.ledger, report.ledger_head.as_deref().unwrap_or("missing"))),
        ("The process holds since", report.adopted.clone().unwrap_or_else(|| "not adopted".to_owned())),
        ("Made by", format!("gitsm {}", env!("CARGO_PKG_VERSION"))),
    ]
}

/// Rows from which on the cells of a table are cut on the page; its file has all of them.
const MANY: usize = 60;
/// Characters that are left of a cell that is cut.
const MOST: usize = 200;
/// Letters from which on a word may be broken anywhere.
const LONG: usize = 34;

/// As much of a cell as fits, cut between words.
pub(super) fn cut(cell: &str, most: usize) -> std::borrow::Cow<'_, str> {
    if cell.chars().count() <= most {
        return cell.into();
    }
    let kept: String = cell.chars().take(most).collect();
    let end = kept.rfind(char::is_whitespace).unwrap_or(kept.len());
    format!("{} …", &kept[..end]).into()
}

/// The name of a column as people write it; files keep it as programs read it.
fn in_words(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn write_table(out: &mut String, table: &Table) {
    let _ = writeln!(out, "<h3>{}</h3>", escaped(&table.title));
    if !table.note.is_empty() {
        let _ = writeln!(out, "<p>{}</p>", escaped(&table.note));
    }
    if table.rows.is_empty() {
        out.push_str("<p class=\"none\">None.</p>\n");
        return;
    }
    out.push_str("<div class=\"wide\"><table>\n<thead><tr>");
    for (_, cell) in table.head.iter().enumerate().filter(|(at, _)| Some(*at) != table.below) {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(&in_words(cell)));
    }
    out.push_str("</tr></thead>\n");
    let most = if table.rows.len() > MANY { MOST } else { usize::MAX };
    match table.below {
        None => {
            out.push_str("<tbody>\n");
            for row in &table.rows {
                write_row(out, row.iter().map(String::as_str), most);
            }
            out.push_str("</tbody>\n");
        }
        Some(below) => {
            for row in &table.rows {
                out.push_str("<tbody class=\"one\">\n");
                write_row(
                    out,
                    row.iter().enumerate().filter(|(at, _)| *at != below).map(|(_, cell)| cell.as_str()),
                    most,
                );
                let lines: String = row.get(below).map(String::as_str).unwrap_or_default().lines().fold(
                    String::new(),
                    |mut all, line| {
                        let _ = write!(all, "<p>{}</p>", escaped(line));
                        all
                    },
                );
                let _ = writeln!(
                    out,
                    "<tr class=\"below\"><td colspan=\"{}\"><div class=\"cols\">{lines}</div></td></tr>\n</tbody>",
                    row.len() - 1
                );
            }
        }
    }
    out.push_str("</table></div>\n");
}

/// One row; cells longer than `most` are cut.
fn write_row<'c>(out: &mut String, cells: impl Iterator<Item = &'c str>, most: usize) {
    out.push_str("<tr>");
    for cell in cells {
        let cell = cut(cell, most);
        let lines: Vec<String> = cell.lines().map(escaped).collect();
        let class = if cell.split_whitespace().any(|word| word.len() > LONG) {
            " class=\"long\""
        } else if parse_date(&cell).is_ok() {
            " class=\"day\""
        } else {
            ""
        };
        let _ = write!(out, "<td{class}>{}</td>", lines.join("\n"));
    }
    out.push_str("</tr>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(table: &Table) -> String {
        let mut out = String::new();
        write_table(&mut out, table);
        out
    }

    #[test]
    fn text_of_records_is_never_markup() {
        let mut table = Table::new("t", "<b>T", &["<i>"]).note("a & b");
        table.row(["<script>alert(\"x\")</script>".to_owned()]);
        let expected = "<h3>&lt;b&gt;T</h3>\n<p>a &amp; b</p>\n<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">&lt;i&gt;</th></tr></thead>\n<tbody>\n<tr><td>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;</td></tr>\n</tbody>\n</table></div>\n";
        assert_eq!(written(&table), expected);
    }

    #[test]
    fn columns_are_named_in_words_and_files_keep_their_names() {
        let mut table = Table::new("t", "T", &["change_id", "élan", ""]);
        table.row(["1", "2", "3"].map(str::to_owned));
        let page = written(&table);
        assert!(page.contains("<th scope=\"col\">Change id</th><th scope=\"col\">Élan</th><th scope=\"col\"></th>"));
        assert!(table.csv().starts_with("change_id,élan,\r\n"), "{}", table.csv());
    }

    #[test]
    fn a_table_without_rows_says_so() {
        let table = Table::new("t", "T", &["a"]);
        assert_eq!(written(&table), "<h3>T</h3>\n<p class=\"none\">None.</p>\n");
    }

    #[test]
    fn lines_of_a_cell_stay_and_only_long_words_may_break_anywhere() {
        let mut table = Table::new("t", "T", &["a"]);
        table.row(["one\ntwo".to_owned()]);
        table.row(["x".repeat(LONG)]);
        table.row([format!("a {}", "x".repeat(LONG + 1))]);
        let page = written(&table);
        assert!(page.contains("<td>one\ntwo</td>"), "{page}");
        assert_eq!(page.matches("class=\"long\"").count(), 1);
        table.row(["2026-11-20".to_owned()]);
        assert!(written(&table).contains("<td class=\"day\">2026-11-20</td>"), "a day stays on one line");
        assert!(page.contains(&format!("<td class=\"long\">a {}</td>", "x".repeat(LONG + 1))));
    }

    #[test]
    fn a_column_with_many_lines_stands_below_its_row() {
        let mut table = Table::new("t", "T", &["a", "shows", "b"]);
        table.below = Some(1);
        table.row(["1".to_owned(), "x: <1>\ny: 2".to_owned(), "3".to_owned()]);
        let page = written(&table);
        assert!(page.contains("<th scope=\"col\">A</th><th scope=\"col\">B</th></tr>"), "{page}");
        let row = "<tbody class=\"one\">\n<tr><td>1</td><td>3</td></tr>\n<tr class=\"below\"><td colspan=\"2\"><div class=\"cols\"><p>x: &lt;1&gt;</p><p>y: 2</p></div></td></tr>\n</tbody>";
        assert!(page.contains(row), "{page}");
        assert_eq!(table.csv(), "a,shows,b\r\n1,\"x: <1>\ny: 2\",3\r\n");
    }

    #[test]
    fn a_cell_is_cut_between_words_and_only_in_tables_with_many_rows() {
        assert_eq!(cut("one two three", 13), "one two three");
        assert_eq!(cut("one two three", 12), "one two …");
        assert_eq!(cut("onetwothree", 3), "one …", "one word is cut where it must be");
        assert_eq!(cut("ééé é", 4), "ééé …", "characters count, not bytes");
        let long = "ab ".repeat(100).trim().to_owned();
        for (rows, is_cut) in [(MANY, false), (MANY + 1, true)] {
            let mut table = Table::new("t", "T", &["a"]);
            (0..rows).for_each(|_| table.row([long.clone()]));
            assert_eq!(written(&table).contains(" …</td>"), is_cut, "{rows}");
        }
    }
}
