//! Waivers in comments: `# gitsm: waive RULE [at PLACE] until DAY because REASON`, on a line of its own.

use jiff::civil::Date;

use crate::base::date::parse_date;
use crate::base::source::Source;
use crate::base::span::{FileId, Span, offset};

/// What a comment to gitsm begins with, behind `#` and any spaces.
const NAME: &str = "gitsm:";

/// A comment to gitsm in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Comment<'t> {
    /// Where it stands, from `#` to the last word.
    pub(super) span: Span,
    /// What is said behind `gitsm:`.
    words: &'t str,
    /// Whether nothing else stands on its line.
    alone: bool,
}

/// A waiver as a comment says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Words<'t> {
    pub(super) rule: &'t str,
    pub(super) place: Option<&'t str>,
    pub(super) until: Date,
    pub(super) reason: &'t str,
    /// Where in the text of the comment the rule and the day stand.
    pub(super) rule_span: Span,
    pub(super) until_span: Span,
}

/// Everything in `source` that looks like a comment to gitsm. Text in a value can look so too; the tree tells.
pub(super) fn comments(file: FileId, source: &Source) -> Vec<Comment<'_>> {
    let text = source.text();
    let found = text.match_indices(NAME).filter_map(|(at, _)| {
        let before = text[..at].trim_end_matches([' ', '\t']).strip_suffix('#')?;
        let line = source.line(offset(before.len()));
        let ahead = text.get(line.start..before.len())?.trim_start_matches('\u{feff}');
        // A sign right behind a word begins no comment; one behind another comment's sign is part of that.
        if !(ahead.is_empty() || ahead.ends_with([' ', '\t'])) {
            return None;
        }
        let words = text.get(at + NAME.len()..line.end)?;
        let end = at + NAME.len() + words.trim_end().len();
        Some(Comment {
            span: Span::new(file, offset(before.len()), offset(end)),
            words: words.trim(),
            alone: ahead.trim().is_empty(),
        })
    });
    found.collect()
}

impl<'t> Comment<'t> {
    /// The waiver that the comment is, or what keeps it from being one.
    pub(super) fn read(&self, text: &'t str) -> Result<Words<'t>, String> {
        if !self.alone {
            return Err("a comment to gitsm stands on a line of its own".to_owned());
        }
        let mut rest = self.words;
        if word(&mut rest) != Some("waive") {
            return Err("a comment to gitsm begins with `waive`".to_owned());
        }
        let rule = word(&mut rest).filter(|word| *word != "until" && *word != "because");
        let rule = rule.ok_or("the waiver names no rule")?;
        let mut place = None;
        let mut next = word(&mut rest);
        if next == Some("at") {
            place = word(&mut rest).filter(|word| *word != "until");
            if place.is_none() {
                return Err("the waiver names no place behind `at`".to_owned());
            }
            next = word(&mut rest);
        }
        if next != Some("until") {
            return Err("the waiver has no end; `until DAY` comes behind the rule and its place".to_owned());
        }
        let day = word(&mut rest).filter(|word| *word != "because").ok_or("the waiver names no day behind `until`")?;
        let until = parse_date(day)?;
        if word(&mut rest) != Some("because") || rest.trim().is_empty() {
            return Err("the waiver has no reason; `because REASON` comes behind the day".to_owned());
        }
        let span = |word: &str| {
            let start = offset(word.as_ptr().addr().saturating_sub(text.as_ptr().addr()));
            Span::new(self.span.file, start, start + offset(word.len()))
        };
        Ok(Words { rule, place, until, reason: rest.trim(), rule_span: span(rule), until_span: span(day) })
    }
}

/// Takes the next word off `rest`.
fn word<'t>(rest: &mut &'t str) -> Option<&'t str> {
    let trimmed = rest.trim_start();
    let end = trimmed.find(char::is_whitespace).unwrap_or(trimmed.len());
    let (word, behind) = trimmed.split_at(end);
    *rest = behind;
    (!word.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::source::Role;

    fn read(text: &str) -> Vec<String> {
        let source = Source::new("sms/a.yaml", text, Role::Record);
        let slice = |span: Span| &text[span.start as usize..span.end as usize];
        let told = comments(FileId(0), &source).into_iter().map(|comment| match comment.read(source.text()) {
            Ok(words) => {
                assert_eq!((slice(words.rule_span), slice(words.until_span)), (words.rule, &*words.until.to_string()));
                format!("{} at {:?} until {} because {}", words.rule, words.place, words.until, words.reason)
            }
            Err(why) => format!("[{}] {why}", slice(comment.span)),
        });
        told.collect()
    }

    #[test]
    fn a_waiver_has_a_rule_a_day_a_reason_and_perhaps_a_place() {
        let text = "# gitsm: waive yaml-anchor until 2026-12-31 because the tool writes it\na: 1\r\n  #gitsm:  waive  ci-orphan at /a/0 until 2026-01-01 because  of us \r\n";
        assert_eq!(
            read(text),
            [
                "yaml-anchor at None until 2026-12-31 because the tool writes it",
                "ci-orphan at Some(\"/a/0\") until 2026-01-01 because of us"
            ]
        );
        assert_eq!(read("\u{feff}# gitsm: waive a until 2026-12-31 because b").len(), 1);
        assert!(!read("\u{feff}# gitsm: waive a until 2026-12-31 because b")[0].starts_with('['));
    }

    #[test]
    fn what_is_missing_is_named() {
        for (words, why) in [
            ("", "begins with `waive`"),
            ("waiver x", "begins with `waive`"),
            ("waive", "names no rule"),
            ("waive until 2026-12-31 because x", "names no rule"),
            ("waive ci-orphan", "has no end"),
            ("waive ci-orphan because x", "has no end"),
            ("waive ci-orphan at until 2026-12-31 because x", "names no place"),
            ("waive ci-orphan until", "names no day"),
            ("waive ci-orphan until because x", "names no day"),
            ("waive ci-orphan until tomorrow because x", "tomorrow"),
            ("waive ci-orphan until 2026-02-30 because x", "2026-02-30"),
            ("waive ci-orphan until 2026-12-31", "has no reason"),
            ("waive ci-orphan until 2026-12-31 because ", "has no reason"),
        ] {
            let told = read(&format!("a: 1\n# gitsm: {words}\n"));
            assert!(told.len() == 1 && told[0].starts_with("[# gitsm:") && told[0].contains(why), "{words}: {told:?}");
        }
        let told = read("a: 1 # gitsm: waive ci-orphan until 2026-12-31 because x\n");
        assert!(told[0].contains("a line of its own"), "{told:?}");
    }

    #[test]
    fn other_comments_and_addresses_are_no_waivers() {
        for text in ["# about gitsm: waive x\n", "a: b#gitsm: x\n", "gitsm: waive\n", "## gitsm: waive x\n", "#"] {
            assert!(read(text).is_empty(), "{text}");
        }
    }
}
