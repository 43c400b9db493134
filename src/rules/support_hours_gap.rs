use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan as _};

use super::rule::{Check, Report, Rule};
use crate::base::hours::Hours;
use crate::base::intervals::{Bounds, Intervals};
use crate::base::text::and;
use crate::graph::State;
use crate::model::calendar::Calendar;
use crate::model::contract::{Contract, ContractStatus, Ola};
use crate::model::sla::{Clock, Sla, TargetMetric};
use crate::model::{At, Ix, Record};

rule! {
    /// An SLA whose clock runs at times when nobody whom it rests on answers.
    ///
    /// A promise to answer or to repair within hours needs people in those hours. Looked at are the targets for response
    /// and resolution of SLAs in force, with the hours of their `clock`. They must be covered by every party that the
    /// service cannot do without: each contract in force that says it `supports` the SLA, and each contract and OLA in
    /// force without which the service is down. Our own support hours and those of the OLAs that support the SLA count
    /// together: a night desk need not work by day. Hours are compared over the 366 days from the instant on, holidays
    /// and time zones included; a party without `hours.support` is not judged.
    ///
    /// ```yaml,bad
    /// # sms/sla/sla-mail.yaml
    /// kind: sla
    /// id: sla-mail
    /// status: in_force
    /// service: svc-mail
    /// hours: {support: cal-office}
    /// targets:
    ///   - {id: response-p1, metric: response, clock: 24x7}
    /// # sms/calendar/cal-office.yaml
    /// kind: calendar
    /// id: cal-office
    /// zone: Europe/Oslo
    /// weekly: [{days: [mon, tue, wed, thu, fri], from: "09:00", to: "17:00"}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sla/sla-mail.yaml
    /// kind: sla
    /// id: sla-mail
    /// status: in_force
    /// service: svc-mail
    /// hours: {support: cal-office}
    /// targets:
    ///   - {id: response-p1, metric: response, clock: support_hours}
    /// # sms/calendar/cal-office.yaml
    /// kind: calendar
    /// id: cal-office
    /// zone: Europe/Oslo
    /// weekly: [{days: [mon, tue, wed, thu, fri], from: "09:00", to: "17:00"}]
    /// ```
    ///
    /// Let the clock run in hours that all of them cover, or agree longer hours with whoever is missing.
    SupportHoursGap = "support-hours-gap", Error, clauses: ["8.3.3"],
        kinds: ["sla", "contract", "ola", "calendar"], clock;
}

const HELP: &str = "let the clock run in hours that are covered, or agree longer hours with whoever is missing";

/// Calendars as sets of time from the instant on, each reckoned once.
struct Year<'c> {
    cx: Check<'c>,
    bounds: Bounds,
    read: BTreeMap<Ix, Option<Intervals>>,
}

impl Year<'_> {
    /// The hours of the calendar of this id.
    fn of(&mut self, id: &str) -> Option<Intervals> {
        let ix = self.cx.sms.find(id)?;
        let (sms, (start, end)) = (self.cx.sms, self.bounds);
        let read = || sms.view::<Calendar<'_>>(ix)?.hours().map(|hours| hours.during(start, end));
        self.read.entry(ix).or_insert_with(read).clone()
    }

    /// The hours in which a clock of an SLA runs.
    fn of_clock(&mut self, sla: Sla<'_>, clock: Clock) -> Option<Intervals> {
        match sla.calendar(clock) {
            Some(calendar) => self.of(calendar.id),
            None => (clock == Clock::Always).then(|| Hours::always().during(self.bounds.0, self.bounds.1)),
        }
    }
}

/// Somebody who answers: the record that says so, and the calendar.
#[derive(Clone, Copy)]
struct Desk<'c> {
    at: At<'c>,
    own: bool,
    calendar: &'c str,
}

/// The calendar in `hours.support` of a record.
fn support(at: At<'_>) -> Option<&str> {
    at.node.get("hours")?.get("support")?.as_str()
}

/// The parties beside us: contracts and OLAs in force, with the services that they take down and the SLAs they support.
fn parties<'c>(cx: &Check<'c>) -> Vec<(Desk<'c>, Vec<Ix>, bool)> {
    let in_force = |status: Option<ContractStatus>| status.is_some_and(ContractStatus::is_in_force);
    let contracts =
        cx.sms.all::<Contract<'_>>().filter(|it| in_force(it.status())).map(|it| (it.0, it.supports(), false));
    let olas = cx.sms.all::<Ola<'_>>().filter(|it| in_force(it.status())).map(|it| (it.0, it.supports(), true));
    let party = |(at, supports, ola): (At<'c>, Vec<crate::model::Ref<'c, _>>, bool)| {
        let calendar = support(at)?;
        let mut behind: Vec<Ix> = supports.into_iter().filter_map(|sla| cx.sms.find(sla.id)).collect();
        let impact = cx.graph.impact([at.record.id.as_str()]);
        behind.extend(impact.affected.iter().filter(|it| it.state == State::Down).filter_map(|it| it.node.record));
        Some((Desk { at, own: false, calendar }, behind, ola))
    };
    contracts.chain(olas).filter_map(party).collect()
}

