//! What fails, what is skipped, and that any text makes good XML.

use super::*;
use crate::report::fixture::{at, checked};

const TEXT: &str = "kind: ci\nid: ci-a\nowner: ann\n";

fn printed(findings: &[Finding], deny: Severity) -> String {
    let files = [("sms/ci/ci-a.yaml", TEXT), ("sms/ci/ci-b.yaml", TEXT)];
    checked(&files, findings, |checked| junit(checked, deny).unwrap())
}

fn weighing(severity: Severity) -> Finding {
    Finding { severity, ..at(0, TEXT, "ann") }
}

#[test]
fn what_reaches_the_limit_fails_and_the_rest_is_skipped() {
    let findings = [Severity::Error, Severity::Warning, Severity::Info].map(weighing);
    for (deny, failures) in [(Severity::Error, 1), (Severity::Warning, 2), (Severity::Info, 3)] {
        let xml = printed(&findings, deny);
        assert_eq!(
            (xml.matches("<failure").count(), xml.matches("<skipped ").count()),
            (failures, 3 - failures),
            "{xml}"
        );
        assert!(
            xml.contains(&format!("<testsuites name=\"gitsm\" tests=\"3\" failures=\"{failures}\" errors=\"0\">")),
            "{xml}"
        );
        assert!(xml.contains(&format!("skipped=\"{}\" errors=\"0\" failures=\"{failures}\"", 3 - failures)), "{xml}");
    }
}

#[test]
fn each_file_is_a_suite_and_each_finding_a_case() {
    let findings = [at(0, TEXT, "ann").subject("ci", "ci-a"), at(0, TEXT, "ci-a"), at(1, TEXT, "ann")];
    let xml = printed(&findings, Severity::Error);
    assert_eq!((xml.matches("<testsuite ").count(), xml.matches("<testcase ").count()), (2, 3));
    assert!(xml.contains("<testsuite name=\"sms/ci/ci-b.yaml\" tests=\"1\""), "{xml}");
    assert!(xml.contains("<testcase name=\"ci-orphan at 3:8\" classname=\"ci.ci-a\">"), "{xml}");
    assert!(xml.contains("<testcase name=\"ci-orphan at 3:8\" classname=\"sms/ci/ci-b.yaml\">"), "{xml}");
}

#[test]
fn a_case_says_where_why_and_what_to_do() {
    let finding = at(0, TEXT, "ann").help("mend it").related(at(0, TEXT, "ci-a").primary, "of this");
    let xml = printed(&[finding], Severity::Warning);
    let lines = "sms/ci/ci-a.yaml:3:8\nhelp: mend it\nsms/ci/ci-a.yaml:2:5: of this</failure>";
    assert!(xml.contains("<failure message=\"what is wrong\" type=\"warning\">") && xml.contains(lines), "{xml}");
}

#[test]
fn nothing_in_a_text_is_markup_or_no_character_of_xml() {
    let mut finding = at(0, TEXT, "ann").help("]]> <b> & \u{0} \u{b} \u{1b}[31m \u{fffe}\u{ffff}");
    finding.message = "\"<a b='c'>\" &amp; \u{1} \t".to_owned();
    let xml = printed(&[finding], Severity::Info);
    assert!(!xml.contains("<b>") && !xml.contains("<a b"), "{xml}");
    assert!(xml.contains("&lt;a b=") && xml.contains("&amp;amp;"), "{xml}");
    let legal = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert_eq!(xml.chars().find(|c| !legal(*c)), None, "{xml}");
}

#[test]
fn without_findings_one_case_passes() {
    let xml = printed(&[], Severity::Error);
    assert!(xml.contains("<testsuites name=\"gitsm\" tests=\"1\" failures=\"0\" errors=\"0\">"), "{xml}");
    assert!(xml.contains("<testcase name=\"no findings\" classname=\"gitsm\"/>"), "{xml}");
    assert!(xml.contains("<property name=\"as-of\" value=\"2026-11-20T23:59:59Z\"/>"), "{xml}");
}
