//! The repository against its own conventions: direction of layers, the bold numbers of the style guide, words that do
//! not belong in tracked files. A failing check names the file, the line and what to do.

mod layers;
mod numbers;
mod scan;
mod words;

use std::path::{Path, PathBuf};

use scan::Rust;

/// A file of the repository: its path with `/`, and its text.
struct File {
    path: String,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every tracked text file, by path; without git, every file that is not ignored.
fn tracked() -> Vec<File> {
    let from_git = git2::Repository::open(root()).and_then(|repository| repository.index()).map(|index| {
        index.iter().map(|entry| PathBuf::from(String::from_utf8_lossy(&entry.path).into_owned())).collect::<Vec<_>>()
    });
    let mut paths = from_git.unwrap_or_else(|_| {
        let walk = ignore::WalkBuilder::new(root()).require_git(false).hidden(false).build();
        let files = walk.flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
        files.filter_map(|entry| entry.path().strip_prefix(root()).ok().map(Path::to_owned)).collect()
    });
    paths.sort();
    let files = paths.into_iter().filter_map(|path| {
        let text = String::from_utf8(std::fs::read(root().join(&path)).ok()?).ok()?;
        Some(File { path: path.to_string_lossy().replace('\\', "/"), text })
    });
    files.collect()
}

/// The Rust files below `src/`, read and cleaned.
fn sources() -> Vec<Rust> {
    let files = tracked().into_iter().filter(|file| file.path.starts_with("src/") && file.path.ends_with(".rs"));
    let mut sources: Vec<Rust> = files.map(|file| Rust::new(&file.path, &file.text)).collect();
    assert!(sources.len() > 50, "only {} source files were found", sources.len());
    scan::mark_test_files(&mut sources);
    sources
}

/// Fails with all `complaints`, one a line.
#[track_caller]
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}
