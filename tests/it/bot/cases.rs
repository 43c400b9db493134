//! Cases of the gate that need the API, by their number: who counts, and how a vote lives.

use serde_json::json;

use super::hub::{APP, Hub, NOW};
use super::{CHANGE, CHANGE_PATH, GREEN, RED, Setup, WAITS, asked, codes, shows, work, work_as, work_at};

/// What is left out of the count, with the reason.
fn left(hub: &Hub, number: u64) -> String {
    let worked = work_as(hub, number, &Setup::default()).unwrap();
    let excluded = &worked.case.heard.decision.excluded;
    excluded.iter().map(|it| format!("{}: {}", it.person, it.reason)).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_pull_request_waits_is_asked_for_agreed_to_and_turns_green() {
    let (hub, number) = asked();
    assert_eq!(work(&hub, number), ("PENDING".to_owned(), vec!["seats"]));
    shows(&hub, number, WAITS);
    assert_eq!(hub.state().pulls[&number].requested.len(), 1, "the smallest set of people");
    let comments = hub.own_comments(number);
    assert_eq!(comments.len(), 1);
    let head = hub.state().pulls[&number].head[..10].to_owned();
    let base = super::hub::main_of(&hub)[..10].to_owned();
    insta::assert_snapshot!(comments[0].replace(&head, "HEAD").replace(&base, "BASE"));
    hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    shows(&hub, number, GREEN);
    assert_eq!(hub.own_comments(number).len(), 1, "one comment, kept up to date");
    assert!(hub.own_comments(number)[0].contains("### ✅ PASS"));
    let labels: Vec<String> = hub.state().pulls[&number].labels.iter().cloned().collect();
    assert_eq!(labels, ["gitsm: low risk", "gitsm: normal", "gitsm: pass"]);
    let written = || hub.asked("PATCH") + hub.asked("POST");
    let before = written();
    let worked = super::run(async { super::worker(&hub, &Setup::default()).await.pull(number, None, false).await });
    assert!(worked.unwrap().actions.is_empty(), "nothing is written when nothing is new");
    assert_eq!(written(), before);
}

#[test]
fn case_01_and_33_an_author_cannot_agree_and_a_command_needs_the_commit() {
    let (hub, number) = asked();
    let head = hub.state().pulls[&number].head.clone();
    hub.say(number, "cy", &format!("/gitsm approve {head}"));
    hub.say(number, "bo", "/gitsm approve");
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]));
    let left = left(&hub, number);
    assert!(left.contains("cy-cole: ") && left.contains("your-colleague: does not name the commit"), "{left}");
    hub.say(number, "bo", &format!("/gitsm approve {}", &head[..10]));
    assert_eq!(work(&hub, number), codes("PASS", &[]));
}

#[test]
fn case_02_a_co_author_is_left_out() {
    let (hub, number) = asked();
    let message = "More\n\nCo-authored-by: Bo <1002+bo@users.noreply.github.com>\n";
    hub.push_message(number, "cy", message, &[("notes.txt", "x")]);
    hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]));
    assert!(left(&hub, number).contains("is named as co-author"));
}

#[test]
fn case_04_those_whose_commits_hang_on_a_second_parent_are_left_out() {
    let (hub, number) = asked();
    hub.merge_side(number, "bo", &[("notes.txt", "from a colleague")]);
    hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]));
    hub.review(number, "ann", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PASS", &[]));
}

#[test]
fn case_05_a_commit_of_no_account_cannot_be_decided() {
    let (hub, number) = asked();
    hub.push(number, "nobody", &[("notes.txt", "x")]);
    hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("ERROR", &["author-unknown", "author-unknown"]));
    shows(&hub, number, RED);
}

