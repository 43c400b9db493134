//! What differs between two trees. Git's objects are read as they are: equal hashes are skipped, nothing else is.

use std::collections::BTreeMap;
use std::rc::Rc;

use git2::Oid;
use memchr::memchr;

use super::open::{History, HistoryError, object};

/// The folders and files of a repository that a history is read for, relative to the records' root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch(Vec<String>);

impl Default for Watch {
    /// What every repository of records has: the records, its own kinds and rules, and the settings.
    fn default() -> Self {
        Self(["gitsm.toml", "schemas/local", "sms"].map(str::to_owned).to_vec())
    }
}

impl Watch {
    /// Only this folder.
    #[must_use]
    pub fn only(folder: &str) -> Self {
        Self(vec![folder.to_owned()])
    }

    /// What is watched.
    pub(super) fn paths(&self) -> &[String] {
        &self.0
    }

    /// Also everything that the path patterns may match; a pattern that begins with a wildcard watches all.
    #[must_use]
    pub fn with<'p>(mut self, patterns: impl IntoIterator<Item = &'p str>) -> Self {
        for pattern in patterns {
            let fixed = pattern.split('/').take_while(|part| !part.contains(['*', '?', '[', '{']));
            self.0.push(fixed.collect::<Vec<_>>().join("/"));
        }
        self.0.sort();
        // What lies below something watched is watched already.
        let all = std::mem::take(&mut self.0);
        for path in all {
            let inside = |above: &String| above.is_empty() || path == *above || path.starts_with(&format!("{above}/"));
            if !self.0.iter().any(inside) {
                self.0.push(path);
            }
        }
        self
    }
}

/// One end of a path's change: mode and hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Git's mode; `0o100644` for a plain file.
    pub mode: u32,
    /// Hash of the content.
    pub id: Oid,
}

const TREE: u32 = 0o040_000;
const SUBMODULE: u32 = 0o160_000;

impl Entry {
    /// Whether it is a plain file, executable or not.
    #[must_use]
    pub const fn is_file(self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }

    /// Whether it stands for another repository's commit.
    #[must_use]
    pub const fn is_submodule(self) -> bool {
        self.mode == SUBMODULE
    }
}

/// A path that is not the same in both trees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// The path, relative to the records' root.
    pub path: String,
    /// What was there.
    pub old: Option<Entry>,
    /// What is there.
    pub new: Option<Entry>,
}

impl Touched {
    /// The name of the file without its ending, when it is one of records.
    #[must_use]
    pub fn stem(&self) -> Option<&str> {
        self.path.strip_prefix("sms/")?.rsplit('/').next()?.strip_suffix(".yaml")
    }
}

/// One entry of a raw tree object: name and what it stands for.
type Named<'t> = (&'t [u8], Entry);

/// The entries of a raw tree object, in its order; ends at the first that cannot be read.
struct Raw<'t>(&'t [u8]);

impl<'t> Iterator for Raw<'t> {
    type Item = Named<'t>;

    fn next(&mut self) -> Option<Named<'t>> {
        let space = memchr(b' ', self.0)?;
        let mode =
            self.0[..space].iter().fold(0u32, |mode, digit| (mode << 3) | u32::from(digit.wrapping_sub(b'0') & 7));
        let rest = self.0.get(space + 1..)?;
        let nul = memchr(0, rest)?;
        let id = Oid::from_bytes(rest.get(nul + 1..nul + 21)?).ok()?;
        self.0 = &rest[nul + 21..];
        Some((&rest[..nul], Entry { mode, id }))
    }
}

impl Raw<'_> {
    /// Passes over the entries that lie wholly within the first `same` bytes; gives how many bytes these are.
    fn pass(&mut self, same: usize) -> usize {
        let mut passed = 0;
        while let Some(nul) = memchr(0, &self.0[passed..same]) {
            let end = passed + nul + 21;
            if end > same {
                break;
            }
            passed = end;
        }
        self.0 = &self.0[passed..];
        passed
    }
}

/// How many bytes two trees begin with in common, counted in whole blocks.
fn common(a: &[u8], b: &[u8]) -> usize {
    const BLOCK: usize = 256;
    a.chunks_exact(BLOCK).zip(b.chunks_exact(BLOCK)).take_while(|(a, b)| a == b).count() * BLOCK
}

