//! The command line as a user meets it: every command, its exit code, its words and its JSON.

mod calendar;
mod check;
mod diff;
mod errors;
mod explain;
mod gap;
mod gate;
mod globals;
mod human;
mod init;
mod json;
mod local;
#[cfg(feature = "local-rules")]
mod local_rules;
mod new;
mod pictures;
mod shells;
mod slm;
mod views;

use crate::program::Folder;

/// The commands that the help lists.
fn commands() -> Vec<String> {
    let help = Folder::new().run(&["--help"]).clean();
    let list = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default();
    let words = list.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let commands: Vec<String> = words.filter(|word| !word.is_empty() && *word != "help").map(str::to_owned).collect();
    assert!(commands.len() > 10, "{help}");
    commands
}
