use std::collections::BTreeMap;

use super::rule::{Check, Report, Rule};
use crate::model::organisation::{ForgeAccount, Person};

rule! {
    /// One account on the forge that several persons claim.
    ///
    /// Votes and commits are counted by person, and an account says who that is. When two records claim the same number,
    /// nobody can tell whose vote it was, and the gate refuses to decide. Accounts are known by their number; names may
    /// change.
    ///
    /// ```yaml,bad
    /// # sms/person/ann.yaml
    /// {kind: person, id: ann, status: active, github: {login: ann, id: 7}}
    /// # sms/person/bo.yaml
    /// {kind: person, id: bo, status: active, more_accounts: [{login: ann-two, id: 7}]}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/person/ann.yaml
    /// {kind: person, id: ann, status: active, github: {login: ann, id: 7}, more_accounts: [{login: ann-two, id: 8}]}
    /// # sms/person/bo.yaml
    /// {kind: person, id: bo, status: active, github: {login: bo, id: 9}}
    /// ```
    ///
    /// Leave the account with the one whose it is.
    AccountShared = "account-shared", Error, clauses: ["5.3"], kinds: ["person"];
}

const HELP: &str = "leave the account with the one whose it is";

impl Rule for AccountShared {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let mut claims: BTreeMap<i64, Vec<(Person<'_>, ForgeAccount<'_>)>> = BTreeMap::new();
        for person in cx.sms.all::<Person<'_>>() {
            for account in person.github().into_iter().chain(person.more_accounts()) {
                if let Some(number) = account.id() {
                    claims.entry(number).or_default().push((person, account));
                }
            }
        }
        for (number, claims) in claims {
            let [(first, claim), others @ ..] = claims.as_slice() else { continue };
            let others: Vec<_> = others.iter().filter(|(person, _)| person.0.record.id != first.0.record.id).collect();
            let Some((other, _)) = others.first() else { continue };
            let record = first.0.record;
            let words = format!("account {number} is claimed by '{}' and by '{}'", record.id, other.0.record.id);
            let mut draft = out.at(record, claim.0.field_span("id"), words).help(HELP);
            for (_, claim) in others {
                draft = draft.related(claim.0.field_span("id"), "claimed here too");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn a_number_belongs_to_one_person_under_whatever_name() {
        check(
            &AccountShared,
            "
            # sms/person/ann.yaml
            kind: person
            id: ann
            status: active
            github: {login: ann, id: 7}
                                    #^ account 7 is claimed by 'ann' and by 'bo'
            more_accounts: [{login: ann, id: 7}]
            # sms/person/bo.yaml
            {kind: person, id: bo, status: active, github: {login: other, id: 7}}
            # sms/person/cy.yaml
            {kind: person, id: cy, status: active, github: {login: ann, id: 8}, more_accounts: [{login: cy, id: 8}]}
            ",
        );
    }
}
