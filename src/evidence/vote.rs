//! Votes without a forge: a text that says who agrees to what, signed with the person's key, in the ledger.

use git2::Oid;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::history::{History, HistoryError};
use super::ledger::{Body, Kept, Ledger};
use super::sign::{Signed, VOTE, verify};
use super::verify::{CODES, Problem, ring};
use crate::base::date::{AsOf, parse_instant};

/// Seconds by which the voter's clock may be ahead of the recorder's.
const CLOCKS: i64 = 600;

/// What a person says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Say {
    /// Agrees.
    Approve,
    /// Objects.
    Object,
    /// Takes back what was said before.
    Withdraw,
}

/// A vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// What is said.
    #[serde(rename = "vote")]
    pub say: Say,
    /// The change, by id.
    pub change: String,
    /// What was in front of the voter: the digest of everything that counts for the decision.
    pub digest: String,
    /// The commit at which the voter's keys and roles are read.
    pub base: String,
    /// The commit that is voted on.
    pub head: String,
    /// Who, by id.
    pub person: String,
    /// When, by the voter's clock.
    pub at: String,
    /// Why.
    pub reason: String,
}

impl Vote {
    /// The text that is signed: one line, always in the same bytes.
    #[must_use]
    pub fn text(&self) -> String {
        // A structure of texts can always be written.
        let line = serde_json::to_string(self).unwrap_or_default();
        format!("{line}\n")
    }

    /// Reads the text of a vote.
    ///
    /// # Errors
    /// When it is none, or is not written as [`Vote::text`] writes it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let vote: Self = serde_json::from_str(text).map_err(|error| format!("it is no vote: {error}"))?;
        parse_instant(&vote.at)?;
        if vote.text() == text { Ok(vote) } else { Err("it is not written as gitsm writes it".to_owned()) }
    }

    /// An instant as a vote writes it.
    #[must_use]
    pub fn instant(at: Timestamp) -> String {
        AsOf::new(at).to_string()
    }
}

/// A vote of the ledger with what its signature shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cast {
    /// The entry.
    pub number: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// The vote; none when it cannot be read.
    pub vote: Option<Vote>,
    /// What its signature shows, by the keys at its base and as of the instant at which it was recorded.
    pub signed: Signed,
}

impl Cast {
    /// The vote, when it was signed by the person whom it names.
    #[must_use]
    pub fn counted(&self) -> Option<&Vote> {
        self.vote.as_ref().filter(|vote| self.signed.by() == Some(&vote.person))
    }
}

/// The votes of the ledger, in its order.
///
/// # Errors
/// When the records at the base of a vote cannot be read.
pub fn cast(history: &History, ledger: &Ledger) -> Result<Vec<Cast>, HistoryError> {
    let votes = ledger.entries.iter().filter_map(|kept| match &kept.entry.body {
        Body::Vote { signed, signature } => Some((kept, signed, signature)),
        _ => None,
    });
    votes.map(|(kept, signed, signature)| one(history, kept, signed, signature)).collect()
}

fn one(history: &History, kept: &Kept, signed: &str, signature: &str) -> Result<Cast, HistoryError> {
    let (number, at) = (kept.entry.number, kept.entry.at);
    let bad = |why: String| Cast { number, at, vote: None, signed: Signed::Bad { why } };
    let vote = match Vote::parse(signed) {
        Ok(vote) => vote,
        Err(why) => return Ok(bad(why)),
    };
    if vote.base != kept.entry.subject.commit {
        return Ok(bad("it was signed for another base than its entry names".to_owned()));
    }
    let ahead = parse_instant(&vote.at).map_or(i64::MAX, Timestamp::as_second);
    if !kept.counts || ahead > at.as_second().saturating_add(CLOCKS) {
        return Ok(bad("its entry does not count, or was recorded before the vote was given".to_owned()));
    }
    let base = Oid::from_str(&vote.base).ok().and_then(|id| history.commit(id).ok());
    let shown = match base {
        // The recorder's clock, not the voter's: who holds a revoked key could write any earlier time.
        Some(base) => verify(signed.as_bytes(), signature, VOTE, &ring(history, base.tree)?, at),
        None => Signed::NotAssessable { why: "its base is not in this clone".to_owned() },
    };
    Ok(Cast { number, at, vote: Some(vote), signed: shown })
}

/// What is wrong with the votes of the ledger.
pub(super) fn problems(history: &History, ledger: &Ledger) -> Result<Vec<Problem>, HistoryError> {
    let Some(code) = CODES.iter().find(|code| code.id == "vote-signature") else { return Ok(Vec::new()) };
    let cast = cast(history, ledger)?;
    let wrong = cast.iter().filter(|cast| cast.counted().is_none());
    let told = wrong.map(|cast| {
        let who = cast.vote.as_ref().map_or("somebody", |vote| vote.person.as_str());
        let words =
            format!("the vote of {who} in entry {} does not count: its signature {}", cast.number, cast.signed.words());
        Problem::new(code, words)
    });
    Ok(told.collect())
}

#[cfg(test)]
mod tests;
