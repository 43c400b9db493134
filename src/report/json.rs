//! The stable JSON of `check`: additive changes only.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Checked, Summary};
use crate::base::finding::Finding;
use crate::base::span::Span;

/// The whole report as one JSON value.
#[must_use]
pub fn json(checked: Checked<'_>) -> Value {
    let snapshot = checked.sms.snapshot;
    let mut repeats = BTreeMap::new();
    let findings: Vec<Value> = checked.findings.iter().map(|finding| one(checked, finding, &mut repeats)).collect();
    json!({
        "tool": {"name": "gitsm", "version": env!("CARGO_PKG_VERSION")},
        "commit": snapshot.origin.commit(),
        "worktree": snapshot.origin.is_worktree(),
        "as_of": snapshot.as_of.to_string(),
        "records": checked.sms.len(),
        "summary": Summary::of(checked.findings),
        "findings": findings,
    })
}

fn one(checked: Checked<'_>, finding: &Finding, repeats: &mut BTreeMap<String, u32>) -> Value {
    let code = crate::rules::find(finding.rule);
    let related: Vec<Value> = finding
        .related
        .iter()
        .map(|label| json!({"path": path(checked, label.span), "span": span(checked, label.span), "message": label.message}))
        .collect();
    json!({
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "record": finding.subject.as_ref().map(|subject| &subject.id),
        "kind": finding.subject.as_ref().map(|subject| &subject.kind),
        "path": path(checked, finding.primary),
        "pointer": finding.pointer,
        "span": span(checked, finding.primary),
        "clauses": code.map(|code| code.clauses).unwrap_or_default(),
        "help": finding.help,
        "clock": finding.clock,
        "related": related,
        "fingerprint": fingerprint(checked, finding, repeats),
    })
}

fn path(checked: Checked<'_>, span: Span) -> &str {
    checked.sms.snapshot.sources.get(span.file).path()
}

fn span(checked: Checked<'_>, span: Span) -> Value {
    let source = checked.sms.snapshot.sources.get(span.file);
    json!({"start": source.position(span.start), "end": source.position(span.end)})
}

/// A name for the finding that survives edits elsewhere in the file: made from the rule, the record (or path) and the
/// pointer, and a number where that repeats.
fn fingerprint(checked: Checked<'_>, finding: &Finding, repeats: &mut BTreeMap<String, u32>) -> String {
    let subject = finding.subject.as_ref().map_or_else(
        || path(checked, finding.primary).to_owned(),
        |subject| format!("{}:{}", subject.kind, subject.id),
    );
    let key = format!("{}\n{subject}\n{}", finding.rule, finding.pointer);
    let repeat = repeats.entry(key.clone()).or_default();
    *repeat += 1;
    let digest = Sha256::digest(format!("{key}\n{repeat}"));
    digest.iter().take(8).fold(String::new(), |mut hex, byte| {
        use std::fmt::Write as _;
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
