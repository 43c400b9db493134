//! Single points of failure.

use petgraph::graph::NodeIndex;
use rayon::prelude::*;

use super::Graph;
use super::node::{Node, NodeKind};
use super::state::State;

/// A node whose loss alone takes others down.
#[derive(Debug)]
pub struct SinglePoint<'g> {
    /// The node.
    pub node: &'g Node,
    /// What it takes down, by id.
    pub takes_down: Vec<&'g Node>,
}

/// Marks of one search, kept between searches: a node or group counts as marked when it bears the current number.
struct Scratch {
    number: u32,
    down: Vec<u32>,
    /// For each node and group: the search, and how many members are down in it.
    groups: Vec<Vec<(u32, usize)>>,
}

impl Graph {
    /// Every configuration item whose loss alone takes down a node that `matters`, by id. Redundancy counts; a cause
    /// that the members of a group share shows as a single point of its own.
    #[must_use]
    pub fn single_points(&self, matters: impl Fn(&Node) -> bool + Sync) -> Vec<SinglePoint<'_>> {
        let wanted: Vec<bool> = self.inner.node_weights().map(&matters).collect();
        if !wanted.contains(&true) {
            return Vec::new();
        }
        let items: Vec<NodeIndex> =
            self.inner.node_indices().filter(|at| self.inner[*at].kind == NodeKind::Ci).collect();
        let scratch = || Scratch {
            number: 0,
            down: vec![0; self.inner.node_count()],
            groups: self.groups.iter().map(|groups| vec![(0, 0); groups.len()]).collect(),
        };
        let points = items.into_par_iter().map_init(scratch, |scratch, at| {
            let mut hit: Vec<NodeIndex> = self.taken_down(at, scratch);
            hit.retain(|at| wanted[at.index()]);
            hit.sort_unstable_by(|a, b| self.inner[*a].id.cmp(&self.inner[*b].id));
            (at, hit)
        });
        let points: Vec<(NodeIndex, Vec<NodeIndex>)> = points.filter(|(_, hit)| !hit.is_empty()).collect();
        let points = points.into_iter().map(|(at, hit)| SinglePoint {
            node: &self.inner[at],
            takes_down: hit.into_iter().map(|at| &self.inner[at]).collect(),
        });
        points.collect()
    }

    /// Everything that is down when `start` is, without `start`.
    fn taken_down(&self, start: NodeIndex, scratch: &mut Scratch) -> Vec<NodeIndex> {
        scratch.number += 1;
        let number = scratch.number;
        scratch.down[start.index()] = number;
        let mut stack = vec![start];
        let mut hit = Vec::new();
        while let Some(failed) = stack.pop() {
            for at in &self.dependants[failed.index()] {
                if scratch.down[at.index()] != number && self.goes_down(*at, failed, number, scratch) {
                    scratch.down[at.index()] = number;
                    stack.push(*at);
                    hit.push(*at);
                }
            }
        }
        hit
    }

    /// Whether `at` goes down now that `failed` has.
    fn goes_down(&self, at: NodeIndex, failed: NodeIndex, number: u32, scratch: &mut Scratch) -> bool {
        let mut down = false;
        let mut counted: Option<u32> = None;
        for input in self.inputs[at.index()].iter().filter(|i| i.from == failed && i.cap == State::Down) {
            match input.group {
                None => down = true,
                // A member named by two relations counts once.
                Some(group) if counted.replace(group) != Some(group) => {
                    let (search, count) = &mut scratch.groups[at.index()][group as usize];
                    if *search != number {
                        (*search, *count) = (number, 0);
                    }
                    *count += 1;
                    down |= self.groups[at.index()][group as usize].is_down(*count);
                }
                Some(_) => {}
            }
        }
        down
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
