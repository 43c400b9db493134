//! What policies put under control, and what of it an edit touches.

use super::*;
use crate::evidence::history::fixture::Store;
use crate::evidence::verify::file::Texts;

const POLICY: &str = "status: in_force\ncontrolled:\n  kinds: [sla, ci]\n  ci_types: [database]\n  paths: ['gitsm.toml', '.github/**', 'docs/*.md']\n  except_paths: ['.github/ISSUES/**']\n";

fn control(texts: &[&str]) -> Control {
    Control::of(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
}

/// Whether the edit of `path` from one text to the other is under the control of the policy.
fn holds(control: &Control, path: &str, old: Option<&str>, new: Option<&str>) -> bool {
    let store = Store::new();
    let touched = [store.touched(path, old, new)];
    let texts = Texts::read(&store.history, &touched).unwrap();
    control.holds(&texts.files()[0])
}

#[test]
fn paths_are_matched_segment_by_segment_and_exceptions_free_them() {
    let control = control(&[POLICY]);
    let held = |path: &str| holds(&control, path, None, Some("x\n"));
    for path in ["gitsm.toml", ".github/workflows/a.yml", "docs/a.md"] {
        assert!(held(path), "{path}");
    }
    for path in ["docs/deep/a.md", ".github/ISSUES/a.md", "other/gitsm.toml", "README.md", "sms/policy/p.yaml"] {
        assert!(!held(path), "{path}");
    }
}

#[test]
fn a_kind_under_control_is_held_when_its_records_come_go_or_change() {
    let control = control(&[POLICY]);
    let path = "sms/sla/sla-a.yaml";
    assert!(holds(&control, path, None, Some("id: sla-a\n")));
    assert!(holds(&control, path, Some("id: sla-a\n"), None));
    assert!(holds(&control, path, Some("id: sla-a\nhours: 1\n"), Some("id: sla-a\nhours: 2\n")));
    assert!(
        !holds(&control, path, Some("id: sla-a\nhours: 1\n"), Some("# Why\nhours: 1\nid:   sla-a\n")),
        "layout alone"
    );
    assert!(holds(&control, path, Some("id: a\n"), Some("id: a\n---\nid: b\n")), "one record more");
    assert!(!holds(&control, "sms/service/sla.yaml", None, Some("kind: sla\n")), "the folder says the kind");
}

#[test]
fn of_items_only_the_named_types_are_held_before_or_after() {
    let control = control(&[POLICY]);
    let path = "sms/ci/ci-a.yaml";
    let (database, server) = ("ci_type: database\nowner: ann\n", "ci_type: server\nowner: ann\n");
    let held = |old: &str, new: &str| holds(&control, path, Some(old), Some(new));
    assert!(held(database, "ci_type: database\nowner: bo\n"));
    assert!(!held(server, "ci_type: server\nowner: bo\n"));
    assert!(held(server, database), "it becomes one");
    assert!(held(database, server), "it was one");
    assert!(held("owner: ann\n", "owner: bo\n"), "an item without a type frees itself from nothing");
    assert!(!holds(&control, path, None, Some(server)));
    assert!(holds(&control, path, None, Some(&format!("{server}---\n{database}"))), "one of several is enough");
    let every = self::control(&["status: in_force\ncontrolled: {kinds: [ci]}\n"]);
    assert!(holds(&every, path, None, Some(server)), "without types all items are held");
}

#[test]
fn without_a_policy_that_can_be_read_everything_is_held() {
    let broken = POLICY.replace("'docs/*.md'", "'docs/[a'");
    let (broken, draft) = (broken.as_str(), POLICY.replace("in_force", "draft"));
    for texts in [&[][..], &[draft.as_str()], &[broken], &[POLICY, broken]] {
        assert!(holds(&control(texts), "README.md", None, Some("x")), "{texts:?}");
    }
    assert!(!holds(&control(&["status: in_force\n"]), "README.md", None, Some("x")), "it may control nothing");
}

#[test]
fn several_policies_in_force_control_together() {
    let other = "status: in_force\ncontrolled: {kinds: [policy], paths: ['Makefile']}\n";
    let draft = "status: draft\ncontrolled: {kinds: [service], paths: ['README.md']}\n";
    let both = control(&[POLICY, other, draft]);
    let held = |path: &str| holds(&both, path, None, Some("x: 1\n"));
    assert_eq!(
        ["sms/sla/a.yaml", "sms/policy/a.yaml", "Makefile", "gitsm.toml", "sms/service/a.yaml", "README.md"].map(held),
        [true, true, true, true, false, false]
    );
}

#[test]
fn keys_and_names_of_people_are_those_of_the_commit() {
    use crate::evidence::sign::fixture::public;
    let store = Store::new();
    let ann = format!("kind: person\nid: ann\ntitle: Ann Arbor\nsigning_keys:\n  - {}\n", public(1));
    let bo = format!("kind: person\nid: bo\nsigning_keys:\n  - {}\n", public(2));
    let files = [("sms/person/ann.yaml", ann.as_str()), ("sms/person/bo.yaml", &bo), ("sms/person/x.txt", &ann)];
    let commit = store.commit("Begin", &files, &[]);
    let who = |tree: Oid| -> Vec<String> {
        ring(&store.history, tree).unwrap().keys().iter().map(|key| key.who.clone()).collect()
    };
    assert_eq!(who(commit.tree), ["ann", "bo"]);
    assert_eq!(who(store.tree(&files[1..])), ["bo"], "only what is a record counts");
    assert_eq!(who(store.tree(&[])), [""; 0]);
    let mut known = Known::default();
    let names = &known.people(&store.history, commit.tree).unwrap().names;
    let expected = [("ann", "Ann Arbor"), ("bo", "bo")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(*names, BTreeMap::from(expected));
}

#[test]
fn what_a_policy_asks_for_after_an_emergency_needs_a_time_and_seats() {
    let category = |more: &str| format!("status: in_force\ncategories:\n  - {{id: emergency{more}}}\n");
    let within = |more: &str| control(&[&category(more)]).afterwards("emergency").map(Duration::days);
    assert_eq!(within(", retrospective_within: 3d, retrospective_seats: [{role: r, count: 1}]"), Some(3));
    assert_eq!(within(", retrospective_seats: [{role: r, count: 1}]"), None);
    assert_eq!(within(", retrospective_within: 3d, retrospective_seats: []"), None);
    assert_eq!(control(&[POLICY]).afterwards("emergency"), None);
}

#[test]
fn who_may_not_vote_is_everybody_with_a_part_unless_the_policy_says_otherwise() {
    let on = |text: &str, part: &str, day: &str| control(&[text]).excludes(part, parse_date(day).unwrap());
    assert!(on(POLICY, "author", "2026-01-01") && on(POLICY, "tester", "2026-01-01"));
    let author = "status: in_force\nexcluded: [author]\n";
    assert!(on(author, "author", "2026-01-01") && !on(author, "tester", "2026-01-01"));
    assert!(!on("status: in_force\nexcluded: []\n", "author", "2026-01-01"));
    let small = "status: in_force\nsmall_team: {until: 2026-06-30, control: A second look each month}\n";
    assert!(!on(small, "author", "2026-06-30") && on(small, "author", "2026-07-01"), "it ends");
    assert!(on("status: draft\nexcluded: []\n", "author", "2026-01-01"), "a draft frees nobody");
}
