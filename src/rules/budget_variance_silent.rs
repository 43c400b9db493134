use std::collections::BTreeSet;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::exact::Exact;
use crate::model::Record;
use crate::model::budget::{CostLine, CostReport, CostReportStatus};

rule! {
    /// Costs far from what was planned, without a word of explanation.
    ///
    /// A line, or the total, that is more than ten percent above or below its plan has its row in `variances` with an
    /// `explanation`; a policy in force may set another share in `limits` for this rule. The row of the total has the
    /// line `total`. Less than planned is explained too: something was not bought that somebody thought was needed.
    /// Drafts are not looked at.
    ///
    /// ```yaml,bad
    /// # sms/cost_report/cst-2026-q3.yaml
    /// kind: cost_report
    /// id: cst-2026-q3
    /// status: reported
    /// lines: [{line: mail, planned: {amount: 1000, currency: EUR}, actual: {amount: 1280, currency: EUR}}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/cost_report/cst-2026-q3.yaml
    /// kind: cost_report
    /// id: cst-2026-q3
    /// status: reported
    /// lines: [{line: mail, planned: {amount: 1000, currency: EUR}, actual: {amount: 1280, currency: EUR}}]
    /// variances: [{line: mail, pct: 28.0, explanation: A second filter was rented for the wave of May.}]
    /// ```
    ///
    /// Ask whoever spent it, and write the reason in `variances`, with actions where it must not go on.
    BudgetVarianceSilent = "budget-variance-silent", Warning, clauses: ["8.4.1"], kinds: ["cost_report"];
}

fn message(report: &Record<'_>, line: &str, planned: &Exact, actual: &Exact) -> String {
    let what = if line == TOTAL { "the total".to_owned() } else { format!("the line '{line}'") };
    let share = (&(actual - planned) * &Exact::from(100)).over(planned);
    let how = match share {
        Some(share) if share < Exact::zero() => format!("{} % below", share.abs().text(1)),
        Some(share) => format!("{} % above", share.text(1)),
        None => format!("{} above", actual.text(2)),
    };
    format!("{what} of '{}' is {how} its plan, and nothing explains it", report.id)
}

const HELP: &str = "write the reason in `variances`, in a row for this line";

/// The row of `variances` that explains the whole.
const TOTAL: &str = "total";
/// How far from the plan needs no word, in a hundred.
const SHARE: i64 = 10;

/// What was planned and what was spent, when both are in the same currency.
fn both(line: CostLine<'_>) -> Option<(Exact, Exact)> {
    let (planned, actual) = (line.planned()?, line.actual()?);
    Some((planned.amount()?, actual.amount()?)).filter(|_| planned.currency() == actual.currency())
}

impl Rule for BudgetVarianceSilent {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let share = cx.share_limit(self.code().id, SHARE);
        for report in cx.sms.all::<CostReport<'_>>() {
            if !matches!(report.status(), Some(CostReportStatus::Reported | CostReportStatus::Reviewed)) {
                continue;
            }
            let record = report.0.record;
            let variances = report.variances().into_iter().filter(|row| row.explanation().is_some());
            let explained: BTreeSet<&str> = variances.filter_map(|row| row.line()).collect();
            let lines = report.lines().into_iter().filter_map(|line| Some((line.line()?, line)));
            for (name, line) in lines.chain(report.total().map(|total| (TOTAL, total))) {
                let Some((planned, actual)) = both(line).filter(|_| !explained.contains(name)) else { continue };
                let off = &(&actual - &planned).abs() * &Exact::from(100);
                if off > &share * &planned.abs() {
                    let span = line.0.field_span("actual");
                    out.at(record, span, message(record, name, &planned, &actual)).help(HELP);
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
    fn more_than_a_tenth_either_way_needs_a_word() {
        check(
            &BudgetVarianceSilent,
            "
            # sms/cost_report/r.yaml
            kind: cost_report
            id: r
            status: reviewed
            lines:
              - {line: a, planned: {amount: 100, currency: EUR}, actual: {amount: 110.01, currency: EUR}}
            #                                                    ^^^^^^ the line 'a' of 'r' is 10 % above its plan
              - {line: b, planned: {amount: 100, currency: EUR}, actual: {amount: 80.5, currency: EUR}}
            #                                                    ^^^^^^ the line 'b' of 'r' is 19.5 % below its plan
              - {line: c, planned: {amount: 0, currency: EUR}, actual: {amount: 7, currency: EUR}}
            #                                                  ^^^^^^ the line 'c' of 'r' is 7 above its plan
              - {line: d, planned: {amount: 100, currency: EUR}, actual: {amount: 110, currency: EUR}}
              - {line: e, planned: {amount: 100, currency: EUR}, actual: {amount: 90, currency: EUR}}
            total: {planned: {amount: 400, currency: EUR}, actual: {amount: 600, currency: EUR}}
            #                                              ^^^^^^ the total of 'r' is 50 % above its plan
            variances: [{line: a, pct: 10.0, explanation: ' '}]
            ",
        );
    }

    #[test]
    fn an_explanation_a_draft_and_two_currencies_pass() {
        check(
            &BudgetVarianceSilent,
            "
            # sms/cost_report/r.yaml
            kind: cost_report
            id: r
            status: reported
            lines:
              - {line: a, planned: {amount: 100, currency: EUR}, actual: {amount: 200, currency: EUR}}
              - {line: b, planned: {amount: 100, currency: EUR}, actual: {amount: 900, currency: NOK}}
            total: {planned: {amount: 400, currency: EUR}, actual: {amount: 600, currency: EUR}}
            variances: [{line: a, explanation: Rain}, {line: total, explanation: More rain}]
            # sms/cost_report/s.yaml
            {kind: cost_report, id: s, status: draft, total: {planned: {amount: 1, currency: EUR}, actual: {amount: 9, currency: EUR}}}
            ",
        );
    }

    #[test]
    fn a_policy_sets_the_share() {
        check(
            &BudgetVarianceSilent,
            "
            # sms/policy/p.yaml
            {kind: policy, id: p, status: in_force, limits: [{rule: budget-variance-silent, value: 2.5%}]}
            # sms/cost_report/r.yaml
            kind: cost_report
            id: r
            status: reported
            lines:
              - {line: a, planned: {amount: 100, currency: EUR}, actual: {amount: 102.6, currency: EUR}}
            #                                                    ^^^^^^ 2.6 % above
              - {line: b, planned: {amount: 100, currency: EUR}, actual: {amount: 102.5, currency: EUR}}
            ",
        );
    }
}
