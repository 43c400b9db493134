//! Properties of the YAML reader on random trees: it reads back what was written, knows where everything stands, and
//! agrees with another reader wherever YAML 1.1 and 1.2 agree.

use gitsm::base::span::{FileId, Span};
use gitsm::yaml::{self, Node, Value as Read, pointer};
use proptest::prelude::*;

use crate::yaml_text::{DRESSES, Tree, Value, any_tree};

const FILE: FileId = FileId(0);

/// Parses a text that must be good, and hands its one tree over.
fn with_root<T>(text: &str, then: impl FnOnce(&Node<'_>) -> T) -> T {
    let parsed = yaml::parse(FILE, text);
    assert!(parsed.findings.is_empty(), "{:#?}\n{text}", parsed.findings);
    assert_eq!(parsed.documents.len(), 1, "{text}");
    assert!(!parsed.documents[0].damaged && !parsed.stopped);
    then(&parsed.documents[0].root)
}

/// Whether `slice` is how `text` stands in a file: as it is, in quotes, or as indented lines.
fn is_written(slice: &str, text: &str) -> bool {
    let quoted = |quote: char| slice.len() >= 2 && slice.starts_with(quote) && slice.ends_with(quote);
    let lines = || {
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        text.contains('\n') && flat(slice) == flat(text)
    };
    slice == text || quoted('"') || quoted('\'') || lines()
}

/// Compares a tree with what was read of it, and every place with its text.
fn same(text: &str, tree: &Tree, node: &Node<'_>) {
    let slice = &text[node.start as usize..node.end as usize];
    match (&tree.value, &node.value) {
        (Value::Null, Read::Null) => assert!(["", "~", "null"].contains(&slice), "{slice:?}\n{text}"),
        (Value::Bool(truth), Read::Bool(read)) => assert!(truth == read && slice == truth.to_string()),
        (Value::Number(literal), Read::Number(number)) => {
            assert_eq!(literal, &number.literal);
            assert_eq!(literal, slice, "{text}");
        }
        (Value::Text(written), Read::Str(read)) => {
            assert_eq!(written, read, "{text}");
            assert!(is_written(slice, written), "{slice:?} for {written:?}\n{text}");
        }
        (Value::List(items), Read::Seq(read)) => {
            assert_eq!(items.len(), read.len());
            let mut before = node.start;
            for (item, read) in items.iter().zip(read) {
                assert!(before <= read.start && read.start <= read.end && read.end <= node.end, "{text}");
                before = read.end;
                same(text, item, read);
            }
        }
        (Value::Map(entries), Read::Map(read)) => {
            assert_eq!(entries.len(), read.len());
            let mut before = node.start;
            for ((key, _, value), read) in entries.iter().zip(read) {
                assert_eq!(key, &read.key);
                let slice = &text[read.key_start as usize..read.key_end as usize];
                assert!(is_written(slice, key) && !slice.contains('\n'), "{slice:?} for the key {key:?}\n{text}");
                assert!(before <= read.key_start && read.key_end <= read.value.start, "{text}");
                assert!(read.value.start <= read.value.end && read.value.end <= node.end, "{text}");
                before = read.value.end.max(read.key_end);
                same(text, value, &read.value);
            }
        }
        (written, read) => panic!("{written:?} was read as {read:?}\n{text}"),
    }
}

/// What the place of a node or key leads to stands at exactly that place. A mapping with one key and no value has the
/// place of its key, so the pointer alone does not tell the two apart.
fn leads_back(root: &Node<'_>, span: Span, at: &str) {
    let back = pointer::of_span(root, FILE, span);
    let found = pointer::find(root, &back).expect("a pointer that was made leads somewhere");
    let stands_there = found.node.span(FILE) == span || found.entry.is_some_and(|entry| entry.key_span(FILE) == span);
    // Where two stand in one place the inner one is given; either way one lies within the other.
    assert!(stands_there && (at.starts_with(&back) || back.starts_with(at)), "{at} led back to {back}");
}

/// Every node and key below `node` is found by its pointer, and its place gives the pointer back.
fn round_trips(root: &Node<'_>, node: &Node<'_>, at: &str) {
    let found = pointer::find(root, at).unwrap_or_else(|| panic!("nothing at {at}"));
    assert!(std::ptr::eq(found.node, node), "{at}");
    if !at.is_empty() {
        leads_back(root, node.span(FILE), at);
    }
    for entry in node.entries() {
        let below = format!("{at}/{}", pointer::escape(&entry.key));
        leads_back(root, entry.key_span(FILE), &below);
        round_trips(root, &entry.value, &below);
    }
    for (number, item) in node.items().iter().enumerate() {
        round_trips(root, item, &format!("{at}/{number}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_in_any_style_is_read_back_with_its_places(tree in any_tree()) {
        for dress in DRESSES {
            let text = tree.print(dress);
            with_root(&text, |root| same(&text, &tree, root));
        }
    }

    #[test]
    fn pointers_and_places_lead_to_each_other(tree in any_tree()) {
        for dress in DRESSES {
            with_root(&tree.print(dress), |root| round_trips(root, root, ""));
        }
    }

    #[test]
    fn line_ends_do_not_change_what_is_read(tree in any_tree()) {
        let text = tree.print(crate::yaml_text::Dress::Mixed);
        let json = tree.to_json();
        with_root(&text.replace('\n', "\r\n"), |root| assert_eq!(root.to_json(), json, "{text}"));
        with_root(&format!("\u{feff}{text}"), |root| assert_eq!(root.to_json(), json, "{text}"));
        with_root(&format!("# c\n---\n{text}...\n# d\n"), |root| assert_eq!(root.to_json(), json, "{text}"));
    }

    #[test]
    fn another_reader_reads_the_same(tree in any_tree()) {
        for dress in DRESSES {
            let text = tree.print(dress);
            let other: serde_json::Value = serde_yaml::from_str(&text).expect(&text);
            prop_assert_eq!(&other, &tree.to_json(), "{}", &text);
            with_root(&text, |root| assert_eq!(root.to_json(), other, "{text}"));
        }
    }
}

/// Forms that the printer of these tests does not write, and on which both readers must agree.
#[test]
fn hand_written_forms_are_read_as_another_reader_reads_them() {
    for text in [
        "a: one\n  two\n\n  three\nb: x\n",
        "a: >\n  folded\n  lines\n\n  new\n   more\nb: 1\n",
        "a: >-\n  folded\n  lines\nb: >+\n  kept\n\nc: 1\n",
        "a: \"x\n  y\\\n  z\\n\\\n  \\ w\"\n",
        "a: 'it''s\n\n  so'\n",
        "- - 1\n  - 2\n-\n  - 3\n- {a: [b, {c: d}]}\n",
        "a:\n- b\n- c\nd: e # comment\n",
        "? a\n: b\n? c\n",
        "a: [b,\n  c,\n  ]\n",
        "{a: 1, 'b': \"2\", c: [x y, z]}\n",
        "a: |\n\n\n  text\n   more\n\nb:\n",
        "a: |1\n  two\n",
        "\"a\\tb\": \"\\u00e9\\x41\\U0001F600\\/\"\n",
        "--- # c\na: b\n...\n",
        "a: b:c\nd: e#f\ng: -h\ni: ?j\n",
        "a: http://example.org/x?y=1#z\n",
        "a: '#b'\n# - c\n",
        "url: a,b\nn: 1 2\nd: 1.2.3\n",
    ] {
        let other: serde_json::Value = serde_yaml::from_str(text).expect(text);
        with_root(text, |root| assert_eq!(root.to_json(), other, "{text}"));
    }
}

/// Where YAML 1.1 and 1.2 disagree, records follow 1.2.
#[test]
fn words_of_the_older_yaml_stay_text() {
    let text = "country: no\nswitch: on\nyes: y\ntime: 12:30:45\nnumber: 1_000\nday: 2026-11-09\nbinary: 0b11\n";
    with_root(text, |root| {
        assert!(root.entries().iter().all(|entry| entry.value.as_str().is_some()), "{root:?}");
        assert_eq!(root.get("country").and_then(Node::as_str), Some("no"));
    });
}
