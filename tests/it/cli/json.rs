//! The JSON of `check` and `impact`, `show`, `list` and `graph`: the keys that others rely on, and places that agree
//! with the text of the files.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::program::{DAY, Folder, place, project};
use crate::repos::copy;

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap_or_else(|| panic!("no mapping: {value}")).keys().map(String::as_str).collect()
}

/// Checks a span of the JSON against the text of its file; gives the marked text.
#[track_caller]
fn marked(text: &str, span: &Value) -> String {
    assert_eq!(keys(span), ["start", "end"]);
    let mut offsets = Vec::new();
    for end in ["start", "end"] {
        let position = &span[end];
        assert_eq!(keys(position), ["line", "column", "offset"]);
        let offset = usize::try_from(position["offset"].as_u64().unwrap()).unwrap();
        let here = (position["line"].as_u64().unwrap(), position["column"].as_u64().unwrap());
        assert_eq!(place(text, offset), here, "byte {offset} of\n{text}");
        offsets.push(offset);
    }
    assert!(offsets[0] <= offsets[1]);
    text[offsets[0]..offsets[1]].to_owned()
}

/// Checks the whole report of `check` on a folder; gives `(rule, marked text)` of each finding.
fn report(folder: &Folder, root: &std::path::Path, arguments: &[&str]) -> Vec<(String, String)> {
    let report = folder.json(&[&["check"], arguments].concat());
    assert_eq!(keys(&report), ["tool", "commit", "worktree", "as_of", "records", "summary", "findings", "waived"]);
    assert_eq!(report["tool"], serde_json::json!({"name": "gitsm", "version": env!("CARGO_PKG_VERSION")}));
    let findings = report["findings"].as_array().unwrap();
    for (severity, count) in [("error", "errors"), ("warning", "warnings"), ("info", "infos")] {
        let counted = findings.iter().filter(|finding| finding["severity"] == severity).count();
        assert_eq!(report["summary"][count], counted, "{count}");
    }
    let mut prints = BTreeSet::new();
    let mut seen = Vec::new();
    for finding in findings {
        let expected = [
            "rule",
            "severity",
            "message",
            "record",
            "kind",
            "path",
            "pointer",
            "span",
            "clauses",
            "help",
            "clock",
            "related",
            "fix",
            "fingerprint",
        ];
        assert_eq!(keys(finding), expected);
        let text = std::fs::read_to_string(root.join(finding["path"].as_str().unwrap())).unwrap();
        let words = marked(&text, &finding["span"]);
        for related in finding["related"].as_array().unwrap() {
            assert_eq!(keys(related), ["path", "span", "message"]);
            let text = std::fs::read_to_string(root.join(related["path"].as_str().unwrap())).unwrap();
            marked(&text, &related["span"]);
        }
        assert!(finding["clauses"].as_array().is_some_and(|clauses| !clauses.is_empty()), "{finding:#}");
        let print = finding["fingerprint"].as_str().unwrap();
        assert!(print.len() == 16 && print.chars().all(|c| c.is_ascii_hexdigit()), "{print}");
        assert!(prints.insert(print.to_owned()), "{print} stands for two findings");
        seen.push((finding["rule"].as_str().unwrap().to_owned(), words));
    }
    seen
}

#[test]
fn each_span_slices_to_the_text_that_the_finding_is_about() {
    let folder = copy("two-files-two-mistakes");
    let seen = report(&folder, folder.path(), &[]);
    let pairs: Vec<_> = seen.iter().map(|(rule, text)| (rule.as_str(), text.as_str())).collect();
    assert_eq!(pairs, [("value-unknown", "plannd"), ("field-unknown", "critcality")]);
}

#[test]
fn columns_count_characters_and_offsets_count_bytes() {
    let folder = copy("two-files-two-mistakes");
    let text = "# 日本語 and 𝒳\r\n\r\nkind: ci\r\nid: ci-a\r\ntitle: \"Grüße, 日本\"\r\nstatus: planned\r\nowner: ann\r\n\
                ci_type: server\r\nx-note: {𝒳: [é, ü]}\r\nrelations: [\"ci-é\", ci-zz]\r\n";
    folder.write("sms/ci/ci-a.yaml", text);
    let seen = report(&folder, folder.path(), &["sms/ci"]);
    let texts: Vec<&str> = seen.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["\"ci-é\"", "ci-zz"]);
    let report = folder.json(&["check", "sms/ci"]);
    let start = &report["findings"][1]["span"]["start"];
    let offset = text.find("ci-zz").unwrap();
    assert_eq!(*start, serde_json::json!({"line": 10, "column": 21, "offset": offset}));
}

#[test]
fn every_place_in_every_case_and_in_the_sample_agrees_with_the_text() {
    for case in std::fs::read_dir(project().join("tests/repos")).unwrap().flatten() {
        let folder = copy(&case.file_name().to_string_lossy());
        report(&folder, folder.path(), &["--as-of", DAY]);
    }
    let root = project().to_str().unwrap();
    let seen = report(&Folder::new(), project(), &["-C", root, "--as-of", "2027-12-31"]);
    assert!(seen.len() > 20, "a year later many reviews of the sample are due: {}", seen.len());
}

