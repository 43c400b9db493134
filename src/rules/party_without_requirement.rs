use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::interested_party::{InterestedParty, PartyStatus};

rule! {
    /// An interested party that requires nothing.
    ///
    /// A party is interested because it needs or expects something. Where nothing is written down nobody can say whether
    /// it is met, or why the party is on the list at all. Parties that are gone are not looked at.
    ///
    /// ```yaml,bad
    /// # sms/interested_party/pty-regulator.yaml
    /// kind: interested_party
    /// id: pty-regulator
    /// status: active
    /// ```
    ///
    /// ```yaml,good
    /// # sms/interested_party/pty-regulator.yaml
    /// kind: interested_party
    /// id: pty-regulator
    /// status: active
    /// requirements:
    ///   - {statement: Incidents that stop payments are told within four hours., category: legal}
    /// ```
    ///
    /// Write into `requirements` what it needs or expects, so that one can say whether it is met; or take it off the list.
    PartyWithoutRequirement = "party-without-requirement", Warning, clauses: ["4.2"], kinds: ["interested_party"];
}

fn message(party: &Record<'_>) -> String {
    format!("nothing says what the interested party '{}' requires", party.id)
}

const HELP: &str = "write into `requirements` what it needs or expects, one entry each";

impl Rule for PartyWithoutRequirement {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for party in cx.sms.all::<InterestedParty<'_>>() {
            let active = party.status() == Some(PartyStatus::Active);
            if active && !party.0.missing(&["requirements"]).is_empty() {
                out.field(party.0.record, "requirements", message(party.0.record)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn absent_and_empty_requirements_are_none() {
        check(
            &PartyWithoutRequirement,
            "
            # sms/interested_party/pty-a.yaml
            {kind: interested_party, id: pty-a, status: active}
            #                            ^^^^^ what the interested party 'pty-a' requires
            # sms/interested_party/pty-b.yaml
            {kind: interested_party, id: pty-b, status: active, requirements: []}
            #                                                   ^^^^^^^^^^^^ 'pty-b'
            ",
        );
    }

    #[test]
    fn one_requirement_is_enough_and_parties_that_are_gone_need_none() {
        check(
            &PartyWithoutRequirement,
            "
            # sms/interested_party/pty-a.yaml
            {kind: interested_party, id: pty-a, status: active, requirements: [{statement: Quiet nights}]}
            # sms/interested_party/pty-b.yaml
            {kind: interested_party, id: pty-b, status: gone}
            # sms/interested_party/pty-c.yaml
            {kind: interested_party, id: pty-c, requirements: []}
            # sms/interested_party/pty-d.yaml
            {kind: interested_party, id: pty-d, status: active, requirements: many}
            ",
        );
    }
}
