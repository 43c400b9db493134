//! The command line: one file for each command.

mod approve;
mod audit;
mod authorised;
#[cfg(feature = "bot")]
mod bot;
mod cab;
mod calendar;
mod check;
mod completions;
mod context;
mod diff;
mod exit;
mod explain;
mod explain_index;
#[cfg(test)]
mod fixture;
mod gap;
mod gate;
mod graph;
mod impact;
mod init;
mod list;
mod man;
mod mend;
mod new;
mod points;
mod progress;
mod promised;
mod schema;
#[cfg(feature = "site")]
mod serve;
mod show;
#[cfg(feature = "site")]
mod site;
mod slm;
mod table;
mod told;
mod write;

use std::io::{IsTerminal as _, Write};

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::evidence::vote::Say;
pub use context::{Context, Globals};
pub use exit::Exit;

/// Service management as code: an ISO/IEC 20000-1 service management system as YAML in a git repository.
///
/// gitsm checks the records, draws what depends on what, and publishes them as a site.
/// Exit codes: 0 nothing to report, 1 findings, 2 could not run.
#[derive(Debug, Parser)]
#[command(name = "gitsm", version, propagate_version = true, arg_required_else_help = true, max_term_width = 110)]
struct Arguments {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start a repository of records, with what a new SMS needs first
    Init(init::Arguments),
    /// Write a new record from its kind's example, with a comment on each field
    New(new::Arguments),
    /// Check every record: YAML, schema, references, rules
    Check(check::Arguments),
    /// Tell what a rule, a kind or a clause is about
    Explain(explain::Arguments),
    /// Compare the records with what ISO/IEC 20000-1 asks for, requirement by requirement
    Gap(gap::Arguments),
    /// Decide a change: who must agree, and is that satisfied
    Gate(gate::Arguments),
    /// Tell whether a change may be carried out now; for deploy pipelines
    Authorised(authorised::Arguments),
    /// Write the agenda of the board: open changes that need people
    Cab(cab::Arguments),
    /// Decide pull requests on GitHub: in a workflow, as a pass over all of them, or as a server
    #[cfg(feature = "bot")]
    Bot(bot::Arguments),
    /// List the records of a kind
    List(list::Arguments),
    /// Show one record, what it refers to, what refers to it, and its last versions
    Show(show::Arguments),
    /// Print the dependency graph
    Graph(graph::Arguments),
    /// Compare two states of the records: what changed, and what that newly endangers
    Diff(diff::Arguments),
    /// Tell what breaks if something goes, or what would hurt most
    Impact(impact::Arguments),
    /// Show per SLA what was promised, what its chain can deliver, and what was kept
    Slm(slm::Arguments),
    /// Tell what happens when: changes, freezes, maintenance; and when there is room for work
    Calendar(calendar::Arguments),
    /// Agree to a change without a forge: a vote signed with your key, in the ledger
    Approve(approve::Arguments),
    /// Object to a change without a forge: a vote signed with your key, in the ledger
    Object(approve::Arguments),
    /// Keep decisions where they cannot be lost, and prove from history what they cover
    Audit(audit::Arguments),
    /// Publish the records as static pages
    #[cfg(feature = "site")]
    Site(site::Arguments),
    /// Show the pages in a browser while the records are edited
    #[cfg(feature = "site")]
    Serve(serve::Arguments),
    /// Print or write the JSON Schemas of the kinds, for editors
    Schema(schema::Arguments),
    /// Print a completion script for a shell
    Completions(completions::Arguments),
    /// Print the manual page
    Man(man::Arguments),
}

/// Runs the program on the arguments, terminal and clock of this process; gives the exit code.
#[must_use]
pub fn run_from_environment() -> u8 {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version go to stdout with 0; a wrong use goes to stderr with 2.
            let _ = error.print();
            return if error.use_stderr() { Exit::Failed.code() } else { Exit::Clean.code() };
        }
    };
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    let now = jiff::Timestamp::now();
    let mut out = std::io::BufWriter::new(anstream::AutoStream::auto(std::io::stdout()));
    let colour = anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
    let terminal = std::io::stderr().is_terminal();
    let result = run(arguments, now, &mut out, colour, terminal);
    let flushed = out.flush();
    match result.and_then(|exit| flushed.map(|()| exit).map_err(Into::into)) {
        Ok(exit) => exit.code(),
        Err(error) if is_broken_pipe(&error) => Exit::Clean.code(),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            Exit::Failed.code()
        }
    }
}

/// Whether the reader of our output has gone, as `head` does; that is no failure.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>());
    io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
}

fn run(
    arguments: Arguments,
    now: jiff::Timestamp,
    out: &mut dyn Write,
    colour: bool,
    terminal: bool,
) -> anyhow::Result<Exit> {
    let mut cx = Context::new(arguments.globals, now, out, colour, terminal);
    match arguments.command {
        Command::Init(arguments) => init::run(&mut cx, &arguments),
        Command::New(arguments) => new::run(&mut cx, &arguments),
        Command::Check(arguments) => check::run(&mut cx, &arguments),
        Command::Explain(arguments) => explain::run(&mut cx, &arguments),
        Command::Gap(arguments) => gap::run(&mut cx, &arguments),
        Command::Gate(arguments) => gate::run(&mut cx, &arguments),
        Command::Authorised(arguments) => authorised::run(&mut cx, &arguments),
        Command::Cab(arguments) => cab::run(&mut cx, &arguments),
        #[cfg(feature = "bot")]
        Command::Bot(arguments) => bot::run(&mut cx, &arguments),
        Command::List(arguments) => list::run(&mut cx, &arguments),
        Command::Show(arguments) => show::run(&mut cx, &arguments),
        Command::Graph(arguments) => graph::run(&mut cx, &arguments),
        Command::Diff(arguments) => diff::run(&mut cx, &arguments),
        Command::Impact(arguments) => impact::run(&mut cx, &arguments),
        Command::Slm(arguments) => slm::run(&mut cx, &arguments),
        Command::Calendar(arguments) => calendar::run(&mut cx, &arguments),
        Command::Approve(arguments) => approve::run(&mut cx, &arguments, Say::Approve),
        Command::Object(arguments) => approve::run(&mut cx, &arguments, Say::Object),
        Command::Audit(arguments) => audit::run(&mut cx, &arguments),
        #[cfg(feature = "site")]
        Command::Site(arguments) => site::run(&mut cx, &arguments),
        #[cfg(feature = "site")]
        Command::Serve(arguments) => serve::run(&mut cx, &arguments),
        Command::Schema(arguments) => schema::run(&mut cx, &arguments),
        Command::Completions(arguments) => completions::run(&mut cx, &arguments, Arguments::command()),
        Command::Man(arguments) => man::run(&mut cx, &arguments, &Arguments::command()),
    }
}
