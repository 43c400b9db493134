//! What rules find after an edit: the same as if all of them were asked.

use std::sync::Arc;

use proptest::prelude::*;

use super::bytes::VERSION;
use super::{Found, Ground};
use crate::base::bytes::{head, seal};
use crate::base::date::AsOf;
use crate::graph::Graph;
use crate::load;
use crate::model::Sms;
use crate::model::fixture::{Records, carry_out, edit, edited};
use crate::model::trace::Read;
use crate::rules::{ALL, Check, Judged, Selection, judge, judge_after};
use crate::schema::catalog;

/// The example of every kind, and a chain with a promise.
fn story() -> Records {
    let examples = catalog::shared().iter().map(|kind| {
        let id = kind.example["id"].as_str().unwrap();
        (format!("sms/{}/{id}.yaml", kind.name), serde_yaml::to_string(&kind.example).unwrap())
    });
    let chain = [
        ("ci", "ci-x", "status: live\nci_type: host\navailability: 98\nrelations: [{type: depends_on, to: ci-y}]\n"),
        ("ci", "ci-y", "status: live\nci_type: host\navailability: 99\n"),
        ("service", "svc-x", "status: live\ncriticality: vital\nrelations: [{type: depends_on, to: ci-x}]\n"),
        (
            "sla",
            "sla-x",
            "status: in_force\nservice: svc-x\nvalid_from: 2026-01-01\nvalid_to: 2027-12-31\n\
             targets: [{id: up, metric: availability, operator: '>=', value: 99.5, unit: percent, window: month, clock: 24x7}]\n",
        ),
    ];
    let chain = chain.into_iter().map(|(kind, id, more)| {
        (format!("sms/{kind}/{id}.yaml"), format!("kind: {kind}\nid: {id}\ntitle: The {id}\n{more}"))
    });
    examples.chain(chain).collect()
}

/// What is found in `records` after what was found `before`, which must be what all rules find; with what the next run may
/// take over, and the names of the rules that were asked.
#[track_caller]
fn after(records: &Records, instant: &str, before: Option<&Found>) -> (Found, Vec<String>) {
    let texts = records.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let snapshot = load::memory(texts, AsOf::parse(instant).unwrap()).unwrap();
    let files = snapshot.sources.prints();
    let clean = before.map(|found| found.clean(&snapshot.sources, &files)).unwrap_or_default();
    let fresh = Sms::build(&snapshot, catalog::shared());
    let sms = Sms::build_knowing(&snapshot, catalog::shared(), &clean);
    assert_eq!(sms.findings, fresh.findings);
    let graph = Graph::build(&sms);
    let check = Check { sms: &sms, graph: &graph };
    let ground = Ground::new(&sms, &graph, &files);
    let asked = |found: &Found| {
        let kept = super::Before::new(found, &ground, &sms);
        let is_kept = |name: &str| kept.as_ref().is_some_and(|kept| kept.kept(name).is_some());
        ALL.iter().map(|rule| rule.code().id).filter(|name| !is_kept(name)).map(str::to_owned).collect()
    };
    let asked: Vec<String> = before.map(asked).unwrap_or_default();
    let all: Judged = judge(&check, &Selection::default());
    let (told, found) = judge_after(&check, &Selection::default(), (&files, Arc::new(ground)), before);
    assert_eq!(told, all);
    (Found::of_bytes(&found.to_bytes()).unwrap(), asked)
}

const NOON: &str = "2026-11-20T12:00:00Z";

#[test]
fn only_rules_that_looked_at_what_changed_are_asked_again() {
    let first = story();
    let (found, _) = after(&first, NOON, None);
    assert_eq!(after(&first, NOON, Some(&found)).1, [""; 0]);
    let (_, asked) = after(&edited(&first, "ci-y", "title: The ci-y", "title: Another"), NOON, Some(&found));
    let names = |names: &[&str], is: bool| {
        for name in names {
            assert_eq!(asked.iter().any(|asked| asked == name), is, "{name}: {asked:?}");
        }
    };
    names(&["ci-owner-missing", "date-order", "secret-suspected", "id-path-mismatch"], true);
    names(&["avail-composite-short", "supplier-no-contract", "risk-score-wrong", "nc-no-root-cause"], false);
    let (_, asked) = after(&edited(&first, "ci-y", "availability: 99", "availability: 97"), NOON, Some(&found));
    assert!(asked.iter().any(|name| name == "avail-composite-short"), "{asked:?}");
}

