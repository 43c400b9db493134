//! What commits did to records that no single state of them shows.

mod carried;
mod documents;
mod end;
mod names;
#[cfg(test)]
mod story;
mod suspect;
mod voters;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use self::carried::Changes;
use self::documents::Documents;
pub(super) use self::end::{Cover, End};
use self::names::Claims;
use self::suspect::Reviews;
use super::Question;
use super::file::File;
use super::problem::{self, Problem};
use crate::base::date::When;
use crate::base::exact::Exact;
use crate::evidence::history::{Commit, HistoryError};
use crate::schema::Kind;
use crate::yaml::{Node, Parsed, fields};

/// Seconds within which an event is written down, and within which items follow their change.
const WEEK: i64 = 7 * 86_400;

/// What is known of the records while the walk goes on.
pub(super) struct Records<'w> {
    question: &'w Question<'w>,
    /// When each record was first committed.
    born: BTreeMap<String, Timestamp>,
    /// When the record of each configuration item was edited, and under which changes.
    items: BTreeMap<String, Vec<(i64, Vec<String>)>>,
    /// Changes that were carried out after adoption: when they ended, what they affect, and the commit that says so.
    done: BTreeMap<String, (i64, Vec<String>, String)>,
    changes: Changes,
    documents: Documents,
    claims: Claims,
    reviews: Reviews,
}

/// A commit that the walk comes to.
pub(super) struct Seen<'c> {
    /// The commit.
    pub(super) commit: &'c Commit,
    /// Its place on the branch.
    pub(super) at: usize,
    /// The changes under which it stands.
    pub(super) changes: &'c [String],
    /// Whether the process held already.
    pub(super) held: bool,
}

/// A record on one side of a commit.
#[derive(Clone, Copy)]
struct Side<'t, 's> {
    kind: Option<&'t Kind>,
    root: &'t Node<'s>,
}

impl<'t> Side<'t, '_> {
    fn text(self, field: &str) -> Option<&'t str> {
        self.root.get(field).and_then(Node::as_str)
    }
}

impl<'w> Records<'w> {
    pub(super) fn new(question: &'w Question<'w>) -> Self {
        Self {
            question,
            born: BTreeMap::new(),
            items: BTreeMap::new(),
            done: BTreeMap::new(),
            changes: Changes::default(),
            documents: Documents::default(),
            claims: Claims::default(),
            reviews: Reviews::default(),
        }
    }

    /// Takes in what a commit did; tells what is wrong with it when the process held already.
    pub(super) fn see(&mut self, files: &[File<'_>], seen: &Seen<'_>) -> Vec<Problem> {
        let Seen { commit, changes, held, .. } = *seen;
        let old = self.sides(files, |file| file.old.as_ref());
        let new = self.sides(files, |file| file.new.as_ref());
        let mut problems = Vec::new();
        let mut kept = BTreeSet::new();
        for (id, side) in &new {
            let aliases = side.root.get("aliases").map(Node::items).unwrap_or_default();
            let names = std::iter::once(id.as_str()).chain(aliases.iter().filter_map(|alias| alias.as_str()));
            let was = names.into_iter().find(|name| old.contains_key(*name)).map(str::to_owned);
            if let Some(was) = &was {
                kept.insert(was.clone());
                let born = self.born.get(was).copied().unwrap_or(commit.committer.time);
                self.born.insert(id.clone(), born);
                if held {
                    changed(id, old[was], *side, commit, changes, &mut problems);
                }
            } else {
                self.born.entry(id.clone()).or_insert(commit.committer.time);
                if held {
                    problems.extend(backdated(id, *side, commit));
                }
            }
            let before = was.as_deref().map(|was| (was, old[was]));
            self.note(id, before, *side, seen);
        }
        for id in old.keys().filter(|id| !kept.contains(*id) && !new.contains_key(*id)) {
            self.documents.gone(id);
            self.reviews.gone(id, seen);
            if held {
                problems.extend(self.deleted(id, commit));
            }
        }
        problems
    }

    /// The records on one side of the files, by id.
    fn sides<'t, 's>(
        &self,
        files: &'t [File<'s>],
        side: impl Fn(&'t File<'s>) -> Option<&'t Parsed<'s>>,
    ) -> BTreeMap<String, Side<'t, 's>>
    where
        'w: 't,
    {
        let mut sides = BTreeMap::new();
        for file in files.iter().filter(|file| file.touched.stem().is_some()) {
            let path = file.touched.path.as_str();
            let folder = path.strip_prefix("sms/").and_then(|rest| rest.split('/').next()).unwrap_or_default();
            let stem = file.touched.stem().unwrap_or_default();
            for document in side(file).map(|parsed| parsed.documents.as_slice()).unwrap_or_default() {
                let root = &document.root;
                let kind = root.get("kind").and_then(Node::as_str).unwrap_or(folder);
                let id = root.get("id").and_then(Node::as_str).unwrap_or(stem);
                sides.entry(id.to_owned()).or_insert(Side { kind: self.question.catalog.find(kind), root });
            }
        }
        sides
    }

