//! What a pull request and those beside it were at a time that is over. What GitHub no longer tells as it was then is a
//! look-up that failed for good, and is never made up from what is there now.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::bot::BotError;
use crate::bot::client::ApiError;
use crate::bot::facts::{self, Gathered};
use crate::bot::judge::Judge;
use crate::bot::plan::{Me, Seen, check_name};
use crate::bot::repo::{Deleted, Repo};
use crate::bot::types::{Activity, Comment, Happening, Pull};
use crate::gate::Electorate;
use crate::gate::facts::{Account, AccountSort};

/// What cannot be told as it was, by what it is about, with why.
pub(in crate::bot) type Lost = BTreeMap<String, String>;

/// Something that may have said something else then. It matters only when whoever wrote it may vote.
#[derive(Debug, Clone)]
pub(in crate::bot) struct Doubt {
    /// What it is about.
    pub what: String,
    /// Why it is not known.
    pub why: String,
    /// Who wrote it; none when that account is gone, which votes no more.
    pub by: Option<Account>,
}

impl Doubt {
    /// Whether it matters. A program that is known by its name alone may be any that the policy names.
    pub(in crate::bot) fn matters(&self, electorate: &Electorate<'_>) -> bool {
        let Some(by) = &self.by else { return false };
        let nameless = by.sort == AccountSort::Bot && by.app_id.is_none();
        electorate.may_vote(by) || nameless && electorate.names_programs()
    }
}

/// Takes out of what was gathered about a pull request what was said and done after `then`.
///
/// # Errors
/// When GitHub does not answer.
pub(in crate::bot) async fn rewind(
    repo: &Repo,
    pull: &Pull,
    gathered: &mut Gathered,
    me: &Me,
    then: Timestamp,
) -> Result<(), ApiError> {
    let timeline = repo.timeline(pull.number).await?;
    let edited = repo.edited_at(pull.number).await?;
    gathered.then = Some(then);
    let facts = &mut gathered.facts;
    facts.reviews.retain(|review| review.at.is_none_or(|at| at <= then));
    facts.commands.retain(|command| command.at <= then);
    let lost = &mut gathered.lost;
    for review in facts.reviews.iter_mut().filter(|review| review.dismissed.is_some()) {
        let of = |it: &&Happening| it.dismissed_review.as_ref().is_some_and(|it| it.review_id == review.id);
        match timeline.iter().rev().find(of).and_then(|it| it.created_at) {
            Some(at) if at <= then => {}
            Some(_) => review.dismissed = None,
            None => drop(lost.insert(format!("review {}", review.id), "when it was dismissed is not told".to_owned())),
        }
    }
    gathered.doubts.extend(gathered.comments.iter().filter(|it| is_unsure(it, me, then)).map(|it| Doubt {
        what: format!("comment {}", it.id),
        why: format!("it was edited after {then}, so that what it said then is not known"),
        by: it.user.as_ref().map(|user| user.account(it.performed_via_github_app.as_ref())),
    }));
    let late = |it: &&Happening| it.event == "comment_deleted" && it.created_at.is_none_or(|at| at > then);
    match timeline.iter().filter(late).count() {
        0 => {}
        count => gathered.doubts.extend(deleted(repo, pull, me, then, count, lost).await?),
    }
    if edited.is_some_and(|at| at > then) {
        let why = format!("it was edited after {then}, so that the changes that it named then are not known");
        lost.insert("the text of the pull request".to_owned(), why);
    }
    Ok(())
}

