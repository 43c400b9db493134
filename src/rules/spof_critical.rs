use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::graph::SinglePoint;
use crate::model::service::Service;
use crate::model::words::Criticality;
use crate::model::{Ix, Record};

rule! {
    /// A configuration item whose loss alone takes down a vital service, while no open risk names it.
    ///
    /// Redundancy groups count, so what shows here has nothing beside it: a single firewall, or the one room under both
    /// hosts. It need not be doubled, but somebody must have decided to live with it.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-pay.yaml
    /// kind: service
    /// id: svc-pay
    /// status: live
    /// criticality: vital
    /// relations: [ci-firewall]
    /// # sms/ci/ci-firewall.yaml
    /// kind: ci
    /// id: ci-firewall
    /// status: live
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-pay.yaml
    /// kind: service
    /// id: svc-pay
    /// status: live
    /// criticality: vital
    /// relations: [ci-firewall]
    /// # sms/ci/ci-firewall.yaml
    /// kind: ci
    /// id: ci-firewall
    /// status: live
    /// # sms/risk/rsk-firewall.yaml
    /// kind: risk
    /// id: rsk-firewall
    /// status: treating
    /// affects: [ci-firewall]
    /// ```
    ///
    /// Add a second one and a redundancy group, or write a risk that names the item in `affects`.
    SpofCritical = "spof-critical", Warning, clauses: ["8.7.1"], kinds: ["ci", "service", "risk"];
}

fn message(ci: &Record<'_>, point: &SinglePoint<'_>) -> String {
    let services: Vec<String> = point.takes_down.iter().map(|service| format!("'{}'", service.id)).collect();
    let services = text::and(&services);
    format!("the loss of '{}' alone takes down {services}, and no open risk names it", ci.id)
}

const HELP: &str = "add a second one and a `redundancy` group, or write a risk with it in `affects`";

fn is_vital(cx: &Check<'_>, ix: Ix) -> bool {
    let service = cx.sms.view::<Service<'_>>(ix).filter(|service| service.is_in_use());
    service.and_then(Service::criticality) == Some(Criticality::Vital)
}

impl Rule for SpofCritical {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let named = cx.named_by_open_risks();
        for point in cx.graph.single_points(|node| node.record.is_some_and(|ix| is_vital(cx, ix))) {
            let known = point.node.record.is_some_and(|ix| named.contains(&ix));
            let Some(ci) = cx.in_use(point.node).filter(|_| !known) else { continue };
            let draft = out.at(ci, ci.id_span(), message(ci, &point)).help(HELP);
            let services = point.takes_down.iter().filter_map(|node| cx.in_use(node));
            services.fold(draft, |draft, service| draft.related(service.field_span("criticality"), "a vital service"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn what_members_of_a_group_share_is_found_and_the_members_are_not() {
        check(
            &SpofCritical,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, criticality: vital, relations: [ci-a, ci-b],
             redundancy: [{of: [ci-a, ci-b], min_up: 1}]}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live, criticality: vital, relations: [svc-a]}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, relations: [ci-room]}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, relations: [{type: located_in, to: ci-room}]}
            # sms/ci/ci-room.yaml
            {kind: ci, id: ci-room, status: live}
            #              ^^^^^^^ 'ci-room' alone takes down 'svc-a' and 'svc-b', and no open risk names it
            ",
        );
    }

    #[test]
    fn a_closed_risk_names_nothing_any_more() {
        check(
            &SpofCritical,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, criticality: vital, relations: [ci-a, ci-b]}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, aliases: [ci-former]}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live}
            #              ^^^^ 'ci-b' alone takes down 'svc-a'
            # sms/risk/rsk-a.yaml
            {kind: risk, id: rsk-a, status: accepted, affects: [ci-former]}
            # sms/risk/rsk-b.yaml
            {kind: risk, id: rsk-b, status: closed, affects: [ci-b]}
            ",
        );
    }

    #[test]
    fn services_that_are_less_than_vital_or_need_it_softly_do_not_count() {
        check(
            &SpofCritical,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, criticality: high, relations: [ci-a]}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live, criticality: vital,
             relations: [{type: depends_on, to: ci-a, strength: soft}]}
            # sms/service/svc-c.yaml
            {kind: service, id: svc-c, status: designed, criticality: vital, relations: [ci-a]}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live}
            ",
        );
    }
}
