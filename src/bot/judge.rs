//! From a pull request to a decision: fetches, asks, merges in memory, decides.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::BotError;
use super::client::ApiError;
use super::facts::{self, Gathered};
use super::landed::Doubt;
use super::mirror::{Mirror, base_ref};
use super::plan::Seen;
use super::repo::Repo;
use super::types::Pull;
use crate::base::date::AsOf;
use crate::base::finding::Severity;
use crate::diff::State;
use crate::evidence::history::{Commit, History};
use crate::gate::debts::{Debt, debts};
use crate::gate::facts::{Facts, Overdue, PullState, Revert};
use crate::gate::{Code, Decision, Electorate, Outcome, Reason, decide, hearing};
use crate::graph::draw::{Picture, mermaid};
use crate::load::{self, Merge};
use crate::model::organisation::Person;
use crate::since;

mod beside;

/// Most nodes of a picture in a comment.
const MOST_NODES: usize = 24;
/// Most findings that are told one by one.
const MOST_FINDINGS: usize = 50;
/// Most emergencies whose agreement is looked up; more of them cannot be decided about.
const MOST_DEBTS: usize = 100;
/// Most versions of a record among which its first one is looked for.
const MOST_VERSIONS: usize = 1000;
/// Most commits of voters that are fetched; more of them cannot be decided about.
const MOST_SEEN: usize = 500;

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
    /// Those of the failed look-ups that no later one can make good, since what they ask for is over.
    pub lost: BTreeSet<String>,
}

