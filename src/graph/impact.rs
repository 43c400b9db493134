//! What breaks if something goes.

use petgraph::graph::NodeIndex;

use super::node::Node;
use super::state::State;
use super::{Graph, Input};

/// What the failure of some nodes does to the rest.
#[derive(Debug)]
pub struct Impact<'g> {
    /// The nodes that fail, by id.
    pub seeds: Vec<&'g Node>,
    /// All nodes that feel it, but the seeds; by how hard, then how far, then id.
    pub affected: Vec<Affected<'g>>,
}

/// A node that feels a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected<'g> {
    /// The node.
    pub node: &'g Node,
    /// How hard it is hit.
    pub state: State,
    /// Steps from the nearest seed over the paths that carry this state.
    pub hops: u32,
    /// The nodes right before it on those paths, by id.
    pub via: Vec<&'g Node>,
}

/// Working state of one node.
#[derive(Clone, Copy, Default)]
struct Mark {
    state: State,
    /// For each state, the round in which the node was first at least that badly off.
    since: [u32; 4],
}

impl Mark {
    fn raise(&mut self, state: State, round: u32) {
        for level in self.state as usize + 1..=state as usize {
            self.since[level] = round;
        }
        self.state = state;
    }

    fn hops(&self) -> u32 {
        self.since[self.state as usize]
    }
}

impl Graph {
    /// What happens when all of `seeds` are down at once; ids that are not in the graph are passed over.
    ///
    /// States only ever get worse while the failure spreads, so the result is the least one that fits, and cycles need
    /// no care of their own.
    #[must_use]
    pub fn impact<'i>(&self, seeds: impl IntoIterator<Item = &'i str>) -> Impact<'_> {
        let mut seeds: Vec<NodeIndex> = seeds.into_iter().filter_map(|id| self.by_id.get(id).copied()).collect();
        seeds.sort_unstable();
        seeds.dedup();
        let mut marks = vec![Mark::default(); self.inner.node_count()];
        for seed in &seeds {
            marks[seed.index()].state = State::Down;
        }
        let mut frontier = seeds.clone();
        let mut hops = 0;
        let mut scratch = Vec::new();
        while !frontier.is_empty() {
            hops += 1;
            let mut candidates: Vec<NodeIndex> =
                frontier.iter().flat_map(|at| &self.dependants[at.index()]).copied().collect();
            candidates.sort_unstable();
            candidates.dedup();
            candidates.retain(|at| seeds.binary_search(at).is_err());
            let raised: Vec<(NodeIndex, State)> = candidates
                .into_iter()
                .map(|at| (at, self.state_of(at, &marks, &mut scratch)))
                .filter(|(at, state)| *state > marks[at.index()].state)
                .collect();
            for (at, state) in &raised {
                marks[at.index()].raise(*state, hops);
            }
            frontier = raised.into_iter().map(|(at, _)| at).collect();
        }
        let mut affected: Vec<Affected<'_>> = self
            .inner
            .node_indices()
            .filter(|at| marks[at.index()].state > State::Ok && seeds.binary_search(at).is_err())
            .map(|at| self.affected(at, &marks))
            .collect();
        affected.sort_by(|a, b| (b.state, a.hops, &a.node.id).cmp(&(a.state, b.hops, &b.node.id)));
        Impact { seeds: self.named(&seeds), affected }
    }

    fn affected(&self, at: NodeIndex, marks: &[Mark]) -> Affected<'_> {
        let (state, hops) = (marks[at.index()].state, marks[at.index()].hops());
        let mut via: Vec<NodeIndex> = self.inputs[at.index()]
            .iter()
            .filter(|input| self.carries(at, input, state, marks))
            .map(|i| i.from)
            .collect();
        via.sort_unstable();
        via.dedup();
        Affected { node: &self.inner[at], state, hops, via: self.named(&via) }
    }

    /// Nodes by number as nodes by id.
    fn named(&self, numbers: &[NodeIndex]) -> Vec<&Node> {
        let mut nodes: Vec<&Node> = numbers.iter().map(|at| &self.inner[*at]).collect();
        nodes.sort_by(|a, b| a.id.cmp(&b.id));
        nodes
    }

    /// Whether an input is one of the reasons for the state of `at`, and came before it.
    fn carries(&self, at: NodeIndex, input: &Input, state: State, marks: &[Mark]) -> bool {
        let from = &marks[input.from.index()];
        let before = marks[at.index()].hops();
        match input.group {
            None => from.state.min(input.cap) == state && from.since[state as usize] < before,
            Some(group) => {
                let hit = from.state > State::Ok && from.since[State::AtRisk as usize] < before;
                hit && self.group_state(at, group, marks, &mut Vec::new()) == state
            }
        }
    }

    fn state_of(&self, at: NodeIndex, marks: &[Mark], scratch: &mut Vec<State>) -> State {
        let single = self.inputs[at.index()].iter().filter(|input| input.group.is_none());
        let worst = single.map(|input| marks[input.from.index()].state.min(input.cap)).max().unwrap_or_default();
        let groups = 0..self.groups[at.index()].len();
        let grouped = groups.map(|group| self.group_state(at, crate::base::span::offset(group), marks, scratch)).max();
        worst.max(grouped.unwrap_or_default())
    }

    fn group_state(&self, at: NodeIndex, group: u32, marks: &[Mark], scratch: &mut Vec<State>) -> State {
        scratch.clear();
        let mut last: Option<NodeIndex> = None;
        let mut members: Vec<&Input> = self.inputs[at.index()].iter().filter(|i| i.group == Some(group)).collect();
        members.sort_by_key(|input| (input.from, std::cmp::Reverse(input.cap)));
        for input in members {
            // A member named by two relations is one member, with the stronger of the two.
            if last.replace(input.from) != Some(input.from) {
                scratch.push(marks[input.from.index()].state.min(input.cap));
            }
        }
        self.groups[at.index()][group as usize].state(scratch)
    }
}
