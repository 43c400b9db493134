//! Options of every command, and what may not matter: language, time zone, colours, who reads the output.

use serde_json::Value;

use crate::program::{DAY, Folder, project};
use crate::repos::copy;

/// 2025-10-09T08:53:20Z.
const COMMITTED: i64 = 1_760_000_000;

#[test]
fn the_repository_is_found_from_any_folder_in_it_and_by_option() {
    let folder = copy("ok-small");
    let expected = folder.run(&["list", "ci", "--quiet"]).clean();
    for deep in ["sms", "sms/ci", "./sms/../sms"] {
        assert_eq!(folder.run(&["-C", deep, "list", "ci", "--quiet"]).clean(), expected, "-C {deep}");
    }
    let outside = Folder::new();
    let path = folder.path().to_str().unwrap();
    assert_eq!(outside.run(&["--directory", path, "list", "ci", "--quiet"]).clean(), expected);
    assert_eq!(outside.run(&["list", "ci", "--quiet", "-C", path]).clean(), expected, "also behind the command");
}

#[test]
fn paths_to_check_are_meant_from_the_folder_that_is_worked_in() {
    let folder = copy("two-files-two-mistakes");
    let paths = |arguments: &[&str]| -> Vec<String> {
        let report = folder.json(&[&["check"], arguments].concat());
        report["findings"].as_array().unwrap().iter().map(|finding| finding["path"].to_string()).collect()
    };
    assert_eq!(paths(&["sms/service"]), ["\"sms/service/svc-a.yaml\""]);
    assert_eq!(paths(&["sms/service/svc-a.yaml"]), ["\"sms/service/svc-a.yaml\""]);
    assert_eq!(paths(&["-C", "sms/ci", "."]), ["\"sms/ci/ci-a.yaml\""]);
    assert_eq!(paths(&["-C", "sms/ci", "../service"]), ["\"sms/service/svc-a.yaml\""]);
    folder.write("sms/serv/README.md", "Not a record.");
    assert_eq!(paths(&["sms/serv"]).len(), 0, "half a name of a folder is another folder");
}

#[test]
fn a_commit_is_read_without_touching_the_files() {
    let folder = copy("ok-small");
    let first = folder.commit("Begin", COMMITTED);
    folder.replace("sms/ci/ci-db.yaml", "Database", "Databank");
    folder.write("sms/ci/ci-new.yaml", "kind: ci\n");
    let second = folder.commit("Rename", COMMITTED + 60);
    folder.replace("sms/ci/ci-db.yaml", "Databank", "Datenbank");
    let title = |arguments: &[&str]| -> Value {
        folder.json(&[&["show", "ci-db"], arguments].concat())["record"]["title"].clone()
    };
    assert_eq!(title(&[]), "Datenbank");
    assert_eq!(title(&["--at", "HEAD"]), "Databank");
    assert_eq!(title(&["--at", "HEAD~1"]), "Database");
    assert_eq!(title(&["--at", &second[..10]]), "Databank");
    let report = folder.json(&["check", "--at", &first]);
    assert_eq!((&report["commit"], &report["worktree"]), (&Value::from(first), &Value::from(false)));
    assert_eq!(report["as_of"], "2025-10-09T08:53:20Z", "a commit is judged by its own time");
    assert_eq!(report["records"], 9);
    let report = folder.json(&["check"]);
    assert_eq!((&report["commit"], &report["worktree"]), (&Value::from(second), &Value::from(true)));
}

#[test]
fn a_repository_below_the_top_of_its_git_repository_is_read_at_any_commit() {
    let outer = Folder::new();
    let inner = copy("ok-small");
    for path in inner.files("") {
        outer.write(&format!("ops/{path}"), inner.read(&path));
    }
    outer.write("README.md", "Not ours.\n");
    outer.commit("Begin", COMMITTED);
    let text = outer.run(&["-C", "ops", "check", "--at", "HEAD"]).clean();
    assert!(text.starts_with("Checked 9 records in 9 files as of 2025-10-09T08:53:20Z: no findings\n"), "{text}");
}