#[test]
fn case_06_who_pushed_is_left_out_and_who_only_made_the_branch_is_not() {
    let (hub, number) = asked();
    let head = hub.state().pulls[&number].head.clone();
    let base = super::hub::main_of(&hub);
    let policy = "sms/change_policy/change-policy.yaml";
    hub.main(&[(policy, &hub.text(policy).replace("co_author, requester", "co_author, pusher, requester"))]);
    let branch = format!("work-{number}");
    hub.touch(&branch, "bo", "branch_creation", &"0".repeat(40), &base, NOW);
    hub.touch(&branch, "bo", "branch_deletion", &base, &"0".repeat(40), NOW);
    hub.touch(&branch, "bo", "pr_merge", &base, &head, NOW);
    hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PASS", &[]), "a branch that led to main brought nothing");
    hub.touch(&branch, "bo", "branch_creation", &"0".repeat(40), &head, NOW);
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]), "made with commits on it");
    assert!(left(&hub, number).contains("your-colleague: pushed"), "{}", left(&hub, number));
    hub.review(number, "ann", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    hub.touch(&branch, "ann", "force_push", &base, &head, NOW);
    assert_eq!(work(&hub, number), codes("BLOCKED", &["seats"]), "nobody is left to agree");
}

#[test]
fn case_07_08_and_09_programs_do_not_agree_whatever_they_are_called() {
    let (hub, number) = asked();
    for (login, sort) in [("github-actions[bot]", "Bot"), ("helper", "Bot")] {
        hub.state().users.insert(login.to_owned(), super::hub::User { id: 4000, sort, permission: "write" });
        hub.review(number, login, "APPROVED", None);
    }
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]));
    assert!(left(&hub, number).contains("a program, which the policy does not name"));
}

#[test]
fn case_12_two_votes_of_one_person_are_one() {
    let (hub, number) = asked();
    hub.main(&[(
        "sms/change_policy/change-policy.yaml",
        &hub.text("sms/change_policy/change-policy.yaml")
            .replace("role-cab-member, count: 1", "role-cab-member, count: 2"),
    )]);
    let head = hub.state().pulls[&number].head.clone();
    hub.review(number, "bo", "APPROVED", None);
    hub.say(number, "bo", &format!("/gitsm approve {head}"));
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]));
    hub.review(number, "ann", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PASS", &[]));
}

#[test]
fn case_14_a_stranger_with_the_old_name_does_not_count_and_a_renamed_person_does() {
    let (hub, number) = asked();
    let bo = hub.state().users.remove("bo").unwrap();
    hub.state().users.insert("bo-new".to_owned(), bo);
    let stranger = super::hub::User { id: 9999, sort: "User", permission: "write" };
    hub.state().users.insert("bo".to_owned(), stranger);
    hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number).0, "PENDING");
    assert!(!hub.state().pulls[&number].requested.contains("bo"), "a stranger is not asked");
    hub.review(number, "bo-new", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PASS", &[]));
}

#[test]
fn case_15_the_review_of_a_deleted_account_does_not_count() {
    let (hub, number) = asked();
    hub.review(number, "ghost", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]));
    assert!(left(&hub, number).contains("a deleted account"));
}

#[test]
fn case_16_who_may_only_read_does_not_count() {
    let (hub, number) = asked();
    hub.state().users.get_mut("bo").unwrap().permission = "read";
    hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]));
    assert!(left(&hub, number).contains("may not write"));
}

#[test]
fn case_17_a_role_that_was_lost_takes_the_vote_along() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    let role = hub.text("sms/role/role-cab-member.yaml");
    let gone = "{person: your-colleague, from: 2026-01-01, until: 2026-11-19}";
    hub.main(&[("sms/role/role-cab-member.yaml", &role.replace("{person: your-colleague, from: 2026-01-01}", gone))]);
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]));
    shows(&hub, number, WAITS);
}

