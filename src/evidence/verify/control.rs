//! What is under control at a commit, and whose keys count there.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};

use git2::Oid;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::base::span::FileId;
use crate::evidence::history::{Entry, History, HistoryError, Touched, Watch};
use crate::evidence::sign::Keyring;
use crate::yaml::{Node, fields, parse};

/// What the change policies in force at a commit put under control.
#[derive(Debug, Clone, Default)]
pub(super) struct Control {
    kinds: BTreeSet<String>,
    ci_types: BTreeSet<String>,
    paths: GlobSet,
    except: GlobSet,
    /// Whether no policy is in force that can be read: then everything is under control.
    silent: bool,
}

/// What was read at the folders of the policies and of the people, by the hash of the folder.
#[derive(Default)]
pub(super) struct Known {
    controls: BTreeMap<Option<Oid>, Control>,
    people: BTreeMap<Option<Oid>, People>,
}

/// The people at a commit.
#[derive(Default)]
pub(super) struct People {
    /// Their keys.
    pub(super) ring: Keyring,
    /// Their names, by id.
    pub(super) names: BTreeMap<String, String>,
}

impl Known {
    /// What is under control at a commit with this tree.
    pub(super) fn control(&mut self, history: &History, tree: Oid) -> Result<&Control, HistoryError> {
        let folder = history.entry(tree, "sms/change_policy")?.map(|entry| entry.id);
        match self.controls.entry(folder) {
            Slot::Occupied(known) => Ok(known.into_mut()),
            Slot::Vacant(slot) => Ok(slot.insert(Control::of(&texts(history, tree, "sms/change_policy")?))),
        }
    }

    /// The people at a commit with this tree.
    pub(super) fn people(&mut self, history: &History, tree: Oid) -> Result<&People, HistoryError> {
        let folder = history.entry(tree, "sms/person")?.map(|entry| entry.id);
        match self.people.entry(folder) {
            Slot::Occupied(known) => Ok(known.into_mut()),
            Slot::Vacant(slot) => Ok(slot.insert(people(history, tree)?)),
        }
    }
}

