//! Packs of small repositories.

use std::collections::BTreeMap;

use super::*;
use crate::evidence::ledger::{Body, Entry, Kept, Subject};
use crate::evidence::sign::Signed;
use crate::evidence::verify::{Counts, Judged, Verdict};
use crate::graph::Graph;
use crate::model::fixture::records;
use crate::rules::{Check, Judged as Found, Selection, judge};
use crate::standard::pack;

const STORY: &str = "\
== sms sms
status: operating
organisation: {name: Ours}
scope: {services: [svc-a], customers: [cus-a], sites: [{name: Oslo}], excluded: [{service: svc-b, reason: Old}]}
== service svc-a
status: live
== service svc-b
status: retired
== customer cus-a
== policy pol-a
status: in_force
version: <b>2
== process proc-a
owner: ann
== incident inc-a
reported_at: 2026-03-01T00:00:00Z
service: svc-a
status: closed
== problem prb-a
incidents: [inc-a]
== change chg-a
requested_at: 2026-03-02T00:00:00Z
status: closed
category: emergency
test: {result: pass}
planned: {start: 2026-03-05T00:00:00Z, end: 2026-03-05T01:00:00Z}
== change chg-old
requested_at: 2020-03-02T00:00:00Z
== person ann
";

fn report() -> Report {
    let commit = Judged {
        commit: "c".repeat(40),
        time: "2026-03-04T00:00:00Z".to_owned(),
        author: "Ann".to_owned(),
        committer: "Bo".to_owned(),
        summary: "Edit =1+1".to_owned(),
        verdict: Verdict::Unauthorised,
        reasons: Vec::new(),
        landing: "single",
        reverts: None,
        changes: vec!["chg-a".to_owned()],
        paths: vec!["sms/policy/pol-a.yaml".to_owned()],
        entry: None,
        written: None,
        signed: Signed::None,
    };
    Report {
        branch: "main".to_owned(),
        head: "d".repeat(40),
        ledger: "gitsm/ledger".to_owned(),
        ledger_head: Some("e".repeat(40)),
        entries: 1,
        adopted: None,
        as_of: "2026-11-20T00:00:00Z".to_owned(),
        gaps: Vec::new(),
        counts: Counts { commits: 1, unauthorised: 1, ..Counts::default() },
        commits: vec![commit],
        problems: Vec::new(),
    }
}

fn ledger() -> Ledger {
    let decision = serde_json::json!({
        "outcome": "PASS", "change": "chg-a", "instant": "2026-03-04T00:00:00Z",
        "requirements": [{"filled": ["bo"]}],
    });
    let facts = serde_json::json!({"reviews": [{"at": "2026-03-03T00:00:00Z", "state": "approved"}]});
    let body = Body::Decision { before: "b".to_owned(), merge_tree: "t".to_owned(), decision, facts };
    let entry = Entry {
        number: 1,
        previous: None,
        at: "2026-03-04T00:00:00Z".parse().unwrap(),
        recorder: "Bot".to_owned(),
        tool: "gitsm 0".to_owned(),
        subject: Subject { commit: "c".to_owned(), tree: "t".to_owned() },
        body,
    };
    let kept = Kept { entry, commit: "e".to_owned(), signed: Signed::None, counts: true, sha256: "s".to_owned() };
    Ledger { tip: None, entries: vec![kept], flaws: Vec::new() }
}

/// Calls `then` with the pack of the story.
fn with<T>(stage: Stage, period: &str, then: impl FnOnce(&Files) -> T) -> T {
    records(STORY, |sms| {
        let graph = Graph::build(sms);
        let check = Check { sms, graph: &graph };
        let selection = Selection::new(&[], &sms.snapshot.settings, &sms.local).unwrap();
        let Found { findings, waived } = judge(&check, &selection);
        let grades = BTreeMap::new();
        let gap = gap::Input { sms, findings: &findings, pack: pack(), grades: &grades };
        let assessed = gap::assess(&gap, check);
        let (report, ledger) = (report(), ledger());
        let range = Range::parse(period).unwrap();
        let commit = "c0ffee";
        let input = Input {
            sms,
            commit,
            stage,
            range,
            gap,
            assessed: &assessed,
            findings: &findings,
            waived: &waived,
            report: &report,
            ledger: &ledger,
            decisions: &Decisions::new(&ledger),
            signed: &Signed::None,
            course: &Course::default(),
        };
        then(&build(&input))
    })
}

