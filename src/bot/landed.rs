//! Where a merged pull request came to its branch, and what was decided about it just then.

use git2::Oid;
use jiff::Timestamp;

use super::BotError;
use super::facts;
use super::judge::{Heard, Judge, blocking};
use super::plan::Seen;
use super::types::Pull;
use crate::base::date::AsOf;
use crate::evidence::history::{Commit, History};
use crate::gate::facts::PullState;
use crate::load;

mod then;

pub(super) use then::{Doubt, Lost, rewind};

/// Most commits that one rebased pull request may have left on its branch.
const MOST: usize = 250;

impl Judge {
    /// The tip of the branch before a merged pull request came to it, whether it was merged, squashed or rebased.
    ///
    /// # Errors
    /// When GitHub does not tell which commit it became, or git does not have it.
    pub(super) async fn before(&self, pull: &Pull) -> Result<String, BotError> {
        let lag = |why: &str| BotError::Lag(format!("pull request {} is merged, and {why}", pull.number));
        let merged = pull.merge_commit_sha.as_deref().and_then(|hash| Oid::from_str(hash).ok());
        let mut at = merged.ok_or_else(|| lag("GitHub does not tell as which commit"))?;
        for _ in 0..MOST {
            let commit = self.commit(at).await?;
            let first = *commit.parents.first().ok_or_else(|| lag("its commit came upon nothing"))?;
            if commit.parents.len() > 1 {
                return Ok(first.to_string());
            }
            // A rebase leaves one commit for each that it had, and each of them is known to belong to it.
            let of = self.repo.pulls_of(&first.to_string()).await?;
            if claim(of, &pull.base.branch).is_none_or(|other| other.number != pull.number) {
                return Ok(first.to_string());
            }
            at = first;
        }
        Err(lag("it left more commits than can be followed"))
    }

    async fn commit(&self, id: Oid) -> Result<Commit, BotError> {
        let root = self.mirror.root().to_owned();
        let read = blocking(move || History::open(&root, "").and_then(|history| history.commit(id))).await?;
        read.map_err(|error| BotError::Lag(error.to_string()))
    }

    /// What was to be decided about a merged pull request at its merge, upon `before`: with what was said and what stood
    /// beside it then, and by the clock of then. What GitHub no longer tells as it was then makes the decision an ERROR.
    ///
    /// # Errors
    /// When anything cannot be looked up now; a decision that rests on less would stay for ever.
    pub(super) async fn at_merge(&self, pull: Pull, before: &str, merged: Timestamp) -> Result<Heard, BotError> {
        let mut lost = Lost::default();
        let beside = self.beside_then(&pull, merged, &mut lost).await?;
        self.fetch(&pull, &beside).await?;
        let mut gathered = facts::gather(&self.repo, &pull, &self.me, before, None).await;
        rewind(&self.repo, &pull, &mut gathered, &self.me, merged).await?;
        gathered.lost.extend(lost);
        let seen = Seen::look(&self.repo, &pull, &[], &self.me).await?;
        match (Seen { moved: gathered.moved, ..seen }).passed_by(merged) {
            Ok(passed_at) => gathered.facts.pull_request.passed_at = passed_at,
            Err(_) => drop(gathered.unsure.insert(pull.number)),
        }
        gathered.facts.pull_request.state = PullState::Open;
        gathered.facts.pull_request.draft = false;
        let heard = Box::pin(self.hear(&pull, gathered, &beside, AsOf::new(merged))).await?;
        match heard.facts.failed.iter().find(|(what, _)| !heard.lost.contains(*what)) {
            Some((what, why)) => Err(BotError::Lag(format!("the look-up of {what} failed: {why}"))),
            None => Ok(heard),
        }
    }
}

/// The pull request that brought a commit to `branch`, of those that GitHub names.
pub(super) fn claim(of: Vec<Pull>, branch: &str) -> Option<Pull> {
    of.into_iter().filter(|it| it.merged_at.is_some() && it.base.branch == branch).min_by_key(|it| it.merged_at)
}

/// The hash of a commit in the clone.
pub(super) fn hash(judge: &Judge, reference: &str) -> Result<Oid, BotError> {
    let hash = load::hash(judge.mirror.root(), reference)?;
    Oid::from_str(&hash).map_err(|error| BotError::Lag(error.message().to_owned()))
}
