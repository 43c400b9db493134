//! What was kept of a promise in a period, from incidents and outages (8.3.3, 9.1).

use jiff::Timestamp;

use super::cases::Cases;
use super::clocks::Clocks;
use super::stops::Stops;
use crate::base::exact::Exact;
use crate::base::period::Period;
use crate::model::sla::{Sla, SlaTarget, TargetMetric};
use crate::model::sla_report::{ResultUnit, SlaResult};
use crate::model::{Record, Sms};

/// What figures count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// Seconds of the clock in which it worked, of all.
    Seconds,
    /// Cases that kept the value, of all.
    Cases,
}

/// What was kept of a target in a period.
#[derive(Debug)]
pub struct Kept<'s> {
    /// What the figures count.
    pub counted: Counted,
    /// What was delivered.
    pub delivered: u64,
    /// What was promised: all time or all cases.
    pub all: u64,
    /// Seconds lost in maintenance windows to which the customer agreed; they do not count.
    pub excluded: u64,
    /// The first as a share of the second, in percent; none when there was nothing to count.
    pub percent: Option<Exact>,
    /// The least share in percent with which the target is kept.
    pub least: Exact,
    /// The records behind what was lost or missed, by time or id.
    pub behind: Vec<&'s Record<'s>>,
}

impl Kept<'_> {
    /// Whether the target was kept; with nothing to count it was.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.percent.as_ref().is_none_or(|percent| *percent >= self.least)
    }

    /// What may be lost in the period with the target kept, and how much of it is left; both in seconds or cases, the
    /// second below zero once the target is missed.
    #[must_use]
    pub fn budget(&self) -> (Exact, Exact) {
        let share = (&Exact::from(100) - &self.least).over(&Exact::from(100)).unwrap_or_else(Exact::zero);
        let whole = &share * &whole(self.all);
        let left = &whole - &(&self::whole(self.all) - &self::whole(self.delivered));
        (whole, left)
    }
}

fn whole(count: u64) -> Exact {
    Exact::from(i64::try_from(count).unwrap_or(i64::MAX))
}

/// What measuring takes, read once.
#[derive(Debug)]
pub struct Meter<'s> {
    sms: &'s Sms<'s>,
    /// The hours of promises.
    pub clocks: Clocks<'s>,
    stops: Stops<'s>,
    cases: Cases<'s>,
}

impl<'s> Meter<'s> {
    /// Reads calendars, outages and incidents.
    #[must_use]
    pub fn new(sms: &'s Sms<'s>) -> Self {
        Self { sms, clocks: Clocks::new(sms), stops: Stops::new(sms), cases: Cases::new(sms) }
    }

    /// What was kept of a target in `period` as far as it has passed and the SLA held. None for targets whose figures come
    /// from elsewhere, and where clock or value cannot be read or nothing of the period has passed.
    #[must_use]
    pub fn kept(&self, sla: Sla<'s>, target: SlaTarget<'s>, period: Period) -> Option<Kept<'s>> {
        let bounds = self.bounds(sla, period)?;
        match target.metric()? {
            TargetMetric::Availability => {
                let least = target.availability()?;
                let lost = self.stops.lost(&self.clocks, sla, target, bounds)?;
                let all = lost.clock.total().seconds();
                let delivered = all - lost.counted.total().seconds();
                let percent = percent(delivered, all);
                let excluded = lost.excluded.total().seconds();
                let behind = lost.records;
                Some(Kept { counted: Counted::Seconds, delivered, all, excluded, percent, least, behind })
            }
            TargetMetric::Response | TargetMetric::Resolution => {
                let value = target.limit()?;
                let cases = self.cases.of(&self.clocks, sla, target, bounds);
                let late: Vec<_> = cases.iter().filter(|case| case.taken > value).collect();
                let (all, late_ones) = (count(cases.len()), count(late.len()));
                let behind = late.iter().map(|case| case.incident.0.record).collect();
                let least = target.share().unwrap_or_else(|| Exact::from(100));
                let delivered = all - late_ones;
                let percent = percent(delivered, all);
                Some(Kept { counted: Counted::Cases, delivered, all, excluded: 0, percent, least, behind })
            }
            _ => None,
        }
    }

    /// The part of a period that has passed and in which the SLA held.
    fn bounds(&self, sla: Sla<'s>, period: Period) -> Option<(Timestamp, Timestamp)> {
        let last = [sla.valid_to(), sla.ended().and_then(crate::model::sla::Ended::at)].into_iter().flatten().min();
        let first = sla.valid_from().map_or(period.first, |from| from.max(period.first));
        let last = last.map_or(period.last, |last| last.min(period.last));
        let (start, end) = self.clocks.bounds(sla, Period { first, last, ..period })?;
        let end = end.min(self.sms.now());
        (first <= last && start < end).then_some((start, end))
    }
}

