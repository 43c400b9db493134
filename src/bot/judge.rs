//! From a pull request to a decision: fetches, asks, merges in memory, decides.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::BotError;
use super::facts::{self, Gathered, Neighbour};
use super::mirror::Mirror;
use super::plan::Seen;
use super::repo::Repo;
use super::types::Pull;
use crate::base::date::AsOf;
use crate::base::finding::Severity;
use crate::diff::State;
use crate::evidence::history::History;
use crate::gate::debts::{Debt, debts};
use crate::gate::facts::{Facts, Overdue, PullState, Revert};
use crate::gate::{Code, Decision, Outcome, Reason, decide, hearing};
use crate::graph::draw::{Picture, mermaid};
use crate::load::{self, Merge};
use crate::model::organisation::Person;
use crate::since;

/// Most nodes of a picture in a comment.
const MOST_NODES: usize = 24;
/// Most findings that are told one by one.
const MOST_FINDINGS: usize = 50;
/// Most emergencies of one owner whose agreement is looked up, the newest first.
const MOST_DEBTS: usize = 20;
/// Most versions of a record among which its first one is looked for.
const MOST_VERSIONS: usize = 1000;
/// Most commits of voters that are fetched.
const MOST_SEEN: usize = 50;

/// What decides the pull requests of one repository.
#[derive(Debug, Clone)]
pub struct Judge {
    /// The repository on GitHub.
    pub repo: Repo,
    /// The clone.
    pub mirror: Mirror,
    /// Where the records lie in it; empty for the top.
    pub folder: PathBuf,
    /// As whom the bot writes.
    pub me: super::plan::Me,
}

/// A finding that a pull request brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// How much it weighs.
    pub severity: Severity,
    /// The rule.
    pub rule: String,
    /// What is wrong.
    pub message: String,
}

/// A decision with what belongs beside it in a comment.
#[derive(Debug, Clone)]
pub struct Heard {
    /// The decision.
    pub decision: Decision,
    /// What it was made from.
    pub facts: Facts,
    /// Findings that the pull request brings; at most 50.
    pub introduced: Vec<Noted>,
    /// How many there are in all.
    pub findings: usize,
    /// What fails with it, as Mermaid; none where nothing is affected.
    pub picture: Option<String>,
    /// The accounts of people by id: name at the time of writing, and number.
    pub accounts: BTreeMap<String, (String, u64)>,
}

/// A pull request that was decided.
#[derive(Debug, Clone)]
pub struct Case {
    /// The pull request as it was when it was decided.
    pub pull: Pull,
    /// The decision.
    pub heard: Heard,
    /// What the bot had written before.
    pub seen: Seen,
    /// Whether somebody asks to have it explained.
    pub explain: bool,
    /// What the gate says of other pull requests with the same head to the same branch.
    pub twins: BTreeMap<u64, Outcome>,
}

impl Case {
    /// What may be published for the commit: the worst of all pull requests that share it.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        Outcome::all(self.twins.values().copied().chain([self.heard.decision.outcome]))
    }
}

impl Judge {
    /// Decides the pull request `number`; `review` is one of which an event told.
    ///
    /// # Errors
    /// When the pull request itself cannot be read. Everything else that fails becomes a decision that is an ERROR.
    pub async fn decide(&self, number: u64, review: Option<u64>) -> Result<Case, BotError> {
        let pull = self.repo.pull(number).await?;
        self.decide_read(pull, review).await
    }

    /// Decides a pull request that was just read.
    ///
    /// # Errors
    /// As [`Judge::decide`].
    pub async fn decide_read(&self, pull: Pull, review: Option<u64>) -> Result<Case, BotError> {
        let open = self.repo.pulls().await;
        let (mut case, beside) = self.one(pull, review, open.as_deref().ok()).await?;
        if let Err(error) = &open {
            self.note(&mut case, "open pull requests", &error.to_string());
        }
        for twin in beside.iter().filter(|it| it.head.sha == case.pull.head.sha) {
            let outcome = match self.one(twin.clone(), None, open.as_deref().ok()).await {
                Ok((twin, _)) => twin.heard.decision.outcome,
                Err(_) => Outcome::Error,
            };
            case.twins.insert(twin.number, outcome);
        }
        Ok(case)
    }

