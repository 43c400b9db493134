use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::Record;
use crate::model::report::ServiceReport;

rule! {
    /// A report that was sent out without saying where things go or what was decided.
    ///
    /// A table alone leaves the work to the reader, and most readers leave it too. So a report says in `trends` in which
    /// direction the figures move, and in `decisions` what follows; that nothing needs to be done is a decision too.
    /// Drafts may be incomplete.
    ///
    /// ```yaml,bad
    /// # sms/report/rpt-levels-2026-10.yaml
    /// kind: report
    /// id: rpt-levels-2026-10
    /// status: issued
    /// values: [{label: Targets kept, value: 95.5, unit: "%"}]
    /// decisions: [The ledger moves on 5 December.]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/report/rpt-levels-2026-10.yaml
    /// kind: report
    /// id: rpt-levels-2026-10
    /// status: issued
    /// values: [{label: Targets kept, value: 95.5, unit: "%", previous: 99.1}]
    /// trends: [Falling for the third month; the stop of settlement alone cost two targets.]
    /// decisions: [The ledger moves on 5 December.]
    /// ```
    ///
    /// Add a sentence for each, correct the report and tell its readers.
    ReportNoTrend = "report-no-trend", Warning, clauses: ["9.4"], kinds: ["report"];
}

fn message(report: &Record<'_>, missing: &[&str]) -> String {
    format!("the report '{}' was sent out without {}", report.id, text::and(missing))
}

const HELP: &str = "say where the figures go and what follows from that, even when it is nothing";

impl Rule for ReportNoTrend {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for report in cx.sms.all::<ServiceReport<'_>>().filter(|report| report.is_issued()) {
            let missing = report.0.missing(&["trends", "decisions"]);
            if !missing.is_empty() {
                out.field(report.0.record, "status", message(report.0.record, &missing)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn trends_and_decisions_are_part_of_what_is_sent_out() {
        check(
            &ReportNoTrend,
            "
            # sms/report/a.yaml
            {kind: report, id: a, status: issued, values: [], findings: [It rains.], actions: [act-a]}
            #                             ^^^^^^ the report 'a' was sent out without trends and decisions
            # sms/report/b.yaml
            {kind: report, id: b, status: corrected, trends: [], decisions: [No need to act.]}
            #                             ^^^^^^^^^ without trends
            # sms/report/c.yaml
            {kind: report, id: c, status: issued, trends: [Steady.], decisions: []}
            #                             ^^^^^^ without decisions
            ",
        );
    }

    #[test]
    fn drafts_and_complete_reports_pass() {
        check(
            &ReportNoTrend,
            "
            # sms/report/a.yaml
            {kind: report, id: a, status: draft}
            # sms/report/b.yaml
            {kind: report, id: b, status: issued, trends: [Steady.], decisions: [None is needed.]}
            # sms/report/c.yaml
            {kind: report, id: c, status: issued, trends: Steady, decisions: 5}
            # sms/report/d.yaml
            {kind: report, id: d}
            ",
        );
    }
}
