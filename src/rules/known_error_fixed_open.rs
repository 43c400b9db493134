use std::collections::BTreeMap;

use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::date::{When, after};
use crate::base::duration::Duration;
use crate::base::span::Span;
use crate::model::change::Change;
use crate::model::problem::{KnownError, KnownErrorStatus, Problem, ProblemStatus};
use crate::model::release::{Release, ReleaseResult, ReleaseStatus};
use crate::model::{Ix, Record};

rule! {
    /// A known error is still open although its fix is in use.
    ///
    /// The desk goes on to send people around a fault that is no longer there, and takes a new one for the old. The fix
    /// is in use when the change in `fix` was carried out and did not fail, when a release that names the known error in
    /// `fixes` was deployed with success, or when its problem was resolved. From 7 days after that on the known error is
    /// `fixed` or archived.
    ///
    /// ```yaml,bad
    /// # sms/known_error/ke-pool.yaml
    /// {kind: known_error, id: ke-pool, status: fix_scheduled, fix: chg-pool}
    /// # sms/change/chg-pool.yaml
    /// {kind: change, id: chg-pool, status: closed,
    ///  actual: {start: 2026-10-01T20:00:00Z, end: 2026-10-01T21:00:00Z}}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/known_error/ke-pool.yaml
    /// {kind: known_error, id: ke-pool, status: fixed, fix: chg-pool, fixed_at: 2026-10-01T21:00:00Z}
    /// # sms/change/chg-pool.yaml
    /// {kind: change, id: chg-pool, status: closed,
    ///  actual: {start: 2026-10-01T20:00:00Z, end: 2026-10-01T21:00:00Z}}
    /// ```
    ///
    /// Set the status to `fixed`, or say why the fault is still there by naming another fix.
    KnownErrorFixedOpen = "known-error-fixed-open", Warning, clauses: ["8.6.3"],
        kinds: ["known_error", "change", "release", "problem"], clock;
}

fn message(error: &Record<'_>, status: KnownErrorStatus, fix: &Record<'_>, on: Date) -> String {
    let (word, kind) = (status.word(), &fix.kind.name);
    let done = if kind == "problem" { "was resolved" } else { "has been in use since" };
    let on = if kind == "problem" { format!("on {on}") } else { on.to_string() };
    format!("the known error '{}' is {word}, but its {kind} '{}' {done} {on}", error.id, fix.id)
}

const HELP: &str = "set its status to `fixed`, or name another fix where the fault is still there";

const WITHIN: Duration = Duration::from_days(7);

/// What fixed it, when, and where that stands.
type Fix<'c> = (Date, &'c Record<'c>, Span);

/// The first release with success for each thing that releases fix.
fn released<'c>(cx: &Check<'c>) -> BTreeMap<Ix, Fix<'c>> {
    let mut released: BTreeMap<Ix, Fix<'_>> = BTreeMap::new();
    let good = |release: &Release<'_>| {
        release.status().is_some_and(ReleaseStatus::is_deployed) && release.result() == Some(ReleaseResult::Success)
    };
    for release in cx.sms.all::<Release<'_>>().filter(good) {
        let Some(on) = release.deployed_at().map(When::day) else { continue };
        for ix in release.fixes().into_iter().filter_map(|fixed| cx.sms.find(fixed.id)) {
            let fix = (on, release.0.record, release.0.field_span("deployed_at"));
            let first = released.entry(ix).or_insert(fix);
            if on < first.0 {
                *first = fix;
            }
        }
    }
    released
}

fn by_change<'c>(cx: &Check<'c>, error: KnownError<'c>) -> Option<Fix<'c>> {
    let change = cx.sms.view::<Change<'c>>(cx.sms.find(error.fix()?.id)?).filter(|change| change.is_in_use())?;
    Some((change.ended()?, change.0.record, change.0.field_span("status")))
}

