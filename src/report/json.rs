//! The stable JSON of `check`: additive changes only.

use std::cell::RefCell;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{Checked, Summary};
use crate::base::finding::Finding;
use crate::base::fix::{Edit, Fix};
use crate::base::span::Span;
use crate::rules::Waived;
use crate::since::Fingerprints;

/// The whole report as one JSON value.
#[must_use]
pub fn json(checked: Checked<'_>) -> Value {
    serde_json::to_value(JsonReport { checked, mended: None }).unwrap_or_default()
}

/// The report as it is written: one finding after the other, so that it never stands in memory as a whole.
#[derive(Debug)]
pub struct JsonReport<'c> {
    /// What the check gave.
    pub checked: Checked<'c>,
    /// What was mended before, when mending was asked for.
    pub mended: Option<Value>,
}

impl Serialize for JsonReport<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let checked = self.checked;
        let snapshot = checked.sms.snapshot;
        let fingerprints = RefCell::new(Fingerprints::new(checked.sms));
        let name = |finding: &Finding| fingerprints.borrow_mut().next(finding);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("tool", &json!({"name": "gitsm", "version": env!("CARGO_PKG_VERSION")}))?;
        map.serialize_entry("commit", &snapshot.origin.commit())?;
        map.serialize_entry("worktree", &snapshot.origin.is_worktree())?;
        map.serialize_entry("as_of", &snapshot.as_of.to_string())?;
        map.serialize_entry("records", &checked.sms.len())?;
        map.serialize_entry("summary", &Summary::of(checked.findings))?;
        map.serialize_entry("findings", &Each::new(checked.findings, |finding| one(checked, finding, &name(finding))))?;
        map.serialize_entry("waived", &Each::new(checked.waived, |one| waived(checked, one, &name(&one.finding))))?;
        if let Some(since) = checked.since {
            map.serialize_entry("since", since)?;
        }
        if let Some(mended) = &self.mended {
            map.serialize_entry("mended", mended)?;
        }
        map.end()
    }
}

/// A list whose items are made as they are written.
struct Each<'a, T, F>(&'a [T], F);

impl<'a, T, F: Fn(&T) -> Value> Each<'a, T, F> {
    fn new(items: &'a [T], make: F) -> Self {
        Self(items, make)
    }
}

impl<T, F: Fn(&T) -> Value> Serialize for Each<'_, T, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(&self.1))
    }
}

fn one(checked: Checked<'_>, finding: &Finding, fingerprint: &str) -> Value {
    let code = crate::rules::find_with(&checked.sms.local, finding.rule);
    let related: Vec<Value> = finding
        .related
        .iter()
        .map(|label| json!({"path": path(checked, label.span), "span": span(checked, label.span), "message": label.message}))
        .collect();
    let mut value = json!({
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "record": finding.subject.as_ref().map(|subject| &subject.id),
        "kind": finding.subject.as_ref().map(|subject| &subject.kind),
        "path": path(checked, finding.primary),
        "pointer": finding.pointer,
        "span": span(checked, finding.primary),
        "clauses": code.map(|code| &*code.clauses).unwrap_or_default(),
        "help": finding.help,
        "clock": finding.clock,
        "related": related,
        "fix": finding.fix.as_ref().map(|fix| self::fix(checked, fix)),
        "fingerprint": fingerprint,
    });
    if let Some(state) = finding.state {
        value["state"] = json!(state);
    }
    value
}

/// What mends a finding: texts for places.
fn fix(checked: Checked<'_>, fix: &Fix) -> Value {
    let edit =
        |edit: &Edit| json!({"path": path(checked, edit.span), "span": span(checked, edit.span), "text": edit.text});
    json!({"title": fix.title, "edits": fix.edits.iter().map(edit).collect::<Vec<_>>()})
}

/// A finding as above, and under `waiver` what waives it and where that stands.
fn waived(checked: Checked<'_>, Waived { finding, waiver }: &Waived, fingerprint: &str) -> Value {
    let mut value = one(checked, finding, fingerprint);
    value["waiver"] = json!({
        "reason": waiver.reason,
        "until": waiver.until.to_string(),
        "place": waiver.place,
        "approved_by": waiver.approved_by,
        "path": path(checked, waiver.span),
        "pointer": waiver.pointer,
        "span": span(checked, waiver.span),
    });
    value
}

fn path(checked: Checked<'_>, span: Span) -> &str {
    checked.sms.snapshot.sources.get(span.file).path()
}

