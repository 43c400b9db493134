//! Bytes that one run keeps for the next, in a file that can go at any time. That it cannot be read or written is no error:
//! then everything is read anew.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Largest file that is read, in bytes.
const MOST: u64 = 1 << 30;

/// The bytes of a file; none where it cannot be read, or is larger than any that was written.
#[must_use]
pub fn recall(path: &Path) -> Option<Vec<u8>> {
    let about = fs::symlink_metadata(path).ok()?;
    if !about.is_file() || about.len() > MOST {
        return None;
    }
    fs::read(path).ok()
}

/// Writes a file whole or not at all. Of several runs at once one writes, and the others leave it at that. Tells whether it
/// was written.
#[expect(clippy::must_use_candidate, reason = "that nothing was kept matters to nobody")]
pub fn keep(path: &Path, bytes: &[u8]) -> bool {
    let write = || -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        // The system takes the lock back from a run that ends, however it ends.
        let lock = File::create(beside(path, ".lock"))?;
        lock.try_lock()?;
        let new = beside(path, ".new");
        fs::write(&new, bytes).and_then(|()| fs::rename(&new, path)).inspect_err(|_| {
            let _ = fs::remove_file(&new);
        })
    };
    write().is_ok()
}

/// The path with an ending.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_read_again_and_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/kept");
        assert_eq!(recall(&path), None);
        assert!(keep(&path, b"one, and longer"));
        assert!(keep(&path, b"two"));
        assert_eq!(recall(&path).as_deref(), Some(&b"two"[..]));
        let names: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(names.len(), 2, "the file and its lock: {names:?}");
    }

    #[test]
    fn while_another_run_writes_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept");
        assert!(keep(&path, b"one"));
        let other = File::create(beside(&path, ".lock")).unwrap();
        other.lock().unwrap();
        assert!(!keep(&path, b"two"));
        assert_eq!(recall(&path).as_deref(), Some(&b"one"[..]));
        drop(other);
        assert!(keep(&path, b"three"));
    }

    #[test]
    fn runs_at_once_leave_one_of_their_files_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept");
        std::thread::scope(|scope| {
            for run in 0..4u8 {
                let path = &path;
                scope.spawn(move || (0..50).filter(|_| keep(path, &vec![run; 100_000])).count());
                scope.spawn(move || {
                    for bytes in (0..50).filter_map(|_| recall(path)) {
                        assert!(bytes.len() == 100_000 && bytes.iter().all(|byte| *byte == bytes[0]));
                    }
                });
            }
        });
        assert_eq!(recall(&path).map(|bytes| bytes.len()), Some(100_000));
    }

    #[test]
    fn what_is_no_file_is_not_read_and_a_place_that_cannot_be_written_is_left() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(recall(folder.path()), None);
        assert!(!keep(folder.path(), b"a folder stands there"));
        let file = folder.path().join("file");
        fs::write(&file, "x").unwrap();
        assert!(!keep(&file.join("kept"), b"below a file"));
        assert_eq!(recall(&file.join("kept")), None);
        assert!(!folder.path().join("file.new").exists());
    }
}
