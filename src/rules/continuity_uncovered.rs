use std::collections::BTreeSet;

use super::rule::{Check, Report, Rule};
use crate::model::continuity_plan::ContinuityPlan;
use crate::model::service::Service;
use crate::model::words::Criticality;
use crate::model::{Ix, Record};

rule! {
    /// A vital or high service that no continuity plan brings back.
    ///
    /// When a building, a supplier or all of the data is lost, people must not begin to think about what comes first. A
    /// plan counts when it is in force on the day and names the service in `services`. Services of lower criticality
    /// may do without one.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-payroll.yaml
    /// kind: service
    /// id: svc-payroll
    /// status: live
    /// criticality: vital
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-payroll.yaml
    /// kind: service
    /// id: svc-payroll
    /// status: live
    /// criticality: vital
    /// # sms/continuity_plan/cplan-payroll.yaml
    /// kind: continuity_plan
    /// id: cplan-payroll
    /// status: in_force
    /// services: [svc-payroll]
    /// ```
    ///
    /// Write the plan (`gitsm new continuity_plan`), or add the service to one that brings it back along with others.
    ContinuityUncovered = "continuity-uncovered", Error, clauses: ["8.7.2"], kinds: ["service", "continuity_plan"], clock;
}

fn message(service: &Record<'_>, criticality: Criticality) -> String {
    format!("the service '{}' is {}, and no continuity plan in force brings it back", service.id, criticality.word())
}

const HELP: &str = "write a plan with `gitsm new continuity_plan`, or name the service in `services` of one in force";

impl Rule for ContinuityUncovered {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let plans = ContinuityPlan::in_force(cx.sms, cx.today());
        let covered: BTreeSet<Ix> =
            plans.flat_map(ContinuityPlan::services).filter_map(|service| cx.sms.find(service.id)).collect();
        for (ix, record) in cx.sms.of_kind("service") {
            let Some(service) = cx.sms.view::<Service<'_>>(ix).filter(|service| service.is_in_use()) else { continue };
            let criticality = service.criticality().filter(|criticality| *criticality >= Criticality::High);
            if let Some(criticality) = criticality.filter(|_| !covered.contains(&ix)) {
                out.field(record, "criticality", message(record, criticality)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn drafts_and_plans_of_tomorrow_cover_nothing() {
        check(
            &ContinuityUncovered,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, criticality: high}
            #                                                     ^^^^ 'svc-a' is high, and no continuity plan
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: retiring, criticality: vital}
            #                                                         ^^^^^ 'svc-b' is vital
            # sms/service/svc-c.yaml
            {kind: service, id: svc-c, status: live, criticality: vital}
            #                                                     ^^^^^ 'svc-c'
            # sms/continuity_plan/a.yaml
            {kind: continuity_plan, id: a, status: draft, services: [svc-a]}
            # sms/continuity_plan/b.yaml
            {kind: continuity_plan, id: b, status: superseded, effective_from: 2025-01-01, services: [svc-b]}
            # sms/continuity_plan/c.yaml
            {kind: continuity_plan, id: c, status: in_force, effective_from: 2026-11-21, services: [svc-c]}
            ",
        );
    }

    #[test]
    fn covered_less_critical_and_unused_services_pass() {
        check(
            &ContinuityUncovered,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, criticality: high, aliases: [svc-old]}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live, criticality: medium}
            # sms/service/svc-c.yaml
            {kind: service, id: svc-c, status: in_transition, criticality: vital}
            # sms/service/svc-d.yaml
            {kind: service, id: svc-d, status: live}
            # sms/continuity_plan/a.yaml
            {kind: continuity_plan, id: a, status: in_force, effective_from: 2026-11-20, services: [svc-old]}
            ",
        );
    }
}
