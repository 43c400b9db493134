//! How probable it is that a chain is up, against the sum over all states of its parts.

use gitsm::base::exact::Exact;
use gitsm::graph::Graph;
use gitsm::levels::{Chance, Composite, Effort};
use gitsm::load;
use gitsm::model::Sms;
use proptest::prelude::*;

use crate::chain;

/// A part: what it needs, how many of the first few of these form a group, how many of the group must be up, and in how
/// many of ten moments it is up by itself.
#[derive(Debug, Clone)]
struct Part {
    needs: Vec<usize>,
    grouped: usize,
    min_up: usize,
    tenths: u8,
}

/// Up to 14 parts; the first is the service. Needs may lead anywhere, also in circles and to shared parts.
fn parts() -> impl Strategy<Value = Vec<Part>> {
    (2usize..=14).prop_flat_map(|count| {
        let part = (proptest::collection::btree_set(0..count, 0..4), 0usize..4, 1usize..4, 1u8..=10).prop_map(
            |(needs, grouped, min_up, tenths)| {
                let needs: Vec<usize> = needs.into_iter().collect();
                let grouped = if grouped < 2 { 0 } else { grouped.min(needs.len()) };
                let grouped = if grouped < 2 { 0 } else { grouped };
                Part { min_up: min_up.min(grouped.max(1)), needs, grouped, tenths }
            },
        );
        proptest::collection::vec(part, count)
    })
}

fn files(parts: &[Part]) -> Vec<(String, String)> {
    let id = |at: usize| if at == 0 { "svc".to_owned() } else { format!("ci-{at:02}") };
    let list = |needs: &[usize]| needs.iter().map(|at| id(*at)).collect::<Vec<_>>().join(", ");
    let file = |(at, part): (usize, &Part)| {
        let kind = if at == 0 { "service" } else { "ci" };
        let group = if part.grouped == 0 {
            String::new()
        } else {
            format!("redundancy: [{{of: [{}], min_up: {}}}]\n", list(&part.needs[..part.grouped]), part.min_up)
        };
        let text = format!("kind: {kind}\nid: {}\nrelations: [{}]\n{group}", id(at), list(&part.needs));
        (format!("sms/{kind}/{}.yaml", id(at)), text)
    };
    parts.iter().enumerate().map(file).collect()
}

/// Whether the first part is up when only the parts in `own` are up by themselves: starting with these, whatever lacks
/// something is taken away until nothing changes.
fn is_up(parts: &[Part], own: u32) -> bool {
    let mut up = own;
    loop {
        let is = |at: usize| up >> at & 1 == 1;
        let mut next = up;
        for (at, part) in parts.iter().enumerate() {
            let (group, rest) = part.needs.split_at(part.grouped);
            let enough = part.grouped == 0 || group.iter().filter(|member| is(**member)).count() >= part.min_up;
            if !enough || !rest.iter().all(|needed| is(*needed)) {
                next &= !(1 << at);
            }
        }
        if next == up {
            return is(0);
        }
        up = next;
    }
}

/// The sum over all states, in parts of ten to the number of parts.
fn enumerated(parts: &[Part]) -> u128 {
    let states = 0..1u32 << parts.len();
    let weight = |own: u32| -> u128 {
        let factor =
            |(at, part): (usize, &Part)| u128::from(if own >> at & 1 == 1 { part.tenths } else { 10 - part.tenths });
        parts.iter().enumerate().map(factor).product()
    };
    states.filter(|own| is_up(parts, *own)).map(weight).sum()
}

/// What gitsm computes.
fn composite(parts: &[Part]) -> Exact {
    let files = files(parts);
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let snapshot = load::memory(files, chain::as_of()).expect("there are no settings");
    let sms = Sms::build(&snapshot, chain::catalog());
    let graph = Graph::build(&sms);
    let chain = graph.chain("svc").expect("the service");
    let composite = Composite::new(&chain, Effort::Full, |_| true);
    assert!(composite.is_complete());
    let number = |at: usize| {
        chain.nodes[at].node.id.as_str().strip_prefix("ci-").map_or(0, |number| number.parse().expect("a number"))
    };
    let own = |at: usize| Chance::percent(&Exact::from(i64::from(parts[number(at)].tenths) * 10));
    composite.chance(&own).exact()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_composite_is_the_sum_over_all_states_of_its_parts(parts in parts()) {
        let expected = Exact::decimal(enumerated(&parts).into(), u32::try_from(parts.len()).expect("few"));
        prop_assert_eq!(composite(&parts), expected);
    }
}

#[test]
fn the_formula_for_some_of_several_equals_counting() {
    for count in 1..=10u32 {
        for min_up in 1..=count {
            let group: Vec<usize> = (1..=count as usize).collect();
            let mut parts = vec![Part {
                needs: group,
                grouped: if count < 2 { 0 } else { count as usize },
                min_up: min_up as usize,
                tenths: 10,
            }];
            parts.extend((0..count).map(|_| Part { needs: vec![], grouped: 0, min_up: 1, tenths: 9 }));
            // Σ C(n, m) · 9^m · 1^(n − m), for m from k to n, and 10 for the service itself.
            let choose =
                |m: u32| (0..m).fold(1u128, |product, at| product * u128::from(count - at) / u128::from(at + 1));
            let formula: u128 = (min_up..=count).map(|m| choose(m) * 9u128.pow(m)).sum();
            let expected = Exact::decimal((formula * 10).into(), count + 1);
            assert_eq!(composite(&parts), expected, "{min_up} of {count}");
        }
    }
}
