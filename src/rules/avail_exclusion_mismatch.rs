use std::collections::BTreeSet;

use super::avail_window_mismatch::{resting, theirs};
use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::levels::Delivery;
use crate::model::view::At;

rule! {
    /// A supplier leaves out of its promise what an SLA that rests on it does not leave out.
    ///
    /// In that time the supplier owes nothing and we owe everything. Exclusions are compared word by word, without regard
    /// to case, with the exclusions of our target and the exceptions of the SLA: use the same words in both.
    ///
    /// ```yaml,bad
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, service: svc-mail, exceptions: [force majeure],
    ///  targets: [{id: up, metric: availability, operator: ">=", value: 99, window: month}]}
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, relations: [{type: supplied_by, to: ctr-mail}]}
    /// # sms/contract/ctr-mail.yaml
    /// {kind: contract, id: ctr-mail, status: in_force,
    ///  targets: [{id: up, metric: availability, operator: ">=", value: 99.9, window: month, exclusions: [agreed maintenance]}]}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, service: svc-mail, exceptions: [force majeure],
    ///  targets: [{id: up, metric: availability, operator: ">=", value: 99, window: month, exclusions: [Agreed maintenance]}]}
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, relations: [{type: supplied_by, to: ctr-mail}]}
    /// # sms/contract/ctr-mail.yaml
    /// {kind: contract, id: ctr-mail, status: in_force,
    ///  targets: [{id: up, metric: availability, operator: ">=", value: 99.9, window: month, exclusions: [agreed maintenance]}]}
    /// ```
    ///
    /// Leave the same things out of the SLA, or talk the supplier out of its exclusion.
    AvailExclusionMismatch = "avail-exclusion-mismatch", Warning, clauses: ["8.3.4.1"], kinds: ["contract", "ola", "sla"];
}

const HELP: &str = "leave the same out of the SLA, in the same words, or agree with the supplier that it counts";

fn folded(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// What our promise leaves out.
fn ours(delivery: &Delivery<'_, '_>) -> BTreeSet<String> {
    let of_target = delivery.target.exclusions().into_iter().filter_map(|at| at.node.as_str().map(folded));
    of_target.chain(delivery.sla.exceptions().into_iter().map(folded)).collect()
}

fn message(support: &str, exclusion: &str, slas: &[String]) -> String {
    let verb = if slas.len() == 1 { "does" } else { "do" };
    format!("'{support}' leaves out '{exclusion}', and {} {verb} not", text::and(slas))
}

impl Rule for AvailExclusionMismatch {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        if theirs(cx).all(|target| target.exclusions().is_empty()) {
            return;
        }
        let resting = resting(cx, |delivery, promise| {
            (!promise.target.exclusions().is_empty()).then(|| {
                let sla = delivery.sla.0.record;
                (format!("'{}'", sla.id), delivery.target.0.field_span("exclusions"), ours(delivery))
            })
        });
        for (promise, slas) in resting.into_values() {
            let exclusions: Vec<(At<'_>, &str)> =
                promise.target.exclusions().into_iter().filter_map(|at| Some((at, at.node.as_str()?))).collect();
            for (at, exclusion) in exclusions {
                let mut without: Vec<_> =
                    slas.iter().filter(|(_, _, ours)| !ours.contains(&folded(exclusion))).collect();
                without.dedup_by(|a, b| a.0 == b.0);
                let names: Vec<String> = without.iter().map(|(name, _, _)| name.clone()).collect();
                if names.is_empty() {
                    continue;
                }
                let message = message(promise.support.record().id.as_str(), exclusion, &names);
                let draft = out.at(promise.support.record(), at.span(), message).help(HELP);
                without.iter().fold(draft, |draft, (_, span, _)| draft.related(*span, "counts this time"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn each_exclusion_is_told_once_with_all_who_do_not_have_it() {
        check(
            &AvailExclusionMismatch,
            "
            # sms/sla/sla-a.yaml
            {kind: sla, id: sla-a, status: in_force, service: svc-a, exceptions: [Force  majeure],
             targets: [{id: up, metric: availability, operator: '>=', value: 99, window: month}]}
            # sms/sla/sla-b.yaml
            {kind: sla, id: sla-b, status: in_force, service: svc-a, exceptions: [none],
             targets: [{id: up, metric: availability, operator: '>=', value: 99, window: month, exclusions: [strikes]}]}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, relations: [{type: supplied_by, to: ctr-a}]}
            # sms/contract/ctr-a.yaml
            kind: contract
            id: ctr-a
            status: in_force
            targets:
              - id: up
                metric: availability
                operator: '>='
                value: 99.9
                window: month
                exclusions:
                  - force majeure
            #       ^^^^^^^^^^^^^ 'ctr-a' leaves out 'force majeure', and 'sla-b' does not
                  - strikes
            #       ^^^^^^^ 'ctr-a' leaves out 'strikes', and 'sla-a' does not
                  - floods
            #       ^^^^^^ 'ctr-a' leaves out 'floods', and 'sla-a' and 'sla-b' do not
            ",
        );
    }
}
