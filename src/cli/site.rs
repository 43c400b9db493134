//! `gitsm site`.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use clap::Args;

use super::{Context, Exit};
use crate::graph::Graph;
use crate::load::Snapshot;
use crate::model::Sms;
use crate::rules::{self, Check, Judged, Selection};
use crate::schema::Catalog;
use crate::site::{self, Input, MANIFEST, Sink, Summary};

/// What an unfinished site says of itself, so that the next run may go on with it.
const BEGUN: &str = "{\n\"generator\": \"gitsm\",\n\"format\": 1,\n\"files\": {\n}\n}\n";

/// Arguments of `site`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder to write to; only files that changed are written, and pages that are gone are removed
    #[arg(short, long, value_name = "DIR", default_value = "_site")]
    output: PathBuf,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let folder = cx.directory().join(&arguments.output);
    let before = open(&folder)?;
    let snapshot = cx.snapshot()?;
    cx.progress.stage("making pages");
    let disk = Disk::new(folder.clone());
    let summary = make(&snapshot, &disk)?;
    let (written, kept) = disk.finish();
    let removed = remove(&folder, before.difference(&kept))?;
    let same = summary.files - written;
    if !cx.quiet() {
        cx.line(format!(
            "Made {} files for {} in {}: {written} written, {same} up to date, {removed} removed",
            summary.files,
            if summary.records == 1 { "1 record".to_owned() } else { format!("{} records", summary.records) },
            arguments.output.display(),
        ))?;
    }
    let index = arguments.output.join("index.html");
    cx.next(&format!("open {}, or run `gitsm serve` to see pages change as you edit", index.display()))?;
    Ok(Exit::Clean)
}

/// Makes the site of `snapshot`.
pub(super) fn make(snapshot: &Snapshot, sink: &dyn Sink) -> anyhow::Result<Summary> {
    let catalog = Catalog::new(&snapshot.sources)?;
    let selection = Selection::new(&[], &snapshot.settings.rules)?;
    let sms = Sms::build(snapshot, &catalog);
    let graph = Graph::build(&sms);
    let Judged { findings, waived } = rules::judge(&Check { sms: &sms, graph: &graph }, &selection);
    Ok(site::build(&Input { sms: &sms, graph: &graph, findings: &findings, waived: &waived }, sink)?)
}

/// Makes sure that the folder is ours or empty; gives the files that the last run wrote.
fn open(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let manifest = folder.join(MANIFEST);
    if let Some(files) = std::fs::read(&manifest).ok().and_then(|bytes| listed(&bytes)) {
        return Ok(files);
    }
    let mut entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
            std::fs::read_dir(folder)?
        }
        Err(error) => return Err(error).with_context(|| format!("cannot read the folder {}", folder.display())),
    };
    if entries.next().is_some() {
        anyhow::bail!(
            "{} is not empty and holds no site of gitsm; choose another folder with -o, or empty it first",
            folder.display()
        );
    }
    std::fs::write(&manifest, BEGUN).with_context(|| format!("cannot write {}", manifest.display()))?;
    Ok(BTreeSet::new())
}

/// The files that a list of files names, when it is ours. Names that could lead elsewhere are left out.
fn listed(manifest: &[u8]) -> Option<BTreeSet<String>> {
    let json: serde_json::Value = serde_json::from_slice(manifest).ok()?;
    if json.get("generator")?.as_str()? != "gitsm" {
        return None;
    }
    let files = json.get("files")?.as_object()?.keys();
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'))
    };
    Some(files.filter(|path| path.split('/').all(plain)).cloned().collect())
}

/// Removes files that are gone, and the folders that this empties.
fn remove<'p>(folder: &Path, gone: impl Iterator<Item = &'p String>) -> anyhow::Result<usize> {
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

/// A folder on disk that gets only what changed.
struct Disk {
    folder: PathBuf,
    written: AtomicUsize,
    paths: Mutex<BTreeSet<String>>,
}

impl Disk {
    fn new(folder: PathBuf) -> Self {
        Self { folder, written: AtomicUsize::new(0), paths: Mutex::default() }
    }

    /// How many files were written, and all files of the site.
    fn finish(self) -> (usize, BTreeSet<String>) {
        let paths = self.paths.into_inner().unwrap_or_else(PoisonError::into_inner);
        (self.written.into_inner(), paths)
    }
}

impl Sink for Disk {
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.paths.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        let file = self.folder.join(path);
        let same_size = std::fs::metadata(&file).is_ok_and(|old| old.len() == bytes.len() as u64);
        if same_size && std::fs::read(&file).is_ok_and(|old| old == bytes) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_folder_is_refused_and_an_empty_one_taken() {
        let folder = tempfile::tempdir().unwrap();
        assert!(open(&folder.path().join("new/site")).unwrap().is_empty());
        assert!(open(&folder.path().join("new/site")).unwrap().is_empty(), "an unfinished site goes on");
        std::fs::write(folder.path().join("mine.txt"), "x").unwrap();
        let error = open(folder.path()).unwrap_err().to_string();
        assert!(error.contains("not empty"), "{error}");
        std::fs::write(folder.path().join(MANIFEST), "{\"files\": {}}").unwrap();
        assert!(open(folder.path()).is_err(), "another program's list is no licence");
    }

    #[test]
    fn a_list_of_files_cannot_name_files_elsewhere() {
        let manifest =
            br#"{"generator": "gitsm", "files": {"a/b.html": "", "../x": "", "/etc/x": "", "a//b": "", "A": ""}}"#;
        assert_eq!(listed(manifest).unwrap().into_iter().collect::<Vec<_>>(), ["a/b.html"]);
    }

    #[test]
    fn only_changed_files_are_written_and_gone_ones_removed() {
        let folder = tempfile::tempdir().unwrap();
        let write = |files: &[(&str, &str)]| {
            let disk = Disk::new(folder.path().to_owned());
            for (path, text) in files {
                disk.put(path, text.as_bytes()).unwrap();
            }
            disk.finish()
        };
        let (written, first) = write(&[("a/x.html", "1"), ("b.html", "2")]);
        assert_eq!(written, 2);
        let (written, second) = write(&[("b.html", "2")]);
        assert_eq!(written, 0);
        assert_eq!(remove(folder.path(), first.difference(&second)).unwrap(), 1);
        assert!(!folder.path().join("a").exists() && folder.path().join("b.html").exists());
    }
}
