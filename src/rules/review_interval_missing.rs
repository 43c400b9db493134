use super::rule::{Check, Report, Rule};
use crate::model::Record;

rule! {
    /// A document or a register entry that does not say how often it is looked at again.
    ///
    /// What holds today is wrong some day, and nobody is told unless a day is set for it. Documents and agreements in
    /// force need a `review` with its `interval`; so do the SMS itself, context issues, interested parties, obligations,
    /// risks, controls in operation and audit programmes. Whether a review is late is told by `review-overdue`.
    ///
    /// ```yaml,bad
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sla/sla-mail.yaml
    /// kind: sla
    /// id: sla-mail
    /// status: in_force
    /// review: {interval: 180d, last: 2026-07-02, by: ann}
    /// ```
    ///
    /// Add `review` with the longest time that may lie between two looks at it; 365d is usual.
    ReviewIntervalMissing = "review-interval-missing", Warning, clauses: ["7.5.2"], kinds: [];
}

/// Kinds besides documents, each with the states in which it is looked at again and again.
const REGISTERS: [(&str, &[&str]); 10] = [
    ("audit_programme", &["active"]),
    ("context_issue", &["seen", "addressed", "accepted"]),
    ("contract", &["in_force", "expiring"]),
    ("control", &["operating", "reviewed"]),
    ("interested_party", &["active"]),
    ("obligation", &["noticed", "in_force"]),
    ("ola", &["in_force", "expiring"]),
    ("risk", &["assessed", "treating", "monitored", "accepted"]),
    ("sla", &["in_force", "under_review"]),
    ("sms", &["operating"]),
];

fn message(record: &Record<'_>) -> String {
    format!("nothing says how often '{}' is looked at again", record.id)
}

const HELP: &str = "add `review` with an `interval`, such as `review: {interval: 365d}`";

fn is_due(record: &Record<'_>) -> bool {
    let Some(status) = record.status() else { return false };
    let register = REGISTERS.iter().find(|(kind, _)| *kind == record.kind.name);
    match register {
        Some((_, asked)) => asked.contains(&status),
        None => record.is_document() && status == "in_force",
    }
}

impl Rule for ReviewIntervalMissing {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for kind in cx.sms.catalog.iter() {
            for (_, record) in cx.sms.of_kind(&kind.name) {
                if record.get("review").is_none() && is_due(record) {
                    out.field(record, "review", message(record)).help(HELP);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn documents_in_force_and_registers_in_use_need_an_interval() {
        check(
            &ReviewIntervalMissing,
            "
            # sms/procedure/prc-a.yaml
            kind: procedure
            id: prc-a
            #   ^^^^^ nothing says how often 'prc-a' is looked at again
            status: in_force
            # sms/risk/rsk-a.yaml
            {kind: risk, id: rsk-a, status: treating, review: ~}
            #                                         ^^^^^^ 'rsk-a'
            # sms/obligation/obl-a.yaml
            {kind: obligation, id: obl-a, status: noticed}
            #                      ^^^^^ 'obl-a'
            ",
        );
    }

    #[test]
    fn drafts_the_past_and_kinds_that_are_no_register_need_none() {
        check(
            &ReviewIntervalMissing,
            "
            # sms/procedure/prc-a.yaml
            {kind: procedure, id: prc-a, status: in_review}
            # sms/procedure/prc-b.yaml
            {kind: procedure, id: prc-b, status: superseded}
            # sms/sla/sla-a.yaml
            {kind: sla, id: sla-a, status: expired}
            # sms/risk/rsk-a.yaml
            {kind: risk, id: rsk-a, status: identified}
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: closed}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live}
            ",
        );
    }

    #[test]
    fn an_interval_that_is_there_or_wrong_is_not_missing() {
        check(
            &ReviewIntervalMissing,
            "
            # sms/process/proc-a.yaml
            {kind: process, id: proc-a, status: in_force, review: {interval: 365d}}
            # sms/process/proc-b.yaml
            {kind: process, id: proc-b, status: in_force, review: {last: 2026-01-01}}
            # sms/process/proc-c.yaml
            {kind: process, id: proc-c, status: in_force, review: yearly}
            ",
        );
    }
}
