//! What one graph endangers that another did not.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::node::{Node, NodeKind};
use super::{Graph, SinglePoint};
use crate::model::Sms;
use crate::model::words::Criticality;

/// One state of the records, and its graph.
#[derive(Debug, Clone, Copy)]
pub struct Side<'c> {
    /// The records.
    pub sms: &'c Sms<'c>,
    /// What needs what among them.
    pub graph: &'c Graph,
}

/// What a difference newly endangers; ids are those of the later state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Endangered {
    /// Items, contracts, OLAs and suppliers whose loss alone takes services down, and took none down before; by id.
    pub single_points: Vec<Reach>,
    /// What took services down already and takes down more of them, and services that take down others; by id.
    pub wider: Vec<Reach>,
    /// What the members of a redundancy group share and did not share before; by holder and id.
    pub common_causes: Vec<Shared>,
    /// Items that are held less critical than what is down without them, and were not, or not by as much; by id.
    pub inversions: Vec<Inverted>,
    /// Circles of things that take one another down; each from its smallest id.
    pub cycles: Vec<Vec<String>>,
}

/// What a loss takes down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reach {
    /// What is lost.
    pub id: String,
    /// What it is.
    pub kind: &'static str,
    /// The services in use that it took down before, and takes down still; by id.
    pub before: Vec<String>,
    /// The services in use that it takes down now; by id.
    pub added: Vec<String>,
}

/// A common cause of a redundancy group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shared {
    /// Whose group it is.
    pub holder: String,
    /// The members.
    pub members: Vec<String>,
    /// What they share.
    pub id: String,
    /// The members that fall with it.
    pub takes_down: Vec<String>,
}

/// An item and what is down without it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inverted {
    /// The item.
    pub id: String,
    /// How critical its record says it is.
    pub own: &'static str,
    /// How critical the most critical of what is down without it is.
    pub needed: &'static str,
    /// Who that is.
    pub by: String,
}

impl Endangered {
    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What `head` endangers and `base` did not. Only what is in use counts, as what falls and as what fells; records
    /// are the same when their ids are, or when one has the id of the other among its former ones. What rests on a record
    /// that only one of the two states can read is not judged.
    #[must_use]
    pub fn new(base: Side<'_>, head: Side<'_>) -> Self {
        let (single_points, wider) = reaches(base, head);
        let (common_causes, inversions) = (shared(base, head), inverted(base, head));
        let mut found = Self { single_points, wider, common_causes, inversions, cycles: cycles(base, head) };
        let unjudged = unjudged(base, head);
        if !unjudged.is_empty() {
            for reach in found.single_points.iter_mut().chain(&mut found.wider) {
                reach.added.retain(|id| !unjudged.contains(id));
            }
            found.single_points.retain(|reach| !reach.added.is_empty());
            found.wider.retain(|reach| !reach.added.is_empty());
            found.common_causes.retain(|shared| !unjudged.contains(&shared.holder));
            found.inversions.retain(|inverted| !unjudged.contains(&inverted.by));
            found.cycles.retain(|cycle| !cycle.iter().any(|id| unjudged.contains(id)));
        }
        found
    }
}

impl<'c> Side<'c> {
    fn in_use(self, node: &Node) -> bool {
        node.record.is_some_and(|ix| self.sms.is_in_use(ix))
    }

    /// What takes services in use down by its loss alone.
    fn points(self) -> impl Iterator<Item = SinglePoint<'c>> {
        let service = |node: &Node| node.kind == NodeKind::Service && self.in_use(node);
        let points = self.graph.single_points_among(&NodeKind::RECORDS, service);
        points.into_iter().filter(move |point| self.in_use(point.node))
    }
}

/// What is worse off without a record that only one of the two states can read, and the record itself, by its id now:
/// what it needs is known in one of them alone.
fn unjudged(base: Side<'_>, head: Side<'_>) -> BTreeSet<String> {
    let lost = base.sms.unreadable_in(head.sms).chain(head.sms.unreadable_in(base.sms));
    let lost: BTreeSet<&str> = lost.map(|record| record.id.as_str()).collect();
    let above = |side: Side<'_>| {
        let known = lost.iter().copied().filter(|id| side.graph.node(id).is_some());
        let hit = side.graph.impact(known).affected.into_iter().map(|it| it.node.id.to_string());
        hit.map(|id| head.sms.id_of(base.sms, &id).to_owned()).collect::<Vec<String>>()
    };
    let mut all: BTreeSet<String> = lost.iter().map(|id| (*id).to_owned()).collect();
    if !all.is_empty() {
        all.extend([base, head].map(above).into_iter().flatten());
    }
    all
}

