//! Excerpts as people see them.

use std::fmt::Write as _;

use super::human;
use crate::base::finding::{Finding, Severity};
use crate::base::span::{FileId, Span};
use crate::report::fixture::{at, checked};

const PATH: &str = "sms/ci/a.yaml";

fn shown(text: &str, findings: &[Finding]) -> String {
    checked(&[(PATH, text)], findings, |checked| human(checked, false))
}

fn place(start: usize, end: usize) -> Finding {
    let span = Span::new(FileId(0), u32::try_from(start).unwrap(), u32::try_from(end).unwrap());
    Finding::new("ci-orphan", Severity::Warning, span, "what is wrong")
}

/// The lines of the excerpt of one finding: its position, the line of the file and the marks below it.
fn excerpt(text: &str, start: usize, end: usize) -> [String; 3] {
    let shown = shown(text, &[place(start, end)]);
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!((lines[0], lines[2]), ("warning[ci-orphan]: what is wrong", "  |"), "{shown}");
    [lines[1], lines[3], lines[4]].map(|line| line.trim().to_owned())
}

#[test]
fn a_finding_is_shown_with_its_line_related_places_help_and_clauses() {
    let text = "kind: ci\nid: ci-a\nowner: ann\n";
    let finding = at(0, text, "ann").label("who?").help("ask around").related(at(0, text, "ci-a").primary, "of this");
    insta::assert_snapshot!(shown(text, &[finding]), @r"
    warning[ci-orphan]: what is wrong
     --> sms/ci/a.yaml:3:8
      |
    3 | owner: ann
      |        ^^^ who?
      |
     ::: sms/ci/a.yaml:2:5
      |
    2 | id: ci-a
      |     ---- of this
      |
      = help: ask around
      = note: ISO/IEC 20000-1 clause 8.2.6; `gitsm explain ci-orphan` tells why
    ");
}

#[test]
fn findings_are_parted_by_an_empty_line_and_weighed_by_word() {
    let words = [Severity::Error, Severity::Warning, Severity::Info].map(|severity| {
        let mut finding = place(0, 1);
        finding.severity = severity;
        shown("a: 1\n", &[finding]).lines().next().unwrap().to_owned()
    });
    assert_eq!(words.map(|line| line.split('[').next().unwrap().to_owned()), ["error", "warning", "info"]);
    let two = shown("a: 1\n", &[place(0, 1), place(3, 4)]);
    assert_eq!(two.matches("tells why\n\nwarning[").count(), 1);
    assert!(two.ends_with("tells why\n\n"));
    assert_eq!(shown("a: 1\n", &[]), "");
}

#[test]
fn the_end_of_a_file_can_be_marked() {
    assert_eq!(excerpt("", 0, 0), ["--> sms/ci/a.yaml:1:1", "1 |", "| ^"]);
    assert_eq!(excerpt("a: 1\n", 5, 5), ["--> sms/ci/a.yaml:2:1", "2 |", "| ^"]);
    assert_eq!(excerpt("a: 1", 4, 4), ["--> sms/ci/a.yaml:1:5", "1 | a: 1", "|     ^"]);
    assert_eq!(excerpt("a: 1", 90, 99)[1..], ["1 | a: 1", "|     ^"], "a place behind the end is the end");
}

#[test]
fn a_place_over_several_lines_is_marked_on_its_first() {
    assert_eq!(excerpt("a: 1\nb: 2\n", 3, 9), ["--> sms/ci/a.yaml:1:4", "1 | a: 1", "|    ^"]);
}

#[test]
fn marks_stand_below_wide_letters() {
    assert_eq!(excerpt("a: é日本x\n", 5, 11), ["--> sms/ci/a.yaml:1:5", "1 | a: é日本x", "|     ^^^^"]);
}

#[test]
fn every_kind_of_line_end_ends_a_line_and_nothing_else_does() {
    assert_eq!(excerpt("a: 1\r\nb: 2\r\n", 6, 7), ["--> sms/ci/a.yaml:2:1", "2 | b: 2", "| ^"]);
    assert_eq!(excerpt("a: 1\rb: 2\r", 5, 6), ["--> sms/ci/a.yaml:2:1", "2 | b: 2", "| ^"]);
    let [position, line, _] = excerpt("a: 1\u{85}b: 2\u{2028}c\n", 6, 7);
    assert_eq!((position.as_str(), line.contains('c')), ("--> sms/ci/a.yaml:1:6", true));
}

#[test]
fn a_long_line_is_cut_around_the_place_and_the_position_stays_true() {
    for before in [1_000, 30_000] {
        let text = format!("a: {}MARK{}\n", "x".repeat(before), "y".repeat(100_000));
        let shown = shown(&text, &[place(before + 3, before + 7)]);
        assert!(shown.contains(&format!("--> sms/ci/a.yaml:1:{}\n", before + 4)), "{shown}");
        assert!(shown.contains("xMARKy") && shown.contains("^^^^\n"), "{shown}");
        assert!(shown.lines().all(|line| line.len() < 200), "{shown}");
    }
}

#[test]
fn a_long_line_of_wide_letters_is_cut_between_letters() {
    let text = format!("a: {}\n", "日".repeat(20_000));
    for letter in [0, 1, 133, 134, 6_000, 12_345, 19_999] {
        let start = 3 + 3 * letter;
        let shown = shown(&text, &[place(start, start + 3)]);
        assert!(shown.contains(&format!("sms/ci/a.yaml:1:{}\n", letter + 4)), "{shown}");
        assert!(shown.contains("^^\n"), "{shown}");
    }
}

#[test]
fn a_place_longer_than_a_screen_is_cut() {
    let text = format!("a: {}\n", "z".repeat(5_000));
    let [position, line, marks] = excerpt(&text, 3, 5_003);
    assert_eq!(position, "--> sms/ci/a.yaml:1:4");
    assert!(line.len() < 200 && marks.starts_with("|    ^^^"), "{line}\n{marks}");
}

#[test]
fn ten_related_places_are_shown_and_the_rest_is_counted() {
    let text = "a: 1234567890123\n";
    let many = |count: usize| {
        let finding =
            (1..=count).fold(place(0, 1), |finding, n| finding.related(place(n, n + 1).primary, format!("place {n}")));
        shown(text, &[finding])
    };
    assert!(many(10).contains("- place 10") && !many(10).contains("more places"));
    assert!(many(12).contains("- place 10") && !many(12).contains("- place 11"));
    assert!(many(12).contains("= note: and 2 more places; --format json lists them all"), "{}", many(12));
}

#[test]
fn the_place_itself_is_not_told_again_as_related() {
    let shown = shown("a: 1\n", &[place(0, 1).related(place(0, 1).primary, "the same")]);
    assert!(!shown.contains("the same") && !shown.contains(":::"), "{shown}");
}

#[test]
fn a_rule_without_clauses_only_names_its_page() {
    let mut finding = place(0, 1);
    finding.rule = "from-elsewhere";
    assert!(shown("a: 1\n", &[finding]).contains("= note: `gitsm explain from-elsewhere` tells why\n"));
}

#[test]
fn nothing_from_a_file_steers_the_terminal() {
    const STEERING: [char; 8] = ['\u{1b}', '\u{7}', '\u{8}', '\u{7f}', '\u{9b}', '\u{85}', '\u{202e}', '\u{2066}'];
    let mut text = String::from("a: 1");
    for character in STEERING {
        let _ = write!(text, "{character}]0;x");
    }
    let mut finding = place(0, 1).label(&text).help(&text).related(place(3, 4).primary, &text);
    finding.message.clone_from(&text);
    let path = format!("sms/ci/{text}\n.yaml");
    for colour in [false, true] {
        let mut shown = checked(&[(&path, &text)], std::slice::from_ref(&finding), |checked| human(checked, colour));
        if colour {
            // The renderer's own colours are taken out; they are all there may be.
            while let Some(from) = shown.find("\u{1b}[") {
                let to = from + shown[from..].find('m').unwrap();
                shown.replace_range(from..=to, "");
            }
        }
        let left: Vec<char> = shown.chars().filter(|c| STEERING.contains(c)).collect();
        assert!(left.is_empty(), "{left:?} with colour {colour}: {}", shown.escape_debug());
        assert_eq!(shown.matches(".yaml:1:").count(), 2, "a path stays on its line");
    }
}
