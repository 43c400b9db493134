//! Where the time of changes went, and how they went over the quarters.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Input;
use super::statistics::{instant, share};
use super::table::Table;
use crate::base::date::AsOf;
use crate::evidence::ledger::last_vote;
use crate::model::Record;

/// Whether a change failed, or was taken back.
pub(super) fn failed(record: &Record<'_>) -> bool {
    matches!(record.text("outcome"), Some("failed" | "reversed"))
        || matches!(record.status(), Some("failed" | "reversed" | "remedied"))
}

/// Whether a change was an emergency.
pub(super) fn emergency(record: &Record<'_>) -> bool {
    record.text("category") == Some("emergency")
}

/// Whole hours from one instant to another; none before it, and nothing when one of them is not known.
fn hours(from: Option<Timestamp>, to: Option<Timestamp>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => ((to.as_second() - from.as_second()).max(0) / 3600).to_string(),
        _ => String::new(),
    }
}

/// Where the time of each change went: to its author, then waiting for voters, then for its window.
pub(super) fn table(input: &Input<'_>, changes: &[&Record<'_>]) -> Table {
    let head = [
        "change",
        "asked for",
        "written",
        "last vote",
        "recorded",
        "window",
        "hours of the author",
        "hours for voters",
        "hours for the window",
    ];
    let mut table = Table::new("clocks", "Two clocks: waiting for people and for the window", &head).note(
        "Written: the last commit of the branch that was decided, when this clone has it; without it, the time of the author counts to the voters.",
    );
    let told = |at: Option<Timestamp>| at.map(|at| AsOf::new(at).to_string()).unwrap_or_default();
    let mut by_entry = BTreeMap::new();
    for judged in &input.report.commits {
        if let Some(number) = judged.entry {
            by_entry.entry(number).or_insert(judged);
        }
    }
    for record in changes {
        let kept = input.decisions.of(record);
        let Some(kept) = kept.first() else { continue };
        let written = by_entry
            .get(&kept.entry.number)
            .and_then(|judged| judged.written.as_deref())
            .and_then(|at| at.parse().ok());
        let asked = instant(record, &["requested_at"]);
        let window = instant(record, &["planned", "start"]);
        let vote = kept.entry.body.facts().and_then(last_vote);
        table.row([
            record.id.to_string(),
            told(asked),
            told(written),
            told(vote),
            told(Some(kept.entry.at)),
            told(window),
            hours(asked, written),
            hours(written.or(asked), vote),
            hours(vote, window),
        ]);
    }
    table
}

/// Per quarter of their start: changes that were carried out, how many failed, and how many were emergencies.
pub(super) fn trend(done: &[&&Record<'_>]) -> Table {
    let mut quarters: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for record in done {
        let start = [&["actual", "start"][..], &["planned", "start"], &["requested_at"]];
        let Some(start) = start.into_iter().find_map(|path| instant(record, path)) else { continue };
        let counts = quarters.entry(quarter(&AsOf::new(start).to_string())).or_default();
        counts[0] += 1;
        counts[1] += usize::from(failed(record));
        counts[2] += usize::from(emergency(record));
    }
    let head =
        ["quarter", "carried out", "failed or taken back", "change failure rate", "emergencies", "emergency share"];
    let mut table = Table::new("change-trend", "Changes over time", &head);
    for (quarter, [all, failed, emergencies]) in quarters {
        table.row([
            quarter,
            all.to_string(),
            failed.to_string(),
            share(failed, all),
            emergencies.to_string(),
            share(emergencies, all),
        ]);
    }
    table
}

/// The quarter of an instant as it is written.
pub(super) fn quarter(time: &str) -> String {
    let month: usize = time.get(5..7).and_then(|month| month.parse().ok()).unwrap_or(1);
    format!("{}-Q{}", time.get(..4).unwrap_or_default(), (month.max(1) - 1) / 3 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::records;

    #[test]
    fn hours_are_whole_never_below_none_and_left_out_when_an_end_is_not_known() {
        let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        let (early, late) = (at("2026-03-01T00:00:00Z"), at("2026-03-01T02:59:59Z"));
        assert_eq!([hours(early, late), hours(late, early), hours(None, late), hours(early, None)], ["2", "0", "", ""]);
    }

    #[test]
    fn quarters_follow_the_month() {
        let of = ["2026-01-31T", "2026-03-31", "2026-04-01", "2026-12-31"].map(quarter);
        assert_eq!(of, ["2026-Q1", "2026-Q1", "2026-Q2", "2026-Q4"]);
    }

    #[test]
    fn changes_are_counted_in_the_quarter_of_their_start() {
        let story = "\
== change chg-a
status: closed
actual: {start: 2026-01-10T00:00:00Z}
== change chg-b
status: reversed
category: emergency
actual: {start: 2026-03-31T23:00:00Z}
== change chg-c
status: closed
outcome: failed
planned: {start: 2026-04-01T00:00:00Z}
== change chg-d
status: closed
";
        records(story, |sms| {
            let all: Vec<&Record<'_>> = sms.of_kind("change").map(|(_, record)| record).collect();
            let rows = trend(&all.iter().collect::<Vec<_>>()).rows;
            let rows: Vec<String> = rows.into_iter().map(|row| row.join(",")).collect();
            assert_eq!(rows, ["2026-Q1,2,1,50 %,1,50 %", "2026-Q2,1,1,100 %,0,0 %"]);
        });
    }
}
