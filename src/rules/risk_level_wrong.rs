use super::rule::{Check, Report, Rule};
use crate::model::risk::{Rating, Risk, RiskCriteria, RiskStatus};

rule! {
    /// A risk level that the matrix does not give.
    ///
    /// The risk criteria in force say which level each pair of likelihood and impact has; the level decides who may
    /// accept the risk, so it cannot be chosen freely. Closed risks keep the level that they had.
    ///
    /// ```yaml,bad
    /// # sms/risk/rsk-flood.yaml
    /// kind: risk
    /// id: rsk-flood
    /// status: assessed
    /// inherent: {likelihood: 2, impact: 2, score: 4, level: low}
    /// # sms/risk_criteria/risk-criteria.yaml
    /// kind: risk_criteria
    /// id: risk-criteria
    /// status: in_force
    /// matrix: [{likelihood: 1, levels: [low, low]}, {likelihood: 2, levels: [low, high]}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/risk/rsk-flood.yaml
    /// kind: risk
    /// id: rsk-flood
    /// status: assessed
    /// inherent: {likelihood: 2, impact: 2, score: 4, level: high}
    /// # sms/risk_criteria/risk-criteria.yaml
    /// kind: risk_criteria
    /// id: risk-criteria
    /// status: in_force
    /// matrix: [{likelihood: 1, levels: [low, low]}, {likelihood: 2, levels: [low, high]}]
    /// ```
    ///
    /// Write the level of the matrix. If that looks wrong, the criteria are to be discussed, not the one risk.
    RiskLevelWrong = "risk-level-wrong", Error, clauses: ["6.1"], kinds: ["risk", "risk_criteria"];
}

fn wrong(which: &str, level: &str, right: &str) -> String {
    format!("the {which} level is '{level}', but the matrix gives '{right}'")
}

fn off_the_matrix(which: &str, likelihood: i64, impact: i64) -> String {
    format!("the matrix has no level for the {which} likelihood {likelihood} with impact {impact}")
}

fn help(right: &str) -> String {
    format!("write `level: {right}`, or correct the likelihood or the impact")
}

const HELP_OFF: &str = "use the steps of the scales in the risk criteria";

fn judge(criteria: RiskCriteria<'_>, risk: Risk<'_>, which: &str, rating: Rating<'_>, out: &mut Report) {
    let (Some(likelihood), Some(impact)) = (rating.likelihood(), rating.impact()) else { return };
    let matrix = criteria.0.field_span("matrix");
    match (criteria.level(likelihood, impact), rating.level()) {
        (Some(right), Some(level)) if right != level => {
            let place = rating.0.field_span("level");
            out.at(risk.0.record, place, wrong(which, level, right))
                .help(help(right))
                .related(matrix, "the matrix in force")
                .fix(format!("write `{right}` for the level `{level}`"), place, right);
        }
        (None, _) => {
            out.at(risk.0.record, rating.0.field_span("likelihood"), off_the_matrix(which, likelihood, impact))
                .help(HELP_OFF)
                .related(matrix, "the matrix in force");
        }
        (Some(_), _) => {}
    }
}

impl Rule for RiskLevelWrong {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let Some(criteria) = RiskCriteria::in_force(cx.sms).filter(|criteria| !criteria.matrix().is_empty()) else {
            return;
        };
        for risk in cx.sms.all::<Risk<'_>>().filter(|risk| risk.status() != Some(RiskStatus::Closed)) {
            for (which, rating) in risk.ratings() {
                judge(criteria, risk, which, rating, out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const CRITERIA: &str = "
        # sms/risk_criteria/old.yaml
        kind: risk_criteria
        id: old
        status: in_force
        effective_from: 2024-01-01
        matrix: [{likelihood: 1, levels: [high, high]}]
        # sms/risk_criteria/new.yaml
        kind: risk_criteria
        id: new
        status: in_force
        effective_from: 2026-01-01
        matrix: [{likelihood: 1, levels: [low, low]}, {likelihood: 2, levels: [low, high]}]
        # sms/risk_criteria/next.yaml
        kind: risk_criteria
        id: next
        status: draft
        effective_from: 2027-01-01
        matrix: [{likelihood: 1, levels: [high, high]}]
";

    #[test]
    fn the_latest_criteria_in_force_decide() {
        let risks = "
        # sms/risk/r.yaml
        kind: risk
        id: r
        inherent: {likelihood: 2, impact: 2, level: extreme}
        #                                           ^^^^^^^ the inherent level is 'extreme', but the matrix gives 'high'
        residual: {likelihood: 3, impact: 1, level: low}
        #                      ^ the matrix has no level for the residual likelihood 3 with impact 1
";
        check(&RiskLevelWrong, &format!("{CRITERIA}{risks}"));
    }

    #[test]
    fn right_levels_and_closed_risks_pass() {
        let risks = "
        # sms/risk/r.yaml
        {kind: risk, id: r, inherent: {likelihood: 2, impact: 2, level: high}, residual: {likelihood: 2, impact: 1}}
        # sms/risk/s.yaml
        {kind: risk, id: s, status: closed, inherent: {likelihood: 1, impact: 1, level: high}}
        # sms/risk/t.yaml
        {kind: risk, id: t, inherent: {likelihood: 1, level: high}}
";
        check(&RiskLevelWrong, &format!("{CRITERIA}{risks}"));
    }

    #[test]
    fn without_criteria_in_force_nothing_is_judged() {
        check(
            &RiskLevelWrong,
            "
            # sms/risk/r.yaml
            {kind: risk, id: r, inherent: {likelihood: 9, impact: 9, level: low}}
            # sms/risk_criteria/c.yaml
            {kind: risk_criteria, id: c, status: superseded, matrix: [{likelihood: 9, levels: [high]}]}
            ",
        );
    }
}
