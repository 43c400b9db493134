//! `gitsm audit`: the ledger, and what it and the history prove.

mod adopt;
mod course;
mod judge;
pub(super) mod pack;
mod record;
mod replay;
mod sample;
mod verify;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::{Context, Exit};
use crate::evidence::history::History;
use crate::evidence::ledger::{Draft, Recorder, Written, append};
use crate::evidence::sign::{Keyring, Signer};
use crate::gate::facts::Facts;
use crate::load::{self, Settings};

/// Arguments of `audit`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Begin the ledger: say from which commit on the process holds
    Adopt(adopt::Arguments),
    /// Write the decision about what came to the protected branch to the ledger
    Record(record::Arguments),
    /// Tell whether everything on the protected branch was decided, and whether the trace is whole
    Verify(verify::Arguments),
    /// Decide again everything that was decided, from the ledger alone, and tell what comes out otherwise
    Replay(replay::Arguments),
    /// Draw a sample of records that anybody can draw again
    Sample(sample::Arguments),
    /// Print what an audit asks for, as one page
    Report(pack::ReportArguments),
    /// Write what an audit asks for, as page, tables and JSON with a hash of each file
    Pack(pack::Arguments),
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    match &arguments.command {
        Command::Adopt(arguments) => adopt::run(cx, arguments),
        Command::Record(arguments) => record::run(cx, arguments),
        Command::Verify(arguments) => verify::run(cx, arguments),
        Command::Replay(arguments) => replay::run(cx, arguments),
        Command::Sample(arguments) => sample::run(cx, arguments),
        Command::Report(arguments) => pack::report(cx, arguments),
        Command::Pack(arguments) => pack::run(cx, arguments),
    }
}

pub(super) use judge::decision;

/// Who writes to the ledger.
#[derive(Debug, Args)]
pub(super) struct Hand {
    /// Who records it, as "Name <address>"; without it, who git says you are
    #[arg(long, value_name = "WHO")]
    recorder: Option<String>,
    /// A private SSH key (Ed25519, without a passphrase) that signs the entry and its commit
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// A repository with its settings, opened for its history.
pub(super) struct Opened {
    /// Its history.
    pub(super) history: History,
    /// Its settings.
    pub(super) settings: Settings,
    /// The keys that may sign entries of its ledger.
    pub(super) recorders: Keyring,
}

/// Opens the repository.
pub(super) fn open(cx: &Context<'_>) -> anyhow::Result<Opened> {
    let root = cx.root().or_else(|_| cx.directory().canonicalize())?;
    opened(&root, &cx.snapshot()?.settings)
}

/// The repository at `root` with these settings.
pub(super) fn opened(root: &Path, settings: &Settings) -> anyhow::Result<Opened> {
    let history = History::open(root, &load::folder(root))?;
    let recorders = Keyring::always("a recorder", &settings.evidence.recorders);
    if recorders.keys().len() != settings.evidence.recorders.len() {
        anyhow::bail!(
            "gitsm.toml: [evidence] recorders holds a key that cannot be read; write it like `ssh-ed25519 AAAA…`"
        );
    }
    Ok(Opened { history, settings: settings.clone(), recorders })
}

/// The private key in a file.
pub(in crate::cli) fn key(path: &Path) -> anyhow::Result<Signer> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the key {}", path.display()))?;
    Signer::parse(&text).with_context(|| format!("cannot use the key {}", path.display()))
}

/// Facts of git with what signatures prove: who signed which commit, and the votes of the ledger.
pub(super) fn witnessed(cx: &Context<'_>, facts: Facts) -> anyhow::Result<Facts> {
    judge::witnessed(&open(cx)?, facts)
}

/// Adds an entry, and says what became of it.
fn add(cx: &mut Context<'_>, opened: &Opened, hand: &Hand, draft: &Draft) -> anyhow::Result<Exit> {
    let signer = hand.key.as_deref().map(key).transpose()?;
    let who = match &hand.recorder {
        Some(who) => person(who)?,
        None => opened.history.me().context(
            "git does not know who you are; pass --recorder \"Name <address>\", or set user.name and user.email",
        )?,
    };
    add_by(cx, opened, &who, signer.as_ref(), draft)
}

/// Adds an entry as somebody, signed when there is a key, and says what became of it.
pub(super) fn add_by(
    cx: &mut Context<'_>,
    opened: &Opened,
    (name, email): &(String, String),
    key: Option<&Signer>,
    draft: &Draft,
) -> anyhow::Result<Exit> {
    let at = cx.instant().instant();
    let recorder = Recorder { name, email, at, key, ring: &opened.recorders };
    let branch = &opened.settings.evidence.ledger;
    match append(&opened.history, branch, &recorder, draft)? {
        Written::New { number, commit } => {
            cx.line(format!("entry {number} of {branch}: {}, commit {commit}", draft.body.word()))?;
        }
        Written::Known { number, commit } => {
            cx.line(format!("entry {number} of {branch} says it already, commit {commit}"))?;
        }
    }
    cx.next(&format!("`git push origin {branch}` shares it"))?;
    Ok(Exit::Clean)
}

/// Name and address.
pub(in crate::cli) fn person(who: &str) -> anyhow::Result<(String, String)> {
    let parts = who.strip_suffix('>').and_then(|rest| rest.split_once('<'));
    match parts.map(|(name, email)| (name.trim(), email.trim())) {
        Some((name, email)) if !name.is_empty() && !email.is_empty() => Ok((name.to_owned(), email.to_owned())),
        _ => anyhow::bail!("'{who}' does not say who; write it like \"Bot <bot@example.org>\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_records_is_told_by_name_and_address() {
        assert_eq!(person("A B <a@b>").unwrap(), ("A B".to_owned(), "a@b".to_owned()));
        for wrong in ["", "A", "A <>", "<a@b>", "a@b"] {
            assert!(person(wrong).unwrap_err().to_string().contains("does not say who"), "{wrong}");
        }
    }
}
