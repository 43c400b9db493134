//! The schema files themselves: annotations that are known and fit together, words everywhere, examples that hold.

use std::collections::BTreeSet;

use gitsm::base::clause;
use gitsm::base::finding::Severity;
use gitsm::base::span::FileId;
use gitsm::schema::{catalog, validate};
use gitsm::yaml;
use serde_json::Value as Json;

use super::walk::{Schema, visit};
use crate::chain;
use crate::yaml_text::{DRESSES, Tree};

/// Every annotation there is.
const ANNOTATIONS: [&str; 8] = [
    "x-gitsm-clauses",
    "x-gitsm-columns",
    "x-gitsm-example",
    "x-gitsm-names",
    "x-gitsm-order",
    "x-gitsm-past",
    "x-gitsm-ref",
    "x-gitsm-states",
];

/// Every schema file with its name.
fn files() -> Vec<(String, Json)> {
    catalog::embedded().map(|(name, text)| (name, serde_json::from_str(&text).expect("JSON"))).collect()
}

fn texts<'j>(schema: &'j Json, key: &str) -> Vec<&'j str> {
    schema.get(key).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect()
}

#[test]
fn annotations_are_known_and_stand_where_they_are_read() {
    for (name, schema) in files() {
        let mut wrong = Vec::new();
        visit(&schema, "", &mut |at, part| {
            for key in
                part.as_object().into_iter().flatten().map(|(key, _)| key).filter(|key| key.starts_with("x-gitsm"))
            {
                let of_kind = ["clauses", "columns", "example", "names", "states"].iter().any(|end| key.ends_with(end));
                if !ANNOTATIONS.contains(&key.as_str()) || (of_kind && !at.is_empty()) {
                    wrong.push(format!("{at}/{key}"));
                }
            }
        });
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
    }
}

#[test]
fn references_name_kinds_that_are() {
    for (name, schema) in files() {
        visit(&schema, "", &mut |at, part| {
            for kind in texts(part, "x-gitsm-ref") {
                let known = ["*", "uri"].contains(&kind) || chain::catalog().find(kind).is_some();
                assert!(known, "{name}{at}: no kind is called '{kind}'");
            }
        });
    }
}

#[test]
fn schemas_refer_to_nothing_outside() {
    for (name, schema) in files() {
        visit(&schema, "", &mut |at, part| {
            let target = part.get("$ref").map_or("#", |target| target.as_str().expect("text"));
            assert!(target.starts_with('#') || target.starts_with("common.schema.json#"), "{name}{at}: {target}");
        });
    }
    for kind in chain::catalog().iter() {
        let text = kind.bundled_schema().to_string();
        assert!(!text.contains("common.schema.json"), "{}: the bundle needs no other file", kind.name);
        Schema { root: kind.bundled_schema() }.layers(kind.bundled_schema());
    }
}

#[test]
fn every_property_says_what_it_is_for() {
    for kind in chain::catalog().iter() {
        assert!(!kind.description.is_empty(), "{}", kind.name);
        for field in &kind.fields {
            assert!(!field.description.is_empty(), "{}.{}: give it a description", kind.name, field.name);
        }
        let schema = Schema { root: kind.bundled_schema() };
        visit(schema.root, "", &mut |at, part| {
            // A condition repeats what is said elsewhere.
            let part = if at.ends_with("/if") { &Json::Null } else { part };
            for (name, property) in part.get("properties").and_then(Json::as_object).into_iter().flatten() {
                let own_words = schema.layers(property).iter().any(|layer| layer.get("description").is_some());
                let by_common = at.is_empty() && kind.field(name).is_some_and(|field| !field.description.is_empty());
                assert!(own_words || by_common, "{}{at}/properties/{name}: give it a description", kind.name);
            }
        });
    }
}

