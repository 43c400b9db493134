//! Figures and promises in words.

use super::{Cell, Row};
use crate::base::duration::Duration;
use crate::base::exact::Exact;
use crate::levels::{Counted, Kept};
use crate::model::sla::{Clock, Operator, SlaTarget};

/// A share in percent, rounded down so that nothing looks better than it is.
pub(super) fn share(percent: &Exact) -> String {
    format!("{} %", percent.down())
}

/// A length of time given in seconds: to the second below a minute, to the minute above.
#[must_use]
pub fn time(seconds: &Exact) -> String {
    let sign = if *seconds < Exact::zero() { "-" } else { "" };
    let whole = seconds.abs().round(0).whole().and_then(|whole| u64::try_from(whole).ok()).unwrap_or(u64::MAX);
    format!("{sign}{}", Duration::from_seconds(whole).rough())
}

/// What is counted: time, or cases.
pub(super) fn amount(counted: Counted, amount: &Exact) -> String {
    match counted {
        Counted::Seconds => time(amount),
        Counted::Cases => format!("{} {}", amount.text(1), if amount.whole() == Some(1) { "case" } else { "cases" }),
    }
}

/// What was lost or missed in the period.
pub(super) fn lost(kept: &Kept<'_>) -> Exact {
    let count = |number: u64| Exact::from(i64::try_from(number).unwrap_or(i64::MAX));
    &count(kept.all) - &count(kept.delivered)
}

/// Met, missed, or why there is no answer.
#[must_use]
pub fn verdict(cell: &Cell<'_>) -> &'static str {
    match (cell.is_met(), cell.is_running) {
        (Some(true), true) => "kept so far",
        (Some(true), false) => "met",
        (Some(false), _) => "missed",
        (None, true) => "running",
        (None, false) => "no figure",
    }
}

/// The share of the period, as measured or else as reported; a dash without one.
#[must_use]
pub fn figure(cell: &Cell<'_>) -> String {
    match (cell.percent(), &cell.kept) {
        (Some(percent), _) => share(&percent),
        (None, Some(kept)) if kept.counted == Counted::Cases => "no case".to_owned(),
        _ => "-".to_owned(),
    }
}

/// The promise of a target as a phrase.
#[must_use]
pub fn promise(target: SlaTarget<'_>) -> String {
    let number = target.0.node.get("value").and_then(crate::yaml::Node::scalar).unwrap_or_default();
    let value = match target.unit() {
        Some("percent") => format!("{number} %"),
        Some(unit) => format!("{number} {unit}"),
        None => number.into_owned(),
    };
    let bound = if target.operator() == Some(Operator::AtMost) { "at most" } else { "at least" };
    let share = target.share().map(|share| format!(" in {} % of cases", share.text(3))).unwrap_or_default();
    let clock = match target.clock() {
        Some(Clock::Always) => " at all hours",
        Some(Clock::ServiceHours) => " in service hours",
        Some(Clock::SupportHours) => " in support hours",
        None => "",
    };
    let window = target.window().map(|window| format!(" each {}", window.word())).unwrap_or_default();
    format!("{bound} {value}{share}{clock}{window}")
}

/// Whether the chain can keep the promise.
#[must_use]
pub fn deliverable(row: &Row<'_, '_>) -> String {
    let Some(delivery) = row.delivery.as_ref().filter(|delivery| delivery.is_known()) else { return "-".to_owned() };
    let most = if delivery.is_complete() { "" } else { "at most " };
    let short = match delivery.verdict() {
        Some(true) => "",
        Some(false) => ", too little",
        None => ", cannot be told",
    };
    format!("{most}{}{short}", share(&delivery.expected().in_percent()))
}

/// The share of the error budget that is left in the last period with figures, in percent.
#[must_use]
pub fn budget_left(row: &Row<'_, '_>) -> String {
    let Some(kept) = row.cells.iter().rev().find_map(|cell| cell.kept.as_ref()) else { return "-".to_owned() };
    let (whole, left) = kept.budget();
    match left.over(&whole) {
        Some(share) => format!("{} ({} %)", amount(kept.counted, &left), (&share * &Exact::from(100)).text(0)),
        None => "-".to_owned(),
    }
}

/// Where it goes: the last period that is over beside the one before it.
pub(super) fn trend(row: &Row<'_, '_>) -> &'static str {
    let over = row.cells.iter().filter(|cell| !cell.is_running).filter_map(Cell::percent);
    let over: Vec<Exact> = over.collect();
    // A number at most is better when it is lower; for a length of time the figure is the share of cases that kept it.
    let lower_is_better = row.target.operator() == Some(Operator::AtMost) && row.target.limit().is_none();
    match over.as_slice() {
        [.., before, last] if before == last => "steady",
        [.., before, last] if (last > before) == lower_is_better => "worse",
        [.., _, _] => "better",
        _ => "-",
    }
}
