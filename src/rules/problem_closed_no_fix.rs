use std::collections::BTreeSet;

use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::change::Change;
use crate::model::problem::{Problem, ProblemStatus};
use crate::model::release::{Release, ReleaseStatus};
use crate::model::risk::Risk;
use crate::model::{Ix, Record};

rule! {
    /// A problem was ended without a fix and without an accepted risk.
    ///
    /// "Works now" is no end: what was not found comes back. A resolved or closed problem has a change in `changes` that
    /// was carried out and did not fail, or a release in use that names it in `fixes`, or, where no change was needed, a
    /// root cause and a resolution that says what ended it. Else it is accepted: `risk` names a risk with `acceptance`
    /// or with the status `accepted`; the same holds for a problem with the status `accepted`. A problem that was closed
    /// because it is the same as another one names that one in `links`.
    ///
    /// ```yaml,bad
    /// # sms/problem/prb-pool.yaml
    /// {kind: problem, id: prb-pool, status: closed, resolution: Works now.}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/problem/prb-pool.yaml
    /// {kind: problem, id: prb-pool, status: closed, root_cause: All programs shared one limit of connections.,
    ///  resolution: Each program has a pool of its own.}
    /// ```
    ///
    /// Name the change that ended it, or the accepted risk; otherwise open the problem again.
    ProblemClosedNoFix = "problem-closed-no-fix", Error, clauses: ["8.6.3"],
        kinds: ["problem", "change", "release", "risk"];
}

fn no_fix(problem: &Record<'_>, status: ProblemStatus, what: &str) -> String {
    format!("the problem '{}' is {}, and {what}", problem.id, status.word())
}

const HELP: &str =
    "name the change that ended it in `changes` or the accepted risk in `risk`, or open the problem again";
const HELP_RISK: &str = "have the risk accepted, or open the problem again";

/// Whether a release in use says that it ends the problem.
fn released(cx: &Check<'_>) -> BTreeSet<Ix> {
    let in_use = cx.sms.all::<Release<'_>>().filter(|release| release.status().is_some_and(ReleaseStatus::is_deployed));
    in_use.flat_map(|release| release.fixes()).filter_map(|fixed| cx.sms.find(fixed.id)).collect()
}

/// Why the problem has not been ended, when it has not.
fn unfixed(cx: &Check<'_>, problem: Problem<'_>) -> Option<&'static str> {
    let named = problem.changes();
    if named.is_empty() {
        return match (problem.root_cause(), problem.resolution()) {
            (None, _) => Some("neither a cause nor a change nor an accepted risk is named"),
            (_, Some(resolution)) if text::says_no_how(resolution) => Some("nothing says what ended it"),
            _ => None,
        };
    }
    let changes: Vec<Option<Ix>> = named.iter().map(|change| cx.sms.find(change.id)).collect();
    let done = |ix: &Option<Ix>| match ix.and_then(|ix| cx.sms.view::<Change<'_>>(ix)) {
        Some(change) => change.is_in_use(),
        // What cannot be found is the matter of `ref-dangling`.
        None => true,
    };
    (!changes.iter().any(done)).then_some("none of its changes was carried out and went well")
}

impl Rule for ProblemClosedNoFix {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let released = released(cx);
        for (ix, record) in cx.sms.of_kind("problem") {
            let Some(problem) = cx.sms.view::<Problem<'_>>(ix) else { continue };
            let Some(status) = problem.status().filter(|status| !status.is_open()) else { continue };
            if let Some(named) = problem.risk() {
                let risk = cx.sms.find(named.id).and_then(|ix| cx.sms.view::<Risk<'_>>(ix));
                if let Some(risk) = risk.filter(|risk| !is_accepted(*risk)) {
                    let what = format!("its risk '{}' is not accepted", risk.0.record.id);
                    let fixed =
                        status != ProblemStatus::Accepted && (released.contains(&ix) || unfixed(cx, problem).is_none());
                    if !fixed {
                        out.at(record, named.span, no_fix(record, status, &what))
                            .help(HELP_RISK)
                            .related(risk.0.field_span("status"), "the risk");
                    }
                }
                continue;
            }
            if status == ProblemStatus::Accepted || released.contains(&ix) || names_another(cx, problem, ix) {
                continue;
            }
            if let Some(what) = unfixed(cx, problem) {
                out.field(record, "status", no_fix(record, status, what)).help(HELP);
            }
        }
    }
}

