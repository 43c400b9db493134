//! `gitsm init`: a beginning to edit, or the sample to look around in.

use crate::program::{Folder, project};

#[test]
fn the_beginning_is_small_and_each_record_names_its_schema_and_what_to_change() {
    let folder = Folder::new();
    let text = folder.run(&["init", "house"]).clean();
    assert!(text.contains("in house: 20 files of records"), "{text}");
    assert!(text.contains("Next: `cd house && gitsm check`"), "the next commands: {text}");
    let records = folder.files("house/sms");
    assert!((15..=20).contains(&records.len()), "{records:#?}");
    for path in &records {
        let text = folder.read(path);
        let kind = path.split('/').nth(2).unwrap();
        let first = format!("# yaml-language-server: $schema=../../schemas/{kind}.schema.json\n# ");
        assert!(text.starts_with(&first), "{path} begins with its schema and advice:\n{text}");
        assert!(text.lines().count() <= 90 && text.lines().all(|line| line.len() <= 120), "{path} is long");
    }
    for kind in ["sms", "team", "person", "role", "customer", "calendar", "ci_type", "service", "risk", "process"] {
        assert!(records.iter().any(|path| path.starts_with(&format!("house/sms/{kind}/"))), "no {kind}");
    }
}

#[test]
fn the_schemas_written_are_those_of_the_program() {
    let folder = Folder::started();
    let written = folder.files("schemas");
    assert!(written.len() > 30, "{written:?}");
    for path in written {
        let own = std::fs::read_to_string(project().join(&path)).unwrap();
        assert_eq!(folder.read(&path), own, "{path}");
    }
    let again = folder.run(&["schema", "--write"]).clean();
    assert!(again.contains("Wrote 0 schema files"), "{again}");
    folder.write("schemas/ci.schema.json", "{}");
    let again = folder.run(&["schema", "--write"]).clean();
    assert!(again.contains("Wrote 1 schema files"), "{again}");
    assert_ne!(folder.read("schemas/ci.schema.json"), "{}");
}

#[test]
fn nothing_is_overwritten() {
    for there in ["gitsm.toml", "sms/ci/x.yaml"] {
        let folder = Folder::with(&[(there, "format = 1\n")]);
        for arguments in [&["init"][..], &["init", "."], &["init", "--sample"]] {
            let text = folder.run(arguments).refused();
            assert!(text.contains("is there already") && text.contains("gitsm check"), "{text}");
        }
        assert_eq!(folder.files(""), [there], "nothing was written");
    }
}

#[test]
fn the_sample_is_this_projects_own_records_and_has_no_error() {
    let folder = Folder::new();
    let text = folder.run(&["init", "--sample"]).clean();
    let day = text.split("--as-of ").nth(1).and_then(|rest| rest.get(..10)).unwrap();
    let report = folder.json(&["check", "--as-of", day]);
    assert_eq!(report["summary"]["errors"], 0, "{report:#}");
    assert!(report["records"].as_u64() > Some(500));
    let own = Folder::new().json(&["-C", project().to_str().unwrap(), "check", "--as-of", day]);
    assert_eq!((&own["records"], &own["findings"]), (&report["records"], &report["findings"]));
}

#[test]
fn the_first_steps_that_init_names_lead_on() {
    let folder = Folder::started();
    folder.run(&["check"]).clean();
    let text = folder.run(&["new", "service", "--set", "title=Second service"]).clean();
    assert!(text.contains("Wrote sms/service/svc-second-service.yaml"), "{text}");
    let impact = folder.run(&["impact", "ci-app-first"]).clean();
    assert!(impact.contains("svc-first"), "{impact}");
}

#[test]
fn a_newcomer_who_renames_the_first_person_is_led_to_every_place() {
    let folder = Folder::started();
    let text = folder.read("sms/person/your-name.yaml");
    folder.write("sms/person/kim-lee.yaml", text.replace("your-name", "kim-lee"));
    std::fs::remove_file(folder.path().join("sms/person/your-name.yaml")).unwrap();
    let report = folder.json(&["check", "--rule", "ref-dangling"]);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "one cause, one finding: {report:#}");
    let left = folder.files("sms").iter().map(|path| folder.read(path).matches("your-name").count()).sum::<usize>();
    assert_eq!(findings[0]["related"].as_array().unwrap().len(), left, "{report:#}");
}
