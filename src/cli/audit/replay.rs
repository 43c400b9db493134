//! `gitsm audit replay`.

use std::path::Path;

use clap::{Args, ValueEnum};
use git2::Oid;
use serde::Serialize;
use serde_json::Value;

use super::{Opened, judge, open};
use crate::base::date::AsOf;
use crate::base::text::{clean, counted};
use crate::cli::{Context, Exit};
use crate::evidence::ledger::{self, Body, Branch, Entry, end};
use crate::evidence::replay::{Difference, differences};
use crate::gate::facts::Facts;

/// Arguments of `audit replay`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Only this entry of the ledger
    #[arg(long, value_name = "NUMBER")]
    entry: Option<u64>,
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
}

/// A decision that was made again.
#[derive(Debug, Serialize)]
struct Replayed {
    entry: u64,
    commit: String,
    tool: String,
    /// Why it cannot be made again here.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_assessable: Option<String>,
    differences: Vec<Difference>,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let opened = open(cx)?;
    let root = cx.root().or_else(|_| cx.directory().canonicalize())?;
    let name = &opened.settings.evidence.ledger;
    let Some(tip) = Branch::find(&opened.history, name).tip() else {
        anyhow::bail!("not assessable: there is no ledger '{name}'; fetch it, or begin it with `gitsm audit adopt`");
    };
    let read = ledger::read(&opened.history, tip, &opened.recorders)?;
    let wanted = |entry: &Entry| arguments.entry.is_none_or(|number| number == entry.number);
    let mut all = Vec::new();
    for kept in read.entries.iter().filter(|kept| wanted(&kept.entry)) {
        if let Body::Decision { before, merge_tree, decision, facts } = &kept.entry.body {
            let mut replayed = Replayed {
                entry: kept.entry.number,
                commit: kept.entry.subject.commit.clone(),
                tool: kept.entry.tool.clone(),
                not_assessable: None,
                differences: Vec::new(),
            };
            let head = if *merge_tree == kept.entry.subject.tree {
                // What was decided about is what came, so that the branch is not needed.
                kept.entry.subject.commit.clone()
            } else {
                end(decision, "head").unwrap_or_default().to_owned()
            };
            match again(cx, &opened, &root, (before, &head), facts, decision) {
                Ok(found) => replayed.differences = found,
                Err(why) => replayed.not_assessable = Some(format!("{why:#}")),
            }
            all.push(replayed);
        }
    }
    let good = all.iter().all(|one| one.not_assessable.is_none() && one.differences.is_empty());
    match arguments.format {
        Format::Json => cx.json(&serde_json::json!({"ledger": name, "ledger_head": read.tip, "decisions": all}))?,
        Format::Human => cx.text(&human(&all))?,
    }
    Ok(if good && read.flaws.is_empty() && opened.history.gaps().is_empty() { Exit::Clean } else { Exit::Findings })
}

/// Decides again from what the ledger holds, and compares.
fn again(
    cx: &mut Context<'_>,
    opened: &Opened,
    root: &Path,
    (before, head): (&str, &str),
    facts: &Value,
    decision: &Value,
) -> anyhow::Result<Vec<Difference>> {
    let facts = Facts::parse(&facts.to_string())?;
    let instant = decision["instant"].as_str().unwrap_or_default();
    let at: jiff::Timestamp = instant.parse().map_err(|_| anyhow::anyhow!("the decision has no instant"))?;
    opened.history.commit(Oid::from_str(head)?)?;
    let now = judge::decision(cx, root, (before, head), &facts, AsOf::new(at))?;
    Ok(differences(decision, &now))
}

fn human(all: &[Replayed]) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    let short = |hash: &str| hash.chars().take(10).collect::<String>();
    let value = |value: &Option<Value>| {
        let text = value.as_ref().map_or("nothing".to_owned(), ToString::to_string);
        let cut: String = text.chars().take(120).collect();
        clean(&cut).into_owned()
    };
    for one in all {
        if let Some(why) = &one.not_assessable {
            let _ = writeln!(out, "entry {} about {}: not assessable: {}", one.entry, short(&one.commit), clean(why));
        } else if !one.differences.is_empty() {
            let _ = writeln!(out, "entry {} about {}, written by {}:", one.entry, short(&one.commit), clean(&one.tool));
            for difference in &one.differences {
                let (was, is) = (value(&difference.recorded), value(&difference.now));
                let _ = writeln!(out, "  {}: recorded {was}, now {is}", clean(&difference.pointer));
            }
        }
    }
    let same = all.iter().filter(|one| one.not_assessable.is_none() && one.differences.is_empty()).count();
    let _ = writeln!(out, "{} decided again, {same} with the same result", counted(all.len(), "decision", "decisions"));
    out
}
