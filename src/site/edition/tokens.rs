//! Replacing words in texts, whole words only.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

/// Words and what takes their place.
pub(super) struct Tokens {
    finder: Option<AhoCorasick>,
    with: Vec<String>,
}

impl Tokens {
    /// Words with what takes their place.
    pub(super) fn new(words: &BTreeMap<String, String>) -> Self {
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words.keys());
        Self { finder: finder.ok().filter(|_| !words.is_empty()), with: words.values().cloned().collect() }
    }

    /// The text with every whole word replaced; letters, digits, `-`, `_` and a dot within belong to a word.
    pub(super) fn replace(&self, text: &str) -> String {
        let Some(finder) = &self.finder else { return text.to_owned() };
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for found in finder.find_iter(text) {
            if !is_whole(text, found.start(), found.end()) {
                continue;
            }
            out.push_str(&text[from..found.start()]);
            out.push_str(&self.with[found.pattern().as_usize()]);
            from = found.end();
        }
        out.push_str(&text[from..]);
        out
    }
}

/// Whether a word ends before and behind a place.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let mut behind = text[end..].chars();
    let (next, after) = (behind.next(), behind.next());
    // A dot ends a sentence, or goes on as in `a.b`; a file's ending does not belong to its name.
    let goes_on = next.is_some_and(inside) && !(next == Some('-') && after.is_some_and(char::is_whitespace));
    !text[..start].chars().next_back().is_some_and(inside) && !goes_on
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_are_replaced_and_the_longest_wins() {
        let words = [("ci-a", "x"), ("ci-a-b", "y"), ("Ann Li", "Lead"), ("Ann", "Lead")];
        let tokens = Tokens::new(&words.map(|(from, to)| (from.to_owned(), to.to_owned())).into());
        let shown = tokens.replace("ci-a, `ci-a-b`, ci-a-bc, xci-a; Ann Li's Anna asks Ann. sms/ci/ci-a.yaml");
        assert_eq!(shown, "x, `y`, ci-a-bc, xci-a; Lead's Anna asks Lead. sms/ci/x.yaml");
        assert_eq!(Tokens::new(&BTreeMap::new()).replace("as it is"), "as it is");
        assert_eq!(tokens.replace("éci-a ci-aé"), "éci-a ci-aé", "letters of any language belong to words");
    }
}