fn by_problem<'c>(cx: &Check<'c>, error: KnownError<'c>) -> Option<Fix<'c>> {
    let problem = cx.sms.view::<Problem<'c>>(cx.sms.find(error.problem()?.id)?)?;
    let ended = matches!(problem.status(), Some(ProblemStatus::Resolved | ProblemStatus::Closed));
    let on = problem.resolved_at().filter(|_| ended && problem.risk().is_none())?.day();
    Some((on, problem.0.record, problem.0.field_span("status")))
}

impl Rule for KnownErrorFixedOpen {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let released = released(cx);
        for (ix, record) in cx.sms.of_kind("known_error") {
            let Some(error) = cx.sms.view::<KnownError<'_>>(ix) else { continue };
            let open =
                error.status().filter(|at| matches!(at, KnownErrorStatus::Active | KnownErrorStatus::FixScheduled));
            let Some(status) = open else { continue };
            let fixes = [by_change(cx, error), released.get(&ix).copied(), by_problem(cx, error)];
            let first = fixes.into_iter().flatten().min_by_key(|(on, ..)| *on);
            if let Some((on, fix, place)) = first.filter(|(on, ..)| after(*on, WITHIN) < cx.today()) {
                out.field(record, "status", message(record, status, fix, on)).help(HELP).related(place, "the fix");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn a_change_a_release_and_the_end_of_the_problem_are_fixes() {
        check(
            &KnownErrorFixedOpen,
            "
            # sms/known_error/a.yaml
            {kind: known_error, id: a, status: active, fix: chg-a}
            #                                  ^^^^^^ the known error 'a' is active, but its change 'chg-a' has been in use since 2026-11-12
            # sms/known_error/b.yaml
            {kind: known_error, id: b, status: fix_scheduled, fix: chg-b}
            # sms/known_error/c.yaml
            {kind: known_error, id: c, status: fix_scheduled, fix: chg-b, aliases: [c-old]}
            #                                  ^^^^^^^^^^^^^ its release 'rel-a' has been in use since 2026-10-01
            # sms/known_error/d.yaml
            {kind: known_error, id: d, status: active, problem: prb-a}
            #                                  ^^^^^^ its problem 'prb-a' was resolved on 2026-09-01
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: implemented, actual: {end: 2026-11-12T10:00:00Z}}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: implemented, actual: {end: 2026-11-13T10:00:00Z}}
            # sms/release/rel-a.yaml
            {kind: release, id: rel-a, status: closed, result: success, deployed_at: 2026-10-01T10:00:00Z, fixes: [c-old]}
            # sms/release/rel-b.yaml
            {kind: release, id: rel-b, status: closed, result: success, deployed_at: 2026-10-02T10:00:00Z, fixes: [c]}
            # sms/problem/prb-a.yaml
            {kind: problem, id: prb-a, status: closed, resolved_at: 2026-09-01T10:00:00Z}
            ",
        );
    }

    #[test]
    fn what_failed_was_accepted_or_is_to_come_fixes_nothing() {
        check(
            &KnownErrorFixedOpen,
            "
            # sms/known_error/a.yaml
            {kind: known_error, id: a, status: active, fix: chg-a, problem: prb-a}
            # sms/known_error/b.yaml
            {kind: known_error, id: b, status: active, problem: prb-b, fix: chg-b}
            # sms/known_error/c.yaml
            {kind: known_error, id: c, status: fixed, fix: chg-c}
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: closed, outcome: reversed, actual: {end: 2026-01-12T10:00:00Z}}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: requested}
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: closed, actual: {end: 2026-01-12T10:00:00Z}}
            # sms/release/rel-a.yaml
            {kind: release, id: rel-a, status: deployed, result: partial, deployed_at: 2026-01-01T10:00:00Z, fixes: [a]}
            # sms/problem/prb-a.yaml
            {kind: problem, id: prb-a, status: closed, resolved_at: 2026-09-01T10:00:00Z, risk: rsk-a}
            # sms/problem/prb-b.yaml
            {kind: problem, id: prb-b, status: fix_planned}
            ",
        );
    }
}
