//! How commits came to the branch, as far as objects prove it.

use git2::{Oid, Repository};

use super::commit::Commit;
use super::open::{History, HistoryError, object};
use super::tree::{Touched, Watch};

/// How a commit on the first-parent line came there, by its own objects alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Landing {
    /// It has no parent.
    Root,
    /// One parent: pushed directly, squashed or rebased; only a decision that names its tree can tell which.
    Single,
    /// A merge whose tree is what merging its parents gives.
    Merge,
    /// A merge that says something else than its parents: the paths at which it does, empty where they conflict.
    EditedMerge(Vec<String>),
}

/// A commit that says it takes back another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revert {
    /// The commit that it names.
    pub of: Oid,
    /// Whether it does exactly the opposite of it to everything watched.
    pub exact: bool,
}

impl History {
    /// How `commit` came there.
    ///
    /// # Errors
    /// When objects cannot be read.
    pub fn landing(&self, commit: &Commit) -> Result<Landing, HistoryError> {
        let (ours, theirs) = match commit.parents[..] {
            [] => return Ok(Landing::Root),
            [_] => return Ok(Landing::Single),
            [ours, theirs] => (ours, theirs),
            // Octopus merges cannot be made again by merging two; their content must be named by a decision.
            [..] => return Ok(Landing::EditedMerge(Vec::new())),
        };
        if self.apart(ours, theirs, commit.tree)? {
            return Ok(Landing::Merge);
        }
        match self.merged(ours, theirs)? {
            Some(tree) if tree == commit.tree => Ok(Landing::Merge),
            Some(tree) => {
                let differ = self.touched_anywhere(Some(tree), commit.tree)?;
                Ok(Landing::EditedMerge(differ.into_iter().map(|touched| touched.path).collect()))
            }
            None => Ok(Landing::EditedMerge(Vec::new())),
        }
    }

    /// Whether merging `theirs` into `ours` gives `tree`.
    ///
    /// # Errors
    /// When a commit cannot be read.
    pub fn merges_to(&self, ours: Oid, theirs: Oid, tree: Oid) -> Result<bool, HistoryError> {
        Ok(self.apart(ours, theirs, tree)? || self.merged(ours, theirs)? == Some(tree))
    }

    /// Whether `tree` is `ours` with exactly what `theirs` did since both parted, and `ours` touched none of it. Then it is
    /// their merge, and nothing has to be merged to know it. That something is not so proves nothing.
    fn apart(&self, ours: Oid, theirs: Oid, tree: Oid) -> Result<bool, HistoryError> {
        let bases = self.repository.merge_bases(ours, theirs);
        let [base] = bases.iter().flat_map(|bases| bases.iter()).copied().collect::<Vec<_>>()[..] else {
            return Ok(false);
        };
        let at = |id: Oid| self.commit(id).map(|commit| commit.tree);
        let did = self.touched_anywhere(Some(at(base)?), at(theirs)?)?;
        Ok(did == self.touched_anywhere(Some(at(ours)?), tree)?)
    }

    /// The tree that merging `theirs` into `ours` gives; none where they conflict. Nothing is written to the repository.
    ///
    /// # Errors
    /// When a commit cannot be read.
    pub fn merged(&self, ours: Oid, theirs: Oid) -> Result<Option<Oid>, HistoryError> {
        let failed = |why| object("the merge of", theirs, why);
        // A repository of its own, so that what the merge makes goes with it.
        let scratch = Repository::open(self.repository.path()).map_err(failed)?;
        let odb = scratch.odb().map_err(failed)?;
        odb.add_new_mempack_backend(i32::MAX).map_err(failed)?;
        let merge = || -> Result<Option<Oid>, git2::Error> {
            let (ours, theirs) = (scratch.find_commit(ours)?, scratch.find_commit(theirs)?);
            let mut index = scratch.merge_commits(&ours, &theirs, None)?;
            if index.has_conflicts() { Ok(None) } else { index.write_tree_to(&scratch).map(Some) }
        };
        merge().map_err(failed)
    }

    /// What `commit` did to what is watched, against its first parent.
    ///
    /// # Errors
    /// When objects cannot be read.
    pub fn changes(&self, commit: &Commit, watch: &Watch) -> Result<Vec<Touched>, HistoryError> {
        let parent = commit.parents.first().map(|id| self.commit(*id)).transpose()?;
        self.touched(parent.map(|parent| parent.tree), commit.tree, watch)
    }

    /// The commit that `commit` says it reverts, and whether that is what it does.
    ///
    /// # Errors
    /// When objects cannot be read.
    pub fn revert(&self, commit: &Commit, watch: &Watch) -> Result<Option<Revert>, HistoryError> {
        let Some(of) = named_after(&commit.message, "This reverts commit ") else { return Ok(None) };
        let exact = match self.commit(of) {
            Ok(reverted) => {
                let opposite = self.changes(&reverted, watch)?.into_iter();
                let opposite = opposite.map(|it| Touched { path: it.path, old: it.new, new: it.old });
                opposite.eq(self.changes(commit, watch)?)
            }
            Err(_) => false,
        };
        Ok(Some(Revert { of, exact }))
    }

    /// The commit that `commit` says it was picked from, when both do the same to what is watched.
    ///
    /// # Errors
    /// When objects cannot be read.
    pub fn picked_from(&self, commit: &Commit, watch: &Watch) -> Result<Option<Oid>, HistoryError> {
        let Some(of) = named_after(&commit.message, "(cherry picked from commit ") else { return Ok(None) };
        match self.commit(of) {
            Ok(other) => Ok((self.changes(&other, watch)? == self.changes(commit, watch)?).then_some(of)),
            Err(_) => Ok(None),
        }
    }
}

/// The full hash that stands behind `words` in a message.
fn named_after(message: &str, words: &str) -> Option<Oid> {
    let at = message.find(words)? + words.len();
    let hash: String = message[at..].chars().take_while(char::is_ascii_hexdigit).collect();
    (hash.len() == 40).then(|| Oid::from_str(&hash).ok())?
}

#[cfg(test)]
mod tests;
