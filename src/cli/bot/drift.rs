//! `gitsm bot drift`.

use clap::Args;

use super::{Common, Place};
use crate::bot::drift;
use crate::cli::{Context, Exit};

/// Arguments of `bot drift`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// The branch to look at; without it the default branch
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let place = Place::from_environment()?;
    super::runtime()?.block_on(async {
        let repo = arguments.common.repo(&place, place.client(cx)?).await?;
        let branch = match &arguments.branch {
            Some(branch) => branch.clone(),
            None => repo.about().await?.default_branch,
        };
        let wrong = drift(&repo, &branch, &place.me).await?;
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
