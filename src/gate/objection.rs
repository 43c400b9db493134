//! Objections: those of people who have a word stop a change, the others are heard.

use jiff::Timestamp;

use super::demand::{Demand, Who};
use super::policy::Policy;
use super::reason::{Code, Reason};
use super::seats::{Hall, Requirement};
use super::votes::Votes;

/// Every objection as a reason, by person, and those that were overruled.
#[must_use]
pub(super) fn objections(
    policy: &Policy<'_>,
    hall: &Hall<'_>,
    votes: &Votes,
    requirements: &[Requirement],
) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for (person, (words, at)) in &votes.objections {
        let said = if words.trim().is_empty() { String::new() } else { format!(": {}", words.trim()) };
        let message = format!("{person} objects{said}");
        if has_word(policy, hall, requirements, person, *at) {
            let chair = policy.record.chair();
            let chair =
                chair.map_or_else(String::new, |it| format!(", or a holder of '{}' overrules it with a reason", it.id));
            reasons.push(Reason::blocked(Code::Objection, message, format!("{person} takes it back{chair}")));
        } else {
            reasons.push(Reason::pass(Code::ObjectionHeard, message));
        }
    }
    for (person, by, why) in &votes.overruled {
        let message = format!("{by} overruled the objection of {person}: {}", why.trim());
        reasons.push(Reason::pass(Code::ObjectionOverruled, message));
    }
    reasons
}

/// Whether an objection of the person stops a change: by a role that the policy names, now or when it was made, and where
/// the policy names none by a seat that the person could fill. Whoever had a word keeps it until the objection is taken
/// back or overruled.
#[must_use]
pub(super) fn has_word(
    policy: &Policy<'_>,
    hall: &Hall<'_>,
    requirements: &[Requirement],
    person: &str,
    at: Timestamp,
) -> bool {
    if policy.record.0.node.get("objection_roles").is_some() {
        let has = |role: &str| hall.people.holds(person, role) || hall.people.held(person, role, at);
        return policy.record.objection_roles().iter().any(|role| has(role.id));
    }
    may_sit(hall, requirements, person, at)
}

/// Whether the person could fill a seat of one of the requirements, today or at the instant `at`.
#[must_use]
pub(super) fn may_sit(hall: &Hall<'_>, requirements: &[Requirement], person: &str, at: Timestamp) -> bool {
    requirements.iter().any(|requirement| may(hall, &requirement.demand, person, at))
}

fn may(hall: &Hall<'_>, demand: &Demand, person: &str, at: Timestamp) -> bool {
    match demand {
        Demand::People(who, _) => {
            let held = matches!(who, Who::Role(role) if hall.people.held(person, role, at));
            held || hall.people.eligible(who, hall.owners).iter().any(|one| one.voter == person)
        }
        Demand::Any(lists) => lists.iter().flatten().any(|demand| may(hall, demand, person, at)),
        Demand::AtLeast(_, of) => of.iter().any(|demand| may(hall, demand, person, at)),
    }
}
