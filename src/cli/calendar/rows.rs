//! A schedule as rows: for people, for wikis, for programs.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::super::table::{plain, table};
use crate::base::intervals::Bounds;
use crate::base::markdown::{code, escaped};
use crate::base::text::counted;
use crate::schedule::{Clash, Ground, Happening, Schedule};

/// Services named in one row; the rest is counted.
const SERVICES: usize = 4;

const HEAD: [&str; 7] = ["day", "from", "to", "sort", "id", "title", "services"];

/// A moment with its day, in the zone.
pub(super) fn moment(zone: &TimeZone, at: Timestamp) -> String {
    zone.to_datetime(at).strftime("%a %F %R").to_string()
}

/// The end of a stretch as one reads it beside its start: the time alone on the same day, where midnight is 24:00, the
/// weekday for the day after, else the date.
pub(super) fn end(zone: &TimeZone, (start, end): Bounds) -> String {
    let (from, to) = (zone.to_datetime(start), zone.to_datetime(end));
    let midnight = to.time() == jiff::civil::Time::midnight();
    let last = if midnight { to.date().yesterday().unwrap_or(to.date()) } else { to.date() };
    let clock = if midnight { "24:00".to_owned() } else { to.strftime("%R").to_string() };
    if last == from.date() {
        clock
    } else if from.date().tomorrow().is_ok_and(|next| next == last) {
        format!("{} {clock}", last.strftime("%a"))
    } else {
        format!("{last} {clock}")
    }
}

/// The first and the last day.
pub(super) fn days(zone: &TimeZone, (start, end): Bounds) -> String {
    let last = zone.to_datetime(end).date();
    let (first, last) = (zone.to_datetime(start).date(), last.yesterday().unwrap_or(last));
    format!("{first} to {last}, times in {}", zone.iana_name().unwrap_or("local time"))
}

/// What a happening is about, in few words.
fn about(ground: Ground<'_>, happening: &Happening<'_>, told: impl Fn(&str) -> String) -> String {
    if happening.everything {
        return "everything".to_owned();
    }
    let services = happening.services(ground.graph);
    let more = services.len().saturating_sub(SERVICES);
    let mut words = services.into_iter().take(SERVICES).map(told).collect::<Vec<_>>().join(", ");
    if more > 0 {
        let _ = write!(words, " and {more} more");
    }
    words
}

fn row(zone: &TimeZone, time: Bounds, happening: &Happening<'_>) -> [String; 4] {
    let start = zone.to_datetime(time.0);
    let (day, from) = (start.strftime("%a %F").to_string(), start.strftime("%R").to_string());
    let end = if happening.endless { "no end yet".to_owned() } else { end(zone, time) };
    [day, from, end, happening.sort.label().to_owned()]
}

fn clash(zone: &TimeZone, clash: &Clash<'_>, safe: impl Fn(&str) -> String) -> String {
    let from = clash.times.bounds().map(|(start, _)| moment(zone, start)).unwrap_or_default();
    let again = clash.times.len().saturating_sub(1);
    let again = if again > 0 { format!(", and {}", counted(again, "more time", "more times")) } else { String::new() };
    format!("{from}: {}{again}", safe(&clash.sentence()))
}

/// A table, and below it what gets in the way of what.
pub(super) fn human(ground: Ground<'_>, schedule: &Schedule<'_>, zone: &TimeZone) -> String {
    let mut out = format!("{}\n\n", days(zone, schedule.bounds));
    let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
    for (time, happening) in schedule.by_time() {
        let mut cells = row(zone, time, happening).to_vec();
        cells.push(happening.record.id.to_string());
        cells.push(happening.record.title().to_owned());
        cells.push(about(ground, happening, str::to_owned));
        rows.push(cells);
    }
    if rows.len() == 1 {
        out.push_str("Nothing happens in this time.\n");
    } else {
        out.push_str(&table(&rows));
    }
    if !schedule.clashes.is_empty() {
        out.push_str("\nIn the way of each other:\n");
        for one in &schedule.clashes {
            let _ = writeln!(out, "- {}", clash(zone, one, plain));
        }
    }
    out
}

