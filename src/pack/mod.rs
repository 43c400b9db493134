//! Packs for certification audits: what each stage of an audit asks for, from records, history and ledger, as pages that
//! print well, tables and JSON, with a hash of every file.
//!
//! A pack is a pure function of commits, stage, period and instant: the same ones give the same bytes, so that anybody can
//! make it again and compare.

mod asked;
mod build;
mod clocks;
mod common;
mod course;
mod decisions;
mod html;
mod manifest;
mod one;
mod statistics;
mod surveillance;
mod table;
#[cfg(test)]
mod tests;
mod trails;
mod two;

use std::collections::BTreeMap;

pub use build::build;
pub use course::{Course, Sampled, places};
pub use decisions::Decisions;
pub use manifest::{Manifest, Wrong, compare};
pub use table::{Part, Table};

use crate::base::finding::Finding;
use crate::evidence::ledger::Ledger;
use crate::evidence::sample::Range;
use crate::evidence::sign::Signed;
use crate::evidence::verify::Report;
use crate::gap;
use crate::model::Sms;
use crate::rules::waiver::Waived;

/// The audit that a pack is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Documents and readiness, before the certification audit.
    #[value(name = "1")]
    One,
    /// Whether it is really done.
    #[value(name = "2")]
    Two,
    /// Between two certifications.
    Surveillance,
    /// The whole cycle, before the certificate ends.
    Recertification,
}

impl Stage {
    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::One => "Stage 1: documents and readiness",
            Self::Two => "Stage 2: is it really done?",
            Self::Surveillance => "Surveillance",
            Self::Recertification => "Recertification",
        }
    }
}

/// What a pack is made from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The records.
    pub sms: &'a Sms<'a>,
    /// The commit that they were read from.
    pub commit: &'a str,
    /// The audit.
    pub stage: Stage,
    /// The period that it looks at.
    pub range: Range,
    /// The gap analysis: what it was made from.
    pub gap: gap::Input<'a>,
    /// The gap analysis, requirement by requirement.
    pub assessed: &'a [gap::Assessed<'a>],
    /// What the rules find.
    pub findings: &'a [Finding],
    /// What is waived.
    pub waived: &'a [Waived],
    /// What history and ledger show.
    pub report: &'a Report,
    /// The ledger.
    pub ledger: &'a Ledger,
    /// Its decisions by change.
    pub decisions: &'a Decisions<'a>,
    /// What the signature of the commit shows.
    pub signed: &'a Signed,
    /// How findings and coverage went over time.
    pub course: &'a Course,
}

/// The files of a pack, by path.
pub type Files = BTreeMap<String, Vec<u8>>;
