//! The fast reader against the careful one: what it takes is read the same, with the same places.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::super::with_care;
use super::*;

/// Whether the fast reader takes a text; what it takes must be what the careful one reads.
fn takes(text: &str) -> bool {
    let Some(fast) = read(FileId(0), text) else { return false };
    let careful = with_care(FileId(0), text);
    assert!(careful.findings.is_empty() && !careful.stopped, "taken, but wrong: {:?}\n{text:?}", careful.findings);
    assert_eq!(trees(&fast), trees(&careful), "{text:?}\n{text}");
    true
}

/// The trees of all documents, and whether each is damaged.
fn trees<'p, 's>(parsed: &'p Parsed<'s>) -> Vec<(&'p Node<'s>, bool)> {
    parsed.documents.iter().map(|document| (&document.root, document.damaged)).collect()
}

/// The texts of all files with an ending below a folder of the repository.
fn texts(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "yaml") {
                // Some files of the tests are not text on purpose.
                found.extend(fs::read_to_string(path));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn records_are_read_fast_and_the_same() {
    let records = texts("sms");
    let slow: Vec<&String> = records.iter().filter(|text| !takes(text)).collect();
    assert!(slow.len() * 50 < records.len(), "{} of {} are read slowly: {slow:#?}", slow.len(), records.len());
}

#[test]
fn every_other_yaml_of_the_repository_is_read_the_same() {
    let others = ["tests", "schemas", "src"].map(texts).concat();
    let fast = others.iter().filter(|text| takes(text)).count();
    assert!(fast * 2 > others.len(), "{fast} of {}", others.len());
}

#[test]
fn what_the_fast_reader_knows_is_read_fast() {
    for text in [
        "a: 1\n",
        "# c\n\na: b c\n\"d\": 'e''f' # g\n'h': \"i\"\n",
        "a:\n  b:\n    c: d\n  e: f\ng:\n",
        "a:\n- b\n- c: d\n  e: f\n-   - g\n    - h\ni:\n  - j\n",
        "- a\n- b: c\n",
        "a: []\nb: {}\nc: [d, 'e', \"f\", [g], {h: i, j: [k]}]\nl: { m: n }\n",
        "a: |\n  b\n\n   c\n  d\ne: >\n  f\n  g\n\n  h\ni: |-\n  j\n",
        "a: >-\n  b: c # d\n  - e\nf: g\n",
        "a: b:c#d\ne: f - g\n",
        "---\na: 1\n---\nb: 2\n",
        "ä: ü — ß\n",
        "a: 2026-11-20T08:00:00Z\nb: -1\nc: 1.5\nd: true\ne: null\nf: ~\n",
        "a:\n  # c\nb:\n# c\n  d: e\n",
    ] {
        assert!(takes(text), "{text}");
    }
}

#[test]
fn what_needs_care_is_left_to_the_careful_reader() {
    for text in [
        "",
        "# c\n",
        "a: 1",
        "a\n",
        "a: &b c\n",
        "a: *b\n",
        "a: !b c\n",
        "<<: {a: b}\n",
        "? a\n: b\n",
        "a: b\n c\n",
        "a: b: c\n",
        "a: 1\na: 2\n",
        "1: a\n",
        "a: 0755\n",
        "a:\tb\n",
        "\ta: b\n",
        "a: b\r\nc: d\r\n",
        "\u{feff}a: b\n",
        "a: \u{7}\n",
        "a: \u{85}\n",
        "a: \u{2028}b\n",
        "a: [b\n",
        "a: [b,\n  c]\n",
        "a: {b}\n",
        "a: [b: c]\n",
        "a: 'b\n  c'\n",
        "a: \"b\\n\"\n",
        "a: |2\n    b\n",
        "a: |+\n  b\n\n",
        "a: |\n",
        "a: @b\n",
        "a: `b\n",
        "a: %b\n",
        "%YAML 1.2\n---\na: b\n",
        "a: b\n...\n",
        "a: b\n  c: d\n",
        "  a: b\n c: d\n",
        "a:\n    b: c\n  d: e\n",
        "- a\nb: c\n",
        "a: b\n- c\n",
        "a: 'b'c\n",
        "a: [b]c\n",
        "a: b\n--- c\n",
    ] {
        assert!(!takes(text), "{text:?}");
    }
}

/// Pieces that mean something to YAML, in an order that often makes a record.
const PIECES: [&str; 48] = [
    "a", "b: c\n", "key:", "key: ", ": ", ":", "\n", "\n  ", "\n    ", "\n- ", "\n  - ", "- ", "-", "---\n", "...\n",
    "# c", " #", "[", "]", "{", "}", ", ", ",", "'", "''", "\"", "\\", "|", ">", "|-\n", ">\n", ">-\n  ", "|\n    ",
    "+", "1", "0x1F", "1e3", "null", "~", "true", "&a ", "*a", "!t ", "\t", " ", "  ", "ä", "?",
];

fn piece() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&PIECES[..])
}

