//! What to do about a decision: a pure function of the decision and of what is there already.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use super::client::ApiError;
use super::judge::Case;
use super::repo::Repo;
use super::text;
use super::types::{App, CheckRun, Comment, Pull};
use crate::base::hash::Sha256;
use crate::gate::Outcome;

/// Labels of the bot begin with this; it touches no others.
const LABEL: &str = "gitsm: ";
/// Where GitHub's own App for workflows is known by.
const WORKFLOWS: &str = "github-actions";

/// As whom the bot writes, so that it trusts nobody else's marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Me {
    /// An App, by its number.
    App(u64),
    /// A workflow with the token that GitHub gives it. Every workflow of the repository writes under this name.
    Workflow,
}

impl Me {
    /// Whether what this App published is the bot's own.
    fn is(&self, app: Option<&App>) -> bool {
        app.is_some_and(|app| match self {
            Self::App(id) => app.id == *id,
            Self::Workflow => app.slug == WORKFLOWS,
        })
    }

    /// Whether a program of this name is the bot, by the check runs that it published.
    pub(super) fn is_called(&self, login: &str, checks: &[CheckRun]) -> bool {
        let slug = login.trim_end_matches("[bot]");
        let own = checks.iter().filter_map(|check| check.app.as_ref()).filter(|app| self.is(Some(app)));
        !slug.is_empty()
            && (own.into_iter().any(|app| app.slug == slug) || *self == Self::Workflow && slug == WORKFLOWS)
    }

    /// Whether the bot itself wrote a comment. People can write through an App, too; those are their words.
    pub(super) fn wrote(&self, comment: &Comment) -> bool {
        let Some(user) = comment.user.as_ref().filter(|user| user.sort == "Bot") else { return false };
        match comment.performed_via_github_app.as_ref() {
            Some(app) => self.is(Some(app)),
            None => *self == Self::Workflow && user.login == "github-actions[bot]",
        }
    }
}

/// A check run of the bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its name, with the base branch in it.
    pub name: String,
    /// The commit that it is about.
    pub commit: String,
    /// How it ended; none while people are waited for. Never anything that counts as success but success itself.
    pub conclusion: Option<&'static str>,
    /// One line.
    pub title: String,
    /// The decision in short.
    pub summary: String,
    /// The whole decision.
    pub text: String,
    /// What the bot writes down for itself.
    pub mark: String,
}

/// The newest check run of the bot on a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its number.
    pub id: u64,
    /// What the bot wrote down for itself.
    pub mark: String,
    /// Whether it is completed. Such a run keeps its end for good, so that only another end can be written to it.
    pub ended: bool,
}

impl Run {
    /// Whether the run itself can be made to say `check`; otherwise a new one has to take its place.
    pub(super) const fn takes(&self, check: &Check) -> bool {
        !self.ended || check.conclusion.is_some()
    }
}

/// What is there already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The bot's own check run.
    pub check: Option<Run>,
    /// All runs of the bot that let a merge through, by number. How GitHub chooses among runs of one name is not written
    /// down for every case, so that none may say success when the decision does not.
    pub green: BTreeSet<u64>,
    /// When the commit last became the head; what was published before that was about an earlier time.
    pub moved: Option<Timestamp>,
    /// Whether somebody else publishes a check of the same name.
    pub forged: bool,
    /// The bot's comments with its mark, oldest first: number and text.
    pub comments: Vec<(u64, String)>,
    /// Labels.
    pub labels: BTreeSet<String>,
    /// Accounts that were asked for a review, and are asked still.
    pub asked: BTreeSet<u64>,
}

/// What is to be done beside the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wants {
    /// Whether to write a comment.
    pub comment: bool,
    /// Whether to set labels.
    pub labels: bool,
    /// Whether to ask people for their review.
    pub ask: bool,
}

