use std::collections::BTreeMap;

use super::rule::{Check, Report, Rule};
use crate::base::date::When;
use crate::base::duration::Duration;
use crate::levels::{Clocks, cases};
use crate::model::incident::{Breached, Incident};
use crate::model::sla::{Sla, SlaTarget, TargetMetric};
use crate::model::{Ix, Record};

rule! {
    /// An incident says of a target of the SLA what the clock of the SLA does not show.
    ///
    /// The time from the report until the answer, or until the service worked again, is counted in the hours that the
    /// clock of the target names. Compared are the targets for response and resolution of every SLA of the service that
    /// held on the day of the report, for customers who noticed the incident (all, when none is named), with the
    /// priority of the incident or `all` as their scope. One that is missed is a miss. What is not answered or resolved
    /// yet is counted until now. `breached` may be left out; where no target applies, nothing is compared.
    ///
    /// ```yaml,bad
    /// # sms/incident/inc-mail.yaml
    /// kind: incident
    /// id: inc-mail
    /// service: svc-mail
    /// priority: p1
    /// reported_at: 2026-11-18T09:00:00Z
    /// resolved_at: 2026-11-18T18:00:00Z
    /// breached: {resolution: false}
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, service: svc-mail,
    ///  targets: [{id: resolution-p1, metric: resolution, scope: p1, operator: <=, value: 4h, window: month, clock: 24x7}]}
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/incident/inc-mail.yaml
    /// kind: incident
    /// id: inc-mail
    /// service: svc-mail
    /// priority: p1
    /// reported_at: 2026-11-18T09:00:00Z
    /// resolved_at: 2026-11-18T18:00:00Z
    /// breached: {resolution: true}
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, service: svc-mail,
    ///  targets: [{id: resolution-p1, metric: resolution, scope: p1, operator: <=, value: 4h, window: month, clock: 24x7}]}
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail}
    /// ```
    ///
    /// Correct the times where they are wrong, else the flag, or leave it out.
    IncidentBreachFlag = "incident-breach-flag", Error, clauses: ["8.3.3"],
        kinds: ["incident", "sla", "calendar"], clock;
}

fn message(incident: &Record<'_>, what: &str, flag: bool, worst: &Judged<'_>) -> String {
    let said = if flag { "missed" } else { "kept" };
    let (taken, limit, sla) = (worst.taken, worst.limit, &worst.sla.id);
    format!(
        "the incident '{}' says that the {what} target was {said}, but it took {taken} of {limit} in the clock of '{sla}'",
        incident.id
    )
}

const HELP: &str = "correct the times where they are wrong, else the flag, or leave it out";

/// A target, as it went.
struct Judged<'a> {
    sla: &'a Record<'a>,
    target: SlaTarget<'a>,
    taken: Duration,
    limit: Duration,
}

impl Judged<'_> {
    fn is_missed(&self) -> bool {
        self.taken > self.limit
    }
}

/// SLAs by service, and the hours in which their clocks run.
struct Promises<'c> {
    slas: BTreeMap<Ix, Vec<Sla<'c>>>,
    clocks: Clocks<'c>,
}

impl<'c> Promises<'c> {
    fn new(cx: &Check<'c>) -> Self {
        let mut slas: BTreeMap<Ix, Vec<Sla<'c>>> = BTreeMap::new();
        for sla in cx.sms.all::<Sla<'c>>() {
            if let Some(service) = sla.service().and_then(|service| cx.sms.find(service.id)) {
                slas.entry(service).or_default().push(sla);
            }
        }
        Self { slas, clocks: Clocks::new(cx.sms) }
    }

    /// The targets of one sort that apply to the incident; those whose clock cannot be read are left out.
    fn judged(&self, cx: &Check<'c>, incident: Incident<'c>, metric: TargetMetric, end: When) -> Vec<Judged<'c>> {
        let service = incident.service().and_then(|service| cx.sms.find(service.id));
        let slas = service.and_then(|ix| self.slas.get(&ix)).map(Vec::as_slice).unwrap_or_default();
        let Some(day) = incident.reported().map(|at| When::Instant(at).day()) else { return Vec::new() };
        let mut judged = Vec::new();
        for sla in slas.iter().copied().filter(|sla| sla.held_on(day)) {
            let targets = sla.target_rows().into_iter();
            for target in targets.filter(|target| cases::is_meant(cx.sms, sla, *target, incident)) {
                let Some(limit) = target.limit().filter(|_| target.metric() == Some(metric)) else { continue };
                let taken = cases::taken(&self.clocks, sla, target, incident, end);
                judged.extend(taken.map(|taken| Judged { sla: sla.0.record, target, taken, limit }));
            }
        }
        judged
    }
}

