//! `gitsm bot action` run as a program, as a step of a workflow runs it: what it prints, and the files that it writes to.

use serde_json::{Value, json};

use super::hub::{APP, Hub, NOW};
use super::{CHANGE, CHANGE_PATH, GREEN, WAITS, asked, shows};
use crate::program::{Folder, Run};

const CI: &str = "sms/ci/ci-app-first.yaml";

/// A step that hears of `event`.
fn step(hub: &Hub, event: &str, payload: &Value) -> Folder {
    let folder = Folder::new()
        .env("PATH", &std::env::var_os("PATH").unwrap().to_string_lossy())
        .env("GITHUB_API_URL", &hub.base)
        .env("GITHUB_SERVER_URL", &format!("file://{}", hub.dir.path().display()))
        .env("GITHUB_TOKEN", "of-the-app")
        .env("GITSM_APP_ID", &APP.to_string())
        .env("GITHUB_REPOSITORY", "acme/sms")
        .env("GITHUB_EVENT_NAME", event)
        .env("GITHUB_EVENT_PATH", "event.json")
        .env("GITHUB_OUTPUT", "outputs")
        .env("GITHUB_STEP_SUMMARY", "summary.md")
        .env("RUNNER_TEMP", "temporary");
    folder.write("event.json", payload.to_string());
    folder
}

fn bot(folder: &Folder, more: &[&str]) -> Run {
    folder.run(&[&["--as-of", NOW, "bot", "action"], more].concat())
}

fn of_pull(number: u64) -> Value {
    json!({"action": "synchronize", "pull_request": {"number": number}, "repository": {"full_name": "acme/sms"}})
}

#[test]
fn a_step_decides_publishes_and_writes_its_summary_and_its_outputs() {
    let (hub, number) = asked();
    let folder = step(&hub, "pull_request_target", &of_pull(number));
    let told = bot(&folder, &[]).clean();
    assert_eq!(told, format!("#{number}: PENDING; next: your-colleague agrees\n"));
    shows(&hub, number, WAITS);
    let outputs = folder.read("outputs");
    let list =
        format!("[{{\"pull_request\":{number},\"outcome\":\"PENDING\",\"change\":\"chg-app-one\",\"risk\":\"low\"}}]");
    assert_eq!(
        outputs,
        format!("outcome=PENDING\ndecisions={list}\npull-request={number}\nchange=chg-app-one\nrisk=low\n")
    );
    let summary = folder.read("summary.md");
    assert!(summary.starts_with("### ⏳ PENDING `chg-app-one`\n") && summary.contains("your-colleague"), "{summary}");
    assert!(bot(&folder, &["--strict"]).findings().contains("PENDING"));
    hub.review(number, "bo", "APPROVED", None);
    bot(&folder, &["--strict"]).clean();
    shows(&hub, number, GREEN);
    assert!(folder.read("outputs").contains("\noutcome=PASS\n"), "each run of a step adds to the file");
}

#[test]
fn findings_are_noted_beside_their_lines() {
    let hub = Hub::new();
    let text = format!("{}nonsense: 50%\n", hub.text(CI));
    let line = text.lines().count();
    let number = hub.open("cy", &[(CHANGE_PATH, CHANGE), (CI, &text)]);
    let folder = step(&hub, "pull_request_target", &of_pull(number));
    let told = bot(&folder, &[]).clean();
    let start = format!("::error file={CI},line={line},col=1,title=field-unknown::");
    assert!(told.lines().any(|it| it.starts_with(&start)), "{told}");
}

