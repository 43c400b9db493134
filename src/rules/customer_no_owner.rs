use super::owner_inactive::absence;
use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::customer::{Customer, CustomerStatus};

rule! {
    /// An active customer whose relationship owner is no longer there.
    ///
    /// Somebody by name listens to the customer, holds the reviews and takes the complaints. Once that person has left, or
    /// the team or role is gone or empty, the customer calls and nobody answers. That the field is filled in at all is the
    /// matter of the schema; where the same person also owns the record, `owner-inactive` speaks instead.
    ///
    /// ```yaml,bad
    /// # sms/customer/cus-harbour.yaml
    /// kind: customer
    /// id: cus-harbour
    /// status: active
    /// owner: role-sales
    /// relationship_owner: ann
    /// # sms/person/ann.yaml
    /// kind: person
    /// id: ann
    /// status: left
    /// left: 2026-03-31
    /// ```
    ///
    /// ```yaml,good
    /// # sms/customer/cus-harbour.yaml
    /// kind: customer
    /// id: cus-harbour
    /// status: active
    /// owner: role-sales
    /// relationship_owner: bo
    /// # sms/person/bo.yaml
    /// kind: person
    /// id: bo
    /// status: active
    /// ```
    ///
    /// Name somebody else in `relationship_owner`, and tell the customer who it is.
    CustomerNoOwner = "customer-no-owner", Error, clauses: ["8.3.2"], kinds: ["customer"], clock;
}

fn message(customer: &Record<'_>, owner: &Record<'_>, why: &str) -> String {
    format!("the customer '{}' is looked after by '{}', {why}", customer.id, owner.id)
}

const HELP: &str = "name somebody else in `relationship_owner`, and tell the customer who it is";

impl Rule for CustomerNoOwner {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for customer in cx.sms.all::<Customer<'_>>() {
            let record = customer.0.record;
            let Some(owner) = customer.relationship_owner() else { continue };
            let own = record.text("owner").and_then(|owner| cx.sms.find(owner));
            let ix = cx.sms.find(owner.id).filter(|ix| own != Some(*ix));
            let Some(ix) = ix.filter(|_| customer.status() == Some(CustomerStatus::Active)) else { continue };
            if let Some((why, _)) = absence(cx.sms, ix, cx.today()) {
                let owner_record = cx.sms.record(ix);
                out.at(record, owner.span, message(record, owner_record, why))
                    .help(HELP)
                    .related(owner_record.field_span("status"), "the record of the owner");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const PEOPLE: &str = "
            # sms/person/ann.yaml
            {kind: person, id: ann, status: left, left: 2026-11-19}
            # sms/person/bo.yaml
            {kind: person, id: bo, status: left, left: 2026-11-20}
            # sms/role/role-a.yaml
            {kind: role, id: role-a, status: active, holders: [{person: ann, from: 2026-01-01}]}
";

    #[test]
    fn people_who_left_and_empty_roles_look_after_nobody() {
        let customers = "
            # sms/customer/a.yaml
            {kind: customer, id: a, status: active, relationship_owner: ann}
            #                                                           ^^^ the customer 'a' is looked after by 'ann', who has left
            # sms/customer/b.yaml
            {kind: customer, id: b, status: active, owner: bo, relationship_owner: role-a}
            #                                                                      ^^^^^^ 'role-a', a role that nobody holds
";
        check(&CustomerNoOwner, &format!("{PEOPLE}{customers}"));
    }

    #[test]
    fn the_last_day_counts_and_other_rules_tell_the_rest() {
        let customers = "
            # sms/customer/a.yaml
            {kind: customer, id: a, status: active, relationship_owner: bo}
            # sms/customer/b.yaml
            {kind: customer, id: b, status: active, owner: ann, relationship_owner: ann}
            # sms/customer/c.yaml
            {kind: customer, id: c, status: ended, relationship_owner: ann}
            # sms/customer/d.yaml
            {kind: customer, id: d, status: active}
            # sms/customer/e.yaml
            {kind: customer, id: e, status: active, relationship_owner: gone}
";
        check(&CustomerNoOwner, &format!("{PEOPLE}{customers}"));
    }
}
