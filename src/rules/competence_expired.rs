use std::collections::BTreeSet;

use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::competence::{Competence, CompetenceStatus, Proofs, Training};
use crate::model::organisation::{Person, Role, RoleStatus};
use crate::model::{Ix, Sms};

rule! {
    /// The proof of a competence has expired.
    ///
    /// A certificate holds until its last day. After that the person still holds the role, but nothing shows any more that
    /// they meet what it takes. It is told for people who are there and hold the role today, at the latest proof they had
    /// of an active competence. A newer proof settles it, and so does an open action whose `origin` names the competence.
    ///
    /// ```yaml,bad
    /// # sms/training/trn-elin-lead-auditor.yaml
    /// kind: training
    /// id: trn-elin-lead-auditor
    /// status: done
    /// person: elin
    /// date: 2023-10-02
    /// expires: 2026-10-01
    /// result: passed
    /// covers: [cmp-auditor]
    /// # sms/competence/cmp-auditor.yaml
    /// kind: competence
    /// id: cmp-auditor
    /// status: active
    /// role: role-auditor
    /// # sms/role/role-auditor.yaml
    /// kind: role
    /// id: role-auditor
    /// status: active
    /// holders: [{person: elin, from: 2024-11-04}]
    /// # sms/person/elin.yaml
    /// kind: person
    /// id: elin
    /// status: active
    /// ```
    ///
    /// ```yaml,good
    /// # sms/training/trn-elin-lead-auditor.yaml
    /// kind: training
    /// id: trn-elin-lead-auditor
    /// status: done
    /// person: elin
    /// date: 2023-10-02
    /// expires: 2026-12-31
    /// result: passed
    /// covers: [cmp-auditor]
    /// # sms/competence/cmp-auditor.yaml
    /// kind: competence
    /// id: cmp-auditor
    /// status: active
    /// role: role-auditor
    /// # sms/role/role-auditor.yaml
    /// kind: role
    /// id: role-auditor
    /// status: active
    /// holders: [{person: elin, from: 2024-11-04}]
    /// # sms/person/elin.yaml
    /// kind: person
    /// id: elin
    /// status: active
    /// ```
    ///
    /// Renew it and record the new training, or open an action that brings that about.
    CompetenceExpired = "competence-expired", Warning, clauses: ["7.2"],
        kinds: ["action", "competence", "person", "role", "training"], clock;
}

const HELP: &str = "renew it and record the new training, or open an action that names the competence in its `origin`";

/// Whether the person holds the role of an active competence today, and no action is open for it.
fn is_needed(cx: &Check<'_>, competence: Competence<'_>, person: Ix) -> bool {
    let role = competence.role().and_then(|role| cx.sms.find(role.id));
    let role = role.and_then(|ix| cx.sms.view::<Role<'_>>(ix));
    let role = role.filter(|role| role.status() != Some(RoleStatus::Retired));
    let holders = role.map(|role| role.holders_on(cx.sms, cx.today())).unwrap_or_default();
    let holds = holders.iter().filter_map(|holder| holder.person()).any(|held| cx.sms.find(held.id) == Some(person));
    holds && competence.status() == Some(CompetenceStatus::Active) && !competence.is_worked_on(cx.sms)
}

/// Whether this is the one of several expired proofs that held longest.
fn is_latest(sms: &Sms<'_>, training: Training<'_>, all: &[Training<'_>]) -> bool {
    let key = |training: &Training<'_>| (training.expires(), sms.find(training.0.record.id.as_str()));
    all.iter().map(key).max() == Some(key(&training))
}

impl Rule for CompetenceExpired {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let today = cx.today();
        let proofs = Proofs::on(today, cx.sms);
        for training in cx.sms.all::<Training<'_>>().filter(|training| training.is_proof_by(today)) {
            let Some(expires) = training.expires().filter(|expires| *expires < today) else { continue };
            let person = training.person().and_then(|person| cx.sms.find(person.id));
            let there = |ix: &Ix| cx.sms.view::<Person<'_>>(*ix).is_some_and(|person| person.is_there_on(today));
            let Some(person) = person.filter(there) else { continue };
            let covered: BTreeSet<Ix> = training.covers().into_iter().filter_map(|id| cx.sms.find(id.id)).collect();
            let open = covered.into_iter().filter(|ix| {
                let needed = cx.sms.view(*ix).is_some_and(|competence| is_needed(cx, competence, person));
                needed && !proofs.has(person, *ix) && is_latest(cx.sms, training, proofs.all(person, *ix))
            });
            let open: Vec<String> = open.map(|ix| format!("'{}'", cx.sms.record(ix).id)).collect();
            if !open.is_empty() {
                let who = &cx.sms.record(person).id;
                let words = format!("the proof of {} that '{who}' has expired on {expires}", text::and(&open));
                out.field(training.0.record, "expires", words).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const REST: &str = "
            # sms/competence/all.yaml
            {kind: competence, id: cmp-a, status: active, role: role-a}
            ---
            {kind: competence, id: cmp-b, status: active, role: role-a}
            ---
            {kind: competence, id: cmp-c, status: retired, role: role-a}
            ---
            {kind: competence, id: cmp-d, status: active, role: role-b}
            # sms/role/role-a.yaml
            {kind: role, id: role-a, holders: [{person: ann, from: 2020-01-01}, {person: bo, from: 2020-01-01}]}
            # sms/role/role-b.yaml
            {kind: role, id: role-b, holders: [{person: ann, from: 2020-01-01, until: 2026-11-19}]}
            # sms/person/ann.yaml
            {kind: person, id: ann, status: active}
            # sms/person/bo.yaml
            {kind: person, id: bo, status: left, left: 2026-11-19}
";

    #[test]
    fn the_latest_proof_of_those_who_still_need_it_is_told_once() {
        let trainings = "
            # sms/training/all.yaml
            {kind: training, id: t1, status: done, person: ann, expires: 2023-01-01, covers: [cmp-a]}
            ---
            {kind: training, id: t2, status: done, person: ann, expires: 2026-11-19, covers: [cmp-a, cmp-b, cmp-c, cmp-d]}
            #                                                            ^^^^^^^^^^ the proof of 'cmp-a' and 'cmp-b' that 'ann' has expired on 2026-11-19
            ---
            {kind: training, id: t3, status: done, person: ann, expires: 2023-01-01, covers: [cmp-d]}
            ---
            {kind: training, id: t4, status: done, person: bo, expires: 2023-01-01, covers: [cmp-a]}
            ---
            {kind: training, id: t5, status: done, person: ann, expires: 2023-01-01, covers: [cmp-gone]}
";
        check(&CompetenceExpired, &format!("{trainings}{REST}"));
    }

    #[test]
    fn newer_proof_and_open_work_settle_it() {
        let trainings = "
            # sms/training/all.yaml
            {kind: training, id: t1, status: done, person: ann, expires: 2023-01-01, covers: [cmp-a]}
            ---
            {kind: training, id: t2, status: done, person: ann, date: 2026-11-20, expires: 2026-11-20, covers: [cmp-a]}
            ---
            {kind: training, id: t3, status: done, person: ann, expires: 2023-01-01, covers: [cmp-b]}
            ---
            {kind: training, id: t4, status: done, person: ann, expires: 2023-01-01, result: failed, covers: [cmp-d]}
            # sms/action/act-a.yaml
            {kind: action, id: act-a, status: open, origin: [cmp-b]}
";
        check(&CompetenceExpired, &format!("{trainings}{REST}"));
    }
}