#[test]
fn what_is_known_of_a_file_holds_for_its_very_text_and_the_same_schemas() {
    let first = edited(&story(), "ci-x", "status: live", "status: nonsense");
    let (found, _) = after(&first, NOON, None);
    let clean = |records: &Records| {
        let texts = records.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        let snapshot = load::memory(texts, AsOf::parse(NOON).unwrap()).unwrap();
        let known = found.clean(&snapshot.sources, &snapshot.sources.prints());
        let at = |id: &str| snapshot.sources.iter().find(|(_, it)| it.path().ends_with(id)).unwrap().0.0 as usize;
        (known[at("/ci-x.yaml")], known[at("/ci-y.yaml")], known[at("/svc-x.yaml")])
    };
    assert_eq!(clean(&first), (false, false, true), "a CI lacks fields, a service with a chain does not");
    assert_eq!(clean(&edited(&first, "svc-x", "title: The", "title: A")), (false, false, false));
    let schema = ("schemas/local/ci.schema.json".to_owned(), "{}".to_owned());
    assert_eq!(clean(&[first.as_slice(), &[schema]].concat()), (false, false, false));
}

#[test]
fn another_day_relation_record_or_build_asks_all_rules_and_another_hour_those_that_look_at_it() {
    let first = story();
    let (found, _) = after(&first, NOON, None);
    assert_eq!(after(&first, "2026-11-21T12:00:00Z", Some(&found)).1.len(), ALL.len());
    let joined = edited(&first, "ci-x", "to: ci-y", "to: ci-z");
    assert_eq!(after(&joined, NOON, Some(&found)).1.len(), ALL.len());
    assert_eq!(after(&first[1..].to_vec(), NOON, Some(&found)).1.len(), ALL.len());
    let broken = |text: &str| [first.as_slice(), &[("sms/ci/ci-z.yaml".to_owned(), text.to_owned())]].concat();
    let (lost, _) = after(&broken("a: [1"), NOON, None);
    assert_eq!(after(&broken("a: [2"), NOON, Some(&lost)).1.len(), ALL.len(), "a file in which no record can be read");
    let (_, asked) = after(&first, "2026-11-20T21:00:00Z", Some(&found));
    assert!(asked.iter().any(|name| name == "date-in-future"), "{asked:?}");
    assert!(!asked.iter().any(|name| name == "owner-missing"), "{asked:?}");
}

#[test]
fn a_finding_with_a_place_in_a_file_that_changed_is_looked_for_again() {
    let first =
        edited(&story(), "ci-y", "availability: 99", "availability: 99\nrelations: [{type: depends_on, to: ci-x}]");
    let (found, _) = after(&first, NOON, None);
    assert!(found.rules["dependency-cycle"].findings.iter().any(|finding| !finding.related.is_empty()));
    after(&edited(&first, "ci-x", "kind: ci", "# moved\nkind: ci"), NOON, Some(&found));
    after(&edited(&first, "ci-y", "kind: ci", "# moved\nkind: ci"), NOON, Some(&found));
}

#[test]
fn what_was_found_comes_back_from_its_bytes_and_from_no_others() {
    let more = "availability: 99\nowner: nobody\nclauses: ['20000-1:6.6']\nrelations: [{type: depends_on, to: nobody}]";
    let records = edited(&story(), "ci-y", "availability: 99", more);
    let (found, _) = after(&records, NOON, None);
    let findings: Vec<_> = found.rules.values().flat_map(|asked| &asked.findings).collect();
    assert!(findings.iter().any(|it| it.fix.is_some()) && findings.iter().any(|it| !it.parts.is_empty()));
    assert!(found.rules.values().any(|asked| asked.trace.reads().any(|read| matches!(read, Read::Figure(_)))));
    let bytes = found.to_bytes();
    assert_eq!(Found::of_bytes(&bytes), Some(found));
    for at in (0..bytes.len()).step_by(97) {
        assert_eq!(Found::of_bytes(&bytes[..at]), None, "cut at {at}");
        let mut other = bytes.clone();
        other[at] ^= 1;
        assert_eq!(Found::of_bytes(&other), None, "changed at {at}");
    }
    assert_eq!(Found::of_bytes(&[bytes.as_slice(), b"x"].concat()), None);
}

#[test]
fn bytes_with_a_right_sum_and_less_content_are_nothing() {
    let (found, _) = after(&story()[..3].to_vec(), NOON, None);
    let bytes = found.to_bytes();
    for at in head(VERSION)..bytes.len() {
        let mut other = bytes[..at].to_vec();
        seal(VERSION, &mut other);
        assert_eq!(Found::of_bytes(&other), None, "ends at {at}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_any_edits_the_same_is_found_as_by_all_rules(edits in proptest::collection::vec(edit(), 1..6), later in any::<bool>()) {
        let mut records = story();
        let (mut found, _) = after(&records, NOON, None);
        for edit in edits {
            carry_out(&mut records, edit);
            found = after(&records, if later { "2026-11-20T21:00:00Z" } else { NOON }, Some(&found)).0;
        }
    }
}
