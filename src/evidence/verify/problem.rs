//! What can be wrong beside single commits, with the page of each.

use serde::Serialize;

use crate::base::code::Code;
use crate::base::finding::Severity;

crate::codes! {
    /// A clone that does not hold the whole history.
    ///
    /// What is not there cannot be judged, so nothing in it counts as proven. Fetch the whole history
    /// (`git fetch --unshallow`; in a workflow, `fetch-depth: 0`) and run it again.
    HISTORY_SHALLOW = "history-shallow", Error, clauses: ["7.5.3"];

    /// An entry of the ledger names a commit that is not on the branch any more.
    ///
    /// The branch was rewritten, or another line was put in its place by a merge with swapped parents. Find the lost
    /// commits in another clone and bring them back; if the rewrite was meant, adopt anew and say why.
    HISTORY_REWRITTEN = "history-rewritten", Error, clauses: ["7.5.3"];

    /// There is no ledger.
    ///
    /// Decisions are kept on the ledger's branch. Fetch it (`git fetch origin gitsm/ledger`), or begin one with
    /// `gitsm audit adopt`.
    LEDGER_MISSING = "ledger-missing", Error, clauses: ["7.5.3"];

    /// The chain of the ledger has a gap, or something in it that is no entry.
    ///
    /// Each entry names the hash of the one before it. An entry was removed, put in between, or the branch was rewritten.
    /// Bring the branch back from another clone.
    LEDGER_BROKEN = "ledger-broken", Error, clauses: ["7.5.3"];

    /// An entry of the ledger is not what it was when it was written, or was removed.
    ///
    /// The commit of each entry names its hash. Bring the branch back from another clone.
    LEDGER_ALTERED = "ledger-altered", Error, clauses: ["7.5.3"];

    /// The ledger here and the one of the remote each hold entries that the other does not, or one seen before is gone.
    ///
    /// A ledger only grows, so one of the two was rewritten. Compare them entry by entry before trusting either.
    LEDGER_DIVERGED = "ledger-diverged", Error, clauses: ["7.5.3"];

    /// An entry of the ledger that none of the recorders signed.
    ///
    /// `gitsm.toml` names the keys of recorders, so an entry without the signature of one of them counts for nothing.
    LEDGER_SIGNATURE = "ledger-signature", Error, clauses: ["7.5.3"];

    /// A vote whose signature is not that of the person it names, at that instant.
    ///
    /// The vote counts for nothing. The person signs again with a key that stands in the person's record.
    VOTE_SIGNATURE = "vote-signature", Error, clauses: ["8.5.1.3"];

    /// A commit, or an entry, that says it is older than the one before it.
    ///
    /// Times in commits are set by whoever makes them. Ten minutes are allowed for clocks that differ; more is a wrong
    /// clock or a date that was made up.
    CLOCK_BACKWARDS = "clock-backwards", Warning, clauses: ["7.5.3"];

    /// A commit signed by somebody else than it says wrote it.
    ///
    /// Author and committer are text that anybody can write; the signature is not.
    AUTHOR_FORGED = "author-forged", Warning, clauses: ["5.3", "7.5.3"];

    /// A status that does not follow the one before it.
    ///
    /// The states of a kind and what may follow each stand in its schema; `gitsm explain KIND` shows them. A record that
    /// jumped was not treated as its process says.
    STATUS_ILLEGAL_JUMP = "status-illegal-jump", Error, clauses: ["8.1"];

    /// A record that was edited after its life was over.
    ///
    /// What is closed is evidence. Reopen it, write a new record, or mark the commit with a `Correction:` trailer that
    /// says why.
    CLOSED_RECORD_EDITED = "closed-record-edited", Warning, clauses: ["7.5.3"];

    /// A record that was deleted before its time.
    ///
    /// Records are kept as long as `[evidence] keep` in `gitsm.toml` says. Bring it back; a record that is no longer used
    /// has a last state for that.
    RECORD_DELETED_EARLY = "record-deleted-early", Error, clauses: ["7.5.3"];

    /// A record of something that happened more than a week before the record was written.
    ///
    /// What is written long after the event proves little about it. Say in the record why it came late.
    BACKDATED_RECORD = "backdated-record", Warning, clauses: ["7.5.3"];

    /// Something under control that was edited without naming a change.
    ///
    /// Every edit of what is under control belongs to a change: write the change record in the same commit, or name it in
    /// a `Change:` trailer.
    CONTROLLED_EDIT_NO_CHANGE = "controlled-edit-no-change", Error, clauses: ["8.2.6", "8.5.1"];

    /// Something under control that was pushed without a trace of anybody having looked at it.
    ///
    /// Let it come by a pull request, or name who looked at it in a `Reviewed-by:` trailer.
    UNREVIEWED_PUSH = "unreviewed-push", Warning, clauses: ["8.5.1.3"];

    /// A target that was made easier without a change.
    ///
    /// A target that is lowered after its period began, with no change and no reason, hides that it was missed.
    TARGET_LOWERED = "target-lowered", Warning, clauses: ["6.2.1"];

    /// A change that was carried out while what it affects was never touched.
    ///
    /// The records of the configuration items that a change affects should be edited under it, within a week of its end.
    CHANGE_CI_UNCHANGED = "change-ci-unchanged", Warning, clauses: ["8.2.6"];

    /// A change that was carried out without a decision.
    ///
    /// No decision in the ledger that passed names the change. Open a nonconformity; take the change back, or have it
    /// decided now: that does not make it one that was agreed to before, and the record says so.
    CHANGE_NO_APPROVAL = "change-no-approval", Error, clauses: ["8.5.1.3"];

    /// A change that began before it was decided.
    ///
    /// The earliest beginning that any version of the record names lies before the first decision in the ledger that let
    /// the change through. Ten minutes are allowed for clocks that differ. What cannot wait is an emergency.
    CHANGE_APPROVAL_LATE = "change-approval-late", Error, clauses: ["8.5.1.3"];

    /// An emergency that nobody looked at in time afterwards.
    ///
    /// The policy in force when it was decided says who must agree afterwards, and within which time. They approve the
    /// merged pull request, or vote with `gitsm approve`; then `gitsm audit record COMMIT` writes it to the ledger.
    CHANGE_EMERGENCY_NO_RETRO = "change-emergency-no-retro", Error, clauses: ["8.5.1.1"];

    /// A document in force whose version no decision let through.
    ///
    /// The commit that brought this version into force is on the branch, and no decision in the ledger covers it. Have
    /// the version decided by a pull request; a kind that is not under control can be put there in the change policy.
    DOC_IN_FORCE_UNAPPROVED = "doc-in-force-unapproved", Error, clauses: ["7.5.2"];

    /// A vote on the own work.
    ///
    /// Whoever wrote, asks for, carries out or tested something does not agree to it as well, where the policy says so.
    /// Either the vote did not count and it came to the branch all the same, or a decision counts it: then the gate was
    /// gone around.
    SELF_APPROVAL = "self-approval", Error, clauses: ["5.3"];

    /// A seat filled by somebody who had no right to it at that instant.
    ///
    /// By the records at the base of the decision the person was not there, or did not hold any of the roles that the
    /// seat asks for. `gitsm audit replay` decides again and shows what comes out.
    APPROVER_NOT_AUTHORISED = "approver-not-authorised", Error, clauses: ["5.1"];

    /// An approval in a record that somebody else wrote there.
    ///
    /// A record names who approved or decided something, and that person neither made the commit nor signed it, and
    /// filled no seat of its decision. Let people write their own approvals, or vote on the pull request.
    APPROVAL_IDENTITY_MISMATCH = "approval-identity-mismatch", Warning, clauses: ["7.5.3"];

    /// A review behind which something changed.
    ///
    /// Something that the record refers to changed in a later commit than the one that wrote down the review; edits of
    /// owner, tags, links and the like are passed over. Look at the record again and set `review.last`.
    REVIEW_SUSPECT = "review-suspect", Warning, clauses: ["7.5.2"];
}

/// How much a problem weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Worth knowing.
    Info,
    /// To be looked at.
    Warning,
    /// To be mended.
    Error,
}

/// Something that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Its code.
    pub code: &'static str,
    /// How much it weighs.
    pub weight: Weight,
    /// The commit at which it shows, on the branch or on the ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The record that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// What is wrong.
    pub message: String,
}

impl Problem {
    /// A problem of this code.
    #[must_use]
    pub fn new(code: &Code, message: impl Into<String>) -> Self {
        let weight = match code.severity {
            Severity::Error => Weight::Error,
            Severity::Warning => Weight::Warning,
            Severity::Info => Weight::Info,
        };
        Self { code: code.id, weight, commit: None, record: None, message: message.into() }
    }

    /// At this commit.
    #[must_use]
    pub fn at(mut self, commit: &dyn std::fmt::Display) -> Self {
        self.commit = Some(commit.to_string());
        self
    }

    /// About this record.
    #[must_use]
    pub fn about(mut self, record: &str) -> Self {
        self.record = Some(record.to_owned());
        self
    }
}
