//! How long answers and mends of incidents took in the clock of a promise (8.6.1, 8.3.3).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::clocks::Clocks;
use crate::base::date::When;
use crate::base::duration::Duration;
use crate::model::incident::{Incident, Priority};
use crate::model::sla::{Sla, SlaTarget, TargetMetric};
use crate::model::{Ix, Sms};

/// Incidents by the service that suffers most.
#[derive(Debug)]
pub struct Cases<'s> {
    sms: &'s Sms<'s>,
    of_service: BTreeMap<Ix, Vec<Incident<'s>>>,
}

/// An incident, as it went against a target.
#[derive(Debug, Clone, Copy)]
pub struct Case<'s> {
    /// The incident.
    pub incident: Incident<'s>,
    /// The time that was taken, in the clock of the target.
    pub taken: Duration,
}

/// When the stretch that a target limits was over: the answer, or the moment from which users could work; none for other
/// targets and while it is not over.
#[must_use]
pub fn end(incident: Incident<'_>, metric: TargetMetric) -> Option<When> {
    match metric {
        TargetMetric::Response => incident.responded_at().or(incident.resolved_at()),
        TargetMetric::Resolution => incident.resolved_at(),
        _ => None,
    }
}

/// Whether the target is meant for the incident: by its priority, and by the customer of the SLA when customers are named.
#[must_use]
pub fn is_meant<'s>(sms: &Sms<'s>, sla: Sla<'s>, target: SlaTarget<'s>, incident: Incident<'s>) -> bool {
    let priority = incident.priority().map(Priority::word);
    let scope = target.part().is_none_or(|part| Some(part.as_str()) == priority);
    let noticed: BTreeSet<Ix> = incident.customers().iter().filter_map(|named| sms.find(named.id)).collect();
    let customer = sla.customer().and_then(|customer| sms.find(customer.id));
    scope && (noticed.is_empty() || customer.is_none_or(|customer| noticed.contains(&customer)))
}

/// The time from the report until `end` in the clock of the target; none when the clock cannot be read or names none.
#[must_use]
pub fn taken<'s>(
    clocks: &Clocks<'s>,
    sla: Sla<'s>,
    target: SlaTarget<'s>,
    incident: Incident<'s>,
    end: When,
) -> Option<Duration> {
    let hours = clocks.of_sla(sla, target.clock()?)?;
    Some(hours.hours.between(incident.reported()?, end.instant()?))
}

