//! `gitsm cab`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde_json::json;

use super::gate::{decided, facts};
use super::{Context, Exit};
use crate::base::text::{clean, counted};
use crate::gate::{Decision, Outcome};
use crate::load;

/// Arguments of `cab`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A folder with a file of facts for each open pull request; without it, the local branches are asked
    #[arg(long, value_name = "DIR")]
    facts: Option<PathBuf>,
    /// The branch into which changes are merged
    #[arg(long, value_name = "BRANCH", default_value = "main")]
    base: String,
    /// Ask also for changes that need nobody any more
    #[arg(long)]
    all: bool,
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
    /// As minutes to fill in
    Markdown,
}

/// One point of the agenda.
struct Point {
    /// Where the change comes from: a file of facts or a branch.
    from: String,
    decision: Decision,
}

/// Runs it. It is a report: whatever it tells, it ends with 0.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let mut points = match &arguments.facts {
        Some(folder) => of_facts(cx, folder)?,
        None => of_branches(cx, &arguments.base)?,
    };
    let needs = |point: &Point| arguments.all || point.decision.requirements.iter().any(|it| it.missing > 0);
    points.retain(|point| !point.decision.changes.is_empty() && needs(point));
    // The riskiest first, then what meets other changes, then what lacks most.
    points.sort_by_key(|point| {
        let decision = &point.decision;
        let risk = decision.risk.as_ref().map_or(0, |risk| risk.rank);
        let missing: usize = decision.requirements.iter().map(|it| it.missing).sum();
        let key = std::cmp::Reverse((risk, decision.conflicts.len(), missing));
        (key, decision.changes.clone(), point.from.clone())
    });
    match arguments.format {
        Format::Json => {
            let all: Vec<_> =
                points.iter().map(|point| json!({"from": point.from, "decision": point.decision})).collect();
            cx.json(&json!({"agenda": all}))?;
        }
        Format::Human | Format::Markdown => {
            let markdown = matches!(arguments.format, Format::Markdown);
            if markdown {
                cx.line("# Change advisory board\n")?;
            }
            for point in &points {
                tell(cx, point, markdown)?;
            }
            cx.line(format!("{} for the board", counted(points.len(), "change", "changes")))?;
        }
    }
    Ok(Exit::Clean)
}

/// The decisions on all files of facts in a folder, by name.
fn of_facts(cx: &mut Context<'_>, folder: &Path) -> anyhow::Result<Vec<Point>> {
    let named = || format!("cannot read the folder {}", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(named)? {
        paths.push(entry.with_context(named)?.path());
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let mut points = Vec::new();
    for path in paths {
        let from = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let read = facts::read(&path)?;
        let facts = read.with_context(|| format!("{} cannot be used", path.display()))?;
        points.push(Point { from, decision: decided(cx, Some(facts), None, None)? });
    }
    Ok(points)
}

/// The decisions on all local branches that are not merged yet, by name.
fn of_branches(cx: &mut Context<'_>, base: &str) -> anyhow::Result<Vec<Point>> {
    let root = cx.root()?;
    let mut points = Vec::new();
    for branch in load::unmerged(&root, base)? {
        points.push(Point { decision: decided(cx, None, Some(base), Some(&branch))?, from: branch });
    }
    Ok(points)
}

fn tell(cx: &mut Context<'_>, point: &Point, markdown: bool) -> anyhow::Result<()> {
    let decision = &point.decision;
    let risk = decision.risk.as_ref().map_or_else(String::new, |risk| format!(", risk {}", risk.level));
    let category = decision.category.as_deref().map_or_else(String::new, |category| format!(", {category}"));
    let head = format!("{}{category}{risk} ({})", decision.changes.join(", "), point.from);
    cx.line(if markdown { format!("## {}", crate::gate::markdown::escape(&head)) } else { clean(&head).into_owned() })?;
    let bullet = if markdown { "- " } else { "  " };
    for it in decision.requirements.iter().filter(|it| it.missing > 0) {
        let could: Vec<&str> = it.candidates.iter().map(String::as_str).collect();
        cx.line(format!("{bullet}{} of {} missing; could be: {}", it.missing, it.needs, could.join(", ")))?;
    }
    for reason in decision.reasons.iter().filter(|reason| reason.outcome >= Outcome::Blocked && reason.parts.is_empty())
    {
        let told =
            if markdown { crate::gate::markdown::escape(&reason.message) } else { clean(&reason.message).into_owned() };
        cx.line(format!("{bullet}{told}"))?;
    }
    if markdown {
        cx.line("- Decision: \n")?;
    }
    Ok(())
}
