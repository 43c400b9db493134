use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::rule::{Check, Report, Rule};
use crate::base::date::When;
use crate::model::change::{Actual, Change, ChangeStatus};
use crate::model::incident::{Incident, IncidentStatus};
use crate::model::release::Release;
use crate::model::{Ix, Record};

rule! {
    /// An incident soon after a change on the same item that says nothing about that change.
    ///
    /// What was changed last is the first suspect. An incident that is reported while a change is carried out or in the
    /// 24 hours after it, on something that the change affects, names the change in `caused_by` or rules it out in
    /// `not_caused_by`. Another cause in `caused_by` answers the question as well, and so does a release that names the
    /// incident. Changes that answer the incident are no suspects. New incidents have time until they are classified.
    ///
    /// ```yaml,bad
    /// # sms/incident/inc-slow.yaml
    /// {kind: incident, id: inc-slow, status: resolved, reported_at: 2026-11-17T19:40:00Z, affects: [ci-db]}
    /// # sms/change/chg-index.yaml
    /// {kind: change, id: chg-index, status: implemented, affects: [ci-db],
    ///  actual: {start: 2026-11-17T19:00:00Z, end: 2026-11-17T19:20:00Z}}
    /// # sms/ci/ci-db.yaml
    /// {kind: ci, id: ci-db}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/incident/inc-slow.yaml
    /// kind: incident
    /// id: inc-slow
    /// status: resolved
    /// reported_at: 2026-11-17T19:40:00Z
    /// affects: [ci-db]
    /// not_caused_by: [chg-index]
    /// # sms/change/chg-index.yaml
    /// {kind: change, id: chg-index, status: implemented, affects: [ci-db],
    ///  actual: {start: 2026-11-17T19:00:00Z, end: 2026-11-17T19:20:00Z}}
    /// # sms/ci/ci-db.yaml
    /// {kind: ci, id: ci-db}
    /// ```
    ///
    /// Look at the change, and name it in `caused_by` or in `not_caused_by`.
    IncidentFromChange = "incident-from-change", Info, clauses: ["8.5.3"], kinds: ["incident", "change", "release"];
}

fn message(incident: &Record<'_>, change: &Record<'_>, item: &str) -> String {
    format!(
        "the incident '{}' came soon after the change '{}' on '{item}' and does not say whether that caused it",
        incident.id, change.id
    )
}

const HELP: &str = "look at the change, and name it in `caused_by` or in `not_caused_by`";

const AFTERWARDS: SignedDuration = SignedDuration::from_hours(24);
/// Most days over which a change is a suspect; longer work says nothing.
const MOST_DAYS: usize = 31;

/// A change that was carried out, and until when it is a suspect.
#[derive(Debug, Clone, Copy)]
struct Suspect<'c> {
    ix: Ix,
    change: Change<'c>,
    from: Timestamp,
    until: Timestamp,
}

fn utc_day(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}

