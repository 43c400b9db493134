//! Data beside the pages: CSV and JSON of each kind, the inventory and the list of files.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;
use serde::{Serialize, Serializer};

use super::pages::Site;
use super::pieces::{self, Pieces};
use super::shelf::Shelf;
use crate::base::csv::csv_line;
use crate::base::span::offset;
use crate::model::Ix;
use crate::yaml::{Node, Value};

/// A JSON list with one item on each line.
pub(super) fn json_lines(items: impl Iterator<Item = impl Serialize>) -> Vec<u8> {
    let mut out = b"[".to_vec();
    for (at, item) in items.enumerate() {
        out.extend_from_slice(if at > 0 { b",\n" } else { b"\n" });
        json(&mut out, &item);
    }
    out.extend_from_slice(b"\n]\n");
    out
}

/// Writes a value as JSON.
pub(super) fn json(out: &mut Vec<u8>, value: &impl Serialize) {
    let before = out.len();
    // Writing to memory cannot fail, and no value here has keys that are no text.
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.truncate(before);
        out.extend_from_slice(b"null");
    }
}

/// All records of a kind as they stand in their files.
pub(super) fn kind_json(site: &Site<'_>, shelf: &Shelf<'_>, out: &mut Pieces) {
    pieces::json_lines(out, site.order(shelf).iter().copied(), |ix| Json(&site.sms.record(ix).root));
}

/// A value as [`Node::to_json`] gives it, written piece by piece.
struct Json<'n, 's>(&'n Node<'s>);

impl Serialize for Json<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0.value {
            Value::Str(text) => serializer.serialize_str(text),
            Value::Seq(items) => serializer.collect_seq(items.iter().map(Json)),
            Value::Map(entries) => serializer.collect_map(entries.iter().map(|e| (e.key.as_ref(), Json(&e.value)))),
            Value::Null | Value::Bool(_) | Value::Number(_) => self.0.to_json().serialize(serializer),
        }
    }
}

/// All records of a kind as a table: the columns are the fields that occur, in the order of the schema.
///
/// Items of a list are joined with `; `; what has a structure of its own stands as JSON.
pub(super) fn kind_csv<'a>(site: &'a Site<'_>, shelf: &'a Shelf<'_>, out: &mut Pieces) {
    let names = columns(site, shelf);
    let columns: HashMap<&str, usize, RandomState> = names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    let mut line = String::new();
    csv_line(names.iter().copied().chain(["page", "path"]), &mut line);
    out.head(&line);
    for ix in site.order(shelf) {
        out.piece(*ix, |out| {
            let record = site.sms.record(*ix);
            let mut cells = vec![Cow::Borrowed(""); names.len()];
            for entry in record.root.entries() {
                if let Some(at) = columns.get(entry.key.as_ref()) {
                    cells[*at] = flat(&entry.value);
                }
            }
            cells[0] = record.id.as_str().into();
            let page = site.book.address(*ix).unwrap_or_default();
            let path = if site.is_public() { "" } else { site.sms.path(record) };
            cells.extend([page.into(), path.into()]);
            line.clear();
            csv_line(cells.iter().map(AsRef::as_ref), &mut line);
            out.extend_from_slice(line.as_bytes());
        });
    }
}

/// The columns of the table of a kind.
fn columns<'a>(site: &'a Site<'_>, shelf: &'a Shelf<'_>) -> Vec<&'a str> {
    let head = ["id", "title", "status"];
    let mut names: Vec<&str> = head.to_vec();
    let mut seen: HashSet<&str, RandomState> = ["kind"].into_iter().chain(head).collect();
    let entries = shelf.records().iter().flat_map(|ix| site.sms.record(*ix).root.entries());
    let mut others: Vec<&str> = entries.map(|entry| entry.key.as_ref()).filter(|key| seen.insert(key)).collect();
    let place = |name: &str| shelf.kind.fields.iter().position(|field| field.name == name).unwrap_or(usize::MAX);
    others.sort_by_cached_key(|name| (place(name), *name));
    names.extend(others);
    names
}

