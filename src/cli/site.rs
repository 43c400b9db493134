//! `gitsm site`.

mod disk;
mod left;

use std::path::PathBuf;

use clap::Args;
use disk::{Disk, remove};

use super::{Context, Exit};
use crate::graph::Graph;
use crate::load::Snapshot;
use crate::model::Sms;
use crate::rules::{self, Check, Judged, Selection};
use crate::schema::Catalog;
use crate::site::{self, Input, Sink, Summary};

/// Arguments of `site`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder to write to; only files that changed are written, and pages that are gone are removed
    #[arg(short, long, value_name = "DIR", default_value = "_site")]
    output: PathBuf,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let folder = cx.directory().join(&arguments.output);
    let before = left::open(&folder)?;
    let snapshot = cx.snapshot()?;
    cx.progress.stage("making pages");
    let made = with_input(&snapshot, |input| {
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
    with_input(snapshot, |input| Ok(site::build(input, sink)?))
}

/// Calls `then` with all that a site of `snapshot` is made from.
fn with_input<T>(snapshot: &Snapshot, then: impl FnOnce(&Input<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let catalog = Catalog::new(&snapshot.sources)?;
    let sms = Sms::build(snapshot, &catalog);
    let selection = Selection::new(&[], &snapshot.settings, &sms.local)?;
    let graph = Graph::build(&sms);
    let Judged { findings, waived } = rules::judge(&Check { sms: &sms, graph: &graph }, &selection);
    then(&Input { sms: &sms, graph: &graph, findings: &findings, waived: &waived })
}
