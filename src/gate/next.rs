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
