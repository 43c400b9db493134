//! What every command works with: global options, output, progress, and the records.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::progress::Progress;
use crate::base::date::AsOf;
use crate::load::{self, LoadError, Snapshot};
use crate::model::Sms;
use crate::schema::Catalog;

/// Options of every command.
#[derive(Debug, Args)]
pub struct Globals {
    /// Work in this folder instead of the current one
    #[arg(short = 'C', long = "directory", value_name = "DIR", global = true, default_value = ".")]
    directory: PathBuf,
    /// Read the records of this commit instead of the files on disk
    #[arg(long, value_name = "REV", global = true)]
    at: Option<String>,
    /// Judge by this instant (or day) instead of now, or of the commit's time
    #[arg(long, value_name = "INSTANT", global = true, value_parser = AsOf::parse)]
    as_of: Option<AsOf>,
    /// Print results only: no progress, no summary, no advice
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Tell on stderr what is being done, and how long it took
    #[arg(short, long, global = true)]
    verbose: bool,
}

/// A command's surroundings.
pub struct Context<'o> {
    globals: Globals,
    now: jiff::Timestamp,
    /// Results go here.
    pub out: &'o mut dyn Write,
    /// Whether results may be coloured.
    pub colour: bool,
    /// What is going on, for a terminal.
    pub progress: Progress,
}

impl<'o> Context<'o> {
    /// The surroundings of one run.
    pub fn new(globals: Globals, now: jiff::Timestamp, out: &'o mut dyn Write, colour: bool, terminal: bool) -> Self {
        let progress = Progress::new(terminal && !globals.quiet, globals.verbose);
        Self { globals, now, out, colour, progress }
    }

    /// Whether only results are wanted.
    #[must_use]
    pub fn quiet(&self) -> bool {
        self.globals.quiet
    }

    /// The folder to work in.
    #[must_use]
    pub fn directory(&self) -> &std::path::Path {
        &self.globals.directory
    }

    /// The instant that was asked for.
    #[must_use]
    pub fn as_of(&self) -> Option<AsOf> {
        self.globals.as_of
    }

    /// The instant at which the program was started.
    #[must_use]
    pub fn now(&self) -> jiff::Timestamp {
        self.now
    }

    /// Whether a commit is read instead of the files on disk.
    #[must_use]
    pub fn at(&self) -> Option<&str> {
        self.globals.at.as_deref()
    }

    /// Judges by this instant from now on, as `--as-of` does.
    pub fn judge_by(&mut self, as_of: AsOf) {
        self.globals.as_of = Some(as_of);
    }

    /// Reads the records of this commit from now on, as `--at` does.
    pub fn read_commit(&mut self, revision: &str) {
        self.globals.at = Some(revision.to_owned());
    }

    /// The root of the repository of records.
    pub fn root(&self) -> Result<PathBuf, LoadError> {
        load::find_root(&self.globals.directory)
    }

    /// The root; where a commit is read and there is none, the folder itself, since the commit can hold records that
    /// the work tree does not.
    fn place(&self) -> Result<PathBuf, LoadError> {
        let folder = &self.globals.directory;
        match &self.globals.at {
            Some(_) => self.root().or_else(|_| folder.canonicalize().map_err(|_| LoadError::NoRoot(folder.clone()))),
            None => self.root(),
        }
    }

    /// Reads the records' texts.
    pub fn snapshot(&self) -> Result<Snapshot, LoadError> {
        self.progress.stage("reading files");
        let root = self.place()?;
        std::thread::scope(|scope| {
            // The kinds that gitsm brings are made beside the reading; whoever needs them next finds them made.
            scope.spawn(|| drop(Catalog::built_in()));
            match &self.globals.at {
                Some(revision) => load::commit(&root, revision, self.globals.as_of),
                None => load::worktree(&root, self.globals.as_of.unwrap_or(AsOf::new(self.now))),
            }
        })
    }

    /// Reads the texts of another commit, to be compared with `head`.
    pub fn base(&self, revision: &str, head: &Snapshot) -> Result<Snapshot, LoadError> {
        self.progress.stage("reading the other state");
        load::base(&self.place()?, revision, head)
    }

    /// Where the folder of the records lies in its git repository: empty, or a path that ends with `/`.
    pub fn folder(&self) -> String {
        self.place().map(|root| load::folder(&root)).unwrap_or_default()
    }

