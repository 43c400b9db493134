//! Service level management: what each SLA promises, what the chain behind it can deliver, and what was kept of it period
//! by period, beside what the organisation itself reported (8.3.3, 9.1, 9.4).

mod csv;
mod human;
mod json;
mod markdown;
mod svg;
mod table;
#[cfg(test)]
mod tests;
mod words;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::base::exact::Exact;
use crate::base::period::{Length, Period};
use crate::graph::Graph;
use crate::levels::tiers::{self, Called};
use crate::levels::{Delivery, Effort, Kept, Meter, tolerance};
use crate::model::sla::{Sla, SlaTarget, TargetMetric};
use crate::model::sla_report::{SlaReport, SlaResult};
use crate::model::view::At;
use crate::model::{Ix, Record, Sms};

pub use csv::csv;
pub use human::{one, overview};
pub use json::json;
pub use markdown::markdown;
pub use svg::svg;
pub use words::{budget_left, deliverable, figure, promise, time, verdict};

/// Which promises are looked at, and when.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The SLAs; when there are none, all that hold or are agreed.
    pub slas: Vec<Ix>,
    /// A day of the last period that is shown.
    pub until: Date,
    /// How many periods are shown.
    pub periods: usize,
    /// How much is spent on what chains can deliver.
    pub effort: Effort,
}

/// An SLA with everything that is known of its promises.
#[derive(Debug)]
pub struct Level<'s, 'g> {
    /// The SLA.
    pub sla: Sla<'s>,
    /// Its targets, as written.
    pub rows: Vec<Row<'s, 'g>>,
    /// Its limits of work, as written.
    pub loads: Vec<Load<'s>>,
}

/// A promised figure.
#[derive(Debug)]
pub struct Row<'s, 'g> {
    /// The target.
    pub target: SlaTarget<'s>,
    /// What the chain can deliver, when availability is promised.
    pub delivery: Option<Delivery<'s, 'g>>,
    /// The slowest way of a fault through those who answer or mend it, when an answer or a mend is promised.
    pub called: Option<Called<'s, 'g>>,
    /// What was kept, the earliest period first.
    pub cells: Vec<Cell<'s>>,
}

/// A period of a target.
#[derive(Debug)]
pub struct Cell<'s> {
    /// The period.
    pub period: Period,
    /// Whether it is not over yet.
    pub is_running: bool,
    /// What incidents and outages tell.
    pub kept: Option<Kept<'s>>,
    /// What the organisation reported.
    pub reported: Option<Reported<'s>>,
}

/// What a report says of a target.
#[derive(Debug, Clone, Copy)]
pub struct Reported<'s> {
    /// The report.
    pub record: &'s Record<'s>,
    /// Its row.
    pub result: SlaResult<'s>,
}

/// A limit up to which work is covered.
#[derive(Debug)]
pub struct Load<'s> {
    /// What is counted.
    pub metric: &'s str,
    /// The most that is covered.
    pub limit: Exact,
    /// Unit of the limit.
    pub unit: &'s str,
    /// What came, from the reports, the earliest first.
    pub actual: Vec<(Period, Exact)>,
}

impl Cell<'_> {
    /// Whether the target was kept: as measured, else as reported; none when neither tells.
    #[must_use]
    pub fn is_met(&self) -> Option<bool> {
        let reported = self.reported.and_then(|reported| reported.result.met());
        self.kept.as_ref().map(Kept::is_met).or(reported)
    }

    /// The share in percent: as measured, else as reported.
    #[must_use]
    pub fn percent(&self) -> Option<Exact> {
        let reported = || self.reported.and_then(|reported| reported.result.value());
        self.kept.as_ref().map_or_else(reported, |kept| kept.percent.clone())
    }

    /// Whether the report says something else than incidents and outages tell. Only periods that are over are compared,
    /// and figures may differ by half of the last written place or by one of what is counted.
    #[must_use]
    pub fn differs(&self) -> bool {
        let (Some(kept), Some(reported), false) = (&self.kept, self.reported, self.is_running) else { return false };
        if reported.result.met().is_some_and(|met| met != kept.is_met()) {
            return true;
        }
        match (&kept.percent, reported.result.value()) {
            (Some(measured), Some(said)) => (measured - &said).abs() > tolerance(kept, reported.result),
            (None, Some(_)) => true,
            (Some(_), None) => reported.result.no_data().is_none(),
            (None, None) => false,
        }
    }
}

/// Everything asked for, by the ids of the SLAs. Several threads work it out.
#[must_use]
pub fn levels<'s, 'g>(sms: &'s Sms<'s>, graph: &'g Graph, meter: &Meter<'s>, ask: &Ask) -> Vec<Level<'s, 'g>> {
    let promises = Promises::new(sms, ask);
    (0..promises.slas.len()).into_par_iter().map(|at| promises.level((sms, graph), meter, ask, at)).collect()
}

/// What was promised and reported: what levels are worked out from, each alone.
#[derive(Debug)]
pub struct Promises<'s> {
    slas: Vec<(Ix, Sla<'s>)>,
    reports: Vec<SlaReport<'s>>,
}

