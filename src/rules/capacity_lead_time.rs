use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::date::before;
use crate::base::duration::Duration;
use crate::model::capacity_plan::{CapacityPlan, Resource};

rule! {
    /// Something will be full before more of it can be there.
    ///
    /// What is expected to be full on `forecast_exhaustion` and takes `lead_time` to come has to be ordered that much
    /// earlier. A row whose `actions` name work that was not called off is in hand.
    ///
    /// ```yaml,bad
    /// # sms/capacity_plan/cap-2026.yaml
    /// {kind: capacity_plan, id: cap-2026, status: in_force,
    ///  resources: [{id: disk, kind: technical, title: Disk of the archive, forecast_exhaustion: 2026-12-18, lead_time: 8w}]}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/capacity_plan/cap-2026.yaml
    /// {kind: capacity_plan, id: cap-2026, status: in_force,
    ///  resources: [{id: disk, kind: technical, title: Disk of the archive, forecast_exhaustion: 2027-12-18, lead_time: 8w}]}
    /// ```
    ///
    /// Order now, lower the demand until it has come, and name what is done in `actions`.
    CapacityLeadTime = "capacity-lead-time", Warning, clauses: ["8.4.3"], kinds: ["capacity_plan"], clock;
}

fn message(resource: Resource<'_>, full: Date, lead: Duration, order_by: Date) -> String {
    format!("'{}' is full on {full} and takes {lead} to get: it had to be ordered by {order_by}", resource.name())
}

const HELP: &str = "order now, lower the demand until it has come, and name what is done in `actions`";

impl Rule for CapacityLeadTime {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for (plan, resource) in CapacityPlan::resources_on(cx.sms, cx.today()) {
            let Some((full, lead)) = resource.forecast_exhaustion().zip(resource.lead_time()) else { continue };
            let order_by = before(full, lead);
            if order_by <= cx.today() && !cx.is_worked_on(resource.actions()) {
                let span = resource.0.field_span("forecast_exhaustion");
                out.at(plan.0.record, span, message(resource, full, lead, order_by))
                    .help(HELP)
                    .related(resource.0.field_span("lead_time"), "the time until more is there");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn the_last_day_to_order_must_lie_ahead() {
        check(
            &CapacityLeadTime,
            "# as-of: 2026-11-20
            # sms/capacity_plan/a.yaml
            kind: capacity_plan
            id: a
            status: in_force
            resources:
              - {title: A, lead_time: 10d, forecast_exhaustion: 2026-11-30}
            #                                                   ^^^^^^^^^^ 'A' is full on 2026-11-30 and takes 10d to get: it had to be ordered by 2026-11-20
              - {title: B, lead_time: 10d, forecast_exhaustion: 2026-12-01}
              - {title: C, lead_time: 10d, forecast_exhaustion: 2026-11-21, actions: [act-on]}
              - {title: D, forecast_exhaustion: 2026-11-21}
            # sms/action/act-on.yaml
            {kind: action, id: act-on, status: open}
            ",
        );
    }
}
