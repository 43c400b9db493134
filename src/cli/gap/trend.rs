//! How the gaps developed from tag to tag.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Format, with_assessed};
use crate::base::csv::csv_line;
use crate::cli::table::table;
use crate::cli::{Context, Exit};
use crate::gap::{Status, count};
use crate::load;
use crate::model::Sms;
use crate::schema::Catalog;

/// One tag.
struct Point {
    tag: String,
    commit: String,
    day: String,
    counts: BTreeMap<Status, usize>,
}

/// Judges each tag by its own time and prints a line for it.
pub(super) fn run(cx: &mut Context<'_>, pattern: &str, clause: Option<&str>, format: Format) -> anyhow::Result<Exit> {
    let root = cx.root()?;
    let tags = load::tags(&root, pattern)?;
    if tags.is_empty() {
        anyhow::bail!("no tag fits '{pattern}'; `git tag audit/2026-11` names the commit of an audit, for example");
    }
    let mut points = Vec::new();
    for tag in tags {
        cx.progress.stage("judging the tags");
        let snapshot = load::commit(&root, &format!("refs/tags/{tag}"), None)?;
        let catalog = Catalog::new(&snapshot.sources)?;
        let sms = Sms::build(&snapshot, &catalog);
        let counts = with_assessed(&sms, &BTreeMap::new(), clause, |_, assessed, _| Ok(count(assessed)))?;
        let commit = snapshot.origin.commit().unwrap_or_default().to_owned();
        points.push(Point { tag, commit, day: snapshot.as_of.day().to_string(), counts });
    }
    cx.progress.pause();
    match format {
        Format::Json => cx.json(&Value::Array(points.iter().map(json).collect()))?,
        Format::Csv => {
            let mut text = String::new();
            for row in rows(&points) {
                csv_line(row.iter().map(String::as_str), &mut text);
            }
            cx.text(&text)?;
        }
        Format::Table => cx.text(&table(&rows(&points)))?,
        Format::Markdown => {
            let text = crate::base::markdown::table(&rows(&points));
            cx.text(&text)?;
        }
    }
    Ok(Exit::Clean)
}

fn rows(points: &[Point]) -> Vec<Vec<String>> {
    let head = ["tag", "commit", "as of"].into_iter().chain(Status::ALL.map(Status::label)).map(str::to_owned);
    let rows = points.iter().map(|point| {
        let commit = point.commit.chars().take(10).collect();
        let counts = point.counts.values().map(usize::to_string);
        [point.tag.clone(), commit, point.day.clone()].into_iter().chain(counts).collect()
    });
    std::iter::once(head.collect()).chain(rows).collect()
}

fn json(point: &Point) -> Value {
    let counts: serde_json::Map<String, Value> = point
        .counts
        .iter()
        .filter_map(|(status, count)| {
            Some((serde_json::to_value(status).ok()?.as_str()?.to_owned(), Value::from(*count)))
        })
        .collect();
    json!({"tag": point.tag, "commit": point.commit, "as_of": point.day, "summary": counts})
}
