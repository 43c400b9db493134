use std::collections::BTreeSet;

use super::rule::{Check, Report, Rule};
use crate::graph::State;
use crate::model::Record;
use crate::model::change::Change;
use crate::model::freeze::Freeze;

rule! {
    /// A change whose window lies in a freeze that does not let it pass.
    ///
    /// In a freeze nothing is changed, because customers need calm or few people are there. A freeze that names a scope
    /// reaches what its services and items need as well. A change passes when its category stands in `allows`, or when
    /// `exceptions` names it with a reason; touching the edge of a freeze is no overlap. What is asked for is judged by
    /// `planned`, what was carried out and is not yet closed by `actual`; drafts and what is over are left alone.
    ///
    /// ```yaml,bad
    /// # sms/change/chg-disk.yaml
    /// kind: change
    /// id: chg-disk
    /// status: requested
    /// category: normal
    /// affects: [ci-db]
    /// planned: {start: 2026-12-29T20:00:00Z, end: 2026-12-29T22:00:00Z}
    /// # sms/freeze/frz-year-end.yaml
    /// {kind: freeze, id: frz-year-end, status: agreed,
    ///  window: {start: 2026-12-15T00:00:00Z, end: 2027-01-04T00:00:00Z}, allows: [emergency]}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/change/chg-disk.yaml
    /// kind: change
    /// id: chg-disk
    /// status: requested
    /// category: normal
    /// affects: [ci-db]
    /// planned: {start: 2027-01-05T20:00:00Z, end: 2027-01-05T22:00:00Z}
    /// # sms/freeze/frz-year-end.yaml
    /// {kind: freeze, id: frz-year-end, status: agreed,
    ///  window: {start: 2026-12-15T00:00:00Z, end: 2027-01-04T00:00:00Z}, allows: [emergency]}
    /// ```
    ///
    /// Move the window, or have an exception with its reason agreed in the record of the freeze.
    ChangeFreeze = "change-freeze", Error, clauses: ["8.5.1.3"], kinds: ["change", "freeze"];
}

fn message(change: &Record<'_>, freeze: &Record<'_>, done: bool) -> String {
    let when = if done { "was carried out in" } else { "is planned in" };
    format!("the change '{}' {when} the freeze '{}', which does not let it pass", change.id, freeze.id)
}

const HELP: &str = "move the window, or have an exception agreed in the record of the freeze";

/// Everything that a freeze with a scope reaches, by id; none when it reaches everything.
fn reached<'c>(cx: &Check<'c>, freeze: Freeze<'c>) -> Option<BTreeSet<&'c str>> {
    Some(cx.graph.needs(freeze.named(cx.sms)?, State::Degraded, usize::MAX))
}

impl Rule for ChangeFreeze {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let judged = |change: Change<'_>| change.time().map(|(field, start, end)| (start, end, field));
        let mut changes: Vec<_> =
            cx.sms.all::<Change<'_>>().filter_map(|change| Some((judged(change)?, change))).collect();
        changes.sort_by_key(|((start, ..), change)| (*start, change.0.record.id.as_str()));
        for freeze in cx.sms.all::<Freeze<'_>>() {
            let Some((from, to)) = freeze.bounds() else { continue };
            let before_end = &changes[..changes.partition_point(|((start, ..), _)| *start < to)];
            let inside =
                before_end.iter().filter(|((_, end, _), change)| *end > from && !freeze.lets_pass(cx.sms, *change));
            let inside: Vec<_> = inside.collect();
            let reached = if inside.is_empty() { None } else { reached(cx, freeze) };
            for ((.., field), change) in inside {
                let hit = |record: &Record<'_>| reached.as_ref().is_none_or(|ids| ids.contains(record.id.as_str()));
                if reached.is_none() || change.affected(cx.sms).into_iter().any(|(_, record)| hit(record)) {
                    let record = change.0.record;
                    out.field(record, field, message(record, freeze.0.record, *field == "actual"))
                        .help(HELP)
                        .related(freeze.0.field_span("window"), "the freeze");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const YEAR_END: &str = "
            # sms/freeze/frz.yaml
            {kind: freeze, id: frz, status: agreed, allows: [emergency],
             window: {start: 2026-12-15T00:00:00Z, end: 2027-01-04T00:00:00Z},
             exceptions: [{change: chg-old, reason: Needed on the first}, {change: chg-mute}]}";

    #[test]
    fn only_the_allowed_and_the_excepted_pass_and_edges_are_outside() {
        let changes = "
            # sms/change/chg-a.yaml
            kind: change
            id: chg-a
            status: requested
            category: normal
            planned: {start: 2027-01-03T23:59:00Z, end: 2027-01-05T00:00:00Z}
            #^^^^^^^ 'chg-a' is planned in the freeze 'frz'
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: requested, planned: {start: 2027-01-04T00:00:00Z, end: 2027-01-05T00:00:00Z}}
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: requested, planned: {start: 2026-12-14T23:00:00Z, end: 2026-12-15T01:00:00+01:00}}
            # sms/change/chg-d.yaml
            {kind: change, id: chg-d, status: requested, category: emergency,
             planned: {start: 2026-12-20T00:00:00Z, end: 2026-12-20T01:00:00Z}}
            # sms/change/chg-e.yaml
            {kind: change, id: chg-e, status: requested, aliases: [chg-old],
             planned: {start: 2026-12-20T00:00:00Z, end: 2026-12-20T01:00:00Z}}
            # sms/change/chg-f.yaml
            {kind: change, id: chg-f, status: draft, planned: {start: 2026-12-20T00:00:00Z, end: 2026-12-20T01:00:00Z}}
            # sms/change/chg-mute.yaml
            kind: change
            id: chg-mute
            status: requested
            planned: {start: 2026-12-20T00:00:00Z, end: 2026-12-20T01:00:00Z}
            #^^^^^^^ 'chg-mute' is planned in";
        check(&ChangeFreeze, &format!("{changes}{YEAR_END}"));
    }

