//! Raw files to a snapshot: which files count, and what is wrong with those that cannot be used. Pure.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

use super::settings::{Settings, SettingsError};
use super::{MAX_FILE, Origin, Snapshot, codes};
use crate::base::code::Code;
use crate::base::date::AsOf;
use crate::base::finding::Finding;
use crate::base::source::{Role, Source, Sources};
use crate::base::span::{FileId, Span, offset};

/// One file as a reader found it.
pub(super) struct Entry {
    /// Path with `/`, relative to the root.
    pub(super) path: String,
    /// What is there.
    pub(super) content: Content,
}

/// What a reader found at a path.
pub(super) enum Content {
    Bytes(Vec<u8>),
    Symlink,
    Submodule,
    TooLarge(u64),
    Failed(String),
}

/// Which role a path has; `None` for paths that gitsm does not read.
pub(super) fn role(path: &str) -> Option<Role> {
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    let ends = |ending: &str| path.len() > ending.len() && path.ends_with(ending);
    if hidden {
        None
    } else if path == "gitsm.toml" {
        Some(Role::Settings)
    } else if path.starts_with("sms/") && (ends(".yaml") || ends(".yml")) {
        Some(Role::Record)
    } else if path.starts_with("schemas/local/") && ends(".json") {
        Some(Role::LocalSchema)
    } else if path.starts_with("schemas/local/") && (ends(".yaml") || ends(".yml")) {
        Some(Role::LocalRule)
    } else if path.starts_with("templates/") {
        Some(Role::Template)
    } else {
        None
    }
}

/// Whether a link or a submodule at `path` stands in place of something that would have been read.
pub(super) fn is_told(path: &str) -> bool {
    path == "sms" || path.starts_with("sms/") || path == "gitsm.toml" || role(path) == Some(Role::LocalRule)
}

/// The folders below the root in which [`role`] knows anything.
pub(super) const FOLDERS: [&str; 3] = ["sms", "schemas/local", "templates"];

/// Builds the snapshot. Entries without a role must have been left out, but for links and submodules below `sms/`.
pub(super) fn snapshot(mut entries: Vec<Entry>, origin: Origin, as_of: AsOf) -> Result<Snapshot, SettingsError> {
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let made = entries.into_par_iter().enumerate().with_min_len(256).map(|(at, Entry { path, content })| {
        let (text, finding) = usable(FileId(offset(at)), &path, content);
        let role = role(&path).unwrap_or(Role::Record);
        (Source::new(path, text, role), finding)
    });
    let (files, wrong): (Vec<Source>, Vec<Option<Finding>>) = made.unzip();
    let mut findings = Vec::new();
    let mut unusable = BTreeSet::new();
    let mut places: BTreeMap<Cow<'_, str>, FileId> = BTreeMap::new();
    for (at, (source, finding)) in files.iter().zip(wrong).enumerate() {
        let file = FileId(offset(at));
        let before = findings.len();
        findings.extend(collision(&mut places, source.path(), file));
        findings.extend(finding);
        if findings.len() > before {
            unusable.insert(file);
        }
    }
    let sources = Sources::new(files);
    let settings = match sources.find("gitsm.toml").filter(|file| !unusable.contains(file)) {
        Some(file) => Settings::parse(sources.get(file))?,
        None => Settings::default(),
    };
    Ok(Snapshot { sources, origin, as_of, settings, findings, unusable })
}

/// A path that is the same as an earlier one on a file system that folds case or Unicode forms.
fn collision<'p>(places: &mut BTreeMap<Cow<'p, str>, FileId>, path: &'p str, file: FileId) -> Option<Finding> {
    let plain = path.is_ascii() && !path.bytes().any(|byte| byte.is_ascii_uppercase());
    let folded: Cow<'_, str> =
        if plain { path.into() } else { path.nfc().flat_map(char::to_lowercase).nfc().collect::<String>().into() };
    let first = *places.entry(folded).or_insert(file);
    (first != file).then(|| {
        let span = Span::start_of(file);
        let words = format!("the path '{path}' is one with another path where case or accents are folded");
        codes::FILE_PATH_COLLISION
            .finding(span, words)
            .related(Span::start_of(first), "the other path")
            .help("rename one of the two files")
    })
}

