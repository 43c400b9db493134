//! What the open pull requests beside one ask for.

use std::collections::BTreeSet;

use super::{Judge, blocking};
use crate::base::date::AsOf;
use crate::bot::BotError;
use crate::bot::event::number_of;
use crate::bot::facts::{self, Gathered, Neighbour};
use crate::bot::plan::Seen;
use crate::bot::types::Pull;

impl Judge {
    /// Reads what the pull requests beside it ask for.
    pub(super) async fn siblings(
        &self,
        pull: &Pull,
        gathered: &mut Gathered,
        beside: &[Pull],
        at: AsOf,
    ) -> Result<(), BotError> {
        let queued = self.queued(&pull.base.branch, gathered).await;
        for other in beside {
            let mut neighbour = Neighbour {
                number: other.number,
                head: other.head.sha.clone(),
                passed_at: None,
                queued: queued.contains(&other.number),
            };
            let root = self.mirror.root().join(&self.folder);
            let base = gathered.facts.pull_request.base.commit.clone();
            let own = neighbour.clone();
            let found = match blocking(move || facts::changes(&root, &base, &own, at)).await? {
                Ok(found) => found,
                Err(error) => {
                    // What did not pass cannot while it is like this, and holds nothing; when it can, it finds this one
                    // there. Its own check tells why.
                    let seen = Seen::look(&self.repo, other, &[], &self.me).await;
                    let passed = seen.map(|seen| match gathered.then {
                        None => seen.passed_at().is_some(),
                        Some(then) => seen.passed_by(then) != Ok(None),
                    });
                    if !matches!(passed, Ok(false)) {
                        gathered.facts.failed.insert(format!("pull request {}", other.number), error.to_string());
                    }
                    continue;
                }
            };
            if found.is_empty() {
                continue;
            }
            match Seen::look(&self.repo, other, &[], &self.me).await {
                Ok(seen) => match gathered.then.map(|then| seen.passed_by(then)) {
                    None => neighbour.passed_at = seen.passed_at(),
                    Some(Ok(passed)) => neighbour.passed_at = passed,
                    Some(Err(_)) => drop(gathered.unsure.insert(other.number)),
                },
                Err(error) => {
                    gathered.facts.failed.insert(format!("check of {}", other.number), error.to_string());
                }
            }
            let passed_at = neighbour.passed_at;
            gathered.facts.siblings.extend(found.into_iter().map(|it| crate::gate::facts::Sibling { passed_at, ..it }));
        }
        Ok(())
    }

    /// The pull requests that wait in the merge queue of a branch, by the branches that GitHub makes for them.
    async fn queued(&self, base: &str, gathered: &mut Gathered) -> BTreeSet<u64> {
        match self.repo.branches(&format!("gh-readonly-queue/{base}/")).await {
            Ok(found) => found.iter().filter_map(|it| number_of(&it.name, base)).collect(),
            Err(error) => {
                gathered.facts.failed.insert("the merge queue".to_owned(), error.to_string());
                BTreeSet::new()
            }
        }
    }
}
