//! The paths that carry a failure from the seeds to a node.
//!
//! A path carries a state when each of its links does: the node before is that badly off, the relation lets as much
//! through, and where a redundancy group stands between, the group is that badly off as a whole. Links from nodes that
//! were as badly off before carry nothing new.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use petgraph::graph::NodeIndex;

use super::group::Group;
use super::impact::Impact;
use super::node::Node;
use super::relation::Edge;
use super::state::State;
use super::{Graph, Input};

/// Most steps of the search for the paths to one node of which the number is not known beforehand.
const STEPS: usize = 20_000;

/// A path, from a seed to the node that is hit.
#[derive(Debug)]
pub struct Path<'g> {
    /// Its links; never empty.
    pub steps: Vec<Step<'g>>,
}

/// One link of a path, in the direction of failure.
#[derive(Debug)]
pub struct Step<'g> {
    /// What is off.
    pub from: &'g Node,
    /// What feels it.
    pub to: &'g Node,
    /// The relation, as it is written on one of the two.
    pub edge: &'g Edge,
    /// The redundancy group of `to` that did not hold, where one stands between.
    pub lost: Option<Lost<'g>>,
}

/// What a redundancy group has lost.
#[derive(Debug)]
pub struct Lost<'g> {
    /// Members that are at least as badly off as the path carries, by id.
    pub nodes: Vec<&'g Node>,
    /// How many members there are.
    pub members: usize,
    /// How many must be up.
    pub min_up: usize,
}

/// The paths to one node.
#[derive(Debug)]
pub struct WaysTo<'g> {
    /// The shortest ones, shortest first.
    pub shown: Vec<Path<'g>>,
    /// How many more there are.
    pub more: u64,
    /// Whether `more` is exact; where a failure can run in circles there can be more than were counted.
    pub exact: bool,
}

/// All paths of an impact, searched on demand.
#[derive(Debug)]
pub struct Ways<'i, 'g> {
    impact: &'i Impact<'g>,
    seeds: Vec<NodeIndex>,
    /// For each state that some node is in, what is known about paths that carry it.
    levels: [Option<Level>; 4],
}

/// For each node, what is known about the paths that carry one state to it.
#[derive(Debug)]
struct Level {
    /// Length of the shortest one.
    length: Vec<Option<u32>>,
    /// How many there are; none where a circle leads there.
    count: Vec<Option<u64>>,
}

impl<'g> Impact<'g> {
    /// Prepares the search for the paths that carry this impact; linear in the graph.
    #[must_use]
    pub fn ways(&self) -> Ways<'_, 'g> {
        let seeds: Vec<NodeIndex> = self.seeds.iter().filter_map(|seed| self.graph.at(seed.id.as_str())).collect();
        let mut ways = Ways { impact: self, seeds, levels: [const { None }; 4] };
        for state in [State::AtRisk, State::Degraded, State::Down] {
            if self.affected.iter().any(|hit| hit.state == state) {
                ways.levels[state as usize] = Some(ways.level(state));
            }
        }
        ways
    }
}

