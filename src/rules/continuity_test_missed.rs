use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::base::span::Span;
use crate::base::text;
use crate::model::Record;
use crate::model::continuity_plan::ContinuityPlan;
use crate::model::continuity_test::{Achieved, ContinuityResult, ContinuityTest, Deficiency, Invocation, TestStatus};

rule! {
    /// A continuity test that showed a gap, and nobody mends it.
    ///
    /// A test that took longer, or lost more, than its plan allows, or that did not pass, names what was not right in
    /// `deficiencies`; and each deficiency names the work on it in `action` or the day on which it was put right in
    /// `mended_on`. Work that was called off does not count. When a plan was called out in earnest and took too long,
    /// its `lookback` names `actions`. There are thirty days after the test; a policy in force may set others in
    /// `limits` for this rule. What was looked back on already has had its time.
    ///
    /// ```yaml,bad
    /// # sms/continuity_test/ctest-payroll.yaml
    /// kind: continuity_test
    /// id: ctest-payroll
    /// status: closed
    /// plan: cplan-payroll
    /// date: 2026-03-12
    /// achieved: {rto: 6h}
    /// result: passed
    /// # sms/continuity_plan/cplan-payroll.yaml
    /// kind: continuity_plan
    /// id: cplan-payroll
    /// recovery: {rto: 4h, rpo: 1h, mtpd: 8h}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/continuity_test/ctest-payroll.yaml
    /// kind: continuity_test
    /// id: ctest-payroll
    /// status: closed
    /// plan: cplan-payroll
    /// date: 2026-03-12
    /// achieved: {rto: 6h}
    /// result: failed
    /// deficiencies: [{what: The tapes were in the other building., action: act-second-safe}]
    /// # sms/continuity_plan/cplan-payroll.yaml
    /// kind: continuity_plan
    /// id: cplan-payroll
    /// recovery: {rto: 4h, rpo: 1h, mtpd: 8h}
    /// ```
    ///
    /// Write down what was not right, and an action for it. Where the plan promises more than anybody needs, change the
    /// plan.
    ContinuityTestMissed = "continuity-test-missed", Error, clauses: ["8.7.2"], kinds: ["continuity_test", "continuity_plan", "invocation"], clock;
}

fn message(test: &Record<'_>, why: &str) -> String {
    format!("'{}' {why}, and no deficiency says what is done about it", test.id)
}

fn message_deficiency(test: &Record<'_>) -> String {
    format!("nobody works on this deficiency of '{}', and it has no day on which it was put right", test.id)
}

fn message_lookback(day: &Record<'_>, why: &str) -> String {
    format!("'{}' {why}, and its lookback names no action", day.id)
}

const HELP: &str = "name it in `deficiencies`, with an `action` or the day on which it was put right";
const HELP_DEFICIENCY: &str = "name the work on it in `action`, or the day on which it was put right in `mended_on`";
const HELP_LOOKBACK: &str = "name in `lookback.actions` what is done so that it goes faster next time";

const WITHIN: Duration = Duration::from_days(30);

/// Where and how what was achieved falls short of the plan.
fn short(achieved: Option<Achieved<'_>>, plan: Option<ContinuityPlan<'_>>) -> Option<(Span, String)> {
    let (achieved, allowed) = (achieved?, plan.and_then(ContinuityPlan::recovery)?);
    let over = |name: &'static str, took: Option<Duration>, allowed: Option<Duration>, verb: &str, of: &str| {
        let (took, allowed) = (took?, allowed?);
        (took > allowed)
            .then(|| (achieved.0.field_span(name), format!("{verb} {took}{of}, where the plan allows {allowed}")))
    };
    let all = [
        over("rto", achieved.rto(), allowed.rto(), "took", ""),
        over("rpo", achieved.rpo(), allowed.rpo(), "lost", " of data"),
    ];
    let all: Vec<(Span, String)> = all.into_iter().flatten().collect();
    let why: Vec<&str> = all.iter().map(|(_, why)| why.as_str()).collect();
    Some((all.first()?.0, text::and(&why)))
}

/// Where and how a test fell short: by the figures, else by its own word.
fn fell_short(test: ContinuityTest<'_>, plan: Option<ContinuityPlan<'_>>) -> Option<(Span, String)> {
    let by_word = || {
        let why = match test.result()? {
            ContinuityResult::Passed => return None,
            ContinuityResult::PassedWithDeficiencies => "passed with deficiencies",
            ContinuityResult::Failed => "failed",
        };
        Some((test.0.field_span("result"), why.to_owned()))
    };
    short(test.achieved(), plan).or_else(by_word)
}

