use std::collections::BTreeSet;

use super::rule::{Check, Report, Rule};
use crate::base::exact::Exact;
use crate::model::sla::Sla;
use crate::model::sla_report::{SlaReport, SlaWorkload};
use crate::model::supplier_review::MeetingStatus;
use crate::model::survey::ServiceReview;
use crate::model::{At, Ix, Record};

rule! {
    /// More work than the SLA covers came in, and nobody has talked about it.
    ///
    /// Beyond the limit the promise may not hold, and the service was not sized for it: either the customer needs another
    /// agreement, or it was a single peak. A row of `workload` above its limit names `actions`, or a service review that
    /// was held names the report in `sla_reports`. The limit is that of the row; where it has none, that of the SLA for
    /// the same `metric`. Drafts are not looked at.
    ///
    /// ```yaml,bad
    /// # sms/sla_report/slr-desk-2026-09.yaml
    /// kind: sla_report
    /// id: slr-desk-2026-09
    /// status: published
    /// workload: [{metric: Tickets, limit: 1000, actual: 1400, unit: tickets}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sla_report/slr-desk-2026-09.yaml
    /// kind: sla_report
    /// id: slr-desk-2026-09
    /// status: published
    /// workload: [{metric: Tickets, limit: 1000, actual: 1400, unit: tickets, actions: [act-desk-limit]}]
    /// ```
    ///
    /// Talk about it with the customer, and name in `actions` what follows.
    SlaWorkloadExceeded = "sla-workload-exceeded", Warning, clauses: ["8.3.3"], kinds: ["sla_report", "sla", "service_review"];
}

fn message(report: &Record<'_>, metric: &str, actual: &Exact, limit: &Exact) -> String {
    format!("'{metric}' was {actual} in '{}', above the limit of {limit}, and nobody has talked about it", report.id)
}

const HELP: &str = "talk about it with the customer, and name in `actions` what follows";

fn number(at: At<'_>) -> Option<Exact> {
    Exact::parse(&at.node.scalar()?)
}

/// The limit of the SLA for what a row counts.
fn agreed(cx: &Check<'_>, report: SlaReport<'_>, row: SlaWorkload<'_>) -> Option<Exact> {
    let sla: Sla<'_> = cx.sms.view(cx.sms.find(report.sla()?)?)?;
    let limits = sla.workload_limits();
    let limit = limits.into_iter().find(|it| it.node.get("metric").and_then(|it| it.as_str()) == row.metric())?;
    Exact::parse(&limit.node.get("limit")?.scalar()?)
}

impl Rule for SlaWorkloadExceeded {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let held = |it: &ServiceReview<'_>| matches!(it.status(), Some(MeetingStatus::Held | MeetingStatus::Closed));
        let reviews = cx.sms.all::<ServiceReview<'_>>().filter(held);
        let talked: BTreeSet<Ix> =
            reviews.flat_map(ServiceReview::sla_reports).filter_map(|report| cx.sms.find(report)).collect();
        for (ix, record) in cx.sms.of_kind("sla_report") {
            let report = cx.sms.view::<SlaReport<'_>>(ix).filter(|report| report.is_published());
            let Some(report) = report.filter(|_| !talked.contains(&ix)) else { continue };
            for row in report.workload() {
                let limit = row.limit().and_then(number).or_else(|| agreed(cx, report, row));
                let (Some(metric), Some(at)) = (row.metric(), row.actual()) else { continue };
                let (Some(limit), Some(actual)) = (limit, number(at)) else { continue };
                if actual > limit && !cx.is_worked_on(row.actions()) {
                    out.at(record, at.span(), message(record, metric, &actual, &limit)).help(HELP);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn the_limit_of_the_row_or_of_the_sla_is_the_most() {
        check(
            &SlaWorkloadExceeded,
            "
            # sms/sla_report/r.yaml
            kind: sla_report
            id: r
            status: corrected
            sla: sla-a
            workload:
              - {metric: Calls, limit: 90.5, actual: 91}
            #                                        ^^ 'Calls' was 91 in 'r', above the limit of 90.5
              - {metric: Mails, actual: 21}
            #                           ^^ 'Mails' was 21 in 'r', above the limit of 20
              - {metric: Letters, limit: 5, actual: 6, actions: [act-off]}
            #                                       ^ 'Letters' was 6
              - {metric: Faxes, limit: 5, actual: 5}
              - {metric: Visits, actual: 99}
              - {metric: Mails, limit: 5, actual: 6, actions: [svr-a]}
            # sms/sla/sla-a.yaml
            {kind: sla, id: sla-a, workload_limits: [{metric: Calls, limit: 10}, {metric: Mails, limit: 20}]}
            # sms/action/act-off.yaml
            {kind: action, id: act-off, status: cancelled}
            # sms/service_review/svr-a.yaml
            {kind: service_review, id: svr-a, status: planned, sla_reports: [r]}
            ",
        );
    }

    #[test]
    fn a_review_that_was_held_and_a_draft_pass() {
        check(
            &SlaWorkloadExceeded,
            "
            # sms/sla_report/r.yaml
            {kind: sla_report, id: r, status: published, workload: [{metric: Calls, limit: 90, actual: 91}]}
            # sms/sla_report/s.yaml
            {kind: sla_report, id: s, status: draft, workload: [{metric: Calls, limit: 90, actual: 91}]}
            # sms/service_review/svr-a.yaml
            {kind: service_review, id: svr-a, status: held, sla_reports: [r]}
            ",
        );
    }
}
