//! JSON.

use serde_json::{Value, json};

use super::Picture;

/// The picture as JSON: `{nodes: [{id, kind, title}], edges: [{from, to, type, strength}]}`.
#[must_use]
pub fn json(picture: &Picture<'_>) -> Value {
    let nodes =
        picture.nodes.iter().map(|(node, title)| json!({"id": node.id, "kind": node.kind.word(), "title": title}));
    let edges = picture.edges.iter().map(|(from, edge, to)| {
        json!({"from": from.id, "to": to.id, "type": edge.relation.word(), "strength": edge.strength.word()})
    });
    json!({"nodes": nodes.collect::<Vec<_>>(), "edges": edges.collect::<Vec<_>>()})
}
