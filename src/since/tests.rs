//! What small differences introduce.

use super::*;
use crate::base::finding::Severity;
use crate::graph::Graph;
use crate::model::fixture::with;
use crate::rules::{self, Check, Selection};

/// What the difference from `base` to `head` introduced, as `state rule holder`.
fn told<T: AsRef<str>>(base: &[(T, T)], head: &[(T, T)]) -> Vec<String> {
    fn texts<T: AsRef<str>>(files: &[(T, T)]) -> Vec<(&str, &str)> {
        files.iter().map(|(path, text)| (path.as_ref(), text.as_ref())).collect()
    }
    let all = |sms: &Sms<'_>| rules::all(&Check { sms, graph: &Graph::build(sms) }, &Selection::default()).findings;
    with(&texts(base), |base| {
        with(&texts(head), |head| {
            let (before, after) = (all(base), all(head));
            let told = introduced(Side { sms: base, findings: &before }, Side { sms: head, findings: &after });
            let identities = Identities::new(head);
            let line = |finding: &Finding| {
                format!("{:?} {} {}", finding.state.unwrap(), finding.rule, identities.of(finding).place.holder)
            };
            told.iter().map(line).collect()
        })
    })
}

/// A planned item, of which rules want little.
fn ci(id: &str, more: &str) -> (String, String) {
    let head = format!("kind: ci\nid: {id}\ntitle: T\nstatus: planned\nowner: ann\nci_type: server\n");
    (format!("sms/ci/{id}.yaml"), format!("{head}{more}"))
}

/// Files with a person and a type that items name.
fn files(more: &[(String, String)]) -> Vec<(String, String)> {
    let person = "kind: person\nid: ann\ntitle: Ann\nstatus: active\n";
    let server = "kind: ci_type\nid: server\ntitle: Server\nstatus: active\n";
    let mut files = vec![
        ("sms/person/ann.yaml".to_owned(), person.to_owned()),
        ("sms/ci_type/server.yaml".to_owned(), server.to_owned()),
    ];
    files.extend_from_slice(more);
    files
}

/// [`told`] of items with the files around them.
fn between(base: &[(String, String)], head: &[(String, String)]) -> Vec<String> {
    told(&files(base), &files(head))
}

#[test]
fn nothing_is_told_of_a_difference_that_is_none() {
    let broken = [
        ci("ci-a", "relations: [ci-x, ci-y]\nnonsense: 1\n"),
        ci("ci-b", "relations: [{type: runs_on, to: ci-x, strength: hardd}]\n"),
    ];
    assert_eq!(between(&broken, &broken), Vec::<String>::new());
}

#[test]
fn what_a_deleted_target_leaves_is_new_in_the_record_that_was_not_touched() {
    let holder = ci("ci-a", "relations: [ci-b]\n");
    assert_eq!(between(&[holder.clone(), ci("ci-b", "")], &[holder]), ["New ref-dangling ci:ci-a"]);
}

#[test]
fn shifted_items_stay_known_and_a_new_one_is_told() {
    let before = ci(
        "ci-a",
        "relations: [{type: runs_on, to: ci-x, strength: hardd}, {type: runs_on, to: ci-y, strength: hardd}]\n",
    );
    let shifted = ci(
        "ci-a",
        "relations: [ci-b, {type: runs_on, to: ci-y, strength: hardd}, {type: runs_on, to: ci-x, strength: hardd}]\n",
    );
    let third = ci(
        "ci-a",
        "relations: [{type: runs_on, to: ci-b, strength: hardd}, {type: runs_on, to: ci-y, strength: hardd}]\n",
    );
    assert_eq!(between(&[before.clone(), ci("ci-b", "")], &[shifted, ci("ci-b", "")]), Vec::<String>::new());
    assert_eq!(between(&[before, ci("ci-b", "")], &[third, ci("ci-b", "")]), ["New value-unknown ci:ci-a"]);
}

#[test]
fn another_missing_field_is_new_although_the_place_is_the_same() {
    let without = |field: &str| {
        let (path, text) = ci("ci-a", "");
        (path, text.lines().filter(|line| !line.starts_with(field)).map(|line| format!("{line}\n")).collect::<String>())
    };
    assert_eq!(between(&[without("title")], &[without("title")]), Vec::<String>::new());
    assert_eq!(between(&[without("title")], &[without("ci_type")]), ["New field-missing ci:ci-a"]);
}

#[test]
fn a_further_place_of_a_known_cause_is_worse_and_a_mended_one_is_not() {
    let holder = |id: &str| ci(id, "relations: [ci-gone]\n");
    let (a, b, c) = (holder("ci-a"), holder("ci-b"), holder("ci-c"));
    assert_eq!(
        between(std::slice::from_ref(&b), &[b.clone(), c.clone()]),
        ["Worse ref-dangling ci:ci-b"],
        "a place after the first"
    );
    let all = [a.clone(), b.clone(), c.clone()];
    assert_eq!(between(&[b.clone(), c.clone()], &all), ["Worse ref-dangling ci:ci-a"], "before it");
    assert_eq!(between(&all, &[ci("ci-a", ""), b.clone(), c.clone()]), Vec::<String>::new(), "the first was mended");
    assert_eq!(between(&all, &[a.clone(), b.clone(), ci("ci-c", "")]), Vec::<String>::new(), "the last was mended");
    let swapped = [ci("ci-a", ""), b, c, holder("ci-d")];
    assert_eq!(between(&all, &swapped), ["Worse ref-dangling ci:ci-b"], "the first was mended and a fourth is there");
}