impl Rule for IncidentBreachFlag {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let mut promises = None;
        let now = When::Instant(cx.sms.now());
        for incident in cx.sms.all::<Incident<'_>>() {
            let Some(breached) = incident.breached() else { continue };
            let promises = promises.get_or_insert_with(|| Promises::new(cx));
            let both = [
                ("response", Breached::response(breached), TargetMetric::Response),
                ("resolution", breached.resolution(), TargetMetric::Resolution),
            ];
            for (what, flag, metric) in both {
                let Some(flag) = flag else { continue };
                let judged = promises.judged(cx, incident, metric, cases::end(incident, metric).unwrap_or(now));
                let missed = judged.iter().any(Judged::is_missed);
                let told = judged.iter().find(|one| one.is_missed() == missed).filter(|_| missed != flag);
                if let Some(worst) = told {
                    out.at(
                        incident.0.record,
                        breached.0.field_span(what),
                        message(incident.0.record, what, flag, worst),
                    )
                    .help(HELP)
                    .related(worst.target.0.field_span("value"), "the target");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const SLA: &str = "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a}
            # sms/calendar/cal.yaml
            {kind: calendar, id: cal, zone: Europe/Oslo, weekly: [{days: [mon, tue, wed, thu, fri], from: '08:00', to: '16:00'}]}
            # sms/sla/sla-a.yaml
            {kind: sla, id: sla-a, status: in_force, service: svc-a, customer: cus-a, valid_from: 2026-01-01, hours: {support: cal},
             targets: [{metric: response, scope: all, value: 30m, clock: 24x7}, {metric: resolution, scope: p2, value: 8h, clock: support_hours},
                       {metric: resolution, scope: p3, value: 8h, clock: service_hours}]}
            # sms/customer/cus-a.yaml
            {kind: customer, id: cus-a}
            # sms/customer/cus-b.yaml
            {kind: customer, id: cus-b}";

    #[test]
    fn the_clock_of_the_agreement_decides_in_both_directions() {
        let incidents = "
            # sms/incident/a.yaml
            {kind: incident, id: a, service: svc-a, priority: p2, reported_at: 2026-11-13T15:00:00+01:00, responded_at: 2026-11-13T15:30:01+01:00,
             resolved_at: 2026-11-16T15:00:00+01:00, breached: {response: false, resolution: true}}
            #                                                             ^^^^^ the incident 'a' says that the response target was kept, but it took 30m 1s of 30m in the clock of 'sla-a'
            #                                                                                ^^^^ the resolution target was missed, but it took 8h of 8h
            # sms/incident/b.yaml
            {kind: incident, id: b, service: svc-a, priority: p2, reported_at: 2026-11-13T15:00:00+01:00, responded_at: 2026-11-13T15:30:00+01:00,
             resolved_at: 2026-11-16T15:00:00+01:00, breached: {response: false, resolution: false}}
            # sms/incident/c.yaml
            {kind: incident, id: c, service: svc-a, priority: p2, reported_at: 2026-11-13T15:00:00+01:00, responded_at: 2026-11-13T16:00:00+01:00,
             resolved_at: 2026-11-16T15:00:01+01:00, breached: {response: true, resolution: true}}
            # sms/incident/d.yaml
            {kind: incident, id: d, service: svc-a, priority: p2, reported_at: 2026-11-20T09:00:00Z, breached: {response: false, resolution: true}}
            #                                                                                                             ^^^^^ 'd' says that the response target was kept
            #                                                                                                                                ^^^^ it took 6h of 8h";
        check(&IncidentBreachFlag, &format!("{incidents}{SLA}"));
    }

    #[test]
    fn without_a_target_that_applies_nothing_is_compared() {
        let rest = "resolved_at: 2026-11-18T15:00:00Z, breached: {resolution: false}";
        let incidents: String = [
            "priority: p1, reported_at: 2026-11-02T09:00:00Z",
            "priority: p3, reported_at: 2026-11-02T09:00:00Z",
            "priority: p2, reported_at: 2025-12-31T09:00:00Z",
            "priority: p2, customers: [cus-b], reported_at: 2026-11-02T09:00:00Z",
        ]
        .iter()
        .enumerate()
        .map(|(at, text)| {
            format!("\n            # sms/incident/i{at}.yaml\n            {{kind: incident, id: i{at}, service: svc-a, {text}, {rest}}}")
        })
        .collect();
        check(&IncidentBreachFlag, &format!("{incidents}{SLA}"));
        let hit = incidents.replace("cus-b", "cus-b, cus-a");
        assert_eq!(crate::rules::harness::findings(&IncidentBreachFlag, &format!("{hit}{SLA}")).len(), 1);
    }
}
