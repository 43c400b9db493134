//! Open pull requests beside one, as far as they carry changes.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;

use crate::base::date::AsOf;
use crate::gate::facts::{Sibling, Span};
use crate::load::{self, LoadError};
use crate::model::Sms;
use crate::model::change::{Change, ChangeStatus};
use crate::schema::Catalog;

/// Another open pull request to the same branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::bot) struct Neighbour {
    /// Its number.
    pub number: u64,
    /// Its head, the full hash.
    pub head: String,
    /// Since when the gate says PASS for it.
    pub passed_at: Option<Timestamp>,
    /// Whether it waits in the same merge queue.
    pub queued: bool,
}

/// The changes that a neighbour asks for, by what its branch brings.
///
/// # Errors
/// When git cannot read its branch, or what it brings cannot be read at all.
pub(in crate::bot) fn changes(
    root: &Path,
    base: &str,
    neighbour: &Neighbour,
    at: AsOf,
) -> Result<Vec<Sibling>, LoadError> {
    let texts = load::brought(root, base, &neighbour.head)?;
    let records: Vec<(&str, &str)> = texts
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .filter(|(path, _)| {
            path.starts_with("sms/") && Path::new(path).extension().is_some_and(|ending| ending == "yaml")
        })
        .collect();
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let snapshot = load::memory(records, at)?;
    // Schemas of the repository's own are not needed for the few fields that are read here.
    let Ok(catalog) = Catalog::new(&snapshot.sources) else { return Ok(Vec::new()) };
    let sms = Sms::build(&snapshot, &catalog);
    let asked = sms.all::<Change<'_>>().filter(|change| change.status() == Some(ChangeStatus::Requested));
    Ok(asked.map(|change| sibling(change, neighbour)).collect())
}

fn sibling(change: Change<'_>, neighbour: &Neighbour) -> Sibling {
    let set = |ids: Vec<&str>| -> BTreeSet<String> { ids.into_iter().map(str::to_owned).collect() };
    Sibling {
        number: neighbour.number,
        change: change.0.record.id.as_str().to_owned(),
        affects: set(change.affects().into_iter().filter_map(|at| at.node.as_str()).collect()),
        planned: change.planned().and_then(|window| window.bounds()).map(|(start, end)| Span { start, end }),
        implementers: set(change.implementers().into_iter().map(|it| it.id).collect()),
        settled: set(change.conflicts().into_iter().map(|it| it.id).collect()),
        passed_at: neighbour.passed_at,
        queued: neighbour.queued,
    }
}
