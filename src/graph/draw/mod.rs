//! The graph, or what a failure does in it, as text for other programs and as a drawing.

mod dot;
#[cfg(test)]
mod fixture;
mod fold;
mod graphml;
mod json;
mod layered;
mod mermaid;
mod sheet;
mod svg;

use std::collections::{BTreeMap, BTreeSet};

use super::{Edge, Effect, Graph, Impact, Node, NodeKind, State};

pub use dot::dot;
pub use graphml::graphml;
pub use json::json;
pub use mermaid::mermaid;
pub use svg::svg;

/// The part of a graph that is drawn.
#[derive(Debug)]
pub struct Picture<'g> {
    /// What it shows, in a few words.
    pub title: String,
    /// The nodes, by id.
    pub nodes: Vec<Drawn<'g>>,
    /// The relations between them, as written, by the ids of both ends and then by type.
    pub edges: Vec<Line<'g>>,
}

/// A node that is drawn.
#[derive(Debug, Clone)]
pub struct Drawn<'g> {
    /// The node.
    pub node: &'g Node,
    /// Its title.
    pub title: &'g str,
    /// What sort of its kind it is, in words, such as the title of its CI type.
    pub sort: &'g str,
    /// The layer in which that sort stands, such as `network`; empty when it is not known.
    pub layer: &'g str,
    /// Its part in a failure.
    pub part: Part,
    /// Whether the picture is about it: it was asked for, or it fails.
    pub is_middle: bool,
}

/// The part that a node plays in a failure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// None, or no failure is drawn.
    #[default]
    None,
    /// It is what fails.
    Seed,
    /// It was down before.
    Given,
    /// It is hit.
    Hit(State),
}

impl Part {
    /// The part in words; empty when it has none.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Seed => "fails",
            Self::Given => "was down before",
            Self::Hit(state) => state.label(),
        }
    }

    /// The part as one word for programs; empty when it has none.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Seed => "seed",
            Self::Given => "given",
            Self::Hit(state) => state.word(),
        }
    }
}

/// A relation that is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Line<'g> {
    /// Who holds the relation.
    pub from: &'g Node,
    /// The relation.
    pub edge: &'g Edge,
    /// Whom it names.
    pub to: &'g Node,
    /// Whether it carries the failure that is drawn.
    pub carries: bool,
}

impl<'g> Line<'g> {
    /// Who feels the failure of whom, and at most how hard; nothing for relations without an effect.
    #[must_use]
    pub fn reliance(&self) -> Option<(&'g Node, &'g Node, State)> {
        match self.edge.relation.effect(self.edge.strength) {
            Effect::OnHolder(state) => Some((self.from, self.to, state)),
            Effect::OnTarget(state) => Some((self.to, self.from, state)),
            Effect::None => None,
        }
    }
}

