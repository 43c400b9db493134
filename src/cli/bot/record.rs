//! `gitsm bot record`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;

use super::{Common, Place, Told, secret};
use crate::bot::{Me, Recorded, Scribe, Wish};
use crate::cli::audit::{key, person};
use crate::cli::{Context, Exit};
use crate::evidence::sign::Signer;

/// As whom a workflow writes: the account that GitHub gives it.
const WORKFLOW: (&str, &str) = ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com");
/// The first wait before GitHub is asked again.
const PAUSE: Duration = Duration::from_secs(1);

/// Arguments of `bot record`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    told: Told,
    /// The protected branch, whatever the event is about; without event and branch, the default branch
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// Who records it, as "Name <address>"; without it the account of workflows
    #[arg(long, value_name = "WHO")]
    recorder: Option<String>,
    /// A private SSH key (Ed25519, without a passphrase) that signs entries; without it `GITSM_LEDGER_KEY`
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// Runs it. What came without a pull request ends it with 1, since nobody decided about that.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let branch = match branch(arguments)? {
        Ok(branch) => branch,
        Err(why) => {
            cx.line(format!("Nothing to record: {why}"))?;
            return Ok(Exit::Clean);
        }
    };
    let key = match (&arguments.key, secret("GITSM_LEDGER_KEY")?) {
        (Some(path), _) => Some(key(path)?),
        (None, Some(text)) => Some(Signer::parse(text.reveal()).context("cannot use the key in GITSM_LEDGER_KEY")?),
        (None, None) => None,
    };
    let place = Place::from_environment()?;
    let who = match (&arguments.recorder, &place.me) {
        (Some(who), _) => person(who)?,
        (None, Me::Workflow) => (WORKFLOW.0.to_owned(), WORKFLOW.1.to_owned()),
        (None, Me::App(_)) => anyhow::bail!("who records it? say --recorder \"Name <address>\""),
    };
    let (branch, told) = super::runtime()?.block_on(async {
        let judge = arguments.common.judge(&place, place.client(cx)?).await?;
        let branch = match branch {
            Some(branch) => branch,
            None => judge.repo.about().await?.default_branch,
        };
        let key = key.map(Arc::new);
        let scribe = Scribe { judge, branch, who, key, dry: arguments.common.dry_run, pause: PAUSE };
        let told = scribe.record().await?;
        anyhow::Ok((scribe.branch, told))
    })?;
    let Some(told) = told else {
        cx.line(format!("Nothing to record: '{branch}' is not the branch that gitsm.toml protects"))?;
        return Ok(Exit::Clean);
    };
    tell(cx, &told)
}

fn tell(cx: &mut Context<'_>, told: &[Recorded]) -> anyhow::Result<Exit> {
    let mut exit = Exit::Clean;
    for it in told {
        match it {
            Recorded::Entry { commit, number, outcome, entry } => {
                let entry = match entry {
                    Some((entry, true)) => format!("entry {entry}"),
                    Some((entry, false)) => format!("entry {entry} says it already"),
                    None => "it would be written".to_owned(),
                };
                cx.line(format!("{commit}: #{number} was {outcome}; {entry}"))?;
            }
            Recorded::Unclaimed { commit } => {
                exit = Exit::Findings;
                cx.line(format!(
                    "{commit}: it came without a pull request, and `gitsm audit verify` tells it as unauthorised"
                ))?;
            }
        }
    }
    if told.is_empty() {
        cx.line("Nothing came since the last entry of the ledger")?;
    }
    Ok(exit)
}

/// The branch to look at; none for the default one. The inner error says why there is nothing to look at.
fn branch(arguments: &Arguments) -> anyhow::Result<Result<Option<String>, String>> {
    if let Some(branch) = &arguments.branch {
        return Ok(Ok(Some(branch.clone())));
    }
    let Some(event) = arguments.told.name().filter(|event| event != "workflow_dispatch" && event != "schedule") else {
        return Ok(Ok(None));
    };
    Ok(match arguments.told.wish(&event)? {
        Wish::Branch(branch) => Ok(Some(branch)),
        Wish::Nothing(why) => Err(why.to_owned()),
        _ => Err(format!("the event {event} is no push")),
    })
}