impl<'s> Promises<'s> {
    /// Reads the SLAs asked for and all reports.
    #[must_use]
    pub fn new(sms: &'s Sms<'s>, ask: &Ask) -> Self {
        let today = sms.snapshot.as_of.day();
        let asked = |(ix, sla): &(Ix, Sla<'s>)| {
            if ask.slas.is_empty() { sla.is_promised(today) } else { ask.slas.contains(ix) }
        };
        let slas = sms.of_kind("sla").filter_map(|(ix, _)| Some((ix, sms.view::<Sla<'s>>(ix)?)));
        Self { slas: slas.filter(asked).collect(), reports: reports(sms) }
    }

    /// The SLAs, in the order of their levels.
    #[must_use]
    pub fn slas(&self) -> &[(Ix, Sla<'s>)] {
        &self.slas
    }

    /// The level at a place, from the records that this was read from and what needs what. One thread works it out.
    ///
    /// # Panics
    /// When there is no SLA at this place.
    #[must_use]
    pub fn level<'g>(
        &self,
        (sms, graph): (&'s Sms<'s>, &'g Graph),
        meter: &Meter<'s>,
        ask: &Ask,
        at: usize,
    ) -> Level<'s, 'g> {
        let (ix, sla) = self.slas[at];
        let reports = self.reports.iter().filter(|report| report.sla().and_then(|id| sms.find(id)) == Some(ix));
        let reports: Vec<SlaReport<'s>> = reports.copied().collect();
        let row = |target: SlaTarget<'s>| {
            let length = target.window().map_or(Length::Month, crate::model::sla::TargetWindow::length);
            let cells = periods(ask, length).into_iter().map(|period| Cell {
                period,
                is_running: meter.clocks.bounds(sla, period).is_some_and(|(_, end)| end > sms.snapshot.as_of.instant()),
                kept: meter.kept(sla, target, period),
                reported: reported(&reports, target, period),
            });
            let promised = matches!(target.metric(), Some(TargetMetric::Response | TargetMetric::Resolution));
            let called = promised.then(|| tiers::called(sms, graph, &meter.clocks, sla, target));
            // Of ways as long as the longest the first one is told.
            let called = called.and_then(|called| called.into_iter().rev().max_by_key(Called::taken));
            Row {
                target,
                called,
                delivery: Delivery::new(sms, graph, &meter.clocks, sla, target, ask.effort),
                cells: cells.collect(),
            }
        };
        let rows = sla.target_rows().into_iter().map(row).collect();
        let loads = sla.workload_limits().into_iter().filter_map(|limit| load(limit, &reports, ask)).collect();
        Level { sla, rows, loads }
    }
}

/// The reports that the customers have, by period.
fn reports<'s>(sms: &'s Sms<'s>) -> Vec<SlaReport<'s>> {
    let mut reports: Vec<SlaReport<'s>> = sms.all::<SlaReport<'s>>().filter(|report| report.is_published()).collect();
    reports.sort_by_key(|report| (report.period(), report.0.record.id.as_str()));
    reports
}

/// The last periods of a length, the earliest first.
fn periods(ask: &Ask, length: Length) -> Vec<Period> {
    let mut periods: Vec<Period> = Vec::new();
    let mut day = Some(ask.until);
    while let Some(period) = day.filter(|_| periods.len() < ask.periods).and_then(|day| Period::of(day, length)) {
        day = period.first.yesterday().ok();
        periods.push(period);
    }
    periods.reverse();
    periods
}

fn reported<'s>(reports: &[SlaReport<'s>], target: SlaTarget<'s>, period: Period) -> Option<Reported<'s>> {
    let name = target.id()?;
    // The last one wins: a corrected report follows the first.
    reports.iter().rev().find_map(|report| {
        let result = report.results().into_iter().find(|result| {
            let of = result.period().or(report.period()).and_then(Period::parse);
            result.target() == Some(name) && of == Some(period)
        })?;
        Some(Reported { record: report.0.record, result })
    })
}

fn load<'s>(limit: At<'s>, reports: &[SlaReport<'s>], ask: &Ask) -> Option<Load<'s>> {
    let text = |key| limit.node.get(key).and_then(crate::yaml::Node::as_str);
    let number = |at: At<'s>| Exact::parse(&at.node.scalar()?);
    let metric = text("metric")?;
    let mut actual: Vec<(Period, Exact)> = Vec::new();
    for report in reports {
        let period = report.period().and_then(Period::parse).filter(|period| period.first <= ask.until);
        let row = report.workload().into_iter().find(|row| row.metric() == Some(metric));
        if let (Some(period), Some(came)) = (period, row.and_then(|row| number(row.actual()?))) {
            actual.retain(|(known, _)| *known != period);
            actual.push((period, came));
        }
    }
    actual.drain(..actual.len().saturating_sub(ask.periods));
    let limit = Exact::parse(&limit.node.get("limit")?.scalar()?)?;
    Some(Load { metric, limit, unit: text("unit").unwrap_or_default(), actual })
}
