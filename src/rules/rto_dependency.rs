use super::rule::{Check, Report, Rule};
use crate::base::duration::Duration;
use crate::base::text;
use crate::levels::recovery::{longest_path, rto, slower};
use crate::model::continuity_plan::{ContinuityPlan, Recovery};
use crate::model::service::{Service, ServiceRecovery};

rule! {
    /// A service promises to be back before something that it needs is, or before the steps of its plan are done.
    ///
    /// Parts are brought back side by side; of a group as many are waited for as must be up. The steps of a continuity
    /// plan follow one another as `after` says, and the longest way through them must fit the time of the plan.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, status: live, recovery: {rto: 4h}, relations: [ci-db]}
    /// # sms/ci/ci-db.yaml
    /// {kind: ci, id: ci-db, status: live, recovery: {rto: 8h}}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, status: live, recovery: {rto: 8h}, relations: [ci-db]}
    /// # sms/ci/ci-db.yaml
    /// {kind: ci, id: ci-db, status: live, recovery: {rto: 8h}}
    /// ```
    ///
    /// Bring the slow part back faster, put a second one beside it, or promise what can be kept.
    RtoDependency = "rto-dependency", Error, clauses: ["8.7.2"], kinds: ["service", "ci", "continuity_plan"];
}

const HELP: &str = "bring the slow part back faster, put a second one beside it, or promise what can be kept";
const HELP_PLAN: &str = "shorten a step, let steps run side by side with `after`, or promise more time";

fn message(service: &str, rto: Duration, slow: &[String]) -> String {
    format!("'{service}' is to be back in {rto}, and waits longer for {}", text::and(slow))
}

fn services(cx: &Check<'_>, out: &mut Report) {
    for service in cx.sms.all::<Service<'_>>().filter(|service| service.is_in_use()) {
        let record = service.0.record;
        let promised = service.recovery().and_then(|recovery| Some((recovery, recovery.rto()?)));
        let Some((recovery, limit)): Option<(ServiceRecovery<'_>, Duration)> = promised else { continue };
        let Some(chain) = cx.graph.chain(record.id.as_str()) else { continue };
        let own: Vec<Option<Duration>> = chain.nodes.iter().map(|needs| rto(cx.sms, needs.node.record?)).collect();
        let slow = slower(&chain, &own, limit);
        let names: Vec<String> =
            slow.iter().filter_map(|at| Some(format!("'{}' ({})", chain.nodes[*at].node.id, own[*at]?))).collect();
        if names.is_empty() {
            continue;
        }
        let message = message(record.id.as_str(), limit, &names);
        let draft = out.at(record, recovery.0.field_span("rto"), message).help(HELP);
        let records = slow.iter().filter_map(|at| cx.in_use(chain.nodes[*at].node));
        records.fold(draft, |draft, part| draft.related(part.field_span("recovery"), "takes longer"));
    }
}

impl Rule for RtoDependency {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        services(cx, out);
        for plan in ContinuityPlan::in_force(cx.sms, cx.today()) {
            let Some(recovery) = plan.recovery() else { continue };
            let path = longest_path(&Recovery::order(recovery));
            let Some(((total, path), limit)) = path.zip(recovery.rto()).filter(|((total, _), rto)| total > rto) else {
                continue;
            };
            let steps: Vec<String> = path.iter().map(i64::to_string).collect();
            let id = &plan.0.record.id;
            let message = format!("'{id}' is to be done in {limit}, and its steps {} take {total}", text::and(&steps));
            out.at(plan.0.record, recovery.0.field_span("rto"), message).help(HELP_PLAN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn what_is_waited_for_at_any_distance_is_told_once_for_the_service() {
        check(
            &RtoDependency,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, recovery: {rto: 4h}, relations: [ci-a, svc-b]}
            #                                                        ^^ 'svc-a' is to be back in 4h, and waits longer for 'svc-b' (6h) and 'ci-db' (8h)
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live, recovery: {rto: 6h}}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, recovery: {rto: 4h}, relations: [ci-db, {type: depends_on, to: ci-soft, strength: soft}]}
            # sms/ci/ci-db.yaml
            {kind: ci, id: ci-db, status: live, recovery: {rto: 8h}}
            # sms/ci/ci-soft.yaml
            {kind: ci, id: ci-soft, status: live, recovery: {rto: 80h}}
            ",
        );
    }

    #[test]
    fn steps_that_follow_one_another_must_fit_the_plan() {
        check(
            &RtoDependency,
            "
            # sms/continuity_plan/a.yaml
            {kind: continuity_plan, id: a, status: in_force, recovery: {rto: 4h, order: [{seq: 1, takes: 3h}, {seq: 2, takes: 90m}]}}
            #                                                                ^^ 'a' is to be done in 4h, and its steps 1 and 2 take 4h 30m
            # sms/continuity_plan/b.yaml
            {kind: continuity_plan, id: b, status: in_force, recovery: {rto: 4h, order: [{seq: 1, takes: 3h}, {seq: 2, takes: 90m, after: []}]}}
            # sms/continuity_plan/c.yaml
            {kind: continuity_plan, id: c, status: draft, recovery: {rto: 4h, order: [{seq: 1, takes: 5h}]}}
            ",
        );
    }
}