impl Default for Wants {
    fn default() -> Self {
        Self { comment: true, labels: true, ask: true }
    }
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// End an older check run of the bot so that it lets nothing through any more.
    RetireCheck {
        /// Its number.
        id: u64,
    },
    /// Publish a check run.
    CreateCheck(Check),
    /// Bring the bot's check run up to date.
    UpdateCheck {
        /// Its number.
        id: u64,
        /// What it is to say.
        #[serde(flatten)]
        check: Check,
    },
    /// Write the comment.
    CreateComment {
        /// Its text.
        body: String,
    },
    /// Bring the comment up to date.
    UpdateComment {
        /// Its number.
        id: u64,
        /// Its text.
        body: String,
    },
    /// Take a second comment away.
    DeleteComment {
        /// Its number.
        id: u64,
    },
    /// Set labels.
    AddLabels {
        /// Their names.
        labels: BTreeSet<String>,
    },
    /// Take a label away.
    RemoveLabel {
        /// Its name.
        label: String,
    },
    /// Ask people for their review.
    Ask {
        /// Their accounts: name as the register has it, and number.
        people: Vec<(String, u64)>,
    },
}

/// How a mark calls the outcome that succeeds.
const PASS: &str = "PASS";

/// What is there was written later than the time that is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Later;

/// The name of the check for pull requests to a branch.
#[must_use]
pub(super) fn check_name(base: &str) -> String {
    format!("gitsm / {base}")
}

impl Seen {
    /// Looks up what is there.
    ///
    /// # Errors
    /// When the check runs cannot be listed.
    pub async fn look(repo: &Repo, pull: &Pull, comments: &[Comment], me: &Me) -> Result<Self, ApiError> {
        let name = check_name(&pull.base.branch);
        let mut checks = repo.checks(&pull.head.sha, &name).await?;
        checks.retain(|check| check.name == name);
        let own: Vec<&CheckRun> = checks.iter().filter(|check| me.is(check.app.as_ref())).collect();
        let latest = own.iter().max_by_key(|check| check.id);
        let body = |comment: &Comment| comment.body.clone().unwrap_or_default();
        let marked = comments.iter().filter(|comment| me.wrote(comment) && body(comment).starts_with(text::MARKER));
        Ok(Self {
            check: latest.map(|check| Run {
                id: check.id,
                mark: check.external_id.clone().unwrap_or_default(),
                ended: check.status == "completed" || check.conclusion.is_some(),
            }),
            green: own.iter().filter(|check| lets_through(check.conclusion.as_deref())).map(|check| check.id).collect(),
            moved: None,
            forged: own.len() < checks.len(),
            comments: marked.map(|comment| (comment.id, body(comment))).collect(),
            labels: pull.labels.iter().map(|label| label.name.clone()).collect(),
            asked: pull.requested_reviewers.iter().map(|user| user.id).collect(),
        })
    }

    /// Since when the gate says PASS; none when it did not at last.
    #[must_use]
    pub fn passed_at(&self) -> Option<Timestamp> {
        self.told().filter(|(outcome, _)| *outcome == PASS).map(|(_, since)| since)
    }

    /// The outcome that the bot last published, and since when it was that.
    fn told(&self) -> Option<(&str, Timestamp)> {
        let mut parts = self.check.as_ref()?.mark.split(' ');
        (parts.next() == Some("gitsm")).then_some(())?;
        let (outcome, since): (_, Timestamp) = (parts.next()?, parts.next()?.parse().ok()?);
        self.moved.is_none_or(|moved| moved <= since).then_some((outcome, since))
    }

    /// Whether the newest run says success.
    fn is_green(&self) -> bool {
        self.check.as_ref().is_some_and(|run| self.green.contains(&run.id))
    }

    /// Whether the bot had published what it says by `then`.
    pub(super) fn published_by(&self, then: Timestamp) -> bool {
        self.told().is_some_and(|(_, since)| since <= then)
    }

    /// Since when the gate had said PASS by `then`, in the past; none when it did not say so then.
    ///
    /// # Errors
    /// When what is there tells of a later time alone.
    pub(super) fn passed_by(&self, then: Timestamp) -> Result<Option<Timestamp>, Later> {
        match self.told() {
            Some((outcome, since)) if since <= then => Ok((outcome == PASS).then_some(since)),
            None if self.check.is_none() => Ok(None),
            _ => Err(Later),
        }
    }
}

/// Everything to be done about a case; the check comes first, since it is what counts.
#[must_use]
pub fn plan(case: &Case, wants: Wants) -> Vec<Action> {
    let mut actions = check(case);
    if case.heard.is_over() {
        return actions;
    }
    if wants.comment {
        actions.extend(comment(case));
    }
    if wants.labels {
        actions.extend(labels(case));
    }
    if wants.ask {
        actions.extend(ask(case));
    }
    actions
}

/// Whether a required check that ended like this lets a merge through.
fn lets_through(conclusion: Option<&str>) -> bool {
    matches!(conclusion, Some("success" | "neutral" | "skipped"))
}

