//! Findings for people and programs. Pure: findings and texts in, text out.

#[cfg(test)]
mod fixture;
mod human;
mod json;
mod summary;

pub use human::human;
pub use json::json;
pub use summary::Summary;

use crate::base::finding::Finding;
use crate::model::Sms;
use crate::since::Since;

/// What a check gave.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'c> {
    /// The records.
    pub sms: &'c Sms<'c>,
    /// The findings that are reported, sorted.
    pub findings: &'c [Finding],
    /// What the findings were compared with, when only those of a difference are reported.
    pub since: Option<&'c Since>,
}

impl<'c> Checked<'c> {
    /// All findings.
    #[must_use]
    pub const fn new(sms: &'c Sms<'c>, findings: &'c [Finding]) -> Self {
        Self { sms, findings, since: None }
    }
}
