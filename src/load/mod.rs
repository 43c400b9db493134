//! Reading: the only stage, with the ledger writer, the bot and the command line, that touches the outside world.
//!
//! A [`Snapshot`] holds the texts of a repository at one commit or in the work tree. Files that cannot be used are
//! findings; every other file is still read.

mod assemble;
mod bounds;
mod brought;
pub mod codes;
mod git;
mod hands;
pub mod kept;
mod merge;
pub mod settings;
mod worktree;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::base::date::AsOf;
use crate::base::finding::Finding;
use crate::base::source::{Role, Source, Sources};
use crate::base::span::FileId;
pub use brought::brought;
pub use git::{default_branch, own_folder};
pub use merge::{Merge, RawCommit, hash, merge, unmerged};
pub use settings::{EvidenceSettings, Settings};

/// Largest file that is read, in bytes.
pub const MAX_FILE: u64 = 8 * 1024 * 1024;

/// Where the texts come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The files on disk; `head` is the commit that is checked out, when there is one.
    Worktree {
        /// Full hash of `HEAD`.
        head: Option<String>,
    },
    /// A commit, read without checking it out.
    Commit {
        /// Full hash.
        id: String,
    },
}

impl Origin {
    /// The commit read, or the one that the work tree stands on.
    #[must_use]
    pub fn commit(&self) -> Option<&str> {
        match self {
            Self::Worktree { head } => head.as_deref(),
            Self::Commit { id } => Some(id),
        }
    }

    /// Whether the files on disk were read, which may differ from the commit.
    #[must_use]
    pub fn is_worktree(&self) -> bool {
        matches!(self, Self::Worktree { .. })
    }
}

/// A repository as it was read.
#[derive(Debug)]
pub struct Snapshot {
    /// The texts.
    pub sources: Sources,
    /// Where they come from.
    pub origin: Origin,
    /// The instant to judge by.
    pub as_of: AsOf,
    /// `gitsm.toml`.
    pub settings: Settings,
    /// Files that could not be used.
    pub findings: Vec<Finding>,
    /// The numbers of those files.
    pub unusable: BTreeSet<FileId>,
}

impl Snapshot {
    /// The same repository with other texts for some of its files.
    #[must_use]
    pub fn with_texts(&self, texts: &BTreeMap<FileId, String>) -> Self {
        let files = self.sources.iter().map(|(file, source)| {
            let text = texts.get(&file).map_or(source.text(), String::as_str);
            Source::new(source.path(), text, source.role())
        });
        Self {
            sources: Sources::new(files.collect()),
            origin: self.origin.clone(),
            as_of: self.as_of,
            settings: self.settings.clone(),
            findings: self.findings.clone(),
            unusable: self.unusable.clone(),
        }
    }
}

impl Snapshot {
    /// The same repository with these files besides; a file that was there gets the new text, and one without a text goes.
    ///
    /// # Errors
    /// When the text of `gitsm.toml` cannot be used.
    pub fn with_files(&self, files: &BTreeMap<String, Option<String>>) -> Result<Self, LoadError> {
        let kept = self
            .sources
            .iter()
            .filter(|(file, source)| !files.contains_key(source.path()) && !self.unusable.contains(file));
        let entry = |path: &str, text: &str| assemble::Entry {
            path: path.to_owned(),
            content: assemble::Content::Bytes(text.as_bytes().to_vec()),
        };
        let mut entries: Vec<assemble::Entry> = kept.map(|(_, source)| entry(source.path(), source.text())).collect();
        entries.extend(files.iter().filter_map(|(path, text)| Some(entry(path, text.as_deref()?))));
        let snapshot = assemble::snapshot(entries, self.origin.clone(), self.as_of)?;
        Ok(Self { settings: self.settings.clone(), ..snapshot })
    }
}

/// Why a repository could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// No repository of records here or above.
    #[error("no gitsm.toml and no sms folder in {0} or above it; run `gitsm init` to start one")]
    NoRoot(PathBuf),
    /// A folder could not be listed.
    #[error("cannot read {path}")]
    Walk {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: ignore::Error,
    },
    /// git refused.
    #[error("{what}: {}", why.message())]
    Git {
        /// What was tried.
        what: String,
        /// Why it failed; stands in the message already, so it is no `source`.
        why: git2::Error,
    },
    /// `gitsm.toml` cannot be used.
    #[error("{0}")]
    Settings(#[from] settings::SettingsError),
    /// Rules of the repository's own that this program cannot run.
    #[error("{0} is a local rule, but this gitsm was built without the feature `local-rules`; nothing is checked")]
    LocalRules(String),
    /// A branch that holds more than can be opened.
    #[error("it holds {0}, and nothing of it is read; a branch as large as that cannot be decided about")]
    TooMuch(String),
    /// The commit's time is not a time.
    #[error("the time of commit {0} is out of range; pass --as-of")]
    CommitTime(String),
}

