use super::rule::{Check, Report, Rule};
use crate::base::duration::Duration;
use crate::levels::Clocks;
use crate::levels::tiers::{Tier, called};
use crate::model::sla::{Sla, SlaTarget, TargetMetric};

rule! {
    /// A party behind a service may answer later than the SLA promises that somebody answers.
    ///
    /// Compared are targets for response of contracts and OLAs behind the service and its items with those of the SLA, for
    /// the same scope, in the hours of the SLA: an hour of office time may take a weekend of ours. A policy may set under
    /// `response-target-too-slow` the time that handing over takes; it is added.
    ///
    /// ```yaml,bad
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, service: svc-mail,
    ///  targets: [{id: r, metric: response, scope: p1, operator: <=, value: 30m, window: month, clock: 24x7}]}
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, relations: [{type: supplied_by, to: ctr-mail}]}
    /// # sms/contract/ctr-mail.yaml
    /// {kind: contract, id: ctr-mail, status: in_force,
    ///  targets: [{id: r, metric: response, scope: p1, operator: <=, value: 1h, window: month, clock: 24x7}]}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, service: svc-mail,
    ///  targets: [{id: r, metric: response, scope: p1, operator: <=, value: 30m, window: month, clock: 24x7}]}
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, relations: [{type: supplied_by, to: ctr-mail}]}
    /// # sms/contract/ctr-mail.yaml
    /// {kind: contract, id: ctr-mail, status: in_force,
    ///  targets: [{id: r, metric: response, scope: p1, operator: <=, value: 15m, window: month, clock: 24x7}]}
    /// ```
    ///
    /// Agree on a faster answer with the other party, or promise a slower one.
    ResponseTargetTooSlow = "response-target-too-slow", Error, clauses: ["8.3.4"], kinds: ["sla", "contract", "ola", "calendar"], clock;
}

const HELP: &str = "agree on a faster answer with the other party, or promise a slower one";

fn message(sla: &str, promised: Duration, slowest: &Tier<'_>, hand_over: Duration) -> String {
    let (support, taken) = (&slowest.support.record().id, slowest.taken);
    let also = if hand_over.seconds() == 0 { String::new() } else { format!(" and {hand_over} to hand over") };
    format!("'{sla}' promises an answer in {promised}, and '{support}' may take {taken}{also} in the same hours")
}

/// Every promise of an SLA that holds or is agreed about one sort of time, with its length.
pub(super) fn promised<'c>(
    cx: &Check<'c>,
    metric: TargetMetric,
) -> impl Iterator<Item = (Sla<'c>, SlaTarget<'c>, Duration)> {
    let today = cx.today();
    let slas = cx.sms.all::<Sla<'c>>().filter(move |sla| sla.is_promised(today));
    slas.flat_map(move |sla| {
        let targets = sla.target_rows().into_iter().filter(move |target| target.metric() == Some(metric));
        targets.filter_map(move |target| Some((sla, target, target.limit()?)))
    })
}

impl Rule for ResponseTargetTooSlow {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let clocks = Clocks::new(cx.sms);
        let hand_over = cx.time_limit("response-target-too-slow", Duration::from_seconds(0));
        for (sla, target, promised) in promised(cx, TargetMetric::Response) {
            let called = called(cx.sms, cx.graph, &clocks, sla, target);
            let tiers = called.iter().flat_map(|one| [one.inside, one.outside]).flatten();
            let late = |tier: &Tier<'_>| tier.taken.seconds().saturating_add(hand_over.seconds()) > promised.seconds();
            let mut slow: Vec<Tier<'_>> = tiers.filter(late).collect();
            slow.sort_by_key(|tier| (std::cmp::Reverse(tier.taken), tier.target.0.span()));
            slow.dedup_by_key(|tier| tier.target.0.span());
            let Some(slowest) = slow.first() else { continue };
            let message = message(sla.0.record.id.as_str(), promised, slowest, hand_over);
            let draft = out.at(sla.0.record, target.0.field_span("value"), message).help(HELP);
            slow.iter().fold(draft, |draft, tier| {
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
    fn an_hour_of_office_time_takes_a_weekend_and_handing_over_is_added() {
        check(
            &ResponseTargetTooSlow,
            "
            # sms/sla/sla-a.yaml
            kind: sla
            id: sla-a
            status: agreed
            service: svc-a
            targets:
              - {metric: response, scope: p1, clock: 24x7, value: 30m}
            #                                                     ^^^ 'sla-a' promises an answer in 30m, and 'ola-a' may take 2d 17h and 20m to hand over
              - {metric: response, scope: p2, clock: 24x7, value: 30m}
              - {metric: response, scope: p3, clock: 24x7, value: 29m}
            #                                                     ^^^ 'ctr-a' may take 10m and 20m
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, relations: [ci-a]}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, relations: [{type: supplied_by, to: ola-a, strength: soft}, {type: supplied_by, to: ctr-a}]}
            # sms/ola/ola-a.yaml
            {kind: ola, id: ola-a, status: in_force, hours: {support: cal-a}, targets: [{metric: response, scope: p1, clock: support_hours, value: 1h}]}
            # sms/contract/ctr-a.yaml
            {kind: contract, id: ctr-a, status: in_force, targets: [{metric: response, scope: all, clock: 24x7, value: 10m}]}
            # sms/calendar/cal-a.yaml
            {kind: calendar, id: cal-a, zone: UTC, weekly: [{days: [mon, tue, wed, thu, fri], from: '08:00', to: '16:00'}]}
            # sms/policy/pol-a.yaml
            {kind: policy, id: pol-a, status: in_force, limits: [{rule: response-target-too-slow, value: 20m}]}
            ",
        );
    }
}
