use super::rule::{Check, Report, Rule};
use crate::model::organisation::{Climate, SmsRecord};

rule! {
    /// The question whether climate change matters is not answered.
    ///
    /// Amendment 1:2024 asks every organisation to determine whether climate change is a relevant issue. Both answers
    /// are fine, silence is not; and an answer without a reason cannot be looked at again.
    ///
    /// ```yaml,bad
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// climate:
    ///   determination: not_relevant
    ///   reasoning: All services run in two cooled rooms with reserve; no customer asks for figures.
    /// ```
    ///
    /// Answer it in `climate` and look at the answer in each management review.
    ClimateUndetermined = "climate-undetermined", Warning, clauses: ["4.1"], kinds: ["sms"];
}

const NO_ANSWER: &str = "nobody has determined whether climate change is a relevant issue";
const NO_REASON: &str = "the answer on climate change has no reason";
const HELP: &str = "write `climate: {determination: relevant, reasoning: …}`, or `not_relevant`";
const HELP_REASON: &str = "say why in `climate.reasoning`";

impl Rule for ClimateUndetermined {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for sms in cx.sms.all::<SmsRecord<'_>>() {
            let climate = sms.climate();
            if climate.and_then(Climate::determination).is_none() {
                out.field(sms.0.record, "climate", NO_ANSWER).help(HELP);
            } else if climate.and_then(Climate::reasoning).is_none() {
                out.field(sms.0.record, "climate", NO_REASON).help(HELP_REASON);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn silence_and_words_that_are_no_answer_are_reported() {
        check(
            &ClimateUndetermined,
            "
            # sms/sms/a.yaml
            kind: sms
            id: a
            #   ^ nobody has determined
            # sms/sms/b.yaml
            kind: sms
            id: b
            climate: {determination: perhaps, reasoning: too early}
            #^^^^^^^ nobody has determined
            ",
        );
    }

    #[test]
    fn an_answer_needs_a_reason() {
        check(
            &ClimateUndetermined,
            "
            # sms/sms/sms.yaml
            kind: sms
            id: sms
            climate: {determination: relevant, reasoning: ' '}
            #^^^^^^^ has no reason
            ",
        );
    }

    #[test]
    fn either_answer_will_do_and_without_the_record_there_is_no_place_to_ask() {
        check(
            &ClimateUndetermined,
            "
            # sms/sms/sms.yaml
            {kind: sms, id: sms, climate: {determination: relevant, reasoning: heat}}
            ",
        );
        check(&ClimateUndetermined, "# sms/ci/a.yaml\n{kind: ci, id: a}\n");
    }

    #[test]
    fn an_answer_that_is_no_mapping_is_no_answer() {
        check(
            &ClimateUndetermined,
            "
            # sms/sms/a.yaml
            {kind: sms, id: a, climate: relevant}
            #                           ^^^^^^^^ nobody has determined
            # sms/sms/b.yaml
            {kind: sms, id: b, climate: [{determination: relevant, reasoning: heat}]}
            #                  ^^^^^^^ nobody has determined
            ",
        );
    }
}
