use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::Record;
use crate::model::service::Service;

rule! {
    /// A service in use whose catalogue entry lacks something.
    ///
    /// People find a service by what it does for them, plan by its hours, and know by its relations what its loss
    /// drags along. All that is missing is told at once. Customers and requirements have rules of their own.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// description: Mail for everybody.
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// description: Mail for everybody.
    /// outcomes: [A mail is in the other mailbox within a minute]
    /// audience: [internal]
    /// criticality: high
    /// service_hours: cal-always
    /// support_hours: cal-office
    /// relations: [ci-mail-server]
    /// ```
    ///
    /// Fill in the fields that the finding names; `gitsm explain service` says what each is for.
    ServiceIncomplete = "service-incomplete", Error, clauses: ["8.2.4"], kinds: ["service"];
}

fn message(service: &Record<'_>, missing: &[&str]) -> String {
    format!("the service '{}' is in use and lacks {}", service.id, text::and(missing))
}

const HELP: &str = "fill in what is missing, or set the status back until it is known";

const FIELDS: &[&str] =
    &["description", "outcomes", "audience", "criticality", "service_hours", "support_hours", "relations"];

impl Rule for ServiceIncomplete {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for service in cx.sms.all::<Service<'_>>().filter(|service| service.is_in_use()) {
            let record = service.0.record;
            let missing = service.0.missing(FIELDS);
            if !missing.is_empty() {
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
    fn all_gaps_of_a_service_are_one_finding() {
        check(
            &ServiceIncomplete,
            "
            # sms/service/svc-a.yaml
            kind: service
            id: svc-a
            status: live
            #       ^^^^ 'svc-a' is in use and lacks outcomes, service_hours and relations
            description: Mail.
            outcomes: []
            audience: [user]
            criticality: low
            support_hours: cal-a
            relations:
            ",
        );
    }

    #[test]
    fn a_full_entry_and_a_draft_pass() {
        check(
            &ServiceIncomplete,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: retiring, description: Mail, outcomes: [Mail goes out], audience: [user],
             criticality: low, service_hours: cal-a, support_hours: cal-a, relations: [{type: runs_on, to: ci-a}]}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: proposed}
            ",
        );
    }

    #[test]
    fn a_wrong_value_is_not_a_missing_one() {
        check(
            &ServiceIncomplete,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, description: Mail, outcomes: Mail goes out, audience: [user],
             criticality: enormous, service_hours: cal-a, support_hours: cal-a, relations: [ci-a]}
            ",
        );
    }
}
