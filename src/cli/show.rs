//! `gitsm show`.

mod history;

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::table::{plain, table};
use super::{Context, Exit};
use crate::base::suggest::Nearest;
use crate::load::{self, Version};
use crate::model::{Ix, Record, Reference, Sms, Target};

/// Arguments of `show`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Id of the record, or a former one
    id: String,
    /// Show the record's whole life instead: what changed, when, by whom and under which change
    #[arg(long)]
    history: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// In words and tables
    Human,
    /// One JSON value
    Json,
}

/// Versions that are listed.
const VERSIONS: usize = 10;

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let root = cx.root();
    cx.with_sms(|cx, sms| {
        if arguments.history {
            return history::run(cx, sms, &arguments.id, arguments.format);
        }
        let ix = sms.find(&arguments.id).ok_or_else(|| unknown(sms, &arguments.id))?;
        cx.progress.stage("reading history");
        let record = sms.record(ix);
        let start = sms.snapshot.origin.commit();
        let versions = match (root.as_ref(), start) {
            (Ok(root), Some(start)) => load::versions(root, start, sms.path(record), VERSIONS).unwrap_or_default(),
            _ => Vec::new(),
        };
        match arguments.format {
            Format::Json => cx.json(&to_json(sms, ix, &versions))?,
            Format::Human => {
                let text = to_text(sms, ix, &versions);
                cx.text(&text)?;
                if !versions.is_empty() {
                    cx.next(&format!("`gitsm show {} --history` tells its life, field by field", record.id))?;
                }
                if crate::graph::NodeKind::of(&record.kind.name).is_some() {
                    cx.next(&format!("`gitsm impact {}` tells what breaks if it goes", record.id))?;
                }
            }
        }
        Ok(Exit::Clean)
    })
}

/// That there is no such record, and which one may be meant.
fn unknown(sms: &Sms<'_>, id: &str) -> anyhow::Error {
    match Nearest::new(sms.records().map(|(_, record)| record.id.as_str())).find(id) {
        Some(near) => anyhow::anyhow!("there is no record '{id}'; did you mean `{near}`?"),
        None => anyhow::anyhow!("there is no record '{id}'; `gitsm list KIND` lists the records of a kind"),
    }
}

/// A reference from one side: the field that holds it, and the record at the other end, when there is one.
struct End<'s> {
    field: String,
    named: &'s str,
    record: Option<&'s Record<'s>>,
}

fn outgoing<'s>(sms: &'s Sms<'s>, ix: Ix) -> Vec<End<'s>> {
    let holder = sms.record(ix);
    let end = |reference: &Reference<'_>| End {
        field: holder.pointer(reference.span),
        named: sms.named(reference),
        record: sms.target(reference).map(|(_, record)| record),
    };
    let kept = sms.outgoing(ix).iter().filter(|reference| reference.target != Target::Address);
    kept.map(end).collect()
}

fn incoming<'s>(sms: &'s Sms<'s>, ix: Ix) -> Vec<End<'s>> {
    let end = |reference: &Reference<'_>| {
        let holder = sms.record(reference.from);
        End { field: holder.pointer(reference.span), named: holder.id.as_str(), record: Some(holder) }
    };
    sms.incoming(ix).map(end).collect()
}

fn to_json(sms: &Sms<'_>, ix: Ix, versions: &[Version]) -> Value {
    let record = sms.record(ix);
    let ends = |ends: Vec<End<'_>>| -> Vec<Value> {
        let end = |end: End<'_>| {
            json!({
                "field": end.field, "id": end.named,
                "kind": end.record.map(|record| &record.kind.name), "title": end.record.map(Record::title),
            })
        };
        ends.into_iter().map(end).collect()
    };
    let versions: Vec<Value> = versions
        .iter()
        .map(|version| json!({"commit": version.commit, "time": version.time, "author": version.author, "summary": version.summary}))
        .collect();
    json!({
        "path": sms.path(record),
        "record": record.root.to_json(),
        "refers_to": ends(outgoing(sms, ix)),
        "referred_to_by": ends(incoming(sms, ix)),
        "versions": versions,
    })
}