/// Whether an emergency is still to be agreed to.
enum Owed {
    Yes,
    No,
    /// It cannot be told any more, and why.
    Lost(String),
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
            _ => load::hash(self.mirror.root(), &base_ref(&pull.base.branch)).map_err(BotError::from),
        };
        let base_commit = base.as_deref().unwrap_or_default();
        let mut gathered = facts::gather(&self.repo, &pull, &self.me, base_commit, review).await;
        let seen = Seen::look(&self.repo, &pull, &gathered.comments, &self.me).await;
        let seen = match seen {
            Ok(seen) => Seen { moved: gathered.moved, ..seen },
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
        let of = |number: u64| format!("+refs/pull/{number}/head:refs/gitsm/pull/{number}");
        let own = [format!("+refs/heads/{branch}:{}", base_ref(branch)), of(pull.number)];
        let token = self.repo.client.token().await?;
        self.mirror.fetch(&own, token.as_ref()).await?;
        // One beside it that cannot be fetched is a matter of its own, and told where it is read.
        let missing = |it: &&Pull| load::hash(self.mirror.root(), &it.head.sha).is_err();
        let missing: Vec<(String, String)> =
            beside.iter().filter(missing).map(|it| (it.head.sha.clone(), of(it.number))).collect();
        self.mirror.fetch_some(&missing, token.as_ref()).await;
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
        self.fetch_seen(&mut gathered.facts).await;
        self.reverts(&merge, &mut gathered).await?;
        let (then, unsure, doubts) = (gathered.then, gathered.unsure, Arc::<[Doubt]>::from(gathered.doubts));
        let mut lost: BTreeSet<String> = gathered.lost.keys().cloned().collect();
        let (merge, mut facts) = (Arc::new(merge), gathered.facts);
        facts.failed.extend(gathered.lost);
        let (heard, debts) = weighed(&root, &merge, facts.clone(), &doubts, at).await?;
        // Whether an emergency was agreed to afterwards is looked up only where it would stop this one.
        if debts.len() > MOST_DEBTS {
            let why = format!("there are {} to be agreed to, and at most {MOST_DEBTS} are looked up", debts.len());
            facts.failed.insert("emergencies".to_owned(), why);
        }
        for debt in debts.iter().take(MOST_DEBTS) {
            let what = format!("emergency {}", debt.change);
            match Box::pin(self.is_owed(debt, &pull.base.branch, &merge.base_commit, at, then)).await {
                Ok(Owed::Yes) => {
                    let overdue = Overdue { owner: debt.owner.clone(), due: debt.due };
                    facts.overdue.insert(debt.change.clone(), overdue);
                }
                Ok(Owed::No) => {}
                Ok(Owed::Lost(why)) => {
                    facts.failed.insert(what.clone(), why);
                    lost.insert(what);
                }
                Err(error) => drop(facts.failed.insert(what, error.to_string())),
            }
        }
        // Who passed first matters only between two that are in each other's way.
        let meets = heard.decision.conflicts.iter().filter(|it| !it.settled).filter_map(|it| it.number);
        for number in meets.flat_map(|number| [number, pull.number]).filter(|number| unsure.contains(number)) {
            let what = format!("check of {number}");
            facts.failed.insert(what.clone(), format!("it was written after {at}, and what it said then is not known"));
            lost.insert(what);
        }
        let known = heard.facts.failed.keys().all(|what| facts.failed.contains_key(what) || heard.lost.contains(what))
            && facts.failed.keys().all(|what| heard.facts.failed.contains_key(what));
        let mut heard = if facts.overdue == heard.facts.overdue && known {
            heard
        } else {
            weighed(&root, &merge, facts, &doubts, at).await?.0
        };
        heard.lost.extend(lost);
        Ok(heard)
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
        let sides = (merge.base_commit.clone(), merge.head_commit.clone(), merge.clean, merge.files.clone());
        let found = blocking(move || {
            History::open(&root, &load::folder(&root))
                .and_then(|history| history.taken_back(&sides.0, &sides.1, sides.2, &sides.3))
        });
        let (commit, change) = match found.await? {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(()),
            Err(error) => {
                gathered.facts.failed.insert("what it takes back".to_owned(), error.to_string());
                return Ok(());
            }
        };
        match self.came_alone(&commit, &gathered.facts.pull_request.base.branch).await {
            Ok(merged_at) => {
                gathered.facts.reverts = merged_at.map(|merged_at| Revert { change, merged_at, exact: true });
            }
            Err(error) => drop(gathered.facts.failed.insert("what it takes back".to_owned(), error.to_string())),
        }
        Ok(())
    }

    /// When the pull request was merged that came to `branch` as this one commit and nothing else; none when there is no
    /// such one. Of one that was rebased, a commit may be only a part.
    async fn came_alone(&self, commit: &Commit, branch: &str) -> Result<Option<Timestamp>, BotError> {
        let of = self.repo.pulls_of(&commit.id.to_string()).await?;
        let Some(pull) = super::landed::claim(of, branch) else { return Ok(None) };
        if pull.merge_commit_sha.as_deref() != Some(commit.id.to_string().as_str()) {
            return Ok(None);
        }
        let before = self.before(&pull).await?;
        let first = commit.parents.first().is_some_and(|first| first.to_string() == before);
        Ok(pull.merged_at.filter(|_| first))
    }

    /// Whether the pull request that brought an emergency had to be agreed to by now, and was not. Where none is known that
    /// brought it, nobody can agree to one; that it went around the gate is told by `audit verify`.
    async fn is_owed(
        &self,
        debt: &Debt,
        branch: &str,
        base: &str,
        at: AsOf,
        then: Option<Timestamp>,
    ) -> Result<Owed, BotError> {
        let root = self.mirror.root().join(&self.folder);
        let (place, from, path) = (root.clone(), base.to_owned(), debt.path.clone());
        let versions = blocking(move || load::versions(&place, &from, &path, MOST_VERSIONS)).await??;
        let Some(first) = versions.last() else { return Ok(Owed::No) };
        let of = self.repo.pulls_of(&first.commit).await?;
        let Some(found) = super::landed::claim(of, branch) else { return Ok(Owed::No) };
        let pull = self.repo.pull(found.number).await?;
        self.fetch(&pull, &[]).await?;
        let before = self.before(&pull).await?;
        let mut gathered = facts::gather(&self.repo, &pull, &self.me, &before, None).await;
        if let Some(then) = then {
            super::landed::rewind(&self.repo, &pull, &mut gathered, &self.me, then).await?;
        }
        let (place, head) = (root.clone(), pull.head.sha.clone());
        let merge = blocking(move || load::merge(&place, &before, &head, at)).await??;
        self.complete(&merge, &mut gathered).await;
        self.fetch_seen(&mut gathered.facts).await;
        if let Some((what, why)) = gathered.facts.failed.iter().next() {
            return Err(BotError::Lag(format!("the look-up of {what} failed: {why}")));
        }
        if let Some((what, why)) = gathered.lost.iter().next() {
            return Ok(Owed::Lost(format!("{what} of pull request {}: {why}", pull.number)));
        }
        let (heard, _) = weighed(&root, &Arc::new(merge), gathered.facts, &gathered.doubts.into(), at).await?;
        if let Some(what) = heard.lost.first() {
            let why = heard.facts.failed.get(what).map(String::as_str).unwrap_or_default();
            return Ok(Owed::Lost(format!("{what} of pull request {}: {why}", pull.number)));
        }
        let owed = |it: &Reason| it.code == Code::Retrospective && it.outcome == Outcome::Blocked;
        Ok(if heard.decision.reasons.iter().any(owed) { Owed::Yes } else { Owed::No })
    }

    /// Fetches the commits that voters had before them, as far as they are still there. One that is gone is told as such
    /// by the gate.
    async fn fetch_seen(&self, facts: &mut Facts) {
        let missing: Vec<String> = hearing::unseen(facts)
            .into_iter()
            .filter(|commit| matches!(commit.len(), 40 | 64) && load::hash(self.mirror.root(), commit).is_err())
            .collect();
        if missing.len() > MOST_SEEN {
            let why = format!("they name {} other commits, and at most {MOST_SEEN} are fetched", missing.len());
            facts.failed.insert("the commits of votes".to_owned(), why);
            return;
        }
        for commit in missing {
            if let Err(error) = self.fetch_one(&commit).await {
                facts.failed.insert(format!("commit {commit}"), error.to_string());
            }
        }
    }

    /// Those of `waiting`, pull requests of a merge queue with the commit that was made for each, that `commit` holds.
    ///
    /// # Errors
    /// When git cannot fetch the commits.
    pub(super) async fn ahead(&self, commit: &str, waiting: Vec<(u64, String)>) -> Result<Vec<u64>, BotError> {
        let specs: Vec<String> = waiting
            .iter()
            .map(|(_, made)| made.clone())
            .chain([commit.to_owned()])
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let token = self.repo.client.token().await?;
        self.mirror.fetch(&specs, token.as_ref()).await?;
        let tip = super::landed::hash(self, commit)?;
        let root = self.mirror.root().to_owned();
        let held = blocking(move || -> Result<Vec<u64>, BotError> {
            let history = History::open(&root, "").map_err(crate::evidence::ledger::LedgerError::from)?;
            let holds = |made: &str| git2::Oid::from_str(made).is_ok_and(|made| history.descends(tip, made));
            Ok(waiting.into_iter().filter(|(_, made)| holds(made)).map(|(number, _)| number).collect())
        });
        held.await?
    }

    /// Fetches a commit; one that GitHub does not have either is none to fetch.
    async fn fetch_one(&self, commit: &str) -> Result<(), BotError> {
        let token = self.repo.client.token().await?;
        let Err(error) = self.mirror.fetch(&[commit.to_owned()], token.as_ref()).await else { return Ok(()) };
        match self.repo.commit(commit).await {
            Err(ApiError::Status { status: 404 | 409 | 410 | 422, .. }) => Ok(()),
            Ok(_) => Err(error.into()),
            Err(other) => Err(other.into()),
        }
    }
}

