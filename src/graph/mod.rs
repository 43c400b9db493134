//! What needs what: services, configuration items, contracts, OLAs and suppliers in one directed graph.
//!
//! An edge is written on the record that needs and points at what it needs; failure travels against it. Node numbers
//! never leave this stage: questions take ids and give nodes, in the order of their ids.

mod build;
mod cycles;
pub mod draw;
mod group;
mod impact;
mod node;
mod reach;
mod relation;
mod single_point;
mod state;

use std::collections::HashMap;

use petgraph::graph::{DiGraph, NodeIndex};

use crate::base::id::Id;
pub use cycles::Cycle;
use group::Group;
pub use impact::{Affected, Impact};
pub use node::{Node, NodeKind};
pub use relation::{Edge, Effect, Relation, Strength};
pub use single_point::SinglePoint;
pub use state::State;

/// The dependency graph of one SMS.
#[derive(Debug)]
pub struct Graph {
    inner: DiGraph<Node, Edge>,
    by_id: HashMap<Id, NodeIndex>,
    /// For each node, what it relies on.
    inputs: Vec<Vec<Input>>,
    /// For each node, what relies on it.
    dependants: Vec<Vec<NodeIndex>>,
    /// For each node, its redundancy groups.
    groups: Vec<Vec<Group>>,
}

/// One thing that a node relies on.
#[derive(Debug, Clone, Copy)]
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
        self.by_id.get(id).map(|at| &self.inner[*at])
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
        let at = self.by_id.get(id).map(|at| at.index());
        at.into_iter().flat_map(|at| &self.inputs[at]).map(|input| self.link(input, input.from))
    }

    /// What relies on the node: the node's failure can reach it.
    pub fn relied_on_by(&self, id: &str) -> impl Iterator<Item = Link<'_>> {
        let at = self.by_id.get(id).copied();
        at.into_iter().flat_map(move |at| {
            self.dependants[at.index()].iter().flat_map(move |dependant| {
                let inputs = self.inputs[dependant.index()].iter().filter(move |input| input.from == at);
                inputs.map(|input| self.link(input, *dependant))
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
