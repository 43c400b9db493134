//! What can be wrong with a waiver.

crate::codes! {
    /// A comment to gitsm that cannot be read as a waiver.
    ///
    /// A file comment stands on a line of its own, for findings that no record can waive for itself:
    ///
    /// ```text
    /// # gitsm: waive RULE until 2026-12-31 because REASON
    /// # gitsm: waive RULE at /relations/0 until 2026-12-31 because REASON
    /// ```
    ///
    /// It holds for the whole file. The day is the last on which it holds; the reason goes on to the end of the line; the
    /// place, which may be left out, is a field or a JSON pointer, and takes in all that is below it. In a record, the same
    /// is an entry of `waivers` with `rule`, `until`, `reason` and, where wanted, `place`; what is missing there is told as
    /// `field-missing`.
    WAIVER_INCOMPLETE = "waiver-incomplete", Error, clauses: ["7.5.3"];

    /// A waiver of a rule that does not exist.
    ///
    /// It covers nothing, and whoever wrote it believes that it does. `gitsm explain` lists the rules.
    WAIVER_RULE_UNKNOWN = "waiver-rule-unknown", Error, clauses: ["7.5.3"];

    /// A waiver of a rule that cannot be waived.
    ///
    /// A file that cannot be read, a record whose kind or id is not known and an id that two records claim leave the other
    /// rules without ground, so nothing could be said of what is behind them. A waiver cannot be waived either. Mend what
    /// the rule finds.
    WAIVER_NOT_ALLOWED = "waiver-not-allowed", Error, clauses: ["7.5.3"];

    /// A waiver that covers nothing.
    ///
    /// What it was for has been mended, or it names another rule or place than was meant. Remove it, or correct it: a
    /// waiver that is left lying would hide the same mistake when it comes again. A waiver in a record covers the findings
    /// about that record alone; a finding about a file is waived by a comment in that file.
    WAIVER_UNUSED = "waiver-unused", Warning, clauses: ["7.5.3"];

    /// A waiver whose last day is over.
    ///
    /// What it covered counts again from the day after. Mend that and remove the waiver; or, if there still is a reason,
    /// give it a later end, so that the pull request shows who agreed to that.
    WAIVER_EXPIRED = "waiver-expired", Error, clauses: ["7.5.3"], clock;
}

/// Findings that no waiver covers, besides those about waivers: without these the rest cannot be judged.
pub(super) const FIRM: [&str; 20] = [
    "file-symlink",
    "file-submodule",
    "file-lfs-pointer",
    "file-path-collision",
    "file-too-large",
    "file-not-utf8",
    "file-unreadable",
    "file-extension",
    "yaml-syntax",
    "yaml-tab",
    "yaml-control-character",
    "yaml-too-deep",
    "yaml-too-many-documents",
    "yaml-too-many-nodes",
    "kind-unknown",
    "record-not-mapping",
    "record-shares-file",
    "id-missing",
    "id-duplicate",
    "findings-cut",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_waived_exists() {
        for name in FIRM {
            assert!(crate::rules::find(name).is_some(), "{name}");
        }
    }
}