#[test]
fn case_26_and_31_a_vote_for_an_older_commit_counts_while_its_meaning_stays() {
    let (hub, number) = asked();
    let old = hub.state().pulls[&number].head.clone();
    hub.review(number, "bo", "APPROVED", Some(&old));
    let typo = CHANGE.replace("Nobody knows what", "Nobody knows at all what");
    hub.push(number, "cy", &[(CHANGE_PATH, &typo)]);
    assert_eq!(work(&hub, number), codes("PASS", &[]), "a word in free text");
    let moved = CHANGE.replace("2026-12-05T", "2026-12-07T").replace("2026-12-06T", "2026-12-08T");
    hub.push(number, "cy", &[(CHANGE_PATH, &moved)]);
    assert_eq!(work(&hub, number).0, "PENDING", "it is to happen two days later");
    assert!(left(&hub, number).contains("was given for "));
    hub.push(number, "cy", &[(CHANGE_PATH, CHANGE)]);
    assert_eq!(work(&hub, number), codes("PASS", &[]), "case 27: the same content counts again");
}

#[test]
fn case_35_36_and_39_the_latest_decisive_review_wins_and_an_objection_stops() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    hub.review(number, "ann", "CHANGES_REQUESTED", None);
    hub.review(number, "ann", "COMMENTED", None);
    assert_eq!(work(&hub, number), codes("BLOCKED", &["objection"]));
    shows(&hub, number, RED);
    hub.review(number, "ann", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    hub.say(number, "bo", "/gitsm object the window is too short");
    assert_eq!(work(&hub, number).1, ["objection"]);
    assert!(hub.own_comments(number)[0].contains("the window is too short"));
    hub.say(number, "bo", "/gitsm withdraw");
    assert_eq!(work(&hub, number), codes("PASS", &[]));
}

#[test]
fn case_37_an_objection_that_somebody_else_dismissed_still_stands() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    let objection = hub.review(number, "bo", "CHANGES_REQUESTED", None);
    hub.dismiss(objection, "cy");
    assert_eq!(work(&hub, number).1, ["seats", "objection"]);
}

#[test]
fn case_38_an_approval_that_was_dismissed_is_gone_at_once() {
    let (hub, number) = asked();
    let approval = hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    hub.dismiss(approval, "cy");
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]));
    shows(&hub, number, WAITS);
}

#[test]
fn case_40_a_review_that_was_never_handed_in_is_ignored() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    for login in ["bo", "ann"] {
        hub.review(number, login, "PENDING", None);
        // GitHub tells no time of it, and only to whoever writes it.
        hub.state().reviews.last_mut().unwrap().1.as_object_mut().unwrap().remove("submitted_at");
    }
    assert_eq!(
        work(&hub, number),
        codes("PASS", &[]),
        "neither an objection nor the end of a vote, nor a failed look-up"
    );
    let excluded = left(&hub, number);
    assert!(!excluded.contains("your-name") && !excluded.contains("your-colleague"), "{excluded}");
    hub.state().reviews.remove(0);
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]), "nor a vote");
}

#[test]
fn case_41_votes_on_a_draft_are_kept_and_it_waits() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    hub.state().pulls.get_mut(&number).unwrap().draft = true;
    assert_eq!(work(&hub, number), codes("PENDING", &["draft"]));
    assert!(hub.state().pulls[&number].requested.is_empty(), "nobody is asked to read a draft");
    hub.state().pulls.get_mut(&number).unwrap().draft = false;
    assert_eq!(work(&hub, number), codes("PASS", &[]));
}

#[test]
fn case_42_and_44_a_command_that_was_edited_or_deleted_is_gone() {
    let (hub, number) = asked();
    let head = hub.state().pulls[&number].head.clone();
    let comment = hub.say(number, "bo", &format!("/gitsm approve {head}"));
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    let edit = |hub: &Hub| {
        let mut state = hub.state();
        let (_, it) = state.comments.iter_mut().find(|(_, it)| it["id"] == comment).unwrap();
        it["updated_at"] = json!("2026-11-20T12:00:05Z");
    };
    edit(&hub);
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]));
    assert!(left(&hub, number).contains("was edited afterwards"));
    hub.state().comments.retain(|(_, it)| it["id"] != comment);
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]));
}

