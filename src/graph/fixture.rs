//! Small graphs for tests.

use super::Graph;
use crate::model::fixture::records;

/// The graph of records written as [`records`] reads them.
pub(super) fn graph(text: &str) -> Graph {
    records(text, Graph::build)
}

/// What the failure of `seeds` does, one line a node: id, state, steps, and the nodes before it.
pub(super) fn impact(graph: &Graph, seeds: &[&str]) -> Vec<String> {
    let impact = graph.impact(seeds.iter().copied());
    let told = impact.affected.iter().map(|affected| {
        let via: Vec<&str> = affected.via.iter().map(|node| node.id.as_str()).collect();
        format!("{} {} {} over {}", affected.node.id, affected.state.word(), affected.hops, via.join(" "))
    });
    told.collect()
}

/// Every relation: who needs, the type, its strength, what is needed.
pub(super) fn edges(graph: &Graph) -> Vec<String> {
    let edges = graph.edges();
    edges
        .map(|(from, edge, to)| format!("{} {} {} {}", from.id, edge.relation.word(), edge.strength.word(), to.id))
        .collect()
}
