//! What a result holds, and what is cut; the schema is asked in `tests/it/formats`.

use serde_json::{Value, json};

use super::*;
use crate::report::fixture::{at, checked};
use crate::since::Since;

const PATH: &str = "sms/ci/ci-a.yaml";
const TEXT: &str = "kind: ci\nid: ci-a\nowner: 'é\u{1f600}'\n";

fn limits() -> Limits {
    Limits { results: 10, kept: 5, locations: 4, bytes: 1_000_000 }
}

fn run(findings: &[Finding], limits: Limits) -> Value {
    let log = checked(&[(PATH, TEXT)], findings, |checked| serde_json::to_value(limited(checked, limits)).unwrap());
    log["runs"][0].clone()
}

fn weighing(severity: Severity) -> Finding {
    Finding { severity, ..at(0, TEXT, "ci-a") }
}

#[test]
fn a_result_has_all_that_is_known_of_the_finding() {
    let finding = at(0, TEXT, "\u{1f600}'").help("do it").label("here").subject("ci", "ci-a").pointer("/owner");
    let run = run(&[finding.related(at(0, TEXT, "ci-a").primary, "of this")], limits());
    let mut result = run["results"][0].clone();
    let print = result["partialFingerprints"]["gitsmFinding/v1"].take();
    assert_eq!(print.as_str().map(str::len), Some(16));
    let expected = json!({
        "ruleId": "ci-orphan", "ruleIndex": 0, "level": "warning",
        "message": {"text": "What is wrong. Do it."},
        "locations": [{
            "message": {"text": "Here."},
            "physicalLocation": {
                "artifactLocation": {"uri": PATH, "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 3, "startColumn": 10, "endLine": 3, "endColumn": 12, "byteOffset": 28, "byteLength": 5},
            },
            "logicalLocations": [{
                "name": "ci-a", "fullyQualifiedName": "ci/ci-a#/owner", "kind": "property",
                "properties": {"recordKind": "ci", "pointer": "/owner"},
            }],
        }],
        "relatedLocations": [{
            "id": 1, "message": {"text": "Of this."},
            "physicalLocation": {
                "artifactLocation": {"uri": PATH, "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 9, "byteOffset": 13, "byteLength": 4},
            },
        }],
        "partialFingerprints": {"gitsmFinding/v1": null},
        "properties": {"clock": false},
    });
    assert_eq!(result, expected);
    assert_eq!(run["columnKind"], "unicodeCodePoints", "the smiling face counts as one");
}

#[test]
fn the_run_says_what_was_read_and_as_of_when() {
    let since = Since { rev: "main".to_owned(), commit: "0".repeat(40), hidden: 3 };
    let log = checked(&[(PATH, TEXT)], &[], |checked| {
        serde_json::to_value(sarif(Checked { since: Some(&since), ..checked })).unwrap()
    });
    assert_eq!((&log["version"], log["runs"].as_array().map(Vec::len)), (&json!("2.1.0"), Some(1)));
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["version"], env!("CARGO_PKG_VERSION"));
    let expected = json!({
        "commit": null, "worktree": true, "asOf": "2026-11-20T23:59:59Z", "records": 1,
        "summary": {"errors": 0, "warnings": 0, "infos": 0},
        "since": {"rev": "main", "commit": "0".repeat(40), "hidden": 3},
    });
    assert_eq!(run["properties"], expected);
    assert_eq!(run["invocations"], json!([{"executionSuccessful": true}]));
    assert_eq!(run["results"], json!([]), "and not left out, which would mean that nothing was looked at");
}

#[test]
fn states_and_weights_are_told_in_the_words_of_the_standard() {
    let of = |state, severity| Finding { state, ..weighing(severity) };
    let findings =
        [of(None, Severity::Info), of(Some(State::New), Severity::Error), of(Some(State::Worse), Severity::Warning)];
    let run = run(&findings, limits());
    let told: Vec<_> =
        run["results"].as_array().unwrap().iter().map(|r| (r["level"].clone(), r["baselineState"].clone())).collect();
    assert_eq!(
        told,
        [(json!("note"), json!(null)), (json!("error"), json!("new")), (json!("warning"), json!("updated"))]
    );
}

#[test]
fn what_services_do_not_take_is_left_out_the_lightest_first_and_said() {
    let mut findings = vec![weighing(Severity::Info); 12];
    findings[11].severity = Severity::Error;
    let cut = run(&findings, limits());
    let levels: Vec<&str> = cut["results"].as_array().unwrap().iter().map(|r| r["level"].as_str().unwrap()).collect();
    assert_eq!((levels.len(), levels[9]), (10, "error"), "in the order of their places");
    let note = &cut["invocations"][0]["toolExecutionNotifications"][0];
    assert!(note["message"]["text"].as_str().unwrap().starts_with("2 findings are not in this file"), "{note}");
    let kept = run(&findings[..6], limits());
    let note = &kept["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(note["message"]["text"], "GitHub keeps the weightiest 5 of these 6 findings.");
    assert_eq!(run(&findings[..5], limits())["invocations"][0]["toolExecutionNotifications"], Value::Null);
}

#[test]
fn a_report_stays_below_the_size_that_services_take() {
    let findings = vec![weighing(Severity::Error); 8];
    let one = serde_json::to_vec(&run(&findings[..1], limits())["results"][0]).unwrap().len();
    let run = run(&findings, Limits { bytes: one * 3 + 1, ..limits() });
    assert_eq!(run["results"].as_array().map(Vec::len), Some(3));
    let note = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert!(note.starts_with("5 findings are not in this file"), "{note}");
}

#[test]
fn related_places_beyond_the_limit_are_counted() {
    let related = at(0, TEXT, "kind").primary;
    let finding = (0..6).fold(at(0, TEXT, "ci-a"), |finding, _| finding.related(related, ""));
    let run = run(&[finding], limits());
    let result = &run["results"][0];
    assert_eq!(result["relatedLocations"].as_array().map(Vec::len), Some(3), "the finding's own place is the fourth");
    assert_eq!(result["message"]["text"], "What is wrong. 3 more places are not listed here.");
    assert_eq!(result["relatedLocations"][0].get("message"), None);
}

#[test]
fn no_text_of_a_record_becomes_a_link_or_steers_a_terminal() {
    let mut finding = at(0, TEXT, "ci-a");
    finding.message = "[click](https://example.org) \u{1b}[31m".to_owned();
    let text = run(&[finding], limits())["results"][0]["message"]["text"].as_str().unwrap().to_owned();
    assert_eq!(text, "[click] (https://example.org) \u{fffd}[31m.");
}

#[test]
fn paths_are_addresses_from_the_root_of_the_git_repository() {
    let findings = [at(0, TEXT, "ci-a")];
    let log = checked(&[("sms/ci/ä b#1%.yaml", TEXT)], &findings, |checked| {
        serde_json::to_value(sarif(Checked { folder: "docs/sm/", ..checked })).unwrap()
    });
    let location = &log["runs"][0]["results"][0]["locations"][0];
    assert_eq!(location["physicalLocation"]["artifactLocation"]["uri"], "docs/sm/sms/ci/%C3%A4%20b%231%25.yaml");
    assert_eq!(location.get("logicalLocations"), None, "a finding about a file has no record");
}

#[test]
fn a_finding_keeps_its_fingerprint_whatever_is_cut() {
    let mut findings = vec![weighing(Severity::Info); 12];
    findings[11].severity = Severity::Error;
    let prints = |limits: Limits| {
        let run = run(&findings, limits);
        let last = run["results"].as_array().unwrap().last().unwrap().clone();
        last["partialFingerprints"].clone()
    };
    assert_eq!(prints(limits()), prints(Limits { results: 100, ..limits() }));
}
