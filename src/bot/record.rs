//! What came to the protected branch, written to the ledger: every pull request with the decision as it was at its merge.
//!
//! An event only says that something came. What is recorded is everything since the last entry, so that a run that was
//! lost is made up for by the next one, and a run that comes twice writes nothing twice.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use git2::Oid;

use super::BotError;
use super::judge::{Judge, blocking};
use super::landed::{claim, hash};
use crate::evidence::history::{Commit, History};
use crate::evidence::ledger::{self, Body, Draft, LedgerError, Recorder, Subject, Written};
use crate::evidence::sign::{Keyring, Signer};
use crate::load::{self, EvidenceSettings};

/// Most commits that are recorded at once.
const MOST: usize = 500;
/// How often it is tried again after somebody else pushed an entry first.
const TRIES: u32 = 8;
/// How often GitHub is asked again for the pull request of a commit.
const LOOKS: u32 = 3;
/// Where the clone keeps the ledger as the remote last had it.
const LEDGER: &str = "refs/gitsm/ledger";

/// Writes to the ledger of one repository.
#[derive(Debug)]
pub struct Scribe {
    /// What decides.
    pub judge: Judge,
    /// The protected branch.
    pub branch: String,
    /// Who records it: name and address.
    pub who: (String, String),
    /// The key that signs, when there is one.
    pub key: Option<Arc<Signer>>,
    /// Whether to write nothing.
    pub dry: bool,
    /// The first wait before another look; each one after it is twice as long.
    pub pause: Duration,
}

/// What became of something that came to the branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// A pull request has an entry.
    Entry {
        /// The commit with which it was there.
        commit: String,
        /// Its number.
        number: u64,
        /// What the decision came to.
        outcome: String,
        /// The number of the entry, and whether it is new; none where nothing is written.
        entry: Option<(u64, bool)>,
    },
    /// It came without a pull request, so that nothing was decided about it.
    Unclaimed {
        /// The commit.
        commit: String,
    },
}

/// What came to the branch together.
struct Landed {
    before: Oid,
    tip: Commit,
    number: Option<u64>,
}

impl Scribe {
    /// Records everything that came to the branch since the last entry, the oldest first. None where the branch is not the
    /// one that the settings protect.
    ///
    /// # Errors
    /// When something cannot be looked up: what came before it is recorded all the same; or when the ledger has not begun, is flawed or cannot be pushed.
    pub async fn record(&self) -> Result<Option<Vec<Recorded>>, BotError> {
        self.fetch_branch().await?;
        let tip = hash(&self.judge, &self.base())?;
        let settings = self.settings(tip).await?;
        if settings.branch != self.branch {
            return Ok(None);
        }
        self.fetch_ledger(&settings.ledger).await?;
        let mut told = Vec::new();
        let mut drafts = Vec::new();
        for landed in self.since_last(tip, &settings).await? {
            let commit = landed.tip.id.to_string();
            let Some(number) = landed.number else {
                told.push(Recorded::Unclaimed { commit });
                continue;
            };
            let draft = match self.draft(&landed, number).await {
                Ok(draft) => draft,
                Err(error) => {
                    // What was made out by now is in order, and the next run need not look it up again.
                    if !self.dry && !drafts.is_empty() {
                        self.write(&settings, drafts).await?;
                    }
                    return Err(error);
                }
            };
            let decision = draft.body.decision();
            let outcome = decision.and_then(|it| it["outcome"].as_str()).unwrap_or("no decision").to_owned();
            told.push(Recorded::Entry { commit, number, outcome, entry: None });
            drafts.push(draft);
        }
        if self.dry || drafts.is_empty() {
            return Ok(Some(told));
        }
        let mut written = self.write(&settings, drafts).await?.into_iter();
        for it in &mut told {
            if let Recorded::Entry { entry, .. } = it {
                *entry = written.next();
            }
        }
        Ok(Some(told))
    }

    fn base(&self) -> String {
        super::mirror::base_ref(&self.branch)
    }

    async fn fetch_branch(&self) -> Result<(), BotError> {
        let token = self.judge.repo.client.token().await?;
        let spec = format!("+refs/heads/{}:{}", self.branch, self.base());
        Ok(self.judge.mirror.fetch(&[spec], token.as_ref()).await?)
    }