#[test]
fn the_instant_stands_in_the_output_and_decides() {
    let folder = copy("clock");
    let rules = |as_of: &str| -> Vec<String> {
        let report = folder.json(&["check", "--as-of", as_of]);
        let findings = report["findings"].as_array().unwrap().clone();
        assert!(findings.iter().all(|finding| finding["clock"] == true), "{findings:#?}");
        findings.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(rules("2026-10-15"), ["date-in-future", "date-in-future"]);
    assert_eq!(rules(DAY), ["date-in-future", "date-in-future", "review-overdue"]);
    assert_eq!(rules("2062-01-02T00:00:00+14:00"), ["review-overdue"]);
    let report = folder.json(&["check", "--as-of", "2026-11-20T12:00:00+02:00"]);
    assert_eq!(report["as_of"], "2026-11-20T10:00:00Z");
    assert_eq!(folder.json(&["check", "--as-of", DAY])["as_of"], "2026-11-20T23:59:59Z", "a day counts to its end");
}

#[test]
fn quiet_leaves_results_alone_and_verbose_tells_stages_on_stderr() {
    let folder = copy("ok-small");
    assert_eq!(folder.run(&["check", "--quiet"]).clean(), "");
    let impact = folder.run(&["impact", "ci-db", "-q"]).clean();
    assert!(impact.contains("svc-shop") && !impact.contains("Next:"), "{impact}");
    let verbose = folder.run(&["check", "--verbose"]);
    assert_eq!(verbose.code, 0);
    for stage in ["reading files: ", "reading records: ", "checking: "] {
        assert!(verbose.err.lines().any(|line| line.starts_with(stage) && line.ends_with(" s")), "{verbose:#?}");
    }
    assert!(verbose.out.starts_with("Checked 9 records"), "results stay on stdout: {verbose:#?}");
}

#[test]
fn language_time_zone_and_terminal_settings_do_not_change_a_byte() {
    let copies: Vec<Vec<(&str, &str)>> = vec![
        vec![],
        vec![("LANG", "C"), ("TZ", "UTC")],
        vec![("LANG", "de_DE.UTF-8"), ("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Kiritimati")],
        vec![("TZ", "America/St_Johns"), ("NO_COLOR", "1"), ("TERM", "dumb"), ("COLUMNS", "40")],
        vec![("TERM", "xterm-256color"), ("GIT_DIR", "/nonexistent"), ("HOME", "/nonexistent")],
    ];
    for arguments in [
        &["check", "--as-of", DAY][..],
        &["check", "--as-of", DAY, "--format", "json"],
        &["show", "svc-a"],
        &["graph"],
        &["explain", "ref-dangling"],
    ] {
        let run = |env: &[(&str, &str)]| {
            let folder = copy("two-files-two-mistakes");
            let folder = env.iter().fold(folder, |folder, (name, value)| folder.env(name, value));
            let run = folder.run(arguments);
            (run.code, run.out, run.err)
        };
        let plain = run(&copies[0]);
        for env in &copies[1..] {
            assert_eq!(run(env), plain, "{arguments:?} with {env:?}");
        }
    }
}

#[test]
fn colours_are_for_those_who_ask_and_no_color_wins() {
    let folder = copy("two-files-two-mistakes");
    assert!(!folder.run(&["check"]).findings().contains('\u{1b}'), "not a terminal");
    let forced = copy("two-files-two-mistakes").env("CLICOLOR_FORCE", "1");
    let coloured = forced.run(&["check"]).findings();
    assert!(coloured.contains("\u{1b}["), "asked for: {coloured}");
    let both = forced.env("NO_COLOR", "1");
    assert!(!both.run(&["check", "--format", "json"]).findings().contains('\u{1b}'), "programs get no colours");
}

#[test]
fn a_reader_who_has_seen_enough_is_no_failure() {
    let folder = Folder::new();
    let project = project().to_str().unwrap();
    for arguments in [
        &["-C", project, "list", "ci", "--format", "json"][..],
        &["-C", project, "graph", "--format", "json"],
        &["-C", project, "check", "--as-of", DAY, "--deny", "info", "--format", "json"],
        &["explain"],
        &["completions", "zsh"],
        &["man"],
    ] {
        let (code, err) = folder.run_until_pipe_breaks(arguments);
        assert!(matches!(code, Some(0 | 1)), "{arguments:?}: {code:?} {err}");
        assert_eq!(err, "", "{arguments:?}");
    }
}

#[test]
fn help_and_version_are_results() {
    let folder = Folder::new();
    let version = folder.run(&["--version"]).clean();
    assert_eq!(version, format!("gitsm {}\n", env!("CARGO_PKG_VERSION")));
    let help = folder.run(&["--help"]).clean();
    let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("Exit codes: 0 nothing to report, 1 findings, 2 could not run"), "{help}");
    for command in super::commands() {
        let own = folder.run(&[&command, "--help"]).clean();
        assert!(own.contains(&format!("Usage: gitsm {command}")) && own.contains("--as-of"), "{own}");
    }
    let nothing = folder.run(&[]);
    assert!(nothing.code == 2 && nothing.err.contains("Usage: gitsm"), "{nothing:#?}");
}
