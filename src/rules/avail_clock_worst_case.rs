use super::avail_window_mismatch::theirs;
use super::rule::{Check, Report, Rule};
use crate::base::duration::Duration;
use crate::base::exact::Exact;
use crate::levels::{Clocks, Delivery, Promise, each_delivery, lost};
use crate::model::sla::{Clock, Sla, SlaTarget, TargetWindow};

rule! {
    /// A supplier may keep its promise and still break ours, because the two are counted in different hours.
    ///
    /// 99.9 % of all hours allow 43 minutes a month. When all of them fall into the 220 hours in which our clock runs,
    /// 99.67 % are left. Compared are parts whose loss alone takes the service down and whose promise would be enough if
    /// lost time were spread evenly; hours of ours in which the other party promises nothing count as lost.
    ///
    /// ```yaml,bad
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, service: svc-mail, hours: {service: cal-office},
    ///  targets: [{id: up, metric: availability, operator: ">=", value: 99.8, window: month, clock: service_hours}]}
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, relations: [{type: supplied_by, to: ctr-mail}]}
    /// # sms/contract/ctr-mail.yaml
    /// {kind: contract, id: ctr-mail, status: in_force,
    ///  targets: [{id: up, metric: availability, operator: ">=", value: 99.9, window: month, clock: 24x7}]}
    /// # sms/calendar/cal-office.yaml
    /// {kind: calendar, id: cal-office, zone: Europe/Oslo, weekly: [{days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00"}]}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, service: svc-mail, hours: {service: cal-office},
    ///  targets: [{id: up, metric: availability, operator: ">=", value: 99.6, window: month, clock: service_hours}]}
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, relations: [{type: supplied_by, to: ctr-mail}]}
    /// # sms/contract/ctr-mail.yaml
    /// {kind: contract, id: ctr-mail, status: in_force,
    ///  targets: [{id: up, metric: availability, operator: ">=", value: 99.9, window: month, clock: 24x7}]}
    /// # sms/calendar/cal-office.yaml
    /// {kind: calendar, id: cal-office, zone: Europe/Oslo, weekly: [{days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00"}]}
    /// ```
    ///
    /// Agree with the other party on a promise in the same hours, or on a longest single loss.
    AvailClockWorstCase = "avail-clock-worst-case", Warning, clauses: ["8.3.4.1", "8.7.1"],
        kinds: ["sla", "contract", "ola", "calendar"], clock;
}

const HELP: &str = "agree with the other party on the hours of the SLA, or on a longest single loss of its service";

/// What one promise comes to at worst, when that is less than ours although it is enough by its own figure.
fn short<'s>(delivery: &Delivery<'s, '_>) -> Vec<(Promise<'s>, Exact)> {
    let hundred = Exact::from(100);
    let short = |(at, promise): (usize, Promise<'s>)| {
        let worst = &delivery.worst[at].clone()? * &hundred;
        let enough = delivery.figures[at].as_ref()?.percent >= delivery.promised;
        (delivery.is_single(at) && enough && worst < delivery.promised).then_some((promise, worst))
    };
    delivery.promises().filter_map(short).collect()
}

fn message(delivery: &Delivery<'_, '_>, promise: Promise<'_>, worst: &Exact) -> String {
    let (sla, support) = (&delivery.sla.0.record.id, &promise.support.record().id);
    let lost = delivery.seconds.as_ref().map(|seconds| lost(worst, seconds).round(0));
    let lost = lost.and_then(|lost| u64::try_from(lost.whole()?).ok()).map(|lost| Duration::from_seconds(lost).rough());
    let lost = lost.map_or(String::new(), |lost| format!(": {lost} may be lost in one window"));
    let (worst, promised) = (worst.down(), delivery.promised.text(3));
    format!("'{support}' may keep its promise and leave {worst} % of the {promised} % that '{sla}' promises{lost}")
}

