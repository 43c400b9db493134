use std::collections::BTreeMap;

use super::rule::{Check, Report, Rule};
use crate::base::span::Span;
use crate::model::organisation::{Holder, Role, RoleStatus, SmsRecord};
use crate::model::{Ix, Record};

rule! {
    /// A required role without exactly one holder.
    ///
    /// A role is required when it says so itself or when the record `sms` lists it in `required_roles`. Nobody means
    /// that nobody answers; two mean that each can point to the other. Who has left does not count, and who only acts
    /// for a holder who is away does not either.
    ///
    /// ```yaml,bad
    /// # sms/role/role-change-manager.yaml
    /// kind: role
    /// id: role-change-manager
    /// status: active
    /// required: true
    /// holders: [{person: maya, from: 2024-11-04, until: 2026-09-30}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/role/role-change-manager.yaml
    /// kind: role
    /// id: role-change-manager
    /// status: active
    /// required: true
    /// holders:
    ///   - {person: maya, from: 2024-11-04, until: 2026-09-30}
    ///   - {person: jon, from: 2026-10-01}
    /// ```
    ///
    /// Add the holder with the first day; a hand-over ends one entry with `until` and starts another.
    RoleVacant = "role-vacant", Error, clauses: ["5.3"], kinds: ["role", "sms"], clock;
}

fn message(role: &Record<'_>, retired: bool, holders: &[Holder<'_>]) -> String {
    let people: Vec<&str> = holders.iter().filter_map(|holder| holder.person()).map(|person| person.id).collect();
    match people.len() {
        _ if retired => format!("the role '{}' is required, but it is retired", role.id),
        0 => format!("nobody holds the required role '{}'", role.id),
        count => format!("the required role '{}' has {count} holders: {}", role.id, people.join(", ")),
    }
}

const HELP_NONE: &str = "add a holder with the first day to `holders`";
const HELP_MANY: &str = "end all but one of the entries with `until`";
const HELP_RETIRED: &str = "take it back into use, or out of `required_roles`";

/// The roles that the SMS lists as required, each with the place.
fn listed(cx: &Check<'_>) -> BTreeMap<Ix, Span> {
    let mut listed: BTreeMap<Ix, Span> = BTreeMap::new();
    for reference in cx.sms.all::<SmsRecord<'_>>().flat_map(SmsRecord::required_roles) {
        if let Some(ix) = cx.sms.find(reference.id) {
            listed.entry(ix).or_insert(reference.span);
        }
    }
    listed
}

/// Whether this rule already tells that the role has no holder.
pub(super) fn tells(cx: &Check<'_>) -> impl Fn(Ix) -> bool {
    let listed = listed(cx);
    move |ix| {
        let role = cx.sms.view::<Role<'_>>(ix);
        role.is_some_and(|role| listed.contains_key(&ix) || role.required() == Some(true))
    }
}

impl Rule for RoleVacant {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let listed = listed(cx);
        for (ix, record) in cx.sms.of_kind("role") {
            let Some(role) = cx.sms.view::<Role<'_>>(ix) else { continue };
            let asked = listed.get(&ix);
            let retired = role.status() == Some(RoleStatus::Retired);
            if asked.is_none() && (retired || role.required() != Some(true)) {
                continue;
            }
            let holders = role.holders_on(cx.sms, cx.today());
            let (field, help) = match holders.len() {
                _ if retired => ("status", HELP_RETIRED),
                0 => ("holders", HELP_NONE),
                1 => continue,
                _ => ("holders", HELP_MANY),
            };
            let mut draft = out.field(record, field, message(record, retired, &holders)).help(help);
            if let Some(span) = asked {
                draft = draft.related(*span, "required here");
            }
            for person in holders.iter().filter(|_| !retired).filter_map(|holder| holder.person()) {
                draft = draft.related(person.span, "a holder");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn none_two_and_retired_are_all_wrong_for_a_required_role() {
        check(
            &RoleVacant,
            "
            # sms/sms/sms.yaml
            {kind: sms, id: sms, required_roles: [role-a, role-b, role-gone]}
            # sms/role/role-a.yaml
            kind: role
            id: role-a
            holders: [{person: ann, from: 2020-01-01}]
            #^^^^^^^ nobody holds the required role 'role-a'
            # sms/role/role-b.yaml
            kind: role
            id: role-b
            status: retired
            #       ^^^^^^^ 'role-b' is required, but it is retired
            # sms/role/role-c.yaml
            kind: role
            id: role-c
            required: true
            holders: [{person: bo, from: 2020-01-01}, {person: cy, from: 2026-11-20}]
            #^^^^^^^ 'role-c' has 2 holders: bo, cy
            # sms/person/ann.yaml
            {kind: person, id: ann, status: left, left: 2026-11-19}
            ",
        );
    }

    #[test]
    fn the_day_of_a_hand_over_has_one_holder_and_the_same_person_counts_once() {
        check(
            &RoleVacant,
            "
            # sms/role/role-a.yaml
            kind: role
            id: role-a
            required: true
            holders:
              - {person: bo, from: 2020-01-01, until: 2026-11-19}
              - {person: cy, from: 2026-11-20}
              - {person: old-cy, from: 2026-11-01}
            # sms/person/cy.yaml
            {kind: person, id: cy, status: active, aliases: [old-cy]}
            ",
        );
    }

    #[test]
    fn roles_that_nobody_requires_may_have_any_number_of_holders() {
        check(
            &RoleVacant,
            "
            # sms/role/role-a.yaml
            {kind: role, id: role-a, required: false}
            # sms/role/role-b.yaml
            {kind: role, id: role-b, holders: [{person: bo, from: 2020-01-01}, {person: cy, from: 2020-01-01}]}
            # sms/role/role-c.yaml
            {kind: role, id: role-c, status: retired, required: true}
            ",
        );
    }
}
