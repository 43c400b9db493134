//! Findings as a JUnit report, for services that show test results.
//!
//! Each file with findings is a suite and each finding a case, as linters commonly do it. What reaches the limit of the
//! run (`--deny`) is a failure, so that the report fails exactly when the run does; what does not is a skipped case,
//! which services show without failing. Without findings there is one case that passes.

use quick_junit::{NonSuccessKind, Property, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::place::{Place, related};
use super::{Checked, Summary};
use crate::base::finding::{Finding, Severity};

/// Related places that are listed; the rest is counted.
const MAX_RELATED: usize = 100;

/// The report; findings of at least `deny` are failures.
///
/// # Errors
/// When the XML cannot be written.
pub fn junit(checked: Checked<'_>, deny: Severity) -> Result<String, SerializeError> {
    let mut report = Report::new("gitsm");
    for of_file in checked.findings.chunk_by(|a, b| a.primary.file == b.primary.file) {
        let Some(first) = of_file.first() else { continue };
        let mut suite = suite(checked, &Place::of(checked, first.primary).path);
        suite.add_test_cases(of_file.iter().map(|finding| case(checked, finding, deny)));
        report.add_test_suite(suite);
    }
    if checked.findings.is_empty() {
        let mut suite = suite(checked, "gitsm check");
        let mut case = TestCase::new(Summary::default().to_string(), TestCaseStatus::success());
        case.set_classname("gitsm");
        suite.add_test_case(case);
        report.add_test_suite(suite);
    }
    // The schema that Jenkins checks by knows `skipped` on suites alone, not on the root, which comes first.
    let skipped = format!(" skipped=\"{}\"", report.skipped);
    Ok(report.to_string()?.replacen(&skipped, "", 1))
}

/// Text that XML can hold: `quick_junit` drops control characters, but not the two that are no characters at all.
fn clean(text: &str) -> String {
    crate::base::text::clean(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

fn suite(checked: Checked<'_>, name: &str) -> TestSuite {
    let mut suite = TestSuite::new(clean(name));
    suite.add_property(Property::new("as-of", checked.sms.snapshot.as_of.to_string()));
    if let Some(commit) = checked.sms.snapshot.origin.commit() {
        suite.add_property(Property::new("commit", commit));
    }
    suite
}

fn case(checked: Checked<'_>, finding: &Finding, deny: Severity) -> TestCase {
    let place = Place::of(checked, finding.primary);
    let mut status = if finding.severity >= deny {
        TestCaseStatus::non_success(NonSuccessKind::Failure)
    } else {
        TestCaseStatus::skipped()
    };
    let mut lines = vec![clean(&place.words())];
    lines.extend(finding.help.as_deref().map(|help| format!("help: {}", clean(help))));
    let (places, more) = related(checked, finding, MAX_RELATED);
    lines.extend(places.map(|(place, label)| clean(&format!("{}: {label}", place.words()))));
    if more > 0 {
        lines.push(format!("and {more} more places"));
    }
    status
        .set_message(clean(&finding.message))
        .set_type(finding.severity.to_string())
        .set_description(lines.join("\n"));
    let name = format!("{} at {}:{}", finding.rule, place.start.line, place.start.column);
    let mut case = TestCase::new(name, status);
    let record = finding.subject.as_ref().map(|subject| format!("{}.{}", subject.kind, subject.id));
    case.set_classname(clean(record.as_deref().unwrap_or(&place.path)));
    case
}

#[cfg(test)]
mod tests;
