//! `gitsm new`.

use std::collections::BTreeMap;
use std::io::Write as _;

use anyhow::Context as _;
use clap::Args;
use serde_json::Value;

use super::{Context, Exit};
use crate::base::id::{is_slug, slugify};
use crate::base::suggest::nearest;
use crate::model::Sms;
use crate::schema::Kind;
use crate::schema::template::template;

/// Arguments of `new`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The kind of record, such as change
    kind: String,
    /// Give a field a value, written as YAML: title='Move the ledger', affects='[ci-a, ci-b]'
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    set: Vec<String>,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    if cx.at().is_some() {
        anyhow::bail!("a record is written to the files on disk; leave --at out");
    }
    let root = cx.root()?;
    cx.with_sms(|cx, sms| {
        let Some(kind) = sms.catalog.find(&arguments.kind) else {
            let near = nearest(&arguments.kind, sms.catalog.iter().map(|kind| kind.name.as_str()));
            let hint = near.map_or_else(
                || "; `gitsm explain` lists the kinds".to_owned(),
                |near| format!("; did you mean `{near}`?"),
            );
            anyhow::bail!("there is no kind '{}'{hint}", arguments.kind);
        };
        let mut set =
            arguments.set.iter().map(|text| setting(kind, text)).collect::<anyhow::Result<BTreeMap<_, _>>>()?;
        let id = id(sms, kind, &set)?;
        set.insert("id".to_owned(), Value::String(id.clone()));
        let path = format!("sms/{}/{id}.yaml", kind.name);
        let full = root.join(&path);
        if let Some(folder) = full.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let text = template(
            kind,
            &set,
            &format!("../../schemas/{}{}.schema.json", if kind.local { "local/" } else { "" }, kind.name),
        );
        let file = std::fs::File::create_new(&full);
        let mut file = file.with_context(|| format!("cannot write {path}; choose another id with --set id=…"))?;
        file.write_all(text.as_bytes())?;
        cx.line(format!("Wrote {path}"))?;
        cx.next(&format!("fill it in, then `gitsm check {path}`"))?;
        Ok(Exit::Clean)
    })
}

/// `field=value` with the value read as YAML; what YAML would leave out (`Rack #2`) or not take as the text that the
/// field holds (`title=2026`) is taken as written.
fn setting(kind: &Kind, text: &str) -> anyhow::Result<(String, Value)> {
    let Some((field, value)) = text.split_once('=') else {
        anyhow::bail!("'{text}' is not a setting; write it like title='Move the ledger'");
    };
    if field == "kind" {
        anyhow::bail!("the kind is {} already", kind.name);
    }
    if kind.field(field).is_none() && !field.starts_with("x-") {
        let near = nearest(field, kind.fields.iter().map(|field| field.name.as_str()));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        anyhow::bail!("kind '{}' has no field '{field}'{hint}", kind.name);
    }
    let document = format!("v: {value}");
    let parsed = crate::yaml::parse(crate::base::span::FileId(0), &document);
    let node = parsed.documents.first().and_then(|document| document.root.get("v"));
    let is_text = kind.field(field).is_some_and(|field| field.holds.starts_with("text"));
    let whole = |node: &crate::yaml::Node<'_>| {
        let rest = document.get(node.end as usize..).unwrap_or_default();
        rest.trim().is_empty() && !(is_text && node.scalar().is_some() && node.as_str().is_none())
    };
    let value = match node {
        Some(node) if parsed.findings.is_empty() && whole(node) => node.to_json(),
        _ => Value::String(value.to_owned()),
    };
    Ok((field.to_owned(), value))
}

/// The id asked for, else one made from the title, else one that is free.
fn id(sms: &Sms<'_>, kind: &Kind, set: &BTreeMap<String, Value>) -> anyhow::Result<String> {
    let prefix = if kind.names.prefix.is_empty() {
        String::new()
    } else {
        format!("{}-", kind.names.prefix.trim_end_matches('-'))
    };
    if let Some(id) = set.get("id") {
        let id = id.as_str().unwrap_or_default();
        if !is_slug(id) {
            anyhow::bail!("'{id}' is not an id: use lower-case letters, digits and single dashes, at most 80");
        }
        if let Some(ix) = sms.find(id) {
            anyhow::bail!("'{id}' is taken by {}", sms.path(sms.record(ix)));
        }
        return Ok(id.to_owned());
    }
    let title = set.get("title").and_then(Value::as_str).and_then(slugify);
    let base = match title {
        Some(title) if title.starts_with(&prefix) => title,
        Some(title) => format!("{prefix}{title}"),
        None => format!("{prefix}new"),
    };
    let base: String = base.chars().take(76).collect::<String>().trim_end_matches('-').to_owned();
    let free = (1..).map(|number| if number == 1 { base.clone() } else { format!("{base}-{number}") });
    free.into_iter().find(|id| sms.find(id).is_none()).context("no id is free")
}
