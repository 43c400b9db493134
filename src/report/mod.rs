//! Findings for people and programs. Pure: findings and texts in, text out.

#[cfg(test)]
mod fixture;
mod github;
mod human;
mod json;
mod junit;
mod markdown;
mod place;
mod sarif;
mod summary;

pub use github::github;
pub use human::human;
pub use json::{JsonReport, json};
pub use junit::junit;
pub use markdown::markdown;
pub use sarif::{Log, sarif};
pub use summary::Summary;

use crate::base::finding::Finding;
use crate::model::Sms;
use crate::rules::Waived;
use crate::since::Since;

/// What a check gave.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'c> {
    /// The records.
    pub sms: &'c Sms<'c>,
    /// The findings that are reported, sorted.
    pub findings: &'c [Finding],
    /// The findings that are waived, sorted.
    pub waived: &'c [Waived],
    /// What the findings were compared with, when only those of a difference are reported.
    pub since: Option<&'c Since>,
    /// Where the folder of the records lies in its git repository: empty, or a path that ends with `/`. Services that
    /// show findings beside the files count paths from the root of the repository.
    pub folder: &'c str,
}

impl<'c> Checked<'c> {
    /// All findings, in a folder that is the root of its git repository.
    #[must_use]
    pub const fn new(sms: &'c Sms<'c>, findings: &'c [Finding]) -> Self {
        Self { sms, findings, waived: &[], since: None, folder: "" }
    }

    /// The findings, the weightiest first; of one weight in the order of their places.
    fn by_weight(self) -> Vec<&'c Finding> {
        let mut sorted: Vec<&Finding> = self.findings.iter().collect();
        sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        sorted
    }
}
