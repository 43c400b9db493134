//! Texts and what is read of them.

use super::*;

fn rules(text: &str) -> Vec<(&'static str, u32)> {
    parse(FileId(0), text).findings.iter().map(|f| (f.rule, f.primary.start)).collect()
}

#[test]
fn every_key_and_value_has_its_place() {
    let text = "a: one\nb: [x, 'y z']\nc:\n  d: |\n    text\n";
    let parsed = parse(FileId(0), text);
    let root = &parsed.documents[0].root;
    let slice = |start: u32, end: u32| &text[start as usize..end as usize];
    let b = root.entry("b").unwrap();
    assert_eq!(slice(b.key_start, b.key_end), "b");
    assert_eq!(slice(b.value.start, b.value.end), "[x, 'y z']");
    assert_eq!(slice(b.value.items()[1].start, b.value.items()[1].end), "'y z'");
    let c = root.entry("c").unwrap();
    assert_eq!(c.value.get("d").unwrap().as_str(), Some("text\n"));
    assert_eq!(slice(c.value.start, c.value.end), "d: |\n    text");
}

#[test]
fn one_run_shows_every_mistake_with_its_place() {
    let text = "a: &x 1\nb: *x\nc: *y\na: 2\n<<: {q: 1}\n1: z\nd: 0755\ne: !t v\n";
    assert_eq!(
        rules(text),
        [
            ("yaml-anchor", 3),
            ("yaml-alias", 11),
            ("yaml-alias", 17),
            ("yaml-duplicate-key", 20),
            ("yaml-merge-key", 25),
            ("yaml-key-type", 36),
            ("yaml-number", 44),
            ("yaml-tag", 52),
        ]
    );
}

#[test]
fn what_cannot_be_read_stops_with_a_place() {
    assert_eq!(rules("a:\n\tb: 1\n")[0].0, "yaml-tab");
    assert_eq!(rules("a: bc\n\td: 1\n"), [("yaml-tab", 6)], "the tab itself, not the word before it");
    assert_eq!(rules("a: \u{0}\n"), [("yaml-control-character", 3)]);
    assert_eq!(rules("a: bc\u{7f}\n"), [("yaml-control-character", 5)]);
    assert_eq!(rules("a: |\n  b\u{1}\n"), [("yaml-control-character", 8)]);
    let parsed = parse(FileId(0), "a: [1, 2\nb: 3\n");
    assert!(parsed.stopped && parsed.documents.is_empty());
    assert_eq!(parsed.findings[0].rule, "yaml-syntax");
}

#[test]
fn documents_before_the_break_are_kept() {
    let parsed = parse(FileId(0), "a: 1\n---\nb: 2\n---\nc: [\n");
    assert_eq!(parsed.documents.len(), 2);
    assert!(parsed.stopped);
}

