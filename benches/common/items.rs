//! Configuration items.

use super::defects::{self, Defect};
use super::organisation::{contract_id, team_id};
use super::plan::{Edge, Plan};
use super::random::Random;
use super::record::{Draft, Head, Record};
use super::time::{TODAY, day};

/// What descriptions say.
const DOES: [&str; 8] = [
    "Carries the daily work of its services",
    "Keeps what its neighbours write",
    "Serves requests from the office and from outside",
    "Moves files between two parties every night",
    "Answers for everything that stands above it",
    "Holds the newest copy of the plans",
    "Takes over when its partner is away",
    "Joins two parts that were built apart",
];

/// Number of items.
pub(crate) fn count(plan: &Plan) -> usize {
    plan.items
}

/// The item of that number.
pub(crate) fn item(plan: &Plan, index: usize) -> Record {
    let mut random = Random::new(plan.seed, "ci", index);
    let row = plan.item_type(index);
    let (id, owner) = (plan.item_id(index), team_id(random.below(super::organisation::TEAMS)));
    let title = format!("{} {index:06}", row.title);
    let defect = plan.defects.get(&index).copied();
    let mut draft = Draft::numbered(&Head { kind: "ci", id: &id, title: &title, status: "live", owner: &owner }, index);
    draft
        .field("description", format!("{}.", random.pick(&DOES)))
        .field("ci_type", row.id)
        .field("environment", if defect == Some(Defect::BadEnum) { defects::BAD_ENUM } else { "production" })
        .field("criticality", plan.criticality(index))
        .field("availability", random.pick(&["99.9", "99.95", "99.98", "99.99"]))
        .field("availability_basis", random.pick(&["measured", "design"]));
    let version = format!("\"{}.{}\"", 1 + random.below(20), random.below(10));
    draft.field("version", if defect == Some(Defect::WrongType) { defects::WRONG_TYPE } else { &version });
    let verified = day(TODAY - 2 - random.below(80));
    draft.field("last_verified", if defect == Some(Defect::BadDate) { defects::BAD_DATE } else { &verified });
    if defect == Some(Defect::UnknownKey) {
        let (key, value) = defects::UNKNOWN_KEY.split_once(": ").unwrap_or(("unknown", "key"));
        draft.field(key, value);
    }
    relations(plan, index, defect, &mut random, &mut draft);
    draft.done()
}

/// Writes what the item needs, and which of it stands in for one another.
fn relations(plan: &Plan, index: usize, defect: Option<Defect>, random: &mut Random, draft: &mut Draft) {
    let edges = plan.edges(index);
    let supplied = plan.item_type(index).other_party;
    let extra = match defect {
        Some(Defect::DanglingReference) => Some(defects::missing(index)),
        Some(Defect::Cycle) => Some(plan.item_id(plan.parent(index))),
        _ => None,
    };
    if edges.is_empty() && !supplied && extra.is_none() {
        return;
    }
    draft.open("relations");
    for edge in edges {
        let strength = if edge.hard { "" } else { ", strength: soft" };
        draft.item(format!("{{ type: {}, to: {}{strength} }}", edge.relation, plan.item_id(edge.to)));
    }
    if supplied {
        let contract = contract_id(random.below(super::organisation::CONTRACTS));
        draft.item(format!("{{ type: supplied_by, to: {contract} }}"));
    }
    if let Some(to) = extra {
        draft.item(format!("{{ type: depends_on, to: {to} }}"));
    }
    if let Some((first, second)) = partners(edges).filter(|_| random.chance(50)) {
        let (first, second) = (plan.item_id(first), plan.item_id(second));
        draft.open("redundancy").item(format!("{{ of: [{first}, {second}], min_up: 1 }}"));
    }
}

/// The first two items that are needed in the same way.
fn partners(edges: &[Edge]) -> Option<(usize, usize)> {
    edges.iter().enumerate().find_map(|(at, first)| {
        let second = edges[at + 1..].iter().find(|second| {
            first.hard && second.hard && first.relation == second.relation && first.relation.ends_with("_on")
        })?;
        Some((first.to, second.to))
    })
}
