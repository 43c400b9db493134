use super::rule::{Check, Report, Rule};
use crate::model::Record;

rule! {
    /// A record that nobody answers for.
    ///
    /// What has no owner is kept up to date by nobody, and nobody can be asked about it. Records whose life is over need
    /// none. Some kinds have others who answer: a role its holders, a measurement the owner of its metric, a team its
    /// `lead`, a customer or a supplier its `relationship_owner`. A person needs no owner. Configuration items in use are
    /// the matter of `ci-owner-missing`, contracts in force that of `contract-content-missing`.
    ///
    /// ```yaml,bad
    /// # sms/risk/rsk-flood.yaml
    /// kind: risk
    /// id: rsk-flood
    /// ```
    ///
    /// ```yaml,good
    /// # sms/risk/rsk-flood.yaml
    /// kind: risk
    /// id: rsk-flood
    /// owner: role-site-manager
    /// # sms/team/team-desk.yaml
    /// kind: team
    /// id: team-desk
    /// lead: ann
    /// ```
    ///
    /// Name a person, a team or a role in `owner`; a role outlives the people who hold it.
    OwnerMissing = "owner-missing", Error, clauses: ["5.3"], kinds: [];
}

fn message(record: &Record<'_>) -> String {
    format!("nobody owns '{}', a record of kind {}", record.id, record.kind.name)
}

const HELP: &str = "name a person, a team or a role in `owner`";

/// Whether somebody answers for the record, or nobody needs to.
fn is_answered(record: &Record<'_>) -> bool {
    let instead = match record.kind.name.as_str() {
        "person" | "role" | "measurement" => return true,
        "team" => "lead",
        "customer" | "supplier" => "relationship_owner",
        _ => "owner",
    };
    let says = |field: &str| record.get(field).is_some_and(|node| !node.is_blank()) || record.is_misspelt(field);
    says(instead) || says("owner")
}

impl Rule for OwnerMissing {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for (ix, record) in cx.sms.records().filter(|(_, record)| !record.is_at_rest() && !is_answered(record)) {
            if matches!(record.kind.name.as_str(), "ci" | "contract") && cx.sms.is_in_use(ix) {
                continue;
            }
            out.field(record, "owner", message(record)).help(HELP);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn an_empty_owner_is_none() {
        check(
            &OwnerMissing,
            "
            # sms/ci/ci-a.yaml
            kind: ci
            id: ci-a
            status: building
            owner:
            #^^^^^ nobody owns 'ci-a', a record of kind ci
            # sms/supplier/sup-a.yaml
            kind: supplier
            id: sup-a
            #   ^^^^^ 'sup-a'
            owner_note: ann
            ",
        );
    }

    #[test]
    fn one_who_answers_in_another_field_is_enough() {
        check(
            &OwnerMissing,
            "
            # sms/supplier/sup-a.yaml
            {kind: supplier, id: sup-a, status: active, relationship_owner: ann}
            # sms/person/ann.yaml
            {kind: person, id: ann, status: active}
            # sms/role/role-a.yaml
            {kind: role, id: role-a, status: active}
            # sms/customer/cus-a.yaml
            {kind: customer, id: cus-a, owner: ann}
            ",
        );
    }

    #[test]
    fn what_other_rules_tell_is_not_told_twice() {
        check(
            &OwnerMissing,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live}
            # sms/contract/ctr-a.yaml
            {kind: contract, id: ctr-a, status: in_force}
            # sms/contract/ctr-b.yaml
            {kind: contract, id: ctr-b, status: signed}
            #                    ^^^^^ 'ctr-b'
            ",
        );
    }

    #[test]
    fn a_slip_of_the_key_is_told_as_such_and_not_as_missing() {
        check(
            &OwnerMissing,
            "
            # sms/risk/rsk-a.yaml
            {kind: risk, id: rsk-a, onwer: ann}
            # sms/supplier/sup-a.yaml
            {kind: supplier, id: sup-a, relationship_onwer: ann}
            # sms/risk/rsk-b.yaml
            {kind: risk, id: rsk-b, x-onwer: ann}
            #                ^^^^^ nobody owns
            # sms/risk/rsk-c.yaml
            {kind: risk, id: rsk-c, onwer: ann, owner: ''}
            #                                          ^^ nobody owns
            ",
        );
    }

    #[test]
    fn what_is_over_needs_no_owner() {
        check(
            &OwnerMissing,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: disposed}
            # sms/risk/rsk-a.yaml
            {kind: risk, id: rsk-a, status: closed}
            # sms/risk/rsk-b.yaml
            kind: risk
            id: rsk-b
            #   ^^^^^ nobody owns
            status: monitored
            ",
        );
    }
}
