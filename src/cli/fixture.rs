//! The program within a test: a folder on disk, arguments, and what it prints.

use std::path::PathBuf;

use clap::Parser as _;

use super::{Arguments, Context, Exit, run};
use crate::model::Sms;
use crate::model::fixture::with;

/// A folder that goes away with its value.
pub(super) struct Folder {
    pub(super) root: PathBuf,
    _guard: tempfile::TempDir,
}

impl Folder {
    /// A folder with these files.
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        let guard = tempfile::tempdir().unwrap();
        let root = guard.path().canonicalize().unwrap();
        for (path, text) in files {
            let full = root.join(path);
            std::fs::create_dir_all(full.parent().unwrap()).unwrap();
            std::fs::write(full, text).unwrap();
        }
        Self { root, _guard: guard }
    }

    /// Runs the program in this folder, as of 2026-11-20: its exit and what it printed, or why it failed.
    pub(super) fn gitsm(&self, arguments: &[&str]) -> Result<(Exit, String), String> {
        let root = self.root.to_string_lossy();
        program(&[&["-C", &root, "--as-of", "2026-11-20"], arguments].concat())
    }

    /// What the program prints.
    #[track_caller]
    pub(super) fn prints(&self, arguments: &[&str]) -> String {
        self.gitsm(arguments).unwrap_or_else(|error| panic!("{error}")).1
    }

    /// Why the program fails.
    #[track_caller]
    pub(super) fn fails(&self, arguments: &[&str]) -> String {
        self.gitsm(arguments).expect_err("the program fails")
    }

    /// Calls `then` with the surroundings of a command in this folder.
    pub(super) fn context<T>(&self, then: impl FnOnce(&Context<'_>) -> T) -> T {
        let root = self.root.to_string_lossy();
        let arguments = Arguments::try_parse_from(["gitsm", "-C", &root, "check"]).unwrap();
        let mut out = Vec::new();
        then(&Context::new(arguments.globals, jiff::Timestamp::UNIX_EPOCH, &mut out, false, false))
    }
}

/// Runs the program: its exit and what it printed, or why it failed.
pub(super) fn program(arguments: &[&str]) -> Result<(Exit, String), String> {
    let all = ["gitsm"].into_iter().chain(arguments.iter().copied());
    let arguments = Arguments::try_parse_from(all).map_err(|error| error.to_string())?;
    let mut out = Vec::new();
    let exit = run(arguments, jiff::Timestamp::UNIX_EPOCH, &mut out, false, false);
    let exit = exit.map_err(|error| format!("{error:#}"))?;
    Ok((exit, String::from_utf8(out).unwrap()))
}

/// Calls `then` with the first record of a text.
pub(super) fn record<T>(text: &str, then: impl FnOnce(&Sms<'_>, &crate::model::Record<'_>) -> T) -> T {
    with(&[("sms/ci/a.yaml", text)], |sms| then(sms, sms.records().next().unwrap().1))
}
