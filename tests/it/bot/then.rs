//! Decisions as they were at a merge: what was said and what stood beside it then, and what is no longer known.

use super::CHANGE;
use super::hub::acts::How;
use super::hub::{Hub, NOW};
use super::record::{adopt, adopted, asked, record, verified};

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
        |hub, number| hub.delete_comment(number, LATER, true),
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
        hub.say(number, "ann", "nice");
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
    hub.say(number, "ann", "nice");
    hub.state().comments.last_mut().unwrap().1["updated_at"] = MERGED.into();
    hub.merge(number, How::Merge, MERGED);
    assert_eq!(outcomes(&hub), [(number, "PASS".to_owned())], "what was edited by then is told as it was");
}

/// What a comment leaves of the decision, when it is edited and when it is deleted after the merge. `policy` may change the
/// policy before.
fn spoilt(policy: impl Fn(&str) -> String, say: impl Fn(&Hub, u64)) -> [String; 2] {
    let edit: fn(&Hub, u64) = |hub, _| hub.state().comments.last_mut().unwrap().1["updated_at"] = LATER.into();
    let delete: fn(&Hub, u64) = |hub, number| hub.delete_comment(number, LATER, true);
    [edit, delete].map(|spoil| {
        let path = "sms/change_policy/change-policy.yaml";
        let hub = Hub::new();
        hub.main(&[(path, &policy(&hub.text(path)))]);
        adopt(&hub);
        let number = asked(&hub, "chg-one", true);
        say(&hub, number);
        hub.merge(number, How::Merge, MERGED);
        spoil(&hub, number);
        let [(_, outcome)] = &outcomes(&hub)[..] else { panic!() };
        outcome.clone()
    })
}

/// Says something as a program, through the App `app` where there is one.
fn program_says(hub: &Hub, number: u64, login: &str, app: Option<u64>) {
    hub.state().users.insert(login.to_owned(), super::hub::User { id: 4000, sort: "Bot", permission: "write" });
    hub.say(number, login, "nice");
    if let Some(id) = app {
        hub.by_app(id);
    }
}

#[test]
fn a_comment_of_those_who_cannot_vote_leaves_the_decision_as_it_was() {
    let same = |policy: &str| policy.to_owned();
    let well = ["PASS", "PASS"];
    assert_eq!(
        spoilt(same, |hub, number| {
            hub.say(number, "eve", "/gitsm object no");
        }),
        well,
        "a stranger"
    );
    assert_eq!(spoilt(same, |hub, number| program_says(hub, number, "helper[bot]", Some(99))), well);
    assert_eq!(spoilt(same, |hub, number| program_says(hub, number, "helper[bot]", None)), well);
    let broken = ["ERROR", "ERROR"];
    assert_eq!(
        spoilt(same, |hub, number| {
            hub.say(number, "ann", "nice");
        }),
        broken,
        "a person may vote"
    );
    let named =
        |policy: &str| format!("{policy}bots:\n  - {{app_id: 99, role: role-cab-member, categories: [normal]}}\n");
    assert_eq!(spoilt(named, |hub, number| program_says(hub, number, "helper[bot]", Some(99))), broken);
    let other = spoilt(named, |hub, number| program_says(hub, number, "helper[bot]", Some(98)));
    assert_eq!(other, ["PASS", "ERROR"], "of what is deleted the App is not told");
    let own = |hub: &Hub, number: u64| {
        super::work(hub, number);
        let head = hub.state().pulls[&number].head.clone();
        assert!(hub.state().checks.iter().any(|check| check["head_sha"] == head.as_str()));
    };
    assert_eq!(spoilt(named, own), well, "the bot's own");
}

#[test]
fn a_deleted_comment_of_which_nobody_tells_whose_it_was_may_have_been_a_vote() {
    let hub = adopted();
    let number = asked(&hub, "chg-one", true);
    hub.say(number, "eve", "nice");
    hub.merge(number, How::Merge, MERGED);
    hub.delete_comment(number, LATER, false);
    assert_eq!(outcomes(&hub), [(number, "ERROR".to_owned())]);
}

#[test]
fn a_head_that_was_replaced_at_the_merge_and_came_back_is_not_taken_for_the_one_of_then() {
    for fork in [false, true] {
        let hub = adopted();
        let one = asked(&hub, "chg-one", true);
        let two = hub.open("cy", &[("notes.txt", "x")]);
        hub.state().pulls.get_mut(&two).unwrap().fork = fork;
        let harmless = hub.state().pulls[&two].head.clone();
        let early = super::Setup { now: "2026-11-20T11:50:00Z", ..super::Setup::default() };
        hub.state().date = Some("Fri, 20 Nov 2026 11:50:00 GMT".to_owned());
        super::work_at(&hub, two, &early);
        let change = CHANGE.replace("chg-app-one", "chg-two");
        let other = hub.push(two, "cy", &[("sms/change/chg-two.yaml", &change)]);
        hub.state().pushes.pop();
        hub.state().pulls.get_mut(&two).unwrap().head.clone_from(&harmless);
        hub.force(two, &other, "2026-11-20T11:52:00Z");
        hub.merge(one, How::Merge, MERGED);
        hub.force(two, &harmless, LATER);
        hub.state().date = None;
        let told = outcomes(&hub);
        if fork {
            assert_eq!(told, [(one, "ERROR".to_owned())], "nobody tells what a fork led to then");
        } else {
            assert_eq!(told, [(one, "BLOCKED".to_owned())], "the other one asked for the same then");
        }
    }
}
