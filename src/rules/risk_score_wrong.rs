use super::rule::{Check, Report, Rule};
use crate::model::risk::Risk;

rule! {
    /// A risk score that is not likelihood times impact.
    ///
    /// The register is sorted by the score and decisions are taken by it, so it must follow from what stands beside it.
    /// Both the inherent and the residual rating are looked at.
    ///
    /// ```yaml,bad
    /// # sms/risk/rsk-flood.yaml
    /// kind: risk
    /// id: rsk-flood
    /// inherent: {likelihood: 3, impact: 4, score: 10, level: high}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/risk/rsk-flood.yaml
    /// kind: risk
    /// id: rsk-flood
    /// inherent: {likelihood: 3, impact: 4, score: 12, level: high}
    /// ```
    ///
    /// Correct the score, or the likelihood or impact that was meant.
    RiskScoreWrong = "risk-score-wrong", Error, clauses: ["6.1"], kinds: ["risk"];
}

fn message(which: &str, (likelihood, impact): (i64, i64), right: i64, score: i64) -> String {
    format!("the {which} score is {score}, but {likelihood} × {impact} is {right}")
}

fn help(right: i64) -> String {
    format!("write `score: {right}`, or correct the likelihood or the impact")
}

impl Rule for RiskScoreWrong {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for risk in cx.sms.all::<Risk<'_>>() {
            for (which, rating) in risk.ratings() {
                let values = (rating.likelihood(), rating.impact(), rating.score());
                let (Some(likelihood), Some(impact), Some(score)) = values else { continue };
                let Some(right) = likelihood.checked_mul(impact) else { continue };
                if score != right {
                    let words = message(which, (likelihood, impact), right, score);
                    let place = rating.0.field_span("score");
                    let title = format!("write {right} for the score {score}");
                    out.at(risk.0.record, place, words).help(help(right)).fix(title, place, right.to_string());
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
    fn both_ratings_are_computed_again() {
        check(
            &RiskScoreWrong,
            "
            # sms/risk/r.yaml
            kind: risk
            id: r
            inherent: {likelihood: 3, impact: 4, score: 10}
            #                                           ^^ the inherent score is 10, but 3 × 4 is 12
            residual:
              score: 3
            #        ^ the residual score is 3, but 1 × 2 is 2
              likelihood: 1
              impact: 2
            ",
        );
    }

    #[test]
    fn the_product_is_right_whatever_the_scale() {
        check(
            &RiskScoreWrong,
            "
            # sms/risk/r.yaml
            {kind: risk, id: r, inherent: {likelihood: 10, impact: 10, score: 100}}
            ",
        );
    }

    #[test]
    fn ratings_that_lack_a_number_are_left_to_the_schema() {
        check(
            &RiskScoreWrong,
            "
            # sms/risk/r.yaml
            {kind: risk, id: r, inherent: {likelihood: often, impact: 4, score: 10}, residual: {likelihood: 1, impact: 2}}
            # sms/risk/s.yaml
            {kind: risk, id: s, inherent: 12, residual: {likelihood: 1.5, impact: 2, score: 2}}
            # sms/risk/t.yaml
            {kind: risk, id: t, inherent: {likelihood: 4000000000, impact: 4000000000, score: 16}}
            ",
        );
    }

    #[test]
    fn negative_numbers_and_nought_are_computed_too() {
        check(
            &RiskScoreWrong,
            "
            # sms/risk/r.yaml
            {kind: risk, id: r, inherent: {likelihood: 0, impact: 4, score: 4}, residual: {likelihood: -1, impact: 2, score: -2}}
            #                                                               ^ the inherent score is 4, but 0 × 4 is 0
            ",
        );
    }
}
