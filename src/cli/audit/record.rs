//! `gitsm audit record`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use git2::Oid;
use serde_json::Value;

use super::{Hand, Opened, add, judge, open};
use crate::cli::gate::facts;
use crate::cli::{Context, Exit};
use crate::evidence::history::Commit;
use crate::evidence::ledger::{self, Body, Draft, Subject, end};
use crate::gate::facts::PullState;
use crate::load;

/// Arguments of `audit record`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The commit that came to the protected branch; without it, its newest one
    commit: Option<String>,
    /// The tip of the branch before, when several commits came together; without it, the commit's first parent
    #[arg(long, value_name = "REV")]
    before: Option<String>,
    /// The head that was merged, when the commit does not name it as its second parent: after a squash or a rebase
    #[arg(long, value_name = "REV")]
    head: Option<String>,
    /// The facts that the decision is made from; without them, git and the votes of the ledger are asked
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
    /// A decision that was made elsewhere, as `gitsm gate --format json` prints it; without it, it is made here
    #[arg(long, value_name = "FILE", requires = "facts")]
    decision: Option<PathBuf>,
    #[command(flatten)]
    hand: Hand,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let opened = open(cx)?;
    let (commit, before) = ends(&opened, arguments)?;
    let (decision, facts) = match (&arguments.decision, &arguments.facts) {
        (Some(decision), Some(facts)) => (json(decision)?, json(facts)?),
        _ => decided(cx, &opened, arguments, &commit, before)?,
    };
    let merge_tree = merge_tree(&opened, &commit, before, &decision)?;
    let outcome = decision["outcome"].as_str().unwrap_or("no decision").to_owned();
    let body = Body::Decision { before: before.to_string(), merge_tree, decision, facts };
    let subject = Subject { commit: commit.id.to_string(), tree: commit.tree.to_string() };
    let exit = add(cx, &opened, &arguments.hand, &Draft { subject, body })?;
    if !cx.quiet() {
        cx.line(format!("It was {outcome}"))?;
    }
    Ok(exit)
}

/// Decides about what came, as it would have been decided just before: against the tip of the branch then.
fn decided(
    cx: &mut Context<'_>,
    opened: &Opened,
    arguments: &Arguments,
    commit: &Commit,
    before: Oid,
) -> anyhow::Result<(Value, Value)> {
    let root = cx.root()?;
    let base = before.to_string();
    let given = arguments.facts.as_deref().map(facts::read).transpose()?.transpose()?;
    let named = arguments.head.as_deref().map(|head| opened.history.resolve(head)).transpose()?;
    let of_facts = given.as_ref().map(|facts| facts.pull_request.head.commit.clone());
    let parent = commit.parents.get(1).copied().unwrap_or(commit.id);
    let head = named.map(|head| head.to_string()).or(of_facts).unwrap_or_else(|| parent.to_string());
    let merge = load::merge(&root, &base, &head, cx.instant())?;
    let mut facts = match given {
        Some(facts) => facts::completed(facts, &merge),
        None => judge::witnessed(opened, facts::from_git(&merge, &base, &head))?,
    };
    facts.pull_request.base.branch.clone_from(&opened.settings.evidence.branch);
    facts.pull_request.base.commit.clone_from(&merge.base_commit);
    facts.pull_request.head.commit.clone_from(&merge.head_commit);
    if facts.pull_request.state == PullState::Closed {
        anyhow::bail!("the facts are about a pull request that was closed without a merge");
    }
    if let Some(wrong) = facts::mismatch(&facts, &merge) {
        anyhow::bail!("{wrong}");
    }
    let at = cx.instant();
    let decision = judge::decision(cx, &root, (&base, &head), &facts, at)?;
    Ok((decision, serde_json::to_value(&facts)?))
}

/// The commit that came, and the one upon which it came.
fn ends(opened: &Opened, arguments: &Arguments) -> anyhow::Result<(Commit, Oid)> {
    let (history, branch) = (&opened.history, &opened.settings.evidence.branch);
    let tip = history.branch(branch)?;
    let id = arguments.commit.as_deref().map_or(Ok(tip), |revision| history.resolve(revision))?;
    let line = history.line(tip, None)?;
    let Some(at) = line.iter().position(|on| on.id == id) else {
        anyhow::bail!("commit {id} is not on '{branch}' along first parents");
    };
    let commit = line[at].clone();
    let before = match arguments.before.as_deref() {
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
    ledger::merge_tree(&opened.history, before, head, commit.id)
        .context("the head of the decision is not here; fetch its branch before recording")
}

fn json(path: &Path) -> anyhow::Result<Value> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))
}
