//! The graph against a naive oracle on random landscapes: impact, ways, cycles, single points, orphans; and the order of
//! files never matters.

mod causes;
mod oracle;
mod plan;
mod what_if;

use std::collections::{BTreeMap, BTreeSet};

use gitsm::graph::{Affected, Graph, State};
use gitsm::load;
use gitsm::model::Sms;
use oracle::{DOWN, OK, Oracle};
use plan::{Thing, any_landscape, any_landscape_without_groups, id};
use proptest::prelude::*;

use crate::chain::{self, Dice};

/// Builds the graph of a landscape.
fn with_graph<T>(things: &[Thing], then: impl FnOnce(&Graph) -> T) -> T {
    let files = plan::files(things);
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let snapshot = load::memory(files, chain::as_of()).expect("there are no settings");
    let sms = Sms::build(&snapshot, chain::catalog());
    then(&Graph::build(&sms))
}

fn level(state: State) -> u8 {
    match state {
        State::Ok => OK,
        State::AtRisk => oracle::AT_RISK,
        State::Degraded => oracle::DEGRADED,
        State::Down => DOWN,
    }
}

/// Numbers of nodes by id; the last is the one that does not exist.
fn numbers(things: &[Thing]) -> BTreeMap<String, usize> {
    (0..=things.len()).map(|number| (id(number), number)).collect()
}

/// The seeds among the landscape's nodes that `picks` choose.
fn seeds(things: &[Thing], picks: &[usize]) -> Vec<usize> {
    let seeds: BTreeSet<usize> = picks.iter().map(|pick| pick % things.len()).collect();
    seeds.into_iter().collect()
}

