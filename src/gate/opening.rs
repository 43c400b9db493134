//! What stands in the way before anybody is asked: failed look-ups, drafts, errors that came in, records that may not change.

use super::edits::{Edits, Meaning};
use super::facts::{Facts, PullState};
use super::outcome::Outcome;
use super::policy::Policy;
use super::reason::{Code, Reason};
use crate::base::finding::Severity;
use crate::diff::State;
use crate::since;

/// Most findings that are told one by one.
const MOST: usize = 10;

/// What the facts and the merge result have against a decision.
#[must_use]
pub(super) fn opening(policy: &Policy<'_>, base: State<'_>, head: State<'_>, facts: &Facts) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for (what, why) in &facts.failed {
        let message = format!("the look-up of {what} failed: {why}");
        reasons.push(Reason::error(
            Code::LookupFailed,
            message,
            "have it evaluated again; a failed look-up is never taken for an empty answer",
        ));
    }
    let by_path = policy.record.controlled().is_some_and(|controlled| !controlled.paths().is_empty());
    if facts.files.is_none() && by_path {
        let message = "not all changed files could be listed, and the policy controls paths";
        reasons.push(Reason::error(Code::FilesUnknown, message, "list them from git, or split the pull request"));
    }
    if !facts.pull_request.mergeable {
        let message = "it cannot be merged without a conflict";
        reasons.push(Reason::blocked(Code::MergeConflict, message, "merge the base into the branch"));
    }
    match facts.pull_request.state {
        PullState::Open if facts.pull_request.draft => {
            let message = "it is a draft; votes are kept until it is ready";
            reasons.push(
                Reason::new(Code::Draft, Outcome::Pending, message).help("mark the pull request as ready for review"),
            );
        }
        PullState::Closed => {
            reasons.push(Reason::blocked(Code::Closed, "it was closed", "open it again"));
        }
        PullState::Open | PullState::Merged => {}
    }
    reasons.extend(introduced(base, head));
    reasons
}

/// Errors that the merge result has and the base has not.
fn introduced(base: State<'_>, head: State<'_>) -> Option<Reason> {
    // Comparing two states costs as much as reading one; most merge results have no error at all.
    if !head.findings.iter().any(|finding| finding.severity == Severity::Error) {
        return None;
    }
    let after = head.side.sms;
    let before = since::Side { sms: base.side.sms, findings: base.findings };
    let found = since::introduced(before, since::Side { sms: after, findings: head.findings });
    let errors: Vec<_> = found.iter().filter(|finding| finding.severity == Severity::Error).collect();
    let told = |finding: &&crate::base::finding::Finding| {
        let source = after.snapshot.sources.get(finding.primary.file);
        let at = source.position(finding.primary.start);
        let message = format!("{}:{}:{}: {} ({})", source.path(), at.line, at.column, finding.message, finding.rule);
        Reason::new(Code::FindingsIntroduced, Outcome::Blocked, message)
    };
    let parts: Vec<Reason> = errors.iter().take(MOST).map(told).collect();
    (!parts.is_empty()).then(|| {
        let message = format!("it brings {}", crate::base::text::counted(errors.len(), "error", "errors"));
        Reason::blocked(
            Code::FindingsIntroduced,
            message,
            "mend them; `gitsm check --since` the base shows them in their place",
        )
        .with(parts)
    })
}

/// Edits that no approval makes good.
#[must_use]
pub(super) fn integrity(edits: &Edits) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for id in edits.of(Meaning::AlteredWhenOver) {
        let message = format!("the change '{id}' is over and cannot be altered");
        reasons.push(Reason::blocked(
            Code::ClosedEdited,
            message,
            "leave it as it is, and put right by a new change what is wrong",
        ));
    }
    for id in edits.of(Meaning::Gone) {
        let message = format!("the change '{id}' was asked for and is taken out");
        reasons.push(Reason::blocked(
            Code::ChangeRemoved,
            message,
            "keep the record and set `status: cancelled` with a `closure_note`",
        ));
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::finding::Finding;
    use crate::base::span::{FileId, Span};
    use crate::graph::Graph;
    use crate::graph::diff::Side;
    use crate::model::fixture::records;

    #[test]
    fn an_error_is_told_when_nothing_else_is_found() {
        records("== ci ci-a", |sms| {
            let graph = Graph::build(sms);
            let side = Side { sms, graph: &graph };
            let told = |severity: Severity| {
                let found = [Finding::new("field-unknown", severity, Span::new(FileId(0), 0, 4), "m")];
                introduced(State { side, findings: &[] }, State { side, findings: &found }).map(|reason| reason.message)
            };
            assert_eq!(told(Severity::Error).as_deref(), Some("it brings 1 error"));
            assert_eq!(told(Severity::Warning), None);
        });
    }
}
