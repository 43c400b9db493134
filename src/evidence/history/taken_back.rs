//! Whether a merge would only take back what one commit of the branch did.

use std::collections::BTreeMap;
use std::path::Path;

use git2::{Index, Oid};

use super::commit::Commit;
use super::open::{History, HistoryError, object};
use super::tree::{Entry, Touched};

/// Files from the top of the repository, with what stands there afterwards; none when they are gone.
type Files = BTreeMap<String, Option<Entry>>;

/// Where records of changes lie.
const CHANGES: &str = "sms/change/";
/// Among how many commits of the branch the one that is taken back is looked for, from the newest on.
const MOST: usize = 200;

impl History {
    /// The commit along first parents that a merge of `head` into `base` takes back exactly, with the id of the change that
    /// it brought: every file that it touched, and no other, becomes byte by byte what it was before, and of the same mode.
    /// The record of that change is left aside: what was decided stays written down, and it may tell how it ended. None
    /// where there is no such commit among the newest ones, where it brought no change or several, or where it took
    /// something back itself. `clean` and `files` are those of the merge.
    ///
    /// # Errors
    /// When objects cannot be read.
    pub fn taken_back(
        &self,
        base: &str,
        head: &str,
        clean: bool,
        files: &[(String, Option<String>)],
    ) -> Result<Option<(Commit, String)>, HistoryError> {
        let (Ok(base), Ok(head)) = (Oid::from_str(base), Oid::from_str(head)) else { return Ok(None) };
        if !clean {
            return Ok(None);
        }
        let merged = self.laid_down(base, head)?;
        let left = |(path, blob): &(String, Option<String>)| {
            let path = self.whole_path(path);
            let Some(blob) = blob else { return Some((path, None)) };
            let found = merged.get_path(Path::new(&path), 0)?;
            let entry = Entry { mode: found.mode, id: found.id };
            (found.id.to_string() == *blob).then_some((path, Some(entry)))
        };
        // What is not in the merge as it was told is nothing to rest a decision on.
        let Some(files) = files.iter().map(left).collect::<Option<Files>>() else { return Ok(None) };
        let Some((commit, touched)) = self.opposite(base, &files)? else { return Ok(None) };
        // To take back what itself took something back brings that in again, which nobody agreed to anew.
        let again: Files = touched.iter().map(|it| (it.path.clone(), it.new)).collect();
        let before = commit.parents.first().copied();
        if before.map_or(Ok(None), |before| self.opposite(before, &again))?.is_some() {
            return Ok(None);
        }
        let Some((commit, change)) = self.brought_by(&commit, &touched) else { return Ok(None) };
        // The record of the change that is taken back tells how it ended; no other one may be edited on the way.
        let (own, folder) = (format!("/{change}.yaml"), self.whole_path(CHANGES));
        let others = files.keys().any(|path| path.starts_with(&folder) && !path.ends_with(&own));
        Ok((!others).then_some((commit, change)))
    }

    /// The merge of two commits, as git would lay it down; in memory alone.
    fn laid_down(&self, base: Oid, head: Oid) -> Result<Index, HistoryError> {
        let merge = || {
            let (base, head) = (self.repository.find_commit(base)?, self.repository.find_commit(head)?);
            self.repository.merge_commits(&base, &head, None)
        };
        merge().map_err(|why| object("the merge of", head, why))
    }

    /// The newest commit from `base` on, along first parents, of which `files` make everything what it was before it, with
    /// what it touched. Records of changes are left aside.
    fn opposite(&self, base: Oid, files: &Files) -> Result<Option<(Commit, Vec<Touched>)>, HistoryError> {
        let changes = self.whole_path(CHANGES);
        let files: Files = files.clone().into_iter().filter(|(path, _)| !path.starts_with(&changes)).collect();
        if files.is_empty() {
            return Ok(None);
        }
        let tip = self.commit(base)?;
        let mut at = tip.clone();
        for _ in 0..MOST {
            let Some(parent) = at.parents.first().copied() else { return Ok(None) };
            let parent = self.commit(parent)?;
            let touched = self.touched_anywhere(Some(parent.tree), at.tree)?;
            let back = |it: &Touched| files.get(&it.path).is_some_and(|new| *new == it.old);
            let others = || touched.iter().filter(|it| !it.path.starts_with(&changes));
            if others().count() == files.len() && others().all(back) && self.is_as_left(&at, &tip, &files)? {
                return Ok(Some((at, touched)));
            }
            at = parent;
        }
        Ok(None)
    }

