//! Cycles of hard reliance.

use std::collections::{BTreeMap, VecDeque};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::NodeIndex;
use petgraph::visit::{EdgeFiltered, EdgeRef as _};

use super::node::Node;
use super::relation::Edge;
use super::state::State;
use super::{Graph, Input};

/// A set of nodes of which each takes every other one down.
#[derive(Debug)]
pub struct Cycle<'g> {
    /// The shortest way round, from its smallest id; each node relies on the next, the last on the first.
    pub nodes: Vec<&'g Node>,
    /// The relations of that way round, in the same order.
    pub edges: Vec<&'g Edge>,
    /// How many nodes the whole set has.
    pub size: usize,
}

/// In a larger set the shortest way round is sought from this many of its nodes.
const STARTS: usize = 200;

impl Graph {
    /// Every set of nodes that rely on each other without an alternative, once, by smallest id.
    #[must_use]
    pub fn cycles(&self) -> Vec<Cycle<'_>> {
        // Members of a group are left out, or they would join circles that have nothing to do with each other.
        let mut is_hard = vec![false; self.inner.edge_count()];
        for input in self.inner.node_indices().flat_map(|at| self.hard_inputs(at)) {
            is_hard[input.edge.index()] = true;
        }
        let hard = EdgeFiltered::from_fn(&self.inner, |edge| is_hard[edge.id().index()]);
        let mut cycles = Vec::new();
        for mut set in kosaraju_scc(&hard) {
            set.sort_unstable();
            let alone = set.len() == 1 && !self.hard_inputs(set[0]).any(|input| input.from == set[0]);
            if alone {
                continue;
            }
            if let Some(cycle) = self.shortest(&set) {
                cycles.push(cycle);
            }
        }
        cycles.sort_by(|a, b| a.nodes[0].id.cmp(&b.nodes[0].id));
        cycles
    }

    /// Inputs that take the node down by themselves.
    fn hard_inputs(&self, at: NodeIndex) -> impl Iterator<Item = &Input> {
        self.inputs[at.index()].iter().filter(|input| input.cap == State::Down && input.group.is_none())
    }

    /// The shortest way round within a set; none when every way round has an alternative.
    fn shortest(&self, set: &[NodeIndex]) -> Option<Cycle<'_>> {
        let mut best: Option<Vec<&Input>> = None;
        for start in set.iter().take(STARTS) {
            let round = self.round(*start, set);
            if round.as_ref().is_some_and(|round| best.as_ref().is_none_or(|best| round.len() < best.len())) {
                best = round;
            }
        }
        // Each step leads to the node it relies on; turn the round so that it begins at its smallest id.
        let mut steps = best?;
        let smallest = steps.iter().enumerate().min_by_key(|(_, step)| &self.inner[step.from].id).map(|(at, _)| at)?;
        let length = steps.len();
        steps.rotate_left((smallest + 1) % length);
        let nodes = (0..length).map(|at| &self.inner[steps[(at + length - 1) % length].from]).collect();
        let edges = steps.iter().map(|step| &self.inner[step.edge]).collect();
        Some(Cycle { nodes, edges, size: set.len() })
    }

    /// The shortest way from `start` back to itself: the steps in order.
    fn round(&self, start: NodeIndex, set: &[NodeIndex]) -> Option<Vec<&Input>> {
        let mut before: BTreeMap<NodeIndex, (NodeIndex, &Input)> = BTreeMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(at) = queue.pop_front() {
            for input in self.hard_inputs(at).filter(|input| set.binary_search(&input.from).is_ok()) {
                if input.from == start {
                    let mut steps = vec![input];
                    let mut back = at;
                    while back != start {
                        let (previous, step) = before.get(&back)?;
                        steps.push(*step);
                        back = *previous;
                    }
                    steps.reverse();
                    return Some(steps);
                }
                if let std::collections::btree_map::Entry::Vacant(slot) = before.entry(input.from) {
                    slot.insert((at, input));
                    queue.push_back(input.from);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::fixture::graph;

    /// The cycles of a graph: the way round, and the size of the whole set.
    fn cycles(text: &str) -> Vec<String> {
        let graph = graph(text);
        let told = graph.cycles().into_iter().map(|cycle| {
            assert_eq!(cycle.nodes.len(), cycle.edges.len(), "as many relations as nodes");
            let ids: Vec<&str> = cycle.nodes.iter().map(|node| node.id.as_str()).collect();
            format!("{} of {}", ids.join(" "), cycle.size)
        });
        told.collect()
    }

    #[test]
    fn the_way_round_begins_at_its_smallest_id_and_follows_reliance() {
        let text = "
            == ci ci-c
            relations: [ci-a]
            == ci ci-a
            relations: [ci-b]
            == ci ci-b
            relations: [ci-c]";
        assert_eq!(cycles(text), ["ci-a ci-b ci-c of 3"]);
    }

    #[test]
    fn the_relations_belong_to_the_steps() {
        let graph = graph(
            "== ci ci-a
            relations: [{type: runs_on, to: ci-b}]
            == ci ci-b
            relations: [{type: located_in, to: ci-a}]",
        );
        let cycles = graph.cycles();
        let words: Vec<_> = cycles[0].edges.iter().map(|edge| edge.relation.word()).collect();
        assert_eq!(words, ["runs_on", "located_in"]);
    }

    #[test]
    fn a_node_that_needs_itself_is_a_cycle() {
        assert_eq!(cycles("== ci ci-a\nrelations: [ci-a]"), ["ci-a of 1"]);
        assert!(cycles("== ci ci-a\nrelations: [{type: depends_on, to: ci-a, strength: soft}]").is_empty());
        assert!(cycles("== ci ci-a\nrelations: [{type: part_of, to: ci-a}]").is_empty());
    }

    #[test]
    fn soft_links_and_safeguards_close_no_cycle() {
        for link in
            ["type: depends_on, strength: soft", "type: backed_up_by", "type: connects_to", "type: sends_data_to"]
        {
            let text = format!("== ci ci-a\nrelations: [ci-b]\n== ci ci-b\nrelations: [{{{link}, to: ci-a}}]");
            assert!(cycles(&text).is_empty(), "{link}");
        }
    }

    #[test]
    fn a_redundancy_group_on_the_way_breaks_the_cycle() {
        let text = "
            == ci ci-a
            relations: [ci-b, ci-c]
            redundancy: [{of: [ci-b, ci-c], min_up: 1}]
            == ci ci-b
            relations: [ci-a]
            == ci ci-c";
        assert!(cycles(text).is_empty());
    }

    #[test]
    fn of_a_larger_set_the_shortest_way_round_is_told() {
        let text = "
            == ci ci-a
            relations: [ci-b]
            == ci ci-b
            relations: [ci-c]
            == ci ci-c
            relations: [ci-d]
            == ci ci-d
            relations: [ci-a, ci-c]";
        assert_eq!(cycles(text), ["ci-c ci-d of 4"]);
    }

    #[test]
    fn separate_sets_are_told_one_by_one_by_smallest_id() {
        let text = "
            == ci ci-z
            relations: [ci-y, ci-a]
            == ci ci-y
            relations: [ci-z]
            == ci ci-a
            relations: [ci-b]
            == ci ci-b
            relations: [ci-a]";
        assert_eq!(cycles(text), ["ci-a ci-b of 2", "ci-y ci-z of 2"]);
    }

    #[test]
    fn two_relations_between_the_same_two_are_one_cycle() {
        let text = "
            == ci ci-a
            relations: [ci-b, {type: runs_on, to: ci-b}]
            == ci ci-b
            relations: [ci-a]";
        assert_eq!(cycles(text), ["ci-a ci-b of 2"]);
    }

    #[test]
    fn a_former_id_closes_a_cycle_too() {
        assert_eq!(
            cycles("== ci ci-a\naliases: [ci-old]\nrelations: [ci-b]\n== ci ci-b\nrelations: [ci-old]"),
            ["ci-a ci-b of 2"]
        );
    }
}
