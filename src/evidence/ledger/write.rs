//! Adding an entry: the one place of this stage that writes, and only to the ledger's branch.

use git2::{ErrorCode, Oid, Repository, Signature, Time, Tree};
use jiff::Timestamp;

use super::chain::{Ledger, message, path};
use super::codec;
use super::entry::{Body, Draft, Entry};
use super::read::{Branch, read};
use crate::evidence::history::{History, HistoryError};
use crate::evidence::sign::{GIT, KeyError, Keyring, Signer};

/// How often an entry is written again because another recorder was faster.
const TRIES: usize = 100;

/// Why an entry was not written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The history or the ledger cannot be read.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The key does not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The ledger is not what it should be, so that nothing may be built on it.
    #[error(
        "the ledger is flawed at {commit}: {words}; nothing was written. `gitsm audit verify` tells everything that is wrong"
    )]
    Flawed {
        /// The commit of the ledger.
        commit: String,
        /// What is wrong.
        words: String,
    },
    /// The ledger here and the one of the remote went different ways.
    #[error("the ledger '{0}' and that of the remote both hold entries that the other does not; nothing was written")]
    Diverged(String),
    /// Something else is recorded about the same.
    #[error("entry {number} already says something else about commit {commit}; the ledger is never rewritten")]
    Contradicts {
        /// The entry.
        number: u64,
        /// The commit.
        commit: String,
    },
    /// The ledger has not begun, or begins twice.
    #[error("{0}")]
    Order(&'static str),
    /// Other recorders were always faster.
    #[error("other recorders kept changing the ledger '{0}'; run it again")]
    Busy(String),
    /// git refused.
    #[error("the ledger cannot be written: {}", .0.message())]
    Git(git2::Error),
}

impl From<git2::Error> for LedgerError {
    fn from(why: git2::Error) -> Self {
        Self::Git(why)
    }
}

/// Who adds an entry, and when. The same recorder at the same instant writes the same bytes.
#[derive(Debug)]
pub struct Recorder<'k> {
    /// Name.
    pub name: &'k str,
    /// Address.
    pub email: &'k str,
    /// When.
    pub at: Timestamp,
    /// The key that signs, when there is one.
    pub key: Option<&'k Signer>,
    /// The keys that may sign entries; with any, an entry that the key does not fit is not written.
    pub ring: &'k Keyring,
}

/// What became of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// It is a new entry.
    New {
        /// Its number.
        number: u64,
        /// The commit of the ledger.
        commit: String,
    },
    /// The ledger says it already.
    Known {
        /// The entry that does.
        number: u64,
        /// The commit of the ledger.
        commit: String,
    },
}

/// Adds `draft` to the ledger branch `name`, behind whatever other recorders add meanwhile. Nothing that is there is
/// ever changed; what the ledger says already is not said twice.
///
/// # Errors
/// When the ledger is flawed or contradicts the draft, when the key does not sign, or when git refuses.
pub fn append(history: &History, name: &str, recorder: &Recorder<'_>, draft: &Draft) -> Result<Written, LedgerError> {
    for _ in 0..TRIES {
        let local = history.local(name);
        let branch = Branch::find(history, name);
        if let Branch::Diverged { .. } = branch {
            return Err(LedgerError::Diverged(name.to_owned()));
        }
        let tip = branch.tip();
        let ledger = tip.map(|tip| read(history, tip, recorder.ring)).transpose()?.unwrap_or_default();
        if let Some(flaw) = ledger.flaws.first() {
            return Err(LedgerError::Flawed { commit: flaw.commit.clone(), words: flaw.words.clone() });
        }
        if let Some(known) = said(&ledger, draft)? {
            return Ok(known);
        }
        if let Some(written) = write(history.repository(), name, (local, tip), &ledger, recorder, draft)? {
            return Ok(written);
        }
    }
    Err(LedgerError::Busy(name.to_owned()))
}

/// The tree that was decided about when `head` came upon `before` as commit `as_commit`: the head's own where it holds
/// `before`, else what merging the two gives.
///
/// # Errors
/// When a commit cannot be read; the head of a branch that was never fetched is one.
pub fn merge_tree(history: &History, before: Oid, head: Oid, as_commit: Oid) -> Result<String, HistoryError> {
    let found = history.commit(head)?;
    if history.descends(head, before) {
        return Ok(found.tree.to_string());
    }
    let merged = history.merged(before, head)?;
    Ok(merged.map_or_else(|| format!("conflict with {as_commit}"), |tree| tree.to_string()))
}

