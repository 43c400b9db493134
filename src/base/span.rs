//! Places: a file and a range of bytes in it, and lines and columns on demand.

/// Number of a file in [`crate::base::source::Sources`]; files are numbered in path order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes in one file, start included, end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// First byte after the range.
    pub end: u32,
}

impl Span {
    /// A span of `file` from byte `start` to byte `end`.
    #[must_use]
    pub const fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The empty span at the very start of `file`, for findings about the file as a whole.
    #[must_use]
    pub const fn start_of(file: FileId) -> Self {
        Self::new(file, 0, 0)
    }

    /// Whether `other` lies inside this span.
    #[must_use]
    pub fn contains(&self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// A position for people: line and column count from 1, columns in characters; the offset is in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Offset in bytes, from 0.
    pub offset: u32,
}

/// Starts of the lines of one text, and how many characters stand before each block of it.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// Characters before each [`BLOCK`] bytes, so that a column in a long line costs no walk from its start.
    characters: Vec<u32>,
}

/// Bytes of a block of [`LineIndex`].
const BLOCK: usize = 1024;

/// How many characters begin in `bytes`.
fn characters(bytes: &[u8]) -> u32 {
    offset(bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count())
}

impl LineIndex {
    /// Finds the line starts of `text`; `\n`, `\r\n` and a lone `\r` end a line, as in YAML 1.2.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            let ends_line = *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
            if ends_line {
                starts.push(offset(at + 1));
            }
        }
        let mut before = 0;
        let mut blocks = Vec::with_capacity(bytes.len() / BLOCK + 1);
        for block in bytes.chunks(BLOCK) {
            blocks.push(before);
            before += characters(block);
        }
        if bytes.len().is_multiple_of(BLOCK) {
            blocks.push(before);
        }
        Self { starts, characters: blocks }
    }

    /// How many characters of `text` stand before byte `at`.
    fn characters_before(&self, text: &str, at: u32) -> u32 {
        let block = at as usize / BLOCK;
        let before = self.characters.get(block).copied().unwrap_or(0);
        before + characters(text.as_bytes().get(block * BLOCK..at as usize).unwrap_or(&[]))
    }

    /// The bytes of the line that holds byte `at`, without its line end.
    #[must_use]
    pub fn line(&self, text: &str, at: u32) -> std::ops::Range<usize> {
        let next = self.starts.partition_point(|start| *start <= at);
        let start = self.starts.get(next.max(1) - 1).copied().unwrap_or(0) as usize;
        let end = self.starts.get(next).map_or(text.len(), |next| *next as usize);
        let line = text.get(start..end).unwrap_or("");
        start..start + line.trim_end_matches(['\n', '\r']).len()
    }

    /// The position of byte `at` of `text`, the text that this index was made from.
    #[must_use]
    pub fn position(&self, text: &str, at: u32) -> Position {
        let at = at.min(offset(text.len()));
        let line = self.starts.partition_point(|start| *start <= at).max(1) - 1;
        let start = self.starts.get(line).copied().unwrap_or(0);
        let column = self.characters_before(text, at) - self.characters_before(text, start) + 1;
        Position { line: offset(line) + 1, column, offset: at }
    }

    /// Number of lines.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.starts.len()
    }
}

