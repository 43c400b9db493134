//! Cases of the API itself: pages, limits, outages, lag, clocks; and the graph across pull requests.

use serde_json::json;

use super::hub::{Hub, Sort};
use super::{CHANGE, CHANGE_PATH, GREEN, RED, Setup, WAITS, asked, codes, shows, work, work_as, work_at};

#[test]
fn case_79_every_page_is_read_also_at_one_entry_a_page() {
    let (hub, number) = asked();
    for _ in 0..7 {
        hub.review(number, "eve", "COMMENTED", None);
        hub.say(number, "eve", "nice");
    }
    hub.review(number, "bo", "APPROVED", None);
    let one = Setup { page: 1, ..Setup::default() };
    assert_eq!(work_at(&hub, number, &one), codes("PASS", &[]));
    let reviews = format!("GET /repos/acme/sms/pulls/{number}/reviews");
    assert!(hub.asked(&reviews) >= 8, "page by page");
}

#[test]
fn case_79_a_page_that_is_missing_or_cut_off_is_a_failed_look_up() {
    for sort in [Sort::Truncated, Sort::Status(404, Vec::new()), Sort::Status(500, Vec::new())] {
        let (hub, number) = asked();
        hub.review(number, "bo", "APPROVED", None);
        hub.fault(&format!("GET /repos/acme/sms/pulls/{number}/reviews"), 10, sort);
        let (outcome, codes) = work(&hub, number);
        assert_eq!(outcome, "ERROR");
        assert!(codes.contains(&"lookup-failed"), "{codes:?}");
        shows(&hub, number, RED);
    }
}

#[test]
fn case_80_a_short_outage_is_waited_out_and_a_long_one_never_leaves_green() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    hub.fault("GET /repos/acme/sms/issues", 2, Sort::Status(502, Vec::new()));
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    shows(&hub, number, GREEN);
    hub.fault("GET /repos/acme/sms/issues", 99, Sort::Status(503, Vec::new()));
    assert_eq!(work(&hub, number).0, "ERROR");
    shows(&hub, number, RED);
    hub.state().faults.clear();
    assert_eq!(work(&hub, number), codes("PASS", &[]));
}

#[test]
fn case_80_green_is_taken_back_before_anything_is_read_again() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    hub.state().log.clear();
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    let at = |start: &str| hub.state().log.iter().position(|line| line.starts_with(start)).unwrap();
    let reviews = format!("GET /repos/acme/sms/pulls/{number}/reviews");
    assert!(at("POST /repos/acme/sms/check-runs") < at(&reviews), "a new run, since the green one keeps its end");
    shows(&hub, number, GREEN);
    assert_eq!(hub.state().checks.len(), 2);
}

#[test]
fn case_80_a_newer_run_takes_the_place_of_the_green_one_also_when_its_answer_is_lost() {
    let (hub, number) = asked();
    let review = hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    hub.dismiss(review, "ann");
    let posted = hub.asked("POST /repos/acme/sms/check-runs");
    hub.fault("POST /repos/acme/sms/check-runs", 1, Sort::DoneThen(502));
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]));
    shows(&hub, number, WAITS);
    assert_eq!(hub.asked("POST /repos/acme/sms/check-runs") - posted, 1, "it was there already");
    hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    hub.fault("POST /repos/acme/sms/check-runs", 1, Sort::Status(502, Vec::new()));
    hub.state().pulls.get_mut(&number).unwrap().draft = true;
    assert_eq!(work(&hub, number), codes("PENDING", &["draft"]));
    shows(&hub, number, WAITS);
}

#[test]
fn case_80_limits_are_waited_for_when_they_are_short() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    hub.fault("GET /repos/acme/sms/issues", 1, Sort::Status(429, vec![("retry-after", "1".to_owned())]));
    let spent = vec![("x-ratelimit-remaining", "0".to_owned()), ("x-ratelimit-reset", "0".to_owned())];
    hub.fault("GET /repos/acme/sms/pulls", 1, Sort::Status(403, spent));
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    let hours = vec![("retry-after", "3600".to_owned())];
    hub.fault("GET /repos/acme/sms/issues", 99, Sort::Status(403, hours));
    let (outcome, codes) = work(&hub, number);
    assert_eq!((outcome.as_str(), codes.contains(&"lookup-failed")), ("ERROR", true));
}

#[test]
fn case_81_a_right_that_cannot_be_looked_up_is_an_error_and_not_no_right() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    hub.fault("GET /repos/acme/sms/collaborators/bo/permission", 99, Sort::Status(403, Vec::new()));
    let (outcome, codes) = work(&hub, number);
    assert_eq!(outcome, "ERROR");
    assert!(codes.contains(&"lookup-failed"), "{codes:?}");
}

