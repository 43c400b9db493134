//! A difference for a terminal.

use std::fmt::Write as _;

use super::words::{self, Line, Part};
use super::{Difference, RecordChange};
use crate::base::finding::{Finding, State};
use crate::base::text::clean;
use crate::model::Sms;
use crate::yaml::fields::Field;

fn plain(line: &Line) -> String {
    let text = line.iter().map(|part| match part {
        Part::Words(text) | Part::Said(text) => clean(text).into_owned(),
    });
    text.collect()
}

/// What became of a field, in one line: `owner: ann → bo`.
#[must_use]
pub fn field(field: &Field) -> String {
    plain(&words::field(field))
}

fn record(out: &mut String, change: &RecordChange) {
    let _ = writeln!(out, "{}", plain(&words::record(change)));
    for field in &change.fields {
        let _ = writeln!(out, "  {}", self::field(field));
    }
}

fn finding(head: &Sms<'_>, finding: &Finding) -> String {
    let source = head.snapshot.sources.get(finding.primary.file);
    let at = source.position(finding.primary.start);
    let worse = if finding.state == Some(State::Worse) { " (worse than before)" } else { "" };
    let place = format!("{}:{}:{}", clean(source.path()), at.line, at.column);
    format!("{place}: {}[{}]{worse}: {}", finding.severity, finding.rule, clean(&finding.message))
}

/// The difference in lines: records and their fields, what is newly endangered, and findings that came with it.
#[must_use]
pub fn human(difference: &Difference, head: &Sms<'_>) -> String {
    let mut out = String::new();
    for change in &difference.records {
        record(&mut out, change);
    }
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let gap = if out.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{gap}{title}:");
            for line in lines {
                let _ = writeln!(out, "  {line}");
            }
        }
    };
    for (title, lines) in words::endangered(&difference.endangered) {
        section(title, lines.iter().map(plain).collect());
    }
    section("Findings that came with it", difference.findings.iter().map(|it| finding(head, it)).collect());
    let gap = if out.is_empty() { "" } else { "\n" };
    let _ = writeln!(out, "{gap}{}", conclusion(difference));
    out
}

/// One sentence: what is different, and what to think of it.
pub(super) fn conclusion(difference: &Difference) -> String {
    let counts = difference.counts();
    let endangered = match (difference.endangered.is_empty(), counts.unreadable + counts.readable) {
        (true, 0) => "nothing is newly endangered",
        (true, _) => "nothing is newly endangered, as far as it can be told",
        (false, _) => "see what is newly endangered",
    };
    let findings = crate::base::text::counted(difference.findings.len(), "finding came", "findings came");
    format!("{}; {endangered}; {findings} with it", words::summary(difference.counts()))
}
