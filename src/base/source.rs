//! The files that a run has read, in path order.

use std::sync::OnceLock;

use rayon::prelude::*;

use super::hash::{Parts, Print};
use super::span::{FileId, LineIndex, Position, Span, offset};

/// What a file is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A record file below `sms/`.
    Record,
    /// `gitsm.toml`.
    Settings,
    /// A schema below `schemas/local/`.
    LocalSchema,
    /// A rule below `schemas/local/`.
    LocalRule,
    /// A template below `templates/`.
    Template,
}

/// One file: its path with `/` between the parts, relative to the root of the repository, and its text.
#[derive(Debug)]
pub struct Source {
    path: Box<str>,
    text: Box<str>,
    role: Role,
    lines: OnceLock<LineIndex>,
}

impl Source {
    /// A file from its path and text.
    #[must_use]
    pub fn new(path: impl Into<Box<str>>, text: impl Into<Box<str>>, role: Role) -> Self {
        Self { path: path.into(), text: text.into(), role, lines: OnceLock::new() }
    }

    /// The path, relative to the root of the repository.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the file is read for.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Line and column of byte `at`.
    #[must_use]
    pub fn position(&self, at: u32) -> Position {
        self.index().position(&self.text, at)
    }

    /// The bytes of the line that holds byte `at`, without its line end.
    #[must_use]
    pub fn line(&self, at: u32) -> std::ops::Range<usize> {
        self.index().line(&self.text, at)
    }

    fn index(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }
}

/// All files of a run, sorted by path.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// The name of each file by its path and its text, by its number: the same name, the same file.
    #[must_use]
    pub fn prints(&self) -> Vec<Print> {
        let print = |source: &Source| {
            let mut parts = Parts::default();
            parts.add(source.path().as_bytes()).add(source.text().as_bytes());
            parts.print()
        };
        self.as_slice().par_iter().with_min_len(256).map(print).collect()
    }

    /// Takes files in any order and numbers them in path order.
    #[must_use]
    pub fn new(mut files: Vec<Source>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { files }
    }

    /// The file with number `file`. Numbers come from this very set.
    #[must_use]
    pub fn get(&self, file: FileId) -> &Source {
        &self.files[file.0 as usize]
    }

    /// All files with their numbers, in path order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (FileId, &Source)> {
        self.files.iter().enumerate().map(|(at, source)| (FileId(offset(at)), source))
    }

    /// The files as a slice, in path order; the index is the number.
    #[must_use]
    pub fn as_slice(&self) -> &[Source] {
        &self.files
    }

    /// The number of the file at `path`.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<FileId> {
        let at = self.files.binary_search_by(|source| source.path().cmp(path)).ok()?;
        Some(FileId(offset(at)))
    }

    /// The text that `span` covers; empty when the span does not lie in the file.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file).text().get(span.start as usize..span.end as usize).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Sources {
        Sources::new(vec![
            Source::new("sms/b.yaml", "b: 1\n", Role::Record),
            Source::new("sms/a.yaml", "a: 1\n", Role::Record),
        ])
    }

    #[test]
    fn files_are_numbered_in_path_order() {
        let sources = two();
        let paths: Vec<_> = sources.iter().map(|(file, source)| (file.0, source.path())).collect();
        assert_eq!(paths, [(0, "sms/a.yaml"), (1, "sms/b.yaml")]);
        assert_eq!(sources.find("sms/b.yaml"), Some(FileId(1)));
        assert_eq!(sources.find("sms/c.yaml"), None);
    }

    #[test]
    fn a_span_gives_back_its_text() {
        let sources = two();
        assert_eq!(sources.slice(Span::new(FileId(1), 0, 1)), "b");
        assert_eq!(sources.slice(Span::new(FileId(1), 3, 99)), "");
    }

    #[test]
    fn paths_sort_by_bytes_so_that_the_order_is_the_same_everywhere() {
        let paths = ["sms/b.yaml", "sms/B.yaml", "sms/a/z.yaml", "sms/a-z.yaml", "sms/ä.yaml"];
        let sources = Sources::new(paths.map(|path| Source::new(path, "", Role::Record)).into());
        let order: Vec<_> = sources.as_slice().iter().map(Source::path).collect();
        assert_eq!(order, ["sms/B.yaml", "sms/a-z.yaml", "sms/a/z.yaml", "sms/b.yaml", "sms/ä.yaml"]);
        for path in paths {
            assert_eq!(sources.get(sources.find(path).unwrap()).path(), path);
        }
    }

    #[test]
    fn a_span_that_cuts_a_character_gives_no_text() {
        let sources = Sources::new(vec![Source::new("a", "é", Role::Record)]);
        assert_eq!(sources.slice(Span::new(FileId(0), 0, 1)), "");
        assert_eq!(sources.slice(Span::new(FileId(0), 0, 2)), "é");
        assert_eq!(sources.slice(Span::new(FileId(0), 2, 0)), "", "an end before the start");
    }

    #[test]
    fn a_source_knows_the_positions_of_its_own_text() {
        let source = Source::new("a", "x\ny: z\n", Role::Settings);
        assert_eq!((source.position(5).line, source.position(5).column), (2, 4));
        assert_eq!((source.position(0).line, source.position(0).column), (1, 1), "asked again, from the same index");
        assert_eq!(source.role(), Role::Settings);
    }
}
