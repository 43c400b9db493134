//! Mends: edits of texts that remove a finding.

use super::span::Span;

/// A place and the text that takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to put something in.
    pub span: Span,
    /// The text that comes there; empty to take something out.
    pub text: String,
}

/// What mends a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is done, as an order: "write `owner` for `onwer`".
    pub title: String,
    /// The edits, none of which overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A mend that replaces what stands at `span` by `text`.
    #[must_use]
    pub fn new(title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self { title: title.into(), edits: vec![Edit { span, text: text.into() }] }
    }
}

/// `text` with all `edits` made, which must lie in it, be sorted by place and not overlap; `None` when they do not.
#[must_use]
pub fn apply<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        out.push_str(text.get(at..start)?);
        text.get(start..end)?;
        out.push_str(&edit.text);
        at = end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::FileId;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { span: Span::new(FileId(0), start, end), text: text.to_owned() }
    }

    #[test]
    fn edits_replace_put_in_and_take_out() {
        let edits = [edit(0, 1, "xyz"), edit(2, 2, "-"), edit(3, 4, "")];
        assert_eq!(apply("abcde", &edits).as_deref(), Some("xyzb-ce"));
        assert_eq!(apply("abc", &[]).as_deref(), Some("abc"));
        assert_eq!(apply("abc", &[edit(3, 3, "d")]).as_deref(), Some("abcd"));
    }

    #[test]
    fn edits_that_overlap_or_lie_outside_or_cut_a_letter_are_refused() {
        assert_eq!(apply("abc", &[edit(0, 2, ""), edit(1, 3, "")]), None);
        assert_eq!(apply("abc", &[edit(2, 3, ""), edit(0, 1, "")]), None);
        assert_eq!(apply("abc", &[edit(1, 4, "")]), None);
        assert_eq!(apply("a\u{e9}c", &[edit(0, 2, "")]), None);
    }
}