    /// Remembers what later commits, or the ledger, are compared with; `was` is the record before, with its id then.
    fn note(&mut self, id: &str, was: Option<(&str, Side<'_, '_>)>, side: Side<'_, '_>, seen: &Seen<'_>) {
        let Seen { commit, changes, held, .. } = *seen;
        let former = was.map(|(was, _)| was);
        self.documents.note(id, former, side, seen);
        self.reviews.note(id, was, side, seen);
        self.claims.note(id, was.map(|(_, old)| old), side, seen);
        let name = side.kind.map_or("", |kind| kind.name.as_str());
        if name == "ci" {
            let edits = self.items.entry(id.to_owned()).or_default();
            edits.push((commit.committer.time.as_second(), changes.to_vec()));
        }
        if name != "change" {
            return;
        }
        self.changes.note(id, former, side, seen);
        let status = side.text("status").unwrap_or_default();
        let alters = matches!(side.text("type"), Some("add" | "modify" | "remove" | "transfer"));
        if held && alters && matches!(status, "implemented" | "closed") {
            let end = side.root.get("actual").and_then(|actual| actual.get("end")).and_then(Node::as_str);
            let Some(end) = end.and_then(|end| When::parse(end).ok()).and_then(When::instant) else { return };
            let affects = side.root.get("affects").map(Node::items).unwrap_or_default();
            let affects = affects.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect();
            self.done.entry(id.to_owned()).or_insert((end.as_second(), affects, commit.id.to_string()));
        }
    }

    fn deleted(&self, id: &str, commit: &Commit) -> Option<Problem> {
        let born = self.born.get(id)?;
        let age = commit.committer.time.as_second().saturating_sub(born.as_second()).max(0);
        let keep = self.question.keep;
        let age = crate::base::duration::Duration::from_days(u32::try_from(age / 86_400).unwrap_or(u32::MAX));
        let words = format!(
            "commit {} by {} deletes '{id}' after {age}; records are kept for {keep}",
            commit.short(),
            commit.author.name
        );
        (age < keep).then(|| Problem::new(&problem::RECORD_DELETED_EARLY, words).at(&commit.id).about(id))
    }

    /// What can only be told at the end, from history and ledger together.
    pub(super) fn finish(&self, end: &mut End<'_>) -> Result<Vec<Problem>, HistoryError> {
        let mut problems = self.unfollowed();
        // Without the whole history nothing of this can be told, and that is said by itself.
        if end.history.gaps().is_empty() {
            problems.extend(self.reviews.finish(end.line));
        }
        // The same without a ledger: whatever was carried out came without a decision that could be looked at.
        if end.history.gaps().is_empty() && (end.adopted.is_some() || !end.all.is_empty()) {
            problems.extend(self.changes.finish(end)?);
            problems.extend(self.documents.finish(end));
            problems.extend(voters::finish(&self.changes, end)?);
            problems.extend(self.claims.finish(end)?);
        }
        Ok(problems)
    }

