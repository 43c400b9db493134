//! One record.

use crate::base::id::Id;
use crate::base::span::{FileId, Span};
use crate::schema::{Kind, State, Tone};
use crate::yaml::{Node, pointer};

/// One record of the SMS. It may break its schema; fields that are wrong read as absent.
#[derive(Debug)]
pub struct Record<'s> {
    /// Its kind.
    pub kind: &'s Kind,
    /// Its id.
    pub id: Id,
    /// Its file.
    pub file: FileId,
    /// The whole record.
    pub root: Node<'s>,
}

impl Record<'_> {
    /// Its title; the id where it has none.
    #[must_use]
    pub fn title(&self) -> &str {
        self.text("title").unwrap_or(self.id.as_str())
    }

    /// The word of its status.
    #[must_use]
    pub fn status(&self) -> Option<&str> {
        self.text("status")
    }

    /// Its state, when its status is one of the kind's.
    #[must_use]
    pub fn state(&self) -> Option<&State> {
        self.kind.state(self.status()?)
    }

    /// The value of a field; null counts as absent.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&Node<'_>> {
        self.root.get(field)
    }

    /// The text of a field.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.get(field)?.as_str()
    }

    /// Where the whole record stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.root.span(self.file)
    }

    /// Where its id stands; the start of the record where it has none.
    #[must_use]
    pub fn id_span(&self) -> Span {
        self.root
            .entry("id")
            .map_or_else(|| Span::new(self.file, self.root.start, self.root.start), |entry| entry.value.span(self.file))
    }

    /// Where a field stands: a short value itself, the key of a list or mapping, and the id when the field is absent.
    #[must_use]
    pub fn field_span(&self, field: &str) -> Span {
        match self.root.entry(field) {
            None => self.id_span(),
            Some(entry) if entry.value.scalar().is_some() => entry.value.span(self.file),
            Some(entry) => entry.key_span(self.file),
        }
    }

    /// The JSON pointer of the key or value at `span`.
    #[must_use]
    pub fn pointer(&self, span: Span) -> String {
        pointer::of_span(&self.root, self.file, span)
    }

    /// Whether the record's life is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.state().is_some_and(|state| state.terminal)
    }

    /// Whether nothing more is expected of the record: its life is over, or it is in a state of no weight, such as a
    /// closed risk or a person who left, from which it could come back.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.state().is_some_and(|state| state.terminal || state.tone == Tone::None)
    }

    /// Whether the record is a controlled document (7.5): its kind knows which document it replaces.
    #[must_use]
    pub fn is_document(&self) -> bool {
        self.kind.field("supersedes").is_some()
    }
}
