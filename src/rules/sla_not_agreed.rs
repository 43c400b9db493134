use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::sla::{AgreementForm, Sla, SlaStatus};

rule! {
    /// An SLA that counts as agreed, and no proof shows that the customer agreed in time.
    ///
    /// A promise that only we have signed is a wish. `agreement` says how, when and by whom on the customer's side it was
    /// agreed, and `evidence` in it says where the proof is kept; terms of use, which apply to everybody, need none. The
    /// customer agrees no later than the first day on which the SLA holds. That `agreement` is there at all is the
    /// matter of the schema.
    ///
    /// ```yaml,bad
    /// # sms/sla/sla-mail.yaml
    /// kind: sla
    /// id: sla-mail
    /// status: in_force
    /// valid_from: 2026-01-01
    /// agreement: {form: signed, at: 2025-12-09, by_customer: Head of operations}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sla/sla-mail.yaml
    /// kind: sla
    /// id: sla-mail
    /// status: in_force
    /// valid_from: 2026-01-01
    /// agreement:
    ///   form: signed
    ///   at: 2025-12-09
    ///   by_customer: Head of operations
    ///   evidence: {type: signed document, note: "Agreement archive, harbour/mail-2026"}
    /// ```
    ///
    /// Get the customer's word and keep the proof; set the SLA back to `negotiation` until then.
    SlaNotAgreed = "sla-not-agreed", Error, clauses: ["8.3.3"], kinds: ["sla"];
}

fn message(sla: &Record<'_>) -> String {
    format!("nothing proves that the customer agreed to the SLA '{}'", sla.id)
}

fn message_late(sla: &Record<'_>, at: Date, from: Date) -> String {
    format!("the SLA '{}' holds from {from}, but the customer agreed only on {at}", sla.id)
}

const HELP: &str = "say in `agreement.evidence` where the proof is kept, or set the SLA back to negotiation";
const HELP_LATE: &str = "let it hold from the day on which the customer agreed, or correct the day";

impl Rule for SlaNotAgreed {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for sla in cx.sms.all::<Sla<'_>>() {
            let record = sla.0.record;
            let counts = matches!(sla.status(), Some(SlaStatus::Agreed | SlaStatus::InForce | SlaStatus::UnderReview));
            let Some(agreement) = sla.agreement().filter(|_| counts) else { continue };
            let proven = agreement.evidence().is_some_and(|evidence| !evidence.node.is_blank());
            if !proven && agreement.form() != Some(AgreementForm::Terms) {
                out.field(record, "agreement", message(record)).help(HELP);
            }
            if let (Some(at), Some(from)) = (agreement.at(), sla.valid_from())
                && at > from
            {
                out.at(record, agreement.0.field_span("at"), message_late(record, at, from))
                    .help(HELP_LATE)
                    .related(record.field_span("valid_from"), "its first day");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn an_agreement_without_proof_or_after_its_first_day_is_told() {
        check(
            &SlaNotAgreed,
            "
            # sms/sla/sla-a.yaml
            kind: sla
            id: sla-a
            status: under_review
            agreement: {form: email, at: 2025-12-09}
            #^^^^^^^^^ nothing proves that the customer agreed to the SLA 'sla-a'
            # sms/sla/sla-b.yaml
            kind: sla
            id: sla-b
            status: agreed
            valid_from: 2026-01-01
            agreement: {form: minutes, at: 2026-01-02, evidence: {type: minutes}}
            #                              ^^^^^^^^^^ 'sla-b' holds from 2026-01-01, but the customer agreed only on 2026-01-02
            ",
        );
    }

    #[test]
    fn the_first_day_terms_of_use_and_drafts_pass() {
        check(
            &SlaNotAgreed,
            "
            # sms/sla/sla-a.yaml
            {kind: sla, id: sla-a, status: in_force, valid_from: 2026-01-01,
             agreement: {form: signed, at: 2026-01-01, evidence: {type: signed document}}}
            # sms/sla/sla-b.yaml
            {kind: sla, id: sla-b, status: in_force, agreement: {form: terms, at: 2025-12-09}}
            # sms/sla/sla-c.yaml
            {kind: sla, id: sla-c, status: negotiation, agreement: {form: email, at: 2025-12-09}}
            # sms/sla/sla-d.yaml
            {kind: sla, id: sla-d, status: in_force}
            ",
        );
    }
}
