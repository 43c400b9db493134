use std::collections::BTreeMap;

use super::rule::{Check, Report, Rule};
use crate::base::span::Span;
use crate::graph::{Effect, NodeKind};
use crate::model::contract::{Contract, ContractStatus, Ola};
use crate::model::supplier::{Supplier, SupplierStatus, SupplierType};
use crate::model::{Ix, Record};

rule! {
    /// An external supplier whose work is used without a contract in force.
    ///
    /// Nothing says what it owes us, how fast it answers or what happens when it stops. A supplier is used when a
    /// record in use needs it or one of its contracts, or when its `provides` names one. Left out are internal
    /// suppliers and customers, who work under an OLA, and suppliers with a `lead_supplier`, whose contract covers
    /// them. A contract that ran out unnoticed is the matter of `contract-expired`.
    ///
    /// ```yaml,bad
    /// # sms/supplier/sup-granite.yaml
    /// kind: supplier
    /// id: sup-granite
    /// status: active
    /// supplier_type: external
    /// # sms/ci/ci-room.yaml
    /// kind: ci
    /// id: ci-room
    /// status: live
    /// relations: [{type: supplied_by, to: sup-granite}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/supplier/sup-granite.yaml
    /// kind: supplier
    /// id: sup-granite
    /// status: active
    /// supplier_type: external
    /// # sms/contract/ctr-hosting.yaml
    /// kind: contract
    /// id: ctr-hosting
    /// status: in_force
    /// supplier: sup-granite
    /// start: 2024-01-01
    /// end: 2028-12-31
    /// # sms/ci/ci-room.yaml
    /// kind: ci
    /// id: ci-room
    /// status: live
    /// relations: [{type: supplied_by, to: ctr-hosting}]
    /// ```
    ///
    /// Write the contract down (`gitsm new contract`), or name in `lead_supplier` who answers for this one.
    SupplierNoContract = "supplier-no-contract", Error, clauses: ["8.3.4.1"], kinds: ["supplier", "contract"], clock;
}

fn message(supplier: &Record<'_>) -> String {
    format!("the supplier '{}' is used and has no contract in force", supplier.id)
}

const HELP: &str = "write the contract with `gitsm new contract`, or name the `lead_supplier` whose contract covers it";

/// Suppliers that something in use needs, by itself or through an agreement with them, with the first place that says
/// so.
pub(super) fn used(cx: &Check<'_>) -> BTreeMap<Ix, Span> {
    let mut used = BTreeMap::new();
    let direct = |kind| matches!(kind, NodeKind::Service | NodeKind::Ci | NodeKind::Supplier);
    for (from, edge, to) in cx.graph.edges() {
        let needs = matches!(edge.relation.effect(edge.strength), Effect::OnHolder(_)) && direct(from.kind);
        let Some(ix) = to.record.filter(|_| needs && cx.in_use(from).is_some()) else { continue };
        let by_contract = cx.sms.view(ix).and_then(Contract::supplier).map(|supplier| supplier.id);
        let party = by_contract.or_else(|| Some(cx.sms.view(ix).and_then(Ola::provider)?.id));
        let supplier = party.map_or(Some(ix), |party| cx.sms.find(party));
        if let Some(supplier) = supplier {
            used.entry(supplier).or_insert(edge.span);
        }
    }
    for (ix, _) in cx.sms.of_kind("supplier") {
        let provided = cx.sms.view(ix).map(Supplier::provides).unwrap_or_default();
        let in_use = provided.iter().find(|item| cx.sms.find(item.id).is_some_and(|ix| cx.sms.is_in_use(ix)));
        if let Some(item) = in_use {
            used.entry(ix).or_insert(item.span);
        }
    }
    used
}

impl Rule for SupplierNoContract {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let mut open = used(cx);
        for contract in cx.sms.all::<Contract<'_>>() {
            let begun = contract.start().is_none_or(|start| start <= cx.today());
            let supplier = contract.supplier().and_then(|supplier| cx.sms.find(supplier.id));
            if let Some(ix) = supplier.filter(|_| begun && contract.status().is_some_and(ContractStatus::is_in_force)) {
                open.remove(&ix);
            }
        }
        for (ix, span) in open {
            let Some(supplier) = cx.sms.view::<Supplier<'_>>(ix) else { continue };
            let external = supplier.supplier_type() == Some(SupplierType::External);
            let active = supplier.status() == Some(SupplierStatus::Active);
            if external && active && supplier.lead_supplier().is_none() {
                let record = supplier.0.record;
                out.at(record, record.id_span(), message(record)).help(HELP).related(span, "used here");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn a_contract_that_is_over_or_has_not_begun_does_not_count() {
        check(
            &SupplierNoContract,
            "
            # sms/supplier/sup-a.yaml
            {kind: supplier, id: sup-a, status: active, supplier_type: external}
            #                    ^^^^^ 'sup-a' is used and has no contract in force
            # sms/supplier/sup-b.yaml
            {kind: supplier, id: sup-b, status: active, supplier_type: external, provides: [ci-a]}
            #                    ^^^^^ 'sup-b'
            # sms/contract/ctr-a.yaml
            {kind: contract, id: ctr-a, status: terminated, supplier: sup-a}
            # sms/contract/ctr-b.yaml
            {kind: contract, id: ctr-b, status: in_force, supplier: sup-b, start: 2026-11-21}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, relations: [{type: supplied_by, to: ctr-a}]}
            ",
        );
    }

    #[test]
    fn other_suppliers_and_unused_ones_need_none() {
        check(
            &SupplierNoContract,
            "
            # sms/supplier/sup-a.yaml
            {kind: supplier, id: sup-a, status: active, supplier_type: internal}
            # sms/supplier/sup-b.yaml
            {kind: supplier, id: sup-b, status: active, supplier_type: external, lead_supplier: sup-c}
            # sms/supplier/sup-c.yaml
            {kind: supplier, id: sup-c, status: active, supplier_type: external, provides: [ci-old]}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, relations: [{type: supplied_by, to: sup-a}, {type: runs_on, to: sup-b}]}
            # sms/ci/ci-old.yaml
            {kind: ci, id: ci-old, status: retired, relations: [{type: supplied_by, to: sup-c}]}
            ",
        );
    }
}
