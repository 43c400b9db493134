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
use crate::rules::Waived;

/// What a check gave.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'c> {
    /// The records.
    pub sms: &'c Sms<'c>,
    /// The findings that are reported, sorted.
    pub findings: &'c [Finding],
    /// The findings that are waived, sorted.
    pub waived: &'c [Waived],
}
