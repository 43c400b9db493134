use std::collections::BTreeMap;

use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::{When, after};
use crate::base::duration::Duration;
use crate::model::problem::{KnownError, KnownErrorStatus, Problem, ProblemStatus};
use crate::model::{Ix, Record};

rule! {
    /// The cause of a problem is known, it is not fixed, and the service desk was not told.
    ///
    /// Until it is fixed the trouble comes again, and those who answer the calls need to recognise it and know what
    /// helps. A known error that names the problem, with `published: true` and not archived, is due 7 days after the
    /// cause was established; a policy in force may set another time in `limits` for this rule. A problem that is
    /// accepted as a risk, or ended, needs none.
    ///
    /// ```yaml,bad
    /// # sms/problem/prb-pool.yaml
    /// kind: problem
    /// id: prb-pool
    /// status: root_cause_known
    /// root_cause: All programs share one limit of connections.
    /// root_cause_at: 2026-10-23T15:00:00Z
    /// ```
    ///
    /// ```yaml,good
    /// # sms/problem/prb-pool.yaml
    /// kind: problem
    /// id: prb-pool
    /// status: known_error
    /// root_cause: All programs share one limit of connections.
    /// root_cause_at: 2026-10-23T15:00:00Z
    /// # sms/known_error/ke-pool.yaml
    /// {kind: known_error, id: ke-pool, status: active, problem: prb-pool, published: true}
    /// ```
    ///
    /// Write the known error (`gitsm new known_error`) and publish it to the desk, or end the problem.
    ProblemNoKnownError = "problem-no-known-error", Error, clauses: ["8.6.3"], kinds: ["problem", "known_error"], clock;
}

fn message(problem: &Record<'_>, known: Date) -> String {
    format!("the cause of '{}' has been known since {known}, and no known error is published", problem.id)
}

const HELP: &str = "write one with `gitsm new known_error` and set `published: true` when the desk can see it";

const WITHIN: Duration = Duration::from_days(7);

impl Rule for ProblemNoKnownError {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let within = cx.time_limit(self.code().id, WITHIN);
        let mut errors: BTreeMap<Ix, Vec<KnownError<'_>>> = BTreeMap::new();
        for error in cx.sms.all::<KnownError<'_>>() {
            if let Some(problem) = error.problem().and_then(|problem| cx.sms.find(problem.id)) {
                errors.entry(problem).or_default().push(error);
            }
        }
        for (ix, record) in cx.sms.of_kind("problem") {
            let Some(problem) = cx.sms.view::<Problem<'_>>(ix) else { continue };
            let open = problem.status().is_some_and(ProblemStatus::is_open) && problem.root_cause().is_some();
            let Some(known) = problem.root_cause_at().map(When::day).filter(|_| open) else { continue };
            let errors = errors.get(&ix).map(Vec::as_slice).unwrap_or_default();
            let told = |error: &KnownError<'_>| {
                error.published() == Some(true) && error.status() != Some(KnownErrorStatus::Archived)
            };
            if after(known, within) < cx.today() && !errors.iter().any(told) {
                let draft = out.field(record, "status", message(record, known)).help(HELP);
                if let Some(error) = errors.first() {
                    draft.related(error.0.field_span("published"), "not published, or archived");
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
    fn a_week_after_the_cause_is_known_the_desk_knows_it() {
        let problems = "
            # sms/problem/a.yaml
            {kind: problem, id: a, status: root_cause_known, root_cause: x, root_cause_at: 2026-11-12T10:00:00Z}
            #                              ^^^^^^^^^^^^^^^^ the cause of 'a' has been known since 2026-11-12
            # sms/problem/b.yaml
            {kind: problem, id: b, status: root_cause_known, root_cause: x, root_cause_at: 2026-11-13T10:00:00Z}
            # sms/problem/c.yaml
            {kind: problem, id: c, status: fix_planned, root_cause: x, root_cause_at: 2026-10-13T10:00:00Z}
            #                              ^^^^^^^^^^^ the cause of 'c'
            # sms/problem/d.yaml
            {kind: problem, id: d, status: investigating, root_cause: x, root_cause_at: 2026-10-13T10:00:00Z, aliases: [d-old]}
            # sms/problem/e.yaml
            {kind: problem, id: e, status: accepted, root_cause: x, root_cause_at: 2026-10-13T10:00:00Z}
            # sms/problem/f.yaml
            {kind: problem, id: f, status: known_error, root_cause: x, root_cause_at: 2026-10-13T10:00:00Z}
            #                              ^^^^^^^^^^^ the cause of 'f'
            # sms/problem/g.yaml
            {kind: problem, id: g, status: investigating, root_cause_at: 2026-10-13T10:00:00Z}
            # sms/known_error/c.yaml
            {kind: known_error, id: ke-c, status: active, problem: c, published: false}
            # sms/known_error/d.yaml
            {kind: known_error, id: ke-d, status: fixed, problem: d-old, published: true}
            # sms/known_error/f.yaml
            {kind: known_error, id: ke-f, status: archived, problem: f, published: true}";
        check(&ProblemNoKnownError, problems);
    }

    #[test]
    fn a_policy_may_give_another_time() {
        let fixture = |value: &str| {
            format!(
                "
            # sms/problem/a.yaml
            {{kind: problem, id: a, status: root_cause_known, root_cause: x, root_cause_at: 2026-11-17T10:00:00Z}}
            # sms/policy/p.yaml
            {{kind: policy, id: p, status: in_force, limits: [{{rule: problem-no-known-error, value: {value}}}]}}"
            )
        };
        let found = |value: &str| crate::rules::harness::findings(&ProblemNoKnownError, &fixture(value)).len();
        assert_eq!((found("2d"), found("3d")), (1, 0));
    }
}
