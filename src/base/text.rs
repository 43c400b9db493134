//! Words put together.

use std::borrow::Cow;

/// The items as one phrase: `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn and<T: AsRef<str>>(items: &[T]) -> String {
    let mut phrase = String::new();
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            phrase.push_str(if at + 1 == items.len() { " and " } else { ", " });
        }
        phrase.push_str(item.as_ref());
    }
    phrase
}

/// Ids in quotes as one phrase; of more than `most` the last ones are counted: `'a', 'b' and 3 more`.
#[must_use]
pub fn quoted<T: AsRef<str>>(ids: impl IntoIterator<Item = T>, most: usize) -> String {
    let mut names: Vec<String> = ids.into_iter().map(|id| format!("'{}'", id.as_ref())).collect();
    if names.len() > most {
        let more = names.len() + 1 - most.max(1);
        names.truncate(most.max(1) - 1);
        names.push(format!("{more} more"));
    }
    and(&names)
}

/// A number with its word: `1 finding counts`, `2 findings count`.
#[must_use]
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A thing with its article: `a change`, `an audit`.
#[must_use]
pub fn one(thing: &str) -> String {
    let vowel = thing.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
    format!("{} {thing}", if vowel { "an" } else { "a" })
}

/// Words that fill a field and say nothing.
const EMPTY_WORDS: &[&str] =
    &["", "-", "?", "n/a", "na", "nil", "no", "none", "not applicable", "nothing", "tbd", "todo", "unknown"];

/// Whether a text only fills its field: `-`, `n/a`, `tbd` and the like.
#[must_use]
pub fn says_nothing(text: &str) -> bool {
    EMPTY_WORDS.contains(&text.trim().trim_end_matches(['.', '!']).to_lowercase().as_str())
}

/// Words that say that something is over, and not what ended it.
const ENDINGS: &[&str] = &[
    "closed",
    "done",
    "fixed",
    "it works",
    "it works again",
    "it works now",
    "mended",
    "ok",
    "okay",
    "repaired",
    "resolved",
    "solved",
    "works",
    "works again",
    "works now",
];

/// Whether a text says nothing, or only that something is over: `fixed`, `works again` and the like.
#[must_use]
pub fn says_no_how(text: &str) -> bool {
    says_nothing(text) || ENDINGS.contains(&text.trim().trim_end_matches(['.', '!']).to_lowercase().as_str())
}

/// Whether a character would steer a terminal, or turn the text around it, instead of being seen.
#[must_use]
pub fn steers(character: char) -> bool {
    character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text without characters that would steer a terminal or turn the text around them.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.contains(steers) { Cow::Owned(text.replace(steers, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_are_not_seen_steer() {
        for unseen in ['\0', '\n', '\t', '\u{1b}', '\u{7f}', '\u{85}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{2069}'] {
            assert!(steers(unseen), "{unseen:?}");
        }
        for seen in [' ', 'a', 'é', '日', '\u{a0}', '\u{200d}', '\u{fffd}'] {
            assert!(!steers(seen), "{seen:?}");
        }
    }

    #[test]
    fn the_article_follows_the_first_letter() {
        assert_eq!(one("audit"), "an audit");
        assert_eq!(one("change"), "a change");
    }

    #[test]
    fn ids_beyond_the_most_are_counted() {
        assert_eq!(quoted(["a", "b", "c"], 3), "'a', 'b' and 'c'");
        assert_eq!(quoted(["a", "b", "c", "d"], 3), "'a', 'b' and 2 more");
        assert_eq!(quoted(["a", "b"], 1), "2 more");
        assert_eq!(quoted::<&str>([], 3), "");
    }

    #[test]
    fn only_the_last_two_are_joined_by_a_word() {
        assert_eq!(and::<&str>(&[]), "");
        assert_eq!(and(&["a"]), "a");
        assert_eq!(and(&["a", "b"]), "a and b");
        assert_eq!(and(&["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn four_things_have_two_commas() {
        assert_eq!(and(&["a", "b", "c", "d"]), "a, b, c and d");
        assert_eq!(and(&["x".to_owned(), "y".to_owned()]), "x and y");
    }

    #[test]
    fn capitals_count_as_vowels_and_nothing_has_an_article_too() {
        assert_eq!(one("OLA"), "an OLA");
        assert_eq!(one("Improvement"), "an Improvement");
        assert_eq!(one(""), "a ");
    }

    #[test]
    fn words_that_only_fill_a_field_are_known() {
        for empty in ["", " - ", "N/A.", "Tbd", "none!", "Not applicable"] {
            assert!(says_nothing(empty) && says_no_how(empty), "{empty}");
        }
        for over in ["Works now.", "fixed", "OK!", " Resolved "] {
            assert!(!says_nothing(over) && says_no_how(over), "{over}");
        }
        for told in ["none, because it is read only", "Fixed by a restart of the pool", "0"] {
            assert!(!says_nothing(told) && !says_no_how(told), "{told}");
        }
    }
}