#[test]
fn what_was_written_before_an_error_is_not_written_twice() {
    let (hub, number) = asked();
    hub.fault("POST /repos/acme/sms/check-runs", 1, Sort::DoneThen(502));
    hub.fault(&format!("POST /repos/acme/sms/issues/{number}/comments"), 1, Sort::DoneThen(500));
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]));
    shows(&hub, number, WAITS);
    assert_eq!(hub.own_comments(number).len(), 1);
    assert_eq!(hub.asked("POST /repos/acme/sms/check-runs"), 1);
}

#[test]
fn case_85_a_review_is_waited_for_until_github_lists_it() {
    let (hub, number) = asked();
    let review = hub.review(number, "bo", "APPROVED", None);
    hub.state().lag = 2;
    let worked =
        super::run(async { super::worker(&hub, &Setup::default()).await.pull(number, Some(review), true).await });
    assert_eq!(worked.unwrap().case.outcome().to_string(), "PASS");
    hub.state().lag = 99;
    let worked =
        super::run(async { super::worker(&hub, &Setup::default()).await.pull(number, Some(review), true).await });
    assert_eq!(worked.unwrap().case.outcome().to_string(), "ERROR", "a vote that is known of may not be passed over");
}

#[test]
fn case_84_and_92_a_push_while_it_is_decided_is_decided_itself() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    let old = hub.state().pulls[&number].head.clone();
    let moved = CHANGE.replace("2026-12-05T", "2026-12-07T").replace("2026-12-06T", "2026-12-08T");
    // The API tells the old head for a while, when git has the new one.
    let head = hub.push(number, "cy", &[(CHANGE_PATH, &moved)]);
    hub.state().pulls.get_mut(&number).unwrap().head.clone_from(&old);
    let late = hub.later(number, head.clone());
    assert_eq!(work(&hub, number).0, "PENDING");
    late.join().unwrap();
    let published: Vec<String> =
        hub.state().checks.iter().map(|check| check["head_sha"].as_str().unwrap().to_owned()).collect();
    assert_eq!(published, [head], "nothing is published for the older head");
}

#[test]
fn case_78_a_clock_that_is_wrong_is_told() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    hub.state().date = Some("Fri, 20 Nov 2026 12:05:00 GMT".to_owned());
    let (outcome, codes) = work(&hub, number);
    assert_eq!((outcome.as_str(), codes.as_slice()), ("ERROR", &["lookup-failed"][..]));
}

#[test]
fn case_68_and_69_a_freeze_begins_and_ends_without_an_event() {
    let (hub, number) = asked();
    hub.main(&[("sms/freeze/frz-year-end.yaml", FREEZE)]);
    hub.review(number, "bo", "APPROVED", None);
    let (outcome, codes) = work(&hub, number);
    assert_eq!(outcome, "BLOCKED", "{codes:?}");
    assert!(codes.contains(&"frozen"), "{codes:?}");
    hub.main(&[("sms/freeze/frz-year-end.yaml", &FREEZE.replace("2026-12-04", "2026-12-07"))]);
    assert_eq!(work(&hub, number).0, "PASS", "it begins after the window");
}

pub(super) const FREEZE: &str = "kind: freeze
id: frz-year-end
title: Nothing moves at the end of the year
status: agreed
owner: role-change-manager
window: {start: 2026-12-04T00:00:00+00:00, end: 2027-01-05T00:00:00+00:00}
reason: Orders are at their highest, and nobody is there to mend things.
allows: [emergency]
announced:
  - {to: cus-first, at: 2026-11-02T10:00:00+00:00}
";

#[test]
fn case_56_a_tag_with_the_name_of_the_branch_is_not_the_branch() {
    let (hub, number) = asked();
    let policy = hub.text("sms/change_policy/change-policy.yaml");
    let tag = hub.loose("main", &[("sms/change_policy/change-policy.yaml", &policy.replace("count: 1", "count: 9"))]);
    hub.tag("main", &tag);
    hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PASS", &[]));
}

#[test]
fn case_67_more_commits_than_github_lists_are_looked_up_one_by_one() {
    let (hub, number) = asked();
    for at in 0..252 {
        hub.push(number, "cy", &[("notes.txt", &at.to_string())]);
    }
    hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    assert_eq!(hub.asked("GET /repos/acme/sms/commits/") - hub.asked_checks(), 3);
}