#[test]
fn nesting_and_alias_bombs_cost_nothing() {
    let deep = format!("a: {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(rules(&deep)[0].0, "yaml-too-deep");
    let blocks: String = (0..5_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert!(!rules(&blocks).is_empty());
    let laughs = format!("a: &a [x]\n{}", (0..60).map(|n| format!("k{n}: [*a, *a, *a, *a]\n")).collect::<String>());
    assert_eq!(rules(&laughs).len(), MAX_FINDINGS);
}

#[test]
fn wide_mappings_find_their_duplicates() {
    let mut text: String = (0..50_000).map(|n| format!("k{n}: 1\n")).collect();
    text.push_str("k7: 2\nk7: 3\nnew: 4\nnew: 5\n");
    let parsed = parse(FileId(0), &text);
    let first: Vec<&str> = parsed
        .findings
        .iter()
        .map(|f| &text[f.related[0].span.start as usize..f.related[0].span.end as usize])
        .collect();
    assert_eq!(first, ["k7", "k7", "new"]);
    assert_eq!(parsed.documents[0].root.entries().len(), 50_001);
}

#[test]
fn collections_as_keys_are_told_and_reading_goes_on() {
    let parsed = parse(FileId(0), "? [a, b]\n: 1\nc: 2\n");
    assert_eq!(parsed.findings[0].rule, "yaml-key-type");
    assert_eq!(parsed.documents[0].root.get("c").and_then(Node::as_int), Some(2));
}

/// The text that a node covers.
fn covered(text: &str, pointer: &str) -> String {
    let parsed = parse(FileId(0), text);
    let node = crate::yaml::pointer::find(&parsed.documents[0].root, pointer).unwrap().node;
    text[node.start as usize..node.end as usize].to_owned()
}

#[test]
fn values_end_where_their_text_ends() {
    for (text, covers) in [
        ("a: one # more\nb: 2\n", "one"),
        ("a:   one   \nb: 2\n", "one"),
        ("a: one\n  two\nb: 2\n", "one\n  two"),
        ("a: 'x''y'\n", "'x''y'"),
        ("a: \"x\\\"\\n\"\n", "\"x\\\"\\n\""),
        ("a: [1,\n  2 ]\n", "[1,\n  2 ]"),
        ("a: {b: 1 }  \n", "{b: 1 }"),
        ("a: |\n  x\n  y\n\n\nb: 1\n", "x\n  y"),
        ("a: >-\n  x\n", "x"),
        ("a:\n  - 1\n  - 2\n\nb: 1\n", "- 1\n  - 2"),
        ("a:\n- 1\nb: 1\n", "- 1"),
        ("a:\n- -1\n- 2\n", "- -1\n- 2"),
        ("a:\n-\n- 2\n", "-\n- 2"),
        ("a:\n- b: 1\n  c: 2\n", "- b: 1\n  c: 2"),
        ("a: é日\nb: 1\n", "é日"),
        ("a: one\r\nb: 2\r\n", "one"),
    ] {
        assert_eq!(covered(text, "/a"), covers, "{text:?}");
    }
}

#[test]
fn a_value_that_is_not_there_stands_right_behind_its_key() {
    let parsed = parse(FileId(0), "a:\nb:   # comment\nc: ~\n");
    let places: Vec<_> = parsed.documents[0].root.entries().iter().map(|e| (e.value.start, e.value.end)).collect();
    assert_eq!(places, [(1, 1), (4, 4), (21, 22)]);
}

#[test]
fn text_is_read_with_its_escapes_and_folds() {
    let text = "a: \"\\u00e9\\t\\x41\"\nb: 'it''s'\nc: >\n  one\n  two\n\n  three\nd: |+\n  keep\n\ne: plain: no\n";
    let good = text.replace("e: plain: no\n", "e: 'plain: no'\n");
    let parsed = parse(FileId(0), &good);
    let root = &parsed.documents[0].root;
    let read = ["a", "b", "c", "d", "e"].map(|key| root.get(key).and_then(Node::as_str).unwrap().to_owned());
    assert_eq!(read, ["é\tA", "it's", "one two\nthree\n", "keep\n\n", "plain: no"]);
    assert_eq!(rules(text)[0].0, "yaml-syntax", "two colons on one line");
}

#[test]
fn a_mark_at_the_start_of_the_file_does_not_shift_places() {
    let text = "\u{feff}a: one\n";
    let parsed = parse(FileId(0), text);
    assert!(parsed.findings.is_empty(), "{:#?}", parsed.findings);
    let entry = &parsed.documents[0].root.entries()[0];
    assert_eq!((entry.key.as_ref(), &text[entry.value.start as usize..entry.value.end as usize]), ("a", "one"));
}

#[test]
fn empty_files_and_documents_hold_nothing() {
    for text in ["", "\n\n", "# only words\n", "---\n", "---\n...\n", "---\n---\n", "~\n"] {
        let parsed = parse(FileId(0), text);
        assert!(parsed.documents.is_empty() && parsed.findings.is_empty() && !parsed.stopped, "{text:?}");
    }
    assert_eq!(parse(FileId(0), "---\na: 1\n...\n---\nb: 2\n").documents.len(), 2);
}

#[test]
fn a_second_key_is_left_out_and_both_places_are_told() {
    let parsed = parse(FileId(0), "a: 1\nb: {c: 1, c: 2, c: 3}\na: {d: [1]}\n");
    let told: Vec<_> = parsed.findings.iter().map(|f| (f.primary.start, f.related[0].span.start)).collect();
    assert_eq!(told, [(15, 9), (21, 9), (27, 0)]);
    let root = &parsed.documents[0].root;
    assert_eq!(root.get("a").and_then(Node::as_int), Some(1), "the first counts");
    assert!(!parsed.documents[0].damaged, "what is left is whole");
}

#[test]
fn keys_are_one_key_however_they_are_quoted() {
    assert_eq!(rules("a: 1\n'a': 2\n\"\\x61\": 3\n").len(), 2);
    assert_eq!(rules("'1': a\n'true': b\n'': c\n"), []);
}

#[test]
fn only_a_plain_pair_of_signs_is_a_merge_key() {
    assert_eq!(rules("a: {}\n<<: {b: 1}\n"), [("yaml-merge-key", 6)]);
    assert_eq!(rules("{<<: {b: 1}}\n"), [("yaml-merge-key", 1)]);
    for quoted in ["'<<'", "\"<<\"", "\"\\x3c<\""] {
        let text = format!("a: 1\n{quoted}: {{b: 1}}\n");
        let parsed = parse(FileId(0), &text);
        assert!(parsed.findings.is_empty() && !parsed.documents[0].damaged, "{text}");
        assert!(parsed.documents[0].root.get("<<").is_some(), "{text}");
    }
}

#[test]
fn keys_that_are_no_text_are_told_by_their_words() {
    let parsed = parse(FileId(0), "1: a\ntrue: b\n~: c\n1.5: d\nok: e\n");
    let words: Vec<_> = parsed.findings.iter().map(|f| f.message.as_str()).collect();
    let expected = [
        "the key '1' is not text",
        "the key 'true' is not text",
        "the key '~' is not text",
        "the key '1.5' is not text",
    ];
    assert_eq!(words, expected);
    assert_eq!(parsed.documents[0].root.entries().len(), 1);
    assert!(parsed.documents[0].damaged);
}

#[test]
fn damage_stays_with_its_document() {
    let parsed = parse(FileId(0), "a: *x\n---\nb: 1\n---\nc: !t 1\n");
    assert_eq!(parsed.documents.iter().map(|document| document.damaged).collect::<Vec<_>>(), [true, false, true]);
}

#[test]
fn the_deepest_nesting_is_read_and_one_more_is_not() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(FileId(0), &nested(MAX_DEPTH)).findings.is_empty());
    let text = nested(MAX_DEPTH + 1);
    let parsed = parse(FileId(0), &text);
    assert_eq!((parsed.findings[0].rule, parsed.stopped, parsed.documents.len()), ("yaml-too-deep", true, 0));
}

