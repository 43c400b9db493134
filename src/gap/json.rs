//! A gap analysis as JSON: additive changes only.

use serde_json::{Value, json};

use super::{Assessed, Input, count};
use crate::base::clause;
use crate::standard::Pdca;

/// The whole analysis as one JSON value.
#[must_use]
pub fn json(input: &Input<'_>, assessed: &[Assessed<'_>]) -> Value {
    let snapshot = input.sms.snapshot;
    let counts: serde_json::Map<String, Value> = count(assessed)
        .into_iter()
        .filter_map(|(status, count)| Some((serde_json::to_value(status).ok()?.as_str()?.to_owned(), count.into())))
        .collect();
    json!({
        "tool": {"name": "gitsm", "version": env!("CARGO_PKG_VERSION")},
        "commit": snapshot.origin.commit(),
        "worktree": snapshot.origin.is_worktree(),
        "as_of": snapshot.as_of.to_string(),
        "standard": {"name": input.pack.standard, "edition": input.pack.edition, "amendments": input.pack.amendments},
        "summary": counts,
        "requirements": assessed.iter().map(|one| requirement(input, one)).collect::<Vec<_>>(),
    })
}

fn requirement(input: &Input<'_>, one: &Assessed<'_>) -> Value {
    let number = one.requirement.clause();
    let evidence = one.evidence.iter().map(|evidence| {
        let record = input.sms.record(evidence.record);
        json!({"id": record.id, "kind": record.kind.name, "path": input.sms.path(record), "grade": evidence.grade})
    });
    let against = one.against.iter().map(|finding| {
        let subject = finding.subject.as_ref().map(|subject| &subject.id);
        json!({"rule": finding.rule, "severity": finding.severity, "record": subject, "message": finding.message})
    });
    json!({
        "id": input.pack.label(one.requirement),
        "clause": number,
        "title": clause::find(number).map(|clause| clause.title),
        "pdca": Pdca::of(number),
        "says": one.requirement.says,
        "need": one.requirement.need,
        "status": one.status,
        "grade": one.grade(),
        "evidence": evidence.collect::<Vec<_>>(),
        "against": against.collect::<Vec<_>>(),
        "performed_by": one.performed_by,
        "next": one.next,
    })
}
