//! Every rule in the midst of the whole sample: its bad example is found there as well, and its good one is not.
//!
//! The records of each example get ids of their own, so that all examples fit into one repository beside the sample.

use std::collections::{BTreeMap, BTreeSet};

use gitsm::base::date::AsOf;
use gitsm::base::finding::Finding;
use gitsm::graph::Graph;
use gitsm::load::{self, Snapshot};
use gitsm::model::Sms;
use gitsm::rules::{self, Check, Selection};

use crate::chain;
use crate::program::project;

/// Rules that do not find their example beside the sample, since they judge the SMS as a whole or by its own criteria,
/// and that nothing in the sample breaks in the years to come either. At most one in ten may stand here.
const SMS_WIDE: &[&str] = &[
    "all-outsourced",
    "clause-uncovered",
    "climate-undetermined",
    "context-one-sided",
    "emergency-share-high",
    "incident-repeat",
    "mandatory-doc-missing",
    "ref-former-id",
    "risk-level-wrong",
    "scope-incomplete",
];

/// The share of rules that must speak of the sample, in percent.
const SHARE: usize = 90;

/// A day on which a sample that nobody keeps up is overdue in every way.
const LATER: &str = "2028-08-01";

/// The fenced examples of a page: whether it is a bad one, and its files.
fn examples(doc: &str) -> Vec<(bool, Vec<(String, String)>)> {
    let mut examples = Vec::new();
    let mut open: Option<(bool, Vec<(String, String)>)> = None;
    for line in doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        match (&mut open, line.trim()) {
            (None, "```yaml,bad") => open = Some((true, Vec::new())),
            (None, "```yaml,good") => open = Some((false, Vec::new())),
            (Some(_), "```") => examples.extend(open.take()),
            (Some((_, files)), _) => {
                if let Some(path) = line.strip_prefix("# ").filter(|path| path.starts_with("sms/")) {
                    files.push((path.trim().to_owned(), String::new()));
                } else if let Some((_, text)) = files.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
            (None, _) => {}
        }
    }
    examples
}

/// Replaces every id that the files define, wherever it stands as a word, by one that nobody else has.
fn rename(files: &[(String, String)], mark: &str) -> Vec<(String, String)> {
    let ids = files.iter().flat_map(|(_, text)| text.lines()).filter_map(|line| line.strip_prefix("id: "));
    let ids: BTreeSet<&str> = ids.map(str::trim).filter(|id| *id != "sms").collect();
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let replace = |text: &str| {
        let mut out = String::new();
        let mut rest = text;
        while let Some(start) = rest.find(word) {
            let (before, from) = rest.split_at(start);
            let (token, after) = from.split_at(from.find(|c| !word(c)).unwrap_or(from.len()));
            out.push_str(before);
            let bare = token.trim_end_matches('.');
            out.push_str(bare);
            if ids.contains(bare) {
                out.push_str(mark);
            }
            out.push_str(&token[bare.len()..]);
            rest = after;
        }
        out + rest
    };
    let path = |path: &str| {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("sms", path));
        let stem = name.strip_suffix(".yaml").unwrap_or(name);
        format!("{folder}/{stem}{mark}.yaml")
    };
    files.iter().map(|(at, text)| (path(at), replace(text))).collect()
}

/// What all rules say of a snapshot.
fn findings_of(snapshot: &Snapshot) -> Vec<Finding> {
    let sms = Sms::build(snapshot, chain::catalog());
    let graph = Graph::build(&sms);
    rules::run(&Check { sms: &sms, graph: &graph }, &Selection::default())
}

#[test]
fn each_rule_finds_its_bad_example_in_the_sample_and_not_its_good_one() {
    let sample = load::worktree(project(), chain::as_of()).expect("the sample");
    let mut files: Vec<(String, String)> =
        sample.sources.iter().map(|(_, source)| (source.path().to_owned(), source.text().to_owned())).collect();
    let mut good: BTreeMap<String, &str> = BTreeMap::new();
    for (at, rule) in rules::ALL.iter().enumerate() {
        for (number, (bad, example)) in examples(&rule.code().doc).into_iter().enumerate() {
            let mark = format!("-{}{at}x{number}", if bad { "bad" } else { "good" });
            // A second record of the SMS as a whole would change what every other rule sees.
            let renamed = rename(&example, &mark).into_iter().filter(|(path, _)| !path.starts_with("sms/sms/"));
            files.extend(renamed);
            if !bad {
                good.insert(mark, rule.code().id);
            }
        }
    }
    let texts = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let snapshot = load::memory(texts, chain::as_of()).expect("a snapshot");
    let findings = findings_of(&snapshot);
    let mut found: BTreeSet<&str> = BTreeSet::new();
    let mut wrong = Vec::new();
    for finding in &findings {
        let path = snapshot.sources.get(finding.primary.file).path();
        let related = finding.related.iter().map(|label| snapshot.sources.get(label.span.file).path());
        for (at, rule) in rules::ALL.iter().enumerate().filter(|(_, rule)| rule.code().id == finding.rule) {
            let of_bad = |path: &str| path.contains(&format!("-bad{at}x"));
            if of_bad(path) || related.clone().any(of_bad) {
                found.insert(rule.code().id);
            }
            let of_good = good.iter().find(|(mark, owner)| **owner == finding.rule && path.contains(mark.as_str()));
            wrong.extend(of_good.map(|_| format!("{}: {}", rule.code().id, finding.message)));
        }
    }
    let later = load::worktree(project(), AsOf::parse(LATER).expect("a day")).expect("the sample");
    let neglected = findings_of(&later);
    found.extend(neglected.iter().map(|finding| finding.rule));
    let silent: Vec<&str> = rules::ALL.iter().map(|rule| rule.code().id).filter(|id| !found.contains(id)).collect();
    assert!(
        found.len() * 100 >= rules::ALL.len() * SHARE,
        "{} of {} rules; silent: {silent:?}",
        found.len(),
        rules::ALL.len()
    );
    assert_eq!(silent, SMS_WIDE, "rules that do not find their example beside the sample");
    assert!(wrong.is_empty(), "good examples that are found bad beside the sample: {wrong:#?}");
}
