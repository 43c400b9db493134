//! What `CODEOWNERS` says for small policies.

use super::*;
use crate::model::fixture::records;

const PEOPLE: &str = "
    == person ann
    status: active
    github: {login: Ann-A, id: 1}
    == person bo
    status: active
    github: {login: bo, id: 2}
    == person cy
    status: active
    github: {login: cy, id: 3}
    == person di
    status: active
    == person ed
    status: active
    github: {login: ed, id: 5}
    == role board
    status: active
    holders: [{person: bo, from: 2026-01-01}, {person: ann, from: 2026-01-01}, {person: di, from: 2026-01-01}]
    delegations: [{from: ann, to: ed, start: 2026-11-01, end: 2026-11-30}]
    == role guard
    status: active
    holders: [{person: cy, from: 2026-01-01}, {person: ed, from: 2026-01-01, until: 2026-06-30}]
    == team net
    status: active
    members: [ed]
    == ci_type wall
    status: active
    == ci ci-a
    ci_type: wall
    == ci ci-b
    ci_type: other
    == change_policy pol
    status: in_force
";

/// The file for a policy with these lines.
fn made(policy: &str) -> CodeOwners {
    let text = format!("{PEOPLE}{}", policy.lines().map(|line| format!("    {line}\n")).collect::<String>());
    records(&text, |sms| {
        codeowners(sms, &[], "", "2026-11-20".parse().unwrap()).unwrap_or_else(|why| panic!("{}", why.message))
    })
}

fn lines(policy: &str) -> Vec<String> {
    made(policy).text.lines().skip(2).map(str::to_owned).collect()
}

const NORMAL_BOARD: &str = "categories: [{id: standard, seats: []}, {id: normal, seats: [{role: board, count: 1}]}, {id: emergency, seats: [{role: guard, count: 1}]}]";

#[test]
fn each_controlled_kind_and_path_has_a_line_with_the_people_behind_its_seats() {
    let policy = format!("controlled: {{kinds: [service, ci], paths: [gitsm.toml, \".github/**\"]}}\n{NORMAL_BOARD}");
    let it = made(&policy);
    assert!(it.text.starts_with(MADE) && it.text.contains("'pol'") && it.text.lines().nth(1).unwrap().starts_with('#'));
    assert_eq!(
        lines(&policy),
        ["/.github/** @Ann-A @bo", "/gitsm.toml @Ann-A @bo", "/sms/ci/** @Ann-A @bo", "/sms/service/** @Ann-A @bo"]
    );
    assert_eq!(it.unknown, BTreeSet::from(["di".to_owned()]), "who has no account cannot be named");
    assert!(it.ownerless.is_empty());
    assert_eq!(it, made(&policy), "the same every time");
}

#[test]
fn rows_of_the_table_add_their_people_where_they_always_ask() {
    let policy = format!(
        "controlled: {{kinds: [service, ci], paths: [\"docs/**\"]}}\n{NORMAL_BOARD}\nauthorities:\n  - {{id: a, when: {{kinds: [service]}}, seats: [{{any_of: [[{{role: guard, count: 1}}], [{{team: net, count: 1}}]]}}]}}\n  - {{id: b, when: {{kinds: [ci], risk_from: high}}, seats: [{{role: guard, count: 1}}]}}\n  - {{id: c, when: {{paths: [\"docs/law/**\"]}}, seats: [{{at_least: 1, of: [{{role: guard, count: 1}}]}}]}}\n  - {{id: d, when: {{categories: [emergency], kinds: [ci]}}, seats: [{{role: guard, count: 1}}]}}"
    );
    assert_eq!(
        lines(&policy),
        [
            "/docs/** @Ann-A @bo @cy",
            "/docs/law/** @Ann-A @bo @cy",
            "/sms/ci/** @Ann-A @bo",
            "/sms/service/** @Ann-A @bo @cy @ed"
        ],
        "the wide pattern may meet the narrow row, and the narrow line comes later"
    );
}

#[test]
fn two_patterns_that_are_written_out_as_one_ask_the_people_of_both() {
    let policy = format!(
        "controlled: {{paths: [\"docs/{{law,x}}/**\", \"docs/{{law,y}}/**\"]}}\n{NORMAL_BOARD}\nauthorities:\n  - {{id: a, when: {{paths: [\"docs/y/**\"]}}, seats: [{{role: guard, count: 1}}]}}"
    );
    let law: Vec<String> = lines(&policy).into_iter().filter(|line| line.starts_with("/docs/law/")).collect();
    assert_eq!(law, ["/docs/law/** @Ann-A @bo @cy"]);
}

#[test]
fn items_of_a_type_with_people_of_its_own_have_lines_of_their_own_behind_the_others() {
    let policy = format!(
        "controlled: {{kinds: [ci]}}\n{NORMAL_BOARD}\nauthorities:\n  - {{id: a, when: {{ci_types: [wall]}}, seats: [{{role: guard, count: 1}}]}}"
    );
    assert_eq!(lines(&policy), ["/sms/ci/** @Ann-A @bo", "/sms/ci/ci-a.yaml @Ann-A @bo @cy"]);
    let some = format!("controlled: {{kinds: [ci], ci_types: [wall]}}\n{NORMAL_BOARD}");
    assert_eq!(lines(&some), ["/sms/ci/ci-a.yaml @Ann-A @bo"], "only that type is under control");
}

