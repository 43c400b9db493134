//! What differs between two trees. Git's objects are read as they are: equal hashes are skipped, nothing else is.

use git2::{Odb, Oid};

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
        let space = self.0.iter().position(|byte| *byte == b' ')?;
        let mode =
            self.0[..space].iter().fold(0u32, |mode, digit| (mode << 3) | u32::from(digit.wrapping_sub(b'0') & 7));
        let rest = self.0.get(space + 1..)?;
        let nul = rest.iter().position(|byte| *byte == 0)?;
        let id = Oid::from_bytes(rest.get(nul + 1..nul + 21)?).ok()?;
        self.0 = &rest[nul + 21..];
        Some((&rest[..nul], Entry { mode, id }))
    }
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
        differ(&self.odb()?, String::new(), old.map(whole), Some(whole(new)), &mut touched)?;
        touched.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(touched)
    }

    /// What `path` (relative to the records' root; empty for the root itself) is in the tree.
    ///
    /// # Errors
    /// When a tree on the way cannot be read.
    pub fn entry(&self, tree: Oid, path: &str) -> Result<Option<Entry>, HistoryError> {
        let odb = self.odb()?;
        let mut entry = Entry { mode: TREE, id: tree };
        for part in self.prefix.split('/').chain(path.split('/')).filter(|part| !part.is_empty()) {
            if entry.mode != TREE {
                return Ok(None);
            }
            let raw = read(&odb, entry.id)?;
            match Raw(raw.data()).find(|(name, _)| *name == part.as_bytes()) {
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
        let odb = self.odb()?;
        for root in &watch.0 {
            let before = old.map(|old| self.entry(old, root)).transpose()?.flatten();
            differ(&odb, root.clone(), before, self.entry(new, root)?, &mut touched)?;
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

    fn odb(&self) -> Result<Odb<'_>, HistoryError> {
        self.repository.odb().map_err(|why| HistoryError::Object { what: "the object store".to_owned(), why })
    }
}

fn read<'o>(odb: &'o Odb<'_>, id: Oid) -> Result<git2::OdbObject<'o>, HistoryError> {
    odb.read(id).map_err(|why| object("folder", id, why))
}

/// Collects what differs at `path` and below. Trees of any depth are taken from a stack.
fn differ(
    odb: &Odb<'_>,
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
        let before = before.map(|entry| read(odb, entry.id)).transpose()?;
        let after = after.map(|entry| read(odb, entry.id)).transpose()?;
        let entries = |raw: &Option<git2::OdbObject<'_>>| raw.as_ref().map_or(&[][..], |raw| raw.data()).to_vec();
        // Most folders are the same on both sides but for one entry, so both are read side by side.
        let (before, after) = (entries(&before), entries(&after));
        let (mut left, mut right) = (Raw(&before).peekable(), Raw(&after).peekable());
        loop {
            let side = match (left.peek(), right.peek()) {
                (Some(a), Some(b)) => order(a, b),
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
    Ok(())
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
    fn folders_sort_as_if_they_ended_with_a_slash() {
        let id = Oid::ZERO_SHA1;
        let (folder, file) = ((&b"a"[..], Entry { mode: TREE, id }), (&b"a.b"[..], Entry { mode: 0o100_644, id }));
        assert_eq!(order(&folder, &file), std::cmp::Ordering::Greater);
        assert_eq!(order(&(b"a", file.1), &(b"a.b", file.1)), std::cmp::Ordering::Less);
    }
}
