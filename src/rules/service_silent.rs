use std::collections::BTreeMap;

use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::{When, after, parse_date};
use crate::base::duration::Duration;
use crate::base::period::Period;
use crate::model::service::{Service, ServiceStatus};
use crate::model::{Ix, Record, Sms};
use crate::yaml::Node;

rule! {
    /// A live service of which the records show no sign of life.
    ///
    /// A service that is delivered leaves traces: incidents and requests, measurements and reports, changes and releases,
    /// reviews and complaints. One without any for ninety days is live on paper only, or its work is written down
    /// nowhere. A policy in force may set other days in `limits` for this rule. Traces may name the service, an SLA, a
    /// metric or a request model of it. A service that has just gone live has as much time from `live_since` on.
    ///
    /// ```yaml,bad
    /// # sms/sms/sms.yaml
    /// {kind: sms, id: sms, status: operating}
    /// # sms/service/svc-fax.yaml
    /// {kind: service, id: svc-fax, status: live}
    /// # sms/incident/inc-fax.yaml
    /// {kind: incident, id: inc-fax, status: closed, service: svc-fax, reported_at: 2026-03-04T09:00:00Z}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// {kind: sms, id: sms, status: operating}
    /// # sms/service/svc-fax.yaml
    /// {kind: service, id: svc-fax, status: live}
    /// # sms/metric/met-fax.yaml
    /// {kind: metric, id: met-fax, status: active, of: [svc-fax]}
    /// # sms/measurement/m.yaml
    /// {kind: measurement, id: msr-fax, metric: met-fax, period: 2026-10, value: 12}
    /// ```
    ///
    /// Measure it and report on it, or retire it.
    ServiceSilent = "service-silent", Warning, clauses: ["8.2.1"], kinds: ["service", "incident", "measurement", "report", "change", "release"], clock;
}

fn message(service: &Record<'_>, last: Option<Date>) -> String {
    match last {
        Some(last) => format!("the records show no sign of life of the live service '{}' since {last}", service.id),
        None => format!("the records show no sign of life of the live service '{}'", service.id),
    }
}

const HELP: &str = "measure it and report on it, or retire it";

const WITHIN: Duration = Duration::from_days(90);

/// Kinds of record that show a service at work, with the fields that date them.
const SIGNS: &[(&str, &[&str])] = &[
    ("change", &["requested_at", "actual/start", "actual/end"]),
    ("complaint", &["received_at"]),
    ("continuity_test", &["date"]),
    ("incident", &["reported_at", "resolved_at", "closed_at"]),
    ("measurement", &["period", "collected_at"]),
    ("outage", &["start"]),
    ("problem", &["raised_at"]),
    ("release", &["deployed_at"]),
    ("report", &["period", "issued_at"]),
    ("service_request", &["requested_at", "fulfilled_at", "batch/period"]),
    ("service_review", &["date"]),
    ("sla_report", &["period", "published_on"]),
    ("survey", &["asked_until"]),
];

/// Kinds through which a record speaks of a service, with the field that names it.
const CARRIERS: &[(&str, &str)] = &[("sla", "service"), ("request_model", "service"), ("metric", "of")];

/// The day that a field tells: a day, an instant, or the last day of a period.
fn day(record: &Record<'_>, path: &str) -> Option<Date> {
    let node = path.split('/').try_fold(&record.root, |node, key| node.get(key))?;
    let text = node.as_str().map_or_else(|| node.scalar(), |text| Some(text.into()))?;
    let when = || When::parse(&text).ok().map(When::day);
    Period::parse(&text).map(|period| period.last).or_else(when)
}

/// The services behind SLAs, request models and metrics.
fn carried(sms: &Sms<'_>) -> BTreeMap<Ix, Vec<Ix>> {
    let mut carried: BTreeMap<Ix, Vec<Ix>> = BTreeMap::new();
    for (kind, field) in CARRIERS {
        for (ix, record) in sms.of_kind(kind) {
            let Some(node) = record.get(field) else { continue };
            let ids = node.as_str().into_iter().chain(node.items().iter().filter_map(Node::as_str));
            let named = ids.filter_map(|id| sms.find(id));
            // A metric may be one of an SLA; SLAs come first, so their services are known.
            let services = named.flat_map(|ix| carried.get(&ix).cloned().unwrap_or_else(|| vec![ix])).collect();
            carried.insert(ix, services);
        }
    }
    carried
}