fn names<'n>(nodes: impl IntoIterator<Item = &'n Node>) -> Vec<String> {
    nodes.into_iter().map(|node| node.id.to_string()).collect()
}

/// New single points, and wider ones.
fn reaches(base: Side<'_>, head: Side<'_>) -> (Vec<Reach>, Vec<Reach>) {
    let now = |node: &Node| head.sms.id_of(base.sms, node.id.as_str()).to_owned();
    let before: BTreeMap<String, BTreeSet<String>> =
        base.points().map(|point| (now(point.node), point.takes_down.into_iter().map(now).collect())).collect();
    let (mut new, mut wider) = (Vec::new(), Vec::new());
    for point in head.points() {
        let known = before.get(point.node.id.as_str());
        let is_known = |id: &String| known.is_some_and(|known| known.contains(id));
        let (before, added): (Vec<String>, Vec<String>) = names(point.takes_down).into_iter().partition(is_known);
        if added.is_empty() {
            continue;
        }
        let reach = Reach { id: point.node.id.to_string(), kind: point.node.kind.word(), before, added };
        let is_new = known.is_none() && point.node.kind != NodeKind::Service;
        if is_new { &mut new } else { &mut wider }.push(reach);
    }
    (new, wider)
}

fn shared(base: Side<'_>, head: Side<'_>) -> Vec<Shared> {
    let now = |node: &Node| head.sms.id_of(base.sms, node.id.as_str()).to_owned();
    let before = base.graph.common_causes(|holder| base.in_use(holder));
    let before = before.iter().filter(|cause| base.in_use(cause.node));
    let before: BTreeSet<(String, String)> = before.map(|cause| (now(cause.holder), now(cause.node))).collect();
    let causes = head.graph.common_causes(|holder| head.in_use(holder)).into_iter();
    let causes = causes.filter(|cause| head.in_use(cause.node));
    let told = causes.map(|cause| Shared {
        holder: cause.holder.id.to_string(),
        members: names(cause.members),
        id: cause.node.id.to_string(),
        takes_down: names(cause.lost),
    });
    told.filter(|shared| !before.contains(&(shared.holder.clone(), shared.id.clone()))).collect()
}

fn inverted(base: Side<'_>, head: Side<'_>) -> Vec<Inverted> {
    let before = base.graph.inversions(base.sms);
    let before: BTreeMap<&str, (Criticality, Criticality)> = before
        .iter()
        .map(|found| (head.sms.id_of(base.sms, found.node.id.as_str()), (found.own, found.needed.level)))
        .collect();
    let grown = |id: &str, own: Criticality, needed: Criticality| {
        before.get(id).is_none_or(|(was_own, was_needed)| own < *was_own || needed > *was_needed)
    };
    let found = head.graph.inversions(head.sms).into_iter();
    found
        .filter(|found| grown(found.node.id.as_str(), found.own, found.needed.level))
        .map(|found| Inverted {
            id: found.node.id.to_string(),
            own: found.own.word(),
            needed: found.needed.level.word(),
            by: found.needed.by.id.to_string(),
        })
        .collect()
}

fn cycles(base: Side<'_>, head: Side<'_>) -> Vec<Vec<String>> {
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    let now = |id: String| head.sms.id_of(base.sms, &id).to_owned();
    let before: BTreeSet<Vec<String>> = base
        .graph
        .cycles()
        .into_iter()
        .map(|cycle| sorted(names(cycle.nodes).into_iter().map(now).collect()))
        .collect();
    let after = head.graph.cycles().into_iter().map(|cycle| names(cycle.nodes));
    after.filter(|cycle| !before.contains(&sorted(cycle.clone()))).collect()
}

#[cfg(test)]
mod tests;
