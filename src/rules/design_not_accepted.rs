use std::collections::BTreeSet;

use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::change::Change;
use crate::model::design::{Criterion, Decision, Design, DesignStatus};
use crate::model::{At, Record};

rule! {
    /// Something went live whose design is not complete or was not accepted.
    ///
    /// Before a new or changed service goes live, its acceptance criteria are met and the parties concerned have
    /// decided; where one is not met, they decide about that as well. From acceptance on a design says what is required,
    /// who does what, what it takes, how it is tested, what it is meant to achieve, what it does to others and what
    /// changes in the catalogue. A design counts as live by its status, and from its `go_live` on. The heart of a design
    /// inside a change is judged once the change was carried out and did not fail.
    ///
    /// ```yaml,bad
    /// # sms/design/dsg-portal.yaml
    /// kind: design
    /// id: dsg-portal
    /// status: tested
    /// go_live: 2026-10-01
    /// ```
    ///
    /// ```yaml,good
    /// # sms/design/dsg-portal.yaml
    /// kind: design
    /// id: dsg-portal
    /// status: tested
    /// go_live: 2026-12-01
    /// ```
    ///
    /// Write down the decision and what is missing; where the day has moved, correct `go_live`.
    DesignNotAccepted = "design-not-accepted", Error, clauses: ["8.5.2.2", "8.5.2.3"], kinds: ["design", "change"], clock;
}

const TOPICS: &[&str] = &[
    "requirements",
    "responsibilities",
    "activities",
    "resources",
    "tests",
    "acceptance",
    "outcomes",
    "impact",
    "catalogue_update",
];

fn incomplete(design: &Record<'_>, missing: &[&str]) -> String {
    let fields: Vec<String> = missing.iter().map(|field| format!("`{field}`")).collect();
    format!("the accepted design '{}' says nothing in {}", design.id, text::and(&fields))
}

fn undecided(design: &Record<'_>) -> String {
    format!("the design '{}' is live, and nobody decided on its acceptance", design.id)
}

fn late(design: &Record<'_>, decided: jiff::civil::Date, live: jiff::civil::Date) -> String {
    format!("the design '{}' went live on {live} and was accepted only on {decided}", design.id)
}

fn unsettled(record: &Record<'_>, criterion: Criterion<'_>) -> String {
    let state = criterion.result().map_or("open", |result| if result.word() == "open" { "open" } else { "not met" });
    format!("'{}' is live with a criterion that is {state}, and nothing was decided about that", record.id)
}

const HELP_TOPICS: &str = "write down what is missing; 'none, because …' is an answer";
const HELP_DECISION: &str = "write in `decision` when and by whom it was accepted";
const HELP_CRITERION: &str =
    "say in `result` that it is met, or in `decision` what was decided with the parties concerned";
const HELP_DATE: &str = "have it accepted, or correct `go_live` where the day has moved";

impl Rule for DesignNotAccepted {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for design in cx.sms.all::<Design<'_>>() {
            let (record, Some(status)) = (design.0.record, design.status()) else { continue };
            let live = design.go_live().filter(|day| *day <= cx.today());
            let unaccepted = !status.is_accepted() && status != DesignStatus::Withdrawn;
            if let Some(day) = live.filter(|_| unaccepted) {
                let message =
                    format!("the design '{}' was to be live on {day} and is only {}", record.id, status.word());
                out.field(record, "go_live", message).help(HELP_DATE);
            }
            if !status.is_accepted() {
                continue;
            }
            let missing = missing(design.0);
            if !missing.is_empty() {
                out.field(record, "status", incomplete(record, &missing)).help(HELP_TOPICS);
            }
            if !status.is_live() {
                continue;
            }
            match (design.decision().and_then(Decision::at), live) {
                (None, _) if design.decision().is_none() => {
                    out.field(record, "status", undecided(record)).help(HELP_DECISION);
                }
                (Some(decided), Some(live)) if decided > live => {
                    let span = design.decision().map_or(record.id_span(), |decision| decision.0.field_span("at"));
                    out.at(record, span, late(record, decided, live)).help(HELP_DECISION);
                }
                _ => {}
            }
            criteria(record, design.0, out);
        }
        for change in cx.sms.all::<Change<'_>>().filter(|change| change.is_in_use()) {
            if let Some(inline) = change.design().filter(|at| at.node.as_str().is_none()) {
                criteria(change.0.record, inline, out);
            }
        }
    }
}

