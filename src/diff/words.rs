//! Words that the texts for people share.

use super::Counts;
use super::records::{Change, RecordChange};
use crate::base::text::{and, counted};
use crate::graph::diff::{Endangered, Inverted, Reach, Shared};
use crate::yaml::fields::{Field, Value};

/// Longest value that is told, in characters.
const MAX_VALUE: usize = 80;
/// Ids that are told of a list; the rest is counted.
const NAMED: usize = 5;

/// A part of a line: words, or something that a record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Words of ours.
    Words(String),
    /// An id, a path or a value.
    Said(String),
}

/// A line of parts.
pub(super) type Line = Vec<Part>;

fn words(text: impl Into<String>) -> Part {
    Part::Words(text.into())
}

fn said(text: impl Into<String>) -> Part {
    Part::Said(text.into())
}

/// How many records are different: `1 record added, 2 changed`.
pub(super) fn summary(counts: Counts) -> String {
    let told = [
        (counts.added, "added"),
        (counts.removed, "removed"),
        (counts.changed, "changed"),
        (counts.unreadable, "no longer readable"),
        (counts.readable, "readable again"),
    ];
    let told = told.into_iter().filter(|(count, _)| *count > 0);
    let told: Vec<String> = told
        .enumerate()
        .map(|(at, (count, word))| match at {
            0 => format!("{} {word}", counted(count, "record", "records")),
            _ => format!("{count} {word}"),
        })
        .collect();
    if told.is_empty() { "no record is different".to_owned() } else { and(&told) }
}

/// The line of a record.
pub(super) fn record(change: &RecordChange) -> Line {
    let verb = match (change.change, &change.renamed_from) {
        (Change::Added, _) => "added",
        (Change::Removed, _) => "removed",
        (Change::Changed, None) => "changed",
        (Change::Changed, Some(_)) => "renamed",
        (Change::Unreadable, _) => "cannot be read any more:",
        (Change::Readable, _) => "can be read again:",
    };
    let mut line = vec![words(format!("{verb} {} ", change.kind)), said(&change.id)];
    if change.title != change.id {
        line.extend([words(", "), said(clip(&change.title))]);
    }
    if let Some(from) = &change.renamed_from {
        line.extend([words(", until now "), said(from)]);
    }
    if let Some(from) = &change.moved_from {
        line.extend([words(", moved from "), said(from), words(" to "), said(&change.path)]);
    }
    line
}

/// The line of a field.
pub(super) fn field(field: &Field) -> Line {
    let mut line = vec![said(&field.path), words(": ")];
    match (&field.old, &field.new) {
        (Some(old), Some(new)) if field.order => line.extend([words("order "), value(old), words(" → "), value(new)]),
        (Some(old), Some(new)) => line.extend([value(old), words(" → "), value(new)]),
        (None, Some(new)) => line.extend([words("+ "), value(new)]),
        (Some(old), None) => line.extend([words("− "), value(old)]),
        (None, None) => {}
    }
    line
}

fn value(value: &Value) -> Part {
    match (&value.label, value.value.as_str()) {
        (Some(label), Some(word)) => said(format!("{label} ({word})")),
        (_, Some(text)) => said(clip(text)),
        (_, None) => said(clip(&value.value.to_string())),
    }
}

fn clip(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match one_line.char_indices().nth(MAX_VALUE) {
        Some((end, _)) => format!("{}…", &one_line[..end]),
        None => one_line,
    }
}

/// Ids one after the other.
fn list(line: &mut Line, ids: &[String]) {
    let shown = if ids.len() > NAMED { NAMED - 1 } else { ids.len() };
    for (at, id) in ids[..shown].iter().enumerate() {
        let last = at + 1 == ids.len();
        line.extend([
            words(if at == 0 {
                ""
            } else if last {
                " and "
            } else {
                ", "
            }),
            said(id),
        ]);
    }
    if shown < ids.len() {
        line.push(words(format!(" and {} more", ids.len() - shown)));
    }
}

/// What is newly endangered: a head, and a line for each.
pub(super) fn endangered(found: &Endangered) -> Vec<(&'static str, Vec<Line>)> {
    let lines = [
        ("New single points of failure", found.single_points.iter().map(reach).collect::<Vec<_>>()),
        ("Wider blast radius", found.wider.iter().map(reach).collect()),
        ("New common causes of redundancy groups", found.common_causes.iter().map(shared).collect()),
        ("Criticality below what is down without it", found.inversions.iter().map(inverted).collect()),
        ("New cycles", found.cycles.iter().map(|cycle| round(cycle)).collect()),
    ];
    lines.into_iter().filter(|(_, lines)| !lines.is_empty()).collect()
}

fn reach(reach: &Reach) -> Line {
    let mut line = vec![words(format!("{} ", reach.kind)), said(&reach.id), words(" alone takes down ")];
    list(&mut line, &reach.added);
    if !reach.before.is_empty() {
        line.push(words(format!(", besides {} as before", counted(reach.before.len(), "service", "services"))));
    }
    line
}

fn shared(shared: &Shared) -> Line {
    let mut line = vec![said(&shared.id), words(" alone takes down ")];
    list(&mut line, &shared.takes_down);
    line.extend([words(", which stand in for one another in "), said(&shared.holder)]);
    line
}

fn inverted(found: &Inverted) -> Line {
    let rest = words(format!(" ({}) is down without it", found.needed));
    vec![said(&found.id), words(format!(" is {}, but ", found.own)), said(&found.by), rest]
}

fn round(cycle: &[String]) -> Line {
    let mut line = Vec::new();
    for id in cycle {
        line.extend([said(id), words(" needs ")]);
    }
    line.extend(cycle.first().map(said));
    line
}
