//! Plans, from cases made by hand: each outcome, and what is there already.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::*;
use crate::bot::facts::nothing;
use crate::bot::judge::Heard;
use crate::gate::Decision;

/// A check run of the bot.
fn there(mark: &str, ended: bool) -> Run {
    Run { id: 5, mark: mark.to_owned(), ended }
}

/// A case that comes to `outcome`, with nothing there yet.
pub(in crate::bot) fn case(outcome: Outcome) -> Case {
    let end = |name: &str| json!({"ref": name, "sha": "abcdef0123", "repo": {"id": 1}});
    let user = json!({"id": 3, "login": "cy", "type": "User"});
    let pull = json!({"number": 7, "state": "open", "base": end("main"), "head": end("work"), "user": user, "body": null,
        "draft": false, "created_at": "2026-11-20T10:00:00Z", "updated_at": "2026-11-20T10:00:00Z", "closed_at": null,
        "merged_at": null, "labels": [], "requested_reviewers": []});
    let pull: Pull = serde_json::from_value(pull).unwrap();
    let mut decision = Decision::unreadable("nothing was read", "2026-11-20T12:00:00Z".parse().unwrap());
    decision.outcome = outcome;
    decision.base.branch = "main".to_owned();
    decision.head.commit = "abcdef0123".to_owned();
    let accounts =
        BTreeMap::from([("ann-ash".to_owned(), ("ann".to_owned(), 1)), ("cy".to_owned(), ("cy".to_owned(), 3))]);
    let facts = nothing(&pull);
    let lost = BTreeSet::new();
    let heard = Heard { decision, facts, introduced: Vec::new(), findings: 0, picture: None, accounts, lost };
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
    case.seen.check = Some(there(&first.mark, true));
    case.seen.green = BTreeSet::from([5]);
    assert_eq!(published(&case), None);
    case.heard.decision.instant = "2026-11-21T12:00:00Z".parse().unwrap();
    assert_eq!(published(&case), None, "time alone changes nothing");
    (case.seen.check, case.seen.green) = (Some(there(&first.mark, false)), BTreeSet::new());
    let again = published(&case).unwrap();
    assert_eq!(again.mark, first.mark, "it was only taken back in between");
    case.heard.decision.outcome = Outcome::Blocked;
    assert!(published(&case).unwrap().mark.starts_with("gitsm BLOCKED 2026-11-21T12:00:00Z "));
    assert_eq!(Seen { check: Some(there("gitsm BLOCKED - x", true)), ..Seen::default() }.passed_at(), None);
}

#[test]
fn no_run_says_success_beside_the_one_that_counts() {
    let mut case = case(Outcome::Pass);
    let right = published(&case).unwrap();
    (case.seen.check, case.seen.green) = (Some(there(&right.mark, true)), BTreeSet::from([2, 3, 5]));
    let retired = [Action::RetireCheck { id: 2 }, Action::RetireCheck { id: 3 }];
    assert_eq!(plan(&case, NONE), retired, "what an older version left is taken along");
    case.heard.decision.outcome = Outcome::Blocked;
    let [first, second, Action::UpdateCheck { id: 5, .. }] = &plan(&case, NONE)[..] else { panic!() };
    assert_eq!([first, second], [&retired[0], &retired[1]]);
    case.seen.check = Some(there("gitsm BLOCKED 2026-11-20T12:00:00Z x", false));
    case.seen.green = BTreeSet::from([2]);
    let actions = plan(&case, NONE);
    assert!(matches!(&actions[..], [Action::RetireCheck { id: 2 }, Action::UpdateCheck { id: 5, .. }]), "{actions:?}");
    for (word, through) in [("success", true), ("neutral", true), ("skipped", true), ("cancelled", false)] {
        assert_eq!(lets_through(Some(word)), through, "{word}");
    }
    assert!(!lets_through(None));
}

