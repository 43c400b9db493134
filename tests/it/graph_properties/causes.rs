//! Common causes, criticality and layers against taking nodes down one by one.

use std::collections::{BTreeMap, BTreeSet};

use gitsm::graph::{Graph, Node};
use gitsm::model::words::Criticality;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

use super::oracle::{DEGRADED, DOWN, Oracle};
use super::plan::{Thing, any_landscape, any_tangle};
use super::{numbers, with_graph};

/// A group: its holder and its place.
type GroupOf = (usize, usize);

/// A cause as told: the node, and the members that fall with it.
type Told = BTreeMap<GroupOf, BTreeMap<usize, BTreeSet<usize>>>;

/// What the graph tells, in numbers.
fn told(graph: &Graph, number: &BTreeMap<String, usize>) -> Told {
    let mut told = Told::new();
    for cause in graph.common_causes(|_| true) {
        let lost = cause.lost.iter().map(|node| number[node.id.as_str()]).collect();
        let holder = number[cause.holder.id.as_str()];
        let before = told.entry((holder, cause.place)).or_default().insert(number[cause.node.id.as_str()], lost);
        assert!(before.is_none(), "{} is told once", cause.node.id);
    }
    told
}

/// The groups that can spare a member, each with the members and how many must fall.
fn groups(oracle: &Oracle<'_>, things: &[Thing]) -> Vec<(GroupOf, BTreeSet<usize>, usize)> {
    let all = (0..things.len()).flat_map(|holder| (0..things[holder].groups.len()).map(move |group| (holder, group)));
    let found = all.filter_map(|(holder, group)| {
        let members = oracle.members(holder, group);
        let losses = members.len() + 1 - oracle.needed(holder, group).min(members.len() + 1);
        let can_fall = members.iter().filter(|(_, cap)| *cap == DOWN).map(|(member, _)| *member).collect();
        (losses > 1).then_some(((holder, group), can_fall, losses))
    });
    found.collect()
}

/// A landscape in which only the first record that has groups keeps one, and relations lead from lower numbers to higher
/// ones alone, so that there are no circles.
fn with_one_group(mut things: Vec<Thing>) -> Vec<Thing> {
    let holder = things.iter().position(|thing| !thing.groups.is_empty());
    for (at, thing) in things.iter_mut().enumerate() {
        thing.groups.truncate(usize::from(Some(at) == holder));
        thing.relations.retain(|relation| relation.to > at && !["part_of", "sends_data_to"].contains(&relation.kind));
        thing.supplier = thing.supplier.filter(|to| *to > at);
    }
    things
}

