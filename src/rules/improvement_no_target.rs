use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::Record;
use crate::model::improvement::{Criteria, Improvement, ImprovementStatus, ImprovementTarget};

rule! {
    /// An improvement that was accepted without a judgement that adds up and a target that can be measured.
    ///
    /// Ideas compete for the same people and money, so each gets a `score`: twice its value, less effort and risk. And it
    /// says by which figure (`metric` or `measure`), from where to where and until when (`due`) it is to work; a target
    /// that equals the value before asks for nothing. Criteria, decision and target as such are asked for by the state.
    ///
    /// ```yaml,bad
    /// # sms/improvement/imp-rehearsal.yaml
    /// kind: improvement
    /// id: imp-rehearsal
    /// status: accepted
    /// criteria: {alignment_objectives: Fewer failed releases, value: 4, effort: 2, risk: 1}
    /// target: {dimension: quality, baseline: 83.3, target: 95}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/improvement/imp-rehearsal.yaml
    /// kind: improvement
    /// id: imp-rehearsal
    /// status: accepted
    /// criteria: {alignment_objectives: Fewer failed releases, value: 4, effort: 2, risk: 1}
    /// score: 5
    /// target: {dimension: quality, metric: met-release-success, baseline: 83.3, target: 95, due: 2026-09-30}
    /// ```
    ///
    /// Fill in what is missing before work begins; an idea that no figure can show is better split or turned down.
    ImprovementNoTarget = "improvement-no-target", Error, clauses: ["10.2"], kinds: ["improvement"];
}

fn message(improvement: &Record<'_>, missing: &[&str]) -> String {
    format!("the improvement '{}' was accepted without {}", improvement.id, text::and(missing))
}

fn wrong(improvement: &Record<'_>, score: i64, computed: i64) -> String {
    format!("the score of '{}' is {score}, but its criteria give {computed}", improvement.id)
}

fn same(improvement: &Record<'_>) -> String {
    format!("the target of '{}' is the value that it starts from", improvement.id)
}

const HELP: &str = "fill it in before the work begins";
const HELP_SCORE: &str = "the score is twice the value, less effort and risk";
const HELP_SAME: &str = "say what is to be reached, or where it starts from";

/// What an accepted improvement leaves out, within what its state asks for.
fn missing(improvement: Improvement<'_>, target: Option<ImprovementTarget<'_>>) -> Vec<&'static str> {
    let without = |field: &'static str| target.is_some_and(|target| !target.0.missing(&[field]).is_empty());
    let unscored = improvement.criteria().is_some() && !improvement.0.missing(&["score"]).is_empty();
    let all = [
        ("a score", unscored),
        ("a metric or measure of its target", without("metric") && without("measure")),
        ("a day by which its target is reached", without("due")),
    ];
    all.into_iter().filter_map(|(what, missing)| missing.then_some(what)).collect()
}

impl Rule for ImprovementNoTarget {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for improvement in cx.sms.all::<Improvement<'_>>() {
            let record = improvement.0.record;
            if !improvement.status().is_some_and(ImprovementStatus::is_accepted) {
                continue;
            }
            let target = improvement.target();
            let missing = missing(improvement, target);
            if !missing.is_empty() {
                out.field(record, "status", message(record, &missing)).help(HELP);
            }
            let scores = improvement.score().zip(improvement.criteria().and_then(Criteria::score));
            if let Some((written, computed)) = scores.filter(|(written, computed)| written != computed) {
                out.field(record, "score", wrong(record, written, computed)).help(HELP_SCORE);
            }
            if let Some(target) = target.filter(|it| it.target().is_some() && it.target() == it.baseline()) {
                let draft = out.at(record, target.0.field_span("target"), same(record)).help(HELP_SAME);
                draft.related(target.0.field_span("baseline"), "the value before");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn an_accepted_idea_is_judged_and_can_be_measured() {
        check(
            &ImprovementNoTarget,
            "
            # sms/improvement/a.yaml
            {kind: improvement, id: a, status: planned, criteria: {value: 4}, target: {baseline: 1, target: 2}}
            #                                  ^^^^^^^ without a score, a metric or measure of its target and a day by which
            # sms/improvement/b.yaml
            {kind: improvement, id: b, status: closed, criteria: {value: 4, effort: 2, risk: 1}, score: 4,
            #                                                                                           ^ is 4, but its criteria give 5
             target: {measure: Calls, baseline: 40, target: 40.0, due: 2026-12-31}}
            #                                               ^^^^ the target of 'b' is the value that it starts from
            ",
        );
    }

    #[test]
    fn a_metric_or_words_will_do_and_ideas_and_what_the_state_asks_for_are_left_alone() {
        check(
            &ImprovementNoTarget,
            "
            # sms/improvement/a.yaml
            {kind: improvement, id: a, status: accepted, criteria: {value: 1, effort: 5, risk: 1}, score: -4,
             target: {metric: met-a, baseline: 40, target: 0, due: 2026-12-31}}
            # sms/improvement/b.yaml
            {kind: improvement, id: b, status: measured, criteria: {value: few}, score: 2,
             target: {measure: Calls, baseline: many, target: few, due: 2026-12-31}}
            # sms/improvement/d.yaml
            {kind: improvement, id: d, status: accepted}
            # sms/improvement/e.yaml
            {kind: improvement, id: e, status: evaluated, criteria: {value: 4, effort: 2, risk: 1}, score: 1, target: {}}
            # sms/improvement/c.yaml
            {kind: improvement, id: c, status: rejected, criteria: {value: 4}}
            ",
        );
    }
}
