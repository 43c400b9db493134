use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::Record;
use crate::model::policy::Policy;
use crate::yaml::Node;

rule! {
    /// A service management policy in force that does not commit to what it must.
    ///
    /// The policy commits to four things: to meet the requirements that apply, to improve the system and the services, to
    /// give a frame for objectives, and to be made known. `commitments` says of each whether the text has it. Policies on
    /// other subjects need none of them.
    ///
    /// ```yaml,bad
    /// # sms/policy/pol-service-management.yaml
    /// kind: policy
    /// id: pol-service-management
    /// status: in_force
    /// policy_type: service_management
    /// commitments: {requirements: true, improvement: false, objectives: true, communication: true}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/policy/pol-service-management.yaml
    /// kind: policy
    /// id: pol-service-management
    /// status: in_force
    /// policy_type: service_management
    /// commitments: {requirements: true, improvement: true, objectives: true, communication: true}
    /// ```
    ///
    /// Add the missing sentence to the policy, have the new version approved, and then set its word to `true`.
    PolicyCommitmentMissing = "policy-commitment-missing", Error, clauses: ["5.2.1"], kinds: ["policy"];
}

fn message(policy: &Record<'_>, missing: &[&str]) -> String {
    format!("the policy '{}' lacks its commitment to {}", policy.id, text::and(missing))
}

const HELP: &str = "add it to the text of the policy, have that approved, and set its word in `commitments` to true";

/// The commitments, with their words.
const ALL: [(&str, &str); 4] = [
    ("requirements", "the requirements that apply"),
    ("improvement", "improvement"),
    ("objectives", "a frame for objectives"),
    ("communication", "being made known"),
];

/// The commitments that the policy does not make; one that cannot be read is the matter of the schema.
fn missing(policy: Policy<'_>) -> Vec<&'static str> {
    let said = |field| policy.commitments().and_then(|all| all.0.node.get(field)).map(Node::as_bool);
    let lacking = ALL.into_iter().filter(|(field, _)| matches!(said(field), None | Some(Some(false))));
    lacking.map(|(_, words)| words).collect()
}

impl Rule for PolicyCommitmentMissing {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for policy in Policy::in_force(cx.sms).filter(|policy| policy.policy_type() == Some("service_management")) {
            let record = policy.0.record;
            let wrong = record.get("commitments").is_some() && policy.commitments().is_none();
            let missing = missing(policy);
            if !wrong && !missing.is_empty() {
                out.field(record, "commitments", message(record, &missing)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn all_that_is_missing_is_one_finding() {
        check(
            &PolicyCommitmentMissing,
            "
            # sms/policy/pol-a.yaml
            kind: policy
            id: pol-a
            status: in_force
            policy_type: service_management
            commitments: {requirements: true, improvement: false, communication: true}
            #^^^^^^^^^^^ the policy 'pol-a' lacks its commitment to improvement and a frame for objectives
            # sms/policy/pol-b.yaml
            {kind: policy, id: pol-b, status: in_force, policy_type: service_management}
            #                  ^^^^^ the requirements that apply, improvement, a frame for objectives and being made known
            ",
        );
    }

    #[test]
    fn other_subjects_and_versions_that_do_not_hold_are_not_judged() {
        check(
            &PolicyCommitmentMissing,
            "
            # sms/policy/pol-a.yaml
            {kind: policy, id: pol-a, status: draft, policy_type: service_management}
            # sms/policy/pol-b.yaml
            {kind: policy, id: pol-b, status: superseded, policy_type: service_management, commitments: {}}
            # sms/policy/pol-c.yaml
            {kind: policy, id: pol-c, status: in_force, policy_type: supplier}
            ",
        );
    }

    #[test]
    fn what_the_schema_reports_is_not_reported_again() {
        check(
            &PolicyCommitmentMissing,
            "
            # sms/policy/pol-a.yaml
            {kind: policy, id: pol-a, status: in_force, policy_type: service_management, commitments: all}
            # sms/policy/pol-b.yaml
            {kind: policy, id: pol-b, status: in_force, policy_type: service_management,
             commitments: {requirements: sure, improvement: true, objectives: true, communication: true}}
            ",
        );
    }
}
