use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::change::Change;
use crate::model::contract::{Contract, ContractStatus};

rule! {
    /// An amendment of a contract that no assessed change carries.
    ///
    /// New prices, targets or duties change what we can promise our customers, so somebody weighs that before they
    /// hold. Each entry of `amendments` names its `change`. The change names the contract in `affects`, was asked for
    /// no later than the day from which the amendment holds, and is neither a draft nor turned down. Whether its
    /// assessment is complete is the matter of `change-impact-missing`.
    ///
    /// ```yaml,bad
    /// # sms/contract/ctr-hosting.yaml
    /// kind: contract
    /// id: ctr-hosting
    /// status: in_force
    /// amendments: [{on: 2026-04-01, what: New price list}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/contract/ctr-hosting.yaml
    /// kind: contract
    /// id: ctr-hosting
    /// status: in_force
    /// amendments: [{on: 2026-04-01, what: New price list, change: chg-prices}]
    /// # sms/change/chg-prices.yaml
    /// {kind: change, id: chg-prices, status: closed, requested_at: 2026-02-20T10:00:00Z, affects: [ctr-hosting]}
    /// ```
    ///
    /// Write the change (`gitsm new change`), have it decided, and name it in the amendment.
    ContractChangeUnassessed = "contract-change-unassessed", Error, clauses: ["8.3.4.1"], kinds: ["contract", "change"];
}

fn message(contract: &Record<'_>, on: Option<Date>, why: &str) -> String {
    let on = on.map_or_else(String::new, |on| format!(" of {on}"));
    format!("the amendment{on} of '{}' {why}", contract.id)
}

const HELP: &str =
    "name in `change` the change that weighed the amendment before it held; write one with `gitsm new change`";

/// What is wrong with the change behind an amendment that holds from `on`.
fn flaw(cx: &Check<'_>, contract: &Record<'_>, change: Change<'_>, on: Option<Date>) -> Option<String> {
    let id = &change.0.record.id;
    let status = change.status()?;
    if !status.is_up_for_decision() {
        return Some(format!("rests on '{id}', which is {}", status.word()));
    }
    let mut affects = change.affects().into_iter().filter_map(|at| cx.sms.find(at.node.as_str()?));
    if !affects.any(|ix| cx.sms.record(ix).id == contract.id) {
        return Some(format!("rests on '{id}', which does not affect the contract"));
    }
    let asked = change.requested_at()?.day();
    (asked > on?).then(|| format!("rests on '{id}', which was asked for on {asked}, when it held already"))
}

impl Rule for ContractChangeUnassessed {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let signed = |contract: &Contract<'_>| contract.status() != Some(ContractStatus::Draft);
        for contract in cx.sms.all::<Contract<'_>>().filter(signed) {
            let record = contract.0.record;
            for amendment in contract.amendments() {
                let on = amendment.on();
                let Some(reference) = amendment.change() else {
                    let why = "has no change that weighed it";
                    out.at(record, amendment.0.span(), message(record, on, why)).help(HELP);
                    continue;
                };
                let change = cx.sms.find(reference.id).and_then(|ix| cx.sms.view::<Change<'_>>(ix));
                let Some(change) = change else { continue };
                if let Some(why) = flaw(cx, record, change, on) {
                    out.at(record, reference.span, message(record, on, &why))
                        .help(HELP)
                        .related(change.0.record.id_span(), "the change");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const CHANGES: &str = "
        # sms/change/chg-good.yaml
        {kind: change, id: chg-good, status: requested, requested_at: 2026-03-01T10:00:00Z, affects: [svc-a, ctr-old]}
        # sms/change/chg-draft.yaml
        {kind: change, id: chg-draft, status: draft, requested_at: 2026-03-01T10:00:00Z, affects: [ctr-a]}
        # sms/change/chg-other.yaml
        {kind: change, id: chg-other, status: closed, requested_at: 2026-01-01T10:00:00Z, affects: [svc-a]}
";

    #[test]
    fn each_flaw_is_told_at_its_amendment() {
        let contract = "
        # sms/contract/ctr-a.yaml
        kind: contract
        id: ctr-a
        aliases: [ctr-old]
        status: expired
        amendments:
          - {on: 2025-01-01, what: Price}
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the amendment of 2025-01-01 of 'ctr-a' has no change
          - {on: 2026-04-01, what: Price, change: chg-draft}
        #                                         ^^^^^^^^^ rests on 'chg-draft', which is draft
          - {on: 2026-04-01, what: Price, change: chg-other}
        #                                         ^^^^^^^^^ which does not affect the contract
          - {on: 2026-02-28, what: Price, change: chg-good}
        #                                         ^^^^^^^^ which was asked for on 2026-03-01
          - {on: 2026-03-01, what: Price, change: chg-good}
          - {on: 2026-03-01, what: Price, change: chg-gone}
";
        check(&ContractChangeUnassessed, &format!("{CHANGES}{contract}"));
    }

    #[test]
    fn a_contract_that_is_not_signed_may_be_altered_freely() {
        let contract = "
        # sms/contract/ctr-a.yaml
        {kind: contract, id: ctr-a, status: draft, amendments: [{on: 2026-04-01, what: Price}]}
";
        check(&ContractChangeUnassessed, contract);
    }
}