    /// The settings of what is on the branch.
    async fn settings(&self, tip: Oid) -> Result<EvidenceSettings, BotError> {
        let root = self.judge.mirror.root().join(&self.judge.folder);
        let snapshot = blocking(move || load::commit(&root, &tip.to_string(), None)).await??;
        Ok(snapshot.settings.evidence)
    }

    /// Fetches the ledger, and lets the own branch lead to it. What another run left there and could not push is dropped,
    /// since it is made again.
    async fn fetch_ledger(&self, ledger: &str) -> Result<Oid, BotError> {
        let whole = format!("refs/heads/{ledger}");
        let there = self.judge.repo.branches(ledger).await?;
        if !there.iter().any(|it| it.name == whole) {
            return Err(LedgerError::Order(
                "the ledger has not begun; run `gitsm audit adopt` in a clone, and push its branch",
            )
            .into());
        }
        let before = hash(&self.judge, LEDGER).ok();
        let token = self.judge.repo.client.token().await?;
        self.judge.mirror.fetch(&[format!("+{whole}:{LEDGER}")], token.as_ref()).await?;
        let now = hash(&self.judge, LEDGER)?;
        if let Some(before) = before {
            let root = self.judge.mirror.root().to_owned();
            let grown = blocking(move || History::open(&root, "").map(|it| it.descends(now, before))).await?;
            if !grown.map_err(LedgerError::from)? {
                // It stays remembered, so that the next run does not take the other one for right.
                self.judge.mirror.point(LEDGER, &before.to_string()).await?;
                return Err(BotError::Rewritten { ledger: ledger.to_owned(), before: before.to_string() });
            }
        }
        self.judge.mirror.point(&whole, &now.to_string()).await?;
        Ok(now)
    }

    /// What came to the branch since the last commit of which the ledger speaks, the oldest first.
    async fn since_last(&self, tip: Oid, settings: &EvidenceSettings) -> Result<Vec<Landed>, BotError> {
        let root = self.judge.mirror.root().to_owned();
        let (ledger, ring) = (hash(&self.judge, LEDGER)?, ring(settings)?);
        let found = blocking(move || newer(&root, tip, ledger, &ring)).await??;
        let mut all: Vec<Landed> = Vec::new();
        for commit in found.into_iter().rev() {
            let Some(first) = commit.parents.first().copied() else { continue };
            let number = self.number(&commit).await?;
            match all.last_mut() {
                // The commits of one that was rebased came together.
                Some(last) if number.is_some() && last.number == number => last.tip = commit,
                _ => all.push(Landed { before: first, tip: commit, number }),
            }
        }
        Ok(all)
    }

    /// The pull request that brought a commit. GitHub knows it a moment after the push.
    async fn number(&self, commit: &Commit) -> Result<Option<u64>, BotError> {
        for look in 0..LOOKS {
            if look > 0 {
                tokio::time::sleep(self.pause * (1 << look)).await;
            }
            let of = self.judge.repo.pulls_of(&commit.id.to_string()).await?;
            if let Some(pull) = claim(of, &self.branch) {
                return Ok(Some(pull.number));
            }
        }
        Ok(None)
    }

    async fn draft(&self, landed: &Landed, number: u64) -> Result<Draft, BotError> {
        let pull = self.judge.repo.pull(number).await?;
        let lag = |why: &str| BotError::Lag(format!("pull request {number}: {why}"));
        let merged = pull.merged_at.ok_or_else(|| lag("it is not merged"))?;
        let before = landed.before;
        let heard = Box::pin(self.judge.at_merge(pull, &before.to_string(), merged)).await?;
        let head = Oid::from_str(&heard.decision.head.commit).map_err(|_| lag("its head is no commit"))?;
        let (root, id) = (self.judge.mirror.root().to_owned(), landed.tip.id);
        let merge_tree = blocking(move || {
            let history = History::open(&root, "")?;
            ledger::merge_tree(&history, before, head, id)
        });
        let merge_tree = merge_tree.await?.map_err(LedgerError::from)?;
        let text = |error: serde_json::Error| lag(&error.to_string());
        let decision = serde_json::to_value(&heard.decision).map_err(text)?;
        let facts = serde_json::to_value(&heard.facts).map_err(text)?;
        let subject = Subject { commit: id.to_string(), tree: landed.tip.tree.to_string() };
        Ok(Draft { subject, body: Body::Decision { before: before.to_string(), merge_tree, decision, facts } })
    }

