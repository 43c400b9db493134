//! Where in a record the annotated values stand: references, orders of times, past events.
//!
//! A schema is compiled once into a tree that has only the branches with annotations, so that a walk over a record
//! touches nothing else.

use std::collections::BTreeMap;

use crate::yaml::{Node, Value};

/// Annotations of one place of a record, and of the places below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// Kinds that a reference here may name; empty when the value is no reference.
    pub refs: Vec<String>,
    /// Pairs of keys of which the first must not lie after the second.
    pub order: Vec<(String, String)>,
    /// Whether this is the time of an event that has happened.
    pub past: bool,
    /// Below: by key.
    pub keys: BTreeMap<String, Shape>,
    /// Below: under any other key.
    pub other: Option<Box<Shape>>,
    /// Below: each item of a list.
    pub items: Option<Box<Shape>>,
}

/// Any kind may be named.
pub const ANY_KIND: &str = "*";
/// How many kinds a message lists before it counts the rest.
const LISTED: usize = 6;
/// A web address may stand instead of an id.
pub const WEB_ADDRESS: &str = "uri";

impl Shape {
    /// Whether a reference here may name a record of `kind`.
    #[must_use]
    pub fn allows(&self, kind: &str) -> bool {
        self.refs.iter().any(|allowed| allowed == kind || allowed == ANY_KIND)
    }

    /// Whether `text` is a web address and one may stand here.
    #[must_use]
    pub fn is_address(&self, text: &str) -> bool {
        text.contains("://") && self.refs.iter().any(|allowed| allowed == WEB_ADDRESS)
    }

    /// What a reference here may name, in words: `person, team or role`. Of many kinds only the first are listed.
    #[must_use]
    pub fn allowed(&self) -> String {
        let words = self.refs.iter().map(|allowed| match allowed.as_str() {
            ANY_KIND => "any record",
            WEB_ADDRESS => "a web address",
            kind => kind,
        });
        let mut words: Vec<&str> = words.collect();
        let others = words.len().saturating_sub(LISTED - 1);
        let others = (words.len() > LISTED).then(|| format!("{others} other kinds"));
        if let Some(others) = &others {
            words.truncate(LISTED - 1);
            words.push(others);
        }
        match words.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            _ => words.concat(),
        }
    }

    /// Whether nothing is annotated here or below.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        *self == Self::default()
    }

    /// Adds the annotations of `other`.
    pub fn merge(&mut self, other: Self) {
        for kind in other.refs {
            if !self.refs.contains(&kind) {
                self.refs.push(kind);
            }
        }
        for pair in other.order {
            if !self.order.contains(&pair) {
                self.order.push(pair);
            }
        }
        self.past |= other.past;
        for (key, shape) in other.keys {
            self.keys.entry(key).or_default().merge(shape);
        }
        for (mine, theirs) in [(&mut self.other, other.other), (&mut self.items, other.items)] {
            if let Some(theirs) = theirs {
                mine.get_or_insert_default().merge(*theirs);
            }
        }
    }

    /// The same without references, so that who looks for times passes over all other branches.
    #[must_use]
    pub(super) fn times(&self) -> Self {
        let other = self.other.as_ref().map(|below| Box::new(below.times())).filter(|below| !below.is_bare());
        let items = self.items.as_ref().map(|below| Box::new(below.times())).filter(|below| !below.is_bare());
        let keys = self.keys.iter().map(|(key, below)| (key.clone(), below.times()));
        // A key that leads to no time stays where other keys do: it is none of them.
        let keys = keys.filter(|(_, below)| other.is_some() || !below.is_bare()).collect();
        Self { refs: Vec::new(), order: self.order.clone(), past: self.past, keys, other, items }
    }

    /// Visits every annotated value of `node`, in the order of the file. Nulls are passed over.
    pub fn visit<'k, 't, 's>(&'k self, node: &'t Node<'s>, visit: &mut impl FnMut(&'k Self, &'t Node<'s>)) {
        if !self.refs.is_empty() || self.past || !self.order.is_empty() {
            visit(self, node);
        }
        match &node.value {
            Value::Map(entries) => {
                for entry in entries {
                    let below = self.keys.get(entry.key.as_ref()).or(self.other.as_deref());
                    if let Some(below) = below.filter(|_| !entry.value.is_null()) {
                        below.visit(&entry.value, visit);
                    }
                }
            }
            Value::Seq(items) => {
                if let Some(below) = &self.items {
                    for item in items {
                        below.visit(item, visit);
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::FileId;

    fn refs(kinds: &[&str]) -> Shape {
        Shape { refs: kinds.iter().map(|kind| (*kind).to_owned()).collect(), ..Shape::default() }
    }

    #[test]
    fn only_annotated_places_are_visited_in_file_order() {
        let mut shape = Shape::default();
        shape.keys.insert("owner".to_owned(), refs(&["person"]));
        shape.keys.insert("list".to_owned(), Shape { items: Some(Box::new(refs(&["ci"]))), ..Shape::default() });
        shape.other = Some(Box::new(refs(&["*"])));
        let parsed = crate::yaml::parse(FileId(0), "list: [b, a]\nowner: p\nrest: q\nnone:\n");
        let mut seen = Vec::new();
        shape.visit(&parsed.documents[0].root, &mut |at, node| {
            seen.push((at.refs[0].clone(), node.as_str().unwrap_or("-").to_owned()));
        });
        let seen: Vec<_> = seen.iter().map(|(kind, text)| (kind.as_str(), text.as_str())).collect();
        assert_eq!(seen, [("ci", "b"), ("ci", "a"), ("person", "p"), ("*", "q")]);
    }

    #[test]
    fn times_are_found_without_a_look_at_references() {
        let past = || Shape { past: true, ..Shape::default() };
        let mut shape = Shape { order: vec![("a".to_owned(), "b".to_owned())], ..refs(&["ci"]) };
        shape.keys.insert("owner".to_owned(), refs(&["person"]));
        shape.keys.insert("list".to_owned(), Shape { items: Some(Box::new(past())), ..Shape::default() });
        let times = shape.times();
        assert!(times.refs.is_empty() && times.keys.keys().eq(["list"]), "{times:?}");
        assert_eq!((&times.order, &times.keys["list"]), (&shape.order, &shape.keys["list"]));
        shape.other = Some(Box::new(past()));
        let times = shape.times();
        assert!(
            times.keys["owner"].is_bare() && times.other == shape.other,
            "what owner holds is no other key's: {times:?}"
        );
    }

    #[test]
    fn merging_keeps_both_sides_once() {
        let mut shape = refs(&["a"]);
        shape.merge(refs(&["b", "a"]));
        assert_eq!(shape.refs, ["a", "b"]);
        assert!(shape.allows("b") && !shape.allows("c"));
        assert_eq!(refs(&["person", "team", "role"]).allowed(), "person, team or role");
        assert_eq!(refs(&["person"]).allowed(), "person");
        assert_eq!(refs(&["a", "b", "c", "d", "e", "f", "g"]).allowed(), "a, b, c, d, e or 2 other kinds");
        assert!(!shape.is_bare() && Shape::default().is_bare());
    }
}
