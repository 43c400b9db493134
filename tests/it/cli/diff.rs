//! `gitsm diff` on real git repositories.

use serde_json::json;

use crate::program::{DAY, Folder};
use crate::repos::copy;

const T0: i64 = 1_790_000_000;

/// The small clean repository, committed.
fn committed() -> Folder {
    let folder = copy("ok-small");
    folder.commit("Begin", T0);
    folder
}

#[test]
fn nothing_is_told_of_the_same_and_everything_ends_with_0() {
    let folder = committed();
    let text = folder.run(&["diff", "HEAD", "--as-of", DAY]).clean();
    assert_eq!(text, "no record is different; nothing is newly endangered; 0 findings came with it\n");
    folder.replace("sms/ci/ci-app.yaml", "[ci-db]", "[ci-gone]");
    for format in ["human", "json", "markdown"] {
        let text = folder.run(&["diff", "HEAD", "--as-of", DAY, "--format", format]).clean();
        assert!(text.contains("ref-dangling") && text.contains("ci-gone"), "{text}");
    }
}

#[test]
fn the_work_tree_or_a_second_commit_is_compared_with_the_first() {
    let folder = copy("ok-small");
    let first = folder.commit("Begin", T0);
    folder.replace("sms/ci/ci-app.yaml", "id: ci-app\n", "id: ci-app\ntags: [new]\n");
    let second = folder.commit("Tag", T0 + 60);
    folder.replace("sms/ci/ci-app.yaml", "tags: [new]\n", "tags: [new, newer]\n");
    let fields = |arguments: &[&str]| {
        let report = folder.json(&[arguments, &["--as-of", DAY]].concat());
        (report["base"].clone(), report["commit"].clone(), report["records"][0]["fields"].clone())
    };
    let whole = json!([{"pointer": "/tags", "path": "tags", "new": {"value": ["new"]}}]);
    let item = json!([{"pointer": "/tags/1", "path": "tags[newer]", "new": {"value": "newer"}}]);
    assert_eq!(fields(&["diff", "HEAD~1", "HEAD"]), (json!(first), json!(second), whole.clone()));
    assert_eq!(fields(&["diff", "HEAD~1", "--at", "HEAD"]).2, whole, "as with --at");
    assert_eq!(fields(&["diff", "HEAD"]).2, item, "the work tree");
    assert_eq!(fields(&["diff", "HEAD~1"]).2[0]["new"], json!({"value": ["new", "newer"]}));
    let back = fields(&["diff", "HEAD", "HEAD~1"]).2;
    assert_eq!(back, json!([{"pointer": "/tags", "path": "tags", "old": {"value": ["new"]}}]));
}

#[test]
fn the_advice_names_the_commit_that_was_compared() {
    let folder = committed();
    folder.replace("sms/ci/ci-app.yaml", "[ci-db]", "[ci-gone]");
    folder.commit("Break", T0 + 60);
    let text = folder.run(&["diff", "HEAD~1", "HEAD", "--as-of", DAY]).clean();
    assert!(text.contains("`gitsm check --since HEAD~1 --at HEAD` shows"), "{text}");
    let text = folder.run(&["diff", "HEAD~1", "--as-of", DAY]).clean();
    assert!(text.contains("`gitsm check --since HEAD~1` shows"), "{text}");
}

/// A service on an application on a database, all in use, committed.
fn live() -> Folder {
    let folder = Folder::with(&[
        ("sms/service/svc-a.yaml", "kind: service\nid: svc-a\ntitle: Shop\nstatus: live\nrelations: [ci-app]\n"),
        ("sms/ci/ci-app.yaml", "kind: ci\nid: ci-app\nstatus: live\nrelations: [ci-db]\n"),
        ("sms/ci/ci-db.yaml", "kind: ci\nid: ci-db\nstatus: live\n"),
    ]);
    folder.commit("Begin", T0);
    folder
}

