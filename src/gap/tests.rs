//! What records make of requirements.

use std::collections::BTreeMap;

use super::actions::actions;
use super::*;
use crate::base::clause;
use crate::graph::Graph;
use crate::model::fixture::with;
use crate::rules::{Check, Selection, run};
use crate::standard::pack;

/// Calls `then` with every requirement judged on `files`, as of 2026-11-20.
fn judged<T>(files: &[(&str, &str)], then: impl FnOnce(&Input<'_>, &[Assessed<'_>]) -> T) -> T {
    with(files, |sms| {
        let graph = Graph::build(sms);
        let check = Check { sms, graph: &graph };
        let findings = run(&check, &Selection::default());
        let grades = BTreeMap::from([("sms/process/prc.yaml".to_owned(), Grade::E1)]);
        let input = Input { sms, findings: &findings, pack: pack(), grades: &grades };
        then(&input, &assess(&input, check))
    })
}

fn status(files: &[(&str, &str)], id: &str) -> (Status, String) {
    judged(files, |_, assessed| {
        let one = assessed.iter().find(|one| one.requirement.id == id).unwrap_or_else(|| panic!("no {id}"));
        (one.status, one.next.clone())
    })
}

const TREND: &str = "sms/change_trend/t.yaml";

#[test]
fn without_records_everything_is_missing_or_needs_a_person() {
    judged(&[], |_, assessed| {
        assert_eq!(assessed.len(), pack().requirements.len());
        let person = assessed.iter().filter(|one| one.requirement.person).count();
        let counts = count(assessed);
        assert_eq!((counts[&Status::Missing], counts[&Status::NeedsPerson]), (assessed.len() - person, person));
        assert!(assessed.iter().all(|one| !one.next.is_empty()), "each says what to do");
    });
}

#[test]
fn a_draft_is_part_of_the_way_and_says_what_is_left() {
    let draft = [("sms/sm_plan/p.yaml", "kind: sm_plan\nid: smp\nstatus: draft\n")];
    assert_eq!(status(&draft, "6.3-01"), (Status::Partly, "bring 'smp' from draft to an end".to_owned()));
    let old = [("sms/sm_plan/p.yaml", "kind: sm_plan\nid: smp\nstatus: superseded\n")];
    assert_eq!(status(&old, "6.3-01"), (Status::Missing, "`gitsm new sm_plan`".to_owned()));
}

#[test]
fn a_finding_of_one_of_its_rules_speaks_against_a_requirement() {
    let risk = "kind: risk\nid: r\nstatus: assessed\nowner: ann\ninherent: {likelihood: 2, impact: 2, score: SCORE, level: low}\n";
    let of = |score: &str| status(&[("sms/risk/r.yaml", &risk.replace("SCORE", score))], "6.1-06");
    assert_eq!(of("4").0, Status::Conform);
    let (wrong, next) = of("5");
    assert_eq!(wrong, Status::Partly);
    assert!(next.starts_with("the inherent score is 5"), "{next}");
}

#[test]
fn a_record_that_is_due_in_every_period_grows_old() {
    let at = |day: &str| {
        status(
            &[(TREND, &format!("kind: change_trend\nid: t\nstatus: concluded\nconcluded_on: {day}\n"))],
            "8.5.1.3-08",
        )
    };
    assert_eq!(at("2025-11-20").0, Status::Conform, "365 days");
    let (old, next) = at("2025-11-19");
    assert_eq!(
        (old, next.as_str()),
        (Status::Partly, "nothing since 2025-11-19: keep the record going, or say why there is none")
    );
}

#[test]
fn a_statement_excuses_only_what_may_have_had_no_instance() {
    let gap = |about: &str| {
        format!(
            "kind: gap_assessment\nid: gap\nstatus: done\ndate: 2026-06-01\nresults: [{{requirement: {about}, status: no_instance}}]\n"
        )
    };
    let (stated, next) = status(&[("sms/gap_assessment/gap.yaml", &gap("8.3.4.1-09"))], "8.3.4.1-09");
    assert_eq!(stated, Status::NoInstance);
    assert!(next.contains("'gap'"), "{next}");
    assert_eq!(
        status(&[("sms/gap_assessment/gap.yaml", &gap("6.3-01"))], "6.3-01").0,
        Status::Missing,
        "a plan must be"
    );
}