impl Rule for ContinuityTestMissed {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let within = cx.time_limit(self.code().id, WITHIN);
        let plan = |id: Option<&str>| cx.sms.view::<ContinuityPlan<'_>>(cx.sms.find(id?)?);
        for test in cx.sms.all::<ContinuityTest<'_>>() {
            let record = test.0.record;
            let Some(held) = test.held_on() else { continue };
            if test.status() == Some(TestStatus::Executed) && after(held, within) >= cx.today() {
                continue;
            }
            let deficiencies = test.deficiencies();
            let is_open = |it: &&Deficiency<'_>| it.mended_on().is_none() && !cx.is_worked_on(it.action());
            for open in deficiencies.iter().filter(is_open) {
                out.at(record, open.0.span(), message_deficiency(record)).help(HELP_DEFICIENCY);
            }
            if let Some((span, why)) = fell_short(test, plan(test.plan())).filter(|_| deficiencies.is_empty()) {
                out.at(record, span, message(record, &why)).help(HELP);
            }
        }
        for day in cx.sms.all::<Invocation<'_>>() {
            let record = day.0.record;
            let Some(lookback) = day.lookback() else { continue };
            let acted = cx.is_worked_on(lookback.actions());
            if let Some((span, why)) = short(day.achieved(), plan(day.plan())).filter(|_| !acted) {
                out.at(record, span, message_lookback(record, &why)).help(HELP_LOOKBACK);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const PLAN: &str = "
            # sms/continuity_plan/p.yaml
            {kind: continuity_plan, id: p, recovery: {rto: 4h, rpo: 1h}}
            # sms/action/act-off.yaml
            {kind: action, id: act-off, status: cancelled}
";

    #[test]
    fn figures_and_results_that_fall_short_need_a_deficiency() {
        let tests = "
            # sms/continuity_test/a.yaml
            {kind: continuity_test, id: a, status: closed, plan: p, date: 2026-11-01, achieved: {rto: 4h 1m, rpo: 2h}, result: passed}
            #                                                                                         ^^^^^ 'a' took 4h 1m, where the plan allows 4h and lost 2h of data
            # sms/continuity_test/b.yaml
            {kind: continuity_test, id: b, status: reviewed, date: 2026-11-01, result: failed}
            #                                                                          ^^^^^^ 'b' failed, and no deficiency
            # sms/continuity_test/c.yaml
            {kind: continuity_test, id: c, status: executed, date: 2026-10-20, result: passed_with_deficiencies}
            #                                                                          ^^^^^^^^^^^^^^^^^^^^^^^^ 'c' passed with
            # sms/continuity_test/d.yaml
            {kind: continuity_test, id: d, status: executed, date: 2026-10-21, result: failed}
            # sms/continuity_test/e.yaml
            {kind: continuity_test, id: e, status: closed, plan: p, date: 2026-11-01, achieved: {rto: 4h, rpo: 1h}, result: passed}
";
        check(&ContinuityTestMissed, &format!("{PLAN}{tests}"));
    }

    #[test]
    fn a_deficiency_needs_work_that_goes_on_or_a_day() {
        let tests = "
            # sms/continuity_test/a.yaml
            kind: continuity_test
            id: a
            status: closed
            plan: p
            date: 2026-11-01
            achieved: {rto: 5h}
            deficiencies:
              - {what: Nobody had the key}
            #   ^^^^^^^^^^^^^^^^^^^^^^^^^^ this deficiency of 'a'
              - {what: The list was old, action: act-off}
            #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this deficiency of 'a'
              - {what: The list was short, action: act-on}
              - {what: The room was cold, mended_on: 2026-11-02}
            # sms/action/act-on.yaml
            {kind: action, id: act-on, status: open}
";
        check(&ContinuityTestMissed, &format!("{PLAN}{tests}"));
    }

    #[test]
    fn a_day_in_earnest_is_judged_once_it_was_looked_back_on() {
        let days = "
            # sms/invocation/a.yaml
            {kind: invocation, id: a, plan: p, achieved: {rto: 4h, rpo: 61m}, lookback: {actions: [act-off]}}
            #                                                           ^^^ 'a' lost 1h 1m of data, where the plan allows 1h, and its lookback
            # sms/invocation/b.yaml
            {kind: invocation, id: b, plan: p, achieved: {rto: 9h}, lookback: {actions: [act-on]}}
            # sms/invocation/c.yaml
            {kind: invocation, id: c, plan: p, achieved: {rto: 9h}}
            # sms/invocation/d.yaml
            {kind: invocation, id: d, plan: p, achieved: {rto: 3h}, lookback: {actions: []}}
            # sms/action/act-on.yaml
            {kind: action, id: act-on, status: done}
";
        check(&ContinuityTestMissed, &format!("{PLAN}{days}"));
    }
}
