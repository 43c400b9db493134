//! Two commits merged in memory: what a pull request would leave behind, with all that differs and who made it.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;

use git2::{Commit as Git, ObjectType, Oid, Repository, Tree};

use super::git::{prefix, tree_entries};
use super::{LoadError, Origin, Snapshot, assemble, bounds, whole};
use crate::base::date::AsOf;
use crate::base::source::Role;

/// What a merge would leave behind.
#[derive(Debug)]
pub struct Merge {
    /// The base.
    pub base: Snapshot,
    /// The merge result, judged by the settings and local rules of the base; the head itself where it conflicts.
    pub head: Snapshot,
    /// Full hash of the base.
    pub base_commit: String,
    /// Full hash of the head.
    pub head_commit: String,
    /// Hash of the tree of the merge result; empty where it conflicts.
    pub tree: String,
    /// Whether the two can be merged without a conflict.
    pub clean: bool,
    /// Every path that differs between the base and the merge result, with the hash of what stands there afterwards;
    /// relative to the folder of the records, those outside of it with `../`.
    pub files: Vec<(String, Option<String>)>,
    /// Every commit that the head has and the base has not, over all parents, by hash.
    pub commits: Vec<RawCommit>,
}

/// A commit as git has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawCommit {
    /// Full hash.
    pub id: String,
    /// Full hashes of its parents.
    pub parents: Vec<String>,
    /// Name and address of the author.
    pub author: (String, String),
    /// Name and address of the committer.
    pub committer: (String, String),
    /// The message.
    pub message: String,
}

/// Most commits that one pull request may have.
const MOST: usize = 10_000;

pub(super) fn failed(what: impl Into<String>) -> impl FnOnce(git2::Error) -> LoadError {
    let what = what.into();
    move |why| LoadError::Git { what, why }
}

/// A branch or commit by its full name first, so that a tag of the same name never counts.
pub(super) fn resolve<'r>(repository: &'r Repository, revision: &str) -> Result<Git<'r>, LoadError> {
    for full in [format!("refs/heads/{revision}"), format!("refs/remotes/{revision}")] {
        if let Ok(reference) = repository.find_reference(&full) {
            return reference.peel_to_commit().map_err(failed(format!("'{revision}' is not a commit")));
        }
    }
    let object = repository.revparse_single(revision).map_err(failed(format!("no revision '{revision}'")))?;
    object.peel_to_commit().map_err(failed(format!("'{revision}' is not a commit")))
}

/// The full hash of a revision; a branch of that name comes before a tag.
///
/// # Errors
/// When git does not know it.
pub fn hash(root: &Path, revision: &str) -> Result<String, LoadError> {
    let repository = Repository::discover(root).map_err(failed(format!("no git repository at {}", root.display())))?;
    resolve(&repository, revision).map(|commit| commit.id().to_string())
}

