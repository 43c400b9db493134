//! The real git in a temporary folder: its own home, its own clock, no settings of the machine.

use std::cell::Cell;
use std::process::{Command, Output};

use crate::program::Folder;

/// The first instant of a history made here.
const BEGIN: i64 = 1_790_000_000;

/// A repository.
pub(crate) struct Git {
    pub(crate) folder: Folder,
    clock: Cell<i64>,
}

/// Name and address of somebody.
pub(crate) fn address(name: &str) -> String {
    format!("{}@example.org", name.to_lowercase())
}

impl Git {
    /// An empty repository on branch `main`.
    #[track_caller]
    pub(crate) fn new() -> Self {
        Self::with(Folder::new(), &["init", "--quiet", "--initial-branch=main"])
    }

    /// A folder in which `arguments` make a repository.
    #[track_caller]
    pub(crate) fn with(folder: Folder, arguments: &[&str]) -> Self {
        let git = Self { folder, clock: Cell::new(BEGIN) };
        git.run(arguments);
        git
    }

    /// A clone of this repository, made with more `options`; its home is its own.
    #[track_caller]
    pub(crate) fn clone_with(&self, options: &[&str]) -> Self {
        let from = format!("file://{}", self.folder.path().display());
        Self::with(Folder::new(), &[&["clone", "--quiet"], options, &[&from, "."]].concat())
    }

    /// git with these arguments, as `name`, one minute after the last time.
    fn command(&self, name: &str, arguments: &[&str]) -> Command {
        self.clock.set(self.clock.get() + 60);
        let date = format!("{} +0000", self.clock.get());
        let mut command = Command::new("git");
        command.current_dir(self.folder.path()).args(arguments).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", self.folder.path().join(".git"));
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_TERMINAL_PROMPT", "0").env("GIT_EDITOR", "true");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), name).env(format!("GIT_{role}_EMAIL"), address(name));
            command.env(format!("GIT_{role}_DATE"), &date);
        }
        command
    }

    /// What git prints as `name`; it must succeed.
    #[track_caller]
    pub(crate) fn by(&self, name: &str, arguments: &[&str]) -> String {
        let output = self.command(name, arguments).output().unwrap_or_else(|error| panic!("no git: {error}"));
        assert!(output.status.success(), "git {arguments:?}: {}", said(&output));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// What git prints as Ann; it must succeed.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        self.by("Ann", arguments)
    }

    /// Whether git succeeds as Ann, and what it says.
    pub(crate) fn tries(&self, arguments: &[&str]) -> (bool, String) {
        let output = self.command("Ann", arguments).output().unwrap_or_else(|error| panic!("no git: {error}"));
        (output.status.success(), said(&output))
    }

    /// Commits everything as `name`; gives the full hash.
    #[track_caller]
    pub(crate) fn commit_by(&self, name: &str, message: &str) -> String {
        self.by(name, &["add", "--all"]);
        self.by(name, &["commit", "--quiet", "--allow-empty", "-m", message]);
        self.head()
    }

    /// Commits everything as Ann; gives the full hash.
    #[track_caller]
    pub(crate) fn commit(&self, message: &str) -> String {
        self.commit_by("Ann", message)
    }

    /// Writes a file and commits it as Ann.
    #[track_caller]
    pub(crate) fn put(&self, path: &str, text: &str) -> String {
        self.folder.write(path, text);
        self.commit(&format!("Write {path}"))
    }

    /// The instant of the next command, as gitsm reads it.
    pub(crate) fn now(&self) -> String {
        self.clock.set(self.clock.get() + 60);
        jiff::Timestamp::from_second(self.clock.get()).unwrap_or_default().to_string()
    }

    pub(crate) fn head(&self) -> String {
        self.run(&["rev-parse", "HEAD"])
    }

    /// Sets the clock of the next command to `seconds` after (or before) what it would be.
    pub(crate) fn wait(&self, seconds: i64) {
        self.clock.set(self.clock.get() + seconds);
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
