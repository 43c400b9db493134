//! `gitsm check`.

use std::path::{Component, Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{Context, Exit};
use crate::base::finding::{Finding, Severity};
use crate::graph::Graph;
use crate::model::Sms;
use crate::report::{self, Checked, Summary};
use crate::rules::{self, Check, Selection};

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Report only what lies in these files or folders; everything is still read
    paths: Vec<PathBuf>,
    /// How to print the findings
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Report only this rule; may be given several times
    #[arg(long = "rule", value_name = "RULE")]
    rules: Vec<String>,
    /// Exit with 1 from this severity on: error, warning or info
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    deny: Severity,
}

/// Formats of `check`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// With excerpts of the files
    Human,
    /// One JSON value
    Json,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let wanted = paths(cx, &arguments.paths)?;
    cx.with_sms(|cx, sms| {
        let selection = Selection::new(&arguments.rules, &sms.snapshot.settings.rules)?;
        cx.progress.stage("checking");
        let graph = Graph::build(sms);
        let mut findings = rules::run(&Check { sms, graph: &graph }, &selection);
        if !wanted.is_empty() {
            findings.retain(|finding| {
                let path = Path::new(sms.snapshot.sources.get(finding.primary.file).path());
                wanted.iter().any(|wanted| path.starts_with(wanted))
            });
        }
        let checked = Checked { sms, findings: &findings };
        match arguments.format {
            Format::Json => cx.json(&report::json(checked))?,
            Format::Human => human(cx, checked)?,
        }
        let denied = Summary::of(&findings).reaches(arguments.deny);
        Ok(if denied { Exit::Findings } else { Exit::Clean })
    })
}

fn human(cx: &mut Context<'_>, checked: Checked<'_>) -> anyhow::Result<()> {
    let text = report::human(checked, cx.colour);
    cx.text(&text)?;
    if cx.quiet() {
        return Ok(());
    }
    let summary = summary_line(checked.sms, checked.findings);
    cx.line(summary)?;
    let counts = Summary::of(checked.findings);
    let first = checked.findings.iter().find(|finding| finding.severity == Severity::Error);
    match first.or(checked.findings.first()) {
        Some(first) if counts.errors > 0 => cx.next(&format!(
            "mend the errors and run `gitsm check` again; `gitsm explain {}` tells what is behind the first",
            first.rule
        )),
        Some(first) => cx.next(&format!("`gitsm explain {}` tells what is behind the first warning", first.rule)),
        None => cx.next("`gitsm site` publishes the records, `gitsm impact ID` tells what breaks if something goes"),
    }
}

fn summary_line(sms: &Sms<'_>, findings: &[Finding]) -> String {
    let files = sms.snapshot.sources.iter().filter(|(_, source)| source.role() == crate::base::source::Role::Record);
    let records = sms.len();
    format!(
        "Checked {records} {} in {} files as of {}: {}",
        if records == 1 { "record" } else { "records" },
        files.count(),
        sms.snapshot.as_of,
        Summary::of(findings)
    )
}

/// The paths asked for, relative to the root of the records.
fn paths(cx: &Context<'_>, paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let root = cx.root()?;
    let base = cx.directory().canonicalize()?;
    let relative = |path: &PathBuf| {
        let mut full = base.clone();
        for part in path.components() {
            match part {
                Component::ParentDir => {
                    full.pop();
                }
                Component::CurDir => {}
                other => full.push(other),
            }
        }
        let inside = full.strip_prefix(&root).map(Path::to_owned);
        let inside = inside.map_err(|_| anyhow::anyhow!("{} lies outside {}", path.display(), root.display()))?;
        if cx.at().is_none() && !full.exists() {
            anyhow::bail!("{} does not exist", path.display());
        }
        Ok(inside)
    };
    paths.iter().map(relative).collect()
}