#[test]
fn a_moved_file_and_a_renamed_record_bring_nothing() {
    let (path, text) = ci("ci-a", "relations: [ci-gone]\nnonsense: 1\n");
    let moved = (path.replace("sms/ci/", "sms/ci/hall-2/"), text.clone());
    assert_eq!(between(&[(path.clone(), text.clone())], &[moved]), Vec::<String>::new());
    let renamed = (path.replace("ci-a", "ci-z"), text.replace("id: ci-a", "id: ci-z\naliases: [ci-a]"));
    assert_eq!(between(&[(path.clone(), text.clone())], &[renamed]), Vec::<String>::new());
    let copied = (path.replace("ci-a", "ci-z"), text.replace("id: ci-a", "id: ci-z"));
    assert_eq!(between(&[(path.clone(), text.clone())], &[(path, text), copied]).len(), 2);
}

#[test]
fn what_weighs_more_is_worse_and_what_weighs_less_is_not() {
    with(&[("sms/ci/ci-a.yaml", "kind: ci\nid: ci-a\n")], |sms| {
        let of = |severity| vec![Finding::new("r", severity, sms.record(crate::model::Ix(0)).id_span(), "m")];
        let between = |before: Severity, after: Severity| {
            let (before, after) = (of(before), of(after));
            introduced(Side { sms, findings: &before }, Side { sms, findings: &after })
                .first()
                .and_then(|told| told.state)
        };
        assert_eq!(between(Severity::Warning, Severity::Error), Some(State::Worse));
        assert_eq!(between(Severity::Error, Severity::Warning), None);
        assert_eq!(between(Severity::Info, Severity::Info), None);
    });
}

#[test]
fn one_more_of_the_same_is_new() {
    with(&[("sms/ci/ci-a.yaml", "kind: ci\nid: ci-a\n")], |sms| {
        let finding = Finding::new("r", Severity::Error, sms.record(crate::model::Ix(0)).id_span(), "m");
        let (two, three) = (vec![finding.clone(); 2], vec![finding; 3]);
        let told = introduced(Side { sms, findings: &two }, Side { sms, findings: &three });
        assert_eq!(told.iter().map(|told| told.state).collect::<Vec<_>>(), [Some(State::New)]);
        assert!(introduced(Side { sms, findings: &three }, Side { sms, findings: &two }).is_empty());
    });
}

const SERVICE: (&str, &str) = ("sms/service/svc-a.yaml", "kind: service\nid: svc-a\ntitle: A\nstatus: live\n");
const SLA: (&str, &str) = ("sms/sla/sla-a.yaml", "kind: sla\nid: sla-a\ntitle: A\nstatus: in_force\nservice: svc-a\n");

fn of_rule(told: &[String], rule: &str) -> Vec<String> {
    told.iter().filter(|line| line.contains(rule)).cloned().collect()
}

#[test]
fn what_depends_on_the_clock_counts_where_the_record_or_one_tied_to_it_was_touched() {
    let gone = told(&[SERVICE, SLA], &[SERVICE]);
    assert_eq!(of_rule(&gone, "service-no-sla"), ["New service-no-sla service:svc-a"], "the agreement was tied to it");
    let live = ("sms/service/svc-a.yaml", "kind: service\nid: svc-a\ntitle: A\nstatus: live\nslas: []\n");
    assert_eq!(of_rule(&told(&[SERVICE], &[live]), "service-no-sla").len(), 1, "it now stands at another place");
}

#[test]
fn what_depends_on_the_clock_does_not_count_in_records_far_from_the_difference() {
    let policy = |every: &str| {
        format!("kind: policy\nid: p\ntitle: P\nstatus: in_force\nlimits: [{{rule: review-overdue, value: {every}}}]\n")
    };
    let overdue =
        ("sms/ci/ci-a.yaml", "kind: ci\nid: ci-a\ntitle: A\nstatus: live\nreview: {interval: 30d, last: 2026-10-10}\n");
    let (mild, strict) = (policy("90d"), policy("1d"));
    let weights = |policy: &str| {
        with(&[("sms/policy/p.yaml", policy), overdue], |sms| {
            let all = rules::run(&Check { sms, graph: &Graph::build(sms) }, &Selection::default());
            all.iter()
                .filter(|finding| finding.rule == "review-overdue")
                .map(|finding| finding.severity)
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(
        (weights(&mild), weights(&strict)),
        (vec![Severity::Warning], vec![Severity::Error]),
        "it does get worse"
    );
    let told = told(&[("sms/policy/p.yaml", &mild), overdue], &[("sms/policy/p.yaml", &strict), overdue]);
    assert_eq!(of_rule(&told, "review-overdue"), Vec::<String>::new());
}
