//! A check of texts in memory, with findings made by hand.

use super::Checked;
use crate::base::finding::{Finding, Severity};
use crate::base::span::{FileId, Span};
use crate::model::fixture::with;

/// Calls `then` with `findings` on these files.
pub(super) fn checked<T>(files: &[(&str, &str)], findings: &[Finding], then: impl FnOnce(Checked<'_>) -> T) -> T {
    with(files, |sms| then(Checked { sms, findings, waived: &[] }))
}

/// A finding at the first place of `marked` in `text`, the text of file number `file`.
pub(super) fn at(file: u32, text: &str, marked: &str) -> Finding {
    let start = text.find(marked).unwrap();
    let span = Span::new(FileId(file), u32::try_from(start).unwrap(), u32::try_from(start + marked.len()).unwrap());
    Finding::new("ci-orphan", Severity::Warning, span, "what is wrong")
}
