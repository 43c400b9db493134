//! Small whole repositories under `tests/repos/`, one idea each. `expect.txt` beside a case's records lists everything
//! that `check` reports on it, one `rule path:line:column` a line, sorted; a case named `ok-…` has none and is silent.
//! `GITSM_UPDATE=1` writes the lists anew.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::Value;

use crate::program::{DAY, Folder, project, updating};

const EXPECTATION: &str = "expect.txt";

/// The cases, by name.
fn cases() -> Vec<String> {
    let folder = project().join("tests/repos");
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    assert!(names.len() >= 10, "only {names:?} in {}", folder.display());
    names
}

/// Where the expectation of a case stands.
fn expectation(case: &str) -> PathBuf {
    project().join("tests/repos").join(case).join(EXPECTATION)
}

/// A copy of a case to run the program on, without its expectation.
pub(crate) fn copy(case: &str) -> Folder {
    let folder = Folder::new();
    let from = project().join("tests/repos").join(case);
    let mut open = vec![from.clone()];
    while let Some(next) = open.pop() {
        for entry in next.read_dir().into_iter().flatten().flatten() {
            let path = entry.path();
            let inside = path.strip_prefix(&from).map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
            if path.is_dir() {
                open.push(path);
            } else if inside != EXPECTATION {
                folder.write(&inside, std::fs::read(&path).unwrap_or_else(|error| panic!("{inside}: {error}")));
            }
        }
    }
    assert!(!folder.files("").is_empty(), "the case {case} has no files");
    folder
}

/// What `check` reports, in the form of an expectation.
fn reported(folder: &Folder) -> String {
    let report = folder.json(&["check", "--as-of", DAY]);
    let mut lines: Vec<String> = report["findings"].as_array().into_iter().flatten().map(line).collect();
    lines.sort();
    lines.iter().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "{line}");
        text
    })
}

fn line(finding: &Value) -> String {
    let text = |key: &str| finding[key].as_str().unwrap_or("?").to_owned();
    let start = &finding["span"]["start"];
    format!("{} {}:{}:{}", text("rule"), text("path"), start["line"], start["column"])
}

#[test]
fn each_case_gets_exactly_the_findings_that_it_expects() {
    let mut wrong = String::new();
    for case in cases() {
        let reported = reported(&copy(&case));
        if case.starts_with("ok-") {
            if !reported.is_empty() {
                let _ = writeln!(wrong, "{case} must be silent, but got\n{reported}");
            }
            continue;
        }
        let path = expectation(&case);
        if updating() {
            std::fs::write(&path, &reported).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        if expected != reported {
            let _ = writeln!(wrong, "{case} expects\n{expected}but got\n{reported}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}\nrun again with GITSM_UPDATE=1 when the new findings are right");
}

#[test]
fn no_expectation_is_empty_left_over_or_out_of_order() {
    let stray: Vec<String> = cases()
        .into_iter()
        .filter(|case| {
            let text = std::fs::read_to_string(expectation(case));
            let mut sorted: Vec<&str> = text.as_deref().unwrap_or_default().lines().collect();
            let lines = sorted.clone();
            sorted.sort_unstable();
            let wanted = !case.starts_with("ok-");
            text.is_ok() != wanted || (wanted && lines.is_empty()) || sorted != lines
        })
        .collect();
    assert!(stray.is_empty(), "an `expect.txt` is missing, empty, unsorted or beside an ok-case: {stray:?}");
}

#[test]
fn an_expectation_points_at_text_that_is_there() {
    for case in cases().into_iter().filter(|case| !case.starts_with("ok-")) {
        let folder = copy(&case);
        for line in std::fs::read_to_string(expectation(&case)).unwrap().lines() {
            let mut parts = line.splitn(2, ' ').last().unwrap().rsplitn(3, ':');
            let column: usize = parts.next().unwrap().parse().unwrap();
            let row: usize = parts.next().unwrap().parse().unwrap();
            let text = folder.read(parts.next().unwrap());
            let marked = text.lines().nth(row - 1).and_then(|line| line.chars().nth(column - 1));
            assert!(marked.is_some_and(|c| !c.is_whitespace()), "{case}: {line} marks {marked:?}");
        }
    }
}

/// `ok-starter`, which is made and not stored.
#[test]
fn what_init_writes_is_silent_now_and_in_a_year() {
    let folder = Folder::started();
    assert_eq!(reported(&folder), "");
    for day in ["2026-11-20", "2027-06-30", "2027-12-31"] {
        let text = folder.run(&["check", "--as-of", day, "--deny", "info"]).clean();
        assert!(text.contains(": no findings\n"), "{text}");
    }
}

#[test]
fn the_order_of_files_on_disk_does_not_matter() {
    for case in ["one-cause-ten-places", "cycle", "two-files-two-mistakes"] {
        let (first, second) = (copy(case), Folder::new());
        let mut paths = first.files("");
        paths.reverse();
        for path in paths {
            second.write(&path, first.read(&path));
        }
        let report = |folder: &Folder| folder.json(&["check", "--as-of", DAY]);
        assert_eq!(report(&first), report(&second), "{case}");
    }
}
