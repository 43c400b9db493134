use std::collections::{BTreeMap, BTreeSet};

use super::rule::{Check, Report, Rule};
use crate::base::suggest::nearest;
use crate::model::process::{Input, Output, Process};
use crate::model::{At, Ix, Sms};

rule! {
    /// An input that nobody gives, or an output that nobody takes.
    ///
    /// Processes hand things to one another, under one name on both sides; upper and lower case and blanks do not matter.
    /// What a process takes `from` another stands among the outputs of that one, and what it gives `to` another among the
    /// inputs there. Where it comes from or goes to something that is no process, `from`, `source`, `to` or `use` say so.
    /// Only processes in force are compared; one without any inputs or outputs is the matter of `process-incomplete`.
    /// A thing that both sides know under different names is told once, at the input.
    ///
    /// ```yaml,bad
    /// # sms/process/proc-change.yaml
    /// kind: process
    /// id: proc-change
    /// status: in_force
    /// outputs: [{name: Trend report}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/process/proc-change.yaml
    /// kind: process
    /// id: proc-change
    /// status: in_force
    /// outputs: [{name: Trend report, to: [proc-problem]}]
    /// # sms/process/proc-problem.yaml
    /// kind: process
    /// id: proc-problem
    /// status: in_force
    /// inputs: [{name: Trend report, from: [proc-change]}]
    /// ```
    ///
    /// Ask the owners on both sides: give the thing one name, name who uses it, or stop making it.
    ProcessIoUnmatched = "process-io-unmatched", Warning, clauses: ["4.4"], kinds: ["process"];
}

const HELP_FROM: &str = "say in `from` or `source` where it comes from";
const HELP_TO: &str = "say in `to` or `use` who uses it, or stop making it";

fn help(name: &str, others: &[String], side: &str, process: &str) -> String {
    match nearest(&plain(name), others.iter().map(String::as_str)) {
        Some(near) => format!("did you mean \"{near}\"? Both sides use one name"),
        None => format!("add it to the {side} of '{process}', or name the process that is meant"),
    }
}

/// A name for comparison.
fn plain(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The names of the things on one side of each process in force.
struct Side(BTreeMap<Ix, Vec<String>>);

impl Side {
    fn of<'a>(sms: &'a Sms<'_>, names: impl Fn(Process<'a>) -> Vec<Option<&'a str>>) -> Self {
        let all = Process::in_force(sms).filter_map(|process| {
            let names = names(process).into_iter().flatten().map(plain).collect();
            Some((sms.find(process.0.record.id.as_str())?, names))
        });
        Self(all.collect())
    }

    /// The other names there, when the process is in force and has some but not this one.
    fn without(&self, process: Ix, name: &str) -> Option<&[String]> {
        let names = self.0.get(&process).filter(|names| !names.is_empty())?;
        let name = plain(name);
        (!names.contains(&name)).then_some(names.as_slice())
    }
}

/// The processes that one list names, with the place of each.
fn named<'a>(sms: &Sms<'_>, list: Vec<At<'a>>) -> Vec<(Ix, At<'a>)> {
    list.into_iter().filter_map(|at| Some((sms.find(at.node.as_str()?)?, at))).collect()
}

/// What is handed over: from which process, to which, under which name.
fn handed<'a>(
    sms: &'a Sms<'_>,
    things: impl Fn(Process<'a>) -> Vec<(Option<&'a str>, Vec<At<'a>>)>,
) -> BTreeSet<(Ix, Ix, String)> {
    let mut handed = BTreeSet::new();
    for process in Process::in_force(sms) {
        let Some(ix) = sms.find(process.0.record.id.as_str()) else { continue };
        for (name, others) in things(process) {
            let name = name.map(plain).unwrap_or_default();
            handed.extend(named(sms, others).into_iter().map(|(other, _)| (ix, other, name.clone())));
        }
    }
    handed
}

