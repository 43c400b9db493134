use std::collections::{BTreeMap, BTreeSet};

use super::rule::{Check, Report, Rule};
use crate::model::service::{Duplicate, Service};
use crate::model::{Ix, Record};

rule! {
    /// Two services in use that do the same for the same customers, and nobody has decided that.
    ///
    /// Two of the same cost twice and confuse whoever looks for one. They are the same when all their `outcomes` and all
    /// their `customers` are; case, spaces and full stops make no difference. A decision stands in `duplicates_of` of
    /// one of the two.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-files.yaml
    /// kind: service
    /// id: svc-files
    /// status: live
    /// outcomes: [Files can be shared]
    /// customers: [cus-harbour]
    /// # sms/service/svc-shares.yaml
    /// kind: service
    /// id: svc-shares
    /// status: live
    /// outcomes: [files can be shared.]
    /// customers: [cus-harbour]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-files.yaml
    /// kind: service
    /// id: svc-files
    /// status: live
    /// outcomes: [Papers can be shared]
    /// customers: [cus-harbour]
    /// # sms/service/svc-shares.yaml
    /// kind: service
    /// id: svc-shares
    /// status: live
    /// outcomes: [papers can be shared.]
    /// customers: [cus-harbour]
    /// duplicates_of: {to: svc-files, decision: Both run until the move is over in June 2027.}
    /// ```
    ///
    /// Retire one of them, say what each does that the other does not, or write down in `duplicates_of` why both stay.
    ServiceDuplicate = "service-duplicate", Warning, clauses: ["8.2.2"], kinds: ["service"];
}

fn message(service: &Record<'_>, other: &Record<'_>) -> String {
    format!("the services '{}' and '{}' do the same for the same customers", other.id, service.id)
}

const HELP: &str = "retire one, say what is different in `outcomes`, or decide in `duplicates_of` that both stay";

/// A text without what makes no difference.
fn plain(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ").trim_end_matches(['.', '!', ' ']).to_owned()
}

/// What a service does, and for whom.
type Purpose<'a> = (BTreeSet<String>, BTreeSet<&'a str>);

impl Rule for ServiceDuplicate {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let decided =
            |service: Service<'_>| service.duplicates_of().and_then(Duplicate::to).and_then(|to| cx.sms.find(to));
        let mut seen: BTreeMap<Purpose<'_>, (Ix, Option<Ix>)> = BTreeMap::new();
        for (ix, record) in cx.sms.of_kind("service") {
            let Some(service) = cx.sms.view::<Service<'_>>(ix).filter(|service| service.is_in_use()) else { continue };
            let outcomes: BTreeSet<String> = service.outcomes().into_iter().map(plain).collect();
            let customers: BTreeSet<&str> =
                service.customers().into_iter().map(|customer| cx.sms.id_now(customer.id)).collect();
            if outcomes.is_empty() || customers.is_empty() {
                continue;
            }
            let decision = decided(service);
            let (first, their_decision) = *seen.entry((outcomes, customers)).or_insert((ix, decision));
            if first != ix && decision.is_none() && their_decision != Some(ix) {
                let other = cx.sms.record(first);
                out.field(record, "outcomes", message(record, other))
                    .help(HELP)
                    .related(other.field_span("outcomes"), "the same here");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const CUSTOMERS: &str = "
        # sms/customer/cus-a.yaml
        {kind: customer, id: cus-a, status: active, aliases: [cus-old]}
        # sms/customer/cus-b.yaml
        {kind: customer, id: cus-b, status: active}
";

    #[test]
    fn order_case_and_former_ids_make_no_difference() {
        let services = "
        # sms/service/svc-a.yaml
        {kind: service, id: svc-a, status: live, outcomes: [One, Two words], customers: [cus-a, cus-b]}
        # sms/service/svc-b.yaml
        kind: service
        id: svc-b
        status: retiring
        outcomes: [two  Words., one]
        #^^^^^^^^ the services 'svc-a' and 'svc-b' do the same
        customers: [cus-b, cus-old]
";
        check(&ServiceDuplicate, &format!("{CUSTOMERS}{services}"));
    }

    #[test]
    fn one_more_outcome_one_less_customer_or_a_decision_on_either_side_pass() {
        let services = "
        # sms/service/svc-a.yaml
        {kind: service, id: svc-a, status: live, outcomes: [One], customers: [cus-a], duplicates_of: {to: svc-e, decision: So be it}}
        # sms/service/svc-b.yaml
        {kind: service, id: svc-b, status: live, outcomes: [One, Two], customers: [cus-a]}
        # sms/service/svc-c.yaml
        {kind: service, id: svc-c, status: live, outcomes: [One], customers: [cus-a, cus-b]}
        # sms/service/svc-d.yaml
        {kind: service, id: svc-d, status: live, outcomes: [One], customers: [cus-a], duplicates_of: {to: svc-a, decision: So be it}}
        # sms/service/svc-e.yaml
        {kind: service, id: svc-e, status: live, outcomes: [One], customers: [cus-a]}
        # sms/service/svc-f.yaml
        {kind: service, id: svc-f, status: retired, outcomes: [One], customers: [cus-a]}
        # sms/service/svc-g.yaml
        {kind: service, id: svc-g, status: live, customers: [cus-a]}
        # sms/service/svc-h.yaml
        {kind: service, id: svc-h, status: live, customers: [cus-a]}
";
        check(&ServiceDuplicate, &format!("{CUSTOMERS}{services}"));
    }
}
