use super::rule::{Check, Report, Rule};
use super::supplier_no_contract::used;
use crate::model::Record;
use crate::model::contract::{Contract, ContractStatus, Ola};
use crate::model::supplier::{Supplier, SupplierStatus, SupplierType};

rule! {
    /// An internal supplier, or a customer who delivers, whose work is used without an agreement in force.
    ///
    /// People of the same house, or the customer's own, do not owe us anything that nobody wrote down, and cannot be
    /// held to it. Such a supplier works under an OLA, or under a contract where there is one. Used means that a record
    /// in use needs the supplier or its agreement, or that its `provides` names one. A supplier with a `lead_supplier`
    /// works under that one's agreement, external ones are the matter of `supplier-no-contract`, and an agreement that
    /// ran out unnoticed that of `contract-expired`.
    ///
    /// ```yaml,bad
    /// # sms/supplier/sup-night-desk.yaml
    /// kind: supplier
    /// id: sup-night-desk
    /// status: active
    /// supplier_type: internal
    /// provides: [svc-desk]
    /// # sms/service/svc-desk.yaml
    /// {kind: service, id: svc-desk, status: live}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/supplier/sup-night-desk.yaml
    /// kind: supplier
    /// id: sup-night-desk
    /// status: active
    /// supplier_type: internal
    /// provides: [svc-desk]
    /// # sms/service/svc-desk.yaml
    /// {kind: service, id: svc-desk, status: live}
    /// # sms/ola/ola-night-desk.yaml
    /// kind: ola
    /// id: ola-night-desk
    /// status: in_force
    /// provider: sup-night-desk
    /// ```
    ///
    /// Agree on it and write it down (`gitsm new ola`).
    InternalSupplierNoAgreement = "internal-supplier-no-agreement", Error, clauses: ["8.3.4.2"], kinds: ["supplier", "ola"], clock;
}

fn message(supplier: &Record<'_>, customer: bool) -> String {
    let what = if customer { "customer who delivers" } else { "internal supplier" };
    format!("the {what} '{}' is used and has no agreement in force", supplier.id)
}

const HELP: &str = "write down what is agreed with `gitsm new ola`";

impl Rule for InternalSupplierNoAgreement {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let mut open = used(cx);
        let olas = cx.sms.all::<Ola<'_>>().map(|ola| (ola.status(), ola.start(), ola.provider().map(|by| by.id)));
        let contracts = cx.sms.all::<Contract<'_>>().map(|it| (it.status(), it.start(), it.supplier().map(|by| by.id)));
        for (status, start, party) in olas.chain(contracts) {
            let begun = start.is_none_or(|start| start <= cx.today());
            if begun && status.is_some_and(ContractStatus::is_in_force) {
                party.and_then(|party| open.remove(&cx.sms.find(party)?));
            }
        }
        for (ix, span) in open {
            let Some(supplier) = cx.sms.view::<Supplier<'_>>(ix) else { continue };
            let customer = match supplier.supplier_type() {
                Some(SupplierType::Internal) => false,
                Some(SupplierType::CustomerAsSupplier) => true,
                Some(SupplierType::External) | None => continue,
            };
            if supplier.status() == Some(SupplierStatus::Active) && supplier.lead_supplier().is_none() {
                let record = supplier.0.record;
                out.at(record, record.id_span(), message(record, customer)).help(HELP).related(span, "used here");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn an_agreement_that_is_over_or_has_not_begun_does_not_count() {
        check(
            &InternalSupplierNoAgreement,
            "
            # sms/supplier/sup-a.yaml
            {kind: supplier, id: sup-a, status: active, supplier_type: internal}
            #                    ^^^^^ the internal supplier 'sup-a' is used and has no agreement
            # sms/supplier/sup-b.yaml
            {kind: supplier, id: sup-b, status: active, supplier_type: customer_as_supplier, provides: [ci-a]}
            #                    ^^^^^ the customer who delivers 'sup-b'
            # sms/ola/ola-a.yaml
            {kind: ola, id: ola-a, status: terminated, provider: sup-a}
            # sms/ola/ola-b.yaml
            {kind: ola, id: ola-b, status: in_force, provider: sup-b, start: 2026-11-21}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, relations: [{type: supplied_by, to: ola-a}]}
            ",
        );
    }

    #[test]
    fn agreements_in_force_unused_led_and_external_suppliers_pass() {
        check(
            &InternalSupplierNoAgreement,
            "
            # sms/supplier/sup-a.yaml
            {kind: supplier, id: sup-a, status: active, supplier_type: internal}
            # sms/supplier/sup-b.yaml
            {kind: supplier, id: sup-b, status: active, supplier_type: internal, provides: [ci-a]}
            # sms/supplier/sup-c.yaml
            {kind: supplier, id: sup-c, status: active, supplier_type: internal, provides: [ci-a], lead_supplier: sup-b}
            # sms/supplier/sup-d.yaml
            {kind: supplier, id: sup-d, status: active, supplier_type: external, provides: [ci-a]}
            # sms/supplier/sup-e.yaml
            {kind: supplier, id: sup-e, status: active, supplier_type: customer_as_supplier, provides: [ci-a]}
            # sms/ola/ola-b.yaml
            {kind: ola, id: ola-b, status: expiring, provider: sup-b, start: 2026-11-20}
            # sms/contract/ctr-e.yaml
            {kind: contract, id: ctr-e, status: in_force, supplier: sup-e}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live}
            ",
        );
    }
}
