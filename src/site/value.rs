//! Values of records as HTML, by what they hold: nothing here knows a kind.

use super::edition::UNPUBLISHED;
use super::html::Html;
use super::links::Root;
use super::markdown::is_web;
use super::pages::Site;
use super::text;
use crate::model::{Ix, Target};
use crate::schema::{Kind, Tone};
use crate::yaml::{Node, Value};

/// Longest text shown of one value.
const MOST_TEXT: usize = 4_000;
/// Most items shown of one list.
const MOST_ITEMS: usize = 200;
/// Deepest nesting shown.
const MOST_DEPTH: usize = 6;
/// Lists of mappings with at most this many keys are tables.
const MOST_COLUMNS: usize = 6;

/// What stands in place of a reference to something that is not for everybody.
const NOT_PUBLISHED: &str = "<span class=\"muted\">not published</span>";

/// Whether a value only names what is not for everybody.
pub(super) fn is_unpublished(node: &Node<'_>) -> bool {
    match &node.value {
        Value::Seq(items) => !items.is_empty() && items.iter().all(is_unpublished),
        _ => node.as_str() == Some(UNPUBLISHED),
    }
}

/// Renders values of one record for one page.
#[derive(Clone, Copy)]
pub(super) struct Values<'s, 'a> {
    /// The site.
    pub(super) site: &'s Site<'a>,
    /// Way up from the page.
    pub(super) root: Root,
    /// The record that holds the values.
    pub(super) ix: Ix,
}

impl Values<'_, '_> {
    /// A value in full.
    pub(super) fn full(&self, node: &Node<'_>) -> Html {
        let mut out = Html::new();
        self.node(node, 0, &mut out);
        out
    }

    /// A value in few words, for table cells and the strip of facts: at most `most` items of a list, no mappings.
    /// The flag tells whether everything is shown.
    pub(super) fn short(&self, node: &Node<'_>, most: usize) -> (Html, bool) {
        let mut out = Html::new();
        let whole = match &node.value {
            Value::Seq(_) if self.site.is_public() && is_unpublished(node) => {
                out.raw(NOT_PUBLISHED);
                true
            }
            Value::Seq(items) => {
                // How many others there are is not told to everybody either.
                let told = |item: &&Node<'_>| !(self.site.is_public() && is_unpublished(item));
                let items: Vec<&Node<'_>> = items.iter().filter(told).collect();
                for (at, item) in items.iter().take(most).enumerate() {
                    out.raw(if at > 0 { ", " } else { "" });
                    self.brief(item, &mut out);
                }
                let left = items.len().saturating_sub(most);
                if left > 0 {
                    out.raw(" <span class=\"muted\">and ").text(&text::count(left)).raw(" more</span>");
                }
                left == 0 && items.iter().all(|item| item.scalar().is_some())
            }
            Value::Map(_) => {
                self.brief(node, &mut out);
                false
            }
            _ => {
                self.brief(node, &mut out);
                node.scalar().is_none_or(|text| text.len() <= 120)
            }
        };
        (out, whole)
    }

    /// One item in few words.
    fn brief(&self, node: &Node<'_>, out: &mut Html) {
        match &node.value {
            Value::Str(content) => {
                if !self.reference(node, content, out) {
                    out.raw("").text(&text::clip(&plain(content), 120));
                }
            }
            Value::Map(entries) => {
                // The most telling part: a start and an end, else the first reference or text.
                let time = |key: &str| node.get(key).and_then(Node::as_str).and_then(text::when);
                if let (Some(start), Some(end)) = (time("start"), time("end")) {
                    out.text(&text::stretch(start, end));
                } else if let (Some(amount), Some(currency)) = (node.get("amount"), node.get("currency")) {
                    self.brief(amount, out);
                    out.raw(" ");
                    self.brief(currency, out);
                } else if let Some(level) = node.get("level").filter(|_| node.get("likelihood").is_some()) {
                    self.brief(level, out);
                } else if let Some(entry) = entries.iter().find(|entry| entry.value.scalar().is_some()) {
                    self.brief(&entry.value, out);
                }
            }
            Value::Seq(items) => {
                out.text(&text::counted(items.len(), "item", "items"));
            }
            _ => self.scalar(node, out),
        }
    }

