//! What is mended, what is left, and what stays as it was.

use super::{Plan, plan};
use crate::base::date::AsOf;
use crate::base::finding::Finding;
use crate::graph::Graph;
use crate::load;
use crate::model::Sms;
use crate::rules::{Check, Selection, run};
use crate::schema::catalog;

/// The plan for everything that can be mended in `files`, the rules found before, and those found after.
fn planned(files: &[(&str, &str)]) -> (Plan, Vec<&'static str>, Vec<&'static str>) {
    let snapshot = load::memory(files.iter().copied(), AsOf::parse("2026-11-20").unwrap()).unwrap();
    let found = |snapshot| -> Vec<Finding> {
        let sms = Sms::build(snapshot, catalog::shared());
        run(&Check { sms: &sms, graph: &Graph::build(&sms) }, &Selection::default())
    };
    let before = found(&snapshot);
    let plan = plan(&snapshot, catalog::shared(), &Selection::default(), &before);
    let after = found(&snapshot.with_texts(&plan.texts));
    let rules = |findings: &[Finding]| findings.iter().map(|finding| finding.rule).collect();
    (plan, rules(&before), rules(&after))
}

/// The text of the only file after mending, and what is left.
fn mended(text: &str) -> (String, Vec<&'static str>) {
    let (plan, _, after) = planned(&[("sms/person/ann.yaml", text)]);
    (plan.texts.into_values().next().unwrap_or_else(|| text.to_owned()), after)
}

const HEAD: &str = "kind: person\nid: ann\ntitle: Ann\n";

#[test]
fn a_mistyped_key_is_put_right_and_all_around_it_stays() {
    let text = format!("# first\r\n{HEAD}  # aside\nstatus: active   # so far\n\"onwer\":   'ann'  # she\n\n# last");
    let (mended, after) = mended(&text);
    assert_eq!(mended, text.replace("\"onwer\"", "\"owner\""));
    assert_eq!(after, [""; 0]);
}

#[test]
fn a_word_with_one_near_match_is_put_right_and_one_with_several_is_not() {
    let (text, after) = mended(&format!("{HEAD}status: Active\nclassification: 'publc'\n"));
    assert_eq!(text, format!("{HEAD}status: active\nclassification: 'public'\n"));
    assert_eq!(after, [""; 0]);
    let unclear = format!("{HEAD}status: xyz\n");
    assert_eq!(mended(&unclear), (unclear, vec!["value-unknown"]));
}

#[test]
fn a_key_that_is_there_already_is_not_written_twice() {
    let text = format!("{HEAD}status: active\nowner: ann\nonwer: ann\n");
    assert_eq!(mended(&text), (text, vec!["field-unknown"]));
    let (text, after) = mended(&format!("{HEAD}status: active\nonwer: ann\nowmer: ann\n"));
    assert_eq!(text, format!("{HEAD}status: active\nowner: ann\nowmer: ann\n"), "the first of two");
    assert_eq!(after, ["field-unknown"]);
}

#[test]
fn a_fix_that_would_bring_another_finding_is_left_out_and_the_others_are_made() {
    let text = format!("{HEAD}status: Active\nonwer: nobody\ntgas: [a]\n");
    let (plan, before, after) = planned(&[("sms/person/ann.yaml", &text)]);
    assert_eq!(before, ["value-unknown", "field-unknown", "field-unknown"]);
    let rules = |findings: &[Finding]| findings.iter().map(|found| found.pointer.clone()).collect::<Vec<_>>();
    assert_eq!((rules(&plan.made), rules(&plan.left)), (vec!["/status".into(), "/tgas".into()], vec!["/onwer".into()]));
    assert_eq!(after, ["field-unknown"]);
    assert_eq!(plan.texts.into_values().next(), Some(format!("{HEAD}status: active\nonwer: nobody\ntags: [a]\n")));
}

#[test]
fn an_anchor_that_nothing_refers_to_is_taken_out() {
    let (text, after) = mended(&format!("{HEAD}status: &now active\ntags: &t\n  - a\n"));
    assert_eq!((text, after.len()), (format!("{HEAD}status: active\ntags: \n  - a\n"), 0));
    let used = format!("{HEAD}status: &now active\nx-a: *now\n");
    assert_eq!(mended(&used).0, used);
}

#[test]
fn numbers_of_2011_become_those_of_today_in_quotes_where_they_would_be_numbers() {
    let (text, after) = mended(&format!("{HEAD}status: active\nclauses: [4.5.4.2, '20000-1:6.6.1', \"4.5.5.1\"]\n"));
    assert_eq!(text, format!("{HEAD}status: active\nclauses: [\"9.2\", '20000-1:8.7.3.1', \"10.1\"]\n"));
    assert_eq!(after, [""; 0]);
    let twice = format!("{HEAD}status: active\nclauses: ['9.2', 4.5.4.2]\n");
    assert_eq!(mended(&twice), (twice, vec!["clause-tag-unknown"]), "it would then stand there twice");
}

#[test]
fn figures_of_a_risk_are_computed_again() {
    let risk = "kind: risk\nid: rsk-a\ninherent: {likelihood: 3, impact: 4, score: 10, level: low}\n";
    let (plan, before, after) = planned(&[("sms/risk/rsk-a.yaml", risk)]);
    assert!(before.contains(&"risk-score-wrong") && !after.contains(&"risk-score-wrong"));
    assert_eq!(before.len(), after.len() + 1);
    assert_eq!(plan.texts.into_values().next(), Some(risk.replace("10", "12")));
}

#[test]
fn a_former_id_becomes_the_present_one_in_every_place() {
    let user = "kind: person\nid: ann\ntitle: Ann\nstatus: active\nlinks:\n  - {rel: a, to: bob-old}\n  - {rel: b, to: 'bob-old'}\n";
    let bob = "kind: person\nid: bob\ntitle: Bob\nstatus: active\naliases: [bob-old]\n";
    let (plan, before, after) = planned(&[("sms/person/ann.yaml", user), ("sms/person/bob.yaml", bob)]);
    assert_eq!((before, after), (vec!["ref-former-id"; 2], vec![]));
    assert_eq!(plan.texts.into_values().collect::<Vec<_>>(), [user.replace("bob-old", "bob")]);
}

#[test]
fn nothing_to_mend_changes_nothing() {
    let (plan, before, _) = planned(&[("sms/person/ann.yaml", &format!("{HEAD}status: active\n"))]);
    assert!(before.is_empty() && plan.made.is_empty() && plan.left.is_empty() && plan.texts.is_empty());
}

#[test]
fn what_is_waived_is_not_mended() {
    let waiver = "waivers: [{rule: field-unknown, until: 2026-12-31, reason: x}]\n";
    let text = format!("{HEAD}status: active\nonwer: ann\n{waiver}");
    assert_eq!(mended(&text).0, text);
}