fn text(files: &Files, path: &str) -> String {
    String::from_utf8(files.get(path).unwrap_or_else(|| panic!("no {path}: {:?}", files.keys())).clone()).unwrap()
}

#[test]
fn stage_1_says_the_scope_and_has_an_item_for_everything_that_is_asked_for() {
    with(Stage::One, "2026", |files| {
        let page = text(files, "index.html");
        let scope = "The service management system of Ours that manages and delivers The svc-a to The cus-a from Oslo.";
        assert!(page.contains(scope), "{page}");
        for item in 1..=8 {
            assert!(page.contains(&format!("<h2>{item} ")), "{item}");
        }
        for part in ["A Clause matrix", "C What is open", "D History and decisions", "E Legend"] {
            assert!(page.contains(&format!("<h2>{part}</h2>")), "{part}");
        }
        assert!(page.contains("&lt;b&gt;2") && !page.contains("<b>2"), "text of records is escaped");
        assert!(
            text(files, "tables/scope-services.csv").contains("svc-b,The svc-b,Retired,\"left out, with a reason\"")
        );
        assert!(text(files, "tables/documents.csv").contains("pol-a,policy,The pol-a,<b>2,In force"));
        assert!(!page.to_lowercase().contains("compliant"), "people judge");
    });
}

#[test]
fn stage_2_has_populations_samples_trails_and_figures() {
    with(Stage::Two, "2026", |files| {
        assert_eq!(text(files, "tables/population-change.csv").lines().count(), 2, "the old one is not of the period");
        let sample = text(files, "tables/sample-change.csv");
        assert!(
            sample.contains("chg-a,emergency,") && sample.contains("PASS at 2026-03-04T00:00:00Z, entry 1: bo"),
            "{sample}"
        );
        assert!(sample.contains("rollback: missing") && sample.contains("test: result: pass"), "{sample}");
        let all = text(files, "tables/changes-all.csv");
        assert!(all.contains("decided in the ledger before the start,1,1,100 %"), "{all}");
        assert!(all.contains("reviewed afterwards,0,1,0 %") && all.contains("emergencies,1,1,100 %"), "{all}");
        let clocks = text(files, "tables/clocks.csv");
        assert!(clocks.ends_with(",24,48\r\n"), "a day for the voter, two for the window: {clocks}");
        assert!(text(files, "tables/trail-incident.csv").contains("inc-a,prb-a,none,none"));
        assert!(text(files, "tables/trend.csv").contains("2026-Q1,1,0,0,1,0 %"));
        assert!(text(files, "tables/awareness.csv").contains("The pol-a,"));
    });
}

#[test]
fn every_pack_has_a_place_for_everything_that_is_asked_for() {
    for stage in [Stage::One, Stage::Two, Stage::Surveillance, Stage::Recertification] {
        with(stage, "2026", |files| {
            let page = text(files, "index.html");
            let whole: serde_json::Value = serde_json::from_str(&text(files, "pack.json")).unwrap();
            let parts = whole["parts"].as_array().unwrap();
            let asked = asked::asked(stage);
            assert!(asked.len() > 12, "{stage:?}");
            for (words, item, tables) in asked {
                let at = parts
                    .iter()
                    .position(|part| part["item"] == item)
                    .unwrap_or_else(|| panic!("{stage:?}: {words}: no part {item}"));
                let link = format!("<td>{}</td><td><a href=\"#part-{at}\">{item} ", crate::base::svg::escaped(words));
                assert!(page.contains(&link), "{stage:?}: {words}");
                for table in tables {
                    let held = parts[at]["tables"].as_array().unwrap().iter().any(|held| held["name"] == *table);
                    assert!(held, "{stage:?}: {words}: {item} has no table {table}");
                    assert!(files.contains_key(&format!("tables/{table}.csv")), "{table}");
                }
            }
        });
    }
}

#[test]
fn tables_of_records_tell_the_grade_of_each_and_the_page_its_paper() {
    with(Stage::Two, "2026", |files| {
        assert!(text(files, "tables/population-change.csv").lines().next().unwrap().ends_with(",grade"));
        assert!(text(files, "tables/sample-change.csv").lines().nth(1).unwrap().starts_with("chg-a,"));
        let page = text(files, "index.html");
        assert!(page.contains("counter(page) \" / \" counter(pages)") && page.contains("commit c0ffee\""), "{page}");
        assert!(page.contains("<dt>Signature of that commit</dt><dd>is missing</dd>"));
        let all = text(files, "tables/changes-all.csv");
        assert!(all.contains("reviewed afterwards,0,1,0 %,chg-a"), "exceptions are named: {all}");
    });
}

