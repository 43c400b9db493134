//! One rule of the repository's own.

use crate::base::code::Code;
use crate::base::span::{FileId, Span};

#[cfg(feature = "local-rules")]
use super::message::{Formula, Message};

/// A rule of the repository's own, from `schemas/local/`.
#[derive(Debug)]
pub struct LocalRule {
    /// Name, weight, clauses and page.
    pub code: Code,
    /// Its file.
    pub file: FileId,
    /// Where its name stands.
    pub name_span: Span,
    /// What it does; nothing when its file has mistakes.
    #[cfg(feature = "local-rules")]
    pub(super) body: Option<Body>,
}

/// What a rule does.
#[cfg(feature = "local-rules")]
#[derive(Debug)]
pub(super) struct Body {
    pub(super) statuses: Vec<String>,
    pub(super) filter: Option<Formula>,
    pub(super) check: Formula,
    /// JSON pointer of the list whose items are judged.
    pub(super) each: Option<String>,
    /// JSON pointer of the place of findings.
    pub(super) at: Option<String>,
    pub(super) message: Message,
    pub(super) help: Option<Message>,
}
