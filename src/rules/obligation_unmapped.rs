use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::obligation::{Obligation, ObligationStatus};

rule! {
    /// An obligation that nothing takes care of.
    ///
    /// A law, a permit or a promise that no process, service, contract or control answers for is met by luck. What
    /// `mapped_to` names must still be in use; superseded documents are the matter of `superseded-referenced`.
    ///
    /// ```yaml,bad
    /// # sms/obligation/obl-data-protection.yaml
    /// kind: obligation
    /// id: obl-data-protection
    /// status: in_force
    /// ```
    ///
    /// ```yaml,good
    /// # sms/obligation/obl-data-protection.yaml
    /// kind: obligation
    /// id: obl-data-protection
    /// status: in_force
    /// mapped_to: [proc-information-security]
    /// # sms/process/proc-information-security.yaml
    /// {kind: process, id: proc-information-security, status: in_force}
    /// ```
    ///
    /// Name in `mapped_to` what sees to it, or say with `not_applicable` and a reason that it does not concern you.
    ObligationUnmapped = "obligation-unmapped", Warning, clauses: ["6.3"], kinds: ["obligation"];
}

fn message(obligation: &Record<'_>, over: bool) -> String {
    let id = &obligation.id;
    if over {
        format!("all that takes care of the obligation '{id}' is over")
    } else {
        format!("nothing takes care of the obligation '{id}'")
    }
}

const HELP: &str = "name in `mapped_to` the process, service, contract or control that sees to it";

/// Whether the record has ended; documents that were replaced are told elsewhere.
fn is_over(record: &Record<'_>) -> bool {
    record.is_at_rest() && !(record.is_document() && matches!(record.status(), Some("superseded" | "withdrawn")))
}

impl Rule for ObligationUnmapped {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for obligation in cx.sms.all::<Obligation<'_>>() {
            let record = obligation.0.record;
            if !matches!(obligation.status(), Some(ObligationStatus::Noticed | ObligationStatus::InForce)) {
                continue;
            }
            if !obligation.0.missing(&["mapped_to"]).is_empty() {
                out.field(record, "mapped_to", message(record, false)).help(HELP);
                continue;
            }
            let mapped = obligation.mapped_to();
            let over: Option<Vec<&Record<'_>>> =
                mapped.iter().map(|care| cx.sms.follow(*care).filter(|care| is_over(care))).collect();
            let Some(over) = over.filter(|over| !over.is_empty()) else { continue };
            let mut draft = out.field(record, "mapped_to", message(record, true)).help(HELP);
            for care in over.into_iter().take(5) {
                draft = draft.related(care.field_span("status"), "over");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn what_binds_and_what_will_bind_needs_somebody_who_sees_to_it() {
        check(
            &ObligationUnmapped,
            "
            # sms/obligation/obl-a.yaml
            {kind: obligation, id: obl-a, status: in_force}
            #                      ^^^^^ nothing takes care of the obligation 'obl-a'
            # sms/obligation/obl-b.yaml
            {kind: obligation, id: obl-b, status: noticed, mapped_to: []}
            #                                              ^^^^^^^^^ 'obl-b'
            # sms/obligation/obl-c.yaml
            {kind: obligation, id: obl-c, status: in_force, mapped_to: [ctr-a, svc-a]}
            #                                               ^^^^^^^^^ all that takes care of the obligation 'obl-c' is over
            # sms/contract/ctr-a.yaml
            {kind: contract, id: ctr-a, status: terminated}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: retired}
            ",
        );
    }

    #[test]
    fn one_thing_in_use_is_enough_others_are_told_elsewhere_and_what_is_over_needs_nobody() {
        check(
            &ObligationUnmapped,
            "
            # sms/obligation/obl-a.yaml
            {kind: obligation, id: obl-a, status: in_force, mapped_to: [ctr-a, svc-a]}
            # sms/obligation/obl-b.yaml
            {kind: obligation, id: obl-b, status: in_force, mapped_to: [pol-a]}
            # sms/obligation/obl-c.yaml
            {kind: obligation, id: obl-c, status: in_force, mapped_to: [ctr-a, nothing]}
            # sms/obligation/obl-d.yaml
            {kind: obligation, id: obl-d, status: not_applicable, mapped_to: []}
            # sms/obligation/obl-e.yaml
            {kind: obligation, id: obl-e, status: ended}
            # sms/obligation/obl-f.yaml
            {kind: obligation, id: obl-f, status: in_force, mapped_to: everything}
            # sms/contract/ctr-a.yaml
            {kind: contract, id: ctr-a, status: terminated}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live}
            # sms/policy/pol-a.yaml
            {kind: policy, id: pol-a, status: superseded}
            ",
        );
    }
}