#[test]
fn case_100_and_105_two_pull_requests_on_one_item_see_each_other() {
    let (hub, first) = asked();
    let other = CHANGE.replace("chg-app-one", "chg-app-two");
    let second = hub.open("cy", &[("sms/change/chg-app-two.yaml", &other)]);
    hub.review(first, "bo", "APPROVED", None);
    let (outcome, codes) = work(&hub, first);
    assert_eq!((outcome.as_str(), codes.contains(&"conflict")), ("BLOCKED", true), "{codes:?}");
    assert!(hub.own_comments(first)[0].contains(&format!("`chg-app-two` (#{second})")));
    hub.state().pulls.get_mut(&second).unwrap().open = false;
    assert_eq!(work(&hub, first).0, "PASS");
    hub.state().pulls.get_mut(&second).unwrap().open = true;
    hub.review(second, "bo", "APPROVED", None);
    assert_eq!(work(&hub, second).0, "BLOCKED", "the first one holds the time");
    assert_eq!(work(&hub, first).0, "PASS", "and keeps it");
}

/// A branch of the merge queue for a pull request, on top of `on`, as GitHub makes it.
pub(super) fn queue(hub: &Hub, number: u64, on: &str) -> gitsm::bot::Group {
    let head = hub.state().pulls[&number].head.clone();
    let commit = hub.queued(number, on);
    let branch = format!("gh-readonly-queue/main/pr-{number}-{head}");
    hub.branch(&branch, &commit);
    gitsm::bot::Group { base: "main".to_owned(), branch, commit }
}

pub(super) fn decide(hub: &Hub, group: &gitsm::bot::Group) -> String {
    let decided = super::run(async { super::worker(hub, &Setup::default()).await.group(group).await });
    decided.unwrap().0.to_string()
}

/// The newest check on a commit: conclusion, title, text.
pub(super) fn check_on(hub: &Hub, commit: &str) -> [String; 3] {
    let state = hub.state();
    let newest =
        state.checks.iter().filter(|check| check["head_sha"] == commit).max_by_key(|check| check["id"].as_u64());
    let word = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
    newest.map_or_else(Default::default, |it| {
        [word(&it["conclusion"]), word(&it["output"]["title"]), word(&it["output"]["text"])]
    })
}

#[test]
fn case_95_a_merge_group_is_as_good_as_its_worst_member_and_those_behind_do_not_count() {
    let (hub, first) = asked();
    let second = hub.open("cy", &[("notes.txt", "x")]);
    let third = hub.open("cy", &[("sms/change/chg-app-two.yaml", &CHANGE.replace("chg-app-one", "chg-app-two"))]);
    hub.review(first, "bo", "APPROVED", None);
    hub.state().pulls.get_mut(&third).unwrap().open = false;
    assert_eq!(work(&hub, first), codes("PASS", &[]));
    let one = queue(&hub, first, "main");
    let two = queue(&hub, second, &one.commit);
    hub.state().pulls.get_mut(&second).unwrap().draft = true;
    assert_eq!(decide(&hub, &one), "PASS", "a draft behind it is not its matter");
    assert_eq!(decide(&hub, &two), "PENDING");
    assert_eq!(check_on(&hub, &two.commit)[0], "failure", "a group does not wait for people");
    hub.state().pulls.get_mut(&second).unwrap().draft = false;
    assert_eq!(decide(&hub, &two), "PASS");
    let [conclusion, title, text] = check_on(&hub, &two.commit);
    assert_eq!((conclusion.as_str(), title.as_str()), ("success", "every member may be merged"));
    assert!(text.contains(&format!("#{first}: PASS")) && text.contains(&format!("#{second}: PASS")), "{text}");
    // One ahead that may no longer be merged takes everything behind it along.
    hub.review(first, "ann", "CHANGES_REQUESTED", None);
    assert_eq!((decide(&hub, &one).as_str(), decide(&hub, &two).as_str()), ("BLOCKED", "BLOCKED"));
    insta::assert_snapshot!(
        check_on(&hub, &two.commit).join("\n").replace(&format!("#{first}"), "#1").replace(&format!("#{second}"), "#2")
    );
}

#[test]
fn case_95_two_approved_changes_on_one_item_do_not_pass_as_a_group() {
    let (hub, first) = asked();
    let second = hub.open("cy", &[("sms/change/chg-app-two.yaml", &CHANGE.replace("chg-app-one", "chg-app-two"))]);
    hub.review(first, "bo", "APPROVED", None);
    hub.review(second, "bo", "APPROVED", None);
    let one = queue(&hub, first, "main");
    let two = queue(&hub, second, &one.commit);
    assert_eq!(decide(&hub, &two), "BLOCKED");
    let text = &check_on(&hub, &two.commit)[2];
    assert!(text.contains(&format!("#{second}: BLOCKED")), "{text}");
}

