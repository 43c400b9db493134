use super::rule::{Check, Report, Rule};
use crate::graph::{Link, NodeKind, State};
use crate::model::Record;
use crate::model::service::Service;

rule! {
    /// A service in use that rests on nothing in use.
    ///
    /// A service is made of something: configuration items, another service, or what a supplier delivers. While none of
    /// these is in use, the graph cannot say what takes the service down. Backup and monitoring do not make a service.
    /// A service without any relation is the matter of `service-incomplete`.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// relations: [ci-mail-server]
    /// # sms/ci/ci-mail-server.yaml
    /// kind: ci
    /// id: ci-mail-server
    /// status: planned
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// relations: [ci-mail-server]
    /// # sms/ci/ci-mail-server.yaml
    /// kind: ci
    /// id: ci-mail-server
    /// status: live
    /// ```
    ///
    /// Name in `relations` what the service is made of, and set the status of those records to what is true.
    ServiceNoCi = "service-no-ci", Error, clauses: ["8.2.6"], kinds: ["service", "ci"];
}

fn message(service: &Record<'_>) -> String {
    format!("the service '{}' is in use and needs nothing that is", service.id)
}

const HELP: &str = "name in `relations` the live configuration item, service or contract that it is made of";

impl Rule for ServiceNoCi {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for service in cx.sms.all::<Service<'_>>().filter(|service| service.is_in_use()) {
            let record = service.0.record;
            // A name that leads nowhere is the matter of `ref-dangling`.
            let carries = |link: Link<'_>| {
                link.cap > State::AtRisk
                    && link.node.id != record.id
                    && (link.node.kind == NodeKind::Unknown || cx.in_use(link.node).is_some())
            };
            if !service.relations().is_empty() && !cx.graph.relies_on(record.id.as_str()).any(carries) {
                out.field(record, "relations", message(record)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn monitoring_and_itself_do_not_make_a_service() {
        check(
            &ServiceNoCi,
            "
            # sms/service/svc-a.yaml
            kind: service
            id: svc-a
            status: live
            relations: [{type: monitored_by, to: ci-a}, svc-a, ci-old]
            #^^^^^^^^^ 'svc-a' is in use and needs nothing that is
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live}
            # sms/ci/ci-old.yaml
            {kind: ci, id: ci-old, status: disposed}
            ",
        );
    }

    #[test]
    fn a_service_a_contract_or_a_part_does() {
        check(
            &ServiceNoCi,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, relations: [{type: depends_on, to: svc-b, strength: soft}]}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live, relations: [{type: supplied_by, to: ctr-a}]}
            # sms/service/svc-c.yaml
            {kind: service, id: svc-c, status: live, relations: [{type: monitored_by, to: svc-a}]}
            # sms/contract/ctr-a.yaml
            {kind: contract, id: ctr-a, status: in_force}
            # sms/ci/ci-part.yaml
            {kind: ci, id: ci-part, status: live, relations: [{type: part_of, to: svc-c}]}
            ",
        );
    }

    #[test]
    fn names_that_lead_nowhere_and_missing_relations_are_told_elsewhere() {
        check(
            &ServiceNoCi,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, relations: [ci-mistyped]}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live}
            # sms/service/svc-c.yaml
            {kind: service, id: svc-c, status: proposed, relations: [{type: monitored_by, to: svc-a}]}
            ",
        );
    }
}