/// Git's order within a tree: folders as if their names ended with `/`.
fn order(a: &Named<'_>, b: &Named<'_>) -> std::cmp::Ordering {
    let end = |named: &Named<'_>| (named.1.mode == TREE).then_some(b'/');
    a.0.iter().copied().chain(end(a)).cmp(b.0.iter().copied().chain(end(b)))
}

impl History {
    /// What differs anywhere in the repository, the records' root or not: paths count from the top.
    ///
    /// # Errors
    /// When a tree cannot be read.
    pub fn touched_anywhere(&self, old: Option<Oid>, new: Oid) -> Result<Vec<Touched>, HistoryError> {
        let mut touched = Vec::new();
        let whole = |id: Oid| Entry { mode: TREE, id };
        self.differ(String::new(), old.map(whole), Some(whole(new)), &mut touched)?;
        touched.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(touched)
    }

    /// What `path` (relative to the records' root; empty for the root itself) is in the tree.
    ///
    /// # Errors
    /// When a tree on the way cannot be read.
    pub fn entry(&self, tree: Oid, path: &str) -> Result<Option<Entry>, HistoryError> {
        let mut entry = Entry { mode: TREE, id: tree };
        for part in self.prefix.split('/').chain(path.split('/')).filter(|part| !part.is_empty()) {
            if entry.mode != TREE {
                return Ok(None);
            }
            let raw = self.raw(entry.id)?;
            match Raw(&raw).find(|(name, _)| *name == part.as_bytes()) {
                Some((_, found)) => entry = found,
                None => return Ok(None),
            }
        }
        Ok(Some(entry))
    }

    /// What differs below the watched paths from tree `old` (none: an empty one) to tree `new`, by path.
    ///
    /// # Errors
    /// When a tree cannot be read.
    pub fn touched(&self, old: Option<Oid>, new: Oid, watch: &Watch) -> Result<Vec<Touched>, HistoryError> {
        let mut touched = Vec::new();
        if old == Some(new) {
            return Ok(touched);
        }
        for root in &watch.0 {
            let before = old.map(|old| self.entry(old, root)).transpose()?.flatten();
            self.differ(root.clone(), before, self.entry(new, root)?, &mut touched)?;
        }
        touched.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(touched)
    }

    /// Every file of the tree below the watched paths, by path.
    ///
    /// # Errors
    /// When a tree cannot be read.
    pub fn files(&self, tree: Oid, watch: &Watch) -> Result<Vec<(String, Entry)>, HistoryError> {
        let touched = self.touched(None, tree, watch)?;
        Ok(touched.into_iter().filter_map(|touched| Some((touched.path, touched.new?))).collect())
    }

    /// Whether `path` (relative to the records' root) is the same in both trees; stops where their folders are.
    ///
    /// # Errors
    /// When a tree on the way cannot be read.
    pub fn same_at(&self, old: Option<Oid>, new: Oid, path: &str) -> Result<bool, HistoryError> {
        let whole = |id: Oid| Entry { mode: TREE, id };
        let (mut old, mut new) = (old.map(whole), Some(whole(new)));
        for part in self.prefix.split('/').chain(path.split('/')).filter(|part| !part.is_empty()) {
            if old == new {
                return Ok(true);
            }
            for side in [&mut old, &mut new] {
                *side = match side.filter(|entry| entry.mode == TREE) {
                    Some(entry) => {
                        let raw = self.raw(entry.id)?;
                        Raw(&raw).find(|(name, _)| *name == part.as_bytes()).map(|(_, found)| found)
                    }
                    None => None,
                };
            }
        }
        Ok(old == new)
    }

    /// The bytes of tree `id`. Commits that follow each other have most of their trees in common, and git's own cache
    /// holds no large ones, so the last ones that were read are kept.
    fn raw(&self, id: Oid) -> Result<Rc<[u8]>, HistoryError> {
        if let Some(raw) = self.trees.borrow().get(id) {
            return Ok(raw);
        }
        let odb = self.repository.odb();
        let odb = odb.map_err(|why| HistoryError::Object { what: "the object store".to_owned(), why })?;
        let raw = odb.read(id).map_err(|why| object("folder", id, why))?;
        let raw: Rc<[u8]> = raw.data().into();
        self.trees.borrow_mut().put(id, raw.clone());
        Ok(raw)
    }

