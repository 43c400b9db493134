use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::date::before;
use crate::base::duration::Duration;
use crate::base::period::{Length, Period};
use crate::base::span::Span;
use crate::base::text;
use crate::model::measurement::Measurement;
use crate::model::metric::{Frequency, Metric, MetricStatus};
use crate::model::process::{DocumentStatus, Process};
use crate::model::{Ix, Record, Sms};

rule! {
    /// A metric with a period for which there is no value.
    ///
    /// A trend with a hole is no trend, and often the hole is the worst month. A period counts as measured when a value
    /// of it, or of a time that has days in common with it, stands in the records. Holes are told for every metric, from
    /// `since` on. That the newest value is missing is told thirty days after its period; for the metrics of a process
    /// in force that is the matter of `process-metric-silent`.
    ///
    /// ```yaml,bad
    /// # sms/metric/met-tickets.yaml
    /// kind: metric
    /// id: met-tickets
    /// status: active
    /// frequency: monthly
    /// # sms/measurement/m.yaml
    /// {kind: measurement, id: msr-1, metric: met-tickets, period: 2026-08, value: 41}
    /// ---
    /// {kind: measurement, id: msr-2, metric: met-tickets, period: 2026-10, value: 44}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/metric/met-tickets.yaml
    /// kind: metric
    /// id: met-tickets
    /// status: active
    /// frequency: monthly
    /// # sms/measurement/m.yaml
    /// {kind: measurement, id: msr-1, metric: met-tickets, period: 2026-09, value: 41}
    /// ---
    /// {kind: measurement, id: msr-2, metric: met-tickets, period: 2026-10, value: 44}
    /// ```
    ///
    /// Add the value if it can still be counted. If it cannot, leave the hole and say why in a waiver; a value that
    /// nobody measured is worse.
    KpiGap = "kpi-gap", Warning, clauses: ["9.1"], kinds: ["metric", "measurement"], clock;
}

fn message(metric: &Record<'_>, missing: &[Period]) -> String {
    let named: Vec<String> = missing.iter().take(LISTED).map(Period::to_string).collect();
    let more = missing.len().saturating_sub(LISTED);
    match more {
        0 => format!("there is no value of '{}' for {}", metric.id, text::and(&named)),
        _ => format!("there is no value of '{}' for {} and {more} more periods", metric.id, named.join(", ")),
    }
}

const HELP: &str = "add the value if it can still be counted, else say in a waiver why there is none";

/// How many periods a message names.
const LISTED: usize = 3;
/// The newest value is missing from this time after its period on.
const WITHIN: Duration = Duration::from_days(31);

/// The measured times of each metric with their places, by time.
fn measured(sms: &Sms<'_>) -> BTreeMap<Ix, Vec<(Period, Span)>> {
    let mut measured: BTreeMap<Ix, Vec<(Period, Span)>> = BTreeMap::new();
    for measurement in sms.all::<Measurement<'_>>() {
        let metric = measurement.metric().and_then(|metric| sms.find(metric.id));
        if let Some((metric, time)) = metric.zip(measurement.time()) {
            measured.entry(metric).or_default().push((time, measurement.0.field_span("period")));
        }
    }
    for times in measured.values_mut() {
        times.sort();
    }
    measured
}

/// The periods from `first` to `last` with which no time in `measured` has a day in common.
fn missing(first: Date, last: Date, length: Length, measured: &[(Period, Span)]) -> Vec<Period> {
    let mut missing = Vec::new();
    let mut times = measured.iter().peekable();
    let mut reached: Option<Date> = None;
    let mut next = Period::of(first, length);
    if next.is_some_and(|period| period.first < first) {
        next = next.and_then(Period::next);
    }
    while let Some(period) = next.filter(|period| period.last <= last) {
        while let Some((time, _)) = times.next_if(|(time, _)| time.first <= period.last) {
            reached = reached.max(Some(time.last));
        }
        if reached.is_none_or(|reached| reached < period.first) {
            missing.push(period);
        }
        next = period.next();
    }
    missing
}

/// Metrics whose silence is told of their process.
fn of_processes(sms: &Sms<'_>) -> BTreeSet<Ix> {
    let in_force = sms.all::<Process<'_>>().filter(|it| it.status() == Some(DocumentStatus::InForce));
    in_force.flat_map(Process::metrics).filter_map(|id| sms.find(id)).collect()
}

