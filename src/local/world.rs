//! The records that rules look at: those of the repository, or those of an example.

#[cfg(feature = "local-rules")]
use std::collections::{BTreeMap, BTreeSet};

use crate::base::span::FileId;
#[cfg(feature = "local-rules")]
use crate::base::span::Span;
use crate::schema::Kind;
use crate::yaml::Node;
#[cfg(feature = "local-rules")]
use crate::yaml::pointer;

/// One record.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'w> {
    /// Its kind.
    pub kind: &'w Kind,
    /// Its id.
    pub id: &'w str,
    /// Its file.
    pub file: FileId,
    /// The whole record.
    pub root: &'w Node<'w>,
}

#[cfg(feature = "local-rules")]
impl Subject<'_> {
    /// Where its id stands; the start of the record where it has none.
    pub(super) fn id_span(&self) -> Span {
        let start = Span::new(self.file, self.root.start, self.root.start);
        self.root.entry("id").map_or(start, |entry| entry.value.span(self.file))
    }

    /// Where `at`, a JSON pointer, stands below `node`, or what is nearest above it; none when nothing of it is there.
    pub(super) fn span_at(&self, node: &Node<'_>, at: &str) -> Option<Span> {
        let mut at = at;
        while !at.is_empty() {
            if let Some(found) = pointer::find(node, at) {
                let key = found.entry.filter(|entry| entry.value.scalar().is_none());
                return Some(key.map_or_else(|| found.node.span(self.file), |entry| entry.key_span(self.file)));
            }
            at = &at[..at.rfind('/').unwrap_or(0)];
        }
        None
    }
}

/// Records by number, and what refers to what.
pub trait World: Sync {
    /// The record with this number.
    fn subject(&self, number: u32) -> Subject<'_>;
    /// The record with this id, or with this former id.
    fn find(&self, id: &str) -> Option<u32>;
    /// The records of a kind, by id.
    fn of_kind(&self, kind: &str) -> Vec<u32>;
    /// The records that refer to this one, by id, each once.
    fn incoming(&self, number: u32) -> Vec<u32>;
    /// The records that this one refers to, each once.
    fn outgoing(&self, number: u32) -> Vec<u32>;
    /// How many there are.
    fn count(&self) -> usize;
}

/// A handful of records, such as those of an example.
#[cfg(feature = "local-rules")]
pub(super) struct Few<'e> {
    subjects: Vec<Subject<'e>>,
    by_id: BTreeMap<&'e str, u32>,
    outgoing: Vec<BTreeSet<u32>>,
}

#[cfg(feature = "local-rules")]
impl<'e> Few<'e> {
    /// The records, numbered as they come.
    pub(super) fn new(subjects: Vec<Subject<'e>>) -> Self {
        let by_id: BTreeMap<&str, u32> = (0..).zip(&subjects).map(|(number, subject)| (subject.id, number)).collect();
        let outgoing = subjects.iter().map(|subject| {
            let mut led = BTreeSet::new();
            subject.kind.shape.visit(subject.root, &mut |shape, node| {
                let target = node.as_str().filter(|_| !shape.refs.is_empty()).and_then(|id| by_id.get(id));
                led.extend(target.copied());
            });
            led
        });
        let outgoing = outgoing.collect();
        Self { subjects, by_id, outgoing }
    }
}

#[cfg(feature = "local-rules")]
impl World for Few<'_> {
    fn subject(&self, number: u32) -> Subject<'_> {
        self.subjects[number as usize]
    }

    fn find(&self, id: &str) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    fn of_kind(&self, kind: &str) -> Vec<u32> {
        (0..).zip(&self.subjects).filter(|(_, subject)| subject.kind.name == kind).map(|(number, _)| number).collect()
    }

    fn incoming(&self, number: u32) -> Vec<u32> {
        (0..).zip(&self.outgoing).filter(|(_, led)| led.contains(&number)).map(|(from, _)| from).collect()
    }

    fn outgoing(&self, number: u32) -> Vec<u32> {
        self.outgoing[number as usize].iter().copied().collect()
    }

    fn count(&self) -> usize {
        self.subjects.len()
    }
}
