use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::date::after;
use crate::model::competence::{Competence, CompetenceStatus, Proofs};
use crate::model::organisation::{Holder, Role, RoleStatus};
use crate::model::{Ix, Record};

rule! {
    /// Somebody holds a role without proof of what it takes.
    ///
    /// Each active `competence` says what the holders of a role must know or be able to do. The proof is a `training` of
    /// that person that covers it, is done, was not failed and has not expired. A new holder has the `grace` of the
    /// competence, counted from the first day in the role or from its `since`, whichever is later. An open action whose
    /// `origin` names the competence excuses the gap while it is worked on. Where the proof has expired,
    /// `competence-expired` tells.
    ///
    /// ```yaml,bad
    /// # sms/competence/cmp-databases.yaml
    /// kind: competence
    /// id: cmp-databases
    /// status: active
    /// role: role-dba
    /// # sms/role/role-dba.yaml
    /// kind: role
    /// id: role-dba
    /// status: active
    /// holders: [{person: kofi, from: 2026-01-01}]
    /// # sms/person/kofi.yaml
    /// kind: person
    /// id: kofi
    /// status: active
    /// ```
    ///
    /// ```yaml,good
    /// # sms/competence/cmp-databases.yaml
    /// kind: competence
    /// id: cmp-databases
    /// status: active
    /// role: role-dba
    /// # sms/role/role-dba.yaml
    /// kind: role
    /// id: role-dba
    /// status: active
    /// holders: [{person: kofi, from: 2026-01-01}]
    /// # sms/person/kofi.yaml
    /// kind: person
    /// id: kofi
    /// status: active
    /// # sms/training/trn-kofi-course.yaml
    /// kind: training
    /// id: trn-kofi-course
    /// status: done
    /// person: kofi
    /// date: 2026-03-12
    /// result: passed
    /// covers: [cmp-databases]
    /// ```
    ///
    /// Record the proof that exists, or open an action that brings it about and name the competence in its `origin`.
    CompetenceGap = "competence-gap", Warning, clauses: ["7.2"], kinds: ["action", "competence", "person", "role", "training"],
        clock;
}

fn message(person: &str, role: &Record<'_>, competence: &Record<'_>) -> String {
    format!("'{person}' holds '{}' without proof of '{}'", role.id, competence.id)
}

const HELP: &str =
    "record the training that proves it, or open an action for it that names the competence in its `origin`";

/// The day until which the holder has time.
fn until(holder: Holder<'_>, competence: Competence<'_>) -> Option<Date> {
    let begun = holder.from().into_iter().chain(competence.since()).max()?;
    Some(after(begun, competence.grace().unwrap_or_default()))
}

impl Rule for CompetenceGap {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let today = cx.today();
        let proofs = Proofs::on(today, cx.sms);
        for (ix, competence) in cx.sms.of_kind("competence") {
            let Some(view) = cx.sms.view::<Competence<'_>>(ix) else { continue };
            let asked = view.status() == Some(CompetenceStatus::Active) && view.since().is_none_or(|day| day <= today);
            let role = view.role().filter(|_| asked).and_then(|role| cx.sms.find(role.id));
            let role = role.and_then(|ix| cx.sms.view::<Role<'_>>(ix));
            let Some(role) = role.filter(|role| role.status() != Some(RoleStatus::Retired)) else { continue };
            let lacks = |person: Ix| proofs.all(person, ix).is_empty();
            for holder in role.holders_on(cx.sms, today) {
                let in_time = until(holder, view).is_some_and(|until| until >= today);
                let known = holder.person().and_then(|person| Some((person, cx.sms.find(person.id)?)));
                let Some((person, _)) = known.filter(|(_, ix)| !in_time && lacks(*ix)) else { continue };
                if !view.is_worked_on(cx.sms) {
                    out.at(role.0.record, person.span, message(person.id, role.0.record, competence))
                        .help(HELP)
                        .related(view.0.field_span("requirement"), "what it takes");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const REST: &str = "
            # sms/role/role-a.yaml
            kind: role
            id: role-a
            status: active
            holders:
              - {person: ann, from: 2026-01-01}
            #            ^^^ 'ann' holds 'role-a' without proof of 'cmp-a'
              - {person: bo, from: 2026-10-21}
              - {person: cy, from: 2026-10-20}
            #            ^^ 'cy' holds 'role-a' without proof of 'cmp-a'
              - {person: di, from: 2025-01-01, until: 2026-11-19}
              - {person: ed, from: 2025-01-01}
              - {person: fay, from: 2025-01-01}
              - {person: gus, from: 2025-01-01}
            # sms/person/all.yaml
            {kind: person, id: ann, status: active}
            ---
            {kind: person, id: bo, status: active}
            ---
            {kind: person, id: cy, status: active}
            ---
            {kind: person, id: ed, status: active}
            ---
            {kind: person, id: fay, status: active}
            ---
            {kind: person, id: gus, status: left}
            # sms/training/all.yaml
            {kind: training, id: t1, status: done, person: ann, date: 2026-02-01, result: failed, covers: [cmp-a]}
            ---
            {kind: training, id: t2, status: planned, person: ann, planned: 2026-12-01, covers: [cmp-a]}
            ---
            {kind: training, id: t3, status: done, person: ann, date: 2026-11-21, result: passed, covers: [cmp-a]}
            ---
            {kind: training, id: t4, status: done, person: ann, date: 2026-02-01, result: passed, covers: [cmp-b]}
            ---
            {kind: training, id: t5, status: done, person: ed, date: 2026-11-20, expires: 2026-11-20, covers: [cmp-a]}
            ---
            {kind: training, id: t6, status: done, person: fay, date: 2020-11-20, expires: 2023-11-20, covers: [cmp-a]}
";

    #[test]
    fn proof_is_a_training_that_is_done_and_was_not_failed() {
        let competence = "
            # sms/competence/cmp-a.yaml
            {kind: competence, id: cmp-a, status: active, role: role-a, grace: 30d}
            # sms/action/act-a.yaml
            {kind: action, id: act-a, status: done, origin: [cmp-a]}
";
        check(&CompetenceGap, &format!("{competence}{REST}"));
    }

    #[test]
    fn open_work_a_late_start_and_competences_not_in_use_excuse_it() {
        let rest: String = REST.lines().filter(|line| !line.contains('^')).map(|line| format!("{line}\n")).collect();
        for (competence, action) in [
            ("status: active, role: role-a", "status: in_progress, origin: [cmp-a]"),
            ("status: active, role: role-a, since: 2026-11-01, grace: 19d", "status: done"),
            ("status: active, role: role-a, since: 2026-11-21", "status: done"),
            ("status: draft, role: role-a", "status: done"),
            ("status: active, role: role-gone", "status: done"),
        ] {
            let records = format!(
                "
            # sms/competence/cmp-a.yaml
            {{kind: competence, id: cmp-a, {competence}}}
            # sms/action/act-a.yaml
            {{kind: action, id: act-a, {action}}}
"
            );
            check(&CompetenceGap, &format!("{records}{rest}"));
        }
    }
}
