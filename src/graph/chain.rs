//! Everything that one node cannot do without, as a graph of its own.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use petgraph::graph::NodeIndex;

use super::node::Node;
use super::state::State;
use super::{Graph, Input};

/// A node and all that it needs at any distance to be up.
#[derive(Debug)]
pub struct Chain<'g> {
    /// The nodes; the first is the one asked for. Every other one is needed by one before it.
    pub nodes: Vec<Needs<'g>>,
}

/// A node of a chain and what it needs, by places in the chain.
#[derive(Debug)]
pub struct Needs<'g> {
    /// The node.
    pub node: &'g Node,
    /// What must be up for it to be up.
    pub all: Vec<usize>,
    /// Groups of which only some must be up.
    pub groups: Vec<Spares>,
}

impl Needs<'_> {
    /// The places of all that it needs, alone or as one of several.
    #[must_use]
    pub fn needed(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.all.iter().chain(self.groups.iter().flat_map(|group| &group.members)).copied()
    }
}

/// Several things of which some must be up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spares {
    /// The members, by their places in the chain.
    pub members: Vec<usize>,
    /// How many must be up; at least one and at most all.
    pub min_up: usize,
}

impl Graph {
    /// The chain of the node with this id: what its being up depends on over hard relations. What can only degrade it is
    /// no part of it. Nodes that need one another are all in it, once.
    #[must_use]
    pub fn chain(&self, id: &str) -> Option<Chain<'_>> {
        let root = self.at(id)?;
        let mut places: HashMap<NodeIndex, usize, RandomState> = [(root, 0)].into_iter().collect();
        let mut order = vec![root];
        let mut next = 0;
        let mut nodes = Vec::new();
        while let Some(at) = order.get(next).copied() {
            next += 1;
            let mut place = |node: NodeIndex| {
                *places.entry(node).or_insert_with(|| {
                    order.push(node);
                    order.len() - 1
                })
            };
            let hard = |input: &&Input| input.cap == State::Down;
            let mut all: Vec<NodeIndex> =
                self.inputs[at.index()].iter().filter(hard).filter(|i| i.group.is_none()).map(|i| i.from).collect();
            all.sort_unstable();
            all.dedup();
            let all = all.into_iter().map(&mut place).collect();
            let groups = (0..self.groups[at.index()].len()).filter_map(|group| self.spares(at, group, &mut place));
            nodes.push(Needs { node: &self.inner[at], all, groups: groups.collect() });
        }
        Some(Chain { nodes })
    }

    /// A group as its hard members; none when the soft ones alone keep it up.
    fn spares(&self, at: NodeIndex, group: usize, place: &mut impl FnMut(NodeIndex) -> usize) -> Option<Spares> {
        let of_group = self.inputs[at.index()].iter().filter(|input| input.group.is_some_and(|g| g as usize == group));
        let mut hard: Vec<NodeIndex> = of_group.filter(|input| input.cap == State::Down).map(|i| i.from).collect();
        hard.sort_unstable();
        hard.dedup();
        let group = self.groups[at.index()][group];
        let soft = group.members.saturating_sub(hard.len());
        let min_up = group.min_up.clamp(1, group.members.max(1)).saturating_sub(soft);
        (min_up > 0).then(|| Spares { members: hard.into_iter().map(place).collect(), min_up })
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::fixture::graph;

    fn told(text: &str, id: &str) -> Vec<String> {
        let graph = graph(text);
        let chain = graph.chain(id).unwrap();
        let name = |at: &usize| chain.nodes[*at].node.id.to_string();
        let names = |all: &[usize]| all.iter().map(name).collect::<Vec<_>>().join(" ");
        let line = |needs: &super::Needs<'_>| {
            let groups: Vec<String> =
                needs.groups.iter().map(|group| format!("{} of ({})", group.min_up, names(&group.members))).collect();
            format!("{}: {} {}", needs.node.id, names(&needs.all), groups.join(" ")).trim_end().to_owned()
        };
        chain.nodes.iter().map(line).collect()
    }

    #[test]
    fn a_chain_holds_what_is_needed_at_any_distance_and_shared_things_once() {
        let text = "
            == service svc-a
            relations: [ci-x, ci-y, {type: depends_on, to: ci-soft, strength: soft}, {type: monitored_by, to: ci-m}]
            == ci ci-x
            relations: [{type: located_in, to: ci-room}]
            == ci ci-y
            relations: [{type: runs_on, to: ci-room}, {type: depends_on, to: ci-room}]
            == ci ci-room
            == ci ci-soft
            == ci ci-m
            == ci ci-other
            relations: [ci-x]";
        assert_eq!(told(text, "svc-a"), ["svc-a: ci-x ci-y", "ci-x: ci-room", "ci-y: ci-room", "ci-room:"]);
    }

    #[test]
    fn groups_keep_how_many_must_be_up() {
        let text = "
            == service svc-a
            relations: [ci-1, ci-2, ci-3, ci-db]
            redundancy: [{of: [ci-1, ci-2, ci-3], min_up: 2}]
            == ci ci-1
            == ci ci-2
            == ci ci-3
            relations: [ci-db]
            == ci ci-db";
        assert_eq!(
            told(text, "svc-a"),
            ["svc-a: ci-db 2 of (ci-1 ci-2 ci-3)", "ci-db:", "ci-1:", "ci-2:", "ci-3: ci-db"]
        );
    }

    #[test]
    fn members_that_can_only_degrade_always_count_as_up() {
        let text = |min_up: u8| {
            format!(
                "== service svc-a
            relations: [ci-1, ci-2, {{type: depends_on, to: ci-3, strength: soft}}]
            redundancy: [{{of: [ci-1, ci-2, ci-3], min_up: {min_up}}}]
            == ci ci-1
            == ci ci-2
            == ci ci-3"
            )
        };
        assert_eq!(told(&text(2), "svc-a")[0], "svc-a:  1 of (ci-1 ci-2)");
        assert_eq!(told(&text(1), "svc-a"), ["svc-a:"], "the soft one is enough");
    }

    #[test]
    fn parts_without_a_group_cannot_take_the_whole_down() {
        let text = |redundancy: &str| {
            format!(
                "== ci ci-a\n{redundancy}\n== ci ci-p\nrelations: [{{type: part_of, to: ci-a}}]\n== ci ci-q\nrelations: [{{type: part_of, to: ci-a}}]"
            )
        };
        assert_eq!(told(&text("title: a"), "ci-a"), ["ci-a:"]);
        assert_eq!(
            told(&text("redundancy: [{of: part_of, min_up: 1}]"), "ci-a"),
            ["ci-a:  1 of (ci-p ci-q)", "ci-p:", "ci-q:"]
        );
    }

    #[test]
    fn cycles_end_and_unknown_nodes_are_part_of_the_chain() {
        assert_eq!(
            told("== ci ci-a\nrelations: [ci-b]\n== ci ci-b\nrelations: [ci-a, ci-gone]", "ci-a"),
            ["ci-a: ci-b", "ci-b: ci-a ci-gone", "ci-gone:"]
        );
        assert!(graph("== ci ci-a").chain("nobody").is_none());
    }
}
