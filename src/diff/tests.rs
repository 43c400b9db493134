//! Tests of differences as a whole: which records, in which words, and what comes with them.

use super::*;
use crate::graph::Graph;
use crate::model::Sms;
use crate::model::fixture::with;
use crate::rules::{self, Check, Selection};

type Files<'t> = [(&'t str, &'t str)];

/// Calls `then` with the difference of two sets of files, and the later one.
fn difference<T>(base: &Files<'_>, head: &Files<'_>, then: impl FnOnce(&Difference, &Sms<'_>) -> T) -> T {
    with(base, |before| {
        with(head, |after| {
            let graphs = (Graph::build(before), Graph::build(after));
            let judge = |sms, graph| rules::all(&Check { sms, graph }, &Selection::default()).findings;
            let (old, new) = (judge(before, &graphs.0), judge(after, &graphs.1));
            let base = State { side: Side { sms: before, graph: &graphs.0 }, findings: &old };
            let head = State { side: Side { sms: after, graph: &graphs.1 }, findings: &new };
            then(&Difference::new(base, head), after)
        })
    })
}

/// The lines about records.
fn records(base: &Files<'_>, head: &Files<'_>) -> Vec<String> {
    difference(base, head, |difference, sms| {
        let told = human(&Difference { records: difference.records.clone(), ..nothing() }, sms);
        let (records, _) = told.rsplit_once("\n\n").unwrap_or_default();
        records.lines().map(str::to_owned).collect()
    })
}

fn nothing() -> Difference {
    Difference { records: Vec::new(), endangered: Endangered::default(), findings: Vec::new() }
}

const TEAM: (&str, &str) = ("sms/team/team-a.yaml", "kind: team\nid: team-a\ntitle: Team\n");
const SERVICE: &str = "kind: service\nid: svc-a\ntitle: Mail\nstatus: live\nrelations: [ci-x]\n";
const ITEM: &str = "kind: ci\nid: ci-x\ntitle: Box\nstatus: live\n";

#[test]
fn the_same_records_in_another_layout_are_no_difference() {
    let head = [("sms/team/team-a.yaml", "# A comment.\ntitle: 'Team'\nid: team-a\nkind: team\n")];
    assert!(records(&[TEAM], &head).is_empty());
    difference(&[TEAM], &head, |difference, sms| {
        assert_eq!(
            human(difference, sms),
            "no record is different; nothing is newly endangered; 0 findings came with it\n"
        );
        assert_eq!(difference.counts(), Counts { added: 0, removed: 0, changed: 0, unreadable: 0, readable: 0 });
    });
}

#[test]
fn records_come_go_and_change_by_kind_and_id() {
    let base = [TEAM, ("sms/ci/ci-x.yaml", ITEM), ("sms/service/svc-a.yaml", SERVICE)];
    let retired = SERVICE.replace("live", "retired").replace("[ci-x]", "[ci-y]");
    let head = [TEAM, ("sms/ci/ci-y.yaml", "kind: ci\nid: ci-y\n"), ("sms/service/svc-a.yaml", &retired)];
    let state = |word: &str| {
        with(&[("sms/service/s.yaml", &format!("kind: service\nid: s\nstatus: {word}\n"))], |sms| {
            let (_, record) = sms.records().next().unwrap();
            format!("{} ({word})", record.state().unwrap().label)
        })
    };
    assert_eq!(
        records(&base, &head),
        [
            "removed ci ci-x, Box",
            "added ci ci-y",
            "changed service svc-a, Mail",
            &format!("  status: {} → {}", state("live"), state("retired")),
            "  relations[ci-y]: + ci-y",
            "  relations[ci-x]: − ci-x",
        ]
    );
}

#[test]
fn a_record_with_a_former_id_is_renamed_and_one_in_another_file_moved() {
    let base = [("sms/ci/ci-x.yaml", ITEM)];
    let renamed = ITEM.replace("id: ci-x", "id: ci-box\naliases: [ci-x]").replace("Box", "Big box");
    assert_eq!(
        records(&base, &[("sms/ci/ci-box.yaml", &renamed)]),
        [
            "renamed ci ci-box, Big box, until now ci-x, moved from sms/ci/ci-x.yaml to sms/ci/ci-box.yaml",
            "  aliases: + [\"ci-x\"]",
            "  title: Box → Big box",
        ]
    );
    assert_eq!(
        records(&base, &[("sms/ci/hall/ci-x.yaml", ITEM)]),
        ["changed ci ci-x, Box, moved from sms/ci/ci-x.yaml to sms/ci/hall/ci-x.yaml"]
    );
    let other = ITEM.replace("kind: ci", "kind: asset");
    assert_eq!(records(&base, &[("sms/asset/ci-x.yaml", &other)]), ["added asset ci-x, Box", "removed ci ci-x, Box"]);
}

#[test]
fn a_rename_is_one_whichever_of_the_two_states_comes_first() {
    let base = [("sms/ci/ci-x.yaml", ITEM)];
    let renamed = ITEM.replace("id: ci-x", "id: ci-box\naliases: [ci-x]");
    assert_eq!(
        records(&[("sms/ci/ci-box.yaml", &renamed)], &base),
        [
            "renamed ci ci-x, Box, until now ci-box, moved from sms/ci/ci-box.yaml to sms/ci/ci-x.yaml",
            "  aliases: − [\"ci-x\"]",
        ]
    );
}

#[test]
fn a_file_that_cannot_be_read_removes_no_record_and_endangers_nothing() {
    let service = SERVICE.replace("[ci-x]", "[ci-x, ci-y]");
    let service = format!("{service}redundancy: [{{of: depends_on, min_up: 1}}]\n");
    let other = ITEM.replace("ci-x", "ci-y");
    let good = [("sms/ci/ci-x.yaml", ITEM), ("sms/ci/ci-y.yaml", other.as_str()), ("sms/service/svc-a.yaml", &service)];
    for (place, id) in [(0, "ci ci-x, Box"), (1, "ci ci-y, Box"), (2, "service svc-a, Mail")] {
        let mut bad = good;
        bad[place].1 = "kind: [\n";
        for (base, head, verb, count) in [
            (&good, &bad, "cannot be read any more:", "1 record no longer readable"),
            (&bad, &good, "can be read again:", "1 record readable again"),
        ] {
            difference(base, head, |difference, sms| {
                let told = human(difference, sms);
                assert!(told.starts_with(&format!("{verb} {id}\n")), "{told}");
                let end = format!("{count}; nothing is newly endangered, as far as it can be told; ");
                assert!(told.contains(&end), "{told}");
            });
        }
    }
    let gone = [good[0], good[2]];
    difference(&good, &gone, |difference, _| assert_eq!(difference.counts().removed, 1, "a file that is gone"));
}

#[test]
fn an_heir_that_was_there_before_took_over_nothing_but_the_name() {
    let heir = "kind: ci\nid: ci-y\ntitle: Other\nstatus: live\n";
    let both = [("sms/ci/ci-x.yaml", ITEM), ("sms/ci/ci-y.yaml", heir)];
    let merged = heir.replace("id: ci-y", "id: ci-y\naliases: [ci-x]");
    assert_eq!(
        records(&both, &[("sms/ci/ci-y.yaml", &merged)]),
        ["removed ci ci-x, Box", "changed ci ci-y, Other", "  aliases: + [\"ci-x\"]"]
    );
}

#[test]
fn what_is_endangered_and_what_is_found_stands_behind_the_records() {
    let base = [("sms/ci/ci-x.yaml", ITEM), ("sms/service/svc-a.yaml", SERVICE)];
    let more = SERVICE.replace("[ci-x]", "[ci-x, ci-z, ci-gone]");
    let item = ITEM.replace("ci-x", "ci-z");
    let head = [("sms/ci/ci-x.yaml", ITEM), ("sms/ci/ci-z.yaml", &item), ("sms/service/svc-a.yaml", &more)];
    difference(&base, &head, |difference, sms| {
        let told = human(difference, sms);
        assert!(told.contains("\nNew single points of failure:\n  ci ci-z alone takes down svc-a\n"), "{told}");
        assert!(!told.contains("ci-x alone"), "that was so before: {told}");
        assert!(told.contains("  sms/service/svc-a.yaml:5:25: error[ref-dangling]: "), "{told}");
        assert!(told.contains("1 record added and 1 changed; see what is newly endangered; "), "{told}");
        let marked = markdown(difference, sms);
        assert!(
            marked.contains("\n**New single points of failure**\n\n- ci `ci-z` alone takes down `svc-a`\n"),
            "{marked}"
        );
        assert!(
            marked.contains("\n**Records**\n\n- added ci `ci-z`, `Box`\n- changed service `svc-a`, `Mail`\n"),
            "{marked}"
        );
        assert!(marked.contains("- `sms/service/svc-a.yaml:5` `ref-dangling`: "), "{marked}");
    });
}

#[test]
fn what_records_say_steers_no_terminal_and_becomes_no_markup() {
    let base = [("sms/ci/ci-x.yaml", ITEM)];
    let wild = ITEM.replace("title: Box", "title: \"\\e[31m@all `x` ![p](http://x)\\n## head\"");
    difference(&base, &[("sms/ci/ci-x.yaml", &wild)], |difference, sms| {
        let (told, marked) = (human(difference, sms), markdown(difference, sms));
        assert!(!told.contains('\u{1b}') && told.contains("title: Box → "), "{told:?}");
        assert!(!marked.contains('\u{1b}') && !marked.contains("\n## head"), "{marked}");
        let outside: String = marked.split("``").step_by(2).collect();
        assert!(!outside.contains("@all"), "{marked}");
    });
}

#[test]
fn long_values_and_long_lists_are_cut() {
    let long = ITEM.replace("Box", &"long ".repeat(60));
    let told = records(&[("sms/ci/ci-x.yaml", ITEM)], &[("sms/ci/ci-x.yaml", &long)]);
    assert!(told[1].ends_with('…') && told[1].chars().count() < 110, "{told:?}");
    let items: Vec<(String, String)> = (0..400)
        .map(|at| (format!("sms/ci/ci-{at}.yaml"), format!("kind: ci\nid: ci-{at}\ntitle: \"{}\"\n", "x".repeat(300))))
        .collect();
    let files: Vec<(&str, &str)> = items.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    difference(&[TEAM], &files, |difference, sms| {
        let marked = markdown(difference, sms);
        assert!(marked.len() < 65_536 && marked.contains(" more, for which there is no room here"), "{}", marked.len());
        assert!(marked.contains("<details><summary>Records (401)</summary>"));
    });
}
