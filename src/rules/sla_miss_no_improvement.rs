use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::sla_report::{SlaMiss, SlaReport, SlaResult};

rule! {
    /// A missed target of an SLA for which nobody does anything.
    ///
    /// Saying that a target was missed is half of it; the other half is what makes it less likely next time. Each result
    /// with `met: false` of a published report has its row in `misses` that names improvements, actions, problems or
    /// changes. Work that was called off does not count.
    ///
    /// ```yaml,bad
    /// # sms/sla_report/slr-mail-2026-09.yaml
    /// kind: sla_report
    /// id: slr-mail-2026-09
    /// status: published
    /// results: [{target: availability, value: 98.1, met: false}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sla_report/slr-mail-2026-09.yaml
    /// kind: sla_report
    /// id: slr-mail-2026-09
    /// status: published
    /// results: [{target: availability, value: 98.1, met: false}]
    /// misses: [{target: availability, reason: Two hours without power., actions: [imp-second-feed]}]
    /// ```
    ///
    /// Find out why it was missed, open an improvement or action, and name it in `misses`.
    SlaMissNoImprovement = "sla-miss-no-improvement", Error, clauses: ["8.3.3"], kinds: ["sla_report"];
}

fn message(report: &Record<'_>, target: &str, explained: bool) -> String {
    let what = if explained { "its row in `misses` names no work" } else { "`misses` says nothing of it" };
    format!("the target '{target}' was missed in '{}', and {what}", report.id)
}

const HELP: &str = "name in `misses` what is done so that it is kept next time";

/// Whether the row is about the result.
fn is_about(row: SlaMiss<'_>, result: SlaResult<'_>, whole: Option<&str>) -> bool {
    row.target() == result.target() && row.period().is_none_or(|period| Some(period) == result.period().or(whole))
}

impl Rule for SlaMissNoImprovement {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for report in cx.sms.all::<SlaReport<'_>>().filter(|report| report.is_published()) {
            let record = report.0.record;
            let misses = report.misses();
            for result in report.results().into_iter().filter(|result| result.met() == Some(false)) {
                let Some(target) = result.target() else { continue };
                let rows: Vec<SlaMiss<'_>> =
                    misses.iter().copied().filter(|row| is_about(*row, result, report.period())).collect();
                if !cx.is_worked_on(rows.iter().flat_map(|row| row.actions())) {
                    let span = result.0.field_span("met");
                    out.at(record, span, message(record, target, !rows.is_empty())).help(HELP);
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
    fn no_row_an_empty_row_dropped_work_and_another_period_are_told() {
        check(
            &SlaMissNoImprovement,
            "
            # sms/sla_report/r.yaml
            kind: sla_report
            id: r
            status: reviewed
            period: 2026-09
            results:
              - {target: a, met: false}
            #                    ^^^^^ 'a' was missed in 'r', and `misses` says nothing of it
              - {target: b, met: false}
            #                    ^^^^^ 'b' was missed in 'r', and its row in `misses` names no work
              - {target: c, met: false}
            #                    ^^^^^ 'c' was missed in 'r', and its row
              - {target: d, period: 2026-Q3, met: false}
            #                                     ^^^^^ 'd' was missed in 'r', and `misses` says nothing
            misses: [{target: b, reason: Rain}, {target: c, actions: [act-off]}, {target: d, period: 2026-Q2, actions: [act-on]}]
            # sms/action/act-off.yaml
            {kind: action, id: act-off, status: cancelled}
            # sms/action/act-on.yaml
            {kind: action, id: act-on, status: open}
            ",
        );
    }

    #[test]
    fn kept_targets_work_under_way_and_drafts_pass() {
        check(
            &SlaMissNoImprovement,
            "
            # sms/sla_report/r.yaml
            kind: sla_report
            id: r
            status: published
            period: 2026-09
            results: [{target: a, met: true}, {target: b, met: false}, {target: c, period: 2026-Q3, met: false}, {target: d}]
            misses: [{target: b, period: 2026-09, actions: [act-on]}, {target: c, actions: [imp-unknown]}]
            # sms/sla_report/s.yaml
            {kind: sla_report, id: s, status: draft, results: [{target: a, met: false}]}
            # sms/action/act-on.yaml
            {kind: action, id: act-on, status: done}
            ",
        );
    }
}
