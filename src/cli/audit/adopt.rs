//! `gitsm audit adopt`.

use clap::Args;

use super::{Hand, add, open};
use crate::cli::{Context, Exit};
use crate::evidence::ledger::{Body, Draft, Subject};

/// Arguments of `audit adopt`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The last commit of the protected branch for which the process does not hold yet; without it, its newest one
    commit: Option<String>,
    /// Why from there
    #[arg(long, default_value = "The process holds from here on.")]
    reason: String,
    #[command(flatten)]
    hand: Hand,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let opened = open(cx)?;
    let tip = opened.history.branch(&opened.settings.evidence.branch)?;
    let commit = match &arguments.commit {
        Some(revision) => opened.history.resolve(revision)?,
        None => tip,
    };
    if !opened.history.line(tip, None)?.iter().any(|on| on.id == commit) {
        anyhow::bail!("commit {commit} is not on '{}' along first parents", opened.settings.evidence.branch);
    }
    let tree = opened.history.commit(commit)?.tree.to_string();
    let subject = Subject { commit: commit.to_string(), tree };
    let draft = Draft { subject, body: Body::Adoption { reason: arguments.reason.clone() } };
    add(cx, &opened, &arguments.hand, &draft)
}