#[test]
fn a_status_is_told_with_its_label_and_a_new_danger_with_what_it_takes_down() {
    let folder = live();
    folder.write("sms/ci/ci-one.yaml", "kind: ci\nid: ci-one\nstatus: live\n");
    folder.replace("sms/ci/ci-app.yaml", "[ci-db]", "[ci-db, ci-one]");
    folder.replace("sms/ci/ci-app.yaml", "status: live", "status: maintenance");
    let report = folder.json(&["diff", "HEAD", "--as-of", DAY]);
    assert_eq!(report["counts"], json!({"added": 1, "removed": 0, "changed": 1, "unreadable": 0, "readable": 0}));
    let status = &report["records"][0]["fields"][0];
    assert_eq!((&status["path"], &status["old"]["value"]), (&json!("status"), &json!("live")));
    assert!(status["new"]["label"].is_string() && status["new"]["label"] != status["new"]["value"], "{status}");
    let points = json!([{"id": "ci-one", "kind": "ci", "before": [], "added": ["svc-a"]}]);
    assert_eq!(report["endangered"]["single_points"], points, "what was one before is not new");
    let text = folder.run(&["diff", "HEAD", "--as-of", DAY]).clean();
    assert!(text.contains("New single points of failure:\n  ci ci-one alone takes down svc-a\n"), "{text}");
}

#[test]
fn a_shared_cause_and_a_closed_circle_are_told() {
    let folder = live();
    for id in ["ci-a", "ci-b"] {
        folder.write(&format!("sms/ci/{id}.yaml"), format!("kind: ci\nid: {id}\nstatus: live\n"));
    }
    folder.replace("sms/ci/ci-app.yaml", "[ci-db]", "[ci-a, ci-b]\nredundancy: [{of: depends_on, min_up: 1}]");
    folder.commit("Pair", T0 + 60);
    for id in ["ci-a", "ci-b"] {
        let path = format!("sms/ci/{id}.yaml");
        folder.write(&path, folder.read(&path) + "relations: [ci-db]\n");
    }
    let endangered = folder.json(&["diff", "HEAD", "--as-of", DAY])["endangered"].clone();
    let pair = json!(["ci-a", "ci-b"]);
    let shared = json!([{"holder": "ci-app", "members": pair, "id": "ci-db", "takes_down": pair}]);
    assert_eq!(endangered["common_causes"], shared, "{endangered}");
    assert_eq!(endangered["single_points"][0]["id"], "ci-db", "nobody needed it any more");
    folder.replace("sms/ci/ci-a.yaml", "[ci-db]", "[ci-b]");
    folder.replace("sms/ci/ci-b.yaml", "[ci-db]", "[ci-a]");
    let text = folder.run(&["diff", "HEAD", "--as-of", DAY]).clean();
    assert!(text.contains("New cycles:\n  ci-a needs ci-b needs ci-a\n"), "{text}");
}

#[test]
fn without_ids_impact_tells_what_would_hurt_most() {
    let folder = live();
    let report = folder.json(&["impact"]);
    let told: Vec<&str> =
        report["single_points"].as_array().unwrap().iter().map(|p| p["id"].as_str().unwrap()).collect();
    assert_eq!((told, &report["common_causes"]), (vec!["ci-app", "ci-db"], &json!([])));
    let text = folder.run(&["impact"]).clean();
    assert!(text.starts_with("2 things take services down alone:\n") && text.contains("\nNext: `gitsm impact ci-app`"));
}

#[test]
fn commits_that_are_not_there_and_two_ways_to_name_the_head_are_refused() {
    let folder = committed();
    assert!(folder.run(&["diff", "nowhere"]).refused().contains("diff has nothing to compare with"));
    assert!(folder.run(&["diff", "HEAD", "nowhere"]).refused().contains("nowhere"));
    assert!(folder.run(&["diff", "HEAD", "HEAD", "--at", "HEAD"]).refused().contains("cannot be used with"));
    assert!(folder.run(&["diff"]).refused().contains("<BASE>"));
    let bare = Folder::with(&[("sms/team/t.yaml", "kind: team\nid: t\n")]);
    assert!(bare.run(&["diff", "HEAD"]).refused().contains("no git repository"), "no history, nothing to compare");
}
