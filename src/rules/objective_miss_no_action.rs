use std::collections::BTreeMap;

use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::base::exact::Exact;
use crate::model::measurement::Measurement;
use crate::model::metric::Metric;
use crate::model::objective::{Objective, ObjectivePlan, ObjectiveResult, ObjectiveStatus, WorkKind};
use crate::model::{Ix, Ref, Sms};

rule! {
    /// An objective that is missed, or about to be, and nobody does anything about it.
    ///
    /// A missed objective is a reason to act: its `result` names the work that follows, or an action, improvement or
    /// change names the objective. An active one whose latest figure is short of good by the metric's `threshold` needs
    /// work in its plan or such a record; cancelled and rejected work is no work. An active objective that nobody has
    /// judged thirty days after its day is told too, since it hides a miss.
    ///
    /// ```yaml,bad
    /// # sms/objective/obj-restore-time.yaml
    /// kind: objective
    /// id: obj-restore-time
    /// status: missed
    /// result: {value: 2.4, at: 2026-01-08}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/objective/obj-restore-time.yaml
    /// kind: objective
    /// id: obj-restore-time
    /// status: missed
    /// result: {value: 2.4, at: 2026-01-08, actions: [act-duty-rota]}
    /// # sms/action/act-duty-rota.yaml
    /// kind: action
    /// id: act-duty-rota
    /// status: open
    /// ```
    ///
    /// Decide what to do and name it; for a day that has passed, judge the objective and set its status.
    ObjectiveMissNoAction = "objective-miss-no-action", Warning, clauses: ["6.2.2"],
        kinds: ["action", "improvement", "measurement", "metric", "objective"], clock;
}

/// Time to judge an objective after its day.
const WITHIN: Duration = Duration::from_days(30);

const HELP: &str =
    "decide what to do about it and name the action, or say in the action's `origin` that this asked for it";
const HELP_JUDGE: &str = "write the `result` and set the status to `achieved` or `missed`, or agree on another day";

fn is_dropped(sms: &Sms<'_>, ix: Ix) -> bool {
    matches!(sms.record(ix).status(), Some("cancelled" | "rejected"))
}

/// Whether work is named here that was not called off; what cannot be found may be such work.
fn is_work(sms: &Sms<'_>, work: &[Ref<'_, WorkKind>]) -> bool {
    work.iter().any(|work| sms.find(work.id).is_none_or(|ix| !is_dropped(sms, ix)))
}

/// Whether work elsewhere names the objective.
fn is_asked_for(sms: &Sms<'_>, objective: Ix) -> bool {
    sms.incoming(objective).any(|reference| {
        let kind = sms.record(reference.from).kind.name.as_str();
        matches!(kind, "action" | "change" | "improvement" | "nonconformity") && !is_dropped(sms, reference.from)
    })
}

/// The latest value of each metric, with the period as written.
fn latest<'a>(sms: &'a Sms<'_>) -> BTreeMap<Ix, (Date, &'a str, Exact)> {
    let mut latest: BTreeMap<Ix, (Date, &str, Exact)> = BTreeMap::new();
    for measured in sms.all::<Measurement<'_>>() {
        let metric = measured.metric().and_then(|metric| sms.find(metric.id));
        let (Some(metric), Some(time), Some(period)) = (metric, measured.time(), measured.period()) else { continue };
        let newer = latest.get(&metric).is_none_or(|(last, ..)| *last < time.last);
        if let Some(value) = measured.value().filter(|_| newer) {
            latest.insert(metric, (time.last, period, value));
        }
    }
    latest
}

