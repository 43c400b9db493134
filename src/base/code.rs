//! Codes: the stable description of everything that can be reported, by whichever stage.

use std::borrow::Cow;

use super::finding::{Finding, Severity};
use super::span::Span;

/// A list of words: built in, or read from the file of a local rule.
pub type Words = Cow<'static, [Cow<'static, str>]>;

/// What a rule, or a check of an earlier stage, is: name, weight, clauses and the page that explains it.
#[derive(Debug, Clone)]
pub struct Code {
    /// Kebab-case name of the bad pattern; "allow X" must read well. That of a local rule is [interned](super::name).
    pub id: &'static str,
    /// Weight, unless `gitsm.toml` says otherwise.
    pub severity: Severity,
    /// Clauses of ISO/IEC 20000-1:2018 that it serves.
    pub clauses: Words,
    /// Kinds of record that it looks at; empty for all.
    pub kinds: Words,
    /// Whether its findings depend on the instant.
    pub clock: bool,
    /// Version of gitsm that brought it; empty for a local rule.
    pub since: &'static str,
    /// Page in Markdown: the first line is the summary, then why, examples and how to mend.
    pub doc: Cow<'static, str>,
}

impl Code {
    /// The first line of the page, without white space around it.
    #[must_use]
    pub fn summary(&self) -> &str {
        self.doc.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("")
    }

    /// Whether it is a rule of the repository's own, from `schemas/local/`.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.since.is_empty()
    }

    /// A finding of this code.
    #[must_use]
    pub fn finding(&self, span: Span, message: impl Into<String>) -> Finding {
        let mut finding = Finding::new(self.id, self.severity, span, message);
        finding.clock = self.clock;
        finding
    }
}

/// Declares the codes of a stage as constants, and `ALL` of them in the order written.
///
/// The doc comment of each is its page. One whose findings depend on the instant ends with `clock`.
#[macro_export]
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal, $severity:ident, clauses: [$($clause:literal),*] $(, $clock:ident)?;)+) => {
        $(
            $(#[doc = $doc])+
            pub const $name: $crate::base::code::Code = $crate::base::code::Code {
                id: $id,
                severity: $crate::base::finding::Severity::$severity,
                clauses: ::std::borrow::Cow::Borrowed(&[$(::std::borrow::Cow::Borrowed($clause)),*]),
                kinds: ::std::borrow::Cow::Borrowed(&[]),
                clock: $crate::codes!(@clock $($clock)?),
                since: "0.1.0",
                doc: ::std::borrow::Cow::Borrowed(concat!($($doc, "\n"),+)),
            };
        )+

        /// All codes of this stage.
        pub const ALL: &[$crate::base::code::Code] = &[$($name),+];
    };
    (@clock clock) => { true };
    (@clock) => { false };
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro is made for modules that others see")]
mod tests {
    use crate::base::finding::Severity;

    crate::codes! {
        /// First line.
        ///
        /// More.
        SAMPLE = "sample-code", Warning, clauses: ["7.5.3"];

        /// Another.
        TIMED = "timed-code", Error, clauses: [], clock;
    }

    #[test]
    fn the_doc_comment_is_the_page() {
        assert_eq!(SAMPLE.summary(), "First line.");
        assert!(SAMPLE.doc.contains("More."));
        assert_eq!(ALL.len(), 2);
        assert_eq!(ALL.iter().map(|code| code.clock).collect::<Vec<_>>(), [false, true]);
        assert_eq!((TIMED.severity, TIMED.clauses.len()), (Severity::Error, 0));
        assert_eq!(ALL[0].clauses.as_ref(), ["7.5.3"]);
        assert!(!ALL[0].is_local());
    }
}
