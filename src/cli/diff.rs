//! `gitsm diff`.

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{Context, Exit};
use crate::base::finding::Finding;
use crate::diff::{self, Difference, State};
use crate::graph::Graph;
use crate::graph::diff::Side;
use crate::model::Sms;
use crate::rules::{self, Check, Selection};
use crate::schema::Catalog;

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The commit to compare with
    base: String,
    /// The commit that is compared; without it, the files on disk
    #[arg(conflicts_with = "at")]
    head: Option<String>,
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
    /// For a comment on a pull request
    Markdown,
}

/// Runs it. It is a report: whatever it tells, it ends with 0.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    if let Some(head) = &arguments.head {
        cx.read_commit(head);
    }
    cx.with_sms(|cx, sms| {
        let snapshot = cx.base(&arguments.base, sms.snapshot).context("diff has nothing to compare with")?;
        let catalog = Catalog::new(&snapshot.sources);
        let catalog = catalog.with_context(|| format!("the own kinds at '{}' cannot be used", arguments.base))?;
        cx.progress.stage("comparing");
        let base = Sms::build(&snapshot, &catalog);
        let (before, after) = (Graph::build(&base), Graph::build(sms));
        let selection = Selection::new(&[], &sms.snapshot.settings, &sms.local)?;
        let judge = |sms, graph| rules::all(&Check { sms, graph }, &selection).findings;
        let (old, new) = (judge(&base, &before), judge(sms, &after));
        let state = |sms, graph, findings| State { side: Side { sms, graph }, findings };
        let difference = Difference::new(state(&base, &before, &old), state(sms, &after, &new));
        match arguments.format {
            Format::Human => {
                let text = diff::human(&difference, sms);
                cx.text(&text)?;
                if !difference.findings.is_empty() {
                    let at = cx.at().map_or_else(String::new, |revision| format!(" --at {revision}"));
                    cx.next(&format!(
                        "`gitsm check --since {}{at}` shows the findings in their place",
                        arguments.base
                    ))?;
                }
            }
            Format::Json => cx.json(&to_json(&base, sms, &difference))?,
            Format::Markdown => cx.text(&diff::markdown(&difference, sms))?,
        }
        Ok(Exit::Clean)
    })
}

fn to_json(base: &Sms<'_>, head: &Sms<'_>, difference: &Difference) -> Value {
    let finding = |finding: &Finding| {
        let source = head.snapshot.sources.get(finding.primary.file);
        let at = source.position(finding.primary.start);
        json!({
            "rule": finding.rule,
            "severity": finding.severity.to_string(),
            "state": finding.state,
            "kind": finding.subject.as_ref().map(|subject| &subject.kind),
            "record": finding.subject.as_ref().map(|subject| &subject.id),
            "path": source.path(),
            "line": at.line,
            "column": at.column,
            "pointer": finding.pointer,
            "message": finding.message,
        })
    };
    json!({
        "base": base.snapshot.origin.commit(),
        "commit": head.snapshot.origin.commit(),
        "as_of": head.snapshot.as_of.to_string(),
        "counts": difference.counts(),
        "records": difference.records,
        "endangered": difference.endangered,
        "findings": difference.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}