/// The local branches that hold something that `base` does not, by name.
///
/// # Errors
/// When git cannot list them, or does not know `base`.
pub fn unmerged(root: &Path, base: &str) -> Result<Vec<String>, LoadError> {
    let repository = Repository::discover(root).map_err(failed(format!("no git repository at {}", root.display())))?;
    let onto = resolve(&repository, base)?.id();
    let mut names = Vec::new();
    for branch in repository.branches(Some(git2::BranchType::Local)).map_err(failed("cannot list the branches"))? {
        let (branch, _) = branch.map_err(failed("cannot list the branches"))?;
        let (Ok(Some(name)), Some(tip)) = (branch.name(), branch.get().target()) else { continue };
        let merged = tip == onto || repository.graph_descendant_of(onto, tip).unwrap_or(false);
        // What shares no history with the base, as the ledger does, is no change to it.
        if !merged && repository.merge_base(onto, tip).is_ok() {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Merges `head` into `base` in memory and reads both the base and the result; nothing is written.
///
/// # Errors
/// When git cannot find or read one of them, or settings cannot be used.
pub fn merge(root: &Path, base: &str, head: &str, as_of: AsOf) -> Result<Merge, LoadError> {
    let repository = Repository::discover(root).map_err(failed(format!("no git repository at {}", root.display())))?;
    // Whatever the merge makes stays in memory.
    let odb = repository.odb().map_err(failed("cannot open the objects"))?;
    odb.add_new_mempack_backend(i32::MAX).map_err(failed("cannot merge in memory"))?;
    let (one, other) = (resolve(&repository, base)?, resolve(&repository, head)?);
    let unreadable = |what: &str| failed(format!("the tree of '{what}' is missing"));
    let before = one.tree().map_err(unreadable(base))?;
    bounds::check(&repository, other.tree_id())?;
    let merged = merged(&repository, &one, &other)?;
    let after = match &merged {
        Some(tree) => tree.clone(),
        None => other.tree().map_err(unreadable(head))?,
    };
    let folder = prefix(&repository, root);
    let at = |id: Oid| Origin::Commit { id: id.to_string() };
    let entries = tree_entries(&repository, &before, &folder, &|_| None, u64::MAX)?;
    let base_snapshot = whole(assemble::snapshot(entries, at(one.id()), as_of)?)?;
    let held: u64 = base_snapshot.sources.iter().map(|(_, source)| source.text().len() as u64).sum();
    let most = held.saturating_add(bounds::MOST_BYTES);
    let files = relative(differing(&repository, &before, &after), &folder);
    let entries = {
        let altered: HashSet<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        let usable = base_snapshot.sources.iter().filter(|(file, _)| !base_snapshot.unusable.contains(file));
        let same: HashMap<&str, &str> = usable
            .map(|(_, source)| (source.path(), source.text()))
            .filter(|(path, _)| !altered.contains(path))
            .collect();
        tree_entries(&repository, &after, &folder, &|path| same.get(path).copied(), most)?
    };
    let head_snapshot = judged_by(&base_snapshot, entries, at(other.id()), as_of)?;
    Ok(Merge {
        base: base_snapshot,
        head: head_snapshot,
        base_commit: one.id().to_string(),
        head_commit: other.id().to_string(),
        tree: merged.as_ref().map(|tree| tree.id().to_string()).unwrap_or_default(),
        clean: merged.is_some(),
        files,
        commits: commits(&repository, one.id(), other.id())?,
    })
}

/// The tree of the merge; none where it conflicts.
fn merged<'r>(repository: &'r Repository, base: &Git<'r>, head: &Git<'r>) -> Result<Option<Tree<'r>>, LoadError> {
    let ahead = base.id() == head.id() || repository.graph_descendant_of(head.id(), base.id()).unwrap_or(false);
    if ahead {
        return head.tree().map(Some).map_err(failed("the tree of the head is missing"));
    }
    let mut index = repository.merge_commits(base, head, None).map_err(failed("cannot merge the two"))?;
    if index.has_conflicts() {
        return Ok(None);
    }
    let tree = index.write_tree_to(repository).map_err(failed("cannot merge the two"))?;
    repository.find_tree(tree).map(Some).map_err(failed("cannot merge the two"))
}

/// The merge result with the settings and local rules of the base: what a pull request brings judges nothing and runs
/// nowhere.
fn judged_by(
    base: &Snapshot,
    entries: Vec<assemble::Entry>,
    origin: Origin,
    as_of: AsOf,
) -> Result<Snapshot, LoadError> {
    let judges = |path: &str| path == "gitsm.toml" || assemble::role(path) == Some(Role::LocalRule);
    let mut kept: Vec<assemble::Entry> = entries.into_iter().filter(|entry| !judges(&entry.path)).collect();
    let own = base.sources.iter().filter(|(file, source)| judges(source.path()) && !base.unusable.contains(file));
    kept.extend(own.map(|(_, source)| assemble::Entry {
        path: source.path().to_owned(),
        content: assemble::Content::Bytes(source.text().as_bytes().to_vec()),
    }));
    Ok(assemble::snapshot(kept, origin, as_of)?)
}

/// Every path that differs, with what stands there afterwards. Folders with the same hash are not opened.
pub(super) fn differing(repository: &Repository, before: &Tree<'_>, after: &Tree<'_>) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), Some(before.clone()), Some(after.clone()))];
    while let Some((path, before, after)) = open.pop() {
        let names: BTreeSet<Vec<u8>> = [&before, &after]
            .into_iter()
            .flatten()
            .flat_map(|tree| tree.iter().map(|entry| entry.name_bytes().to_vec()).collect::<Vec<_>>())
            .collect();
        for name in names {
            let entry = |tree: &Option<Tree<'_>>| {
                let tree = tree.as_ref()?;
                let found = tree.get_name_bytes(&name)?;
                Some((found.id(), found.kind(), found.filemode()))
            };
            let (old, new) = (entry(&before), entry(&after));
            if old == new {
                continue;
            }
            let full = format!("{path}{}", String::from_utf8_lossy(&name));
            let folder = |side: Option<(Oid, Option<ObjectType>, i32)>| {
                side.filter(|(_, kind, _)| *kind == Some(ObjectType::Tree))
                    .and_then(|(id, ..)| repository.find_tree(id).ok())
            };
            let file = |side: Option<(Oid, Option<ObjectType>, i32)>| {
                side.filter(|(_, kind, _)| *kind != Some(ObjectType::Tree))
            };
            if file(old).is_some() || file(new).is_some() {
                found.push((full.clone(), file(new).map(|(id, ..)| id.to_string())));
            }
            let (old, new) = (folder(old), folder(new));
            if old.is_some() || new.is_some() {
                open.push((format!("{full}/"), old, new));
            }
        }
    }
    found.sort();
    found
}

