//! Completions and manual pages, read by the programs that they are for where the machine has them.

use std::process::{Command, Stdio};

use super::commands;
use crate::program::{Folder, tool};

#[test]
fn each_shell_gets_a_script_that_names_every_command() {
    let folder = Folder::new();
    for (shell, mark) in [
        ("bash", "complete -F _gitsm"),
        ("zsh", "#compdef gitsm"),
        ("fish", "complete -c gitsm"),
        ("elvish", "edit:completion:arg-completer[gitsm]"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let script = folder.run(&["completions", shell]).clean();
        assert!(script.contains(mark), "{shell}");
        for command in commands() {
            assert!(script.contains(&command), "{shell}: {command}");
        }
        assert!(script.contains("--as-of") || script.contains("as-of"), "{shell}: options");
    }
}

#[test]
fn shells_that_are_here_take_their_script() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish"] {
        let Some(path) = tool(shell) else {
            eprintln!("skipped: no {shell} here");
            continue;
        };
        folder.write("script", folder.run(&["completions", shell]).clean());
        let check =
            Command::new(path).arg("-n").arg(folder.path().join("script")).stdin(Stdio::null()).output().unwrap();
        assert!(check.status.success() && check.stderr.is_empty(), "{shell}: {check:?}");
    }
}

#[test]
fn bash_completes_a_command_and_an_option() {
    let Some(bash) = tool("bash") else {
        eprintln!("skipped: no bash here");
        return;
    };
    let folder = Folder::new();
    folder.write("script", folder.run(&["completions", "bash"]).clean());
    let complete = |words: &str, at: usize| {
        let ask = format!(
            "source ./script; COMP_WORDS=({words}); COMP_CWORD={at}; \
             _gitsm gitsm \"${{COMP_WORDS[{at}]}}\" gitsm; echo \"${{COMPREPLY[@]}}\""
        );
        let answer = Command::new(&bash).args(["--norc", "-c", &ask]).current_dir(folder.path()).output().unwrap();
        String::from_utf8(answer.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(complete("gitsm che", 1), "check");
    assert_eq!(complete("gitsm check --den", 2), "--deny");
    assert_eq!(complete("gitsm completions z", 2), "zsh");
}

#[test]
fn manual_pages_are_roff_and_tell_exit_codes_and_every_option() {
    let folder = Folder::new();
    let page = folder.run(&["man"]).clean();
    assert!(page.starts_with(".ie") && page.contains(".TH gitsm 1"), "{page}");
    assert!(page.contains("Exit codes"), "{page}");
    for command in commands() {
        assert!(page.contains(&format!("gitsm\\-{command}(1)")), "{command}: {page}");
        let own = folder.run(&["man", &command]).clean();
        assert!(own.contains(&format!(".TH gitsm-{command} 1")), "{own}");
        assert!(own.contains("\\-\\-as\\-of"), "{command} takes the options of every command: {own}");
    }
    let check = folder.run(&["man", "check"]).clean();
    assert!(check.contains("\\-\\-deny") && check.contains("\\-\\-rule"), "{check}");
}
