use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::change::{Change, ChangeStatus, TestResult};
use crate::model::change_policy::ChangePolicy;

rule! {
    /// A change that was not tried out beforehand.
    ///
    /// A requested change says how it will be tested. A change that was carried out has passed its test, or says why no
    /// test was possible. A category of the change policy may do without, by `test_required: false`; where the policy
    /// does not know the category, a test is needed.
    ///
    /// ```yaml,bad
    /// # sms/change/chg-disk.yaml
    /// kind: change
    /// id: chg-disk
    /// status: implemented
    /// category: normal
    /// test: {plan: One disk in the test array.}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/change/chg-disk.yaml
    /// kind: change
    /// id: chg-disk
    /// status: implemented
    /// category: normal
    /// test: {plan: One disk in the test array., result: pass}
    /// ```
    ///
    /// Write what was tested and how it went in `test`; for `result: not_possible` add the `reason`.
    ChangeNoTest = "change-no-test", Error, clauses: ["8.5.1.3"], kinds: ["change", "change_policy"];
}

fn message(change: &Record<'_>, gap: &str) -> String {
    format!("the change '{}' {gap}", change.id)
}

/// What is wrong, with what to do about it and the field of `test` that it is about.
fn gap(change: Change<'_>, status: ChangeStatus) -> Option<(&'static str, &'static str, &'static str)> {
    let test = change.test();
    if !status.is_carried_out() {
        let planned = test.is_some_and(|test| test.plan().is_some() || test.result().is_some());
        return (!planned).then_some((
            "does not say how it will be tested",
            "write in `test.plan` what is tried, where and how",
            "plan",
        ));
    }
    match test.and_then(|test| test.result().map(|result| (result, test.reason()))) {
        None => Some((
            "was carried out without a test result",
            "write in `test.result` how the test went; `not_possible` needs a `reason`",
            "result",
        )),
        Some((TestResult::Fail, _)) => Some((
            "was carried out although its test failed",
            "test again and write the new result, or say in `result: not_possible` why no good test is possible",
            "result",
        )),
        Some((TestResult::NotPossible, None)) => Some((
            "does not say why no test was possible",
            "write in `test.reason` why, and what made the risk acceptable",
            "result",
        )),
        Some((TestResult::Pass, _) | (TestResult::NotPossible, Some(_))) => None,
    }
}

impl Rule for ChangeNoTest {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let categories = ChangePolicy::categories_in_force(cx.sms);
        for change in cx.sms.all::<Change<'_>>() {
            let category = change.category().and_then(|word| categories.get(word));
            let needed = category.and_then(|category| category.test_required()) != Some(false);
            let Some(status) = change.status().filter(|status| needed && status.is_up_for_decision()) else { continue };
            if let Some((gap, help, field)) = gap(change, status) {
                let record = change.0.record;
                let span = change.test().map_or_else(|| record.field_span("test"), |test| test.0.field_span(field));
                out.at(record, span, message(record, gap)).help(help);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn what_was_carried_out_needs_a_good_result_or_a_reason() {
        check(
            &ChangeNoTest,
            "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: closed}
            #                  ^^^^^ 'chg-a' was carried out without a test result
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: closed, test: {plan: a, result: fail, reason: a}}
            #                                                                 ^^^^ although its test failed
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: failed, test: {plan: a, result: not_possible}}
            #                                                                 ^^^^^^^^^^^^ does not say why
            # sms/change/chg-d.yaml
            {kind: change, id: chg-d, status: requested}
            #                  ^^^^^ 'chg-d' does not say how it will be tested
            ",
        );
    }

    #[test]
    fn a_plan_is_enough_before_and_a_reason_afterwards() {
        check(
            &ChangeNoTest,
            "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: requested, test: {plan: Try it.}}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: implemented, test: {plan: a, result: not_possible, reason: Just one}}
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: draft}
            ",
        );
    }

    #[test]
    fn only_a_category_that_says_so_does_without() {
        check(
            &ChangeNoTest,
            "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: closed, category: document}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: closed, category: odd}
            #                  ^^^^^ 'chg-b'
            # sms/change_policy/p.yaml
            {kind: change_policy, id: p, status: in_force, categories: [{id: document, test_required: false}]}
            ",
        );
    }
}
