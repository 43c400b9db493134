//! Decisions as they were at a merge: what was said and what stood beside it then, and what is no longer known.

use super::CHANGE;
use super::hub::acts::How;
use super::hub::{Hub, NOW};
use super::record::{adopted, asked, record, verified};

/// A pull request that was agreed to and merged at 11:55, while another one asks for the same item beside it.
fn merged_beside() -> (Hub, u64, u64) {
    let hub = adopted();
    let one = asked(&hub, "chg-one", true);
    let two = asked(&hub, "chg-two", true);
    (hub, one, two)
}

const MERGED: &str = "2026-11-20T11:55:00Z";
const LATER: &str = "2026-11-20T11:57:00Z";

fn outcomes(hub: &Hub) -> Vec<(u64, String)> {
    record(hub).into_iter().map(|(number, outcome, _)| (number, outcome)).collect()
}

#[test]
fn what_was_beside_it_at_the_merge_counts_although_it_was_merged_or_closed_since() {
    let (hub, one, two) = merged_beside();
    hub.merge(one, How::Merge, MERGED);
    hub.merge(two, How::Merge, LATER);
    assert_eq!(outcomes(&hub)[0], (one, "BLOCKED".to_owned()), "the other one asked for the same then");
    let (hub, one, two) = merged_beside();
    let before = "2026-11-20T11:54:00Z".to_owned();
    {
        let mut state = hub.state();
        let pull = state.pulls.get_mut(&two).unwrap();
        (pull.open, pull.closed_at, pull.updated_at) = (false, Some(before.clone()), before);
    }
    hub.merge(one, How::Merge, MERGED);
    assert_eq!(outcomes(&hub), [(one, "PASS".to_owned())], "it was closed before");
}

#[test]
fn what_was_pushed_to_another_one_after_the_merge_was_not_in_its_way() {
    let hub = adopted();
    let one = asked(&hub, "chg-one", true);
    let two = hub.open("cy", &[("notes.txt", "x")]);
    hub.merge(one, How::Squash, MERGED);
    let change = CHANGE.replace("chg-app-one", "chg-two");
    hub.push(two, "cy", &[("sms/change/chg-two.yaml", &change)]);
    hub.state().pushes.last_mut().unwrap().at = LATER.to_owned();
    hub.state().pulls.get_mut(&two).unwrap().updated_at = LATER.to_owned();
    assert_eq!(outcomes(&hub), [(one, "PASS".to_owned())]);
}

#[test]
fn who_passed_first_is_not_guessed_from_what_was_published_later() {
    let (hub, one, _) = merged_beside();
    super::work(&hub, one);
    hub.merge(one, How::Merge, MERGED);
    assert_eq!(outcomes(&hub), [(one, "ERROR".to_owned())], "at noon it says nothing about five minutes before");
    let hub = adopted();
    let one = asked(&hub, "chg-one", true);
    super::work(&hub, one);
    hub.merge(one, How::Merge, MERGED);
    assert_eq!(outcomes(&hub), [(one, "PASS".to_owned())], "where nothing is in its way it does not matter");
}

#[test]
fn a_review_that_was_dismissed_after_the_merge_stood_at_it() {
    for (at, outcome) in [(LATER, "PASS"), (MERGED, "PENDING")] {
        let hub = adopted();
        let number = asked(&hub, "chg-one", true);
        let review = hub.state().reviews.last().unwrap().1["id"].as_u64().unwrap();
        hub.dismiss(review, "ann");
        hub.state().timeline.last_mut().unwrap().1["created_at"] = at.into();
        hub.merge(number, How::Merge, MERGED);
        assert_eq!(outcomes(&hub), [(number, outcome.to_owned())], "{at}");
    }
}

#[test]
fn what_can_no_longer_be_told_as_it_was_is_recorded_as_an_error_and_holds_nothing_up() {
    let spoil: [fn(&Hub, u64); 4] = [
        |hub, number| hub.state().edited.extend([(number, LATER)]),
        |hub, _| hub.state().comments.last_mut().unwrap().1["updated_at"] = LATER.into(),
        |hub, number| {
            let deleted = serde_json::json!({"id": 1, "event": "comment_deleted", "actor": null, "created_at": LATER});
            hub.state().timeline.push((number, deleted));
        },
        |hub, number| {
            let review = hub.state().reviews.last().unwrap().1["id"].as_u64().unwrap();
            hub.dismiss(review, "ann");
            hub.state()
                .timeline
                .last_mut()
                .unwrap()
                .1
                .as_object_mut()
                .unwrap()
                .insert("created_at".to_owned(), LATER.into());
            hub.state().edited.insert(number, LATER);
        },
    ];
    for (at, spoil) in spoil.iter().enumerate() {
        let hub = adopted();
        let number = asked(&hub, "chg-one", true);
        hub.say(number, "eve", "nice");
        hub.merge(number, How::Merge, MERGED);
        spoil(&hub, number);
        let next = hub.open("cy", &[("notes.txt", "x")]);
        hub.merge(next, How::Squash, NOW);
        assert_eq!(outcomes(&hub), [(number, "ERROR".to_owned()), (next, "PASS".to_owned())], "{at}");
        let (verdicts, _) = verified(&hub);
        assert!(verdicts.iter().any(|it| it == "unauthorised"), "{at}: {verdicts:?}");
    }
    let hub = adopted();
    let number = asked(&hub, "chg-one", true);
    hub.state().edited.insert(number, MERGED);
    hub.say(number, "eve", "nice");
    hub.state().comments.last_mut().unwrap().1["updated_at"] = MERGED.into();
    hub.merge(number, How::Merge, MERGED);
    assert_eq!(outcomes(&hub), [(number, "PASS".to_owned())], "what was edited by then is told as it was");
}
