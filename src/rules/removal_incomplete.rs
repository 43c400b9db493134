use std::collections::{BTreeMap, BTreeSet};

use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::change::{Change, ChangeType};
use crate::model::design::{Design, DesignStatus, Removal};
use crate::model::service::{Service, ServiceStatus};
use crate::model::sla::Sla;
use crate::model::{Ix, Record};

rule! {
    /// A service was retired, and something of it goes on or nobody said what became of its data.
    ///
    /// When a service ends, its agreements end, what only it needed is taken out of use, and it is decided what becomes
    /// of its data and of what is left. Looked at are SLAs in force for it, services, items, contracts and OLAs in use
    /// that only retired services need, and the removal written in a change of type `remove` that affects it or in its
    /// design. Items that no service ever needed are the matter of `ci-orphan`.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-fax.yaml
    /// kind: service
    /// id: svc-fax
    /// status: retired
    /// relations: [ci-fax]
    /// # sms/ci/ci-fax.yaml
    /// {kind: ci, id: ci-fax, status: live}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-fax.yaml
    /// kind: service
    /// id: svc-fax
    /// status: retired
    /// relations: [ci-fax]
    /// # sms/ci/ci-fax.yaml
    /// {kind: ci, id: ci-fax, status: retired}
    /// # sms/design/dsg-fax.yaml
    /// {kind: design, id: dsg-fax, status: closed, service: svc-fax,
    ///  removal: {date: 2026-02-27, data_archiving: Sent faxes are kept for five years., disposal: The disks are wiped.}}
    /// ```
    ///
    /// End what goes on, or name who else needs it, and write down what became of data and components.
    RemovalIncomplete = "removal-incomplete", Error, clauses: ["8.5.2.1"],
        kinds: ["service", "sla", "ci", "contract", "ola", "change", "design"], clock;
}

fn message(service: &Record<'_>, open: &[String]) -> String {
    format!("the retired service '{}' is not wound up: {}", service.id, text::and(open))
}

const HELP: &str = "end what goes on or name who else needs it, and write in `removal` of the design what became of data \
                    and components";

/// Most things that a message names.
const NAMED: usize = 4;

/// What is in use and reached by retired services alone, by the retired service that reaches it first.
fn left_over<'c>(cx: &Check<'c>, retired: &[&'c Record<'c>]) -> BTreeMap<&'c str, Vec<&'c Record<'c>>> {
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let others = cx.sms.all::<Service<'_>>().filter(|service| !service.0.record.is_over());
    let mut stack: Vec<&str> = others.map(|service| service.0.record.id.as_str()).collect();
    while let Some(at) = stack.pop() {
        if reached.insert(at) {
            stack.extend(cx.graph.relies_on(at).map(|link| link.node.id.as_str()));
        }
    }
    let mut left = BTreeMap::new();
    for service in retired {
        let mut found: Vec<&Record<'_>> = Vec::new();
        let mut stack = vec![service.id.as_str()];
        while let Some(at) = stack.pop() {
            if !reached.insert(at) {
                continue;
            }
            found.extend(cx.graph.node(at).and_then(|node| cx.in_use(node)));
            stack.extend(cx.graph.relies_on(at).map(|link| link.node.id.as_str()));
        }
        found.retain(|record| record.kind.name != "supplier");
        found.sort_by_key(|record| record.id.as_str());
        left.insert(service.id.as_str(), found);
    }
    left
}

/// The services for which somebody wrote down what became of data and components.
fn handled(cx: &Check<'_>) -> BTreeSet<Ix> {
    let mut handled = BTreeSet::new();
    let says = |removal: Removal<'_>| removal.data_archiving().is_some() && removal.disposal().is_some();
    let kept = cx.sms.all::<Design<'_>>().filter(|design| design.status() != Some(DesignStatus::Withdrawn));
    for design in kept.filter(|design| design.removal().is_some_and(says)) {
        let removed = |change: Change<'_>| change.r#type() == Some(ChangeType::Remove);
        let changes = design.changes().into_iter().filter_map(|c| cx.sms.view::<Change<'_>>(cx.sms.find(c.id)?));
        let affected = changes.filter(|change| removed(*change)).flat_map(|change| change.affects());
        let ids = affected.filter_map(|at| at.node.as_str()).chain(design.service().map(|service| service.id));
        handled.extend(ids.filter_map(|id| cx.sms.find(id)));
    }
    for change in cx.sms.all::<Change<'_>>().filter(|change| change.r#type() == Some(ChangeType::Remove)) {
        let told = change.design().and_then(|at| at.node.get("removal")).is_some_and(|removal| !removal.is_blank());
        if told && change.is_in_use() {
            handled.extend(change.affects().iter().filter_map(|at| cx.sms.find(at.node.as_str()?)));
        }
    }
    handled
}

