//! What strangers and older versions leave behind: check runs that still succeed, heads that come back, pull requests that
//! cannot be opened, accounts that are gone.

use serde_json::json;

use super::faults::{decide, queue};
use super::hub::{Hub, Sort};
use super::{CHANGE, CHANGE_PATH, GREEN, RED, Setup, WAITS, asked, codes, shows, work, work_as, work_at};

#[test]
fn case_87_no_run_succeeds_beside_one_that_does_not_whatever_an_older_version_left() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    // A version before let the older one stand.
    hub.state().checks[0]["conclusion"] = json!("success");
    let objection = hub.review(number, "ann", "CHANGES_REQUESTED", None);
    assert_eq!(work(&hub, number), codes("BLOCKED", &["objection"]));
    shows(&hub, number, RED);
    hub.dismiss(objection, "ann");
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    shows(&hub, number, GREEN);
    hub.state().checks[0]["conclusion"] = json!("success");
    hub.state().pulls.get_mut(&number).unwrap().draft = true;
    // It cannot be told that the older one is replaced: nothing else is written before that.
    hub.fault("PATCH /repos/acme/sms/check-runs", 99, Sort::Status(403, Vec::new()));
    let runs = hub.state().checks.len();
    assert!(work_as(&hub, number, &Setup::default()).is_err());
    assert_eq!(hub.state().checks.len(), runs);
    hub.state().faults.clear();
    assert_eq!(work(&hub, number), codes("PENDING", &["draft"]));
    shows(&hub, number, WAITS);
    let ends = |hub: &Hub| -> Vec<String> {
        let state = hub.state();
        state.checks.iter().map(|check| check["conclusion"].as_str().unwrap_or("-").to_owned()).collect()
    };
    let ended = ends(&hub);
    assert!(ended[..ended.len() - 1].iter().all(|word| word == "cancelled"), "{ended:?}");
}

#[test]
fn a_group_that_is_decided_the_same_again_writes_nothing_and_one_run_says_so() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    let group = queue(&hub, number, "main");
    let runs = |hub: &Hub| {
        let state = hub.state();
        let of = state.checks.iter().filter(|check| check["head_sha"] == group.commit.as_str());
        of.map(|check| check["conclusion"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(decide(&hub, &group), "PASS");
    let written = hub.asked("PATCH") + hub.asked("POST");
    assert_eq!(decide(&hub, &group), "PASS");
    assert_eq!((hub.asked("PATCH") + hub.asked("POST"), runs(&hub)), (written, vec!["success".to_owned()]));
    hub.review(number, "ann", "CHANGES_REQUESTED", None);
    assert_eq!((decide(&hub, &group).as_str(), runs(&hub)), ("BLOCKED", vec!["failure".to_owned()]));
}

#[test]
fn a_head_that_was_replaced_and_comes_back_does_not_hold_the_time_that_it_held_before() {
    let (hub, first) = asked();
    let second = hub.open("cy", &[("sms/change/chg-app-two.yaml", &CHANGE.replace("chg-app-one", "chg-app-two"))]);
    hub.review(first, "bo", "APPROVED", None);
    hub.review(second, "bo", "APPROVED", None);
    hub.state().pulls.get_mut(&second).unwrap().open = false;
    let at = |now: &'static str| Setup { now, ..Setup::default() };
    let passed = |number: u64, now: &'static str, date: &str| {
        hub.state().date = Some(format!("Fri, 20 Nov 2026 {date} GMT"));
        work_at(&hub, number, &at(now)).0
    };
    assert_eq!(passed(first, "2026-11-20T12:00:00Z", "12:00:00"), "PASS");
    let held = hub.state().pulls[&first].head.clone();
    // The first one gives the time up, the second one takes it.
    let away = hub.push(first, "cy", &[(CHANGE_PATH, "")]);
    hub.state().pulls.get_mut(&second).unwrap().open = true;
    assert_eq!(passed(second, "2026-11-20T12:10:00Z", "12:10:00"), "PASS");
    assert_ne!(away, held);
    hub.force(first, &held, "2026-11-20T12:20:00Z");
    assert_eq!(passed(first, "2026-11-20T12:21:00Z", "12:21:00"), "BLOCKED", "the second one holds it by now");
    assert_eq!(passed(second, "2026-11-20T12:22:00Z", "12:22:00"), "PASS");
}

#[test]
fn one_pull_request_that_nobody_can_open_or_fetch_stops_no_other_one() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    let deep = format!("sms/{}x.yaml", "a/".repeat(250));
    let bomb = hub.open("eve", &[(deep.as_str(), "x")]);
    let gone = hub.open("eve", &[("sms/change/chg-app-two.yaml", &CHANGE.replace("chg-app-one", "chg-app-two"))]);
    hub.drop_ref(&format!("refs/pull/{gone}/head"));
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    let worked = work_as(&hub, bomb, &Setup::default()).unwrap();
    let reasons = &worked.case.heard.decision.reasons;
    assert_eq!(worked.case.outcome().to_string(), "ERROR");
    assert!(reasons.iter().any(|it| it.message.contains("folders more than 200 deep")), "{reasons:?}");
    // Of one that passed it must be known what it asks for.
    let head = hub.state().pulls[&gone].head.clone();
    hub.forge_check(&head, "gitsm / main");
    {
        let mut state = hub.state();
        let check = state.checks.last_mut().unwrap();
        check["app"]["id"] = json!(super::hub::APP);
        check["external_id"] = json!("gitsm PASS 2026-11-20T10:00:00Z x");
    }
    let (outcome, codes) = work(&hub, number);
    assert_eq!((outcome.as_str(), codes.as_slice()), ("ERROR", &["lookup-failed"][..]));
}

#[test]
fn an_account_that_github_took_away_has_no_rights_and_makes_no_error() {
    let (hub, number) = asked();
    let head = hub.state().pulls[&number].head.clone();
    hub.review(number, "bo", "APPROVED", None);
    hub.say(number, "eve", &format!("/gitsm approve {head}"));
    hub.state().users.remove("eve");
    assert_eq!(work(&hub, number), codes("PASS", &[]));
}

#[test]
fn where_one_cannot_be_asked_the_others_are_asked_all_the_same() {
    let (hub, number) = asked();
    let policy = "sms/change_policy/change-policy.yaml";
    hub.main(&[(policy, &hub.text(policy).replace("role-cab-member, count: 1", "role-cab-member, count: 2"))]);
    hub.state().unasked.insert("ann".to_owned());
    let worked = work_as(&hub, number, &Setup::default()).unwrap();
    assert_eq!(hub.state().pulls[&number].requested.iter().collect::<Vec<_>>(), ["bo"]);
    let failed = worked.done.unwrap().failed;
    assert!(failed.len() == 1 && failed[0].contains("422"), "{failed:?}");
}
