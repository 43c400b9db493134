//! Plans, from cases made by hand: each outcome, and what is there already.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::*;
use crate::bot::facts::nothing;
use crate::bot::judge::Heard;
use crate::gate::Decision;

/// A case that comes to `outcome`, with nothing there yet.
pub(in crate::bot) fn case(outcome: Outcome) -> Case {
    let end = |name: &str| json!({"ref": name, "sha": "abcdef0123", "repo": {"id": 1}});
    let user = json!({"id": 3, "login": "cy", "type": "User"});
    let pull = json!({"number": 7, "state": "open", "base": end("main"), "head": end("work"), "user": user});
    let pull: Pull = serde_json::from_value(pull).unwrap();
    let mut decision = Decision::unreadable("nothing was read", "2026-11-20T12:00:00Z".parse().unwrap());
    decision.outcome = outcome;
    decision.base.branch = "main".to_owned();
    decision.head.commit = "abcdef0123".to_owned();
    let accounts =
        BTreeMap::from([("ann-ash".to_owned(), ("ann".to_owned(), 1)), ("cy".to_owned(), ("cy".to_owned(), 3))]);
    let facts = nothing(&pull);
    let heard = Heard { decision, facts, introduced: Vec::new(), findings: 0, picture: None, accounts };
    Case { pull, heard, seen: Seen::default(), explain: false, twins: BTreeMap::new() }
}

fn published(case: &Case) -> Option<Check> {
    plan(case, Wants::default()).into_iter().find_map(|action| match action {
        Action::CreateCheck(check) | Action::UpdateCheck { check, .. } => Some(check),
        _ => None,
    })
}

#[test]
fn case_87_only_pass_is_success_and_nothing_is_neutral() {
    let ends = [Outcome::Pass, Outcome::Pending, Outcome::Blocked, Outcome::Error]
        .map(|outcome| published(&case(outcome)).unwrap().conclusion);
    assert_eq!(ends, [Some("success"), None, Some("failure"), Some("failure")]);
}

#[test]
fn the_check_comes_first_and_is_named_with_the_base() {
    let actions = plan(&case(Outcome::Pending), Wants::default());
    let Action::CreateCheck(check) = &actions[0] else { panic!("{actions:?}") };
    assert_eq!((check.name.as_str(), check.commit.as_str()), ("gitsm / main", "abcdef0123"));
}

#[test]
fn a_commit_that_two_pull_requests_share_gets_the_worse_of_both() {
    let mut case = case(Outcome::Pass);
    case.twins.insert(8, Outcome::Blocked);
    assert_eq!(published(&case).unwrap().conclusion, Some("failure"));
}

#[test]
fn what_is_right_already_is_not_written_again_and_the_time_of_green_stays() {
    let mut case = case(Outcome::Pass);
    let first = published(&case).unwrap();
    case.seen.check = Some((5, first.mark.clone()));
    case.seen.green = true;
    assert_eq!(published(&case), None);
    case.heard.decision.instant = "2026-11-21T12:00:00Z".parse().unwrap();
    assert_eq!(published(&case), None, "time alone changes nothing");
    case.seen.green = false;
    let again = published(&case).unwrap();
    assert_eq!(again.mark, first.mark, "it was only taken back in between");
    case.heard.decision.outcome = Outcome::Blocked;
    assert!(published(&case).unwrap().mark.starts_with("gitsm BLOCKED - "));
    assert_eq!(Seen { check: Some((5, "gitsm BLOCKED - x".to_owned())), ..Seen::default() }.passed_at(), None);
}

#[test]
fn there_is_one_comment() {
    let mut case = case(Outcome::Blocked);
    let comments = |case: &Case| -> Vec<Action> {
        let all = plan(case, Wants { labels: false, ask: false, comment: true });
        all.into_iter().skip(1).collect()
    };
    let [Action::CreateComment { body }] = &comments(&case)[..] else { panic!() };
    case.seen.comments = vec![(1, body.clone()), (2, "a second one".to_owned())];
    assert_eq!(comments(&case), [Action::DeleteComment { id: 2 }]);
    case.seen.comments = vec![(1, "old".to_owned())];
    assert!(matches!(&comments(&case)[..], [Action::UpdateComment { id: 1, .. }]));
}

#[test]
fn labels_of_others_stay() {
    let mut case = case(Outcome::Pass);
    case.seen.labels = BTreeSet::from(["gitsm: blocked".to_owned(), "urgent".to_owned()]);
    let actions = plan(&case, Wants { labels: true, ask: false, comment: false });
    let labels = BTreeSet::from(["gitsm: pass".to_owned()]);
    assert_eq!(
        actions[1..],
        [Action::AddLabels { labels }, Action::RemoveLabel { label: "gitsm: blocked".to_owned() },]
    );
}

#[test]
fn people_are_asked_once_and_never_the_author() {
    let mut case = case(Outcome::Pending);
    case.heard.decision.next.ask = BTreeSet::from(["ann-ash".to_owned(), "cy".to_owned(), "unknown".to_owned()]);
    let asked = |case: &Case| plan(case, Wants { labels: false, ask: true, comment: false }).into_iter().nth(1);
    assert_eq!(asked(&case), Some(Action::Ask { people: vec![("ann".to_owned(), 1)] }));
    case.seen.asked.insert(1);
    assert_eq!(asked(&case), None);
    case.seen.asked.clear();
    case.pull.draft = true;
    assert_eq!(asked(&case), None);
}

#[test]
fn only_the_bot_itself_is_believed() {
    let app = |id: u64, slug: &str| App { id, slug: slug.to_owned() };
    assert!(Me::App(7).is(Some(&app(7, "x"))) && !Me::App(7).is(Some(&app(8, "x"))) && !Me::App(7).is(None));
    assert!(Me::Workflow.is(Some(&app(1, "github-actions"))) && !Me::Workflow.is(Some(&app(1, "other"))));
    let comment = |login: &str, sort: &str| -> Comment {
        serde_json::from_value(json!({"id": 1, "user": {"id": 1, "login": login, "type": sort},
            "created_at": "2026-11-20T12:00:00Z", "updated_at": "2026-11-20T12:00:00Z"}))
        .unwrap()
    };
    assert!(Me::Workflow.wrote(&comment("github-actions[bot]", "Bot")));
    assert!(!Me::Workflow.wrote(&comment("github-actions[bot]", "User")));
    assert!(!Me::App(7).wrote(&comment("github-actions[bot]", "Bot")));
}