    /// Appends the drafts and pushes them. Where somebody else pushed first, everything is appended again behind that.
    async fn write(&self, settings: &EvidenceSettings, drafts: Vec<Draft>) -> Result<Vec<(u64, bool)>, BotError> {
        let token = self.judge.repo.client.token().await?;
        let mut base = hash(&self.judge, LEDGER)?;
        for attempt in 0..TRIES {
            let written = self.append(settings, drafts.clone()).await?;
            if written.iter().all(|(_, new)| !new) {
                return Ok(written);
            }
            let Err(error) = self.judge.mirror.push(&settings.ledger, token.as_ref()).await else {
                let ledger = format!("refs/heads/{}", settings.ledger);
                self.judge.mirror.point(LEDGER, &ledger).await?;
                return Ok(written);
            };
            let now = self.fetch_ledger(&settings.ledger).await?;
            if now == base {
                // Nobody was faster: the remote does not take it.
                return Err(error.into());
            }
            base = now;
            tokio::time::sleep(self.pause * (attempt + 1)).await;
        }
        Err(LedgerError::Busy(settings.ledger.clone()).into())
    }

    async fn append(&self, settings: &EvidenceSettings, drafts: Vec<Draft>) -> Result<Vec<(u64, bool)>, BotError> {
        let (root, name, ring) = (self.judge.mirror.root().to_owned(), settings.ledger.clone(), ring(settings)?);
        let ((who, email), key, at) = (self.who.clone(), self.key.clone(), self.judge.repo.client.now());
        let append = move || -> Result<Vec<(u64, bool)>, LedgerError> {
            let history = History::open(&root, "")?;
            let recorder = Recorder { name: &who, email: &email, at, key: key.as_deref(), ring: &ring };
            let one = |draft: &Draft| match ledger::append(&history, &name, &recorder, draft)? {
                Written::New { number, .. } => Ok((number, true)),
                Written::Known { number, .. } => Ok((number, false)),
            };
            drafts.iter().map(one).collect()
        };
        Ok(blocking(append).await??)
    }
}

/// The keys that may sign entries.
fn ring(settings: &EvidenceSettings) -> Result<Keyring, BotError> {
    let ring = Keyring::always("a recorder", &settings.recorders);
    if ring.keys().len() == settings.recorders.len() {
        return Ok(ring);
    }
    Err(LedgerError::Order("gitsm.toml: [evidence] recorders holds a key that cannot be read").into())
}

/// The commits along first parents that are newer than all of which the ledger speaks, the newest first.
fn newer(root: &std::path::Path, tip: Oid, ledger: Oid, ring: &Keyring) -> Result<Vec<Commit>, LedgerError> {
    let history = History::open(root, "")?;
    let read = ledger::read(&history, ledger, ring)?;
    if let Some(flaw) = read.flaws.first() {
        return Err(LedgerError::Flawed { commit: flaw.commit.clone(), words: flaw.words.clone() });
    }
    let spoken = read.entries.iter().filter(|kept| !matches!(kept.entry.body, Body::Vote { .. }));
    let spoken: BTreeSet<&str> = spoken.map(|kept| kept.entry.subject.commit.as_str()).collect();
    let mut found = Vec::new();
    let mut next = Some(tip);
    while let Some(id) = next {
        if spoken.contains(id.to_string().as_str()) {
            return Ok(found);
        }
        if found.len() == MOST {
            return Err(LedgerError::Order(
                "more commits came since the last entry than are recorded at once; record the older ones with `gitsm audit record`",
            ));
        }
        let commit = history.commit(id)?;
        next = commit.parents.first().copied();
        found.push(commit);
    }
    Err(LedgerError::Order("no commit of which the ledger speaks is on the branch; `gitsm audit verify` tells more"))
}