impl<'s> Cases<'s> {
    /// Sorts all incidents by service.
    #[must_use]
    pub fn new(sms: &'s Sms<'s>) -> Self {
        let mut of_service: BTreeMap<Ix, Vec<Incident<'s>>> = BTreeMap::new();
        for incident in sms.all::<Incident<'s>>() {
            if let Some(service) = incident.service().and_then(|service| sms.find(service.id)) {
                of_service.entry(service).or_default().push(incident);
            }
        }
        Self { sms, of_service }
    }

    /// The incidents reported between two moments for which the target is meant, by their ids: those that are answered or
    /// mended, as the target asks, and those that are not and have taken longer than it allows by the instant.
    #[must_use]
    pub fn of(
        &self,
        clocks: &Clocks<'s>,
        sla: Sla<'s>,
        target: SlaTarget<'s>,
        (start, end): (Timestamp, Timestamp),
    ) -> Vec<Case<'s>> {
        let service = sla.service().and_then(|service| self.sms.find(service.id));
        let incidents =
            service.and_then(|service| self.of_service.get(&service)).map(Vec::as_slice).unwrap_or_default();
        let now = When::Instant(self.sms.now());
        let within = |incident: &&Incident<'s>| incident.reported().is_some_and(|at| start <= at && at < end);
        let case = |incident: &Incident<'s>| {
            let metric =
                target.metric().filter(|metric| matches!(metric, TargetMetric::Response | TargetMetric::Resolution));
            let over = self::end(*incident, metric?);
            let taken = taken(clocks, sla, target, *incident, over.unwrap_or(now))?;
            let is_judged = over.is_some() || taken > target.limit()?;
            (is_judged && is_meant(self.sms, sla, target, *incident)).then_some(Case { incident: *incident, taken })
        };
        incidents.iter().filter(within).filter_map(case).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::records;

    fn cases(target: &str, incidents: &str) -> Vec<String> {
        let text = format!(
            "{incidents}
            == service svc
            == customer cus-a
            == customer cus-b
            == sla sla
            status: in_force
            service: svc
            customer: cus-a
            hours: {{service: cal, support: cal}}
            targets: [{target}]
            == calendar cal
            zone: UTC
            weekly: [{{days: [mon, tue, wed, thu, fri], from: '08:00', to: '16:00'}}]"
        );
        records(&text, |sms| {
            let clocks = Clocks::new(sms);
            let sla = sms.all::<Sla<'_>>().next().unwrap();
            let bounds = ("2026-11-01T00:00:00Z".parse().unwrap(), "2026-12-01T00:00:00Z".parse().unwrap());
            let cases = Cases::new(sms).of(&clocks, sla, sla.target_rows()[0], bounds);
            cases.iter().map(|case| format!("{} {}", case.incident.0.record.id, case.taken)).collect()
        })
    }

    fn incident(id: &str, fields: &str) -> String {
        format!("\n== incident {id}\nservice: svc\nreported_at: '2026-11-06T15:00:00Z'\n{fields}")
    }

    const RESPONSE: &str =
        "{id: a, metric: response, scope: p1, operator: <=, value: 1h, window: month, clock: support_hours}";

    #[test]
    fn time_runs_only_in_the_clock_of_the_target() {
        let answered = incident("inc", "priority: p1\nresponded_at: '2026-11-09T09:00:00Z'");
        assert_eq!(cases(RESPONSE, &answered), ["inc 2h"], "an hour on Friday, an hour on Monday");
        let always = RESPONSE.replace("support_hours", "24x7");
        assert_eq!(cases(&always, &answered), ["inc 2d 18h"]);
    }

    #[test]
    fn priority_customer_and_day_of_the_report_decide_who_counts() {
        let responded = "responded_at: '2026-11-06T15:10:00Z'";
        let all = [
            incident("inc-a", &format!("priority: p1\n{responded}")),
            incident("inc-b", &format!("priority: p2\n{responded}")),
            incident("inc-c", &format!("priority: p1\ncustomers: [cus-b]\n{responded}")),
            incident("inc-d", &format!("priority: p1\ncustomers: [cus-b, cus-a]\n{responded}")),
            incident("inc-e", "priority: p1").replace("2026-11-06T15:00", "2026-11-20T15:30"),
            incident("inc-g", "priority: p1"),
            incident("inc-f", &format!("priority: p1\n{responded}")).replace("2026-11-06T15:00", "2026-10-31T15:00"),
        ];
        assert_eq!(
            cases(RESPONSE, &all.concat()),
            ["inc-a 10m", "inc-d 10m", "inc-g 3d 9h"],
            "what was never answered is late; inc-e has half an hour yet"
        );
        let capital = RESPONSE.replace("scope: p1", "scope: P1");
        assert_eq!(cases(&capital, &all.concat()), cases(RESPONSE, &all.concat()), "the same priority");
        let every = RESPONSE.replace("scope: p1, ", "");
        assert_eq!(cases(&every, &all.concat()), ["inc-a 10m", "inc-b 10m", "inc-d 10m", "inc-g 3d 9h"]);
    }

    #[test]
    fn a_mend_without_an_answer_is_an_answer_too_but_not_the_other_way_round() {
        let resolution = RESPONSE.replace("metric: response", "metric: resolution");
        let resolved = incident("inc", "priority: p1\nresolved_at: '2026-11-06T15:30:00Z'");
        assert_eq!(
            (cases(RESPONSE, &resolved), cases(&resolution, &resolved)),
            (vec!["inc 30m".to_owned()], vec!["inc 30m".to_owned()])
        );
        let answered = incident("inc", "priority: p1\nresponded_at: '2026-11-06T15:30:00Z'");
        assert_eq!(cases(&resolution, &answered), ["inc 3d 9h"], "answered and never mended");
        let quality = RESPONSE.replace("metric: response", "metric: quality");
        assert!(cases(&quality, &answered).is_empty());
    }
}
