//! Room for work: `gitsm calendar --free-slot`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::tz::TimeZone;
use jiff::{RoundMode, Timestamp, TimestampRound, Unit};
use serde_json::{Value, json};

use super::super::table::plain;
use super::super::{Context, Exit};
use super::rows::{days, end, moment};
use super::{Arguments, Format};
use crate::base::duration::Duration;
use crate::base::intervals::{Bounds, Intervals};
use crate::base::markdown::code;
use crate::base::text::and;
use crate::schedule::{Ground, Lack, Refused, Slot, Slots, free_slots};

/// Slots told to people.
const SLOTS: usize = 5;
/// Times passed over that are told to people.
const PASSED: usize = 12;

/// Runs it.
pub(super) fn run(
    cx: &mut Context<'_>,
    arguments: &Arguments,
    ground: Ground<'_>,
    length: Duration,
    bounds: Bounds,
    zone: &TimeZone,
) -> anyhow::Result<Exit> {
    anyhow::ensure!(length.seconds() > 0, "the work must be longer than nothing; write it like 2h or 45m");
    let ids = super::super::impact::resolve(ground.sms, ground.graph, &arguments.ids)?;
    let items: BTreeSet<&str> = ids.iter().filter_map(|id| Some(ground.graph.node(id)?.id.as_str())).collect();
    // Nothing can be planned in the past.
    let start = bounds.0.max(minute_from(ground.sms.snapshot.as_of.instant())).min(bounds.1);
    let slots = free_slots(ground, &items, length, (start, bounds.1));
    let head = |id: &dyn Fn(&str) -> String| {
        let words: Vec<String> = items.iter().map(|one| id(one)).collect();
        format!("Work of {length} on {}, {}", and(&words), days(zone, bounds))
    };
    match arguments.format {
        Format::Human => cx.text(&told(&slots, &head(&plain), zone, &plain))?,
        Format::Markdown => cx.text(&told(&slots, &head(&code), zone, &code))?,
        Format::Json => cx.json(&to_json(&slots, length, &items, zone))?,
        Format::Svg | Format::Ics => anyhow::bail!("room for work is told as human, json or markdown"),
    }
    Ok(Exit::Clean)
}

/// The first whole minute that is not before `at`.
fn minute_from(at: Timestamp) -> Timestamp {
    let minute = TimestampRound::new().smallest(Unit::Minute).mode(RoundMode::Ceil);
    at.round(minute).unwrap_or(at)
}

fn slot(slot: &Slot<'_>, takes_down: bool, zone: &TimeZone, id: &dyn Fn(&str) -> String) -> String {
    let list = |ids: &[&str]| and(&ids.iter().map(|one| id(one)).collect::<Vec<_>>());
    let long = Intervals::one(slot.bounds.0, slot.bounds.1).total();
    let mut words = format!("{} to {} ({long})", moment(zone, slot.bounds.0), end(zone, slot.bounds));
    if !takes_down {
        words.push_str(", takes no service down");
    } else if slot.disturbs.is_empty() {
        words.push_str(", outside all service hours");
    } else {
        let _ = write!(words, ", in service hours of {}", list(&slot.disturbs));
    }
    if !slot.short.is_empty() {
        let _ = write!(words, "; no interruption may be as long in {}", list(&slot.short));
    }
    words
}

fn passed(refused: &Refused<'_>, zone: &TimeZone, id: &dyn Fn(&str) -> String) -> String {
    let because: Vec<String> =
        refused.because.iter().map(|(why, one)| format!("{} {}", why.label(), id(one))).collect();
    let because = if because.is_empty() { "too short".to_owned() } else { and(&because) };
    format!("{} to {}: {because}", moment(zone, refused.bounds.0), end(zone, refused.bounds))
}

fn why_none(lack: &Lack<'_>, id: &dyn Fn(&str) -> String) -> String {
    match lack {
        Lack::Over => "All of it lies in the past; ask for later days with --to.".to_owned(),
        Lack::NoWindow(items) => {
            let items = and(&items.iter().map(|one| id(one)).collect::<Vec<_>>());
            format!("The agreed windows of {items} do not come in this time.")
        }
        Lack::NothingInCommon => "The agreed windows have no time in common.".to_owned(),
    }
}

/// Words for people, with ids as `id` writes them; those passed over are told up to the first room.
fn told(slots: &Slots<'_>, head: &str, zone: &TimeZone, id: &dyn Fn(&str) -> String) -> String {
    let mut out = format!("{head}\n\n");
    if slots.found.is_empty() {
        out.push_str("There is no room in this time.\n");
    } else {
        out.push_str("Room:\n");
    }
    for one in slots.found.iter().take(SLOTS) {
        let _ = writeln!(out, "- {}", slot(one, slots.takes_down, zone, id));
    }
    if slots.found.len() > SLOTS {
        let _ = writeln!(out, "- and {} later or less quiet ones", slots.found.len() - SLOTS);
    }
    let first = slots.found.first().map(|slot| slot.bounds.0);
    let before: Vec<&Refused<'_>> =
        slots.refused.iter().filter(|it| first.is_none_or(|first| it.bounds.0 < first)).collect();
    if !before.is_empty() {
        out.push_str("\nPassed over:\n");
    }
    if let Some(lack) = slots.lack.as_ref().filter(|_| slots.found.is_empty()) {
        let _ = writeln!(out, "\n{}", why_none(lack, id));
    }
    for one in before.iter().take(PASSED) {
        let _ = writeln!(out, "- {}", passed(one, zone, id));
    }
    if before.len() > PASSED {
        let _ = writeln!(out, "- and {} more", before.len() - PASSED);
    }
    if !slots.windows.is_empty() {
        let windows: Vec<String> = slots
            .windows
            .iter()
            .map(|(item, windows)| {
                format!("{} in {}", id(item), and(&windows.iter().map(|one| id(one)).collect::<Vec<_>>()))
            })
            .collect();
        let _ = writeln!(out, "\nAgreed windows: {}", windows.join("; "));
    }
    out
}

fn to_json(slots: &Slots<'_>, length: Duration, items: &BTreeSet<&str>, zone: &TimeZone) -> Value {
    let found = |slot: &Slot<'_>| {
        json!({
            "start": slot.bounds.0.to_string(),
            "end": slot.bounds.1.to_string(),
            "disturbs": slot.disturbs,
            "longer_than_allowed_in": slot.short,
        })
    };
    let refused = |refused: &Refused<'_>| {
        let because = refused.because.iter().map(|(why, id)| json!({"reason": why.word(), "id": id}));
        json!({
            "start": refused.bounds.0.to_string(),
            "end": refused.bounds.1.to_string(),
            "because": because.collect::<Vec<_>>(),
        })
    };
    let windows = slots.windows.iter().map(|(item, windows)| json!({"id": item, "windows": windows}));
    json!({
        "length": length.to_string(),
        "for": items,
        "zone": zone.iana_name(),
        "found": slots.found.iter().map(found).collect::<Vec<_>>(),
        "refused": slots.refused.iter().map(refused).collect::<Vec<_>>(),
        "windows": windows.collect::<Vec<_>>(),
    })
}
