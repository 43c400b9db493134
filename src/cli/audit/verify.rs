//! `gitsm audit verify`.

use clap::{Args, ValueEnum};

use super::open;
use crate::cli::{Context, Exit};
use crate::evidence::verify::{self, Question};
use crate::schema::Catalog;

/// Arguments of `audit verify`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// A commit of the ledger that was seen before and must still be in it, such as the one in an earlier pack
    #[arg(long, value_name = "REV")]
    seen: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// In lines: what is not simply authorised, and the counts
    Human,
    /// One JSON value, with every commit that touches something under control
    Json,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let opened = open(cx)?;
    let snapshot = cx.snapshot()?;
    let catalog = Catalog::new(&snapshot.sources)?;
    let seen = arguments.seen.as_deref().map(git2::Oid::from_str).transpose();
    let seen = seen.map_err(|_| anyhow::anyhow!("--seen takes the full hash of a commit of the ledger"))?;
    cx.progress.stage("reading history");
    let settings = &opened.settings.evidence;
    let report = verify::verify(
        &opened.history,
        &Question {
            branch: &settings.branch,
            ledger: &settings.ledger,
            recorders: &opened.recorders,
            catalog: &catalog,
            keep: settings.keep.0,
            as_of: cx.instant(),
            seen,
            head: None,
            ledger_head: None,
        },
    )?;
    match arguments.format {
        Format::Human => cx.text(&verify::human(&report))?,
        Format::Json => cx.json(&report)?,
    }
    Ok(if report.is_clean() { Exit::Clean } else { Exit::Findings })
}
