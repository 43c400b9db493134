//! The life of one record: what was done to it, field by field, when, by whom and under which change.

use std::collections::BTreeSet;

use serde::Serialize;

use super::commit::Commit;
use super::open::{History, HistoryError};
use super::told::Told;
use super::tree::Touched;
use crate::base::span::FileId;
use crate::yaml::fields::{self, Field};
use crate::yaml::{Node, parse};

/// What happened to a record in one commit of the branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// It was written.
    Created,
    /// Its fields changed, or its place or id.
    Changed,
    /// It went.
    Deleted,
}

/// One commit of the branch in the life of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The commit on the branch.
    pub commit: String,
    /// When it was put there, by the clock of whoever made the commit.
    pub time: String,
    /// Who put it there.
    pub committer: String,
    /// Everybody who wrote on it: the authors of all commits that this one brought and that touched the record, and
    /// those named as co-authors.
    pub authors: Vec<String>,
    /// First line of the message.
    pub summary: String,
    /// What happened.
    pub kind: StepKind,
    /// The file, from this step on; before it, for a record that went.
    pub path: String,
    /// The file before, when it was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<String>,
    /// The id before, when it was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// The change records under which it happened: named by a trailer, or written in the same commit.
    pub changes: Vec<String>,
    /// Fields that are not the same; empty where it came or went.
    pub fields: Vec<Field>,
}

/// The life of a record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Life {
    /// What happened, the last first.
    pub steps: Vec<Step>,
    /// What the clone leaves out: with any of these, earlier steps may be missing.
    pub gaps: Vec<super::Gap>,
}

/// What a record is called at a point of the walk, which goes back in time.
struct Name {
    id: String,
    /// Its file; none while it is not there.
    path: Option<String>,
}

/// A record found in a file.
struct Found {
    id: String,
    path: String,
    text: String,
    index: usize,
}

impl Found {
    fn with<T>(&self, then: impl FnOnce(&Node<'_>) -> T) -> Option<T> {
        let parsed = parse(FileId(0), &self.text);
        parsed.documents.get(self.index).map(|document| then(&document.root))
    }
}

/// The life of the record `id` on the branch that is `told`, the last step first; `path` is its file at the tip, none when
/// it is not there any more. A record is followed by its id and its former ids, whatever its file is called.
///
/// # Errors
/// When objects of the history cannot be read.
pub fn life(told: &Told<'_>, id: &str, path: Option<&str>) -> Result<Life, HistoryError> {
    let mut name = Name { id: id.to_owned(), path: path.map(str::to_owned) };
    let mut steps = Vec::new();
    let history = told.history;
    for at in (0..told.len()).take_while(|at| !told.is_cut(*at)) {
        if let Some(path) = &name.path
            && told.same_at(at, path)?
        {
            continue;
        }
        let Some(commit) = told.commit(at)? else { break };
        let (parent, touched) = (told.commit(at + 1)?, told.touched(at)?);
        let Some(step) = step(history, &commit, parent.as_deref(), &touched, &name)? else { continue };
        name.id = step.renamed_from.clone().unwrap_or(name.id);
        name.path = match step.kind {
            StepKind::Created => None,
            StepKind::Changed | StepKind::Deleted => Some(step.moved_from.clone().unwrap_or_else(|| step.path.clone())),
        };
        steps.push(step);
    }
    Ok(Life { steps, gaps: history.gaps().to_vec() })
}

/// What `commit` did to the record of this name after it.
fn step(
    history: &History,
    commit: &Commit,
    parent: Option<&Commit>,
    touched: &[Touched],
    name: &Name,
) -> Result<Option<Step>, HistoryError> {
    let ids = BTreeSet::from([name.id.clone()]);
    let new = match &name.path {
        Some(path) => {
            let here = touched.iter().filter(|touched| touched.path == *path);
            find(history, here, &ids, |touched| touched.new)?
        }
        None => None,
    };
    let mut names = ids;
    if let Some(aliases) = new.as_ref().and_then(|new| new.with(aliases)) {
        names.extend(aliases);
    }
    // The same file first, so that a copy elsewhere is not taken for the record.
    let own = touched.iter().filter(|touched| Some(&touched.path) == name.path.as_ref());
    let others = touched
        .iter()
        .filter(|touched| name.path.is_some() || (touched.new.is_none() && touched.stem() == Some(name.id.as_str())));
    let mut old = find(history, own, &names, |touched| touched.old)?;
    if old.is_none() {
        old = find(history, others, &names, |touched| touched.old)?;
    }
    let step = |kind, path: &str| Step {
        commit: commit.id.to_string(),
        time: crate::base::date::AsOf::new(commit.committer.time).to_string(),
        committer: commit.committer.name.clone(),
        authors: Vec::new(),
        summary: commit.summary().to_owned(),
        kind,
        path: path.to_owned(),
        moved_from: None,
        renamed_from: None,
        changes: Vec::new(),
        fields: Vec::new(),
    };
    let mut step = match (old, new) {
        (None, None) => return Ok(None),
        (None, Some(new)) => step(StepKind::Created, &new.path),
        (Some(old), None) => step(StepKind::Deleted, &old.path),
        (Some(old), Some(new)) => {
            let found = old.with(|before| new.with(|after| fields::compare(before, after)));
            let mut fields = found.flatten().unwrap_or_default();
            let renamed = (old.id != new.id).then(|| old.id.clone());
            let moved = (old.path != new.path).then(|| old.path.clone());
            fields.retain(|field| !(renamed.is_some() && field.pointer == "/id"));
            if fields.is_empty() && renamed.is_none() && moved.is_none() {
                return Ok(None);
            }
            Step { moved_from: moved, renamed_from: renamed, fields, ..step(StepKind::Changed, &new.path) }
        }
    };
    step.authors = authors(history, commit, parent, &step)?;
    step.changes = changes(commit, touched);
    Ok(Some(step))
}

/// The first record with one of these ids in the files, on the side that `side` chooses.
fn find<'t>(
    history: &History,
    files: impl Iterator<Item = &'t Touched>,
    ids: &BTreeSet<String>,
    side: impl Fn(&Touched) -> Option<super::Entry>,
) -> Result<Option<Found>, HistoryError> {
    for touched in files {
        let Some(stem) = touched.stem() else { continue };
        let Some(entry) = side(touched).filter(|entry| entry.is_file()) else { continue };
        let Ok(text) = String::from_utf8(history.blob(entry.id)?) else { continue };
        let parsed = parse(FileId(0), &text);
        let id = |root: &Node<'_>| root.get("id").and_then(Node::as_str).unwrap_or(stem).to_owned();
        let found =
            parsed.documents.iter().map(|document| id(&document.root)).enumerate().find(|(_, id)| ids.contains(id));
        if let Some((index, id)) = found {
            return Ok(Some(Found { id, path: touched.path.clone(), text, index }));
        }
    }
    Ok(None)
}

