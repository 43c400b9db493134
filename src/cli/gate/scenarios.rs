//! `gitsm gate --scenarios`: does the policy keep its promises?

use serde_json::json;

use super::Format;
use crate::base::text::counted;
use crate::cli::{Context, Exit};
use crate::gate::scenario::{self, Told};
use crate::schema::Catalog;

/// Decides all scenarios; ends with 1 when one comes out otherwise than expected.
pub(super) fn run(cx: &mut Context<'_>, format: Format) -> anyhow::Result<Exit> {
    let snapshot = cx.snapshot()?;
    let catalog = Catalog::new(&snapshot.sources)?;
    cx.progress.stage("deciding scenarios");
    let told = scenario::all(&snapshot, &catalog)?;
    let wrong = told.iter().filter(|it| !it.complaints.is_empty()).count();
    match format {
        Format::Json => {
            let all: Vec<_> = told
                .iter()
                .map(|it| json!({"id": it.id, "title": it.title, "complaints": it.complaints, "decision": it.decision}))
                .collect();
            cx.json(&json!({"scenarios": all, "summary": {"decided": told.len(), "wrong": wrong}}))?;
        }
        Format::Human | Format::Markdown => {
            for it in &told {
                one(cx, it, matches!(format, Format::Markdown))?;
            }
            if told.is_empty() {
                cx.line("no active scenario; `gitsm new change_scenario` writes one")?;
            } else {
                cx.line(format!("{}, {wrong} not as expected", counted(told.len(), "scenario", "scenarios")))?;
            }
        }
    }
    Ok(if wrong == 0 { Exit::Clean } else { Exit::Findings })
}

fn one(cx: &mut Context<'_>, told: &Told, markdown: bool) -> anyhow::Result<()> {
    let sign = if told.complaints.is_empty() { "ok" } else { "WRONG" };
    let bullet = if markdown { "- " } else { "" };
    cx.line(format!("{bullet}{sign:<5} {:<8} {}: {}", told.decision.outcome, told.id, told.title))?;
    for complaint in &told.complaints {
        cx.line(format!("{}      {complaint}", if markdown { "  - " } else { "" }))?;
    }
    if !told.complaints.is_empty() && !markdown {
        for line in super::human::text(&told.decision, true).lines() {
            cx.line(format!("        {line}"))?;
        }
    }
    Ok(())
}
