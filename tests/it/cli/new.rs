//! `gitsm new`: a record of every kind that the check takes as it is.

use crate::program::Folder;
use crate::repos::copy;

/// The path that a run of `new` tells.
fn written(text: &str) -> String {
    text.lines().find_map(|line| line.strip_prefix("Wrote ")).unwrap_or_else(|| panic!("no path: {text}")).to_owned()
}

#[test]
fn a_new_record_of_every_kind_meets_its_schema() {
    let folder = Folder::with(&[("gitsm.toml", "format = 1\n")]);
    let kinds = folder.run(&["schema"]).clean();
    for kind in kinds.lines() {
        let text = folder.run(&["new", kind]).clean();
        let path = written(&text);
        assert!(path.starts_with(&format!("sms/{kind}/")), "{path}");
        assert!(text.contains(&format!("Next: fill it in, then `gitsm check {path}`")), "{text}");
        let record = folder.read(&path);
        let modeline = format!("# yaml-language-server: $schema=../../schemas/{kind}.schema.json\n");
        assert!(record.starts_with(&modeline), "{record}");
    }
    let schema_rules = [
        "field-missing",
        "field-unknown",
        "value-type",
        "value-unknown",
        "value-format",
        "value-range",
        "schema-condition",
        "state-incomplete",
        "kind-unknown",
        "record-not-mapping",
        "id-missing",
        "id-duplicate",
        "id-path-mismatch",
        "yaml-syntax",
        "yaml-number",
        "clause-tag-unknown",
        "date-order",
    ];
    let report = folder.json(&["check"]);
    let broken: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| schema_rules.contains(&finding["rule"].as_str().unwrap()))
        .collect();
    assert!(broken.is_empty(), "{broken:#?}");
    assert_eq!(report["records"], kinds.lines().count());
}

#[test]
fn set_values_are_read_as_yaml_and_the_id_follows_from_the_title() {
    let folder = copy("ok-small");
    let arguments = ["new", "ci", "--set", "title=Núcleo  Router #2", "--set", "ci_type=server", "--set", "owner=ann"];
    let more = ["--set", "relations=[{type: depends_on, to: ci-db}]", "--set", "x-rack=7", "--set", "tags=[a, b]"];
    let path = written(&folder.run(&[&arguments[..], &more[..]].concat()).clean());
    let id = path.trim_start_matches("sms/ci/").trim_end_matches(".yaml").to_owned();
    assert!(id.starts_with("ci-") && id.contains("router"), "{id}");
    let record = folder.json(&["show", &id])["record"].clone();
    assert_eq!(record["title"], "Núcleo  Router #2");
    assert_eq!(record["relations"], serde_json::json!([{"type": "depends_on", "to": "ci-db"}]));
    assert_eq!((&record["x-rack"], &record["tags"]), (&serde_json::json!(7), &serde_json::json!(["a", "b"])));
    assert_eq!(record["status"], "planned", "the first state");
    folder.run(&["check", &path]).clean();
}

#[test]
fn ids_that_are_taken_are_left_to_their_owners() {
    let folder = copy("ok-small");
    let paths: Vec<String> = (0..3).map(|_| written(&folder.run(&["new", "risk"]).clean())).collect();
    assert_eq!(paths, ["sms/risk/rsk-new.yaml", "sms/risk/rsk-new-2.yaml", "sms/risk/rsk-new-3.yaml"]);
    let before = folder.read("sms/ci/ci-db.yaml");
    let second = written(&folder.run(&["new", "ci", "--set", "title=DB"]).clean());
    assert_eq!(second, "sms/ci/ci-db-2.yaml");
    assert!(folder.run(&["new", "service", "--set", "id=ci-db"]).refused().contains("sms/ci/ci-db.yaml"));
    folder.write("sms/risk/rsk-x.yaml", "not a record: [");
    let text = folder.run(&["new", "risk", "--set", "id=rsk-x"]).refused();
    assert!(text.contains("rsk-x"), "{text}");
    assert_eq!(folder.read("sms/ci/ci-db.yaml"), before);
    assert_eq!(folder.read("sms/risk/rsk-x.yaml"), "not a record: [", "nothing is overwritten");
}

#[test]
fn a_record_is_written_below_the_root_from_anywhere_inside() {
    let folder = copy("ok-small");
    let text = folder.run(&["-C", "sms/ci", "new", "risk", "--set", "id=rsk-a"]).clean();
    assert_eq!(written(&text), "sms/risk/rsk-a.yaml");
    assert!(folder.read("sms/risk/rsk-a.yaml").contains("id: rsk-a\n"));
}

#[test]
fn a_value_of_the_wrong_type_is_written_and_then_told_by_check() {
    let folder = copy("ok-small");
    let path = written(&folder.run(&["new", "risk", "--set", "inherent=high"]).clean());
    let report = folder.json(&["check", &path, "--rule", "value-type"]);
    assert_eq!(report["findings"][0]["pointer"], "/inherent", "{report:#}");
}