    /// Collects what differs at `path` and below. Trees of any depth are taken from a stack.
    fn differ(
        &self,
        path: String,
        old: Option<Entry>,
        new: Option<Entry>,
        out: &mut Vec<Touched>,
    ) -> Result<(), HistoryError> {
        let mut open = vec![(path, old, new)];
        while let Some((path, old, new)) = open.pop() {
            if old == new {
                continue;
            }
            let is_tree = |entry: Option<Entry>| entry.filter(|entry| entry.mode == TREE);
            let (before, after) = (is_tree(old), is_tree(new));
            let (file_before, file_after) = (old.filter(|_| before.is_none()), new.filter(|_| after.is_none()));
            if file_before.is_some() || file_after.is_some() {
                out.push(Touched { path: path.clone(), old: file_before, new: file_after });
            }
            let before = before.map(|entry| self.raw(entry.id)).transpose()?;
            let after = after.map(|entry| self.raw(entry.id)).transpose()?;
            below(&path, before.as_deref().unwrap_or_default(), after.as_deref().unwrap_or_default(), &mut open);
        }
        Ok(())
    }
}

/// A path with its ends.
type Open = (String, Option<Entry>, Option<Entry>);

/// What is not the same in two folders. Most are the same on both sides but for one entry, so that what both begin and end
/// with is passed over in blocks, and the rest is read side by side.
fn below(path: &str, before: &[u8], after: &[u8], open: &mut Vec<Open>) {
    let (mut left, mut right) = (Raw(before), Raw(after));
    // Mostly nothing is left but what both end with.
    while left.0 != right.0 {
        let passed = left.pass(common(left.0, right.0));
        right.0 = &right.0[passed..];
        let side = match (Raw(left.0).next(), Raw(right.0).next()) {
            (Some(a), Some(b)) => order(&a, &b),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => break,
        };
        let was = if side.is_le() { left.next() } else { None };
        let is = if side.is_ge() { right.next() } else { None };
        if was != is {
            let name = was.or(is).map(|(name, _)| String::from_utf8_lossy(name).into_owned()).unwrap_or_default();
            let slash = if path.is_empty() { "" } else { "/" };
            open.push((format!("{path}{slash}{name}"), was.map(|it| it.1), is.map(|it| it.1)));
        }
    }
}

/// Trees that were read last, up to a number of bytes.
#[derive(Debug, Default)]
pub(super) struct Trees {
    known: BTreeMap<Oid, Rc<[u8]>>,
    /// Those of the generation before, so that not everything is forgotten at once.
    older: BTreeMap<Oid, Rc<[u8]>>,
    bytes: usize,
}

/// Bytes of trees that one generation holds.
const KEPT: usize = 4 << 20;

impl Trees {
    fn get(&self, id: Oid) -> Option<Rc<[u8]>> {
        self.known.get(&id).or_else(|| self.older.get(&id)).cloned()
    }

