use super::rule::{Check, Report, Rule};
use crate::model::risk::{Rating, Risk};

rule! {
    /// A residual risk above the inherent one.
    ///
    /// The residual rating is the risk with the measures in place, the inherent one without any. Measures that make a
    /// risk worse are no measures; more often one of the two ratings is a slip, or the world has changed and the
    /// inherent rating was left behind.
    ///
    /// ```yaml,bad
    /// # sms/risk/rsk-flood.yaml
    /// kind: risk
    /// id: rsk-flood
    /// inherent: {likelihood: 3, impact: 3, score: 9, level: medium}
    /// residual: {likelihood: 3, impact: 4, score: 12, level: high}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/risk/rsk-flood.yaml
    /// kind: risk
    /// id: rsk-flood
    /// inherent: {likelihood: 3, impact: 4, score: 12, level: high}
    /// residual: {likelihood: 2, impact: 4, score: 8, level: medium}
    /// ```
    ///
    /// Correct the rating that is wrong; when the risk has grown, raise the inherent one.
    RiskResidualHigher = "risk-residual-higher", Error, clauses: ["6.1"], kinds: ["risk"];
}

/// A field with its residual and its inherent value.
type Risen = (&'static str, i64, i64);

fn message(risen: &[Risen]) -> String {
    let parts: Vec<String> =
        risen.iter().map(|(field, now, before)| format!("{field} {now} is above the inherent {before}")).collect();
    format!("the residual {}", parts.join(", "))
}

const HELP: &str = "correct the rating that is wrong; when the risk has grown, raise the inherent one";

/// What is higher in `residual` than in `inherent`.
fn risen(inherent: Rating<'_>, residual: Rating<'_>) -> Vec<Risen> {
    let fields = [
        ("likelihood", residual.likelihood(), inherent.likelihood()),
        ("impact", residual.impact(), inherent.impact()),
        ("score", residual.score(), inherent.score()),
    ];
    let known = fields.into_iter().filter_map(|(field, now, before)| Some((field, now?, before?)));
    known.filter(|(_, now, before)| now > before).collect()
}

impl Rule for RiskResidualHigher {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for risk in cx.sms.all::<Risk<'_>>() {
            let (Some(inherent), Some(residual)) = (risk.inherent(), risk.residual()) else { continue };
            let risen = risen(inherent, residual);
            if let Some((field, ..)) = risen.first() {
                out.at(risk.0.record, residual.0.field_span(field), message(&risen))
                    .help(HELP)
                    .related(inherent.0.field_span(field), "the inherent rating");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn all_that_rose_is_one_finding_at_the_first_of_it() {
        check(
            &RiskResidualHigher,
            "
            # sms/risk/r.yaml
            kind: risk
            id: r
            inherent: {likelihood: 3, impact: 3, score: 9}
            residual: {likelihood: 3, impact: 4, score: 12}
            #                                 ^ the residual impact 4 is above the inherent 3, score 12 is above
            ",
        );
    }

    #[test]
    fn a_lower_score_does_not_excuse_a_higher_impact() {
        check(
            &RiskResidualHigher,
            "
            # sms/risk/r.yaml
            kind: risk
            id: r
            inherent: {likelihood: 4, impact: 3, score: 12}
            residual: {likelihood: 1, impact: 4, score: 4}
            #                                 ^ impact 4
            ",
        );
    }

    #[test]
    fn equal_ratings_and_ratings_with_gaps_are_no_rise() {
        check(
            &RiskResidualHigher,
            "
            # sms/risk/r.yaml
            {kind: risk, id: r, inherent: {likelihood: 3, impact: 3}, residual: {likelihood: 3, impact: 3, score: 9}}
            # sms/risk/s.yaml
            {kind: risk, id: s, inherent: {likelihood: 3}}
            # sms/risk/t.yaml
            {kind: risk, id: t, residual: {likelihood: 3}, inherent: low}
            ",
        );
    }
}
