//! JSON.

use serde_json::{Value, json};

use super::Picture;

/// The picture as JSON: `{nodes: [{id, kind, title}], edges: [{from, to, type, strength}]}`.
#[must_use]
pub fn json(picture: &Picture<'_>) -> Value {
    let nodes = picture
        .nodes
        .iter()
        .map(|drawn| json!({"id": drawn.node.id, "kind": drawn.node.kind.word(), "title": drawn.title}));
    let edges = picture.edges.iter().map(|line| {
        let (relation, strength) = (line.edge.relation.word(), line.edge.strength.word());
        json!({"from": line.from.id, "to": line.to.id, "type": relation, "strength": strength})
    });
    json!({"nodes": nodes.collect::<Vec<_>>(), "edges": edges.collect::<Vec<_>>()})
}

#[cfg(test)]
mod tests {
    use super::super::fixture::picture;
    use super::*;

    #[test]
    fn titles_stay_as_they_are() {
        let json = picture("<\"\n>", json);
        assert_eq!(json["nodes"][0], json!({"id": "ci-b", "kind": "ci", "title": "<\"\n>"}));
        assert_eq!(json["edges"][1], json!({"from": "svc-a", "to": "ci-b", "type": "depends_on", "strength": "hard"}));
        assert_eq!((json["nodes"].as_array().unwrap().len(), json["edges"].as_array().unwrap().len()), (5, 4));
    }
}