    /// Changes that left no trace at what they affect.
    fn unfollowed(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (change, (end, affects, commit)) in &self.done {
            let items: Vec<&String> = affects.iter().filter(|id| self.items.contains_key(*id)).collect();
            let followed = |id: &&&String| {
                self.items[**id].iter().any(|(at, changes)| (at - end).abs() <= WEEK || changes.contains(change))
            };
            if !items.is_empty() && items.iter().find(followed).is_none() {
                let ids: Vec<&str> = items.iter().map(|id| id.as_str()).collect();
                let words = format!(
                    "'{change}' was carried out, but the record of none of the items that it affects was edited within a week: {}",
                    ids.join(", ")
                );
                problems.push(Problem::new(&problem::CHANGE_CI_UNCHANGED, words).at(&commit).about(change));
            }
        }
        problems
    }
}

/// What is wrong with how a record changed.
fn changed(
    id: &str,
    old: Side<'_, '_>,
    new: Side<'_, '_>,
    commit: &Commit,
    changes: &[String],
    problems: &mut Vec<Problem>,
) {
    let (Some(from), Some(to)) = (old.text("status"), new.text("status")) else { return };
    let state = old.kind.and_then(|kind| kind.state(from));
    let (short, who) = (commit.short(), &commit.author.name);
    if from != to
        && let Some(state) = state
        && !state.next.iter().any(|next| next == to)
    {
        let words = format!("commit {short} by {who} takes '{id}' from {from} to {to}, which may not follow it");
        problems.push(Problem::new(&problem::STATUS_ILLEGAL_JUMP, words).at(&commit.id).about(id));
    }
    let edited = || {
        let fields = fields::compare(old.root, new.root);
        fields.iter().any(|field| !["aliases", "tags", "links", "id"].contains(&top(&field.pointer).as_str()))
    };
    if from == to && state.is_some_and(|state| state.terminal) && commit.trailer("Correction").is_empty() && edited() {
        let words = format!("commit {short} by {who} edits '{id}', which is {from} and whose life is over");
        problems.push(Problem::new(&problem::CLOSED_RECORD_EDITED, words).at(&commit.id).about(id));
    }
    let weaker =
        old.kind.is_some_and(|kind| kind.name == "objective") && from != "draft" && lowered(old.root, new.root);
    if weaker && changes.is_empty() {
        let words = format!("commit {short} by {who} makes the target of '{id}' easier and names no change");
        problems.push(Problem::new(&problem::TARGET_LOWERED, words).at(&commit.id).about(id));
    }
}

/// The field at the top above a pointer: an item of a list has a pointer of its own, below that of the list.
fn top(pointer: &str) -> String {
    pointer.split('/').nth(1).unwrap_or_default().to_owned()
}

/// Whether the target of an objective is easier than it was.
fn lowered(old: &Node<'_>, new: &Node<'_>) -> bool {
    let part = |root: &Node<'_>, key: &str| {
        root.get("target").and_then(|target| target.get(key)).and_then(Node::scalar).map(String::from)
    };
    let value = |root: &Node<'_>| part(root, "value").and_then(|text| Exact::parse(&text));
    match (part(new, "operator").as_deref(), value(old), value(new)) {
        (Some(">=" | ">"), Some(before), Some(after)) => after < before,
        (Some("<=" | "<"), Some(before), Some(after)) => after > before,
        _ => false,
    }
}

/// A record of an event that was long over when it was written.
fn backdated(id: &str, side: Side<'_, '_>, commit: &Commit) -> Option<Problem> {
    let mut latest: Option<i64> = None;
    side.kind?.shape.visit(side.root, &mut |shape, node| {
        let when = node.as_str().filter(|_| shape.past).and_then(|text| When::parse(text).ok());
        let second = when.and_then(|when| jiff::tz::TimeZone::UTC.to_timestamp(when.day().into()).ok());
        latest = latest.max(second.map(Timestamp::as_second));
    });
    let written = commit.committer.time.as_second();
    let days = written.saturating_sub(latest?) / 86_400;
    let words = format!("commit {} writes '{id}', the last event of which was {days} days before", commit.short());
    // The day of an event has a day of grace on both sides, since its zone is unknown.
    (days > WEEK / 86_400 + 1).then(|| Problem::new(&problem::BACKDATED_RECORD, words).at(&commit.id).about(id))
}

#[cfg(test)]
mod tests;
