//! Votes: reviews with their dismissals, and commands in comments.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::json;

use super::Failed;
use crate::bot::command::{self, commands as read};
use crate::bot::repo::Repo;
use crate::bot::types::{Comment, Happening, Review as Told, queried};
use crate::gate::facts::{Account, AccountSort, Command, Dismissed, Review, ReviewState};

/// How often a review of which an event told is looked for.
const LOOKS: u32 = 4;
/// Commands of one comment are told apart by so much.
const PER_COMMENT: u64 = 1000;

/// The reviews of a pull request. What a dismissed one said stands in the timeline alone.
pub(super) async fn reviews(repo: &Repo, number: u64, expect: Option<u64>, failed: &mut Failed) -> Vec<Review> {
    let mut told = repo.reviews(number).await;
    for look in 1..LOOKS {
        let there = |told: &Vec<Told>| expect.is_none_or(|id| told.iter().any(|review| review.id == id));
        if !told.as_ref().is_ok_and(|told| !there(told)) {
            break;
        }
        // GitHub tells of a review before its lists show it.
        tokio::time::sleep(Duration::from_millis(250 << look)).await;
        told = repo.reviews(number).await;
    }
    let Some(told) = failed.note("reviews", told) else { return Vec::new() };
    if let Some(id) = expect.filter(|id| !told.iter().any(|review| review.id == *id)) {
        failed.0.insert(format!("review {id}"), "GitHub told of it and does not list it yet".to_owned());
    }
    let dismissed = told.iter().any(|review| review.state.eq_ignore_ascii_case("dismissed"));
    let timeline = if dismissed { failed.note("timeline", repo.timeline(number).await) } else { None };
    of(told, &timeline.unwrap_or_default(), failed)
}

fn of(told: Vec<Told>, timeline: &[Happening], failed: &mut Failed) -> Vec<Review> {
    let mut kept: BTreeMap<u64, Review> = BTreeMap::new();
    for review in told {
        let word = review.state.to_uppercase();
        let (state, dismissed) = match word.as_str() {
            "APPROVED" => (ReviewState::Approved, None),
            "CHANGES_REQUESTED" => (ReviewState::ChangesRequested, None),
            "COMMENTED" => (ReviewState::Commented, None),
            "PENDING" => (ReviewState::Pending, None),
            "DISMISSED" => {
                let Some((state, dismissed)) = dismissal(review.id, timeline) else {
                    let why = "the timeline does not say what it said, and who dismissed it";
                    failed.0.insert(format!("review {}", review.id), why.to_owned());
                    continue;
                };
                (state, Some(dismissed))
            }
            _ => {
                failed.0.insert(format!("review {}", review.id), format!("its state '{word}' is not known"));
                continue;
            }
        };
        let it = Review {
            id: review.id,
            account: review.user.as_ref().map(|user| user.account(review.performed_via_github_app.as_ref())),
            state,
            commit: review.commit_id.unwrap_or_default(),
            at: review.submitted_at,
            dismissed,
            edited_by: None,
        };
        if it.state != ReviewState::Pending && it.at.is_none() {
            failed.0.insert(format!("review {}", it.id), "it has no time".to_owned());
            continue;
        }
        kept.insert(it.id, it);
    }
    kept.into_values().collect()
}

fn dismissal(id: u64, timeline: &[Happening]) -> Option<(ReviewState, Dismissed)> {
    let happening =
        timeline.iter().rev().find(|it| it.dismissed_review.as_ref().is_some_and(|it| it.review_id == id))?;
    let review = happening.dismissed_review.as_ref()?;
    let state = match review.state.to_lowercase().as_str() {
        "approved" => ReviewState::Approved,
        "changes_requested" => ReviewState::ChangesRequested,
        "commented" => ReviewState::Commented,
        _ => return None,
    };
    let by = happening.actor.as_ref().map(|actor| actor.account(None));
    Some((state, Dismissed { by, reason: review.dismissal_message.clone().unwrap_or_default() }))
}