#[test]
fn an_event_about_several_pull_requests_has_one_outcome_and_a_list() {
    let (hub, first) = asked();
    let second = hub.open("cy", &[("notes.txt", "x")]);
    let payload = json!({"ref": "refs/heads/main", "repository": {"full_name": "acme/sms"}});
    let folder = step(&hub, "push", &payload);
    let told = bot(&folder, &["--no-comment", "--no-labels", "--no-ask"]).clean();
    assert_eq!(told.lines().count(), 2, "{told}");
    shows(&hub, first, WAITS);
    shows(&hub, second, GREEN);
    let outputs = folder.read("outputs");
    assert_eq!(outputs.lines().filter(|line| line.starts_with("outcome=")).collect::<Vec<_>>(), ["outcome=PENDING"]);
    let list = outputs.lines().find_map(|line| line.strip_prefix("decisions=")).unwrap();
    let list: Value = serde_json::from_str(list).unwrap();
    let of = |at: usize| (list[at]["pull_request"].as_u64().unwrap(), list[at]["outcome"].as_str().unwrap().to_owned());
    assert_eq!([of(0), of(1)], [(first, "PENDING".to_owned()), (second, "PASS".to_owned())]);
    assert!(hub.own_comments(first).is_empty() && hub.state().pulls[&first].labels.is_empty(), "not wanted");
    assert!(hub.state().pulls[&first].requested.is_empty());
}

#[test]
fn what_cannot_be_decided_is_an_error_among_the_outputs_and_ends_with_two() {
    let (hub, first) = asked();
    let second = hub.open("cy", &[("notes.txt", "x")]);
    hub.fault("POST /repos/acme/sms/check-runs", 1, super::hub::Sort::Status(403, Vec::new()));
    let folder = step(&hub, "push", &json!({"ref": "refs/heads/main", "repository": {"full_name": "acme/sms"}}));
    let run = bot(&folder, &[]);
    assert_eq!((run.code, run.out.as_str()), (2, format!("#{second}: PASS; next: nothing is missing\n").as_str()));
    assert!(run.err.contains(&format!("#{first}: POST /repos/acme/sms/check-runs: GitHub answers 403")), "{}", run.err);
    shows(&hub, second, GREEN);
    let outputs = folder.read("outputs");
    assert!(outputs.starts_with("outcome=ERROR\n"), "{outputs}");
    assert!(outputs.contains(&format!("{{\"pull_request\":{first},\"outcome\":\"ERROR\"")), "{outputs}");
}

#[test]
fn a_step_that_is_only_tried_prints_what_it_would_do_and_an_event_about_nothing_asks_nobody() {
    let (hub, number) = asked();
    let folder = step(&hub, "pull_request_target", &of_pull(number));
    let told = bot(&folder, &["--dry-run"]).clean();
    assert!(told.contains("it would do:\n") && told.contains("\"do\": \"create_check\""), "{told}");
    assert_eq!(hub.asked("POST /repos") + hub.asked("PATCH"), 0);
    hub.state().log.clear();
    let folder = step(&hub, "issue_comment", &json!({"action": "created", "issue": {"number": number}}));
    assert_eq!(bot(&folder, &[]).clean(), "Nothing to decide: it is no comment on a pull request\n");
    assert_eq!(hub.state().log, [""; 0]);
}

#[test]
fn options_that_mean_nothing_to_a_command_are_refused() {
    let folder = Folder::new();
    for arguments in [
        ["bot", "drift", "--repository", "acme/sms", "--cache", "x"].as_slice(),
        &["bot", "drift", "--repository", "acme/sms", "--dry-run"],
        &["bot", "drift", "--repository", "acme/sms", "--no-comment"],
        &["bot", "record", "--repository", "acme/sms", "--no-labels"],
        &["bot", "record", "--repository", "acme/sms", "--no-ask"],
    ] {
        let said = folder.run(arguments).refused();
        assert!(said.contains("unexpected argument"), "{arguments:?}: {said}");
    }
    let folder = folder.env("GITSM_WEBHOOK_SECRET", "x").env("GITHUB_TOKEN", "x");
    let said = folder.run(&["--as-of", NOW, "bot", "serve", "--cache", "x", "--repository", "acme/sms"]).refused();
    assert!(said.contains("its clock would stand still"), "{said}");
    let said = folder.run(&["bot", "serve", "--cache", "x"]).refused();
    assert!(said.contains("with a token say --repository"), "{said}");
    let folder = folder.env("GITHUB_TOKEN", "");
    let said = folder.run(&["bot", "serve", "--cache", "x"]).refused();
    assert!(said.contains("sign in with GITSM_APP_ID"), "{said}");
}