#[test]
fn case_47_another_base_is_another_check() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    hub.branch("release", "main");
    hub.state().pulls.get_mut(&number).unwrap().base = "release".to_owned();
    assert_eq!(hub.check(number).0, "", "nothing is published for the new base yet");
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    let names: Vec<String> =
        hub.state().checks.iter().map(|check| check["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names, ["gitsm / main", "gitsm / release"]);
}

#[test]
fn case_49_two_pull_requests_with_one_head_get_the_worse_of_both() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    let twin = hub.twin(number);
    hub.state().pulls.get_mut(&twin).unwrap().draft = true;
    let (outcome, _) = work(&hub, number);
    assert_eq!(outcome, "PENDING");
    shows(&hub, number, WAITS);
    assert!(hub.own_comments(number)[0].contains(&format!("#{twin} (PENDING)")));
}

#[test]
fn case_86_a_check_of_somebody_else_under_the_same_name_is_told_and_not_taken_for_the_own() {
    let (hub, number) = asked();
    let head = hub.state().pulls[&number].head.clone();
    hub.forge_check(&head, "gitsm / main");
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]));
    shows(&hub, number, WAITS);
    let others = hub.state().checks.iter().filter(|check| check["app"]["id"] != APP).count();
    assert_eq!(others, 1);
    assert!(hub.own_comments(number)[0].contains("Somebody else publishes a check of the same name"));
}

#[test]
fn case_90_a_pull_request_from_a_fork_is_data_and_nothing_else() {
    let hub = Hub::new();
    let policy = "sms/change_policy/change-policy.yaml";
    let mild = hub.text(policy).replace("role-cab-member, count: 1", "role-cab-member, count: 0");
    let trap = hub.dir.path().join("trapped");
    let evil = format!("[filter \"evil\"]\n\tsmudge = touch {0}\n\tclean = touch {0}\n", trap.display());
    let files = [
        (CHANGE_PATH, CHANGE),
        (".gitattributes", "* filter=evil\n"),
        (".gitconfig", evil.as_str()),
        (".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = ext::sh -c touch\n"),
    ];
    let number = hub.open("cy", &files);
    hub.state().pulls.get_mut(&number).unwrap().fork = true;
    hub.review(number, "eve", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PENDING", &["seats"]));
    assert!(left(&hub, number).contains("account 1099 (eve)"), "{}", left(&hub, number));
    hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number), codes("PASS", &[]));
    assert_eq!(hub.asked("GET /repos/acme/sms/activity"), 0, "the branch of that name here is another one");
    let there: Vec<_> =
        std::fs::read_dir(hub.dir.path().join("mirror")).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(there, [".git"], "nothing is checked out");
    assert!(!trap.exists(), "nothing of it is run");
    // What it says about who must agree holds only once it is on the base.
    let lax = hub.open("cy", &[(CHANGE_PATH, CHANGE), (policy, &mild)]);
    hub.state().pulls.get_mut(&lax).unwrap().fork = true;
    hub.state().pulls.get_mut(&number).unwrap().open = false;
    assert_ne!(work(&hub, lax).0, "PASS");
    // A stranger who is in no register may be anybody.
    let strange = hub.open("eve", &[(CHANGE_PATH, CHANGE)]);
    hub.state().pulls.get_mut(&strange).unwrap().fork = true;
    hub.state().pulls.get_mut(&lax).unwrap().open = false;
    hub.review(strange, "bo", "APPROVED", None);
    let (outcome, reasons) = work(&hub, strange);
    assert_eq!((outcome.as_str(), reasons.contains(&"author-unknown")), ("ERROR", true), "{reasons:?}");
}

#[test]
fn a_plan_that_is_only_tried_writes_nothing() {
    let (hub, number) = asked();
    let dry = Setup { dry: true, ..Setup::default() };
    assert_eq!(work_at(&hub, number, &dry), codes("PENDING", &["seats"]));
    assert_eq!(hub.asked("POST") + hub.asked("PATCH") + hub.asked("DELETE"), 0);
}