#[test]
fn evidence_bears_the_grade_of_its_file_and_tells_who_else_performs_it() {
    let files = [
        ("sms/process/prc.yaml", "kind: process\nid: prc\nstatus: in_force\nclauses: ['20000-1:4.4', '8.6.1']\n"),
        ("sms/supplier/sup.yaml", "kind: supplier\nid: sup\ntitle: The desk\nstatus: active\nprovides: [prc]\n"),
    ];
    judged(&files, |_, assessed| {
        let of = |id: &str| assessed.iter().find(|one| one.requirement.id == id).unwrap();
        assert_eq!(
            (of("4.4-01").grade(), of("8.2.3-03").grade(), of("6.3-01").grade()),
            (Some(Grade::E1), Some(Grade::E0), None)
        );
        assert_eq!(of("8.6.1-02").performed_by.as_deref(), Some("The desk"));
        assert_eq!(of("8.6.2-01").performed_by, None);
    });
}

#[test]
fn no_word_of_the_analysis_says_compliant_or_not_applicable() {
    judged(&[], |input, assessed| {
        let all = [
            json::json(input, assessed).to_string(),
            csv::csv(input, assessed),
            markdown::markdown(input, assessed, View::Clause),
        ];
        for text in all {
            let lower = text.to_lowercase();
            assert!(
                !lower.contains("complian") && !lower.contains("not applicable") && !lower.contains("not_applicable")
            );
        }
    });
}

#[test]
fn every_requirement_stands_under_a_heading_of_the_clauses_and_of_pdca() {
    judged(&[], |input, assessed| {
        for view in [View::Clause, View::Pdca] {
            let total: usize = sections(view, input.pack, assessed).iter().map(|section| section.items.len()).sum();
            assert_eq!(total, assessed.len(), "{view:?}");
        }
        let titles =
            |view| sections(view, input.pack, assessed).into_iter().map(|section| section.title).collect::<Vec<_>>();
        assert_eq!(titles(View::Pdca), ["Plan", "Do", "Check", "Act"]);
        assert!(titles(View::Legacy).contains(&"Control: 9.2 Change management (2011)".to_owned()));
        assert!(titles(View::Itil4).contains(&"change enablement".to_owned()));
        let iso = titles(View::Iso27001);
        let place = |name: &str| iso.iter().position(|title| title == name).unwrap_or_else(|| panic!("{name}"));
        assert!(place("ISO/IEC 27001 A.5.9") < place("ISO/IEC 27001 A.5.10"));
        assert!(titles(View::Iso9001).iter().all(|title| title.starts_with("ISO 9001 ")));
    });
}

#[test]
fn actions_are_sound_records_one_for_each_clause_and_not_twice() {
    let owner = (
        "sms/process/prc.yaml",
        "kind: process\nid: prc\ntitle: P\nstatus: in_force\nowner: ann\nclauses: ['8.5.3']\n",
    );
    let written = judged(&[owner], actions);
    assert!(written.len() > 40, "{}", written.len());
    let release = written.iter().find(|draft| draft.path == "sms/action/act-gap-8-5-3.yaml").expect("one for 8.5.3");
    assert!(release.text.contains("owner: \"ann\"") && release.text.contains("due: 2027-02-18"), "{}", release.text);
    let mut files: Vec<(&str, &str)> = written.iter().map(|draft| (draft.path.as_str(), draft.text.as_str())).collect();
    files.push(owner);
    judged(&files, |input, assessed| {
        let wrong: Vec<_> = input
            .sms
            .findings
            .iter()
            .filter(|found| found.subject.as_ref().is_some_and(|one| one.kind == "action"))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(actions(input, assessed).is_empty(), "each gap has one under way");
    });
    let done = [("sms/action/a.yaml", "kind: action\nid: act-gap-8-5-3\nstatus: done\n")];
    let again = judged(&done, actions);
    assert!(again.iter().any(|draft| draft.path == "sms/action/act-gap-8-5-3-2026-11-20.yaml"));
}

#[test]
fn counts_are_told_from_the_worst_on() {
    let counts = BTreeMap::from([(Status::Conform, 3), (Status::Missing, 1), (Status::Partly, 0)]);
    assert_eq!(told(&counts), "1 missing, 3 conform");
    assert_eq!(told(&BTreeMap::new()), "nothing");
    assert!(clause::find("8.5.3").is_some());
}