fn to_text(sms: &Sms<'_>, ix: Ix, versions: &[Version]) -> String {
    let record = sms.record(ix);
    let state =
        record.state().map_or_else(|| plain(record.status().unwrap_or("no status")), |state| state.label.clone());
    let mut out = format!(
        "{}\n{} {}: {state}\n{}\n\n",
        plain(record.title()),
        record.kind.names.singular,
        plain(record.id.as_str()),
        plain(sms.path(record))
    );
    let text = sms.snapshot.sources.slice(record.span());
    for line in text.lines() {
        let _ = writeln!(out, "  {}", plain(line));
    }
    for (head, ends) in [("Refers to", outgoing(sms, ix)), ("Referred to by", incoming(sms, ix))] {
        if ends.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{head}\n");
        let rows: Vec<Vec<String>> = ends
            .iter()
            .map(|end| {
                let title = end.record.map_or("(no such record)", |record| record.title());
                vec![format!("  {}", end.named), title.to_owned(), end.field.clone()]
            })
            .collect();
        out.push_str(&table(&rows));
    }
    if !versions.is_empty() {
        let _ = writeln!(out, "\nLast versions of the file\n");
        let rows: Vec<Vec<String>> = versions
            .iter()
            .map(|version| {
                let commit = version.commit.get(..10).unwrap_or(&version.commit);
                vec![format!("  {commit}"), version.time.clone(), version.author.clone(), version.summary.clone()]
            })
            .collect();
        out.push_str(&table(&rows));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::with;

    const FILES: [(&str, &str); 3] = [
        (
            "sms/service/svc-a.yaml",
            "kind: service\nid: svc-a\ntitle: Mail\nstatus: live\nrelations: [ci-b, gone]\nlinks: [{rel: r, to: 'https://a.example'}]\n",
        ),
        ("sms/ci/ci-b.yaml", "kind: ci\nid: ci-b\ntitle: Box\n"),
        ("sms/ci/ci-c.yaml", "kind: ci\nid: \"ci-c\\e\"\nstatus: \"\\e[31m\"\ntitle: \"\\u202eC\"\n"),
    ];

    fn text(id: &str, versions: &[Version]) -> String {
        with(&FILES, |sms| to_text(sms, sms.find(id).unwrap(), versions))
    }

    #[test]
    fn a_record_is_shown_with_both_sides_of_its_references() {
        let shown = text("svc-a", &[]);
        assert!(
            shown.starts_with("Mail\nService svc-a: Live\nsms/service/svc-a.yaml\n\n  kind: service\n  id: svc-a\n"),
            "{shown}"
        );
        assert!(
            shown.contains(
                "\nRefers to\n\n  ci-b  Box               /relations/0\n  gone  (no such record)  /relations/1\n"
            ),
            "{shown}"
        );
        assert!(!shown.contains("Referred to by") && !shown.contains("Last versions"), "{shown}");
        let other = text("ci-b", &[]);
        assert!(
            other.contains("no status") && other.contains("\nReferred to by\n\n  svc-a  Mail  /relations/0\n"),
            "{other}"
        );
    }

    #[test]
    fn versions_are_told_with_short_hashes() {
        let version = |commit: &str| Version {
            commit: commit.to_owned(),
            time: "2026-11-20T00:00:00Z".to_owned(),
            author: "Ann".to_owned(),
            summary: "Say\u{1b}more".to_owned(),
        };
        let shown = text("ci-b", &[version("0123456789abcdef"), version("short")]);
        assert!(
            shown.ends_with(
                "  0123456789  2026-11-20T00:00:00Z  Ann  Say more\n  short       2026-11-20T00:00:00Z  Ann  Say more\n"
            ),
            "{shown}"
        );
    }

    #[test]
    fn nothing_in_a_record_steers_the_terminal() {
        let shown = text("ci-c\u{1b}", &[]);
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
    }

    #[test]
    fn programs_get_the_record_and_both_sides() {
        with(&FILES, |sms| {
            let json = to_json(sms, sms.find("svc-a").unwrap(), &[]);
            assert_eq!((&json["path"], &json["record"]["id"]), (&json!("sms/service/svc-a.yaml"), &json!("svc-a")));
            assert_eq!(
                json["refers_to"],
                json!([
                    {"field": "/relations/0", "id": "ci-b", "kind": "ci", "title": "Box"},
                    {"field": "/relations/1", "id": "gone", "kind": null, "title": null},
                ]),
                "web addresses are no records"
            );
            let back = to_json(sms, sms.find("ci-b").unwrap(), &[]);
            assert_eq!(
                back["referred_to_by"],
                json!([{"field": "/relations/0", "id": "svc-a", "kind": "service", "title": "Mail"}])
            );
        });
    }
}
