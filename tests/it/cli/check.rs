//! `gitsm check`: all findings in one run, one finding a cause, weights by settings and options.

use serde_json::Value;

use crate::program::{DAY, Folder};
use crate::repos::copy;

fn findings(folder: &Folder, arguments: &[&str]) -> Vec<Value> {
    let report = folder.json(&[&["check", "--as-of", DAY], arguments].concat());
    report["findings"].as_array().unwrap().clone()
}

fn rules(findings: &[Value]) -> Vec<&str> {
    findings.iter().map(|finding| finding["rule"].as_str().unwrap()).collect()
}

#[test]
fn two_mistakes_in_two_files_are_both_told_in_one_run_with_their_places() {
    let folder = copy("two-files-two-mistakes");
    let text = folder.run(&["check", "--as-of", DAY]).findings();
    assert!(text.contains("--> sms/ci/ci-a.yaml:4:9\n"), "{text}");
    assert!(text.contains("--> sms/service/svc-a.yaml:6:1\n"), "{text}");
    assert!(text.contains("did you mean `planned`?") && text.contains("did you mean `criticality`?"), "{text}");
    assert!(text.contains("Checked 4 records in 4 files as of 2026-11-20T23:59:59Z: 2 errors\n"), "{text}");
    folder.replace("sms/ci/ci-a.yaml", "plannd", "planned");
    folder.replace("sms/service/svc-a.yaml", "critcality", "criticality");
    folder.run(&["check", "--as-of", DAY]).clean();
}

#[test]
fn one_wrong_id_in_ten_places_is_one_finding_that_names_them_all_and_the_right_id() {
    let folder = copy("one-cause-ten-places");
    let found = findings(&folder, &[]);
    assert_eq!(rules(&found), ["ref-dangling"]);
    let related = found[0]["related"].as_array().unwrap();
    let places: Vec<&str> = related.iter().map(|place| place["path"].as_str().unwrap()).collect();
    let expected: Vec<String> = (0..10).map(|number| format!("sms/ci/ci-{number}.yaml")).collect();
    assert_eq!(places, expected);
    assert_eq!(found[0]["path"], places[0], "the finding stands at the first of them");
    assert_eq!(found[0]["help"], "did you mean `ci-storage`?");
    for path in expected {
        folder.replace(&path, "ci-storrage", "ci-storage");
    }
    folder.run(&["check", "--as-of", DAY]).clean();
}

#[test]
fn a_file_that_cannot_be_read_leaves_the_others_judged_and_its_id_known() {
    let found = findings(&copy("broken-yaml-keeps-the-rest"), &[]);
    assert_eq!(rules(&found), ["ref-dangling", "yaml-syntax"]);
    assert_eq!(found[0]["record"], "ci-b", "only the id that no file has dangles: {found:#?}");
    assert!(found[0]["message"].as_str().unwrap().contains("'ci-nowhere'"));
}