#[test]
fn what_is_not_yaml_is_told_at_a_place_within_the_text() {
    for text in [
        "a: 'x\n",
        "a: \"x\n",
        "a: {b: 1\n",
        "a: ]\n",
        "a: 1\n b: 2\n",
        "a: @x\n",
        "a: `x\n",
        "- a\nb: 1\n",
        "a: \"\\q\"\n",
        "%YAML 3.0\n",
        "a: [é, }\n",
        "? a: [\n",
    ] {
        let parsed = parse(FileId(0), text);
        assert!(parsed.stopped, "{text:?}");
        let finding = &parsed.findings[0];
        assert_eq!(finding.rule, "yaml-syntax", "{text:?}");
        assert!(
            text.get(finding.primary.start as usize..finding.primary.end as usize).is_some(),
            "{text:?}: {finding:#?}"
        );
        assert!(
            finding.message.starts_with("this is not YAML: ") && !finding.message.contains('\n'),
            "{}",
            finding.message
        );
        assert!(finding.help.is_some());
    }
}

#[test]
fn a_list_begins_at_its_first_dash() {
    for (text, start) in [
        ("a:\n- b\n", 3),
        ("a:\n  - b\n", 5),
        ("a:\n- # c\n  b\n", 3),
        ("a:\n- - b\n", 3),
        ("a:\n-\n", 3),
        ("a:\r\n-\r\n- x\r\n", 4),
        ("a: # c\n- b: [c]\n", 7),
    ] {
        let parsed = parse(FileId(0), text);
        assert_eq!(parsed.documents[0].root.get("a").unwrap().start, start, "{text:?}");
    }
    let parsed = parse(FileId(0), "- - b\n- a:\n  - b\n");
    let items = parsed.documents[0].root.items();
    assert_eq!((items[0].start, items[1].get("a").unwrap().start), (2, 13));
}
