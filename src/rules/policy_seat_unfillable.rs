use std::collections::BTreeMap;

use super::rule::{Check, Report, Rule};
use crate::model::Ix;
use crate::model::change_policy::{ChangePolicy, SeatEntry};
use crate::model::organisation::people_behind;
use crate::model::view::At;

rule! {
    /// A seat of the change policy that cannot be filled: the role or team has too few people.
    ///
    /// Whatever needs such a seat can never be agreed to, and the gate says ERROR or BLOCKED until somebody joins. The
    /// holders of the day count, and for a team its own members; seats of one list that ask the same role are added up,
    /// since nobody fills two of them. A choice (`any_of`, `at_least`) is left alone, as another way may be open.
    ///
    /// ```yaml,bad
    /// # sms/change_policy/change-policy.yaml
    /// kind: change_policy
    /// id: change-policy
    /// status: in_force
    /// policy_seats: [{role: role-board, count: 2}]
    /// # sms/role/role-board.yaml
    /// {kind: role, id: role-board, status: active, holders: [{person: ann, from: 2024-01-01}]}
    /// # sms/person/ann.yaml
    /// {kind: person, id: ann, status: active}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/change_policy/change-policy.yaml
    /// kind: change_policy
    /// id: change-policy
    /// status: in_force
    /// policy_seats: [{role: role-board, count: 1}]
    /// # sms/role/role-board.yaml
    /// {kind: role, id: role-board, status: active, holders: [{person: ann, from: 2024-01-01}]}
    /// # sms/person/ann.yaml
    /// {kind: person, id: ann, status: active}
    /// ```
    ///
    /// Give the role or team to more people, or ask for fewer of them.
    PolicySeatUnfillable = "policy-seat-unfillable", Error, clauses: ["8.5.1.1"], kinds: ["change_policy", "role", "team"], clock;
}

const HELP: &str = "give it to more people, or ask for fewer";

/// A list of seats that must be filled together.
fn lists(policy: ChangePolicy<'_>) -> Vec<Vec<SeatEntry<'_>>> {
    let mut lists = vec![policy.policy_seats()];
    for category in policy.categories() {
        let stages = category.stages().into_iter().flat_map(|stage| stage.seats());
        lists.push(category.seats().into_iter().chain(stages).collect());
        lists.push(category.retrospective_seats());
    }
    lists.extend(policy.risk_levels().into_iter().map(|level| level.seats()));
    lists.extend(policy.authorities().into_iter().map(|row| row.seats()));
    lists
}

/// Whom a seat asks, with the place.
fn asked(seat: SeatEntry<'_>) -> Option<(&str, At<'_>)> {
    let role = seat.role().map(|role| role.id);
    Some((role.or_else(|| seat.team().map(|team| team.id))?, seat.0))
}

impl Rule for PolicySeatUnfillable {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for policy in ChangePolicy::in_force(cx.sms) {
            for list in lists(policy) {
                let mut needed: BTreeMap<Ix, (i64, At<'_>)> = BTreeMap::new();
                for seat in list {
                    let Some((id, at)) = asked(seat) else { continue };
                    let Some(ix) = cx.sms.find(id) else { continue };
                    // A share of nobody is one seat too many.
                    needed.entry(ix).or_insert((0, at)).0 += seat.count().unwrap_or(1);
                }
                for (ix, (count, at)) in needed {
                    let record = cx.sms.record(ix);
                    let there = if record.is_at_rest() { 0 } else { people_behind(cx.sms, ix, cx.today()).len() };
                    if i64::try_from(there).is_ok_and(|there| there < count) {
                        let words = format!("{count} of '{}' must agree, and it has {there}", record.id);
                        out.at(at.record, at.span(), words).help(HELP).related(record.id_span(), "the role or team");
                    }
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
    fn seats_of_one_list_are_added_up_and_choices_left_alone() {
        check(
            &PolicySeatUnfillable,
            "
            # sms/change_policy/p.yaml
            kind: change_policy
            id: p
            status: in_force
            policy_seats: [{role: one, count: 1}, {team: two, count: 2}]
            categories:
              - id: a
                seats:
                  - {role: one, count: 1}
                   #^^^^^^^^^^^^^^^^^^^^^ 2 of 'one' must agree, and it has 1
                  - {role: one, count: 1}
              - id: b
                seats: [{any_of: [[{role: one, count: 5}], [{team: two, count: 1}]]}]
                retrospective_seats:
                  - {role: none, percent: 50}
                   #^^^^^^^^^^^^^^^^^^^^^^^^^ 1 of 'none' must agree, and it has 0
            # sms/role/one.yaml
            {kind: role, id: one, status: active, holders: [{person: ann, from: 2024-01-01}, {person: bo, from: 2024-01-01, until: 2025-01-01}]}
            # sms/role/none.yaml
            {kind: role, id: none, status: retired, holders: [{person: ann, from: 2024-01-01}]}
            # sms/team/two.yaml
            {kind: team, id: two, status: active, members: [ann, bo]}
            # sms/person/ann.yaml
            {kind: person, id: ann, status: active}
            # sms/person/bo.yaml
            {kind: person, id: bo, status: active}
            ",
        );
    }
}