fn is_accepted(risk: Risk<'_>) -> bool {
    use crate::model::risk::{RiskStatus, Treatment};
    let closed = risk.status() == Some(RiskStatus::Closed) && risk.treatment() == Some(Treatment::Accept);
    risk.acceptance().is_some() || risk.status() == Some(RiskStatus::Accepted) || closed
}

/// Whether it was closed in favour of another problem.
fn names_another(cx: &Check<'_>, problem: Problem<'_>, own: Ix) -> bool {
    let to = problem.links().into_iter().filter_map(|link| cx.sms.find(link.node.get("to")?.as_str()?));
    problem.root_cause().is_none() && to.into_iter().any(|ix| ix != own && cx.sms.record(ix).kind.name == "problem")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const OTHERS: &str = "
            # sms/change/chg-done.yaml
            {kind: change, id: chg-done, status: closed, outcome: success}
            # sms/change/chg-bad.yaml
            {kind: change, id: chg-bad, status: closed, outcome: failed}
            # sms/change/chg-asked.yaml
            {kind: change, id: chg-asked, status: requested}
            # sms/risk/rsk-open.yaml
            {kind: risk, id: rsk-open, status: treating}
            # sms/risk/rsk-taken.yaml
            {kind: risk, id: rsk-taken, status: monitored, acceptance: {until: 2027-01-01}}
            # sms/release/rel-a.yaml
            {kind: release, id: rel-a, status: deployed, fixes: [released]}";

    #[test]
    fn what_is_ended_without_a_fix_is_told() {
        let problems = "
            # sms/problem/a.yaml
            {kind: problem, id: a, status: closed, resolution: It went away by itself in spring}
            #                              ^^^^^^ the problem 'a' is closed, and neither a cause nor a change
            # sms/problem/b.yaml
            {kind: problem, id: b, status: resolved, root_cause: x, resolution: Fixed.}
            #                              ^^^^^^^^ the problem 'b' is resolved, and nothing says what ended it
            # sms/problem/c.yaml
            {kind: problem, id: c, status: closed, root_cause: x, resolution: New pool, changes: [chg-bad, chg-asked]}
            #                              ^^^^^^ none of its changes was carried out
            # sms/problem/d.yaml
            {kind: problem, id: d, status: closed, risk: rsk-open}
            #                                            ^^^^^^^^ the problem 'd' is closed, and its risk 'rsk-open' is not accepted
            # sms/problem/e.yaml
            {kind: problem, id: e, status: accepted, root_cause: x, resolution: Nothing to do, risk: rsk-open}
            #                                                                                        ^^^^^^^^ the problem 'e' is accepted";
        check(&ProblemClosedNoFix, &format!("{problems}{OTHERS}"));
    }

    #[test]
    fn a_change_a_release_a_cause_a_risk_or_another_problem_settle_it() {
        let problems = "
            # sms/problem/a.yaml
            {kind: problem, id: a, status: closed, changes: [chg-bad, chg-done]}
            # sms/problem/released.yaml
            {kind: problem, id: released, status: closed, changes: [chg-asked]}
            # sms/problem/b.yaml
            {kind: problem, id: b, status: closed, root_cause: x, resolution: Sessions live in the caches now}
            # sms/problem/c.yaml
            {kind: problem, id: c, status: closed, resolution: ok, risk: rsk-taken}
            # sms/problem/d.yaml
            {kind: problem, id: d, status: closed, resolution: The same as a, links: [{rel: same as, to: a}]}
            # sms/problem/e.yaml
            {kind: problem, id: e, status: closed, risk: rsk-open, changes: [chg-done]}
            # sms/problem/f.yaml
            {kind: problem, id: f, status: fix_planned, changes: [chg-asked]}
            # sms/problem/g.yaml
            {kind: problem, id: g, status: closed, changes: [chg-lost]}";
        check(&ProblemClosedNoFix, &format!("{problems}{OTHERS}"));
    }
}
