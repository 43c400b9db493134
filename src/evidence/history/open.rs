//! A repository opened for its history, and what its clone leaves out.

use std::cell::RefCell;
use std::path::Path;

use git2::{BranchType, ErrorCode, Oid, Repository};

use super::commit::Commit;
use super::tree::Trees;

/// Why a history cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// There is no repository, or git refuses it.
    #[error("not assessable: no git history can be read at {path}: {}{advice}", why.message())]
    Open {
        /// Where it was looked for.
        path: String,
        /// Why.
        why: git2::Error,
        /// What to do, when that is known.
        advice: &'static str,
    },
    /// The branch is not there.
    #[error(
        "not assessable: there is no branch '{0}' here, nor one of a remote; fetch it, or name the protected branch in gitsm.toml: [evidence] branch = \"NAME\""
    )]
    NoBranch(String),
    /// An object that the clone should have.
    #[error("not assessable: {what} cannot be read: {}; fetch the whole history and check it with `git fsck`", why.message())]
    Object {
        /// Which.
        what: String,
        /// Why.
        why: git2::Error,
    },
}

/// Something that this clone does not show, so that what depends on it cannot be assessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// The clone ends before the history begins.
    Shallow,
    /// The clone left out objects, to fetch them when they are needed.
    Partial,
    /// Parents of commits are replaced by a file of this clone.
    Grafted,
    /// Objects are replaced by others in this clone.
    Replaced,
}

impl Gap {
    /// What it is.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Shallow => "the clone is shallow: its history ends before the beginning",
            Self::Partial => "the clone is partial: objects were left out when it was made",
            Self::Grafted => "the file info/grafts gives commits other parents than they have",
            Self::Replaced => "refs/replace puts other objects in the place of some",
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Shallow => "run `git fetch --unshallow`; in a workflow, check out with `fetch-depth: 0`",
            Self::Partial => "clone again without --filter",
            Self::Grafted => "remove the file info/grafts from the git folder, or clone again",
            Self::Replaced => "remove what `git replace --list` lists, or clone again",
        }
    }
}

/// A repository, opened for its history.
pub struct History {
    pub(super) repository: Repository,
    /// Where the records' root lies in it: empty, or a path that ends with `/`.
    pub(super) prefix: String,
    gaps: Vec<Gap>,
    /// Trees that were read last.
    pub(super) trees: RefCell<Trees>,
}

impl std::fmt::Debug for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("History").field("prefix", &self.prefix).field("gaps", &self.gaps).finish_non_exhaustive()
    }
}

impl History {
    /// Opens the repository that holds `root`; `prefix` is where the records' root lies in it, as
    /// [`crate::load::folder`] gives it.
    ///
    /// # Errors
    /// When there is none, or git cannot read its format.
    pub fn open(root: &Path, prefix: &str) -> Result<Self, HistoryError> {
        let failed = |why: git2::Error| {
            let advice = match why.message() {
                text if text.contains("object format") || text.contains("objectformat") => {
                    "; repositories with SHA-256 objects are not read by this version"
                }
                text if text.contains("extension") || text.contains("refstorage") => {
                    "; clone it again with `--ref-format=files`"
                }
                _ => "",
            };
            HistoryError::Open { path: root.display().to_string(), why, advice }
        };
        let repository = Repository::discover(root).map_err(failed)?;
        let gaps = gaps(&repository);
        Ok(Self { repository, prefix: prefix.to_owned(), gaps, trees: RefCell::default() })
    }

    /// What the clone leaves out.
    #[must_use]
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// The repository.
    pub(in crate::evidence) const fn repository(&self) -> &Repository {
        &self.repository
    }

    /// The tip of the branch with exactly this name: the local one, else that of the only remote that has it.
    /// A tag of the same name is never taken for it.
    ///
    /// # Errors
    /// When there is none.
    pub fn branch(&self, name: &str) -> Result<Oid, HistoryError> {
        self.local(name).or_else(|| self.remote(name)).ok_or_else(|| HistoryError::NoBranch(name.to_owned()))
    }

    /// The tip of the local branch.
    #[must_use]
    pub fn local(&self, name: &str) -> Option<Oid> {
        let reference = self.repository.find_reference(&format!("refs/heads/{name}")).ok()?;
        reference.peel_to_commit().ok().map(|commit| commit.id())
    }

    /// The tip that the remotes' branch had when it was last fetched; none when remotes differ about it.
    #[must_use]
    pub fn remote(&self, name: &str) -> Option<Oid> {
        let branches = self.repository.branches(Some(BranchType::Remote)).ok()?;
        let mut tips = branches.flatten().filter_map(|(branch, _)| {
            let reference = branch.get();
            let full = reference.name().ok()?;
            let rest = full.strip_prefix("refs/remotes/")?;
            let own = rest.split_once('/').is_some_and(|(_, own)| own == name);
            own.then(|| reference.peel_to_commit().ok().map(|commit| commit.id())).flatten()
        });
        let first = tips.next()?;
        tips.all(|tip| tip == first).then_some(first)
    }

