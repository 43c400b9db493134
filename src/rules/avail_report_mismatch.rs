use super::rule::{Check, Report, Rule};
use crate::base::duration::Duration;
use crate::base::exact::Exact;
use crate::base::period::Period;
use crate::levels::{Counted, Kept, Meter, tolerance};
use crate::model::sla::{Sla, SlaTarget};
use crate::model::sla_report::{SlaReport, SlaResult};

rule! {
    /// A report tells another availability than the outages of the period.
    ///
    /// The share is computed from outages and incidents that hit the customer, in the clock of the target, without what
    /// fell into maintenance windows of the SLA. A figure may differ by half of its last place or by one of what it counts.
    ///
    /// ```yaml,bad
    /// # sms/sla_report/slr-mail.yaml
    /// {kind: sla_report, id: slr-mail, status: published, sla: sla-mail, period: 2026-10,
    ///  results: [{target: up, value: 100, met: true}]}
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, service: svc-mail,
    ///  targets: [{id: up, metric: availability, operator: ">=", value: 99.5, window: month, clock: 24x7}]}
    /// # sms/outage/out-mail.yaml
    /// {kind: outage, id: out-mail, service: svc-mail, planned: false, start: 2026-10-07T10:00:00Z, end: 2026-10-07T12:00:00Z}
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sla_report/slr-mail.yaml
    /// {kind: sla_report, id: slr-mail, status: published, sla: sla-mail, period: 2026-10,
    ///  results: [{target: up, value: 99.73, met: true}]}
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, service: svc-mail,
    ///  targets: [{id: up, metric: availability, operator: ">=", value: 99.5, window: month, clock: 24x7}]}
    /// # sms/outage/out-mail.yaml
    /// {kind: outage, id: out-mail, service: svc-mail, planned: false, start: 2026-10-07T10:00:00Z, end: 2026-10-07T12:00:00Z}
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail}
    /// ```
    ///
    /// Correct the report and publish it again, or complete the outages.
    AvailReportMismatch = "avail-report-mismatch", Error, clauses: ["9.1", "8.3.3"],
        kinds: ["sla_report", "outage", "incident", "sla"], clock;
}

fn message(report: &str, said: &Exact, kept: &Kept<'_>, percent: &Exact) -> String {
    let lost = Duration::from_seconds(kept.all - kept.delivered).rough();
    format!("'{report}' tells {said} %, but outages of {lost} leave {} %", percent.down())
}

const HELP: &str =
    "correct the figure and publish the report again, or complete the outages; `gitsm slm` shows what counts";

/// The target and period of a row, and what was kept of it.
fn kept<'c>(cx: &Check<'c>, meter: &Meter<'c>, report: SlaReport<'c>, row: SlaResult<'c>) -> Option<Kept<'c>> {
    let sla: Sla<'c> = cx.sms.view(cx.sms.find(report.sla()?)?)?;
    let target = sla.target_rows().into_iter().find(|target| target.id() == row.target());
    let target = target.filter(|target: &SlaTarget<'_>| target.availability().is_some())?;
    let period = Period::parse(row.period().or(report.period())?)?;
    let (_, end) = meter.clocks.bounds(sla, period)?;
    let is_over = end <= cx.sms.now();
    meter.kept(sla, target, period).filter(|kept| is_over && kept.counted == Counted::Seconds)
}

impl Rule for AvailReportMismatch {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let mut meter = None;
        for report in cx.sms.all::<SlaReport<'_>>().filter(|report| report.is_published()) {
            let meter = meter.get_or_insert_with(|| Meter::new(cx.sms));
            for row in report.results() {
                let Some((said, kept)) = row.value().zip(kept(cx, meter, report, row)) else { continue };
                let Some(percent) = kept.percent.clone() else { continue };
                if (&said - &percent).abs() > tolerance(&kept, row) {
                    let message = message(report.0.record.id.as_str(), &said, &kept, &percent);
                    let draft = out.at(report.0.record, row.0.field_span("value"), message).help(HELP);
                    kept.behind.iter().fold(draft, |draft, record| draft.related(record.id_span(), "counts"));
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
    fn figures_may_differ_by_rounding_and_not_by_more() {
        check(
            &AvailReportMismatch,
            "
            # sms/sla/sla-a.yaml
            {kind: sla, id: sla-a, status: in_force, service: svc-a,
             targets: [{id: up, metric: availability, operator: '>=', value: 99.5, window: month, clock: 24x7}, {id: q, metric: quality, operator: '>=', value: 99, window: month}]}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a}
            # sms/outage/out-a.yaml
            {kind: outage, id: out-a, service: svc-a, planned: false, start: 2026-10-07T10:00:00Z, end: 2026-10-07T12:00:00Z}
            # sms/sla_report/a.yaml
            {kind: sla_report, id: a, status: published, sla: sla-a, period: 2026-10, results: [{target: up, value: 99.731}, {target: q, value: 3}]}
            # sms/sla_report/b.yaml
            {kind: sla_report, id: b, status: published, sla: sla-a, period: 2026-10, results: [{target: up, value: 99.74}]}
            #                                                                                                       ^^^^^ 'b' tells 99.74 %, but outages of 2h leave 99.731 %
            # sms/sla_report/c.yaml
            {kind: sla_report, id: c, status: draft, sla: sla-a, period: 2026-10, results: [{target: up, value: 12}]}
            # sms/sla_report/d.yaml
            {kind: sla_report, id: d, status: published, sla: sla-a, period: 2026-11, results: [{target: up, value: 12}]}
            # sms/sla_report/e.yaml
            {kind: sla_report, id: e, status: published, sla: sla-a, period: 2026-09, results: [{target: up, value: 99.73}]}
            #                                                                                                       ^^^^^ 'e' tells 99.73 %, but outages of 0s leave 100 %
            ",
        );
    }
}
