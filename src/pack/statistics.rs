//! Figures over whole populations, beside the samples.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::table::{Part, Table, status};
use super::{Input, clocks};
use crate::base::date::When;
use crate::evidence::ledger::{decided_at, passed};
use crate::evidence::sample::population;
use crate::model::Record;

/// How many records of a kind have each status.
pub(super) fn by_status(input: &Input<'_>, kind: &str) -> Table {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let all = population(input.sms, kind, input.range);
    for ix in &all {
        *counts.entry(status(input.sms.record(*ix))).or_default() += 1;
    }
    let mut table = Table::new(
        &format!("status-{}", kind.replace('_', "-")),
        "All of them, by status",
        &["status", "number", "share"],
    );
    for (word, count) in counts {
        table.row([word, count.to_string(), share(count, all.len())]);
    }
    table
}

/// A share in whole percent.
pub(super) fn share(part: usize, of: usize) -> String {
    if of == 0 { String::new() } else { format!("{} %", (part * 200 + of) / (of * 2)) }
}

/// The instant at a path of fields.
pub(super) fn instant(record: &Record<'_>, path: &[&str]) -> Option<Timestamp> {
    let mut node = &record.root;
    for key in path {
        node = node.get(key)?;
    }
    match When::parse(node.as_str()?).ok()? {
        When::Instant(at) => Some(at),
        When::Day(day) => jiff::tz::TimeZone::UTC.to_timestamp(day.into()).ok(),
    }
}

/// What is true of all changes of the period, and where their time went.
pub(super) fn part(input: &Input<'_>) -> Part {
    let changes: Vec<&Record<'_>> =
        population(input.sms, "change", input.range).into_iter().map(|ix| input.sms.record(ix)).collect();
    let done: Vec<&&Record<'_>> = changes
        .iter()
        .filter(|record| matches!(record.status(), Some("implemented" | "failed" | "reversed" | "remedied" | "closed")))
        .collect();
    let count = |keep: &dyn Fn(&Record<'_>) -> bool| done.iter().filter(|record| keep(record)).count();
    let before_start = |record: &Record<'_>| {
        let start = instant(record, &["actual", "start"]).or_else(|| instant(record, &["planned", "start"]));
        input.decisions.of(record).iter().any(|kept| {
            let decision = kept.entry.body.decision();
            let made = decision.and_then(decided_at).map_or(kept.entry.at, |at| at.min(kept.entry.at));
            decision.is_some_and(passed) && kept.counts && start.is_none_or(|start| made <= start)
        })
    };
    let head = ["what", "number", "of", "share", "exceptions, by name"];
    let mut table = Table::new("changes-all", "All changes of the period", &head);
    let mut row = |what: &str, number: usize, of: usize, which: Vec<&str>| {
        table.row([what.to_owned(), number.to_string(), of.to_string(), share(number, of), which.join(" ")]);
    };
    let which = |keep: &dyn Fn(&Record<'_>) -> bool| -> Vec<&str> {
        done.iter().filter(|record| keep(record)).map(|record| record.id.as_str()).collect()
    };
    let all = done.len();
    row("carried out", all, changes.len(), Vec::new());
    let tested = |record: &Record<'_>| record.get("test").is_some_and(|test| test.get("result").is_some());
    let reviewed = |record: &Record<'_>| record.get("pir").is_some();
    row("decided in the ledger before the start", count(&before_start), all, which(&|record| !before_start(record)));
    row("tested with a result", count(&tested), all, which(&|record| !tested(record)));
    row("reviewed afterwards", count(&reviewed), all, which(&|record| !reviewed(record)));
    row("failed or taken back", count(&clocks::failed), all, which(&clocks::failed));
    row("emergencies", count(&clocks::emergency), all, which(&clocks::emergency));
    Part::new("3", "Whole populations")
        .say("These figures are over everything, not over a sample; exceptions stand in the last column by name.")
        .with([table, clocks::table(input, &changes), clocks::trend(&done), trend(input), input.course.table()])
}

/// Per quarter of the branch: commits under control, how many were decided, emergencies, and not.
fn trend(input: &Input<'_>) -> Table {
    use crate::evidence::verify::Verdict;
    let mut quarters: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    for commit in &input.report.commits {
        let quarter = clocks::quarter(&commit.time);
        let counts = quarters.entry(quarter).or_default();
        counts[0] += 1;
        counts[1] += usize::from(commit.verdict == Verdict::Authorised);
        counts[2] += usize::from(commit.verdict == Verdict::Emergency);
        counts[3] += usize::from(commit.verdict == Verdict::Unauthorised);
    }
    let head = ["quarter", "commits under control", "authorised", "emergency", "unauthorised", "emergency share"];
    let mut table = Table::new("trend", "Trend of the branch", &head);
    for (quarter, [all, authorised, emergency, unauthorised]) in quarters {
        let counts = [all, authorised, emergency, unauthorised].map(|count| count.to_string());
        table.row(std::iter::once(quarter).chain(counts).chain([share(emergency, all)]));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_half_up_and_of_nothing_there_is_none() {
        let told = [(0, 0), (0, 3), (1, 3), (2, 3), (1, 200), (1, 201), (3, 3)].map(|(part, of)| share(part, of));
        assert_eq!(told, ["", "0 %", "33 %", "67 %", "1 %", "0 %", "100 %"]);
    }
}