/// Finds the root of the repository of records: the nearest folder, from `start` upwards, with a `gitsm.toml` or `sms`.
///
/// # Errors
/// [`LoadError::NoRoot`] when there is none.
pub fn find_root(start: &Path) -> Result<PathBuf, LoadError> {
    let full = start.canonicalize().unwrap_or_else(|_| start.to_owned());
    let found = full.ancestors().find(|folder| folder.join("gitsm.toml").is_file() || folder.join("sms").is_dir());
    found.map(Path::to_owned).ok_or_else(|| LoadError::NoRoot(start.to_owned()))
}

/// Reads the files on disk below `root`; `as_of` is the instant to judge by.
///
/// # Errors
/// When the folder cannot be listed or `gitsm.toml` cannot be used.
pub fn worktree(root: &Path, as_of: AsOf) -> Result<Snapshot, LoadError> {
    let entries = worktree::read(root)?;
    let origin = Origin::Worktree { head: git::head(root) };
    whole(assemble::snapshot(entries, origin, as_of)?)
}

/// Reads commit `revision` of the git repository that holds `root`, without checking it out.
/// The instant is `as_of`, else the commit's time.
///
/// # Errors
/// When git cannot find or read the commit, or its `gitsm.toml` cannot be used.
pub fn commit(root: &Path, revision: &str, as_of: Option<AsOf>) -> Result<Snapshot, LoadError> {
    let read = git::read(root, revision)?;
    let as_of = match as_of {
        Some(as_of) => as_of,
        None => read.time.map(AsOf::new).ok_or_else(|| LoadError::CommitTime(read.id.clone()))?,
    };
    whole(assemble::snapshot(read.entries, Origin::Commit { id: read.id }, as_of)?)
}

/// Reads commit `revision` of the git repository that holds `root`, to be compared with `head`: at the same instant and
/// by the same settings, whatever the commit's own are.
///
/// # Errors
/// When git cannot find or read the commit.
pub fn base(root: &Path, revision: &str, head: &Snapshot) -> Result<Snapshot, LoadError> {
    let read = git::read(root, revision)?;
    let entries = read.entries.into_iter().filter(|entry| entry.path != "gitsm.toml").collect();
    let snapshot = assemble::snapshot(entries, Origin::Commit { id: read.id }, head.as_of)?;
    Ok(Snapshot { settings: head.settings.clone(), ..snapshot })
}

/// Where `root` lies in the git repository that holds it: empty, or a path that ends with `/`.
#[must_use]
pub fn folder(root: &Path) -> String {
    git::folder(root)
}

/// A snapshot of texts in memory, for tests and previews; paths as in a repository.
///
/// # Errors
/// When the text of `gitsm.toml` cannot be used.
pub fn memory<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>, as_of: AsOf) -> Result<Snapshot, LoadError> {
    let entries = files.into_iter().map(|(path, text)| assemble::Entry {
        path: path.to_owned(),
        content: assemble::Content::Bytes(text.as_bytes().to_vec()),
    });
    whole(assemble::snapshot(entries.collect(), Origin::Worktree { head: None }, as_of)?)
}

/// The snapshot, when this program can do all that its repository asks for: a rule that is not run must not look like
/// one that found nothing.
fn whole(snapshot: Snapshot) -> Result<Snapshot, LoadError> {
    let rule = snapshot.sources.iter().find(|(_, source)| source.role() == Role::LocalRule);
    match rule {
        Some((_, source)) if !cfg!(feature = "local-rules") => Err(LoadError::LocalRules(source.path().to_owned())),
        _ => Ok(snapshot),
    }
}

/// A version of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Full hash of the commit that made it.
    pub commit: String,
    /// Time of the committer, in UTC.
    pub time: String,
    /// Name of the author.
    pub author: String,
    /// First line of the message.
    pub summary: String,
}

/// The last versions of the file at `path` (relative to `root`) up to commit `start`, newest first, at most `limit`.
///
/// Merges count only where they differ from every parent. At most 20,000 commits are looked at.
///
/// # Errors
/// When git cannot read the history.
pub fn versions(root: &Path, start: &str, path: &str, limit: usize) -> Result<Vec<Version>, LoadError> {
    let failed = |why| LoadError::Git { what: format!("cannot read the history of {path}"), why };
    git::versions(root, start, path, limit).map_err(failed)
}

/// The files of `snapshot` whose present text another person than its author took over, by path; a merge by another
/// person, or a commit that another person applied. Empty where there is no commit. At most 20,000 commits are looked at.
///
/// # Errors
/// When git cannot read the history.
pub fn second_hands(root: &Path, snapshot: &Snapshot) -> Result<BTreeSet<String>, LoadError> {
    let Some(commit) = snapshot.origin.commit() else { return Ok(BTreeSet::new()) };
    let failed = |why| LoadError::Git { what: "cannot read the history".to_owned(), why };
    hands::second(root, commit, &snapshot.sources).map_err(failed)
}

/// The tags of the repository that holds `root` whose name fits `pattern` (`*` stands for any text), by the time of
/// their commits.
///
/// # Errors
/// When there is no repository, or a tag cannot be read.
pub fn tags(root: &Path, pattern: &str) -> Result<Vec<String>, LoadError> {
    let failed = |why| LoadError::Git { what: "cannot read the tags".to_owned(), why };
    git::tags(root, pattern).map_err(failed)
}

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
