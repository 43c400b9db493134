use std::collections::BTreeMap;

use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::period::{Length, Period};
use crate::model::measurement::Measurement;
use crate::model::metric::{Metric, MetricStatus};
use crate::model::process::Process;
use crate::model::{Ix, Sms};

rule! {
    /// A process that is not measured any more.
    ///
    /// Metrics in a list measure nothing. A process in force is silent when none of its metrics has a figure for the two
    /// last full periods of its frequency, or when all of them are drafts or retired. Metrics that began later, and a
    /// process that took effect later, have time. Single periods that are missing are the matter of `kpi-gap`.
    ///
    /// ```yaml,bad
    /// # sms/process/proc-change.yaml
    /// kind: process
    /// id: proc-change
    /// status: in_force
    /// metrics: [met-change-success]
    /// # sms/metric/met-change-success.yaml
    /// kind: metric
    /// id: met-change-success
    /// status: active
    /// frequency: quarterly
    /// # sms/measurement/change-success.yaml
    /// kind: measurement
    /// id: msr-change-success-2026-q1
    /// metric: met-change-success
    /// period: 2026-Q1
    /// value: 96
    /// ```
    ///
    /// ```yaml,good
    /// # sms/process/proc-change.yaml
    /// kind: process
    /// id: proc-change
    /// status: in_force
    /// metrics: [met-change-success]
    /// # sms/metric/met-change-success.yaml
    /// kind: metric
    /// id: met-change-success
    /// status: active
    /// frequency: quarterly
    /// # sms/measurement/change-success.yaml
    /// kind: measurement
    /// id: msr-change-success-2026-q3
    /// metric: met-change-success
    /// period: 2026-Q3
    /// value: 96
    /// ```
    ///
    /// Measure, or choose metrics that somebody will measure.
    ProcessMetricSilent = "process-metric-silent", Warning, clauses: ["9.1"], kinds: ["measurement", "metric", "process"],
        clock;
}

const HELP: &str = "measure it, or choose metrics that somebody will measure";

/// The first day of the two last full periods of this length.
fn two_back(today: Date, length: Length) -> Option<Date> {
    let before = |first: Date| Period::of(first.yesterday().ok()?, length).map(|period| period.first);
    before(before(Period::of(today, length)?.first)?)
}

/// The last day for which each metric has a figure.
fn last_figures(sms: &Sms<'_>) -> BTreeMap<Ix, Date> {
    let mut last: BTreeMap<Ix, Date> = BTreeMap::new();
    for measured in sms.all::<Measurement<'_>>() {
        let metric = measured.metric().and_then(|metric| sms.find(metric.id));
        if let (Some(metric), Some(time)) = (metric, measured.time()) {
            let day = last.entry(metric).or_insert(time.last);
            *day = (*day).max(time.last);
        }
    }
    last
}

impl Rule for ProcessMetricSilent {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let last = last_figures(cx.sms);
        for process in Process::in_force(cx.sms) {
            let record = process.0.record;
            let found: Vec<Ix> = process.metrics().into_iter().filter_map(|id| cx.sms.find(id)).collect();
            let metrics = found.iter().filter_map(|ix| Some((*ix, cx.sms.view::<Metric<'_>>(*ix)?)));
            let metrics: Vec<(Ix, Metric<'_>)> = metrics.collect();
            if metrics.is_empty() || metrics.len() < process.metrics().len() {
                // None at all, or some that cannot be found: other rules tell.
                continue;
            }
            let counted = |metric: &Metric<'_>| {
                metric.status().is_none_or(|status| status == MetricStatus::Active)
                    && metric.until().is_none_or(|until| until >= cx.today())
            };
            let active: Vec<_> = metrics.into_iter().filter(|(_, metric)| counted(metric)).collect();
            if active.is_empty() {
                let words = format!("the process '{}' is not measured: none of its metrics is active", record.id);
                out.field(record, "metrics", words).help(HELP);
                continue;
            }
            let is_silent = |(ix, metric): &(Ix, Metric<'_>)| {
                let Some(first) = metric.frequency().and_then(|often| two_back(cx.today(), often.length())) else {
                    return false;
                };
                let began = metric.since().into_iter().chain(process.effective_from()).max();
                began.is_none_or(|began| began <= first) && last.get(ix).is_none_or(|last| *last < first)
            };
            if active.iter().all(is_silent) {
                let since = active.iter().filter_map(|(ix, _)| last.get(ix)).max();
                let since =
                    since.map_or_else(|| "has no figure".to_owned(), |day| format!("has no figure since {day}"));
                let mut draft = out.field(record, "metrics", format!("the process '{}' {since}", record.id)).help(HELP);
                for (_, metric) in active.into_iter().take(3) {
                    draft = draft.related(metric.0.field_span("frequency"), "how often it is to be measured");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const METRICS: &str = "
            # sms/metric/met-a.yaml
            {kind: metric, id: met-a, status: active, frequency: monthly}
            # sms/metric/met-b.yaml
            {kind: metric, id: met-b, status: active, frequency: quarterly}
            # sms/metric/met-c.yaml
            {kind: metric, id: met-c, status: retired, frequency: monthly}
            # sms/metric/met-d.yaml
            {kind: metric, id: met-d, status: active, frequency: quarterly, since: 2026-04-02}
            # sms/metric/met-e.yaml
            {kind: metric, id: met-e, status: active, frequency: monthly, until: 2026-11-19}
            # sms/metric/met-f.yaml
            {kind: metric, id: met-f, status: active, frequency: yearly}
            # sms/measurement/all.yaml
            {kind: measurement, id: m1, metric: met-a, period: 2026-08, value: 1}
            ---
            {kind: measurement, id: m2, metric: met-b, period: 2026-Q2, value: 1}
            ---
            {kind: measurement, id: m3, metric: met-c, period: 2026-11, value: 1}
";

    #[test]
    fn the_two_last_full_periods_count() {
        let processes = "
            # sms/process/a.yaml
            {kind: process, id: a, status: in_force, metrics: [met-a, met-c, met-f]}
            #                                        ^^^^^^^ the process 'a' has no figure since 2026-08-31
            # sms/process/b.yaml
            {kind: process, id: b, status: in_force, metrics: [met-a, met-b]}
            # sms/process/c.yaml
            {kind: process, id: c, status: in_force, metrics: [met-d]}
            # sms/process/d.yaml
            {kind: process, id: d, status: in_force, metrics: [met-f], effective_from: 2024-01-01}
            #                                        ^^^^^^^ the process 'd' has no figure
            # sms/process/e.yaml
            {kind: process, id: e, status: in_force, metrics: [met-f], effective_from: 2024-01-02}
";
        check(&ProcessMetricSilent, &format!("{processes}{METRICS}"));
    }

    #[test]
    fn metrics_that_are_over_measure_nothing() {
        let processes = "
            # sms/process/a.yaml
            {kind: process, id: a, status: in_force, metrics: [met-c, met-e]}
            #                                        ^^^^^^^ none of its metrics is active
            # sms/process/b.yaml
            {kind: process, id: b, status: in_force, metrics: []}
            # sms/process/c.yaml
            {kind: process, id: c, status: draft, metrics: [met-c]}
            # sms/process/d.yaml
            {kind: process, id: d, status: in_force, metrics: [met-c, met-gone]}
";
        check(&ProcessMetricSilent, &format!("{processes}{METRICS}"));
    }
}