    /// Makes the decision an ERROR because something could not be looked up after it was made.
    fn note(&self, case: &mut Case, what: &str, why: &str) {
        case.heard.facts.failed.insert(what.to_owned(), why.to_owned());
        let now = self.repo.client.now();
        case.heard.decision = broken(&case.pull, &format!("the look-up of {what} failed: {why}"), now);
    }

    async fn one(&self, pull: Pull, review: Option<u64>, open: Option<&[Pull]>) -> Result<(Case, Vec<Pull>), BotError> {
        let at = AsOf::new(self.repo.client.now());
        let beside: Vec<Pull> = open
            .unwrap_or_default()
            .iter()
            .filter(|it| it.number != pull.number && it.base.branch == pull.base.branch)
            .cloned()
            .collect();
        let fetched = self.fetch(&pull, &beside).await;
        // A merged one is decided upon the branch as it was before; upon what holds it already, it would say nothing.
        let base = match (&fetched, pull.merged_at) {
            (Ok(()), Some(_)) => Box::pin(self.before(&pull)).await,
            _ => load::hash(self.mirror.root(), &base_ref(&pull)).map_err(BotError::from),
        };
        let base_commit = base.as_deref().unwrap_or_default();
        let mut gathered = facts::gather(&self.repo, &pull, &self.me, base_commit, review).await;
        let seen = Seen::look(&self.repo, &pull, &gathered.comments, &self.me).await;
        let seen = match seen {
            Ok(seen) => seen,
            Err(error) => {
                gathered.facts.failed.insert("what was published before".to_owned(), error.to_string());
                Seen::default()
            }
        };
        gathered.facts.pull_request.passed_at = seen.passed_at();
        let explain = gathered.explain;
        let heard = match (fetched, base) {
            (Ok(()), Ok(_)) => match Box::pin(self.hear(&pull, gathered, &beside, at)).await {
                Ok(heard) => heard,
                Err(error) => Heard::broken(&pull, &error.to_string(), at.instant()),
            },
            (Err(error @ BotError::Lag(_)), _) => return Err(error),
            (Err(error), _) | (_, Err(error)) => Heard::broken(&pull, &error.to_string(), at.instant()),
        };
        Ok((Case { pull, heard, seen, explain, twins: BTreeMap::new() }, beside))
    }

    pub(super) async fn fetch(&self, pull: &Pull, beside: &[Pull]) -> Result<(), BotError> {
        let branch = &pull.base.branch;
        let mut specs = vec![format!("+refs/heads/{branch}:refs/gitsm/base/{branch}")];
        let numbers = beside.iter().map(|it| it.number).chain([pull.number]);
        specs.extend(numbers.map(|number| format!("+refs/pull/{number}/head:refs/gitsm/pull/{number}")));
        let token = self.repo.client.token().await?;
        self.mirror.fetch(&specs, token.as_ref()).await?;
        let head = load::hash(self.mirror.root(), &format!("refs/gitsm/pull/{}", pull.number))?;
        if head != pull.head.sha {
            let why = format!("git has {head} as its head, and the API {}", pull.head.sha);
            return Err(BotError::Lag(why));
        }
        Ok(())
    }

