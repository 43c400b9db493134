//! Counts.

use std::fmt;

use crate::base::finding::{Finding, Severity};

/// How many findings of each weight there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Things worth knowing.
    pub infos: usize,
}

impl Summary {
    /// Counts `findings`.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        Self { errors: count(Severity::Error), warnings: count(Severity::Warning), infos: count(Severity::Info) }
    }

    /// Whether something weighs at least `limit`.
    #[must_use]
    pub fn reaches(self, limit: Severity) -> bool {
        match limit {
            Severity::Error => self.errors > 0,
            Severity::Warning => self.errors + self.warnings > 0,
            Severity::Info => self.errors + self.warnings + self.infos > 0,
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        let parts =
            [(self.errors, "error", "errors"), (self.warnings, "warning", "warnings"), (self.infos, "hint", "hints")];
        let parts: Vec<String> =
            parts.iter().filter(|(count, ..)| *count > 0).map(|(count, one, many)| words(*count, one, many)).collect();
        if parts.is_empty() { f.write_str("no findings") } else { f.write_str(&parts.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_many_read_as_english() {
        let summary = Summary { errors: 1, warnings: 2, infos: 0 };
        assert_eq!(summary.to_string(), "1 error, 2 warnings");
        assert_eq!(Summary::default().to_string(), "no findings");
    }

    #[test]
    fn a_limit_takes_in_all_that_weighs_more() {
        let warned = Summary { warnings: 1, ..Summary::default() };
        assert!(!warned.reaches(Severity::Error));
        assert!(warned.reaches(Severity::Warning) && warned.reaches(Severity::Info));
    }

    #[test]
    fn findings_are_counted_by_weight() {
        use crate::base::span::{FileId, Span};
        let of = |severity| Finding::new("r", severity, Span::start_of(FileId(0)), "m");
        let findings = [Severity::Info, Severity::Error, Severity::Info, Severity::Warning].map(of);
        let summary = Summary::of(&findings);
        assert_eq!((summary.errors, summary.warnings, summary.infos), (1, 1, 2));
        assert_eq!(summary.to_string(), "1 error, 1 warning, 2 hints");
        assert_eq!(Summary::of(&[]), Summary::default());
    }

    #[test]
    fn nothing_reaches_no_limit() {
        for limit in [Severity::Info, Severity::Warning, Severity::Error] {
            assert!(!Summary::default().reaches(limit));
        }
        let hinted = Summary { infos: 1, ..Summary::default() };
        assert_eq!(hinted.to_string(), "1 hint");
        assert!(hinted.reaches(Severity::Info) && !hinted.reaches(Severity::Warning));
    }
}
