//! `gitsm site`.

mod disk;
mod left;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use disk::{Disk, remove};

use super::{Context, Exit};
use crate::graph::Graph;
use crate::load::Snapshot;
use crate::load::settings::Names;
use crate::model::Sms;
use crate::rules::{self, Check, Judged, Selection};
use crate::schema::Catalog;
use crate::site::{self, Edition, Input, Sink, Summary};

/// Arguments of `site`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder to write to; only files that changed are written, and pages that are gone are removed
    #[arg(short, long, value_name = "DIR", default_value = "_site")]
    output: PathBuf,
    /// Whom the site is for
    #[arg(long, value_enum, default_value_t)]
    edition: For,
}

/// Whom a site is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum For {
    /// The people of the organisation: everything
    #[default]
    Internal,
    /// Everybody: only records whose classification is public, nothing about others, no findings
    Public,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let folder = cx.directory().join(&arguments.output);
    let before = left::open(&folder)?;
    let snapshot = cx.snapshot()?;
    cx.progress.stage("making pages");
    let edition = if arguments.edition == For::Public { Edition::Public } else { Edition::Internal };
    let made = with_input(&snapshot, edition, |input| {
        if let Some(summary) = before.still(&folder, &site::digest(input)) {
            return Ok((summary, 0, 0));
        }
        let disk = Disk::new(folder.clone(), before.fresh);
        let summary = site::build(input, &disk)?;
        let (written, kept) = disk.finish();
        let removed = remove(&folder, before.files.keys().filter(|path| !kept.contains(*path)))?;
        Ok((summary, written, removed))
    });
    let (summary, written, removed) = made?;
    let same = summary.files - written;
    if !cx.quiet() {
        cx.line(format!(
            "Made {} files for {} in {}: {written} written, {same} up to date, {removed} removed",
            summary.files,
            if summary.records == 1 { "1 record".to_owned() } else { format!("{} records", summary.records) },
            arguments.output.display(),
        ))?;
    }
    let index = arguments.output.join("index.html");
    cx.next(&format!("open {}, or run `gitsm serve` to see pages change as you edit", index.display()))?;
    Ok(Exit::Clean)
}

/// Makes the site of `snapshot`.
pub(super) fn make(snapshot: &Snapshot, sink: &dyn Sink) -> anyhow::Result<Summary> {
    with_input(snapshot, Edition::Internal, |input| Ok(site::build(input, sink)?))
}

/// Calls `then` with all that a site of `snapshot` is made from. For everybody, and where roles stand in place of names,
/// the texts are changed first and everything is made from what is left of them.
fn with_input<T>(
    snapshot: &Snapshot,
    edition: Edition,
    then: impl FnOnce(&Input<'_>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let catalog = Catalog::new(&snapshot.sources)?;
    if snapshot.settings.site.names == Names::People && edition == Edition::Internal {
        return judged(&Sms::build(snapshot, &catalog), then);
    }
    let mut left = None;
    if snapshot.settings.site.names == Names::Roles {
        left = Some(site::edition::roles(&Sms::build(snapshot, &catalog)));
    }
    if edition == Edition::Internal {
        return judged(&Sms::build(left.as_ref().unwrap_or(snapshot), &catalog), then);
    }
    let public = site::edition::public(&Sms::build(left.as_ref().unwrap_or(snapshot), &catalog));
    let sms = Sms::build(&public.snapshot, &catalog);
    let graph = Graph::build(&sms);
    then(&Input { sms: &sms, graph: &graph, findings: &[], waived: &[], edition })
}

/// Calls `then` with the records and what rules find in them.
fn judged<T>(sms: &Sms<'_>, then: impl FnOnce(&Input<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let selection = Selection::new(&[], &sms.snapshot.settings, &sms.local)?;
    let graph = Graph::build(sms);
    let Judged { findings, waived } = rules::judge(&Check { sms, graph: &graph }, &selection);
    then(&Input { sms, graph: &graph, findings: &findings, waived: &waived, edition: Edition::Internal })
}
