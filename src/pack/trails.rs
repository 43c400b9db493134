//! Trails: from one record to the next along references, ready-made for an auditor to follow.

use std::collections::BTreeSet;

use super::Input;
use super::table::{Part, Table};
use crate::evidence::sample::population;
use crate::model::{Ix, Sms};

/// The trails that are offered: their name, and the kinds of record along them.
const TRAILS: [(&str, &str, &[&str]); 5] = [
    (
        "need",
        "From need to report",
        &["service_requirement", "design", "change", "release", "ci", "service", "sla", "sla_report", "improvement"],
    ),
    ("incident", "From incident to cause and change", &["incident", "problem", "known_error", "change"]),
    ("supplier", "From a supplier's miss to action", &["supplier_review", "contract", "action", "improvement"]),
    ("risk", "From risk to treatment and result", &["risk", "action", "control", "measurement"]),
    ("finding", "From finding to effect", &["finding", "nonconformity", "action"]),
];

/// Trails that are shown of each.
const MOST: usize = 12;

/// The part with all trails.
pub(super) fn part(input: &Input<'_>) -> Part {
    let tables = TRAILS.map(|(name, title, kinds)| {
        let mut table = Table::new(&format!("trail-{name}"), title, kinds);
        let mut rows: Vec<Vec<String>> = population(input.sms, kinds[0], input.range)
            .into_iter()
            .map(|start| follow(input.sms, start, kinds))
            .collect();
        // The fullest first; what is missing on the way is said, not hidden.
        rows.sort_by_key(|row| (row.iter().filter(|cell| *cell == NONE).count(), row[0].clone()));
        let left = rows.len().saturating_sub(MOST);
        rows.truncate(MOST);
        table.rows = rows;
        if left > 0 { table.note(format!("{left} more begin in the period.")) } else { table }
    });
    Part::new("1", "Trails").say("Each row is one trail; a step without a record says none.").with(tables)
}

const NONE: &str = "none";

/// The records of each kind in turn that hang together with those before by a reference, either way.
fn follow(sms: &Sms<'_>, start: Ix, kinds: &[&str]) -> Vec<String> {
    let mut seen = BTreeSet::from([start]);
    let mut row = vec![sms.record(start).id.to_string()];
    for kind in &kinds[1..] {
        let mut step = BTreeSet::new();
        for ix in &seen {
            let out = sms.outgoing(*ix).iter().filter_map(|reference| sms.target(reference).map(|(to, _)| to));
            let back = sms.incoming(*ix).map(|reference| reference.from);
            step.extend(out.chain(back).filter(|to| sms.record(*to).kind.name == *kind));
        }
        let ids: Vec<&str> = step.iter().map(|ix| sms.record(*ix).id.as_str()).collect();
        row.push(match ids.len() {
            0 => NONE.to_owned(),
            1..=4 => ids.join(" "),
            many => format!("{} and {} more", ids[..3].join(" "), many - 3),
        });
        // A service hangs together with half of everything, so a trail goes on from few of a step.
        seen.extend(step.into_iter().take(4));
    }
    row
}