    /// Whether nothing of `files` was touched between the two commits.
    fn is_as_left(&self, then: &Commit, now: &Commit, files: &Files) -> Result<bool, HistoryError> {
        Ok(!self.touched_anywhere(Some(then.tree), now.tree)?.iter().any(|it| files.contains_key(&it.path)))
    }

    /// The change that a commit brought, when it is one.
    fn brought_by(&self, commit: &Commit, touched: &[Touched]) -> Option<(Commit, String)> {
        let own = touched.iter().filter_map(|it| {
            let path = it.path.strip_prefix(&self.prefix)?.to_owned();
            Some(Touched { path, old: it.old, new: it.new })
        });
        let mut changes = super::changes(commit, &own.collect::<Vec<_>>());
        let change = changes.pop().filter(|_| changes.is_empty())?;
        Some((commit.clone(), change))
    }

    /// A path that counts from the records' root, from the top of the repository.
    fn whole_path(&self, path: &str) -> String {
        let mut parts: Vec<&str> = self.prefix.split('/').filter(|part| !part.is_empty()).collect();
        for part in path.split('/') {
            if part == ".." {
                parts.pop();
            } else {
                parts.push(part);
            }
        }
        parts.join("/")
    }
}

#[cfg(test)]
mod tests {
    use git2::Repository;

    use super::*;
    use crate::base::date::AsOf;
    use crate::load;

    const CHANGE: (&str, &str) = ("sms/change/chg-a.yaml", "kind: change\nid: chg-a\n");

    struct World {
        folder: tempfile::TempDir,
        repository: Repository,
    }

    impl World {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let repository = Repository::init(folder.path()).unwrap();
            Self { folder, repository }
        }

        /// A commit with these files over those of its parent; an empty text takes one away.
        fn commit(&self, parent: Option<Oid>, files: &[(&str, &str)]) -> Oid {
            self.commit_as(0o100_644, parent, files)
        }

        /// The same with files of this mode.
        fn commit_as(&self, mode: u32, parent: Option<Oid>, files: &[(&str, &str)]) -> Oid {
            let parent = parent.map(|id| self.repository.find_commit(id).unwrap());
            let mut index = Index::new().unwrap();
            if let Some(parent) = &parent {
                index.read_tree(&parent.tree().unwrap()).unwrap();
            }
            for (path, text) in files {
                if text.is_empty() {
                    index.remove_path(Path::new(path)).unwrap();
                    continue;
                }
                let zero = git2::IndexTime::new(0, 0);
                let id = self.repository.blob(text.as_bytes()).unwrap();
                let path = path.as_bytes().to_vec();
                let (dev, ino, uid, gid, file_size) = (0, 0, 0, 0, 0);
                let (flags, flags_extended, ctime, mtime) = (0, 0, zero, zero);
                let entry = git2::IndexEntry {
                    ctime,
                    mtime,
                    dev,
                    ino,
                    mode,
                    uid,
                    gid,
                    file_size,
                    id,
                    flags,
                    flags_extended,
                    path,
                };
                index.add(&entry).unwrap();
            }
            let tree = self.repository.find_tree(index.write_tree_to(&self.repository).unwrap()).unwrap();
            let who = git2::Signature::new("Ann", "a@x", &git2::Time::new(1_794_000_000, 0)).unwrap();
            let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
            self.repository.commit(None, &who, &who, "x", &tree, &parents).unwrap()
        }

