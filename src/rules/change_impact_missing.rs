use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::Record;
use crate::model::change::{Change, ChangeStatus};

rule! {
    /// A change whose assessment leaves a question open.
    ///
    /// Whoever decides on a change must see what it risks, brings and costs, and what it does to services, customers,
    /// policies, capacity, availability, continuity and security. Each question takes an answer; `none, because …` is
    /// one. Drafts may be incomplete, and what was called off needs no answers.
    ///
    /// ```yaml,bad
    /// # sms/change/chg-disk.yaml
    /// kind: change
    /// id: chg-disk
    /// status: requested
    /// assessment: {benefit: Room for a year.}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/change/chg-disk.yaml
    /// kind: change
    /// id: chg-disk
    /// status: requested
    /// assessment:
    ///   risk: {likelihood: 1, impact: 3}
    ///   benefit: Room for a year.
    ///   feasibility: One engineer, one hour.
    ///   financial: none, because the disks are in stock
    ///   services: none, because the array stays up
    ///   customers: none, because no service is interrupted
    ///   policies_plans: none, because the capacity plan foresees it
    ///   capacity: A third more.
    ///   availability: none, because the array stays up
    ///   continuity: none, because backups grow by themselves
    ///   security: none, because the disks encrypt like the others
    /// ```
    ///
    /// Answer the fields that the finding names under `assessment`.
    ChangeImpactMissing = "change-impact-missing", Error, clauses: ["8.5.1.3"], kinds: ["change"];
}

fn message(change: &Record<'_>, missing: &[&str]) -> String {
    if missing.len() == QUESTIONS.len() {
        return format!("the change '{}' has no assessment", change.id);
    }
    format!("the assessment of the change '{}' does not answer {}", change.id, text::and(missing))
}

fn help(missing: &[&str]) -> String {
    format!("answer {} under `assessment`; 'none, because …' is an answer", text::and(missing))
}

/// Everything that is weighed; `conflicts` is found by the tool and `cost` is optional.
const QUESTIONS: [&str; 11] = [
    "risk",
    "benefit",
    "feasibility",
    "financial",
    "services",
    "customers",
    "policies_plans",
    "capacity",
    "availability",
    "continuity",
    "security",
];

impl Rule for ChangeImpactMissing {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let changes = cx.sms.all::<Change<'_>>();
        for change in changes.filter(|change| change.status().is_some_and(ChangeStatus::is_up_for_decision)) {
            let record = change.0.record;
            let missing = change.assessment().map_or_else(|| QUESTIONS.to_vec(), |a| a.0.missing(&QUESTIONS));
            if !missing.is_empty() {
                out.field(record, "assessment", message(record, &missing)).help(help(&missing));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::View as _;
    use crate::model::change::Assessment;
    use crate::rules::harness::check;

    #[test]
    fn all_open_questions_are_one_finding() {
        check(
            &ChangeImpactMissing,
            "
            # sms/change/chg-a.yaml
            kind: change
            id: chg-a
            status: requested
            assessment:
            #^^^^^^^^^^ does not answer customers and security
              risk: {likelihood: 1, impact: 1}
              benefit: a
              feasibility: a
              financial: a
              services: a
              policies_plans: a
              capacity: a
              availability: a
              continuity: a
              security: ''
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: closed}
            #                  ^^^^^ 'chg-b' has no assessment
            ",
        );
    }

    #[test]
    fn full_answers_drafts_and_what_was_called_off_pass() {
        check(
            &ChangeImpactMissing,
            "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: failed, assessment: {risk: {likelihood: 1, impact: 1}, benefit: a,
             feasibility: a, financial: none, services: a, customers: a, policies_plans: a, capacity: a,
             availability: a, continuity: a, security: a}}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: draft}
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: cancelled}
            ",
        );
    }

    #[test]
    fn the_questions_are_those_of_the_model() {
        let fields: Vec<&str> = Assessment::FIELDS.iter().map(|field| field.name).collect();
        assert_eq!(fields, QUESTIONS);
    }
}
