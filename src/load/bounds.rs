//! Bounds on what a branch of strangers may hold. A few small objects of git can stand for more paths than any machine
//! keeps in mind, so that what is too much is told before it is opened.

use std::collections::BTreeMap;

use git2::{ObjectType, Oid, Repository};

use super::LoadError;

/// Most paths of one tree, all its folders opened.
const MOST_PATHS: u64 = 1_000_000;
/// Most folders within one another.
const DEEPEST: usize = 200;
/// Most bytes of text that a branch may bring, or that it may hold beyond what its base holds.
pub(super) const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// What stands below a tree.
#[derive(Debug, Clone, Copy)]
struct Below {
    paths: u64,
    depth: usize,
}

/// Makes sure that the tree can be opened. Each object is looked at once, however often it stands in the tree.
///
/// # Errors
/// [`LoadError::TooMuch`] when it cannot, and an error of git when a folder is missing.
pub(super) fn check(repository: &Repository, tree: Oid) -> Result<(), LoadError> {
    below(repository, tree, 0, &mut BTreeMap::new()).map(drop)
}

/// The depth is bounded before it goes deeper, so that it ends whatever the tree is.
fn below(repository: &Repository, tree: Oid, at: usize, known: &mut BTreeMap<Oid, Below>) -> Result<Below, LoadError> {
    let deep = |depth: usize| {
        if at + depth <= DEEPEST { Ok(()) } else { Err(too_much(format!("folders more than {DEEPEST} deep"))) }
    };
    if let Some(known) = known.get(&tree) {
        deep(known.depth)?;
        return Ok(*known);
    }
    deep(0)?;
    let read = |why| LoadError::Git { what: "a folder of the tree is missing".to_owned(), why };
    let own = repository.find_tree(tree).map_err(read)?;
    let mut all = Below { paths: 0, depth: 0 };
    for entry in &own {
        all.paths = all.paths.saturating_add(1);
        if entry.kind() == Some(ObjectType::Tree) {
            let it = below(repository, entry.id(), at + 1, known)?;
            all.paths = all.paths.saturating_add(it.paths);
            all.depth = all.depth.max(it.depth + 1);
        }
        if all.paths > MOST_PATHS {
            return Err(too_much(format!("more than {MOST_PATHS} paths")));
        }
    }
    known.insert(tree, all);
    Ok(all)
}

/// What is told where there is too much.
pub(super) fn too_much(what: String) -> LoadError {
    LoadError::TooMuch(what)
}

/// The same for bytes.
pub(super) fn too_long() -> LoadError {
    too_much(format!("more than {} MiB of text beyond what its base holds", MOST_BYTES / 1024 / 1024))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Folder, Git};
    use super::super::{brought, merge};
    use super::*;
    use crate::base::date::AsOf;

    const FOLDER: i32 = 0o040_000;
    const FILE: i32 = 0o100_644;

    /// A tree with `names` that all lead to one object.
    fn tree(git: &Git, names: &[&str], to: Oid, mode: i32) -> Oid {
        let mut builder = git.repository.treebuilder(None).unwrap();
        for name in names {
            builder.insert(name, to, mode).unwrap();
        }
        builder.write().unwrap()
    }

    /// A commit of a tree.
    fn commit(git: &Git, parents: &[Oid], tree: Oid) -> Oid {
        let tree = git.repository.find_tree(tree).unwrap();
        let who = git2::Signature::new("Eve", "eve@example.com", &git2::Time::new(1_794_000_000, 0)).unwrap();
        let parents: Vec<_> = parents.iter().map(|id| git.repository.find_commit(*id).unwrap()).collect();
        git.repository.commit(None, &who, &who, "Work", &tree, &parents.iter().collect::<Vec<_>>()).unwrap()
    }

    const TEN: [&str; 10] = ["a.yaml", "b.yaml", "c.yaml", "d.yaml", "e.yaml", "f.yaml", "g.yaml", "h.yaml", "i", "j"];

    /// Ten folders within each of ten folders, and so on: ten thousand million paths from eleven objects.
    fn many(git: &Git) -> Oid {
        let blob = git.repository.blob(b"x").unwrap();
        (0..9).fold(tree(git, &TEN, blob, FILE), |below, _| tree(git, &TEN, below, FOLDER))
    }

    /// A branch that brings `sms` as this, beside a base that went on, and what becomes of it as itself and beside another.
    fn bring(make: impl Fn(&Git) -> Oid) -> [String; 2] {
        let folder = Folder::new(&[]);
        let mut git = Git::new(&folder.root);
        let start = git.commit_on(&[], &[("readme", "")]);
        let base = git.commit_on(&[start], &[("readme", ""), ("notes", "x")]);
        let sms = make(&git);
        let head = commit(&git, &[start], tree(&git, &["sms"], sms, FOLDER));
        let (base, head) = (base.to_string(), head.to_string());
        let at = AsOf::parse("2026-11-20").unwrap();
        let told = |error: Option<LoadError>| error.map_or_else(String::new, |error| error.to_string());
        [told(merge(&folder.root, &base, &head, at).err()), told(brought(&folder.root, &base, &head).err())]
    }

    #[test]
    fn few_objects_that_stand_for_many_paths_are_told_and_not_opened() {
        for told in bring(many) {
            assert!(told.contains("more than 1000000 paths"), "{told}");
        }
    }

    #[test]
    fn folders_within_folders_are_opened_to_a_bound() {
        let chain = |deep: usize| {
            move |git: &Git| {
                let blob = git.repository.blob(b"x").unwrap();
                (0..deep).fold(tree(git, &["a"], blob, FILE), |below, _| tree(git, &["a"], below, FOLDER))
            }
        };
        for told in bring(chain(5000)) {
            assert!(told.contains("folders more than 200 deep"), "{told}");
        }
        assert_eq!(bring(chain(150)), ["", ""]);
        // The same folder, met first near the top and then far below.
        let twice = move |git: &Git| {
            let long = chain(150)(git);
            let deeper = (0..100).fold(long, |below, _| tree(git, &["z"], below, FOLDER));
            let mut builder = git.repository.treebuilder(None).unwrap();
            builder.insert("a", long, FOLDER).unwrap();
            builder.insert("b", deeper, FOLDER).unwrap();
            builder.write().unwrap()
        };
        for told in bring(twice) {
            assert!(told.contains("folders more than 200 deep"), "{told}");
        }
    }

    #[test]
    fn one_large_file_under_many_names_is_not_read_as_often() {
        let large = |git: &Git| {
            let blob = git.repository.blob("#\n".repeat(4 * 1024 * 1024).as_bytes()).unwrap();
            let ten = tree(git, &TEN[..8], blob, FILE);
            tree(git, &TEN[..8], ten, FOLDER)
        };
        for told in bring(large) {
            assert!(told.contains("more than 256 MiB of text"), "{told}");
        }
    }
}
