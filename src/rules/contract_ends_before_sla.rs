use jiff::civil::Date;

use super::contract_expiring::{lead, undecided};
use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::Record;
use crate::model::contract::{Contract, ContractStatus, Ola, Renewal, RenewalDecision};
use crate::model::sla::Sla;

rule! {
    /// A contract or OLA that ends before an SLA that rests on it.
    ///
    /// From then on we promise what nobody promises us. A contract whose `renewal` is to renew or replace it is in hand.
    ///
    /// ```yaml,bad
    /// # sms/contract/ctr-lines.yaml
    /// kind: contract
    /// id: ctr-lines
    /// status: in_force
    /// end: 2027-06-30
    /// supports: [sla-network]
    /// # sms/sla/sla-network.yaml
    /// {kind: sla, id: sla-network, status: in_force, valid_to: 2027-12-31}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/contract/ctr-lines.yaml
    /// kind: contract
    /// id: ctr-lines
    /// status: in_force
    /// end: 2027-06-30
    /// supports: [sla-network]
    /// renewal: {decision: renew, decided_on: 2026-10-02}
    /// # sms/sla/sla-network.yaml
    /// {kind: sla, id: sla-network, status: in_force, valid_to: 2027-12-31}
    /// ```
    ///
    /// Decide on the renewal and write it into `renewal`, extend the agreement, or end the SLA earlier.
    ContractEndsBeforeSla = "contract-ends-before-sla", Warning, clauses: ["8.3.4.1"], kinds: ["contract", "ola", "sla"], clock;
}

fn message(agreement: &Record<'_>, end: Date, slas: &[String]) -> String {
    let what = if slas.len() == 1 { "the SLA" } else { "the SLAs" };
    let verb = if slas.len() == 1 { "rests" } else { "rest" };
    format!("'{}' ends on {end}, before {what} {} that {verb} on it", agreement.id, text::and(slas))
}

const HELP: &str = "decide on its renewal in `renewal`, or let what rests on it end with it";

impl Rule for ContractEndsBeforeSla {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let lead = lead(cx);
        let in_hand = |contract: &Contract<'_>| {
            let decision = contract.renewal().and_then(Renewal::decision);
            let goes_on = matches!(decision, Some(RenewalDecision::Renew | RenewalDecision::Replace));
            goes_on || undecided(cx, *contract, lead).is_some()
        };
        let contracts = cx.sms.all::<Contract<'_>>().filter(|contract| !in_hand(contract));
        let contracts = contracts.map(|it| (it.0.record, it.status(), it.end(), it.supports()));
        let olas = cx.sms.all::<Ola<'_>>().map(|it| (it.0.record, it.status(), it.end(), it.supports()));
        for (record, status, end, supports) in contracts.chain(olas) {
            let running = status.is_some_and(ContractStatus::is_in_force);
            let Some(end) = end.filter(|end| running && *end >= cx.today()) else { continue };
            let slas = supports.into_iter().filter_map(|sla| cx.sms.view::<Sla<'_>>(cx.sms.find(sla.id)?));
            let longer = |sla: &Sla<'_>| sla.is_in_force(cx.today()) && sla.valid_to().is_some_and(|until| until > end);
            let longer: Vec<Sla<'_>> = slas.filter(longer).collect();
            let names: Vec<String> = longer.iter().map(|sla| format!("'{}'", sla.0.record.id)).collect();
            if !longer.is_empty() {
                let draft = out.field(record, "end", message(record, end, &names)).help(HELP);
                longer
                    .iter()
                    .fold(draft, |draft, sla| draft.related(sla.0.field_span("valid_to"), "the end of the SLA"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const SLA: &str = "
        # sms/sla/sla-a.yaml
        {kind: sla, id: sla-a, status: in_force, valid_to: 2027-07-01}
        # sms/sla/sla-b.yaml
        {kind: sla, id: sla-b, status: in_force}
        # sms/sla/sla-c.yaml
        {kind: sla, id: sla-c, status: expired, valid_to: 2027-12-31}
        # sms/sla/sla-d.yaml
        {kind: sla, id: sla-d, status: under_review, valid_to: 2027-12-31}
";

    #[test]
    fn a_day_too_short_is_told_for_contracts_and_olas() {
        let agreements = "
        # sms/contract/a.yaml
        {kind: contract, id: a, status: expiring, end: 2027-06-30, supports: [sla-a, sla-b, sla-c, sla-d]}
        #                                              ^^^^^^^^^^ 'a' ends on 2027-06-30, before the SLAs 'sla-a' and 'sla-d' that rest on it
        # sms/contract/b.yaml
        {kind: contract, id: b, status: in_force, end: 2027-06-30, supports: [sla-a], renewal: {decision: end}}
        #                                              ^^^^^^^^^^ 'b' ends on 2027-06-30, before the SLA 'sla-a' that rests on it
        # sms/ola/c.yaml
        {kind: ola, id: c, status: in_force, end: 2027-01-31, supports: [sla-a]}
        #                                         ^^^^^^^^^^ 'c' ends
";
        check(&ContractEndsBeforeSla, &format!("{SLA}{agreements}"));
    }

    #[test]
    fn long_enough_decided_over_or_endless_agreements_pass() {
        let agreements = "
        # sms/contract/a.yaml
        {kind: contract, id: a, status: in_force, end: 2027-07-01, supports: [sla-a]}
        # sms/contract/b.yaml
        {kind: contract, id: b, status: in_force, end: 2027-06-30, supports: [sla-a], renewal: {decision: replace}}
        # sms/contract/c.yaml
        {kind: contract, id: c, status: terminated, end: 2027-06-30, supports: [sla-a]}
        # sms/contract/d.yaml
        {kind: contract, id: d, status: in_force, end: 2026-11-19, supports: [sla-a]}
        # sms/contract/f.yaml
        {kind: contract, id: f, status: in_force, end: 2027-01-31, supports: [sla-a]}
        # sms/ola/e.yaml
        {kind: ola, id: e, status: in_force, supports: [sla-a, sla-gone]}
";
        check(&ContractEndsBeforeSla, &format!("{SLA}{agreements}"));
        let told = crate::rules::harness::findings(&crate::rules::contract_expiring::ContractExpiring, agreements);
        assert_eq!(told.len(), 1, "'f' is told there");
    }
}