#[test]
fn what_was_published_before_the_head_came_back_tells_nothing_about_it() {
    let at = |at: &str| -> Timestamp { format!("2026-11-20T{at}:00Z").parse().unwrap() };
    let seen = |moved: Option<&str>| Seen {
        check: Some(there("gitsm PASS 2026-11-20T10:00:00Z x", true)),
        moved: moved.map(at),
        ..Seen::default()
    };
    assert_eq!(seen(None).passed_at(), Some(at("10:00")));
    assert_eq!(seen(Some("10:00")).passed_at(), Some(at("10:00")));
    assert_eq!(seen(Some("10:01")).passed_at(), None);
    assert!(seen(Some("09:00")).published_by(at("11:00")) && !seen(Some("10:30")).published_by(at("11:00")));
    assert_eq!(seen(Some("10:30")).passed_by(at("11:00")), Err(Later));
    let mut case = case(Outcome::Pass);
    case.seen = seen(Some("11:00"));
    assert!(published(&case).unwrap().mark.starts_with("gitsm PASS 2026-11-20T12:00:00Z "), "green since now");
    case.seen = seen(Some("09:00"));
    assert!(published(&case).unwrap().mark.starts_with("gitsm PASS 2026-11-20T10:00:00Z "));
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
        serde_json::from_value(json!({"id": 1, "user": {"id": 1, "login": login, "type": sort}, "body": "",
            "created_at": "2026-11-20T12:00:00Z", "updated_at": "2026-11-20T12:00:00Z"}))
        .unwrap()
    };
    assert!(Me::Workflow.wrote(&comment("github-actions[bot]", "Bot")));
    assert!(!Me::Workflow.wrote(&comment("github-actions[bot]", "User")));
    assert!(!Me::App(7).wrote(&comment("github-actions[bot]", "Bot")));
}

/// Everything beside the check.
fn beside(case: &Case, wants: Wants) -> Vec<Action> {
    plan(case, wants).into_iter().skip(1).collect()
}

const LABELS: Wants = Wants { comment: false, labels: true, ask: false };
const ASK: Wants = Wants { comment: false, labels: false, ask: true };
const NONE: Wants = Wants { comment: false, labels: false, ask: false };

