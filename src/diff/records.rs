//! Which records came, went and changed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::{Record, Sms};
use crate::yaml::fields::{self, Field};

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was not there before.
    Added,
    /// It is not there any more.
    Removed,
    /// It is there in both states.
    Changed,
    /// Its file is there in both states, and cannot be read in the later one.
    Unreadable,
    /// Its file is there in both states, and could not be read in the earlier one.
    Readable,
}

/// A record that is not the same in both states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordChange {
    /// Its kind.
    pub kind: String,
    /// Its id; the later one.
    pub id: String,
    /// Its title; the later one.
    pub title: String,
    /// Its file; the later one.
    pub path: String,
    /// What became of it.
    pub change: Change,
    /// The id that it had, when it has another now and one of the two states names the other's id in `aliases`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// The file that it was in, when it is in another now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<String>,
    /// Its fields that are not the same; empty for records that came or went.
    pub fields: Vec<Field>,
}

/// Kind and id of a record, and how many with the same come before it.
type Name<'s> = (&'s str, &'s str, usize);

/// The records by name.
fn named<'s>(sms: &'s Sms<'_>) -> BTreeMap<Name<'s>, &'s Record<'s>> {
    let mut named: BTreeMap<Name<'s>, &Record<'_>> = BTreeMap::new();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (_, record) in sms.records() {
        let (kind, id) = (record.kind.name.as_str(), record.id.as_str());
        let nth = counts.entry((kind, id)).or_default();
        named.insert((kind, id, *nth), record);
        *nth += 1;
    }
    named
}

/// Every record that is not the same in `head` as in `base`, by kind and id.
#[must_use]
pub fn compare(base: &Sms<'_>, head: &Sms<'_>) -> Vec<RecordChange> {
    let (before, after) = (named(base), named(head));
    let mut changes = Vec::new();
    let mut heirs = BTreeSet::new();
    for ((kind, id, nth), old) in &before {
        let same = after.get(&(*kind, *id, *nth)).copied();
        // A record of another id, where one of the two names the other's among its former ids, unless it was there before
        // as well.
        let heir = head
            .find(head.id_of(base, id))
            .map(|ix| head.record(ix))
            .filter(|heir| same.is_none() && heir.kind.name == *kind);
        let heir = heir.filter(|heir| !before.contains_key(&(*kind, heir.id.as_str(), 0)) && *nth == 0);
        match same.or(heir) {
            Some(new) => {
                heirs.extend(heir.is_some().then_some(new.id.as_str()));
                changes.extend(changed(base, old, head, new));
            }
            None if head.is_unreadable(base.path(old)) => changes.push(whole(base, old, Change::Unreadable)),
            None => changes.push(whole(base, old, Change::Removed)),
        }
    }
    let is_new = |name: &Name<'_>| !(before.contains_key(name) || (heirs.contains(name.1) && name.2 == 0));
    changes.extend(after.iter().filter(|(name, _)| is_new(name)).map(|(_, record)| {
        let readable = base.is_unreadable(head.path(record));
        whole(head, record, if readable { Change::Readable } else { Change::Added })
    }));
    changes.sort_by(|a, b| (&a.kind, &a.id, a.change, &a.path).cmp(&(&b.kind, &b.id, b.change, &b.path)));
    changes
}

fn whole(sms: &Sms<'_>, record: &Record<'_>, change: Change) -> RecordChange {
    RecordChange {
        kind: record.kind.name.clone(),
        id: record.id.to_string(),
        title: record.title().to_owned(),
        path: sms.path(record).to_owned(),
        change,
        renamed_from: None,
        moved_from: None,
        fields: Vec::new(),
    }
}

/// How a record that is in both states changed; none when it did not.
fn changed(base: &Sms<'_>, old: &Record<'_>, head: &Sms<'_>, new: &Record<'_>) -> Option<RecordChange> {
    let renamed = (old.id != new.id).then(|| old.id.to_string());
    let (from, to) = (base.path(old), head.path(new));
    let text = |sms: &Sms<'_>, record: &Record<'_>| sms.snapshot.sources.slice(record.span()).to_owned();
    let mut fields = Vec::new();
    // Most records are the same to the letter.
    if text(base, old) != text(head, new) {
        fields = fields::compare(&old.root, &new.root);
    }
    fields.retain(|field| !(renamed.is_some() && field.pointer == "/id"));
    for field in fields.iter_mut().filter(|field| field.pointer == "/status") {
        let label = |record: &Record<'_>| record.state().map(|state| state.label.clone());
        field.old.iter_mut().for_each(|value| value.label = label(old));
        field.new.iter_mut().for_each(|value| value.label = label(new));
    }
    let moved = (from != to).then(|| from.to_owned());
    let same = fields.is_empty() && renamed.is_none() && moved.is_none();
    (!same).then(|| RecordChange {
        renamed_from: renamed,
        moved_from: moved,
        fields,
        ..whole(head, new, Change::Changed)
    })
}
