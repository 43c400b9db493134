use std::collections::BTreeSet;

use super::rule::{Check, Report, Rule};
use crate::graph::{NodeKind, Relation};
use crate::model::ci::{Ci, CiType, OperatedBy};
use crate::model::contract::{Contract, Ola};
use crate::model::supplier::{Supplier, SupplierStatus};
use crate::model::{Ix, Record};

rule! {
    /// Another party at work that the register of suppliers does not have as active.
    ///
    /// What others run for us is as much ours to answer for as what we run. An item in use whose type is run by another
    /// party says by whom: a `supplied_by` relation to the contract, OLA or supplier. And whoever supplies something in
    /// use, directly or under an agreement, is an active supplier.
    ///
    /// ```yaml,bad
    /// # sms/ci_type/cloud-account.yaml
    /// kind: ci_type
    /// id: cloud-account
    /// status: active
    /// operated_by: other_party
    /// # sms/ci/ci-cloud.yaml
    /// kind: ci
    /// id: ci-cloud
    /// status: live
    /// ci_type: cloud-account
    /// ```
    ///
    /// ```yaml,good
    /// # sms/ci_type/cloud-account.yaml
    /// kind: ci_type
    /// id: cloud-account
    /// status: active
    /// operated_by: other_party
    /// # sms/ci/ci-cloud.yaml
    /// kind: ci
    /// id: ci-cloud
    /// status: live
    /// ci_type: cloud-account
    /// relations: [{type: supplied_by, to: ctr-cloud}]
    /// # sms/contract/ctr-cloud.yaml
    /// kind: contract
    /// id: ctr-cloud
    /// status: in_force
    /// supplier: sup-skybridge
    /// # sms/supplier/sup-skybridge.yaml
    /// kind: supplier
    /// id: sup-skybridge
    /// status: active
    /// ```
    ///
    /// Write the relation, and keep the record of the supplier up to date.
    OtherPartyUnlisted = "other-party-unlisted", Error, clauses: ["8.2.3", "8.3.1"],
        kinds: ["ci", "ci_type", "supplier", "contract", "ola", "service"];
}

fn unnamed(ci: &Record<'_>) -> String {
    format!("'{}' is run by another party by its type, and nothing says by whom", ci.id)
}

fn inactive(holder: &Record<'_>, supplier: &Record<'_>) -> String {
    let status = supplier.status().unwrap_or("without status");
    format!("'{}' is supplied by '{}', which is not an active supplier but {status}", holder.id, supplier.id)
}

const UNNAMED_HELP: &str = "add a `supplied_by` relation to the contract, OLA or supplier";
const INACTIVE_HELP: &str = "name who supplies it now, or correct the status of the supplier";

/// The supplier behind the target of a `supplied_by` relation. Of an agreement in force there is none: it names its
/// supplier itself, and is told there.
fn party<'a>(cx: &'a Check<'_>, ix: Ix) -> Option<Supplier<'a>> {
    if let Some(supplier) = cx.sms.view::<Supplier<'_>>(ix) {
        return Some(supplier);
    }
    let contract = cx.sms.view(ix).and_then(Contract::supplier).map(|supplier| supplier.id);
    let other = contract.or_else(|| cx.sms.view(ix).and_then(Ola::provider).map(|provider| provider.id));
    cx.sms.find(other.filter(|_| !cx.sms.is_in_use(ix))?).and_then(|ix| cx.sms.view(ix))
}

impl Rule for OtherPartyUnlisted {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let mut supplied: BTreeSet<Ix> = BTreeSet::new();
        for (from, edge, to) in cx.graph.edges().filter(|(_, edge, _)| edge.relation == Relation::SuppliedBy) {
            // A name that leads nowhere is the matter of `ref-dangling`.
            if !matches!(to.kind, NodeKind::Service | NodeKind::Ci) {
                supplied.extend(from.record);
            }
            let Some(party) = to.record.and_then(|ix| party(cx, ix)) else { continue };
            let idle = party.status() != Some(SupplierStatus::Active);
            if let Some(holder) = cx.in_use(from).filter(|_| idle) {
                let party = party.0.record;
                let draft = out.at(holder, edge.span, inactive(holder, party)).help(INACTIVE_HELP);
                draft.related(party.field_span("status"), "its status");
            }
        }
        for (ix, record) in cx.sms.of_kind("ci").filter(|(ix, _)| cx.sms.is_in_use(*ix) && !supplied.contains(ix)) {
            let ci_type = cx.sms.view(ix).and_then(Ci::ci_type).and_then(|ci_type| cx.sms.find(ci_type.id));
            let operator = ci_type.and_then(|ix| cx.sms.view(ix)).and_then(CiType::operated_by);
            if operator == Some(OperatedBy::OtherParty) {
                out.field(record, "ci_type", unnamed(record)).help(UNNAMED_HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn a_relation_to_another_item_does_not_name_the_party() {
        check(
            &OtherPartyUnlisted,
            "
            # sms/ci_type/saas.yaml
            {kind: ci_type, id: saas, status: active, operated_by: other_party}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, ci_type: saas, relations: [{type: supplied_by, to: ci-b}]}
            #                                           ^^^^ 'ci-a' is run by another party by its type
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: retired, ci_type: saas}
            # sms/ci/ci-c.yaml
            {kind: ci, id: ci-c, status: live, ci_type: saas, relations: [{type: supplied_by, to: ctr-mistyped}]}
            ",
        );
    }

    #[test]
    fn a_supplier_that_has_ended_is_found_behind_agreements() {
        check(
            &OtherPartyUnlisted,
            "
            # sms/supplier/sup-a.yaml
            {kind: supplier, id: sup-a, status: ended}
            # sms/contract/ctr-a.yaml
            {kind: contract, id: ctr-a, status: in_force, supplier: sup-a}
            #                                                       ^^^^^ not an active supplier but ended
            # sms/contract/ctr-b.yaml
            {kind: contract, id: ctr-b, status: terminated, supplier: sup-a}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, relations: [{type: supplied_by, to: ctr-a}]}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, relations: [{type: supplied_by, to: ctr-b}]}
            #                                                                      ^^^^^ 'ci-b' is supplied by 'sup-a'
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, relations: [{type: supplied_by, to: sup-a}]}
            #                                                                            ^^^^^ 'svc-a'
            ",
        );
    }

    #[test]
    fn teams_under_an_ola_and_active_suppliers_are_fine() {
        check(
            &OtherPartyUnlisted,
            "
            # sms/ci_type/line.yaml
            {kind: ci_type, id: line, status: active, operated_by: other_party}
            # sms/ola/ola-a.yaml
            {kind: ola, id: ola-a, status: in_force, provider: team-network}
            # sms/team/team-network.yaml
            {kind: team, id: team-network, status: active}
            # sms/supplier/sup-a.yaml
            {kind: supplier, id: sup-a, status: active}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, ci_type: line, relations: [{type: supplied_by, to: ola-a}]}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, ci_type: line, relations: [{type: supplied_by, to: sup-a}]}
            # sms/ci/ci-c.yaml
            {kind: ci, id: ci-c, status: planned, ci_type: line}
            ",
        );
    }
}
