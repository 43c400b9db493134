//! Folders and git repositories on disk, for tests.

use std::path::{Path, PathBuf};

use git2::{IndexEntry, IndexTime, Oid, Repository, Signature, Time};

use super::Snapshot;
use crate::base::date::AsOf;

/// A folder that goes away with its value.
pub(super) struct Folder {
    pub(super) root: PathBuf,
    _guard: tempfile::TempDir,
}

impl Folder {
    /// A folder with these files.
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        let guard = tempfile::tempdir().unwrap();
        let folder = Self { root: guard.path().canonicalize().unwrap(), _guard: guard };
        folder.write(files);
        folder
    }

    pub(super) fn write(&self, files: &[(&str, &str)]) {
        for (path, text) in files {
            let full = self.root.join(path);
            std::fs::create_dir_all(full.parent().unwrap()).unwrap();
            std::fs::write(full, text).unwrap();
        }
    }

    pub(super) fn worktree(&self) -> Snapshot {
        super::worktree(&self.root, AsOf::parse("2026-11-20").unwrap()).unwrap()
    }

    pub(super) fn commit(&self, revision: &str) -> Snapshot {
        super::commit(&self.root, revision, None).unwrap_or_else(|error| panic!("{error}"))
    }
}

/// Makes commits from lists of files, without a work tree.
pub(super) struct Git {
    pub(super) repository: Repository,
    commits: i64,
}

impl Git {
    pub(super) fn new(root: &Path) -> Self {
        Self::of(Repository::init(root).unwrap())
    }

    pub(super) fn of(repository: Repository) -> Self {
        Self { repository, commits: 0 }
    }

    /// A commit of these files alone, on top of `parents`, one day after the commit before it.
    pub(super) fn commit_on(&mut self, parents: &[Oid], files: &[(&str, &str)]) -> Oid {
        let files = files.iter().map(|(path, text)| (*path, 0o100_644, self.repository.blob(text.as_bytes()).unwrap()));
        let files: Vec<(&str, u32, Oid)> = files.collect();
        self.commit_raw(parents, &files)
    }

    /// A commit of these entries: path, mode, object.
    pub(super) fn commit_raw(&mut self, parents: &[Oid], entries: &[(&str, u32, Oid)]) -> Oid {
        self.commits += 1;
        let mut index = git2::Index::new().unwrap();
        for (path, mode, id) in entries {
            let path = path.as_bytes().to_vec();
            let zero = IndexTime::new(0, 0);
            index
                .add(&IndexEntry {
                    ctime: zero,
                    mtime: zero,
                    dev: 0,
                    ino: 0,
                    mode: *mode,
                    uid: 0,
                    gid: 0,
                    file_size: 0,
                    id: *id,
                    flags: 0,
                    flags_extended: 0,
                    path,
                })
                .unwrap();
        }
        let tree = index.write_tree_to(&self.repository).unwrap();
        let tree = self.repository.find_tree(tree).unwrap();
        let who =
            Signature::new("Ann", "ann@a.example", &Time::new(1_700_000_000 + self.commits * 86_400, 60)).unwrap();
        let parents: Vec<git2::Commit<'_>> =
            parents.iter().map(|id| self.repository.find_commit(*id).unwrap()).collect();
        let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
        let message = format!("Commit {}\n\nMore.", self.commits);
        let id = self.repository.commit(None, &who, &who, &message, &tree, &parents).unwrap();
        self.repository.reference("refs/heads/main", id, true, "").unwrap();
        self.repository.set_head("refs/heads/main").unwrap();
        id
    }
}

/// Every file: path and text.
pub(super) fn files(snapshot: &Snapshot) -> Vec<(&str, &str)> {
    snapshot.sources.iter().map(|(_, source)| (source.path(), source.text())).collect()
}

/// Every finding: rule and path.
pub(super) fn told(snapshot: &Snapshot) -> Vec<(&'static str, &str)> {
    snapshot.findings.iter().map(|found| (found.rule, snapshot.sources.get(found.primary.file).path())).collect()
}
