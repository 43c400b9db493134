//! What the last run left in the folder of a site.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use anyhow::Context as _;
use rayon::prelude::*;

use crate::site::{self, MANIFEST, Summary};

/// What an unfinished site says of itself, so that the next run may go on with it.
const BEGUN: &str = "{\n\"generator\": \"gitsm\",\n\"format\": 1,\n\"files\": {\n}\n}\n";

/// What the last run left in the folder.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// The files that it wrote, with their SHA-256.
    pub(super) files: BTreeMap<String, String>,
    /// The hash of what it was made from.
    input: String,
    /// How many records had a page.
    records: usize,
    /// The SHA-256 of the list of files; empty where none was read.
    pub(super) list: String,
    /// When the list was written, behind all files in it.
    pub(super) written: Option<SystemTime>,
    /// Whether the folder was empty, so that nothing has to be compared.
    pub(super) fresh: bool,
}

impl Left {
    /// Reads a list of files, when it is ours. Names that could lead elsewhere are left out.
    fn read(manifest: &[u8]) -> Option<Self> {
        let json: serde_json::Value = serde_json::from_slice(manifest).ok()?;
        if json.get("generator")?.as_str()? != "gitsm" {
            return None;
        }
        let plain = |part: &str| {
            !part.is_empty()
                && !part.starts_with('.')
                && part.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'))
        };
        let files = json.get("files")?.as_object()?.iter().filter(|(path, _)| path.split('/').all(plain));
        let hash = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        Some(Self {
            files: files.map(|(path, value)| (path.clone(), hash(value))).collect(),
            input: json.get("input").map(hash).unwrap_or_default(),
            records: json
                .get("records")
                .and_then(serde_json::Value::as_u64)
                .and_then(|n| n.try_into().ok())
                .unwrap_or(0),
            list: site::hash(manifest),
            written: None,
            fresh: false,
        })
    }

    /// What was made, when it was made from the same `input` and lies there as it was: not touched since, or byte for byte the
    /// same.
    pub(super) fn still(&self, folder: &Path, input: &str) -> Option<Summary> {
        if self.files.is_empty() || self.input != input {
            return None;
        }
        let files: Vec<(&String, &String)> = self.files.iter().collect();
        let size = |(path, hash): (&String, &String)| {
            let file = folder.join(path);
            let about = std::fs::symlink_metadata(&file).ok()?;
            is_as_left(&file, &about, self.written, hash).then_some(about.len())
        };
        let sizes: Option<Vec<u64>> = files.into_par_iter().map(size).collect();
        let list = std::fs::metadata(folder.join(MANIFEST)).ok()?.len();
        Some(Summary {
            files: self.files.len() + 1,
            records: self.records,
            bytes: sizes?.into_iter().sum::<u64>() + list,
        })
    }
}

/// Whether a file is as the last run left it, by the time at which that run was done and the SHA-256 of the file.
pub(super) fn is_as_left(file: &Path, about: &Metadata, done: Option<SystemTime>, hash: &str) -> bool {
    // Times are coarse: what was changed in the moment in which the last run ended looks as old as its end.
    let untouched = done.is_some_and(|done| about.modified().is_ok_and(|changed| changed < done));
    about.is_file() && (untouched || std::fs::read(file).is_ok_and(|bytes| site::hash(&bytes) == hash))
}

/// Makes sure that the folder is ours or empty; gives what the last run left.
pub(super) fn open(folder: &Path) -> anyhow::Result<Left> {
    let manifest = folder.join(MANIFEST);
    if let Some(left) = std::fs::read(&manifest).ok().and_then(|bytes| Left::read(&bytes)) {
        let written = std::fs::symlink_metadata(&manifest).and_then(|about| about.modified()).ok();
        return Ok(Left { written, ..left });
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
    Ok(Left { fresh: true, ..Left::default() })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_foreign_folder_is_refused_and_an_empty_one_taken() {
        let folder = tempfile::tempdir().unwrap();
        let first = open(&folder.path().join("new/site")).unwrap();
        assert!(first.files.is_empty() && first.fresh);
        let second = open(&folder.path().join("new/site")).unwrap();
        assert!(second.files.is_empty() && !second.fresh, "an unfinished site goes on");
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
        assert_eq!(Left::read(manifest).unwrap().files.into_keys().collect::<Vec<_>>(), ["a/b.html"]);
    }

    #[test]
    fn a_file_is_as_it_was_left_when_it_is_older_than_the_end_of_the_run_or_has_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.html");
        std::fs::write(&file, "one").unwrap();
        let (one, done) = (site::hash(b"one"), SystemTime::UNIX_EPOCH + Duration::from_secs(1_000));
        let is = |file: &Path, changed: SystemTime, done, hash: &str| {
            std::fs::File::open(file).unwrap().set_modified(changed).unwrap();
            is_as_left(file, &std::fs::symlink_metadata(file).unwrap(), done, hash)
        };
        let (before, behind) = (done - Duration::from_secs(1), done + Duration::from_secs(1));
        assert!(is(&file, before, Some(done), "another"), "untouched, so nobody looks inside");
        for changed in [done, behind] {
            assert!(is(&file, changed, Some(done), &one) && !is(&file, changed, Some(done), "another"));
        }
        assert!(is(&file, before, None, &one) && !is(&file, before, None, "another"), "nobody knows when");
        assert!(!is(folder.path(), before, Some(done), &one), "no file");
    }

    #[test]
    fn a_site_stands_while_its_input_and_every_byte_of_it_are_the_same() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.html"), "one").unwrap();
        let hash = site::hash(b"one");
        let manifest =
            format!(r#"{{"generator": "gitsm", "input": "7f", "records": 3, "files": {{"a.html": "{hash}"}}}}"#);
        std::fs::write(folder.path().join(MANIFEST), &manifest).unwrap();
        let left = open(folder.path()).unwrap();
        let bytes = 3 + manifest.len() as u64;
        assert_eq!(left.still(folder.path(), "7f"), Some(Summary { files: 2, records: 3, bytes }));
        assert_eq!(left.still(folder.path(), "80"), None, "made from something else");
        std::fs::write(folder.path().join("a.html"), "own").unwrap();
        assert_eq!(left.still(folder.path(), "7f"), None, "edited by hand");
        std::fs::remove_file(folder.path().join("a.html")).unwrap();
        assert_eq!(left.still(folder.path(), "7f"), None, "removed by hand");
        assert_eq!(Left::default().still(folder.path(), ""), None, "an unfinished site is no site");
    }
}