#[test]
fn a_fingerprint_survives_edits_elsewhere_and_names_one_finding() {
    let folder = copy("two-files-two-mistakes");
    let prints = |folder: &Folder| -> Vec<String> {
        let report = folder.json(&["check"]);
        report["findings"].as_array().unwrap().iter().map(|finding| finding["fingerprint"].to_string()).collect()
    };
    let before = prints(&folder);
    folder.replace("sms/ci/ci-a.yaml", "kind: ci\n", "# A line more.\nkind: ci\ntags: [a]\n");
    folder.replace("sms/service/svc-a.yaml", "critcality", "critcality ");
    assert_eq!(prints(&folder), before);
    folder.replace("sms/ci/ci-a.yaml", "id: ci-a", "id: ci-b");
    assert_ne!(prints(&folder)[0], before[0], "another record, another finding");
}

#[test]
fn impact_tells_seeds_nodes_and_whom_they_reach() {
    let impact = copy("ok-small").json(&["impact", "ctr-host", "--as-of", DAY]);
    let expected = serde_json::json!({
        "commit": null,
        "as_of": "2026-11-20T23:59:59Z",
        "seeds": ["ctr-host"],
        "nodes": [
            {"id": "ci-db", "kind": "ci", "title": "Database", "state": "down", "hops": 1, "via": ["ctr-host"]},
            {"id": "ci-app", "kind": "ci", "title": "Application", "state": "down", "hops": 2, "via": ["ci-db"]},
            {"id": "svc-shop", "kind": "service", "title": "Web shop", "state": "degraded", "hops": 3, "via": ["ci-app"]},
        ],
        "services": ["svc-shop"],
        "slas": ["sla-shop"],
        "customers": ["cus-shop"],
        "suppliers": ["sup-host"],
    });
    assert_eq!(impact, expected);
    assert_eq!(keys(&impact), keys(&expected), "also in this order");
}

#[test]
fn several_seeds_fail_together_and_count_once() {
    let folder = copy("ok-small");
    let impact = folder.json(&["impact", "ci-db", "ci-app", "ci-db"]);
    assert_eq!(impact["seeds"], serde_json::json!(["ci-app", "ci-db"]));
    let nodes: Vec<&str> = impact["nodes"].as_array().unwrap().iter().filter_map(|node| node["id"].as_str()).collect();
    assert_eq!(nodes, ["svc-shop"], "a seed is no consequence of another");
}

#[test]
fn show_tells_the_record_both_directions_and_versions() {
    let folder = copy("ok-small");
    folder.commit("Begin", 1_760_000_000);
    folder.replace("sms/ci/ci-db.yaml", "Database", "Databank");
    let last = folder.commit("Rename the database\n\nIts name was too long.", 1_760_000_060);
    folder.replace("sms/ci/ci-app.yaml", "Application", "App");
    folder.commit("Elsewhere", 1_760_000_120);
    let shown = folder.json(&["show", "ci-db"]);
    assert_eq!(keys(&shown), ["path", "record", "refers_to", "referred_to_by", "versions"]);
    assert_eq!(shown["path"], "sms/ci/ci-db.yaml");
    assert_eq!(shown["record"]["relations"], serde_json::json!([{"type": "supplied_by", "to": "ctr-host"}]));
    let ends = serde_json::json!([
        {"field": "/owner", "id": "ann", "kind": "person", "title": "Ann"},
        {"field": "/ci_type", "id": "server", "kind": "ci_type", "title": "Server"},
        {"field": "/relations/0/to", "id": "ctr-host", "kind": "contract", "title": "Hosting contract"},
    ]);
    assert_eq!(shown["refers_to"], ends);
    let back = serde_json::json!([{"field": "/relations/0", "id": "ci-app", "kind": "ci", "title": "App"}]);
    assert_eq!(shown["referred_to_by"], back);
    let versions = shown["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 2, "only commits that touched the file: {shown:#}");
    let newest = serde_json::json!({
        "commit": last, "time": "2025-10-09T08:54:20Z", "author": "Ann Author", "summary": "Rename the database",
    });
    assert_eq!(versions[0], newest);
}

#[test]
fn list_gives_whole_records_and_graph_gives_nodes_and_edges() {
    let folder = copy("ok-small");
    let records = folder.json(&["list", "ci"]);
    let ids: Vec<&str> = records.as_array().unwrap().iter().filter_map(|record| record["id"].as_str()).collect();
    assert_eq!(ids, ["ci-app", "ci-db"]);
    assert_eq!(keys(&records[0]), ["kind", "id", "title", "status", "owner", "ci_type", "relations"], "as written");
    let graph = folder.json(&["graph"]);
    assert_eq!(keys(&graph), ["nodes", "edges"]);
    let edges = serde_json::json!([
        {"from": "ci-app", "to": "ci-db", "type": "depends_on", "strength": "hard"},
        {"from": "ci-db", "to": "ctr-host", "type": "supplied_by", "strength": "hard"},
        {"from": "ctr-host", "to": "sup-host", "type": "supplied_by", "strength": "hard"},
        {"from": "svc-shop", "to": "ci-app", "type": "depends_on", "strength": "soft"},
    ]);
    assert_eq!(graph["edges"], edges);
    assert_eq!(graph["nodes"][0], serde_json::json!({"id": "ci-app", "kind": "ci", "title": "Application"}));
    let near = folder.json(&["graph", "svc-shop", "--depth", "1"]);
    assert_eq!(near["edges"].as_array().unwrap().len(), 1, "{near:#}");
}