        fn taken_back(&self, base: Oid, head: Oid) -> Option<(Oid, String)> {
            let root = self.folder.path().canonicalize().unwrap();
            let at = AsOf::parse("2026-11-20").unwrap();
            let merge = load::merge(&root, &base.to_string(), &head.to_string(), at).unwrap();
            let found = History::open(&root, "")
                .unwrap()
                .taken_back(&merge.base_commit, &merge.head_commit, merge.clean, &merge.files)
                .unwrap();
            found.map(|(commit, change)| (commit.id, change))
        }
    }

    #[test]
    fn what_one_commit_did_and_nothing_else_is_taken_back() {
        let world = World::new();
        let start =
            world.commit(None, &[("sms/ci/a.yaml", "one"), ("sms/ci/b.yaml", "b"), ("gitsm.toml", "format = 1\n")]);
        let change = world.commit(Some(start), &[("sms/ci/a.yaml", "two"), CHANGE]);
        let later = world.commit(Some(change), &[("sms/ci/b.yaml", "c")]);
        let back = [("sms/ci/a.yaml", "one"), (CHANGE.0, "kind: change\nid: chg-a\nstatus: reversed\n")];
        let found = Some((change, "chg-a".to_owned()));
        assert_eq!(world.taken_back(later, world.commit(Some(later), &back)), found);
        assert_eq!(world.taken_back(later, world.commit(Some(change), &back)), found, "from an older base");
        let more = world.commit(Some(later), &[back[0], back[1], ("notes.txt", "x")]);
        assert_eq!(world.taken_back(later, more), None, "something else goes with it");
        assert_eq!(
            world.taken_back(later, world.commit(Some(later), &back[..1])),
            found,
            "its record may stay as it is"
        );
        assert_eq!(world.taken_back(later, world.commit(Some(later), &back[1..])), None, "not all of it");
        let beside = world.commit(Some(later), &[back[0], ("sms/change/chg-z.yaml", "kind: change\nid: chg-z\n")]);
        assert_eq!(world.taken_back(later, beside), None, "another change goes with it");
        let other = world.commit(Some(later), &[("sms/ci/a.yaml", "One"), back[1]]);
        assert_eq!(world.taken_back(later, other), None, "not as it was");
        assert_eq!(world.taken_back(later, later), None, "nothing at all");
        let touched = world.commit(Some(later), &[("sms/ci/a.yaml", "three")]);
        assert_eq!(world.taken_back(touched, world.commit(Some(touched), &back)), None, "somebody built on it");
    }

    #[test]
    fn what_comes_back_with_another_mode_is_not_as_it_was() {
        let world = World::new();
        let start = world.commit(None, &[("sms/ci/a.yaml", "one"), ("run.sh", "a"), ("gitsm.toml", "format = 1\n")]);
        let change = world.commit(Some(start), &[("sms/ci/a.yaml", "two"), ("run.sh", "b"), CHANGE]);
        let later = world.commit(Some(change), &[("notes.txt", "x")]);
        let back = [("sms/ci/a.yaml", "one"), ("run.sh", "a")];
        for base in [change, later] {
            // Once ahead of the base, once merged with it.
            assert!(world.taken_back(base, world.commit(Some(change), &back)).is_some());
            assert_eq!(world.taken_back(base, world.commit_as(0o100_755, Some(change), &back)), None);
            assert_eq!(world.taken_back(base, world.commit_as(0o120_000, Some(change), &back)), None, "links");
        }
    }

    #[test]
    fn what_took_something_back_is_not_taken_back_in_turn() {
        let world = World::new();
        let start = world.commit(None, &[("sms/ci/a.yaml", "one"), ("gitsm.toml", "format = 1\n")]);
        let change = world.commit(Some(start), &[("sms/ci/a.yaml", "two"), CHANGE]);
        let ended = (CHANGE.0, "kind: change\nid: chg-a\nstatus: reversed\n");
        let back = world.commit(Some(change), &[("sms/ci/a.yaml", "one"), ended]);
        assert!(world.taken_back(change, back).is_some());
        let again = world.commit(Some(back), &[("sms/ci/a.yaml", "two")]);
        assert_eq!(world.taken_back(back, again), None);
    }

    #[test]
    fn what_brought_no_change_or_several_is_no_change_that_is_taken_back() {
        let world = World::new();
        let start = world.commit(None, &[("sms/ci/a.yaml", "one"), ("gitsm.toml", "format = 1\n")]);
        let bare = world.commit(Some(start), &[("sms/ci/a.yaml", "two")]);
        assert_eq!(world.taken_back(bare, world.commit(Some(bare), &[("sms/ci/a.yaml", "one")])), None);
        let other = ("sms/change/chg-b.yaml", "kind: change\nid: chg-b\n");
        let two = world.commit(Some(start), &[CHANGE, other, ("sms/ci/a.yaml", "two")]);
        let back = world.commit(Some(two), &[("sms/ci/a.yaml", "one")]);
        assert_eq!(world.taken_back(two, back), None);
    }

    #[test]
    fn paths_count_from_the_top() {
        let world = World::new();
        let history = History::open(world.folder.path(), "a/b/").unwrap();
        assert_eq!(history.whole_path("sms/x"), "a/b/sms/x");
        assert_eq!(history.whole_path("../../y"), "y");
    }
}