/// The people at a commit with this tree.
fn people(history: &History, tree: Oid) -> Result<People, HistoryError> {
    let texts = texts(history, tree, "sms/person")?;
    let parsed: Vec<_> = texts.iter().map(|text| parse(FileId(0), text)).collect();
    let roots = parsed.iter().flat_map(|parsed| &parsed.documents).map(|document| &document.root);
    let people: Vec<(&str, &Node<'_>)> = roots.filter_map(|root| Some((root.get("id")?.as_str()?, root))).collect();
    let name = |(id, root): &(&str, &Node<'_>)| {
        let title = root.get("title").and_then(Node::as_str).unwrap_or(id);
        ((*id).to_owned(), title.to_owned())
    };
    Ok(People { names: people.iter().map(name).collect(), ring: Keyring::of_records(people) })
}

/// The keys of the people at a commit with this tree.
///
/// # Errors
/// When the records of people cannot be read.
pub fn ring(history: &History, tree: Oid) -> Result<Keyring, HistoryError> {
    people(history, tree).map(|people| people.ring)
}

/// The texts of all records below `folder`.
fn texts(history: &History, tree: Oid, folder: &str) -> Result<Vec<String>, HistoryError> {
    let mut texts = Vec::new();
    for (path, entry) in history.files(tree, &Watch::only(folder))? {
        if path.strip_suffix(".yaml").is_some() && entry.is_file() {
            texts.extend(String::from_utf8(history.blob(entry.id)?).ok());
        }
    }
    Ok(texts)
}

impl Control {
    /// What the policies of these texts put under control; together, when several are in force.
    fn of(texts: &[String]) -> Self {
        let mut control = Self { silent: true, ..Self::default() };
        let (mut paths, mut except) = (Vec::new(), Vec::new());
        for text in texts {
            for document in &parse(FileId(0), text).documents {
                let root = &document.root;
                if root.get("status").and_then(Node::as_str) != Some("in_force") {
                    continue;
                }
                let list = |key: &str| -> Vec<String> {
                    let items =
                        root.get("controlled").and_then(|part| part.get(key)).map(Node::items).unwrap_or_default();
                    items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
                };
                control.silent = false;
                control.kinds.extend(list("kinds"));
                control.ci_types.extend(list("ci_types"));
                paths.extend(list("paths"));
                except.extend(list("except_paths"));
            }
        }
        match (set(&paths), set(&except)) {
            (Some(paths), Some(except)) => (control.paths, control.except) = (paths, except),
            // A pattern that cannot be read must not free anything.
            _ => control.silent = true,
        }
        control
    }

    /// The folders and files that must be looked at.
    pub(super) fn watch(texts: &[&str]) -> Watch {
        Watch::default().with(texts.iter().copied())
    }

    /// Whether an edit is of something under control: by its path, its kind or its type of item, before or after. A file
    /// whose records are the same but for their layout is not.
    pub(super) fn holds(&self, history: &History, touched: &Touched) -> Result<bool, HistoryError> {
        let path = touched.path.as_str();
        if self.silent || (self.paths.is_match(path) && !self.except.is_match(path)) {
            return Ok(true);
        }
        let Some(kind) = path.strip_prefix("sms/").and_then(|rest| rest.split('/').next()) else { return Ok(false) };
        if !self.kinds.contains(kind) {
            return Ok(false);
        }
        let read = |entry: Option<Entry>| -> Result<Option<String>, HistoryError> {
            let Some(entry) = entry.filter(|entry| entry.is_file()) else { return Ok(None) };
            Ok(String::from_utf8(history.blob(entry.id)?).ok())
        };
        let (Some(old), Some(new)) = (read(touched.old)?, read(touched.new)?) else {
            let one = read(touched.old)?.or(read(touched.new)?);
            return Ok(one.is_none_or(|text| self.types(kind, &text)));
        };
        let same = {
            let (before, after) = (parse(FileId(0), &old), parse(FileId(0), &new));
            before.documents.len() == after.documents.len()
                && before
                    .documents
                    .iter()
                    .zip(&after.documents)
                    .all(|(a, b)| fields::compare(&a.root, &b.root).is_empty())
        };
        Ok(!same && (self.types(kind, &old) || self.types(kind, &new)))
    }

    /// Whether one of the items in the text is of a type under control.
    fn types(&self, kind: &str, text: &str) -> bool {
        if kind != "ci" || self.ci_types.is_empty() {
            return true;
        }
        let parsed = parse(FileId(0), text);
        parsed.documents.iter().any(|document| {
            let of = document.root.get("ci_type").and_then(Node::as_str);
            of.is_none_or(|of| self.ci_types.contains(of))
        })
    }

    /// The path patterns, which say what must be watched.
    pub(super) fn patterns(texts: &[String]) -> Vec<String> {
        let mut patterns = Vec::new();
        for text in texts {
            for document in &parse(FileId(0), text).documents {
                let items = document.root.get("controlled").and_then(|part| part.get("paths")).map(Node::items);
                patterns.extend(items.unwrap_or_default().iter().filter_map(|item| item.as_str().map(str::to_owned)));
            }
        }
        patterns
    }
}

/// What must be watched to see everything that the policies of a commit put under control.
pub(super) fn watch(history: &History, tree: Oid) -> Result<Watch, HistoryError> {
    let patterns = Control::patterns(&texts(history, tree, "sms/change_policy")?);
    Ok(Control::watch(&patterns.iter().map(String::as_str).collect::<Vec<_>>()))
}

fn set(patterns: &[String]) -> Option<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(GlobBuilder::new(pattern).literal_separator(true).build().ok()?);
    }
    set.build().ok()
}

#[cfg(test)]
mod tests;
