//! When services were down, and how much of that counts against a promise (8.7.1).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::clocks::Clocks;
use crate::base::date::When;
use crate::base::intervals::Intervals;
use crate::model::incident::Incident;
use crate::model::maintenance_window::MaintenanceWindow;
use crate::model::outage::Outage;
use crate::model::sla::{Clock, Sla, SlaHours, SlaTarget};
use crate::model::view::Ref;
use crate::model::words::CustomerKind;
use crate::model::{Ix, Record, Sms};

/// A stretch of time in which a service was down.
#[derive(Debug, Clone)]
pub struct Stop<'s> {
    /// First moment without the service.
    pub start: Timestamp,
    /// First moment with it again; the instant while it lasts.
    pub end: Timestamp,
    /// The incident or outage that tells of it.
    pub record: &'s Record<'s>,
    /// Customers hit; all, when there are none.
    customers: BTreeSet<Ix>,
}

/// Every stretch in which a service was down and which counts, by service.
#[derive(Debug)]
pub struct Stops<'s> {
    sms: &'s Sms<'s>,
    of_service: BTreeMap<Ix, Vec<Stop<'s>>>,
}

/// What of a stretch of time was lost.
#[derive(Debug)]
pub struct Lost<'s> {
    /// All that the clock runs.
    pub clock: Intervals,
    /// What of it was lost and counts.
    pub counted: Intervals,
    /// What of it was lost inside maintenance windows to which the customer agreed, and does not count.
    pub excluded: Intervals,
    /// The records behind what counts, by the time of their begin.
    pub records: Vec<&'s Record<'s>>,
}

