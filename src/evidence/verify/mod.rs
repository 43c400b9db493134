//! `audit verify`: whether everything that came to the protected branch was decided, and whether the trace is whole.

mod control;
mod file;
mod human;
mod judge;
mod people;
pub mod problem;
mod rules;
mod walk;

use git2::Oid;
use serde::Serialize;

pub use control::ring;
pub use human::human;
pub use judge::{Reason, Verdict};
pub use problem::{ALL as CODES, Problem, Weight};
pub use walk::verify;

use super::history::Gap;
use super::sign::{Keyring, Signed};
use crate::base::date::AsOf;
use crate::base::duration::Duration;
use crate::schema::Catalog;

/// What is asked.
#[derive(Debug)]
pub struct Question<'q> {
    /// The protected branch.
    pub branch: &'q str,
    /// The branch of the ledger.
    pub ledger: &'q str,
    /// The keys that may sign entries of the ledger.
    pub recorders: &'q Keyring,
    /// The kinds of record.
    pub catalog: &'q Catalog,
    /// How long records are kept.
    pub keep: Duration,
    /// The instant to judge by.
    pub as_of: AsOf,
    /// A commit of the ledger that was seen before and must still be there.
    pub seen: Option<Oid>,
    /// The commit up to which the branch is read; without it, its newest one.
    pub head: Option<Oid>,
    /// The commit up to which the ledger is read, none for no ledger; without it, its newest one.
    pub ledger_head: Option<Option<Oid>>,
}

/// A commit of the branch, judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// The commit.
    pub commit: String,
    /// When it was put there, by the clock of whoever made the commit.
    pub time: String,
    /// Who wrote it.
    pub author: String,
    /// Who put it there.
    pub committer: String,
    /// First line of the message.
    pub summary: String,
    /// What it is.
    pub verdict: Verdict,
    /// Why it is not simply authorised.
    pub reasons: Vec<Reason>,
    /// How it came to the branch: `root`, `merge`, `edited merge`, `squash`, `rebase`, `fast-forward`, `single`.
    pub landing: &'static str,
    /// The commit that it takes back, when it does exactly that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverts: Option<String>,
    /// The changes that it names or writes.
    pub changes: Vec<String>,
    /// The paths under control that it touches.
    pub paths: Vec<String>,
    /// The entry of the ledger that decides about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// When the last commit of the branch that was decided was made, where this clone has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
    /// What its own signature shows.
    pub signed: Signed,
}

/// How many commits there are of each verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// All commits of the branch along first parents.
    pub commits: usize,
    /// That touch nothing under control.
    pub free: usize,
    /// Decided, and what was decided is what came.
    pub authorised: usize,
    /// Decided as an emergency.
    pub emergency: usize,
    /// Not decided, or something else came.
    pub unauthorised: usize,
    /// From before the process held.
    pub before_adoption: usize,
    /// That cannot be judged from this clone.
    pub not_assessable: usize,
}

/// The result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The protected branch.
    pub branch: String,
    /// Its newest commit.
    pub head: String,
    /// The ledger's branch.
    pub ledger: String,
    /// The newest commit of the ledger; none when there is no ledger.
    pub ledger_head: Option<String>,
    /// Number of entries in it.
    pub entries: usize,
    /// The commit after which the process holds.
    pub adopted: Option<String>,
    /// The instant judged by.
    pub as_of: String,
    /// What the clone leaves out.
    pub gaps: Vec<Gap>,
    /// How many commits there are of each verdict.
    pub counts: Counts,
    /// The commits after adoption that touch something under control, the newest first.
    pub commits: Vec<Judged>,
    /// What else is wrong.
    pub problems: Vec<Problem>,
}

impl Report {
    /// Whether everything is authorised and nothing is wrong or unknown: only then is there nothing to report.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let errors = self.problems.iter().any(|problem| problem.weight == Weight::Error);
        self.counts.unauthorised == 0 && self.counts.not_assessable == 0 && self.gaps.is_empty() && !errors
    }
}