impl Rule for ObjectiveMissNoAction {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let latest = latest(cx.sms);
        for (ix, record) in cx.sms.of_kind("objective") {
            let Some(objective) = cx.sms.view::<Objective<'_>>(ix) else { continue };
            let id = &record.id;
            match objective.status() {
                Some(ObjectiveStatus::Missed) => {
                    let work = objective.result().map(ObjectiveResult::actions).unwrap_or_default();
                    if !is_work(cx.sms, &work) && !is_asked_for(cx.sms, ix) {
                        let words = format!("the objective '{id}' was missed, and nothing was started because of it");
                        out.field(record, "status", words).help(HELP);
                    }
                }
                Some(ObjectiveStatus::Active) => {
                    if let Some(due) = objective.due().filter(|due| after(*due, WITHIN) < cx.today()) {
                        let words = format!("the objective '{id}' was due on {due}, and nobody has judged it");
                        out.field(record, "due", words).help(HELP_JUDGE);
                        continue;
                    }
                    let metric = objective.metric().and_then(|metric| cx.sms.find(metric.id));
                    let Some((metric, found)) = metric.and_then(|ix| Some((ix, latest.get(&ix)?))) else { continue };
                    let Some(metric) = cx.sms.view::<Metric<'_>>(metric) else { continue };
                    let work = objective.plan().map(ObjectivePlan::actions).unwrap_or_default();
                    let (_, period, value) = found;
                    let short = metric.is_short(value) == Some(true);
                    if short && !is_work(cx.sms, &work) && !is_asked_for(cx.sms, ix) {
                        let words =
                            format!("the objective '{id}' is short of its figure in {period}, and no work is named");
                        let limit =
                            metric.threshold().map_or_else(|| metric.0.span(), |limit| limit.0.field_span("green"));
                        out.field(record, "metric", words).help(HELP).related(limit, "good from here on");
                    }
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn a_miss_needs_work_that_was_not_called_off() {
        check(
            &ObjectiveMissNoAction,
            "
            # sms/objective/obj-a.yaml
            {kind: objective, id: obj-a, status: missed, result: {value: 1, actions: [act-a]}, plan: {actions: [act-b]}}
            #                                    ^^^^^^ 'obj-a' was missed, and nothing was started because of it
            # sms/objective/obj-b.yaml
            {kind: objective, id: obj-b, status: missed, result: {value: 1, actions: [act-a, act-b]}}
            # sms/objective/obj-c.yaml
            {kind: objective, id: obj-c, status: missed}
            # sms/action/act-a.yaml
            {kind: action, id: act-a, status: cancelled}
            # sms/action/act-b.yaml
            {kind: action, id: act-b, status: done, origin: [obj-c]}
            ",
        );
    }

    #[test]
    fn a_figure_that_is_short_needs_work_before_it_is_missed() {
        check(
            &ObjectiveMissNoAction,
            "
            # sms/objective/obj-a.yaml
            {kind: objective, id: obj-a, status: active, metric: met-a}
            #                                                    ^^^^^ 'obj-a' is short of its figure in 2026-Q3, and no work
            # sms/objective/obj-b.yaml
            {kind: objective, id: obj-b, status: active, metric: met-a, plan: {actions: [imp-a]}}
            # sms/objective/obj-c.yaml
            {kind: objective, id: obj-c, status: active, metric: met-b}
            # sms/objective/obj-d.yaml
            {kind: objective, id: obj-d, status: proposed, metric: met-a}
            # sms/metric/met-a.yaml
            {kind: metric, id: met-a, direction: lower_is_better, threshold: {green: 2, amber: 3}}
            # sms/metric/met-b.yaml
            {kind: metric, id: met-b, direction: higher_is_better, threshold: {green: 96, amber: 92}}
            # sms/measurement/msr.yaml
            {kind: measurement, id: m1, metric: met-a, period: 2026-Q2, value: 1}
            ---
            {kind: measurement, id: m2, metric: met-a, period: 2026-Q3, value: 2.01}
            ---
            {kind: measurement, id: m3, metric: met-b, period: 2026-Q2, value: 90}
            ---
            {kind: measurement, id: m4, metric: met-b, period: 2026-Q3, value: 96}
            # sms/improvement/imp-a.yaml
            {kind: improvement, id: imp-a, status: planned}
            ",
        );
    }

    #[test]
    fn a_day_that_passed_without_a_judgement_hides_a_miss() {
        check(
            &ObjectiveMissNoAction,
            "
            # sms/objective/obj-a.yaml
            {kind: objective, id: obj-a, status: active, due: 2026-10-20}
            #                                                 ^^^^^^^^^^ was due on 2026-10-20, and nobody has judged it
            # sms/objective/obj-b.yaml
            {kind: objective, id: obj-b, status: active, due: 2026-10-21}
            # sms/objective/obj-c.yaml
            {kind: objective, id: obj-c, status: withdrawn, due: 2026-01-01}
            ",
        );
    }
}
