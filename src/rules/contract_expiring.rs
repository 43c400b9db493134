use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::before;
use crate::base::duration::Duration;
use crate::model::Record;
use crate::model::contract::{Contract, ContractStatus};

rule! {
    /// A contract that soon can no longer be ended or renewed in time, and nobody has decided what then.
    ///
    /// The decision is due ninety days before the last day on which notice can be given: time enough to ask others for an
    /// offer. A policy in force may set other days in `limits` for this rule. A contract with a `renewal` decision is in
    /// hand.
    ///
    /// ```yaml,bad
    /// # sms/contract/ctr-lines.yaml
    /// kind: contract
    /// id: ctr-lines
    /// status: in_force
    /// end: 2027-01-31
    /// notice: 30d
    /// ```
    ///
    /// ```yaml,good
    /// # sms/contract/ctr-lines.yaml
    /// kind: contract
    /// id: ctr-lines
    /// status: in_force
    /// end: 2027-01-31
    /// notice: 30d
    /// renewal: {decision: replace, decided_on: 2026-10-02}
    /// ```
    ///
    /// Decide whether to renew, replace or end it, and write that into `renewal`.
    ContractExpiring = "contract-expiring", Warning, clauses: ["8.3.4.1"], kinds: ["contract"], clock;
}

/// Time for a decision before notice must be given.
const LEAD: Duration = Duration::from_days(90);

fn message(contract: &Record<'_>, last: Date, today: Date) -> String {
    let passed = if last < today { "was" } else { "is" };
    format!(
        "the last day to give notice under '{}' {passed} {last}, and nothing is decided on its renewal",
        contract.id
    )
}

const HELP: &str = "decide whether to renew, replace or end it, and write that into `renewal`";

/// How long before notice must be given the decision is due.
pub(super) fn lead(cx: &Check<'_>) -> Duration {
    cx.time_limit(ContractExpiring.code().id, LEAD)
}

/// The last day to give notice, when the decision is due and has not been taken.
pub(super) fn undecided(cx: &Check<'_>, contract: Contract<'_>, lead: Duration) -> Option<Date> {
    let record = contract.0.record;
    let running = contract.status().is_some_and(ContractStatus::is_in_force);
    let end = contract.end().filter(|end| running && *end >= cx.today())?;
    let notice = record.text("notice").and_then(|text| Duration::parse(text).ok());
    let last = before(end, notice.unwrap_or_default());
    (before(last, lead) <= cx.today() && record.get("renewal").is_none()).then_some(last)
}

impl Rule for ContractExpiring {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let lead = lead(cx);
        for contract in cx.sms.all::<Contract<'_>>() {
            if let Some(last) = undecided(cx, contract, lead) {
                let record = contract.0.record;
                out.field(record, "end", message(record, last, cx.today())).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn the_decision_is_due_ninety_days_before_notice() {
        check(
            &ContractExpiring,
            "
            # as-of: 2026-09-01
            # sms/contract/a.yaml
            kind: contract
            id: a
            status: in_force
            end: 2026-12-30
            #    ^^^^^^^^^^ is 2026-11-30
            notice: 30d
            # sms/contract/b.yaml
            {kind: contract, id: b, status: in_force, end: 2026-12-31, notice: 30d}
            ",
        );
    }

    #[test]
    fn a_policy_may_ask_for_more_time() {
        check(
            &ContractExpiring,
            "
            # as-of: 2026-09-01
            # sms/contract/b.yaml
            {kind: contract, id: b, status: in_force, end: 2026-12-31, notice: 30d}
            #                                              ^^^^^^^^^^ is 2026-12-01
            # sms/policy/p.yaml
            {kind: policy, id: p, status: in_force, limits: [{rule: contract-expiring, value: 91d}]}
            ",
        );
    }

    #[test]
    fn a_day_that_has_passed_is_told_as_passed() {
        check(
            &ContractExpiring,
            "
            # sms/contract/a.yaml
            {kind: contract, id: a, status: expiring, end: 2026-12-01, notice: 60d}
            #                                              ^^^^^^^^^^ was 2026-10-02
            ",
        );
    }

    #[test]
    fn what_is_decided_over_or_already_reported_as_expired_is_left_alone() {
        check(
            &ContractExpiring,
            "
            # sms/contract/a.yaml
            {kind: contract, id: a, status: in_force, end: 2026-12-01, renewal: {decision: end, decided_on: 2026-01-01}}
            # sms/contract/b.yaml
            {kind: contract, id: b, status: terminated, end: 2026-12-01}
            # sms/contract/c.yaml
            {kind: contract, id: c, status: in_force, end: 2026-11-19}
            # sms/contract/d.yaml
            {kind: contract, id: d, status: in_force, end: soon}
            ",
        );
    }
}
