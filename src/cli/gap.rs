//! `gitsm gap`.

mod table;
mod trend;

use std::collections::BTreeMap;
use std::io::Write as _;

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::{Context, Exit};
use crate::base::clause;
use crate::base::finding::Finding;
use crate::gap::{self, Assessed, Grade, Input, View};
use crate::graph::Graph;
use crate::load;
use crate::model::Sms;
use crate::rules::{self, Check, Judged, Selection, Waived};
use crate::standard::{is_within, pack};

/// Arguments of `gap`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only this clause and those below it, such as 8.5.1
    clause: Option<String>,
    /// Under which headings to show the requirements
    #[arg(long, value_enum, default_value_t)]
    view: View,
    /// How to print them
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Compare the tags that fit this pattern (`*` for all) instead, one line each
    #[arg(long, value_name = "TAGS", num_args = 0..=1, default_missing_value = "*", conflicts_with_all = ["actions", "view"])]
    trend: Option<String>,
    /// Write an action record for each clause with a gap that has none under way
    #[arg(long)]
    actions: bool,
}

/// Formats of `gap`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Aligned columns
    Table,
    /// One JSON value
    Json,
    /// One requirement a line, separated by commas
    Csv,
    /// A table for a page or a comment
    Markdown,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    if let Some(number) = arguments.clause.as_deref().filter(|number| clause::find(number).is_none()) {
        let hint = clause::from_2011(number).map_or_else(
            || "clauses have numbers such as 8.5.1".to_owned(),
            |now| format!("that number is of the 2011 edition; use {}", now.number),
        );
        anyhow::bail!("ISO/IEC 20000-1:2018 has no clause {number}; {hint}");
    }
    if let Some(pattern) = &arguments.trend {
        return trend::run(cx, pattern, arguments.clause.as_deref(), arguments.format);
    }
    if arguments.actions && cx.at().is_some() {
        anyhow::bail!("actions are written to the files on disk; leave --at out");
    }
    let root = cx.root()?;
    cx.with_sms(|cx, sms| {
        cx.progress.stage("reading the history");
        let grades = grades(&root, sms)?;
        cx.progress.stage("checking");
        with_assessed(sms, &grades, arguments.clause.as_deref(), |input, assessed, _| {
            cx.progress.pause();
            match arguments.format {
                Format::Table => {
                    let text = table::table(input, assessed, arguments.view, cx.quiet());
                    cx.text(&text)?;
                }
                Format::Json => cx.json(&gap::json::json(input, assessed))?,
                Format::Csv => {
                    let text = gap::csv::csv(input, assessed);
                    cx.text(&text)?;
                }
                Format::Markdown => {
                    let text = gap::markdown::markdown(input, assessed, arguments.view);
                    cx.text(&text)?;
                }
            }
            if arguments.actions {
                write(cx, &root, &gap::actions::actions(input, assessed))?;
            } else if arguments.format == Format::Table {
                cx.next("`gitsm gap --actions` writes an action for each clause with a gap")?;
            }
            Ok(Exit::Clean)
        })
    })
}

/// How strong each file is as evidence.
pub(super) fn grades(root: &std::path::Path, sms: &Sms<'_>) -> anyhow::Result<BTreeMap<String, Grade>> {
    let second = load::second_hands(root, sms.snapshot)?;
    Ok(second.into_iter().map(|path| (path, Grade::E1)).collect())
}

/// Calls `then` with every requirement of `clause` judged; of all clauses when it is none.
pub(super) fn with_assessed<T>(
    sms: &Sms<'_>,
    grades: &BTreeMap<String, Grade>,
    clause: Option<&str>,
    then: impl FnOnce(&Input<'_>, &[Assessed<'_>], &[Waived]) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let selection = Selection::new(&[], &sms.snapshot.settings, &sms.local)?;
    let graph = Graph::build(sms);
    let check = Check { sms, graph: &graph };
    let Judged { mut findings, waived } = rules::judge(&check, &selection);
    // A waiver says that a gap is known and until when it may stay; it does not close it.
    findings.extend(waived.iter().map(|Waived { finding, waiver }| {
        let message = format!("{} (waived until {})", finding.message, waiver.until);
        Finding { message, ..finding.clone() }
    }));
    Finding::sort(&mut findings);
    let input = Input { sms, findings: &findings, pack: pack(), grades };
    let mut assessed = gap::assess(&input, check);
    assessed.retain(|one| clause.is_none_or(|above| is_within(one.requirement.clause(), above)));
    then(&input, &assessed, &waived)
}

/// Writes records that are not there yet.
fn write(cx: &mut Context<'_>, root: &std::path::Path, drafts: &[gap::actions::Draft]) -> anyhow::Result<()> {
    for draft in drafts {
        let full = root.join(&draft.path);
        if let Some(folder) = full.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let file = std::fs::File::create_new(&full);
        let mut file = file.with_context(|| format!("cannot write {}", draft.path))?;
        file.write_all(draft.text.as_bytes())?;
        cx.line(format!("Wrote {}", draft.path))?;
    }
    match drafts.len() {
        0 => cx.line("No action to write: every gap has one under way"),
        1 => cx.next("give the action to somebody, then `gitsm check`"),
        _ => cx.next("give each action to somebody, then `gitsm check`"),
    }
}
