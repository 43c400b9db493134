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
        let counts = || {
            let state = hub.state();
            (state.given, state.unchanged)
        };
        for expected in [(1, 0), (1, 1)] {
            client.get::<serde_json::Value>(&path).await.unwrap();
            assert_eq!(counts(), expected, "the second time it only still holds");
        }
        let stranger = client.with_token(gitsm::bot::Secret::new("stranger"));
        assert!(stranger.get::<serde_json::Value>(&path).await.unwrap_err().is_refused());
        let other = client.with_token(gitsm::bot::Secret::new("of-another-app"));
        let (given, unchanged) = counts();
        other.get::<serde_json::Value>(&path).await.unwrap();
        assert_eq!(counts(), (given + 1, unchanged), "whoever may see it, too, is asked for all of it");
        client.get::<serde_json::Value>(&path).await.unwrap();
        assert_eq!(counts(), (given + 1, unchanged + 1), "and the first one's memory is untouched");
    });
}

#[test]
fn each_installation_has_its_own_memory_in_the_one_that_is_bounded() {
    let (hub, number) = asked();
    super::run(async {
        let app = super::server::app_client(&hub.base);
        let path = format!("/repos/acme/sms/pulls/{number}");
        let look = async |id: u64| {
            hub.state().installation = id;
            let client = app.installation(id);
            client.get::<serde_json::Value>(&path).await.unwrap();
            hub.state().unchanged
        };
        assert_eq!([look(5).await, look(5).await], [0, 1], "also by another client of the same installation");
        assert_eq!([look(6).await, look(6).await, look(5).await], [1, 2, 3]);
    });
}

#[test]
fn an_answer_that_does_not_come_in_time_is_given_up() {
    let (hub, number) = asked();
    hub.state().slow = std::time::Duration::from_secs(3);
    super::run(async {
        let short =
            gitsm::bot::Patience { attempts: 2, request: std::time::Duration::from_millis(200), ..super::PATIENCE };
        let auth = Some(gitsm::bot::Auth::Token(gitsm::bot::Secret::new("of-the-app")));
        let now: jiff::Timestamp = super::hub::NOW.parse().unwrap();
        let client = gitsm::bot::Client::new(&hub.base, auth, std::sync::Arc::new(move || now), short).unwrap();
        let start = std::time::Instant::now();
        let path = format!("/repos/acme/sms/pulls/{number}");
        let error = client.get::<serde_json::Value>(&path).await.unwrap_err().to_string();
        assert!(error.starts_with(&format!("GET {path}: no answer: ")), "{error}");
        assert!(start.elapsed() < std::time::Duration::from_secs(2), "{:?}", start.elapsed());
        let asked = hub.asked(&format!("GET {path}"));
        assert!(asked <= 2, "{asked}");
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
fn case_97_a_part_of_what_came_together_is_not_taken_back_unasked() {
    let commits = [(CHANGE_PATH, CI), ("notes.txt", "notes.txt")];
    for order in [[0, 1], [1, 0]] {
        let hub = Hub::new();
        policy(&hub, "reverts: {within: 2d}");
        let (old, edited) = (hub.text(CI), format!("{}version: \"2\"\n", hub.text(CI)));
        let number = hub.open("cy", &[(CHANGE_PATH, CHANGE), (CI, &edited), ("notes.txt", "x")]);
        let mut tip = String::new();
        for at in order {
            let files: &[(&str, &str)] = match commits[at].0 {
                "notes.txt" => &[("notes.txt", "x")],
                _ => &[(CHANGE_PATH, CHANGE), (CI, &edited)],
            };
            tip = hub.main(files);
            hub.state().landed.insert(tip.clone(), number);
        }
        {
            let mut state = hub.state();
            let pull = state.pulls.get_mut(&number).unwrap();
            (pull.open, pull.merged_at, pull.merged_as) = (false, Some("2026-11-19T12:00:00Z"), Some(tip));
        }
        let revert = hub.open("bo", &[(CI, &old)]);
        assert_eq!(work(&hub, revert).0, "BLOCKED", "{order:?}: it came as two commits");
    }
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
    // However many others are to be agreed to, this one is not forgotten among them.
    let others: Vec<(String, String)> = (0..30)
        .map(|at| format!("chg-z-{at:02}"))
        .map(|id| (format!("sms/change/{id}.yaml"), emergency.replace("chg-at-night", &id)))
        .collect();
    hub.main(&others.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>());
    let (outcome, reasons) = work(&hub, next);
    assert_eq!((outcome.as_str(), reasons.contains(&"review-overdue")), ("BLOCKED", true), "{reasons:?}");
    // The board looks at the merged pull request, late and yet.
    hub.review(night, "bo", "APPROVED", None);
    assert_eq!(work(&hub, next), codes("PASS", &[]));
}

#[test]
fn a_commit_of_a_vote_that_cannot_be_fetched_is_an_error_and_one_that_is_gone_is_told() {
    let (hub, number) = asked();
    let gone = "f".repeat(40);
    hub.review(number, "bo", "APPROVED", Some(&gone));
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]), "GitHub does not have it either");
    hub.state().known.insert(gone);
    let (outcome, reasons) = work(&hub, number);
    assert_eq!((outcome.as_str(), reasons.contains(&"lookup-failed")), ("ERROR", true), "{reasons:?}");
}
