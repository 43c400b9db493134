use std::collections::BTreeSet;

use super::rule::{Check, Report, Rule};
use crate::base::clause::{self, Clause};
use crate::base::text::and;
use crate::standard::{Standing, is_within, standing};
use crate::yaml::Node;

rule! {
    /// A clause of the standard that no process in force carries out.
    ///
    /// Every requirement of clause 8 needs a process that somebody owns, with steps and measures; a clause without one is
    /// done by chance. A process says in `clauses` what it carries out; naming `8.6` covers 8.6.1 to 8.6.3 as well.
    ///
    /// The rule speaks once `sms` says that the system is operating.
    ///
    /// ```yaml,bad
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// status: operating
    /// # sms/process/proc-incident.yaml
    /// kind: process
    /// id: proc-incident
    /// status: in_force
    /// clauses: ["8.1", "8.2", "8.3", "8.4", "8.5", "8.6.1", "8.6.2", "8.7"]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// status: operating
    /// # sms/process/proc-all.yaml
    /// kind: process
    /// id: proc-all
    /// status: in_force
    /// clauses: ["20000-1:8"]
    /// ```
    ///
    /// Name the clause in the process that carries it out, or write the process.
    ClauseUncovered = "clause-uncovered", Error, clauses: ["4.4"], kinds: ["process", "sms"];
}

/// Clauses that are told with their titles; of more, the numbers have to do.
const TITLED: usize = 3;

fn message(clauses: &[Clause]) -> String {
    let titled = |clause: &Clause| format!("{} {}", clause.number, clause.title);
    let bare = |clause: &Clause| clause.number.to_owned();
    let words: Vec<String> =
        if clauses.len() > TITLED { clauses.iter().map(bare).collect() } else { clauses.iter().map(titled).collect() };
    format!("no process in force carries out {} {}", if words.len() == 1 { "clause" } else { "clauses" }, and(&words))
}

const HELP: &str =
    "add the clause to `clauses` of the process that carries it out, or write one with `gitsm new process`";

/// The clauses of operation with a title and nothing below them, but for mere introductions.
fn operational() -> impl Iterator<Item = Clause> {
    let leaf = |one: &Clause| {
        !clause::all()
            .any(|other| other.number != one.number && !other.title.is_empty() && is_within(other.number, one.number))
    };
    clause::all()
        .filter(move |one| is_within(one.number, "8") && !one.title.is_empty() && leaf(one) && one.title != "General")
}

impl Rule for ClauseUncovered {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let Some(sms) = cx.operating() else { return };
        let processes = cx.sms.of_kind("process").map(|(_, process)| process);
        let in_force = processes.filter(|process| standing(process) == Standing::Full);
        let covered: BTreeSet<&str> = in_force
            .flat_map(|process| process.get("clauses").map(Node::items).unwrap_or_default())
            .filter_map(|tag| tag.as_str())
            .map(clause::split)
            .filter(|(standard, _)| matches!(*standard, "" | "20000-1"))
            .map(|(_, number)| number)
            .collect();
        // A process that names a part of a clause carries out that part; the rest of it is for the gap analysis.
        let done = |clause: &Clause| {
            covered.iter().any(|number| is_within(clause.number, number) || is_within(number, clause.number))
        };
        let open: Vec<Clause> = operational().filter(|clause| !done(clause)).collect();
        if !open.is_empty() {
            out.field(sms, "status", message(&open)).help(HELP);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    #[test]
    fn a_clause_is_covered_by_itself_or_by_one_above() {
        check(
            &ClauseUncovered,
            "
            # sms/sms/sms.yaml
            {kind: sms, id: sms, status: operating}
            #                            ^^^^^^^^^ clauses 8.5.1.2 Change management initiation and 8.7.2 Service continuity management
            # sms/process/a.yaml
            {kind: process, id: a, status: in_force, clauses: ['8.1', '8.2', '8.3', '20000-1:8.4', '8.5.1.1', '8.5.1.3', '8.5.2']}
            # sms/process/b.yaml
            {kind: process, id: b, status: in_force, clauses: ['8.5.3', '8.6', '8.7.1', '8.7.3.1', '8.7.3.2', '8.7.3.3']}
            # sms/process/c.yaml
            {kind: process, id: c, status: draft, clauses: ['8.7.2', '8.5.1']}
            # sms/process/d.yaml
            {kind: process, id: d, status: in_force, clauses: ['9001:8.7.2']}
            ",
        );
    }

    #[test]
    fn without_processes_every_clause_of_operation_is_told_once_the_sms_operates() {
        let of = |status: &str| {
            findings(&ClauseUncovered, &format!("\n# sms/sms/sms.yaml\n{{kind: sms, id: sms, status: {status}}}\n"))
        };
        let all = of("operating");
        assert!(all.len() == 1 && operational().all(|clause| all[0].message.contains(clause.number)), "{all:?}");
        assert!(of("planned").is_empty() && operational().count() > 20);
    }
}