#[test]
fn free_paths_have_nobody_and_come_behind_the_paths_and_before_the_kinds() {
    let policy = format!(
        "controlled: {{kinds: [ci], paths: [\"docs/**\"], except_paths: [\"docs/drafts/**\"]}}\n{NORMAL_BOARD}"
    );
    let it = made(&policy);
    assert_eq!(lines(&policy), ["/docs/** @Ann-A @bo", "/docs/drafts/**", "/sms/ci/** @Ann-A @bo"]);
    assert!(it.ownerless.is_empty(), "nobody is meant there");
}

#[test]
fn the_policy_itself_has_its_own_seats_and_a_pattern_without_anybody_is_told() {
    let policy = "controlled: {kinds: [change_policy, ci]}\ncategories: [{id: normal, seats: [{owners: affected, count: 1}]}]\npolicy_seats: [{role: guard, percent: 50}]";
    assert_eq!(lines(policy), ["/sms/ci/**", "/sms/change_policy/** @cy"]);
    assert_eq!(made(policy).ownerless, BTreeSet::from(["/sms/ci/**".to_owned()]));
}

#[test]
fn a_record_outside_the_folder_of_its_kind_is_not_forgotten() {
    let files = [
        (
            "sms/change_policy/p.yaml",
            "kind: change_policy\nid: p\ntitle: P\nstatus: in_force\ncontrolled: {kinds: [ci]}\ncategories: [{id: normal, seats: [{role: r, count: 1}]}]\n",
        ),
        (
            "sms/role/r.yaml",
            "kind: role\nid: r\ntitle: R\nstatus: active\nholders: [{person: ann, from: 2026-01-01}]\n",
        ),
        ("sms/person/ann.yaml", "kind: person\nid: ann\ntitle: A\nstatus: active\ngithub: {login: ann, id: 1}\n"),
        ("sms/team a/[x].yaml", "kind: ci\nid: ci-x\ntitle: X\nstatus: live\n"),
    ];
    let text = crate::model::fixture::with(&files, |sms| {
        codeowners(sms, &[], "deep/er/", "2026-11-20".parse().unwrap()).unwrap().text
    });
    assert!(text.ends_with("\n/deep/er/sms/ci/** @ann\n/deep/er/sms/team\\ a/?x?.yaml @ann\n"), "{text}");
}

#[test]
fn a_name_that_two_people_claim_or_that_github_cannot_have_is_nobodys() {
    let file = |login: &str| {
        let person = format!("kind: person\nid: ann\ntitle: A\nstatus: active\ngithub: {{login: {login:?}, id: 1}}\n");
        let files = [
            (
                "sms/change_policy/p.yaml",
                "kind: change_policy\nid: p\ntitle: P\nstatus: in_force\ncontrolled: {kinds: [ci]}\ncategories: [{id: normal, seats: [{role: r, count: 1}]}]\n",
            ),
            (
                "sms/role/r.yaml",
                "kind: role\nid: r\ntitle: R\nstatus: active\nholders: [{person: ann, from: 2026-01-01}]\n",
            ),
            ("sms/person/ann.yaml", person.as_str()),
            ("sms/person/bo.yaml", "kind: person\nid: bo\ntitle: B\nstatus: active\ngithub: {login: Taken, id: 2}\n"),
        ];
        crate::model::fixture::with(&files, |sms| codeowners(sms, &[], "", "2026-11-20".parse().unwrap()).unwrap())
    };
    assert!(file("ann").ownerless.is_empty());
    for wrong in ["taken", "a b", "-a", "a-", "x\\n* @evil", "a/b", "", "a@b", "#a"] {
        let it = file(wrong);
        assert_eq!(it.ownerless.len(), 1, "{wrong}: {}", it.text);
        assert_eq!(it.text.lines().count(), 3, "{wrong}: {}", it.text);
    }
}

#[test]
fn patterns_are_written_as_github_reads_them() {
    for (pattern, expected) in [
        ("gitsm.toml", vec!["/gitsm.toml"]),
        ("a/{b,c}/*.yaml", vec!["/a/b/*.yaml", "/a/c/*.yaml"]),
        ("a/{b,{c,d}}", vec!["/a/b", "/a/c", "/a/d"]),
        ("a/[xy]z", vec!["/a/?z"]),
        ("my file", vec!["/my\\ file"]),
        ("a/**", vec!["/a/**"]),
    ] {
        assert_eq!(written("", pattern), expected, "{pattern}");
    }
    let many = "{a,b,c,d,e,f,g,h,i}".repeat(3);
    assert_eq!(written("", &format!("x/{many}")), ["/x/**"], "too many to write out is anything");
    assert!(may_meet("a/**", "a/b/c") && may_meet("a/b*", "a/**") && !may_meet("a/**", "b/**"));
}

#[test]
fn without_a_policy_in_force_nothing_is_made() {
    records("== person ann\nstatus: active\n", |sms| {
        let why = codeowners(sms, &[], "", "2026-11-20".parse().unwrap()).unwrap_err();
        assert!(why.message.contains("no change policy is in force"), "{}", why.message);
    });
}