/// How a check ends for an outcome: only PASS succeeds, waiting has no end yet, everything else fails. `neutral` and
/// `skipped` would let a required check through.
#[must_use]
pub(super) const fn conclusion(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Pass => Some("success"),
        Outcome::Pending => None,
        Outcome::Blocked | Outcome::Error => Some("failure"),
    }
}

fn check(case: &Case) -> Vec<Action> {
    let (decision, outcome) = (&case.heard.decision, case.outcome());
    let word = outcome.to_string();
    let since = case.seen.told().filter(|(told, _)| *told == word).map_or(decision.instant, |(_, since)| since);
    let (title, summary, text) = (text::title(case), text::summary(case), text::details(case));
    let check = Check {
        name: check_name(&decision.base.branch),
        commit: decision.head.commit.clone(),
        conclusion: conclusion(outcome),
        mark: format!("gitsm {outcome} {since} {}", hash(&[&title, &summary, &text])),
        title,
        summary,
        text,
    };
    publish(&case.seen, check)
}

/// What tells one text from another, short.
pub(super) fn hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::default();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    let mut hash = hasher.finish();
    hash.truncate(16);
    hash
}

/// What makes the check on a commit say `check`, and nothing where it does already. First every other run that would let a
/// merge through is ended otherwise.
pub(super) fn publish(seen: &Seen, check: Check) -> Vec<Action> {
    // What the check says is right already when its mark is, which was written together with it.
    let right = seen.check.as_ref().is_some_and(|run| {
        run.mark == check.mark
            && run.ended == check.conclusion.is_some()
            && seen.is_green() == lets_through(check.conclusion)
    });
    let run = seen.check.as_ref().filter(|run| right || run.takes(&check)).map(|run| run.id);
    let others = seen.green.iter().filter(|id| Some(**id) != run);
    let mut actions: Vec<Action> = others.map(|id| Action::RetireCheck { id: *id }).collect();
    match run {
        Some(_) if right => {}
        Some(id) => actions.push(Action::UpdateCheck { id, check }),
        None => actions.push(Action::CreateCheck(check)),
    }
    actions
}

fn comment(case: &Case) -> Vec<Action> {
    let body = text::comment(case);
    let mut own = case.seen.comments.iter();
    let mut actions = Vec::new();
    match own.next() {
        None => actions.push(Action::CreateComment { body }),
        Some((id, there)) if *there != body => actions.push(Action::UpdateComment { id: *id, body }),
        Some(_) => {}
    }
    actions.extend(own.map(|(id, _)| Action::DeleteComment { id: *id }));
    actions
}

fn labels(case: &Case) -> Vec<Action> {
    let decision = &case.heard.decision;
    let mut wanted = BTreeSet::from([format!("{LABEL}{}", case.outcome().to_string().to_lowercase())]);
    wanted.extend(decision.category.iter().map(|category| format!("{LABEL}{category}")));
    wanted.extend(decision.risk.iter().map(|risk| format!("{LABEL}{} risk", risk.level)));
    // GitHub takes at most 50 characters.
    let wanted: BTreeSet<String> = wanted.into_iter().map(|label| label.chars().take(50).collect()).collect();
    let gone = case.seen.labels.iter().filter(|label| label.starts_with(LABEL) && !wanted.contains(*label));
    let mut actions: Vec<Action> = gone.map(|label| Action::RemoveLabel { label: label.clone() }).collect();
    let new: BTreeSet<String> = wanted.difference(&case.seen.labels).cloned().collect();
    if !new.is_empty() {
        actions.insert(0, Action::AddLabels { labels: new });
    }
    actions
}

/// Asks the smallest set of people that fills the open seats, each once.
fn ask(case: &Case) -> Option<Action> {
    let decision = &case.heard.decision;
    let author = case.pull.user.as_ref().map(|user| user.id);
    if decision.outcome != Outcome::Pending || case.pull.draft {
        return None;
    }
    let people = decision.next.ask.iter().filter_map(|person| case.heard.accounts.get(person));
    let people: Vec<(String, u64)> =
        people.filter(|(_, id)| Some(*id) != author && !case.seen.asked.contains(id)).cloned().collect();
    (!people.is_empty()).then_some(Action::Ask { people })
}

#[cfg(test)]
pub(super) mod tests;
