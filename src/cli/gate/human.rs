//! A decision in lines.

use crate::base::date::AsOf;
use crate::base::text::clean;
use crate::gate::{Decision, Outcome};

/// The decision with its tree of reasons.
pub(super) fn text(decision: &Decision, tried: bool) -> String {
    let subject = match (&decision.change, decision.changes.as_slice()) {
        (Some(change), _) => change.clone(),
        (None, []) => "no change".to_owned(),
        (None, several) => several.join(", "),
    };
    let category = decision.category.as_ref().map_or_else(String::new, |category| format!(", {category}"));
    let risk =
        decision.risk.as_ref().map_or_else(String::new, |risk| format!(", risk {} ({})", risk.level, risk.score));
    let tried = if tried { "Tried out: " } else { "" };
    let mut lines = vec![format!("{tried}{} {subject}{category}{risk}", decision.outcome)];
    for reason in &decision.reasons {
        for (depth, reason) in reason.walk() {
            let mark = match reason.outcome {
                Outcome::Pass => "ok",
                Outcome::Pending => "wait",
                Outcome::Blocked => "no",
                Outcome::Error => "error",
            };
            let indent = "  ".repeat(depth + 1);
            lines.push(format!("{indent}{mark:<5} {} [{}]", clean(&reason.message), reason.code.word()));
        }
    }
    for (title, list) in [("Reaches", reach(decision)), ("Does not count", excluded(decision))] {
        if !list.is_empty() {
            lines.push(format!("{title}:"));
            lines.extend(list.into_iter().map(|line| format!("  {}", clean(&line))));
        }
    }
    if decision.outcome != Outcome::Pass {
        lines.push(format!("To make it pass: {}", clean(&decision.next.text)));
    }
    let policy = decision.policy.as_ref().map_or_else(|| "no policy".to_owned(), |by| by.id.clone());
    lines.push(format!("Decided by {policy}, as of {}", AsOf::new(decision.instant)));
    if let Some(at) = decision.next.look_again {
        lines.push(format!("It can be different from {} on, without anything else happening", AsOf::new(at)));
    }
    lines.join("\n") + "\n"
}

fn reach(decision: &Decision) -> Vec<String> {
    let services = decision.affected.services.iter();
    let mut lines: Vec<String> = services
        .map(|felt| {
            format!("{} {} ({})", felt.id, felt.state.label(), felt.criticality.unwrap_or("criticality unknown"))
        })
        .collect();
    if !decision.affected.customers.is_empty() {
        let customers: Vec<&str> = decision.affected.customers.iter().map(String::as_str).collect();
        lines.push(format!("customers: {}", customers.join(", ")));
    }
    lines
}

fn excluded(decision: &Decision) -> Vec<String> {
    decision.excluded.iter().map(|left| format!("{}: {}", left.person, left.reason)).collect()
}
