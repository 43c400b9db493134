use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::Record;
use crate::model::sla::{Sla, SlaStatus};

rule! {
    /// An SLA in force that leaves out what an SLA must say.
    ///
    /// A promise needs its targets, the amount of work up to which they hold, the hours in which they hold, and what
    /// does not count. An exception that does not exist is written as `none`, so that readers see it was thought of.
    ///
    /// ```yaml,bad
    /// # sms/sla/sla-mail.yaml
    /// kind: sla
    /// id: sla-mail
    /// status: in_force
    /// targets:
    ///   - {id: availability, metric: availability, operator: ">=", value: 99.5, unit: percent, window: month}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sla/sla-mail.yaml
    /// kind: sla
    /// id: sla-mail
    /// status: in_force
    /// hours: {service: cal-always, support: cal-office}
    /// targets:
    ///   - {id: availability, metric: availability, operator: ">=", value: 99.5, unit: percent, window: month}
    /// workload_limits:
    ///   - {metric: Mails sent in an hour, limit: 20000, unit: mails per hour, over_limit_effect: Mails may be late.}
    /// exceptions: [none]
    /// ```
    ///
    /// Agree on what is missing with the customer, then fill it in under a change.
    SlaContentMissing = "sla-content-missing", Error, clauses: ["8.3.3"], kinds: ["sla"];
}

fn message(sla: &Record<'_>, missing: &[&str]) -> String {
    format!("the SLA '{}' is in force without {}", sla.id, text::and(missing))
}

const HELP: &str = "agree on what is missing and write it down; `exceptions: [none]` says that there are none";

const FIELDS: &[&str] = &["targets", "workload_limits", "exceptions", "hours"];

impl Rule for SlaContentMissing {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for sla in cx.sms.all::<Sla<'_>>() {
            let record = sla.0.record;
            let missing = sla.0.missing(FIELDS);
            if matches!(sla.status(), Some(SlaStatus::InForce | SlaStatus::UnderReview)) && !missing.is_empty() {
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
    fn all_gaps_of_an_sla_are_one_finding() {
        check(
            &SlaContentMissing,
            "
            # sms/sla/sla-a.yaml
            kind: sla
            id: sla-a
            status: under_review
            #       ^^^^^^^^^^^^ 'sla-a' is in force without workload_limits and exceptions
            hours: {service: cal-a, support: cal-a}
            targets: [{id: a}]
            workload_limits: []
            ",
        );
    }

    #[test]
    fn the_word_none_is_an_answer() {
        check(
            &SlaContentMissing,
            "
            # sms/sla/sla-a.yaml
            {kind: sla, id: sla-a, status: in_force, hours: {service: cal-a, support: cal-a}, targets: [{id: a}],
             workload_limits: [{metric: mails}], exceptions: [none]}
            ",
        );
    }

    #[test]
    fn what_is_not_in_force_may_have_gaps() {
        check(
            &SlaContentMissing,
            "
            # sms/sla/sla-a.yaml
            {kind: sla, id: sla-a, status: draft}
            # sms/sla/sla-b.yaml
            {kind: sla, id: sla-b, status: expired}
            ",
        );
    }

    #[test]
    fn blank_values_are_gaps_and_wrong_types_are_not() {
        check(
            &SlaContentMissing,
            "
            # sms/sla/sla-a.yaml
            {kind: sla, id: sla-a, status: in_force, hours: {}, targets: ' ', workload_limits: ~, exceptions: [none]}
            #                              ^^^^^^^^ without targets, workload_limits and hours
            # sms/sla/sla-b.yaml
            {kind: sla, id: sla-b, status: in_force, hours: x, targets: 5, workload_limits: x, exceptions: true}
            ",
        );
    }
}
