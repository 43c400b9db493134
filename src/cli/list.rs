//! `gitsm list`.

use clap::{Args, ValueEnum};

use super::table::table;
use super::{Context, Exit};
use crate::base::suggest::nearest;
use crate::model::{Record, Sms};
use crate::schema::Kind;
use crate::yaml::Node;

/// Arguments of `list`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The kind of record, such as service
    kind: String,
    /// Only records whose field has this value (`status=live`), or has it not (`status!=live`); several must all hold
    #[arg(long = "where", value_name = "FIELD=VALUE")]
    conditions: Vec<String>,
    /// How to print them
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Aligned columns
    Table,
    /// The whole records
    Json,
    /// The columns, separated by commas
    Csv,
}

/// A condition on a field.
struct Condition<'a> {
    field: &'a str,
    value: &'a str,
    equal: bool,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    cx.with_sms(|cx, sms| {
        let kind = kind(sms, &arguments.kind)?;
        let conditions =
            arguments.conditions.iter().map(|text| condition(kind, text)).collect::<anyhow::Result<Vec<_>>>()?;
        let records: Vec<&Record<'_>> = sms
            .of_kind(&kind.name)
            .map(|(_, record)| record)
            .filter(|record| conditions.iter().all(|condition| condition.holds(record)))
            .collect();
        match arguments.format {
            Format::Json => {
                let records = records.iter().map(|record| record.root.to_json()).collect();
                cx.json(&serde_json::Value::Array(records))?;
            }
            Format::Csv => {
                let rows = rows(kind, &records);
                let text: String = rows
                    .iter()
                    .map(|row| row.iter().map(|cell| csv(cell)).collect::<Vec<_>>().join(",") + "\r\n")
                    .collect();
                cx.text(&text)?;
            }
            Format::Table => {
                let text = table(&rows(kind, &records));
                cx.text(&text)?;
                if !cx.quiet() {
                    let words = if records.len() == 1 { &kind.names.singular } else { &kind.names.plural };
                    cx.line(format!("\n{} {}", records.len(), words.to_lowercase()))?;
                }
            }
        }
        Ok(Exit::Clean)
    })
}

/// The kind called `name`, by its word or its plural.
fn kind<'s>(sms: &Sms<'s>, name: &str) -> anyhow::Result<&'s Kind> {
    let kinds = sms.catalog;
    if let Some(kind) =
        kinds.find(name).or_else(|| kinds.iter().find(|kind| kind.names.plural == name || kind.names.folder == name))
    {
        return Ok(kind);
    }
    match nearest(name, kinds.iter().map(|kind| kind.name.as_str())) {
        Some(near) => anyhow::bail!("there is no kind '{name}'; did you mean `{near}`?"),
        None => anyhow::bail!("there is no kind '{name}'; `gitsm explain` lists the kinds"),
    }
}

fn condition<'a>(kind: &Kind, text: &'a str) -> anyhow::Result<Condition<'a>> {
    let Some((field, value)) = text.split_once('=') else {
        anyhow::bail!("'{text}' is not a condition; write it like status=live or status!=live");
    };
    let (field, equal) = field.strip_suffix('!').map_or((field, true), |field| (field, false));
    let first = field.split('.').next().unwrap_or(field);
    if kind.field(first).is_none() && !first.starts_with("x-") {
        let near = nearest(first, kind.fields.iter().map(|field| field.name.as_str()));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        anyhow::bail!("kind '{}' has no field '{first}'{hint}", kind.name);
    }
    Ok(Condition { field, value, equal })
}

impl Condition<'_> {
    /// Whether the condition holds; a list holds when one of its items does.
    fn holds(&self, record: &Record<'_>) -> bool {
        let mut nodes = vec![&record.root];
        for part in self.field.split('.') {
            nodes = nodes.into_iter().filter_map(|node| node.get(part)).flat_map(flat).collect();
        }
        let found = nodes.iter().any(|node| node.scalar().is_some_and(|text| text == self.value));
        found == self.equal
    }
}

/// A list as its items, anything else as itself.
fn flat<'t, 's>(node: &'t Node<'s>) -> Vec<&'t Node<'s>> {
    if node.items().is_empty() { vec![node] } else { node.items().iter().collect() }
}

fn rows(kind: &Kind, records: &[&Record<'_>]) -> Vec<Vec<String>> {
    let mut head = vec!["id".to_owned()];
    head.extend(kind.columns.iter().cloned());
    let mut rows = vec![head];
    for record in records {
        let mut row = vec![record.id.to_string()];
        row.extend(kind.columns.iter().map(|column| record.get(column).map_or_else(String::new, cell)));
        rows.push(row);
    }
    rows
}

/// A value in a cell.
fn cell(node: &Node<'_>) -> String {
    if let Some(text) = node.scalar() {
        return text.into_owned();
    }
    let inner: Vec<String> = if node.items().is_empty() {
        node.entries().iter().map(|entry| format!("{}: {}", entry.key, cell(&entry.value))).collect()
    } else {
        node.items().iter().map(cell).collect()
    };
    inner.join(", ")
}

/// A cell by RFC 4180.
fn csv(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
