//! Sites that are made again after an edit: as if made afresh, and no page more than need be.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use super::fixture::{story, with_at};
use super::{Edition, Files, Input, Memory, MemorySink, Prints, Sink, build_after};
use crate::model::fixture::{Records, carry_out, edit, edited};

/// A sink that keeps files and takes down what is put there.
struct Watched {
    sink: MemorySink,
    put: Mutex<BTreeSet<String>>,
}

impl Sink for Watched {
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.put.lock().unwrap().insert(path.to_owned());
        self.sink.put(path, bytes)
    }

    fn keeps(&self, path: &str, size: u64, hash: &str) -> bool {
        self.sink.keeps(path, size, hash)
    }

    fn old(&self, path: &str) -> Option<Vec<u8>> {
        self.sink.old(path)
    }
}

fn made(
    files: &Records,
    edition: Edition,
    before: Option<(&Arc<Files>, &Memory)>,
) -> (Arc<Files>, Memory, BTreeSet<String>) {
    made_at(files, "2026-11-20T16:05:00Z", edition, before)
}

fn made_at(
    files: &Records,
    instant: &str,
    edition: Edition,
    before: Option<(&Arc<Files>, &Memory)>,
) -> (Arc<Files>, Memory, BTreeSet<String>) {
    with_at(files, instant, |input| {
        let input = match edition {
            Edition::Internal => *input,
            Edition::Public => Input { findings: &[], waived: &[], edition, ..*input },
        };
        let sink = before.map_or_else(MemorySink::default, |(files, _)| MemorySink::after(Arc::clone(files)));
        let watched = Watched { sink, put: Mutex::default() };
        let prints = Prints::new(&input);
        let memory = build_after(&input, &prints, before.map(|(_, memory)| memory), &watched).unwrap().memory;
        // What is remembered goes through a file between two runs.
        let memory = Memory::of_bytes(&memory.to_bytes()).unwrap();
        (Arc::new(watched.sink.into_files()), memory, watched.put.into_inner().unwrap())
    })
}

/// Makes the site of each state after that of the one before, and compares it with one that is made afresh. Gives the pages
/// that were made again for the last one.
#[track_caller]
fn again(states: &[Records], edition: Edition) -> BTreeSet<String> {
    let (mut files, mut memory, mut put) = made(&states[0], edition, None);
    for state in &states[1..] {
        (files, memory, put) = made(state, edition, Some((&files, &memory)));
        let (fresh, ..) = made(state, edition, None);
        assert_eq!(files.keys().collect::<Vec<_>>(), fresh.keys().collect::<Vec<_>>());
        for (path, bytes) in files.iter() {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            assert_eq!(text(bytes), text(&fresh[path]), "{path}");
        }
    }
    put
}

const STORY: &str = "
        == team team-a active
        lead: ann
        members: [ann]
        == person ann active
        owner: ann
        classification: public
        github: {login: ann, id: 1}
        == role r active
        holders: [{person: ann}]
        == service svc-pay live
        owner: ann
        classification: public
        criticality: vital
        description: Takes payments. And more.
        relations: [ci-app, ci-db]
        == ci ci-app live
        owner: team-a
        availability: 99.9
        availability_basis: measured
        == ci ci-db live
        owner: team-a
        availability: 98
        availability_basis: design
        == ci ci-far live
        owner: ann
        == customer cus-shop active
        owner: ann
        == calendar cal-always active
        hours: always
        == sla sla-pay in_force
        owner: ann
        service: svc-pay
        customer: cus-shop
        valid_from: 2026-01-01
        valid_to: 2027-12-31
        hours: {service: cal-always, support: cal-always}
        targets: [{id: up, metric: availability, operator: '>=', value: 99.5, unit: percent, window: month, clock: 24x7}]
        == incident inc-a resolved
        service: svc-pay
        affects: [ci-app]
        detected_at: 2026-10-02T08:00:00Z
        resolved_at: 2026-10-02T09:00:00Z
        == outage out-a recorded
        service: svc-pay
        start: 2026-10-02T08:00:00Z
        end: 2026-10-02T09:00:00Z
        == change_policy p in_force
        categories: [{id: normal, seats: [{role: r, count: 1}]}]
        == change chg-a requested
        category: normal
        requester: ann
        requested_at: 2026-11-09T10:00:00Z
        affects: [ci-app]
        planned: {start: 2026-12-05T22:00:00Z, end: 2026-12-06T02:00:00Z}
        == risk rsk-a open
        owner: ann
        affects: [ci-db]
        == policy pol-a approved
        owner: ann
        classification: public
        clauses: ['20000-1:5.2']
