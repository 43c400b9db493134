//! JSON pointers (RFC 6901) to places, and places to JSON pointers.

use super::node::{Entry, Node, Value};
use crate::base::span::{FileId, Span};

/// What a pointer leads to.
#[derive(Debug, Clone, Copy)]
pub struct Found<'t, 's> {
    /// The entry whose value it is, when it stands in a mapping.
    pub entry: Option<&'t Entry<'s>>,
    /// The value.
    pub node: &'t Node<'s>,
}

/// Follows `pointer` from `root`; `""` is the root itself.
#[must_use]
pub fn find<'t, 's>(root: &'t Node<'s>, pointer: &str) -> Option<Found<'t, 's>> {
    let mut found = Found { entry: None, node: root };
    for part in pointer.split('/').skip(1) {
        found = match &found.node.value {
            Value::Map(_) => {
                let entry = found.node.entry(&unescape(part))?;
                Found { entry: Some(entry), node: &entry.value }
            }
            Value::Seq(items) => Found { entry: None, node: items.get(part.parse::<usize>().ok()?)? },
            _ => return None,
        };
    }
    Some(found)
}

/// The pointer of the key or value of `root` that stands at exactly `span`; else of the smallest value around it.
#[must_use]
pub fn of_span(root: &Node<'_>, file: FileId, span: Span) -> String {
    let mut pointer = String::new();
    let mut node = root;
    loop {
        let inner = match &node.value {
            // Siblings stand in order: those that end before the span are passed over, and those behind it never come.
            Value::Map(entries) => {
                let first = entries.partition_point(|entry| entry.value.end.max(entry.key_end) < span.start);
                let mut near = entries[first..].iter().take_while(|entry| entry.key_start <= span.start);
                near.find(|entry| entry.key_span(file).contains(span) || entry.value.span(file).contains(span))
                    .map(|entry| (escape(&entry.key), &entry.value))
            }
            Value::Seq(items) => {
                let first = items.partition_point(|item| item.end < span.start);
                let mut near = items[first..].iter().take_while(|item| item.start <= span.start).enumerate();
                near.find(|(_, item)| item.span(file).contains(span)).map(|(at, item)| ((first + at).to_string(), item))
            }
            _ => None,
        };
        let Some((part, value)) = inner else { return pointer };
        pointer.push('/');
        pointer.push_str(&part);
        // A list that is not indented can begin where its first item does; the item is meant.
        node = value;
    }
}

/// A key as a part of a pointer.
#[must_use]
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// A part of a pointer as a key.
#[must_use]
pub fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::parse;

    const TEXT: &str = "a:\n  - b: 1\n    c/d: [x, {e~f: y}]\n";

    #[test]
    fn pointers_lead_to_their_nodes() {
        let parsed = parse(FileId(0), TEXT);
        let root = &parsed.documents[0].root;
        assert_eq!(find(root, "/a/0/b").unwrap().node.as_int(), Some(1));
        assert_eq!(find(root, "/a/0/c~1d/1/e~0f").unwrap().node.as_str(), Some("y"));
        assert!(find(root, "/a/0/c~1d/1").unwrap().entry.is_none());
        assert!(find(root, "/a/1").is_none());
        assert!(find(root, "/a/0/b/c").is_none());
        assert!(find(root, "").is_some());
    }

    #[test]
    fn every_place_knows_its_pointer() {
        fn visit(root: &Node<'_>, node: &Node<'_>, pointer: &str) {
            let file = FileId(0);
            if !pointer.is_empty() {
                assert_eq!(of_span(root, file, node.span(file)), pointer);
            }
            for entry in node.entries() {
                let inner = format!("{pointer}/{}", escape(&entry.key));
                assert_eq!(of_span(root, file, entry.key_span(file)), inner, "key");
                visit(root, &entry.value, &inner);
            }
            for (at, item) in node.items().iter().enumerate() {
                visit(root, item, &format!("{pointer}/{at}"));
            }
        }
        let parsed = parse(FileId(0), "k: v\nl: [1, [2]]\nm: {n: o, p: {q: r}}\n");
        visit(&parsed.documents[0].root, &parsed.documents[0].root, "");
    }

    #[test]
    fn escapes_read_back() {
        for key in ["", "a/b", "a~b", "~1", "~01", "/~/~", "é"] {
            assert_eq!(unescape(&escape(key)), key);
            assert!(!escape(key).contains('/'), "{key}");
        }
    }

    #[test]
    fn pointers_that_lead_nowhere_find_nothing() {
        let parsed = parse(FileId(0), TEXT);
        let root = &parsed.documents[0].root;
        for nowhere in ["/", "/b", "/a/x", "/a/-1", "/a/0/b/", "/a//b"] {
            assert!(find(root, nowhere).is_none(), "{nowhere}");
        }
    }

    #[test]
    fn a_place_inside_a_value_belongs_to_the_smallest_value_around_it() {
        let text = "k: value\nl: [one, two]\n";
        let parsed = parse(FileId(0), text);
        let at = |part: &str| {
            let start = crate::base::span::offset(text.find(part).unwrap());
            of_span(&parsed.documents[0].root, FileId(0), Span::new(FileId(0), start, start + 1))
        };
        assert_eq!((at("alue"), at("wo"), at("[")), ("/k".to_owned(), "/l/1".to_owned(), "/l".to_owned()));
        assert_eq!(of_span(&parsed.documents[0].root, FileId(0), Span::new(FileId(1), 3, 4)), "", "of another file");
    }

    #[test]
    fn items_of_a_list_that_is_not_indented_are_told_from_the_list() {
        for text in
            ["l:\n- one\n", "l:\n- one\n- two\n", "l:\n- - one\n", "l:\n- one: x\n", "l:\n-  -5\n", "l:\n-\n- one\n"]
        {
            let parsed = parse(FileId(0), text);
            let root = &parsed.documents[0].root;
            let mut pointers = vec!["/l/0".to_owned()];
            pointers.extend(["/l/1", "/l/0/0", "/l/0/one"].map(str::to_owned));
            for pointer in pointers {
                let Some(found) = find(root, &pointer).filter(|found| found.node.scalar().is_some()) else { continue };
                assert_eq!(of_span(root, FileId(0), found.node.span(FileId(0))), pointer, "{text:?}");
            }
        }
    }
}