impl<'s> Stops<'s> {
    /// Reads all incidents and outages. What was only poor, planned work that does not count and false alarms are left
    /// out; what has not ended lasts until the instant.
    #[must_use]
    pub fn new(sms: &'s Sms<'s>) -> Self {
        let mut stops = Self { sms, of_service: BTreeMap::new() };
        for incident in sms.all::<Incident<'s>>() {
            for outage in incident.outages().into_iter().filter(|outage| outage.degraded() != Some(true)) {
                let mut services = outage.services();
                if services.is_empty() {
                    services.extend(incident.service());
                }
                for service in services {
                    stops.add(service.id, (outage.start(), outage.end()), incident.0.record, &outage.customers());
                }
            }
        }
        for outage in sms.all::<Outage<'s>>().filter(|outage| outage.is_counted()) {
            if let Some(service) = outage.service() {
                stops.add(service.id, (outage.start(), outage.end()), outage.0.record, &outage.customers());
            }
        }
        for stops in stops.of_service.values_mut() {
            stops.sort_by(|a, b| (a.start, a.end, &a.record.id).cmp(&(b.start, b.end, &b.record.id)));
        }
        stops
    }

    fn add(
        &mut self,
        service: &str,
        (start, end): (Option<When>, Option<When>),
        record: &'s Record<'s>,
        customers: &[Ref<'s, CustomerKind>],
    ) {
        let now = self.sms.now();
        let start = start.and_then(When::instant);
        let end = end.map_or(Some(now), When::instant);
        let (Some(service), Some(start), Some(end)) = (self.sms.find(service), start, end) else { return };
        let customers = customers.iter().filter_map(|customer| self.sms.find(customer.id)).collect();
        self.of_service.entry(service).or_default().push(Stop { start, end, record, customers });
    }

    /// The stretches that hit the customer of the SLA.
    pub fn of<'t>(&'t self, sla: Sla<'s>) -> impl Iterator<Item = &'t Stop<'s>> + use<'t, 's> {
        let service = sla.service().and_then(|service| self.sms.find(service.id));
        let customer = sla.customer().and_then(|customer| self.sms.find(customer.id));
        let stops = service.and_then(|service| self.of_service.get(&service)).map(Vec::as_slice).unwrap_or_default();
        let hits = move |stop: &&Stop<'s>| {
            stop.customers.is_empty() || customer.is_some_and(|customer| stop.customers.contains(&customer))
        };
        stops.iter().filter(hits)
    }

    /// What was lost between two moments in the clock of a target; none when that clock cannot be read.
    #[must_use]
    pub fn lost(
        &self,
        clocks: &Clocks<'s>,
        sla: Sla<'s>,
        target: SlaTarget<'s>,
        (start, end): (Timestamp, Timestamp),
    ) -> Option<Lost<'s>> {
        let hours = clocks.of_sla(sla, target.clock().unwrap_or(Clock::Always))?;
        let clock = hours.hours.during(start, end);
        let stops: Vec<&Stop<'s>> = self.of(sla).filter(|stop| stop.start < end && start < stop.end).collect();
        let down: Intervals = stops.iter().map(|stop| (stop.start, stop.end)).collect();
        let down = down.intersection(&clock);
        let agreed = if down.is_empty() { Intervals::default() } else { self.agreed(sla, (start, end)) };
        let counted = down.difference(&agreed);
        let is_counted = |stop: &&&Stop<'s>| !counted.within(stop.start, stop.end).is_empty();
        let mut records: Vec<&'s Record<'s>> = stops.iter().filter(is_counted).map(|stop| stop.record).collect();
        records.dedup_by(|a, b| a.id == b.id);
        Some(Lost { excluded: down.intersection(&agreed), clock, counted, records })
    }

    /// The maintenance windows to which the customer agreed.
    fn agreed(&self, sla: Sla<'s>, bounds: (Timestamp, Timestamp)) -> Intervals {
        let named = sla.hours().map(|hours| SlaHours(hours).maintenance()).unwrap_or_default();
        let windows = named.into_iter().filter_map(|window| self.sms.view(self.sms.find(window.id)?));
        windows.fold(Intervals::default(), |agreed, window: MaintenanceWindow<'_>| agreed.union(&window.times(bounds)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::records;

    /// Seconds lost, seconds excluded and the records, for November 2026 in UTC.
    fn november(text: &str) -> (u64, u64, Vec<String>) {
        let text = format!(
            "{text}
            == service svc
            == customer cus-a
            == customer cus-b
            == sla sla
            status: in_force
            service: svc
            customer: cus-a
            hours: {{service: cal, maintenance: [mw]}}
            targets: [{{id: up, metric: availability, operator: '>=', value: 99, window: month, clock: service_hours}}]
            == calendar cal
            zone: UTC
            weekly: [{{days: [mon, tue, wed, thu, fri, sat, sun], from: '08:00', to: '18:00'}}]
            == maintenance_window mw
            status: active
            zone: UTC
            recurs: [{{days: [mon], from: '08:00', to: '09:00'}}]"
        );
        records(&text, |sms| {
            let (clocks, stops) = (Clocks::new(sms), Stops::new(sms));
            let sla = sms.all::<Sla<'_>>().next().unwrap();
            let bounds = ("2026-11-01T00:00:00Z".parse().unwrap(), "2026-12-01T00:00:00Z".parse().unwrap());
            let lost = stops.lost(&clocks, sla, sla.target_rows()[0], bounds).unwrap();
            let names = lost.records.iter().map(|record| record.id.to_string()).collect();
            (lost.counted.total().seconds(), lost.excluded.total().seconds(), names)
        })
    }

    #[test]
    fn only_time_in_the_clock_counts_and_only_once() {
        let text = "
            == incident inc-a
            service: svc
            outages: [{start: '2026-11-03T07:00:00Z', end: '2026-11-03T08:30:00Z'}]
            == outage out-b
            service: svc
            planned: false
            start: '2026-11-03T08:15:00Z'
            end: '2026-11-03T08:45:00Z'
            == outage out-night
            service: svc
            planned: false
            start: '2026-11-03T20:00:00Z'
            end: '2026-11-03T22:00:00Z'";
        assert_eq!(november(text), (45 * 60, 0, vec!["inc-a".to_owned(), "out-b".to_owned()]));
    }

    #[test]
    fn what_falls_into_a_window_that_the_customer_agreed_to_is_left_out() {
        let text = "
            == outage out-a
            service: svc
            planned: true
            counts: true
            start: '2026-11-09T08:40:00Z'
            end: '2026-11-09T09:10:00Z'";
        assert_eq!(november(text), (600, 1200, vec!["out-a".to_owned()]));
        let inside = text.replace("09:10", "08:50");
        assert_eq!(november(&inside), (0, 600, vec![]), "nothing of it counts");
    }

    #[test]
    fn what_hit_another_customer_was_poor_planned_or_a_false_alarm_does_not_count() {
        let outage = |fields: &str| {
            format!(
                "\n== outage out-a\nservice: svc\nstart: '2026-11-03T10:00:00Z'\nend: '2026-11-03T11:00:00Z'\n{fields}"
            )
        };
        for (fields, seconds) in [
            ("planned: false\ncustomers: [cus-a]", 3600),
            ("planned: false\ncustomers: [cus-b]", 0),
            ("planned: false\ndegraded: true", 0),
            ("planned: true", 0),
            ("planned: false\nstatus: void", 0),
        ] {
            assert_eq!(november(&outage(fields)).0, seconds, "{fields}");
        }
        let poor = "\n== incident inc\nservice: svc\noutages: [{start: '2026-11-03T10:00:00Z', end: '2026-11-03T11:00:00Z', degraded: true}]";
        assert_eq!(november(poor).0, 0);
    }

    #[test]
    fn an_incident_may_hit_services_besides_its_own() {
        let text = "
            == incident inc-a
            service: svc-other
            outages:
              - {start: '2026-11-03T10:00:00Z', end: '2026-11-03T11:00:00Z', services: [svc, svc-other]}
              - {start: '2026-11-04T10:00:00Z', end: '2026-11-04T11:00:00Z'}
            == service svc-other";
        assert_eq!(november(text).0, 3600);
    }

    #[test]
    fn what_lasts_is_counted_until_the_instant() {
        let text = "\n== outage out-a\nservice: svc\nplanned: false\nstart: '2026-11-20T17:00:00Z'";
        assert_eq!(november(text).0, 3600, "the clock stops at six; the instant is midnight");
    }
}