/// Asks about so many comments at once; GitHub takes no more.
const AT_ONCE: usize = 100;
/// The question who edited comments, which only GitHub's query language can ask.
const EDITORS: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on IssueComment { id editor { __typename login \
    ... on User { databaseId } ... on Bot { databaseId } ... on Mannequin { databaseId } } } } }";

/// Whether a comment was edited after it was written.
fn is_edited(comment: &Comment) -> bool {
    comment.updated_at != comment.created_at
}

/// Who edited the comments with votes in them, by number of the comment. Whoever it was, the vote is void; so where GitHub
/// does not tell, the editor is only not named.
pub(super) async fn editors(repo: &Repo, comments: &[Comment]) -> BTreeMap<u64, Account> {
    let votes = |comment: &&Comment| {
        let said = read(comment.body.as_deref().unwrap_or_default());
        said.iter().any(|command| matches!(command, command::Command::Vote { .. }))
    };
    let edited: Vec<&Comment> =
        comments.iter().filter(|it| is_edited(it) && !it.node_id.is_empty()).filter(votes).collect();
    let mut known = BTreeMap::new();
    for some in edited.chunks(AT_ONCE) {
        let ids: Vec<&str> = some.iter().map(|comment| comment.node_id.as_str()).collect();
        let Ok(told) = repo.client.query(EDITORS, &json!({"ids": ids})).await else { return known };
        for node in told["nodes"].as_array().into_iter().flatten() {
            let comment = some.iter().find(|comment| node["id"] == comment.node_id.as_str());
            if let (Some(comment), Some(editor)) = (comment, queried(&node["editor"])) {
                known.insert(comment.id, editor);
            }
        }
    }
    known
}

/// The commands in comments; `editors` are those who are known to have edited one.
pub(super) fn commands(comments: &[Comment], editors: &BTreeMap<u64, Account>) -> Vec<Command> {
    let mut found = Vec::new();
    for comment in comments {
        // Whoever it was, the command is no longer as it was given.
        let unknown = || Account { id: 0, login: "unknown".to_owned(), sort: AccountSort::Other, app_id: None };
        let edited_by = is_edited(comment).then(|| editors.get(&comment.id).cloned().unwrap_or_else(unknown));
        let Some(user) = &comment.user else { continue };
        let account = user.account(comment.performed_via_github_app.as_ref());
        let commands = read(comment.body.as_deref().unwrap_or_default());
        for (nth, command) in (0..PER_COMMENT).zip(commands) {
            let command::Command::Vote { verb, commit, against, reason } = command else { continue };
            found.push(Command {
                id: comment.id.saturating_mul(PER_COMMENT).saturating_add(nth),
                account: Some(account.clone()),
                person: None,
                verb,
                commit,
                digest: None,
                reason,
                against,
                at: comment.created_at,
                edited_by: edited_by.clone(),
            });
        }
    }
    found
}

/// Whether somebody asks to have the decision explained.
pub(super) fn explains(comments: &[Comment]) -> bool {
    let asks =
        |comment: &Comment| read(comment.body.as_deref().unwrap_or_default()).contains(&command::Command::Explain);
    comments.iter().any(asks)
}