/// The last sign of life of whatever records speak of.
fn last_signs(sms: &Sms<'_>, today: Date) -> BTreeMap<Ix, Date> {
    let carried = carried(sms);
    let mut last: BTreeMap<Ix, Date> = BTreeMap::new();
    for (kind, fields) in SIGNS {
        for (ix, record) in sms.of_kind(kind) {
            let days = fields.iter().filter_map(|field| day(record, field));
            let Some(day) = days.filter(|day| *day <= today).max() else { continue };
            for (named, _) in sms.outgoing(ix).iter().filter_map(|reference| sms.target(reference)) {
                let services = carried.get(&named).map_or(std::slice::from_ref(&named), Vec::as_slice);
                for service in services {
                    last.entry(*service).and_modify(|last| *last = day.max(*last)).or_insert(day);
                }
            }
        }
    }
    last
}

impl Rule for ServiceSilent {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        if cx.operating().is_none() {
            return;
        }
        let within = cx.time_limit(self.code().id, WITHIN);
        let signs = last_signs(cx.sms, cx.today());
        for (ix, record) in cx.sms.of_kind("service") {
            let status = cx.sms.view::<Service<'_>>(ix).and_then(Service::status);
            let sign = signs.get(&ix).copied();
            let live_since = record.text("live_since").and_then(|text| parse_date(text).ok());
            let silent = sign.max(live_since).is_none_or(|last| after(last, within) < cx.today());
            if status == Some(ServiceStatus::Live) && silent {
                out.field(record, "status", message(record, sign)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    const SYSTEM: &str = "# sms/sms/sms.yaml\n{kind: sms, id: sms, status: operating}\n# sms/service/a.yaml\n{kind: service, id: a, status: live}\n# sms/sla/sla-a.yaml\n{kind: sla, id: sla-a, service: a}\n# sms/metric/met-a.yaml\n{kind: metric, id: met-a, of: [ci-x, sla-a]}\n";

    fn is_silent(kind: &str, fields: &str) -> bool {
        let sign = format!("# sms/{kind}/x.yaml\n{{kind: {kind}, id: x, {fields}}}\n");
        !findings(&ServiceSilent, &format!("{SYSTEM}{sign}")).is_empty()
    }

    #[test]
    fn ninety_days_without_a_sign_are_told_of_each_live_service() {
        check(
            &ServiceSilent,
            "
            # sms/sms/sms.yaml
            {kind: sms, id: sms, status: operating}
            # sms/service/a.yaml
            {kind: service, id: a, status: live}
            #                              ^^^^ of the live service 'a' since 2026-08-21
            # sms/service/b.yaml
            {kind: service, id: b, status: live}
            # sms/service/c.yaml
            {kind: service, id: c, status: live, live_since: 2026-08-21}
            #                              ^^^^ no sign of life of the live service 'c'
            # sms/service/d.yaml
            {kind: service, id: d, status: live, live_since: 2026-08-22}
            # sms/service/e.yaml
            {kind: service, id: e, status: retiring}
            # sms/incident/i.yaml
            {kind: incident, id: i, service: b, affects: [a, b], reported_at: 2026-08-21T23:00:00Z}
            ---
            {kind: incident, id: j, service: b, reported_at: 2026-08-20T23:00:00Z, resolved_at: 2026-08-22T01:00:00Z}
            ",
        );
    }

    #[test]
    fn signs_are_found_behind_agreements_and_metrics_too() {
        for (kind, fields) in [
            ("measurement", "metric: met-a, period: 2026-10"),
            ("measurement", "metric: met-a, period: 2025, collected_at: 2026-10-01"),
            ("report", "values: [{label: x, ref: sla-a}], issued_at: 2026-10-02"),
            ("change", "affects: [a], actual: {start: 2026-10-01T10:00:00Z}"),
            ("release", "service: a, deployed_at: 2026-10-01T10:00:00Z"),
        ] {
            assert!(!is_silent(kind, fields), "{kind}: {fields}");
        }
    }

    #[test]
    fn what_is_old_yet_to_come_or_of_another_sort_is_no_sign() {
        for (kind, fields) in [
            ("measurement", "metric: met-a, period: 2026-Q2"),
            ("measurement", "metric: met-a, period: 2026"),
            ("incident", "service: a, reported_at: 2026-12-01T10:00:00Z"),
            ("change", "affects: [a], planned: {start: 2026-10-01T10:00:00Z}"),
            ("risk", "affects: [a], identified_on: 2026-10-01"),
            ("incident", "service: other, reported_at: 2026-10-01T10:00:00Z"),
        ] {
            assert!(is_silent(kind, fields), "{kind}: {fields}");
        }
        check(&ServiceSilent, "# sms/service/a.yaml\n{kind: service, id: a, status: live}\n");
    }
}
