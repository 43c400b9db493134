use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::Record;
use crate::model::contract::{Contract, ContractStatus};

rule! {
    /// A contract in force that leaves out what a contract with a supplier must say.
    ///
    /// It says what is delivered, what the delivery must fulfil, the targets or other duties of the supplier, who does
    /// what on both sides, and who on our side answers for it. The rest of the legal text may stay elsewhere.
    ///
    /// ```yaml,bad
    /// # sms/contract/ctr-hosting.yaml
    /// kind: contract
    /// id: ctr-hosting
    /// status: in_force
    /// owner: peter
    /// scope: [Rack space]
    /// requirements: [Access only by list]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/contract/ctr-hosting.yaml
    /// kind: contract
    /// id: ctr-hosting
    /// status: in_force
    /// owner: peter
    /// scope: [Rack space]
    /// requirements: [Access only by list]
    /// other_obligations: [A report each month]
    /// responsibilities: {ours: [Keep the list], theirs: [Test the generators]}
    /// ```
    ///
    /// Look it up in the contract and write it down; what the contract itself lacks is to be negotiated.
    ContractContentMissing = "contract-content-missing", Error, clauses: ["8.3.4.1"], kinds: ["contract"];
}

fn message(contract: &Record<'_>, missing: &[&str]) -> String {
    format!("the contract '{}' is in force without {}", contract.id, text::and(missing))
}

const HELP: &str = "write down what the contract says about it, or negotiate it with the supplier";

fn missing(contract: Contract<'_>) -> Vec<&'static str> {
    let mut missing = contract.0.missing(&["scope", "requirements"]);
    if contract.0.missing(&["targets", "other_obligations"]).len() == 2 {
        missing.push("targets or other_obligations");
    }
    let sides = contract.responsibilities().map_or_else(Vec::new, |sides| sides.0.missing(&["ours", "theirs"]));
    missing.extend(contract.0.missing(&["responsibilities"]));
    missing.extend(sides.into_iter().map(|side| match side {
        "ours" => "responsibilities.ours",
        _ => "responsibilities.theirs",
    }));
    missing.extend(contract.0.missing(&["owner"]));
    missing
}

impl Rule for ContractContentMissing {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let contracts = cx.sms.all::<Contract<'_>>();
        for contract in contracts.filter(|contract| contract.status().is_some_and(ContractStatus::is_in_force)) {
            let record = contract.0.record;
            let missing = missing(contract);
            if !missing.is_empty() {
                out.field(record, "status", message(record, &missing)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn all_gaps_of_a_contract_are_one_finding() {
        check(
            &ContractContentMissing,
            "
            # sms/contract/ctr-a.yaml
            kind: contract
            id: ctr-a
            status: expiring
            #       ^^^^^^^^ without scope, targets or other_obligations, responsibilities.theirs and owner
            requirements: [Fast]
            responsibilities: {ours: [Pay]}
            # sms/contract/ctr-b.yaml
            {kind: contract, id: ctr-b, status: in_force, owner: o, scope: [s], requirements: [r], targets: [{id: t}]}
            #                                   ^^^^^^^^ 'ctr-b' is in force without responsibilities
            ",
        );
    }

    #[test]
    fn targets_or_other_duties_do() {
        check(
            &ContractContentMissing,
            "
            # sms/contract/ctr-a.yaml
            {kind: contract, id: ctr-a, status: in_force, owner: o, scope: [s], requirements: [r], targets: [{id: t}],
             responsibilities: {ours: [a], theirs: [b]}}
            # sms/contract/ctr-b.yaml
            {kind: contract, id: ctr-b, status: in_force, owner: o, scope: [s], requirements: [r],
             other_obligations: [Report], responsibilities: {ours: [a], theirs: [b]}}
            ",
        );
    }

    #[test]
    fn what_is_not_in_force_may_have_gaps() {
        check(
            &ContractContentMissing,
            "
            # sms/contract/ctr-a.yaml
            {kind: contract, id: ctr-a, status: signed}
            # sms/contract/ctr-b.yaml
            {kind: contract, id: ctr-b, status: renewed}
            ",
        );
    }
}
