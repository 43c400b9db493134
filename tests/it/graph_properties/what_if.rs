//! What gets worse when more fails, and over which ways, against searches of every state and every way.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::oracle::Oracle;
use super::plan::{Thing, any_landscape, id};
use super::{level, numbers, seeds, with_graph};

/// Seeds and what was down before, none of them both.
fn chosen(things: &[Thing], picks: &[usize], down: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let given = seeds(things, down);
    let mut seeds = seeds(things, picks);
    seeds.retain(|seed| !given.contains(seed));
    (seeds, given)
}

fn names(numbers: &[usize]) -> Vec<String> {
    numbers.iter().map(|number| id(*number)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn what_gets_worse_is_the_difference_of_two_impacts(
        things in any_landscape(),
        picks in proptest::collection::vec(0usize..10, 1..3),
        down in proptest::collection::vec(0usize..10, 0..3),
    ) {
        let oracle = Oracle::new(&things);
        let (seeds, given) = chosen(&things, &picks, &down);
        let (before, _) = oracle.impact(&given);
        let (after, rounds) = oracle.spread(before.clone(), &seeds, &given);
        let (together, _) = oracle.impact(&[seeds.as_slice(), &given].concat());
        prop_assert_eq!(&after, &together, "the order in which things fail does not matter");
        let number = numbers(&things);
        with_graph(&things, |graph| {
            let (seed_names, given_names) = (names(&seeds), names(&given));
            let ids = |names: &[String]| names.to_vec();
            let impact = graph.impact_given(ids(&seed_names).iter().map(String::as_str), ids(&given_names).iter().map(String::as_str));
            let found: BTreeMap<usize, (u8, u8, u32)> = impact
                .affected
                .iter()
                .map(|hit| (number[hit.node.id.as_str()], (level(hit.was), level(hit.state), hit.hops)))
                .collect();
            let expected: BTreeMap<usize, (u8, u8, u32)> = (0..after.len())
                .filter(|node| after[*node] > before[*node] && !seeds.contains(node) && !given.contains(node))
                .map(|node| (node, (before[node], after[node], rounds[node])))
                .collect();
            assert_eq!(found, expected, "node: (before, after, hops)");
            assert!(impact.affected.iter().all(|hit| !hit.via.is_empty()), "everything has a reason");
        });
    }

    #[test]
    fn ways_are_all_that_carry_the_state_shortest_first(
        things in any_landscape(),
        picks in proptest::collection::vec(0usize..10, 1..3),
        down in proptest::collection::vec(0usize..10, 0..2),
        most in 1usize..6,
    ) {
        let oracle = Oracle::new(&things);
        let (seeds, given) = chosen(&things, &picks, &down);
        let (before, _) = oracle.impact(&given);
        let (after, _) = oracle.spread(before.clone(), &seeds, &given);
        let number = numbers(&things);
        with_graph(&things, |graph| {
            let (seed_names, given_names) = (names(&seeds), names(&given));
            let impact = graph.impact_given(seed_names.iter().map(String::as_str), given_names.iter().map(String::as_str));
            let ways = impact.ways();
            for hit in &impact.affected {
                let node = number[hit.node.id.as_str()];
                let Some(expected) = oracle.ways(&seeds, &before, &after, node) else { continue };
                let to = ways.to(hit.node.id.as_str(), most).expect("what is hit is hit over some way");
                let shown: Vec<Vec<usize>> = to
                    .shown
                    .iter()
                    .map(|path| {
                        let first = number[path.steps[0].from.id.as_str()];
                        let rest = path.steps.iter().map(|step| number[step.to.id.as_str()]);
                        std::iter::once(first).chain(rest).collect()
                    })
                    .collect();
                let distinct: BTreeSet<Vec<usize>> = shown.iter().cloned().collect();
                assert_eq!(distinct.len(), shown.len(), "each once");
                assert!(distinct.is_subset(&expected), "{distinct:?} of {expected:?}");
                assert_eq!(shown.len(), expected.len().min(most), "as many as there are and fit");
                let mut lengths: Vec<usize> = expected.iter().map(Vec::len).collect();
                lengths.sort_unstable();
                assert_eq!(shown.iter().map(Vec::len).collect::<Vec<_>>(), lengths[..shown.len()], "the shortest");
                let count = usize::try_from(to.more).expect("few") + shown.len();
                assert!(if to.exact { count == expected.len() } else { count <= expected.len() }, "{count} of {}", expected.len());
            }
            for seed in &seed_names {
                assert!(ways.to(seed, most).is_none(), "no way leads to what fails by itself");
            }
        });
    }
}
