//! Any commit, without checking it out.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use git2::{ObjectType, Repository, Tree};
use jiff::Timestamp;

use super::assemble::{Content, Entry, FOLDERS, is_told, role};
use super::bounds::too_long;
use super::{LoadError, MAX_FILE, Version};
use crate::base::date::AsOf;

/// A commit as read.
pub(super) struct Read {
    /// Full hash.
    pub(super) id: String,
    /// Time of the committer; `None` when it is out of range.
    pub(super) time: Option<Timestamp>,
    /// The files.
    pub(super) entries: Vec<Entry>,
}

/// The commit that is checked out, if `root` lies in a git repository that has one.
pub(super) fn head(root: &Path) -> Option<String> {
    let repository = Repository::discover(root).ok()?;
    let head = repository.head().ok()?.peel_to_commit().ok()?;
    Some(head.id().to_string())
}

/// The branch that stands for the repository that holds `folder`: that of the remote it was cloned from, its only one, or
/// the one that it is to begin with. None where that is not known, or the name could mean more than itself in a pattern.
#[must_use]
pub fn default_branch(folder: &Path) -> Option<String> {
    let repository = Repository::discover(folder).ok()?;
    let leads = |name: &str, below: &str| {
        let reference = repository.find_reference(name).ok()?;
        let to = reference.symbolic_target().ok().flatten()?;
        to.strip_prefix(below).map(str::to_owned)
    };
    let begins = || {
        leads("HEAD", "refs/heads/")
            .filter(|_| repository.head().is_err_and(|error| error.code() == git2::ErrorCode::UnbornBranch))
    };
    let only = || {
        let mut all = repository.references_glob("refs/heads/*").ok()?.flatten();
        let one = all.next()?.name().ok()?.strip_prefix("refs/heads/").map(str::to_owned);
        one.filter(|_| all.next().is_none())
    };
    let found = leads("refs/remotes/origin/HEAD", "refs/remotes/origin/").or_else(only).or_else(begins)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte);
    (found.bytes().all(plain) && found.starts_with(|first: char| first.is_ascii_alphabetic())).then_some(found)
}

/// The folder that git keeps for itself of the clone that holds `root`, shared by all its work trees.
#[must_use]
pub fn own_folder(root: &Path) -> Option<PathBuf> {
    Some(Repository::discover(root).ok()?.commondir().to_owned())
}

/// Reads commit `revision` of the repository that holds `root`.
pub(super) fn read(root: &Path, revision: &str) -> Result<Read, LoadError> {
    let failed = |what: String| move |why| LoadError::Git { what, why };
    let repository = Repository::discover(root).map_err(failed(format!("no git repository at {}", root.display())))?;
    // What a shallow clone left out looks like a slip; the advice tells the two apart.
    let shallow =
        if repository.is_shallow() { " in this shallow clone (`git fetch --unshallow` gets the rest)" } else { "" };
    let object = repository.revparse_single(revision).map_err(failed(format!("no revision '{revision}'{shallow}")))?;
    let commit = object.peel_to_commit().map_err(failed(format!("'{revision}' is not a commit{shallow}")))?;
    let tree = commit.tree().map_err(failed(format!("the tree of '{revision}' is missing{shallow}")))?;
    let entries = tree_entries(&repository, &tree, &prefix(&repository, root), &|_| None, u64::MAX)?;
    let time = Timestamp::from_second(commit.time().seconds()).ok();
    Ok(Read { id: commit.id().to_string(), time, entries })
}

/// The text that is already known to stand at a path of the tree that is being read.
pub(super) type Known<'k> = dyn Fn(&str) -> Option<&'k str> + 'k;

/// The files of a tree that gitsm reads, when its records lie in `folder`; what is `known` is not read again.
///
/// # Errors
/// When they have more than `most` bytes.
pub(super) fn tree_entries<'k>(
    repository: &'k Repository,
    tree: &Tree<'_>,
    folder: &Path,
    known: &'k Known<'k>,
    most: u64,
) -> Result<Vec<Entry>, LoadError> {
    let checked_out = repository.workdir().map(|root| root.join(folder));
    let mut reader = Reader { repository, checked_out, known, entries: Vec::new(), left: most, full: false };
    let below = if folder.as_os_str().is_empty() { Some(tree.clone()) } else { subtree(repository, tree, folder) };
    if let Some(tree) = below {
        for path in FOLDERS.into_iter().chain(["gitsm.toml"]) {
            if let Ok(entry) = tree.get_path(Path::new(path)) {
                reader.entry(&entry, path.to_owned());
            }
        }
    }
    if reader.full { Err(too_long()) } else { Ok(reader.entries) }
}

fn subtree<'r>(repository: &'r Repository, tree: &Tree<'r>, path: &Path) -> Option<Tree<'r>> {
    tree.get_path(path).ok()?.to_object(repository).ok()?.into_tree().ok()
}

struct Reader<'r> {
    repository: &'r Repository,
    /// Where what is checked out lies; nothing in a repository without a work tree.
    checked_out: Option<PathBuf>,
    known: &'r Known<'r>,
    entries: Vec<Entry>,
    /// How many bytes more may be read, and whether there were more.
    left: u64,
    full: bool,
}

