use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::model::change::{Actual, Change, ChangeStatus, Outcome};
use crate::model::change_policy::ChangePolicy;
use crate::model::continuity_plan::ContinuityPlan;
use crate::model::continuity_test::{ContinuityTest, TestStatus};
use crate::model::{Ix, Record};

rule! {
    /// A continuity plan that was not tested again after a major change of what it rests on.
    ///
    /// A plan that was tried with the old machines says nothing about the new ones. A change counts when it was carried
    /// out while the plan was in force, its category is `major` or needs a design by the change policy, and it affects
    /// something that the plan names, or that a service of the plan relies on directly. There are ninety days for the
    /// test; a policy in force may set others in `limits` for this rule. A planned test that names the change in
    /// `after_change` settles it until its day.
    ///
    /// ```yaml,bad
    /// # sms/change/chg-move.yaml
    /// kind: change
    /// id: chg-move
    /// status: closed
    /// category: major
    /// affects: [ci-room]
    /// actual: {start: 2026-05-02T20:00:00Z, end: 2026-05-03T04:00:00Z}
    /// # sms/continuity_plan/cplan-payroll.yaml
    /// kind: continuity_plan
    /// id: cplan-payroll
    /// status: in_force
    /// effective_from: 2026-01-01
    /// services: [svc-payroll]
    /// recovery: {sites: [{ci: ci-room, use: Takes everything}]}
    /// # sms/ci/ci-room.yaml
    /// kind: ci
    /// id: ci-room
    /// status: live
    /// ```
    ///
    /// ```yaml,good
    /// # sms/change/chg-move.yaml
    /// kind: change
    /// id: chg-move
    /// status: closed
    /// category: major
    /// affects: [ci-room]
    /// actual: {start: 2026-05-02T20:00:00Z, end: 2026-05-03T04:00:00Z}
    /// # sms/continuity_plan/cplan-payroll.yaml
    /// kind: continuity_plan
    /// id: cplan-payroll
    /// status: in_force
    /// effective_from: 2026-01-01
    /// services: [svc-payroll]
    /// recovery: {sites: [{ci: ci-room, use: Takes everything}]}
    /// # sms/continuity_test/ctest-payroll.yaml
    /// kind: continuity_test
    /// id: ctest-payroll
    /// status: reviewed
    /// plan: cplan-payroll
    /// date: 2026-06-20
    /// after_change: chg-move
    /// # sms/ci/ci-room.yaml
    /// kind: ci
    /// id: ci-room
    /// status: live
    /// ```
    ///
    /// Test the plan as things are now, or plan the test with `after_change`.
    ContinuityRetest = "continuity-retest", Warning, clauses: ["8.7.2"], kinds: ["continuity_plan", "continuity_test", "change"], clock;
}

fn message(plan: &Record<'_>, change: &Record<'_>, end: Date) -> String {
    format!("the continuity plan '{}' was not tested since the major change '{}' of {end}", plan.id, change.id)
}

const HELP: &str = "test the plan as things are now, or plan a test that names the change in `after_change`";

const WITHIN: Duration = Duration::from_days(90);

/// Major changes that altered things, each with its last day.
fn major<'a>(cx: &'a Check<'_>) -> Vec<(Change<'a>, Date)> {
    let categories = ChangePolicy::categories_in_force(cx.sms);
    let is_major = |word| word == "major" || categories.get(word).is_some_and(|it| it.needs_design() == Some(true));
    let all = cx.sms.all::<Change<'_>>().filter_map(|change| {
        let (status, outcome) = (change.status()?, change.outcome());
        let stands = status.is_carried_out() && status != ChangeStatus::Reversed && outcome != Some(Outcome::Reversed);
        let end = change.actual().and_then(Actual::end)?.day();
        (stands && change.category().is_some_and(is_major)).then_some((change, end))
    });
    all.collect()
}

/// Plans in force by what they rest on.
fn plans<'a>(cx: &'a Check<'_>) -> BTreeMap<Ix, Vec<ContinuityPlan<'a>>> {
    let mut by_item: BTreeMap<Ix, Vec<ContinuityPlan<'_>>> = BTreeMap::new();
    for plan in ContinuityPlan::in_force(cx.sms, cx.today()) {
        let named = plan.named().into_iter().filter_map(|id| cx.sms.find(id));
        let services = plan.services().into_iter().filter_map(|service| cx.sms.find(service.id));
        let needed = services.flat_map(|ix| cx.graph.relies_on(cx.sms.record(ix).id.as_str()));
        let items: BTreeSet<Ix> = named.chain(needed.filter_map(|link| link.node.record)).collect();
        for item in items {
            by_item.entry(item).or_default().push(plan);
        }
    }
    by_item
}

