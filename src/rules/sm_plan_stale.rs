use std::collections::BTreeSet;

use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::organisation::{Role, RoleStatus, SmsRecord};
use crate::model::sm_plan::{PlanParties, PlanResponsibilities, SmPlan};
use crate::model::supplier::{Supplier, SupplierStatus};
use crate::model::view::Kinds;
use crate::model::{Ix, Record, Ref, Sms};

rule! {
    /// A service management plan in force that no longer tells what is there.
    ///
    /// The plan lists what it counts on: services, roles and other parties. Services in scope that are live, required
    /// roles and active suppliers belong on these lists; retired services, retired roles and suppliers who have gone do
    /// not. Sub-suppliers are left to the supplier that leads them. A list of roles or parties that is left out is not
    /// compared. A plan whose period is over has nothing to say about today.
    ///
    /// ```yaml,bad
    /// # sms/sm_plan/smp-2026.yaml
    /// kind: sm_plan
    /// id: smp-2026
    /// status: in_force
    /// services: [svc-mail, svc-fax]
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// # sms/service/svc-fax.yaml
    /// kind: service
    /// id: svc-fax
    /// status: retired
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sm_plan/smp-2026.yaml
    /// kind: sm_plan
    /// id: smp-2026
    /// status: in_force
    /// services: [svc-mail]
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// ```
    ///
    /// Bring the lists up to date in a new version of the plan, or put the plan of the new period in force.
    SmPlanStale = "sm-plan-stale", Warning, clauses: ["6.3"], kinds: ["role", "service", "sm_plan", "sms", "supplier"],
        clock;
}

fn gone(plan: &Record<'_>, what: &str, id: &str, status: &str) -> String {
    format!("the plan '{}' counts on the {what} '{id}', which is {status}", plan.id)
}

fn lacks(plan: &Record<'_>, what: &str, ids: &[&str]) -> String {
    let more = ids.len().saturating_sub(5);
    let shown = text::and(&ids[..ids.len() - more]);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("the plan '{}' does not list the {what} {shown}{more}", plan.id)
}

const HELP_GONE: &str = "take it off the list in a new version of the plan";
const HELP_LACKS: &str = "add what is there in a new version of the plan";
const HELP_OVER: &str = "put the plan of the new period in force, or lengthen the period of this one";

/// What one of the lists names, by number.
fn listed<K: Kinds>(sms: &Sms<'_>, refs: &[Ref<'_, K>]) -> BTreeSet<Ix> {
    refs.iter().filter_map(|to| sms.find(to.id)).collect()
}