/// The words for a kind of node.
#[must_use]
pub const fn kind_words(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Service => "service",
        NodeKind::Ci => "configuration item",
        NodeKind::Contract => "contract",
        NodeKind::Ola => "OLA",
        NodeKind::Supplier => "supplier",
        NodeKind::Unknown => "no such record",
    }
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
        let words = match around {
            [] => "Services and what they need".to_owned(),
            ids => format!("Around {}", ids.join(", ")),
        };
        let nodes = nodes.into_values().map(|node| (node, Part::None));
        let mut picture = Self::of(words, graph, nodes.collect(), title, |_, _| false);
        for drawn in &mut picture.nodes {
            drawn.is_middle = around.contains(&drawn.node.id.as_str());
        }
        picture
    }

    /// What fails, what was down before, and all that is hit, with the relations between them that failure can take.
    #[must_use]
    pub fn of_impact(impact: &Impact<'g>, title: impl Fn(&'g Node) -> &'g str) -> Self {
        let mut nodes: BTreeMap<&Node, Part> = BTreeMap::new();
        nodes.extend(impact.affected.iter().map(|hit| (hit.node, Part::Hit(hit.state))));
        nodes.extend(impact.seeds.iter().map(|node| (*node, Part::Seed)));
        nodes.extend(impact.given.iter().map(|node| (*node, Part::Given)));
        let carrying: BTreeSet<(&Node, &Node)> =
            impact.affected.iter().flat_map(|hit| hit.via.iter().map(|via| (hit.node, *via))).collect();
        let named = |nodes: &[&'g Node], verbs: [&str; 2]| {
            let verb = verbs[usize::from(nodes.len() != 1)];
            format!("{} {verb}", nodes.iter().map(|node| title(node)).collect::<Vec<_>>().join(" and "))
        };
        let seeds = named(&impact.seeds, ["fails", "fail"]);
        let words = if impact.given.is_empty() {
            format!("What breaks if {seeds}")
        } else {
            format!("What gets worse if {seeds} while {}", named(&impact.given, ["is down", "are down"]))
        };
        let nodes = nodes.into_iter().collect();
        let mut picture = Self::of(words, impact.graph, nodes, title, |who, whom| carrying.contains(&(who, whom)));
        picture.edges.retain(|line| line.reliance().is_some());
        picture
    }

    fn of(
        words: String,
        graph: &'g Graph,
        nodes: BTreeMap<&'g Node, Part>,
        title: impl Fn(&'g Node) -> &'g str,
        carries: impl Fn(&'g Node, &'g Node) -> bool,
    ) -> Self {
        let drawn = |(from, _, to): &(&'g Node, &Edge, &'g Node)| nodes.contains_key(from) && nodes.contains_key(to);
        let mut edges: Vec<Line<'_>> =
            graph.edges().filter(drawn).map(|(from, edge, to)| Line { from, edge, to, carries: false }).collect();
        for line in &mut edges {
            line.carries = line.reliance().is_some_and(|(who, whom, _)| carries(who, whom));
        }
        edges.sort_by(|a, b| {
            (&a.from.id, &a.to.id, a.edge.relation, a.edge.span).cmp(&(
                &b.from.id,
                &b.to.id,
                b.edge.relation,
                b.edge.span,
            ))
        });
        let nodes = nodes.into_iter().map(|(node, part)| {
            let is_middle = matches!(part, Part::Seed | Part::Given);
            Drawn { node, title: title(node), sort: kind_words(node.kind), layer: "", part, is_middle }
        });
        Self { title: words, nodes: nodes.collect(), edges }
    }

    /// Says what sort of their kind the nodes are, in words, and in which layer that stands; where `sort` has none they
    /// keep their kind.
    #[must_use]
    pub fn sorted_by(mut self, sort: impl Fn(&'g Node) -> Option<(&'g str, &'g str)>) -> Self {
        for drawn in &mut self.nodes {
            (drawn.sort, drawn.layer) = sort(drawn.node).unwrap_or((drawn.sort, ""));
        }
        self
    }

    /// Whether a failure is drawn.
    #[must_use]
    pub fn is_impact(&self) -> bool {
        self.nodes.iter().any(|drawn| drawn.part != Part::None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::graph;

    fn with_picture<T>(around: &[&str], steps: usize, then: impl FnOnce(&Picture<'_>) -> T) -> T {
        let graph = graph(fixture::TEXT);
        then(&Picture::new(&graph, |node| node.id.as_str(), around, steps))
    }

    fn within(around: &[&str], steps: usize) -> Vec<String> {
        with_picture(around, steps, |picture| picture.nodes.iter().map(|drawn| drawn.node.id.to_string()).collect())
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
        with_picture(&["svc-a", "sup-d"], 0, |picture| assert!(picture.edges.is_empty()));
        with_picture(&["svc-a", "ctr-c"], 0, |picture| assert_eq!(picture.edges.len(), 1));
    }

    #[test]
    fn a_failure_is_drawn_with_what_it_hits_and_nothing_else() {
        fixture::impact(|picture| {
            let parts: Vec<_> = picture.nodes.iter().map(|drawn| (drawn.node.id.as_str(), drawn.part)).collect();
            assert_eq!(
                parts,
                [
                    ("ci-app", Part::Hit(State::Degraded)),
                    ("ci-db", Part::Seed),
                    ("ci-log", Part::Hit(State::AtRisk)),
                    ("ci-old", Part::Given),
                    ("svc-a", Part::Hit(State::Down)),
                ]
            );
            assert_eq!(picture.title, "What gets worse if Base \"1\" fails while ci-old is down");
            let carrying: Vec<_> =
                picture.edges.iter().filter(|line| line.carries).map(|line| line.from.id.as_str()).collect();
            assert_eq!(carrying, ["ci-app", "ci-log", "svc-a"]);
            assert_eq!(picture.edges.len(), 5, "a relation without effect is left out");
        });
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
        let words: Vec<_> = picture.edges.iter().map(|line| line.edge.relation.word()).collect();
        assert_eq!(words, ["depends_on", "runs_on", "connects_to"]);
    }
}
