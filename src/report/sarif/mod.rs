//! Findings as SARIF 2.1.0, for code scanning and editors.

mod model;
mod rules;

use std::collections::BTreeMap;

pub use model::Log;

use super::place::{Place, related, sentence};
use super::{Checked, Summary};
use crate::base::finding::{Finding, Severity, State};
use crate::base::text::clean;
use crate::since::Fingerprints;
use model::{
    ArtifactLocation, Invocation, Location, LogicalLocation, Notification, PhysicalLocation, Properties,
    RecordProperties, Region, Result, Run, RunProperties, Text, Tool, UriBase,
};

/// The folder from which paths are counted, in the words of services that show the files.
const ROOT: &str = "%SRCROOT%";
/// Name of our fingerprints; a new number when they are made otherwise.
const FINGERPRINT: &str = "gitsmFinding/v1";

/// Results of a run that GitHub takes; it refuses a file with more.
const MAX_RESULTS: usize = 25_000;
/// Results of a run that GitHub keeps, the weightiest first.
const KEPT_RESULTS: usize = 5_000;
/// Places of a result that GitHub takes.
const MAX_LOCATIONS: usize = 1_000;
/// Bytes of all results together. GitHub takes 10 MB of gzip, and such text packs to less than a tenth.
const MAX_BYTES: usize = 80_000_000;
/// Longest message, in characters.
const MAX_MESSAGE: usize = 2_000;

/// The report, cut to what GitHub takes; a notification in it says what was cut.
#[must_use]
pub fn sarif(checked: Checked<'_>) -> Log {
    let limits = Limits { results: MAX_RESULTS, kept: KEPT_RESULTS, locations: MAX_LOCATIONS, bytes: MAX_BYTES };
    limited(checked, limits)
}

/// What a service takes.
#[derive(Clone, Copy)]
struct Limits {
    results: usize,
    kept: usize,
    locations: usize,
    bytes: usize,
}

fn limited(checked: Checked<'_>, limits: Limits) -> Log {
    let told = rules::Told::new(checked.findings, &checked.sms.local);
    let mut fingerprints = Fingerprints::new(checked.sms);
    // Made for all of them first: the number of a repeat must not depend on what is cut.
    let prints: Vec<String> = checked.findings.iter().map(|finding| fingerprints.next(finding)).collect();
    let mut order: Vec<usize> = (0..checked.findings.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(checked.findings[*at].severity));
    let mut results = BTreeMap::new();
    let mut bytes = 0;
    for at in order.into_iter().take(limits.results) {
        let finding = &checked.findings[at];
        let result = result(checked, finding, &prints[at], told.index(finding), limits);
        bytes += serde_json::to_vec(&result).map_or(0, |text| text.len());
        if bytes > limits.bytes {
            break;
        }
        results.insert(at, result);
    }
    let notes = notes(checked.findings.len(), results.len(), limits, told.cut_tags());
    let snapshot = checked.sms.snapshot;
    Log::new(Run {
        tool: Tool::new(told.into_descriptors()),
        invocations: vec![Invocation { execution_successful: true, tool_execution_notifications: notes }],
        original_uri_base_ids: BTreeMap::from([(
            ROOT,
            UriBase { description: Text::of("The root of the git repository, or of the records where there is none.") },
        )]),
        column_kind: "unicodeCodePoints",
        newline_sequences: ["\r\n", "\n", "\r"],
        default_encoding: "utf-8",
        results: results.into_values().collect(),
        properties: RunProperties {
            commit: snapshot.origin.commit().map(str::to_owned),
            worktree: snapshot.origin.is_worktree(),
            as_of: snapshot.as_of.to_string(),
            records: checked.sms.len(),
            summary: Summary::of(checked.findings),
            since: checked.since.cloned(),
        },
    })
}

/// What a reader must know about what is not there.
fn notes(all: usize, written: usize, limits: Limits, cut_tags: bool) -> Vec<Notification> {
    let mut notes = Vec::new();
    if written < all {
        notes.push(format!(
            "{} findings are not in this file, since services take no larger ones; the lightest were left out. \
             `gitsm check --format json` tells them all.",
            all - written
        ));
    } else if all > limits.kept {
        notes.push(format!("GitHub keeps the weightiest {} of these {all} findings.", limits.kept));
    }
    if cut_tags {
        notes.push(format!("Some rules have more clauses than the {} tags that are kept.", rules::MAX_TAGS));
    }
    notes.into_iter().map(|text| Notification { level: "warning", message: Text::of(text) }).collect()
}

fn result(checked: Checked<'_>, finding: &Finding, print: &str, index: usize, limits: Limits) -> Result {
    let mut text = message(&finding.message);
    if let Some(help) = &finding.help {
        text = format!("{text} {}", message(help));
    }
    // One of the places is the finding's own.
    let (places, more) = related(checked, finding, limits.locations.saturating_sub(1));
    let related_locations = places.enumerate().map(|(at, (place, label))| Location {
        id: Some(at + 1),
        message: (!label.is_empty()).then(|| Text::of(message(label))),
        physical_location: physical(&place),
        logical_locations: None,
    });
    let related_locations: Vec<Location> = related_locations.collect();
    if more > 0 {
        text = format!("{text} {more} more places are not listed here.");
    }
    Result {
        rule_id: finding.rule.to_string(),
        rule_index: index,
        level: level(finding.severity),
        message: Text::of(text),
        locations: [Location {
            id: None,
            message: (!finding.label.is_empty()).then(|| Text::of(message(&finding.label))),
            physical_location: physical(&Place::of(checked, finding.primary)),
            logical_locations: logical(finding).map(|record| [record]),
        }],
        related_locations,
        partial_fingerprints: BTreeMap::from([(FINGERPRINT, print.to_owned())]),
        baseline_state: finding.state.map(|state| match state {
            State::New => "new",
            State::Worse => "updated",
        }),
        properties: Properties { clock: finding.clock },
    }
}

/// Our weights in the words of SARIF.
const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A message as a sentence in which nothing is read as a link: `[words](target)` is one in SARIF's plain text too.
fn message(text: &str) -> String {
    sentence(text, MAX_MESSAGE).replace("](", "] (")
}

fn physical(place: &Place) -> PhysicalLocation {
    let (start, end) = (place.start, place.end);
    PhysicalLocation {
        artifact_location: ArtifactLocation { uri: place.address(), uri_base_id: ROOT },
        region: Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
            byte_offset: start.offset,
            byte_length: end.offset.saturating_sub(start.offset),
        },
    }
}

/// The record and the place in it.
fn logical(finding: &Finding) -> Option<LogicalLocation> {
    let subject = finding.subject.as_ref()?;
    Some(LogicalLocation {
        name: clean(&subject.id).into_owned(),
        fully_qualified_name: clean(&format!("{}/{}#{}", subject.kind, subject.id, finding.pointer)).into_owned(),
        kind: if finding.pointer.is_empty() { "object" } else { "property" },
        properties: RecordProperties { record_kind: subject.kind.clone(), pointer: finding.pointer.clone() },
    })
}

#[cfg(test)]
mod tests;
