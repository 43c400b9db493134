use super::rule::{Check, Report, Rule};
use crate::levels::{Clocks, Delivery, Part, each_delivery, enough};

rule! {
    /// An SLA promises more availability than the chain behind its service can deliver.
    ///
    /// The figures of all items, contracts and OLAs that the service cannot do without are multiplied, shared ones once;
    /// of redundant members enough must be up, and what they have in common is counted once. Parts without a figure
    /// count as always up, and parts are taken to fail independently: the truth is rather worse. Where a long chain falls
    /// short already by what must be up in any case, the figure is told as "at most".
    ///
    /// ```yaml,bad
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, service: svc-mail,
    ///  targets: [{id: up, metric: availability, operator: ">=", value: 99.9, unit: percent, window: month, clock: 24x7}]}
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, relations: [ci-app, ci-db]}
    /// # sms/ci/ci-app.yaml
    /// {kind: ci, id: ci-app, availability: 99.95}
    /// # sms/ci/ci-db.yaml
    /// {kind: ci, id: ci-db, availability: 99.9}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, service: svc-mail,
    ///  targets: [{id: up, metric: availability, operator: ">=", value: 99.8, unit: percent, window: month, clock: 24x7}]}
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, relations: [ci-app, ci-db]}
    /// # sms/ci/ci-app.yaml
    /// {kind: ci, id: ci-app, availability: 99.95}
    /// # sms/ci/ci-db.yaml
    /// {kind: ci, id: ci-db, availability: 99.9}
    /// ```
    ///
    /// Make the weakest part better, put a second one beside it, or promise what the chain can keep.
    AvailCompositeShort = "avail-composite-short", Error, clauses: ["8.3.3", "8.7.1"],
        kinds: ["sla", "service", "ci", "contract", "ola"];
}

fn message(delivery: &Delivery<'_, '_>, parts: &[Part<'_>]) -> String {
    let sla = &delivery.sla.0.record.id;
    let (can, promised) = (delivery.expected().in_percent().down(), delivery.promised.text(3));
    let most = if delivery.is_complete() { "" } else { "at most " };
    let weakest = parts.first().map_or(String::new(), |part| format!("; '{}' costs most", part.node.id));
    format!("'{sla}' promises {promised} %, and the chain behind it can deliver {most}{can} %{weakest}")
}

fn help(delivery: &Delivery<'_, '_>, parts: &[Part<'_>]) -> String {
    format!("{}; `gitsm slm {}` shows the whole chain", enough(delivery, parts), delivery.sla.0.record.id)
}

impl Rule for AvailCompositeShort {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let clocks = Clocks::new(cx.sms);
        let short = each_delivery(cx.sms, cx.graph, &clocks, |delivery| {
            let parts = (!delivery.is_kept()).then(|| delivery.parts())?;
            let weakest = parts.first().and_then(|part| delivery.figure(part.node)).map(|figure| figure.span);
            let place = (delivery.sla.0.record, delivery.target.0.field_span("value"));
            Some((place, message(delivery, &parts), help(delivery, &parts), weakest))
        });
        for ((sla, span), message, help, weakest) in short {
            let draft = out.at(sla, span, message).help(help);
            weakest.into_iter().fold(draft, |draft, span| draft.related(span, "the part that costs most"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn a_pair_keeps_what_one_alone_cannot_unless_it_shares_a_weak_part() {
        check(
            &AvailCompositeShort,
            "
            # sms/sla/sla-a.yaml
            {kind: sla, id: sla-a, status: in_force, service: svc-a,
             targets: [{id: up, metric: availability, operator: '>=', value: 99.9, window: month}]}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, relations: [ci-a, ci-b], redundancy: [{of: [ci-a, ci-b], min_up: 1}]}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, availability: 99}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, availability: 99}
            # sms/sla/sla-c.yaml
            {kind: sla, id: sla-c, status: in_force, service: svc-c,
             targets: [{id: up, metric: availability, operator: '>=', value: 99.9, window: month}]}
            #                                                                ^^^^ 'sla-c' promises 99.9 %, and the chain behind it can deliver 99.88 %; 'ci-room' costs most
            # sms/service/svc-c.yaml
            {kind: service, id: svc-c, relations: [ci-c, ci-d], redundancy: [{of: [ci-c, ci-d], min_up: 1}]}
            # sms/ci/ci-c.yaml
            {kind: ci, id: ci-c, availability: 99, relations: [ci-room]}
            # sms/ci/ci-d.yaml
            {kind: ci, id: ci-d, availability: 99, relations: [ci-room]}
            # sms/ci/ci-room.yaml
            {kind: ci, id: ci-room, availability: 99.89}
            ",
        );
    }

    #[test]
    fn drafts_and_past_promises_and_chains_without_figures_are_left_alone() {
        check(
            &AvailCompositeShort,
            "
            # sms/sla/sla-a.yaml
            {kind: sla, id: sla-a, status: draft, service: svc-a,
             targets: [{id: up, metric: availability, operator: '>=', value: 99.9, window: month}]}
            # sms/sla/sla-b.yaml
            {kind: sla, id: sla-b, status: in_force, valid_to: 2026-10-31, service: svc-a,
             targets: [{id: up, metric: availability, operator: '>=', value: 99.9, window: month}]}
            # sms/sla/sla-c.yaml
            {kind: sla, id: sla-c, status: in_force, service: svc-c,
             targets: [{id: up, metric: availability, operator: '>=', value: 100, window: month}]}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, relations: [ci-a]}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, availability: 99}
            # sms/service/svc-c.yaml
            {kind: service, id: svc-c, relations: [{type: depends_on, to: ci-a, strength: soft}]}
            ",
        );
    }
}
