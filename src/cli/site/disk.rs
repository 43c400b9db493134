//! The folder that a site is written to.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use anyhow::Context as _;

use super::left::is_as_left;
use crate::site::Sink;

/// A folder on disk that gets only what changed.
pub(super) struct Disk {
    folder: PathBuf,
    /// Whether nothing can lie there yet, so that there is nothing to compare with.
    fresh: bool,
    /// When the last run was done; files that are older have not been touched since.
    done: Option<SystemTime>,
    written: AtomicUsize,
    paths: Mutex<Vec<String>>,
}

impl Disk {
    pub(super) fn new(folder: PathBuf, fresh: bool, done: Option<SystemTime>) -> Self {
        Self { folder, fresh, done, written: AtomicUsize::new(0), paths: Mutex::default() }
    }

    /// How many files were written, and all files of the site.
    pub(super) fn finish(self) -> (usize, BTreeSet<String>) {
        let paths = self.paths.into_inner().unwrap_or_else(PoisonError::into_inner);
        (self.written.into_inner(), paths.into_iter().collect())
    }

    /// Whether the file has these bytes already.
    fn holds(&self, file: &Path, bytes: &[u8]) -> bool {
        let same_size = || std::fs::metadata(file).is_ok_and(|old| old.len() == bytes.len() as u64);
        !self.fresh && same_size() && std::fs::read(file).is_ok_and(|old| old == bytes)
    }
}

impl Disk {
    /// Takes down that the site has this file.
    fn has(&self, path: &str) {
        self.paths.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
    }
}

impl Sink for Disk {
    fn keeps(&self, path: &str, size: u64, hash: &str) -> bool {
        let file = self.folder.join(path);
        let Ok(about) = std::fs::symlink_metadata(&file) else { return false };
        let kept = about.len() == size && is_as_left(&file, &about, self.done, hash);
        if kept {
            self.has(path);
        }
        kept
    }

    fn old(&self, path: &str) -> Option<Vec<u8>> {
        std::fs::read(self.folder.join(path)).ok().filter(|_| !self.fresh)
    }

    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.has(path);
        let file = self.folder.join(path);
        if self.holds(&file, bytes) {
            return Ok(());
        }
        self.written.fetch_add(1, Ordering::Relaxed);
        match std::fs::write(&file, bytes) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                file.parent().map_or(Ok(()), std::fs::create_dir_all)?;
                std::fs::write(&file, bytes)
            }
            other => other,
        }
    }
}

/// Removes files that are gone, and the folders that this empties.
pub(super) fn remove<'p>(folder: &Path, gone: impl Iterator<Item = &'p String>) -> anyhow::Result<usize> {
    let mut removed = 0;
    let mut parents = BTreeSet::new();
    for path in gone {
        let file = folder.join(path);
        match std::fs::remove_file(&file) {
            Ok(()) => removed += 1,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("cannot remove {}", file.display())),
        }
        parents.extend(path.split_once('/').map(|(parent, _)| parent));
    }
    for parent in parents {
        // It stays when something else lies in it.
        let _ = std::fs::remove_dir(folder.join(parent));
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_an_earlier_run_are_kept_as_part_of_the_site_when_they_are_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.html"), "one").unwrap();
        let disk = Disk::new(folder.path().to_owned(), false, None);
        let hash = crate::site::hash(b"one");
        assert!(!disk.keeps("a.html", 4, &hash), "another size");
        assert!(!disk.keeps("a.html", 3, &crate::site::hash(b"two")), "another content");
        assert!(!disk.keeps("b.html", 3, &hash), "gone");
        assert!(disk.keeps("a.html", 3, &hash));
        assert_eq!(disk.finish(), (0, BTreeSet::from(["a.html".to_owned()])));
    }

    #[test]
    fn only_changed_files_are_written_and_gone_ones_removed() {
        let folder = tempfile::tempdir().unwrap();
        let write = |fresh, files: &[(&str, &str)]| {
            let disk = Disk::new(folder.path().to_owned(), fresh, None);
            for (path, text) in files {
                disk.put(path, text.as_bytes()).unwrap();
            }
            disk.finish()
        };
        let (written, first) = write(true, &[("a/x.html", "1"), ("b.html", "2")]);
        assert_eq!(written, 2);
        let (written, second) = write(false, &[("b.html", "2")]);
        assert_eq!(written, 0);
        assert_eq!(remove(folder.path(), first.difference(&second)).unwrap(), 1);
        assert!(!folder.path().join("a").exists() && folder.path().join("b.html").exists());
    }
}
