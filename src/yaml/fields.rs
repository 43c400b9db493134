//! Two versions of one value, field by field.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value as Json;

use super::{Node, Number, pointer};
use crate::base::exact::Exact;

/// One field, or one item of a list, that is not the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// JSON pointer in the later record; in the earlier one for what is not there any more.
    pub pointer: String,
    /// The same for people: keys, and items of lists by what they are called.
    pub path: String,
    /// What stood there; none when nothing did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    /// What stands there; none when nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
    /// Whether the items are the same and stand in another order; `old` and `new` are what they are called, in order.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub order: bool,
}

/// A value, with its words for people where it is a status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Value {
    /// The value as JSON.
    pub value: Json,
    /// The label of the state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

impl From<Json> for Value {
    fn from(value: Json) -> Self {
        Self { value, label: None }
    }
}

/// Where a comparison is.
#[derive(Clone, Default)]
struct Way {
    pointer: String,
    path: String,
}

impl Way {
    fn key(&self, key: &str) -> Self {
        let dot = if self.path.is_empty() { "" } else { "." };
        let pointer = format!("{}/{}", self.pointer, pointer::escape(key));
        Self { pointer, path: format!("{}{dot}{key}", self.path) }
    }

    fn item(&self, at: usize, name: &str) -> Self {
        Self { pointer: format!("{}/{at}", self.pointer), path: format!("{}[{name}]", self.path) }
    }
}

/// What is different between two values, in the order of the later one; what is gone comes last on each level.
///
/// Items of a list are the same ones when they have the same name: their `id`, the type and target of a relation, or
/// another field that tells them all apart, and for plain values the value itself. Where nothing does, they are compared
/// by position.
#[must_use]
pub fn compare(old: &Node<'_>, new: &Node<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    if !same(old, new) {
        nodes(old, new, &Way::default(), &mut fields);
    }
    fields
}

/// Whether both say the same in the same order. Most of a record does, and no pointer needs to be written for that.
fn same(old: &Node<'_>, new: &Node<'_>) -> bool {
    use super::Value as Tree;
    match (&old.value, &new.value) {
        (Tree::Map(before), Tree::Map(after)) => {
            let pairs = || before.iter().zip(after);
            before.len() == after.len() && pairs().all(|(a, b)| a.key == b.key && same(&a.value, &b.value))
        }
        (Tree::Seq(before), Tree::Seq(after)) => {
            before.len() == after.len() && before.iter().zip(after).all(|(a, b)| same(a, b))
        }
        (Tree::Map(_) | Tree::Seq(_), _) | (_, Tree::Map(_) | Tree::Seq(_)) => false,
        (before, after) => before == after,
    }
}

/// Compares two values that are the same one. The depth is bounded by that of a record.
fn nodes(old: &Node<'_>, new: &Node<'_>, way: &Way, out: &mut Vec<Field>) {
    use super::Value as Tree;
    match (&old.value, &new.value) {
        (Tree::Map(_), Tree::Map(_)) => maps(old, new, way, out),
        (Tree::Seq(before), Tree::Seq(after)) => match Naming::of(before, after) {
            Some(naming) => named(before, after, naming, way, out),
            None => positioned(before, after, way, out),
        },
        (Tree::Number(before), Tree::Number(after)) => {
            let exact = |number: &Number<'_>| Exact::parse_literal(&number.literal);
            let same = before == after || exact(before).is_some_and(|value| exact(after) == Some(value));
            if !same {
                // Two numbers that JSON readers could take for one are told as they are written.
                let told = |node: &Node<'_>, number: &Number<'_>| {
                    let alike = old.to_json() == new.to_json();
                    if alike { Json::String(number.literal.to_string()) } else { node.to_json() }
                };
                out.push(field(way, Some(told(old, before)), Some(told(new, after))));
            }
        }
        _ => {
            let (before, after) = (old.to_json(), new.to_json());
            if before != after {
                out.push(field(way, (!old.is_null()).then_some(before), (!new.is_null()).then_some(after)));
            }
        }
    }
}

fn field(way: &Way, old: Option<Json>, new: Option<Json>) -> Field {
    let (pointer, path) = (way.pointer.clone(), way.path.clone());
    Field { pointer, path, old: old.map(Value::from), new: new.map(Value::from), order: false }
}