#[test]
fn the_mark_tells_the_outcome_since_when_it_is_green_and_what_was_said() {
    let mark = |outcome| published(&case(outcome)).unwrap().mark;
    let pass = mark(Outcome::Pass);
    let hash = pass.strip_prefix("gitsm PASS 2026-11-20T12:00:00Z ").unwrap();
    assert!(hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{pass}");
    assert!(mark(Outcome::Pending).starts_with("gitsm PENDING 2026-11-20T12:00:00Z "));
    assert!(mark(Outcome::Error).starts_with("gitsm ERROR 2026-11-20T12:00:00Z "));
    let mut other = case(Outcome::Pass);
    other.heard.decision.change = Some("chg-a".to_owned());
    assert_ne!(published(&other).unwrap().mark, pass, "other words, another mark");
}

#[test]
fn the_time_of_green_is_read_from_a_mark_of_pass_alone() {
    let passed = |mark: &str| Seen { check: Some(there(mark, true)), ..Seen::default() }.passed_at();
    let at = "2026-11-20T12:00:00Z".parse().unwrap();
    assert_eq!(passed("gitsm PASS 2026-11-20T12:00:00Z 0123456789abcdef"), Some(at));
    for other in [
        "",
        "gitsm PASS",
        "gitsm PASS - 0123456789abcdef",
        "gitsm PENDING 2026-11-20T12:00:00Z 0123456789abcdef",
        "gitsm pass 2026-11-20T12:00:00Z 0123456789abcdef",
        "other PASS 2026-11-20T12:00:00Z 0123456789abcdef",
        "gitsm PASS 2026-11-20 0123456789abcdef",
    ] {
        assert_eq!(passed(other), None, "{other}");
    }
    assert_eq!(Seen::default().passed_at(), None);
}

#[test]
fn what_was_published_later_tells_nothing_about_an_earlier_time() {
    let then = "2026-11-20T12:00:00Z".parse().unwrap();
    let passed = |check: Option<Run>| Seen { check, ..Seen::default() }.passed_by(then);
    assert_eq!(passed(Some(there("gitsm PASS 2026-11-20T12:00:00Z x", true))), Ok(Some(then)));
    assert_eq!(passed(Some(there("gitsm PENDING 2026-11-20T11:00:00Z x", false))), Ok(None));
    assert_eq!(passed(None), Ok(None), "nothing was ever published");
    for later in ["gitsm PASS 2026-11-20T12:00:01Z x", "gitsm ERROR 2026-11-21T12:00:00Z x", "gitsm PENDING - x", ""] {
        assert_eq!(passed(Some(there(later, true))), Err(Later), "{later}");
    }
}

#[test]
fn a_run_that_has_ended_is_never_opened_again_since_its_end_would_stay() {
    let mut case = case(Outcome::Pending);
    (case.seen.check, case.seen.green) = (Some(there("gitsm PASS 2026-11-19T12:00:00Z x", true)), BTreeSet::from([5]));
    assert!(
        matches!(&plan(&case, NONE)[..], [Action::RetireCheck { id: 5 }, Action::CreateCheck(check)] if check.conclusion.is_none()),
        "the old one says success no more before there is a new one"
    );
    (case.seen.check, case.seen.green) = (Some(there("gitsm PASS 2026-11-19T12:00:00Z x", false)), BTreeSet::new());
    assert!(matches!(&plan(&case, NONE)[..], [Action::UpdateCheck { id: 5, check }] if check.conclusion.is_none()));
    case.heard.decision.outcome = Outcome::Blocked;
    case.seen.check = Some(there("gitsm PASS 2026-11-19T12:00:00Z x", true));
    assert!(matches!(&plan(&case, NONE)[..], [Action::UpdateCheck { id: 5, .. }]), "another end can be written to it");
}

#[test]
fn a_check_that_is_there_is_brought_up_to_date_and_no_second_one_made() {
    let mut case = case(Outcome::Blocked);
    case.seen.check = Some(there("gitsm PASS 2026-11-19T12:00:00Z 0123456789abcdef", true));
    case.seen.green = BTreeSet::from([5]);
    let [Action::UpdateCheck { id: 5, check }] = &plan(&case, NONE)[..] else { panic!() };
    assert_eq!(check.conclusion, Some("failure"));
    case.heard.decision.outcome = Outcome::Pass;
    let [Action::UpdateCheck { id: 5, check }] = &plan(&case, NONE)[..] else { panic!() };
    assert!(check.mark.starts_with("gitsm PASS 2026-11-19T12:00:00Z "), "green since then: {}", check.mark);
}

#[test]
fn what_is_not_wanted_is_not_done_and_what_is_over_is_told_by_its_check_alone() {
    let mut case = case(Outcome::Pending);
    case.heard.decision.next.ask.insert("ann-ash".to_owned());
    assert!(matches!(&plan(&case, NONE)[..], [Action::CreateCheck(_)]));
    let all = plan(&case, Wants::default());
    assert!(
        matches!(
            &all[..],
            [Action::CreateCheck(_), Action::CreateComment { .. }, Action::AddLabels { .. }, Action::Ask { .. }]
        ),
        "{all:?}"
    );
    case.heard.facts.pull_request.state = crate::gate::facts::PullState::Closed;
    assert!(matches!(&plan(&case, Wants::default())[..], [Action::CreateCheck(_)]));
}

#[test]
fn a_second_run_over_what_the_first_one_did_does_nothing() {
    let mut case = case(Outcome::Pending);
    case.heard.decision.next.ask.insert("ann-ash".to_owned());
    for action in plan(&case, Wants::default()) {
        match action {
            Action::CreateCheck(check) => case.seen.check = Some(there(&check.mark, check.conclusion.is_some())),
            Action::CreateComment { body } => case.seen.comments.push((1, body)),
            Action::AddLabels { labels } => case.seen.labels.extend(labels),
            Action::Ask { people } => case.seen.asked.extend(people.into_iter().map(|(_, id)| id)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(plan(&case, Wants::default()), []);
}

#[test]
fn labels_tell_outcome_category_and_risk_within_fifty_characters() {
    let mut case = case(Outcome::Blocked);
    case.twins.insert(8, Outcome::Error);
    case.heard.decision.category = Some("c".repeat(60));
    case.heard.decision.risk = Some(crate::gate::Rated {
        level: "high".to_owned(),
        rank: 2,
        score: 61,
        computed: "high".to_owned(),
        declared: None,
        terms: Vec::new(),
    });
    let labels = BTreeSet::from([
        "gitsm: error".to_owned(),
        "gitsm: high risk".to_owned(),
        format!("gitsm: {}", "c".repeat(43)),
    ]);
    assert_eq!(beside(&case, LABELS), [Action::AddLabels { labels: labels.clone() }]);
    case.seen.labels.clone_from(&labels);
    case.seen.labels.extend(["gitsm".to_owned(), "gitsm:x".to_owned()]);
    assert_eq!(beside(&case, LABELS), [], "labels that only look alike are somebody else's");
    case.heard.decision.risk = None;
    assert_eq!(beside(&case, LABELS), [Action::RemoveLabel { label: "gitsm: high risk".to_owned() }]);
}

#[test]
fn nobody_is_asked_unless_people_are_waited_for() {
    for outcome in [Outcome::Pass, Outcome::Blocked, Outcome::Error] {
        let mut case = case(outcome);
        case.heard.decision.next.ask.insert("ann-ash".to_owned());
        case.twins.insert(8, Outcome::Pending);
        assert_eq!(beside(&case, ASK), [], "{outcome}");
    }
    let mut gone = case(Outcome::Pending);
    gone.heard.decision.next.ask.insert("cy".to_owned());
    assert_eq!(beside(&gone, ASK), [], "the author alone is nobody to ask");
    gone.pull.user = None;
    assert_eq!(beside(&gone, ASK), [Action::Ask { people: vec![("cy".to_owned(), 3)] }]);
}

#[test]
fn what_an_app_wrote_is_its_own_and_a_person_with_its_name_is_not_believed() {
    let comment = |login: &str, sort: &str, app: Option<u64>| -> Comment {
        serde_json::from_value(json!({"id": 1, "user": {"id": 1, "login": login, "type": sort}, "body": text::MARKER,
            "performed_via_github_app": app.map(|id| json!({"id": id, "slug": "gitsm"})),
            "created_at": "2026-11-20T12:00:00Z", "updated_at": "2026-11-20T12:00:00Z"}))
        .unwrap()
    };
    assert!(Me::App(7).wrote(&comment("gitsm[bot]", "Bot", Some(7))));
    assert!(!Me::App(7).wrote(&comment("gitsm[bot]", "Bot", Some(8))));
    assert!(!Me::App(7).wrote(&comment("gitsm[bot]", "Bot", None)));
    assert!(!Me::App(7).wrote(&comment("mallory", "User", None)), "the marker alone proves nothing");
    assert!(!Me::App(7).wrote(&comment("mallory", "User", Some(7))), "a person who writes through the App");
    assert!(!Me::Workflow.wrote(&comment("github-actions[bot]", "User", None)));
    assert!(!Me::Workflow.wrote(&comment("github-actions[bot]", "Bot", Some(8))), "another App under that name");
    assert!(!Me::Workflow.wrote(&comment("github-actions", "Bot", None)));
}

#[test]
fn a_plan_is_printed_with_what_is_to_be_done() {
    let told = |action: Action| serde_json::to_value(action).unwrap();
    assert_eq!(told(Action::DeleteComment { id: 2 }), json!({"do": "delete_comment", "id": 2}));
    assert_eq!(told(Action::Ask { people: vec![("ann".to_owned(), 1)] }), json!({"do": "ask", "people": [["ann", 1]]}));
    let check = Check {
        name: "gitsm / main".to_owned(),
        commit: "abc".to_owned(),
        conclusion: None,
        title: "t".to_owned(),
        summary: "s".to_owned(),
        text: "x".to_owned(),
        mark: "m".to_owned(),
    };
    assert_eq!(
        told(Action::UpdateCheck { id: 5, check }),
        json!({"do": "update_check", "id": 5, "name": "gitsm / main", "commit": "abc", "conclusion": null,
            "title": "t", "summary": "s", "text": "x", "mark": "m"})
    );
}
