//! The smallest next step: whom to ask, what to edit, when to look again.

use std::collections::BTreeSet;

use super::decision::{Decision, Next};
use super::outcome::Outcome;
use super::reason::{Code, Reason};
use crate::base::date::AsOf;
use crate::base::text::and;

/// What would make the decision PASS.
#[must_use]
pub(super) fn next(decision: &Decision) -> Next {
    let mut next = Next { look_again: decision.next.look_again, ..Next::default() };
    if decision.outcome == Outcome::Pass {
        "nothing is missing".clone_into(&mut next.text);
        return next;
    }
    let mut told = BTreeSet::new();
    for reason in decision.reasons.iter().filter(|reason| reason.outcome > Outcome::Pass) {
        for step in steps(reason) {
            if told.insert(step.clone()) {
                next.steps.push(step);
            }
        }
    }
    next.ask.clone_from(&decision.next.ask);
    next.text = text(&next);
    next
}

/// What to do about one reason: its own help, else that of what it rests on.
fn steps(reason: &Reason) -> Vec<String> {
    if matches!(reason.code, Code::Requirement) {
        return Vec::new();
    }
    match &reason.help {
        Some(help) => vec![help.clone()],
        None => reason.parts.iter().filter(|part| part.outcome > Outcome::Pass).flat_map(steps).collect(),
    }
}

fn text(next: &Next) -> String {
    let mut parts = next.steps.clone();
    if !next.ask.is_empty() {
        let people: Vec<&str> = next.ask.iter().map(String::as_str).collect();
        let verb = if people.len() == 1 { "agrees" } else { "agree" };
        parts.push(format!("{} {verb}", and(&people)));
    }
    if parts.is_empty() {
        return next
            .look_again
            .map_or_else(|| "look at the reasons".to_owned(), |at| format!("look again at {}", AsOf::new(at)));
    }
    parts.join("; then ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The next step for these reasons and people.
    fn told(outcome: Outcome, reasons: Vec<Reason>, ask: &[&str], look_again: Option<&str>) -> Next {
        let mut decision = Decision::unreadable("x", "2026-11-20T12:00:00Z".parse().unwrap());
        decision.outcome = outcome;
        decision.reasons = reasons;
        decision.next.ask = ask.iter().map(|id| (*id).to_owned()).collect();
        decision.next.look_again = look_again.map(|at| at.parse().unwrap());
        next(&decision)
    }

    #[test]
    fn nothing_is_missing_from_what_passes() {
        let it =
            told(Outcome::Pass, vec![Reason::blocked(Code::Frozen, "m", "h")], &["ann"], Some("2026-12-01T00:00:00Z"));
        assert_eq!((it.text.as_str(), it.ask.len(), it.steps.len()), ("nothing is missing", 0, 0));
        assert!(it.look_again.is_some(), "a freeze may begin");
    }

    #[test]
    fn edits_come_before_people_and_each_is_told_once() {
        let twice = || Reason::blocked(Code::NoWindow, "m", "write `planned`");
        let it = told(
            Outcome::Blocked,
            vec![twice(), Reason::pass(Code::Risk, "low").help("never"), twice()],
            &["ann", "bo"],
            None,
        );
        assert_eq!(it.text, "write `planned`; then ann and bo agree");
        assert_eq!(told(Outcome::Pending, vec![], &["ann"], None).text, "ann agrees");
    }

    #[test]
    fn the_help_of_a_part_stands_in_for_that_of_the_whole() {
        let parts = vec![
            Reason::new(Code::Requirement, Outcome::Pending, "open").help("not told: people are asked by name"),
            Reason::blocked(Code::Unfillable, "nobody", "give the role to more people"),
        ];
        let it = told(Outcome::Blocked, vec![Reason::pass(Code::Seats, "1 open").with(parts)], &[], None);
        assert_eq!(it.steps, ["give the role to more people"]);
    }

    #[test]
    fn what_is_fine_asks_for_nothing_even_inside_of_what_is_not() {
        let fine = Reason::pass(Code::Risk, "low").help("never");
        let open = Reason::new(Code::Risk, Outcome::Pending, "open").help("wait");
        let it = told(
            Outcome::Blocked,
            vec![Reason::new(Code::Seats, Outcome::Pending, "1").with(vec![fine, open])],
            &[],
            None,
        );
        assert_eq!(it.steps, ["wait"]);
    }

    #[test]
    fn with_nothing_to_do_time_alone_may_help() {
        let it = told(Outcome::Blocked, vec![], &[], Some("2026-12-01T00:00:00Z"));
        assert_eq!(it.text, "look again at 2026-12-01T00:00:00Z");
        assert_eq!(told(Outcome::Blocked, vec![], &[], None).text, "look at the reasons");
    }
}
