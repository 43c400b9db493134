//! Findings as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.

use std::fmt::Write as _;

use super::place::{Place, related, sentence};
use super::{Checked, Summary};
use crate::base::finding::{Finding, Severity};
use crate::base::text::clean;

/// How many annotations of one level GitHub shows for a step; the log has them all.
const SHOWN: usize = 10;
/// Related places that a message names.
const MAX_RELATED: usize = 10;
/// Longest message, in characters.
const MAX_MESSAGE: usize = 4_000;

/// One command a line, the weightiest findings first, since GitHub shows the first ones only; without `quiet` a line
/// with the counts at the end.
#[must_use]
pub fn github(checked: Checked<'_>, quiet: bool) -> String {
    let mut out = String::new();
    for finding in checked.by_weight() {
        command(checked, finding, &mut out);
    }
    if !quiet {
        let _ = writeln!(out, "{}", summary(checked));
    }
    out
}

fn command(checked: Checked<'_>, finding: &Finding, out: &mut String) {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let place = Place::of(checked, finding.primary);
    let _ = write!(out, "::{level} file={},line={}", property(&place.path), place.start.line);
    if place.start.line == place.end.line {
        let _ = write!(out, ",col={},endLine={},endColumn={}", place.start.column, place.end.line, place.end.column);
    } else {
        // GitHub takes columns within one line only.
        let _ = write!(out, ",endLine={}", place.end.line);
    }
    let _ =
        writeln!(out, ",title={}::{}", property(&format!("gitsm {}", finding.rule)), data(&message(checked, finding)));
}

/// What is wrong, what to do and where else, in lines.
fn message(checked: Checked<'_>, finding: &Finding) -> String {
    let mut message = sentence(&finding.message, MAX_MESSAGE);
    if let Some(help) = &finding.help {
        let _ = write!(message, "\n{}", sentence(help, MAX_MESSAGE));
    }
    let (places, more) = related(checked, finding, MAX_RELATED);
    for (place, label) in places {
        let _ = write!(message, "\nSee {} {}", place.words(), clean(label));
    }
    if more > 0 {
        let _ = write!(message, "\nand {more} more places");
    }
    message
}

/// The last line: the counts, and how many of them GitHub does not show beside the files.
fn summary(checked: Checked<'_>) -> String {
    let counts = Summary::of(checked.findings);
    let mut line = format!("gitsm check: {counts}");
    let beyond: usize =
        [counts.errors, counts.warnings, counts.infos].iter().map(|count| count.saturating_sub(SHOWN)).sum();
    if beyond > 0 {
        let _ = write!(line, "; GitHub shows {SHOWN} of each level beside the files, the other {beyond} stand above");
    }
    if let Some(since) = checked.since {
        let _ = write!(line, "; {} left out that were there at {} already", since.hidden, clean(&since.rev));
    }
    line
}

/// Escapes what stands behind `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests;