/// The same for forges and wikis.
pub(super) fn markdown(ground: Ground<'_>, schedule: &Schedule<'_>, zone: &TimeZone) -> String {
    let mut out = format!("{}\n\n", days(zone, schedule.bounds));
    let rows = schedule.by_time();
    if rows.is_empty() {
        out.push_str("Nothing happens in this time.\n");
    } else {
        let _ = write!(out, "| {} |\n|{}\n", HEAD.join(" | "), " --- |".repeat(HEAD.len()));
    }
    for (time, happening) in rows {
        let cells = row(zone, time, happening);
        let title = escaped(happening.record.title());
        let about = about(ground, happening, code);
        let _ = writeln!(out, "| {} | {} | {title} | {about} |", cells.join(" | "), code(happening.record.id.as_str()));
    }
    if !schedule.clashes.is_empty() {
        out.push_str("\n**In the way of each other**\n\n");
        for one in &schedule.clashes {
            let _ = writeln!(out, "- {}", clash(zone, one, escaped));
        }
    }
    out
}

/// One value with every time in UTC.
pub(super) fn json(ground: Ground<'_>, schedule: &Schedule<'_>, zone: &TimeZone) -> Value {
    let entry = |(time, happening): (Bounds, &Happening<'_>)| {
        json!({
            "start": time.0.to_string(),
            "end": (!happening.endless).then(|| time.1.to_string()),
            "sort": happening.sort.word(),
            "id": happening.record.id,
            "title": happening.record.title(),
            "status": happening.record.status(),
            "touches": happening.touches,
            "everything": happening.everything,
            "services": happening.services(ground.graph),
        })
    };
    let stretch = |(start, end): Bounds| json!({"start": start.to_string(), "end": end.to_string()});
    let clash = |clash: &Clash<'_>| {
        json!({
            "kind": clash.kind.word(),
            "one": clash.one.id,
            "other": clash.other.map(|other| &other.id),
            "on": clash.on,
            "settled": clash.settled,
            "times": clash.times.iter().map(stretch).collect::<Vec<_>>(),
            "words": clash.sentence(),
        })
    };
    json!({
        "commit": ground.sms.snapshot.origin.commit(),
        "as_of": ground.sms.snapshot.as_of.to_string(),
        "from": schedule.bounds.0.to_string(),
        "to": schedule.bounds.1.to_string(),
        "zone": zone.iana_name(),
        "entries": schedule.by_time().into_iter().map(entry).collect::<Vec<_>>(),
        "clashes": schedule.clashes.iter().map(clash).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(start: &str, end_at: &str) -> String {
        let zone = TimeZone::get("Europe/Oslo").unwrap();
        end(&zone, (start.parse().unwrap(), end_at.parse().unwrap()))
    }

    #[test]
    fn the_end_of_a_stretch_is_told_as_shortly_as_can_be() {
        for (start, end, expected) in [
            ("2026-12-02T20:00:00Z", "2026-12-02T21:30:00Z", "22:30"),
            ("2026-12-02T20:00:00Z", "2026-12-02T23:00:00Z", "24:00"),
            ("2026-12-02T20:00:00Z", "2026-12-03T03:00:00Z", "Thu 04:00"),
            ("2026-12-02T20:00:00Z", "2026-12-03T23:00:00Z", "Thu 24:00"),
            ("2026-12-02T20:00:00Z", "2026-12-09T20:00:00Z", "2026-12-09 21:00"),
            ("2026-12-14T23:00:00Z", "2027-01-03T23:00:00Z", "2027-01-03 24:00"),
        ] {
            assert_eq!(told(start, end), expected, "{start} to {end}");
        }
    }

    #[test]
    fn days_are_those_that_are_shown() {
        let zone = TimeZone::get("Europe/Oslo").unwrap();
        let bounds = ("2026-11-30T23:00:00Z".parse().unwrap(), "2026-12-24T23:00:00Z".parse().unwrap());
        assert_eq!(days(&zone, bounds), "2026-12-01 to 2026-12-24, times in Europe/Oslo");
        assert_eq!(moment(&zone, bounds.0), "Tue 2026-12-01 00:00");
    }
}
