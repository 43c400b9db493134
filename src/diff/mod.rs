//! The difference of two states of the records: record by record, field by field, and what it newly endangers.

mod human;
mod markdown;
mod records;
mod words;

pub use crate::yaml::fields::{Field, Value};
pub use human::{field, human};
pub use markdown::markdown;
pub use records::{Change, RecordChange, compare};
use serde::Serialize;

use crate::base::finding::Finding;
use crate::graph::diff::{Endangered, Side};
use crate::since;

/// What is different in `head`, seen from `base`.
#[derive(Debug)]
pub struct Difference {
    /// What became of each record that is not the same, by kind and id.
    pub records: Vec<RecordChange>,
    /// What the graph endangers that it did not.
    pub endangered: Endangered,
    /// Findings that came with the difference or grew worse by it, as [`since::introduced`] tells them.
    pub findings: Vec<Finding>,
}

/// One state of the records: they, their graph, and all their findings.
#[derive(Debug, Clone, Copy)]
pub struct State<'c> {
    /// Records and graph.
    pub side: Side<'c>,
    /// All findings, sorted and not cut.
    pub findings: &'c [Finding],
}

impl Difference {
    /// The difference from `base` to `head`.
    #[must_use]
    pub fn new(base: State<'_>, head: State<'_>) -> Self {
        let before = since::Side { sms: base.side.sms, findings: base.findings };
        let after = since::Side { sms: head.side.sms, findings: head.findings };
        Self {
            records: compare(base.side.sms, head.side.sms),
            endangered: Endangered::new(base.side, head.side),
            findings: since::introduced(before, after),
        }
    }

    /// How many records came, went and are different.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let count = |change: Change| self.records.iter().filter(|record| record.change == change).count();
        Counts {
            added: count(Change::Added),
            removed: count(Change::Removed),
            changed: count(Change::Changed),
            unreadable: count(Change::Unreadable),
            readable: count(Change::Readable),
        }
    }
}

/// How many records a difference is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// That were not there before.
    pub added: usize,
    /// That are not there any more.
    pub removed: usize,
    /// That are there in both states and not the same; renamed ones too.
    pub changed: usize,
    /// Whose files are there and cannot be read any more.
    pub unreadable: usize,
    /// Whose files were there and could not be read before.
    pub readable: usize,
}

#[cfg(test)]
mod tests;
