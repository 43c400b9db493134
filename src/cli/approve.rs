//! `gitsm approve` and `gitsm object`: votes without a forge.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;
use clap::Args;

use super::audit::{Opened, add_by, open, witnessed};
use super::gate::{facts, with_states};
use super::{Context, Exit};
use crate::evidence::ledger::{Body, Draft, Subject};
use crate::evidence::sign::{Keyring, Signer, VOTE, verify};
use crate::evidence::verify::ring;
use crate::evidence::vote::{Say, Vote};
use crate::gate::decide;
use crate::load;

/// Arguments of `approve` and `object`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The change, by id
    change: String,
    /// The private SSH key to sign with; its public half must stand in your record at the base
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The branch or commit that it is to be merged into; without it, the protected branch
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// The branch or commit that is to be merged
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    head: String,
    /// Why
    #[arg(long, default_value = "")]
    reason: String,
    /// Take back what you said before
    #[arg(long)]
    withdraw: bool,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments, say: Say) -> anyhow::Result<Exit> {
    let opened = open(cx)?;
    let root = cx.root()?;
    let at = cx.instant();
    let base = arguments.base.as_deref().unwrap_or(&opened.settings.evidence.branch);
    let merge = load::merge(&root, base, &arguments.head, at)?;
    let facts = witnessed(cx, facts::from_git(&merge, base, &arguments.head))?;
    let decision = with_states(cx, &merge, None, |_, _, base, head| Ok(decide(base, head, &facts, at.instant())))?;
    if decision.change.as_deref() != Some(arguments.change.as_str()) {
        match &decision.change {
            Some(other) => anyhow::bail!("{} brings change '{other}', not '{}'", arguments.head, arguments.change),
            None => anyhow::bail!(
                "{} asks for no decision on one change; `gitsm gate --base {base} --head {}` tells why",
                arguments.head,
                arguments.head
            ),
        }
    }
    let digest = decision.digest.context("the gate gives no digest to bind the vote to; `gitsm gate` tells why")?;
    let commit = opened.history.commit(git2::Oid::from_str(&merge.base_commit)?)?;
    let people = ring(&opened.history, commit.tree)?;
    let mut vote = Vote {
        say: if arguments.withdraw { Say::Withdraw } else { say },
        change: arguments.change.clone(),
        digest,
        base: merge.base_commit.clone(),
        head: merge.head_commit.clone(),
        person: String::new(),
        at: Vote::instant(at.instant()),
        reason: arguments.reason.clone(),
    };
    let (signature, person) = signed(&mut vote, &arguments.key, &people, at.instant())?;
    let subject = Subject { commit: vote.base.clone(), tree: commit.tree.to_string() };
    let draft = Draft { subject, body: Body::Vote { signed: vote.text(), signature } };
    add(cx, &opened, &person, &draft)
}

/// Signs the vote as the person whose key it is; gives the signature and the person.
fn signed(vote: &mut Vote, key: &Path, people: &Keyring, at: jiff::Timestamp) -> anyhow::Result<(String, String)> {
    // Whose key it is shows in the signature, and whose it is belongs to what is signed.
    let first = sign(key, vote.text().as_bytes())?;
    let shown = verify(vote.text().as_bytes(), &first, VOTE, people, at);
    let Some(person) = shown.by().map(str::to_owned) else {
        anyhow::bail!(
            "the key does not vote: the signature {}; add it to your record's signing_keys first",
            shown.words()
        );
    };
    vote.person.clone_from(&person);
    let signature = sign(key, vote.text().as_bytes())?;
    Ok((signature, person))
}

/// Signs a text: here, or by `ssh-keygen` where the key is locked, in an agent or of another sort.
fn sign(path: &Path, text: &[u8]) -> anyhow::Result<String> {
    let read = std::fs::read_to_string(path).with_context(|| format!("cannot read the key {}", path.display()))?;
    if let Ok(signer) = Signer::parse(&read) {
        return Ok(signer.armoured(VOTE, text)?);
    }
    let mut child = Command::new("ssh-keygen")
        .args(["-Y", "sign", "-n", VOTE, "-f"])
        .arg(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("the key cannot be used here, and there is no ssh-keygen to ask")?;
    if let Some(mut pipe) = child.stdin.take() {
        pipe.write_all(text)?;
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        anyhow::bail!("ssh-keygen did not sign with {}", path.display());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Adds the vote to the ledger. It carries its own signature, so the entry needs none.
fn add(cx: &mut Context<'_>, opened: &Opened, person: &str, draft: &Draft) -> anyhow::Result<Exit> {
    let who = opened.history.me().unwrap_or_else(|_| (person.to_owned(), format!("{person}@localhost")));
    add_by(cx, opened, &who, None, draft)
}
