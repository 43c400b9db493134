use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::model::Record;
use crate::model::supplier_review::{Dispute, DisputeStatus};

rule! {
    /// A dispute with a supplier in which nothing has happened for long.
    ///
    /// A quarrel that sleeps is lost, and money and trust with it. A dispute that is not closed has a step at least every
    /// sixty days; a policy in force may set other days in `limits` for this rule. The day on which it was raised counts
    /// as its first step.
    ///
    /// ```yaml,bad
    /// # sms/dispute/dsp-credit.yaml
    /// kind: dispute
    /// id: dsp-credit
    /// status: negotiating
    /// raised_on: 2026-05-04
    /// steps: [{at: 2026-05-20, action: Credit claimed in writing}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/dispute/dsp-credit.yaml
    /// kind: dispute
    /// id: dsp-credit
    /// status: negotiating
    /// raised_on: 2026-05-04
    /// steps: [{at: 2026-05-20, action: Credit claimed in writing}, {at: 2026-10-30, action: Talk of both directors}]
    /// ```
    ///
    /// Take the next step and write it down, escalate it, or close it with the outcome.
    DisputeStuck = "dispute-stuck", Warning, clauses: ["8.3.4.1"], kinds: ["dispute"], clock;
}

fn message(dispute: &Record<'_>, last: Date) -> String {
    format!("nothing has happened in the dispute '{}' since {last}", dispute.id)
}

const HELP: &str = "take the next step and write it in `steps`, escalate it, or close it with the outcome";

const WITHIN: Duration = Duration::from_days(60);

impl Rule for DisputeStuck {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let within = cx.time_limit(self.code().id, WITHIN);
        for dispute in cx.sms.all::<Dispute<'_>>() {
            let open = dispute.status().is_some_and(|status| status != DisputeStatus::Closed);
            let steps = dispute.steps();
            let last = steps.iter().filter_map(|step| step.at()).chain(dispute.raised_on()).max();
            let Some(last) = last.filter(|last| open && after(*last, within) < cx.today()) else { continue };
            let record = dispute.0.record;
            let step = steps.iter().find(|step| step.at() == Some(last));
            let span = step.map_or_else(|| record.field_span("raised_on"), |step| step.0.field_span("at"));
            out.at(record, span, message(record, last)).help(HELP);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn the_latest_step_counts_wherever_it_stands() {
        check(
            &DisputeStuck,
            "
            # sms/dispute/a.yaml
            kind: dispute
            id: a
            status: escalated
            raised_on: 2026-01-01
            steps:
              - {at: 2026-09-20, action: Talk}
            #        ^^^^^^^^^^ in the dispute 'a' since 2026-09-20
              - {at: 2026-03-01, action: Letter}
            # sms/dispute/b.yaml
            {kind: dispute, id: b, status: raised, raised_on: 2026-09-20}
            #                                                 ^^^^^^^^^^ 'b' since 2026-09-20
            # sms/dispute/c.yaml
            {kind: dispute, id: c, status: raised, raised_on: 2026-09-21}
            # sms/dispute/d.yaml
            {kind: dispute, id: d, status: closed, raised_on: 2026-01-21}
            ",
        );
    }

    #[test]
    fn a_policy_sets_the_days() {
        check(
            &DisputeStuck,
            "
            # sms/policy/p.yaml
            {kind: policy, id: p, status: in_force, limits: [{rule: dispute-stuck, value: 30d}]}
            # sms/dispute/a.yaml
            {kind: dispute, id: a, status: raised, raised_on: 2026-10-20}
            #                                                 ^^^^^^^^^^ 'a' since
            # sms/dispute/b.yaml
            {kind: dispute, id: b, status: raised, raised_on: 2026-10-21}
            ",
        );
    }
}