/// Landscapes of every sort, and those that are made of groups.
fn any_of_both() -> impl Strategy<Value = Vec<Thing>> {
    prop_oneof![1 => any_landscape(), 4 => any_tangle()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, max_shrink_iters: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn a_told_cause_fells_its_group_and_every_cause_is_told_or_lies_behind_a_told_one(things in any_of_both()) {
        let oracle = Oracle::new(&things);
        let number = numbers(&things);
        with_graph(&things, |graph| {
            let told = told(graph, &number);
            let falls: Vec<BTreeSet<usize>> = (0..oracle.nodes()).map(|seed| oracle.down(seed, &[])).collect();
            let mut left = told.clone();
            for ((holder, group), members, losses) in groups(&oracle, &things) {
                let told = left.remove(&(holder, group)).unwrap_or_default();
                for (cause, lost) in &told {
                    assert!(*cause != holder && lost.len() >= losses, "{cause} for {holder}/{group}");
                    let down: BTreeSet<usize> = falls[*cause].intersection(&members).copied().collect();
                    assert_eq!(lost, &down, "what {cause} takes down of {holder}/{group}");
                }
                for seed in (0..oracle.nodes()).filter(|seed| *seed != holder) {
                    // What fells the members only over the holder says nothing about the group.
                    let fallen = oracle.down(seed, &[holder]);
                    let fells = fallen.intersection(&members).count() >= losses;
                    let known = told.keys().any(|cause| falls[seed].contains(cause));
                    let holder_anyway = oracle.without(holder, group).down(seed, &[]).contains(&holder);
                    assert!(!fells || known || holder_anyway, "{seed} fells {holder}/{group}, told are {told:?}");
                }
            }
            assert!(left.is_empty(), "told of groups that spare nobody: {left:?}");
        });
    }

    #[test]
    fn the_nearest_causes_are_those_that_need_no_help_of_others(things in any_of_both()) {
        let things = with_one_group(things);
        let oracle = Oracle::new(&things);
        let number = numbers(&things);
        with_graph(&things, |graph| {
            let told = told(graph, &number);
            for ((holder, group), members, losses) in groups(&oracle, &things) {
                let told: Vec<usize> = told.get(&(holder, group)).into_iter().flatten().map(|(cause, _)| *cause).collect();
                for seed in (0..oracle.nodes()).filter(|seed| *seed != holder) {
                    let others: Vec<usize> = told.iter().copied().filter(|cause| *cause != seed).chain([holder]).collect();
                    let fells = oracle.down(seed, &others).intersection(&members).count() >= losses;
                    assert_eq!(told.contains(&seed), fells, "{seed} for {holder}/{group}, told are {told:?}");
                }
            }
        });
    }

    #[test]
    fn criticality_is_the_highest_of_what_falls(things in any_of_both(), levels in proptest::collection::vec(0usize..6, 15)) {
        let oracle = Oracle::new(&things);
        let number = numbers(&things);
        let scale = [None, Some(Criticality::Low), Some(Criticality::Medium), Some(Criticality::High), Some(Criticality::Vital), None];
        let written = |node: &Node| scale[*levels.get(number[node.id.as_str()]).unwrap_or(&0)];
        with_graph(&things, |graph| {
            for carried in graph.criticality(written) {
                let at = number[carried.node.id.as_str()];
                let (states, _) = oracle.impact(&[at]);
                for (bearing, least) in [(carried.down, DOWN), (carried.degraded, DEGRADED)] {
                    let hit = |other: &&Node| states[number[other.id.as_str()]] >= least;
                    let expected = graph.nodes().filter(hit).filter_map(written).max();
                    assert_eq!(bearing.map(|bearing| bearing.level), expected, "{}, {least}", carried.node.id);
                    if let Some(bearing) = bearing {
                        assert!(hit(&bearing.by) && written(bearing.by) == expected, "{} is one of them", bearing.by.id);
                    }
                }
            }
        });
    }

    #[test]
    fn layers_are_the_longest_way_from_the_top(things in any_of_both()) {
        let oracle = Oracle::new(&things);
        let number = numbers(&things);
        let count = oracle.nodes();
        let mut reaches: Vec<Vec<bool>> = vec![vec![false; count]; count];
        oracle.needs.iter().filter(|need| need.cap == DOWN).for_each(|need| reaches[need.holder][need.of] = true);
        let steps = reaches.clone();
        for middle in 0..count {
            for (from, to) in (0..count).flat_map(|from| (0..count).map(move |to| (from, to))) {
                reaches[from][to] |= reaches[from][middle] && reaches[middle][to];
            }
        }
        let together = |a: usize, b: usize| a == b || reaches[a][b] && reaches[b][a];
        // Lowered until every step leads down, which happens at most once for each layer.
        let mut expected = vec![0; count];
        for _ in 0..=count {
            for (from, to) in (0..count).flat_map(|from| (0..count).map(move |to| (from, to))) {
                if steps[from][to] && !together(from, to) {
                    expected[to] = expected[to].max(expected[from] + 1);
                }
                if together(from, to) {
                    expected[to] = expected[to].max(expected[from]);
                }
            }
        }
        with_graph(&things, |graph| {
            for (node, layer) in graph.layers() {
                assert_eq!(layer, expected[number[node.id.as_str()]], "{}", node.id);
            }
        });
    }
}

/// The random landscapes are no use when nothing is shared in them.
#[test]
fn random_landscapes_hold_common_causes() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let found = (0..300).filter(|_| {
        let things = any_tangle().new_tree(&mut runner).expect("a landscape").current();
        with_graph(&things, |graph| !graph.common_causes(|_| true).is_empty())
    });
    let found = found.count();
    assert!(found > 100, "only {found} of 300");
}
