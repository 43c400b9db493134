use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::exact::Exact;
use crate::graph::{NodeKind, SinglePoint};
use crate::model::service::Service;
use crate::model::words::Criticality;
use crate::model::{Ix, Record};

rule! {
    /// One supplier stands behind so many of the vital services that its end would be ours.
    ///
    /// Counted are the vital services in use that are down without the supplier, directly or through contracts, OLAs,
    /// suppliers of suppliers and configuration items; what has a second supplier in a redundancy group is not. More than
    /// 60 % is told, once there are two such services; a policy in force may set another share in `limits`. It is a thing
    /// to know and to decide on, not a mistake.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-pay.yaml
    /// {kind: service, id: svc-pay, status: live, criticality: vital, relations: [{type: supplied_by, to: ctr-cloud}]}
    /// # sms/service/svc-book.yaml
    /// {kind: service, id: svc-book, status: live, criticality: vital, relations: [{type: supplied_by, to: ctr-cloud}]}
    /// # sms/contract/ctr-cloud.yaml
    /// {kind: contract, id: ctr-cloud, status: in_force, supplier: sup-cloud}
    /// # sms/supplier/sup-cloud.yaml
    /// {kind: supplier, id: sup-cloud, status: active}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-pay.yaml
    /// {kind: service, id: svc-pay, status: live, criticality: vital, relations: [{type: supplied_by, to: ctr-cloud}]}
    /// # sms/service/svc-book.yaml
    /// {kind: service, id: svc-book, status: live, criticality: vital}
    /// # sms/contract/ctr-cloud.yaml
    /// {kind: contract, id: ctr-cloud, status: in_force, supplier: sup-cloud}
    /// # sms/supplier/sup-cloud.yaml
    /// {kind: supplier, id: sup-cloud, status: active}
    /// ```
    ///
    /// Give some of the services a second supplier, or plan how to leave this one.
    SupplierConcentration = "supplier-concentration", Info, clauses: ["6.1"], kinds: ["supplier", "service", "policy"];
}

fn message(supplier: &Record<'_>, count: usize, all: usize, share: &Exact, limit: &Exact) -> String {
    let (id, share) = (&supplier.id, share.text(1));
    format!("{count} of {all} vital services are down without '{id}', {share} % and more than {limit} %")
}

const HELP: &str = "give some of them a second supplier, or plan how to leave this one";

const DEFAULT_PERCENT: i64 = 60;
/// Behind fewer services a share says nothing.
const FEWEST: usize = 2;

fn is_vital(cx: &Check<'_>, ix: Ix) -> bool {
    let service = cx.sms.view::<Service<'_>>(ix).filter(|service| service.is_in_use());
    service.and_then(Service::criticality) == Some(Criticality::Vital)
}

fn number(count: usize) -> Exact {
    Exact::from(i64::try_from(count).unwrap_or(i64::MAX))
}

impl Rule for SupplierConcentration {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let limit = cx.share_limit(self.code().id, DEFAULT_PERCENT);
        let all = cx.sms.of_kind("service").filter(|(ix, _)| is_vital(cx, *ix)).count();
        let vital = |node: &crate::graph::Node| node.record.is_some_and(|ix| is_vital(cx, ix));
        for SinglePoint { node, takes_down } in cx.graph.single_points_among(&[NodeKind::Supplier], vital) {
            let Some(supplier) = cx.in_use(node) else { continue };
            let count = takes_down.len();
            let Some(share) = (&number(count) * &Exact::from(100)).over(&number(all)) else { continue };
            if count < FEWEST || share <= limit {
                continue;
            }
            let draft = out.at(supplier, supplier.id_span(), message(supplier, count, all, &share, &limit)).help(HELP);
            let services = takes_down.into_iter().filter_map(|node| cx.in_use(node));
            services.fold(draft, |draft, service| draft.related(service.id_span(), "a vital service that needs it"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    /// Five vital services, of which three stand on one supplier over an item, and one on two suppliers.
    const FIVE: &str = "
        # sms/service/svc-a.yaml
        {kind: service, id: svc-a, status: live, criticality: vital, relations: [ci-room]}
        # sms/service/svc-b.yaml
        {kind: service, id: svc-b, status: live, criticality: vital, relations: [svc-a]}
        # sms/service/svc-c.yaml
        {kind: service, id: svc-c, status: retiring, criticality: vital, relations: [ci-room]}
        # sms/service/svc-d.yaml
        {kind: service, id: svc-d, status: live, criticality: vital, relations: [ci-room, ci-other],
         redundancy: [{of: [ci-room, ci-other], min_up: 1}]}
        # sms/service/svc-e.yaml
        {kind: service, id: svc-e, status: live, criticality: vital}
        # sms/service/svc-f.yaml
        {kind: service, id: svc-f, status: live, criticality: high, relations: [ci-room]}
        # sms/ci/ci-room.yaml
        {kind: ci, id: ci-room, status: live, relations: [{type: supplied_by, to: ctr-a}]}
        # sms/ci/ci-other.yaml
        {kind: ci, id: ci-other, status: live}
        # sms/contract/ctr-a.yaml
        {kind: contract, id: ctr-a, status: in_force, supplier: sup-a}
        # sms/supplier/sup-a.yaml
        {kind: supplier, id: sup-a, status: active}
";

    fn limit(value: &str) -> String {
        let head = "        # sms/policy/p.yaml\n        {kind: policy, id: p, status: in_force, limits: [{rule: ";
        format!("{FIVE}{head}supplier-concentration, value: {value}}}]}}\n")
    }

    #[test]
    fn a_share_is_told_with_the_services_only_above_the_limit() {
        check(&SupplierConcentration, FIVE);
        check(&SupplierConcentration, &limit("60"));
        for value in ["59", "59.9%", "20"] {
            let found = findings(&SupplierConcentration, &limit(value));
            assert_eq!((found.len(), found[0].related.len()), (1, 3), "{value}");
            let start = "3 of 5 vital services are down without 'sup-a', 60 % and more than ";
            assert!(found[0].message.starts_with(start), "{}", found[0].message);
        }
    }
}