impl Reader<'_> {
    fn folder(&mut self, tree: &Tree<'_>, path: &str) {
        for entry in tree {
            if self.full {
                return;
            }
            let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
            if !name.starts_with('.') {
                self.entry(&entry, format!("{path}/{name}"));
            }
        }
    }

    /// Reads what stands at `path`.
    fn entry(&mut self, entry: &git2::TreeEntry<'_>, path: String) {
        match entry.kind() {
            Some(ObjectType::Tree) => match entry.to_object(self.repository).map(git2::Object::into_tree) {
                Ok(Ok(below)) => self.folder(&below, &path),
                _ => self.push(path, Content::Failed("the folder's object is missing".to_owned())),
            },
            Some(ObjectType::Commit) if is_told(&path) => self.push(path, Content::Submodule),
            Some(ObjectType::Blob) => self.file(entry, path),
            _ => {}
        }
    }

    fn file(&mut self, entry: &git2::TreeEntry<'_>, path: String) {
        const SYMLINK: i32 = 0o120_000;
        if entry.filemode() == SYMLINK {
            if is_told(&path) {
                self.push(path, Content::Symlink);
            }
        } else if role(&path).is_some() {
            let known = (self.known)(&path).map(|text| text.as_bytes().to_vec());
            let content = known.or_else(|| self.on_disk(entry, &path)).map_or_else(
                || self.blob(entry).unwrap_or_else(|error| Content::Failed(error.message().to_owned())),
                Content::Bytes,
            );
            let size = if let Content::Bytes(bytes) = &content { bytes.len() as u64 } else { 0 };
            self.full |= size > self.left;
            self.left = self.left.saturating_sub(size);
            self.push(path, content);
        }
    }

    /// The bytes of a blob from the file that is checked out at its path, which costs a tenth of what the objects do. The
    /// hash says that they are those of the blob; nothing else about the file is trusted.
    fn on_disk(&self, entry: &git2::TreeEntry<'_>, path: &str) -> Option<Vec<u8>> {
        let path = self.checked_out.as_ref()?.join(path);
        // A pipe or a device would never end.
        let file = std::fs::symlink_metadata(&path).ok().filter(|file| file.is_file() && file.len() <= MAX_FILE)?;
        let mut bytes = Vec::with_capacity(usize::try_from(file.len()).ok()?.saturating_add(1));
        std::fs::File::open(&path).ok()?.take(MAX_FILE + 1).read_to_end(&mut bytes).ok()?;
        let same = git2::Oid::hash_object(ObjectType::Blob, &bytes).ok()? == entry.id();
        same.then_some(bytes)
    }

    fn blob(&self, entry: &git2::TreeEntry<'_>) -> Result<Content, git2::Error> {
        let odb = self.repository.odb()?;
        let (size, _) = odb.read_header(entry.id())?;
        if size as u64 > MAX_FILE {
            return Ok(Content::TooLarge(size as u64));
        }
        Ok(Content::Bytes(odb.read(entry.id())?.data().to_vec()))
    }

    fn push(&mut self, path: String, content: Content) {
        self.entries.push(Entry { path, content });
    }
}

/// Commits that are looked at for the versions of one file.
const MAX_WALK: usize = 20_000;

/// See [`super::versions`].
pub(super) fn versions(root: &Path, start: &str, path: &str, limit: usize) -> Result<Vec<Version>, git2::Error> {
    let repository = Repository::discover(root)?;
    let full = prefix(&repository, root).join(path);
    let mut walk = repository.revwalk()?;
    walk.push(git2::Oid::from_str(start)?)?;
    walk.set_sorting(git2::Sort::TOPOLOGICAL | git2::Sort::TIME)?;
    let blob =
        |commit: &git2::Commit<'_>| -> Option<git2::Oid> { Some(commit.tree().ok()?.get_path(&full).ok()?.id()) };
    let mut versions = Vec::new();
    for id in walk.take(MAX_WALK) {
        if versions.len() == limit {
            break;
        }
        let commit = repository.find_commit(id?)?;
        let here = blob(&commit);
        let unlike = commit.parents().all(|parent| blob(&parent) != here);
        if here.is_some() && unlike {
            let time = Timestamp::from_second(commit.time().seconds());
            versions.push(Version {
                commit: commit.id().to_string(),
                time: time.map_or_else(|_| String::new(), |time| AsOf::new(time).to_string()),
                author: String::from_utf8_lossy(commit.author().name_bytes()).into_owned(),
                summary: commit
                    .summary_bytes()
                    .map(|text| String::from_utf8_lossy(text).into_owned())
                    .unwrap_or_default(),
            });
        }
    }
    Ok(versions)
}

/// See [`super::folder`].
pub(super) fn folder(root: &Path) -> String {
    let Ok(repository) = Repository::discover(root) else { return String::new() };
    let prefix = prefix(&repository, root);
    prefix.components().map(|part| format!("{}/", part.as_os_str().to_string_lossy())).collect()
}

/// See [`super::tags`].
pub(super) fn tags(root: &Path, pattern: &str) -> Result<Vec<String>, git2::Error> {
    let repository = Repository::discover(root)?;
    let names = repository.tag_names(Some(pattern))?;
    let mut tags = Vec::new();
    for name in names.iter().filter_map(|name| name.ok().flatten()) {
        let object = repository.find_reference(&format!("refs/tags/{name}"))?.peel(ObjectType::Any)?;
        // A tag may name something else than a commit; that has no records as of a time.
        if let Ok(commit) = object.peel_to_commit() {
            tags.push((commit.time().seconds(), name.to_owned()));
        }
    }
    tags.sort();
    Ok(tags.into_iter().map(|(_, name)| name).collect())
}

/// Where `root` lies in the repository.
pub(super) fn prefix(repository: &Repository, root: &Path) -> PathBuf {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let top = repository.workdir().and_then(|top| top.canonicalize().ok());
    top.and_then(|top| root.strip_prefix(top).ok().map(Path::to_owned)).unwrap_or_default()
}