/// A text of nested collections and scalars as people write them, in which nearly nothing is wrong.
fn written() -> impl Strategy<Value = String> {
    let key = proptest::sample::select(&["a", "b-", "c d ", "\u{e4}"][..]);
    let quote = proptest::sample::select(&["", "'", "\""][..]);
    let value = proptest::sample::select(
        &[
            "",
            "",
            "",
            " # c",
            " x",
            " 1",
            " y z",
            " 'q''r'",
            " \"s\"",
            " t # c",
            " [u, v]",
            " {w: x}",
            " [{y: z}, []]",
            " |\nL\n\nL",
            " >\nL\n L\nL",
            " >-\nL\nL\n\nL\n",
            " |-\n\nL\n",
            " a:b",
            " -1",
            " a, b",
        ][..],
    );
    let line = (0..9_u8, any::<bool>(), key, quote, value, 0..3_usize);
    proptest::collection::vec(line, 1..14).prop_map(|lines| {
        // The columns of the open collections, and whether each is a list.
        let mut open: Vec<(usize, bool)> = Vec::new();
        let mut text = String::new();
        let mut empty = true;
        for (number, (up, list, key, quote, value, deeper)) in lines.into_iter().enumerate() {
            if empty {
                let (above, in_list) = open.last().map_or((0, true), |(column, list)| (column + 1, *list));
                let column =
                    if open.is_empty() { 0 } else { above + deeper - usize::from(list && !in_list && deeper == 0) };
                open.push((column, list));
            } else {
                open.truncate(open.len().saturating_sub(usize::from(up / 3)).max(1));
            }
            let (column, list) = open[open.len() - 1];
            let name = format!("{quote}{key}{number}{quote}:");
            let mut value = value;
            empty = value.is_empty() || value == " # c";
            text += &" ".repeat(column);
            if list && up % 2 == 0 {
                text += &format!("- {name}");
                open.push((column + 2, false));
            } else if list {
                // An item with nothing in it would let a list stand in its column.
                value = if empty { " i" } else { value };
                empty = false;
                text += "-";
            } else {
                text += &name;
            }
            let below = " ".repeat(open[open.len() - 1].0 + 1 + deeper);
            text += &value.replace("\nL", &format!("\n{below}l m")).replace("\n L", &format!("\n{below} l"));
            text.push('\n');
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_in_any_order_are_read_the_same(pieces in proptest::collection::vec(piece(), 1..24)) {
        takes(&pieces.concat());
        takes(&format!("{}\n", pieces.concat()));
    }

    #[test]
    fn what_people_write_is_read_the_same(text in written()) {
        takes(&text);
    }

    #[test]
    fn records_with_a_change_are_read_the_same(
        which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), cut in 0..12_usize, pieces in proptest::collection::vec(piece(), 0..3),
    ) {
        thread_local!(static RECORDS: Vec<String> = texts("sms").into_iter().filter(|text| text.len() < 1_500).collect());
        RECORDS.with(|records| {
            let record = which.get(records);
            let places: Vec<usize> = record.char_indices().map(|(at, _)| at).collect();
            let from = *at.get(&places);
            let to = places.iter().copied().find(|to| *to >= from + cut).unwrap_or(record.len());
            takes(&format!("{}{}{}", &record[..from], pieces.concat(), &record[to..]));
        });
    }
}