";

#[track_caller]
fn after(id: &str, from: &str, to: &str) -> BTreeSet<String> {
    let first = story(STORY);
    again(&[first.clone(), edited(&first, id, from, to)], Edition::Internal)
}

#[test]
fn a_word_in_a_description_makes_the_page_again_and_no_page_of_another_record_that_does_not_tell_it() {
    let put = after("svc-pay", "And more", "And less");
    assert!(put.contains("services/svc-pay.html") && put.contains("services/services.json"), "{put:?}");
    assert!(put.contains("configuration-items/ci-app.html"), "it was read for this page: {put:?}");
    for path in ["configuration-items/ci-far.html", "policies/pol-a.html", "risks/risks.csv", "calendars/index.html"] {
        assert!(!put.contains(path), "{path} in {put:?}");
    }
}

#[test]
fn what_tells_of_the_whole_is_made_again_only_when_it_tells_something_else() {
    let whole = [
        "index.html",
        "clauses/index.html",
        "clauses/clauses.csv",
        "findings.csv",
        "rules/index.html",
        "badges/clauses.svg",
    ];
    let put = after("ci-far", "title: The ci-far", "title: Another");
    for path in whole.iter().chain(&["areas/configuration.html", "configuration-map/data.js", "search/words/st.js"]) {
        assert!(!put.contains(*path), "{path} in {put:?}");
    }
    for path in ["configuration-items/configuration-items.csv", "search/titles.js", "inventory.json"] {
        assert!(put.contains(path), "{path} in {put:?}");
    }
    let put = after("ci-far", "status: live", "status: retired");
    for path in ["areas/configuration.html", "configuration-map/index.html", "configuration-items/index.html"] {
        assert!(put.contains(path), "{path} in {put:?}");
    }
    let put = after("chg-a", "2026-12-05T22:00:00Z", "2026-12-04T22:00:00Z");
    assert!(put.contains("index.html") && put.contains("attention.html"), "another day comes next: {put:?}");
    let put = after("pol-a", "status: approved", "status: draft");
    assert!(put.contains("clauses/index.html") && put.contains("clauses/clauses.csv"), "{put:?}");
}

#[test]
fn a_title_is_told_anew_wherever_it_is_told() {
    let put = after("ann", "title: The ann", "title: Anna");
    for path in ["people/ann.html", "configuration-items/ci-far.html", "search/titles.js", "services/index.html"] {
        assert!(put.contains(path), "{path} in {put:?}");
    }
    assert!(!put.contains("configuration-items/configuration-items.json"), "{put:?}");
}

#[test]
fn what_pages_share_is_worked_out_anew_when_a_record_behind_it_changes() {
    let put = after("ci-db", "availability: 98", "availability: 97");
    for path in ["slas/sla-pay.html", "services/svc-pay.html", "customers/cus-shop.html", "api/v1/service-levels.json"]
    {
        assert!(put.contains(path), "{path} in {put:?}");
    }
    let put = after("ci-db", "title: The ci-db", "title: Another");
    assert!(!put.contains("api/v1/service-levels.json"), "of items only their figures count: {put:?}");
    assert!(put.contains("services/svc-pay.html"), "{put:?}");
    let put = after("ci-db", "basis: design", "basis: contract");
    assert!(put.contains("api/v1/service-levels.json"), "{put:?}");
    let put = after("chg-a", "2026-12-05T22:00:00Z", "2026-12-05T23:00:00Z");
    assert!(put.contains("services/svc-pay.html") && !put.contains("customers/cus-shop.html"), "{put:?}");
    let put = after("p", "count: 1", "count: 2");
    assert!(put.contains("changes/chg-a.html"), "the gate's look at it tells who must agree: {put:?}");
}

