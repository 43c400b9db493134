//! `gitsm audit record`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use git2::Oid;
use serde_json::Value;

use super::{Hand, Opened, add, open};
use crate::cli::{Context, Exit};
use crate::evidence::history::Commit;
use crate::evidence::ledger::{Body, Draft, Subject, end};

/// Arguments of `audit record`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The commit that came to the protected branch; without it, its newest one
    commit: Option<String>,
    /// The tip of the branch before, when several commits came together; without it, the commit's first parent
    #[arg(long, value_name = "REV")]
    before: Option<String>,
    /// The decision, as `gitsm gate --format json` prints it
    #[arg(long, value_name = "FILE")]
    decision: PathBuf,
    /// The facts that it was made from
    #[arg(long, value_name = "FILE")]
    facts: PathBuf,
    #[command(flatten)]
    hand: Hand,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let opened = open(cx)?;
    let (commit, before) = ends(&opened, arguments.commit.as_deref(), arguments.before.as_deref())?;
    let (decision, facts) = (json(&arguments.decision)?, json(&arguments.facts)?);
    let merge_tree = merge_tree(&opened, &commit, before, &decision)?;
    let body = Body::Decision { before: before.to_string(), merge_tree, decision, facts };
    let subject = Subject { commit: commit.id.to_string(), tree: commit.tree.to_string() };
    let at = cx.instant().instant();
    add(cx, &opened, &arguments.hand, at, &Draft { subject, body })
}

/// The commit that came, and the one upon which it came.
fn ends(opened: &Opened, commit: Option<&str>, before: Option<&str>) -> anyhow::Result<(Commit, Oid)> {
    let (history, branch) = (&opened.history, &opened.settings.evidence.branch);
    let tip = history.branch(branch)?;
    let id = commit.map_or(Ok(tip), |revision| history.resolve(revision))?;
    let line = history.line(tip, None)?;
    let Some(at) = line.iter().position(|on| on.id == id) else {
        anyhow::bail!("commit {id} is not on '{branch}' along first parents");
    };
    let commit = line[at].clone();
    let before = match before {
        Some(revision) => history.resolve(revision)?,
        None => *commit.parents.first().context("the first commit of a branch came upon nothing; adopt it instead")?,
    };
    if !line[at + 1..].iter().any(|on| on.id == before) {
        anyhow::bail!("commit {before} is not in front of {id} on '{branch}' along first parents");
    }
    Ok((commit, before))
}

/// The tree that was decided about: what the head of the decision, merged into the base, gives.
fn merge_tree(opened: &Opened, commit: &Commit, before: Oid, decision: &Value) -> anyhow::Result<String> {
    let head = end(decision, "head").context("the decision names no head")?;
    let head = Oid::from_str(head).with_context(|| format!("the head of the decision, '{head}', is no full hash"))?;
    let found = opened.history.commit(head);
    let found = found.context("the head of the decision is not here; fetch its branch before recording")?;
    if opened.history.descends(head, before) {
        return Ok(found.tree.to_string());
    }
    let merged = opened.history.merged(before, head)?;
    Ok(merged.map_or_else(|| format!("conflict with {}", commit.id), |tree| tree.to_string()))
}

fn json(path: &Path) -> anyhow::Result<Value> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))
}
