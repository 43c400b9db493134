use std::collections::BTreeSet;

use super::rule::{Check, Report, Rule};
use crate::base::date::When;
use crate::base::duration::Duration;
use crate::model::Record;
use crate::model::incident::{Degree, Incident, IncidentCategory};
use crate::model::policy::{Held, IncidentPolicies, MajorCriterion};
use crate::model::service::Service;
use crate::model::words::Criticality;

rule! {
    /// An incident meets a criterion for major incidents and is not handled as one.
    ///
    /// A major incident has one who leads, top management knows of it, and it is reported and reviewed. The criteria
    /// are those of `major_criteria` of the policy that held on the day of the report: a criterion holds when all its
    /// fields hold, and one in words alone is judged by people. Services that suffer are `service`, those in `affects`
    /// and those of `outages`. Where no policy has such criteria, an outage of a vital service with high impact and
    /// high urgency is a major incident.
    ///
    /// ```yaml,bad
    /// # sms/incident/inc-pay.yaml
    /// kind: incident
    /// id: inc-pay
    /// status: resolved
    /// service: svc-pay
    /// category: outage
    /// impact: high
    /// urgency: high
    /// # sms/service/svc-pay.yaml
    /// {kind: service, id: svc-pay, criticality: vital}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/incident/inc-pay.yaml
    /// kind: incident
    /// id: inc-pay
    /// status: resolved
    /// service: svc-pay
    /// category: outage
    /// impact: high
    /// urgency: high
    /// major: {criteria_met: [A vital service is down for all], manager: ann}
    /// # sms/service/svc-pay.yaml
    /// {kind: service, id: svc-pay, criticality: vital}
    /// ```
    ///
    /// Declare it a major incident and fill in `major`, or correct what was misjudged.
    MajorNotFlagged = "major-not-flagged", Error, clauses: ["8.6.1"], kinds: ["incident", "policy", "service"];
}

fn message(incident: &Record<'_>, criterion: &str) -> String {
    format!(
        "the incident '{}' is a major one and not handled as such: {}",
        incident.id,
        criterion.trim_end_matches('.')
    )
}

const HELP: &str = "declare it a major incident and fill in `major`, or correct what was misjudged";
const BY_DEFAULT: &str = "a vital service is down with high impact and high urgency";

/// What criteria look at in one incident.
struct Facts<'a> {
    incident: Incident<'a>,
    services: BTreeSet<&'a str>,
    criticalities: BTreeSet<Criticality>,
    longest: Duration,
}