#[test]
fn files_that_are_no_text_or_no_records_are_told_and_do_not_stop_the_run() {
    let folder = copy("ok-small");
    folder.write("sms/ci/ci-bytes.yaml", b"kind: ci\nid: \xff\n");
    folder.write("sms/ci/ci-other.yml", "kind: ci\n");
    folder.write("sms/ci/ci-empty.yaml", "");
    folder.write("sms/ci/ci-list.yaml", "- a\n");
    folder.write("sms/ci/ci-lfs.yaml", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
    folder.write(
        "sms/ci/ci-bom.yaml",
        "\u{feff}kind: ci\nid: ci-bom\ntitle: B\nstatus: planned\nowner: ann\nci_type: server\n",
    );
    folder.write("sms/ci/ci-huge.yaml", vec![b'#'; 8 * 1024 * 1024 + 1]);
    folder.write("sms/README.md", "# Not a record\n");
    folder.write("sms/ci/.hidden.yaml", "][");
    let found = findings(&folder, &[]);
    let mut told: Vec<(&str, &str)> =
        found.iter().map(|f| (f["path"].as_str().unwrap(), f["rule"].as_str().unwrap())).collect();
    told.sort_unstable();
    let expected = [
        ("sms/ci/ci-bytes.yaml", "file-not-utf8"),
        ("sms/ci/ci-empty.yaml", "record-not-mapping"),
        ("sms/ci/ci-huge.yaml", "file-too-large"),
        ("sms/ci/ci-lfs.yaml", "file-lfs-pointer"),
        ("sms/ci/ci-list.yaml", "record-not-mapping"),
        ("sms/ci/ci-other.yml", "file-extension"),
    ];
    assert_eq!(told, expected);
}

#[cfg(unix)]
#[test]
fn links_out_of_the_repository_are_not_followed() {
    let folder = copy("ok-small");
    let outside = Folder::with(&[("secret.yaml", "kind: ci\nid: secret\n")]);
    let link = |from: &str, to: &std::path::Path| std::os::unix::fs::symlink(to, folder.path().join(from)).unwrap();
    link("sms/ci/ci-link.yaml", &outside.path().join("secret.yaml"));
    link("sms/ci/folder", outside.path());
    link("sms/ci/round", folder.path());
    let report = folder.run(&["check", "--format", "json"]).findings();
    assert!(!report.contains("secret"), "{report}");
    assert_eq!(rules(&findings(&folder, &[])), ["file-symlink"; 3]);
}

#[test]
fn settings_weigh_rules_and_switch_them_off() {
    let folder = copy("rule-levels");
    let found = findings(&folder, &[]);
    assert_eq!(rules(&found), ["field-unknown"]);
    assert_eq!(found[0]["severity"], "warning");
    folder.run(&["check"]).clean();
    folder.run(&["check", "--deny", "warning"]).findings();
    folder.replace("gitsm.toml", "\"warning\"", "\"info\"");
    folder.run(&["check", "--deny", "warning"]).clean();
    folder.run(&["check", "--deny", "info"]).findings();
    folder.replace("gitsm.toml", "ref-dangling = \"off\"\n", "");
    assert_eq!(rules(&findings(&folder, &[])), ["ref-dangling", "field-unknown"]);
}

#[test]
fn one_rule_can_be_asked_for_alone() {
    let folder = copy("local-kind");
    assert_eq!(rules(&findings(&folder, &[])).len(), 3);
    assert_eq!(rules(&findings(&folder, &["--rule", "ref-dangling"])), ["ref-dangling"]);
    let two = findings(&folder, &["--rule", "ref-dangling", "--rule", "value-unknown"]);
    assert_eq!(rules(&two), ["value-unknown", "ref-dangling"]);
    folder.run(&["check", "--rule", "cycle-of-nothing"]).refused();
    folder.run(&["check", "--rule", "dependency-cycle"]).clean();
}

#[test]
fn paths_choose_what_is_reported_and_all_is_still_read() {
    let folder = copy("ok-small");
    folder.replace("sms/ci/ci-app.yaml", "[ci-db]", "[ci-dx]");
    assert_eq!(rules(&findings(&folder, &["sms/service"])).len(), 0, "the mistake lies elsewhere");
    assert_eq!(rules(&findings(&folder, &["sms/ci/ci-app.yaml"])), ["ref-dangling"]);
    let text = folder.run(&["check", "sms/service"]).clean();
    assert!(text.starts_with("Checked 9 records"), "{text}");
}

#[test]
fn an_empty_repository_is_no_mistake() {
    let folder = Folder::with(&[("gitsm.toml", "format = 1\n")]);
    let text = folder.run(&["check"]).clean();
    assert!(text.starts_with("Checked 0 records in 0 files as of "), "{text}");
}

#[test]
fn every_finding_tells_why_and_how_to_mend_it() {
    for case in ["local-kind", "cycle", "retired", "clock", "unknown-kind", "bulk-file", "broken-yaml-keeps-the-rest"] {
        let folder = copy(case);
        for finding in findings(&folder, &[]) {
            assert!(finding["help"].as_str().is_some_and(|help| !help.is_empty()), "no help: {finding:#}");
            let rule = finding["rule"].as_str().unwrap();
            let page = folder.run(&["explain", rule]).clean();
            assert!(page.starts_with(&format!("{rule} (")), "{page}");
        }
    }
}