/// Suspects by item and day, so that each incident looks only at those of its own day.
fn suspects<'c>(cx: &Check<'c>) -> BTreeMap<(&'c str, Date), Vec<Suspect<'c>>> {
    let mut suspects: BTreeMap<(&str, Date), Vec<Suspect<'_>>> = BTreeMap::new();
    for (ix, _) in cx.sms.of_kind("change") {
        let Some(change) = cx.sms.view::<Change<'c>>(ix) else { continue };
        let actual = change.actual().filter(|_| change.status().is_some_and(ChangeStatus::is_carried_out));
        let ends =
            actual.map(|actual| (Actual::start(actual).and_then(When::instant), actual.end().and_then(When::instant)));
        let Some((Some(from), Some(end))) = ends else { continue };
        let Ok(until) = end.checked_add(AFTERWARDS) else { continue };
        let suspect = Suspect { ix, change, from, until };
        let days = std::iter::successors(Some(utc_day(from)), |day| day.checked_add(1.day()).ok());
        let days: Vec<Date> = days.take_while(|day| *day <= utc_day(until)).take(MOST_DAYS).collect();
        let items: BTreeSet<&str> = change.affected(cx.sms).into_iter().map(|(_, record)| record.id.as_str()).collect();
        for item in items.into_iter().filter(|item| cx.graph.node(item).is_some()) {
            for day in &days {
                suspects.entry((item, *day)).or_default().push(suspect);
            }
        }
    }
    suspects
}

/// What each incident is said to have come from by the releases that name it.
fn named_by_releases(cx: &Check<'_>) -> BTreeSet<Ix> {
    let named = cx.sms.all::<Release<'_>>().flat_map(|release| release.incidents());
    named.filter_map(|incident| cx.sms.find(incident.id)).collect()
}

/// Whether the change was made because of the incident.
fn answers(cx: &Check<'_>, change: Change<'_>, incident: Ix) -> bool {
    let named = change.incident().map(|incident| incident.id).into_iter().chain(change.origin());
    named.into_iter().any(|id| cx.sms.find(id) == Some(incident))
}

impl Rule for IncidentFromChange {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let suspects = suspects(cx);
        let named = named_by_releases(cx);
        for (ix, record) in cx.sms.of_kind("incident").filter(|(ix, _)| !named.contains(ix)) {
            let Some(incident) = cx.sms.view::<Incident<'_>>(ix) else { continue };
            let looked_at = incident.status().is_some_and(|status| status != IncidentStatus::New);
            let Some(at) = incident.reported().filter(|_| looked_at && incident.caused_by().is_none()) else {
                continue;
            };
            let denied: BTreeSet<Ix> = incident.not_caused_by().iter().filter_map(|r| cx.sms.find(r.id)).collect();
            let ids = incident.service().map(|service| service.id).into_iter();
            let ids = ids.chain(incident.affects().into_iter().map(|item| item.id));
            let items: BTreeSet<&str> =
                ids.filter_map(|id| Some(cx.sms.record(cx.sms.find(id)?).id.as_str())).collect();
            let mut told: BTreeSet<Ix> = BTreeSet::new();
            for item in items {
                for suspect in suspects.get(&(item, utc_day(at))).into_iter().flatten() {
                    let near = suspect.from <= at && at <= suspect.until;
                    let settled = denied.contains(&suspect.ix) || answers(cx, suspect.change, ix);
                    if near && !settled && told.insert(suspect.ix) {
                        let change = suspect.change.0;
                        out.field(record, "reported_at", message(record, change.record, item))
                            .help(HELP)
                            .related(change.field_span("actual"), "the change");
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const CHANGE: &str = "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: implemented, affects: [ci-a, svc-a], incident: inc-asked, origin: [inc-origin],
             actual: {start: 2026-11-10T10:00:00Z, end: 2026-11-10T12:00:00Z}}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a}";

    #[test]
    fn from_the_first_moment_until_a_day_later_a_change_is_a_suspect() {
        let incidents = "
            # sms/incident/a.yaml
            {kind: incident, id: a, status: closed, reported_at: 2026-11-10T10:00:00Z, affects: [ci-a], service: svc-a}
            #                                                    ^^^^^^^^^^^^^^^^^^^^ the incident 'a' came soon after the change 'chg-a' on 'ci-a'
            # sms/incident/b.yaml
            {kind: incident, id: b, status: classified, reported_at: 2026-11-11T12:00:00Z, service: svc-a}
            #                                                        ^^^^^^^^^^^^^^^^^^^^ on 'svc-a'
            # sms/incident/c.yaml
            {kind: incident, id: c, status: closed, reported_at: 2026-11-11T12:00:01Z, affects: [ci-a]}
            # sms/incident/d.yaml
            {kind: incident, id: d, status: closed, reported_at: 2026-11-10T09:59:59Z, affects: [ci-a]}
            # sms/incident/e.yaml
            {kind: incident, id: e, status: closed, reported_at: 2026-11-10T11:00:00Z, affects: [ci-b]}
            # sms/incident/f.yaml
            {kind: incident, id: f, status: new, reported_at: 2026-11-10T11:00:00Z, affects: [ci-a]}";
        check(&IncidentFromChange, &format!("{incidents}{CHANGE}"));
    }

    #[test]
    fn an_answer_of_any_sort_is_enough() {
        let incidents: String = [
            ("inc-a", "caused_by: chg-a"),
            ("inc-b", "caused_by: prb-x"),
            ("inc-c", "not_caused_by: [chg-a]"),
            ("inc-asked", "category: outage"),
            ("inc-origin", "category: outage"),
            ("inc-release", "category: outage"),
        ]
        .iter()
        .map(|(id, rest)| {
            let head = format!("kind: incident, id: {id}, status: closed, reported_at: 2026-11-10T11:00:00Z");
            format!("\n            # sms/incident/{id}.yaml\n            {{{head}, affects: [ci-a], {rest}}}")
        })
        .collect();
        let release = "
            # sms/release/rel-a.yaml
            {kind: release, id: rel-a, incidents: [inc-release]}";
        check(&IncidentFromChange, &format!("{incidents}{CHANGE}{release}"));
    }
}
