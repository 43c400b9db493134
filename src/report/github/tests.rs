//! Workflow commands are read back as the runner of GitHub reads them.

use super::*;
use crate::report::fixture::{at, checked};
use crate::since::Since;

const TEXT: &str = "kind: ci\nid: ci-a\nowner: ann\ndescription: |\n  one\n  two\n";

fn printed(path: &str, findings: &[Finding], quiet: bool) -> Vec<String> {
    checked(&[(path, TEXT)], findings, |checked| github(checked, quiet).lines().map(str::to_owned).collect())
}

/// A command as the runner reads it: level, properties, message.
fn read(line: &str) -> (String, Vec<(String, String)>, String) {
    let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (level, properties) = head.split_once(' ').unwrap();
    let undo = |text: &str| {
        text.replace("%3A", ":").replace("%2C", ",").replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    };
    let pairs = properties.split(',').map(|pair| pair.split_once('=').unwrap());
    (level.to_owned(), pairs.map(|(key, value)| (key.to_owned(), undo(value))).collect(), undo(message))
}

#[test]
fn a_command_has_all_that_github_takes() {
    let finding = at(0, TEXT, "ann").help("do it").related(at(0, TEXT, "ci-a").primary, "of this");
    let lines = printed("sms/ci/ci-a.yaml", &[finding], false);
    assert_eq!(
        lines[0],
        "::warning file=sms/ci/ci-a.yaml,line=3,col=8,endLine=3,endColumn=11,title=gitsm ci-orphan::What is wrong.%0A\
         Do it.%0ASee sms/ci/ci-a.yaml:2:5 of this"
    );
    assert_eq!(lines[1..], ["gitsm check: 1 warning"]);
}

#[test]
fn nothing_in_a_text_ends_the_command_or_begins_another() {
    let hostile = "100% of a:b, c\r\n::error file=x::boom";
    let mut finding = at(0, TEXT, "ann").help(hostile).related(at(0, TEXT, "ci-a").primary, hostile);
    finding.message = hostile.to_owned();
    let lines = printed("sms/ci/a,b: 5%.yaml", &[finding], true);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    let (level, properties, message) = read(&lines[0]);
    assert_eq!(
        (level.as_str(), properties[0].clone()),
        ("warning", ("file".to_owned(), "sms/ci/a,b: 5%.yaml".to_owned()))
    );
    let keys: Vec<&str> = properties.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["file", "line", "col", "endLine", "endColumn", "title"]);
    assert_eq!(message.lines().next(), Some("100% of a:b, c\u{fffd}\u{fffd}::error file=x::boom."));
}

#[test]
fn columns_are_told_within_one_line_alone() {
    let lines = printed("sms/ci/ci-a.yaml", &[at(0, TEXT, "one\n  two")], true);
    let (_, properties, _) = read(&lines[0]);
    let told: Vec<String> = properties.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(told[1..3], ["line=5", "endLine=6"]);
    assert!(!lines[0].contains("ol=") && !lines[0].contains("endColumn"), "{lines:?}");
}

#[test]
fn the_weightiest_come_first_and_the_last_line_counts_what_github_does_not_show() {
    let mut findings = vec![at(0, TEXT, "ann"); 12];
    findings[3].severity = Severity::Error;
    findings[5].severity = Severity::Info;
    let lines = printed("sms/ci/ci-a.yaml", &findings, false);
    let levels: Vec<&str> = lines[..12].iter().map(|line| line[2..].split(' ').next().unwrap()).collect();
    assert_eq!((levels[0], levels[1], levels[10], levels[11]), ("error", "warning", "warning", "notice"));
    assert_eq!(lines[12], "gitsm check: 1 error, 10 warnings, 1 hint");
    findings.extend(vec![at(0, TEXT, "ann"); 3]);
    let last = printed("sms/ci/ci-a.yaml", &findings, false).pop().unwrap();
    assert!(last.ends_with("; GitHub shows 10 of each level beside the files, the other 3 stand above"), "{last}");
}

#[test]
fn many_related_places_are_counted() {
    let mut finding = at(0, TEXT, "ann");
    for _ in 0..13 {
        finding = finding.related(at(0, TEXT, "ci-a").primary, "x");
    }
    let (.., message) = read(&printed("sms/ci/ci-a.yaml", &[finding], true)[0]);
    assert_eq!(message.matches("\nSee ").count(), MAX_RELATED);
    assert!(message.ends_with("and 3 more places"), "{message}");
}

#[test]
fn paths_are_told_from_the_root_of_the_git_repository_and_a_difference_is_named() {
    let findings = [at(0, TEXT, "ann")];
    let since = Since { rev: "main".to_owned(), commit: "0".repeat(40), hidden: 2 };
    let text = checked(&[("sms/ci/ci-a.yaml", TEXT)], &findings, |checked| {
        github(Checked { folder: "docs/sm/", since: Some(&since), ..checked }, false)
    });
    assert!(text.starts_with("::warning file=docs/sm/sms/ci/ci-a.yaml,"), "{text}");
    assert!(text.ends_with("gitsm check: 1 warning; 2 left out that were there at main already\n"), "{text}");
}

#[test]
fn without_findings_there_is_the_last_line_alone() {
    assert_eq!(printed("a", &[], false), ["gitsm check: no findings"]);
    assert!(printed("a", &[], true).is_empty());
}
