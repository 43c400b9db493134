//! Service levels for a terminal: all SLAs at a glance, or one in full.

use std::fmt::Write as _;

use super::table::{head, is_worth_a_look, row};
use super::words::{amount, figure, lost, promise, share, time, verdict};
use super::{Cell, Level, Load, Row};
use crate::base::exact::Exact;
use crate::base::text::{and, counted};
use crate::levels::tiers::{Called, Tier};
use crate::levels::{self, Delivery, Part};
use crate::model::Sms;
use crate::model::ci::AvailabilityBasis;
use crate::model::sla::SlaTarget;

/// What every computed availability rests on.
pub(super) const ASSUMED: &str = "Deliverable figures take parts to fail independently of one another, count what \
    several share once, and take parts without a figure as always up.";

/// The parts of a chain that are named before the rest is counted.
const NAMED: usize = 6;

/// A table of what deserves a look: the rows of [`table`](super::table), and how many more targets were kept.
#[must_use]
pub fn overview(levels: &[Level<'_, '_>]) -> (Vec<Vec<String>>, String) {
    let head = head(levels);
    let width = head.len();
    let all: Vec<(&Level<'_, '_>, &Row<'_, '_>)> =
        levels.iter().flat_map(|level| level.rows.iter().map(move |row| (level, row))).collect();
    let shown: Vec<_> = all.iter().filter(|(_, row)| is_worth_a_look(row)).collect();
    let rows = shown.iter().map(|(level, one)| row(level, one, width));
    let mut below = String::new();
    let short = all.iter().filter_map(|(_, row)| row.delivery.as_ref()).filter(|delivery| !delivery.is_kept()).count();
    let missed = all.iter().filter(|(_, row)| row.cells.iter().any(|cell| cell.is_met() == Some(false))).count();
    let more = all.len() - shown.len();
    let _ = writeln!(
        below,
        "{} in {}: {} missed in these periods, {} beyond what {} chain can deliver. {} without a miss not shown.",
        counted(all.len(), "target", "targets"),
        counted(levels.len(), "SLA", "SLAs"),
        missed,
        short,
        if short == 1 { "its" } else { "their" },
        counted(more, "target", "targets"),
    );
    let _ = writeln!(below, "{ASSUMED}");
    (std::iter::once(head).chain(rows).collect(), below)
}

/// Everything about one SLA.
#[must_use]
pub fn one(sms: &Sms<'_>, level: &Level<'_, '_>) -> String {
    let sla = level.sla;
    let mut out = format!("{}: {}\n", sla.0.record.id, sla.0.record.title());
    let service = sla.service().map_or("no service", |service| service.id);
    let customer = sla.customer().map_or("nobody", |customer| customer.id);
    let status = sla.status().map_or("without a status", crate::model::sla::SlaStatus::word).replace('_', " ");
    let _ = writeln!(out, "{service} for {customer}, {status}, as of {}", sms.snapshot.as_of);
    for row in &level.rows {
        let name = row.target.id().unwrap_or("(no id)");
        let scope = row.target.scope().map(|scope| format!(" ({scope})")).unwrap_or_default();
        let _ = writeln!(out, "\n{name}{scope}: {}", promise(row.target));
        if let Some(delivery) = row.delivery.as_ref().filter(|delivery| delivery.is_known()) {
            chain(delivery, &mut out);
        }
        if let Some(called) = &row.called {
            behind(called, row.target, &mut out);
        }
        let is_known = row.cells.iter().any(|cell| cell.kept.is_some() || cell.reported.is_some());
        for alike in row.cells.chunk_by(is_alike).filter(|_| is_known) {
            match alike {
                [first, .., last] => quiet(first, last, &mut out),
                _ => alike.iter().for_each(|cell| period(cell, &mut out)),
            }
        }
    }
    for load in &level.loads {
        workload(load, &mut out);
    }
    out
}

/// What the chain can deliver, what costs most, and what would be enough.
fn chain(delivery: &Delivery<'_, '_>, out: &mut String) {
    let (expected, worst) = (delivery.expected().in_percent(), delivery.at_worst().in_percent());
    let lost = |percent: &Exact| {
        let lost = delivery.seconds.as_ref().map(|seconds| time(&levels::lost(percent, seconds)));
        lost.map(|lost| format!("{lost} lost")).unwrap_or_default()
    };
    let most = if delivery.is_complete() { "" } else { "at most " };
    let verdict = match delivery.verdict() {
        Some(true) => "enough",
        Some(false) => "TOO LITTLE",
        None => "CANNOT BE TOLD, since groups that hang together over too many parts are left out",
    };
    let mut line = |what: &str, figure: String, rest: String| {
        let _ = writeln!(out, "  {what:<12} {figure:<16} {rest}");
    };
    line(
        "promised",
        share(&delivery.promised),
        format!("{} in a mean {:?}", lost(&delivery.promised), delivery.window).to_lowercase(),
    );
    line("deliverable", format!("{most}{}", share(&expected)), format!("{}: {verdict}", lost(&expected)));
    let by = "when every supplier loses all that it may, in these hours";
    line("at worst", format!("{most}{}", share(&worst)), format!("{} {by}", lost(&worst)));
    let parts = delivery.parts();
    if !parts.is_empty() {
        out.push_str("  what costs most:\n");
    }
    for part in parts.iter().take(NAMED) {
        let _ = writeln!(out, "    {}", cost(delivery, part));
    }
    if parts.len() > NAMED {
        let _ = writeln!(out, "    and {} that cost less", counted(parts.len() - NAMED, "part", "parts"));
    }
    if !delivery.is_kept() {
        let _ = writeln!(out, "  {}", levels::enough(delivery, &parts));
    }
    let silent: Vec<&str> = delivery.silent().map(|node| node.id.as_str()).collect();
    if !silent.is_empty() {
        let _ = writeln!(out, "  without a figure, taken as always up: {}", and(&silent));
    }
    let _ = writeln!(out, "  {ASSUMED}");
}

