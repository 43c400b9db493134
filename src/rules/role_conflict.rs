use std::collections::BTreeSet;

use super::rule::{Check, Report, Rule};
use crate::model::organisation::{Holder, Role, RoleStatus};
use crate::model::{Ix, Sms};

rule! {
    /// One person holds two roles that must not be in one hand.
    ///
    /// Some roles check others: the auditor and the manager of a process, who asks for a change and who decides on it.
    /// `incompatible_with` names such pairs, on either of the two roles. Whoever holds both today can wave their own work
    /// through, and an auditor will not accept what they signed.
    ///
    /// ```yaml,bad
    /// # sms/role/role-internal-auditor.yaml
    /// kind: role
    /// id: role-internal-auditor
    /// status: active
    /// holders: [{person: elin, from: 2024-11-04}]
    /// incompatible_with: [role-change-manager]
    /// # sms/role/role-change-manager.yaml
    /// {kind: role, id: role-change-manager, status: active, holders: [{person: elin, from: 2026-10-01}]}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/role/role-internal-auditor.yaml
    /// {kind: role, id: role-internal-auditor, status: active, incompatible_with: [role-change-manager],
    ///  holders: [{person: elin, from: 2024-11-04}]}
    /// # sms/role/role-change-manager.yaml
    /// {kind: role, id: role-change-manager, status: active, holders: [{person: maya, from: 2026-10-01}]}
    /// ```
    ///
    /// Hand one of the roles to somebody else: end the entry with `until` and add the new holder.
    RoleConflict = "role-conflict", Warning, clauses: ["9.2"], kinds: ["role"], clock;
}

fn message(person: &str, role: &str, other: &str) -> String {
    format!("'{person}' holds '{role}' and '{other}', which must not be in one hand")
}

const HELP: &str = "hand one of the two roles to somebody else";

fn is_same(sms: &Sms<'_>, a: Holder<'_>, b: Holder<'_>) -> bool {
    let (Some(a), Some(b)) = (a.person(), b.person()) else { return false };
    a.id == b.id || sms.find(a.id).is_some_and(|ix| sms.find(b.id) == Some(ix))
}

impl Rule for RoleConflict {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let held = |role: Role<'_>| role.status() != Some(RoleStatus::Retired);
        let mut seen: BTreeSet<(Ix, Ix)> = BTreeSet::new();
        for (ix, record) in cx.sms.of_kind("role") {
            let Some(role) = cx.sms.view::<Role<'_>>(ix).filter(|role| held(*role)) else { continue };
            for declared in role.incompatible_with() {
                let Some(other_ix) = cx.sms.find(declared.id).filter(|other| *other != ix) else { continue };
                let Some(other) = cx.sms.view::<Role<'_>>(other_ix).filter(|role| held(*role)) else { continue };
                if !seen.insert((ix.min(other_ix), ix.max(other_ix))) {
                    continue;
                }
                let others = other.holders_on(cx.sms, cx.today());
                for holder in role.holders_on(cx.sms, cx.today()) {
                    let both = others.iter().find(|other| is_same(cx.sms, holder, **other));
                    let (Some(person), Some(also)) = (holder.person(), both.and_then(|both| both.person())) else {
                        continue;
                    };
                    let words = message(person.id, record.id.as_str(), other.0.record.id.as_str());
                    out.at(record, person.span, words)
                        .help(HELP)
                        .related(also.span, "the other role")
                        .related(declared.span, "not together with this one");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    #[test]
    fn a_pair_is_told_once_even_when_both_sides_declare_it() {
        let roles = "
            # sms/role/role-a.yaml
            kind: role
            id: role-a
            holders: [{person: ann, from: 2026-01-01}]
            #                  ^^^ 'ann' holds 'role-a' and 'role-b', which must not be in one hand
            incompatible_with: [role-b, role-a, role-gone]
            # sms/role/role-b.yaml
            {kind: role, id: role-b, holders: [{person: old-ann, from: 2026-11-20}], incompatible_with: [role-a]}
            # sms/person/ann.yaml
            {kind: person, id: ann, status: active, aliases: [old-ann]}
            ";
        check(&RoleConflict, roles);
        assert_eq!(findings(&RoleConflict, roles)[0].related.len(), 2);
    }

    #[test]
    fn roles_held_one_after_the_other_or_by_people_who_left_do_not_clash() {
        check(
            &RoleConflict,
            "
            # sms/role/role-a.yaml
            {kind: role, id: role-a, incompatible_with: [role-b],
             holders: [{person: ann, from: 2026-01-01, until: 2026-11-19}, {person: bo, from: 2026-01-01}]}
            # sms/role/role-b.yaml
            {kind: role, id: role-b, holders: [{person: ann, from: 2026-11-20}, {person: bo, from: 2026-01-01}]}
            # sms/person/bo.yaml
            {kind: person, id: bo, status: left}
            ",
        );
    }

    #[test]
    fn retired_roles_and_roles_that_fit_together_are_fine() {
        check(
            &RoleConflict,
            "
            # sms/role/role-a.yaml
            {kind: role, id: role-a, incompatible_with: [role-b], holders: [{person: ann, from: 2026-01-01}]}
            # sms/role/role-b.yaml
            {kind: role, id: role-b, status: retired, holders: [{person: ann, from: 2026-01-01}]}
            # sms/role/role-c.yaml
            {kind: role, id: role-c, holders: [{person: ann, from: 2026-01-01}]}
            ",
        );
    }
}
