//! What waivers cover, and what is said of those that do not count.

use super::{Waived, may_be_waived};
use crate::base::finding::Severity;
use crate::graph::Graph;
use crate::load::Settings;
use crate::load::settings::Level;
use crate::local::Rules;
use crate::model::fixture::with;
use crate::rules::{Check, Judged, Selection, codes, judge};

/// A record with two strange keys, and what stands below them.
fn strange(more: &str) -> String {
    format!("kind: person\nid: ann\ntitle: Ann\nstatus: active\nodd: 1\npeculiar: {{a: 1}}\n{more}")
}

const UNTIL: &str = "until: 2026-11-20, reason: Of old}";

fn judged(files: &[(&str, &str)], selection: &Selection) -> Judged {
    with(files, |sms| judge(&Check { sms, graph: &Graph::build(sms) }, selection))
}

/// Rule and pointer of each finding, and of each one waived.
fn told(more: &str) -> (Vec<String>, Vec<String>) {
    let judged = judged(&[("sms/person/ann.yaml", &strange(more))], &Selection::default());
    let words = |rule: &str, pointer: &str| format!("{rule} {pointer}").trim_end().to_owned();
    (
        judged.findings.iter().map(|found| words(found.rule, &found.pointer)).collect(),
        judged.waived.iter().map(|waived| words(waived.finding.rule, &waived.finding.pointer)).collect(),
    )
}

fn entry(words: &str) -> (Vec<String>, Vec<String>) {
    told(&format!("waivers: [{words}]\n"))
}

#[test]
fn a_waiver_takes_the_findings_of_its_rule_out_to_its_last_day() {
    let (found, waived) = entry(&format!("{{rule: field-unknown, {UNTIL}"));
    assert_eq!((found.len(), waived), (0, vec!["field-unknown /odd".to_owned(), "field-unknown /peculiar".to_owned()]));
    let (found, waived) = entry("{rule: field-unknown, until: 2026-11-19, reason: Of old}");
    assert_eq!(found, ["field-unknown /odd", "field-unknown /peculiar", "waiver-expired /waivers/0/until"]);
    assert!(waived.is_empty());
}

#[test]
fn what_an_expired_waiver_lets_through_is_counted_and_depends_on_the_day() {
    let text = strange("waivers: [{rule: field-unknown, until: 2026-11-19, reason: x}]\n");
    let found = judged(&[("sms/person/ann.yaml", &text)], &Selection::default()).findings;
    let expired = found.iter().find(|found| found.rule == "waiver-expired").unwrap();
    assert_eq!(expired.message, "the waiver of 'field-unknown' ended on 2026-11-19; 2 findings count again");
    assert_eq!((expired.severity, expired.clock), (Severity::Error, true));
    let span = expired.primary;
    assert_eq!(&text[span.start as usize..span.end as usize], "2026-11-19");
}

#[test]
fn a_place_takes_in_all_that_is_below_it_and_nothing_beside() {
    for (place, left) in [("odd", "/peculiar"), ("/odd", "/peculiar"), ("/peculiar/", "/odd")] {
        let (found, waived) = entry(&format!("{{rule: field-unknown, place: {place}, {UNTIL}"));
        assert_eq!((found, waived.len()), (vec![format!("field-unknown {left}")], 1), "{place}");
    }
    let (found, waived) = entry(&format!("{{rule: field-unknown, place: /od, {UNTIL}"));
    assert_eq!((found.len(), waived.len()), (3, 0), "half a word is no place: {found:?}");
    assert!(found.contains(&"waiver-unused /waivers/0/rule".to_owned()));
    let (found, _) = entry(&format!("{{rule: field-unknown, place: [odd], {UNTIL}"));
    assert!(found.iter().filter(|found| found.starts_with("field-unknown")).count() == 2, "{found:?}");
}

#[test]
fn a_waiver_that_lacks_something_waives_nothing_and_is_told_by_the_schema() {
    for (words, rule) in [
        ("{rule: field-unknown, until: 2026-12-31}", "field-missing /waivers/0"),
        ("{rule: field-unknown, reason: x}", "field-missing /waivers/0"),
        ("{until: 2026-12-31, reason: x}", "field-missing /waivers/0"),
        ("{rule: field-unknown, until: 2026-12-31, reason: ' '}", "value-range /waivers/0/reason"),
        ("{rule: field-unknown, until: soon, reason: x}", "value-format /waivers/0/until"),
    ] {
        let (found, waived) = entry(words);
        assert_eq!((found.len(), waived.len()), (3, 0), "{words}: {found:?}");
        assert!(found.contains(&rule.to_owned()), "{words}: {found:?}");
    }
}

