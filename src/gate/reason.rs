//! Why a decision is what it is: a tree, each node with a stable code and what would change it.

use serde::{Serialize, Serializer};

use super::outcome::Outcome;

/// Declares the codes with their words.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// What a reason is about. The words are stable: programs may rely on them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)+
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The word in output.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }
        }
    };
}

codes! {
    /// The facts cannot be used.
    FactsUnreadable = "facts-unreadable",
    /// A look-up failed on the way.
    LookupFailed = "lookup-failed",
    /// Not all changed files could be listed.
    FilesUnknown = "files-unknown",
    /// There is no change policy in force at the base, or several.
    PolicyMissing = "policy-missing",
    /// The policy, or people and times that it rests on, have errors at the base.
    PolicyBroken = "policy-broken",
    /// A role, team or level that the policy names leads to nobody or nothing.
    PolicyEmpty = "policy-empty",
    /// The pull request is a draft.
    Draft = "draft",
    /// The pull request was closed.
    Closed = "closed",
    /// It cannot be merged.
    MergeConflict = "merge-conflict",
    /// The merge result has errors that the base has not.
    FindingsIntroduced = "findings-introduced",
    /// Nothing under change control is touched.
    NothingControlled = "nothing-controlled",
    /// Something under control is touched without a change record.
    NoChangeRecord = "no-change-record",
    /// More than one change asks for a decision.
    SeveralChanges = "several-changes",
    /// The change that is named does not exist, or may not carry edits.
    ChangeUnusable = "change-unusable",
    /// Something is edited that the change does not cover.
    OutsideScope = "outside-scope",
    /// A change that is over is edited.
    ClosedEdited = "closed-change-edited",
    /// A change that was asked for is taken out.
    ChangeRemoved = "change-removed",
    /// Only the course of a change that was decided is written down.
    Progress = "progress",
    /// Edits under a change that was decided.
    UnderChange = "under-change",
    /// The category that counts.
    Category = "category",
    /// The test of a category was not passed.
    CategoryRefused = "category-refused",
    /// The risk that counts.
    Risk = "risk",
    /// Seats that must be filled.
    Seats = "seats",
    /// A requirement for seats.
    Requirement = "requirement",
    /// A requirement that nobody can fill.
    Unfillable = "unfillable",
    /// No requirement applies although the change needs one.
    NoRequirement = "no-requirement",
    /// The policy itself is edited.
    PolicyEdited = "policy-edited",
    /// Somebody objects.
    Objection = "objection",
    /// An objection that does not stop the change.
    ObjectionHeard = "objection-heard",
    /// An objection that was set aside.
    ObjectionOverruled = "objection-overruled",
    /// The author of a commit is not known.
    AuthorUnknown = "author-unknown",
    /// A co-author is not known.
    CoAuthorUnknown = "co-author-unknown",
    /// What a voter may do is not known.
    VoterUnknown = "voter-unknown",
    /// A small team votes on its own work.
    SmallTeam = "small-team",
    /// It lies in a freeze.
    Frozen = "frozen",
    /// Its window is missing.
    NoWindow = "no-window",
    /// Its window is not open yet.
    NotYet = "not-yet",
    /// Its window is open.
    WindowOpen = "window-open",
    /// What shows that it was agreed to.
    Evidence = "evidence",
    /// Its window is over.
    WindowOver = "window-over",
    /// Its window is too short.
    WindowShort = "window-short",
    /// Its window lies outside of the agreed ones.
    OutsideWindows = "outside-windows",
    /// It was asked for too late.
    LeadTime = "lead-time",
    /// It was not tested, and has to be.
    NotTested = "not-tested",
    /// Its design is missing.
    NoDesign = "no-design",
    /// Another change meets it.
    Conflict = "conflict",
    /// Another change meets it, and that is acceptable or its own affair.
    ConflictTold = "conflict-told",
    /// The review of an earlier emergency is overdue.
    Debt = "review-overdue",
    /// It was merged before all who must agree had agreed.
    MergedEarly = "merged-early",
    /// The decision after an emergency.
    Retrospective = "retrospective",
    /// It takes back a merged change exactly.
    Revert = "revert",
    /// Something affected has no owner.
    OwnerMissing = "owner-missing",
    /// A risk on what is affected is accepted for longer than it may be.
    AcceptanceOver = "acceptance-over",
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// One reason; those below it are what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// What it is about.
    pub code: Code,
    /// What it comes to.
    pub outcome: Outcome,
    /// One sentence without its end.
    pub message: String,
    /// What would change it; none for what is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// What it rests on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Self>,
}

impl Reason {
    /// A reason that stands alone.
    pub fn new(code: Code, outcome: Outcome, message: impl Into<String>) -> Self {
        Self { code, outcome, message: message.into(), help: None, parts: Vec::new() }
    }

    /// A reason that is well.
    pub fn pass(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Outcome::Pass, message)
    }

    /// A reason for which a rule says no, and what to do about it.
    pub fn blocked(code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(code, Outcome::Blocked, message).help(help)
    }

    /// A reason for which nothing can be decided, and what to do about it.
    pub fn error(code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(code, Outcome::Error, message).help(help)
    }

    /// The same with what would change it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with what it rests on; it comes to the worst of them and of itself.
    #[must_use]
    pub fn with(mut self, parts: Vec<Self>) -> Self {
        self.outcome = Outcome::all(parts.iter().map(|part| part.outcome).chain([self.outcome]));
        self.parts = parts;
        self
    }

    /// It and all below it, each before what it rests on, with its depth.
    pub fn walk(&self) -> Vec<(usize, &Self)> {
        let mut told = Vec::new();
        let mut open = vec![(0, self)];
        while let Some((depth, reason)) = open.pop() {
            told.push((depth, reason));
            open.extend(reason.parts.iter().rev().map(|part| (depth + 1, part)));
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_codes_are_slugs_and_differ() {
        let mut words: Vec<&str> = Code::ALL.iter().map(|code| code.word()).collect();
        assert!(words.iter().all(|word| word.bytes().all(|byte| byte == b'-' || byte.is_ascii_lowercase())));
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Code::ALL.len());
    }

    #[test]
    fn a_reason_is_as_bad_as_the_worst_that_it_rests_on() {
        let leaf = Reason::blocked(Code::Frozen, "frozen", "wait");
        let tree = Reason::pass(Code::Category, "normal").with(vec![Reason::pass(Code::Risk, "low"), leaf]);
        assert_eq!(tree.outcome, Outcome::Blocked);
        let told: Vec<_> = tree.walk().into_iter().map(|(depth, reason)| (depth, reason.code.word())).collect();
        assert_eq!(told, [(0, "category"), (1, "risk"), (1, "frozen")]);
    }
}
