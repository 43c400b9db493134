use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::process::{DocumentStatus, Process};

rule! {
    /// A process in force that does not say how it works.
    ///
    /// A process takes inputs, does activities and gives outputs; criteria say when that was done right, and metrics
    /// show whether it is. Without one of the five it cannot be carried out, connected or judged. Its owner is asked
    /// for by `owner-missing`. Drafts may be incomplete.
    ///
    /// ```yaml,bad
    /// # sms/process/proc-change.yaml
    /// kind: process
    /// id: proc-change
    /// status: in_force
    /// activities: [{seq: 1, name: Record the request}]
    /// inputs: [{name: Request for change}]
    /// metrics: [met-change-success]
    /// criteria: [No change starts before it is authorised.]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/process/proc-change.yaml
    /// kind: process
    /// id: proc-change
    /// status: in_force
    /// activities: [{seq: 1, name: Record the request}]
    /// inputs: [{name: Request for change}]
    /// outputs: [{name: Authorised change}]
    /// metrics: [met-change-success]
    /// criteria: [No change starts before it is authorised.]
    /// ```
    ///
    /// Write down what is missing; a line each is enough to begin with.
    ProcessIncomplete = "process-incomplete", Error, clauses: ["4.4", "8.1"], kinds: ["process"];
}

fn message(process: &Record<'_>, missing: &[&str]) -> String {
    format!("the process '{}' is in force without {}", process.id, missing.join(", "))
}

fn help(missing: &[&str]) -> String {
    let fields: Vec<String> = missing.iter().map(|field| format!("`{field}`")).collect();
    format!("fill in {}", fields.join(", "))
}

/// The fields of the process that say nothing.
fn missing(process: Process<'_>) -> Vec<&'static str> {
    let fields = [
        ("activities", process.activities().is_empty()),
        ("inputs", process.inputs().is_empty()),
        ("outputs", process.outputs().is_empty()),
        ("metrics", process.metrics().is_empty()),
        ("criteria", process.criteria().is_empty()),
    ];
    fields.into_iter().filter_map(|(field, empty)| empty.then_some(field)).collect()
}

impl Rule for ProcessIncomplete {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for process in cx.sms.all::<Process<'_>>().filter(|it| it.status() == Some(DocumentStatus::InForce)) {
            let missing = missing(process);
            if !missing.is_empty() {
                let record = process.0.record;
                out.at(record, record.id_span(), message(record, &missing)).help(help(&missing));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn all_that_is_missing_is_said_at_once() {
        check(
            &ProcessIncomplete,
            "
            # sms/process/proc-a.yaml
            kind: process
            id: proc-a
            #   ^^^^^^ the process 'proc-a' is in force without inputs, metrics, criteria
            status: in_force
            activities: [{seq: 1, name: Act}]
            inputs: []
            outputs: [{name: Result}]
            criteria: ['']
            ",
        );
    }

    #[test]
    fn a_process_that_fills_all_five_is_complete() {
        check(
            &ProcessIncomplete,
            "
            # sms/process/proc-a.yaml
            kind: process
            id: proc-a
            status: in_force
            activities: [{}]
            inputs: [{}]
            outputs: [{}]
            metrics: [met-a]
            criteria: [Done]
            ",
        );
    }

    #[test]
    fn drafts_and_old_versions_may_be_incomplete() {
        check(
            &ProcessIncomplete,
            "
            # sms/process/proc-a.yaml
            {kind: process, id: proc-a, status: draft}
            # sms/process/proc-b.yaml
            {kind: process, id: proc-b, status: superseded}
            # sms/process/proc-c.yaml
            {kind: process, id: proc-c}
            ",
        );
    }
}
