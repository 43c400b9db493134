use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::supplier::{Supplier, SupplierStatus};

rule! {
    /// A supplier that can read data of customers, without terms on information security.
    ///
    /// What a supplier may do with the data, how it keeps it and when it tells us of an incident is agreed before the
    /// first access; afterwards nobody can claim it. It is asked of active suppliers with `data_access: true`.
    ///
    /// ```yaml,bad
    /// # sms/supplier/sup-cloud.yaml
    /// kind: supplier
    /// id: sup-cloud
    /// status: active
    /// data_access: true
    /// ```
    ///
    /// ```yaml,good
    /// # sms/supplier/sup-cloud.yaml
    /// kind: supplier
    /// id: sup-cloud
    /// status: active
    /// data_access: true
    /// security_terms: Annex C of the contract; keys stay with us, incidents are told within 24 hours.
    /// ```
    ///
    /// Agree on terms and say in `security_terms` what they are and where they stand; or end the access.
    SupplierNoSecurityTerms = "supplier-no-security-terms", Warning, clauses: ["8.7.3.2"], kinds: ["supplier"];
}

fn message(supplier: &Record<'_>) -> String {
    format!("'{}' can read data of customers, and no terms on information security are agreed", supplier.id)
}

const HELP: &str = "agree on terms and name them in `security_terms`, or end the access";

impl Rule for SupplierNoSecurityTerms {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let active = cx.sms.all::<Supplier<'_>>().filter(|it| it.status() == Some(SupplierStatus::Active));
        for supplier in active.filter(|it| it.data_access() == Some(true)) {
            if !supplier.0.missing(&["security_terms"]).is_empty() {
                out.field(supplier.0.record, "data_access", message(supplier.0.record)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn access_without_terms_is_told_at_the_access() {
        check(
            &SupplierNoSecurityTerms,
            "
            # sms/supplier/a.yaml
            {kind: supplier, id: a, status: active, data_access: true}
            #                                                    ^^^^ 'a' can read data of customers
            # sms/supplier/b.yaml
            {kind: supplier, id: b, status: active, data_access: true, security_terms: ' '}
            #                                                    ^^^^ 'b'
            ",
        );
    }

    #[test]
    fn terms_no_access_and_suppliers_that_do_not_deliver_pass() {
        check(
            &SupplierNoSecurityTerms,
            "
            # sms/supplier/a.yaml
            {kind: supplier, id: a, status: active, data_access: true, security_terms: Annex C}
            # sms/supplier/b.yaml
            {kind: supplier, id: b, status: active, data_access: false}
            # sms/supplier/c.yaml
            {kind: supplier, id: c, status: active}
            # sms/supplier/d.yaml
            {kind: supplier, id: d, status: candidate, data_access: true}
            # sms/supplier/e.yaml
            {kind: supplier, id: e, status: ended, data_access: true}
            ",
        );
    }
}