/// `desks` are who could answer together; one at least.
fn message(sla: &Record<'_>, targets: &[&str], desks: &[Desk<'_>], gap: Timestamp) -> String {
    let targets: Vec<String> = targets.iter().map(|id| format!("'{id}'")).collect();
    let name = |desk: &Desk<'_>| {
        let who = if desk.own { "our own support".to_owned() } else { format!("'{}'", desk.at.record.id) };
        format!("{who} ('{}')", desk.calendar)
    };
    let who = and(&desks.iter().map(name).collect::<Vec<_>>());
    let do_not = if desks.len() == 1 { "does not" } else { "do not" };
    let (targets, from) = (and(&targets), gap.strftime("%A %Y-%m-%d %H:%M UTC"));
    format!("the clock of {targets} in '{}' runs when {who} {do_not} answer, as from {from}", sla.id)
}

impl Rule for SupportHoursGap {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let start = cx.sms.now();
        let Ok(end) = start.checked_add((366 * 24).hours()) else { return };
        let mut year = Year { cx: *cx, bounds: (start, end), read: BTreeMap::new() };
        let parties = parties(cx);
        for sla in cx.sms.all::<Sla<'_>>().filter(|sla| sla.is_in_force(cx.today())) {
            let ix = cx.sms.find(sla.0.record.id.as_str());
            let needs = [ix, sla.service().and_then(|service| cx.sms.find(service.id))];
            let needed = parties.iter().filter(|(_, behind, _)| behind.iter().any(|one| needs.contains(&Some(*one))));
            let own = support(sla.0).map(|calendar| Desk { at: sla.0, own: true, calendar });
            // Our own people and the OLAs that support the SLA answer together; everybody else for themselves.
            let mut together: Vec<Desk<'_>> = own.into_iter().collect();
            let mut alone = Vec::new();
            for (desk, behind, ola) in needed {
                if *ola && behind.iter().any(|one| ix == Some(*one)) { &mut together } else { &mut alone }.push(*desk);
            }
            let alone: Vec<[Desk<'_>; 1]> = alone.into_iter().map(|desk| [desk]).collect();
            let sets = std::iter::once(together.as_slice()).chain(alone.iter().map(<[_; 1]>::as_slice));
            for desks in sets.filter(|desks| !desks.is_empty()) {
                let hours: Option<Vec<Intervals>> = desks.iter().map(|desk| year.of(desk.calendar)).collect();
                let Some(hours) = hours else { continue };
                let answers = hours.iter().fold(Intervals::none(), |all, hours| all.union(hours));
                let mut missed: Vec<(&str, At<'_>, Timestamp)> = Vec::new();
                for target in sla.target_rows() {
                    let timed = matches!(target.metric(), Some(TargetMetric::Response | TargetMetric::Resolution));
                    let Some(clock) = target.clock().filter(|_| timed) else { continue };
                    let Some(runs) = year.of_clock(sla, clock) else { continue };
                    let id = target.0.node.get("id").and_then(|id| id.as_str()).unwrap_or("a target");
                    missed.extend(runs.difference(&answers).bounds().map(|(gap, _)| (id, target.0, gap)));
                }
                let Some((_, first, gap)) = missed.iter().min_by_key(|(.., gap)| *gap) else { continue };
                let ids: Vec<&str> = missed.iter().map(|(id, ..)| *id).collect();
                let words = message(sla.0.record, &ids, desks, *gap);
                let draft = out.at(sla.0.record, first.field_span("clock"), words).help(HELP);
                let hours = |desk: &Desk<'_>| desk.at.field_span("hours");
                desks.iter().fold(draft, |draft, desk| draft.related(hours(desk), "the hours in which it answers"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const CALENDARS: &str = "
            # sms/calendar/cal-office.yaml
            {kind: calendar, id: cal-office, zone: Europe/Oslo,
             weekly: [{days: [mon, tue, wed, thu, fri], from: '08:00', to: '17:00'}],
             holidays: [{date: 2026-12-25, name: Christmas Day}]}
            # sms/calendar/cal-longer.yaml
            {kind: calendar, id: cal-longer, zone: Europe/Oslo,
             weekly: [{days: [mon, tue, wed, thu, fri], from: '07:00', to: '19:00'}]}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, relations: [{type: supplied_by, to: ctr-a}]}";

    #[test]
    fn every_party_that_the_service_cannot_do_without_must_answer() {
        check(
            &SupportHoursGap,
            &format!(
                "
            # sms/sla/sla-a.yaml
            kind: sla
            id: sla-a
            status: in_force
            service: svc-a
            hours: {{service: cal-longer, support: cal-longer}}
            targets:
              - {{id: p1, metric: resolution, clock: service_hours}}
              #                                     ^^^^^^^^^^^^^ of 'p1' in 'sla-a' runs when 'ctr-a' ('cal-office') does not answer, as from Monday 2026-11-23 06:00 UTC
              - {{id: up, metric: availability, clock: 24x7}}
            # sms/contract/ctr-a.yaml
            {{kind: contract, id: ctr-a, status: in_force, hours: {{support: cal-office}}}}
            # sms/contract/ctr-b.yaml
            {{kind: contract, id: ctr-b, status: expired, hours: {{support: cal-office}}, supports: [sla-a]}}{CALENDARS}"
            ),
        );
    }

    #[test]
    fn only_days_that_one_calendar_leaves_out_are_a_gap_between_equal_weeks() {
        let sla = |hours: &str, mark: &str| {
            format!(
                "
            # sms/sla/sla-a.yaml
            kind: sla
            id: sla-a
            status: in_force
            hours: {{service: cal-same, support: {hours}}}
            targets:
              - {{id: p1, metric: response, clock: service_hours}}{mark}
            # sms/calendar/cal-same.yaml
            {{kind: calendar, id: cal-same, zone: Europe/Oslo,
             weekly: [{{days: [mon, tue, wed, thu, fri], from: '08:00', to: '17:00'}}]}}{CALENDARS}"
            )
        };
        let mark = "
              #                                   ^^^^^^^^^^^^^ our own support ('cal-office') does not answer, as from Friday 2026-12-25 07:00 UTC";
        check(&SupportHoursGap, &sla("cal-office", mark));
        check(&SupportHoursGap, &sla("cal-longer", ""));
    }

    #[test]
    fn a_night_desk_stands_in_for_our_own_people_and_a_contract_does_not() {
        let with = |kind: &str, mark: &str| {
            format!(
                "
            # sms/sla/sla-a.yaml
            kind: sla
            id: sla-a
            status: in_force
            hours: {{support: cal-office}}
            targets:
              - {{id: p1, metric: response, clock: 24x7}}{mark}
              - {{id: p2, metric: resolution, clock: 24x7}}
              - {{id: order, metric: fulfilment, clock: 24x7}}
            # sms/{kind}/x-a.yaml
            {{kind: {kind}, id: x-a, status: in_force, hours: {{support: cal-always}}, supports: [sla-a]}}
            # sms/calendar/cal-always.yaml
            {{kind: calendar, id: cal-always, zone: Europe/Oslo, always: true}}{CALENDARS}"
            )
        };
        check(&SupportHoursGap, &with("ola", ""));
        let mark = "
              #                                   ^^^^ of 'p1' and 'p2' in 'sla-a' runs when our own support ('cal-office')";
        check(&SupportHoursGap, &with("contract", mark));
    }

    #[test]
    fn a_desk_at_night_and_people_by_day_answer_together() {
        let with = |until: &str, mark: &str| {
            format!(
                "
            # sms/sla/sla-a.yaml
            kind: sla
            id: sla-a
            status: in_force
            hours: {{support: cal-day}}
            targets:
              - {{id: p1, metric: response, clock: 24x7}}{mark}
            # sms/ola/ola-a.yaml
            {{kind: ola, id: ola-a, status: in_force, hours: {{support: cal-night}}, supports: [sla-a]}}
            # sms/calendar/cal-day.yaml
            {{kind: calendar, id: cal-day, zone: UTC,
             weekly: [{{days: [mon, tue, wed, thu, fri, sat, sun], from: '07:00', to: '19:00'}}]}}
            # sms/calendar/cal-night.yaml
            {{kind: calendar, id: cal-night, zone: UTC,
             weekly: [{{days: [mon, tue, wed, thu, fri, sat, sun], from: '19:00', to: '24:00'}},
                      {{days: [mon, tue, wed, thu, fri, sat, sun], from: '00:00', to: '{until}'}}]}}{CALENDARS}"
            )
        };
        check(&SupportHoursGap, &with("07:00", ""));
        let mark = "
              #                                   ^^^^ of 'p1' in 'sla-a' runs when our own support ('cal-day') and 'ola-a' ('cal-night') do not answer, as from Saturday 2026-11-21 06:00 UTC";
        check(&SupportHoursGap, &with("06:00", mark));
    }

    #[test]
    fn what_is_not_in_force_or_cannot_be_read_is_not_judged() {
        check(
            &SupportHoursGap,
            &format!(
                "
            # sms/sla/sla-a.yaml
            {{kind: sla, id: sla-a, status: draft, hours: {{support: cal-office}}, targets: [{{id: p1, metric: response, clock: 24x7}}]}}
            # sms/sla/sla-b.yaml
            {{kind: sla, id: sla-b, status: in_force, hours: {{support: cal-gone}}, targets: [{{id: p1, metric: response, clock: 24x7}}]}}
            # sms/sla/sla-c.yaml
            {{kind: sla, id: sla-c, status: in_force, hours: {{support: cal-office}}, targets: [{{id: p1, metric: response}}]}}
            # sms/sla/sla-d.yaml
            {{kind: sla, id: sla-d, status: in_force, service: svc-a, targets: [{{id: p1, metric: response, clock: 24x7}}]}}
            # sms/contract/ctr-a.yaml
            {{kind: contract, id: ctr-a, status: in_force}}{CALENDARS}"
            ),
        );
    }
}
