//! Waivers: findings that are lived with for a time, for a reason, and are counted apart.
//!
//! A waiver stands in a record (`waivers`) or in a comment of a file. It is a claim in a text like any other; what makes
//! it accepted is the review of the commit that brought it.

mod apply;
pub mod codes;
mod collect;
mod comment;

use jiff::civil::Date;

pub(super) use apply::{apply, judge_waivers};
pub(super) use collect::collect;

use crate::base::finding::{Finding, Subject};
use crate::base::span::{FileId, Span};

/// A waiver that says all that it must.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The rule that it waives.
    pub rule: String,
    /// The JSON pointer below which it holds; none for the whole record or file.
    pub place: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Date,
    /// Who accepted it, by the words of the record.
    pub approved_by: Option<String>,
    /// The record that it stands in; none for a comment, which holds for its file.
    pub subject: Option<Subject>,
    /// Where it names the rule.
    pub span: Span,
    /// Where it names the day.
    pub until_span: Span,
    /// JSON pointer of the entry in its record; empty for a comment.
    pub pointer: String,
}

/// A finding that a waiver covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waived {
    /// The finding.
    pub finding: Finding,
    /// The waiver.
    pub waiver: Waiver,
}

impl Waiver {
    /// The file that it stands in and holds for.
    #[must_use]
    pub fn file(&self) -> FileId {
        self.span.file
    }

    /// Whether its last day is before `today`.
    #[must_use]
    pub fn is_expired(&self, today: Date) -> bool {
        self.until < today
    }

    /// Whether it is about `finding`, on whatever day.
    #[must_use]
    pub fn covers(&self, finding: &Finding) -> bool {
        let is_part = |place: &str| {
            let below = finding.pointer.strip_prefix(place);
            below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
        };
        self.rule == finding.rule
            && self.file() == finding.primary.file
            && (self.subject.is_none() || self.subject == finding.subject)
            && self.place.as_deref().is_none_or(is_part)
            && !is_part_of_waivers(&finding.pointer)
    }
}

/// Whether a pointer leads to the waivers of a record, of which nothing can be waived.
fn is_part_of_waivers(pointer: &str) -> bool {
    pointer.strip_prefix("/waivers").is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

/// Whether findings of this rule may be waived.
#[must_use]
pub fn may_be_waived(rule: &str) -> bool {
    !codes::FIRM.contains(&rule) && codes::ALL.iter().all(|code| code.id != rule)
}

#[cfg(test)]
mod tests;
