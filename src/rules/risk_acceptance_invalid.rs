use jiff::civil::Date;

use super::risk_untreated::untreated;
use super::rule::{Check, Report, Rule};
use crate::model::organisation::Role;
use crate::model::risk::{Acceptance, Rating, Risk, RiskCriteria, RiskStatus};
use crate::model::{Ix, Record, Sms};

rule! {
    /// An acceptance of a risk that does not hold.
    ///
    /// The criteria in force say for each level in `acceptance_roles` who may live with it; whoever may live with a
    /// higher level may live with a lower one too. An acceptance holds when its `role` is one of these, when the person
    /// in `by` held that role on the day, and until its last day. A risk that is `accepted` has one. A risk above the
    /// appetite with neither work nor acceptance is the matter of `risk-untreated`, and closed risks are not looked at.
    ///
    /// ```yaml,bad
    /// # sms/risk/rsk-flood.yaml
    /// kind: risk
    /// id: rsk-flood
    /// status: accepted
    /// residual: {likelihood: 4, impact: 4, score: 16, level: high}
    /// acceptance: {by: ann, role: role-risk-owner, at: 2026-01-05, until: 2027-01-31, reason: The move is in 2027.}
    /// # sms/role/role-risk-owner.yaml
    /// {kind: role, id: role-risk-owner, status: active}
    /// # sms/risk_criteria/risk-criteria.yaml
    /// kind: risk_criteria
    /// id: risk-criteria
    /// status: in_force
    /// levels: [{id: low, acceptance_roles: [role-risk-owner]}, {id: high, acceptance_roles: [role-top-management]}]
    /// appetite: low
    /// ```
    ///
    /// ```yaml,good
    /// # sms/risk/rsk-flood.yaml
    /// kind: risk
    /// id: rsk-flood
    /// status: accepted
    /// residual: {likelihood: 4, impact: 4, score: 16, level: high}
    /// acceptance: {by: tomas-berg, role: role-top-management, at: 2026-01-05, until: 2027-01-31, reason: The move is in 2027.}
    /// # sms/role/role-top-management.yaml
    /// {kind: role, id: role-top-management, status: active}
    /// # sms/risk_criteria/risk-criteria.yaml
    /// kind: risk_criteria
    /// id: risk-criteria
    /// status: in_force
    /// levels: [{id: low, acceptance_roles: [role-risk-owner]}, {id: high, acceptance_roles: [role-top-management]}]
    /// appetite: low
    /// ```
    ///
    /// Have it accepted again by a role that may, with a new last day, or name work in `actions`.
    RiskAcceptanceInvalid = "risk-acceptance-invalid", Error, clauses: ["6.1"], kinds: ["risk", "risk_criteria", "role"], clock;
}

fn message(risk: &Record<'_>, level: &str, role: &str) -> String {
    format!("the risk '{}' is {level}, which '{role}' may not accept", risk.id)
}

fn message_holder(risk: &Record<'_>, by: &str, role: &str, at: Date) -> String {
    format!("'{by}', who accepted the risk '{}' on {at}, did not hold '{role}' that day", risk.id)
}

fn message_over(risk: &Record<'_>, until: Option<Date>) -> String {
    match until {
        Some(until) => format!("the risk '{}' counts as accepted, but was so only until {until}", risk.id),
        None => format!("the risk '{}' counts as accepted, and nobody has accepted it", risk.id),
    }
}

const HELP: &str = "have it accepted by one of the `acceptance_roles` of its level, or name work in `actions`";
const HELP_HOLDER: &str = "have it accepted by somebody who holds the role, or give the role its holder of that day";
const HELP_OVER: &str = "have it accepted again with a new last day, or set the status to what is true";

/// Whether `role` may live with `level`; nothing where the criteria do not say.
fn may_accept(sms: &Sms<'_>, criteria: RiskCriteria<'_>, level: &str, role: Ix) -> Option<bool> {
    let rank = criteria.rank(level)?;
    let levels = criteria.levels();
    let from_here = levels.get(rank..)?;
    from_here.first()?.0.node.get("acceptance_roles")?;
    let mut roles = from_here.iter().flat_map(|level| level.acceptance_roles());
    Some(roles.any(|allowed| sms.find(allowed) == Some(role)))
}

/// Whether the person held the role on the day; nothing where that cannot be told.
fn held(sms: &Sms<'_>, acceptance: Acceptance<'_>, role: Ix) -> Option<bool> {
    let (by, at) = (sms.find(acceptance.by()?.id)?, acceptance.at()?);
    let role = sms.view::<Role<'_>>(role).filter(|role| !role.holders().is_empty())?;
    let holders = role.holders_on(sms, at);
    Some(holders.iter().any(|holder| holder.person().and_then(|person| sms.find(person.id)) == Some(by)))
}

