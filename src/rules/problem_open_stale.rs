use std::collections::BTreeMap;

use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::{When, after};
use crate::base::duration::Duration;
use crate::model::change::{Actual, Change};
use crate::model::problem::{KnownError, Problem, ProblemStatus, Step};
use crate::model::{Ix, Record};

rule! {
    /// An open problem with which nothing has happened for too long.
    ///
    /// A problem that rests is a decision that nobody took. At least every 90 days an open problem shows a step in
    /// `steps`, a cause that was found, a known error that was published, or a change that was asked for or carried out
    /// for it; a policy in force may set another time in `limits` for this rule.
    ///
    /// ```yaml,bad
    /// # sms/problem/prb-pool.yaml
    /// {kind: problem, id: prb-pool, status: investigating, raised_at: 2026-04-08T09:30:00Z,
    ///  steps: [{at: 2026-05-02T10:00:00Z, by: ann, action: The logs of a week were kept.}]}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/problem/prb-pool.yaml
    /// {kind: problem, id: prb-pool, status: investigating, raised_at: 2026-04-08T09:30:00Z,
    ///  steps: [{at: 2026-10-02T10:00:00Z, by: ann, action: The trouble was shown on a copy.}]}
    /// ```
    ///
    /// Take the next step and write it down, or decide to live with it as a risk.
    ProblemOpenStale = "problem-open-stale", Warning, clauses: ["8.6.3"],
        kinds: ["problem", "known_error", "change"], clock;
}

fn message(problem: &Record<'_>, last: Date, today: Date) -> String {
    let days = today.duration_since(last).as_hours() / 24;
    format!("nothing has happened with the problem '{}' since {last}, {days} days ago", problem.id)
}

const HELP: &str = "take the next step and write it in `steps`, or decide to live with it as a risk";

const WITHIN: Duration = Duration::from_days(90);

/// The last day on which something happened; what is dated in the future has not happened.
fn last(cx: &Check<'_>, problem: Problem<'_>, published: Option<Date>) -> Option<Date> {
    let changes = problem.changes().into_iter().filter_map(|named| cx.sms.view::<Change<'_>>(cx.sms.find(named.id)?));
    let of_changes = changes.flat_map(|change| [change.requested_at(), change.actual().and_then(Actual::end)]);
    let own = [problem.raised_at(), problem.root_cause_at()].into_iter();
    let steps = problem.steps().into_iter().map(Step::at);
    let days = own.chain(steps).chain(of_changes).flatten().map(When::day).chain(published);
    days.filter(|day| *day <= cx.today()).max()
}

impl Rule for ProblemOpenStale {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let within = cx.time_limit(self.code().id, WITHIN);
        let mut published: BTreeMap<Ix, Date> = BTreeMap::new();
        for error in cx.sms.all::<KnownError<'_>>() {
            let problem = error.problem().and_then(|problem| cx.sms.find(problem.id));
            if let Some((problem, day)) = problem.zip(error.published_at().map(When::day)) {
                let latest = published.entry(problem).or_insert(day);
                *latest = day.max(*latest);
            }
        }
        for (ix, record) in cx.sms.of_kind("problem") {
            let Some(problem) = cx.sms.view::<Problem<'_>>(ix) else { continue };
            let open = problem.status().is_some_and(ProblemStatus::is_open);
            let last = last(cx, problem, published.get(&ix).copied()).filter(|_| open);
            if let Some(last) = last.filter(|last| after(*last, within) < cx.today()) {
                out.field(record, "status", message(record, last, cx.today())).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn after_ninety_days_without_anything_a_problem_is_stale() {
        check(
            &ProblemOpenStale,
            "
            # sms/problem/a.yaml
            {kind: problem, id: a, status: new, raised_at: 2026-08-21T10:00:00Z}
            #                              ^^^ nothing has happened with the problem 'a' since 2026-08-21, 91 days ago
            # sms/problem/b.yaml
            {kind: problem, id: b, status: new, raised_at: 2026-08-22T10:00:00Z}
            # sms/problem/c.yaml
            {kind: problem, id: c, status: known_error, raised_at: 2026-01-22T10:00:00Z, root_cause_at: 2026-02-01T10:00:00Z,
            #                              ^^^^^^^^^^^ 'c' since 2026-03-01
             steps: [{at: 2026-03-01T10:00:00Z}, {at: 2027-03-01T10:00:00Z}, {at: 2026-02-01T10:00:00Z}]}
            # sms/problem/d.yaml
            {kind: problem, id: d, status: accepted, raised_at: 2026-01-22T10:00:00Z}
            ",
        );
    }

    #[test]
    fn a_known_error_and_a_change_are_steps_and_a_policy_may_give_another_time() {
        let fixture = "
            # sms/problem/a.yaml
            {kind: problem, id: a, status: known_error, raised_at: 2026-01-21T10:00:00Z}
            # sms/known_error/ke-a.yaml
            {kind: known_error, id: ke-a, problem: a, published_at: 2026-10-01T10:00:00Z}
            # sms/known_error/ke-b.yaml
            {kind: known_error, id: ke-b, problem: a, published_at: 2026-02-01T10:00:00Z}
            # sms/problem/b.yaml
            {kind: problem, id: b, status: fix_planned, raised_at: 2026-01-21T10:00:00Z, changes: [chg-a]}
            # sms/problem/c.yaml
            {kind: problem, id: c, status: fix_planned, raised_at: 2026-01-21T10:00:00Z, changes: [chg-b, chg-lost]}
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: requested, requested_at: 2026-10-01T10:00:00Z}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: closed, requested_at: 2026-01-25T10:00:00Z, actual: {end: 2026-10-01T10:00:00Z}}";
        check(&ProblemOpenStale, fixture);
        let policy = "
            # sms/policy/p.yaml
            {kind: policy, id: p, status: in_force, limits: [{rule: problem-open-stale, value: 30d}]}";
        assert_eq!(crate::rules::harness::findings(&ProblemOpenStale, &format!("{fixture}{policy}")).len(), 3);
    }
}
