use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::Record;
use crate::model::objective::{Objective, ObjectiveStatus};

rule! {
    /// An objective that is worked on without a whole plan.
    ///
    /// A plan answers five questions: what will be done, with which resources, who sees to it, when, and how the result
    /// is judged. From the day on which an objective is active all five are answered in `plan`, and those that were
    /// reached or missed keep their answers. What is only proposed or agreed may still be planned.
    ///
    /// ```yaml,bad
    /// # sms/objective/obj-support.yaml
    /// kind: objective
    /// id: obj-support
    /// status: active
    /// plan: {what: Teach the desk., resources: Six days each., when: Until March., evaluation: Quarterly figure.}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/objective/obj-support.yaml
    /// kind: objective
    /// id: obj-support
    /// status: active
    /// plan:
    ///   what: Teach the desk.
    ///   resources: Six days each.
    ///   responsible: nadia
    ///   when: Until March.
    ///   evaluation: Quarterly figure.
    /// ```
    ///
    /// Answer what is open; `resources: none` is an answer.
    ObjectiveUnplanned = "objective-unplanned", Error, clauses: ["6.2.2"], kinds: ["objective"];
}

fn message(objective: &Record<'_>, missing: &[&str]) -> String {
    if missing.len() == FIELDS.len() {
        return format!("the objective '{}' has no plan", objective.id);
    }
    format!("the plan of the objective '{}' does not say {}", objective.id, text::and(missing))
}

const HELP: &str = "say in `plan` what is done, with which resources, by whom, when, and how the result is judged";

const FIELDS: &[&str] = &["what", "resources", "responsible", "when", "evaluation"];

impl Rule for ObjectiveUnplanned {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for objective in cx.sms.all::<Objective<'_>>() {
            let record = objective.0.record;
            let missing = match (objective.plan(), record.get("plan")) {
                (Some(plan), _) => plan.0.missing(FIELDS),
                (None, None) => FIELDS.to_vec(),
                // Something else than a mapping is the matter of the schema.
                (None, Some(_)) => continue,
            };
            if objective.status().is_some_and(ObjectiveStatus::is_pursued) && !missing.is_empty() {
                out.field(record, "plan", message(record, &missing)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn each_open_question_is_named() {
        check(
            &ObjectiveUnplanned,
            "
            # sms/objective/obj-a.yaml
            kind: objective
            id: obj-a
            status: active
            plan: {what: Teach, when: ' ', resources: none, evaluation: Figures}
            #^^^^ the plan of the objective 'obj-a' does not say responsible and when
            # sms/objective/obj-b.yaml
            {kind: objective, id: obj-b, status: achieved}
            #                     ^^^^^ the objective 'obj-b' has no plan
            ",
        );
    }

    #[test]
    fn what_is_not_begun_given_up_or_written_wrongly_is_not_judged() {
        check(
            &ObjectiveUnplanned,
            "
            # sms/objective/obj-a.yaml
            {kind: objective, id: obj-a, status: agreed}
            # sms/objective/obj-b.yaml
            {kind: objective, id: obj-b, status: withdrawn, plan: {what: Teach}}
            # sms/objective/obj-c.yaml
            {kind: objective, id: obj-c, status: active, plan: later}
            ",
        );
    }
}
