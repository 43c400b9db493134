//! Work on one pull request, from an event to what is published.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use super::BotError;
use super::apply::{Done, apply, hold};
use super::event::{Group, Wish};
use super::judge::{Case, Judge};
use super::plan::{Action, Check, Seen, Wants, check_name, conclusion, hash, plan, publish};
use crate::gate::{Outcome as Decided, markdown};

/// How often a pull request that changes while it is decided is decided again.
const ROUNDS: u32 = 4;
/// The wait between two rounds.
const PAUSE: Duration = Duration::from_millis(500);

/// What came of one pull request.
#[derive(Debug)]
pub struct Outcome {
    /// The case.
    pub case: Case,
    /// What was to be done.
    pub actions: Vec<Action>,
    /// What became of it; none where it was only planned.
    pub done: Option<Done>,
}

/// Decides and publishes.
#[derive(Debug, Clone)]
pub struct Worker {
    /// What decides.
    pub judge: Judge,
    /// What is to be done beside the check.
    pub wants: Wants,
    /// Whether to plan only.
    pub dry: bool,
    turns: Turns,
}

/// One piece of work at a time on each commit: pull requests with one head share its check, and a slow decision about one
/// must not overwrite a newer one about another.
#[derive(Debug, Clone, Default)]
struct Turns(Arc<Mutex<BTreeMap<String, Arc<Turn>>>>);

/// Held by whoever works on a commit.
type Turn = tokio::sync::Mutex<()>;

impl Turns {
    /// Waits until nobody else works on the commit.
    async fn wait(&self, commit: &str) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(turns.entry(commit.to_owned()).or_default())
        };
        turn.lock_owned().await
    }
}

impl Worker {
    /// A worker that decides by `judge`; with `dry` it plans only.
    #[must_use]
    pub fn new(judge: Judge, wants: Wants, dry: bool) -> Self {
        Self { judge, wants, dry, turns: Turns::default() }
    }

    /// Works on the pull request `number`. With `held`, a green check is taken back first.
    ///
    /// # Errors
    /// When the pull request cannot be read, or the check cannot be written.
    pub async fn pull(&self, number: u64, review: Option<u64>, held: bool) -> Result<Outcome, BotError> {
        let repo = &self.judge.repo;
        let mut round = 0;
        loop {
            round += 1;
            let pull = repo.pull(number).await?;
            let _turn = self.turns.wait(&pull.head.sha).await;
            if held && !self.dry {
                hold(repo, &pull, &self.judge.me).await?;
            }
            let case = match self.judge.decide_read(pull, review).await {
                Err(BotError::Lag(_)) if round < ROUNDS => {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
                decided => decided?,
            };
            let actions = plan(&case, self.wants);
            if self.dry {
                return Ok(Outcome { case, actions, done: None });
            }
            // A slow decision must not overwrite the one on a newer state.
            let now = repo.pull(number).await?;
            let same = |a: &super::Pull, b: &super::Pull| {
                (&a.head.sha, &a.base.branch, a.draft, &a.state) == (&b.head.sha, &b.base.branch, b.draft, &b.state)
            };
            if !same(&now, &case.pull) && round < ROUNDS {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            if !same(&now, &case.pull) {
                return Err(BotError::Lag(format!("pull request {number} changes faster than it can be decided")));
            }
            let done = apply(repo, &case.pull, &self.judge.me, &actions).await?;
            return Ok(Outcome { case, actions, done: Some(done) });
        }
    }

    /// The pull requests that a wish is about.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub async fn about(&self, wish: &Wish) -> Result<BTreeSet<u64>, BotError> {
        let all = match wish {
            Wish::Nothing(_) => return Ok(BTreeSet::new()),
            Wish::Pull { number, .. } => return Ok(BTreeSet::from([*number])),
            Wish::Queue(group) => return Ok(group.number().into_iter().collect()),
            Wish::Commit(_) | Wish::Branch(_) | Wish::Everything => self.judge.repo.pulls().await?,
        };
        let meant = |pull: &&super::Pull| match wish {
            Wish::Commit(commit) => pull.head.sha == *commit,
            Wish::Branch(branch) => pull.base.branch == *branch,
            _ => true,
        };
        Ok(all.iter().filter(meant).map(|pull| pull.number).collect())
    }

    /// The groups that wait in merge queues now. GitHub tells of each once, when it is made; after that an objection, a
    /// freeze or a restart may have come.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub async fn groups(&self) -> Result<Vec<Group>, BotError> {
        let branches = self.judge.repo.branches("gh-readonly-queue/").await?;
        Ok(branches.into_iter().filter_map(|it| Group::of(&it.name, &it.object.sha)).collect())
    }

    /// Decides a group of a merge queue: every member up to its commit again, and the check on that commit says the worst.
    /// What waits behind it has a group of its own.
    ///
    /// # Errors
    /// When a member cannot be read, or the check cannot be written.
    pub async fn group(&self, group: &Group) -> Result<(Decided, Vec<Action>), BotError> {
        let repo = &self.judge.repo;
        let start = format!("gh-readonly-queue/{}/", group.base);
        let waiting = repo.branches(&start).await?;
        let waiting: Vec<(u64, String)> = waiting
            .into_iter()
            .filter_map(|it| Some((super::event::number_of(&it.name, &group.base)?, it.object.sha)))
            .collect();
        let ahead = self.judge.ahead(&group.commit, waiting).await?;
        let members: BTreeSet<u64> = ahead.into_iter().chain(group.number()).collect();
        let mut summary = String::new();
        let mut outcome = if members.is_empty() { Decided::Error } else { Decided::Pass };
        for number in members {
            let case = self.judge.decide(number, None).await?;
            outcome = outcome.max(case.outcome());
            summary += &format!("- {} #{number}: {}\n", markdown::sign(case.outcome()), case.outcome());
        }
        let title =
            if outcome == Decided::Pass { "every member may be merged" } else { "not every member may be merged" };
        let text = format!("Members of the merge queue of {}:\n\n{summary}", markdown::code(&group.base));
        let check = Check {
            name: check_name(&group.base),
            commit: group.commit.clone(),
            // A group does not wait for people: the queue takes the pull request out, and it can be queued again.
            conclusion: conclusion(outcome).or(Some("failure")),
            title: title.to_owned(),
            mark: format!("gitsm group {outcome} {}", hash(&[&text])),
            text,
            summary,
        };
        let Some(number) = group.number() else { return Ok((outcome, vec![Action::CreateCheck(check)])) };
        let mut pull = repo.pull(number).await?;
        pull.head.sha.clone_from(&group.commit);
        pull.base.branch.clone_from(&group.base);
        let seen = Seen::look(repo, &pull, &[], &self.judge.me).await?;
        let actions = publish(&seen, check);
        if !self.dry {
            apply(repo, &pull, &self.judge.me, &actions).await?;
        }
        Ok((outcome, actions))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_worked_on_by_one_at_a_time_and_no_commit_waits_for_another() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let turns = Turns::default();
            let own = turns.wait("a").await;
            let soon = async |commit: &str| tokio::time::timeout(Duration::from_millis(100), turns.wait(commit)).await;
            assert!(soon("a").await.is_err() && soon("b").await.is_ok());
            drop(own);
            assert!(soon("a").await.is_ok());
            drop(turns.wait("c").await);
            assert_eq!(turns.0.lock().unwrap().len(), 1, "what is over is forgotten");
        });
    }
}
