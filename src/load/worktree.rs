//! Files on disk.

use std::cell::RefCell;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use ignore::WalkBuilder;
use rayon::prelude::*;

use super::assemble::{Content, Entry, FOLDERS, is_told, role};
use super::{LoadError, MAX_FILE};

/// Bytes for which there is room from the start; nearly all files have less.
const ROOM: usize = 16 * 1024;

/// Reads what gitsm reads below `root`, files that git ignores left out.
pub(super) fn read(root: &Path) -> Result<Vec<Entry>, LoadError> {
    let mut found = Vec::new();
    for folder in FOLDERS {
        let below = root.join(folder);
        match stands_in(root, folder) {
            Some(kind) if is_told(folder) => found.push((folder.to_owned(), kind)),
            None if below.is_dir() => walk(root, &below, &mut found)?,
            _ => {}
        }
    }
    let settings = root.join("gitsm.toml");
    if settings.is_symlink() || settings.is_file() {
        let kind = if settings.is_symlink() { Kind::Symlink } else { Kind::File };
        found.push(("gitsm.toml".to_owned(), kind));
    }
    let read = found.into_par_iter().map(|(path, kind)| {
        let content = match kind {
            Kind::File => content(&root.join(&path)),
            Kind::Symlink => Content::Symlink,
            Kind::Submodule => Content::Submodule,
        };
        Entry { path, content }
    });
    Ok(read.collect())
}

enum Kind {
    File,
    Symlink,
    Submodule,
}

/// What keeps a folder's content out of this repository: a link on the way to it, or a repository of its own.
fn stands_in(root: &Path, folder: &str) -> Option<Kind> {
    let mut below = root.to_owned();
    for part in folder.split('/') {
        below.push(part);
        if below.is_symlink() {
            return Some(Kind::Symlink);
        }
        if below.join(".git").exists() {
            return Some(Kind::Submodule);
        }
    }
    None
}

fn walk(root: &Path, below: &Path, found: &mut Vec<(String, Kind)>) -> Result<(), LoadError> {
    let walker = WalkBuilder::new(below)
        .follow_links(false)
        .require_git(false)
        .git_global(false)
        .git_exclude(false)
        .ignore(false)
        .filter_entry(|entry| entry.depth() == 0 || !is_submodule(entry))
        .build();
    for entry in walker {
        let entry = entry.map_err(|source| LoadError::Walk { path: below.to_owned(), source })?;
        let Some(kind) = entry.file_type() else { continue };
        let Ok(inside) = entry.path().strip_prefix(root) else { continue };
        let path = inside.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        if kind.is_dir() {
            submodules(entry.path(), &path, found);
        } else if kind.is_symlink() && is_told(&path) {
            found.push((path, Kind::Symlink));
        } else if kind.is_file() && role(&path).is_some() {
            found.push((path, Kind::File));
        }
    }
    Ok(())
}

/// Whether a folder is the root of another git repository.
fn is_submodule(entry: &ignore::DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir()) && entry.path().join(".git").exists()
}

/// Names the submodules right below a folder, which the walk itself passes over.
fn submodules(folder: &Path, path: &str, found: &mut Vec<(String, Kind)>) {
    if !path.starts_with("sms") {
        return;
    }
    let Ok(children) = folder.read_dir() else { return };
    for child in children.flatten() {
        let is_folder = child.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && child.path().join(".git").exists() {
            found.push((format!("{path}/{}", child.file_name().to_string_lossy()), Kind::Submodule));
        }
    }
}

thread_local! {
    /// Where a file is read to, so that only as much is kept as there is.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

fn content(path: &Path) -> Content {
    let read = |bytes: &mut Vec<u8>| -> std::io::Result<Content> {
        let file = File::open(path)?;
        bytes.clear();
        bytes.reserve(ROOM);
        let size = file.take(MAX_FILE + 1).read_to_end(bytes)?;
        if size as u64 > MAX_FILE {
            return Ok(Content::TooLarge(path.metadata()?.len()));
        }
        Ok(Content::Bytes(bytes.as_slice().to_vec()))
    };
    BUFFER.with_borrow_mut(read).unwrap_or_else(|error| Content::Failed(error.to_string()))
}
