//! What ISO/IEC 20000-1 asks for, as data: requirements with ids of our own, documents and records that must exist, and
//! how the subjects are called elsewhere.
//!
//! The pack is a file of its own for each edition; nothing else in the program knows a requirement. Sentences are in our
//! own words and no substitute for the standard.

mod evidence;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::base::span::FileId;
use crate::yaml;
pub use evidence::{Standing, last_event, matching, standing, statement};

/// Everything about one edition of the standard.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// The standard, for example `20000-1`.
    pub standard: String,
    /// The edition by its year.
    pub edition: String,
    /// Amendments that are taken in.
    pub amendments: Vec<String>,
    /// Single requirements, in the order of the standard.
    pub requirements: Vec<Requirement>,
    /// Documents that must exist.
    pub documents: Vec<Item>,
    /// Records that must be kept.
    pub records: Vec<Item>,
    /// Names of the subjects in other frames.
    pub mapping: Vec<Mapping>,
    /// The five groups of processes of older editions.
    pub legacy: Vec<Group>,
}

/// What form of proof a requirement asks for (7.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// A document that is kept current.
    Document,
    /// A record that is kept as evidence.
    Record,
    /// Nothing is prescribed; auditors want to see it.
    Proof,
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Document => "document",
            Self::Record => "record",
            Self::Proof => "proof",
        })
    }
}

/// Which records show something.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown {
    /// Their kinds.
    pub kinds: Vec<String>,
    /// Words that a field must hold, where the kind has the field.
    pub fields: BTreeMap<String, Vec<String>>,
}

/// One thing that the standard asks for.
#[derive(Debug, Deserialize)]
#[serde(from = "Written")]
pub struct Requirement {
    /// Clause and number, for example `8.5.1.3-04`.
    pub id: String,
    /// In what form.
    pub need: Need,
    /// In our words.
    pub says: String,
    /// The records that show it.
    pub shown: Shown,
    /// Rules whose findings speak against it.
    pub rules: Vec<String>,
    /// Whether only a person can judge it.
    pub person: bool,
    /// Whether it may be that there was no instance.
    pub none: bool,
}

impl Requirement {
    /// Its clause.
    #[must_use]
    pub fn clause(&self) -> &str {
        self.id.split_once('-').map_or(self.id.as_str(), |(clause, _)| clause)
    }
}

/// A document or record on the standard's lists.
#[derive(Debug, Deserialize)]
#[serde(from = "WrittenItem")]
pub struct Item {
    /// The clause that asks for it.
    pub clause: String,
    /// What it is.
    pub name: String,
    /// The records that are it.
    pub shown: Shown,
    /// Whether there may be none.
    pub may_lack: bool,
    /// The requirement whose statement of "no instance" excuses it.
    pub excused_by: Option<String>,
    /// The rule that tells by itself when there is none.
    pub told_by: Option<String>,
}

/// What a subject is called elsewhere.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The clauses; each stands for all below it.
    pub clauses: Vec<String>,
    /// ITIL 4 practices.
    pub itil4: Vec<String>,
    /// Clauses of ISO 9001:2015.
    pub iso9001: Vec<String>,
    /// Clauses and controls of ISO/IEC 27001:2022.
    pub iso27001: Vec<String>,
}

/// A group of processes of the editions of 2005 and 2011.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its name.
    pub group: String,
    /// Its processes.
    pub processes: Vec<LegacyProcess>,
}

/// A process of the editions of 2005 and 2011.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegacyProcess {
    /// Its name.
    pub name: String,
    /// Its number in 2011.
    pub number: String,
    /// Where it stands today.
    pub clauses: Vec<String>,
}

/// A letter of plan, do, check, act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub enum Pdca {
    /// Clauses 4 to 7.
    Plan,
    /// Clause 8.
    Do,
    /// Clause 9.
    Check,
    /// Clause 10.
    Act,
}

impl Pdca {
    /// The letter of a clause.
    #[must_use]
    pub fn of(clause: &str) -> Self {
        match clause.split('.').next() {
            Some("8") => Self::Do,
            Some("9") => Self::Check,
            Some("10") => Self::Act,
            _ => Self::Plan,
        }
    }
}

impl fmt::Display for Pdca {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Plan => "Plan",
            Self::Do => "Do",
            Self::Check => "Check",
            Self::Act => "Act",
        })
    }
}

/// Whether `clause` is `above` or lies below it.
#[must_use]
pub fn is_within(clause: &str, above: &str) -> bool {
    clause.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The pack of the 2018 edition with Amendment 1:2024.
#[must_use]
#[expect(clippy::expect_used, reason = "the file is built into the program, and a test reads it")]
pub fn pack() -> &'static Pack {
    static PACK: LazyLock<Pack> = LazyLock::new(|| {
        // The reader of records takes a fraction of the time, and every check waits for this.
        let parsed = yaml::parse(FileId(0), include_str!("20000-1-2018.yaml"));
        let root = parsed.documents.first().expect("the pack is one document");
        serde_json::from_value(root.root.to_json()).expect("the pack can be read")
    });
    &PACK
}

impl Pack {
    /// The label of a requirement with its standard, for example `20000-1:8.5.1.3-04`.
    #[must_use]
    pub fn label(&self, requirement: &Requirement) -> String {
        format!("{}:{}", self.standard, requirement.id)
    }

    /// The requirement with this id, with or without the standard.
    #[must_use]
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        let id = id.strip_prefix(&self.standard).and_then(|rest| rest.strip_prefix(':')).unwrap_or(id);
        self.requirements.iter().find(|requirement| requirement.id == id)
    }

    /// What the subject of a clause is called elsewhere.
    pub fn mappings(&self, clause: &str) -> impl Iterator<Item = &Mapping> {
        self.mapping.iter().filter(move |mapping| mapping.clauses.iter().any(|above| is_within(clause, above)))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    need: Need,
    says: String,
    kinds: Vec<String>,
    #[serde(default, rename = "where")]
    fields: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    rules: Vec<String>,
    #[serde(default)]
    person: bool,
    #[serde(default)]
    none: bool,
}

impl From<Written> for Requirement {
    fn from(written: Written) -> Self {
        let Written { id, need, says, kinds, fields, rules, person, none } = written;
        Self { id, need, says, shown: Shown { kinds, fields }, rules, person, none }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenItem {
    clause: String,
    name: String,
    kinds: Vec<String>,
    #[serde(default, rename = "where")]
    fields: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    none: Option<MayLack>,
    #[serde(default)]
    told_by: Option<String>,
}

/// `none: true`, or the requirement whose statement excuses a lack.
#[derive(Deserialize)]
#[serde(untagged)]
enum MayLack {
    Plainly(bool),
    StatedFor(String),
}

impl From<WrittenItem> for Item {
    fn from(written: WrittenItem) -> Self {
        let WrittenItem { clause, name, kinds, fields, none, told_by } = written;
        let may_lack = !matches!(none, None | Some(MayLack::Plainly(false)));
        let excused_by = match none {
            Some(MayLack::StatedFor(requirement)) => Some(requirement),
            _ => None,
        };
        Self { clause, name, shown: Shown { kinds, fields }, may_lack, excused_by, told_by }
    }
}

#[cfg(test)]
mod tests;