/// The people whose rights must be known: number and name.
pub(super) fn voters(reviews: &[Review], commands: &[Command]) -> BTreeSet<(u64, String)> {
    let decisive = |review: &&Review| matches!(review.state, ReviewState::Approved | ReviewState::ChangesRequested);
    let reviewers = reviews.iter().filter(decisive).filter_map(|review| review.account.as_ref());
    let commanders = commands.iter().filter_map(|command| command.account.as_ref());
    let people = reviewers.chain(commanders).filter(|account| account.sort == AccountSort::User);
    people.map(|account| (account.id, account.login.clone())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn review(value: Value) -> Told {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_dismissed_review_keeps_what_it_said_and_who_dismissed_it() {
        let told = review(json!({"id": 5, "user": {"id": 1, "login": "ann", "type": "User"}, "state": "DISMISSED",
            "commit_id": "abc", "submitted_at": "2026-11-20T10:00:00Z", "unknown": {}}));
        let timeline = [json!({"event": "review_dismissed", "actor": {"id": 2, "login": "bo", "type": "User"},
            "dismissed_review": {"state": "changes_requested", "review_id": 5, "dismissal_message": "done"}})];
        let timeline: Vec<Happening> = timeline.into_iter().map(|it| serde_json::from_value(it).unwrap()).collect();
        let mut failed = Failed::default();
        let found = of(vec![told.clone()], &timeline, &mut failed);
        assert_eq!(found[0].state, ReviewState::ChangesRequested);
        let dismissed = found[0].dismissed.clone().unwrap();
        assert_eq!((dismissed.by.unwrap().id, dismissed.reason.as_str()), (2, "done"));
        assert!(failed.0.is_empty());
        assert!(of(vec![told], &[], &mut failed).is_empty() && failed.0.contains_key("review 5"));
    }

    #[test]
    fn a_state_that_is_not_known_is_a_failed_look_up() {
        let mut failed = Failed::default();
        let told = review(json!({"id": 6, "user": null, "state": "BLESSED"}));
        assert!(of(vec![told], &[], &mut failed).is_empty());
        assert_eq!(failed.0["review 6"], "its state 'BLESSED' is not known");
    }

    #[test]
    fn a_comment_that_was_edited_gives_edited_commands() {
        let comment = |updated: &str| -> Comment {
            let value = json!({"id": 9, "user": {"id": 1, "login": "ann", "type": "User"},
                "body": "/gitsm approve abcdef1\n/gitsm object no\n/gitsm explain",
                "created_at": "2026-11-20T10:00:00Z", "updated_at": updated});
            serde_json::from_value(value).unwrap()
        };
        let nobody = BTreeMap::new();
        let fresh = commands(&[comment("2026-11-20T10:00:00Z")], &nobody);
        assert_eq!(fresh.iter().map(|command| command.id).collect::<Vec<_>>(), [9000, 9001]);
        assert!(fresh.iter().all(|command| command.edited_by.is_none()));
        let late = comment("2026-11-20T10:00:01Z");
        let unknown = commands(std::slice::from_ref(&late), &nobody);
        assert!(unknown.iter().all(|it| it.edited_by.as_ref().is_some_and(|by| by.login == "unknown")));
        let eve = queried(&json!({"__typename": "User", "login": "eve", "databaseId": 4})).unwrap();
        let known = commands(&[late], &BTreeMap::from([(9, eve.clone())]));
        assert!(known.iter().all(|it| it.edited_by.as_ref() == Some(&eve)));
        assert!(explains(&[comment("2026-11-20T10:00:00Z")]));
        assert_eq!(voters(&[], &fresh), BTreeSet::from([(1, "ann".to_owned())]));
    }

    fn given(id: u64, state: &str, at: Option<&str>) -> Told {
        review(json!({"id": id, "user": {"id": id, "login": format!("u{id}"), "type": "User"}, "state": state,
            "commit_id": "abc", "submitted_at": at}))
    }

    #[test]
    fn each_state_of_a_review_is_known_in_either_case() {
        let mut failed = Failed::default();
        let at = Some("2026-11-20T10:00:00Z");
        let told = vec![
            given(4, "PENDING", None),
            given(3, "Commented", at),
            given(1, "approved", at),
            given(2, "CHANGES_REQUESTED", at),
        ];
        let found = of(told, &[], &mut failed);
        let states: Vec<(u64, ReviewState)> = found.iter().map(|review| (review.id, review.state)).collect();
        assert_eq!(
            states,
            [
                (1, ReviewState::Approved),
                (2, ReviewState::ChangesRequested),
                (3, ReviewState::Commented),
                (4, ReviewState::Pending)
            ]
        );
        assert!(failed.0.is_empty(), "a review that is not handed in has no time yet: {:?}", failed.0);
    }

    #[test]
    fn a_review_without_a_time_is_a_failed_look_up() {
        let mut failed = Failed::default();
        assert_eq!(of(vec![given(1, "APPROVED", None)], &[], &mut failed), []);
        assert_eq!(failed.0, BTreeMap::from([("review 1".to_owned(), "it has no time".to_owned())]));
    }

    #[test]
    fn a_review_that_two_pages_list_counts_once_as_it_was_listed_last() {
        let mut failed = Failed::default();
        let at = Some("2026-11-20T10:00:00Z");
        let found = of(vec![given(1, "APPROVED", at), given(1, "CHANGES_REQUESTED", at)], &[], &mut failed);
        assert_eq!(found.iter().map(|review| review.state).collect::<Vec<_>>(), [ReviewState::ChangesRequested]);
    }

    #[test]
    fn the_last_dismissal_counts_and_one_that_says_nothing_known_does_not() {
        let happening = |id: u64, state: &str, message: Value| -> Happening {
            let value = json!({"event": "review_dismissed", "actor": null,
                "dismissed_review": {"state": state, "review_id": id, "dismissal_message": message}});
            serde_json::from_value(value).unwrap()
        };
        let timeline = [
            happening(5, "approved", json!("first")),
            happening(6, "approved", json!("another one")),
            happening(5, "Changes_Requested", json!(null)),
        ];
        let (state, dismissed) = dismissal(5, &timeline).unwrap();
        assert_eq!((state, dismissed), (ReviewState::ChangesRequested, Dismissed { by: None, reason: String::new() }));
        assert_eq!(dismissal(7, &timeline), None);
        assert_eq!(dismissal(5, &[happening(5, "blessed", json!("x"))]), None);
        assert_eq!(dismissal(5, &[happening(5, "commented", json!("x"))]).unwrap().0, ReviewState::Commented);
    }

    #[test]
    fn an_editor_is_known_by_number_or_not_at_all() {
        let bot = queried(&json!({"__typename": "Bot", "login": "x", "databaseId": 5})).unwrap();
        assert_eq!((bot.id, bot.sort), (5, AccountSort::Bot));
        for unknown in
            [json!(null), json!({"__typename": "User", "login": "ann"}), json!({"login": "ann", "databaseId": 5})]
        {
            assert_eq!(queried(&unknown), None, "{unknown}");
        }
    }

    #[test]
    fn rights_are_looked_up_for_people_who_decide_something() {
        let at = Some("2026-11-20T10:00:00Z");
        let mut told = vec![given(1, "APPROVED", at), given(2, "CHANGES_REQUESTED", at), given(3, "COMMENTED", at)];
        told.push(review(json!({"id": 4, "user": {"id": 4, "login": "x[bot]", "type": "Bot"}, "state": "APPROVED",
            "submitted_at": at})));
        told.push(review(json!({"id": 5, "user": null, "state": "APPROVED", "submitted_at": at})));
        let found = of(told, &[], &mut Failed::default());
        assert_eq!(found.len(), 5, "a review of an account that is gone stays: {found:?}");
        assert_eq!(voters(&found, &[]), BTreeSet::from([(1, "u1".to_owned()), (2, "u2".to_owned())]));
    }

    #[test]
    fn a_comment_without_an_account_gives_no_command_and_an_app_is_noted() {
        let comment = |user: Value, body: Value| -> Comment {
            serde_json::from_value(json!({"id": 9, "user": user, "body": body, "performed_via_github_app": {"id": 12},
                "created_at": "2026-11-20T10:00:00Z", "updated_at": "2026-11-20T10:00:00Z"}))
            .unwrap()
        };
        let ann = json!({"id": 1, "login": "ann", "type": "User"});
        let nobody = BTreeMap::new();
        assert_eq!(commands(&[comment(json!(null), json!("/gitsm withdraw"))], &nobody), []);
        assert_eq!(commands(&[comment(ann.clone(), json!(null))], &nobody), []);
        let said = json!("/gitsm explain\n/gitsm overrule bo it is tested");
        let found = commands(&[comment(ann.clone(), said)], &nobody);
        let [command] = &found[..] else { panic!("{found:?}") };
        assert_eq!((command.id, command.account.as_ref().unwrap().app_id), (9001, Some(12)));
        assert_eq!((command.against.as_deref(), command.reason.as_str()), (Some("bo"), "it is tested"));
        assert!(!explains(&[comment(ann.clone(), json!("> /gitsm explain"))]));
        assert!(!explains(&[comment(ann, json!(null))]) && !explains(&[]));
    }
}