/// Reports what a list names although it is over, by its status.
fn report_gone<K: Kinds>(cx: &Check<'_>, out: &mut Report, plan: SmPlan<'_>, refs: &[Ref<'_, K>], over: &[&str]) {
    let record = plan.0.record;
    for to in refs {
        let Some(target) = cx.sms.follow(*to) else { continue };
        let Some(status) = target.status().filter(|status| over.contains(status)) else { continue };
        out.at(record, to.span, gone(record, &target.kind.name, to.id, status))
            .help(HELP_GONE)
            .related(target.field_span("status"), "its status");
    }
}

/// Reports what is there and on no plan.
fn report_lacking(cx: &Check<'_>, out: &mut Report, plan: SmPlan<'_>, what: (&str, &str), missing: &[Ix]) {
    if missing.is_empty() {
        return;
    }
    let ids: Vec<&str> = missing.iter().map(|ix| cx.sms.record(*ix).id.as_str()).collect();
    let (field, name) = what;
    let plural = if ids.len() == 1 { name.to_owned() } else { format!("{name}s") };
    out.field(plan.0.record, field, lacks(plan.0.record, &plural, &ids)).help(HELP_LACKS);
}

/// Services in scope that people use.
fn services(sms: &Sms<'_>) -> BTreeSet<Ix> {
    let scope = sms.all::<SmsRecord<'_>>().filter_map(SmsRecord::scope).flat_map(|scope| scope.services());
    let used = scope.filter_map(|to| sms.find(to.id)).filter(|ix| sms.record(*ix).kind.name == "service");
    used.filter(|ix| sms.is_in_use(*ix)).collect()
}

/// Required roles that are in use.
fn roles(sms: &Sms<'_>) -> BTreeSet<Ix> {
    let required = sms.all::<SmsRecord<'_>>().flat_map(SmsRecord::required_roles).filter_map(|to| sms.find(to.id));
    required.filter(|ix| sms.view::<Role<'_>>(*ix).and_then(Role::status) == Some(RoleStatus::Active)).collect()
}

/// Active suppliers that no other supplier leads.
fn parties(sms: &Sms<'_>) -> BTreeSet<Ix> {
    let own = |supplier: Supplier<'_>| {
        supplier.status() == Some(SupplierStatus::Active) && supplier.lead_supplier().is_none()
    };
    sms.of_kind("supplier").map(|(ix, _)| ix).filter(|ix| sms.view(*ix).is_some_and(own)).collect()
}

impl Rule for SmPlanStale {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let mut current = Vec::new();
        for plan in SmPlan::in_force(cx.sms) {
            let end = plan.period().and_then(|period| Some((period, period.end()?)));
            match end.filter(|(_, end)| *end < cx.today()) {
                Some((period, end)) => {
                    let words = format!("the period of the plan '{}' ended on {end}", plan.0.record.id);
                    out.at(plan.0.record, period.0.field_span("end"), words).help(HELP_OVER);
                }
                None => current.push(plan),
            }
        }
        // Several plans may share the work; what one of them lists is listed.
        let mut known = [services(cx.sms), roles(cx.sms), parties(cx.sms)];
        for plan in &current {
            let roles = plan.responsibilities().map(PlanResponsibilities::roles).unwrap_or_default();
            let parties = plan.working_with_parties().map(PlanParties::parties).unwrap_or_default();
            report_gone(cx, out, *plan, &plan.services(), &["retired", "rejected"]);
            report_gone(cx, out, *plan, &roles, &["retired"]);
            report_gone(cx, out, *plan, &parties, &["ended"]);
            let lists = [listed(cx.sms, &plan.services()), listed(cx.sms, &roles), listed(cx.sms, &parties)];
            for (known, listed) in known.iter_mut().zip(lists) {
                // An empty list says nothing: `sm-plan-topic-missing` asks for the topic.
                known.retain(|ix| !listed.is_empty() && !listed.contains(ix));
            }
        }
        let Some(last) = current.last() else { return };
        let names = [
            ("services", "service"),
            ("responsibilities", "required role"),
            ("working_with_parties", "active supplier"),
        ];
        for (what, missing) in names.into_iter().zip(known) {
            report_lacking(cx, out, *last, what, &missing.into_iter().collect::<Vec<_>>());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const REST: &str = "
        # sms/sms/sms.yaml
        {kind: sms, id: sms, scope: {services: [svc-a, svc-b, svc-c]}, required_roles: [role-a, role-b]}
        # sms/service/svc-a.yaml
        {kind: service, id: svc-a, status: live}
        # sms/service/svc-b.yaml
        {kind: service, id: svc-b, status: retiring}
        # sms/service/svc-c.yaml
        {kind: service, id: svc-c, status: designed}
        # sms/role/role-a.yaml
        {kind: role, id: role-a, status: active}
        # sms/role/role-b.yaml
        {kind: role, id: role-b, status: retired}
        # sms/supplier/sup-a.yaml
        {kind: supplier, id: sup-a, status: active}
        # sms/supplier/sup-b.yaml
        {kind: supplier, id: sup-b, status: ended}
        # sms/supplier/sup-c.yaml
        {kind: supplier, id: sup-c, status: active, lead_supplier: sup-a}
";

    #[test]
    fn what_is_missing_and_what_is_gone_is_told() {
        let plan = "
        # sms/sm_plan/smp-a.yaml
        kind: sm_plan
        id: smp-a
        status: in_force
        services: [svc-a, svc-c]
        #^^^^^^^^ the plan 'smp-a' does not list the service svc-b
        responsibilities: {roles: [role-b]}
        #                          ^^^^^^ counts on the role 'role-b', which is retired
        #^^^^^^^^^^^^^^^^ does not list the required role role-a
        working_with_parties: {parties: [sup-b]}
        #                                ^^^^^ counts on the supplier 'sup-b', which is ended
        #^^^^^^^^^^^^^^^^^^^^ does not list the active supplier sup-a
";
        check(&SmPlanStale, &format!("{plan}{REST}"));
    }

    #[test]
    fn plans_share_the_work_and_lists_left_out_are_not_compared() {
        let plans = "
        # sms/sm_plan/smp-a.yaml
        {kind: sm_plan, id: smp-a, status: in_force, services: [svc-a], responsibilities: {summary: As the roles say.},
         period: {start: 2026-01-01, end: 2026-11-20}}
        # sms/sm_plan/smp-b.yaml
        {kind: sm_plan, id: smp-b, status: in_force, services: [svc-b], working_with_parties: {parties: [sup-a]}}
        # sms/sm_plan/smp-c.yaml
        {kind: sm_plan, id: smp-c, status: draft, services: [svc-gone]}
";
        check(&SmPlanStale, &format!("{plans}{REST}"));
    }

    #[test]
    fn a_plan_whose_time_is_over_is_told_that_alone() {
        let plan = "
        # sms/sm_plan/smp-a.yaml
        {kind: sm_plan, id: smp-a, status: in_force, services: [svc-a], period: {start: 2026-01-01, end: 2026-11-19}}
        #                                                                                                ^^^^^^^^^^ ended on 2026-11-19
        # sms/sm_plan/smp-b.yaml
        {kind: sm_plan, id: smp-b, status: superseded, period: {start: 2025-01-01, end: 2025-12-31}}
";
        check(&SmPlanStale, &format!("{plan}{REST}"));
    }

    #[test]
    fn long_lists_are_cut() {
        let ids = ["a", "b", "c", "d", "e", "f", "g"];
        crate::model::fixture::records("== sm_plan smp-a\nversion: '1'", |sms| {
            let record = sms.records().next().unwrap().1;
            assert!(lacks(record, "services", &ids).ends_with("the services a, b, c, d and e and 2 more"));
            assert!(lacks(record, "services", &ids[..5]).ends_with("the services a, b, c, d and e"));
        });
    }
}