/// The text of a file, and why it cannot be used.
fn usable(file: FileId, path: &str, content: Content) -> (String, Option<Finding>) {
    let nothing = |code: &Code, words: String, help: &str| {
        (String::new(), Some(code.finding(Span::start_of(file), words).help(help)))
    };
    let bytes = match content {
        Content::Bytes(bytes) => bytes,
        Content::Symlink => {
            let words = format!("'{path}' is a symbolic link and is not followed");
            return nothing(&codes::FILE_SYMLINK, words, "put the file itself there");
        }
        Content::Submodule => {
            let words = format!("'{path}' is a submodule and is not read");
            return nothing(&codes::FILE_SUBMODULE, words, "copy the records into this repository");
        }
        Content::TooLarge(size) => {
            let words = format!("'{path}' has {size} bytes; files above {MAX_FILE} bytes are not read");
            return nothing(&codes::FILE_TOO_LARGE, words, "split the file, or refer to the data under evidence");
        }
        Content::Failed(why) => {
            let words = format!("'{path}' cannot be read: {why}");
            return nothing(&codes::FILE_UNREADABLE, words, "check the rights of the file and the clone");
        }
    };
    if bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
        let words = format!("'{path}' is a Git LFS pointer, not a record");
        return nothing(&codes::FILE_LFS_POINTER, words, "take sms/ out of the LFS patterns and add the file again");
    }
    if role(path) == Some(Role::Record) && path.rsplit('.').next() == Some("yml") {
        let words = format!("'{path}' is not read, since records end in .yaml");
        return nothing(&codes::FILE_EXTENSION, words, "rename it to .yaml");
    }
    match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let mut bytes = error.into_bytes();
            bytes.truncate(at);
            let text = String::from_utf8(bytes).unwrap_or_default();
            let span = Span::new(file, offset(at), offset(at));
            let words = format!("'{path}' is not UTF-8 text: byte {at} begins no character");
            (text, Some(codes::FILE_NOT_UTF8.finding(span, words).help("save the file as UTF-8")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(entries: Vec<(&str, Content)>) -> Snapshot {
        let entries = entries.into_iter().map(|(path, content)| Entry { path: path.to_owned(), content });
        let as_of = AsOf::parse("2026-11-20").unwrap();
        snapshot(entries.collect(), Origin::Worktree { head: None }, as_of).unwrap()
    }

    fn text(text: &str) -> Content {
        Content::Bytes(text.as_bytes().to_vec())
    }

    #[test]
    fn each_unusable_file_is_one_finding_and_the_rest_is_read() {
        let snapshot = read(vec![
            ("sms/ci/a.yaml", text("a: 1\n")),
            ("sms/ci/b.yaml", Content::Symlink),
            ("sms/ci/c.yaml", Content::Submodule),
            ("sms/ci/d.yaml", Content::TooLarge(MAX_FILE + 1)),
            ("sms/ci/e.yaml", Content::Failed("no".to_owned())),
            ("sms/ci/f.yaml", text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")),
            ("sms/ci/g.yml", text("a: 1\n")),
            ("sms/ci/h.yaml", Content::Bytes(b"ab: \xff\n".to_vec())),
            ("sms/ci/z.yaml", text("z: 1\n")),
        ]);
        let rules: Vec<_> = snapshot.findings.iter().map(|f| (f.primary.file.0, f.rule)).collect();
        assert_eq!(
            rules,
            [
                (1, "file-symlink"),
                (2, "file-submodule"),
                (3, "file-too-large"),
                (4, "file-unreadable"),
                (5, "file-lfs-pointer"),
                (6, "file-extension"),
                (7, "file-not-utf8"),
            ]
        );
        assert_eq!(snapshot.findings[6].primary.start, 4, "the byte itself");
        assert_eq!(snapshot.sources.get(FileId(8)).text(), "z: 1\n");
        assert_eq!(snapshot.unusable.len(), 7);
    }

    #[test]
    fn paths_that_fold_together_collide() {
        let snapshot = read(vec![
            ("sms/ci/Straße.yaml", text("")),
            ("sms/ci/a.yaml", text("")),
            ("sms/ci/A.yaml", text("")),
            ("sms/ci/caf\u{e9}.yaml", text("")),
            ("sms/ci/cafe\u{301}.yaml", text("")),
            ("sms/ci/b.yaml", text("")),
        ]);
        let rules: Vec<_> = snapshot.findings.iter().map(|f| f.rule).collect();
        assert_eq!(rules, ["file-path-collision"; 2]);
    }

    #[test]
    fn only_known_places_have_a_role() {
        assert_eq!(role("sms/ci/x/y.yaml"), Some(Role::Record));
        assert_eq!(role("schemas/local/ci.schema.json"), Some(Role::LocalSchema));
        for rule in ["schemas/local/a.rule.yaml", "schemas/local/a.yml", "schemas/local/b/a.yaml"] {
            assert_eq!(role(rule), Some(Role::LocalRule), "misnamed ones are told when they are read");
            assert!(is_told(rule));
        }
        assert_eq!(role("templates/base.html"), Some(Role::Template));
        for other in ["schemas/ci.schema.json", "sms/README.md", "sms/.x/a.yaml", "README.md", "sms/ci/.a.yaml"] {
            assert_eq!(role(other), None, "{other}");
        }
    }

    #[test]
    fn a_collision_shows_the_first_of_the_paths_and_keeps_only_that() {
        let snapshot =
            read(vec![("sms/ci/b.yaml", text("")), ("sms/CI/b.yaml", text("")), ("sms/ci/B.yaml", text(""))]);
        let path = |file: FileId| snapshot.sources.get(file).path();
        let told: Vec<_> =
            snapshot.findings.iter().map(|f| (path(f.primary.file), path(f.related[0].span.file))).collect();
        assert_eq!(told, [("sms/ci/B.yaml", "sms/CI/b.yaml"), ("sms/ci/b.yaml", "sms/CI/b.yaml")]);
        assert_eq!(
            snapshot.unusable.iter().map(|file| path(*file)).collect::<Vec<_>>(),
            ["sms/ci/B.yaml", "sms/ci/b.yaml"]
        );
    }

    #[test]
    fn a_file_can_be_wrong_in_two_ways() {
        let snapshot = read(vec![("sms/ci/A.yaml", text("")), ("sms/ci/a.yaml", Content::Bytes(b"\xff".to_vec()))]);
        let rules: Vec<_> = snapshot.findings.iter().map(|f| f.rule).collect();
        assert_eq!(rules, ["file-path-collision", "file-not-utf8"]);
        assert_eq!(snapshot.unusable.len(), 1);
    }

    #[test]
    fn endings_alone_make_no_record() {
        for path in ["sms/.yaml", "sms/ci/.yml", "sms", "smsx/a.yaml", "sms/a.YAML", "schemas/local/.json", "templates"]
        {
            assert_eq!(role(path), None, "{path}");
        }
        assert_eq!((role("sms/a.yml"), role("gitsm.toml")), (Some(Role::Record), Some(Role::Settings)));
    }

    #[test]
    fn everything_told_about_a_file_says_what_to_do() {
        let contents = [Content::Symlink, Content::Submodule, Content::TooLarge(9), Content::Failed("no".to_owned())];
        for content in contents {
            let (kept, finding) = usable(FileId(0), "sms/a.yaml", content);
            let finding = finding.unwrap();
            assert!(
                kept.is_empty() && finding.help.is_some() && finding.message.starts_with("'sms/a.yaml' "),
                "{finding:#?}"
            );
        }
    }
}
