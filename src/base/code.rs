//! Codes: the stable description of everything that can be reported, by whichever stage.

use super::finding::{Finding, Severity};
use super::span::Span;

/// What a rule, or a check of an earlier stage, is: name, weight, clauses and the page that explains it.
#[derive(Debug, Clone, Copy)]
pub struct Code {
    /// Kebab-case name of the bad pattern; "allow X" must read well.
    pub id: &'static str,
    /// Weight, unless `gitsm.toml` says otherwise.
    pub severity: Severity,
    /// Clauses of ISO/IEC 20000-1:2018 that it serves.
    pub clauses: &'static [&'static str],
    /// Kinds of record that it looks at; empty for all.
    pub kinds: &'static [&'static str],
    /// Whether its findings depend on the instant.
    pub clock: bool,
    /// Version of gitsm that brought it.
    pub since: &'static str,
    /// Page in Markdown: the first line is the summary, then why, examples and how to mend.
    pub doc: &'static str,
}

impl Code {
    /// The first line of the page, without white space around it.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.doc.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("")
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
/// The doc comment of each is its page.
#[macro_export]
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal, $severity:ident, clauses: [$($clause:literal),*];)+) => {
        $(
            $(#[doc = $doc])+
            pub const $name: $crate::base::code::Code = $crate::base::code::Code {
                id: $id,
                severity: $crate::base::finding::Severity::$severity,
                clauses: &[$($clause),*],
                kinds: &[],
                clock: false,
                since: "0.1.0",
                doc: concat!($($doc, "\n"),+),
            };
        )+

        /// All codes of this stage.
        pub const ALL: &[$crate::base::code::Code] = &[$($name),+];
    };
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro is made for modules that others see")]
mod tests {
    crate::codes! {
        /// First line.
        ///
        /// More.
        SAMPLE = "sample-code", Warning, clauses: ["7.5.3"];
    }

    #[test]
    fn the_doc_comment_is_the_page() {
        assert_eq!(SAMPLE.summary(), "First line.");
        assert!(SAMPLE.doc.contains("More."));
        assert_eq!(ALL.len(), 1);
        assert_eq!(ALL[0].clauses, ["7.5.3"]);
    }
}
