use super::rule::{Check, Report, Rule};
use crate::graph::{Effect, State};
use crate::model::Record;
use crate::model::service::{Service, ServiceStatus};

rule! {
    /// A service in use that needs a service which is not.
    ///
    /// Either the relation is out of date or the status is; both lead people astray when something fails. A service
    /// that is designed or in transition may be needed softly, since it will come.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// relations: [svc-old-directory]
    /// # sms/service/svc-old-directory.yaml
    /// kind: service
    /// id: svc-old-directory
    /// status: retired
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// relations: [svc-directory]
    /// # sms/service/svc-directory.yaml
    /// kind: service
    /// id: svc-directory
    /// status: live
    /// ```
    ///
    /// Point the relation at what is really needed, end it with `until`, or correct the status of the other service.
    ServiceLifecycleClash = "service-lifecycle-clash", Error, clauses: ["8.2.2"], kinds: ["service"];
}

fn message(service: &Record<'_>, needed: &Record<'_>, status: ServiceStatus) -> String {
    let status = status.word().replace('_', " ");
    format!("the service '{}' is in use and needs '{}', which is {status}", service.id, needed.id)
}

const HELP: &str = "name what is really needed, end the relation with `until`, or correct the status";

impl Rule for ServiceLifecycleClash {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for (from, edge, to) in cx.graph.edges() {
            let Effect::OnHolder(cap) = edge.relation.effect(edge.strength) else { continue };
            let Some(needed) = to.record.and_then(|ix| cx.sms.view::<Service<'_>>(ix)) else { continue };
            let Some(status) = needed.status() else { continue };
            let clash = match status {
                ServiceStatus::Proposed | ServiceStatus::Retired | ServiceStatus::Rejected => true,
                ServiceStatus::Designed | ServiceStatus::InTransition => cap == State::Down,
                ServiceStatus::Live | ServiceStatus::Retiring => false,
            };
            let service = cx.in_use(from).filter(|record| clash && record.kind.name == "service");
            if let Some(service) = service {
                let needed = needed.0.record;
                let place = needed.field_span("status");
                out.at(service, edge.span, message(service, needed, status)).help(HELP).related(place, "its status");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn what_is_over_or_only_an_idea_cannot_be_needed() {
        check(
            &ServiceLifecycleClash,
            "
            # sms/service/svc-a.yaml
            kind: service
            id: svc-a
            status: live
            relations:
              - svc-old
            #   ^^^^^^^ 'svc-a' is in use and needs 'svc-old', which is retired
              - {type: monitored_by, to: svc-idea}
            #                            ^^^^^^^^ 'svc-idea', which is proposed
              - {type: depends_on, to: svc-soon}
            #                          ^^^^^^^^ 'svc-soon', which is in transition
            # sms/service/svc-idea.yaml
            {kind: service, id: svc-idea, status: proposed}
            # sms/service/svc-old.yaml
            {kind: service, id: svc-old, status: retired}
            # sms/service/svc-soon.yaml
            {kind: service, id: svc-soon, status: in_transition}
            ",
        );
    }

    #[test]
    fn what_is_in_use_or_on_its_way_can_and_a_relation_that_has_ended_does_not_count() {
        check(
            &ServiceLifecycleClash,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live,
             relations: [svc-b, {type: depends_on, to: svc-soon, strength: soft}, {type: documented_in, to: svc-old}]}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: retiring}
            # sms/service/svc-c.yaml
            {kind: service, id: svc-c, status: designed, relations: [svc-old]}
            # sms/service/svc-d.yaml
            {kind: service, id: svc-d, status: live, relations: [{type: depends_on, to: svc-old, until: 2026-06-30}]}
            # sms/service/svc-old.yaml
            {kind: service, id: svc-old, status: retired}
            # sms/service/svc-soon.yaml
            {kind: service, id: svc-soon, status: designed}
            ",
        );
    }
}
