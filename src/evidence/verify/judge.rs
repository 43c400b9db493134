//! One commit against the entry of the ledger that decides about it.

use git2::Oid;
use serde::Serialize;

use crate::evidence::history::{Commit, History, HistoryError};
use crate::evidence::ledger::{Body, Kept, end, passed};

/// What a commit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It touches nothing under control.
    Free,
    /// It is from before the process held.
    BeforeAdoption,
    /// It was decided, and what was decided is what came.
    Authorised,
    /// It was decided as an emergency.
    Emergency,
    /// It cannot be judged from this clone.
    NotAssessable,
    /// It was not decided, or something else came.
    Unauthorised,
}

impl Verdict {
    /// The word for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Free => "nothing under control",
            Self::BeforeAdoption => "before adoption",
            Self::Authorised => "authorised",
            Self::Emergency => "emergency",
            Self::NotAssessable => "not assessable",
            Self::Unauthorised => "unauthorised",
        }
    }
}

/// Why a commit is not simply authorised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// A stable word.
    pub code: &'static str,
    /// What is wrong, and what was expected.
    pub message: String,
}

impl Reason {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// Why the entry does not authorise what came with its subject, `tip`; `before` is the commit in front of it on the
/// branch. Empty when it does.
pub(super) fn objections(
    history: &History,
    kept: &Kept,
    tip: &Commit,
    before: &Commit,
) -> Result<Vec<Reason>, HistoryError> {
    let mut reasons = Vec::new();
    let mut no = |code: &'static str, message: String| reasons.push(Reason::new(code, message));
    let entry = &kept.entry;
    let Body::Decision { merge_tree, decision, .. } = &entry.body else { return Ok(reasons) };
    let number = entry.number;
    if !kept.counts {
        no("entry-does-not-count", format!("entry {number} of the ledger is flawed, so it decides nothing"));
    }
    let outcome = decision["outcome"].as_str().unwrap_or("missing");
    if !passed(decision) {
        no("decision-not-pass", format!("the decision in entry {number} is {outcome}"));
    }
    let tree = tip.tree.to_string();
    if entry.subject.tree != tree || *merge_tree != tree {
        let words = format!("the tree that came is {tree}, but entry {number} decided about {merge_tree}");
        no("tree-not-decided", words);
    }
    let base = end(decision, "base").unwrap_or("missing");
    if base != before.id.to_string() {
        no("base-not-decided", format!("entry {number} decided against {base}, but it came upon {}", before.id));
    }
    if let Some(words) = policy(history, decision["policy"]["commit"].as_str(), before)? {
        no("policy-not-at-base", format!("entry {number} {words}"));
    }
    // The head of a squashed branch is often gone; where it is there, the merge is made again.
    let head = end(decision, "head").and_then(|head| Oid::from_str(head).ok());
    if let Some(head) = head.filter(|head| history.commit(*head).is_ok()) {
        let same = history.descends(head, before.id) && history.commit(head)?.tree == tip.tree;
        if !same && !history.merges_to(before.id, head, tip.tree)? {
            no("merge-not-repeated", format!("merging {head} into {} does not give what came", before.id));
        }
    }
    Ok(reasons)
}

/// What is wrong with the commit whose policy a decision names.
fn policy(history: &History, commit: Option<&str>, before: &Commit) -> Result<Option<String>, HistoryError> {
    let Some(commit) = commit else { return Ok(Some("names no policy".to_owned())) };
    if commit == before.id.to_string() {
        return Ok(None);
    }
    let Some(commit) = Oid::from_str(commit).ok().and_then(|id| history.commit(id).ok()) else {
        return Ok(Some(format!("names the policy of {commit}, which is not here")));
    };
    let at = |tree: Oid| history.entry(tree, "sms/change_policy");
    if history.descends(before.id, commit.id) && at(commit.tree)? == at(before.tree)? {
        return Ok(None);
    }
    Ok(Some(format!("names the policy of {}, which is not the one in force at the base", commit.id)))
}

#[cfg(test)]
mod tests;
