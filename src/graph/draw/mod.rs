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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::graph;

    /// A service, its item with a hostile title, a soft link to nothing, and a contract with its supplier.
    const TEXT: &str = "
        == service svc-a
        relations: [ci-b, {type: depends_on, to: ci-gone, strength: soft}, ctr-c]
        == ci ci-b
        == contract ctr-c
        supplier: sup-d
        == supplier sup-d";

    fn with_picture<T>(title: &str, around: &[&str], steps: usize, then: impl FnOnce(&Picture<'_>) -> T) -> T {
        let graph = graph(TEXT);
        then(&Picture::new(
            &graph,
            |node| if node.id.as_str() == "ci-b" { title } else { node.id.as_str() },
            around,
            steps,
        ))
    }

    fn within(around: &[&str], steps: usize) -> Vec<String> {
        with_picture("", around, steps, |picture| picture.nodes.iter().map(|(node, _)| node.id.to_string()).collect())
    }

    #[test]
    fn without_a_middle_the_whole_graph_is_drawn_by_id() {
        assert_eq!(within(&[], 0), ["ci-b", "ci-gone", "ctr-c", "sup-d", "svc-a"]);
    }

    #[test]
    fn steps_are_counted_in_both_directions() {
        assert_eq!(within(&["ctr-c"], 0), ["ctr-c"]);
        assert_eq!(within(&["ctr-c"], 1), ["ctr-c", "sup-d", "svc-a"]);
        assert_eq!(within(&["ctr-c"], 2), ["ci-b", "ci-gone", "ctr-c", "sup-d", "svc-a"]);
        assert_eq!(within(&["ci-b", "sup-d", "nobody"], 0), ["ci-b", "sup-d"]);
        assert!(within(&["nobody"], 9).is_empty());
    }

    #[test]
    fn only_relations_between_drawn_nodes_are_drawn() {
        with_picture("", &["svc-a", "sup-d"], 0, |picture| assert!(picture.edges.is_empty()));
        with_picture("", &["svc-a", "ctr-c"], 0, |picture| assert_eq!(picture.edges.len(), 1));
    }

    #[test]
    fn graphviz_text_is_quoted() {
        let dot = with_picture("a \"b\" \\ c\nd\re", &[], 0, dot);
        let expected = r#"digraph sms {
  rankdir=LR;
  node [shape=box];
  "ci-b" [label="a \"b\" \\ c d e"];
  "ci-gone" [label="ci-gone" shape=box style=dashed];
  "ctr-c" [label="ctr-c" shape=note];
  "sup-d" [label="sup-d" shape=house];
  "svc-a" [label="svc-a" shape=ellipse];
  "ctr-c" -> "sup-d" [label="supplied_by"];
  "svc-a" -> "ci-b" [label="depends_on"];
  "svc-a" -> "ci-gone" [label="depends_on" style=dashed];
  "svc-a" -> "ctr-c" [label="depends_on"];
}
"#;
        assert_eq!(dot, expected);
    }

    #[test]
    fn mermaid_text_holds_no_markup() {
        let mermaid = with_picture("<b>\"x\"</b> #1; `y` & \\z\nend", &[], 0, mermaid);
        let expected = "flowchart LR
  n0[\"#60;b#62;#34;x#34;#60;/b#62; #35;1; #96;y#96; #38; #92;z end\"]
  n1{{\"ci-gone\"}}
  n2[/\"ctr-c\"/]
  n3[[\"sup-d\"]]
  n4([\"svc-a\"])
  n2 -->|supplied_by| n3
  n4 -->|depends_on| n0
  n4 -.->|depends_on| n1
  n4 -->|depends_on| n2
";
        assert_eq!(mermaid, expected);
    }

    #[test]
    fn json_holds_titles_as_they_are() {
        let json = with_picture("<\"\n>", &["ci-b"], 1, json);
        let expected = serde_json::json!({
            "nodes": [
                {"id": "ci-b", "kind": "ci", "title": "<\"\n>"},
                {"id": "svc-a", "kind": "service", "title": "svc-a"},
            ],
            "edges": [{"from": "svc-a", "to": "ci-b", "type": "depends_on", "strength": "hard"}],
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn an_empty_graph_is_still_a_picture() {
        let graph = graph("");
        let picture = Picture::new(&graph, |node| node.id.as_str(), &[], 3);
        assert_eq!(dot(&picture), "digraph sms {\n  rankdir=LR;\n  node [shape=box];\n}\n");
        assert_eq!(mermaid(&picture), "flowchart LR\n");
        assert_eq!(json(&picture), serde_json::json!({"nodes": [], "edges": []}));
    }

    #[test]
    fn relations_between_the_same_two_are_drawn_in_a_fixed_order() {
        let graph = graph(
            "== ci ci-a\nrelations: [{type: runs_on, to: ci-b}, ci-b, {type: connects_to, to: ci-b}]\n== ci ci-b",
        );
        let picture = Picture::new(&graph, |node| node.id.as_str(), &[], 0);
        let words: Vec<_> = picture.edges.iter().map(|(_, edge, _)| edge.relation.word()).collect();
        assert_eq!(words, ["depends_on", "runs_on", "connects_to"]);
    }
}