/// The `count` comments that were deleted after `then`. Only GitHub's query language tells whose they were.
async fn deleted(
    repo: &Repo,
    pull: &Pull,
    me: &Me,
    then: Timestamp,
    count: usize,
    lost: &mut Lost,
) -> Result<Vec<Doubt>, ApiError> {
    let why = format!("one was deleted after {then}, and what it said is not known");
    let found: Vec<Deleted> = repo.deleted(pull.number).await?.into_iter().filter(|it| it.at > then).collect();
    if found.len() < count {
        lost.insert("comments".to_owned(), why);
        return Ok(Vec::new());
    }
    let checks = repo.checks(&pull.head.sha, &check_name(&pull.base.branch)).await?;
    let own = |by: &Account| by.sort == AccountSort::Bot && me.is_called(&by.login, &checks);
    let others = found.into_iter().filter(|it| !it.by.as_ref().is_some_and(own));
    Ok(others.map(|it| Doubt { what: "comments".to_owned(), why: why.clone(), by: it.by }).collect())
}

/// Whether a comment may have held another command at a time than it does now. The bot's own holds none.
fn is_unsure(comment: &Comment, me: &Me, then: Timestamp) -> bool {
    comment.created_at <= then && comment.updated_at > then && !me.wrote(comment)
}

impl Judge {
    /// The pull requests to the same branch that were open at `then`, with the heads that they had.
    ///
    /// # Errors
    /// When GitHub does not answer.
    pub(super) async fn beside_then(
        &self,
        pull: &Pull,
        then: Timestamp,
        lost: &mut Lost,
    ) -> Result<Vec<Pull>, BotError> {
        // The open ones first, so that one which is closed in between is in both lists and not in neither.
        let open = self.repo.pulls().await?;
        let mut all = self.repo.closed_since(then).await?;
        let closed: BTreeSet<u64> = all.iter().map(|it| it.number).collect();
        all.extend(open.into_iter().filter(|it| !closed.contains(&it.number)));
        let mut found = Vec::new();
        for mut other in all {
            if other.number == pull.number || other.created_at > then {
                continue;
            }
            // Whatever happens to one is written down as the time of its last update.
            if other.updated_at < then {
                if other.state == "open" && other.base.branch == pull.base.branch {
                    found.push(other);
                }
                continue;
            }
            let timeline = self.repo.timeline(other.number).await?;
            if !was_open(&timeline, then) {
                continue;
            }
            let mut note = |why: &str| drop(lost.insert(format!("pull request {}", other.number), why.to_owned()));
            if timeline.iter().any(|it| it.event == "base_ref_changed" && it.created_at.is_none_or(|at| at > then)) {
                note(&format!("it was sent to another branch after {then}"));
                continue;
            }
            if other.base.branch != pull.base.branch {
                continue;
            }
            match self.head_then(&other, &timeline, then).await? {
                Ok(head) => {
                    other.head.sha = head;
                    found.push(other);
                }
                Err(why) => note(why),
            }
        }
        found.sort_by_key(|it| it.number);
        Ok(found)
    }

    /// The head that an open pull request had at `then`; the inner error says why that is not known.
    async fn head_then(
        &self,
        other: &Pull,
        timeline: &[Happening],
        then: Timestamp,
    ) -> Result<Result<String, &'static str>, BotError> {
        let done = if other.is_fork() { Vec::new() } else { self.repo.activity(&other.head.branch).await? };
        let moved =
            if other.is_fork() { facts::forced(timeline, None) } else { facts::came_to(&done, &other.head.sha) };
        // What the bot published by then it published about the head of then, unless that was replaced and came back.
        let seen = Seen::look(&self.repo, other, &[], &self.me).await?;
        if (Seen { moved, ..seen }).published_by(then) {
            return Ok(Ok(other.head.sha.clone()));
        }
        if other.is_fork() {
            return Ok(Err("it comes from a fork, so that what was pushed to it later is not told"));
        }
        let Some(head) = head_by(&done, &other.head.sha, then) else {
            return Ok(Err("its branch was made anew afterwards, so that its head of then is not known"));
        };
        if head != other.head.sha {
            let token = self.repo.client.token().await?;
            if self.mirror.fetch(std::slice::from_ref(&head), token.as_ref()).await.is_err() {
                return Ok(Err("the head that it had then is no longer there"));
            }
        }
        Ok(Ok(head))
    }
}

