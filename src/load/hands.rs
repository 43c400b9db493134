//! Whether what a file says was taken over by somebody else than who wrote it, as far as commits tell.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use git2::{Commit, Delta, DiffOptions, ObjectType, Oid, Repository, Sort};

use super::git::prefix;
use crate::base::source::Sources;

/// Commits that are looked at.
const MAX_WALK: usize = 20_000;

/// The files of `sources` whose present text came to `start` by a second pair of hands: by a merge that another person
/// made, or in a commit that another person applied. Merge commits of a forge that names itself as the committer prove
/// no second person and count only by their author.
///
/// # Errors
/// When an object of the history cannot be read.
pub(super) fn second(root: &Path, start: &str, sources: &Sources) -> Result<BTreeSet<String>, git2::Error> {
    let repository = Repository::discover(root)?;
    let prefix = prefix(&repository, root);
    let head = repository.find_commit(Oid::from_str(start)?)?;
    let tree = head.tree()?;
    let mut open: BTreeMap<String, String> = BTreeMap::new();
    for (_, source) in sources.iter() {
        let full = prefix.join(source.path());
        let id = Oid::hash_object(ObjectType::Blob, source.text().as_bytes())?;
        // A file that differs from the commit is somebody's work in progress.
        if tree.get_path(&full).is_ok_and(|entry| entry.id() == id) {
            open.insert(full.to_string_lossy().into_owned(), source.path().to_owned());
        }
    }
    let mut walk = repository.revwalk()?;
    walk.push(head.id())?;
    walk.simplify_first_parent()?;
    walk.set_sorting(Sort::TOPOLOGICAL)?;
    let mut second = BTreeSet::new();
    for id in walk.take(MAX_WALK) {
        if open.is_empty() {
            break;
        }
        let commit = repository.find_commit(id?)?;
        let other = by_another(&commit);
        for path in changed(&repository, &commit)? {
            if let Some(path) = open.remove(&path).filter(|_| other) {
                second.insert(path);
            }
        }
    }
    Ok(second)
}

/// The paths that a commit changed against its first parent.
fn changed(repository: &Repository, commit: &Commit<'_>) -> Result<Vec<String>, git2::Error> {
    let before = commit.parents().next().map(|parent| parent.tree()).transpose()?;
    let mut options = DiffOptions::new();
    options.skip_binary_check(true);
    let diff = repository.diff_tree_to_tree(before.as_ref(), Some(&commit.tree()?), Some(&mut options))?;
    let paths = diff.deltas().filter(|delta| delta.status() != Delta::Deleted);
    Ok(paths.filter_map(|delta| Some(delta.new_file().path()?.to_string_lossy().into_owned())).collect())
}

/// Whether a commit shows two people: who wrote, and who took it over.
fn by_another(commit: &Commit<'_>) -> bool {
    let author = commit.author();
    let merged = commit.parents().nth(1);
    merged.map_or_else(
        || {
            let committer = commit.committer();
            committer.email_bytes() != author.email_bytes() && !is_forge(committer.email_bytes())
        },
        |merged| merged.author().email_bytes() != author.email_bytes(),
    )
}

/// Whether an address is that of a forge, which commits for whoever pressed the button.
fn is_forge(address: &[u8]) -> bool {
    address == b"noreply@github.com" || address.starts_with(b"noreply@")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load;

    struct Made {
        folder: tempfile::TempDir,
        repository: Repository,
    }

    impl Made {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let repository = Repository::init(folder.path()).unwrap();
            std::fs::write(folder.path().join("gitsm.toml"), "format = 1\n").unwrap();
            Self { folder, repository }
        }

        /// Commits `path` with `text` onto `parents`, written by one and committed by another.
        fn commit(&self, path: &str, text: &str, people: (&str, &str), parents: &[Oid]) -> Oid {
            let full = self.folder.path().join(path);
            std::fs::create_dir_all(full.parent().unwrap()).unwrap();
            std::fs::write(&full, text).unwrap();
            let mut index = self.repository.index().unwrap();
            index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
            index.write().unwrap();
            let tree = self.repository.find_tree(index.write_tree().unwrap()).unwrap();
            let sign = |address: &str| git2::Signature::now("Somebody", address).unwrap();
            let parents: Vec<_> = parents.iter().map(|id| self.repository.find_commit(*id).unwrap()).collect();
            let parents: Vec<&Commit<'_>> = parents.iter().collect();
            let (author, committer) = (sign(people.0), sign(people.1));
            self.repository.commit(None, &author, &committer, "words", &tree, &parents).unwrap()
        }

        fn second(&self, head: Oid) -> Vec<String> {
            let as_of = crate::base::date::AsOf::parse("2026-11-20").unwrap();
            let snapshot = load::worktree(self.folder.path(), as_of).unwrap();
            second(self.folder.path(), &head.to_string(), &snapshot.sources).unwrap().into_iter().collect()
        }
    }

    const ANN: &str = "ann@example.org";
    const BEN: &str = "ben@example.org";

    #[test]
    fn a_commit_that_another_person_applied_shows_two() {
        let made = Made::new();
        let first = made.commit("sms/ci/a.yaml", "kind: ci\nid: a\n", (ANN, ANN), &[]);
        assert!(made.second(first).is_empty(), "one person alone");
        let then = made.commit("sms/ci/b.yaml", "kind: ci\nid: b\n", (ANN, BEN), &[first]);
        assert_eq!(made.second(then), ["sms/ci/b.yaml"]);
        let forge = made.commit("sms/ci/b.yaml", "kind: ci\nid: b\ntags: [x]\n", (ANN, "noreply@github.com"), &[then]);
        assert!(made.second(forge).is_empty(), "a forge is no second person, and the last change counts");
    }

    #[test]
    fn a_merge_by_another_person_shows_two_for_what_it_brings() {
        let made = Made::new();
        let first = made.commit("sms/ci/a.yaml", "kind: ci\nid: a\n", (ANN, ANN), &[]);
        let side = made.commit("sms/ci/b.yaml", "kind: ci\nid: b\n", (ANN, ANN), &[first]);
        let own = made.commit("sms/ci/b.yaml", "kind: ci\nid: b\n", (ANN, ANN), &[first, side]);
        assert!(made.second(own).is_empty(), "merged by the author");
        let merge = made.commit("sms/ci/b.yaml", "kind: ci\nid: b\n", (BEN, "noreply@github.com"), &[first, side]);
        assert_eq!(made.second(merge), ["sms/ci/b.yaml"]);
    }

    #[test]
    fn work_in_progress_shows_nobody() {
        let made = Made::new();
        let first = made.commit("sms/ci/a.yaml", "kind: ci\nid: a\n", (ANN, BEN), &[]);
        assert_eq!(made.second(first), ["gitsm.toml", "sms/ci/a.yaml"]);
        std::fs::write(made.folder.path().join("sms/ci/a.yaml"), "kind: ci\nid: a\ntags: [mine]\n").unwrap();
        assert_eq!(made.second(first), ["gitsm.toml"]);
    }
}
