use super::rule::{Check, Report, Rule};
use crate::base::exact::Exact;
use crate::base::span::Span;
use crate::model::capacity_plan::{CapacityPlan, Commitment, Resource};
use crate::model::sla::Sla;
use crate::yaml::Node;

rule! {
    /// SLAs that rest on a resource cover more work together than it can do.
    ///
    /// A row of a capacity plan names under `commitments` the limits that rest on it, in its own unit. Their sum must not
    /// pass `current_capacity`. Limits of SLAs that are over or not yet agreed do not count.
    ///
    /// ```yaml,bad
    /// # sms/capacity_plan/cap-2026.yaml
    /// {kind: capacity_plan, id: cap-2026, status: in_force, resources: [{id: mails, kind: technical, title: Mails in an hour,
    ///   current_capacity: 700, unit: mails per hour, commitments: [{sla: sla-mail, metric: Mails in an hour}]}]}
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, workload_limits: [{metric: Mails in an hour, limit: 900, unit: mails per hour}]}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/capacity_plan/cap-2026.yaml
    /// {kind: capacity_plan, id: cap-2026, status: in_force, resources: [{id: mails, kind: technical, title: Mails in an hour,
    ///   current_capacity: 1000, unit: mails per hour, commitments: [{sla: sla-mail, metric: Mails in an hour}]}]}
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, workload_limits: [{metric: Mails in an hour, limit: 900, unit: mails per hour}]}
    /// ```
    ///
    /// Add capacity before the work comes, or agree on lower limits.
    CapacityBelowCommitment = "capacity-below-commitment", Error, clauses: ["8.4.3", "8.3.3"], kinds: ["capacity_plan", "sla"];
}

const HELP: &str = "add capacity before the work comes, or agree on lower limits";

fn message(resource: Resource<'_>, capacity: &Exact, promised: &Exact) -> String {
    let unit = resource.unit().unwrap_or_default();
    format!("'{}' can do {capacity} {unit}, and SLAs cover {promised} together", resource.name())
}

/// The limit that a commitment names, with its place.
fn limit(cx: &Check<'_>, commitment: Commitment<'_>) -> Option<(Exact, Span)> {
    let ix = cx.sms.find(commitment.sla()?.id)?;
    let sla = cx.sms.view::<Sla<'_>>(ix).filter(|sla| sla.is_promised(cx.today()))?;
    let named = |metric: &str| commitment.metric() == Some(metric);
    let limits = sla.workload_limits();
    let limit = limits.iter().find(|limit| limit.node.get("metric").and_then(Node::as_str).is_some_and(named))?;
    Some((Exact::parse(&limit.node.get("limit")?.scalar()?)?, limit.field_span("limit")))
}

impl Rule for CapacityBelowCommitment {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for (plan, resource) in CapacityPlan::resources_on(cx.sms, cx.today()) {
            let Some(capacity) = resource.current_capacity() else { continue };
            let limits: Vec<(Exact, Span)> =
                resource.commitments().into_iter().filter_map(|commitment| limit(cx, commitment)).collect();
            let promised: Exact = limits.iter().map(|(limit, _)| limit.clone()).sum();
            if promised > capacity {
                let span = resource.0.field_span("current_capacity");
                let draft = out.at(plan.0.record, span, message(resource, &capacity, &promised)).help(HELP);
                limits.into_iter().fold(draft, |draft, (_, span)| draft.related(span, "covered up to here"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn limits_of_agreements_that_hold_are_added_up() {
        let plan = |capacity: &str, mark: &str| {
            format!(
                "
            # sms/capacity_plan/a.yaml
            kind: capacity_plan
            id: a
            status: in_force
            resources:
              - title: Calls
                current_capacity: {capacity}{mark}
                unit: calls
                commitments: [{{sla: sla-a, metric: Calls}}, {{sla: sla-b, metric: Calls}}, {{sla: sla-c, metric: Calls}}, {{sla: sla-a, metric: Other}}]
            # sms/sla/sla-a.yaml
            {{kind: sla, id: sla-a, status: in_force, workload_limits: [{{metric: Calls, limit: 60.5}}, {{metric: Mails, limit: 900}}]}}
            # sms/sla/sla-b.yaml
            {{kind: sla, id: sla-b, status: agreed, workload_limits: [{{metric: Calls, limit: 40}}]}}
            # sms/sla/sla-c.yaml
            {{kind: sla, id: sla-c, status: expired, workload_limits: [{{metric: Calls, limit: 40}}]}}
            "
            )
        };
        check(&CapacityBelowCommitment, &plan("100.5", ""));
        let mark = "\n            #                     ^^^ 'Calls' can do 100 calls, and SLAs cover 100.5 together";
        check(&CapacityBelowCommitment, &plan("100", mark));
    }
}
