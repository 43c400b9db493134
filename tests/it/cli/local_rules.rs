//! Rules of one's own in `schemas/local/` behave like those that gitsm brings.

use crate::program::{DAY, Folder, project};
use crate::repos::copy;

/// Rules and places of the findings of a report.
fn told(folder: &Folder, arguments: &[&str]) -> Vec<String> {
    let report = folder.json(&[&["check", "--as-of", DAY], arguments].concat());
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| format!("{} {}", finding["rule"].as_str().unwrap(), finding["path"].as_str().unwrap()))
        .collect()
}

#[test]
fn a_rule_of_ones_own_is_explained_listed_and_reported_with_its_clause() {
    let folder = copy("local-rules");
    let page = folder.run(&["explain", "ci-tag-missing"]).clean();
    assert!(page.starts_with("ci-tag-missing (warning)\n  ISO/IEC 20000-1 8.2.6 Configuration management\n"), "{page}");
    assert!(page.contains("has(record.tags)") && page.contains("A rule of this repository."), "{page}");
    let list = folder.run(&["explain", "--list"]).clean();
    assert_eq!(list, folder.run(&["explain"]).clean());
    assert_eq!(list.matches("ci-tag-missing").count(), 3, "by name, by clause and by kind: {list}");
    for topic in ["8.2.6", "ci"] {
        assert!(folder.run(&["explain", topic]).clean().contains("\nci-tag-missing "), "{topic}");
    }
    let report = folder.json(&["check", "--as-of", DAY, "--rule", "ci-tag-missing"]);
    let finding = &report["findings"][0];
    assert_eq!(finding["clauses"], serde_json::json!(["8.2.6"]));
    assert_eq!(
        (&finding["record"], &finding["pointer"], &finding["kind"]),
        (&"ci-a".into(), &"/id".into(), &"ci".into())
    );
    let slip = folder.run(&["explain", "ci-tag-mising"]).refused();
    assert!(slip.contains("did you mean `gitsm explain ci-tag-missing`?"), "{slip}");
    assert!(Folder::new().run(&["explain", "ci-tag-missing"]).refused().contains("nothing is called"));
}

#[test]
fn levels_of_rules_of_ones_own_stand_in_the_settings() {
    let folder = copy("local-rules");
    folder.write("gitsm.toml", "format = 1\n\n[rules]\nci-tag-missing = \"error\"\ntag-is-place = \"off\"\n");
    let rules = told(&folder, &["sms"]);
    assert_eq!(rules, ["ci-tag-missing sms/ci/ci-a.yaml"]);
    folder.run(&["check", "sms", "--as-of", DAY]).findings();
    folder.write("gitsm.toml", "format = 1\n\n[rules]\nci-tag-mising = \"error\"\n");
    let error = folder.run(&["check"]).refused();
    assert_eq!(error, "error: gitsm.toml:4:1: there is no rule 'ci-tag-mising'; did you mean 'ci-tag-missing'?\n");
}

#[test]
fn a_finding_of_a_rule_of_ones_own_can_be_waived() {
    let folder = copy("local-rules");
    let text = folder.read("sms/ci/ci-a.yaml");
    let waiver = "waivers: [{rule: ci-tag-missing, until: 2026-12-31, reason: Tagged with the move}]\n";
    folder.write("sms/ci/ci-a.yaml", format!("{}\n{waiver}", text.trim_end()));
    let told = told(&folder, &["sms"]);
    assert!(!told.iter().any(|line| line.starts_with("ci-tag-missing") || line.starts_with("waiver-")), "{told:?}");
    let report = folder.json(&["check", "--as-of", DAY]);
    assert_eq!(report["waived"][0]["rule"], "ci-tag-missing");
    folder.replace("sms/ci/ci-a.yaml", "ci-tag-missing", "ci-tag-mising");
    let text = folder.run(&["check", "--as-of", DAY, "--rule", "waiver-rule-unknown"]).findings();
    assert!(text.contains("did you mean `ci-tag-missing`?"), "{text}");
}

#[test]
fn a_commit_is_judged_by_its_own_rules() {
    let folder = copy("local-rules");
    folder.commit("Begin", 1_760_000_000);
    std::fs::remove_dir_all(folder.path().join("schemas")).unwrap();
    assert!(told(&folder, &[]).is_empty());
    assert!(told(&folder, &["--at", "HEAD"]).contains(&"ci-tag-missing sms/ci/ci-a.yaml".to_owned()));
    assert!(folder.run(&["explain", "tag-is-place", "--at", "HEAD"]).clean().contains("names a place"));
    folder.run(&["explain", "tag-is-place"]).refused();
}

#[test]
fn a_rule_that_cannot_be_run_fails_the_check_also_when_it_alone_is_asked_for() {
    let folder = copy("local-rules");
    for rule in ["ci-owner-unknown", "ci-price-high", "ci-title-short"] {
        let text = folder.run(&["check", "--as-of", DAY, "--rule", rule]).findings();
        assert!(text.contains(&format!("schemas/local/{rule}.rule.yaml:")) && text.contains("1 error\n"), "{text}");
    }
}

#[cfg(feature = "site")]
#[test]
fn the_site_has_a_page_for_it() {
    let folder = copy("local-rules");
    folder.run(&["site", "--as-of", DAY]).clean();
    let page = folder.read("_site/rules/tag-is-place.html");
    assert!(page.contains("A rule of this repository") && page.contains("sms/ci/ci-b.yaml"), "{page}");
    let index = folder.read("_site/rules/index.html");
    assert_eq!(
        index.matches("href=\"tag-is-place.html\"").count()
            + index.matches("href=\"../rules/tag-is-place.html\"").count(),
        4,
        "by name, by its clause and by each of its kinds"
    );
    assert!(index.contains("Rules by clause") && index.contains("Rules by kind of record"));
}

#[test]
fn the_rules_of_the_document_can_be_copied_and_do_what_they_say() {
    let text = std::fs::read_to_string(project().join("docs/local-rules.md")).unwrap();
    let blocks = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let rules: Vec<&str> = blocks.filter(|block| block.starts_with("rule: ")).collect();
    assert!(rules.len() >= 3, "{rules:?}");
    let folder = copy("ok-small");
    for rule in &rules {
        let name = rule.lines().next().unwrap().trim_start_matches("rule: ");
        assert!(rule.contains("\n  bad:\n") && rule.contains("\n  good:\n"), "{name} has no examples");
        folder.write(&format!("schemas/local/{name}.rule.yaml"), rule);
    }
    assert_eq!(told(&folder, &["schemas"]), [""; 0], "nothing is wrong with the files or their examples");
    // The examples do not only agree: a rule whose check is turned round is told.
    for rule in rules {
        let name = rule.lines().next().unwrap().trim_start_matches("rule: ");
        let check = rule.find("\nwhere: ").unwrap();
        let turned =
            format!("{}\nwhere: 'false'{}", &rule[..check], &rule[check + 1 + rule[check + 1..].find('\n').unwrap()..]);
        folder.write(&format!("schemas/local/{name}.rule.yaml"), &turned);
        let found = told(&folder, &["--rule", name]);
        assert!(
            found.iter().all(|found| found.starts_with("local-rule-example ")) && !found.is_empty(),
            "{name}: {found:?}"
        );
    }
}
