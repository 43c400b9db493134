//! Git repositories made on the spot, without any setting of the machine.

use std::path::{Path, PathBuf};

use git2::{IndexEntry, IndexTime, Oid, Repository, Signature, Time};
use tempfile::TempDir;

pub(super) const FILE: u32 = 0o100_644;
pub(super) const LINK: u32 = 0o120_000;
pub(super) const SUBMODULE: u32 = 0o160_000;

/// A repository in a temporary folder.
pub(super) struct Repo {
    folder: TempDir,
    pub(super) git: Repository,
}

impl Repo {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let git = Repository::init(folder.path()).expect("a repository");
        Self { folder, git }
    }

    /// The folder, without links in its path.
    pub(super) fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("it exists")
    }

    /// Commits exactly these entries at `seconds` after the epoch, and gives the hash.
    pub(super) fn commit(&self, entries: &[(&str, u32, &[u8])], seconds: i64) -> String {
        let mut index = self.git.index().expect("an index");
        index.clear().expect("an empty index");
        for (path, mode, content) in entries {
            if *mode == SUBMODULE {
                let id = Oid::from_str("1234567890123456789012345678901234567890").expect("a hash");
                index.add(&entry(path, *mode, id)).expect("an entry");
            } else {
                index.add_frombuffer(&entry(path, *mode, Oid::ZERO_SHA1), content).expect("an entry");
            }
        }
        index.write().expect("the index is written");
        let tree = self.git.find_tree(index.write_tree().expect("a tree")).expect("the tree");
        let who = Signature::new("Maya Lind", "maya@example.org", &Time::new(seconds, 60)).expect("a signature");
        let parent = self.git.head().ok().and_then(|head| head.peel_to_commit().ok());
        let parents: Vec<_> = parent.iter().collect();
        self.git.commit(Some("HEAD"), &who, &who, "A change\n", &tree, &parents).expect("a commit").to_string()
    }

    /// Puts the files of `HEAD` on disk.
    pub(super) fn check_out(&self) {
        let mut how = git2::build::CheckoutBuilder::new();
        self.git.checkout_head(Some(how.force())).expect("the files");
    }

    /// Writes a file below the root.
    pub(super) fn write(&self, path: &str, text: &str) {
        let full = self.root().join(path);
        std::fs::create_dir_all(full.parent().unwrap_or(Path::new("."))).expect("its folder");
        std::fs::write(full, text).expect("the file");
    }
}

fn entry(path: &str, mode: u32, id: Oid) -> IndexEntry {
    IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}
