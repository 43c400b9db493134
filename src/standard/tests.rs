//! The pack is sound in itself, and names only clauses, kinds, fields, words and rules that exist.

use std::collections::BTreeSet;

use jiff::civil::date;

use super::*;
use crate::base::clause;
use crate::base::duration::Duration;
use crate::model::fixture::with;
use crate::schema::catalog;

fn shown() -> impl Iterator<Item = (String, &'static Shown)> {
    let requirements = pack().requirements.iter().map(|requirement| (requirement.id.clone(), &requirement.shown));
    let items = pack().documents.iter().chain(&pack().records).map(|item| (item.name.clone(), &item.shown));
    requirements.chain(items)
}

#[test]
fn ids_are_clauses_with_a_number_and_stand_in_order() {
    let mut seen = BTreeSet::new();
    let mut last = (0, 0);
    for requirement in &pack().requirements {
        let (number, count) = requirement.id.split_once('-').expect("a number behind the clause");
        let place = clause::all().position(|clause| clause.number == number);
        let place = (place.unwrap_or_else(|| panic!("{number} is no clause")), count.parse::<u32>().expect("a number"));
        assert!(place > last, "{} stands behind its time", requirement.id);
        assert!(count.len() == 2 && (place.1 == 1 || place == (last.0, last.1 + 1)), "{} leaves a gap", requirement.id);
        assert!(seen.insert(&requirement.id));
        last = place;
        assert!(!requirement.says.ends_with('.') && requirement.says.len() > 20, "{}", requirement.id);
    }
}

#[test]
fn every_clause_with_a_title_and_nothing_below_it_has_a_requirement() {
    let numbers: Vec<_> = clause::all().filter(|clause| !clause.title.is_empty()).map(|clause| clause.number).collect();
    for number in &numbers {
        let leaf = !numbers.iter().any(|other| other != number && is_within(other, number));
        let has = pack().requirements.iter().any(|requirement| requirement.clause() == *number);
        assert!(has || !leaf, "nothing is said of {number}");
    }
}

#[test]
fn kinds_fields_and_words_exist() {
    for (name, shown) in shown() {
        for kind in &shown.kinds {
            assert!(catalog::shared().find(kind).is_some(), "{name}: there is no kind '{kind}'");
        }
        for (field, words) in &shown.fields {
            let kinds = shown.kinds.iter().filter_map(|kind| catalog::shared().find(kind));
            let fields: Vec<_> = kinds.filter_map(|kind| kind.field(field)).collect();
            assert!(!fields.is_empty(), "{name}: no kind has '{field}'");
            for known in fields.iter().filter(|field| !field.values.is_empty()) {
                assert!(words.iter().all(|word| known.values.contains(word)), "{name}: {words:?} in {field}");
            }
        }
    }
}

#[test]
fn clauses_of_lists_and_mappings_exist() {
    let listed = pack().documents.iter().chain(&pack().records).map(|item| &item.clause);
    let mapped = pack().mapping.iter().flat_map(|mapping| &mapping.clauses);
    let legacy = pack().legacy.iter().flat_map(|group| &group.processes).flat_map(|process| &process.clauses);
    for number in listed.chain(mapped).chain(legacy) {
        assert!(clause::find(number).is_some(), "{number} is no clause");
    }
    for item in pack().records.iter().filter_map(|item| item.excused_by.as_ref()) {
        assert!(pack().requirement(item).is_some_and(|requirement| requirement.none), "{item}");
    }
}

#[test]
fn a_requirement_is_found_by_its_label_and_knows_its_clause_and_letter() {
    let requirement = pack().requirement("20000-1:8.5.1.3-03").expect("it is there");
    assert_eq!((requirement.clause(), pack().label(requirement).as_str()), ("8.5.1.3", "20000-1:8.5.1.3-03"));
    assert_eq!(pack().requirement("8.5.1.3-03").map(|found| &found.id), Some(&requirement.id));
    assert!(pack().requirement("9001:8.5.1.3-03").is_none());
    let letters = ["4.1", "7.6", "8.5.1", "9.2", "10.1", "10"].map(Pdca::of);
    assert_eq!(letters, [Pdca::Plan, Pdca::Plan, Pdca::Do, Pdca::Check, Pdca::Act, Pdca::Act]);
}