fn span(checked: Checked<'_>, span: Span) -> Value {
    let source = checked.sms.snapshot.sources.get(span.file);
    json!({"start": source.position(span.start), "end": source.position(span.end)})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::finding::Severity;
    use crate::base::span::FileId;
    use crate::report::fixture::{at, checked};

    const PATH: &str = "sms/ci/ci-a.yaml";

    fn report(text: &str, findings: &[Finding]) -> Value {
        checked(&[(PATH, text)], findings, json)
    }

    /// Line, column in characters and offset of a byte, counted anew.
    fn counted(text: &str, at: usize) -> Value {
        let before = &text[..at];
        let line = before.replace("\r\n", "\n").replace('\r', "\n").matches('\n').count() + 1;
        let start = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
        json!({"line": line, "column": before[start..].chars().count() + 1, "offset": at})
    }

    #[test]
    fn the_head_says_what_was_read_and_as_of_when() {
        let report = report("kind: ci\nid: ci-a\n", &[]);
        assert_eq!(report["tool"], json!({"name": "gitsm", "version": env!("CARGO_PKG_VERSION")}));
        assert_eq!((&report["commit"], &report["worktree"]), (&Value::Null, &json!(true)));
        assert_eq!((&report["as_of"], &report["records"]), (&json!("2026-11-20T23:59:59Z"), &json!(1)));
        assert_eq!(report["summary"], json!({"errors": 0, "warnings": 0, "infos": 0}));
        assert_eq!(report["findings"], json!([]));
    }

    #[test]
    fn a_finding_has_all_that_is_known_of_it() {
        let text = "kind: ci\nid: ci-a\nowner: ann\n";
        let finding = at(0, text, "ann").help("do").subject("ci", "ci-a").pointer("/owner");
        let finding = finding.related(at(0, text, "ci-a").primary, "of this").label("not in the report");
        let place = finding.primary;
        let finding = finding.fix(Fix::new("write Bob", place, "bob"));
        let report = report(text, &[finding]);
        let mut found = report["findings"][0].clone();
        let fingerprint = found.as_object_mut().unwrap().shift_remove("fingerprint").unwrap();
        assert_eq!(fingerprint.as_str().unwrap().len(), 16);
        let expected = json!({
            "rule": "ci-orphan", "severity": "warning", "message": "what is wrong", "record": "ci-a", "kind": "ci",
            "path": PATH, "pointer": "/owner",
            "span": {"start": {"line": 3, "column": 8, "offset": 25}, "end": {"line": 3, "column": 11, "offset": 28}},
            "clauses": ["8.2.6"], "help": "do", "clock": false,
            "related": [{
                "path": PATH, "message": "of this",
                "span": {"start": {"line": 2, "column": 5, "offset": 13}, "end": {"line": 2, "column": 9, "offset": 17}},
            }],
            "fix": {"title": "write Bob", "edits": [{
                "path": PATH, "text": "bob",
                "span": {"start": {"line": 3, "column": 8, "offset": 25}, "end": {"line": 3, "column": 11, "offset": 28}},
            }]},
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn a_finding_about_a_file_has_no_record() {
        let report = report("a: 1\n", &[at(0, "a: 1\n", "a")]);
        let found = &report["findings"][0];
        assert_eq!((&found["record"], &found["kind"], &found["help"]), (&Value::Null, &Value::Null, &Value::Null));
        assert_eq!(found.get("fix"), Some(&Value::Null));
    }

    #[test]
    fn positions_agree_with_counting_in_the_text() {
        let text = "a: é日本\r\nb: x\rc: \u{1f600}y\n\nd: z";
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let findings = places.windows(2).map(|pair| {
            let span = Span::new(FileId(0), u32::try_from(pair[0]).unwrap(), u32::try_from(pair[1]).unwrap());
            Finding::new("ci-orphan", Severity::Error, span, "m")
        });
        let report = report(text, &findings.collect::<Vec<_>>());
        for (at, found) in report["findings"].as_array().unwrap().iter().enumerate() {
            // A place between the two bytes of a line end belongs to the line before it.
            let between = |at: usize| text[at..].starts_with('\n') && text[..at].ends_with('\r');
            for (side, byte) in [("start", places[at]), ("end", places[at + 1])] {
                if !between(byte) {
                    assert_eq!(found["span"][side], counted(text, byte), "byte {byte}");
                }
            }
        }
    }

    fn fingerprints(text: &str, findings: &[Finding]) -> Vec<String> {
        let report = report(text, findings);
        let found = report["findings"].as_array().unwrap().iter();
        found.map(|found| found["fingerprint"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn fingerprints_outlast_edits_elsewhere_and_better_words() {
        let before = "kind: ci\nid: ci-a\nowner: ann\n";
        let after = "# a comment\nkind: ci\nid: ci-a\ntitle: More\nowner: ann\n";
        let of = |text: &str| at(0, text, "ann").subject("ci", "ci-a").pointer("/owner");
        let mut reworded = of(after);
        reworded.message = "said better".to_owned();
        reworded.severity = Severity::Error;
        assert_eq!(fingerprints(before, &[of(before)]), fingerprints(after, &[reworded]));
    }

    #[test]
    fn fingerprints_tell_rules_records_places_and_repeats_apart() {
        let text = "kind: ci\n";
        let base = at(0, text, "ci").subject("ci", "ci-a").pointer("/owner");
        let mut other_rule = base.clone();
        other_rule.rule = "owner-missing";
        let findings = [
            base.clone(),
            base.clone(),
            base.clone(),
            other_rule,
            base.clone().pointer("/owner/0"),
            base.clone().subject("ci", "ci-b"),
            base.clone().subject("service", "ci-a"),
            at(0, text, "ci").pointer("/owner"),
        ];
        let found = fingerprints(text, &findings);
        let distinct: std::collections::BTreeSet<_> = found.iter().collect();
        assert_eq!(distinct.len(), found.len(), "{found:#?}");
        assert_eq!(fingerprints(text, &findings[..1])[0], found[0], "the first of several keeps its own");
    }

    #[test]
    fn a_difference_is_told_in_keys_of_its_own() {
        use crate::base::finding::State;
        let text = "kind: ci\nid: ci-a\n";
        let findings = [Finding { state: Some(State::Worse), ..at(0, text, "ci-a") }];
        let since = crate::since::Since { rev: "main".to_owned(), commit: "0".repeat(40), hidden: 2 };
        let told = checked(&[(PATH, text)], &findings, |checked| json(Checked { since: Some(&since), ..checked }));
        assert_eq!(told["since"], json!({"rev": "main", "commit": "0".repeat(40), "hidden": 2}));
        assert_eq!(told["findings"][0]["state"], "worse");
        let plain = report(text, &[at(0, text, "ci-a")]);
        assert!(plain.get("since").is_none() && plain["findings"][0].get("state").is_none());
    }

    #[test]
    fn what_is_waived_is_kept_with_the_reason_the_end_and_the_place_of_its_waiver() {
        use crate::graph::Graph;
        use crate::model::fixture::with;
        use crate::rules::{Check, Selection, judge};
        let text = "kind: person\nid: ann\ntitle: A\nstatus: active\nodd: 1\nwaivers:\n  - rule: field-unknown\n    place: odd\n    until: 2026-12-31\n    reason: Why not\n";
        let files = [("sms/person/ann.yaml", text)];
        let report = with(&files, |sms| {
            let judged = judge(&Check { sms, graph: &Graph::build(sms) }, &Selection::default());
            json(Checked { waived: &judged.waived, ..Checked::new(sms, &judged.findings) })
        });
        assert_eq!((&report["findings"], &report["summary"]["errors"]), (&json!([]), &json!(0)));
        assert_eq!(report["waived"].as_array().unwrap().len(), 1);
        let waived = &report["waived"][0];
        assert_eq!((&waived["rule"], &waived["pointer"]), (&json!("field-unknown"), &json!("/odd")));
        assert_eq!(waived["fingerprint"].as_str().unwrap().len(), 16);
        let at = text.find("field-unknown").unwrap();
        let expected = json!({
            "reason": "Why not", "until": "2026-12-31", "place": "/odd", "approved_by": null,
            "path": "sms/person/ann.yaml", "pointer": "/waivers/0",
            "span": {"start": counted(text, at), "end": counted(text, at + "field-unknown".len())},
        });
        assert_eq!(waived["waiver"], expected);
    }

    #[test]
    fn a_rule_that_nobody_knows_has_no_clauses() {
        let mut finding = at(0, "a: 1\n", "a");
        finding.rule = "from-elsewhere";
        assert_eq!(report("a: 1\n", &[finding])["findings"][0]["clauses"], json!([]));
    }
}