impl Rule for AvailClockWorstCase {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let ours = cx.sms.all::<Sla<'_>>().flat_map(Sla::target_rows);
        let ours = ours.filter(|target| target.availability().is_some());
        let plain = |target: SlaTarget<'_>| {
            target.clock().is_none_or(|clock| clock == Clock::Always) && target.window() == Some(TargetWindow::Month)
        };
        // All hours of a month on both sides are the same thing.
        if theirs(cx).chain(ours).all(plain) {
            return;
        }
        let clocks = Clocks::new(cx.sms);
        let found = each_delivery(cx.sms, cx.graph, &clocks, |delivery| {
            let mut short = short(delivery);
            short.sort_by(|a, b| (&a.1, a.0.target.0.span()).cmp(&(&b.1, b.0.target.0.span())));
            short.dedup_by_key(|(promise, _)| promise.target.0.span());
            let (worst, share) = short.first()?;
            let message = message(delivery, *worst, share);
            Some((delivery.sla.0.record, delivery.target.0.field_span("value"), message, short))
        });
        for (sla, span, message, short) in found {
            let draft = out.at(sla, span, message).help(HELP);
            short.iter().fold(draft, |draft, (promise, share)| {
                draft.related(promise.target.0.field_span("value"), format!("at worst {} % in our hours", share.down()))
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn the_same_hours_are_never_worse_and_redundant_parties_are_left_alone() {
        check(
            &AvailClockWorstCase,
            "
            # sms/sla/sla-a.yaml
            {kind: sla, id: sla-a, status: in_force, service: svc-a, hours: {service: cal-a},
             targets: [{id: up, metric: availability, operator: '>=', value: 99.8, window: month, clock: service_hours}]}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, relations: [{type: supplied_by, to: ctr-a}]}
            # sms/contract/ctr-a.yaml
            {kind: contract, id: ctr-a, status: in_force, hours: {service: cal-a},
             targets: [{id: up, metric: availability, operator: '>=', value: 99.9, window: month, clock: service_hours}]}
            # sms/sla/sla-b.yaml
            {kind: sla, id: sla-b, status: in_force, service: svc-b, hours: {service: cal-a},
             targets: [{id: up, metric: availability, operator: '>=', value: 99.8, window: month, clock: service_hours}]}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, relations: [{type: supplied_by, to: ctr-b}, {type: supplied_by, to: ctr-c}],
             redundancy: [{of: supplied_by, min_up: 1}]}
            # sms/contract/ctr-b.yaml
            {kind: contract, id: ctr-b, status: in_force, targets: [{id: up, metric: availability, operator: '>=', value: 99.9, window: month, clock: 24x7}]}
            # sms/contract/ctr-c.yaml
            {kind: contract, id: ctr-c, status: in_force, targets: [{id: up, metric: availability, operator: '>=', value: 99.9, window: month, clock: 24x7}]}
            # sms/calendar/cal-a.yaml
            {kind: calendar, id: cal-a, zone: Europe/Oslo, weekly: [{days: [mon, tue, wed, thu, fri], from: '08:00', to: '18:00'}]}
            ",
        );
    }

    #[test]
    fn hours_in_which_the_other_party_promises_nothing_count_as_lost() {
        check(
            &AvailClockWorstCase,
            "
            # sms/sla/sla-a.yaml
            {kind: sla, id: sla-a, status: in_force, service: svc-a,
             targets: [{id: up, metric: availability, operator: '>=', value: 90, window: month, clock: 24x7}]}
            #                                                                ^^ 'ctr-a' may keep its promise and leave 33.333 % of the 90 % that 'sla-a' promises: 20d 6h 40m may be lost in one window
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, relations: [{type: supplied_by, to: ctr-a}]}
            # sms/contract/ctr-a.yaml
            {kind: contract, id: ctr-a, status: in_force, hours: {service: cal-a},
             targets: [{id: up, metric: availability, operator: '>=', value: 100, window: month, clock: service_hours}]}
            # sms/calendar/cal-a.yaml
            {kind: calendar, id: cal-a, zone: UTC, weekly: [{days: [mon, tue, wed, thu, fri, sat, sun], from: '08:00', to: '16:00'}]}
            ",
        );
    }
}
