use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::service::{Service, ServiceStatus};
use crate::model::sla::Sla;

rule! {
    /// A live service without a service level agreement in force.
    ///
    /// Without one, nobody has agreed how well the service must work, so nobody can say whether it does. An SLA counts
    /// when its `service` names the service and it is in force on the day; a dated `sla_waiver` on the service stands
    /// in for one.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// # sms/sla/sla-mail.yaml
    /// kind: sla
    /// id: sla-mail
    /// status: in_force
    /// service: svc-mail
    /// ```
    ///
    /// Write the SLA (`gitsm new sla`), or say in `sla_waiver` why there is none and until when that is accepted.
    ServiceNoSla = "service-no-sla", Error, clauses: ["8.3.3"], kinds: ["service", "sla"], clock;
}

fn message(service: &Record<'_>) -> String {
    format!("the live service '{}' has no SLA in force", service.id)
}

const HELP: &str = "write one with `gitsm new sla`, or give a dated `sla_waiver`";

impl Rule for ServiceNoSla {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let today = cx.today();
        let covered: std::collections::BTreeSet<&str> = cx
            .sms
            .all::<Sla<'_>>()
            .filter(|sla| sla.is_in_force(today))
            .filter_map(|sla| sla.service())
            .map(|r| r.id)
            .collect();
        for service in cx.sms.all::<Service<'_>>() {
            let record = service.0.record;
            let waived = service.sla_waiver().and_then(|waiver| waiver.until()).is_some_and(|until| until >= today);
            if service.status() == Some(ServiceStatus::Live) && !covered.contains(record.id.as_str()) && !waived {
                out.field(record, "slas", message(record)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn an_sla_that_ran_out_does_not_count() {
        check(
            &ServiceNoSla,
            "
            # sms/service/svc-a.yaml
            kind: service
            id: svc-a
            status: live
            slas: [sla-a]
            #^^^^ 'svc-a' has no SLA in force
            # sms/sla/sla-a.yaml
            kind: sla
            id: sla-a
            status: in_force
            service: svc-a
            valid_to: 2026-11-19
            ",
        );
    }

    #[test]
    fn one_agreement_in_force_is_enough() {
        check(
            &ServiceNoSla,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live}
            # sms/sla/a.yaml
            {kind: sla, id: a, status: expired, service: svc-a}
            # sms/sla/b.yaml
            {kind: sla, id: b, status: under_review, service: svc-a, valid_to: 2026-11-20}
            ",
        );
    }

    #[test]
    fn a_waiver_holds_until_its_last_day_and_other_states_need_none() {
        check(
            &ServiceNoSla,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, sla_waiver: {reason: pilot, until: 2026-11-20}}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live, sla_waiver: {reason: pilot, until: 2026-11-19}}
            #                   ^^^^^ 'svc-b'
            # sms/service/svc-c.yaml
            {kind: service, id: svc-c, status: proposed}
            ",
        );
    }
}