impl Rule for RemovalIncomplete {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let retired = cx.sms.all::<Service<'_>>().filter(|service| service.status() == Some(ServiceStatus::Retired));
        let retired: Vec<&Record<'_>> = retired.map(|service| service.0.record).collect();
        if retired.is_empty() {
            return;
        }
        let mut left = left_over(cx, &retired);
        let handled = handled(cx);
        let in_force = cx.sms.all::<Sla<'_>>().filter(|sla| sla.is_in_force(cx.today()));
        for sla in in_force {
            let service = sla.service().and_then(|service| cx.sms.follow(service));
            if let Some(open) = service.and_then(|service| left.get_mut(service.id.as_str())) {
                open.push(sla.0.record);
            }
        }
        for service in retired {
            let going_on = left.remove(service.id.as_str()).unwrap_or_default();
            let named = going_on.iter().take(NAMED);
            let mut open: Vec<String> = named.map(|record| format!("'{}' is still in use", record.id)).collect();
            if going_on.len() > NAMED {
                open.push(format!("so are {} more", going_on.len() - NAMED));
            }
            if cx.sms.find(service.id.as_str()).is_none_or(|ix| !handled.contains(&ix)) {
                open.push("nothing says what became of its data and components".to_owned());
            }
            if !open.is_empty() {
                let draft = out.field(service, "status", message(service, &open)).help(HELP);
                going_on
                    .iter()
                    .take(NAMED)
                    .fold(draft, |draft, record| draft.related(record.field_span("status"), "still in use"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    #[test]
    fn what_only_the_retired_service_needed_and_its_agreements_are_told() {
        let fixture = "
            # sms/service/svc-old.yaml
            {kind: service, id: svc-old, status: retired, relations: [ci-app, ci-shared, ctr-line]}
            #                                    ^^^^^^^ 'ci-app' is still in use, 'ci-host' is still in use, 'ctr-line' is still in use, 'sla-old' is still in use and nothing says
            # sms/service/svc-new.yaml
            {kind: service, id: svc-new, status: proposed, relations: [ci-shared]}
            # sms/ci/ci-app.yaml
            {kind: ci, id: ci-app, status: live, relations: [ci-host, ci-gone]}
            # sms/ci/ci-host.yaml
            {kind: ci, id: ci-host, status: maintenance}
            # sms/ci/ci-gone.yaml
            {kind: ci, id: ci-gone, status: disposed}
            # sms/ci/ci-shared.yaml
            {kind: ci, id: ci-shared, status: live}
            # sms/contract/ctr-line.yaml
            {kind: contract, id: ctr-line, status: in_force, supplier: sup-a}
            # sms/supplier/sup-a.yaml
            {kind: supplier, id: sup-a, status: active}
            # sms/sla/sla-old.yaml
            {kind: sla, id: sla-old, status: in_force, service: svc-old}
            # sms/sla/sla-over.yaml
            {kind: sla, id: sla-over, status: in_force, service: svc-old, valid_to: 2026-11-19}
            ";
        check(&RemovalIncomplete, fixture);
        assert_eq!(findings(&RemovalIncomplete, fixture)[0].related.len(), 4);
    }

    #[test]
    fn a_change_or_a_design_says_what_became_of_the_rest() {
        check(
            &RemovalIncomplete,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: retired}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: retired}
            # sms/service/svc-c.yaml
            {kind: service, id: svc-c, status: retired}
            #                                  ^^^^^^^ 'svc-c' is not wound up: nothing says
            # sms/service/svc-d.yaml
            {kind: service, id: svc-d, status: retiring}
            # sms/service/svc-e.yaml
            {kind: service, id: svc-e, status: retired}
            #                                  ^^^^^^^ 'svc-e'
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: closed, type: remove, affects: [svc-a], design: {removal: Kept for a year}}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: closed, type: remove, affects: [svc-b], design: dsg-b}
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: closed, type: modify, affects: [svc-c], design: {removal: None}}
            # sms/change/chg-e.yaml
            {kind: change, id: chg-e, status: cancelled, type: remove, affects: [svc-e], design: {removal: Kept}}
            # sms/design/dsg-b.yaml
            {kind: design, id: dsg-b, status: closed, changes: [chg-b], removal: {data_archiving: a, disposal: b}}
            # sms/design/dsg-c.yaml
            {kind: design, id: dsg-c, status: closed, service: svc-c, removal: {date: 2026-01-01, disposal: b}}
            ",
        );
    }
}
