//! Scalars as text, in the manner of the file.

use super::parse;
use crate::base::span::FileId;

/// The text that puts `new` in the place of the scalar written as `old`: quoted where `old` is, and where it would else be
/// read as something other than text. `None` for scalars of several lines and for what `old` gives no manner for.
#[must_use]
pub fn scalar_like(old: &str, new: &str) -> Option<String> {
    let plain = !new.is_empty() && new.trim() == new && !new.contains(|c: char| c.is_control());
    if !plain || old.contains(['\n', '\r']) {
        return None;
    }
    let quotable = !new.contains(['"', '\\', '\'']);
    match old.chars().next()? {
        quote @ ('"' | '\'') => {
            let whole = old.len() > 1 && old.ends_with(quote);
            (quotable && whole).then(|| format!("{quote}{new}{quote}"))
        }
        '|' | '>' | '&' | '*' | '!' => None,
        _ => match (is_text(old)?, is_text(new)) {
            (true, Some(true)) | (false, Some(false)) => Some(new.to_owned()),
            (true, _) => quotable.then(|| format!("\"{new}\"")),
            (false, _) => None,
        },
    }
}

/// Whether a plain scalar is text wherever it stands; `None` when it is no scalar at all, or not the same one.
fn is_text(scalar: &str) -> Option<bool> {
    let line = format!("[{scalar}]\n");
    let parsed = parse(FileId(0), &line);
    let [item] = parsed.documents.first()?.root.items() else { return None };
    if !parsed.findings.is_empty() || item.scalar().as_deref() != Some(scalar) {
        return None;
    }
    Some(item.as_str().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_written_as_the_one_before_it() {
        for (old, new, written) in [
            ("onwer", "owner", Some("owner")),
            ("'onwer'", "owner", Some("'owner'")),
            ("\"onwer\"", "owner", Some("\"owner\"")),
            ("10", "12", Some("12")),
            ("4.5.4.2", "9.2", Some("\"9.2\"")),
            ("\"4.5.4.2\"", "9.2", Some("\"9.2\"")),
            ("nope", "null", Some("\"null\"")),
            ("a", ">=", Some("\">=\"")),
            ("a", "20000-1:9.2", Some("20000-1:9.2")),
            ("10", "high", None),
            ("|\n  a", "b", None),
            ("a\n b", "c", None),
            ("'it''s'", "it's", None),
            ("a", "", None),
            ("a", "b\nc", None),
        ] {
            assert_eq!(scalar_like(old, new).as_deref(), written, "{old} {new}");
        }
    }
}
