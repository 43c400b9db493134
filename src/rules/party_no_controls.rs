use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::supplier::{Supplier, SupplierControl, SupplierStatus};

rule! {
    /// An active supplier of whom nothing is measured, whatever its `controls` say.
    ///
    /// We answer for what other parties do for us as for our own work, so their process or their results are measured. A
    /// control says how often in `frequency`, or names a `metric` that is in use; one that does neither is a wish. That
    /// there are `controls` at all is the matter of the schema.
    ///
    /// ```yaml,bad
    /// # sms/supplier/sup-host.yaml
    /// kind: supplier
    /// id: sup-host
    /// status: active
    /// controls: [{measure: Availability of the rooms, kind: service}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/supplier/sup-host.yaml
    /// kind: supplier
    /// id: sup-host
    /// status: active
    /// controls: [{measure: Availability of the rooms, kind: service, frequency: month}]
    /// ```
    ///
    /// Say how often each control is looked at, or give it a metric, and keep to it.
    PartyNoControls = "party-no-controls", Error, clauses: ["8.2.3"], kinds: ["supplier", "metric"];
}

fn message(supplier: &Record<'_>) -> String {
    format!("no control of the supplier '{}' says how often it is looked at or which metric holds it", supplier.id)
}

const HELP: &str = "give a control its `frequency`, or a `metric` that is in use";

impl Rule for PartyNoControls {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let measured = |control: SupplierControl<'_>| {
            let metric = control.metric().map(|metric| cx.sms.find(metric));
            let is_used = metric.is_some_and(|ix| ix.is_none_or(|ix| !cx.sms.record(ix).is_at_rest()));
            control.frequency().is_some() || is_used
        };
        for supplier in cx.sms.all::<Supplier<'_>>().filter(|it| it.status() == Some(SupplierStatus::Active)) {
            let controls = supplier.controls();
            if !controls.is_empty() && !controls.into_iter().any(measured) {
                let record = supplier.0.record;
                out.field(record, "controls", message(record)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn wishes_and_retired_metrics_measure_nothing() {
        check(
            &PartyNoControls,
            "
            # sms/supplier/sup-a.yaml
            kind: supplier
            id: sup-a
            status: active
            controls: [{measure: Calls, kind: service}, {measure: Notes, kind: process, metric: mtr-old}]
            #^^^^^^^^ no control of the supplier 'sup-a'
            # sms/metric/mtr-old.yaml
            {kind: metric, id: mtr-old, status: retired}
            ",
        );
    }

    #[test]
    fn one_control_with_a_rhythm_or_a_metric_is_enough() {
        check(
            &PartyNoControls,
            "
            # sms/supplier/sup-a.yaml
            {kind: supplier, id: sup-a, status: active, controls: [{measure: Calls}, {measure: Notes, frequency: week}]}
            # sms/supplier/sup-b.yaml
            {kind: supplier, id: sup-b, status: active, controls: [{measure: Calls, metric: mtr-a}]}
            # sms/supplier/sup-c.yaml
            {kind: supplier, id: sup-c, status: active, controls: [{measure: Calls, metric: mtr-unknown}]}
            # sms/supplier/sup-d.yaml
            {kind: supplier, id: sup-d, status: candidate, controls: [{measure: Calls}]}
            # sms/supplier/sup-e.yaml
            {kind: supplier, id: sup-e, status: active}
            # sms/metric/mtr-a.yaml
            {kind: metric, id: mtr-a, status: active}
            ",
        );
    }
}
