use std::collections::BTreeMap;

use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::base::text;
use crate::model::Record;
use crate::model::continuity_plan::ContinuityPlan;
use crate::model::continuity_test::ContinuityTest;

rule! {
    /// A continuity plan that was not tested for too long.
    ///
    /// People leave, addresses change, backups grow: what is not tried no longer works on the day. Each service of a plan
    /// in force is tested once in the plan's `test_interval`; where it has none, once a year, or once in the time that a
    /// policy in force sets in `limits` for this rule. The first test is due one interval after `effective_from`. A test
    /// that names `services` counts for those alone. A day on which the plan was called out in earnest is no test.
    ///
    /// ```yaml,bad
    /// # sms/continuity_plan/cplan-payroll.yaml
    /// kind: continuity_plan
    /// id: cplan-payroll
    /// status: in_force
    /// effective_from: 2024-09-01
    /// services: [svc-payroll]
    /// test_interval: 365d
    /// ```
    ///
    /// ```yaml,good
    /// # sms/continuity_plan/cplan-payroll.yaml
    /// kind: continuity_plan
    /// id: cplan-payroll
    /// status: in_force
    /// effective_from: 2024-09-01
    /// services: [svc-payroll]
    /// test_interval: 365d
    /// # sms/continuity_test/ctest-payroll.yaml
    /// kind: continuity_test
    /// id: ctest-payroll
    /// status: reviewed
    /// plan: cplan-payroll
    /// date: 2026-03-12
    /// ```
    ///
    /// Hold the test and write it down (`gitsm new continuity_test`); a walk around a table is better than none.
    ContinuityTestOverdue = "continuity-test-overdue", Error, clauses: ["8.7.2"], kinds: ["continuity_plan", "continuity_test"], clock;
}

fn message(plan: &Record<'_>, services: &[&str], due: Date) -> String {
    format!("the continuity plan '{}' should have been tested by {due} for {}", plan.id, text::and(services))
}

const HELP: &str = "hold the test and write it down with `gitsm new continuity_test`";

const INTERVAL: Duration = Duration::from_days(365);

/// Each test that was held: its day, and the services that it tried, none for all of the plan.
type Held<'a> = (Date, Vec<&'a str>);

/// The tests that were held until today, by the plan.
fn held<'a>(cx: &'a Check<'_>) -> BTreeMap<&'a str, Vec<Held<'a>>> {
    let mut by_plan: BTreeMap<&str, Vec<Held<'_>>> = BTreeMap::new();
    for test in cx.sms.all::<ContinuityTest<'_>>() {
        if let (Some(plan), Some(held)) = (test.plan(), test.held_on().filter(|held| *held <= cx.today())) {
            let services = test.services().into_iter().map(|service| cx.sms.id_now(service)).collect();
            by_plan.entry(cx.sms.id_now(plan)).or_default().push((held, services));
        }
    }
    by_plan
}

impl Rule for ContinuityTestOverdue {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let limit = cx.time_limit(self.code().id, INTERVAL);
        let held = held(cx);
        for plan in ContinuityPlan::in_force(cx.sms, cx.today()) {
            let record = plan.0.record;
            let Some(from) = plan.effective_from() else { continue };
            let tests = held.get(record.id.as_str()).map(Vec::as_slice).unwrap_or_default();
            let interval = plan.test_interval().unwrap_or(limit);
            let due = |service: &str| {
                let counts = tests.iter().filter(|(_, tried)| tried.is_empty() || tried.contains(&service));
                after(counts.map(|(held, _)| *held).max().unwrap_or(from), interval)
            };
            let in_use = |id: &str| cx.sms.find(id).is_none_or(|ix| cx.sms.is_in_use(ix));
            let services = plan.services().into_iter().map(|service| cx.sms.id_now(service.id));
            let late: Vec<&str> = services.filter(|id| in_use(id) && due(id) < cx.today()).collect();
            if let Some(due) = late.iter().map(|id| due(id)).min() {
                out.field(record, "test_interval", message(record, &late, due)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn a_day_too_late_is_told_with_the_services_that_wait() {
        check(
            &ContinuityTestOverdue,
            "
            # sms/continuity_plan/p.yaml
            kind: continuity_plan
            id: p
            status: in_force
            effective_from: 2020-01-01
            services: [svc-a, svc-b, svc-c]
            test_interval: 180d
            #              ^^^^ 'p' should have been tested by 2026-11-19 for svc-b and svc-c
            # sms/continuity_plan/q.yaml
            {kind: continuity_plan, id: q, status: in_force, effective_from: 2025-11-19, services: [svc-a]}
            #                           ^ by 2026-11-19 for svc-a
            # sms/continuity_test/all.yaml
            {kind: continuity_test, id: all, status: closed, plan: p, date: 2026-05-23}
            # sms/continuity_test/some.yaml
            {kind: continuity_test, id: some, status: executed, plan: p, date: 2026-06-30, services: [svc-a]}
            # sms/continuity_test/later.yaml
            {kind: continuity_test, id: later, status: planned, plan: p, planned: 2026-12-01, date: 2026-10-01}
            ",
        );
    }

    #[test]
    fn the_due_day_is_in_time_and_what_holds_no_more_or_serves_nothing_is_not_asked() {
        check(
            &ContinuityTestOverdue,
            "
            # sms/continuity_plan/p.yaml
            {kind: continuity_plan, id: p, status: in_force, effective_from: 2020-01-01, services: [svc-a]}
            # sms/continuity_test/t.yaml
            {kind: continuity_test, id: t, status: reviewed, plan: p, date: 2025-11-20, result: failed}
            # sms/continuity_plan/q.yaml
            {kind: continuity_plan, id: q, status: superseded, effective_from: 2020-01-01, services: [svc-a]}
            # sms/continuity_plan/r.yaml
            {kind: continuity_plan, id: r, status: in_force, effective_from: 2020-01-01, services: [svc-old]}
            # sms/service/svc-old.yaml
            {kind: service, id: svc-old, status: retired}
            ",
        );
    }

    #[test]
    fn a_policy_sets_the_time_where_the_plan_sets_none() {
        check(
            &ContinuityTestOverdue,
            "
            # sms/policy/pol.yaml
            {kind: policy, id: pol, status: in_force, limits: [{rule: continuity-test-overdue, value: 90d}]}
            # sms/continuity_plan/p.yaml
            {kind: continuity_plan, id: p, status: in_force, effective_from: 2026-08-01, services: [svc-a]}
            #                           ^ by 2026-10-30
            # sms/continuity_plan/q.yaml
            {kind: continuity_plan, id: q, status: in_force, effective_from: 2026-08-01, services: [svc-a], test_interval: 1w}
            #                                                                                                              ^^ by 2026-08-08
            # sms/continuity_plan/r.yaml
            {kind: continuity_plan, id: r, status: in_force, effective_from: 2026-08-01, services: [svc-a], test_interval: 200d}
            ",
        );
    }
}
