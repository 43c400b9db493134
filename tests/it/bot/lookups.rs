//! What is looked up besides votes: memberships, who edited what, merged changes that are taken back, emergencies that are
//! still to be agreed to; and how little is asked twice.

use super::hub::Hub;
use super::hub::acts::How;
use super::{CHANGE, CHANGE_PATH, Setup, asked, codes, shows, work, work_as, work_at};

const POLICY: &str = "sms/change_policy/change-policy.yaml";
const CI: &str = "sms/ci/ci-app-first.yaml";

/// Lets the policy on main say more.
fn policy(hub: &Hub, more: &str) {
    hub.main(&[(POLICY, &hub.text(POLICY).replace("vote_expiry: 30d\n", &format!("vote_expiry: 30d\n{more}\n")))]);
}

#[test]
fn case_18_a_membership_that_is_only_offered_gives_no_vote() {
    let (hub, number) = asked();
    hub.state().organisation = true;
    hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    hub.state().invited.insert("bo".to_owned());
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]));
    let worked = work_as(&hub, number, &Setup::default()).unwrap();
    let left = &worked.case.heard.decision.excluded;
    assert!(left.iter().any(|it| it.person == "your-colleague" && it.reason.contains("invit")), "{left:?}");
    hub.state().invited.clear();
    assert_eq!(work(&hub, number), codes("PASS", &[]));
}

#[test]
fn case_81_a_membership_that_cannot_be_looked_up_is_an_error() {
    let (hub, number) = asked();
    hub.state().organisation = true;
    hub.review(number, "bo", "APPROVED", None);
    hub.fault("GET /orgs/acme/memberships/bo", 99, super::hub::Sort::Status(403, Vec::new()));
    let (outcome, codes) = work(&hub, number);
    assert_eq!((outcome.as_str(), codes.contains(&"lookup-failed")), ("ERROR", true), "{codes:?}");
    hub.state().faults.clear();
    hub.review(number, "eve", "APPROVED", None);
    assert_eq!(work(&hub, number).0, "PASS", "who is no member at all may have rights of another sort");
}

#[test]
fn case_42_who_edited_the_command_of_another_is_told_by_name() {
    let (hub, number) = asked();
    let head = hub.state().pulls[&number].head.clone();
    let comment = hub.say(number, "bo", &format!("/gitsm approve {head}"));
    let edit = |by: Option<&str>| {
        let mut state = hub.state();
        let (_, it) = state.comments.iter_mut().find(|(_, it)| it["id"] == comment).unwrap();
        it["updated_at"] = serde_json::json!("2026-11-20T12:00:05Z");
        state.editors = by.map(|by| (comment, by.to_owned())).into_iter().collect();
    };
    edit(Some("eve"));
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]));
    let told = "`eve` edited a comment of `bo` that held a command";
    assert!(hub.own_comments(number)[0].contains(told), "{}", hub.own_comments(number)[0]);
    edit(Some("bo"));
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]), "the own hand makes it no better");
    assert!(!hub.own_comments(number)[0].contains("edited a comment of"));
    edit(None);
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]), "nor that nobody knows whose it was");
}

#[test]
fn a_second_look_at_the_same_things_costs_no_request() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    super::run(async {
        let worker = super::worker(&hub, &Setup::default()).await;
        worker.pull(number, None, false).await.unwrap();
        worker.pull(number, None, false).await.unwrap();
        let counts = || {
            let state = hub.state();
            (state.given, state.unchanged, state.log.len())
        };
        let before = counts();
        let third = worker.pull(number, None, false).await.unwrap();
        assert_eq!((third.case.outcome().to_string().as_str(), third.actions.len()), ("PASS", 0));
        let after = counts();
        let asked = after.2 - before.2;
        assert_eq!(after.0 - before.0, 1, "the clock alone is asked in full");
        assert_eq!(after.1 - before.1, asked - 1, "everything else holds still");
        assert!(asked > 8, "{asked}");
        // What has changed is seen.
        hub.review(number, "ann", "CHANGES_REQUESTED", None);
        let fourth = worker.pull(number, None, false).await.unwrap();
        assert_eq!(fourth.case.outcome().to_string(), "BLOCKED");
    });
}

#[test]
fn a_last_page_that_gets_one_after_it_is_not_taken_for_the_last_any_longer() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    super::run(async {
        let worker = super::worker(&hub, &Setup { page: 1, ..Setup::default() }).await;
        let decide = async || worker.pull(number, None, false).await.unwrap().case.outcome().to_string();
        assert_eq!(decide().await, "PASS");
        hub.review(number, "ann", "CHANGES_REQUESTED", None);
        assert_eq!(decide().await, "BLOCKED", "the first page of one review is as it was, and another follows it");
    });
}

