//! Records that nobody here wrote: a public project's status pages, turned into services, incidents, changes and
//! maintenance windows. Their text is not in this repository. `GITSM_STATUS_SITE` names the folder, else it is looked for
//! in `../shared/data/status-site` beside this package; where it is missing, the tests say so and check nothing.

mod convert;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::program::{Folder, project, tool};
use convert::{Made, convert};

/// After the last entry.
const AS_OF: &str = "2026-06-30";

/// The folder of the raw data.
fn data() -> Option<PathBuf> {
    let named = std::env::var_os("GITSM_STATUS_SITE").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| project().join("../shared/data/status-site"));
    let there = folder.join("systems.yml").is_file();
    if !there {
        eprintln!("SKIPPED: no real input at {}; set GITSM_STATUS_SITE to its folder", folder.display());
    }
    there.then_some(folder)
}

/// What the independent script counts in the raw data.
fn counted(data: &std::path::Path) -> Option<Value> {
    let Some(python) = tool("python3") else {
        eprintln!("SKIPPED: no python3 here, so nothing is counted independently");
        return None;
    };
    let script = project().join("tests/it/real_input/count.py");
    let output = Command::new(python).arg(script).arg(data).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// The findings of these rules.
fn findings(folder: &Folder, rules: &[&str]) -> Vec<Value> {
    let mut arguments = vec!["check", "--as-of", AS_OF];
    for rule in rules {
        arguments.extend(["--rule", rule]);
    }
    folder.json(&arguments)["findings"].as_array().unwrap().clone()
}

/// The ids of records with such findings, without the prefix of their kind.
fn entries(findings: &[Value]) -> BTreeSet<String> {
    let ids = findings.iter().map(|finding| finding["record"].as_str().unwrap());
    ids.map(|id| id.split_once('-').unwrap().1.to_owned()).collect()
}

fn strings(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_entry_becomes_a_record_that_can_be_shown() {
    let Some(data) = data() else { return };
    let (folder, made) = convert(&data);
    println!("{made:?}");
    if let Some(counted) = counted(&data) {
        let count = |key: &str| usize::try_from(counted[key].as_u64().unwrap()).unwrap();
        let expected = Made { services: count("services"), incidents: count("incidents"), changes: count("changes") };
        assert_eq!(made, expected);
    }
    assert!(made.services > 10 && made.incidents > 50 && made.changes > 50, "{made:?}");
    for (kind, expected) in [("service", made.services), ("incident", made.incidents), ("change", made.changes)] {
        assert_eq!(folder.json(&["list", kind]).as_array().unwrap().len(), expected, "{kind}");
    }
    for service in folder.json(&["list", "service"]).as_array().unwrap() {
        let id = service["id"].as_str().unwrap();
        let shown = folder.json(&["show", id]);
        assert_eq!(shown["record"], *service);
        folder.run(&["show", id]).clean();
        folder.run(&["impact", id]).clean();
    }
    for format in ["dot", "mermaid", "json"] {
        folder.run(&["graph", "--format", format]).clean();
    }
}

#[test]
fn names_of_nothing_are_reported_once_each_with_every_place() {
    let Some(data) = data() else { return };
    let (folder, _) = convert(&data);
    let mut reported = BTreeMap::new();
    for finding in findings(&folder, &["ref-dangling"]) {
        let message = finding["message"].as_str().unwrap();
        let name = message.split('\'').nth(3).unwrap_or_else(|| panic!("no name in {message}"));
        let places = finding["related"].as_array().unwrap().len().max(1);
        assert_eq!(reported.insert(name.to_owned(), places), None, "{name} is reported twice");
    }
    println!("{} names of nothing in {} places", reported.len(), reported.values().sum::<usize>());
    let known = folder.json(&["list", "service"]);
    for service in known.as_array().unwrap() {
        assert!(!reported.contains_key(service["id"].as_str().unwrap()), "{service}");
    }
    let Some(counted) = counted(&data) else { return };
    let places = counted["places"].as_object().unwrap();
    let expected: BTreeMap<String, usize> =
        places.iter().map(|(name, count)| (name.clone(), usize::try_from(count.as_u64().unwrap()).unwrap())).collect();
    assert_eq!(reported, expected);
}

#[test]
fn entries_that_end_before_they_begin_and_times_that_are_none_are_reported() {
    let Some(data) = data() else { return };
    let (folder, _) = convert(&data);
    let (order, unreadable) = (findings(&folder, &["date-order"]), findings(&folder, &["value-format"]));
    println!("{} findings on {} entries that end before they begin", order.len(), entries(&order).len());
    println!("{} findings on {} entries with a time that is none", unreadable.len(), entries(&unreadable).len());
    let Some(counted) = counted(&data) else { return };
    assert_eq!(entries(&order), strings(&counted["impossible"]));
    assert_eq!(entries(&unreadable), strings(&counted["unreadable"]));
}

#[test]
fn the_whole_report_is_the_same_twice_and_every_place_is_in_its_file() {
    let Some(data) = data() else { return };
    let (folder, _) = convert(&data);
    let first = folder.run(&["check", "--as-of", AS_OF, "--format", "json"]).findings();
    assert_eq!(folder.run(&["check", "--as-of", AS_OF, "--format", "json"]).findings(), first);
    let report: Value = serde_json::from_str(&first).unwrap();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        *counts.entry(finding["rule"].as_str().unwrap()).or_default() += 1;
        let text = folder.read(finding["path"].as_str().unwrap());
        let offset = usize::try_from(finding["span"]["end"]["offset"].as_u64().unwrap()).unwrap();
        assert!(text.is_char_boundary(offset), "{finding:#}");
    }
    println!("{counts:#?}");
}

#[cfg(feature = "site")]
#[test]
fn the_site_has_a_page_for_every_record() {
    let Some(data) = data() else { return };
    let (folder, made) = convert(&data);
    let text = folder.run(&["site", "-o", "out", "--as-of", AS_OF]).clean();
    println!("{text}");
    let pages = folder.files("out");
    let expected = made.services + made.incidents + 2 * made.changes;
    assert!(pages.iter().filter(|path| path.contains(".html")).count() > expected, "{text}");
    assert!(pages.iter().any(|path| path == "out/index.html"));
}
