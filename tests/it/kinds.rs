//! Every kind of record through every command, and every state machine: illegal words, and what each state asks for.

use std::collections::BTreeSet;

use gitsm::load;
use gitsm::model::Sms;
use gitsm::schema::Kind;
use serde_json::{Map, Value as Json};

use crate::chain;
use crate::program::{DAY, Folder};

/// Rules of the shape of a record that a record of kind `kind` breaks, each with the place and the words.
fn shape(kind: &Kind, record: &Map<String, Json>) -> Vec<(&'static str, String)> {
    // JSON is YAML, so the record needs no writer.
    let text = Json::Object(record.clone()).to_string();
    let path = format!("sms/{0}/{1}.yaml", kind.name, record["id"].as_str().unwrap_or("x"));
    let snapshot = load::memory([(path.as_str(), text.as_str())], chain::as_of()).expect("a snapshot");
    let sms = Sms::build(&snapshot, chain::catalog());
    sms.findings.iter().map(|finding| (finding.rule, finding.message.clone())).collect()
}

fn example(kind: &Kind) -> Map<String, Json> {
    kind.example.as_object().expect("an example is a record").clone()
}

/// Whether a field is asked for because of the state.
fn asks(found: &[(&'static str, String)], field: &str) -> bool {
    found.iter().any(|(rule, message)| *rule == "state-incomplete" && message.contains(&format!("`{field}`")))
}

#[test]
fn a_status_that_is_no_state_is_refused_in_every_kind() {
    for kind in chain::catalog().iter() {
        for wrong in ["approved_by_nobody", "", "Live"] {
            let mut record = example(kind);
            record.insert("status".to_owned(), wrong.into());
            let found = shape(kind, &record);
            assert!(!found.is_empty(), "{}: '{wrong}' is taken for a state", kind.name);
        }
    }
}

#[test]
fn each_state_asks_for_its_fields_and_no_other_state_does() {
    let mut asked = 0;
    for kind in chain::catalog().iter() {
        let always: BTreeSet<&str> =
            kind.fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
        let wanted: BTreeSet<&str> = kind.states.iter().flat_map(|state| &state.requires).map(String::as_str).collect();
        // What every record needs is asked for by the schema before its state is looked at.
        let wanted: Vec<&str> = wanted.difference(&always).copied().collect();
        for state in &kind.states {
            for field in &wanted {
                let mut record = example(kind);
                record.insert("status".to_owned(), state.name.clone().into());
                record.remove(*field);
                let told = asks(&shape(kind, &record), field);
                let due = state.requires.iter().any(|required| required == field);
                assert_eq!(told, due, "{}, {}: `{field}`", kind.name, state.name);
                asked += usize::from(told);
            }
        }
    }
    assert!(asked > 200, "{asked}: there is something to ask for");
}

#[test]
fn nobody_is_no_person_under_any_name() {
    for (owner, rule) in
        [("TBD", "value-format"), ("tbd", "ref-dangling"), ("n/a", "value-format"), ("unknown", "ref-dangling")]
    {
        let text = format!("kind: ci\nid: ci-a\ntitle: A\nstatus: planned\nowner: {owner}\nci_type: server\n");
        let folder = Folder::with(&[("sms/ci/ci-a.yaml", &text)]);
        let report = folder.json(&["check", "--as-of", DAY]);
        let about: Vec<&str> = report["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .filter(|found| found["pointer"] == "/owner")
            .filter_map(|found| found["rule"].as_str())
            .collect();
        assert_eq!(about, [rule], "{owner}");
    }
}

#[test]
fn every_kind_is_written_checked_listed_shown_and_published() {
    let folder = Folder::new();
    folder.run(&["init", "--quiet"]).clean();
    let mut made = Vec::new();
    for kind in chain::catalog().iter().filter(|kind| kind.name != "sms") {
        let said = folder.run(&["new", &kind.name, "--set", "title=A first one", "-q"]).clean();
        let path = said.trim().strip_prefix("Wrote ").unwrap_or_else(|| panic!("{said}")).to_owned();
        let id = path.rsplit('/').next().and_then(|name| name.strip_suffix(".yaml")).expect("an id").to_owned();
        made.push((kind, path, id));
    }
    let report = folder.json(&["check", "--as-of", DAY]);
    let of = |path: &str| {
        let findings = report["findings"].as_array().expect("findings").iter();
        findings.filter(|found| found["path"] == path).filter_map(|found| found["rule"].as_str()).collect::<Vec<_>>()
    };
    folder.run(&["site", "-o", "out", "--as-of", DAY, "-q"]).clean();
    let pages: BTreeSet<String> = folder.files("out").into_iter().collect();
    for (at, (kind, path, id)) in made.into_iter().enumerate() {
        let broken: Vec<_> = of(&path)
            .into_iter()
            .filter(|rule| ["field-", "value-", "yaml-", "kind-", "id-"].iter().any(|shape| rule.starts_with(shape)))
            .collect();
        assert!(broken.is_empty(), "{path}: {broken:?}\n{}", folder.read(&path));
        for page in [format!("out/{}/{id}.html", kind.names.folder), format!("out/{}/index.html", kind.names.folder)] {
            assert!(pages.contains(&page), "{page}");
        }
        // Both commands know no kind by name; a process for each would only take time.
        if at % 9 == 0 {
            assert!(folder.run(&["list", &kind.name, "-q"]).clean().contains(&id), "{id} in its list");
            assert!(folder.run(&["show", &id]).clean().contains("A first one"), "{id} shown");
        }
    }
}