    #[test]
    fn a_scope_reaches_what_it_needs() {
        check(
            &ChangeFreeze,
            "
            # sms/freeze/frz.yaml
            {kind: freeze, id: frz, status: agreed, window: {start: 2026-12-01T00:00:00Z, end: 2026-12-09T00:00:00Z},
             scope: {customers: [cus-a], ci_types: [router]}}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, customers: [cus-a], relations: [ci-app]}
            # sms/customer/cus-a.yaml
            {kind: customer, id: cus-a, status: active}
            # sms/ci/ci-app.yaml
            {kind: ci, id: ci-app, status: live, relations: [ci-db, {type: backed_up_by, to: ci-tape}]}
            # sms/ci/ci-db.yaml
            {kind: ci, id: ci-db, status: live}
            # sms/ci/ci-tape.yaml
            {kind: ci, id: ci-tape, status: live}
            # sms/ci_type/router.yaml
            {kind: ci_type, id: router, status: active}
            # sms/ci/ci-router.yaml
            {kind: ci, id: ci-router, status: live, ci_type: router}
            # sms/change/chg-a.yaml
            kind: change
            id: chg-a
            status: requested
            affects: [ci-tape, ci-db]
            planned: {start: 2026-12-02T00:00:00Z, end: 2026-12-02T01:00:00Z}
            #^^^^^^^ 'chg-a'
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: requested, affects: [ci-tape],
             planned: {start: 2026-12-02T00:00:00Z, end: 2026-12-02T01:00:00Z}}
            # sms/change/chg-c.yaml
            kind: change
            id: chg-c
            status: requested
            affects: [ci-router]
            planned: {start: 2026-12-02T00:00:00Z, end: 2026-12-02T01:00:00Z}
            #^^^^^^^ 'chg-c'
            ",
        );
    }

    #[test]
    fn what_was_done_is_judged_by_what_was_done_and_a_lifted_freeze_by_when_it_was_lifted() {
        check(
            &ChangeFreeze,
            "
            # sms/freeze/frz.yaml
            {kind: freeze, id: frz, status: lifted, lifted_at: 2026-11-05T00:00:00Z,
             window: {start: 2026-11-01T00:00:00Z, end: 2026-11-15T00:00:00Z}}
            # sms/freeze/frz-draft.yaml
            {kind: freeze, id: frz-draft, status: draft, window: {start: 2026-11-01T00:00:00Z, end: 2026-11-15T00:00:00Z}}
            # sms/change/chg-a.yaml
            kind: change
            id: chg-a
            status: implemented
            planned: {start: 2026-10-30T00:00:00Z, end: 2026-10-30T01:00:00Z}
            actual: {start: 2026-11-04T23:00:00Z, end: 2026-11-05T01:00:00Z}
            #^^^^^^ 'chg-a' was carried out in
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: implemented, actual: {start: 2026-11-05T00:00:00Z, end: 2026-11-05T01:00:00Z}}
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: closed, actual: {start: 2026-11-02T00:00:00Z, end: 2026-11-02T01:00:00Z}}
            ",
        );
    }
}