#[test]
fn what_another_token_may_see_is_not_given_out_again() {
    let (hub, number) = asked();
    super::run(async {
        let worker = super::worker(&hub, &Setup::default()).await;
        let path = worker.judge.repo.path(&format!("/pulls/{number}"));
        let client = &worker.judge.repo.client;
        client.get::<serde_json::Value>(&path).await.unwrap();
        let stranger = client.with_token(gitsm::bot::Secret::new("stranger"));
        assert!(stranger.get::<serde_json::Value>(&path).await.unwrap_err().is_refused());
        assert_eq!(hub.state().unchanged, 0);
    });
}

/// A pull request that is merged, and one that takes it back.
fn taken_back(how: How, back: &[(&str, &str)]) -> (Hub, u64) {
    let hub = Hub::new();
    policy(&hub, "reverts: {within: 2d}");
    let edited = format!("{}version: \"2\"\n", hub.text(CI));
    let old = hub.text(CI);
    let number = hub.open("cy", &[(CHANGE_PATH, CHANGE), (CI, &edited)]);
    hub.merge(number, how, "2026-11-19T12:00:00Z");
    // What was decided stays written down.
    let mut files = vec![(CI, old.as_str())];
    files.extend(back);
    let revert = hub.open("bo", &files);
    (hub, revert)
}

#[test]
fn case_97_a_merged_change_is_taken_back_without_asking_when_nothing_else_goes_with_it() {
    for how in [How::Merge, How::Squash] {
        let (hub, revert) = taken_back(how, &[]);
        assert_eq!(work(&hub, revert), codes("PASS", &[]), "{how:?}");
        shows(&hub, revert, super::GREEN);
        assert!(hub.own_comments(revert)[0].contains("takes back"), "{}", hub.own_comments(revert)[0]);
        let late = Setup { now: "2026-11-21T12:00:01Z", ..Setup::default() };
        hub.state().date = Some("Sat, 21 Nov 2026 12:00:01 GMT".to_owned());
        assert_eq!(work_at(&hub, revert, &late).0, "BLOCKED", "too long after the merge, as GitHub tells its time");
    }
    let (hub, revert) = taken_back(
        How::Squash,
        &[(
            "sms/ci/ci-more.yaml",
            "kind: ci\nid: ci-more\ntitle: More\nstatus: planned\nowner: team-operations\nci_type: application\nenvironment: production\ncriticality: low\n",
        )],
    );
    assert_eq!(work(&hub, revert).0, "BLOCKED", "something else goes with it");
}

#[test]
fn case_97_what_came_without_a_pull_request_is_not_taken_back_unasked() {
    let hub = Hub::new();
    policy(&hub, "reverts: {within: 2d}");
    let old = hub.text(CI);
    hub.main(&[(CHANGE_PATH, CHANGE), (CI, &format!("{old}version: \"2\"\n"))]);
    let revert = hub.open("bo", &[(CI, &old)]);
    assert_eq!(work(&hub, revert).0, "BLOCKED", "whoever makes a commit can write any time into it");
}

const INCIDENT: &str = "kind: incident
id: inc-first-down
title: The first application is down
status: in_progress
owner: team-operations
reported_at: 2026-11-14T08:00:00+00:00
service: svc-first
affects: [ci-app-first]
category: outage
impact: high
urgency: high
priority: p1
";

#[test]
fn case_76_and_99_an_emergency_that_is_not_agreed_to_in_time_stops_the_next_change_of_its_owner() {
    let hub = Hub::new();
    policy(&hub, "overdue_blocks: true");
    hub.main(&[("sms/incident/inc-first-down.yaml", INCIDENT)]);
    let emergency = CHANGE
        .replace("chg-app-one", "chg-at-night")
        .replace("category: normal", "category: emergency\nincident: inc-first-down")
        .replace("2026-12-05T", "2026-11-14T")
        .replace("2026-12-06T", "2026-11-15T");
    let edited = format!("{}version: \"2\"\n", hub.text(CI));
    let night = hub.open("cy", &[("sms/change/chg-at-night.yaml", &emergency), (CI, &edited)]);
    let at = "2026-11-14T22:30:00Z";
    hub.review(night, "ann", "APPROVED", None);
    hub.state().reviews.last_mut().unwrap().1["submitted_at"] = at.into();
    hub.merge(night, How::Merge, at);
    let next = hub.open("cy", &[(CHANGE_PATH, CHANGE)]);
    hub.review(next, "bo", "APPROVED", None);
    let (outcome, reasons) = work(&hub, next);
    assert_eq!((outcome.as_str(), reasons.contains(&"review-overdue")), ("BLOCKED", true), "{reasons:?}");
    assert!(hub.own_comments(next)[0].contains("chg-at-night"));
    // The board looks at the merged pull request, late and yet.
    hub.review(night, "bo", "APPROVED", None);
    assert_eq!(work(&hub, next), codes("PASS", &[]));
}