impl Rule for ProcessIoUnmatched {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let sms = cx.sms;
        let outputs = Side::of(sms, |process| process.outputs().into_iter().map(Output::name).collect());
        let inputs = Side::of(sms, |process| process.inputs().into_iter().map(Input::name).collect());
        let gives = handed(sms, |process| process.outputs().into_iter().map(|it| (it.name(), it.to())).collect());
        let takes = handed(sms, |process| process.inputs().into_iter().map(|it| (it.name(), it.from())).collect());
        let (mut sent, mut received) = (BTreeSet::new(), BTreeSet::new());
        sent.extend(gives.iter().map(|(_, to, name)| (*to, name.as_str())));
        received.extend(takes.iter().map(|(_, from, name)| (*from, name.as_str())));
        let mut told = BTreeSet::new();
        for process in Process::in_force(sms) {
            let record = process.0.record;
            let Some(ix) = sms.find(record.id.as_str()) else { continue };
            for input in process.inputs() {
                let Some(name) = input.name() else { continue };
                if input.0.missing(&["from", "source"]).len() == 2 && !sent.contains(&(ix, plain(name).as_str())) {
                    let words = format!("'{}' takes \"{name}\", and nothing says who gives it", record.id);
                    out.at(record, input.0.field_span("name"), words).help(HELP_FROM);
                }
                for (from, at) in named(sms, input.from()) {
                    let Some(others) = outputs.without(from, name) else { continue };
                    told.insert((from, ix));
                    let other = &sms.record(from).id;
                    let words =
                        format!("'{}' takes \"{name}\" from '{other}', which gives nothing of that name", record.id);
                    out.at(record, at.span(), words)
                        .help(help(name, others, "outputs", other.as_str()))
                        .related(sms.record(from).field_span("outputs"), "what it gives");
                }
            }
        }
        for process in Process::in_force(sms) {
            let record = process.0.record;
            let Some(ix) = sms.find(record.id.as_str()) else { continue };
            for output in process.outputs() {
                let Some(name) = output.name() else { continue };
                if output.0.missing(&["to", "use"]).len() == 2 && !received.contains(&(ix, plain(name).as_str())) {
                    let words = format!("'{}' gives \"{name}\", and nobody takes it", record.id);
                    out.at(record, output.0.field_span("name"), words).help(HELP_TO);
                }
                for (to, at) in named(sms, output.to()).into_iter().filter(|(to, _)| !told.contains(&(ix, *to))) {
                    let Some(others) = inputs.without(to, name) else { continue };
                    let other = &sms.record(to).id;
                    let words =
                        format!("'{}' gives \"{name}\" to '{other}', which takes nothing of that name", record.id);
                    out.at(record, at.span(), words)
                        .help(help(name, others, "inputs", other.as_str()))
                        .related(sms.record(to).field_span("inputs"), "what it takes");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    #[test]
    fn things_without_another_side_are_told() {
        check(
            &ProcessIoUnmatched,
            "
            # sms/process/a.yaml
            kind: process
            id: a
            status: in_force
            inputs:
              - {name: Calls}
            #          ^^^^^ 'a' takes \"Calls\", and nothing says who gives it
              - {name: Requests, source: Users}
              - {name: Orders, from: [cus-a]}
              - {name: Findings}
            outputs:
              - {name: Trend report}
            #          ^^^^^^^^^^^^ 'a' gives \"Trend report\", and nobody takes it
              - {name: News, use: Customers}
              - {name: Plans}
            # sms/process/b.yaml
            {kind: process, id: b, status: in_force, inputs: [{name: plans, from: [a]}],
             outputs: [{name: findings, to: [a]}]}
            ",
        );
    }

    #[test]
    fn both_sides_use_one_name() {
        let text = "
            # sms/process/a.yaml
            {kind: process, id: a, status: in_force, inputs: [{name: Call, from: [b]}, {name: ' fixed  Items', from: [b]}],
            #                                                                     ^ 'a' takes \"Call\" from 'b', which gives nothing
             outputs: [{name: Reports, to: [c]}]}
            # sms/process/b.yaml
            {kind: process, id: b, status: in_force, outputs: [{name: Calls, to: [a]}, {name: Fixed items, to: [a]}]}
            # sms/process/c.yaml
            {kind: process, id: c, status: in_force, inputs: [{name: Notes, source: Us}], outputs: [{name: Notes, to: [a]}]}
            #                                                                                                          ^ 'c' gives \"Notes\" to 'a'
            ";
        let marked = text.replace("to: [c]}]}", "to: [c]}]}\n            #                               ^ 'a' gives \"Reports\" to 'c', which takes nothing");
        check(&ProcessIoUnmatched, &marked);
        let help = findings(&ProcessIoUnmatched, text)[0].help.clone();
        assert_eq!(help.as_deref(), Some("did you mean \"calls\"? Both sides use one name"));
    }

    #[test]
    fn drafts_bare_processes_and_unknown_ones_are_not_compared() {
        check(
            &ProcessIoUnmatched,
            "
            # sms/process/a.yaml
            {kind: process, id: a, status: in_force, inputs: [{name: X, from: [b, c, gone]}], outputs: [{name: Y, to: [b, c]}]}
            # sms/process/b.yaml
            {kind: process, id: b, status: draft, inputs: [{name: Z}], outputs: [{name: Z}]}
            # sms/process/c.yaml
            {kind: process, id: c, status: in_force}
            ",
        );
    }
}
