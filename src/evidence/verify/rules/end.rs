//! What rules that look at the whole history can ask once the walk is over.

use std::collections::BTreeMap;
use std::rc::Rc;

use git2::Oid;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::evidence::history::{Commit, History};
use crate::evidence::ledger::{Kept, decided_at, passed};
use crate::evidence::verify::control::Known;

/// A decision of the ledger that counts, and the stretch of the line that came with it.
pub(in crate::evidence::verify) struct Cover<'l> {
    /// The entry.
    pub(in crate::evidence::verify) kept: &'l Kept,
    /// The place of the commit upon which it came.
    pub(in crate::evidence::verify) before: usize,
    /// The place of the commit that the entry is about.
    pub(in crate::evidence::verify) tip: usize,
}

impl Cover<'_> {
    /// The decision.
    pub(super) fn decision(&self) -> &Value {
        self.kept.entry.body.decision().unwrap_or(&Value::Null)
    }

    /// What it was made from.
    pub(super) fn facts(&self) -> &Value {
        self.kept.entry.body.facts().unwrap_or(&Value::Null)
    }

    /// Whether it counts and lets through.
    pub(super) fn passed(&self) -> bool {
        self.kept.counts && passed(self.decision())
    }

    /// When it was decided: what a recorder missed is decided later by the clock of then, and never after it was written.
    pub(super) fn made(&self) -> Timestamp {
        let written = self.kept.entry.at;
        decided_at(self.decision()).map_or(written, |at| at.min(written))
    }

    /// The day of the decision, in UTC.
    pub(super) fn day(&self) -> Date {
        day(self.made())
    }
}

/// The day of an instant, in UTC.
pub(super) fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// The whole history once the walk is over.
pub(in crate::evidence::verify) struct End<'e> {
    /// The repository.
    pub(in crate::evidence::verify) history: &'e History,
    /// What is known of policies, people and roles.
    pub(in crate::evidence::verify) known: &'e mut Known,
    /// The branch, the first commit first.
    pub(in crate::evidence::verify) line: &'e [Commit],
    /// Every decision of the ledger about something on the branch, in the order of the ledger.
    pub(in crate::evidence::verify) all: &'e [Rc<Cover<'e>>],
    /// For each place on the branch the first decision that covers it.
    pub(in crate::evidence::verify) covers: &'e BTreeMap<usize, Rc<Cover<'e>>>,
    /// The last place for which the process does not hold.
    pub(in crate::evidence::verify) adopted: Option<usize>,
    /// Commits under control that were let through as they came.
    pub(in crate::evidence::verify) good: &'e dyn Fn(Oid) -> Option<bool>,
    /// The instant to judge by.
    pub(in crate::evidence::verify) at: Timestamp,
}

impl End<'_> {
    /// When the process began to hold; the beginning of time when it always did.
    pub(super) fn begun(&self) -> Timestamp {
        self.adopted.and_then(|at| self.line.get(at)).map_or(Timestamp::MIN, |commit| commit.committer.time)
    }
}