/// The entry that says what `draft` says, when there is one.
fn said(ledger: &Ledger, draft: &Draft) -> Result<Option<Written>, LedgerError> {
    let adopts = matches!(draft.body, Body::Adoption { .. });
    if ledger.entries.is_empty() && !adopts {
        return Err(LedgerError::Order(
            "the ledger has not begun; `gitsm audit adopt` says from which commit on the process holds",
        ));
    }
    for kept in &ledger.entries {
        let entry = &kept.entry;
        let known = Written::Known { number: entry.number, commit: kept.commit.clone() };
        match (&entry.body, &draft.body) {
            (Body::Adoption { .. }, Body::Adoption { .. }) if entry.subject == draft.subject => return Ok(Some(known)),
            (Body::Decision { decision, .. }, Body::Decision { decision: other, .. })
                if entry.subject == draft.subject =>
            {
                // Facts differ in what does not matter, such as the time of an event; decisions must not.
                if decision["outcome"] == other["outcome"] && decision["digest"] == other["digest"] {
                    return Ok(Some(known));
                }
                let (number, commit) = (entry.number, entry.subject.commit.clone());
                return Err(LedgerError::Contradicts { number, commit });
            }
            (Body::Vote { signed, .. }, Body::Vote { signed: other, .. }) if signed == other => return Ok(Some(known)),
            _ => {}
        }
    }
    if adopts && !ledger.entries.is_empty() {
        return Err(LedgerError::Order("the ledger has begun already, from another commit; it is never rewritten"));
    }
    Ok(None)
}

/// Writes the entry behind `tip`; none when the branch here is not at `local` any more.
fn write(
    repository: &Repository,
    name: &str,
    (local, tip): (Option<Oid>, Option<Oid>),
    ledger: &Ledger,
    recorder: &Recorder<'_>,
    draft: &Draft,
) -> Result<Option<Written>, LedgerError> {
    let entry = Entry {
        number: ledger.entries.len() as u64 + 1,
        previous: ledger.entries.last().map(|last| last.sha256.clone()),
        at: recorder.at,
        recorder: format!("{} <{}>", recorder.name, recorder.email),
        tool: format!("gitsm {}", env!("CARGO_PKG_VERSION")),
        subject: draft.subject.clone(),
        body: draft.body.clone(),
    };
    let text = codec::encode(&entry, recorder.key)?;
    let own = matches!(draft.body, Body::Vote { .. });
    if !own
        && !recorder.ring.is_empty()
        && codec::decode(&text, recorder.ring).is_ok_and(|(_, signed)| signed.by().is_none())
    {
        return Err(LedgerError::Order(
            "gitsm.toml names recorders, and none of their keys signs here; pass the private key with --key",
        ));
    }
    let parent = tip.map(|tip| repository.find_commit(tip)).transpose()?;
    let before = parent.as_ref().map(git2::Commit::tree).transpose()?;
    let tree = put(repository, before.as_ref(), &path(entry.number), repository.blob(text.as_bytes())?)?;
    let who = Signature::new(recorder.name, recorder.email, &Time::new(recorder.at.as_second(), 0))?;
    let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
    let message = message(&entry, text.as_bytes());
    let tree = repository.find_tree(tree)?;
    let commit = match recorder.key {
        None => repository.commit(None, &who, &who, &message, &tree, &parents)?,
        Some(key) => {
            let content = repository.commit_create_buffer(&who, &who, &message, &tree, &parents)?;
            let content = String::from_utf8_lossy(&content).into_owned();
            let signature = key.armoured(GIT, content.as_bytes())?;
            repository.commit_signed(&content, signature.trim_end(), None)?
        }
    };
    let branch = format!("refs/heads/{name}");
    let moved = match local {
        Some(local) => repository.reference_matching(&branch, commit, true, local, "gitsm: add an entry"),
        // Only the remote has the ledger so far, or nobody.
        None => repository.reference(&branch, commit, false, "gitsm: begin the ledger here"),
    };
    match moved {
        Ok(_) => Ok(Some(Written::New { number: entry.number, commit: commit.to_string() })),
        Err(error) if [ErrorCode::Modified, ErrorCode::Exists, ErrorCode::Locked].contains(&error.code()) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The tree with a file put at `path`, which has three parts.
fn put(repository: &Repository, tree: Option<&Tree<'_>>, path: &str, blob: Oid) -> Result<Oid, git2::Error> {
    const FILE: i32 = 0o100_644;
    const FOLDER: i32 = 0o040_000;
    let parts: Vec<&str> = path.split('/').collect();
    let (folders, name) = parts.split_at(parts.len().saturating_sub(1));
    // The trees from the root down to the folder of the file, as they are.
    let mut trees: Vec<Option<Tree<'_>>> = vec![tree.cloned()];
    for folder in folders {
        let below = match trees.last().and_then(Option::as_ref).and_then(|tree| tree.get_name(folder)) {
            Some(entry) => Some(repository.find_tree(entry.id())?),
            None => None,
        };
        trees.push(below);
    }
    let (mut id, mut mode) = (blob, FILE);
    for (part, tree) in folders.iter().chain(name).rev().zip(trees.iter().rev()) {
        let mut builder = repository.treebuilder(tree.as_ref())?;
        builder.insert(part, id, mode)?;
        id = builder.write()?;
        mode = FOLDER;
    }
    Ok(id)
}
