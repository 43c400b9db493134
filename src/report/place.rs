//! Words and places that several formats share.
use std::fmt::Write as _;

use super::Checked;
use crate::base::finding::Finding;
use crate::base::span::{Position, Span};
use crate::base::text::clean;

/// A place as services see it that show findings beside the files.
pub(super) struct Place {
    /// The path from the root of the git repository.
    pub(super) path: String,
    pub(super) start: Position,
    pub(super) end: Position,
}

impl Place {
    pub(super) fn of(checked: Checked<'_>, span: Span) -> Self {
        let source = checked.sms.snapshot.sources.get(span.file);
        let path = format!("{}{}", checked.folder, source.path());
        Self { path, start: source.position(span.start), end: source.position(span.end.max(span.start)) }
    }

    /// `path:line:column`, fit to be shown.
    pub(super) fn words(&self) -> String {
        format!("{}:{}:{}", clean(&self.path), self.start.line, self.start.column)
    }

    /// The path as a relative address (RFC 3986): all but letters, digits, `-._~` and the slashes is percent-encoded.
    pub(super) fn address(&self) -> String {
        self.path.bytes().fold(String::with_capacity(self.path.len()), |mut address, byte| {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => address.push(byte.into()),
                _ => {
                    let _ = write!(address, "%{byte:02X}");
                }
            }
            address
        })
    }
}

/// The related places of a finding without its own, and how many there are beyond `limit`.
pub(super) fn related<'c>(
    checked: Checked<'c>,
    finding: &'c Finding,
    limit: usize,
) -> (impl Iterator<Item = (Place, &'c str)>, usize) {
    let related = finding.related.iter().filter(|label| label.span != finding.primary);
    let more = related.clone().count().saturating_sub(limit);
    (related.take(limit).map(move |label| (Place::of(checked, label.span), label.message.as_str())), more)
}

/// A message as a sentence: with a capital at its start and a mark at its end, and of at most `limit` characters.
pub(super) fn sentence(text: &str, limit: usize) -> String {
    let text = clip(&clean(text), limit.saturating_sub(1));
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let mut sentence: String = first.chain(letters).collect();
    if !sentence.ends_with(['.', '?', '!', '…']) && !sentence.is_empty() {
        sentence.push('.');
    }
    sentence
}

/// The first `limit` characters; where something is cut, the last one is `…`.
pub(super) fn clip(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(limit.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// The first characters of a commit's hash.
pub(super) fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{at, checked};

    #[test]
    fn sentences_begin_with_a_capital_and_end_once() {
        for (text, expected) in [
            ("what is wrong", "What is wrong."),
            ("did you mean `ci`?", "Did you mean `ci`?"),
            ("'a' is", "'a' is."),
            ("élan", "Élan."),
            ("", ""),
            ("one\ntwo", "One\u{fffd}two."),
        ] {
            assert_eq!(sentence(text, 100), expected);
        }
        assert_eq!(sentence("abcdef", 5), "Abc…");
        assert_eq!(sentence("abcd", 5), "Abcd.");
    }

    #[test]
    fn what_is_cut_ends_with_an_ellipsis() {
        assert_eq!((clip("äöü", 3), clip("äöüß", 3)), ("äöü".to_owned(), "äö…".to_owned()));
        assert_eq!((short("0123456789abcdef"), short("é")), ("0123456789", "é"));
    }

    #[test]
    fn the_place_of_the_finding_itself_is_none_of_the_related() {
        let text = "kind: ci\nid: ci-a\n";
        let finding = at(0, text, "ci-a");
        let own = finding.primary;
        let finding = finding
            .related(own, "itself")
            .related(at(0, text, "kind").primary, "a")
            .related(at(0, text, "id").primary, "b");
        checked(&[("sms/ci/ci-a.yaml", text)], &[], |checked| {
            let (places, more) = related(checked, &finding, 1);
            let told: Vec<_> = places.map(|(place, label)| (place.words(), label.to_owned())).collect();
            assert_eq!((told, more), (vec![("sms/ci/ci-a.yaml:1:1".to_owned(), "a".to_owned())], 1));
        });
    }

    #[test]
    fn addresses_read_back_to_the_path() {
        let path = "sms/ci/a b%2é\"<>?#[]@!$&'()*+,;=:日.yaml";
        let place = checked(&[(path, "a: 1\n")], &[], |checked| Place::of(checked, at(0, "a: 1\n", "a").primary));
        let mut bytes = Vec::new();
        let mut rest = place.address().into_bytes().into_iter();
        while let Some(byte) = rest.next() {
            if byte == b'%' {
                let digits = String::from_utf8(rest.by_ref().take(2).collect()).unwrap();
                bytes.push(u8::from_str_radix(&digits, 16).unwrap());
            } else {
                assert!(byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte), "{byte}");
                bytes.push(byte);
            }
        }
        assert_eq!(String::from_utf8(bytes).unwrap(), path);
    }
}
