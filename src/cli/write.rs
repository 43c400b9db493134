//! Changing files on disk: whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

/// A file that is to get another text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change<'c> {
    /// Its path below the root, with `/`.
    pub(super) path: &'c str,
    /// The text that was read.
    pub(super) old: &'c str,
    /// The text that it gets.
    pub(super) new: &'c str,
}

/// A new text beside its file, removed again unless it takes the file's place.
struct Beside {
    path: PathBuf,
    placed: bool,
}

impl Drop for Beside {
    fn drop(&mut self) {
        if !self.placed {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Writes all `changes` below `root`. First every file is looked at and every new text is put beside its file, so that
/// a file that cannot be changed stops it before any is; then each text takes its file's place at once.
pub(super) fn write(root: &Path, changes: &[Change<'_>]) -> anyhow::Result<()> {
    for change in changes {
        look(root, change)?;
    }
    let mut beside = Vec::with_capacity(changes.len());
    for change in changes {
        beside.push(put(root, change).with_context(|| format!("cannot write {}; nothing was changed", change.path))?);
    }
    for (done, (change, new)) in changes.iter().zip(&mut beside).enumerate() {
        let placed = look(root, change).and_then(|()| Ok(fs::rename(&new.path, root.join(change.path))?));
        placed.with_context(|| match done {
            0 => format!("cannot replace {}; nothing was changed", change.path),
            _ => format!(
                "cannot replace {}; {done} files before it are mended, the others are as they were",
                change.path
            ),
        })?;
        new.placed = true;
    }
    Ok(())
}

/// Makes sure that a file is what was read and may be changed.
fn look(root: &Path, change: &Change<'_>) -> anyhow::Result<()> {
    let (path, full) = (change.path, root.join(change.path));
    let metadata = fs::symlink_metadata(&full).with_context(|| format!("cannot read {path} again"))?;
    if !metadata.is_file() {
        bail!("{path} is no longer a file; check again");
    }
    if metadata.permissions().readonly() || OpenOptions::new().write(true).open(&full).is_err() {
        bail!("{path} is read-only; make it writable, or mend it by hand");
    }
    if fs::read(&full).with_context(|| format!("cannot read {path} again"))? != change.old.as_bytes() {
        bail!("{path} has changed since it was read; run `gitsm check --fix` again");
    }
    Ok(())
}

/// Puts the new text beside the file, with the file's rights.
fn put(root: &Path, change: &Change<'_>) -> anyhow::Result<Beside> {
    let full = root.join(change.path);
    let name = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let path = full.with_file_name(format!(".{name}.gitsm-{}", std::process::id()));
    let mut file = File::options().write(true).create_new(true).open(&path)?;
    let beside = Beside { path, placed: false };
    file.write_all(change.new.as_bytes())?;
    file.set_permissions(fs::metadata(&full)?.permissions())?;
    file.sync_all()?;
    Ok(beside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::fixture::Folder;

    const A: Change<'_> = Change { path: "sms/a.yaml", old: "a: 1\r\n", new: "a: 2\r\n" };
    const B: Change<'_> = Change { path: "sms/b.yaml", old: "\u{feff}b: 1", new: "\u{feff}b: 2" };

    fn folder() -> Folder {
        Folder::new(&[(A.path, A.old), (B.path, B.old)])
    }

    /// The texts of both files; nothing else may lie beside them.
    #[track_caller]
    fn texts(folder: &Folder) -> [String; 2] {
        assert_eq!(fs::read_dir(folder.root.join("sms")).unwrap().count(), 2, "nothing is left lying");
        [A, B].map(|change| fs::read_to_string(folder.root.join(change.path)).unwrap())
    }

    #[test]
    fn all_files_get_their_texts_byte_by_byte() {
        let folder = folder();
        write(&folder.root, &[A, B]).unwrap();
        assert_eq!(texts(&folder), [A.new, B.new]);
    }

    #[test]
    fn one_file_that_changed_meanwhile_keeps_all_as_they_are() {
        let folder = folder();
        fs::write(folder.root.join(B.path), "b: 9").unwrap();
        let error = write(&folder.root, &[A, B]).unwrap_err().to_string();
        assert_eq!(error, "sms/b.yaml has changed since it was read; run `gitsm check --fix` again");
        assert_eq!(texts(&folder), [A.old, "b: 9"]);
    }

    #[test]
    fn a_file_that_is_gone_or_is_none_is_told() {
        let folder = folder();
        let gone = Change { path: "sms/gone.yaml", ..A };
        assert_eq!(write(&folder.root, &[A, gone]).unwrap_err().to_string(), "cannot read sms/gone.yaml again");
        let none = Change { path: "sms", ..A };
        assert!(write(&folder.root, &[A, none]).unwrap_err().to_string().starts_with("sms is no longer a file"));
        assert_eq!(texts(&folder), [A.old, B.old]);
    }

    #[cfg(unix)]
    #[test]
    fn rights_are_kept_and_read_only_files_are_left_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = folder();
        let set = |path: &str, mode| {
            fs::set_permissions(folder.root.join(path), fs::Permissions::from_mode(mode)).unwrap();
        };
        let mode = |path: &str| fs::metadata(folder.root.join(path)).unwrap().permissions().mode() & 0o777;
        set(A.path, 0o640);
        set(B.path, 0o444);
        let error = write(&folder.root, &[A, B]).unwrap_err().to_string();
        assert_eq!(error, "sms/b.yaml is read-only; make it writable, or mend it by hand");
        assert_eq!((texts(&folder), mode(B.path)), ([A.old, B.old].map(str::to_owned), 0o444));
        set(B.path, 0o755);
        write(&folder.root, &[A, B]).unwrap();
        assert_eq!((mode(A.path), mode(B.path)), (0o640, 0o755));
        assert_eq!(texts(&folder), [A.new, B.new]);
    }
}
