//! `gap`: every format says the same, actions are written once, and tags show the way from one audit to the next.

use serde_json::Value;

use crate::program::{DAY, Folder, project};
use crate::repos::copy;

fn sample(more: &[&str]) -> String {
    let root = project().to_str().unwrap();
    Folder::new().run(&[&["-C", root, "gap", "--as-of", DAY], more].concat()).clean()
}

/// Ids and statuses by the JSON.
fn by_json(text: &str) -> Vec<(String, String)> {
    let json: Value = serde_json::from_str(text).unwrap();
    let requirements = json["requirements"].as_array().unwrap().iter();
    requirements
        .map(|one| (one["id"].as_str().unwrap().to_owned(), one["status"].as_str().unwrap().to_owned()))
        .collect()
}

#[test]
fn every_format_tells_the_same_of_the_sample() {
    let json = by_json(&sample(&["--format", "json"]));
    assert!(json.len() > 200, "{}", json.len());
    let csv = sample(&["--format", "csv"]);
    assert_eq!(csv.lines().count(), json.len() + 1);
    let table = sample(&[]);
    let markdown = sample(&["--format", "markdown"]);
    for (id, status) in &json {
        let bare = id.strip_prefix("20000-1:").unwrap();
        let words = match status.as_str() {
            "needs_person" => "needs a person",
            "no_instance" => "no instance yet",
            word => word,
        };
        let tells = |text: &str, before: &str| {
            let line = text.lines().find(|line| line.starts_with(before));
            line.is_some_and(|line| line.contains(words))
        };
        assert!(tells(&csv, &format!("{id},")), "{id} in the csv");
        assert!(tells(&table, &format!("  {bare} ")), "{id} in the table");
        assert!(tells(&markdown, &format!("| {bare} |")), "{id} in the markdown");
    }
    assert!(table.contains("\nISO/IEC 20000-1:2018 (Amd 1:2024) as of 2026-11-20T23:59:59Z: "), "{table}");
}

#[test]
fn a_clause_narrows_it_and_a_view_turns_it() {
    let part = by_json(&sample(&["8.5.1", "--format", "json"]));
    assert!(part.len() > 10 && part.iter().all(|(id, _)| id.starts_with("20000-1:8.5.1")), "{part:?}");
    let legacy = sample(&["8.5.1", "--view", "legacy"]);
    assert!(legacy.starts_with("Control: 9.2 Change management (2011) ("), "{legacy}");
    let folder = Folder::new();
    let root = project().to_str().unwrap();
    let old = folder.run(&["-C", root, "gap", "4.5.4.2"]);
    assert!(old.refused().contains("that number is of the 2011 edition; use 9.2"));
}

#[test]
fn a_waiver_does_not_close_a_gap() {
    let risk = "kind: risk\nid: rsk-a\ntitle: A\nstatus: assessed\nowner: ann\nsource: organisation\ncustomer_impact: None.\n\
                inherent: {likelihood: 2, impact: 3, score: 7, level: low}\ntreatment: accept\n";
    let waiver = "waivers: [{rule: risk-score-wrong, until: 2026-12-31, reason: The old scale}]\n";
    let next = |text: String| {
        let folder = Folder::with(&[("sms/risk/rsk-a.yaml", &text)]);
        let json = folder.json(&["gap", "6.1", "--as-of", DAY]);
        let one = json["requirements"].as_array().unwrap().iter().find(|one| one["id"] == "20000-1:6.1-06").unwrap();
        (one["status"].as_str().unwrap().to_owned(), one["next"].as_str().unwrap().to_owned())
    };
    let words = "the inherent score is 7, but 2 × 3 is 6";
    assert_eq!(next(risk.to_owned()), ("partly".to_owned(), words.to_owned()));
    assert_eq!(next(format!("{risk}{waiver}")), ("partly".to_owned(), format!("{words} (waived until 2026-12-31)")));
}

#[test]
fn actions_are_written_once_and_pass_the_check() {
    let folder = copy("ok-small");
    let first = folder.run(&["gap", "--actions", "--as-of", DAY, "-q", "8.6"]).clean();
    let written: Vec<&str> = first.lines().filter_map(|line| line.strip_prefix("Wrote ")).collect();
    assert!(written.contains(&"sms/action/act-gap-8-6-3.yaml"), "{first}");
    let second = folder.run(&["gap", "--actions", "--as-of", DAY, "8.6"]).clean();
    assert!(second.contains("every gap has one under way"), "{second}");
    let report = folder.json(&["check", "--as-of", DAY, "sms/action"]);
    let about: Vec<&str> =
        report["findings"].as_array().unwrap().iter().filter_map(|found| found["rule"].as_str()).collect();
    assert!(about.iter().all(|rule| *rule == "owner-missing"), "only nobody to do it may be wrong: {about:?}");
    assert!(folder.run(&["--at", "HEAD", "gap", "--actions"]).refused().contains("leave --at out"));
}

#[test]
fn tags_show_the_way_and_commits_by_two_people_weigh_more() {
    let folder = copy("ok-small");
    let git = |arguments: &[&str]| git(&folder, arguments);
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "-A"]);
    git(&["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "commit", "-qm", "Begin"]);
    git(&["tag", "audit/one"]);
    folder.write(
        "sms/problem/prb-a.yaml",
        "kind: problem\nid: prb-a\ntitle: A\nstatus: new\nowner: ann\nraised_at: 2026-11-01T10:00:00Z\n",
    );
    git(&["add", "-A"]);
    let ben = ["-c", "user.name=Ben", "-c", "user.email=ben@example.org"];
    git(&[&ben[..], &["commit", "-qm", "Add a problem", "--author", "Ann <ann@example.org>"]].concat());
    git(&["tag", "audit/two"]);
    git(&["tag", "other"]);
    let trend = folder.json(&["gap", "--trend", "audit/*"]);
    let tags: Vec<&str> = trend.as_array().unwrap().iter().map(|one| one["tag"].as_str().unwrap()).collect();
    assert_eq!(tags, ["audit/one", "audit/two"]);
    let missing = |at: usize| trend[at]["summary"]["missing"].as_u64().unwrap();
    assert!(missing(1) < missing(0), "{trend}");
    let grades = folder.json(&["gap", "8.6.3", "--as-of", DAY]);
    let evidence = &grades["requirements"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == "20000-1:8.6.3-02")
        .unwrap()["evidence"];
    assert_eq!((&evidence[0]["id"], &evidence[0]["grade"]), (&"prb-a".into(), &"E1".into()));
    assert!(folder.run(&["gap", "--trend", "none/*"]).refused().contains("no tag fits 'none/*'"));
}

/// Runs the real git in `folder`, with nobody's settings but those given.
fn git(folder: &Folder, arguments: &[&str]) {
    let mut command = std::process::Command::new("git");
    command.current_dir(folder.path()).args(arguments).env_remove("GIT_DIR");
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", folder.path());
    let output = command.output().unwrap_or_else(|error| panic!("git cannot be run: {error}"));
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}
