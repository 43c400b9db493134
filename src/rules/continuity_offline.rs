use std::collections::BTreeSet;

use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::continuity_plan::{ContinuityPlan, OfflineAccess};
use crate::model::{Ix, Record};

rule! {
    /// A continuity plan that cannot be read on the day on which it is needed.
    ///
    /// On that day the building may be closed and the servers dark. A plan in force says in `offline_access` where it
    /// can be read then, and in `contacts` where the telephone numbers are. A way does not count when it needs a
    /// configuration item that the services of the plan rely on: that is gone along with them. A way without `ci`
    /// needs none.
    ///
    /// ```yaml,bad
    /// # sms/continuity_plan/cplan-payroll.yaml
    /// kind: continuity_plan
    /// id: cplan-payroll
    /// status: in_force
    /// services: [svc-payroll]
    /// contacts: {where: In the wiki}
    /// offline_access: [{form: clone, where: In the wiki, ci: ci-wiki}]
    /// # sms/service/svc-payroll.yaml
    /// kind: service
    /// id: svc-payroll
    /// status: live
    /// relations: [{type: depends_on, to: ci-wiki}]
    /// # sms/ci/ci-wiki.yaml
    /// kind: ci
    /// id: ci-wiki
    /// status: live
    /// ```
    ///
    /// ```yaml,good
    /// # sms/continuity_plan/cplan-payroll.yaml
    /// kind: continuity_plan
    /// id: cplan-payroll
    /// status: in_force
    /// services: [svc-payroll]
    /// contacts: {where: Printed list in the emergency folder}
    /// offline_access: [{form: paper, where: Emergency folder at the reception}]
    /// ```
    ///
    /// Print it, or keep a clone of the repository on a laptop that is taken home; then write down where.
    ContinuityOffline = "continuity-offline", Warning, clauses: ["8.7.2"], kinds: ["continuity_plan"], clock;
}

fn message(plan: &Record<'_>, missing: &[&str]) -> String {
    format!("the continuity plan '{}' does not say {}", plan.id, text::and(missing))
}

fn message_lost(plan: &Record<'_>) -> String {
    format!("every way to read the continuity plan '{}' is lost along with its services", plan.id)
}

const HELP: &str = "print it or keep a copy elsewhere, and say where in `offline_access` and `contacts`";

/// Everything that the services of the plan rely on, directly or not, and they themselves.
fn needed(cx: &Check<'_>, plan: ContinuityPlan<'_>) -> BTreeSet<Ix> {
    let mut open: Vec<Ix> = plan.services().into_iter().filter_map(|service| cx.sms.find(service.id)).collect();
    let mut seen: BTreeSet<Ix> = BTreeSet::new();
    while let Some(ix) = open.pop() {
        if seen.insert(ix) {
            let links = cx.graph.relies_on(cx.sms.record(ix).id.as_str());
            open.extend(links.filter_map(|link| link.node.record));
        }
    }
    seen
}

impl Rule for ContinuityOffline {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for plan in ContinuityPlan::in_force(cx.sms, cx.today()) {
            let record = plan.0.record;
            let (ways, mut missing) = (plan.offline_access(), Vec::new());
            if ways.is_empty() {
                missing.push("where it can be read when systems and building are gone");
            }
            if plan.contacts().is_none() {
                missing.push("where the addresses of people are");
            }
            if !missing.is_empty() {
                out.at(record, record.id_span(), message(record, &missing)).help(HELP);
            }
            let places: Vec<&str> = ways.iter().copied().filter_map(OfflineAccess::ci).collect();
            if !ways.is_empty() && places.len() == ways.len() {
                let needed = needed(cx, plan);
                if places.iter().all(|id| cx.sms.find(id).is_some_and(|ix| needed.contains(&ix))) {
                    out.field(record, "offline_access", message_lost(record)).help(HELP);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn a_plan_says_where_it_is_and_where_the_addresses_are() {
        check(
            &ContinuityOffline,
            "
            # sms/continuity_plan/p.yaml
            {kind: continuity_plan, id: p, status: in_force}
            #                           ^ 'p' does not say where it can be read when systems and building are gone and where the addresses
            # sms/continuity_plan/q.yaml
            {kind: continuity_plan, id: q, status: in_force, offline_access: [{form: paper, where: here}]}
            #                           ^ 'q' does not say where the addresses
            # sms/continuity_plan/r.yaml
            {kind: continuity_plan, id: r, status: draft}
            ",
        );
    }

    #[test]
    fn a_way_over_what_is_lost_is_none_but_one_that_stays_is_enough() {
        check(
            &ContinuityOffline,
            "
            # sms/continuity_plan/p.yaml
            kind: continuity_plan
            id: p
            status: in_force
            services: [svc-a]
            contacts: {where: in the plan}
            offline_access:
            #^^^^^^^^^^^^^^ every way to read the continuity plan 'p' is lost
              - {form: device, where: x, ci: ci-app}
              - {form: other_site, where: x, ci: ci-room}
            # sms/continuity_plan/q.yaml
            kind: continuity_plan
            id: q
            status: in_force
            services: [svc-a]
            contacts: {where: in the plan}
            offline_access: [{form: device, where: x, ci: ci-app}, {form: other_site, where: x, ci: ci-far}]
            # sms/continuity_plan/r.yaml
            kind: continuity_plan
            id: r
            status: in_force
            services: [svc-a]
            contacts: {where: in the plan}
            offline_access: [{form: device, where: x, ci: ci-app}, {form: paper, where: x}]
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, relations: [{type: runs_on, to: ci-app}]}
            # sms/ci/ci-app.yaml
            {kind: ci, id: ci-app, status: live, relations: [{type: located_in, to: ci-room}]}
            # sms/ci/ci-room.yaml
            {kind: ci, id: ci-room, status: live}
            # sms/ci/ci-far.yaml
            {kind: ci, id: ci-far, status: live}
            ",
        );
    }
}
