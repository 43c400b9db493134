use super::response_target_too_slow::promised;
use super::rule::{Check, Report, Rule};
use crate::base::duration::Duration;
use crate::levels::Clocks;
use crate::levels::tiers::{Called, Tier, called};
use crate::model::sla::TargetMetric;

rule! {
    /// A fault may take longer on its way through those who mend it than the SLA promises.
    ///
    /// For each item behind the service the targets for resolution are added up: that of our own people in an OLA, and
    /// that of the supplier in a contract whom they call. Of several parties of one sort the slowest counts. All is
    /// counted in the hours of the SLA, for the same scope.
    ///
    /// ```yaml,bad
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, service: svc-mail,
    ///  targets: [{id: r, metric: resolution, scope: p1, operator: <=, value: 4h, window: month, clock: 24x7}]}
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, relations: [{type: supplied_by, to: ola-mail}, {type: supplied_by, to: ctr-mail}]}
    /// # sms/ola/ola-mail.yaml
    /// {kind: ola, id: ola-mail, status: in_force,
    ///  targets: [{id: r, metric: resolution, scope: p1, operator: <=, value: 2h, window: month, clock: 24x7}]}
    /// # sms/contract/ctr-mail.yaml
    /// {kind: contract, id: ctr-mail, status: in_force,
    ///  targets: [{id: r, metric: resolution, scope: p1, operator: <=, value: 4h, window: month, clock: 24x7}]}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, service: svc-mail,
    ///  targets: [{id: r, metric: resolution, scope: p1, operator: <=, value: 6h, window: month, clock: 24x7}]}
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, relations: [{type: supplied_by, to: ola-mail}, {type: supplied_by, to: ctr-mail}]}
    /// # sms/ola/ola-mail.yaml
    /// {kind: ola, id: ola-mail, status: in_force,
    ///  targets: [{id: r, metric: resolution, scope: p1, operator: <=, value: 2h, window: month, clock: 24x7}]}
    /// # sms/contract/ctr-mail.yaml
    /// {kind: contract, id: ctr-mail, status: in_force,
    ///  targets: [{id: r, metric: resolution, scope: p1, operator: <=, value: 4h, window: month, clock: 24x7}]}
    /// ```
    ///
    /// Shorten a step with its party, call the supplier at once, or promise more time.
    ResolutionPathTooLong = "resolution-path-too-long", Error, clauses: ["8.3.4"], kinds: ["sla", "contract", "ola", "calendar"], clock;
}

const HELP: &str = "shorten a step with its party, call the supplier at once, or promise more time";

fn message(sla: &str, promised: Duration, path: &Called<'_, '_>) -> String {
    let step = |tier: Tier<'_>| format!("{} in '{}'", tier.taken, tier.support.record().id);
    let steps: Vec<String> = [path.inside, path.outside].into_iter().flatten().map(step).collect();
    let (item, steps) = (&path.node.id, steps.join(" and "));
    format!("'{sla}' promises a mend in {promised}, and a fault of '{item}' may take {steps}")
}

impl Rule for ResolutionPathTooLong {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let clocks = Clocks::new(cx.sms);
        for (sla, target, promised) in promised(cx, TargetMetric::Resolution) {
            let called = called(cx.sms, cx.graph, &clocks, sla, target);
            // Of the paths as long as the longest the first one is told.
            let longest = called.iter().rev().max_by_key(|path| path.taken());
            let Some(path) = longest.filter(|path| path.taken() > promised) else { continue };
            let message = message(sla.0.record.id.as_str(), promised, path);
            let draft = out.at(sla.0.record, target.0.field_span("value"), message).help(HELP);
            [path.inside, path.outside].into_iter().flatten().fold(draft, |draft, tier| {
                draft.related(tier.target.0.field_span("value"), format!("at most {} in our hours", tier.taken))
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn the_longest_path_over_one_item_counts_and_parties_of_other_items_do_not_add_up() {
        check(
            &ResolutionPathTooLong,
            "
            # sms/sla/sla-a.yaml
            kind: sla
            id: sla-a
            status: in_force
            service: svc-a
            targets:
              - {metric: resolution, scope: p1, clock: 24x7, value: 4h}
              - {metric: resolution, scope: p2, clock: 24x7, value: 119m}
            #                                                       ^^^^ 'sla-a' promises a mend in 1h 59m, and a fault of 'ci-a' may take 2h in 'ola-a'
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, relations: [ci-a, ci-b]}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, relations: [{type: supplied_by, to: ola-a}]}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, relations: [{type: supplied_by, to: ctr-b}, {type: supplied_by, to: ctr-c}]}
            # sms/ola/ola-a.yaml
            {kind: ola, id: ola-a, status: in_force, targets: [{metric: resolution, scope: all, clock: 24x7, value: 2h}]}
            # sms/contract/ctr-b.yaml
            {kind: contract, id: ctr-b, status: in_force, targets: [{metric: resolution, scope: p1, clock: 24x7, value: 4h}]}
            # sms/contract/ctr-c.yaml
            {kind: contract, id: ctr-c, status: in_force, targets: [{metric: resolution, scope: p1, clock: 24x7, value: 3h}]}
            ",
        );
    }
}
