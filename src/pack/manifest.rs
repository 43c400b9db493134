//! The list of a pack's files with their hashes, and whether a pack is the one that can be made again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Files, Input, Stage};
use crate::base::hash::sha256;

/// The path of the list.
pub(super) const PATH: &str = "manifest.json";

/// The list of a pack's files, and what it was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The program that made it.
    pub tool: String,
    /// The audit.
    pub stage: Stage,
    /// The period.
    pub period: String,
    /// The commit that records were read from.
    pub commit: String,
    /// The instant judged by.
    pub as_of: String,
    /// The tip of the protected branch.
    pub head: String,
    /// The tip of the ledger; none when there is no ledger.
    pub ledger: Option<String>,
    /// The SHA-256 of every other file, by path.
    pub files: BTreeMap<String, String>,
}

impl Manifest {
    /// The list of these files.
    pub(super) fn new(input: &Input<'_>, files: &Files) -> Self {
        Self {
            tool: format!("gitsm {}", env!("CARGO_PKG_VERSION")),
            stage: input.stage,
            period: input.range.to_string(),
            commit: input.commit.to_owned(),
            as_of: input.report.as_of.clone(),
            head: input.report.head.clone(),
            ledger: input.report.ledger_head.clone(),
            files: files.iter().map(|(path, bytes)| (path.clone(), sha256(bytes))).collect(),
        }
    }

    /// The bytes of the list.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        // Texts and maps of texts can always be written.
        format!("{}\n", serde_json::to_string_pretty(self).unwrap_or_default()).into_bytes()
    }

    /// Reads a list.
    ///
    /// # Errors
    /// When the bytes are no list.
    pub fn parse(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

/// Something wrong with a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "wrong", content = "path")]
pub enum Wrong {
    /// A file that the list names is not there.
    Missing(String),
    /// A file that the list does not name.
    Extra(String),
    /// A file that is not the one that the list names.
    Altered(String),
    /// A file, or the list itself, that comes out otherwise when the pack is made again.
    NotRepeated(String),
}

impl Wrong {
    /// What is wrong, in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Missing(path) => format!("{path} is missing"),
            Self::Extra(path) => format!("{path} does not belong to the pack"),
            Self::Altered(path) => format!("{path} is not the file that the manifest names"),
            Self::NotRepeated(path) => format!("{path} comes out otherwise when the pack is made again"),
        }
    }
}

/// What is wrong with the pack `found`, whose list is `manifest`; `made` is the same pack made again.
#[must_use]
pub fn compare(found: &Files, manifest: &Manifest, made: &Files) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    for (path, hash) in &manifest.files {
        match found.get(path) {
            None => wrong.push(Wrong::Missing(path.clone())),
            Some(bytes) if sha256(bytes) != *hash => wrong.push(Wrong::Altered(path.clone())),
            Some(_) => {}
        }
    }
    for path in found.keys().filter(|path| *path != PATH && !manifest.files.contains_key(*path)) {
        wrong.push(Wrong::Extra(path.clone()));
    }
    for (path, bytes) in made {
        if found.get(path).is_some_and(|there| there != bytes) || !found.contains_key(path) {
            wrong.push(Wrong::NotRepeated(path.clone()));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{
  "tool": "gitsm 0",
  "stage": "one",
  "period": "2026-01-01..2026-12-31",
  "commit": "c",
  "as_of": "2026-11-20T00:00:00Z",
  "head": "h",
  "ledger": null,
  "files": {
    "a.csv": "1",
    "b.csv": "2"
  }
}
"#;

    #[test]
    fn a_list_is_written_in_one_way_and_read_back() {
        let list = Manifest::parse(TEXT.as_bytes()).unwrap();
        assert_eq!((list.stage, list.ledger.as_deref(), list.files["b.csv"].as_str()), (Stage::One, None, "2"));
        assert_eq!(String::from_utf8(list.bytes()).unwrap(), TEXT);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for (old, new, why) in [
            ("\"stage\": \"one\"", "\"stage\": \"1\"", "unknown variant `1`"),
            ("  \"head\": \"h\",\n", "", "missing field `head`"),
            ("\"head\": \"h\"", "\"head\": \"h\", \"more\": 1", "unknown field `more`"),
            ("\"1\"", "1", "invalid type: integer `1`"),
            ("}\n}", "}", "EOF while parsing"),
        ] {
            assert!(TEXT.contains(old), "{old}");
            let told = Manifest::parse(TEXT.replacen(old, new, 1).as_bytes()).unwrap_err().to_string();
            assert!(told.contains(why), "{old}: {told}");
        }
        assert!(Manifest::parse(b"\xff").is_err());
    }

    #[test]
    fn each_thing_wrong_is_told_once_with_its_file() {
        let files = |all: &[(&str, &str)]| -> Files {
            all.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
        };
        let made = files(&[("a.csv", "1"), ("b.csv", "2")]);
        let mut list = Manifest::parse(TEXT.as_bytes()).unwrap();
        list.files = made.iter().map(|(path, bytes)| (path.clone(), sha256(bytes))).collect();
        assert_eq!(compare(&made, &list, &made), []);
        let found = files(&[("b.csv", "3"), ("c.csv", "4"), (PATH, TEXT)]);
        let told: Vec<String> = compare(&found, &list, &made).iter().map(Wrong::words).collect();
        assert_eq!(
            told,
            [
                "a.csv is missing",
                "b.csv is not the file that the manifest names",
                "c.csv does not belong to the pack",
                "a.csv comes out otherwise when the pack is made again",
                "b.csv comes out otherwise when the pack is made again",
            ]
        );
        let one = serde_json::to_string(&Wrong::NotRepeated("a".to_owned())).unwrap();
        assert_eq!(one, r#"{"wrong":"not_repeated","path":"a"}"#);
    }
}
