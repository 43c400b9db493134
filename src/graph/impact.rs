//! What breaks if something goes.

use petgraph::graph::NodeIndex;

use super::node::Node;
use super::state::State;
use super::{Graph, Input};

/// What the failure of some nodes does to the rest, compared with what was the matter before.
#[derive(Debug)]
pub struct Impact<'g> {
    /// The nodes that fail, by id.
    pub seeds: Vec<&'g Node>,
    /// The nodes that were down before, by id.
    pub given: Vec<&'g Node>,
    /// All nodes that are worse off than before, but the seeds; by how hard, then how far, then id.
    pub affected: Vec<Affected<'g>>,
    pub(super) graph: &'g Graph,
    /// For each node, its state before the seeds failed.
    pub(super) before: Vec<State>,
    /// For each node, its state afterwards.
    pub(super) after: Vec<State>,
}

/// A node that feels a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected<'g> {
    /// The node.
    pub node: &'g Node,
    /// How hard it is hit.
    pub state: State,
    /// How it was off before; never worse than, and never the same as, its state now.
    pub was: State,
    /// Steps from the nearest seed over the paths that carry this state.
    pub hops: u32,
    /// The nodes right before it on those paths, by id.
    pub via: Vec<&'g Node>,
}

impl<'g> Impact<'g> {
    /// The seeds that were down before, with what they need; by id.
    pub fn already_down(&self) -> impl Iterator<Item = &'g Node> {
        let down =
            |node: &&&'g Node| self.graph.at(node.id.as_str()).is_some_and(|at| self.before[at.index()] == State::Down);
        self.seeds.iter().filter(down).copied()
    }
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
    #[must_use]
    pub fn impact<'i>(&self, seeds: impl IntoIterator<Item = &'i str>) -> Impact<'_> {
        self.impact_given(seeds, [])
    }

    /// What gets worse when all of `seeds` go down while all of `given` are down already; a node that is named as both
    /// counts as given, and ids that are not in the graph are passed over.
    ///
    /// States only ever get worse while a failure spreads, so the result is the least one that fits, and cycles need
    /// no care of their own.
    #[must_use]
    pub fn impact_given<'i>(
        &self,
        seeds: impl IntoIterator<Item = &'i str>,
        given: impl IntoIterator<Item = &'i str>,
    ) -> Impact<'_> {
        let given = self.numbers(given);
        let mut seeds = self.numbers(seeds);
        seeds.retain(|seed| given.binary_search(seed).is_err());
        let mut fixed = vec![false; self.inner.node_count()];
        let mut marks = vec![Mark::default(); self.inner.node_count()];
        self.spread(&given, &mut marks, &mut fixed);
        let before: Vec<State> = marks.iter().map(|mark| mark.state).collect();
        // Rounds are counted anew, so that steps are steps from the seeds.
        for mark in &mut marks {
            mark.since = [0; 4];
        }
        self.spread(&seeds, &mut marks, &mut fixed);
        let hit = |at: &NodeIndex| !fixed[at.index()] && marks[at.index()].state > before[at.index()];
        let mut affected: Vec<Affected<'_>> =
            self.inner.node_indices().filter(hit).map(|at| self.affected(at, before[at.index()], &marks)).collect();
        affected.sort_by(|a, b| (b.state, a.hops, &a.node.id).cmp(&(a.state, b.hops, &b.node.id)));
        let after = marks.iter().map(|mark| mark.state).collect();
        Impact { seeds: self.named(&seeds), given: self.named(&given), affected, graph: self, before, after }
    }

    /// Ids as numbers of nodes, in their order, each once.
    fn numbers<'i>(&self, ids: impl IntoIterator<Item = &'i str>) -> Vec<NodeIndex> {
        let mut numbers: Vec<NodeIndex> = ids.into_iter().filter_map(|id| self.at(id)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// Takes `seeds` down and raises all others until nothing changes; `fixed` nodes are down whatever happens.
    fn spread(&self, seeds: &[NodeIndex], marks: &mut [Mark], fixed: &mut [bool]) {
        for seed in seeds {
            marks[seed.index()].raise(State::Down, 0);
            fixed[seed.index()] = true;
        }
        let mut frontier = seeds.to_vec();
        let mut hops = 0;
        let mut scratch = Vec::new();
        while !frontier.is_empty() {
            hops += 1;
            let mut candidates: Vec<NodeIndex> =
                frontier.iter().flat_map(|at| &self.dependants[at.index()]).map(|felt| felt.node).collect();
            candidates.sort_unstable();
            candidates.dedup();
            candidates.retain(|at| !fixed[at.index()]);
            let raised: Vec<(NodeIndex, State)> = candidates
                .into_iter()
                .map(|at| (at, self.state_of(at, marks, &mut scratch)))
                .filter(|(at, state)| *state > marks[at.index()].state)
                .collect();
            for (at, state) in &raised {
                marks[at.index()].raise(*state, hops);
            }
            frontier = raised.into_iter().map(|(at, _)| at).collect();
        }
    }

    fn affected(&self, at: NodeIndex, was: State, marks: &[Mark]) -> Affected<'_> {
        let (state, hops) = (marks[at.index()].state, marks[at.index()].hops());
        let mut via: Vec<NodeIndex> = self.inputs[at.index()]
            .iter()
            .filter(|input| self.carries(at, input, state, marks))
            .map(|i| i.from)
            .collect();
        via.sort_unstable();
        via.dedup();
        Affected { node: &self.inner[at], state, was, hops, via: self.named(&via) }
    }

    /// Nodes by number as nodes by id.
    pub(super) fn named(&self, numbers: &[NodeIndex]) -> Vec<&Node> {
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
        self.group_state_by(at, group, |node| marks[node.index()].state, scratch)
    }

    /// The state of a group of `at`, when every node is off as `state` says.
    pub(super) fn group_state_by(
        &self,
        at: NodeIndex,
        group: u32,
        state: impl Fn(NodeIndex) -> State,
        scratch: &mut Vec<State>,
    ) -> State {
        scratch.clear();
        let mut last: Option<NodeIndex> = None;
        let mut members: Vec<&Input> = self.inputs[at.index()].iter().filter(|i| i.group == Some(group)).collect();
        members.sort_by_key(|input| (input.from, std::cmp::Reverse(input.cap)));
        for input in members {
            // A member named by two relations is one member, with the stronger of the two.
            if last.replace(input.from) != Some(input.from) {
                scratch.push(state(input.from).min(input.cap));
            }
        }
        self.groups[at.index()][group as usize].state(scratch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Relation;
    use crate::graph::fixture::{graph, impact};

    #[test]
    fn every_type_of_relation_hits_the_end_that_it_says() {
        for (relation, holder, target) in [
            (Relation::DependsOn, State::Down, State::Ok),
            (Relation::RunsOn, State::Down, State::Ok),
            (Relation::LocatedIn, State::Down, State::Ok),
            (Relation::PartOf, State::Ok, State::Degraded),
            (Relation::SuppliedBy, State::Down, State::Ok),
            (Relation::ReplicaOf, State::Ok, State::Ok),
            (Relation::ConnectsTo, State::Ok, State::Ok),
            (Relation::BackedUpBy, State::AtRisk, State::Ok),
            (Relation::MonitoredBy, State::AtRisk, State::Ok),
            (Relation::ProtectedBy, State::AtRisk, State::Ok),
            (Relation::SendsDataTo, State::Ok, State::Degraded),
            (Relation::GovernedBy, State::Ok, State::Ok),
            (Relation::DocumentedIn, State::Ok, State::Ok),
        ] {
            for (strength, most) in [("hard", State::Down), ("soft", State::Degraded)] {
                let relation = relation.word();
                let text = format!(
                    "== ci ci-holder\nrelations: [{{type: {relation}, to: ci-target, strength: {strength}}}]\n== ci ci-target"
                );
                let graph = graph(&text);
                let state = |seed| graph.impact([seed]).affected.first().map_or(State::Ok, |affected| affected.state);
                assert_eq!(state("ci-target"), holder.min(most), "{relation}, {strength}: the holder");
                assert_eq!(state("ci-holder"), target.min(most), "{relation}, {strength}: the target");
            }
        }
    }

    #[test]
    fn a_diamond_tells_both_ways() {
        let graph = graph(
            "== service svc-top
            relations: [ci-left, ci-right]
            == ci ci-left
            relations: [ci-base]
            == ci ci-right
            relations: [ci-base]
            == ci ci-base",
        );
        assert_eq!(
            impact(&graph, &["ci-base"]),
            ["ci-left down 1 over ci-base", "ci-right down 1 over ci-base", "svc-top down 2 over ci-left ci-right"]
        );
    }

    #[test]
    fn only_the_ways_that_came_first_are_told() {
        let graph = graph(
            "== service svc-top
            relations: [ci-long, ci-base]
            == ci ci-long
            relations: [ci-base]
            == ci ci-base",
        );
        assert_eq!(
            impact(&graph, &["ci-base"]),
            ["ci-long down 1 over ci-base", "svc-top down 1 over ci-base"],
            "the detour over ci-long is no reason, since svc-top was down already"
        );
    }

    #[test]
    fn a_state_raised_later_counts_the_steps_of_the_worse_way() {
        let graph = graph(
            "== service svc-a
            relations:
              - {type: depends_on, to: ci-x, strength: soft}
              - ci-2
            == ci ci-2
            relations: [ci-1]
            == ci ci-1
            relations: [ci-x]
            == service svc-b
            relations: [svc-a]
            == ci ci-x",
        );
        assert_eq!(
            impact(&graph, &["ci-x"]),
            ["ci-1 down 1 over ci-x", "ci-2 down 2 over ci-1", "svc-a down 3 over ci-2", "svc-b down 4 over svc-a"]
        );
    }

    #[test]
    fn weaker_links_cap_what_travels_on() {
        let graph = graph(
            "== service svc-a
            relations: [ci-soft]
            == ci ci-soft
            relations: [{type: depends_on, to: ci-x, strength: soft}]
            == ci ci-safe
            relations: [{type: backed_up_by, to: ci-x}]
            == service svc-b
            relations: [ci-safe]
            == ci ci-x",
        );
        assert_eq!(
            impact(&graph, &["ci-x"]),
            [
                "ci-soft degraded 1 over ci-x",
                "svc-a degraded 2 over ci-soft",
                "ci-safe at_risk 1 over ci-x",
                "svc-b at_risk 2 over ci-safe",
            ]
        );
    }

    #[test]
    fn several_seeds_fail_together_and_are_not_among_the_hit() {
        let graph = graph(
            "== service svc-a
            relations: [{type: runs_on, to: ci-x}, {type: runs_on, to: ci-y}]
            redundancy: [{of: runs_on, min_up: 1}]
            == ci ci-x
            == ci ci-y
            relations: [ci-x]",
        );
        assert_eq!(impact(&graph, &["ci-y"]), ["svc-a at_risk 1 over ci-y"]);
        assert_eq!(impact(&graph, &["ci-y", "ci-x", "ci-y"]), ["svc-a down 1 over ci-x ci-y"]);
        let seeds = graph.impact(["ci-y", "ci-x", "ci-y", "nobody"]).seeds;
        assert_eq!(seeds.iter().map(|node| node.id.as_str()).collect::<Vec<_>>(), ["ci-x", "ci-y"]);
    }

    #[test]
    fn a_cause_that_the_members_of_a_group_share_takes_it_down() {
        let graph = graph(
            "== service svc-a
            relations: [{type: runs_on, to: ci-x}, {type: runs_on, to: ci-y}]
            redundancy: [{of: runs_on, min_up: 1}]
            == ci ci-x
            relations: [ci-room]
            == ci ci-y
            relations: [ci-rack]
            == ci ci-rack
            relations: [ci-room]
            == ci ci-room",
        );
        assert_eq!(
            impact(&graph, &["ci-room"]),
            [
                "ci-rack down 1 over ci-room",
                "ci-x down 1 over ci-room",
                "ci-y down 2 over ci-rack",
                "svc-a down 3 over ci-x ci-y",
            ],
            "at risk after two steps, down after three"
        );
    }

    #[test]
    fn a_group_passes_on_the_best_of_bad_members() {
        let graph = graph(
            "== service svc-a
            relations: [{type: runs_on, to: ci-x}, {type: runs_on, to: ci-y}]
            redundancy: [{of: runs_on, min_up: 1}]
            == ci ci-x
            relations: [ci-room]
            == ci ci-y
            relations: [{type: located_in, to: ci-room, strength: soft}]
            == ci ci-room",
        );
        let told = impact(&graph, &["ci-room"]);
        assert_eq!(told[1..], ["ci-y degraded 1 over ci-room", "svc-a degraded 2 over ci-x ci-y"]);
    }

    #[test]
    fn a_cycle_fails_as_a_whole_and_ends() {
        let graph = graph(
            "== ci ci-a
            relations: [ci-b]
            == ci ci-b
            relations: [ci-c]
            == ci ci-c
            relations: [ci-a, ci-c]",
        );
        assert_eq!(impact(&graph, &["ci-b"]), ["ci-a down 1 over ci-b", "ci-c down 2 over ci-a"]);
        assert!(impact(&graph, &[]).is_empty());
        assert!(impact(&graph, &["nobody"]).is_empty());
    }

    #[test]
    fn hit_nodes_are_told_by_weight_then_distance_then_id() {
        let graph = graph(
            "== ci ci-z
            relations: [ci-x]
            == ci ci-b
            relations: [ci-z]
            == ci ci-a
            relations: [{type: monitored_by, to: ci-x}]
            == ci ci-c
            relations: [{type: depends_on, to: ci-x, strength: soft}]
            == ci ci-x",
        );
        let told = impact(&graph, &["ci-x"]);
        let ids: Vec<&str> = told.iter().map(|line| line.split(' ').next().unwrap()).collect();
        assert_eq!(ids, ["ci-z", "ci-b", "ci-c", "ci-a"]);
    }

    #[test]
    fn what_was_down_before_is_no_news_but_takes_the_safeguard_away() {
        let graph = graph(
            "== service svc-a
            relations: [{type: runs_on, to: ci-x}, {type: runs_on, to: ci-y}]
            redundancy: [{of: runs_on, min_up: 1}]
            == service svc-b
            relations: [ci-x]
            == ci ci-x
            == ci ci-y
            relations: [ci-z]
            == ci ci-z",
        );
        let given = graph.impact_given(["ci-z"], ["ci-x"]);
        let told: Vec<_> =
            given.affected.iter().map(|hit| (hit.node.id.as_str(), hit.was, hit.state, hit.hops)).collect();
        assert_eq!(
            told,
            [("ci-y", State::Ok, State::Down, 1), ("svc-a", State::AtRisk, State::Down, 2)],
            "svc-b was down already"
        );
        let via: Vec<&str> = given.affected[1].via.iter().map(|node| node.id.as_str()).collect();
        assert_eq!(via, ["ci-x", "ci-y"], "both members that are gone");
        assert_eq!(given.given.iter().map(|node| node.id.as_str()).collect::<Vec<_>>(), ["ci-x"]);
        let both = graph.impact_given(["ci-x", "ci-z"], ["ci-x"]);
        assert_eq!(both.seeds.len(), 1, "named as both counts as given");
        assert!(graph.impact_given(["ci-x"], ["ci-x"]).affected.is_empty());
        assert!(graph.impact_given(["ci-y"], ["ci-x", "ci-z"]).affected.is_empty(), "it was down with its own need");
    }

    #[test]
    fn a_chain_of_any_length_is_walked() {
        let chain: String = (0..3_000).map(|at| format!("== ci ci-{at}\nrelations: [ci-{}]\n", at + 1)).collect();
        let graph = graph(&chain);
        let impact = graph.impact(["ci-3000"]);
        assert_eq!(impact.affected.len(), 3_000);
        assert_eq!((impact.affected[2_999].node.id.as_str(), impact.affected[2_999].hops), ("ci-0", 3_000));
    }
}