/// Whether a pull request that was there already was open at `then`, by what happened to it.
fn was_open(timeline: &[Happening], then: Timestamp) -> bool {
    let ends = |it: &&Happening| matches!(it.event.as_str(), "closed" | "merged" | "reopened");
    let by_then = |it: &&Happening| it.created_at.is_some_and(|at| at < then);
    let last = timeline.iter().filter(ends).filter(by_then).max_by_key(|it| it.created_at);
    last.is_none_or(|it| it.event == "reopened")
}

/// Where a branch that leads to `head` led at `then`; none where it was not there yet.
fn head_by(done: &[Activity], head: &str, then: Timestamp) -> Option<String> {
    let moved = |act: &&Activity| act.timestamp > then && act.activity_type != "branch_deletion";
    let Some(first) = done.iter().filter(moved).min_by_key(|act| act.timestamp) else { return Some(head.to_owned()) };
    (!first.before.bytes().all(|byte| byte == b'0')).then(|| first.before.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;

    fn then() -> Timestamp {
        "2026-11-20T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_pull_request_was_open_unless_it_had_been_closed_by_then_and_not_opened_again() {
        let open = |happened: &[(&str, &str)]| {
            let one =
                |(event, at): &(&str, &str)| json!({"event": event, "created_at": format!("2026-11-20T{at}:00Z")});
            let timeline: Vec<Value> = happened.iter().map(one).collect();
            was_open(&from_value::<Vec<Happening>>(Value::Array(timeline)).unwrap(), then())
        };
        assert!(open(&[]) && open(&[("labeled", "10:00")]));
        assert!(!open(&[("closed", "10:00")]) && open(&[("closed", "10:00"), ("reopened", "11:00")]));
        assert!(!open(&[("closed", "10:00"), ("reopened", "13:00")]), "it was opened again only later");
        assert!(open(&[("merged", "12:00"), ("closed", "12:00")]), "what went at the same moment was there until then");
        assert!(open(&[("reopened", "11:00"), ("closed", "10:00")]), "whatever their order");
    }

    #[test]
    fn a_head_of_then_is_what_the_first_later_push_found() {
        let act = |word: &str, at: &str, before: &str| {
            json!({"activity_type": word, "before": before, "after": "x",
            "actor": null, "timestamp": format!("2026-11-20T{at}:00Z")})
        };
        let head = |done: Value| head_by(&from_value::<Vec<Activity>>(done).unwrap(), "now", then());
        assert_eq!(head(json!([])).as_deref(), Some("now"));
        assert_eq!(head(json!([act("push", "12:00", "a")])).as_deref(), Some("now"));
        let later = json!([act("push", "14:00", "c"), act("force_push", "13:00", "b"), act("push", "11:00", "a")]);
        assert_eq!(head(later).as_deref(), Some("b"));
        assert_eq!(head(json!([act("branch_deletion", "13:00", "now")])).as_deref(), Some("now"));
        assert_eq!(head(json!([act("branch_creation", "13:00", &"0".repeat(40))])), None);
    }

    #[test]
    fn a_comment_is_unsure_when_it_was_there_and_was_edited_later() {
        let unsure = |created: &str, updated: &str, app: Value| {
            let time = |at: &str| format!("2026-11-20T{at}:00Z");
            let comment = json!({"id": 1, "user": {"id": 1, "login": "x", "type": "Bot"}, "body": "",
                "created_at": time(created), "updated_at": time(updated), "performed_via_github_app": app});
            is_unsure(&from_value(comment).unwrap(), &Me::App(7), then())
        };
        assert!(unsure("11:00", "12:01", Value::Null));
        assert!(!unsure("11:00", "12:00", Value::Null) && !unsure("12:01", "12:02", Value::Null));
        assert!(!unsure("11:00", "12:01", json!({"id": 7})), "the bot's own holds no command");
    }
}