    fn put(&mut self, id: Oid, raw: Rc<[u8]>) {
        self.bytes += raw.len();
        self.known.insert(id, raw);
        if self.bytes > KEPT {
            self.older = std::mem::take(&mut self.known);
            self.bytes = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_widen_what_is_watched_and_nothing_is_watched_twice() {
        let watch = |patterns: &[&str]| Watch::default().with(patterns.iter().copied()).0;
        let own = ["gitsm.toml", "schemas/local", "sms"];
        assert_eq!(watch(&[]), own);
        assert_eq!(watch(&["sms/policy/**", "gitsm.toml", "schemas/local/*.json"]), own);
        assert_eq!(watch(&[".github/workflows/**", ".github/*"]), [".github", "gitsm.toml", "schemas/local", "sms"]);
        assert_eq!(watch(&["**/*.yaml"]), [""]);
        assert_eq!(watch(&["smsx/a"]), ["gitsm.toml", "schemas/local", "sms", "smsx/a"]);
    }

    #[test]
    fn raw_trees_are_read_as_git_writes_them() {
        let mut raw = b"100644 a\0".to_vec();
        raw.extend([1; 20]);
        raw.extend(b"40000 b\0");
        raw.extend([2; 20]);
        raw.extend(b"160000 c\0");
        raw.extend([3; 20]);
        let found: Vec<_> =
            Raw(&raw).map(|(name, entry)| (name[0], entry.mode, entry.is_file(), entry.is_submodule())).collect();
        assert_eq!(found, [(b'a', 0o100_644, true, false), (b'b', TREE, false, false), (b'c', SUBMODULE, false, true)]);
        assert_eq!(Raw(&raw[..40]).count(), 1, "what is cut off is not made up");
        assert_eq!(Raw(b"").count(), 0);
    }

    #[test]
    fn what_differs_in_a_large_folder_is_found_wherever_it_stands() {
        let name = |at: usize| format!("file-{at:04}{}", "x".repeat(at % 40));
        let raw = |files: &BTreeMap<String, u8>| -> Vec<u8> {
            let entry = |(name, hash): (&String, &u8)| [b"100644 ", name.as_bytes(), &[0], &[*hash; 20]].concat();
            files.iter().flat_map(entry).collect()
        };
        let all: BTreeMap<String, u8> = (0..400).map(|at| (name(at), 7)).collect();
        let differs = |edit: &dyn Fn(&mut BTreeMap<String, u8>)| {
            let mut edited = all.clone();
            edit(&mut edited);
            let mut found = Vec::new();
            below("", &raw(&all), &raw(&edited), &mut found);
            let naive: Vec<String> = all
                .keys()
                .chain(edited.keys())
                .cloned()
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .filter(|name| all.get(name) != edited.get(name))
                .collect();
            assert_eq!(found.iter().map(|it| it.0.clone()).collect::<Vec<_>>(), naive);
            let byte = |entry: Option<Entry>| entry.map(|entry| entry.id.as_bytes()[0]);
            assert!(found.iter().all(|(name, was, is)| {
                byte(*was) == all.get(name).copied() && byte(*is) == edited.get(name).copied()
            }));
            naive.len()
        };
        assert_eq!(differs(&|_| {}), 0);
        for at in [0, 1, 57, 199, 398, 399] {
            assert_eq!(differs(&|files| *files.get_mut(&name(at)).unwrap() = 0), 1, "{at}");
            assert_eq!(differs(&|files| assert!(files.remove(&name(at)).is_some())), 1, "{at}");
            assert_eq!(differs(&|files| assert!(files.insert(format!("{}+", name(at)), b' ').is_none())), 1, "{at}");
            let two = |files: &mut BTreeMap<String, u8>| {
                files.remove(&name(at));
                files.insert(name(399 - at), 1);
            };
            assert_eq!(differs(&two), 2, "{at}");
        }
        assert_eq!(differs(&BTreeMap::clear), 400);
    }

    #[test]
    fn a_path_is_the_same_where_no_folder_above_it_differs() {
        use crate::evidence::history::fixture::Store;
        let store = Store::new();
        let old = store.tree(&[("sms/a/x.yaml", "x\n"), ("sms/b.yaml", "b\n")]);
        let new = store.tree(&[("sms/a/x.yaml", "x\n"), ("sms/b.yaml", "c\n"), ("top", "t\n")]);
        let same = |path: &str| store.history.same_at(Some(old), new, path).unwrap();
        assert!(same("sms/a/x.yaml") && same("sms/a") && same("sms/none/x.yaml"), "what is in neither is the same");
        assert!(!same("sms/b.yaml") && !same("sms") && !same("top"));
        assert!(!store.history.same_at(None, new, "top").unwrap() && store.history.same_at(None, new, "no").unwrap());
    }

    #[test]
    fn trees_that_were_read_last_are_kept_and_older_ones_go() {
        let id = |byte: u8| Oid::from_bytes(&[byte; 20]).unwrap();
        let mut trees = Trees::default();
        for byte in 0..3 {
            trees.put(id(byte), vec![byte; KEPT / 2 + 1].into());
        }
        assert_eq!([0, 1, 2].map(|byte| trees.get(id(byte)).map(|raw| raw[0])), [Some(0), Some(1), Some(2)]);
        trees.put(id(3), vec![3; KEPT / 2 + 1].into());
        assert_eq!([0, 1, 2, 3].map(|byte| trees.get(id(byte)).is_some()), [false, false, true, true]);
    }

    #[test]
    fn folders_sort_as_if_they_ended_with_a_slash() {
        let id = Oid::ZERO_SHA1;
        let (folder, file) = ((&b"a"[..], Entry { mode: TREE, id }), (&b"a.b"[..], Entry { mode: 0o100_644, id }));
        assert_eq!(order(&folder, &file), std::cmp::Ordering::Greater);
        assert_eq!(order(&(b"a", file.1), &(b"a.b", file.1)), std::cmp::Ordering::Less);
    }
}