/// The former ids of a record.
pub(super) fn aliases(root: &Node<'_>) -> Vec<String> {
    let aliases = root.get("aliases").map(Node::items).unwrap_or_default();
    aliases.iter().filter_map(|alias| alias.as_str().map(str::to_owned)).collect()
}

/// Everybody who wrote what the commit did to the record's file, in the order of time.
fn authors(
    history: &History,
    commit: &Commit,
    parent: Option<&Commit>,
    step: &Step,
) -> Result<Vec<String>, HistoryError> {
    let mut wrote: Vec<Commit> = Vec::new();
    if let (Some(parent), true) = (parent, commit.parents.len() > 1) {
        for brought in history.brought(parent.id, commit.id)?.into_iter().filter(|brought| brought.id != commit.id) {
            let here = history.entry(brought.tree, &step.path)?;
            let mut same = false;
            for parent in &brought.parents {
                same |= history.entry(history.commit(*parent)?.tree, &step.path)? == here;
            }
            if !same {
                wrote.push(brought);
            }
        }
    }
    if wrote.is_empty() {
        wrote.push(commit.clone());
    }
    Ok(names(wrote.iter()))
}

/// The authors and co-authors of commits, each once, in their order.
pub(super) fn names<'c>(commits: impl IntoIterator<Item = &'c Commit>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for commit in commits {
        let all =
            std::iter::once(commit.author.name.clone()).chain(commit.co_authors().into_iter().map(|(name, _)| name));
        for name in all {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// The changes under which a commit stands: those that a trailer names, and those whose records it writes.
pub(in crate::evidence) fn changes(commit: &Commit, touched: &[Touched]) -> Vec<String> {
    let mut ids = commit.changes();
    let written = touched.iter().filter(|touched| touched.new.is_some() && touched.path.starts_with("sms/change/"));
    ids.extend(written.filter_map(Touched::stem).map(str::to_owned));
    let mut seen = BTreeSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    ids
}