/// Who answers or mends behind the target, and how long that takes at most in its hours.
fn behind(called: &Called<'_, '_>, target: SlaTarget<'_>, out: &mut String) {
    let tier = |tier: Tier<'_>| format!("{} in {}", tier.taken, tier.support.record().id);
    let steps: Vec<String> = [called.inside, called.outside].into_iter().flatten().map(tier).collect();
    let verdict = match target.limit().map(|limit| called.taken() <= limit) {
        Some(true) => ": enough",
        Some(false) => ": TOO SLOW",
        None => "",
    };
    let _ = writeln!(out, "  behind it    at most {} for {}{verdict}", steps.join(" and "), called.node.id);
}

fn cost(delivery: &Delivery<'_, '_>, part: &Part<'_>) -> String {
    let lost = delivery.seconds.as_ref().map(|seconds| time(&part.lost(seconds))).unwrap_or_default();
    let source = delivery.figure(part.node).map(|figure| match (figure.promise, figure.basis) {
        (Some(promise), _) => format!("promised in {}", promise.support.record().id),
        (None, Some(AvailabilityBasis::Measured)) => "as measured".to_owned(),
        (None, Some(basis)) => format!("by {}", basis.word()),
        (None, None) => "nobody says how it is known".to_owned(),
    });
    let spare = if part.single { "" } else { ", behind redundancy" };
    format!("{lost:>8}  {} at {}, {}{spare}", part.node.id, share(part.percent), source.unwrap_or_default())
}

/// Whether two periods in a row need no line each: nothing was lost or missed in either, and their figures are the same.
fn is_alike(a: &Cell<'_>, b: &Cell<'_>) -> bool {
    let is_quiet = |cell: &Cell<'_>| {
        let nothing_lost = cell.kept.as_ref().is_none_or(|kept| kept.behind.is_empty() && kept.excluded == 0);
        nothing_lost && cell.is_met() != Some(false) && !cell.differs()
    };
    is_quiet(a) && is_quiet(b) && (verdict(a), figure(a)) == (verdict(b), figure(b))
}

/// One line for a stretch of quiet periods.
fn quiet(first: &Cell<'_>, last: &Cell<'_>, out: &mut String) {
    let _ = writeln!(out, "  {} to {}: {} {}", first.period, last.period, verdict(first), figure(first));
}

fn period(cell: &Cell<'_>, out: &mut String) {
    let _ = write!(out, "  {:<12} {:<16} ", cell.period.to_string(), format!("{} {}", verdict(cell), figure(cell)));
    if let Some(kept) = cell.kept.as_ref().filter(|kept| kept.all > 0) {
        let (budget, left) = kept.budget();
        let lost = lost(kept);
        let _ = write!(out, "{} lost of {}", amount(kept.counted, &lost), amount(kept.counted, &budget));
        if left < Exact::zero() {
            out.push_str(", budget spent");
        }
        let names: Vec<&str> = kept.behind.iter().map(|record| record.id.as_str()).collect();
        if !names.is_empty() {
            let _ = write!(out, " in {}", and(&names));
        }
        if kept.excluded > 0 {
            let excluded = Exact::from(i64::try_from(kept.excluded).unwrap_or(i64::MAX));
            let _ = write!(out, "; {} in agreed maintenance not counted", time(&excluded));
        }
    }
    match cell.reported {
        Some(reported) if cell.differs() => {
            let said = reported.result.value().map_or_else(|| "nothing".to_owned(), |value| share(&value));
            let met = if reported.result.met() == Some(false) { "missed" } else { "met" };
            let _ = write!(out, "; {} DIFFERS: {met} with {said}", reported.record.id);
        }
        Some(reported) if cell.kept.is_none() => {
            let _ = write!(out, "as reported in {}", reported.record.id);
        }
        _ => {}
    }
    let end = out.trim_end().len();
    out.truncate(end);
    out.push('\n');
}

fn workload(load: &Load<'_>, out: &mut String) {
    let _ = writeln!(out, "\n{}: covered up to {} {}", load.metric, load.limit.down(), load.unit);
    for (period, came) in &load.actual {
        let share = (came * &Exact::from(100)).over(&load.limit).map(|share| share.text(0)).unwrap_or_default();
        let over = if *came > load.limit { ", OVER THE LIMIT" } else { "" };
        let _ = writeln!(out, "  {:<12} {:<16} {share} % of the limit{over}", period.to_string(), came.down());
    }
}
