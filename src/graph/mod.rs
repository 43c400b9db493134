//! What needs what: services, configuration items, contracts, OLAs and suppliers in one directed graph.
//!
//! An edge is written on the record that needs and points at what it needs; failure travels against it. Node numbers
//! never leave this stage: questions take ids and give nodes, in the order of their ids.

mod build;
mod chain;
mod common_cause;
mod condense;
mod criticality;
mod cycles;
pub mod diff;
pub mod draw;
mod falls;
#[cfg(test)]
mod fixture;
mod group;
mod hash;
mod impact;
mod layers;
mod lists;
mod meet;
mod node;
mod path;
mod reach;
mod relation;
mod single_point;
mod state;

use std::collections::HashMap;
use std::sync::OnceLock;

use foldhash::fast::RandomState;
use petgraph::graph::{DiGraph, NodeIndex};

pub use chain::{Chain, Needs, Spares};
pub use common_cause::CommonCause;
pub use criticality::{Bearing, Carried, Inversion, written};
pub use cycles::Cycle;
use falls::Falls;
use group::Group;
pub use impact::{Affected, Impact};
use lists::Lists;
pub use node::{Node, NodeKind};
pub use path::{Lost, Path, Step, Ways, WaysTo};
pub use relation::{Edge, Effect, Relation, Strength};
pub use single_point::SinglePoint;
pub use state::State;

use crate::base::id::Id;

/// The dependency graph of one SMS.
#[derive(Debug)]
pub struct Graph {
    /// The nodes with a record stand first, by id, and the unknown ones behind them, by id.
    inner: DiGraph<Node, Edge>,
    /// The number of each node by its id.
    numbers: HashMap<Id, NodeIndex, RandomState>,
    /// For each node, what it relies on.
    inputs: Lists<Input>,
    /// For each node, what relies on it, by number.
    dependants: Lists<Dependant>,
    /// For each node, its redundancy groups.
    groups: Lists<Group>,
    /// What takes what down; worked out when it is first asked for.
    falls: OnceLock<Falls>,
}

/// Who feels the failure of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Dependant {
    /// The node that feels it.
    node: NodeIndex,
    /// Whether it can go down with it, by itself or as one of a group.
    hard: bool,
    /// The group that stands between, by its number over all nodes.
    group: Option<u32>,
}

/// One thing that a node relies on.
#[derive(Debug, Clone, Copy, Hash)]
struct Input {
    /// What is relied on.
    from: NodeIndex,
    /// The most that its failure can do.
    cap: State,
    /// The group that stands between, by its place in the node's groups.
    group: Option<u32>,
    /// The relation.
    edge: petgraph::graph::EdgeIndex,
}

/// One step between two nodes, in the direction of reliance.
#[derive(Debug, Clone, Copy)]
pub struct Link<'g> {
    /// The node at the other end.
    pub node: &'g Node,
    /// The relation as it is written.
    pub edge: &'g Edge,
    /// The most that a failure can do over it.
    pub cap: State,
    /// Whether a redundancy group stands between.
    pub redundant: bool,
}

