//! `gitsm list`.

use clap::{Args, ValueEnum};

use super::table::table;
use super::{Context, Exit};
use crate::base::csv::csv_line;
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
                let mut text = String::new();
                for row in &rows {
                    csv_line(row.iter().map(String::as_str), &mut text);
                }
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
        row.extend(kind.columns.iter().map(|column| record.get(column).map_or_else(String::new, Node::in_one_line)));
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::fixture::{Folder, record};
    use crate::schema::catalog;

    fn holds(text: &str, condition: &str) -> bool {
        record(text, |_, record| super::condition(record.kind, condition).unwrap().holds(record))
    }

    #[test]
    fn a_condition_compares_the_value_as_written() {
        let text = "kind: ci\nid: a\nstatus: live\ntitle: 'x = y'\nx-n: 1.50\nx-t: true\nx-o:\n";
        for good in ["status=live", "status!=retired", "title=x = y", "x-n=1.50", "x-t=true", "owner!=p", "x-o!="] {
            assert!(holds(text, good), "{good}");
        }
        for bad in ["status=Live", "status!=live", "x-n=1.5", "owner=p", "owner=", "x-o=", "x-none=1"] {
            assert!(!holds(text, bad), "{bad}");
        }
    }

    #[test]
    fn a_list_holds_when_one_of_its_items_does() {
        let text = "kind: ci\nid: a\ntags: [x, y]\nlinks: [{rel: a, to: b}, {rel: c, to: d}]\nreview: {interval: 1d}\n";
        for good in ["tags=x", "tags=y", "links.rel=c", "links.to=b", "review.interval=1d", "tags!=z"] {
            assert!(holds(text, good), "{good}");
        }
        for bad in ["tags=z", "tags!=x", "links.rel=b", "links=a", "review=1d", "tags.x=y", "review.interval.x=1d"] {
            assert!(!holds(text, bad), "{bad}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused_with_a_hint() {
        let kind = catalog::shared().find("ci").unwrap();
        let refused = |text: &str| condition(kind, text).err().unwrap().to_string();
        assert_eq!(refused("live"), "'live' is not a condition; write it like status=live or status!=live");
        assert_eq!(refused("staus=live"), "kind 'ci' has no field 'staus'; did you mean `status`?");
        assert_eq!(refused("zzzzzzz.a=b"), "kind 'ci' has no field 'zzzzzzz'");
        assert_eq!(refused("=b"), "kind 'ci' has no field ''");
    }

    #[test]
    fn cells_are_quoted_only_where_it_is_needed() {
        for (cell, written) in [
            ("plain", "plain"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("a\rb", "\"a\rb\""),
            (" spaced; ", "\" spaced; \""),
            ("=HYPERLINK(1)", "\"'=HYPERLINK(1)\""),
        ] {
            let mut line = String::new();
            csv_line([cell], &mut line);
            assert_eq!(line, format!("{written}\r\n"));
        }
    }

    #[test]
    fn values_of_all_shapes_fit_into_a_cell() {
        let text = "kind: ci\nid: a\nx-a: [1, [b, c], {d: e}]\nx-b: {f: g, h: [i, j]}\nx-c: []\nx-d: {}\nx-e: [~]\n";
        record(text, |_, record| {
            let cells = ["x-a", "x-b", "x-c", "x-d", "x-e"].map(|field| record.get(field).unwrap().in_one_line());
            assert_eq!(cells, ["1, b, c, d: e", "f: g, h: i, j", "", "", ""]);
        });
    }

    const FILES: [(&str, &str); 2] = [
        ("sms/team/team-b.yaml", "kind: team\nid: team-b\ntitle: B, the \"second\"\nstatus: active\nowner: p\n"),
        ("sms/team/team-a.yaml", "kind: team\nid: team-a\nstatus: disbanded\n"),
    ];

    #[test]
    fn a_kind_goes_by_its_word_its_plural_or_its_folder() {
        let folder = Folder::new(&FILES);
        assert_eq!(
            folder.prints(&["list", "team", "--format", "json"]),
            folder.prints(&["list", "teams", "--format", "json"])
        );
        assert_eq!(folder.fails(&["list", "tem"]), "there is no kind 'tem'; did you mean `team`?");
        assert_eq!(
            folder.fails(&["list", "computers"]),
            "there is no kind 'computers'; `gitsm explain` lists the kinds"
        );
    }

    #[test]
    fn csv_has_a_head_and_ends_its_lines_as_the_standard_wants() {
        let csv = Folder::new(&FILES).prints(&["list", "team", "--format", "csv"]);
        let lines: Vec<&str> = csv.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 3, "{csv:?}");
        assert!(lines[0].starts_with("id,title,"), "{csv:?}");
        assert!(
            lines[1].starts_with("team-a,,") && lines[2].starts_with("team-b,\"B, the \"\"second\"\"\","),
            "{csv:?}"
        );
    }

    #[test]
    fn a_table_counts_its_records_unless_it_is_quiet() {
        let folder = Folder::new(&FILES);
        assert!(folder.prints(&["list", "team"]).ends_with("\n\n2 teams\n"));
        assert!(folder.prints(&["list", "team", "--where", "status=active"]).ends_with("\n\n1 team\n"));
        assert!(!folder.prints(&["list", "team", "--quiet"]).contains("2 teams"));
        let both = ["list", "team", "--where", "status=active", "--where", "owner=q", "--format", "json"];
        assert_eq!(folder.prints(&both), "[]\n");
    }
}