#[test]
fn rules_that_do_not_exist_or_hold_firm_cannot_be_waived() {
    let (found, _) = entry(&format!("{{rule: field-unknwon, {UNTIL}"));
    assert!(found.contains(&"waiver-rule-unknown /waivers/0/rule".to_owned()), "{found:?}");
    for rule in ["id-duplicate", "yaml-syntax", "waiver-unused", "waiver-expired"] {
        let (found, _) = entry(&format!("{{rule: {rule}, {UNTIL}"));
        assert!(found.contains(&"waiver-not-allowed /waivers/0/rule".to_owned()), "{rule}: {found:?}");
    }
    assert!(may_be_waived("yaml-anchor") && may_be_waived("ci-orphan"));
    assert!(codes().filter(|code| code.id.starts_with("waiver-")).all(|code| !may_be_waived(code.id)));
}

#[test]
fn no_waiver_waives_what_is_wrong_with_a_waiver() {
    let words = format!("{{rule: field-missing, {UNTIL}, {{rule: ref-dangling, approved_by: bob, {UNTIL}, {{rule: x}}");
    let (found, waived) = entry(&words);
    assert!(waived.is_empty(), "{waived:?}");
    for told in ["field-missing /waivers/2", "ref-dangling /waivers/1/approved_by", "waiver-unused /waivers/0/rule"] {
        assert!(found.contains(&told.to_owned()), "{told}: {found:?}");
    }
}

#[test]
fn a_waiver_holds_for_its_own_record_alone() {
    let other = strange("").replace("ann", "bob");
    let own = strange(&format!("waivers: [{{rule: field-unknown, {UNTIL}]\n"));
    let judged = judged(&[("sms/person/ann.yaml", &own), ("sms/person/bob.yaml", &other)], &Selection::default());
    let ids = |found: &crate::base::finding::Finding| found.subject.as_ref().unwrap().id.clone();
    assert_eq!(judged.findings.iter().map(ids).collect::<Vec<_>>(), ["bob", "bob"]);
    assert_eq!(judged.waived.iter().map(|waived| ids(&waived.finding)).collect::<Vec<_>>(), ["ann", "ann"]);
}

#[test]
fn of_a_cause_with_many_places_only_the_part_of_the_record_is_waived() {
    let person = |id: &str, more: &str| {
        format!("kind: person\nid: {id}\ntitle: P\nstatus: active\nlinks: [{{rel: x, to: gone}}]\n{more}")
    };
    let waiver = format!("waivers: [{{rule: ref-dangling, {UNTIL}]\n");
    let run = |waived: [bool; 3]| {
        let ids = ["ann", "bob", "cyd"];
        let texts = ids.iter().zip(waived).map(|(id, waived)| person(id, if waived { &waiver } else { "" }));
        let texts: Vec<String> = texts.collect();
        let paths = ids.map(|id| format!("sms/person/{id}.yaml"));
        let files: Vec<(&str, &str)> = paths.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
        let judged = judged(&files, &Selection::default());
        let id = |waived: &Waived| waived.finding.subject.clone().unwrap().id;
        let places: Vec<usize> = judged.findings.iter().map(|found| found.related.len()).collect();
        let first = judged.findings.first().map(|found| found.subject.clone().unwrap().id);
        (places, first, judged.waived.iter().map(id).collect::<Vec<_>>())
    };
    let some = |id: &str| Some(id.to_owned());
    assert_eq!(run([false; 3]), (vec![3], some("ann"), vec![]));
    assert_eq!(run([true, false, false]), (vec![2], some("bob"), vec!["ann".to_owned()]));
    assert_eq!(run([false, true, false]), (vec![2], some("ann"), vec!["bob".to_owned()]));
    assert_eq!(run([true, false, true]), (vec![0], some("bob"), vec!["ann".to_owned(), "cyd".to_owned()]));
    assert_eq!(run([true; 3]).0.len(), 0);
}

