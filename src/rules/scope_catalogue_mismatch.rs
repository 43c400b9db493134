use std::collections::{BTreeMap, BTreeSet};

use super::rule::{Check, Report, Rule};
use crate::base::span::Span;
use crate::model::Record;
use crate::model::organisation::SmsRecord;
use crate::model::service::{Service, ServiceStatus};

rule! {
    /// The scope and the services that run do not agree.
    ///
    /// Every live service is either in scope or left out with a reason, and the scope names only services that are in
    /// use. Otherwise customers and auditors read of another system than the one that runs. A service that is being
    /// retired may still be in scope, and so may one that is yet to come while the system as a whole is `planned`.
    ///
    /// ```yaml,bad
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// scope: {services: [svc-mail]}
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// # sms/service/svc-vpn.yaml
    /// kind: service
    /// id: svc-vpn
    /// status: live
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// scope: {services: [svc-mail], excluded: [{service: svc-vpn, reason: Run by the parent company}]}
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// # sms/service/svc-vpn.yaml
    /// kind: service
    /// id: svc-vpn
    /// status: live
    /// ```
    ///
    /// Add the service to `scope.services`, or to `scope.excluded` with a reason; take out what does not run.
    ScopeCatalogueMismatch = "scope-catalogue-mismatch", Error, clauses: ["4.3"], kinds: ["sms", "service"];
}

fn uncovered(service: &Record<'_>, reasonless: bool) -> String {
    let how = if reasonless { "left out of the scope without a reason" } else { "neither in scope nor left out of it" };
    format!("the live service '{}' is {how}", service.id)
}

fn unused(service: &Record<'_>) -> String {
    format!("the scope names '{}', which is {}", service.id, service.status().unwrap_or("of no known status"))
}

fn both(service: &Record<'_>) -> String {
    format!("'{}' is in scope and left out of it", service.id)
}

const HELP_UNCOVERED: &str = "add it to `scope.services`, or to `scope.excluded` with a reason";
const HELP_UNUSED: &str = "take it out until it is live";
const HELP_BOTH: &str = "take it out of one of the two";

impl Rule for ScopeCatalogueMismatch {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let Some(sms) = cx.sms.all::<SmsRecord<'_>>().next() else { return };
        let Some(scope) = sms.scope() else { return };
        let planned = sms.0.record.status() == Some("planned");
        let counts = |service: &Record<'_>| match service.status() {
            Some("live" | "retiring") => true,
            Some("proposed" | "designed" | "in_transition") => planned,
            _ => false,
        };
        let mut excluded: BTreeMap<&str, (Span, bool)> = BTreeMap::new();
        for left_out in scope.excluded() {
            let Some(reference) = left_out.service() else { continue };
            if let Some(service) = cx.sms.follow(reference) {
                excluded.insert(service.id.as_str(), (reference.span, left_out.reason().is_some()));
            }
        }
        let mut covered: BTreeSet<&str> = BTreeSet::new();
        for reference in scope.services() {
            let Some(service) = cx.sms.follow(reference) else { continue };
            if !covered.insert(service.id.as_str()) {
                continue;
            }
            if let Some((left_out, _)) = excluded.get(service.id.as_str()) {
                out.at(sms.0.record, *left_out, both(service)).help(HELP_BOTH).related(reference.span, "in scope here");
            } else if !counts(service) {
                out.at(sms.0.record, reference.span, unused(service))
                    .help(HELP_UNUSED)
                    .related(service.field_span("status"), "the service");
            }
        }
        for service in cx.sms.all::<Service<'_>>().filter(|service| service.status() == Some(ServiceStatus::Live)) {
            let record = service.0.record;
            let left_out = excluded.get(record.id.as_str());
            if !covered.contains(record.id.as_str()) && left_out.is_none_or(|(_, reason)| !reason) {
                out.field(record, "status", uncovered(record, left_out.is_some()))
                    .help(HELP_UNCOVERED)
                    .related(sms.0.field_span("scope"), "the scope");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn each_service_that_does_not_match_is_reported_at_its_place() {
        check(
            &ScopeCatalogueMismatch,
            "
            # sms/sms/sms.yaml
            kind: sms
            id: sms
            scope:
              services: [svc-a, svc-idea, svc-gone]
            #                   ^^^^^^^^ the scope names 'svc-idea', which is proposed
              excluded:
                - {service: svc-b}
                - {service: svc-a, reason: unclear}
            #               ^^^^^ 'svc-a' is in scope and left out of it
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live}
            # sms/service/svc-b.yaml
            kind: service
            id: svc-b
            status: live
            #       ^^^^ 'svc-b' is left out of the scope without a reason
            # sms/service/svc-c.yaml
            kind: service
            id: svc-c
            status: live
            #       ^^^^ 'svc-c' is neither in scope nor left out
            # sms/service/svc-idea.yaml
            {kind: service, id: svc-idea, status: proposed}
            ",
        );
    }

    #[test]
    fn a_planned_system_may_name_services_that_are_yet_to_come_but_none_that_are_over() {
        check(
            &ScopeCatalogueMismatch,
            "
            # sms/sms/sms.yaml
            kind: sms
            id: sms
            status: planned
            scope:
              services: [svc-idea, svc-new, svc-gone]
            #                               ^^^^^^^^ the scope names 'svc-gone', which is retired
            # sms/service/svc-idea.yaml
            {kind: service, id: svc-idea, status: proposed}
            # sms/service/svc-new.yaml
            {kind: service, id: svc-new, status: in_transition}
            # sms/service/svc-gone.yaml
            {kind: service, id: svc-gone, status: retired}
            ",
        );
    }

    #[test]
    fn services_on_their_way_out_may_be_in_scope_or_not() {
        check(
            &ScopeCatalogueMismatch,
            "
            # sms/sms/sms.yaml
            {kind: sms, id: sms, scope: {services: [svc-a], excluded: [{item: x, reason: y}]}}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: retiring}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: retiring}
            ",
        );
    }

    #[test]
    fn without_a_scope_there_is_nothing_to_compare_with() {
        check(&ScopeCatalogueMismatch, "# sms/service/a.yaml\n{kind: service, id: a, status: live}\n");
        let no_scope = "# sms/service/a.yaml\n{kind: service, id: a, status: live}\n# sms/sms/sms.yaml\n{kind: sms}\n";
        check(&ScopeCatalogueMismatch, no_scope);
    }
}