/// The topics that say nothing; of the resources all four kinds are asked for.
fn missing(design: At<'_>) -> Vec<&'static str> {
    let mut missing: BTreeSet<&'static str> = design.missing(TOPICS).into_iter().collect();
    let resources = design.node.get("resources").map(|node| At { record: design.record, node });
    let kinds = resources.map(|at| at.missing(&["human", "technical", "information", "financial"]));
    if kinds.is_some_and(|kinds| !kinds.is_empty()) {
        missing.insert("resources");
    }
    TOPICS.iter().copied().filter(|topic| missing.contains(topic)).collect()
}

fn criteria(record: &Record<'_>, design: At<'_>, out: &mut Report) {
    for criterion in Criterion::all(design).into_iter().filter(|criterion| criterion.is_unsettled()) {
        out.at(record, criterion.0.field_span("result"), unsettled(record, criterion)).help(HELP_CRITERION);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const WHOLE: &str = "requirements: [a], responsibilities: b, activities: [{what: c}], impact: {sms: d}, tests: [e], \
                         resources: {human: f, technical: g, information: h, financial: i}, outcomes: [{measure: j}], \
                         catalogue_update: k";

    #[test]
    fn what_is_live_was_accepted_before_in_all_its_criteria() {
        check(
            &DesignNotAccepted,
            &"
            # sms/design/a.yaml
            {kind: design, id: a, status: deployed, WHOLE,
            #                             ^^^^^^^^ the design 'a' is live, and nobody decided
             acceptance: [{criterion: x, result: met}, {criterion: y, result: not_met}, {criterion: z, result: open, decision: b}]}
            #                                                                 ^^^^^^^ 'a' is live with a criterion that is not met
            # sms/design/b.yaml
            {kind: design, id: b, status: closed, go_live: 2026-05-01, WHOLE, acceptance: [{criterion: x, result: met}],
             decision: {at: 2026-05-02}}
            #               ^^^^^^^^^^ went live on 2026-05-01 and was accepted only on 2026-05-02
            # sms/design/c.yaml
            {kind: design, id: c, status: closed, go_live: 2026-05-01, WHOLE, acceptance: [{criterion: x, result: met}],
             decision: {at: 2026-05-01}}
            "
            .replace("WHOLE", WHOLE),
        );
    }

    #[test]
    fn an_accepted_design_is_complete_and_one_that_is_not_has_not_gone_live() {
        check(
            &DesignNotAccepted,
            "
            # sms/design/a.yaml
            {kind: design, id: a, status: accepted, requirements: [a], responsibilities: b, activities: [c], tests: [d],
            #                             ^^^^^^^^ 'a' says nothing in `resources`, `acceptance`, `outcomes`, `impact` and `catalogue_update`
             resources: {human: a, technical: b}, decision: {at: 2026-01-01}, acceptance: [], impact: {}}
            # sms/design/b.yaml
            {kind: design, id: b, status: refused, go_live: 2026-11-20}
            #                                               ^^^^^^^^^^ was to be live on 2026-11-20 and is only refused
            # sms/design/c.yaml
            {kind: design, id: c, status: built, go_live: 2026-11-21}
            # sms/design/d.yaml
            {kind: design, id: d, status: withdrawn, go_live: 2026-01-01}
            ",
        );
    }

    #[test]
    fn the_heart_of_a_design_in_a_change_is_judged_when_the_change_is_in_use() {
        check(
            &DesignNotAccepted,
            "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: implemented, design: {acceptance: [{criterion: x, result: open}]}}
            #                                                                                           ^^^^ 'chg-a' is live with a criterion that is open
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: closed, outcome: failed, design: {acceptance: [{criterion: x, result: not_met}]}}
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: requested, design: {acceptance: [{criterion: x, result: open}]}}
            # sms/change/chg-d.yaml
            {kind: change, id: chg-d, status: closed, design: dsg-lost}
            ",
        );
    }
}
