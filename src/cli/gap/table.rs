//! A gap analysis for a terminal.

use std::fmt::Write as _;

use crate::cli::table::{plain, table as aligned};
use crate::gap::{Assessed, Input, Status, View, count, sections, told};
use crate::standard::Pdca;

/// Evidence that is named before the rest is counted.
const NAMED: usize = 3;

/// Headings with a line for each requirement, and what is to be done about it; then a summary, unless only results are
/// wanted.
pub(super) fn table(input: &Input<'_>, assessed: &[Assessed<'_>], view: View, quiet: bool) -> String {
    let mut out = String::new();
    for section in sections(view, input.pack, assessed) {
        let counts = told(&count(section.items.iter().copied()));
        let _ = writeln!(out, "{} ({counts})", plain(&section.title));
        let rows: Vec<Vec<String>> = section.items.iter().map(|one| row(one)).collect();
        let mut lines = aligned(&rows);
        lines.pop();
        for (line, one) in lines.split('\n').zip(&section.items) {
            let _ = writeln!(out, "  {line}");
            if !one.evidence.is_empty() {
                let _ = writeln!(out, "      shown by {}", plain(&evidence(input, one)));
            }
            if !one.next.is_empty() && one.status != Status::NeedsPerson {
                let _ = writeln!(out, "      next: {}", plain(&one.next));
            }
            if let Some(other) = &one.performed_by {
                let _ = writeln!(out, "      performed by {}", plain(other));
            }
        }
        out.push('\n');
    }
    if !quiet {
        out.push_str(&summary(input, assessed));
    }
    out
}

fn row(one: &Assessed<'_>) -> Vec<String> {
    let grade = one.grade().map(|grade| grade.to_string()).unwrap_or_default();
    vec![one.requirement.id.clone(), one.status.to_string(), grade, one.requirement.says.clone()]
}

/// The first records that show it, and how many more there are.
fn evidence(input: &Input<'_>, one: &Assessed<'_>) -> String {
    let ids: Vec<&str> =
        one.evidence.iter().take(NAMED).map(|evidence| input.sms.record(evidence.record).id.as_str()).collect();
    match one.evidence.len().saturating_sub(NAMED) {
        0 => ids.join(", "),
        more => format!("{} and {more} more", ids.join(", ")),
    }
}

fn summary(input: &Input<'_>, assessed: &[Assessed<'_>]) -> String {
    let pack = input.pack;
    let mut out = format!(
        "ISO/IEC {}:{} ({}) as of {}: {} requirements: {}\n",
        pack.standard,
        pack.edition,
        pack.amendments.join(", "),
        input.sms.snapshot.as_of,
        assessed.len(),
        told(&count(assessed)),
    );
    for letter in [Pdca::Plan, Pdca::Do, Pdca::Check, Pdca::Act] {
        let of = assessed.iter().filter(|one| Pdca::of(one.requirement.clause()) == letter);
        if of.clone().next().is_some() {
            let _ = writeln!(out, "  {letter:<5}  {}", told(&count(of)));
        }
    }
    out.push_str("Records show evidence; whether it is enough is for people to judge.\n");
    out
}