/// How far a reported share in percent may lie from the measured one: by half of the last place that is written, or by one
/// of what the report counts. A whole number is meant exactly.
#[must_use]
pub fn tolerance(kept: &Kept<'_>, result: SlaResult<'_>) -> Exact {
    let written = result.0.node.get("value").and_then(crate::yaml::Node::scalar);
    let places = written.and_then(|text| u32::try_from(text.split_once('.')?.1.len()).ok()).unwrap_or(0);
    let half = if places == 0 { Exact::zero() } else { Exact::decimal(5.into(), places.min(40) + 1) };
    let unit = match result.unit() {
        Some(ResultUnit::Minutes) => Exact::from(6_000),
        Some(ResultUnit::Seconds) => Exact::from(100),
        Some(ResultUnit::Cases) | None => Exact::zero(),
    };
    half.max(unit.over(&whole(kept.all)).unwrap_or_else(Exact::zero))
}

fn count(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}

fn percent(delivered: u64, all: u64) -> Option<Exact> {
    (&whole(delivered) * &Exact::from(100)).over(&whole(all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::records;

    /// Met or missed, delivered of all, percent and what is left of the budget.
    fn told(target: &str, period: &str, more: &str) -> Option<String> {
        let text = format!(
            "{more}
            == service svc
            == sla sla
            status: in_force
            service: svc
            valid_from: 2026-01-15
            hours: {{service: cal, support: cal}}
            targets: [{target}]
            == calendar cal
            zone: Europe/Oslo
            always: true"
        );
        records(&text, |sms| {
            let sla = sms.all::<Sla<'_>>().next().unwrap();
            let kept = Meter::new(sms).kept(sla, sla.target_rows()[0], Period::parse(period).unwrap())?;
            let percent = kept.percent.as_ref().map_or("-".to_owned(), |percent| percent.text(3));
            let met = if kept.is_met() { "met" } else { "missed" };
            let (budget, left) = kept.budget();
            Some(format!("{met} {} of {} {percent} % left {left} of {budget}", kept.delivered, kept.all))
        })
    }

    const UP: &str = "{id: up, metric: availability, operator: '>=', value: 99.9, window: month, clock: 24x7}";
    const ANSWER: &str =
        "{id: a, metric: response, scope: p1, operator: <=, value: 30m, share: 90, window: month, clock: 24x7}";

    fn outage(minutes: u8) -> String {
        format!(
            "\n== outage out\nservice: svc\nplanned: false\nstart: '2026-10-10T10:00:00Z'\nend: '2026-10-10T10:{minutes:02}:00Z'"
        )
    }

    #[test]
    fn a_month_has_the_hours_of_its_zone_and_a_budget() {
        let october = (31 * 24 + 1) * 3600;
        assert_eq!(
            told(UP, "2026-10", &outage(44)).unwrap(),
            format!("met {} of {october} 99.902 % left 42 of 2682", october - 2640),
            "the clock is set back in October"
        );
        assert_eq!(
            told(UP, "2026-10", &outage(45)).unwrap(),
            format!("missed {} of {october} 99.899 % left -18 of 2682", october - 2700)
        );
    }

    #[test]
    fn only_what_has_passed_and_was_promised_is_judged() {
        let running = (19 * 24 + 24 + 1) * 3600 - 1;
        assert_eq!(
            told(UP, "2026-11", "").unwrap(),
            format!("met {running} of {running} 100 % left 1728.0036 of 1728.0036").replace(
                "1728.0036",
                &Exact::parse(&running.to_string()).unwrap().over(&Exact::from(1000)).unwrap().to_string()
            )
        );
        assert!(told(UP, "2026-12", "").is_none(), "still to come");
        assert!(told(UP, "2025-12", "").is_none(), "not yet promised");
        assert_eq!(told(UP, "2026-01", "").unwrap().split(' ').nth(3), Some((17 * 86_400).to_string().as_str()));
    }

    #[test]
    fn cases_are_kept_by_their_share() {
        let incident = |id: usize, minutes: u8| {
            format!(
                "\n== incident inc-{id}\nservice: svc\npriority: p1\nreported_at: '2026-10-10T10:00:00Z'\nresponded_at: '2026-10-10T10:{minutes:02}:00Z'"
            )
        };
        let ten: String = (0..10).map(|id| incident(id, if id == 0 { 31 } else { 30 })).collect();
        assert_eq!(told(ANSWER, "2026-10", &ten).unwrap(), "met 9 of 10 90 % left 0 of 1");
        let nine: String = (1..9).map(|id| incident(id, 30)).chain([incident(0, 31)]).collect();
        assert_eq!(told(ANSWER, "2026-10", &nine).unwrap(), "missed 8 of 9 88.889 % left -0.1 of 0.9");
        assert_eq!(told(ANSWER, "2026-10", "").unwrap(), "met 0 of 0 - % left 0 of 0");
    }

    #[test]
    fn figures_from_elsewhere_are_not_made_up() {
        let quality = "{id: q, metric: quality, operator: '>=', value: 99.9, window: month, clock: 24x7}";
        assert!(told(quality, "2026-10", "").is_none());
    }
}
