use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::contract::{Contract, ContractStatus, Ola};

rule! {
    /// A contract or OLA that counts as in force after its last day.
    ///
    /// What rests on it is not promised any more, and nobody has noticed: prices, targets and duties of the other side
    /// ended with it.
    ///
    /// ```yaml,bad
    /// # sms/contract/ctr-hosting.yaml
    /// kind: contract
    /// id: ctr-hosting
    /// status: in_force
    /// end: 2026-06-30
    /// ```
    ///
    /// ```yaml,good
    /// # sms/contract/ctr-hosting.yaml
    /// kind: contract
    /// id: ctr-hosting
    /// status: in_force
    /// end: 2028-06-30
    /// ```
    ///
    /// Renew it and write the new `end`, or set its `status` to what is true: `expired`, `terminated` or `renewed`.
    ContractExpired = "contract-expired", Error, clauses: ["8.3.4.1"], kinds: ["contract", "ola"], clock;
}

fn message(agreement: &Record<'_>, end: Date) -> String {
    format!("'{}' counts as in force, but ended on {end}", agreement.id)
}

const HELP: &str = "renew it and write the new `end`, or set its `status` to expired, terminated or renewed";

impl Rule for ContractExpired {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let contracts = cx.sms.all::<Contract<'_>>().map(|contract| (contract.0, contract.status(), contract.end()));
        let olas = cx.sms.all::<Ola<'_>>().map(|ola| (ola.0, ola.status(), ola.end()));
        for (at, status, end) in contracts.chain(olas) {
            if let Some(end) = end.filter(|end| *end < cx.today() && status.is_some_and(ContractStatus::is_in_force)) {
                out.field(at.record, "end", message(at.record, end)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn contracts_and_olas_that_ran_out_unnoticed_are_told() {
        check(
            &ContractExpired,
            "
            # sms/contract/ctr-a.yaml
            {kind: contract, id: ctr-a, status: expiring, end: 2026-11-19}
            #                                                  ^^^^^^^^^^ 'ctr-a' counts as in force, but ended
            # sms/ola/ola-a.yaml
            {kind: ola, id: ola-a, status: in_force, end: 2025-12-31}
            #                                             ^^^^^^^^^^ 'ola-a'
            ",
        );
    }

    #[test]
    fn the_last_day_still_counts() {
        check(
            &ContractExpired,
            "
            # sms/contract/ctr-a.yaml
            {kind: contract, id: ctr-a, status: in_force, end: 2026-11-20}
            # sms/ola/ola-a.yaml
            {kind: ola, id: ola-a, status: in_force}
            ",
        );
    }

    #[test]
    fn what_says_that_it_is_over_is_fine() {
        check(
            &ContractExpired,
            "
            # sms/contract/ctr-a.yaml
            {kind: contract, id: ctr-a, status: renewed, end: 2025-12-31}
            # sms/contract/ctr-b.yaml
            {kind: contract, id: ctr-b, status: in_force, end: never}
            ",
        );
    }

    #[test]
    fn the_instant_that_is_asked_about_decides() {
        for (as_of, expired) in [("2026-06-30", 0), ("2026-07-01", 1)] {
            let fixture = format!(
                "# as-of: {as_of}\n# sms/contract/ctr-a.yaml\n{{kind: contract, id: ctr-a, status: in_force, end: 2026-06-30}}\n"
            );
            let found = crate::rules::harness::findings(&ContractExpired, &fixture);
            assert_eq!(found.len(), expired, "{as_of}");
            assert!(found.iter().all(|finding| finding.clock), "the finding says that it depends on it");
        }
    }
}
