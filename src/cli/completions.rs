//! `gitsm completions`.

use clap::{Args, Command};
use clap_complete::Shell;

use super::{Context, Exit};

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments, mut command: Command) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "gitsm", &mut script);
    cx.text(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Clean)
}
