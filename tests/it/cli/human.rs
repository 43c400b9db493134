//! What people read, recorded. Each record stands beside a check that does not come from it.

use crate::program::{DAY, Folder};
use crate::repos::copy;

/// Text without the lines that name the commit, which differ from run to run.
fn plain(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn small_and_bad() -> Folder {
    let folder = copy("ok-small");
    folder.replace("sms/ci/ci-app.yaml", "[ci-db]", "[ci-bd, ctr-hots]");
    folder.replace("sms/ci/ci-db.yaml", "owner: ann", "onwer: ann");
    folder.replace("sms/service/svc-shop.yaml", "[cus-shop]", "cus-shop");
    folder.replace("sms/supplier/sup-host.yaml", "candidate", "activ");
    folder.write("sms/risk/rsk-a.yaml", "kind: risk\nid: rsk-a\n\ttitle: x\n");
    folder
}

#[test]
fn check_on_a_small_bad_repository() {
    let folder = small_and_bad();
    let text = folder.run(&["check", "--as-of", DAY]).findings();
    let report = folder.json(&["check", "--as-of", DAY]);
    for finding in report["findings"].as_array().unwrap() {
        let start = &finding["span"]["start"];
        let (path, rule) = (finding["path"].as_str().unwrap(), finding["rule"].as_str().unwrap());
        assert!(text.contains(&format!("{path}:{}:{}\n", start["line"], start["column"])), "{finding:#}\n{text}");
        assert!(text.contains(&format!("[{rule}]: {}", finding["message"].as_str().unwrap())), "{finding:#}\n{text}");
    }
    insta::assert_snapshot!("check", plain(&text));
}

#[test]
fn impact_of_a_contract() {
    let folder = copy("ok-small");
    let text = folder.run(&["impact", "ctr-host"]).clean();
    for node in folder.json(&["impact", "ctr-host"])["nodes"].as_array().unwrap() {
        let (id, state) = (node["id"].as_str().unwrap(), node["state"].as_str().unwrap());
        assert!(text.lines().any(|line| line.starts_with(state) && line.contains(id)), "{node}: {text}");
    }
    insta::assert_snapshot!("impact", plain(&text));
}

#[test]
fn show_with_both_directions_and_history() {
    let folder = copy("ok-small");
    let commit = folder.commit("Begin", 1_760_000_000);
    let text = folder.run(&["show", "ci-db"]).clean();
    for line in folder.read("sms/ci/ci-db.yaml").lines() {
        assert!(text.contains(&format!("\n  {line}\n")), "the record as it stands: {text}");
    }
    assert!(text.contains(&commit[..10]));
    insta::assert_snapshot!("show", plain(&text.replace(&commit[..10], "COMMIT")));
}

#[test]
fn explain_a_rule() {
    let text = Folder::new().run(&["explain", "ref-dangling"]).clean();
    assert!(text.contains("7.5.3") && text.contains("Looks at: "), "{text}");
    insta::assert_snapshot!("explain-rule", plain(&text));
}

#[test]
fn explain_a_kind() {
    let folder = Folder::new();
    let text = folder.run(&["explain", "team"]).clean();
    let schema: serde_json::Value = serde_json::from_str(&folder.run(&["schema", "team"]).clean()).unwrap();
    for field in schema["properties"].as_object().unwrap().keys() {
        assert!(text.lines().any(|line| line.split(['*', ' ']).next() == Some(field)), "{field}: {text}");
    }
    insta::assert_snapshot!("explain-kind", plain(&text));
}