impl Rule for KpiGap {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let due = before(cx.today(), WITHIN);
        let (measured, of_processes) = (measured(cx.sms), of_processes(cx.sms));
        for (ix, record) in cx.sms.of_kind("metric") {
            let Some(metric) = cx.sms.view::<Metric<'_>>(ix) else { continue };
            let Some(length) = metric.frequency().map(Frequency::length) else { continue };
            let active = metric.status() == Some(MetricStatus::Active);
            if !active && metric.status() != Some(MetricStatus::Retired) {
                continue;
            }
            let times = measured.get(&ix).map(Vec::as_slice).unwrap_or_default();
            let newest = times.iter().map(|(time, _)| time.last).max().map(|last| last.min(cx.today()));
            let to_come = (active && !of_processes.contains(&ix)).then_some(due);
            let last = newest.max(to_come).map(|last| metric.until().map_or(last, |until| last.min(until)));
            let first = metric.since().or(times.first().map(|(time, _)| time.first));
            let (Some(first), Some(last)) = (first, last) else { continue };
            let missing = missing(first, last, length, times);
            if let Some(hole) = missing.first() {
                let draft = out.field(record, "frequency", message(record, &missing)).help(HELP);
                if let Some((_, span)) = times.iter().find(|(time, _)| time.first > hole.last) {
                    draft.related(*span, "the next value that there is");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    fn fixture(metric: &str, mark: &str, periods: &[&str]) -> String {
        let values = periods.iter().enumerate().map(|(at, period)| {
            format!("{{kind: measurement, id: m{at}, metric: met, period: {period}, value: 1}}\n---\n")
        });
        let values: String = values.collect();
        format!("# sms/metric/met.yaml\nkind: metric\nid: met\n{metric}\n{mark}\n# sms/measurement/m.yaml\n{values}")
    }

    /// The periods that a message names for a metric with these values, as of 2026-11-20.
    fn told(metric: &str, periods: &[&str]) -> String {
        let found = crate::rules::harness::findings(&KpiGap, &fixture(metric, "", periods));
        found.first().map_or(String::new(), |found| found.message.replace("there is no value of 'met' for ", ""))
    }

    #[test]
    fn a_hole_is_told_at_the_metric() {
        let mark = "#          ^^^^^^^^^ there is no value of 'met' for 2026-Q1 and 2026-Q2";
        check(&KpiGap, &fixture("status: active\nfrequency: quarterly", mark, &["2026-Q3", "2025-Q4"]));
    }

    #[test]
    fn the_time_before_the_first_value_counts_from_since_on() {
        let monthly = "status: active\nfrequency: monthly";
        assert_eq!(told(&format!("{monthly}\nsince: 2026-08-01"), &["2026-10"]), "2026-08 and 2026-09");
        assert_eq!(told(&format!("{monthly}\nsince: 2026-08-02"), &["2026-10"]), "2026-09", "from whole periods on");
        assert_eq!(told(monthly, &["2026-10"]), "");
        assert_eq!(told(monthly, &["2026-10", "2027-06"]), "", "what lies ahead has no value yet");
        assert_eq!(
            told(&format!("{monthly}\nsince: 2026-05-01"), &["2026-10"]),
            "2026-05, 2026-06, 2026-07 and 2 more periods"
        );
    }

    #[test]
    fn the_newest_value_is_due_thirty_days_after_its_period() {
        let metric = "status: active\nfrequency: monthly";
        assert_eq!(told(metric, &["2026-09"]), "", "October is due on 30 November");
        assert_eq!(told(metric, &["2026-08"]), "2026-09");
        assert_eq!(told("status: retired\nfrequency: monthly", &["2026-06"]), "");
        assert_eq!(told("status: active\nfrequency: monthly\nuntil: 2026-08-31", &["2026-08"]), "");
        assert_eq!(told("status: active\nfrequency: monthly\nsince: 2026-09-01", &[]), "2026-09");
        let process = "# sms/process/p.yaml\n{kind: process, id: p, status: in_force, metrics: [met]}\n";
        check(&KpiGap, &format!("{}{process}", fixture(metric, "", &["2026-05"])));
    }

    #[test]
    fn longer_and_shorter_times_than_the_frequency_count_where_they_touch() {
        let metric = "status: active\nfrequency: monthly";
        assert_eq!(told(metric, &["2026-Q1", "2026-W20", "2026-06", "2026-Q3"]), "2026-04");
        assert_eq!(told("status: active\nfrequency: yearly", &["2024-03", "2025-H2"]), "");
        assert_eq!(told("status: draft\nfrequency: monthly", &["2026-01", "2026-03"]), "");
        assert_eq!(told("status: active", &["2026-01", "2026-03"]), "", "nobody knows what is missing");
    }
}