#[test]
fn states_are_the_words_of_the_status_in_the_same_order() {
    for kind in chain::catalog().iter() {
        let schema = kind.bundled_schema();
        let declared = schema.pointer("/x-gitsm-states/states").and_then(Json::as_object).expect("states");
        let declared: Vec<&str> = declared.keys().map(String::as_str).collect();
        let words = schema.pointer("/properties/status/enum").map(|_| texts(&schema["properties"]["status"], "enum"));
        assert_eq!(Some(declared), words, "{}: x-gitsm-states, then the enum of status", kind.name);
        assert_eq!(schema.pointer("/properties/kind/const").and_then(Json::as_str), Some(kind.name.as_str()));
    }
}

#[test]
fn states_lead_to_states_and_require_fields() {
    for kind in chain::catalog().iter() {
        let mut reached: BTreeSet<&str> = kind.states.first().map(|state| state.name.as_str()).into_iter().collect();
        for _ in &kind.states {
            reached.extend(
                kind.states
                    .iter()
                    .filter(|s| reached.contains(s.name.as_str()))
                    .flat_map(|s| s.next.iter().map(String::as_str))
                    .collect::<Vec<_>>(),
            );
        }
        for state in &kind.states {
            let place = format!("{}: {}", kind.name, state.name);
            assert!(!state.label.is_empty(), "{place} has no label");
            for next in &state.next {
                assert!(kind.state(next).is_some(), "{place} leads to '{next}'");
            }
            for field in &state.requires {
                assert!(kind.field(field).is_some(), "{place} requires '{field}', which is no field");
            }
            assert!(!state.terminal || state.next.is_empty(), "{place} is terminal and goes on");
            assert!(state.terminal || !state.next.is_empty(), "{place} is not terminal and leads nowhere");
            assert!(reached.contains(state.name.as_str()), "{place} cannot be reached from the initial state");
        }
    }
}

#[test]
fn columns_orders_clauses_and_names_fit() {
    let (mut folders, mut plurals) = (BTreeSet::new(), BTreeSet::new());
    for kind in chain::catalog().iter() {
        for column in &kind.columns {
            assert!(kind.field(column).is_some(), "{}: the column '{column}' is no field", kind.name);
        }
        for clause in &kind.clauses {
            assert!(clause::find(clause::split(clause).1).is_some(), "{}: clause {clause}", kind.name);
        }
        assert!(!kind.clauses.is_empty() && !kind.columns.is_empty(), "{}", kind.name);
        assert!(
            folders.insert(&kind.names.folder) && plurals.insert(&kind.names.plural),
            "{}: names are taken",
            kind.name
        );
        let schema = Schema { root: kind.bundled_schema() };
        visit(schema.root, "", &mut |at, part| {
            for pair in part.get("x-gitsm-order").and_then(Json::as_array).into_iter().flatten() {
                for field in pair.as_array().into_iter().flatten().filter_map(Json::as_str) {
                    let found = schema.step(&schema.layers(part), field);
                    assert!(
                        !found.is_empty(),
                        "{}{at}: x-gitsm-order names '{field}', which is no property there",
                        kind.name
                    );
                }
                assert_eq!(pair.as_array().map(Vec::len), Some(2), "{}{at}: an order is a pair", kind.name);
            }
        });
    }
}

#[test]
fn every_example_is_a_record_of_its_kind() {
    for kind in chain::catalog().iter() {
        for dress in DRESSES {
            let text = Tree::of_json(&kind.example, &mut (0..=255).cycle()).print(dress);
            let parsed = yaml::parse(FileId(0), &text);
            assert!(parsed.findings.is_empty(), "{}: {:#?}\n{text}", kind.name, parsed.findings);
            let found = validate(kind, FileId(0), &parsed.documents[0].root);
            assert!(found.is_empty(), "{}: {found:#?}\n{text}", kind.name);
        }
    }
}

#[test]
fn the_sample_has_no_errors() {
    let outcome = chain::run_texts(&chain::sample());
    let errors = outcome.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<String> = errors.map(|finding| format!("{}: {}", finding.rule, finding.message)).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}
