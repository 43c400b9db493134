//! What is used at all, and what is needed.

use std::collections::BTreeSet;

use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef as _;

use super::Graph;
use super::node::{Node, NodeKind};
use super::relation::Relation;
use super::state::State;

impl Graph {
    /// The ids of `seeds` and of everything that they need at most `steps` steps away, where a failure can do at least
    /// `least`; members of redundancy groups count. Ids that are not in the graph stay in the set.
    #[must_use]
    pub fn needs<'g>(
        &'g self,
        seeds: impl IntoIterator<Item = &'g str>,
        least: State,
        steps: usize,
    ) -> BTreeSet<&'g str> {
        let mut reached: BTreeSet<&str> = seeds.into_iter().collect();
        let mut frontier: Vec<&str> = reached.iter().copied().collect();
        for _ in 0..steps {
            let needed = frontier.iter().flat_map(|id| self.relies_on(id)).filter(|link| link.cap >= least);
            let needed: Vec<&str> = needed.map(|link| link.node.id.as_str()).collect();
            frontier = needed.into_iter().filter(|id| reached.insert(id)).collect();
            if frontier.is_empty() {
                break;
            }
        }
        reached
    }

    /// The ids on which work on some things meets an interruption of others by somebody else, such as a supplier: named by
    /// both, or named by one and needed by the other over any number of steps. An interruption spreads as far as it can,
    /// however few steps apart our own changes may come.
    #[must_use]
    pub fn interruption<'g>(&'g self, work: &BTreeSet<&'g str>, other: &BTreeSet<&'g str>) -> BTreeSet<&'g str> {
        let needs = |ids: &BTreeSet<&'g str>| self.needs(ids.iter().copied(), State::Down, usize::MAX);
        let (ours, theirs) = (needs(work), needs(other));
        work.intersection(&theirs).chain(ours.intersection(other)).copied().collect()
    }

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

#[cfg(test)]
mod tests {
    use crate::graph::fixture::graph;

    fn orphans(text: &str) -> Vec<String> {
        graph(text).orphans().iter().map(|node| node.id.to_string()).collect()
    }

    #[test]
    fn needs_end_where_the_steps_do_or_a_failure_does_too_little() {
        use crate::graph::State::{AtRisk, Degraded, Down};
        let graph = graph(
            "
            == service svc-a
            relations: [ci-a, {type: depends_on, to: ci-soft, strength: soft}, {type: backed_up_by, to: ci-tape}]
            == ci ci-a
            relations: [ci-b]
            == ci ci-b
            relations: [ci-a]
            == ci ci-soft
            == ci ci-tape",
        );
        let told =
            |least, steps| graph.needs(["svc-a", "pol-x"], least, steps).into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(told(Down, 1), "ci-a pol-x svc-a");
        assert_eq!(told(Down, usize::MAX), "ci-a ci-b pol-x svc-a");
        assert_eq!(told(Degraded, usize::MAX), "ci-a ci-b ci-soft pol-x svc-a");
        assert_eq!(told(AtRisk, 9), "ci-a ci-b ci-soft ci-tape pol-x svc-a");
        assert_eq!(told(AtRisk, 0), "pol-x svc-a");
        let meet = |work: &'static str, other: &'static str| {
            let met = graph.interruption(&[work].into(), &[other].into());
            met.into_iter().collect::<Vec<_>>().join(" ")
        };
        assert_eq!((meet("svc-a", "ci-b"), meet("ci-b", "svc-a")), ("ci-b".to_owned(), "ci-b".to_owned()));
        assert_eq!(meet("svc-a", "ci-soft"), "", "it goes on without that");
    }

    #[test]
    fn what_a_service_needs_at_any_distance_is_no_orphan() {
        let text = "
            == service svc-a
            relations: [{type: depends_on, to: ci-a, strength: soft}]
            == ci ci-a
            relations: [{type: monitored_by, to: ci-b}]
            == ci ci-b
            == ci ci-c
            relations: [ci-a]
            == ci ci-d";
        assert_eq!(orphans(text), ["ci-c", "ci-d"], "to need something in use is no use");
    }

    #[test]
    fn parts_and_senders_are_reached_with_what_feels_them() {
        let text = "
            == service svc-a
            relations: [ci-a]
            == ci ci-a
            == ci ci-part
            relations: [{type: part_of, to: ci-a}]
            == ci ci-feed
            relations: [{type: sends_data_to, to: ci-a}]";
        assert!(orphans(text).is_empty());
    }

    #[test]
    fn joined_items_are_reached_together_whoever_says_so() {
        let text = "
            == service svc-a
            relations: [ci-a]
            == ci ci-a
            relations: [{type: connects_to, to: ci-b}]
            == ci ci-b
            == ci ci-c
            relations: [{type: connects_to, to: ci-b}]";
        assert!(orphans(text).is_empty());
    }

    #[test]
    fn a_copy_is_reached_with_its_original_but_not_the_other_way_round() {
        let text = |used: &str| {
            format!(
                "== service svc-a
            relations: [{used}]
            == ci ci-a
            == ci ci-copy
            relations: [{{type: replica_of, to: ci-a}}]"
            )
        };
        assert!(orphans(&text("ci-a")).is_empty());
        assert_eq!(orphans(&text("ci-copy")), ["ci-a"]);
    }

    #[test]
    fn contracts_suppliers_and_unknown_nodes_are_never_orphans() {
        assert!(orphans("== contract ctr-a\nsupplier: sup-gone\n== supplier sup-a").is_empty());
        assert_eq!(orphans("== ci ci-a\nrelations: [ci-gone]"), ["ci-a"]);
    }
}
