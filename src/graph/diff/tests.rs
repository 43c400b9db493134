//! Tests of what a difference endangers.

use super::*;
use crate::model::fixture::{records, with};

fn endangered(base: &str, head: &str) -> Endangered {
    records(base, |before| {
        records(head, |after| {
            let (base, head) = (Graph::build(before), Graph::build(after));
            Endangered::new(Side { sms: before, graph: &base }, Side { sms: after, graph: &head })
        })
    })
}

fn told(reaches: &[Reach]) -> Vec<String> {
    let told =
        reaches.iter().map(|reach| format!("{}: {} + {}", reach.id, reach.before.join(" "), reach.added.join(" ")));
    told.collect()
}

const PAIR: &str = "
    == service svc-a
    criticality: high
    relations: [ci-x, ci-y]
    redundancy: [{of: depends_on, min_up: 1}]
    == service svc-b
    relations: [ci-x]
    == ci ci-x
    criticality: high
    relations: [ci-room]
    == ci ci-y
    criticality: high
    == ci ci-room
    criticality: medium";

#[test]
fn the_same_twice_endangers_nothing() {
    let found = endangered(PAIR, PAIR);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_room_that_both_members_move_into_is_told_in_every_way_that_it_is_worse() {
    let moved = PAIR.replace("== ci ci-y\n", "== ci ci-y\n    relations: [ci-room]\n");
    let found = endangered(PAIR, &moved);
    assert!(found.single_points.is_empty(), "the room took svc-b down before: {found:?}");
    assert_eq!(told(&found.wider), ["ci-room: svc-b + svc-a"]);
    let shared = Shared {
        holder: "svc-a".to_owned(),
        members: vec!["ci-x".to_owned(), "ci-y".to_owned()],
        id: "ci-room".to_owned(),
        takes_down: vec!["ci-x".to_owned(), "ci-y".to_owned()],
    };
    assert_eq!(found.common_causes, [shared]);
    assert!(found.inversions.is_empty(), "the items were high and still stand on a room of medium");
    let mended = endangered(&moved, PAIR);
    assert!(mended.is_empty(), "the way back endangers nothing: {mended:?}");
}

#[test]
fn a_spare_that_goes_makes_a_single_point_and_a_service_that_is_needed_reaches_further() {
    let single = PAIR.replace("redundancy: [{of: depends_on, min_up: 1}]", "note: x");
    let found = endangered(PAIR, &single);
    assert_eq!(told(&found.single_points), ["ci-y:  + svc-a"]);
    assert_eq!(told(&found.wider), ["ci-room: svc-b + svc-a", "ci-x: svc-b + svc-a"]);
    let needed = PAIR.replace("svc-b\n    relations: [ci-x]", "svc-b\n    relations: [ci-x, svc-a]");
    assert_eq!(told(&endangered(PAIR, &needed).wider), ["svc-a:  + svc-b"]);
}

#[test]
fn inversions_are_told_when_they_come_or_grow() {
    let base = "
        == service svc-a
        criticality: high
        relations: [ci-x]
        == ci ci-x
        criticality: medium";
    assert!(endangered(base, base).is_empty(), "it was there");
    let vital = base.replace("high", "vital");
    let found = endangered(base, &vital).inversions;
    let expected = Inverted { id: "ci-x".to_owned(), own: "medium", needed: "vital", by: "svc-a".to_owned() };
    assert_eq!(found, [expected]);
    assert_eq!(endangered(base, &base.replace("medium", "low")).inversions.len(), 1);
    assert!(endangered(&vital, base).is_empty(), "less than before");
}

#[test]
fn cycles_are_told_once_and_renamed_things_are_the_same() {
    let base = "
        == service svc-a
        relations: [ci-x]
        == ci ci-x
        relations: [ci-y]
        == ci ci-y
        relations: []
        == ci ci-z
        relations: [ci-z]";
    let closed = base.replace("relations: []", "relations: [ci-x]");
    assert_eq!(endangered(base, &closed).cycles, [["ci-x", "ci-y"]]);
    assert!(endangered(&closed, &closed).is_empty());
    let renamed = closed.replace("ci-y", "ci-new").replace("== ci ci-new\n", "== ci ci-new\n        aliases: [ci-y]\n");
    let found = endangered(&closed, &renamed);
    assert!(found.is_empty(), "{found:?}");
    let found = endangered(&renamed, &closed);
    assert!(found.is_empty(), "and the way back: {found:?}");
}

#[test]
fn what_is_out_of_use_is_not_endangered_and_endangers_nothing() {
    let single_points = |service: &str, item: &str| {
        let files = |relations: &str| {
            let service = format!("{{kind: service, id: svc-a, status: {service}, relations: [{relations}]}}");
            [
                ("sms/service/svc-a.yaml", service),
                ("sms/ci/ci-x.yaml", format!("{{kind: ci, id: ci-x, status: {item}}}")),
            ]
        };
        let (base, head) = (files(""), files("ci-x"));
        with(&base.each_ref().map(|(path, text)| (*path, text.as_str())), |before| {
            with(&head.each_ref().map(|(path, text)| (*path, text.as_str())), |after| {
                let (base, head) = (Graph::build(before), Graph::build(after));
                let found = Endangered::new(Side { sms: before, graph: &base }, Side { sms: after, graph: &head });
                told(&found.single_points)
            })
        })
    };
    assert_eq!(single_points("live", "live"), ["ci-x:  + svc-a"]);
    assert!(single_points("retired", "live").is_empty());
    assert!(single_points("live", "retired").is_empty());
}