    fn node(&self, node: &Node<'_>, depth: usize, out: &mut Html) {
        match &node.value {
            _ if depth > MOST_DEPTH => {
                out.raw("<span class=\"muted\">more in the record itself</span>");
            }
            Value::Map(_) if node.is_blank() => {
                out.raw("<span class=\"muted\">none</span>");
            }
            Value::Seq(items) => self.list(items, depth, out),
            Value::Map(_) => self.mapping(node, depth, out),
            _ => self.scalar(node, out),
        }
    }

    fn scalar(&self, node: &Node<'_>, out: &mut Html) {
        match &node.value {
            Value::Bool(truth) => {
                out.raw(if *truth { "Yes" } else { "No" });
            }
            Value::Number(number) => {
                out.text(text::head(&number.literal, 200).0);
            }
            Value::Str(content) => {
                if self.reference(node, content, out) || web(content, out) || time(content, out) {
                    return;
                }
                let (content, cut) = text::head(content.trim(), MOST_TEXT);
                let lines = content.contains('\n');
                out.raw(if lines { "<span class=\"lines\">" } else { "" });
                out.text(&text::word(content));
                out.raw(if lines { "</span>" } else { "" });
                if cut {
                    out.raw("… <span class=\"muted\">the text goes on in the record itself</span>");
                }
            }
            Value::Null | Value::Seq(_) | Value::Map(_) => {
                out.raw("<span class=\"muted\">nothing</span>");
            }
        }
    }

    /// A reference to a record, when the value is one.
    fn reference(&self, node: &Node<'_>, content: &str, out: &mut Html) -> bool {
        let held = self.site.sms.outgoing(self.ix);
        let at = held.partition_point(|reference| reference.span.start < node.start);
        let Some(reference) = held.get(at).filter(|reference| reference.span.start == node.start) else { return false };
        match reference.target {
            Target::Record(ix) => self.site.book.record(self.root, ix, out),
            Target::Unreadable(_) => missing(content, "cannot be read", out),
            Target::Missing if self.site.is_public() && content == UNPUBLISHED => {
                out.raw(NOT_PUBLISHED);
            }
            Target::Missing => missing(content, "missing", out),
            Target::Address => return web(content, out),
        }
        true
    }