pub(super) fn relative(files: Vec<(String, Option<String>)>, folder: &Path) -> Vec<(String, Option<String>)> {
    let folder: String = folder.components().map(|part| format!("{}/", part.as_os_str().to_string_lossy())).collect();
    let up = "../".repeat(folder.matches('/').count());
    let inside = |path: String| path.strip_prefix(&folder).map_or_else(|| format!("{up}{path}"), str::to_owned);
    files.into_iter().map(|(path, blob)| (inside(path), blob)).collect()
}

/// What `head` has and `base` has not.
fn commits(repository: &Repository, base: Oid, head: Oid) -> Result<Vec<RawCommit>, LoadError> {
    let walk = || -> Result<Vec<RawCommit>, git2::Error> {
        let mut walk = repository.revwalk()?;
        walk.push(head)?;
        walk.hide(base)?;
        let mut found = Vec::new();
        for id in walk {
            if found.len() == MOST {
                return Err(git2::Error::from_str("more than 10,000 commits"));
            }
            let commit = repository.find_commit(id?)?;
            let who = |signature: &git2::Signature<'_>| {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                (text(signature.name_bytes()), text(signature.email_bytes()))
            };
            found.push(RawCommit {
                id: commit.id().to_string(),
                parents: commit.parent_ids().map(|id| id.to_string()).collect(),
                author: who(&commit.author()),
                committer: who(&commit.committer()),
                message: String::from_utf8_lossy(commit.message_bytes()).into_owned(),
            });
        }
        found.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(found)
    };
    walk().map_err(failed("cannot list the commits of the head"))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Folder, Git, files, told};
    use super::*;

    /// Entries of a commit: path, mode, text.
    type Files<'t> = Vec<(&'t str, u32, &'t str)>;

    fn commit(git: &mut Git, parents: &[Oid], entries: &Files<'_>) -> Oid {
        let blob = |text: &str| git.repository.blob(text.as_bytes()).unwrap();
        let entries: Vec<(&str, u32, Oid)> =
            entries.iter().map(|(path, mode, text)| (*path, *mode, blob(text))).collect();
        git.commit_raw(parents, &entries)
    }

    #[test]
    fn the_result_is_read_as_its_commit_is_whatever_became_of_a_path() {
        const FILE: u32 = 0o100_644;
        const LINK: u32 = 0o120_000;
        let folder = Folder::new(&[]);
        let mut git = Git::new(&folder.root);
        let lfs = "version https://git-lfs.github.com/spec/v1\n";
        let before = vec![
            ("README.md", FILE, "one"),
            ("gitsm.toml", FILE, "format = 1\n"),
            ("sms/ci/ci-became-link.yaml", FILE, "id: a\n"),
            ("sms/ci/ci-edited.yaml", FILE, "id: b\n"),
            ("sms/ci/ci-executable.yaml", FILE, "id: c\n"),
            ("sms/ci/ci-gone.yaml", FILE, "id: d\n"),
            ("sms/ci/ci-lfs.yaml", FILE, lfs),
            ("sms/ci/ci-link.yaml", LINK, "ci-same.yaml"),
            ("sms/ci/ci-same.yaml", FILE, "id: e\n"),
            ("sms/ci/ci-was-link.yaml", LINK, "ci-same.yaml"),
            ("sms/ci/deep", FILE, "id: f\n"),
        ];
        let after = vec![
            ("README.md", FILE, "two"),
            ("gitsm.toml", FILE, "format = 1\n"),
            ("sms/ci/ci-became-link.yaml", LINK, "id: a\n"),
            ("sms/ci/ci-edited.yaml", FILE, "id: b\ntitle: B\n"),
            ("sms/ci/ci-executable.yaml", 0o100_755, "id: c\n"),
            ("sms/ci/ci-lfs.yaml", FILE, lfs),
            ("sms/ci/ci-link.yaml", LINK, "ci-same.yaml"),
            ("sms/ci/ci-same.yaml", FILE, "id: e\n"),
            ("sms/ci/ci-was-link.yaml", FILE, "ci-same.yaml"),
            ("sms/ci/deep/ci-gone.yaml", FILE, "id: d\n"),
        ];
        let base = commit(&mut git, &[], &before);
        let head = commit(&mut git, &[base], &after);
        let at = AsOf::parse("2026-11-20").unwrap();
        let merge = merge(&folder.root, &base.to_string(), &head.to_string(), at).unwrap();
        for (read, id) in [(&merge.base, base), (&merge.head, head)] {
            let alone = folder.commit(&id.to_string());
            assert_eq!((files(read), told(read)), (files(&alone), told(&alone)));
        }
        let altered: Vec<&str> = merge.files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            altered,
            [
                "README.md",
                "sms/ci/ci-became-link.yaml",
                "sms/ci/ci-edited.yaml",
                "sms/ci/ci-executable.yaml",
                "sms/ci/ci-gone.yaml",
                "sms/ci/ci-was-link.yaml",
                "sms/ci/deep",
                "sms/ci/deep/ci-gone.yaml",
            ]
        );
    }

    #[test]
    fn records_below_a_folder_are_taken_from_the_base_by_their_own_paths() {
        let folder = Folder::new(&[]);
        let mut git = Git::new(&folder.root);
        let before = [("ops/sms/ci/ci-a.yaml", "id: a\n"), ("sms/ci/ci-a.yaml", "id: other\n")];
        let base = git.commit_on(&[], &before);
        let head = git.commit_on(&[base], &[("ops/sms/ci/ci-a.yaml", "id: b\n"), ("sms/ci/ci-a.yaml", "id: other\n")]);
        folder.write(&[("ops/gitsm.toml", "format = 1\n")]);
        let at = AsOf::parse("2026-11-20").unwrap();
        let merge = merge(&folder.root.join("ops"), &base.to_string(), &head.to_string(), at).unwrap();
        assert_eq!(files(&merge.base), [("sms/ci/ci-a.yaml", "id: a\n")]);
        assert_eq!(files(&merge.head), [("sms/ci/ci-a.yaml", "id: b\n")]);
        assert_eq!(merge.files.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), ["sms/ci/ci-a.yaml"]);
    }
}