    pub(super) async fn hear(
        &self,
        pull: &Pull,
        mut gathered: Gathered,
        beside: &[Pull],
        at: AsOf,
    ) -> Result<Heard, BotError> {
        let root = self.mirror.root().join(&self.folder);
        let base = gathered.facts.pull_request.base.commit.clone();
        let (head, place) = (pull.head.sha.clone(), root.clone());
        let merge = blocking(move || load::merge(&place, &base, &head, at)).await??;
        self.complete(&merge, &mut gathered).await;
        self.siblings(pull, &mut gathered, beside, at).await?;
        self.fetch_seen(&gathered.facts).await;
        self.reverts(&merge, &mut gathered).await?;
        let (merge, mut facts) = (Arc::new(merge), gathered.facts);
        let (heard, debts) = weighed(&root, &merge, facts.clone(), at).await?;
        // Whether an emergency was agreed to afterwards is looked up only where it would stop this one.
        for debt in debts.iter().rev().take(MOST_DEBTS) {
            match Box::pin(self.is_owed(debt, &merge.base_commit, at)).await {
                Ok(true) => {
                    let overdue = Overdue { owner: debt.owner.clone(), due: debt.due };
                    facts.overdue.insert(debt.change.clone(), overdue);
                }
                Ok(false) => {}
                Err(error) => drop(facts.failed.insert(format!("emergency {}", debt.change), error.to_string())),
            }
        }
        if facts.overdue == heard.facts.overdue && facts.failed == heard.facts.failed {
            return Ok(heard);
        }
        Ok(weighed(&root, &merge, facts, at).await?.0)
    }

    /// Adds what git knows, and to whom GitHub ascribes it.
    async fn complete(&self, merge: &Merge, gathered: &mut Gathered) {
        facts::ascribe_rest(&self.repo, merge, gathered).await;
        facts::complete(gathered, merge);
        match History::open(self.mirror.root(), "") {
            Ok(history) => facts::count_creators(gathered, &history, &merge.base_commit),
            Err(error) => drop(gathered.facts.failed.insert("pushes".to_owned(), error.to_string())),
        }
    }

    /// Finds out whether the pull request only takes back a merged change. When that was merged is told by GitHub, since
    /// whoever makes a commit can write any time into it.
    async fn reverts(&self, merge: &Merge, gathered: &mut Gathered) -> Result<(), BotError> {
        let root = self.mirror.root().join(&self.folder);
        let sides = (merge.base_commit.clone(), merge.clean, merge.files.clone());
        let found = blocking(move || {
            History::open(&root, &load::folder(&root))
                .and_then(|history| history.taken_back(&sides.0, sides.1, &sides.2))
        });
        let (commit, change) = match found.await? {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(()),
            Err(error) => {
                gathered.facts.failed.insert("what it takes back".to_owned(), error.to_string());
                return Ok(());
            }
        };
        match self.repo.pulls_of(&commit.id.to_string()).await {
            Ok(of) => {
                let merged = super::landed::claim(of, &gathered.facts.pull_request.base.branch);
                let merged_at = merged.and_then(|pull| pull.merged_at);
                gathered.facts.reverts = merged_at.map(|merged_at| Revert { change, merged_at, exact: true });
            }
            Err(error) => drop(gathered.facts.failed.insert("what it takes back".to_owned(), error.to_string())),
        }
        Ok(())
    }

    /// Whether the pull request that brought an emergency had to be agreed to by now, and was not. Where none is known that
    /// brought it, nobody can agree to one; that it went around the gate is told by `audit verify`.
    async fn is_owed(&self, debt: &Debt, base: &str, at: AsOf) -> Result<bool, BotError> {
        let root = self.mirror.root().join(&self.folder);
        let (place, from, path) = (root.clone(), base.to_owned(), debt.path.clone());
        let versions = blocking(move || load::versions(&place, &from, &path, MOST_VERSIONS)).await??;
        let Some(first) = versions.last() else { return Ok(false) };
        let of = self.repo.pulls_of(&first.commit).await?;
        let Some(found) = of.into_iter().filter(|it| it.merged_at.is_some()).min_by_key(|it| it.merged_at) else {
            return Ok(false);
        };
        let pull = self.repo.pull(found.number).await?;
        self.fetch(&pull, &[]).await?;
        let before = self.before(&pull).await?;
        let mut gathered = facts::gather(&self.repo, &pull, &self.me, &before, None).await;
        let (place, head) = (root.clone(), pull.head.sha.clone());
        let merge = blocking(move || load::merge(&place, &before, &head, at)).await??;
        self.complete(&merge, &mut gathered).await;
        self.fetch_seen(&gathered.facts).await;
        if let Some((what, why)) = gathered.facts.failed.iter().next() {
            return Err(BotError::Lag(format!("the look-up of {what} failed: {why}")));
        }
        let (heard, _) = weighed(&root, &Arc::new(merge), gathered.facts, at).await?;
        let owed = |it: &Reason| it.code == Code::Retrospective && it.outcome == Outcome::Blocked;
        Ok(heard.decision.reasons.iter().any(owed))
    }