impl<'g> Ways<'_, 'g> {
    /// The paths to the node with this id, at most `most` of them; none when it is not worse off than before.
    #[must_use]
    pub fn to(&self, id: &str, most: usize) -> Option<WaysTo<'g>> {
        let at = self.impact.graph.at(id)?;
        let state = self.impact.after[at.index()];
        let level = self.levels[state as usize].as_ref()?;
        level.length[at.index()]?;
        if self.seeds.contains(&at) {
            return None;
        }
        let known = level.count[at.index()];
        let (shown, found, done) = self.search(at, state, level, most, known.is_none());
        let count = known.unwrap_or(found).max(shown.len() as u64);
        let exact = known.map_or(done, |count| count < u64::MAX);
        Some(WaysTo { more: count - shown.len() as u64, exact, shown })
    }

    /// The link over which `from` hands `state` on to `to`.
    fn link(&self, from: NodeIndex, to: NodeIndex, state: State) -> Option<&'g Input> {
        let Impact { graph, before, after, .. } = self.impact;
        let new = after[from.index()] >= state && before[from.index()] < state;
        // Seeds and what was down before are off by themselves.
        let felt = before[to.index()] < state && self.seeds.binary_search(&to).is_err();
        let links = graph.inputs[to.index()].iter().filter(|input| new && felt && input.from == from);
        let carrying = links.filter(|input| {
            input.cap >= state
                && input.group.is_none_or(|group| {
                    graph.group_state_by(to, group, |node| after[node.index()], &mut Vec::new()) >= state
                })
        });
        // Of several, one without an alternative tells most.
        carrying.min_by_key(|input| (input.group.is_some(), Reverse(input.cap), input.edge))
    }

    /// The nodes that hand `state` on to `to`, each once, in their order.
    fn before(&self, to: NodeIndex, state: State) -> Vec<NodeIndex> {
        let mut before: Vec<NodeIndex> = self.impact.graph.inputs[to.index()].iter().map(|input| input.from).collect();
        before.sort_unstable();
        before.dedup();
        before.retain(|from| self.link(*from, to, state).is_some());
        before
    }

    /// Lengths and counts for one state: a search in breadth, and a count in the order of the links as far as that goes.
    fn level(&self, state: State) -> Level {
        let graph = self.impact.graph;
        let nodes = graph.inner.node_count();
        let mut level = Level { length: vec![None; nodes], count: vec![None; nodes] };
        let mut links: Vec<Vec<NodeIndex>> = vec![Vec::new(); nodes];
        let mut waiting = vec![0u32; nodes];
        // A seed that was down before does nothing new.
        let seeds = self.seeds.iter().copied().filter(|seed| self.impact.before[seed.index()] < state);
        let seeds: Vec<NodeIndex> = seeds.collect();
        for seed in &seeds {
            level.length[seed.index()] = Some(0);
        }
        let mut queue: VecDeque<NodeIndex> = seeds.iter().copied().collect();
        while let Some(at) = queue.pop_front() {
            let mut next: Vec<NodeIndex> = graph.dependants[at.index()].iter().map(|felt| felt.node).collect();
            next.sort_unstable();
            next.dedup();
            next.retain(|to| self.link(at, *to, state).is_some());
            for to in &next {
                waiting[to.index()] += 1;
                if level.length[to.index()].is_none() {
                    level.length[to.index()] = level.length[at.index()].map(|length| length + 1);
                    queue.push_back(*to);
                }
            }
            links[at.index()] = next;
        }
        let mut sums = vec![0u64; nodes];
        for seed in &seeds {
            sums[seed.index()] = 1;
        }
        let mut ready = seeds;
        while let Some(at) = ready.pop() {
            level.count[at.index()] = Some(sums[at.index()]);
            for to in &links[at.index()] {
                sums[to.index()] = sums[to.index()].saturating_add(sums[at.index()]);
                waiting[to.index()] -= 1;
                if waiting[to.index()] == 0 {
                    ready.push(*to);
                }
            }
        }
        level
    }

    /// The shortest paths to `at`, found backwards with the known lengths as guide: at most `most`, and when `count`
    /// is wanted, how many there are as far as [`STEPS`] go, and whether that is all.
    fn search(
        &self,
        at: NodeIndex,
        state: State,
        level: &Level,
        most: usize,
        count: bool,
    ) -> (Vec<Path<'g>>, u64, bool) {
        // Every partial path is its first node and the place of the rest.
        let mut partial: Vec<(NodeIndex, Option<usize>, u32)> = vec![(at, None, 0)];
        let mut heap = BinaryHeap::from([Reverse((level.length[at.index()].unwrap_or(0), Reverse(0u32), 0usize))]);
        let (mut shown, mut found) = (Vec::new(), 0u64);
        let mut steps = 0;
        while let Some(Reverse((_, _, place))) = heap.pop() {
            let (node, _, behind) = partial[place];
            if level.length[node.index()] == Some(0) {
                found += 1;
                if shown.len() < most {
                    shown.push(self.path(&partial, place, state));
                }
                if shown.len() >= most && !count {
                    return (shown, found, false);
                }
                continue;
            }
            steps += 1;
            if count && steps > STEPS {
                return (shown, found, false);
            }
            for from in self.before(node, state) {
                let Some(length) = level.length[from.index()] else { continue };
                let rest = std::iter::successors(Some(place), |place| partial[*place].1);
                if count && rest.into_iter().any(|place| partial[place].0 == from) {
                    continue;
                }
                partial.push((from, Some(place), behind + 1));
                heap.push(Reverse((length + behind + 1, Reverse(behind + 1), partial.len() - 1)));
            }
        }
        (shown, found, true)
    }

    fn path(&self, partial: &[(NodeIndex, Option<usize>, u32)], first: usize, state: State) -> Path<'g> {
        let nodes: Vec<NodeIndex> =
            std::iter::successors(Some(first), |place| partial[*place].1).map(|place| partial[place].0).collect();
        let steps = nodes.windows(2).filter_map(|two| self.step(two[0], two[1], state));
        Path { steps: steps.collect() }
    }

    fn step(&self, from: NodeIndex, to: NodeIndex, state: State) -> Option<Step<'g>> {
        let graph: &'g Graph = self.impact.graph;
        let input = self.link(from, to, state)?;
        let lost = input.group.map(|group| {
            let Group { members, min_up, .. } = graph.groups[to.index()][group as usize];
            let mut lost: Vec<NodeIndex> = graph.inputs[to.index()]
                .iter()
                .filter(|other| other.group == Some(group))
                .filter(|other| self.impact.after[other.from.index()].min(other.cap) >= state)
                .map(|other| other.from)
                .collect();
            lost.sort_unstable();
            lost.dedup();
            Lost { nodes: graph.named(&lost), members, min_up }
        });
        Some(Step { from: &graph.inner[from], to: &graph.inner[to], edge: &graph.inner[input.edge], lost })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::graph::fixture::graph;
    use crate::graph::{Graph, Path, WaysTo};

    /// A path as text: ids, with what a group lost in brackets.
    fn told(path: &Path<'_>) -> String {
        let mut out = path.steps[0].from.id.to_string();
        for step in &path.steps {
            out.push_str(" > ");
            out.push_str(step.to.id.as_str());
            if let Some(lost) = &step.lost {
                let ids: Vec<&str> = lost.nodes.iter().map(|node| node.id.as_str()).collect();
                let _ = write!(out, " [{} of {}, {} needed]", ids.join(" "), lost.members, lost.min_up);
            }
        }
        out
    }

    fn ways(graph: &Graph, seeds: &[&str], given: &[&str], to: &str, most: usize) -> (Vec<String>, u64, bool) {
        let impact = graph.impact_given(seeds.iter().copied(), given.iter().copied());
        let WaysTo { shown, more, exact } = impact.ways().to(to, most).unwrap();
        (shown.iter().map(told).collect(), more, exact)
    }

    const DIAMOND: &str = "
        == service svc-top
        relations: [ci-left, ci-right, {type: depends_on, to: ci-base, strength: soft}]
        == ci ci-left
        relations: [ci-base]
        == ci ci-right
        relations: [ci-base, {type: backed_up_by, to: ci-left}]
        == ci ci-base";

    #[test]
    fn only_links_that_carry_the_state_are_on_a_path() {
        let graph = graph(DIAMOND);
        assert_eq!(
            ways(&graph, &["ci-base"], &[], "svc-top", 9),
            (vec!["ci-base > ci-left > svc-top".to_owned(), "ci-base > ci-right > svc-top".to_owned()], 0, true),
            "neither the soft link nor the backup takes anything down"
        );
        assert_eq!(ways(&graph, &["ci-base"], &[], "svc-top", 1).1, 1, "one is left out");
        assert!(graph.impact(["ci-left"]).ways().to("ci-base", 1).is_none(), "it is not hit");
        assert!(graph.impact(["ci-left"]).ways().to("ci-left", 1).is_none(), "seeds fail by themselves");
        assert!(graph.impact(["ci-left"]).ways().to("nobody", 1).is_none());
    }

    #[test]
    fn a_group_on_the_path_is_told_with_what_it_lost() {
        let graph = graph(
            "== service svc-a
            relations: [{type: runs_on, to: ci-x}, {type: runs_on, to: ci-y}, {type: runs_on, to: ci-z}]
            redundancy: [{of: runs_on, min_up: 2}]
            == ci ci-x
            relations: [ci-room]
            == ci ci-y
            relations: [ci-room]
            == ci ci-z
            == ci ci-room",
        );
        let lost = "[ci-x ci-y of 3, 2 needed]";
        assert_eq!(
            ways(&graph, &["ci-room"], &[], "svc-a", 9).0,
            [format!("ci-room > ci-x > svc-a {lost}"), format!("ci-room > ci-y > svc-a {lost}")]
        );
        assert_eq!(
            ways(&graph, &["ci-y"], &["ci-x"], "svc-a", 9).0,
            [format!("ci-y > svc-a {lost}")],
            "what was down before is told, but begins no path"
        );
        assert_eq!(ways(&graph, &["ci-y"], &[], "svc-a", 9).0, ["ci-y > svc-a [ci-y of 3, 2 needed]"], "at risk");
    }

    #[test]
    fn the_number_of_paths_is_told_without_walking_them_all() {
        let mut text = String::from("== ci ci-0\n");
        for layer in 1..=40 {
            let below = format!("ci-{}", layer - 1);
            let _ = write!(
                text,
                "== ci ci-{layer}-a\nrelations: [{below}]\n== ci ci-{layer}-b\nrelations: [{below}]\n\
                 == ci ci-{layer}\nrelations: [ci-{layer}-a, ci-{layer}-b]\n"
            );
        }
        let graph = graph(&text);
        let (shown, more, exact) = ways(&graph, &["ci-0"], &[], "ci-40", 20);
        assert_eq!((shown.len(), more, exact), (20, (1 << 40) - 20, true));
        assert!(shown.iter().all(|path| path.matches(" > ").count() == 80));
        let distinct: std::collections::BTreeSet<_> = shown.iter().collect();
        assert_eq!(distinct.len(), 20);
    }

    #[test]
    fn circles_are_passed_once_and_counted_as_far_as_it_goes() {
        let small = graph(
            "== service svc-a
            relations: [ci-b, ci-c]
            == ci ci-b
            relations: [ci-c, ci-x]
            == ci ci-c
            relations: [ci-b, ci-x]
            == ci ci-x",
        );
        let (shown, more, exact) = ways(&small, &["ci-x"], &[], "svc-a", 9);
        assert_eq!(
            shown,
            ["ci-x > ci-b > svc-a", "ci-x > ci-c > svc-a", "ci-x > ci-c > ci-b > svc-a", "ci-x > ci-b > ci-c > svc-a"]
        );
        assert_eq!((more, exact), (0, true));
        let all: Vec<String> = (0..12).map(|at| format!("ci-{at:02}")).collect();
        let text: String = all.iter().map(|id| format!("== ci {id}\nrelations: [{}]\n", all.join(", "))).collect();
        let (shown, _, exact) = ways(&graph(&text), &["ci-00"], &[], "ci-11", 20);
        assert_eq!((shown.len(), exact), (20, false), "too many to count one by one");
        assert_eq!(shown[0], "ci-00 > ci-11");
    }

    #[test]
    fn several_seeds_each_begin_paths_and_none_runs_through_another() {
        let graph = graph("== ci ci-a\nrelations: [ci-b]\n== ci ci-b\nrelations: [ci-c]\n== ci ci-c");
        assert_eq!(ways(&graph, &["ci-b", "ci-c"], &[], "ci-a", 9), (vec!["ci-b > ci-a".to_owned()], 0, true));
    }
}