    /// Reads the records and hands them to `then`.
    pub fn with_sms<T>(&mut self, then: impl FnOnce(&mut Self, &Sms<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let snapshot = self.snapshot()?;
        let catalog = Catalog::new(&snapshot.sources)?;
        self.progress.stage("reading records");
        let sms = Sms::build(&snapshot, &catalog);
        let result = then(self, &sms);
        self.progress.done();
        // The program ends here; giving back hundreds of thousands of nodes one by one would only take time.
        std::mem::forget(sms);
        result
    }

    /// Writes a line of the result.
    pub fn line(&mut self, text: impl std::fmt::Display) -> anyhow::Result<()> {
        self.progress.pause();
        writeln!(self.out, "{text}").context("cannot write the result")
    }

    /// Writes a piece of the result.
    pub fn text(&mut self, text: &str) -> anyhow::Result<()> {
        self.progress.pause();
        self.out.write_all(text.as_bytes()).context("cannot write the result")
    }

    /// Writes JSON, with a line break at its end.
    pub fn json(&mut self, value: &impl serde::Serialize) -> anyhow::Result<()> {
        self.progress.pause();
        serde_json::to_writer_pretty(&mut *self.out, value).map_err(std::io::Error::from)?;
        self.line("")
    }

    /// Writes advice on what to do next, unless only results are wanted.
    pub fn next(&mut self, advice: &str) -> anyhow::Result<()> {
        if self.quiet() { Ok(()) } else { self.line(format!("Next: {advice}")) }
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::fixture::{Folder, program};

    const TEAM: (&str, &str) = ("sms/team/t.yaml", "kind: team\nid: t\n");

    #[test]
    fn the_root_is_found_from_below() {
        let folder = Folder::new(&[TEAM, ("docs/x", "")]);
        let docs = folder.root.join("docs");
        let (_, below) = program(&["-C", &docs.to_string_lossy(), "list", "team", "--format", "json"]).unwrap();
        assert_eq!(below, folder.prints(&["list", "team", "--format", "json"]));
    }

    #[test]
    fn a_place_without_records_says_how_to_start() {
        let folder = Folder::new(&[]);
        let error = folder.fails(&["list", "team"]);
        assert!(error.starts_with("no gitsm.toml and no sms folder in ") && error.contains("gitsm init"), "{error}");
        assert!(folder.fails(&["--at", "HEAD", "list", "team"]).starts_with("no git repository at "));
    }

    #[test]
    fn advice_is_given_unless_only_results_are_wanted() {
        let folder = Folder::new(&[TEAM]);
        assert!(folder.prints(&["check"]).contains("\nNext: "));
        assert!(!folder.prints(&["check", "-q"]).contains("Next: "));
        assert!(folder.fails(&["check", "-q", "-v"]).contains("cannot be used with"));
    }

    #[test]
    fn json_ends_with_a_line_break() {
        let printed = Folder::new(&[TEAM]).prints(&["check", "--format", "json"]);
        assert!(printed.ends_with("}\n"), "{printed}");
        assert!(serde_json::from_str::<serde_json::Value>(&printed).is_ok());
    }

    #[test]
    fn an_instant_that_cannot_be_read_is_refused_with_the_way_to_write_it() {
        let error = program(&["--as-of", "yesterday", "check"]).unwrap_err();
        assert!(error.contains("'yesterday' is not an instant; write it like 2026-11-09T10:00:00+00:00"), "{error}");
    }

    #[test]
    fn without_an_instant_the_files_on_disk_are_judged_by_the_clock() {
        let folder = Folder::new(&[TEAM]);
        let (_, printed) = program(&["-C", &folder.root.to_string_lossy(), "check"]).unwrap();
        assert!(printed.contains("as of 1970-01-01T00:00:00Z"), "{printed}");
    }

    #[test]
    fn a_broken_local_schema_stops_every_command_that_reads_records() {
        let folder = Folder::new(&[TEAM, ("schemas/local/team.schema.json", "{")]);
        for arguments in [&["check"][..], &["list", "team"], &["show", "t"], &["graph"], &["impact", "t"]] {
            assert!(folder.fails(arguments).starts_with("schemas/local/team.schema.json: EOF"), "{arguments:?}");
        }
    }
}
