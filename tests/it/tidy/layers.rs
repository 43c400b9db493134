//! Which stage may use which, and who may touch the outside world.

use super::scan::{Rust, blank};
use super::{none, sources};

/// The stages in the order in which data flows. A stage uses only those before it.
const ORDER: &[&[&str]] = &[
    &["base"],
    &["load"],
    &["yaml"],
    &["schema"],
    &["local"],
    &["model"],
    &["standard"],
    &["graph"],
    &["levels"],
    &["rules"],
    &["since"],
    &["mend"],
    &["diff"],
    &["report", "gap", "slm", "schedule", "gate", "evidence"],
    &["site", "pack"],
    &["bot"],
    &["cli"],
];

/// Stages that may touch the outside world.
const OUTSIDE: [&str; 3] = ["load", "bot", "cli"];

/// What reaches the outside world.
const FORBIDDEN: [&str; 7] =
    ["std::fs", "std::env", "std::net", "std::process", "std::io::stdin", "std::io::stdout", "std::io::stderr"];

fn place(stage: &str) -> Option<usize> {
    ORDER.iter().position(|stages| stages.contains(&stage))
}

/// The stage that a file belongs to; none for the crate's own two files.
fn stage(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/")?;
    let stage = inside.split_once('/').map_or(inside.trim_end_matches(".rs"), |(stage, _)| stage);
    (!["lib", "main"].contains(&stage)).then_some(stage)
}

/// Every path that begins with `head::` in `text`, groups in braces written out, with its line from 1.
fn paths(text: &str, head: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let start = format!("{head}::");
    for (at, _) in text.match_indices(&start) {
        if text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let line = text[..at].matches('\n').count() + 1;
        let mut ends = Vec::new();
        expand(&text[at + start.len()..], head, &mut ends);
        found.extend(ends.into_iter().map(|path| (line, path)));
    }
    found
}

/// Appends the paths that `rest` holds below `prefix`; gives what stands behind them.
fn expand<'t>(rest: &'t str, prefix: &str, found: &mut Vec<String>) -> &'t str {
    let rest = rest.trim_start();
    if let Some(mut inner) = rest.strip_prefix('{') {
        loop {
            inner = expand(inner, prefix, found).trim_start();
            match inner.strip_prefix(',') {
                Some(next) => inner = next,
                None => return inner.strip_prefix('}').unwrap_or(inner),
            }
        }
    }
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let (word, behind) = rest.split_at(end);
    let path = if word.is_empty() { prefix.to_owned() } else { format!("{prefix}::{word}") };
    if let Some(below) = behind.strip_prefix("::") {
        return expand(below, &path, found);
    }
    found.push(path);
    behind.trim_start().strip_prefix("as ").map_or(behind, |name| {
        let name = name.trim_start();
        &name[name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len())..]
    })
}

/// What a file uses although it stands to its right.
fn wrong_way(file: &Rust) -> Vec<String> {
    let Some(own) = stage(&file.path) else { return Vec::new() };
    let Some(here) = place(own) else {
        return vec![format!("{}: no stage is called '{own}'; add it to ORDER in tests/it/tidy/layers.rs", file.path)];
    };
    let text = file.code.join("\n");
    let mut complaints = Vec::new();
    for (line, path) in paths(&text, "crate") {
        let Some(used) = path.split("::").nth(1) else { continue };
        if let Some(there) = place(used).filter(|there| used != own && *there >= here) {
            let why = if there == here { "stands beside it" } else { "comes after it" };
            complaints.push(format!(
                "{}:{line}: `{own}` uses `{path}`, but `{used}` {why}; move what both need to a stage before `{own}`",
                file.path
            ));
        }
    }
    complaints
}

/// What a file outside of [`OUTSIDE`] uses of the outside world.
fn reaches_out(file: &Rust) -> Vec<String> {
    if stage(&file.path).is_none_or(|stage| OUTSIDE.contains(&stage)) {
        return Vec::new();
    }
    let used = paths(&file.code_outside_tests(), "std").into_iter().filter(|(_, path)| {
        FORBIDDEN.iter().any(|bad| path == bad || path.strip_prefix(bad).is_some_and(|rest| rest.starts_with("::")))
    });
    used.map(|(line, path)| {
        format!("{}:{line}: uses `{path}`; only src/load and src/cli touch the outside world, so take the value as an argument", file.path)
    })
    .collect()
}

#[test]
fn a_stage_uses_only_stages_before_it() {
    none(&sources().iter().flat_map(wrong_way).collect::<Vec<_>>());
}

#[test]
fn only_load_and_cli_touch_the_outside_world() {
    none(&sources().iter().flat_map(reaches_out).collect::<Vec<_>>());
}

#[test]
fn every_stage_of_the_crate_has_its_place() {
    let library = sources().into_iter().find(|file| file.path == "src/lib.rs").expect("there is a library");
    for line in library.code.iter().filter_map(|line| line.trim().strip_prefix("pub mod ")) {
        let stage = line.trim_end_matches(';');
        assert!(place(stage).is_some(), "src/lib.rs: give `{stage}` its place in ORDER of tests/it/tidy/layers.rs");
    }
}

#[test]
fn groups_of_paths_are_written_out() {
    let text = blank("use crate::{load, model::{a as b, c}};\nlet x = crate::yaml::Node; // crate::cli\nmycrate::x\n");
    let found = paths(&text, "crate");
    let found: Vec<_> = found.iter().map(|(line, path)| (*line, path.as_str())).collect();
    assert_eq!(found, [(1, "crate::load"), (1, "crate::model::a"), (1, "crate::model::c"), (2, "crate::yaml::Node")]);
}

#[test]
fn a_use_to_the_right_or_beside_is_told_with_its_line() {
    let complaints = |path: &str, text: &str| wrong_way(&Rust::new(path, text));
    assert!(complaints("src/model/a.rs", "use crate::yaml::Node;\nuse crate::model::b;\n").is_empty());
    let right = complaints("src/yaml/a.rs", "\nuse crate::model::Sms;\n");
    assert!(right[0].starts_with("src/yaml/a.rs:2: ") && right[0].contains("comes after"), "{right:?}");
    assert!(complaints("src/slm/a.rs", "use crate::{base, report};\n")[0].contains("beside"));
    assert!(complaints("src/new_stage/a.rs", "")[0].contains("ORDER"));
    assert!(complaints("src/main.rs", "use gitsm::cli;\n").is_empty());
}

#[test]
fn reaching_out_is_told_in_every_spelling_but_in_tests() {
    let reaches = |path: &str, text: &str| reaches_out(&Rust::new(path, text)).len();
    assert_eq!(reaches("src/yaml/a.rs", "use std::fs;\nuse std::{env, fmt, io::{Read, stdin}};\n"), 3);
    assert_eq!(reaches("src/yaml/a.rs", "fn a() { std::fs::read(); std::fsx::y(); std::fmt::z(); }\n"), 1);
    assert_eq!(reaches("src/yaml/a.rs", "#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n"), 0);
    assert_eq!(reaches("src/load/a.rs", "use std::fs;\n"), 0);
}
