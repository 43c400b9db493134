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
    /// The places of title and status among its entries, and of its state among those of its kind: they are asked for all
    /// the time.
    title: Option<usize>,
    status: Option<usize>,
    state: Option<usize>,
}

impl<'s> Record<'s> {
    /// A record of what stands in a file.
    pub(super) fn new(kind: &'s Kind, id: Id, file: FileId, root: Node<'s>) -> Self {
        let place = |field: &str| root.entries().iter().position(|entry| entry.key == field);
        let (title, status) = (place("title"), place("status"));
        let word = status.and_then(|at| root.entries()[at].value.as_str());
        let state = word.and_then(|word| kind.states.iter().position(|state| state.name == word));
        Self { kind, id, file, root, title, status, state }
    }
}

impl Record<'_> {
    /// Its title; the id where it has none.
    #[must_use]
    pub fn title(&self) -> &str {
        self.at(self.title).unwrap_or(self.id.as_str())
    }

    /// The word of its status.
    #[must_use]
    pub fn status(&self) -> Option<&str> {
        self.at(self.status)
    }

    /// The value of its status, as [`Node::get`] gives it.
    pub(super) fn status_node(&self) -> Option<&Node<'_>> {
        let entry = self.root.entries().get(self.status?)?;
        Some(&entry.value).filter(|node| !node.is_null())
    }

    /// The text of the entry at a place.
    fn at(&self, place: Option<usize>) -> Option<&str> {
        self.root.entries().get(place?)?.value.as_str()
    }

    /// Its state, when its status is one of the kind's.
    #[must_use]
    pub fn state(&self) -> Option<&State> {
        self.kind.states.get(self.state?)
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

    /// Whether the record has no `field`, but a key that is a slip of it and is told as such.
    #[must_use]
    pub fn is_misspelt(&self, field: &str) -> bool {
        self.kind.is_misspelt(&self.root, field)
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

#[cfg(test)]
mod tests {
    use crate::model::fixture::with;
    use crate::model::{Record, Sms};

    fn of<T>(text: &str, then: impl FnOnce(&Sms<'_>, &Record<'_>) -> T) -> T {
        with(&[("sms/ci/ci-a.yaml", text)], |sms| then(sms, sms.records().next().unwrap().1))
    }

    #[test]
    fn a_record_without_a_title_goes_by_its_id() {
        of("kind: ci\nid: ci-a\n", |_, record| assert_eq!(record.title(), "ci-a"));
        of("kind: ci\nid: ci-a\ntitle: 5\n", |_, record| assert_eq!(record.title(), "ci-a"));
        of("kind: ci\nid: ci-a\ntitle: Five\n", |_, record| assert_eq!(record.title(), "Five"));
    }

    #[test]
    fn a_field_stands_at_its_value_when_that_is_short_and_else_at_its_key() {
        let text = "kind: ci\nid: ci-a\nowner: ann\ntags: [a]\nreview: {}\nstatus:\n";
        of(text, |sms, record| {
            let told = ["owner", "tags", "review", "status", "nothing"]
                .map(|field| sms.snapshot.sources.slice(record.field_span(field)));
            assert_eq!(told, ["ann", "tags", "review", "status", "ci-a"]);
        });
    }

    #[test]
    fn a_record_without_an_id_stands_at_its_start() {
        of("# first\nkind: ci\nowner: ann\n", |_, record| {
            assert_eq!((record.id_span().start, record.id_span().end), (8, 8));
            assert_eq!(record.field_span("nothing"), record.id_span());
            assert_eq!(record.span().end, 27);
        });
    }

    #[test]
    fn the_pointer_of_a_place_is_found() {
        of("kind: ci\nid: ci-a\nlinks: [{rel: a, to: b}]\n", |_, record| {
            let to = record.get("links").unwrap().items()[0].get("to").unwrap();
            assert_eq!(record.pointer(to.span(record.file)), "/links/0/to");
            assert_eq!(record.pointer(record.span()), "");
        });
    }

    #[test]
    fn a_life_is_over_at_a_last_state_and_at_rest_in_one_of_no_weight() {
        for (status, over, rest) in [("live", false, false), ("disposed", true, true), ("nonsense", false, false)] {
            of(&format!("kind: ci\nid: ci-a\nstatus: {status}\n"), |_, record| {
                assert_eq!((record.is_over(), record.is_at_rest()), (over, rest), "{status}");
                assert_eq!(record.state().is_some(), status != "nonsense");
                assert_eq!(record.status(), Some(status));
            });
        }
    }

    #[test]
    fn documents_are_the_kinds_that_can_replace_one_another() {
        of("kind: policy\nid: a\n", |_, record| assert!(record.is_document()));
        of("kind: ci\nid: a\n", |_, record| assert!(!record.is_document()));
    }
}
