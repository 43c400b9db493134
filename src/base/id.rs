//! Ids of records: slugs, unique over the whole repository.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// Longest id, in characters.
pub const MAX_ID: usize = 80;

/// The id of a record. Cheap to clone.
///
/// An `Id` can hold any text, since a wrong id in a file is a finding and not a reason to drop the record;
/// [`is_slug`] tells whether it is a good one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(Arc<str>);

impl Id {
    /// An id from its text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Arc::from(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Id {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl serde::Serialize for Id {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Whether `text` is a slug: lower-case letters and digits joined by single `.`, `_` or `-`, at most [`MAX_ID`] long.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    if text.is_empty() || text.len() > MAX_ID {
        return false;
    }
    let mut joined = true;
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => joined = false,
            b'.' | b'_' | b'-' if !joined => joined = true,
            _ => return false,
        }
    }
    !joined
}

/// Makes a slug of any text: what cannot stay becomes a dash. `None` when nothing is left.
#[must_use]
pub fn slugify(text: &str) -> Option<String> {
    let mut slug = String::new();
    for character in text.chars().flat_map(char::to_lowercase) {
        if character.is_ascii_alphanumeric() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(MAX_ID);
    let slug = slug.trim_end_matches('-');
    (!slug.is_empty()).then(|| slug.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_follow_the_grammar() {
        for good in ["a", "chg-2026-09-14-postgres-17", "a.b_c-d", "0"] {
            assert!(is_slug(good), "{good}");
        }
        let long = "a".repeat(81);
        for bad in ["", "-a", "a-", "a--b", "A", "a b", "é", "a._b", &long] {
            assert!(!is_slug(bad), "{bad}");
        }
    }

    #[test]
    fn a_slug_made_of_a_title_is_a_slug() {
        for title in ["Move the ledger!", "  ÅÄÖ 12 ", "x".repeat(200).as_str(), "a / b"] {
            assert!(is_slug(&slugify(title).unwrap()), "{title}");
        }
        assert_eq!(slugify("Move the ledger!").as_deref(), Some("move-the-ledger"));
        assert_eq!(slugify("¿?"), None);
    }

    #[test]
    fn an_id_of_the_greatest_length_is_good_and_one_more_is_not() {
        assert!(is_slug(&"a".repeat(MAX_ID)));
        assert!(!is_slug(&"a".repeat(MAX_ID + 1)));
    }

    #[test]
    fn a_title_cut_at_the_greatest_length_does_not_end_with_a_dash() {
        let title = format!("{} tail", "x".repeat(MAX_ID - 1));
        assert_eq!(slugify(&title).unwrap().len(), MAX_ID - 1);
    }

    #[test]
    fn runs_of_other_characters_become_one_dash() {
        assert_eq!(slugify("a .. / -- b").as_deref(), Some("a-b"));
        assert_eq!(slugify("--a--").as_deref(), Some("a"));
        assert_eq!(slugify("Ærlig talt").as_deref(), Some("rlig-talt"));
        assert_eq!(slugify("İstanbul").as_deref(), Some("i-stanbul"));
        assert_eq!(slugify(""), None);
    }

    #[test]
    fn an_id_holds_any_text_and_is_found_by_it() {
        let map = std::collections::BTreeMap::from([(Id::new("B a d"), 1)]);
        assert_eq!(map.get("B a d"), Some(&1));
        assert_eq!(format!("{0} {0:?}", Id::new("x\"y")), "x\"y \"x\\\"y\"");
        assert_eq!(serde_json::to_string(&Id::new("x\"y")).unwrap(), r#""x\"y""#);
    }

    #[test]
    fn ids_sort_as_their_texts_do() {
        let mut ids = ["ci-b", "ci-a", "CI"].map(Id::new);
        ids.sort();
        assert_eq!(ids.map(|id| id.to_string()), ["CI", "ci-a", "ci-b"]);
    }
}