    /// Every branch, tag and other reference with what it leads to, by name.
    #[must_use]
    pub fn references(&self) -> Vec<(String, Oid)> {
        let all = self.repository.references().into_iter().flatten().flatten();
        let mut all: Vec<_> = all
            .filter_map(|reference| Some((reference.name().ok()?.to_owned(), reference.resolve().ok()?.target()?)))
            .collect();
        all.sort();
        all
    }

    /// The commit that `revision` names: a full or short hash, `HEAD`, a branch or tag by its full name.
    ///
    /// # Errors
    /// When nothing or several things have that name.
    pub fn resolve(&self, revision: &str) -> Result<Oid, HistoryError> {
        let other = || {
            let object = self.repository.revparse_single(revision)?;
            object.peel_to_commit().map(|commit| commit.id())
        };
        let found = self.local(revision).map_or_else(other, Ok);
        found.map_err(|why| HistoryError::Object { what: format!("revision '{revision}'"), why })
    }

    /// The commit `id`.
    ///
    /// # Errors
    /// When the object is not there or is no commit.
    pub fn commit(&self, id: Oid) -> Result<Commit, HistoryError> {
        let commit = self.repository.find_commit(id);
        commit.map(|commit| Commit::new(&commit)).map_err(|why| object("commit", id, why))
    }

    /// The commits from `tip` along first parents, newest first, `tip` included; ends before `until`.
    ///
    /// # Errors
    /// When a commit cannot be read.
    pub fn line(&self, tip: Oid, until: Option<Oid>) -> Result<Vec<Commit>, HistoryError> {
        let mut commits = Vec::new();
        let mut next = Some(tip);
        while let Some(id) = next.filter(|id| Some(*id) != until) {
            let commit = match self.commit(id) {
                Ok(commit) => commit,
                // Where a shallow clone ends is told by its gap.
                Err(_) if self.gaps.contains(&Gap::Shallow) && !commits.is_empty() => break,
                Err(error) => return Err(error),
            };
            next = commit.parents.first().copied();
            commits.push(commit);
        }
        Ok(commits)
    }

    /// The commits that `tip` brings and `base` does not have, over all parents, in the order of time.
    ///
    /// # Errors
    /// When a commit cannot be read.
    pub fn brought(&self, base: Oid, tip: Oid) -> Result<Vec<Commit>, HistoryError> {
        let walk = || -> Result<Vec<Oid>, git2::Error> {
            let mut walk = self.repository.revwalk()?;
            walk.push(tip)?;
            walk.hide(base)?;
            walk.set_sorting(git2::Sort::TOPOLOGICAL | git2::Sort::REVERSE)?;
            walk.collect()
        };
        let ids = walk().map_err(|why| object("the commits before", tip, why))?;
        ids.into_iter().map(|id| self.commit(id)).collect()
    }

    /// Name and address of whoever works here, as git is told.
    ///
    /// # Errors
    /// When git is not told.
    pub fn me(&self) -> Result<(String, String), git2::Error> {
        let config = self.repository.config()?;
        Ok((config.get_string("user.name")?, config.get_string("user.email")?))
    }

    /// The armoured signature of a commit, and the bytes that it signs; none where there is none.
    #[must_use]
    pub fn signature(&self, id: Oid) -> Option<(String, Vec<u8>)> {
        let (signature, content) = self.repository.extract_signature(&id, None).ok()?;
        Some((String::from_utf8_lossy(&signature).into_owned(), content.to_vec()))
    }

    /// Whether `commit` is `ancestor` or descends from it.
    #[must_use]
    pub fn descends(&self, commit: Oid, ancestor: Oid) -> bool {
        commit == ancestor || self.repository.graph_descendant_of(commit, ancestor).unwrap_or(false)
    }

    /// The bytes of blob `id`.
    ///
    /// # Errors
    /// When the object is not there.
    pub fn blob(&self, id: Oid) -> Result<Vec<u8>, HistoryError> {
        let blob = self.repository.find_blob(id);
        blob.map(|blob| blob.content().to_vec()).map_err(|why| object("file", id, why))
    }
}

/// An object that could not be read.
pub(super) fn object(what: &str, id: Oid, why: git2::Error) -> HistoryError {
    HistoryError::Object { what: format!("{what} {id}"), why }
}

fn gaps(repository: &Repository) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut gap = |there: bool, gap: Gap| {
        if there {
            gaps.push(gap);
        }
    };
    gap(repository.is_shallow(), Gap::Shallow);
    gap(is_partial(repository), Gap::Partial);
    gap(repository.commondir().join("info/grafts").is_file(), Gap::Grafted);
    let replaced = repository.references_glob("refs/replace/*").is_ok_and(|mut found| found.next().is_some());
    gap(replaced, Gap::Replaced);
    gaps
}

/// Whether a remote promises objects that the clone left out.
fn is_partial(repository: &Repository) -> bool {
    let Ok(config) = repository.config() else { return false };
    let set = |pattern: &str| config.entries(Some(pattern)).is_ok_and(|mut entries| entries.next().is_some());
    match config.get_string("extensions.partialclone") {
        Ok(_) => true,
        Err(error) if error.code() != ErrorCode::NotFound => true,
        Err(_) => set("remote\\..*\\.promisor") || set("remote\\..*\\.partialclonefilter"),
    }
}