    fn list(&self, items: &[Node<'_>], depth: usize, out: &mut Html) {
        if items.is_empty() {
            out.raw("<span class=\"muted\">none</span>");
            return;
        }
        if self.site.is_public() && items.iter().any(is_unpublished) {
            let told: Vec<Node<'_>> = items.iter().filter(|item| !is_unpublished(item)).cloned().collect();
            if told.is_empty() {
                out.raw(NOT_PUBLISHED);
            } else {
                self.list(&told, depth, out);
            }
            return;
        }
        let shown = &items[..items.len().min(MOST_ITEMS)];
        let columns = columns(shown);
        if !columns.is_empty() && depth == 0 {
            self.table(shown, &columns, out);
        } else if shown.len() == 1 {
            self.node(&shown[0], depth + 1, out);
        } else if shown.iter().all(is_short) {
            for (at, item) in shown.iter().enumerate() {
                out.raw(if at > 0 { ", " } else { "" });
                self.node(item, depth + 1, out);
            }
        } else {
            out.raw("<ul class=\"vals\">");
            for item in shown {
                out.raw("<li>");
                self.node(item, depth + 1, out);
                out.raw("</li>");
            }
            out.raw("</ul>");
        }
        let left = items.len() - shown.len();
        if left > 0 {
            out.raw(" <span class=\"muted\">and ").text(&text::count(left)).raw(" more in the record itself</span>");
        }
    }

    /// A list of mappings with the same few keys.
    fn table(&self, rows: &[Node<'_>], columns: &[&str], out: &mut Html) {
        out.raw("<div class=\"scroll\" tabindex=\"0\"><table class=\"tbl flat\"><thead><tr>");
        for column in columns {
            out.raw("<th scope=\"col\">").text(&text::heading(column)).raw("</th>");
        }
        out.raw("</tr></thead><tbody>");
        for row in rows {
            out.raw("<tr>");
            for column in columns {
                out.raw("<td>");
                if let Some(value) = row.get(column) {
                    self.node(value, 1, out);
                }
                out.raw("</td>");
            }
            out.raw("</tr>");
        }
        out.raw("</tbody></table></div>");
    }

    fn mapping(&self, node: &Node<'_>, depth: usize, out: &mut Html) {
        let entries = node.entries();
        let keys: Vec<&str> = entries.iter().map(|entry| entry.key.as_ref()).collect();
        let is_brief = match keys[..] {
            ["start", "end"] => entries.iter().all(|entry| entry.value.as_str().and_then(text::when).is_some()),
            ["amount", "currency"] => true,
            _ => false,
        };
        if is_brief {
            self.brief(node, out);
            return;
        }
        out.raw("<dl class=\"sub\">");
        for entry in entries.iter().take(MOST_ITEMS) {
            out.raw("<div><dt>").text(&text::heading(&text::clip(&entry.key, 60))).raw("</dt><dd>");
            self.node(&entry.value, depth + 1, out);
            out.raw("</dd></div>");
        }
        out.raw("</dl>");
    }
}

/// What stands behind the value of a field: the sign of a percentage.
pub(super) fn unit(kind: &Kind, field: &str) -> &'static str {
    let is_share = kind.field(field).is_some_and(|field| field.holds == "a percentage");
    if is_share { " %" } else { "" }
}

/// The keys of a list of mappings in the order in which they first appear; none when it makes no good table.
fn columns<'n>(rows: &'n [Node<'_>]) -> Vec<&'n str> {
    let mut columns: Vec<&str> = Vec::new();
    for row in rows {
        if row.entries().is_empty() {
            return Vec::new();
        }
        for entry in row.entries() {
            if !columns.contains(&entry.key.as_ref()) {
                columns.push(&entry.key);
            }
            if columns.len() > MOST_COLUMNS || matches!(entry.value.value, Value::Map(_)) && columns.len() > 3 {
                return Vec::new();
            }
        }
    }
    columns
}

/// Whether a value is short enough to stand in a line with others.
fn is_short(node: &Node<'_>) -> bool {
    node.scalar().is_some_and(|text| text.len() <= 40 && !text.contains('\n'))
}

/// Text without its line ends, dates in words.
fn plain(content: &str) -> String {
    text::when(content).map_or_else(|| text::word(content.trim()).replace('\n', " "), text::when_words)
}

fn missing(content: &str, why: &'static str, out: &mut Html) {
    out.raw("<span class=\"nb\"><code>").text(&text::clip(content, 80)).raw("</code></span> ").tag(Tone::Watch, why);
}

/// A web address as a link.
fn web(content: &str, out: &mut Html) -> bool {
    let is_one = is_web(content) && content.len() < 2_000 && !content.contains(char::is_whitespace);
    if is_one {
        out.raw("<a class=\"ext\" rel=\"noopener noreferrer\" href=\"")
            .text(content)
            .raw("\">")
            .text(content)
            .raw("</a>");
    }
    is_one
}

/// A day or an instant, with its machine-readable form.
fn time(content: &str, out: &mut Html) -> bool {
    let Some(when) = text::when(content) else { return false };
    out.raw("<time datetime=\"").text(content).raw("\">").text(&text::when_words(when)).raw("</time>");
    true
}
