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
        let mut counted: Vec<u32> = Vec::new();
        for input in self.inputs[at.index()].iter().filter(|i| i.from == failed && i.cap == State::Down) {
            match input.group {
                None => down = true,
                // A member named by two relations counts once.
                Some(group) if !counted.contains(&group) => {
                    counted.push(group);
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
