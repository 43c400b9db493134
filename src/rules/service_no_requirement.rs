use super::rule::{Check, Report, Rule};
use crate::model::service::{Requirement, RequirementStatus, Service};
use crate::model::{At, Record, View as _};

rule! {
    /// A service in use without an agreed requirement.
    ///
    /// What a service must fulfil is written down and agreed, or nobody can test it, design for it or see that it has
    /// changed. A requirement counts when its status is `agreed` or `met`, or when it is the id of a record of its own.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// requirements:
    ///   - {statement: A mailbox holds 50 GB., category: capacity, status: proposed}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// requirements:
    ///   - {statement: A mailbox holds 50 GB., category: capacity, status: agreed}
    /// ```
    ///
    /// Agree on the requirements with the customer and write them in `requirements`.
    ServiceNoRequirement = "service-no-requirement", Error, clauses: ["8.2.2"], kinds: ["service"];
}

fn message(service: &Record<'_>) -> String {
    format!("the service '{}' is in use and has no agreed requirement", service.id)
}

const HELP: &str = "write down in `requirements` what was agreed with the customer";

fn counts(requirement: At<'_>) -> bool {
    let status = Requirement::new(requirement).status();
    requirement.node.as_str().is_some() || matches!(status, Some(RequirementStatus::Agreed | RequirementStatus::Met))
}

impl Rule for ServiceNoRequirement {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for service in cx.sms.all::<Service<'_>>().filter(|service| service.is_in_use()) {
            let record = service.0.record;
            if !service.requirements().into_iter().any(counts) {
                out.field(record, "requirements", message(record)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn wishes_and_dropped_requirements_do_not_count() {
        check(
            &ServiceNoRequirement,
            "
            # sms/service/svc-a.yaml
            kind: service
            id: svc-a
            status: live
            requirements: [{status: proposed}, {status: retired}]
            #^^^^^^^^^^^^ 'svc-a' is in use and has no agreed requirement
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live}
            #                   ^^^^^ 'svc-b'
            ",
        );
    }

    #[test]
    fn one_agreed_requirement_or_one_id_is_enough() {
        check(
            &ServiceNoRequirement,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, requirements: [{status: proposed}, {status: met}]}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live, requirements: [req-mailbox]}
            # sms/service/svc-c.yaml
            {kind: service, id: svc-c, status: in_transition}
            ",
        );
    }

    #[test]
    fn what_is_no_requirement_does_not_count() {
        check(
            &ServiceNoRequirement,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, requirements: [5, ~, [x], {status: [agreed]}]}
            #                                        ^^^^^^^^^^^^ 'svc-a'
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: retiring, requirements: fast}
            #                                                          ^^^^ 'svc-b'
            ",
        );
    }
}
