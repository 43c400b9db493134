//! For every rule one wrong record of the sample that no other rule speaks of (`tests/alone/`).

use std::collections::{BTreeMap, BTreeSet};

use gitsm::base::date::AsOf;
use gitsm::base::finding::Finding;
use gitsm::graph::Graph;
use gitsm::load::{self, Snapshot};
use gitsm::model::Sms;
use gitsm::rules::{self, Check, Selection};
use rayon::prelude::*;

use crate::chain;
use crate::program::{DAY, project};

/// What tells two findings apart: the rule, the record, the message.
type Key = (&'static str, Option<String>, String);

fn as_of() -> AsOf {
    AsOf::parse(DAY).expect("a day")
}

/// Texts by path.
fn sample() -> BTreeMap<String, String> {
    let sample = load::worktree(project(), as_of()).expect("the sample");
    sample.sources.iter().map(|(_, source)| (source.path().to_owned(), source.text().to_owned())).collect()
}

/// Everything that reading, schema and rules find.
fn findings(texts: &BTreeMap<String, String>) -> BTreeSet<Key> {
    let texts = texts.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let snapshot: Snapshot = load::memory(texts, as_of()).expect("a snapshot");
    let sms = Sms::build(&snapshot, chain::catalog());
    let graph = Graph::build(&sms);
    let key = |finding: &Finding| {
        let subject = finding.subject.as_ref().map(|subject| format!("{subject:?}"));
        (finding.rule, subject, finding.message.clone())
    };
    rules::all(&Check { sms: &sms, graph: &graph }, &Selection::default()).findings.iter().map(key).collect()
}

/// The sample with the files of an overlay in place of its own; a file without content is taken away.
fn laid_over(sample: &BTreeMap<String, String>, overlay: &str) -> BTreeMap<String, String> {
    let mut texts = sample.clone();
    let mut open: Option<(String, String)> = None;
    for line in overlay.lines().chain(["# sms/"]) {
        if line.starts_with("# sms/") {
            if let Some((path, text)) = open.replace((line[2..].to_owned(), String::new())) {
                if text.trim().is_empty() {
                    assert!(texts.remove(&path).is_some(), "{path} is taken away and does not exist");
                } else {
                    texts.insert(path, text);
                }
            }
        } else if let Some((_, text)) = &mut open {
            text.push_str(line);
            text.push('\n');
        }
    }
    texts
}

#[test]
fn each_rule_speaks_alone_of_one_wrong_record_in_the_sample() {
    let sample = sample();
    let before = findings(&sample);
    let folder = project().join("tests/alone");
    let wrong: Vec<String> = rules::ALL
        .par_iter()
        .filter_map(|rule| {
            let rule = rule.code().id;
            let Ok(overlay) = std::fs::read_to_string(folder.join(format!("{rule}.yaml"))) else {
                return Some(format!("{rule}: tests/alone/{rule}.yaml is missing; its README says what belongs there"));
            };
            let after = findings(&laid_over(&sample, &overlay));
            let new: Vec<&Key> = after.difference(&before).collect();
            let alone = !new.is_empty() && new.iter().all(|(other, _, _)| *other == rule);
            (!alone).then(|| format!("{rule}: {new:#?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_belongs_to_a_rule() {
    let files = std::fs::read_dir(project().join("tests/alone")).expect("the folder");
    let names = files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned());
    let stray: Vec<String> = names
        .filter(|name| {
            let of_rule =
                name.strip_suffix(".yaml").is_some_and(|stem| rules::ALL.iter().any(|rule| rule.code().id == stem));
            !of_rule && name != "README.md"
        })
        .collect();
    assert!(stray.is_empty(), "{stray:?}");
}

#[test]
fn an_overlay_replaces_adds_and_takes_away() {
    let texts = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let before: BTreeMap<String, String> = texts(&[("sms/a", "1\n"), ("sms/b", "2\n"), ("sms/c", "3\n")]);
    let after = laid_over(&before, "# What is wrong.\n# sms/a\nx: 1\n# no path\n# sms/b\n# sms/d\nnew\n");
    assert_eq!(after, texts(&[("sms/a", "x: 1\n# no path\n"), ("sms/c", "3\n"), ("sms/d", "new\n")]));
}
