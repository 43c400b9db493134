//! References between records, resolved.

use super::sms::Ix;
use crate::base::span::{FileId, Span};
use crate::schema::Shape;

/// What a reference leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A record.
    Record(Ix),
    /// A record whose file cannot be read, so that only its id is known.
    Unreadable(FileId),
    /// A web address, where one may stand.
    Address,
    /// Nothing that exists.
    Missing,
}

/// One reference.
#[derive(Debug, Clone, Copy)]
pub struct Reference<'s> {
    /// The record that holds it.
    pub from: Ix,
    /// Where it stands.
    pub span: Span,
    /// What it may name.
    pub shape: &'s Shape,
    /// What it leads to.
    pub target: Target,
}
