//! Votes: reviews with their dismissals, and commands in comments.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::Failed;
use crate::bot::command::{self, commands as read};
use crate::bot::repo::Repo;
use crate::bot::types::{Comment, Happening, Review as Told};
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

/// The commands in comments.
pub(super) fn commands(comments: &[Comment]) -> Vec<Command> {
    let mut found = Vec::new();
    for comment in comments {
        // GitHub tells that a comment was edited, and not by whom; whoever it was, the command is no longer as given.
        let unknown = Account { id: 0, login: "unknown".to_owned(), sort: AccountSort::Other, app_id: None };
        let edited_by = (comment.updated_at != comment.created_at).then_some(unknown);
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
    use serde_json::json;

    use super::*;

    fn review(value: serde_json::Value) -> Told {
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
        let fresh = commands(&[comment("2026-11-20T10:00:00Z")]);
        assert_eq!(fresh.iter().map(|command| command.id).collect::<Vec<_>>(), [9000, 9001]);
        assert!(fresh.iter().all(|command| command.edited_by.is_none()));
        assert!(commands(&[comment("2026-11-20T10:00:01Z")]).iter().all(|command| command.edited_by.is_some()));
        assert!(explains(&[comment("2026-11-20T10:00:00Z")]));
        assert_eq!(voters(&[], &fresh), BTreeSet::from([(1, "ann".to_owned())]));
    }
}