impl Rule for RiskAcceptanceInvalid {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let Some(criteria) = RiskCriteria::in_force(cx.sms) else { return };
        for risk in cx.sms.all::<Risk<'_>>().filter(|risk| risk.status() != Some(RiskStatus::Closed)) {
            let record = risk.0.record;
            let acceptance = risk.acceptance();
            let until = acceptance.and_then(Acceptance::until);
            let over = until.is_some_and(|until| until < cx.today());
            let counts = risk.status() == Some(RiskStatus::Accepted);
            if (over || acceptance.is_none()) && counts && untreated(cx, criteria, risk).is_none() {
                let span = acceptance.map_or_else(|| record.field_span("status"), |it| it.0.field_span("until"));
                out.at(record, span, message_over(record, until)).help(HELP_OVER);
            }
            let Some(acceptance) = acceptance.filter(|_| !over) else { continue };
            let level = risk.residual().or(risk.inherent()).and_then(Rating::level);
            let (Some(role), Some(level)) = (acceptance.role(), level) else { continue };
            let Some(ix) = cx.sms.find(role.id) else { continue };
            if may_accept(cx.sms, criteria, level, ix) == Some(false) {
                out.at(record, role.span, message(record, level, role.id))
                    .help(HELP)
                    .related(criteria.0.field_span("levels"), "who may");
            } else if held(cx.sms, acceptance, ix) == Some(false)
                && let (Some(by), Some(at)) = (acceptance.by(), acceptance.at())
            {
                out.at(record, by.span, message_holder(record, by.id, role.id, at))
                    .help(HELP_HOLDER)
                    .related(cx.sms.record(ix).field_span("holders"), "the holders");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const REST: &str = "
        # sms/risk_criteria/c.yaml
        kind: risk_criteria
        id: c
        status: in_force
        levels:
          - {id: low, acceptance_roles: [lead]}
          - {id: high, acceptance_roles: [board]}
          - {id: extreme, acceptance_roles: []}
        appetite: low
        # sms/role/lead.yaml
        {kind: role, id: lead, holders: [{person: ann, from: 2026-02-01, until: 2026-05-31}]}
        # sms/role/board.yaml
        {kind: role, id: board, holders: [{person: bo, from: 2020-01-01}]}
        # sms/person/ann.yaml
        {kind: person, id: ann, status: active}
        # sms/person/bo.yaml
        {kind: person, id: bo, status: active}
";

    #[test]
    fn the_level_and_the_day_decide_who_may() {
        let risks = "
        # sms/risk/a.yaml
        {kind: risk, id: a, residual: {level: high}, acceptance: {by: ann, role: lead, at: 2026-03-01, until: 2027-01-01}}
        #                                                                        ^^^^ the risk 'a' is high, which 'lead' may not accept
        # sms/risk/b.yaml
        {kind: risk, id: b, inherent: {level: extreme}, acceptance: {by: bo, role: board, at: 2026-03-01, until: 2027-01-01}}
        #                                                                          ^^^^^ 'b' is extreme
        # sms/risk/d.yaml
        {kind: risk, id: d, residual: {level: low}, acceptance: {by: ann, role: lead, at: 2026-06-01, until: 2027-01-01}}
        #                                                            ^^^ 'ann', who accepted the risk 'd' on 2026-06-01, did not hold 'lead'
        # sms/risk/e.yaml
        {kind: risk, id: e, residual: {level: low}, acceptance: {by: bo, role: board, at: 2026-06-01, until: 2027-01-01}}
        # sms/risk/f.yaml
        {kind: risk, id: f, residual: {level: low}, acceptance: {by: ann, role: lead, at: 2026-05-31, until: 2027-01-01}}
";
        check(&RiskAcceptanceInvalid, &format!("{REST}{risks}"));
    }

    #[test]
    fn what_counts_as_accepted_has_an_acceptance_that_holds() {
        let risks = "
        # sms/risk/a.yaml
        {kind: risk, id: a, status: accepted, residual: {level: low}, acceptance: {by: bo, role: board, at: 2026-01-01, until: 2026-11-19}}
        #                                                                                                                      ^^^^^^^^^^ 'a' counts as accepted, but was so only until
        # sms/risk/b.yaml
        {kind: risk, id: b, status: accepted, residual: {level: low}}
        #                           ^^^^^^^^ 'b' counts as accepted, and nobody
        # sms/risk/d.yaml
        {kind: risk, id: d, status: accepted, residual: {level: low}, acceptance: {by: bo, role: board, at: 2026-01-01, until: 2026-11-20}}
";
        check(&RiskAcceptanceInvalid, &format!("{REST}{risks}"));
    }

    #[test]
    fn untreated_treated_and_closed_risks_are_for_others() {
        let risks = "
        # sms/risk/a.yaml
        {kind: risk, id: a, status: accepted, residual: {level: high}}
        # sms/risk/b.yaml
        {kind: risk, id: b, status: treating, residual: {level: low}, acceptance: {by: ann, role: lead, at: 2025-01-01, until: 2026-01-01}}
        # sms/risk/d.yaml
        {kind: risk, id: d, status: closed, residual: {level: high}, acceptance: {by: ann, role: lead, at: 2026-03-01, until: 2027-01-01}}
        # sms/risk/e.yaml
        {kind: risk, id: e, residual: {level: high}, acceptance: {by: bo, role: gone, at: 2026-03-01, until: 2027-01-01}}
        # sms/risk/f.yaml
        {kind: risk, id: f, residual: {level: odd}, acceptance: {by: ann, role: lead, at: 2026-03-01, until: 2027-01-01}}
";
        check(&RiskAcceptanceInvalid, &format!("{REST}{risks}"));
    }
}