/// A length or index as an offset; files are far below 4 GiB (see `load::MAX_FILE`).
#[must_use]
pub fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_offsets_bytes() {
        let text = "a: é\nbé: x\n";
        let index = LineIndex::new(text);
        assert_eq!(
            index.position(text, 11),
            Position { line: 2, column: 5, offset: 11 },
            "the x after a two-byte letter"
        );
    }

    #[test]
    fn every_kind_of_line_end_counts_once() {
        let text = "a\r\nb\rc\nd";
        let index = LineIndex::new(text);
        assert_eq!(index.lines(), 4);
        assert_eq!(index.position(text, 7).line, 4);
    }

    #[test]
    fn columns_in_long_lines_count_from_the_start_of_the_line() {
        for length in [0, 1, BLOCK - 2, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 7] {
            let part = "a\u{e9}".repeat(length / 3) + &"b".repeat(length % 3);
            let text = format!("{part}\n\u{e9}{part}\u{1F600}{part}");
            let index = LineIndex::new(&text);
            for at in text.char_indices().map(|(at, _)| at).chain([text.len()]).step_by(5) {
                let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
                let position = index.position(&text, offset(at));
                assert_eq!(position.column as usize, text[start..at].chars().count() + 1, "byte {at} of {length}");
                let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
                assert_eq!(index.line(&text, offset(at)), start..end);
            }
        }
        let full = "x".repeat(BLOCK);
        assert_eq!(LineIndex::new(&full).position(&full, offset(BLOCK)).column, offset(BLOCK) + 1);
    }

    #[test]
    fn a_line_ends_before_its_line_end() {
        let text = "a\r\nb\rc\n\nd";
        let index = LineIndex::new(text);
        let lines = [0, 1, 3, 5, 7, 8, 9].map(|at| &text[index.line(text, at)]);
        assert_eq!(lines, ["a", "a", "b", "c", "", "d", "d"]);
    }

    #[test]
    fn a_place_past_the_end_is_the_end() {
        let text = "abc";
        assert_eq!(LineIndex::new(text).position(text, 99).column, 4);
    }

    #[test]
    fn containment_needs_the_same_file() {
        let outer = Span::new(FileId(0), 2, 9);
        assert!(outer.contains(Span::new(FileId(0), 2, 5)));
        assert!(!outer.contains(Span::new(FileId(1), 2, 5)));
        assert!(!outer.contains(Span::new(FileId(0), 1, 5)));
    }

    #[test]
    fn an_empty_text_has_one_line() {
        let index = LineIndex::new("");
        assert_eq!(index.lines(), 1);
        assert_eq!(index.position("", 0), Position { line: 1, column: 1, offset: 0 });
    }

    #[test]
    fn the_place_behind_the_last_line_end_begins_a_line() {
        let text = "a\n";
        assert_eq!(LineIndex::new(text).position(text, 2), Position { line: 2, column: 1, offset: 2 });
    }

    #[test]
    fn other_separators_do_not_end_a_line() {
        let text = "a\u{85}b\u{2028}c\u{b}d\u{c}e\n";
        let index = LineIndex::new(text);
        assert_eq!(index.lines(), 2);
        assert_eq!(index.position(text, offset(text.find('e').unwrap())), Position { line: 1, column: 9, offset: 11 });
    }

    #[test]
    fn a_line_end_of_two_bytes_belongs_to_its_line() {
        let text = "ab\r\ncd";
        let index = LineIndex::new(text);
        assert_eq!((index.position(text, 2).line, index.position(text, 2).column), (1, 3));
        assert_eq!((index.position(text, 3).line, index.position(text, 3).column), (1, 4), "between the two bytes");
        assert_eq!((index.position(text, 4).line, index.position(text, 4).column), (2, 1));
    }

    #[test]
    fn positions_agree_with_counting_by_hand() {
        let text = "é\n\n日本: x\r\ny\rz";
        let index = LineIndex::new(text);
        let (mut line, mut column) = (1, 1);
        for (at, character) in text.char_indices() {
            let found = index.position(text, offset(at));
            assert_eq!((found.line, found.column), (line, column), "byte {at}");
            let ends = character == '\n' || (character == '\r' && !text[at..].starts_with("\r\n"));
            (line, column) = if ends { (line + 1, 1) } else { (line, column + 1) };
        }
    }

    #[test]
    fn a_span_contains_itself_and_empty_places_at_its_ends() {
        let span = Span::new(FileId(0), 2, 4);
        assert!(span.contains(span));
        assert!(span.contains(Span::new(FileId(0), 2, 2)) && span.contains(Span::new(FileId(0), 4, 4)));
        assert!(!span.contains(Span::new(FileId(0), 4, 5)));
    }

    #[test]
    fn spans_sort_by_file_and_then_by_place() {
        let mut spans = [Span::new(FileId(1), 0, 1), Span::new(FileId(0), 5, 9), Span::new(FileId(0), 5, 6)];
        spans.sort();
        assert_eq!(spans.map(|span| (span.file.0, span.start, span.end)), [(0, 5, 6), (0, 5, 9), (1, 0, 1)]);
    }

    #[test]
    fn numbers_too_large_for_an_offset_stay_at_its_end() {
        assert_eq!(offset(usize::MAX), u32::MAX);
        assert_eq!(offset(7), 7);
    }
}