    /// Reads what the pull requests beside it ask for.
    async fn siblings(&self, pull: &Pull, gathered: &mut Gathered, beside: &[Pull], at: AsOf) -> Result<(), BotError> {
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
                    gathered.facts.failed.insert(format!("pull request {}", other.number), error.to_string());
                    continue;
                }
            };
            if found.is_empty() {
                continue;
            }
            match Seen::passed(&self.repo, other, &self.me).await {
                Ok(passed) => neighbour.passed_at = passed,
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
            Ok(found) => found.iter().filter_map(|it| super::event::number_of(&it.name, base)).collect(),
            Err(error) => {
                gathered.facts.failed.insert("the merge queue".to_owned(), error.to_string());
                BTreeSet::new()
            }
        }
    }

    /// Fetches the commits that voters had before them, as far as they are still there.
    async fn fetch_seen(&self, facts: &Facts) {
        let Ok(token) = self.repo.client.token().await else { return };
        for commit in hearing::unseen(facts).into_iter().take(MOST_SEEN) {
            let there = load::hash(self.mirror.root(), &commit).is_ok();
            let whole = matches!(commit.len(), 40 | 64);
            if !there && whole {
                // One that is gone is told as such by the gate.
                let _ = self.mirror.fetch(&[commit], token.as_ref()).await;
            }
        }
    }
}

/// Where the clone keeps the base of a pull request.
fn base_ref(pull: &Pull) -> String {
    format!("refs/gitsm/base/{}", pull.base.branch)
}

/// Runs what computes beside the tasks that wait for the network.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, BotError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| BotError::Lost)
}

/// [`weigh`], beside the tasks that wait for the network.
async fn weighed(root: &Path, merge: &Arc<Merge>, facts: Facts, at: AsOf) -> Result<(Heard, Vec<Debt>), BotError> {
    let (root, merge) = (root.to_owned(), Arc::clone(merge));
    blocking(move || weigh(&root, &merge, facts, at)).await?
}

fn weigh(root: &Path, merge: &Merge, mut facts: Facts, at: AsOf) -> Result<(Heard, Vec<Debt>), BotError> {
    hearing::with_states(merge, None, |_, base, head| {
        hearing::contents(root, merge, base.side, &mut facts, at).map_err(hearing::HearingError::from)?;
        let decision = decide(base, head, &facts, at.instant());
        let (introduced, findings) = introduced(base, head);
        let accounts = base.side.sms.all::<Person<'_>>().filter_map(|person| {
            let account = person.github()?;
            let number = u64::try_from(account.id()?).ok()?;
            Some((person.0.record.id.as_str().to_owned(), (account.login()?.to_owned(), number)))
        });
        let accounts = accounts.collect();
        let picture = picture(&decision, head);
        let debts = debts(base, head, at.instant());
        Ok((Heard { decision, facts, introduced, findings, picture, accounts }, debts))
    })?
}

fn introduced(base: State<'_>, head: State<'_>) -> (Vec<Noted>, usize) {
    let found = since::introduced(
        since::Side { sms: base.side.sms, findings: base.findings },
        since::Side { sms: head.side.sms, findings: head.findings },
    );
    let noted = found.iter().take(MOST_FINDINGS).map(|finding| {
        let source = head.side.sms.snapshot.sources.get(finding.primary.file);
        let at = source.position(finding.primary.start);
        Noted {
            path: source.path().to_owned(),
            line: at.line,
            column: at.column,
            severity: finding.severity,
            rule: finding.rule.to_string(),
            message: finding.message.clone(),
        }
    });
    (noted.collect(), found.len())
}

