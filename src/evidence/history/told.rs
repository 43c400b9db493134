//! A branch read to be shown: commit by commit, with what each touched, from objects or from what an earlier run kept.

use std::borrow::Cow;
use std::path::PathBuf;

use git2::Oid;

use super::commit::Commit;
use super::kept::Kept;
use super::open::{History, HistoryError};
use super::tree::{Touched, Watch};
use crate::base::hash::sha256;

/// The commits of a branch along first parents, newest first, with what each did to the records. For what is shown alone:
/// whoever proves something reads a [`History`], which knows of nothing but objects.
#[derive(Debug)]
pub struct Told<'h> {
    pub(super) history: &'h History,
    watch: Watch,
    from: From,
    /// Whether there is something new to keep.
    grown: bool,
}

/// Where what is told comes from.
#[derive(Debug)]
enum From {
    /// Objects; what a commit touched is looked up when it is asked for.
    Objects(Vec<Commit>),
    /// What is kept, from a place on.
    Kept(Kept, usize),
}

impl History {
    /// The branch up to commit `tip`, from objects alone.
    ///
    /// # Errors
    /// When a commit cannot be read.
    pub fn told(&self, tip: Oid) -> Result<Told<'_>, HistoryError> {
        let from = From::Objects(self.line(tip, None)?);
        Ok(Told { history: self, watch: Watch::default(), from, grown: false })
    }

    /// The branch up to commit `tip`, from what an earlier run gave to keep, and from objects what is not in it. What was
    /// damaged or made for something else is passed over, and a clone with gaps keeps nothing.
    ///
    /// # Errors
    /// When a commit cannot be read.
    pub fn told_from(&self, tip: Oid, kept: Option<Vec<u8>>) -> Result<Told<'_>, HistoryError> {
        if self.gaps().is_empty()
            && let Ok(Some(told)) = self.grown(tip, kept)
        {
            return Ok(told);
        }
        self.told(tip)
    }

    /// The same, with everything that each commit touched; none where that cannot be kept.
    fn grown(&self, tip: Oid, kept: Option<Vec<u8>>) -> Result<Option<Told<'_>>, HistoryError> {
        let watch = Watch::default();
        let subject = self.subject(&watch);
        let old = kept.and_then(|bytes| Kept::read(bytes, &subject));
        let told =
            |kept, from, grown| Some(Told { history: self, watch: watch.clone(), from: From::Kept(kept, from), grown });
        let index = old.as_ref().map(Kept::index).unwrap_or_default();
        if let (Some(at), Some(_)) = (index.get(&tip), &old) {
            return Ok(old.and_then(|old| told(old, *at, false)));
        }
        let mut line = Vec::new();
        let mut next = Some(tip);
        let mut from = None;
        while let Some(id) = next {
            from = index.get(&id).copied();
            if from.is_some() {
                break;
            }
            let commit = self.commit(id)?;
            next = commit.parents.first().copied();
            line.push(commit);
        }
        let before = from.zip(old.as_ref()).and_then(|(from, old)| Some(old.record(from)?.commit()?.tree));
        let mut fresh = Vec::with_capacity(line.len());
        let mut line = line.into_iter().peekable();
        while let Some(commit) = line.next() {
            let parent = line.peek().map(|parent| parent.tree).or(before);
            let touched = self.touched(parent, commit.tree, &watch)?;
            fresh.push((commit, touched));
        }
        let made = Kept::made(&fresh, old.as_ref().zip(from), &subject);
        Ok(made.and_then(|made| told(made, 0, true)))
    }

    /// What is kept of a branch is kept for: where the records' root lies, and what is watched.
    pub(super) fn subject(&self, watch: &Watch) -> String {
        format!("{}\n{}", self.prefix, watch.paths().join("\n"))
    }

    /// The file in which what [`Told::to_keep`] gives belongs: in the clone's own folder, so that it is never shown, committed
    /// or pushed. Its name holds the version of its form.
    #[must_use]
    pub fn place_to_keep(&self) -> PathBuf {
        let name: String = sha256(self.subject(&Watch::default()).as_bytes()).chars().take(16).collect();
        self.repository.commondir().join("gitsm").join(format!("history-1-{name}"))
    }
}

impl Told<'_> {
    /// How many commits there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        match &self.from {
            From::Objects(line) => line.len(),
            From::Kept(kept, from) => kept.len() - *from,
        }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The commit at a place, 0 for the newest; none behind the last.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn commit(&self, at: usize) -> Result<Option<Cow<'_, Commit>>, HistoryError> {
        match &self.from {
            From::Objects(line) => Ok(line.get(at).map(Cow::Borrowed)),
            From::Kept(kept, from) => match (kept.id(from + at), kept.record(from + at)) {
                (Some(id), record) => {
                    let known = record.and_then(|record| record.commit());
                    known.map_or_else(|| self.history.commit(id), Ok).map(|commit| Some(Cow::Owned(commit)))
                }
                (None, _) => Ok(None),
            },
        }
    }

    /// Whether the clone ends at a place although the history does not: what that commit did cannot be told.
    #[must_use]
    pub fn is_cut(&self, at: usize) -> bool {
        match &self.from {
            From::Objects(line) => at + 1 == line.len() && line.last().is_some_and(|last| !last.parents.is_empty()),
            From::Kept(..) => false,
        }
    }

    /// Whether the commit at a place did nothing to the records, as far as that is known without reading folders.
    #[must_use]
    pub fn is_idle(&self, at: usize) -> bool {
        match &self.from {
            From::Objects(line) => {
                line.get(at).zip(line.get(at + 1)).is_some_and(|(commit, parent)| commit.tree == parent.tree)
            }
            From::Kept(kept, from) => kept.record(from + at).is_some_and(|record| record.count() == 0),
        }
    }

    /// What the commit at a place touched, by path.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn touched(&self, at: usize) -> Result<Vec<Touched>, HistoryError> {
        match &self.from {
            From::Objects(line) => {
                let Some(commit) = line.get(at) else { return Ok(Vec::new()) };
                self.history.touched(line.get(at + 1).map(|parent| parent.tree), commit.tree, &self.watch)
            }
            From::Kept(kept, from) => Ok(kept.record(from + at).map(|record| record.touched()).unwrap_or_default()),
        }
    }

    /// Whether the commit at a place left the file `path` of a record as it was.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn same_at(&self, at: usize, path: &str) -> Result<bool, HistoryError> {
        match &self.from {
            From::Objects(line) => {
                let Some(commit) = line.get(at) else { return Ok(true) };
                self.history.same_at(line.get(at + 1).map(|parent| parent.tree), commit.tree, path)
            }
            From::Kept(kept, from) => {
                Ok(kept.record(from + at).is_none_or(|record| record.paths().all(|touched| touched != path)))
            }
        }
    }

    /// The bytes to keep for the next run, where this one read something new.
    #[must_use]
    pub fn to_keep(&self) -> Option<&[u8]> {
        match &self.from {
            From::Kept(kept, _) if self.grown => Some(kept.bytes()),
            _ => None,
        }
    }
}
