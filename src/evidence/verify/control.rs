//! What is under control at a commit, and whose keys count there.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};

use git2::Oid;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use jiff::civil::Date;

use super::file::File;
use super::people::{People, Roles};
use crate::base::date::parse_date;
use crate::base::duration::Duration;
use crate::base::span::FileId;
use crate::evidence::history::{History, HistoryError, Watch};
use crate::evidence::sign::Keyring;
use crate::yaml::{Node, Parsed, parse};

/// What the change policies in force at a commit put under control.
#[derive(Debug, Clone, Default)]
pub(super) struct Control {
    kinds: BTreeSet<String>,
    ci_types: BTreeSet<String>,
    paths: GlobSet,
    except: GlobSet,
    /// Whether no policy is in force that can be read: then everything is under control.
    silent: bool,
    /// Categories of emergencies after which others must agree, and within which time.
    afterwards: BTreeMap<String, Duration>,
    /// The parts in a change that keep somebody from voting on it; all of them when the policy says nothing.
    excluded: Option<BTreeSet<String>>,
    /// The last day on which everybody may vote on the own work because the team is small.
    small_team: Option<Date>,
    /// Whether who suggested an edit that the author took over may vote all the same.
    suggestions_forgiven: bool,
}

/// What was read at the folders of the policies and of the people, by the hash of the folder.
#[derive(Default)]
pub(super) struct Known {
    controls: BTreeMap<Option<Oid>, Control>,
    people: BTreeMap<Option<Oid>, People>,
    roles: BTreeMap<Option<Oid>, Roles>,
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
            Slot::Vacant(slot) => Ok(slot.insert(People::of(&texts(history, tree, "sms/person")?))),
        }
    }

    /// Who holds which role at a commit with this tree.
    pub(super) fn roles(&mut self, history: &History, tree: Oid) -> Result<&Roles, HistoryError> {
        let folder = history.entry(tree, "sms/role")?.map(|entry| entry.id);
        match self.roles.entry(folder) {
            Slot::Occupied(known) => Ok(known.into_mut()),
            Slot::Vacant(slot) => Ok(slot.insert(Roles::of(&texts(history, tree, "sms/role")?))),
        }
    }
}

/// The keys of the people at a commit with this tree.
///
/// # Errors
/// When the records of people cannot be read.
pub fn ring(history: &History, tree: Oid) -> Result<Keyring, HistoryError> {
    Ok(People::of(&texts(history, tree, "sms/person")?).ring)
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
                control.emergencies(root);
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

    /// Reads what a policy asks for after an emergency, and who may not vote.
    fn emergencies(&mut self, root: &Node<'_>) {
        for category in root.get("categories").map(Node::items).unwrap_or_default() {
            let text = |key: &str| category.get(key).and_then(Node::as_str);
            let within = text("retrospective_within").and_then(|within| Duration::parse(within).ok());
            let asks = category.get("retrospective_seats").is_some_and(|seats| !seats.items().is_empty());
            if let (Some(id), Some(within), true) = (text("id"), within, asks) {
                self.afterwards.insert(id.to_owned(), within);
            }
        }
        if let Some(parts) = root.get("excluded") {
            self.excluded = Some(parts.items().iter().filter_map(|part| part.as_str().map(str::to_owned)).collect());
        }
        self.suggestions_forgiven |= root.get("suggestions_forgiven").and_then(Node::as_bool) == Some(true);
        let until = root.get("small_team").and_then(|small| small.get("until")).and_then(Node::as_str);
        self.small_team = self.small_team.max(until.and_then(|day| parse_date(day).ok()));
    }

    /// The folders and files that must be looked at.
    pub(super) fn watch(texts: &[&str]) -> Watch {
        Watch::default().with(texts.iter().copied())
    }

    /// Whether an edit is of something under control: by its path, its kind or its type of item, before or after. A file
    /// whose records are the same but for their layout is not.
    pub(super) fn holds(&self, file: &File<'_>) -> bool {
        let path = file.touched.path.as_str();
        if self.silent || (self.paths.is_match(path) && !self.except.is_match(path)) {
            return true;
        }
        let Some(kind) = path.strip_prefix("sms/").and_then(|rest| rest.split('/').next()) else { return false };
        if !self.kinds.contains(kind) {
            return false;
        }
        match (&file.old, &file.new) {
            (Some(old), Some(new)) => !file.says_the_same() && (self.types(kind, old) || self.types(kind, new)),
            (Some(one), None) | (None, Some(one)) => self.types(kind, one),
            (None, None) => true,
        }
    }

    /// Whether one of the items in the text is of a type under control.
    fn types(&self, kind: &str, text: &Parsed<'_>) -> bool {
        if kind != "ci" || self.ci_types.is_empty() {
            return true;
        }
        text.documents.iter().any(|document| {
            let of = document.root.get("ci_type").and_then(Node::as_str);
            of.is_none_or(|of| self.ci_types.contains(of))
        })
    }

    /// What the policy asks for after an emergency of this category: within which time others must agree; none when it
    /// asks nobody.
    pub(super) fn afterwards(&self, category: &str) -> Option<Duration> {
        self.afterwards.get(category).copied()
    }

    /// Whether the policy keeps somebody with this part in a change from voting on it, on this day.
    pub(super) fn excludes(&self, part: &str, day: Date) -> bool {
        self.small_team.is_none_or(|until| until < day)
            && self.excluded.as_ref().is_none_or(|parts| parts.contains(part))
    }

    /// Whether the policy lets those vote whose suggestion the author took over.
    pub(super) const fn forgives_suggestions(&self) -> bool {
        self.suggestions_forgiven
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
