use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::Record;
use crate::model::objective::{Objective, ObjectiveStatus};

rule! {
    /// An objective of which nobody can say whether it is reached.
    ///
    /// "Better support" is a wish. An objective has a metric, the value at the start, the value to be reached and the day
    /// by which. From the day on which it is agreed all four stand in it; a proposal may still have gaps. Who answers for
    /// it is the matter of `owner-missing`.
    ///
    /// ```yaml,bad
    /// # sms/objective/obj-support.yaml
    /// kind: objective
    /// id: obj-support
    /// status: agreed
    /// due: 2026-12-31
    /// ```
    ///
    /// ```yaml,good
    /// # sms/objective/obj-support.yaml
    /// kind: objective
    /// id: obj-support
    /// status: agreed
    /// metric: met-first-contact
    /// baseline: {value: 55.3, at: 2026-09-30}
    /// target: {operator: ">=", value: 65}
    /// due: 2026-12-31
    /// ```
    ///
    /// Measure where you stand, agree on the value and the day, and write them down.
    ObjectiveNotMeasurable = "objective-not-measurable", Error, clauses: ["6.2.1"], kinds: ["objective"];
}

fn message(objective: &Record<'_>, missing: &[&str]) -> String {
    format!("the objective '{}' cannot be measured without {}", objective.id, text::and(missing))
}

const HELP: &str = "agree on what is missing and write it down";

const FIELDS: &[&str] = &["metric", "baseline", "target", "due"];

impl Rule for ObjectiveNotMeasurable {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for objective in cx.sms.all::<Objective<'_>>() {
            let agreed = |status: ObjectiveStatus| status == ObjectiveStatus::Agreed || status.is_pursued();
            let missing = objective.0.missing(FIELDS);
            if objective.status().is_some_and(agreed) && !missing.is_empty() {
                let record = objective.0.record;
                out.field(record, "status", message(record, &missing)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn all_gaps_are_one_finding_from_the_day_of_agreement() {
        check(
            &ObjectiveNotMeasurable,
            "
            # sms/objective/obj-a.yaml
            {kind: objective, id: obj-a, status: agreed, metric: met-a, target: {}}
            #                                    ^^^^^^ 'obj-a' cannot be measured without baseline, target and due
            # sms/objective/obj-b.yaml
            {kind: objective, id: obj-b, status: missed, baseline: {value: 1}, target: {value: 2}, due: 2026-01-01}
            #                                    ^^^^^^ without metric
            ",
        );
    }

    #[test]
    fn proposals_and_what_was_given_up_may_have_gaps() {
        check(
            &ObjectiveNotMeasurable,
            "
            # sms/objective/obj-a.yaml
            {kind: objective, id: obj-a, status: proposed}
            # sms/objective/obj-b.yaml
            {kind: objective, id: obj-b, status: withdrawn}
            # sms/objective/obj-c.yaml
            {kind: objective, id: obj-c, status: active, metric: met-a, baseline: low, target: 5, due: soon}
            ",
        );
    }
}
