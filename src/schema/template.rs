//! A new record of a kind, written from its example with a comment on each field.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::kind::{Field, Kind};

/// Fields of every kind that a new record shows, in this order, before and after its own.
const FIRST: [&str; 5] = ["kind", "id", "title", "status", "owner"];
const LAST: [&str; 3] = ["description", "review", "tags"];
/// Comments are broken before this column.
const WIDTH: usize = 110;

/// The text of a new record. Fields in `set` have those values; needed ones have the example's; the rest is there
/// behind `#`, to be taken into use by removing it. `schema` is the address of the schema for editors.
#[must_use]
pub fn template(kind: &Kind, set: &BTreeMap<String, Value>, schema: &str) -> String {
    let mut out = format!("# yaml-language-server: $schema={schema}\n");
    comment(&mut out, &format!("{}: {}", kind.names.singular, kind.description));
    let named = |names: &[&str]| -> Vec<&Field> { names.iter().filter_map(|name| kind.field(name)).collect() };
    let own = kind.fields.iter().filter(|field| !field.common);
    let own = own.filter(|field| !FIRST.contains(&field.name.as_str()) && !LAST.contains(&field.name.as_str()));
    let mut shown: Vec<&Field> = named(&FIRST);
    shown.extend(own);
    shown.extend(named(&LAST));
    let known: Vec<&str> = shown.iter().map(|field| field.name.as_str()).collect();
    let others: Vec<&str> = set.keys().map(String::as_str).filter(|name| !known.contains(name)).collect();
    for field in shown {
        write_field(&mut out, kind, field, set);
    }
    for name in others {
        out.push_str(&yaml(name, &set[name]));
    }
    out
}

fn write_field(out: &mut String, kind: &Kind, field: &Field, set: &BTreeMap<String, Value>) {
    let mut words = field.description.clone();
    if !field.values.is_empty() {
        let _ = write!(words, " One of: {}.", field.values.join(", "));
    }
    if field.name == "status" && !kind.states.is_empty() {
        let states: Vec<&str> = kind.states.iter().map(|state| state.name.as_str()).collect();
        words = format!("{} One of: {}.", field.description, states.join(", "));
    }
    if field.name != "kind" {
        comment(out, &words);
    }
    let example = kind.example.get(&field.name);
    let needed_at_once = kind.states.first().is_some_and(|state| state.requires.contains(&field.name))
        || chosen(kind).any(|name| name == field.name);
    if let Some(value) = set.get(&field.name) {
        out.push_str(&yaml(&field.name, value));
    } else if field.name == "kind" {
        out.push_str(&yaml("kind", &Value::String(kind.name.clone())));
    } else if field.name == "status" && !kind.states.is_empty() {
        out.push_str(&yaml("status", &Value::String(kind.states[0].name.clone())));
    } else if let Some(value) = example.filter(|_| field.required || needed_at_once) {
        out.push_str(&yaml(&field.name, value));
    } else if let Some(first) = field.values.first().filter(|_| field.required) {
        out.push_str(&yaml(&field.name, &Value::String(first.clone())));
    } else {
        let text =
            example.map_or_else(|| format!("{}: # {}\n", field.name, field.holds), |value| yaml(&field.name, value));
        for line in text.lines() {
            let _ = writeln!(out, "# {line}");
        }
    }
}

/// Fields that the schema asks for as one of several choices: those of the choice that the example makes.
fn chosen(kind: &Kind) -> impl Iterator<Item = &str> {
    let schema = kind.bundled_schema();
    let choices = ["oneOf", "anyOf"].into_iter().filter_map(|key| schema.get(key)?.as_array());
    let made = choices.filter_map(|branches| {
        let asked = |branch: &Value| -> Vec<String> {
            let names = branch.get("required").and_then(Value::as_array).into_iter().flatten();
            names.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        branches.iter().find(|branch| asked(branch).iter().all(|name| kind.example.get(name).is_some()))
    });
    made.filter_map(|branch| branch.get("required")?.as_array()).flatten().filter_map(Value::as_str)
}

/// `key: value` as block YAML.
fn yaml(key: &str, value: &Value) -> String {
    let mut map = Map::new();
    map.insert(key.to_owned(), value.clone());
    serde_yaml::to_string(&Value::Object(map)).unwrap_or_default()
}

/// Words as comment lines behind `##`, so that taking a field into use does not take its comment along.
fn comment(out: &mut String, words: &str) {
    let mut line = String::new();
    for word in words.split_whitespace() {
        if !line.is_empty() && line.chars().count() + word.chars().count() + 4 > WIDTH {
            let _ = writeln!(out, "## {line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        let _ = writeln!(out, "## {line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::FileId;
    use crate::schema::{Catalog, validate};

    #[test]
    fn a_new_record_of_every_kind_meets_its_schema() {
        for kind in Catalog::built_in().unwrap().iter() {
            let text = template(kind, &BTreeMap::new(), "../schema.json");
            let parsed = crate::yaml::parse(FileId(0), &text);
            assert!(parsed.findings.is_empty(), "{}: {:#?}\n{text}", kind.name, parsed.findings);
            let found = validate(kind, FileId(0), &parsed.documents[0].root);
            assert!(found.is_empty(), "{}: {found:#?}\n{text}", kind.name);
        }
    }

    #[test]
    fn every_commented_field_meets_the_schema_once_taken_into_use() {
        for kind in Catalog::built_in().unwrap().iter() {
            let text = template(kind, &BTreeMap::new(), "../schema.json");
            let used: String = text
                .lines()
                .filter(|line| !line.starts_with("## ") && !line.contains("$schema="))
                .filter(|line| !line.contains(": # "))
                .map(|line| format!("{}\n", line.strip_prefix("# ").unwrap_or(line)))
                .collect();
            let parsed = crate::yaml::parse(FileId(0), &used);
            assert!(parsed.findings.is_empty(), "{}: {:#?}\n{used}", kind.name, parsed.findings);
            let found = validate(kind, FileId(0), &parsed.documents[0].root);
            assert!(found.is_empty(), "{}: {found:#?}\n{used}", kind.name);
        }
    }

    #[test]
    fn set_values_stand_in_the_record() {
        let catalog = Catalog::built_in().unwrap();
        let set = BTreeMap::from([
            ("title".to_owned(), Value::from("no")),
            ("x-note".to_owned(), Value::from(vec!["a", "b"])),
        ]);
        let text = template(catalog.find("ci").unwrap(), &set, "s");
        let parsed = crate::yaml::parse(FileId(0), &text);
        let root = &parsed.documents[0].root;
        assert_eq!(root.get("title").and_then(|node| node.as_str()), Some("no"), "stays text");
        assert_eq!(root.get("x-note").unwrap().items().len(), 2);
    }
}