#[test]
fn surveillance_takes_turns_and_recertification_looks_at_all() {
    let processes = |stage, period: &str| {
        with(stage, period, |files| files.keys().filter(|path| path.starts_with("tables/sample-")).count())
    };
    assert_eq!(["2024", "2025", "2026"].map(|year| processes(Stage::Surveillance, year)), [4, 3, 4]);
    assert_eq!(processes(Stage::Recertification, "2024-01-01..2026-12-31"), 9);
    with(Stage::Surveillance, "2026", |files| {
        let changes = text(files, "tables/system-changes.csv");
        assert!(changes.contains("sms/policy/pol-a.yaml,chg-a,Edit =1+1"), "{changes}");
    });
    with(Stage::Surveillance, "2025", |files| {
        assert_eq!(text(files, "tables/system-changes.csv").lines().count(), 1, "nothing in the period");
    });
}

#[test]
fn the_same_input_gives_the_same_bytes_and_the_manifest_names_them_all() {
    for stage in [Stage::One, Stage::Two, Stage::Surveillance, Stage::Recertification] {
        let first = with(stage, "2026", Clone::clone);
        assert_eq!(first, with(stage, "2026", Clone::clone));
        let manifest = Manifest::parse(&first["manifest.json"]).unwrap();
        assert_eq!(manifest.files.len() + 1, first.len());
        assert_eq!(manifest.bytes(), first["manifest.json"]);
        assert_eq!((manifest.stage, manifest.commit.as_str()), (stage, "c0ffee"));
        assert_eq!(compare(&first, &manifest, &first), []);
        let page = text(&first, "index.html");
        assert!(!page.contains("<script") && !page.contains("http"), "one page that needs nothing else");
    }
}

#[test]
fn a_changed_missing_or_extra_file_is_told_and_so_is_a_changed_manifest() {
    let made = with(Stage::One, "2026", Clone::clone);
    let list = Manifest::parse(&made["manifest.json"]).unwrap();
    let path = "tables/policy.csv".to_owned();
    let mut found = made.clone();
    found.remove(&path);
    assert_eq!(compare(&found, &list, &made), [Wrong::Missing(path.clone()), Wrong::NotRepeated(path.clone())]);
    let mut found = made.clone();
    found.insert("more.txt".to_owned(), Vec::new());
    assert_eq!(compare(&found, &list, &made), [Wrong::Extra("more.txt".to_owned())]);
    // Whoever changes a file and its hash in the manifest is found by making the pack again.
    let mut found = made.clone();
    found.get_mut(&path).unwrap().push(b' ');
    let mut forged = list.clone();
    forged.files.insert(path.clone(), crate::base::hash::sha256(&found[&path]));
    found.insert("manifest.json".to_owned(), forged.bytes());
    let told = compare(&found, &forged, &made);
    assert_eq!(told, [Wrong::NotRepeated("manifest.json".to_owned()), Wrong::NotRepeated(path.clone())]);
    assert!(told[1].words().contains("comes out otherwise"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn any_single_changed_byte_of_a_pack_is_found(
        file in proptest::prelude::any::<proptest::sample::Index>(),
        at in proptest::prelude::any::<proptest::sample::Index>(),
        bit in 0u8..8,
    ) {
        static MADE: std::sync::OnceLock<Files> = std::sync::OnceLock::new();
        let made = MADE.get_or_init(|| with(Stage::Two, "2026", Clone::clone));
        let list = Manifest::parse(&made["manifest.json"]).unwrap();
        let mut found = made.clone();
        let path = found.keys().nth(file.index(found.len())).unwrap().clone();
        let bytes = found.get_mut(&path).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        // A manifest that cannot be read proves nothing either.
        let list = Manifest::parse(&found["manifest.json"]).unwrap_or(list);
        proptest::prop_assert!(!compare(&found, &list, made).is_empty());
    }
}

#[test]
fn long_cells_are_cut_on_the_page_of_long_tables_and_whole_in_their_file() {
    with(Stage::One, "2026", |files| {
        let (page, file) = (text(files, "index.html"), text(files, "tables/clauses.csv"));
        let longest = |text: &str| text.lines().map(str::len).max().unwrap_or(0);
        assert!(longest(&file) > 300, "{}", longest(&file));
        assert!(page.contains(" …</td>"));
    });
}