/// Whether each of a hit node's reasons is one.
fn via_explains(
    oracle: &Oracle<'_>,
    hit: &Affected<'_>,
    number: &BTreeMap<String, usize>,
    states: &[u8],
    rounds: &[u32],
) {
    let node = number[hit.node.id.as_str()];
    assert!(!hit.via.is_empty(), "{} is hit by nothing", hit.node.id);
    let mut sorted = hit.via.clone();
    sorted.sort_by(|a, b| a.id.cmp(&b.id));
    sorted.dedup();
    assert_eq!(sorted, hit.via, "reasons are sorted by id, each once");
    for reason in &hit.via {
        let of = number[reason.id.as_str()];
        let mut needs = oracle.needs.iter().filter(|need| need.holder == node && need.of == of);
        let explains = needs.any(|need| match need.group {
            None => states[of].min(need.cap) == states[node],
            Some(group) => states[of] > OK && oracle.group_state(node, group, states) == states[node],
        });
        assert!(explains, "{} does not explain that {} is {}", reason.id, hit.node.id, hit.state);
        let seed_or_earlier = rounds[of] < rounds[node] || states[of] > states[node];
        let grouped = oracle.needs.iter().any(|need| need.holder == node && need.of == of && need.group.is_some());
        assert!(seed_or_earlier || grouped || states[of] > OK, "{} came after {}", reason.id, hit.node.id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn impact_is_the_least_state_that_fits_all_relations(things in any_landscape(), picks in proptest::collection::vec(0usize..10, 1..3)) {
        let oracle = Oracle::new(&things);
        let seeds = seeds(&things, &picks);
        let (states, rounds) = oracle.impact(&seeds);
        let number = numbers(&things);
        with_graph(&things, |graph| {
            let names: Vec<String> = seeds.iter().map(|seed| id(*seed)).collect();
            let impact = graph.impact(names.iter().map(String::as_str));
            let found: BTreeMap<usize, (u8, u32)> =
                impact.affected.iter().map(|hit| (number[hit.node.id.as_str()], (level(hit.state), hit.hops))).collect();
            let expected: BTreeMap<usize, (u8, u32)> = (0..states.len())
                .filter(|node| states[*node] > OK && !seeds.contains(node))
                .map(|node| (node, (states[node], rounds[node])))
                .collect();
            assert_eq!(found, expected, "node: (state, hops)");
            for hit in &impact.affected {
                via_explains(&oracle, hit, &number, &states, &rounds);
            }
            let order: Vec<_> = impact.affected.iter().map(|hit| (std::cmp::Reverse(hit.state), hit.hops, hit.node.id.clone())).collect();
            assert!(order.is_sorted(), "by how hard, how far, and id");
        });
    }

    #[test]
    fn hops_are_the_shortest_way_that_carries_the_state(things in any_landscape_without_groups(), pick in 0usize..10) {
        let oracle = Oracle::new(&things);
        let seeds = seeds(&things, &[pick]);
        with_graph(&things, |graph| {
            let number = numbers(&things);
            for hit in graph.impact([id(seeds[0]).as_str()]).affected {
                let way = oracle.shortest_way(&seeds, number[hit.node.id.as_str()], level(hit.state));
                assert_eq!(Some(hit.hops), way, "{}", hit.node.id);
            }
        });
    }

    #[test]
    fn cycles_are_the_sets_that_take_each_other_down(things in any_landscape()) {
        let oracle = Oracle::new(&things);
        let number = numbers(&things);
        with_graph(&things, |graph| {
            let cycles = graph.cycles();
            let expected = oracle.cycles();
            let found: Vec<Vec<usize>> = cycles.iter().map(|cycle| cycle.nodes.iter().map(|node| number[node.id.as_str()]).collect()).collect();
            assert_eq!(found.len(), expected.len(), "{found:?} for {expected:?}");
            for (round, cycle) in found.iter().zip(&cycles) {
                let set = expected.iter().find(|set| set.contains(&round[0])).expect("the cycle is one");
                assert_eq!(cycle.size, set.len());
                assert!(round.iter().all(|node| set.contains(node)), "{round:?} lies in {set:?}");
                for (at, node) in round.iter().enumerate() {
                    let next = round[(at + 1) % round.len()];
                    assert!(oracle.is_hard(*node, next), "{node} does not rely on {next} in {round:?}");
                }
                assert!(cycle.nodes.iter().all(|node| cycle.nodes[0].id <= node.id), "from the smallest id");
                assert_eq!(cycle.edges.len(), cycle.nodes.len());
            }
        });
    }

    #[test]
    fn single_points_are_what_fails_alone(things in any_landscape()) {
        let oracle = Oracle::new(&things);
        with_graph(&things, |graph| {
            let found: BTreeMap<String, Vec<String>> = graph
                .single_points(|node| node.kind == gitsm::graph::NodeKind::Service)
                .into_iter()
                .map(|point| (point.node.id.to_string(), point.takes_down.iter().map(|node| node.id.to_string()).collect()))
                .collect();
            let mut expected = BTreeMap::new();
            for node in (0..things.len()).filter(|node| things[*node].kind == "ci") {
                let (states, _) = oracle.impact(&[node]);
                let is_hit = |other: &usize| *other != node && states[*other] == DOWN && things[*other].kind == "service";
                let mut hit: Vec<String> = (0..things.len()).filter(is_hit).map(id).collect();
                hit.sort();
                if !hit.is_empty() {
                    expected.insert(id(node), hit.clone());
                }
                let impact = graph.impact([id(node).as_str()]);
                let mut down: Vec<String> = impact
                    .affected
                    .iter()
                    .filter(|hit| hit.state == State::Down && hit.node.kind == gitsm::graph::NodeKind::Service)
                    .map(|hit| hit.node.id.to_string())
                    .collect();
                down.sort();
                assert_eq!(down, hit, "the loss of {} alone", id(node));
            }
            assert_eq!(found, expected);
        });
    }

    #[test]
    fn orphans_are_what_no_service_reaches(things in any_landscape()) {
        let expected: BTreeSet<String> = Oracle::new(&things).orphans().into_iter().map(id).collect();
        with_graph(&things, |graph| {
            let found: BTreeSet<String> = graph.orphans().into_iter().map(|node| node.id.to_string()).collect();
            assert_eq!(found, expected);
        });
    }

    #[test]
    fn the_order_of_files_never_matters(things in any_landscape(), seed in 1u64..1_000_000) {
        let files = plan::files(&things);
        let mut shuffled = files.clone();
        Dice(seed).shuffle(&mut shuffled);
        prop_assert_eq!(chain::run_texts(&files), chain::run_texts(&shuffled));
    }
}