impl Graph {
    /// All nodes: those with a record by id, then the unknown ones by id.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.inner.node_weights()
    }

    /// The node with this id.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.at(id).map(|at| &self.inner[at])
    }

    /// The number of the node with this id.
    fn at(&self, id: &str) -> Option<NodeIndex> {
        self.numbers.get(id).copied()
    }

    /// Every relation as it is written: who needs, the relation, what is needed; by id of who needs.
    pub fn edges(&self) -> impl Iterator<Item = (&Node, &Edge, &Node)> {
        self.inner.edge_indices().filter_map(|at| {
            let (from, to) = self.inner.edge_endpoints(at)?;
            Some((&self.inner[from], &self.inner[at], &self.inner[to]))
        })
    }

    /// What the node relies on: its failure can reach the node.
    pub fn relies_on(&self, id: &str) -> impl Iterator<Item = Link<'_>> {
        let at = self.at(id).map(NodeIndex::index);
        at.into_iter().flat_map(|at| &self.inputs[at]).map(|input| self.link(input, input.from))
    }

    /// What relies on the node: the node's failure can reach it.
    pub fn relied_on_by(&self, id: &str) -> impl Iterator<Item = Link<'_>> {
        self.at(id).into_iter().flat_map(move |at| {
            self.dependants[at.index()].chunk_by(|a, b| a.node == b.node).flat_map(move |same| {
                let dependant = same[0].node;
                let inputs = self.inputs[dependant.index()].iter().filter(move |input| input.from == at);
                inputs.map(move |input| self.link(input, dependant))
            })
        })
    }

    fn link(&self, input: &Input, other: NodeIndex) -> Link<'_> {
        Link {
            node: &self.inner[other],
            edge: &self.inner[input.edge],
            cap: input.cap,
            redundant: input.group.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fixture::graph;
    use super::*;

    const SMALL: &str = "
        == service svc-a
        relations:
          - {type: runs_on, to: ci-x}
          - {type: runs_on, to: ci-y}
          - {type: depends_on, to: svc-gone, strength: soft}
        redundancy: [{of: runs_on, min_up: 1}]
        == ci ci-x
        == ci ci-y
        relations: [{type: part_of, to: ci-x}]
    ";

    fn told<'g>(links: impl Iterator<Item = Link<'g>>) -> Vec<String> {
        let word = |link: Link<'_>| {
            let redundant = if link.redundant { " redundant" } else { "" };
            format!("{} {} {}{redundant}", link.node.id, link.edge.relation.word(), link.cap.word())
        };
        links.map(word).collect()
    }

    #[test]
    fn nodes_with_a_record_come_before_unknown_ones() {
        let graph = graph(SMALL);
        let nodes: Vec<_> = graph.nodes().map(|node| (node.id.as_str(), node.kind, node.record.is_some())).collect();
        assert_eq!(
            nodes,
            [
                ("ci-x", NodeKind::Ci, true),
                ("ci-y", NodeKind::Ci, true),
                ("svc-a", NodeKind::Service, true),
                ("svc-gone", NodeKind::Unknown, false),
            ]
        );
        assert!(graph.node("svc-b").is_none());
    }

    #[test]
    fn reliance_is_seen_from_both_ends() {
        let graph = graph(SMALL);
        assert_eq!(
            told(graph.relies_on("svc-a")),
            ["ci-x runs_on down redundant", "ci-y runs_on down redundant", "svc-gone depends_on degraded"]
        );
        assert_eq!(told(graph.relied_on_by("ci-y")), ["ci-x part_of degraded", "svc-a runs_on down redundant"]);
        assert_eq!(told(graph.relies_on("ci-x")), ["ci-y part_of degraded"], "the whole relies on its part");
        assert_eq!(told(graph.relies_on("nobody")).len() + told(graph.relied_on_by("nobody")).len(), 0);
    }

    #[test]
    fn kinds_of_node_read_back_from_their_words() {
        for kind in NodeKind::RECORDS {
            assert_eq!(NodeKind::of(kind.word()), Some(kind));
        }
        assert_eq!(NodeKind::of("unknown"), None, "no kind of record is unknown");
        assert_eq!(NodeKind::of("policy"), None);
    }

    #[test]
    fn states_have_one_word_for_programs_and_one_for_people() {
        let words = [State::Ok, State::AtRisk, State::Degraded, State::Down].map(|state| (state.word(), state.label()));
        assert_eq!(words, [("ok", "not touched"), ("at_risk", "at risk"), ("degraded", "degraded"), ("down", "down")]);
        assert_eq!(format!("{:>8}|", State::Down), "    down|", "a width is kept");
        assert_eq!(serde_json::to_string(&State::AtRisk).unwrap(), "\"at_risk\"");
    }
}
