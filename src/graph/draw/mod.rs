//! The graph as text for other programs.

mod dot;
mod json;
mod mermaid;

use std::collections::BTreeMap;

use super::{Edge, Graph, Node};

pub use dot::dot;
pub use json::json;
pub use mermaid::mermaid;

/// The part of a graph that is drawn.
#[derive(Debug)]
pub struct Picture<'g> {
    /// The nodes with their titles, by id.
    pub nodes: Vec<(&'g Node, &'g str)>,
    /// The relations between them, as written, by the ids of both ends and then by type.
    pub edges: Vec<(&'g Node, &'g Edge, &'g Node)>,
}

impl<'g> Picture<'g> {
    /// The whole graph, or when `around` has ids only what lies within `steps` of one of them in either direction.
    #[must_use]
    pub fn new(graph: &'g Graph, title: impl Fn(&'g Node) -> &'g str, around: &[&str], steps: usize) -> Self {
        let mut nodes: BTreeMap<&str, &Node> = BTreeMap::new();
        if around.is_empty() {
            nodes.extend(graph.nodes().map(|node| (node.id.as_str(), node)));
        } else {
            let mut frontier: Vec<&Node> = around.iter().filter_map(|id| graph.node(id)).collect();
            nodes.extend(frontier.iter().map(|node| (node.id.as_str(), *node)));
            for _ in 0..steps {
                let mut next: Vec<&Node> = Vec::new();
                for node in frontier {
                    let both = graph.relies_on(node.id.as_str()).chain(graph.relied_on_by(node.id.as_str()));
                    next.extend(
                        both.map(|link| link.node).filter(|node| nodes.insert(node.id.as_str(), node).is_none()),
                    );
                }
                frontier = next;
            }
        }
        let mut edges: Vec<_> = graph
            .edges()
            .filter(|(from, _, to)| nodes.contains_key(from.id.as_str()) && nodes.contains_key(to.id.as_str()))
            .collect();
        edges.sort_by(|a, b| {
            let key =
                |(from, edge, to): &(&Node, &Edge, &Node)| (from.id.clone(), to.id.clone(), edge.relation, edge.span);
            key(a).cmp(&key(b))
        });
        Self { nodes: nodes.into_values().map(|node| (node, title(node))).collect(), edges }
    }
}