fn maps(old: &Node<'_>, new: &Node<'_>, way: &Way, out: &mut Vec<Field>) {
    for entry in new.entries() {
        match old.get(&entry.key) {
            Some(before) if same(before, &entry.value) => {}
            Some(before) => nodes(before, &entry.value, &way.key(&entry.key), out),
            None if entry.value.is_null() => {}
            None => out.push(field(&way.key(&entry.key), None, Some(entry.value.to_json()))),
        }
    }
    for entry in old.entries().iter().filter(|entry| new.entry(&entry.key).is_none() && !entry.value.is_null()) {
        out.push(field(&way.key(&entry.key), Some(entry.value.to_json()), None));
    }
}

fn positioned(old: &[Node<'_>], new: &[Node<'_>], way: &Way, out: &mut Vec<Field>) {
    for at in 0..old.len().max(new.len()) {
        let way = way.item(at, &(at + 1).to_string());
        match (old.get(at), new.get(at)) {
            (Some(before), Some(after)) => nodes(before, after, &way, out),
            (before, after) => out.push(field(&way, before.map(Node::to_json), after.map(Node::to_json))),
        }
    }
}

/// Fields that can tell the items of a list apart, the likeliest first.
const NAMES: [&str; 10] = ["id", "key", "name", "rule", "metric", "target", "to", "role", "on", "at"];

/// What the items of a list are called by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Naming {
    /// Themselves: they are plain values.
    Whole,
    /// Type and target; a bare id is a relation too.
    Relation,
    /// This field.
    Field(&'static str),
}

impl Naming {
    /// What tells the items of both lists apart.
    fn of(old: &[Node<'_>], new: &[Node<'_>]) -> Option<Self> {
        let fields = NAMES.into_iter().map(Self::Field);
        [Self::Whole].into_iter().chain(fields).chain([Self::Relation]).find(|naming| {
            [old, new].into_iter().all(|items| {
                let mut names: Vec<String> = items.iter().filter_map(|item| naming.name(item)).collect();
                names.sort_unstable();
                let count = names.len();
                names.dedup();
                count == items.len() && names.len() == count
            })
        })
    }

    fn name(self, item: &Node<'_>) -> Option<String> {
        match self {
            Self::Whole => item.scalar().map(Into::into),
            Self::Field(field) => item.get(field)?.scalar().map(Into::into),
            Self::Relation => {
                let target = item.get("to").unwrap_or(item).scalar()?;
                let kind = item.get("type").map_or(Some("depends_on".into()), Node::scalar)?;
                Some(format!("{kind} {target}"))
            }
        }
    }
}

