//! Single points of failure.

use petgraph::graph::NodeIndex;
use rayon::prelude::*;

use super::Graph;
use super::group::Group;
use super::node::{Node, NodeKind};
use super::state::State;
use crate::model::trace::aside;

/// A node whose loss alone takes others down.
#[derive(Debug)]
pub struct SinglePoint<'g> {
    /// The node.
    pub node: &'g Node,
    /// What it takes down, by id.
    pub takes_down: Vec<&'g Node>,
}

/// Marks of one search, kept between searches: a node or group counts as marked when it bears the current number.
pub(super) struct Scratch {
    number: u32,
    /// For each node, the search in which it was down last.
    down: Vec<u32>,
    /// For each group, by its number over all nodes: what the search has lost of it.
    groups: Vec<Losses>,
    stack: Vec<NodeIndex>,
}

/// What one search has lost of a group.
#[derive(Debug, Clone, Copy, Default)]
struct Losses {
    search: u32,
    count: usize,
}

impl Graph {
    /// Every configuration item whose loss alone takes down a node that `matters`, by id. Redundancy counts; a cause
    /// that the members of a group share shows as a single point of its own.
    #[must_use]
    pub fn single_points(&self, matters: impl Fn(&Node) -> bool + Sync) -> Vec<SinglePoint<'_>> {
        self.single_points_among(&[NodeKind::Ci], matters)
    }

    /// Every node of one of `kinds` whose loss alone takes down a node that `matters`, by id.
    #[must_use]
    pub fn single_points_among(
        &self,
        kinds: &[NodeKind],
        matters: impl Fn(&Node) -> bool + Sync,
    ) -> Vec<SinglePoint<'_>> {
        let wanted: Vec<bool> = self.inner.node_weights().map(&matters).collect();
        let beneath = self.beneath(&wanted);
        let items: Vec<NodeIndex> = self
            .inner
            .node_indices()
            .filter(|at| beneath[at.index()] && kinds.contains(&self.inner[*at].kind))
            .collect();
        let points = items.into_par_iter().map_init(
            || Scratch::new(self),
            |scratch, at| {
                let mut hit = Vec::new();
                self.take_down(at, &beneath, scratch, |at| {
                    if wanted[at.index()] {
                        hit.push(at);
                    }
                });
                hit.sort_unstable_by(|a, b| self.inner[*a].id.cmp(&self.inner[*b].id));
                (at, hit)
            },
        );
        // The graph alone is read here, and no record.
        let points: Vec<(NodeIndex, Vec<NodeIndex>)> = aside(|| points.filter(|(_, hit)| !hit.is_empty()).collect());
        let points = points.into_iter().map(|(at, hit)| SinglePoint {
            node: &self.inner[at],
            takes_down: hit.into_iter().map(|at| &self.inner[at]).collect(),
        });
        points.collect()
    }

    /// Which nodes are `wanted` or carry one that is: only they need to be looked at.
    fn beneath(&self, wanted: &[bool]) -> Vec<bool> {
        let mut beneath = wanted.to_vec();
        let mut stack: Vec<usize> = (0..wanted.len()).filter(|at| wanted[*at]).collect();
        while let Some(at) = stack.pop() {
            for input in self.inputs[at].iter().filter(|input| input.cap == State::Down) {
                if !std::mem::replace(&mut beneath[input.from.index()], true) {
                    stack.push(input.from.index());
                }
            }
        }
        beneath
    }

    /// Calls `hit` with everything that is down when `start` is, without `start`.
    pub(super) fn take_down(
        &self,
        start: NodeIndex,
        beneath: &[bool],
        scratch: &mut Scratch,
        mut hit: impl FnMut(NodeIndex),
    ) {
        scratch.number += 1;
        let number = scratch.number;
        scratch.down[start.index()] = number;
        scratch.stack.push(start);
        while let Some(failed) = scratch.stack.pop() {
            for felt in self.dependants[failed.index()].iter().filter(|felt| felt.hard) {
                let at = felt.node;
                if scratch.down[at.index()] == number || !beneath[at.index()] {
                    continue;
                }
                if felt.group.is_none_or(|group| scratch.lose(group, *self.groups.item(group))) {
                    scratch.down[at.index()] = number;
                    scratch.stack.push(at);
                    hit(at);
                }
            }
        }
    }
}

impl Scratch {
    /// Memory for searches in `graph`.
    pub(super) fn new(graph: &Graph) -> Self {
        let groups = vec![Losses::default(); graph.groups.total()];
        Self { number: 0, down: vec![0; graph.inner.node_count()], groups, stack: Vec::new() }
    }