#[test]
fn the_subject_of_a_clause_has_its_names_elsewhere() {
    let names: Vec<_> = pack().mappings("8.5.1.3").flat_map(|mapping| &mapping.itil4).collect();
    assert_eq!(names, ["change enablement"]);
    assert!(is_within("8.5.1.3", "8.5.1") && is_within("8.5", "8.5") && !is_within("8.51", "8.5"));
}

#[test]
fn evidence_is_found_by_kind_and_word_and_weighed_by_status() {
    let files = [
        ("sms/policy/a.yaml", "kind: policy\nid: a\nstatus: in_force\npolicy_type: service_management\n"),
        ("sms/policy/b.yaml", "kind: policy\nid: b\nstatus: draft\npolicy_type: service_management\n"),
        ("sms/policy/c.yaml", "kind: policy\nid: c\nstatus: superseded\npolicy_type: service_management\n"),
        ("sms/policy/d.yaml", "kind: policy\nid: d\nstatus: in_force\npolicy_type: financial\n"),
        ("sms/policy/e.yaml", "kind: policy\nid: e\nstatus: in_force\n"),
        ("sms/incident/i.yaml", "kind: incident\nid: i\nstatus: closed\nsecurity: true\n"),
        ("sms/incident/j.yaml", "kind: incident\nid: j\nstatus: closed\nsecurity: false\n"),
    ];
    with(&files, |sms| {
        let found = |id: &str| {
            let found = matching(sms, &pack().requirement(id).expect("it is there").shown);
            found.into_iter().map(|ix| (sms.record(ix).id.to_string(), standing(sms.record(ix)))).collect::<Vec<_>>()
        };
        let policies = [("a", Standing::Full), ("b", Standing::Draft), ("c", Standing::Void)];
        assert_eq!(found("5.2.1-01"), policies.map(|(id, standing)| (id.to_owned(), standing)));
        assert_eq!(found("8.7.3.3-01"), [("i".to_owned(), Standing::Full)]);
    });
}

#[test]
fn the_last_event_is_the_newest_past_time_that_is_not_ahead() {
    let text = "kind: incident\nid: i\nreported_at: 2026-03-01T10:00:00Z\nresolved_at: 2026-03-02T10:00:00Z\n\
                closed_at: 2027-01-01T00:00:00Z\ntimeline: [{at: 2026-03-05T10:00:00Z, by: ann, action: x}]\n";
    with(&[("sms/incident/i.yaml", text), ("sms/ci/c.yaml", "kind: ci\nid: c\n")], |sms| {
        let last = |id: &str| last_event(sms.record(sms.find(id).expect("it is there")), date(2026, 11, 20));
        assert!(last("i") >= Some(date(2026, 3, 2)) && last("i") <= Some(date(2026, 3, 5)), "{:?}", last("i"));
        assert_eq!(last("c"), None);
    });
}

#[test]
fn a_statement_counts_while_its_assessment_is_young_and_done() {
    let assessment = |status: &str, day: &str, about: &str| {
        format!(
            "kind: gap_assessment\nid: gap\nstatus: {status}\ndate: {day}\nresults: [{{requirement: {about}, status: no_instance}}]\n"
        )
    };
    for (status, day, about, stated) in [
        ("done", "2026-05-01", "8.3.2-07", true),
        ("done", "2026-05-01", "8.3.2", true),
        ("done", "2026-05-01", "8.3.2-06", false),
        ("in_progress", "2026-05-01", "8.3.2-07", false),
        ("done", "2025-05-01", "8.3.2-07", false),
        ("done", "2027-05-01", "8.3.2-07", false),
    ] {
        with(&[("sms/gap_assessment/gap.yaml", &assessment(status, day, about))], |sms| {
            let found = statement(sms, "8.3.2-07", date(2026, 11, 20), Duration::from_days(365));
            assert_eq!(found.is_some(), stated, "{status} {day} {about}");
        });
    }
}
