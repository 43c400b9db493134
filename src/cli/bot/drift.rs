//! `gitsm bot drift`.

use clap::Args;

use super::{Place, Which};
use crate::bot::{Asks, drift};
use crate::cli::{Context, Exit};

/// Arguments of `bot drift`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    which: Which,
    /// The branch to look at; without it the default branch
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// Ask that every conversation is resolved before a merge, too
    #[arg(long)]
    conversations: bool,
    /// Ask that commits are signed, too
    #[arg(long)]
    signatures: bool,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let place = Place::from_environment()?;
    super::runtime()?.block_on(async {
        let repo = arguments.which.repo(&place, place.client(cx)?).await?;
        let branch = match &arguments.branch {
            Some(branch) => branch.clone(),
            None => repo.about().await?.default_branch,
        };
        let asks = Asks { conversations: arguments.conversations, signatures: arguments.signatures };
        let wrong = drift(&repo, &branch, &place.me, asks).await?;
        for line in &wrong {
            cx.line(crate::base::text::clean(line))?;
        }
        cx.next(if wrong.is_empty() {
            "nothing; the settings are as they should be"
        } else {
            "mend them under Settings"
        })?;
        Ok(if wrong.is_empty() { Exit::Clean } else { Exit::Findings })
    })
}
