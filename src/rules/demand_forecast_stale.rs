use std::collections::BTreeSet;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::base::period::Period;
use crate::model::demand::{Demand, DemandStatus, Forecast};
use crate::model::service::{Service, ServiceStatus};
use crate::model::{Ix, Record};

rule! {
    /// A live service without a forecast of its demand that still holds.
    ///
    /// Capacity is bought weeks before it is needed, so somebody must know what is coming. Every live service has a
    /// `demand` record that is `current`. Its forecast is no older than a year, or than the time that a policy in force
    /// sets in `limits` for this rule, and it reaches beyond today. Services without any are told once the system is
    /// `operating`.
    ///
    /// ```yaml,bad
    /// # sms/demand/dem-mail.yaml
    /// kind: demand
    /// id: dem-mail
    /// status: current
    /// service: svc-mail
    /// forecast_on: 2024-10-05
    /// forecast: [{period: "2027", expected: 4000}]
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// ```
    ///
    /// ```yaml,good
    /// # sms/demand/dem-mail.yaml
    /// kind: demand
    /// id: dem-mail
    /// status: current
    /// service: svc-mail
    /// forecast_on: 2026-10-05
    /// forecast: [{period: "2027", expected: 4000}]
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// ```
    ///
    /// Compare the last forecast with what came, make a new one, and write the day in `forecast_on`.
    DemandForecastStale = "demand-forecast-stale", Warning, clauses: ["8.4.2"], kinds: ["demand", "service"], clock;
}

fn message(service: &Record<'_>) -> String {
    format!("nobody has forecast the demand for the live service '{}'", service.id)
}

fn message_old(demand: &Record<'_>, why: &str) -> String {
    format!("the forecast '{}' {why}", demand.id)
}

const HELP: &str = "write what is expected with `gitsm new demand`";
const HELP_OLD: &str = "compare it with what came, make a new one, and write the day in `forecast_on`";

const INTERVAL: Duration = Duration::from_days(365);

impl Rule for DemandForecastStale {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let limit = cx.time_limit(self.code().id, INTERVAL);
        let live = |ix: Ix| cx.sms.view(ix).and_then(Service::status) == Some(ServiceStatus::Live);
        let mut known: BTreeSet<Ix> = BTreeSet::new();
        for demand in cx.sms.all::<Demand<'_>>().filter(|demand| demand.status() == Some(DemandStatus::Current)) {
            let record = demand.0.record;
            let service = demand.service().and_then(|service| cx.sms.find(service.id));
            let Some(service) = service.filter(|ix| live(*ix)) else { continue };
            known.insert(service);
            let made = demand.forecast_on();
            let reach = demand.forecast().into_iter().filter_map(Forecast::period).filter_map(Period::parse);
            let reach = reach.map(|period| period.last).max();
            let (field, why) = match (made, reach) {
                (None, _) => ("forecast_on", "does not say from which day it is".to_owned()),
                (Some(made), _) if after(made, limit) < cx.today() => ("forecast_on", format!("is of {made}")),
                (_, Some(reach)) if reach < cx.today() => ("forecast", format!("reaches only until {reach}")),
                _ => continue,
            };
            out.field(record, field, message_old(record, &why)).help(HELP_OLD);
        }
        if cx.operating().is_some() {
            for (_, record) in cx.sms.of_kind("service").filter(|(ix, _)| live(*ix) && !known.contains(ix)) {
                out.at(record, record.id_span(), message(record)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn old_undated_and_short_forecasts_are_told() {
        check(
            &DemandForecastStale,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: retiring}
            # sms/demand/a.yaml
            {kind: demand, id: a, status: current, service: svc-a, forecast_on: 2025-11-19, forecast: [{period: 2026-Q4}]}
            #                                                                   ^^^^^^^^^^ the forecast 'a' is of 2025-11-19
            # sms/demand/b.yaml
            {kind: demand, id: b, status: current, service: svc-a, forecast_on: 2025-11-20, forecast: [{period: 2026-10}, {period: 2026-09}]}
            #                                                                               ^^^^^^^^ the forecast 'b' reaches only until 2026-10-31
            # sms/demand/c.yaml
            {kind: demand, id: c, status: current, service: svc-a, forecast: [{period: 2026-Q4}]}
            #                  ^ does not say from which day
            # sms/demand/d.yaml
            {kind: demand, id: d, status: current, service: svc-a, forecast_on: 2025-11-20, forecast: [{period: 2026-11}]}
            # sms/demand/e.yaml
            {kind: demand, id: e, status: superseded, service: svc-a, forecast_on: 2024-11-20}
            # sms/demand/f.yaml
            {kind: demand, id: f, status: current, service: svc-b, forecast_on: 2024-11-20}
            ",
        );
    }

    #[test]
    fn a_live_service_without_any_is_told_once_the_system_operates() {
        let services = "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: in_transition}
            # sms/demand/e.yaml
            {kind: demand, id: e, status: superseded, service: svc-a, forecast_on: 2026-11-20}
";
        check(&DemandForecastStale, services);
        let marked = services.replace("status: live}\n", "status: live}\n            #                   ^^^^^ nobody has forecast the demand for the live service 'svc-a'\n");
        let sms = "
            # sms/sms/sms.yaml
            {kind: sms, id: sms, status: operating}
";
        check(&DemandForecastStale, &format!("{marked}{sms}"));
    }

    #[test]
    fn a_policy_sets_how_old_it_may_be() {
        check(
            &DemandForecastStale,
            "
            # sms/policy/p.yaml
            {kind: policy, id: p, status: in_force, limits: [{rule: demand-forecast-stale, value: 180d}]}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live}
            # sms/demand/a.yaml
            {kind: demand, id: a, status: current, service: svc-a, forecast_on: 2026-05-23}
            #                                                                   ^^^^^^^^^^ is of 2026-05-23
            # sms/demand/b.yaml
            {kind: demand, id: b, status: current, service: svc-a, forecast_on: 2026-05-24}
            ",
        );
    }
}