impl Rule for ContinuityRetest {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let within = cx.time_limit(self.code().id, WITHIN);
        let mut last: BTreeMap<&str, Date> = BTreeMap::new();
        let mut coming: BTreeSet<(&str, &str)> = BTreeSet::new();
        for test in cx.sms.all::<ContinuityTest<'_>>() {
            let Some(plan) = test.plan().and_then(|plan| cx.sms.find(plan)).map(|ix| cx.sms.record(ix)) else {
                continue;
            };
            if let Some(held) = test.held_on() {
                let last = last.entry(plan.id.as_str()).or_insert(held);
                *last = held.max(*last);
            }
            let ahead =
                test.status() == Some(TestStatus::Planned) && test.planned().is_some_and(|day| day >= cx.today());
            if let Some(change) = test.after_change().and_then(|id| cx.sms.find(id)).filter(|_| ahead) {
                coming.insert((plan.id.as_str(), cx.sms.record(change).id.as_str()));
            }
        }
        let plans = plans(cx);
        let mut told: BTreeMap<&str, (ContinuityPlan<'_>, Change<'_>, Date)> = BTreeMap::new();
        for (change, end) in major(cx).into_iter().filter(|(_, end)| after(*end, within) < cx.today()) {
            let affected = change.affects().into_iter().filter_map(|at| cx.sms.find(at.node.as_str()?));
            for plan in affected.filter_map(|ix| plans.get(&ix)).flatten() {
                let id = plan.0.record.id.as_str();
                let tested = last.get(id).is_some_and(|last| *last >= end);
                let is_older = plan.effective_from().is_none_or(|from| from > end);
                if !tested && !is_older && !coming.contains(&(id, change.0.record.id.as_str())) {
                    told.entry(id).or_insert((*plan, change, end));
                }
            }
        }
        for (plan, change, end) in told.into_values() {
            let record = plan.0.record;
            out.at(record, record.id_span(), message(record, change.0.record, end))
                .help(HELP)
                .related(change.0.field_span("affects"), "what the change affects");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const PLAN: &str = "
        # sms/continuity_plan/p.yaml
        {kind: continuity_plan, id: p, status: in_force, effective_from: 2026-02-01, services: [svc-a]}
";
    const SERVICE: &str = "
        # sms/service/svc-a.yaml
        {kind: service, id: svc-a, status: live, relations: [{type: runs_on, to: ci-a}]}
        # sms/ci/ci-a.yaml
        {kind: ci, id: ci-a, status: live}
";

    #[test]
    fn what_a_service_relies_on_counts_and_so_does_the_word_of_the_policy() {
        let bad = PLAN.trim_end().to_owned()
            + "
        #                           ^ 'p' was not tested since the major change 'chg-a' of 2026-08-21
        # sms/change/chg-a.yaml
        {kind: change, id: chg-a, status: closed, category: big, affects: [ci-a], actual: {end: 2026-08-21T10:00:00Z}}
        # sms/change_policy/c.yaml
        {kind: change_policy, id: c, status: in_force, categories: [{id: big, needs_design: true}]}
        # sms/continuity_test/t.yaml
        {kind: continuity_test, id: t, status: reviewed, plan: p, date: 2026-08-20}
";
        check(&ContinuityRetest, &format!("{SERVICE}{bad}"));
    }

    #[test]
    fn a_test_since_a_planned_one_and_the_ninetieth_day_settle_it() {
        let rest = "
        # sms/change/chg-a.yaml
        {kind: change, id: chg-a, status: closed, category: major, affects: [ci-a], actual: {end: 2026-08-22T10:00:00Z}}
        # sms/change/chg-b.yaml
        {kind: change, id: chg-b, status: remedied, category: major, affects: [svc-a], actual: {end: 2026-04-01T10:00:00Z}}
        # sms/change/chg-c.yaml
        {kind: change, id: chg-c, status: closed, category: major, affects: [ci-a], actual: {end: 2026-05-01T10:00:00Z}}
        # sms/continuity_test/t.yaml
        {kind: continuity_test, id: t, status: executed, plan: p, date: 2026-04-01}
        # sms/continuity_test/u.yaml
        {kind: continuity_test, id: u, status: planned, plan: p, planned: 2026-11-20, after_change: chg-c}
";
        check(&ContinuityRetest, &format!("{SERVICE}{PLAN}{rest}"));
    }

    #[test]
    fn small_old_undone_and_foreign_changes_ask_for_none() {
        let rest = "
        # sms/change/chg-a.yaml
        {kind: change, id: chg-a, status: closed, category: normal, affects: [ci-a], actual: {end: 2026-05-01T10:00:00Z}}
        # sms/change/chg-b.yaml
        {kind: change, id: chg-b, status: closed, category: major, affects: [ci-a], actual: {end: 2026-01-31T10:00:00Z}}
        # sms/change/chg-c.yaml
        {kind: change, id: chg-c, status: reversed, category: major, affects: [ci-a], actual: {end: 2026-05-01T10:00:00Z}}
        # sms/change/chg-d.yaml
        {kind: change, id: chg-d, status: closed, category: major, affects: [ci-b], actual: {end: 2026-05-01T10:00:00Z}}
        # sms/change/chg-e.yaml
        {kind: change, id: chg-e, status: requested, category: major, affects: [ci-a], actual: {end: 2026-05-01T10:00:00Z}}
";
        check(&ContinuityRetest, &format!("{SERVICE}{PLAN}{rest}"));
    }
}
