//! The built program, run on a temporary folder with an environment of its own: nothing of the machine's git settings,
//! colours, language or time zone reaches it.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The instant by which the tests judge, where it matters.
pub(crate) const DAY: &str = "2026-11-20";

/// What one run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    /// Exit code; -1 when a signal ended it.
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// The standard output of a run that found nothing to report and had nothing to complain about.
    #[track_caller]
    pub(crate) fn clean(self) -> String {
        assert!(self.code == 0 && self.err.is_empty(), "{self:#?}");
        self.out
    }

    /// The standard output of a run that has findings.
    #[track_caller]
    pub(crate) fn findings(self) -> String {
        assert!(self.code == 1 && self.err.is_empty(), "{self:#?}");
        self.out
    }

    /// What a run that could not run said on standard error; standard output must be empty.
    #[track_caller]
    pub(crate) fn refused(self) -> String {
        assert!(self.code == 2 && self.out.is_empty(), "{self:#?}");
        self.err
    }
}

/// A temporary folder in which the program is run.
#[derive(Debug)]
pub(crate) struct Folder {
    dir: TempDir,
    env: Vec<(String, String)>,
}

impl Folder {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        let dir = tempfile::Builder::new().prefix("gitsm-it-").tempdir();
        Self { dir: dir.unwrap_or_else(|error| panic!("no temporary folder: {error}")), env: Vec::new() }
    }

    /// A folder with these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self::new();
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    /// A folder with what `gitsm init` writes.
    pub(crate) fn started() -> Self {
        let folder = Self::new();
        folder.run(&["init", "--quiet"]).clean();
        folder
    }

    /// Sets a variable of the environment for later runs.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Writes a file, with the folders above it.
    #[track_caller]
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let full = self.path().join(path);
        let made = full.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&full, text));
        made.unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Replaces text in a file; it must be there.
    #[track_caller]
    pub(crate) fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert!(text.contains(old), "{path} has no '{old}':\n{text}");
        self.write(path, text.replace(old, new));
    }

    /// The text of a file.
    #[track_caller]
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Paths of all files below `folder`, relative to this one, with `/`, sorted.
    pub(crate) fn files(&self, folder: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![self.path().join(folder)];
        while let Some(next) = open.pop() {
            for entry in next.read_dir().into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    open.push(path);
                } else if let Ok(inside) = path.strip_prefix(self.path()) {
                    found.push(inside.to_string_lossy().replace('\\', "/"));
                }
            }
        }
        found.sort();
        found
    }

    /// The program with these arguments, not yet started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gitsm"));
        command.current_dir(self.path()).args(arguments).env_clear().env("HOME", self.path());
        command.envs(self.env.iter().map(|(name, value)| (name, value))).stdin(Stdio::null());
        command
    }

    /// Runs the program.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let output = self.command(arguments).output().unwrap_or_else(|error| panic!("gitsm cannot be run: {error}"));
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap_or_else(|error| panic!("not UTF-8: {error}"));
        let run = Run { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) };
        assert!((0..=2).contains(&run.code), "an exit code that means nothing: {run:#?}");
        run
    }

    /// Runs the program with `--format json` and reads its answer, whatever the exit code.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let run = self.run(&[arguments, &["--format", "json"]].concat());
        serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {run:#?}"))
    }

    /// Starts the program, reads the first bytes of its output and closes the pipe; the exit code and standard error.
    #[track_caller]
    pub(crate) fn run_until_pipe_breaks(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = self.command(arguments);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("gitsm cannot be run: {error}"));
        let mut first = [0; 16];
        let pipe = child.stdout.take();
        let read = pipe.map(|mut pipe| pipe.read(&mut first));
        assert!(matches!(read, Some(Ok(1..))), "nothing to read: {read:?}");
        let output = child.wait_with_output().unwrap_or_else(|error| panic!("{error}"));
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Commits every file, at `seconds` since 1970; gives the full hash.
    #[track_caller]
    pub(crate) fn commit(&self, message: &str, seconds: i64) -> String {
        let commit = || -> Result<String, git2::Error> {
            let repository = git2::Repository::init(self.path())?;
            let mut index = repository.index()?;
            index.add_all(["*"], git2::IndexAddOption::DEFAULT, None)?;
            index.update_all(["*"], None)?;
            let tree = repository.find_tree(index.write_tree()?)?;
            index.write()?;
            let who = git2::Signature::new("Ann Author", "ann@example.org", &git2::Time::new(seconds, 0))?;
            let parent = repository.head().ok().and_then(|head| head.peel_to_commit().ok());
            let parents: Vec<_> = parent.iter().collect();
            Ok(repository.commit(Some("HEAD"), &who, &who, message, &tree, &parents)?.to_string())
        };
        commit().unwrap_or_else(|error| panic!("no commit: {error}"))
    }
}

/// The root of this project.
pub(crate) fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Whether expectations are to be written instead of compared.
pub(crate) fn updating() -> bool {
    std::env::var_os("GITSM_UPDATE").is_some_and(|value| value == "1")
}

/// A program of the machine, when it is there.
pub(crate) fn tool(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Line and column, from 1, of a byte of a text; columns count characters. Written apart from the program's own.
pub(crate) fn place(text: &str, offset: usize) -> (u64, u64) {
    let (mut line, mut column) = (1, 1);
    for character in text.get(..offset).unwrap_or(text).chars() {
        if character == '\n' {
            line += 1;
            column = 1;
        } else {
            column += 1;
        }
    }
    (line, column)
}