fn named(old: &[Node<'_>], new: &[Node<'_>], naming: Naming, way: &Way, out: &mut Vec<Field>) {
    let name = |item: &Node<'_>| naming.name(item).unwrap_or_default();
    let before: BTreeMap<String, usize> = old.iter().enumerate().map(|(at, item)| (name(item), at)).collect();
    let mut kept = Vec::new();
    for (at, item) in new.iter().enumerate() {
        let called = name(item);
        match before.get(&called) {
            Some(was) => {
                if !same(&old[*was], item) {
                    nodes(&old[*was], item, &way.item(at, &called), out);
                }
                kept.push((*was, called));
            }
            None => out.push(field(&way.item(at, &called), None, Some(item.to_json()))),
        }
    }
    let still: BTreeSet<usize> = kept.iter().map(|(was, _)| *was).collect();
    for (at, item) in old.iter().enumerate().filter(|(at, _)| !still.contains(at)) {
        out.push(field(&way.item(at, &name(item)), Some(item.to_json()), None));
    }
    if !kept.is_sorted_by_key(|(was, _)| *was) {
        let after: Vec<String> = kept.iter().map(|(_, name)| name.clone()).collect();
        kept.sort();
        let before: Vec<String> = kept.into_iter().map(|(_, name)| name).collect();
        out.push(Field { order: true, ..field(way, Some(before.into()), Some(after.into())) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::FileId;
    use crate::yaml::parse;

    /// What is different, one line a field: path, pointer, old and new value.
    fn told(old: &str, new: &str) -> Vec<String> {
        let (old, new) = (parse(FileId(0), old), parse(FileId(0), new));
        let found = compare(&old.documents[0].root, &new.documents[0].root);
        let text = |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), |value| value.value.to_string());
        let word = |field: &Field| if field.order { " (order)" } else { "" };
        found
            .iter()
            .map(|f| format!("{} {}: {} to {}{}", f.path, f.pointer, text(&f.old), text(&f.new), word(f)))
            .collect()
    }

    #[test]
    fn fields_come_go_and_change_at_any_depth() {
        assert_eq!(
            told("a: 1\nb: {c: x, d: [1]}\ne: gone\n", "a: 2\nb: {c: y, d: [1]}\nf/g: {h: new}\n"),
            ["a /a: 1 to 2", "b.c /b/c: \"x\" to \"y\"", "f/g /f~1g: - to {\"h\":\"new\"}", "e /e: \"gone\" to -",]
        );
        assert!(told("a: 1\nb: [x, {c: d}]\n", "# another layout\nb:\n  - x\n  - c: 'd'\na: 1\n").is_empty());
    }

    #[test]
    fn a_null_is_nothing_and_a_value_of_another_type_is_another() {
        assert_eq!(told("a:\nb: 1\nc: '1'\n", "b:\nc: 1\nd:\n"), ["b /b: 1 to -", "c /c: \"1\" to 1"]);
        assert_eq!(told("a: {b: 1}\n", "a: [1]\n"), ["a /a: {\"b\":1} to [1]"]);
    }

    #[test]
    fn numbers_are_compared_by_their_exact_value() {
        assert!(told("a: 99.90\nb: 0x1F\n", "a: 99.9\nb: 31\n").is_empty());
        assert_eq!(told("a: 99.9\n", "a: 99.95\n"), ["a /a: 99.9 to 99.95"]);
        let (one, other) = ("9007199254740993.0", "9007199254740992.0");
        let as_written = format!("a /a: \"{one}\" to \"{other}\"");
        assert_eq!(told(&format!("a: {one}\n"), &format!("a: {other}\n")), [as_written]);
    }

    #[test]
    fn items_with_a_name_are_followed_wherever_they_stand() {
        let old = "l: [{id: a, v: 1}, {id: b, v: 2}, {id: c, v: 3}]\n";
        assert_eq!(
            told(old, "l: [{id: x, v: 0}, {id: a, v: 1}, {id: c, v: 4}]\n"),
            [
                "l[x] /l/0: - to {\"id\":\"x\",\"v\":0}",
                "l[c].v /l/2/v: 3 to 4",
                "l[b] /l/1: {\"id\":\"b\",\"v\":2} to -",
            ]
        );
        assert_eq!(
            told(old, "l: [{id: c, v: 3}, {id: a, v: 1}, {id: b, v: 2}]\n"),
            ["l /l: [\"a\",\"b\",\"c\"] to [\"c\",\"a\",\"b\"] (order)"]
        );
    }

    #[test]
    fn relations_are_told_apart_by_type_and_target() {
        let old = "r: [ci-a, {type: runs_on, to: ci-a}, {type: runs_on, to: ci-b}]\n";
        let new = "r: [ci-a, {type: runs_on, to: ci-a, strength: soft}, ci-b]\n";
        assert_eq!(
            told(old, new),
            [
                "r[runs_on ci-a].strength /r/1/strength: - to \"soft\"",
                "r[depends_on ci-b] /r/2: - to \"ci-b\"",
                "r[runs_on ci-b] /r/2: {\"type\":\"runs_on\",\"to\":\"ci-b\"} to -",
            ]
        );
    }

    #[test]
    fn plain_items_are_told_one_by_one_and_what_has_no_name_by_its_place() {
        assert_eq!(told("t: [a, b, c]\n", "t: [a, c, d]\n"), ["t[d] /t/2: - to \"d\"", "t[b] /t/1: \"b\" to -"]);
        assert_eq!(told("t: [a, a]\n", "t: [a, b, a]\n"), ["t[2] /t/1: \"a\" to \"b\"", "t[3] /t/2: - to \"a\""]);
        assert_eq!(told("t: [{x: 1}, {x: 1}]\n", "t: [{x: 1}]\n"), ["t[2] /t/1: {\"x\":1} to -"]);
        let nested = ["t[2][3] /t/1/0: - to 3", "t[2][2] /t/1/0: 2 to -"];
        assert_eq!(told("t: [[1], [2]]\n", "t: [[1], [3]]\n"), nested);
    }
}
