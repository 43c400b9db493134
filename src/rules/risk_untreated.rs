use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::risk::{Acceptance, Rating, Risk, RiskCriteria, RiskStatus};

rule! {
    /// A risk above the appetite that nobody works on and nobody has accepted.
    ///
    /// The risk criteria in force name the highest level that may stand as it is. What is above it needs work in
    /// `actions`, or an `acceptance` that has not run out. The residual rating counts, the inherent one where there is no
    /// residual yet. Cancelled and rejected work is no work. Closed risks are not looked at.
    ///
    /// ```yaml,bad
    /// # sms/risk/rsk-flood.yaml
    /// kind: risk
    /// id: rsk-flood
    /// status: assessed
    /// inherent: {likelihood: 4, impact: 4, score: 16, level: high}
    /// # sms/risk_criteria/risk-criteria.yaml
    /// kind: risk_criteria
    /// id: risk-criteria
    /// status: in_force
    /// levels: [{id: low}, {id: high}]
    /// appetite: low
    /// ```
    ///
    /// ```yaml,good
    /// # sms/risk/rsk-flood.yaml
    /// kind: risk
    /// id: rsk-flood
    /// status: accepted
    /// inherent: {likelihood: 4, impact: 4, score: 16, level: high}
    /// acceptance: {by: ann, role: role-top-management, at: 2026-01-05, until: 2027-01-31, reason: The move is in 2027.}
    /// # sms/risk_criteria/risk-criteria.yaml
    /// kind: risk_criteria
    /// id: risk-criteria
    /// status: in_force
    /// levels: [{id: low}, {id: high}]
    /// appetite: low
    /// ```
    ///
    /// Name the work in `actions`, or have the risk accepted by a role that may, with a last day.
    RiskUntreated = "risk-untreated", Error, clauses: ["6.1"], kinds: ["risk", "risk_criteria"], clock;
}

fn message(risk: &Record<'_>, level: &str, expired: Option<Date>) -> String {
    match expired {
        None => format!("the risk '{}' is {level}, above the appetite, with neither work nor acceptance", risk.id),
        Some(until) => format!("the risk '{}' is {level}, above the appetite, and was accepted until {until}", risk.id),
    }
}

const HELP: &str = "name the work on it in `actions`, or have it accepted in `acceptance` with a last day";

/// The rating of the risk with its level, when that is above the appetite and stands with neither work nor an
/// acceptance that holds.
pub(super) fn untreated<'a>(
    cx: &Check<'_>,
    criteria: RiskCriteria<'_>,
    risk: Risk<'a>,
) -> Option<(Rating<'a>, &'a str)> {
    let rating = risk.residual().or(risk.inherent())?;
    let level = rating.level().filter(|level| criteria.is_above_appetite(level) == Some(true))?;
    let until = risk.acceptance().and_then(Acceptance::until);
    let accepted = until.is_some_and(|until| until >= cx.today());
    (!accepted && !cx.is_worked_on(risk.actions())).then_some((rating, level))
}

impl Rule for RiskUntreated {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let Some(criteria) = RiskCriteria::in_force(cx.sms) else { return };
        for risk in cx.sms.all::<Risk<'_>>().filter(|risk| risk.status() != Some(RiskStatus::Closed)) {
            let Some((rating, level)) = untreated(cx, criteria, risk) else { continue };
            let until = risk.acceptance().and_then(Acceptance::until);
            let record = risk.0.record;
            out.at(record, rating.0.field_span("level"), message(record, level, until))
                .help(HELP)
                .related(criteria.0.field_span("appetite"), "the appetite");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const CRITERIA: &str = "
        # sms/risk_criteria/c.yaml
        {kind: risk_criteria, id: c, status: in_force, levels: [{id: low}, {id: high}], appetite: low}
";

    #[test]
    fn neither_work_nor_acceptance_is_reported_at_the_level_that_stands() {
        let risks = "
        # sms/risk/r.yaml
        kind: risk
        id: r
        inherent: {level: low}
        residual: {level: high}
        #                 ^^^^ 'r' is high, above the appetite, with neither work nor acceptance
        # sms/risk/s.yaml
        kind: risk
        id: s
        inherent: {level: high}
        #                 ^^^^ and was accepted until 2026-11-19
        acceptance: {until: 2026-11-19}
        actions: [act-a]
        # sms/action/act-a.yaml
        {kind: action, id: act-a, status: cancelled}
";
        check(&RiskUntreated, &format!("{CRITERIA}{risks}"));
    }

    #[test]
    fn work_or_an_acceptance_that_holds_is_enough() {
        let risks = "
        # sms/risk/r.yaml
        {kind: risk, id: r, residual: {level: high}, actions: [act-a, act-b]}
        # sms/risk/s.yaml
        {kind: risk, id: s, residual: {level: high}, acceptance: {until: 2026-11-20}}
        # sms/action/act-a.yaml
        {kind: action, id: act-a, status: cancelled}
";
        check(&RiskUntreated, &format!("{CRITERIA}{risks}"));
    }

    #[test]
    fn closed_and_lower_risks_and_unknown_levels_are_not_reported() {
        let risks = "
        # sms/risk/r.yaml
        {kind: risk, id: r, status: closed, residual: {level: high}}
        # sms/risk/s.yaml
        {kind: risk, id: s, inherent: {level: high}, residual: {level: low}}
        # sms/risk/t.yaml
        {kind: risk, id: t, inherent: {level: extreme}}
";
        check(&RiskUntreated, &format!("{CRITERIA}{risks}"));
        check(&RiskUntreated, "# sms/risk/r.yaml\n{kind: risk, id: r, inherent: {level: high}}\n");
    }
}
