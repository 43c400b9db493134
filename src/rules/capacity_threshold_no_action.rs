use super::rule::{Check, Report, Rule};
use crate::base::exact::Exact;
use crate::model::capacity_plan::{CapacityPlan, Resource};

rule! {
    /// A resource is so full that something should be done, and nothing is.
    ///
    /// A row of a capacity plan has a share of use from which something is done, `threshold_act`. Once the measured use
    /// has reached it, `actions` must name work that was not called off.
    ///
    /// ```yaml,bad
    /// # sms/capacity_plan/cap-2026.yaml
    /// {kind: capacity_plan, id: cap-2026, status: in_force,
    ///  resources: [{id: disk, kind: technical, title: Disk of the archive, utilisation: 93, threshold_act: 90}]}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/capacity_plan/cap-2026.yaml
    /// {kind: capacity_plan, id: cap-2026, status: in_force,
    ///  resources: [{id: disk, kind: technical, title: Disk of the archive, utilisation: 93, threshold_act: 90, actions: [act-disk]}]}
    /// # sms/action/act-disk.yaml
    /// {kind: action, id: act-disk, status: open}
    /// ```
    ///
    /// Start what the plan says for this case and name it in `actions`.
    CapacityThresholdNoAction = "capacity-threshold-no-action", Warning, clauses: ["8.4.3"], kinds: ["capacity_plan"];
}

fn message(resource: Resource<'_>, used: &Exact, act: &Exact) -> String {
    format!("'{}' is {used} % in use, something is to be done from {act} %, and no work is named", resource.name())
}

const HELP: &str = "start what the plan says for this case and name it in `actions`";

impl Rule for CapacityThresholdNoAction {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for (plan, resource) in CapacityPlan::resources_on(cx.sms, cx.today()) {
            let Some((used, act)) = resource.utilisation().zip(resource.threshold_act()) else { continue };
            if used >= act && !cx.is_worked_on(resource.actions()) {
                let span = resource.0.field_span("utilisation");
                out.at(plan.0.record, span, message(resource, &used, &act))
                    .help(HELP)
                    .related(resource.0.field_span("threshold_act"), "from here something is done");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn the_threshold_itself_counts_and_work_that_was_called_off_does_not() {
        check(
            &CapacityThresholdNoAction,
            "
            # sms/capacity_plan/a.yaml
            kind: capacity_plan
            id: a
            status: in_force
            resources:
              - {title: A, utilisation: 90, threshold_act: 90}
            #                           ^^ 'A' is 90 % in use, something is to be done from 90 %, and no work is named
              - {title: B, utilisation: 89.9, threshold_act: 90}
              - {title: C, utilisation: 104, threshold_act: 90, actions: [act-off]}
            #                           ^^^ 'C' is 104 % in use
              - {title: D, utilisation: 104, threshold_act: 90, actions: [act-off, act-on]}
            # sms/action/act-off.yaml
            {kind: action, id: act-off, status: cancelled}
            # sms/action/act-on.yaml
            {kind: action, id: act-on, status: open}
            # sms/capacity_plan/b.yaml
            {kind: capacity_plan, id: b, status: superseded, resources: [{title: A, utilisation: 99, threshold_act: 90}]}
            ",
        );
    }
}
