//! `gitsm man`.

use clap::{Args, Command};

use super::{Context, Exit};

/// Arguments of `man`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The command whose page is wanted; without one, the page of gitsm as a whole
    command: Option<String>,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments, command: &Command) -> anyhow::Result<Exit> {
    let mut command = command.clone();
    // Only a command that is built hands the options of every command down to each.
    command.build();
    let wanted = match &arguments.command {
        None => command,
        Some(name) => {
            let found = command.find_subcommand(name);
            let found =
                found.ok_or_else(|| anyhow::anyhow!("there is no command '{name}'; `gitsm help` lists them"))?;
            found.clone()
        }
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(wanted).render(&mut page)?;
    cx.text(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Clean)
}