impl<'a> Facts<'a> {
    fn new(cx: &Check<'a>, incident: Incident<'a>) -> Self {
        let mut named: Vec<&str> = incident.service().map(|service| service.id).into_iter().collect();
        named.extend(incident.affects().iter().map(|item| item.id));
        let outages = incident.outages();
        named.extend(outages.iter().flat_map(|outage| outage.services()).map(|service| service.id));
        let services = named.into_iter().filter_map(|id| cx.sms.view::<Service<'a>>(cx.sms.find(id)?));
        let (services, criticalities): (BTreeSet<&str>, Vec<Option<Criticality>>) =
            services.map(|service| (service.0.record.id.as_str(), service.criticality())).unzip();
        let down = outages.iter().filter(|outage| outage.degraded() != Some(true)).filter_map(|outage| {
            let (start, end) = (outage.start()?.instant()?, outage.end()?.instant()?);
            u64::try_from(end.duration_since(start).as_secs()).ok()
        });
        let longest = Duration::from_seconds(down.max().unwrap_or_default());
        Self { incident, services, criticalities: criticalities.into_iter().flatten().collect(), longest }
    }

    fn is_major_by_default(&self) -> bool {
        self.incident.category() == Some(IncidentCategory::Outage)
            && self.incident.impact() == Some(Degree::High)
            && self.incident.urgency() == Some(Degree::High)
            && self.criticalities.contains(&Criticality::Vital)
    }

    /// Whether all that the criterion names holds; no, when it names nothing.
    fn meets(&self, criterion: MajorCriterion<'_>) -> bool {
        let over = |count: usize, limit: i64| i64::try_from(count).is_ok_and(|count| count > limit);
        let held = [
            one_of(&criterion.categories(), self.incident.category()),
            one_of(&criterion.impact(), self.incident.impact()),
            one_of(&criterion.urgency(), self.incident.urgency()),
            one_of(&criterion.priority(), self.incident.priority()),
            Some(criterion.criticality())
                .filter(|asked| !asked.is_empty())
                .map(|asked| asked.iter().any(|one| self.criticalities.contains(one))),
            criterion.services_over().map(|limit| over(self.services.len(), limit)),
            criterion.customers_over().map(|limit| over(self.incident.customers().len(), limit)),
            criterion.outage_over().map(|limit| self.longest > limit),
        ];
        held.iter().any(Option::is_some) && held.iter().flatten().all(|held| *held)
    }
}

/// Whether the value is one of those asked for; `None` when nothing is asked.
fn one_of<T: PartialEq>(asked: &[T], value: Option<T>) -> Option<bool> {
    (!asked.is_empty()).then(|| value.is_some_and(|value| asked.contains(&value)))
}

impl Rule for MajorNotFlagged {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let policies = IncidentPolicies::new(cx.sms, |policy| !policy.major_criteria().is_empty());
        for incident in cx.sms.all::<Incident<'_>>().filter(|incident| incident.0.node.get("major").is_none()) {
            let (record, facts) = (incident.0.record, Facts::new(cx, incident));
            let day = incident.reported_at().map_or_else(|| cx.today(), When::day);
            match policies.held_on(day) {
                Held::Default if facts.is_major_by_default() => {
                    out.field(record, "priority", message(record, BY_DEFAULT)).help(HELP);
                }
                Held::Policy(policy) => {
                    let met = policy.major_criteria().into_iter().find(|criterion| facts.meets(*criterion));
                    if let Some(criterion) = met {
                        out.field(
                            record,
                            "priority",
                            message(record, criterion.text().unwrap_or("a criterion is met")),
                        )
                        .help(HELP)
                        .related(criterion.0.span(), "the criterion");
                    }
                }
                Held::Default | Held::Unknown => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const SERVICES: &str = "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, criticality: vital}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, criticality: low}";

    #[test]
    fn every_field_of_a_criterion_must_hold() {
        let records = "
            # sms/policy/p.yaml
            {kind: policy, id: p, status: in_force, effective_from: 2026-01-01, major_criteria: [
              {id: long, text: A vital service is down for half an hour., categories: [outage], criticality: [vital], outage_over: 30m},
              {id: many, text: Two customers and two services, customers_over: 1, services_over: 1}, {id: words, text: It feels so.}]}
            # sms/incident/a.yaml
            {kind: incident, id: a, reported_at: 2026-05-01T10:00:00Z, service: svc-b, affects: [svc-a], category: outage, priority: p3,
            #                                                                                                                        ^^ the incident 'a' is a major one and not handled as such: A vital service is down for half an hour
             outages: [{start: 2026-05-01T10:00:00Z, end: 2026-05-01T10:30:01Z}]}
            # sms/incident/b.yaml
            {kind: incident, id: b, reported_at: 2026-05-01T10:00:00Z, service: svc-a, category: outage, priority: p1,
             outages: [{start: 2026-05-01T10:00:00Z, end: 2026-05-01T10:30:00Z}, {start: 2026-05-01T11:00:00Z, end: 2026-05-01T15:00:00Z, degraded: true}]}
            # sms/incident/c.yaml
            {kind: incident, id: c, reported_at: 2026-05-01T10:00:00Z, service: svc-a, customers: [cus-a, cus-b], outages: [{services: [svc-b]}]}
            #                    ^ 'c' is a major one and not handled as such: Two customers
            # sms/incident/d.yaml
            {kind: incident, id: d, reported_at: 2026-05-01T10:00:00Z, service: svc-a, customers: [cus-a, cus-b], affects: [svc-a, ci-a]}
            # sms/incident/e.yaml
            {kind: incident, id: e, reported_at: 2026-05-01T10:00:00Z, service: svc-a, affects: [svc-b], customers: [cus-a, cus-b], major: {manager: ann}}
            # sms/incident/f.yaml
            {kind: incident, id: f, reported_at: 2025-12-31T10:00:00Z, service: svc-a, affects: [svc-b], customers: [cus-a, cus-b]}";
        check(&MajorNotFlagged, &format!("{records}{SERVICES}"));
    }

    #[test]
    fn without_criteria_a_vital_outage_of_the_highest_degree_is_one() {
        let records = "
            # sms/incident/a.yaml
            {kind: incident, id: a, service: svc-a, category: outage, impact: high, urgency: high}
            #                    ^ the incident 'a' is a major one
            # sms/incident/b.yaml
            {kind: incident, id: b, service: svc-a, category: degradation, impact: high, urgency: high}
            # sms/incident/c.yaml
            {kind: incident, id: c, service: svc-b, category: outage, impact: high, urgency: high}
            # sms/incident/d.yaml
            {kind: incident, id: d, service: svc-a, category: outage, impact: high, urgency: medium}";
        check(&MajorNotFlagged, &format!("{records}{SERVICES}"));
    }
}
