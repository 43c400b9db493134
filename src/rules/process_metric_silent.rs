use std::collections::BTreeMap;

use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::date::before;
use crate::base::duration::Duration;
use crate::base::period::{Length, Period};
use crate::base::text;
use crate::model::measurement::Measurement;
use crate::model::metric::{Metric, MetricStatus};
use crate::model::process::Process;
use crate::model::{Ix, Sms};

rule! {
    /// A process with a metric that nobody measures any more.
    ///
    /// Metrics in a list measure nothing. A metric of a process in force is silent when its newest figure is older than
    /// its newest full period, thirty days after the end of that; and a process is when all of its metrics are drafts or
    /// retired. Metrics that began later, and a process that took effect later, have time. Holes before the newest figure
    /// are the matter of `kpi-gap`, and so are metrics of no process.
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

/// The newest figure is missing from this time after its period on.
const WITHIN: Duration = Duration::from_days(31);

/// The first day of the newest period of this length whose figure is due.
fn newest_due(today: Date, length: Length) -> Option<Date> {
    let day = before(today, WITHIN);
    let period = Period::of(day, length)?;
    if period.last <= day {
        return Some(period.first);
    }
    Period::of(period.first.yesterday().ok()?, length).map(|period| period.first)
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
                let Some(first) = metric.frequency().and_then(|often| newest_due(cx.today(), often.length())) else {
                    return false;
                };
                let began = metric.since().into_iter().chain(process.effective_from()).max();
                began.is_none_or(|began| began <= first) && last.get(ix).is_none_or(|last| *last < first)
            };
            let silent: Vec<(Ix, Metric<'_>)> = active.into_iter().filter(is_silent).collect();
            if silent.is_empty() {
                continue;
            }
            let words = silent.iter().map(|(ix, metric)| {
                let since = last.get(ix).map_or_else(String::new, |day| format!(" since {day}"));
                format!("'{}'{since}", metric.0.record.id)
            });
            let words = text::and(&words.collect::<Vec<_>>());
            let mut draft =
                out.field(record, "metrics", format!("the process '{}' has no figure of {words}", record.id));
            draft = draft.help(HELP);
            for (_, metric) in silent.into_iter().take(3) {
                draft = draft.related(metric.0.field_span("frequency"), "how often it is to be measured");
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
            {kind: metric, id: met-d, status: active, frequency: quarterly, since: 2026-07-02}
            # sms/metric/met-e.yaml
            {kind: metric, id: met-e, status: active, frequency: monthly, until: 2026-11-19}
            # sms/metric/met-f.yaml
            {kind: metric, id: met-f, status: active, frequency: yearly}
            # sms/metric/met-g.yaml
            {kind: metric, id: met-g, status: active, frequency: monthly}
            # sms/measurement/all.yaml
            {kind: measurement, id: m1, metric: met-a, period: 2026-08, value: 1}
            ---
            {kind: measurement, id: m2, metric: met-b, period: 2026-Q3, value: 1}
            ---
            {kind: measurement, id: m3, metric: met-c, period: 2026-11, value: 1}
            ---
            {kind: measurement, id: m4, metric: met-g, period: 2026-09, value: 1}
";

    #[test]
    fn each_metric_needs_the_figure_of_the_newest_period_that_is_due() {
        let processes = "
            # sms/process/a.yaml
            {kind: process, id: a, status: in_force, metrics: [met-a, met-b, met-c, met-f]}
            #                                        ^^^^^^^ 'a' has no figure of 'met-a' since 2026-08-31 and 'met-f'
            # sms/process/b.yaml
            {kind: process, id: b, status: in_force, metrics: [met-b, met-g]}
            # sms/process/c.yaml
            {kind: process, id: c, status: in_force, metrics: [met-d]}
            # sms/process/d.yaml
            {kind: process, id: d, status: in_force, metrics: [met-f], effective_from: 2025-01-01}
            #                                        ^^^^^^^ the process 'd' has no figure of 'met-f'
            # sms/process/e.yaml
            {kind: process, id: e, status: in_force, metrics: [met-f], effective_from: 2025-01-02}
";
        check(&ProcessMetricSilent, &format!("{processes}{METRICS}"));
        let a_month_on = format!(
            "# as-of: 2026-12-01\n{}",
            "
            # sms/process/b.yaml
            {kind: process, id: b, status: in_force, metrics: [met-b, met-g]}
            #                                        ^^^^^^^ 'b' has no figure of 'met-g' since 2026-09-30
"
            .to_owned()
                + METRICS
        );
        check(&ProcessMetricSilent, &a_month_on.replace("\n            ", "\n"));
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
