use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::Record;
use crate::model::management_review::{ManagementReview, ReviewStatus};

rule! {
    /// A management review that left out something that it has to consider.
    ///
    /// The standard names twelve subjects; a review that skips one decides on a part of the picture. Each gets a
    /// `summary` in `inputs`, and that there is nothing new on it is a summary too. It is asked for once the inputs are
    /// said to be ready.
    ///
    /// ```yaml,bad
    /// # sms/management_review/mrv-2026.yaml
    /// kind: management_review
    /// id: mrv-2026
    /// status: held
    /// inputs:
    ///   risks: {summary: Six above the appetite, all with work under way.}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/management_review/mrv-2026.yaml
    /// kind: management_review
    /// id: mrv-2026
    /// status: held
    /// inputs:
    ///   earlier_actions: {summary: All done.}
    ///   context_changes: {summary: A new law on payments.}
    ///   sms_performance: {summary: One nonconformity.}
    ///   improvement_opportunities: {summary: Nine in the register.}
    ///   feedback: {summary: Mark 3.9.}
    ///   policy: {summary: Followed.}
    ///   objectives: {summary: Two of three reached.}
    ///   service_performance: {summary: All targets kept.}
    ///   other_parties: {summary: The carrier failed once.}
    ///   resources: {summary: Enough.}
    ///   risks: {summary: Six above the appetite, all with work under way.}
    ///   coming_changes: {summary: The ledger moves.}
    /// ```
    ///
    /// Consider what is missing, at the next review at the latest, and write down what was put before it.
    ManagementReviewInput = "management-review-input", Error, clauses: ["9.3"], kinds: ["management_review"];
}

fn message(review: &Record<'_>, missing: &[&str]) -> String {
    format!("the management review '{}' did not consider {}", review.id, text::and(missing))
}

fn help(missing: &[&str]) -> String {
    format!("add a `summary` for {}", missing.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", "))
}

const INPUTS: &[&str] = &[
    "earlier_actions",
    "context_changes",
    "sms_performance",
    "improvement_opportunities",
    "feedback",
    "policy",
    "objectives",
    "service_performance",
    "other_parties",
    "resources",
    "risks",
    "coming_changes",
];

impl Rule for ManagementReviewInput {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for review in cx.sms.all::<ManagementReview<'_>>() {
            let ready = review.is_held() || review.status() == Some(ReviewStatus::InputsReady);
            let missing = review
                .inputs()
                .filter(|inputs| ready && !inputs.node.entries().is_empty())
                .map(|it| it.missing(INPUTS));
            if let Some(missing) = missing.filter(|missing| !missing.is_empty()) {
                let record = review.0.record;
                out.field(record, "inputs", message(record, &missing)).help(help(&missing));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    /// A review with all inputs but `without`, each on a line of its own.
    fn review(status: &str, without: &[&str]) -> String {
        let inputs = INPUTS.iter().filter(|input| !without.contains(input));
        let inputs: String = inputs.map(|input| format!("  {input}: {{summary: s}}\n")).collect();
        format!(
            "# sms/management_review/m.yaml\nkind: management_review\nid: m\nstatus: {status}\ninputs:\n#^^^^^^ MARK\n{inputs}"
        )
    }

    #[test]
    fn what_is_missing_is_one_finding_in_each_state_in_which_it_is_due() {
        for status in ["inputs_ready", "held", "closed"] {
            let fixture = review(status, &["resources", "feedback"]);
            check(&ManagementReviewInput, &fixture.replace("MARK", "'m' did not consider feedback and resources"));
            let found = findings(&ManagementReviewInput, &fixture);
            assert_eq!(found[0].help.as_deref(), Some("add a `summary` for `feedback`, `resources`"));
        }
    }

    #[test]
    fn each_of_the_twelve_counts() {
        for input in INPUTS {
            let found = findings(&ManagementReviewInput, &review("held", &[input]));
            assert!(found[0].message.ends_with(&format!(" {input}")), "{}", found[0].message);
        }
        assert_eq!((INPUTS.len(), findings(&ManagementReviewInput, &review("held", &[])).len()), (12, 0));
    }

    #[test]
    fn before_it_is_ready_inputs_may_be_missing_and_none_at_all_is_told_by_the_state() {
        for status in ["scheduled", "cancelled"] {
            assert!(findings(&ManagementReviewInput, &review(status, &["risks"])).is_empty(), "{status}");
        }
        check(
            &ManagementReviewInput,
            "# sms/management_review/m.yaml\n{kind: management_review, id: m, status: held}\n",
        );
        let empty = "# sms/management_review/m.yaml\n{kind: management_review, id: m, status: held, inputs: {}}\n";
        check(&ManagementReviewInput, empty);
    }
}
