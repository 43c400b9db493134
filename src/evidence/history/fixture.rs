//! Repositories for tests, written object by object.

use git2::build::TreeUpdateBuilder;
use git2::{FileMode, ObjectType, Oid, Repository, Signature, Time};

use super::{Commit, Entry, History, Touched};

/// A repository that goes away with its value.
pub(in crate::evidence) struct Store {
    pub(in crate::evidence) history: History,
    repository: Repository,
    _guard: tempfile::TempDir,
}

impl Store {
    pub(in crate::evidence) fn new() -> Self {
        let guard = tempfile::tempdir().unwrap();
        let repository = Repository::init_bare(guard.path()).unwrap();
        Self { history: History::open(guard.path(), "").unwrap(), repository, _guard: guard }
    }

    /// The same repository opened again, for records that lie in this folder of it.
    pub(in crate::evidence) fn open(&self, prefix: &str) -> History {
        History::open(self.repository.path(), prefix).unwrap()
    }

    /// A file with this text.
    pub(in crate::evidence) fn blob(&self, text: &str) -> Entry {
        Entry { mode: 0o100_644, id: self.repository.blob(text.as_bytes()).unwrap() }
    }

    /// A tree of these files.
    pub(in crate::evidence) fn tree(&self, files: &[(&str, &str)]) -> Oid {
        let empty = self.repository.treebuilder(None).unwrap().write().unwrap();
        let mut update = TreeUpdateBuilder::new();
        for (path, text) in files {
            update.upsert(*path, self.blob(text).id, FileMode::Blob);
        }
        update.create_updated(&self.repository, &self.repository.find_tree(empty).unwrap()).unwrap()
    }

    /// A commit of these files upon these parents.
    pub(in crate::evidence) fn commit(&self, message: &str, files: &[(&str, &str)], parents: &[&Commit]) -> Commit {
        self.commit_by(("Ann", 1_790_000_000), message, files, parents)
    }

    /// A commit by somebody at some second.
    pub(in crate::evidence) fn commit_by(
        &self,
        (name, at): (&str, i64),
        message: &str,
        files: &[(&str, &str)],
        parents: &[&Commit],
    ) -> Commit {
        let tree = self.repository.find_tree(self.tree(files)).unwrap();
        let address = format!("{}@example.org", name.to_lowercase());
        let who = Signature::new(name, &address, &Time::new(at, 0)).unwrap();
        let parents: Vec<_> = parents.iter().map(|it| self.repository.find_commit(it.id).unwrap()).collect();
        let parents: Vec<_> = parents.iter().collect();
        let id = self.repository.commit(None, &who, &who, message, &tree, &parents).unwrap();
        self.history.commit(id).unwrap()
    }

    /// Sets a branch.
    pub(in crate::evidence) fn point(&self, branch: &str, commit: &Commit) {
        self.repository.reference(&format!("refs/heads/{branch}"), commit.id, true, "").unwrap();
    }

    /// An object with exactly these bytes.
    pub(in crate::evidence) fn raw(&self, kind: ObjectType, bytes: &[u8]) -> Oid {
        self.repository.odb().unwrap().write(kind, bytes).unwrap()
    }

    /// A path with these texts before and after.
    pub(in crate::evidence) fn touched(&self, path: &str, old: Option<&str>, new: Option<&str>) -> Touched {
        let entry = |text: Option<&str>| text.map(|text| self.blob(text));
        Touched { path: path.to_owned(), old: entry(old), new: entry(new) }
    }
}
