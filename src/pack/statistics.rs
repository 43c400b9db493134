//! Figures over whole populations, beside the samples.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Input;
use super::table::{Part, Table, status};
use super::two::decisions;
use crate::base::date::{AsOf, When};
use crate::evidence::ledger::{last_vote, passed};
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
fn share(part: usize, of: usize) -> String {
    if of == 0 { String::new() } else { format!("{} %", (part * 200 + of) / (of * 2)) }
}

/// The instant at a path of fields.
fn instant(record: &Record<'_>, path: &[&str]) -> Option<Timestamp> {
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
        decisions(input, record.id.as_str()).iter().any(|kept| {
            let decision = kept.entry.body.decision();
            decision.is_some_and(passed) && kept.counts && start.is_none_or(|start| kept.entry.at <= start)
        })
    };
    let mut table = Table::new("changes-all", "All changes of the period", &["what", "number", "of", "share"]);
    let mut row = |what: &str, number: usize, of: usize| {
        table.row([what.to_owned(), number.to_string(), of.to_string(), share(number, of)]);
    };
    let all = done.len();
    row("carried out", all, changes.len());
    row("decided in the ledger before the start", count(&before_start), all);
    row(
        "tested with a result",
        count(&|record| record.get("test").is_some_and(|test| test.get("result").is_some())),
        all,
    );
    row("reviewed afterwards", count(&|record| record.get("pir").is_some()), all);
    let failed = |record: &Record<'_>| {
        matches!(record.text("outcome"), Some("failed" | "reversed"))
            || matches!(record.status(), Some("failed" | "reversed" | "remedied"))
    };
    row("failed or taken back", count(&failed), all);
    row("emergencies", count(&|record| record.text("category") == Some("emergency")), all);
    Part::new("3", "Whole populations")
        .say("These figures are over everything, not over a sample; exceptions are in the populations by name.")
        .with([table, clocks(input, &changes), trend(input)])
}

/// Where the time of each change went: waiting for voters, then for its window.
fn clocks(input: &Input<'_>, changes: &[&Record<'_>]) -> Table {
    let head = ["change", "asked for", "last vote", "recorded", "window", "hours for voters", "hours for the window"];
    let mut table = Table::new("clocks", "Two clocks: waiting for people and for the window", &head);
    let told = |at: Option<Timestamp>| at.map(|at| AsOf::new(at).to_string()).unwrap_or_default();
    let hours = |from: Option<Timestamp>, to: Option<Timestamp>| match (from, to) {
        (Some(from), Some(to)) => ((to.as_second() - from.as_second()) / 3600).to_string(),
        _ => String::new(),
    };
    for record in changes {
        let kept = decisions(input, record.id.as_str());
        let Some(kept) = kept.first() else { continue };
        let asked = instant(record, &["requested_at"]);
        let window = instant(record, &["planned", "start"]);
        let vote = kept.entry.body.facts().and_then(last_vote);
        let cells =
            [told(asked), told(vote), told(Some(kept.entry.at)), told(window), hours(asked, vote), hours(vote, window)];
        table.row(std::iter::once(record.id.to_string()).chain(cells));
    }
    table
}

/// Per quarter of the branch: commits under control, how many were decided, emergencies, and not.
fn trend(input: &Input<'_>) -> Table {
    use crate::evidence::verify::Verdict;
    let mut quarters: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    for commit in &input.report.commits {
        let month: usize = commit.time.get(5..7).and_then(|month| month.parse().ok()).unwrap_or(1);
        let quarter = format!("{}-Q{}", commit.time.get(..4).unwrap_or_default(), (month.max(1) - 1) / 3 + 1);
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
