use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::model::organisation::{Person, Role, RoleStatus, Team};
use crate::model::{Ix, Record, Sms};

rule! {
    /// An owner who is no longer there.
    ///
    /// A person who has left, a team that was dissolved, a role that is retired or that nobody holds today cannot answer
    /// for anything. Records whose life is over keep their last owner. A required role without a holder is told by
    /// `role-vacant`.
    ///
    /// ```yaml,bad
    /// # sms/risk/rsk-flood.yaml
    /// kind: risk
    /// id: rsk-flood
    /// owner: ann
    /// # sms/person/ann.yaml
    /// kind: person
    /// id: ann
    /// status: left
    /// left: 2026-03-31
    /// ```
    ///
    /// ```yaml,good
    /// # sms/risk/rsk-flood.yaml
    /// kind: risk
    /// id: rsk-flood
    /// owner: role-site-manager
    /// # sms/role/role-site-manager.yaml
    /// kind: role
    /// id: role-site-manager
    /// status: active
    /// holders: [{person: bo, from: 2026-04-01}]
    /// # sms/person/bo.yaml
    /// kind: person
    /// id: bo
    /// status: active
    /// ```
    ///
    /// Hand the record over to somebody who is there, or give the role a holder. `gitsm list` finds all that they owned.
    OwnerInactive = "owner-inactive", Error, clauses: ["5.3"], kinds: [], clock;
}

fn message(record: &Record<'_>, owner: &Record<'_>, why: &str) -> String {
    format!("'{}' is owned by '{}', {why}", record.id, owner.id)
}

const HELP: &str = "name somebody else in `owner`";
const HELP_ROLE: &str = "give the role a holder, or name somebody else in `owner`";

/// Why the owner cannot answer for anything on `day`, and what to do; nothing when they can.
pub(super) fn absence(sms: &Sms<'_>, owner: Ix, day: Date) -> Option<(&'static str, &'static str)> {
    if sms.view::<Person<'_>>(owner).is_some_and(|person| !person.is_there_on(day)) {
        return Some(("who has left", HELP));
    }
    if sms.view::<Team<'_>>(owner).is_some_and(|team| !team.is_there_on(day)) {
        return Some(("a team that is dissolved", HELP));
    }
    let role = sms.view::<Role<'_>>(owner)?;
    if role.status() == Some(RoleStatus::Retired) {
        return Some(("a role that is retired", HELP));
    }
    role.holders_on(sms, day).is_empty().then_some(("a role that nobody holds", HELP_ROLE))
}

impl Rule for OwnerInactive {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let today = cx.today();
        // A vacant role is told once, at the role, and not at all that it owns.
        let told = super::role_vacant::tells(cx);
        let absent = |ix: Ix| absence(cx.sms, ix, today).filter(|_| !told(ix)).map(|why| (ix, why));
        let absent: std::collections::BTreeMap<Ix, _> = cx.sms.records().filter_map(|(ix, _)| absent(ix)).collect();
        for (_, record) in cx.sms.records().filter(|(_, record)| !record.is_at_rest()) {
            let Some(ix) = record.text("owner").and_then(|owner| cx.sms.find(owner)) else { continue };
            if let Some((why, help)) = absent.get(&ix) {
                let owner = cx.sms.record(ix);
                out.field(record, "owner", message(record, owner, why))
                    .help(*help)
                    .related(owner.field_span("status"), "the owner's record");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn people_teams_and_roles_that_are_gone_own_nothing() {
        check(
            &OwnerInactive,
            "
            # sms/ci/ci-a.yaml
            kind: ci
            id: ci-a
            owner: ann
            #      ^^^ 'ci-a' is owned by 'ann', who has left
            # sms/ci/ci-b.yaml
            kind: ci
            id: ci-b
            owner: team-a
            #      ^^^^^^ a team that is dissolved
            # sms/ci/ci-c.yaml
            kind: ci
            id: ci-c
            owner: role-a
            #      ^^^^^^ a role that nobody holds
            # sms/person/ann.yaml
            {kind: person, id: ann, status: active, left: 2026-11-19}
            # sms/team/team-a.yaml
            {kind: team, id: team-a, status: dissolved}
            # sms/role/role-a.yaml
            {kind: role, id: role-a, holders: [{person: ann, from: 2026-01-01}, {person: bo, from: 2026-11-21}]}
            ",
        );
    }

    #[test]
    fn the_last_day_still_counts_and_what_is_over_keeps_its_owner() {
        check(
            &OwnerInactive,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, owner: ann}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: retired, owner: bo}
            # sms/ci/ci-c.yaml
            {kind: ci, id: ci-c, owner: role-a}
            # sms/person/ann.yaml
            {kind: person, id: ann, status: left, left: 2026-11-20}
            # sms/person/bo.yaml
            {kind: person, id: bo, status: left}
            # sms/role/role-a.yaml
            {kind: role, id: role-a, holders: [{person: ann, from: 2026-01-01, until: 2026-11-20}]}
            ",
        );
    }

    #[test]
    fn an_owner_that_does_not_exist_or_cannot_own_is_for_other_rules() {
        check(
            &OwnerInactive,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, owner: nobody}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, owner: ci-a}
            # sms/ci/ci-c.yaml
            {kind: ci, id: ci-c, owner: [ci-a]}
            ",
        );
    }

    #[test]
    fn a_required_role_without_a_holder_is_told_elsewhere() {
        check(
            &OwnerInactive,
            "
            # sms/sms/sms.yaml
            {kind: sms, id: sms, required_roles: [role-b]}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, owner: role-a}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, owner: role-b}
            # sms/ci/ci-c.yaml
            {kind: ci, id: ci-c, owner: role-c}
            #                           ^^^^^^ 'ci-c' is owned by 'role-c'
            # sms/role/role-a.yaml
            {kind: role, id: role-a, status: active, required: true}
            # sms/role/role-b.yaml
            {kind: role, id: role-b, status: active}
            # sms/role/role-c.yaml
            {kind: role, id: role-c, status: active}
            ",
        );
    }
}