/// What fails with the things that are affected; where that is too much for a picture, the services alone.
fn picture(decision: &Decision, head: State<'_>) -> Option<String> {
    let (sms, graph) = (head.side.sms, head.side.graph);
    let seeds: Vec<&str> =
        decision.affected.items.iter().map(String::as_str).filter(|id| graph.node(id).is_some()).collect();
    if seeds.is_empty() {
        return None;
    }
    let impact = graph.impact(seeds.iter().copied());
    let title = |id: &str| sms.find(id).and_then(|ix| sms.record(ix).text("title"));
    let mut picture = Picture::of_impact(&impact, |node| title(node.id.as_str()).unwrap_or(node.id.as_str()));
    if picture.nodes.len() > MOST_NODES {
        let service = |kind| kind == crate::graph::NodeKind::Service;
        picture.nodes.retain(|drawn| service(drawn.node.kind) || seeds.contains(&drawn.node.id.as_str()));
        picture.nodes.truncate(MOST_NODES);
        let kept: BTreeSet<&str> = picture.nodes.iter().map(|drawn| drawn.node.id.as_str()).collect();
        picture.edges.retain(|line| kept.contains(line.from.id.as_str()) && kept.contains(line.to.id.as_str()));
    }
    Some(mermaid(&picture))
}

/// The decision on a pull request of which too little is known.
fn broken(pull: &Pull, why: &str, at: Timestamp) -> Decision {
    let mut decision = Decision::unreadable(why, at);
    decision.number = pull.number;
    decision.base.branch.clone_from(&pull.base.branch);
    decision.head.branch.clone_from(&pull.head.branch);
    decision.head.commit.clone_from(&pull.head.sha);
    decision
}

impl Heard {
    fn broken(pull: &Pull, why: &str, at: Timestamp) -> Self {
        Self {
            decision: broken(pull, why, at),
            facts: facts::nothing(pull),
            introduced: Vec::new(),
            findings: 0,
            picture: None,
            accounts: BTreeMap::new(),
        }
    }

    /// Whether the pull request is over and not an emergency that is still to be judged.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.facts.pull_request.state == PullState::Closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::plan::tests::case;

    #[test]
    fn the_worst_of_all_that_share_a_commit_is_published() {
        let mut case = case(Outcome::Pending);
        assert_eq!(case.outcome(), Outcome::Pending);
        case.twins = BTreeMap::from([(8, Outcome::Pass), (9, Outcome::Pass)]);
        assert_eq!(case.outcome(), Outcome::Pending, "a better one makes nothing better");
        case.twins.insert(9, Outcome::Error);
        assert_eq!(case.outcome(), Outcome::Error);
        assert_eq!(case.heard.decision.outcome, Outcome::Pending, "its own decision stays");
    }

    #[test]
    fn what_cannot_be_read_is_an_error_about_that_pull_request() {
        let at: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        let heard = Heard::broken(&case(Outcome::Pass).pull, "git is away", at);
        let it = &heard.decision;
        assert_eq!((it.outcome, it.number, it.instant), (Outcome::Error, 7, at));
        assert_eq!(
            (it.base.branch.as_str(), it.head.branch.as_str(), it.head.commit.as_str()),
            ("main", "work", "abcdef0123")
        );
        assert_eq!(it.reasons.iter().map(|reason| reason.message.as_str()).collect::<Vec<_>>(), ["git is away"]);
        assert_eq!((heard.findings, heard.introduced.len(), heard.picture.is_none()), (0, 0, true));
    }

    #[test]
    fn a_pull_request_is_over_when_it_was_closed_and_not_when_it_was_merged() {
        let mut heard = case(Outcome::Pass).heard;
        for (state, over) in [(PullState::Open, false), (PullState::Closed, true), (PullState::Merged, false)] {
            heard.facts.pull_request.state = state;
            assert_eq!(heard.is_over(), over, "{state:?}");
        }
    }
}
