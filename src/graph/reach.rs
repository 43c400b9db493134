//! What is used at all.

use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef as _;

use super::Graph;
use super::node::{Node, NodeKind};
use super::relation::Relation;

impl Graph {
    /// Configuration items that no service reaches over any relation, by id.
    ///
    /// A replica is reached with what it copies, and joined items are reached together.
    #[must_use]
    pub fn orphans(&self) -> Vec<&Node> {
        let services = self.inner.node_indices().filter(|at| self.inner[*at].kind == NodeKind::Service);
        let mut stack: Vec<NodeIndex> = services.collect();
        let mut reached = vec![false; self.inner.node_count()];
        while let Some(at) = stack.pop() {
            if std::mem::replace(&mut reached[at.index()], true) {
                continue;
            }
            stack.extend(self.inputs[at.index()].iter().map(|input| input.from));
            for edge in self.inner.edges(at) {
                if edge.weight().relation == Relation::ConnectsTo {
                    stack.push(edge.target());
                }
            }
            for edge in self.inner.edges_directed(at, petgraph::Direction::Incoming) {
                if matches!(edge.weight().relation, Relation::ConnectsTo | Relation::ReplicaOf) {
                    stack.push(edge.source());
                }
            }
        }
        let lost = self.inner.node_indices().filter(|at| self.inner[*at].kind == NodeKind::Ci && !reached[at.index()]);
        lost.map(|at| &self.inner[at]).collect()
    }
}
