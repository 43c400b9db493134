use super::rule::{Check, Report, Rule};
use crate::model::risk::{Rating, Risk, RiskCriteria, RiskStatus, Treatment};
use crate::model::{Record, Sms};

rule! {
    /// A risk that all the work was done to lower, and that stands as high as before.
    ///
    /// Either the work did not help, and something else must be done, or it did, and nobody has judged the risk again. All
    /// records in `actions` are done, what was called off aside, the `treatment` is `reduce`, and the residual score and
    /// level are those of the beginning. Closed and accepted risks are not looked at.
    ///
    /// ```yaml,bad
    /// # sms/risk/rsk-flood.yaml
    /// kind: risk
    /// id: rsk-flood
    /// status: treating
    /// treatment: reduce
    /// inherent: {likelihood: 3, impact: 4, score: 12, level: high}
    /// residual: {likelihood: 3, impact: 4, score: 12, level: high}
    /// actions: [act-pump]
    /// # sms/action/act-pump.yaml
    /// kind: action
    /// id: act-pump
    /// status: done
    /// ```
    ///
    /// ```yaml,good
    /// # sms/risk/rsk-flood.yaml
    /// kind: risk
    /// id: rsk-flood
    /// status: treating
    /// treatment: reduce
    /// inherent: {likelihood: 3, impact: 4, score: 12, level: high}
    /// residual: {likelihood: 2, impact: 4, score: 8, level: medium}
    /// actions: [act-pump]
    /// # sms/action/act-pump.yaml
    /// kind: action
    /// id: act-pump
    /// status: done
    /// ```
    ///
    /// Judge the risk again and write what it is now in `residual`; when it is no lower, plan other work or have it accepted.
    RiskReduceWithoutEffect = "risk-reduce-without-effect", Warning, clauses: ["6.1"], kinds: ["risk", "action", "change", "improvement"];
}

fn message(risk: &Record<'_>) -> String {
    format!("all work to reduce the risk '{}' is done, but it stands as high as before", risk.id)
}

const HELP: &str = "judge it again and write what it is now in `residual`; if it is no lower, plan other work";

/// Whether all work is done, and some was.
fn is_done(sms: &Sms<'_>, risk: Risk<'_>) -> bool {
    let mut any = false;
    for id in risk.actions() {
        let Some(work) = sms.find(id).map(|ix| sms.record(ix)) else { return false };
        match (work.kind.name.as_str(), work.status()) {
            (_, Some("cancelled" | "rejected")) => {}
            ("action", Some("done" | "verified"))
            | ("change", Some("implemented" | "remedied" | "closed"))
            | ("improvement", Some("implemented" | "measured" | "closed")) => any = true,
            _ => return false,
        }
    }
    any
}

impl Rule for RiskReduceWithoutEffect {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let criteria = RiskCriteria::in_force(cx.sms);
        for risk in cx.sms.all::<Risk<'_>>().filter(|risk| risk.treatment() == Some(Treatment::Reduce)) {
            if matches!(risk.status(), Some(RiskStatus::Closed | RiskStatus::Accepted)) {
                continue;
            }
            let (Some(inherent), Some(residual)) = (risk.inherent(), risk.residual()) else { continue };
            let score = |rating: Rating<'_>| rating.likelihood()?.checked_mul(rating.impact()?);
            let level = |rating: Rating<'_>| {
                criteria.and_then(|criteria| criteria.level(rating.likelihood()?, rating.impact()?))
            };
            let (Some(before), Some(now)) = (score(inherent), score(residual)) else { continue };
            if now == before && level(inherent) == level(residual) && is_done(cx.sms, risk) {
                let record = risk.0.record;
                out.field(record, "residual", message(record))
                    .help(HELP)
                    .related(record.field_span("actions"), "the work");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const WORK: &str = "
        # sms/action/act-done.yaml
        {kind: action, id: act-done, status: verified}
        # sms/action/act-open.yaml
        {kind: action, id: act-open, status: in_progress}
        # sms/action/act-off.yaml
        {kind: action, id: act-off, status: cancelled}
        # sms/change/chg-done.yaml
        {kind: change, id: chg-done, status: closed}
        # sms/improvement/imp-done.yaml
        {kind: improvement, id: imp-done, status: measured}
";

    #[test]
    fn work_that_is_done_and_changes_nothing_is_told() {
        let risks = "
        # sms/risk/a.yaml
        kind: risk
        id: a
        treatment: reduce
        inherent: {likelihood: 3, impact: 4}
        residual: {likelihood: 4, impact: 3}
        #^^^^^^^^ all work to reduce the risk 'a' is done
        actions: [act-done, act-off, chg-done, imp-done]
";
        check(&RiskReduceWithoutEffect, &format!("{WORK}{risks}"));
    }

    #[test]
    fn open_missing_or_dropped_work_is_not_done() {
        let risk = |id: &str, rest: &str| {
            format!(
                "
        # sms/risk/{id}.yaml
        {{kind: risk, id: {id}, treatment: reduce, inherent: {{likelihood: 3, impact: 4}}, residual: {{likelihood: 3, impact: 4}}, {rest}}}
"
            )
        };
        let risks = [
            risk("a", "actions: [act-done, act-open]"),
            risk("b", "actions: [act-off]"),
            risk("c", "actions: [act-done, act-gone]"),
            risk("d", "actions: []"),
            risk("e", "status: closed, actions: [act-done]"),
            risk("f", "status: accepted, actions: [act-done]"),
        ];
        check(&RiskReduceWithoutEffect, &format!("{WORK}{}", risks.concat()));
    }

    #[test]
    fn a_lower_score_a_lower_level_or_another_treatment_pass() {
        let risks = "
        # sms/risk/a.yaml
        {kind: risk, id: a, treatment: reduce, inherent: {likelihood: 3, impact: 4}, residual: {likelihood: 2, impact: 4}, actions: [act-done]}
        # sms/risk/b.yaml
        {kind: risk, id: b, treatment: reduce, inherent: {likelihood: 1, impact: 2}, residual: {likelihood: 2, impact: 1}, actions: [act-done]}
        # sms/risk/c.yaml
        {kind: risk, id: c, treatment: share, inherent: {likelihood: 3, impact: 4}, residual: {likelihood: 3, impact: 4}, actions: [act-done]}
        # sms/risk_criteria/c.yaml
        {kind: risk_criteria, id: rc, status: in_force, matrix: [{likelihood: 1, levels: [low, high]}, {likelihood: 2, levels: [low, high]}]}
";
        check(&RiskReduceWithoutEffect, &format!("{WORK}{risks}"));
    }
}