    /// Counts a member of `group` as lost; whether that takes the group down.
    fn lose(&mut self, number: u32, group: Group) -> bool {
        let losses = &mut self.groups[number as usize];
        if losses.search != self.number {
            *losses = Losses { search: self.number, count: 0 };
        }
        losses.count += 1;
        group.is_down(losses.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::graph;

    /// Single points for services, each with what it takes down.
    fn points(text: &str) -> Vec<String> {
        let graph = graph(text);
        let points = graph.single_points(|node| node.kind == NodeKind::Service);
        let told = points.iter().map(|point| {
            let down: Vec<&str> = point.takes_down.iter().map(|node| node.id.as_str()).collect();
            format!("{}: {}", point.node.id, down.join(" "))
        });
        told.collect()
    }

    #[test]
    fn a_chain_of_items_is_a_chain_of_single_points() {
        let text = "
            == service svc-b
            relations: [ci-a]
            == service svc-a
            relations: [svc-b]
            == ci ci-a
            relations: [ci-b]
            == ci ci-b";
        assert_eq!(points(text), ["ci-a: svc-a svc-b", "ci-b: svc-a svc-b"]);
    }

    #[test]
    fn only_items_are_single_points() {
        let text = "
            == service svc-a
            relations: [svc-b, sup-x, ci-gone]
            == service svc-b
            == supplier sup-x";
        assert!(points(text).is_empty(), "a service, a supplier and what is unknown are not told");
    }

    #[test]
    fn other_kinds_are_told_when_they_are_asked_for() {
        let graph = graph(
            "
            == service svc-a
            relations: [svc-b, {type: supplied_by, to: ctr-x}]
            == service svc-b
            == contract ctr-x
            supplier: sup-x
            == supplier sup-x",
        );
        let points =
            graph.single_points_among(&[NodeKind::Supplier, NodeKind::Contract], |node| node.id.as_str() == "svc-a");
        let told: Vec<&str> = points.iter().map(|point| point.node.id.as_str()).collect();
        assert_eq!(told, ["ctr-x", "sup-x"]);
    }

    #[test]
    fn redundant_members_are_none_and_what_they_share_is_one() {
        let text = "
            == service svc-a
            relations: [{type: runs_on, to: ci-x}, {type: runs_on, to: ci-y}]
            redundancy: [{of: runs_on, min_up: 1}]
            == ci ci-x
            relations: [ci-power]
            == ci ci-y
            relations: [ci-power]
            == ci ci-power";
        assert_eq!(points(text), ["ci-power: svc-a"]);
    }

    #[test]
    fn a_group_that_needs_all_its_members_saves_nobody() {
        let text = "
            == service svc-a
            relations: [{type: runs_on, to: ci-x}, {type: runs_on, to: ci-y}]
            redundancy: [{of: runs_on, min_up: '100%'}]
            == ci ci-x
            == ci ci-y";
        assert_eq!(points(text), ["ci-x: svc-a", "ci-y: svc-a"]);
    }

    #[test]
    fn a_member_named_twice_is_lost_once() {
        let text = "
            == service svc-a
            relations: [{type: runs_on, to: ci-x}, {type: depends_on, to: ci-x}, {type: runs_on, to: ci-y}]
            redundancy: [{of: [ci-x, ci-y], min_up: 1}]
            == ci ci-x
            == ci ci-y";
        assert!(points(text).is_empty());
    }

    #[test]
    fn losses_of_one_search_do_not_count_in_the_next() {
        let text = "
            == service svc-a
            relations: [{type: runs_on, to: ci-x}, {type: runs_on, to: ci-y}, {type: runs_on, to: ci-z}]
            redundancy: [{of: runs_on, min_up: 1}]
            == ci ci-x
            == ci ci-y
            == ci ci-z";
        assert!(points(text).is_empty());
    }

    #[test]
    fn soft_links_and_safeguards_take_nothing_down() {
        let text = "
            == service svc-a
            relations: [{type: depends_on, to: ci-x, strength: soft}, {type: backed_up_by, to: ci-y}]
            == ci ci-x
            == ci ci-y";
        assert!(points(text).is_empty());
    }

    #[test]
    fn cycles_end_and_a_node_does_not_take_itself_down() {
        let graph = graph("== ci ci-a\nrelations: [ci-b]\n== ci ci-b\nrelations: [ci-a, ci-b]");
        let points = graph.single_points(|_| true);
        let told: Vec<_> =
            points.iter().map(|p| (p.node.id.as_str(), p.takes_down[0].id.as_str(), p.takes_down.len())).collect();
        assert_eq!(told, [("ci-a", "ci-b", 1), ("ci-b", "ci-a", 1)]);
        assert!(graph.single_points(|_| false).is_empty());
    }

    /// The quick search must agree with asking for the impact of each item by itself.
    #[test]
    fn the_search_agrees_with_the_impact_of_each_item() {
        let text = "
            == service svc-a
            relations: [ci-a, {type: runs_on, to: ci-b}, {type: runs_on, to: ci-c}, {type: depends_on, to: ci-d, strength: soft}]
            redundancy: [{of: [ci-b, ci-c], min_up: 1}]
            == service svc-b
            relations: [{type: runs_on, to: ci-b}, {type: runs_on, to: ci-c}, {type: runs_on, to: ci-d}]
            redundancy: [{of: runs_on, min_up: 2}]
            == ci ci-a
            relations: [ci-e]
            == ci ci-b
            relations: [ci-e]
            == ci ci-c
            relations: [ci-e, ci-d]
            == ci ci-d
            == ci ci-e
            relations: [{type: part_of, to: svc-b}]";
        let graph = graph(text);
        let quick: Vec<(String, String)> = graph
            .single_points(|_| true)
            .iter()
            .flat_map(|point| point.takes_down.iter().map(|down| (point.node.id.to_string(), down.id.to_string())))
            .collect();
        let mut slow = Vec::new();
        for item in graph.nodes().filter(|node| node.kind == NodeKind::Ci) {
            let mut down: Vec<String> = graph
                .impact([item.id.as_str()])
                .affected
                .iter()
                .filter(|affected| affected.state == State::Down)
                .map(|affected| affected.node.id.to_string())
                .collect();
            down.sort();
            slow.extend(down.into_iter().map(|down| (item.id.to_string(), down)));
        }
        assert_eq!(quick, slow);
        assert!(quick.len() > 5, "there is something to compare");
    }
}