#[test]
fn another_record_another_relation_and_another_day_make_every_page_again() {
    let first = story(STORY);
    let one_more = [first.as_slice(), &story("\n        == ci ci-new live\n")].concat();
    let fewer = first[..first.len() - 1].to_vec();
    let joined = edited(&first, "svc-pay", "[ci-app, ci-db]", "[ci-app, ci-far]");
    let settings =
        [first.as_slice(), &[("gitsm.toml".to_owned(), "format = 1\n[site]\ntitle = \"Ours\"\n".to_owned())]].concat();
    for other in [one_more, fewer, joined, settings] {
        let put = again(&[first.clone(), other], Edition::Internal);
        assert!(put.contains("configuration-items/ci-far.html") && put.contains("glossary.html"), "{put:?}");
    }
}

#[test]
fn a_finding_on_a_record_is_seen_wherever_the_record_is_drawn() {
    // As many errors and warnings as before, so that what all pages tell of them stays.
    let first = edited(&story(STORY), "ci-far", "owner: ann", "owner: nobody");
    let other =
        edited(&edited(&first, "ci-far", "owner: nobody", "owner: ann"), "ci-db", "owner: team-a", "owner: nobody");
    let put = again(&[first, other], Edition::Internal);
    assert!(put.contains("services/svc-pay.html"), "{put:?}");
}

#[test]
fn what_was_made_long_ago_is_still_known_after_several_edits() {
    let first = story(STORY);
    let second = edited(&first, "svc-pay", "And more", "And less");
    let third = edited(&second, "pol-a", "title: The pol-a", "title: Another");
    let fourth = edited(&third, "ci-db", "availability: 98", "availability: 97");
    let put = again(&[first, second, third, fourth.clone(), fourth], Edition::Internal);
    assert!(!put.contains("slas/sla-pay.html") && !put.contains("policies/pol-a.html"), "{put:?}");
}

#[test]
fn what_is_counted_up_to_now_is_counted_anew_later_in_the_day() {
    let (records, edition) = (story(STORY), Edition::Internal);
    let edited = edited(&records, "pol-a", "title: The pol-a", "title: Another");
    let (files, memory, _) = made_at(&records, "2026-11-20T06:00:00Z", edition, None);
    let (again, _, put) = made_at(&edited, "2026-11-20T21:30:00Z", edition, Some((&files, &memory)));
    let (fresh, ..) = made_at(&edited, "2026-11-20T21:30:00Z", edition, None);
    let differ: Vec<&String> = fresh.keys().filter(|path| again.get(*path) != fresh.get(*path)).collect();
    assert!(differ.is_empty(), "{differ:?}");
    assert_ne!(files["slas/sla-pay.html"], fresh["slas/sla-pay.html"], "the month has grown by some hours");
    assert!(!put.contains("configuration-items/ci-far.html"), "{put:?}");
}

#[test]
fn a_page_that_is_not_kept_is_made_again() {
    let records = story(STORY);
    let (files, memory, _) = made(&records, Edition::Internal, None);
    let mut fewer = BTreeMap::clone(&files);
    fewer.remove("policies/pol-a.html");
    let (again, _, put) = made(&records, Edition::Internal, Some((&Arc::new(fewer), &memory)));
    assert_eq!(again, files);
    assert!(put.contains("policies/pol-a.html") && !put.contains("risks/rsk-a.html"), "{put:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_any_edits_the_site_is_as_if_made_afresh(edits in proptest::collection::vec(edit(), 1..4), public in any::<bool>()) {
        let mut states = vec![story(STORY)];
        for edit in edits {
            let mut next = states[states.len() - 1].clone();
            carry_out(&mut next, edit);
            states.push(next);
        }
        again(&states, if public { Edition::Public } else { Edition::Internal });
    }
}
