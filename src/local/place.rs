//! Where the characters of a text stand in the file, however YAML writes it.

use crate::base::span::{FileId, Span, offset};
use crate::yaml::Node;

/// A text of a rule file that knows where each of its bytes stands.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// The text.
    pub(super) text: String,
    file: FileId,
    /// For each byte of the text, and for its end, the byte of the file; empty when they cannot be matched.
    bytes: Vec<u32>,
    whole: Span,
}

impl Placed {
    /// The text of `node`, a scalar of `file`, whose whole text is `source`.
    pub(super) fn new(file: FileId, source: &str, node: &Node<'_>) -> Self {
        let text = node.as_str().unwrap_or_default().to_owned();
        let raw = source.get(node.start as usize..node.end as usize).unwrap_or_default();
        let bytes = align(&text, raw).unwrap_or_default().into_iter().map(|at| node.start + at).collect();
        Self { text, file, bytes, whole: node.span(file) }
    }

    /// A part of it, from byte `start` to byte `end`.
    pub(super) fn part(&self, start: usize, end: usize) -> Self {
        let text = self.text.get(start..end).unwrap_or_default().to_owned();
        let bytes = self.bytes.get(start..=end).unwrap_or_default().to_vec();
        Self { text, file: self.file, bytes, whole: self.span(offset(start), offset(end)) }
    }

    /// Where its bytes from `start` to `end` stand; the whole of it when that cannot be told.
    pub(super) fn span(&self, start: u32, end: u32) -> Span {
        let last = end.saturating_sub(1).max(start);
        match (self.bytes.get(start as usize), self.bytes.get(last as usize)) {
            (Some(from), Some(to)) if end > start => Span::new(self.file, *from, to + 1),
            (Some(from), _) => Span::new(self.file, *from, *from),
            _ => self.whole,
        }
    }

    /// Where all of it stands.
    pub(super) fn whole(&self) -> Span {
        self.whole
    }
}

/// For each byte of `text`, and for its end, the byte of `raw` that it was read from. Quotes, escapes, indentation and
/// the head of a block are passed over.
fn align(text: &str, raw: &str) -> Option<Vec<u32>> {
    let block = raw.starts_with(['|', '>']);
    let mut at = match raw.as_bytes().first() {
        Some(b'|' | b'>') => raw.find('\n')? + 1,
        Some(b'"' | b'\'') => 1,
        _ => 0,
    };
    let mut bytes = Vec::with_capacity(text.len() + 1);
    for character in text.chars() {
        let rest = raw.get(at..)?;
        let step = if character.is_whitespace() {
            // A space can be a line end with its indentation, and at the end of a block what is cut off.
            let Some(here) = rest.chars().next() else {
                bytes.extend(std::iter::repeat_n(offset(raw.len()), character.len_utf8()));
                continue;
            };
            if here == character && here != '\n' {
                here.len_utf8()
            } else if here.is_whitespace() {
                let line = rest.find('\n').map_or(0, |line| line + 1).max(here.len_utf8());
                let indent = if block || character == ' ' {
                    rest[line..].len() - rest[line..].trim_start_matches(' ').len()
                } else {
                    0
                };
                line + indent
            } else {
                return None;
            }
        } else {
            let skipped = rest.find(character)?;
            // Only signs of writing may stand before it.
            if !rest[..skipped].chars().all(|c| c.is_whitespace() || matches!(c, '\\' | '\'')) {
                return None;
            }
            at += skipped;
            let doubled = raw.starts_with('\'') && rest[skipped..].starts_with("''");
            if doubled { 2 } else { character.len_utf8() }
        };
        bytes.extend((0..character.len_utf8()).map(|byte| offset(at + byte.min(step.saturating_sub(1)))));
        at += step;
    }
    bytes.push(offset(at.min(raw.len())));
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::parse;

    /// The text that `word` of the value of `a` stands at, by its place alone.
    fn found(source: &str, word: &str) -> String {
        let parsed = parse(FileId(0), source);
        let placed = Placed::new(FileId(0), source, parsed.documents[0].root.get("a").unwrap());
        let at = placed.text.find(word).unwrap_or_else(|| panic!("{:?} has no {word}", placed.text));
        let span = placed.span(offset(at), offset(at + word.len()));
        source[span.start as usize..span.end as usize].to_owned()
    }

    #[test]
    fn every_way_to_write_a_text_leads_back_to_its_words() {
        for source in [
            "a: one + two == é && three\nb: 1\n",
            "a: 'one + two == é && three'\n",
            "a: \"one + two == é && three\"\n",
            "a: |\n  one + two ==\n    é &&\n  three\nb: 1\n",
            "a: >-\n  one + two == é\n  && three\n",
            "x: 1\na: one +\n   two == é\n   && three\n",
            "{a: one + two == é && three, b: 1}\n",
        ] {
            for word in ["one", "two", "==", "é", "&&", "three"] {
                assert_eq!(found(source, word), word, "{source}");
            }
        }
    }

    #[test]
    fn quotes_and_escapes_are_passed_over() {
        assert_eq!(found("a: 'x == ''y'' + z'\n", "z"), "z");
        assert_eq!(found("a: \"x == \\\"y\\\" + z\"\n", "z"), "z");
    }

    #[test]
    fn what_cannot_be_matched_stands_at_the_whole_text() {
        let source = "a: \"\\u0041bc\"\n";
        assert_eq!(found(source, "bc"), "\"\\u0041bc\"");
    }

    #[test]
    fn a_part_knows_its_own_places() {
        let source = "a: one {two} three\n";
        let parsed = parse(FileId(0), source);
        let placed = Placed::new(FileId(0), source, parsed.documents[0].root.get("a").unwrap());
        let part = placed.part(5, 8);
        assert_eq!(part.text, "two");
        assert_eq!((part.span(1, 3).start, part.span(1, 3).end, part.whole().start), (9, 11, 8));
    }
}
