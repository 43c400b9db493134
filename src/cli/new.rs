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
    let is_text = kind.field(field).is_some_and(|field| field.holds.starts_with("text"));
    Ok((field.to_owned(), read(value, is_text)))
}

/// A value written as YAML; text of which YAML would leave something out (a comment, a second key) is text, and so is
/// anything for a field that holds text.
fn read(value: &str, is_text: bool) -> Value {
    let document = format!("v: {}", value.trim());
    let parsed = crate::yaml::parse(crate::base::span::FileId(0), &document);
    let node = parsed.documents.first().and_then(|document| document.root.get("v"));
    let whole = |node: &crate::yaml::Node<'_>| {
        let rest = document.get(node.end as usize..).unwrap_or_default();
        rest.trim().is_empty() && !(is_text && node.scalar().is_some() && node.as_str().is_none())
    };
    match node {
        Some(node) if parsed.findings.is_empty() && whole(node) => node.to_json(),
        _ => Value::String(value.to_owned()),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::fixture::Folder;
    use crate::model::fixture::with;
    use crate::schema::catalog;
    use serde_json::json;

    #[test]
    fn a_value_is_read_as_yaml() {
        for (text, value) in [
            ("x", json!("x")),
            ("5", json!(5)),
            ("true", json!(true)),
            ("'5'", json!("5")),
            ("[ci-a, ci-b]", json!(["ci-a", "ci-b"])),
            (" {a: 1} ", json!({"a": 1})),
            ("2026-11-09", json!("2026-11-09")),
            ("a=b", json!("a=b")),
            ("", json!("")),
        ] {
            assert_eq!(read(text, false), value, "{text}");
        }
    }

    #[test]
    fn text_of_which_yaml_would_leave_something_out_stays_whole() {
        for text in [
            "Mend bug #12",
            "Mend #12",
            "a\nb: c",
            "note: this",
            "[open",
            "*star",
            "&x y",
            "!t v",
            "0755",
            "- a",
            "a\n---\nb",
            "'x' y",
            "# x",
        ] {
            assert_eq!(read(text, false), json!(text), "{text}");
        }
    }

    #[test]
    fn a_setting_names_a_field_of_the_kind() {
        let kind = catalog::shared().find("ci").unwrap();
        assert_eq!(setting(kind, "title=a=b").unwrap(), ("title".to_owned(), json!("a=b")));
        assert_eq!(setting(kind, "x-own=[1]").unwrap(), ("x-own".to_owned(), json!([1])));
        let refused = |text: &str| setting(kind, text).unwrap_err().to_string();
        assert_eq!(refused("title"), "'title' is not a setting; write it like title='Move the ledger'");
        assert_eq!(refused("kind=team"), "the kind is ci already");
        assert_eq!(refused("onwer=p"), "kind 'ci' has no field 'onwer'; did you mean `owner`?");
        assert_eq!(refused("zzzzzzz=p"), "kind 'ci' has no field 'zzzzzzz'");
    }

    fn id_of(field: &str, value: &str) -> Result<String, String> {
        let files = [
            ("sms/ci/ci-a.yaml", "kind: ci\nid: ci-a\naliases: [ci-old]\n"),
            ("sms/ci/x.yaml", "kind: ci\nid: ci-a-2\n"),
        ];
        with(&files, |sms| {
            let set = BTreeMap::from([(field.to_owned(), Value::from(value))]);
            id(sms, sms.catalog.find("ci").unwrap(), &set).map_err(|error| error.to_string())
        })
    }

    #[test]
    fn an_id_is_made_of_the_title_with_the_prefix_once() {
        assert_eq!(id_of("title", "Big Box!").unwrap(), "ci-big-box");
        assert_eq!(id_of("title", "CI big box").unwrap(), "ci-big-box");
        assert_eq!(id_of("title", "¿?").unwrap(), "ci-new", "nothing is left of the title");
        assert_eq!(id_of("owner", "p").unwrap(), "ci-new");
    }

    #[test]
    fn an_id_that_is_taken_gets_the_next_number() {
        assert_eq!(id_of("title", "A").unwrap(), "ci-a-3");
        assert_eq!(id_of("title", "Old").unwrap(), "ci-old-2", "former ids are taken too");
    }

    #[test]
    fn a_long_title_leaves_room_for_a_number() {
        let made = id_of("title", &"word ".repeat(40)).unwrap();
        assert!(is_slug(&format!("{made}-99")) && made.len() > 70, "{made}");
    }

    #[test]
    fn an_id_asked_for_must_be_good_and_free() {
        assert_eq!(id_of("id", "my-box").unwrap(), "my-box", "the prefix is a custom, not a rule");
        assert!(id_of("id", "My box").unwrap_err().starts_with("'My box' is not an id: "));
        assert_eq!(id_of("id", "ci-a-2").unwrap_err(), "'ci-a-2' is taken by sms/ci/x.yaml");
        assert_eq!(id_of("id", "ci-old").unwrap_err(), "'ci-old' is taken by sms/ci/ci-a.yaml");
    }

    #[test]
    fn a_record_is_written_once_and_passes_for_its_kind() {
        let schema = r#"{"allOf": [{"$ref": "../common.schema.json#/$defs/record"}]}"#;
        let folder = Folder::new(&[("gitsm.toml", "format = 1\n"), ("schemas/local/thing.schema.json", schema)]);
        let printed = folder.prints(&["new", "team", "--set", "title=Blue #1"]);
        assert!(printed.starts_with("Wrote sms/team/team-blue-1.yaml\nNext: "), "{printed}");
        let text = std::fs::read_to_string(folder.root.join("sms/team/team-blue-1.yaml")).unwrap();
        assert!(text.starts_with("# yaml-language-server: $schema=../../schemas/team.schema.json\n"), "{text}");
        assert!(text.contains("Blue #1"), "{text}");
        assert!(folder.fails(&["new", "team", "--set", "id=team-blue-1"]).contains("is taken by"));
        folder.prints(&["new", "thing", "--set", "id=t"]);
        let local = std::fs::read_to_string(folder.root.join("sms/thing/t.yaml")).unwrap();
        assert!(local.contains("$schema=../../schemas/local/thing.schema.json"), "{local}");
    }

    #[test]
    fn a_file_in_the_way_is_not_overwritten() {
        let folder = Folder::new(&[("sms/team/team-x.yaml", "a: [\n")]);
        let error = folder.fails(&["new", "team", "--set", "id=team-x"]);
        assert!(error.starts_with("cannot write sms/team/team-x.yaml; choose another id"), "{error}");
        assert_eq!(std::fs::read_to_string(folder.root.join("sms/team/team-x.yaml")).unwrap(), "a: [\n");
        assert!(folder.fails(&["--at", "HEAD", "new", "team"]).contains("leave --at out"));
        assert_eq!(folder.fails(&["new", "taem"]), "there is no kind 'taem'; did you mean `team`?");
    }
}
