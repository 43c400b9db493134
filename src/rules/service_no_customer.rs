use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::service::Service;

rule! {
    /// A service in use without a customer.
    ///
    /// Nobody can say whether such a service is worth its cost, and nobody is asked before it changes. A service that
    /// only colleagues use has a customer as well: the part of the organisation that wants it.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-portal.yaml
    /// kind: service
    /// id: svc-portal
    /// status: live
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-portal.yaml
    /// kind: service
    /// id: svc-portal
    /// status: live
    /// customers: [cus-harbour]
    /// ```
    ///
    /// Name the customers in `customers`, or retire the service.
    ServiceNoCustomer = "service-no-customer", Error, clauses: ["8.3.2"], kinds: ["service"];
}

fn message(service: &Record<'_>) -> String {
    format!("the service '{}' is in use and has no customer", service.id)
}

const HELP: &str = "name who gets it in `customers`, or retire the service";

impl Rule for ServiceNoCustomer {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for service in cx.sms.all::<Service<'_>>().filter(|service| service.is_in_use()) {
            let record = service.0.record;
            if !service.0.missing(&["customers"]).is_empty() {
                out.field(record, "customers", message(record)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn an_empty_list_names_nobody() {
        check(
            &ServiceNoCustomer,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: retiring, customers: []}
            #                                            ^^^^^^^^^ 'svc-a' is in use
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live}
            #                   ^^^^^ 'svc-b'
            ",
        );
    }

    #[test]
    fn one_customer_is_enough_even_one_without_a_record() {
        check(
            &ServiceNoCustomer,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, customers: [cus-not-written-yet]}
            ",
        );
    }

    #[test]
    fn services_that_are_not_in_use_need_none() {
        check(
            &ServiceNoCustomer,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: designed}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: retired}
            ",
        );
    }

    #[test]
    fn customers_of_the_wrong_type_are_the_matter_of_the_schema() {
        check(
            &ServiceNoCustomer,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, customers: everybody}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live, customers: ''}
            #                                                   ^^ 'svc-b'
            ",
        );
    }
}
