//! Whether the entries form one unbroken chain. Pure: what was read goes in, entries and flaws come out.

use serde::Serialize;

use super::codec;
use super::entry::{Body, Entry};
use crate::base::hash::sha256;
use crate::evidence::sign::{Keyring, Signed};

/// One commit of the ledger as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw {
    /// The commit.
    pub commit: String,
    /// How many parents it has.
    pub parents: usize,
    /// Its message.
    pub message: String,
    /// Files that it added, with their content.
    pub added: Vec<(String, Vec<u8>)>,
    /// Files that were there before and that it changed or removed.
    pub touched: Vec<String>,
    /// What the signature of the commit shows.
    pub signed: Signed,
}

/// What is wrong with the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlawKind {
    /// An entry that was written is not there, or not the same any more.
    LedgerAltered,
    /// The chain has a gap, or something in it that is no entry.
    LedgerBroken,
    /// A recorder is named in the settings, and none of them signed it.
    LedgerSignature,
    /// An entry says that it was recorded before the one in front of it.
    ClockBackwards,
}

/// One thing that is wrong with the ledger, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flaw {
    /// What sort of thing.
    pub kind: FlawKind,
    /// The commit of the ledger.
    pub commit: String,
    /// What is wrong, in words.
    pub words: String,
}

/// The ledger as far as it can be read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ledger {
    /// Its newest commit.
    pub tip: Option<String>,
    /// The entries that could be read, the first first; each with its commit and whether it counts.
    pub entries: Vec<Kept>,
    /// What is wrong, the first first.
    pub flaws: Vec<Flaw>,
}

/// An entry with what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The entry.
    pub entry: Entry,
    /// The commit of the ledger that wrote it.
    pub commit: String,
    /// What its own signature shows.
    pub signed: Signed,
    /// Whether it counts: it can be read in full, and it is signed where the settings ask for that.
    pub counts: bool,
    /// The hash of its bytes.
    pub sha256: String,
}

/// The path of entry `number`.
pub(super) fn path(number: u64) -> String {
    format!("entries/{:04}/{number:08}.json", number / 1000)
}

/// The message of the commit that writes an entry with these bytes.
pub(super) fn message(entry: &Entry, bytes: &[u8]) -> String {
    let about: String = entry.subject.commit.chars().take(10).collect();
    format!("Record {} {} about {about}\n\nEntry-Sha256: {}\n", entry.body.word(), entry.number, sha256(bytes))
}

/// Reads the commits of a ledger, the first first, and tells what is wrong with it. With keys in `ring`, only entries
/// that one of them signed count.
#[must_use]
pub fn check(commits: &[Raw], ring: &Keyring) -> Ledger {
    let mut ledger = Ledger { tip: commits.last().map(|raw| raw.commit.clone()), ..Ledger::default() };
    let mut previous: Option<String> = None;
    for (at, raw) in commits.iter().enumerate() {
        let number = at as u64 + 1;
        let before = ledger.flaws.len();
        one(&mut ledger, raw, number, previous.as_deref(), ring);
        // Behind a gap the chain goes on from what is there, so that one cause is told once.
        previous = raw.added.iter().find(|(path, _)| path.starts_with("entries/")).map(|(_, bytes)| sha256(bytes));
        if let (Some(kept), true) = (ledger.entries.last_mut(), ledger.flaws.len() > before) {
            let clock_only = ledger.flaws[before..].iter().all(|flaw| flaw.kind == FlawKind::ClockBackwards);
            if kept.commit == raw.commit && !clock_only {
                kept.counts = false;
            }
        }
    }
    ledger
}

fn one(ledger: &mut Ledger, raw: &Raw, number: u64, previous: Option<&str>, ring: &Keyring) {
    let mut flaws = Vec::new();
    let mut flaw = |kind: FlawKind, words: String| flaws.push(Flaw { kind, commit: raw.commit.clone(), words });
    for path in &raw.touched {
        flaw(FlawKind::LedgerAltered, format!("'{path}' was changed or removed after it had been written"));
    }
    if raw.parents != usize::from(number > 1) {
        flaw(FlawKind::LedgerBroken, format!("entry {number} has {} parents; the ledger is one line", raw.parents));
    }
    let expected = path(number);
    match raw.added.as_slice() {
        [(path, bytes)] => {
            if *path != expected {
                flaw(FlawKind::LedgerBroken, format!("'{path}' stands where '{expected}' belongs"));
            }
            let text = std::str::from_utf8(bytes).map_err(|_| "it is not text".to_owned());
            match text.and_then(|text| codec::decode(text, ring)) {
                Ok((entry, signed)) => {
                    if entry.number != number || entry.previous.as_deref() != previous {
                        let words = format!(
                            "entry {number} says it is entry {} and does not follow the one before it; an entry in front of it was changed, removed or put in",
                            entry.number
                        );
                        flaw(FlawKind::LedgerBroken, words);
                    }
                    if raw.message != message(&entry, bytes) {
                        flaw(
                            FlawKind::LedgerAltered,
                            format!("entry {number} is not the one that its commit was made for"),
                        );
                    }
                    // A vote is signed by the person whose it is, and counts by that alone.
                    if !ring.is_empty() && !matches!(entry.body, Body::Vote { .. }) {
                        for (what, signed) in [("entry", &signed), ("commit of entry", &raw.signed)] {
                            if signed.by().is_none() {
                                flaw(
                                    FlawKind::LedgerSignature,
                                    format!("the signature of {what} {number} {}", signed.words()),
                                );
                            }
                        }
                    }
                    if ledger.entries.last().is_some_and(|last| entry.at < last.entry.at) {
                        flaw(
                            FlawKind::ClockBackwards,
                            format!("entry {number} says it was recorded before entry {}", number - 1),
                        );
                    }
                    let (commit, sha256) = (raw.commit.clone(), sha256(bytes));
                    ledger.entries.push(Kept { entry, commit, signed, counts: true, sha256 });
                }
                Err(why) => flaw(FlawKind::LedgerAltered, format!("entry {number} cannot be read: {why}")),
            }
        }
        added => {
            let words = format!("a commit writes one entry, but this one adds {} files", added.len());
            flaw(FlawKind::LedgerBroken, words);
        }
    }
    ledger.flaws.extend(flaws);
}

#[cfg(test)]
mod tests;