/// Runs what computes beside the tasks that wait for the network.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, BotError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| BotError::Lost)
}

/// [`weigh`], beside the tasks that wait for the network.
async fn weighed(
    root: &Path,
    merge: &Arc<Merge>,
    facts: Facts,
    doubts: &Arc<[Doubt]>,
    at: AsOf,
) -> Result<(Heard, Vec<Debt>), BotError> {
    let (root, merge, doubts) = (root.to_owned(), Arc::clone(merge), Arc::clone(doubts));
    blocking(move || weigh(&root, &merge, facts, &doubts, at)).await?
}

fn weigh(
    root: &Path,
    merge: &Merge,
    mut facts: Facts,
    doubts: &[Doubt],
    at: AsOf,
) -> Result<(Heard, Vec<Debt>), BotError> {
    hearing::with_states(merge, None, |_, base, head| {
        let electorate = Electorate::new(base, at.instant());
        let mut lost = BTreeSet::new();
        for doubt in doubts.iter().filter(|doubt| doubt.matters(&electorate)) {
            facts.failed.insert(doubt.what.clone(), doubt.why.clone());
            lost.insert(doubt.what.clone());
        }
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
        Ok((Heard { decision, facts, introduced, findings, picture, accounts, lost }, debts))
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
    // A title could name somebody; whoever reads the block as plain text, such as a mail, must not mention them.
    Some(mermaid(&picture).replace('@', "#64;"))
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
            lost: BTreeSet::new(),
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
