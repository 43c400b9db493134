//! The ledger's commits, read from git.

use git2::Oid;

use super::chain::{Ledger, Raw, check};
use crate::evidence::history::{Entry, History, HistoryError};
use crate::evidence::sign::{GIT, Keyring, Signed, verify};

/// Where the ledger was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branch {
    /// There is none.
    Missing,
    /// Here, or at a remote; when both are there, the one that holds the other.
    At(Oid),
    /// The one here and that of a remote both hold entries that the other does not.
    Diverged {
        /// The tip here.
        local: Oid,
        /// The tip at the remote, when it was last fetched.
        remote: Oid,
    },
}

impl Branch {
    /// Finds the ledger branch `name`.
    #[must_use]
    pub fn find(history: &History, name: &str) -> Self {
        match (history.local(name), history.remote(name)) {
            (None, None) => Self::Missing,
            (Some(only), None) | (None, Some(only)) => Self::At(only),
            (Some(local), Some(remote)) if history.descends(local, remote) => Self::At(local),
            (Some(local), Some(remote)) if history.descends(remote, local) => Self::At(remote),
            (Some(local), Some(remote)) => Self::Diverged { local, remote },
        }
    }

    /// The tip to read: what everybody sees, where both differ.
    #[must_use]
    pub const fn tip(self) -> Option<Oid> {
        match self {
            Self::Missing => None,
            Self::At(tip) | Self::Diverged { remote: tip, .. } => Some(tip),
        }
    }
}

/// Reads the ledger up to `tip`; see [`check`].
///
/// # Errors
/// When objects cannot be read.
pub fn read(history: &History, tip: Oid, ring: &Keyring) -> Result<Ledger, HistoryError> {
    let mut commits = history.line(tip, None)?;
    commits.reverse();
    let mut raws = Vec::with_capacity(commits.len());
    let mut before = None;
    for commit in &commits {
        let mut added = Vec::new();
        let mut touched = Vec::new();
        for path in history.touched_anywhere(before, commit.tree)? {
            match (path.old, path.new) {
                (None, Some(new)) => added.push((path.path, content(history, new)?)),
                _ => touched.push(path.path),
            }
        }
        before = Some(commit.tree);
        let signed = match history.signature(commit.id) {
            Some((armoured, payload)) if !ring.is_empty() => {
                verify(&payload, &armoured, GIT, ring, commit.committer.time)
            }
            _ => Signed::None,
        };
        let (id, message) = (commit.id.to_string(), commit.message.clone());
        raws.push(Raw { commit: id, parents: commit.parents.len(), message, added, touched, signed });
    }
    Ok(check(&raws, ring))
}

/// The bytes of a file; nothing for what is no plain file.
fn content(history: &History, entry: Entry) -> Result<Vec<u8>, HistoryError> {
    if entry.is_file() { history.blob(entry.id) } else { Ok(Vec::new()) }
}
