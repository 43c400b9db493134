//! Gap analysis: what the standard asks for against what the records show, requirement by requirement.
//!
//! It shows evidence and its strength and says what to do next. It never says that something does not apply, since
//! nothing in clauses 4 to 10 may be left out, and it never calls anything compliant: people judge.

pub mod actions;
mod assess;
pub mod csv;
pub mod json;
pub mod markdown;
mod performer;
#[cfg(test)]
mod tests;
mod view;

use std::collections::BTreeMap;
use std::fmt;

use crate::base::finding::Finding;
use crate::model::{Ix, Sms};
use crate::standard::{Pack, Requirement};
pub use assess::{Assessor, assess};
pub use view::{Section, View, sections};

/// What a gap analysis is made from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The records.
    pub sms: &'a Sms<'a>,
    /// What rules found.
    pub findings: &'a [Finding],
    /// What the standard asks for.
    pub pack: &'a Pack,
    /// How strong each file of the repository is as evidence, by path; files that are not listed stand alone in YAML.
    pub grades: &'a BTreeMap<String, Grade>,
}

/// How strong a record is as evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Grade {
    /// Stated in a file, and no more.
    E0,
    /// Committed by one person and taken over by another.
    E1,
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::E0 => "E0",
            Self::E1 => "E1",
        })
    }
}

/// How far a requirement is met, as far as records show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing shows it.
    Missing,
    /// Something shows it, and something speaks against it.
    Partly,
    /// Records cannot tell.
    NeedsPerson,
    /// It is stated that there was no instance.
    NoInstance,
    /// Records show it and nothing speaks against it.
    Conform,
}

impl Status {
    /// All, from the worst on.
    pub const ALL: [Self; 5] = [Self::Missing, Self::Partly, Self::NeedsPerson, Self::NoInstance, Self::Conform];

    /// The word for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Partly => "partly",
            Self::NeedsPerson => "needs a person",
            Self::NoInstance => "no instance yet",
            Self::Conform => "conform",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

/// One requirement against the records.
#[derive(Debug, Clone)]
pub struct Assessed<'a> {
    /// The requirement.
    pub requirement: &'a Requirement,
    /// How far it is met.
    pub status: Status,
    /// The records that show it, the youngest first.
    pub evidence: Vec<Evidence>,
    /// What speaks against it, in the order of findings.
    pub against: Vec<&'a Finding>,
    /// Another party that performs it for the organisation, by name.
    pub performed_by: Option<String>,
    /// What to do next; empty when nothing is to be done.
    pub next: String,
}

impl Assessed<'_> {
    /// The strongest grade among its evidence.
    #[must_use]
    pub fn grade(&self) -> Option<Grade> {
        self.evidence.iter().map(|evidence| evidence.grade).max()
    }
}

/// A record that shows something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// The record.
    pub record: Ix,
    /// How strong it is.
    pub grade: Grade,
}

/// How many requirements have each status.
#[must_use]
pub fn count<'a>(assessed: impl IntoIterator<Item = &'a Assessed<'a>>) -> BTreeMap<Status, usize> {
    let mut counts = Status::ALL.map(|status| (status, 0)).into_iter().collect::<BTreeMap<_, _>>();
    for one in assessed {
        *counts.entry(one.status).or_default() += 1;
    }
    counts
}

/// Counts in words: `2 missing, 5 partly, …`; what has none is left out.
#[must_use]
pub fn told(counts: &BTreeMap<Status, usize>) -> String {
    let words: Vec<String> =
        counts.iter().filter(|(_, count)| **count > 0).map(|(status, count)| format!("{count} {status}")).collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}