/// A value as the text of one cell.
fn flat<'n>(node: &'n Node<'_>) -> Cow<'n, str> {
    match &node.value {
        Value::Seq(items) if items.iter().all(|item| item.scalar().is_some()) => {
            items.iter().filter_map(Node::scalar).collect::<Vec<_>>().join("; ").into()
        }
        Value::Null => Cow::Borrowed(""),
        // Writing to memory cannot fail, and no value here has keys that are no text.
        Value::Seq(_) | Value::Map(_) => serde_json::to_string(&Json(node)).unwrap_or_default().into(),
        _ => node.scalar().unwrap_or_default(),
    }
}

/// What every record is and where its page lies, for other sites and programs.
pub(super) fn inventory(site: &Site<'_>, out: &mut Pieces) {
    #[derive(Serialize)]
    struct Item<'a> {
        kind: &'a str,
        id: &'a str,
        title: &'a str,
        status: Option<&'a str>,
        address: &'a str,
    }
    let listed = (0..offset(site.sms.len())).map(Ix).filter(|ix| site.book.address(*ix).is_some());
    pieces::json_lines(out, listed, |ix| {
        let record = site.sms.record(ix);
        Item {
            kind: &record.kind.name,
            id: record.id.as_str(),
            title: record.title(),
            status: record.status(),
            address: site.book.address(ix).unwrap_or_default(),
        }
    });
}

/// The list of all files with their SHA-256, sorted by path, with the hash of what they were made from.
pub(super) fn manifest<'f>(input: &str, records: usize, files: impl Iterator<Item = (&'f str, &'f str)>) -> Vec<u8> {
    let mut out = format!(
        "{{\n\"generator\": \"gitsm\",\n\"format\": 1,\n\"input\": \"{input}\",\n\"records\": {records},\n\"files\": {{"
    );
    for (at, (path, hash)) in files.enumerate() {
        // Paths are slugs, so they need no escaping.
        out.push_str(if at > 0 { ",\n\"" } else { "\n\"" });
        out.push_str(path);
        out.push_str("\": \"");
        out.push_str(hash);
        out.push('"');
    }
    out.push_str("\n}\n}\n");
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(cells: &[&str]) -> String {
        let mut out = String::new();
        csv_line(cells.iter().copied(), &mut out);
        out
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(line(&["a", "b,c", "d\"e", "f\ng", ""]), "a,\"b,c\",\"d\"\"e\",\"f\ng\",\r\n");
    }

    #[test]
    fn cells_cannot_become_formulas() {
        assert_eq!(line(&["=1+1", "@x", "+a", "-a"]), "\"'=1+1\",\"'@x\",\"'+a\",\"'-a\"\r\n");
        assert_eq!(line(&["-12.5", "+3"]), "-12.5,+3\r\n", "numbers stay");
    }

    #[test]
    fn a_value_is_written_as_json_as_it_is_read() {
        let text =
            "a: [1, 0x1F, 99.950, 1e300, 123456789012345678901, x, 'y', ~, true, []]\nb: {c: {d: }, e: \"\\\"\\n\"}\n";
        let parsed = crate::yaml::parse(crate::base::span::FileId(0), text);
        let root = &parsed.documents[0].root;
        let written = serde_json::to_string(&Json(root)).unwrap();
        assert_eq!(written, root.to_json().to_string());
        assert!(written.contains("31,99.95,") && written.contains("{\"d\":null}"), "{written}");
    }

    #[test]
    fn lists_of_json_have_one_item_a_line() {
        let text = String::from_utf8(json_lines([1, 2].iter())).unwrap();
        assert_eq!(text, "[\n1,\n2\n]\n");
        assert!(serde_json::from_slice::<serde_json::Value>(&json_lines(std::iter::empty::<u8>())).is_ok());
    }

    #[test]
    fn the_list_of_files_is_json() {
        let manifest = manifest("7f", 3, [("a.html", "00"), ("b/c.html", "11")].into_iter());
        let json: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        assert_eq!(json["files"]["b/c.html"], "11");
    }
}