#[test]
fn a_comment_waives_for_its_file_what_has_no_record_of_its_own() {
    let text = "# gitsm: waive yaml-anchor until 2026-12-31 because the export writes it\n---\nkind: person\nid: ann\n\
                title: &t Ann\nstatus: active\n---\nkind: person\nid: bob\ntitle: &u Bob\nstatus: active\n";
    let rules = |text: &str| {
        let judged = judged(&[("sms/person/all.yaml", text)], &Selection::default());
        let rules: Vec<_> = judged.findings.iter().map(|found| found.rule).filter(|r| !r.starts_with("id-")).collect();
        (rules, judged.waived.iter().map(|waived| waived.finding.rule).collect::<Vec<_>>())
    };
    assert_eq!(rules(text), (vec!["record-shares-file"], vec!["yaml-anchor"; 2]));
    let (found, waived) = rules(&text.replace("2026-12-31", "2026-11-01"));
    assert_eq!((found.len(), waived.len()), (4, 0), "{found:?}");
    assert_eq!(found[0], "waiver-expired");
    let (found, _) = rules(&text.replace(" because the export writes it", ""));
    assert!(found.contains(&"waiver-incomplete"), "{found:?}");
    let (found, _) = rules(&text.replace("yaml-anchor", "yaml-ancor"));
    assert!(found.contains(&"waiver-rule-unknown"), "{found:?}");
}

#[test]
fn text_that_only_looks_like_a_comment_waives_nothing() {
    let comment = "# gitsm: waive field-unknown until 2026-12-31 because of this";
    for more in [
        format!("description: |\n  words\n  {comment}\n"),
        format!("description: \"words\n  {comment}\"\n"),
        format!("'{comment}': 1\n"),
    ] {
        let (found, waived) = told(&more);
        assert!(waived.is_empty() && found.len() >= 2, "{more}: {found:?}");
        assert!(found.iter().all(|found| found.starts_with("field-unknown")), "{more}: {found:?}");
    }
    let (found, waived) = told(&format!("description: |\n  words\n{comment}\n"));
    assert_eq!((found.len(), waived.len()), (0, 2), "behind the text it is a comment");
}

#[test]
fn a_file_that_breaks_off_is_told_and_its_comments_count() {
    let comment = "# gitsm: waive field-unknown until 2026-12-31 because of this\n";
    let (found, waived) = told(&format!("{comment}tags: [\n"));
    assert_eq!((found.len(), waived.len()), (2, 0), "nothing of it was judged but the break: {found:?}");
    assert!(found.iter().any(|found| found.starts_with("yaml-syntax")), "{found:?}");
}

#[test]
fn a_waiver_is_idle_only_when_its_rule_was_asked() {
    let text = strange(&format!("waivers: [{{rule: ci-orphan, {UNTIL}, {{rule: field-unknown, {UNTIL}]\n"));
    let files = [("sms/person/ann.yaml", text.as_str())];
    let rules = |only: &[&str], levels: &[(&str, Level)]| {
        let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
        let rules = levels.iter().map(|(name, level)| ((*name).to_owned(), *level)).collect();
        let mut levels = Settings::default();
        levels.rules = rules;
        let judged = judged(&files, &Selection::new(&only, &levels, &Rules::default()).unwrap());
        (judged.findings.iter().map(|found| found.rule).collect::<Vec<_>>(), judged.waived.len())
    };
    assert_eq!(rules(&[], &[]), (vec!["waiver-unused"], 2));
    assert_eq!(rules(&["field-unknown"], &[]), (vec![], 2));
    assert_eq!(rules(&["waiver-unused"], &[]), (vec!["waiver-unused"], 0), "all are asked, and only that is told");
    assert_eq!(rules(&[], &[("waiver-unused", Level::Off)]), (vec![], 2));
    assert_eq!(rules(&["date-order"], &[]), (vec![], 0));
}

#[test]
fn a_waived_finding_keeps_its_weight_and_says_by_whom_and_why() {
    let text =
        strange("waivers: [{rule: field-unknown, place: odd, until: 2027-01-01, reason: ' Odd ', approved_by: ann}]\n");
    let mut levels = Settings::default();
    levels.rules = [("field-unknown".to_owned(), Level::Info)].into();
    let judged = judged(&[("sms/person/ann.yaml", &text)], &Selection::new(&[], &levels, &Rules::default()).unwrap());
    let Waived { finding, waiver } = &judged.waived[0];
    assert_eq!(finding.severity, Severity::Info);
    assert_eq!((waiver.reason.as_str(), waiver.place.as_deref()), ("Odd", Some("/odd")));
    assert_eq!((waiver.until.to_string().as_str(), waiver.approved_by.as_deref()), ("2027-01-01", Some("ann")));
}
