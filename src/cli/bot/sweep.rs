//! `gitsm bot sweep`.

use clap::Args;

use super::{Beside, Common, Place};
use crate::bot::Wish;
use crate::cli::{Context, Exit};

/// Arguments of `bot sweep`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    beside: Beside,
}

/// Runs it. One pull request that cannot be decided does not keep the others from it. Groups of merge queues are decided
/// again too: GitHub tells of each only once.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let place = Place::from_environment()?;
    super::runtime()?.block_on(async {
        let worker = arguments.common.worker(&place, place.client(cx)?, &arguments.beside).await?;
        let numbers = worker.about(&Wish::Everything).await?;
        let mut failed = Vec::new();
        for number in &numbers {
            match worker.pull(*number, None, false).await {
                Ok(done) => super::tell(cx, &done)?,
                Err(error) => failed.push(format!("#{number}: {error}")),
            }
        }
        super::groups(cx, &worker, &mut failed).await?;
        cx.line(crate::base::text::counted(numbers.len(), "open pull request", "open pull requests"))?;
        if failed.is_empty() { Ok(Exit::Clean) } else { anyhow::bail!("{}", failed.join("\n")) }
    })
}
