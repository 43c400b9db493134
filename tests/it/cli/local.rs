//! Kinds and constraints of one's own in `schemas/local/` behave like those that gitsm brings.

use crate::program::Folder;
use crate::repos::copy;

#[test]
fn a_kind_of_ones_own_is_listed_explained_and_shown() {
    let folder = copy("local-kind");
    let list = folder.run(&["list", "gadget", "--where", "colour=red"]).clean();
    assert!(list.contains("gadget-good") && !list.contains("gadget-bad"), "{list}");
    let page = folder.run(&["explain", "gadget"]).clean();
    assert!(page.contains("A thing that only this house has.") && page.contains("red | green"), "{page}");
    assert!(page.contains("colour*"), "needed fields are marked: {page}");
    assert!(folder.run(&["explain"]).clean().contains("\ngadget "));
    assert!(folder.run(&["schema"]).clean().lines().any(|line| line == "gadget"));
    let shown = folder.run(&["show", "ci-a"]).clean();
    assert!(shown.contains("gadget-good"), "its references are references: {shown}");
    assert!(Folder::new().run(&["explain", "gadget"]).refused().contains("gadget"), "elsewhere it is unknown");
}

#[test]
fn a_new_record_of_ones_own_kind_is_valid_and_names_its_schema() {
    let folder = copy("local-kind");
    let text =
        folder.run(&["new", "gadget", "--set", "colour=red", "--set", "title=Lamp", "--set", "owner=ann"]).clean();
    let path = text.lines().next().unwrap().trim_start_matches("Wrote ");
    assert!(folder.read(path).starts_with("# yaml-language-server: $schema=../../schemas/local/gadget.schema.json\n"));
    folder.run(&["check", path]).clean();
    let near = folder.run(&["new", "gaget"]).refused();
    assert!(near.contains("did you mean `gadget`?"), "{near}");
    let near = folder.run(&["new", "gadget", "--set", "colou=red"]).refused();
    assert!(near.contains("did you mean `colour`?"), "{near}");
}

#[test]
fn mistakes_in_it_get_the_same_words() {
    let folder = copy("local-kind");
    let report = folder.json(&["check"]);
    let helps: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|finding| finding["help"].as_str().unwrap()).collect();
    assert_eq!(
        helps,
        ["it may be red, green", "correct the id, or write the record with `gitsm new ci`", "did you mean `colour`?",]
    );
}

#[test]
fn a_constraint_of_ones_own_tightens_a_kind_and_adds_fields_to_it() {
    let folder = copy("ok-small");
    folder.write(
        "schemas/local/ci.schema.json",
        r#"{
            "required": ["cost_centre"],
            "properties": {
                "cost_centre": {"description": "Who pays.", "type": "string", "pattern": "^[0-9]{4}$"},
                "rack_of": {"description": "The rack.", "type": "string", "x-gitsm-ref": ["ci"]}
            }
        }"#,
    );
    folder.replace(
        "sms/ci/ci-db.yaml",
        "ci_type: server\n",
        "ci_type: server\ncost_centre: \"12\"\nrack_of: ci-rack\n",
    );
    let report = folder.json(&["check"]);
    let told: Vec<(&str, &str)> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (finding["rule"].as_str().unwrap(), finding["record"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("field-missing", "ci-app"), ("value-format", "ci-db"), ("ref-dangling", "ci-db")], "{report:#}");
    assert_eq!(report["findings"][0]["help"], "add `cost_centre`: Who pays.");
    let page = folder.run(&["explain", "ci"]).clean();
    assert!(page.contains("cost_centre*"), "{page}");
    let text =
        folder.run(&["new", "ci", "--set", "cost_centre='0815'", "--set", "ci_type=server", "--set", "owner=ann"]);
    let text = text.clean();
    let path = text.lines().next().unwrap().trim_start_matches("Wrote ");
    folder.run(&["check", path]).clean();
}

#[test]
fn a_commit_is_judged_by_its_own_schemas() {
    let folder = copy("local-kind");
    folder.commit("Begin", 1_760_000_000);
    std::fs::remove_dir_all(folder.path().join("schemas")).unwrap();
    let rules = |arguments: &[&str]| -> Vec<String> {
        let report = folder.json(&[&["check"], arguments].concat());
        report["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(rules(&["--at", "HEAD"]), ["value-unknown", "ref-dangling", "field-unknown"]);
    assert_eq!(rules(&[]), ["kind-unknown", "kind-unknown"]);
}
