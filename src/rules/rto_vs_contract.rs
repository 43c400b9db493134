use std::collections::BTreeMap;

use super::rule::{Check, Report, Rule};
use crate::base::duration::Duration;
use crate::base::span::Span;
use crate::base::text;
use crate::levels::recovery::slower;
use crate::model::Ix;
use crate::model::service::{Service, ServiceRecovery};
use crate::model::sla::{SlaTarget, TargetMetric};
use crate::model::support::Support;

rule! {
    /// A supplier may take longer to recover than a service that cannot do without it.
    ///
    /// Compared is the slowest target for `continuity` of each contract and OLA in force with the `rto` of every service
    /// that has to wait for it: of a redundancy group only as many count as must be up. An agreement that says nothing about recovery is not judged here.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, status: live, recovery: {rto: 4h}, relations: [{type: supplied_by, to: ctr-mail}]}
    /// # sms/contract/ctr-mail.yaml
    /// {kind: contract, id: ctr-mail, status: in_force,
    ///  targets: [{id: back, metric: continuity, operator: <=, value: 8h, window: year}]}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, status: live, recovery: {rto: 4h}, relations: [{type: supplied_by, to: ctr-mail}]}
    /// # sms/contract/ctr-mail.yaml
    /// {kind: contract, id: ctr-mail, status: in_force,
    ///  targets: [{id: back, metric: continuity, operator: <=, value: 2h, window: year}]}
    /// ```
    ///
    /// Agree on a faster recovery with the supplier, have another way, or promise more time.
    RtoVsContract = "rto-vs-contract", Error, clauses: ["8.7.2", "8.3.4.1"], kinds: ["service", "contract", "ola"];
}

const HELP: &str = "agree on a faster recovery with the supplier, have another way, or promise more time";

/// The slowest recovery that an agreement promises.
fn slowest(support: Support<'_>) -> Option<(Duration, SlaTarget<'_>)> {
    let targets = support.targets().into_iter().filter(|target| target.metric() == Some(TargetMetric::Continuity));
    targets.filter_map(|target| Some((target.limit()?, target))).max_by_key(|(value, _)| *value)
}

fn message(support: &str, value: Duration, services: &[String]) -> String {
    let verb = if services.len() == 1 { "is" } else { "are" };
    format!("'{support}' may take {value} to recover, and {} {verb} to be back earlier", text::and(services))
}

impl Rule for RtoVsContract {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let promised = |ix: Ix| {
            let support = Support::find(cx.sms, ix).filter(|support| support.is_in_force(cx.today()))?;
            slowest(support).map(|(value, target)| (support, value, target))
        };
        let mut early: BTreeMap<Ix, Vec<(String, Span)>> = BTreeMap::new();
        for service in cx.sms.all::<Service<'_>>().filter(|service| service.is_in_use()) {
            let promise = service.recovery().and_then(|recovery| Some((recovery, recovery.rto()?)));
            let Some((recovery, rto)): Option<(ServiceRecovery<'_>, Duration)> = promise else { continue };
            let id = service.0.record.id.as_str();
            let Some(chain) = cx.graph.chain(id) else { continue };
            let own = chain.nodes.iter().map(|needs| promised(needs.node.record?).map(|(_, value, _)| value));
            for late in slower(&chain, &own.collect::<Vec<_>>(), rto) {
                let name = (format!("'{id}' ({rto})"), recovery.0.field_span("rto"));
                chain.nodes[late]
                    .node
                    .record
                    .into_iter()
                    .for_each(|ix| early.entry(ix).or_default().push(name.clone()));
            }
        }
        for (ix, early) in early {
            let Some((support, value, target)) = promised(ix) else { continue };
            let names: Vec<String> = early.iter().map(|(name, _)| name.clone()).collect();
            let record = support.record();
            let message = message(record.id.as_str(), value, &names);
            let draft = out.at(record, target.0.field_span("value"), message).help(HELP);
            early.into_iter().fold(draft, |draft, (_, span)| draft.related(span, "to be back earlier"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn an_agreement_is_told_once_with_all_that_are_to_be_back_earlier() {
        check(
            &RtoVsContract,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, recovery: {rto: 4h}, relations: [ci-a]}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live, recovery: {rto: 2h}, relations: [svc-a, {type: supplied_by, to: ctr-b}]}
            # sms/service/svc-c.yaml
            {kind: service, id: svc-c, status: live, recovery: {rto: 8h}, relations: [svc-a]}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, relations: [{type: supplied_by, to: ctr-a}]}
            # sms/contract/ctr-a.yaml
            {kind: contract, id: ctr-a, status: in_force, targets: [{metric: continuity, value: 1h}, {metric: continuity, value: 6h}, {metric: resolution, value: 9h}]}
            #                                                                                                                    ^^ 'ctr-a' may take 6h to recover, and 'svc-a' (4h) and 'svc-b' (2h) are to be back earlier
            # sms/contract/ctr-b.yaml
            {kind: contract, id: ctr-b, status: expired, targets: [{metric: continuity, value: 6h}]}
            ",
        );
    }

    #[test]
    fn another_way_that_is_fast_enough_is_enough() {
        check(
            &RtoVsContract,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, recovery: {rto: 4h}, relations: [ctr-a, ctr-b], redundancy: [{of: [ctr-a, ctr-b], min_up: 1}]}
            # sms/contract/ctr-a.yaml
            {kind: contract, id: ctr-a, status: in_force, targets: [{metric: continuity, value: 2h}]}
            # sms/contract/ctr-b.yaml
            {kind: contract, id: ctr-b, status: in_force, targets: [{metric: continuity, value: 8h}]}
            ",
        );
    }
}
