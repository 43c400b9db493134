//! Every rule in the midst of the whole sample: its bad example is found there as well, and its good one is not.
//!
//! The records of each example get ids of their own, so that all examples fit into one repository beside the sample.

use std::collections::BTreeSet;

use gitsm::base::date::AsOf;
use gitsm::base::finding::Finding;
use gitsm::graph::Graph;
use gitsm::load::{self, Snapshot};
use gitsm::model::Sms;
use gitsm::rules::{self, Check, Selection};

use crate::chain;
use crate::program::{DAY, project};

/// Rules that do not find their example beside the sample, since they judge the SMS as a whole or by its own criteria,
/// and that nothing in the sample breaks in the years to come either. At most one in ten may stand here.
const SMS_WIDE: &[&str] = &[
    "all-outsourced",
    "clause-uncovered",
    "climate-undetermined",
    "context-one-sided",
    "emergency-share-high",
    "mandatory-doc-missing",
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
    let ids = files.iter().flat_map(|(_, text)| text.lines()).filter_map(|line| {
        line.strip_prefix("id: ").or_else(|| line.strip_prefix('{')?.split_once("id: ")?.1.split([',', '}']).next())
    });
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

/// The sample with the bad or the good examples of all rules beside it, as of `day`.
fn beside(bad: bool, day: &str) -> Snapshot {
    let sample = load::worktree(project(), AsOf::parse(day).expect("a day")).expect("the sample");
    let mut files: Vec<(String, String)> =
        sample.sources.iter().map(|(_, source)| (source.path().to_owned(), source.text().to_owned())).collect();
    for (at, rule) in rules::ALL.iter().enumerate() {
        let of_rule = examples(&rule.code().doc).into_iter().enumerate().filter(|(_, (is_bad, _))| *is_bad == bad);
        for (number, (_, example)) in of_rule {
            // A second record of the SMS as a whole would change what every other rule sees.
            let renamed = rename(&example, &mark(at, number)).into_iter();
            files.extend(renamed.filter(|(path, _)| !path.starts_with("sms/sms/")));
        }
    }
    let texts = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    load::memory(texts, AsOf::parse(day).expect("a day")).expect("a snapshot")
}

/// What an example's ids end with.
fn mark(rule: usize, number: usize) -> String {
    format!("-example{rule}x{number}")
}

/// The rules that speak of their own example, each with its words.
fn own(snapshot: &Snapshot) -> Vec<(&'static str, String)> {
    let mut own = Vec::new();
    for finding in findings_of(snapshot) {
        let Some(at) = rules::ALL.iter().position(|rule| rule.code().id == finding.rule) else { continue };
        let spans = finding.related.iter().map(|label| label.span).chain([finding.primary]);
        let marked = format!("-example{at}x");
        if spans.into_iter().any(|span| snapshot.sources.get(span.file).path().contains(&marked)) {
            own.push((rules::ALL[at].code().id, finding.message));
        }
    }
    own
}

#[test]
fn each_rule_finds_its_bad_example_beside_the_sample_or_the_sample_neglected() {
    let mut found: BTreeSet<&str> = own(&beside(true, DAY)).into_iter().map(|(rule, _)| rule).collect();
    let later = load::worktree(project(), AsOf::parse(LATER).expect("a day")).expect("the sample");
    found.extend(findings_of(&later).iter().map(|finding| finding.rule));
    let silent: Vec<&str> = rules::ALL.iter().map(|rule| rule.code().id).filter(|id| !found.contains(id)).collect();
    let share = (rules::ALL.len() - silent.len()) * 100 / rules::ALL.len();
    assert!(share >= SHARE, "{share} of a hundred rules speak; silent: {silent:?}");
    assert_eq!(silent, SMS_WIDE, "rules that do not find their example beside the sample");
}

#[test]
fn no_rule_speaks_of_its_good_example_beside_the_sample() {
    let mut wrong = own(&beside(false, DAY));
    // Scope and top management stand in the record of the SMS, risks are judged by the criteria of the sample, and a good
    // freeze may well stop a change of it.
    let apart = [
        "change-freeze",
        "management-review-no-top",
        "risk-acceptance-invalid",
        "risk-level-wrong",
        "scope-catalogue-mismatch",
    ];
    wrong.retain(|(rule, _)| !apart.contains(rule));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn examples_are_taken_out_of_pages_and_get_ids_of_their_own() {
    let page = "What.\n\n```yaml,bad\n# sms/ci/ci-a.yaml\nid: ci-a\nowner: ann\n# sms/ci/b.yaml\n{kind: ci, id: ci-b, relations: [ci-a, ci-ab]}\n```\n\n```yaml,good\n# sms/ci/ci-c.yaml\nid: ci-c\n```\n";
    let found = examples(page);
    assert_eq!(found.iter().map(|(bad, files)| (*bad, files.len())).collect::<Vec<_>>(), [(true, 2), (false, 1)]);
    let renamed = rename(&found[0].1, "-x");
    assert_eq!(
        renamed,
        [
            ("sms/ci/ci-a-x.yaml".to_owned(), "id: ci-a-x\nowner: ann\n".to_owned()),
            ("sms/ci/b-x.yaml".to_owned(), "{kind: ci, id: ci-b-x, relations: [ci-a-x, ci-ab]}\n".to_owned()),
        ]
    );
}
