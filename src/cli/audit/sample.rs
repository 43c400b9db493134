//! `gitsm audit sample`.

use std::collections::BTreeSet;

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use crate::base::csv::csv_line;
use crate::base::suggest::nearest;
use crate::cli::table::table;
use crate::cli::{Context, Exit};
use crate::evidence::sample::{Range, Sample, draw, seed};

/// Arguments of `audit sample`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The kind of record, such as change
    kind: String,
    /// The period: 2026-01-01..2026-06-30, 2026 or 2026-Q3
    #[arg(long, value_name = "A..B", value_parser = Range::parse)]
    period: Range,
    /// Another seed than the one that follows from commit, kind and period
    #[arg(long)]
    seed: Option<String>,
    /// A record that must be in; may be given several times
    #[arg(long = "with", value_name = "ID")]
    wanted: Vec<String>,
    /// How many; without it, five or the square root of all, whichever is more
    #[arg(long)]
    size: Option<usize>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// In lines
    Human,
    /// One JSON value
    Json,
    /// Ids and why they are in, separated by commas
    Csv,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    cx.with_sms(|cx, sms| {
        let kind = arguments.kind.as_str();
        if sms.catalog.find(kind).is_none() {
            let near = nearest(kind, sms.catalog.iter().map(|kind| kind.name.as_str()));
            let hint =
                near.map_or("`gitsm explain` lists the kinds".to_owned(), |near| format!("did you mean `{near}`?"));
            anyhow::bail!("there is no kind '{kind}'; {hint}");
        }
        let seed = if let Some(seed) = &arguments.seed {
            seed.clone()
        } else {
            let commit = sms.snapshot.origin.commit();
            let commit = commit.context("there is no commit to draw the seed from; commit, or pass --seed")?;
            seed(commit, kind, arguments.period)
        };
        let wanted: BTreeSet<String> = arguments.wanted.iter().map(|id| sms.id_now(id).to_owned()).collect();
        let sample = draw(sms, kind, arguments.period, &seed, &wanted, arguments.size);
        if let Some(id) = wanted.iter().find(|id| !sample.drawn.iter().any(|drawn| drawn.id == **id)) {
            anyhow::bail!("'{id}' is no {kind} of {}", arguments.period);
        }
        match arguments.format {
            Format::Json => cx.json(&sample)?,
            Format::Csv => {
                let mut text = String::new();
                csv_line(["id", "why"], &mut text);
                sample.drawn.iter().for_each(|drawn| csv_line([drawn.id.as_str(), drawn.why.as_str()], &mut text));
                cx.text(&text)?;
            }
            Format::Human => cx.text(&human(&sample))?,
        }
        Ok(Exit::Clean)
    })
}

fn human(sample: &Sample) -> String {
    let rows: Vec<Vec<String>> =
        sample.drawn.iter().map(|drawn| vec![format!("  {}", drawn.id), drawn.why.clone()]).collect();
    format!(
        "{} of {} records of kind {} in {}\nmethod: {}\nseed: {}\n\n{}",
        sample.size,
        sample.population,
        sample.kind,
        sample.period,
        sample.method,
        sample.seed,
        table(&rows)
    )
}
