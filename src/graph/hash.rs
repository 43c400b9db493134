//! All that a graph says, for telling whether two say the same.

use std::hash::{Hash, Hasher};

use super::Graph;

/// Two graphs whose nodes, relations and groups are the same give the same. Where in its file a relation stands is left out:
/// it says nothing about what needs what.
impl Hash for Graph {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inner.node_count().hash(state);
        for node in self.inner.node_weights() {
            node.hash(state);
        }
        for at in self.inner.edge_indices() {
            let edge = &self.inner[at];
            (self.inner.edge_endpoints(at), edge.relation, edge.strength).hash(state);
        }
        for at in 0..self.inputs.len() {
            self.inputs[at].hash(state);
            self.groups[at].hash(state);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{DefaultHasher, Hash, Hasher};

    use crate::graph::Graph;
    use crate::model::fixture::records;

    fn of(text: &str) -> u64 {
        records(text, |sms| {
            let mut hasher = DefaultHasher::new();
            Graph::build(sms).hash(&mut hasher);
            hasher.finish()
        })
    }

    #[test]
    fn what_needs_what_makes_the_hash_and_nothing_else_does() {
        let text = "== ci a\nrelations: [{type: depends_on, to: b}, {type: depends_on, to: c}]\n== ci b\n== ci c";
        let first = of(text);
        assert_eq!(first, of(&text.replace("== ci a", "== ci a\ntitle: Another")), "a title");
        for (from, to) in [
            ("to: c", "to: d"),
            ("{type: depends_on, to: c}", "{type: depends_on, to: c, strength: soft}"),
            ("== ci c", "== service c"),
            ("== ci b", "redundancy: [{of: [b, c], min_up: 1}]\n== ci b"),
            ("== ci c", "== ci c\n== ci d"),
        ] {
            let other = text.replace(from, to);
            assert_ne!(other, text);
            assert_ne!(first, of(&other), "{other}");
        }
    }
}