#[test]
fn a_repository_that_cannot_be_fetched_is_an_error_that_is_published() {
    let hub = Hub::new();
    let number = hub.open("cy", &[(CHANGE_PATH, CHANGE)]);
    hub.drop_ref(&format!("refs/pull/{number}/head"));
    assert_eq!(work(&hub, number), codes("ERROR", &["facts-unreadable"]));
    shows(&hub, number, RED);
}

fn drifted(hub: &Hub) -> Result<Vec<String>, String> {
    let found = super::run(async {
        let worker = super::worker(hub, &Setup::default()).await;
        gitsm::bot::drift(&worker.judge.repo, "main", &worker.judge.me, gitsm::bot::Asks::default()).await
    });
    found.map_err(|error| error.to_string())
}

#[test]
fn settings_that_drifted_are_told() {
    let hub = Hub::new();
    hub.state().bots_approve = true;
    let found = drifted(&hub).unwrap();
    assert_eq!(found.len(), 8, "{found:?}");
    assert!(found[0].contains("requires the check 'gitsm / main'"));
    let from = |sort: &str, parameters: serde_json::Value| {
        json!({"type": sort, "parameters": parameters, "ruleset_id": 42, "ruleset_source": "acme/sms",
            "ruleset_source_type": "Repository"})
    };
    let plain = |sort: &str| {
        let mut rule = from(sort, serde_json::Value::Null);
        rule.as_object_mut().unwrap().remove("parameters");
        rule
    };
    {
        let mut state = hub.state();
        state.bots_approve = false;
        state.rules = vec![
            from(
                "required_status_checks",
                json!({"required_status_checks": [{"context": "gitsm / main", "integration_id": super::hub::APP}],
                    "strict_required_status_checks_policy": false}),
            ),
            from(
                "pull_request",
                json!({"dismiss_stale_reviews_on_push": true, "require_last_push_approval": true,
                    "require_code_owner_review": false, "required_approving_review_count": 0,
                    "required_review_thread_resolution": false}),
            ),
            plain("non_fast_forward"),
            plain("deletion"),
        ];
        let set = |target: &str, rules: serde_json::Value| {
            json!({"name": target, "target": target, "enforcement": "active", "bypass_actors": [],
            "conditions": {"ref_name": {"include": ["~ALL"], "exclude": []}}, "rules": rules})
        };
        state.rulesets.insert(42, set("branch", json!([])));
        state.rulesets.insert(43, set("tag", json!([{"type": "deletion"}, {"type": "update"}])));
    }
    assert_eq!(drifted(&hub).unwrap(), [""; 0]);
    hub.state().rulesets.get_mut(&43).unwrap()["conditions"]["ref_name"]["include"] = json!(["refs/tags/v*"]);
    let found = drifted(&hub).unwrap();
    assert!(found.len() == 2 && found[0].contains("the ruleset 'tag' holds only for 'refs/tags/v*'"), "{found:?}");
    hub.state().rulesets.get_mut(&43).unwrap()["enforcement"] = json!("evaluate");
    hub.state().rulesets.get_mut(&42).unwrap()["bypass_actors"] =
        json!([{"actor_id": 5, "actor_type": "Team", "bypass_mode": "always"}]);
    let found = drifted(&hub).unwrap();
    assert!(
        found.len() == 2 && found[0].starts_with("'Team 5' may go around") && found[1].starts_with("tags"),
        "{found:?}"
    );
    let admins = "https://api.github.com/repos/acme/sms/branches/main/protection/enforce_admins";
    hub.state().classic = Some(json!({"enforce_admins": {"enabled": false, "url": admins}}));
    assert!(drifted(&hub).unwrap().iter().any(|it| it.starts_with("administrators may go around")));
    // Who may not look is not told that all is well.
    hub.fault("GET /repos/acme/sms/branches/main/protection", 9, Sort::Status(404, Vec::new()));
    assert!(drifted(&hub).unwrap_err().contains("404"));
}

#[test]
fn a_token_that_is_not_taken_is_an_error_that_names_no_secret() {
    let (hub, number) = asked();
    let wrong = Setup { token: "s3cr3t-and-wrong", ..Setup::default() };
    let error = work_as(&hub, number, &wrong).unwrap_err().to_string();
    assert!(error.contains("401 (Bad credentials)") && !error.contains("s3cr3t"), "{error}");
}
