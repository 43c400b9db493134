//! What commits did to records, without a repository.

use git2::Oid;

use super::*;
use crate::base::date::AsOf;
use crate::base::duration::Duration;
use crate::base::span::FileId;
use crate::evidence::history::Who;
use crate::evidence::sign::Keyring;
use crate::schema::catalog;
use crate::yaml::parse;

fn commit(at: &str, message: &str) -> Commit {
    let who = Who { name: "Ann".into(), email: "ann@example.org".into(), time: at.parse().unwrap() };
    let id = Oid::from_str("0123456789abcdef0123456789abcdef01234567").unwrap();
    Commit { id, tree: id, parents: Vec::new(), author: who.clone(), committer: who, message: message.into() }
}

fn with<T>(kind: &str, text: &str, then: impl FnOnce(Side<'_, '_>) -> T) -> T {
    let parsed = parse(FileId(0), text);
    then(Side { kind: catalog::shared().find(kind), root: &parsed.documents[0].root })
}

fn records<T>(then: impl FnOnce(&mut Records<'_>) -> T) -> T {
    let recorders = Keyring::default();
    let question = Question {
        branch: "main",
        ledger: "gitsm/ledger",
        recorders: &recorders,
        catalog: catalog::shared(),
        keep: Duration::from_days(30),
        as_of: AsOf::parse("2026-11-20").unwrap(),
        seen: None,
        head: None,
        ledger_head: None,
    };
    then(&mut Records::new(&question))
}

/// `code: message` of what is wrong with an edit under these changes.
fn edit(kind: &str, [old, new]: [&str; 2], message: &str, changes: &[&str]) -> Vec<String> {
    let changes: Vec<String> = changes.iter().map(|id| (*id).to_owned()).collect();
    let mut found = Vec::new();
    with(kind, old, |old| {
        with(kind, new, |new| {
            changed("x-a", old, new, &commit("2026-11-01T00:00:00Z", message), &changes, &mut found);
        });
    });
    found.into_iter().map(|it| format!("{}: {}", it.code, it.message)).collect()
}

#[test]
fn a_status_may_only_go_where_its_kind_lets_it() {
    let step = |from: &str, to: &str| {
        edit("incident", [&format!("status: {from}\n"), &format!("status: {to}\n")], "Edit", &[])
    };
    assert_eq!(step("new", "classified"), [""; 0]);
    assert_eq!(step("new", "new"), [""; 0]);
    assert_eq!(
        step("new", "resolved"),
        ["status-illegal-jump: commit 0123456789 by Ann takes 'x-a' from new to resolved, which may not follow it"]
    );
    assert_eq!(step("closed", "new").len(), 1, "a state at the end has nothing behind it");
    assert_eq!(step("no-such", "new"), [""; 0], "a state that the kind does not know is another rule's");
    assert_eq!(edit("incident", ["title: A\n", "status: closed\n"], "Edit", &[]), [""; 0]);
}

#[test]
fn a_record_whose_life_is_over_is_evidence() {
    let old = "id: x-a\nstatus: closed\ntitle: A\ntags: [a]\n";
    let told = |new: &str, message: &str| edit("incident", [old, new], message, &[]);
    let wrong = ["closed-record-edited: commit 0123456789 by Ann edits 'x-a', which is closed and whose life is over"];
    let other = "id: x-a\nstatus: closed\ntitle: B\ntags: [a]\n";
    assert_eq!(told(other, "Edit"), wrong);
    assert_eq!(told(other, "Edit\n\nCorrection: the title named another service\n"), [""; 0]);
    assert_eq!(told("id: x-a\nstatus: closed\ntitle: A\ntags: [a]\nowner: bo\n", "Edit"), wrong);
    // What only files it elsewhere is no edit of the evidence: a new list, a longer one, a new id with its alias.
    for filed in [
        "id: x-a\nstatus: closed\ntitle: A\ntags: [a, b]\n",
        "id: x-a\nstatus: closed\ntitle: A\n",
        "id: x-b\nstatus: closed\ntitle: A\ntags: [a]\naliases: [x-a]\nlinks: [{to: y}]\n",
    ] {
        assert_eq!(told(filed, "Edit"), [""; 0], "{filed}");
    }
    let open = ["status: new\ntitle: A\n", "status: new\ntitle: B\n"];
    assert_eq!(edit("incident", open, "Edit", &[]), [""; 0]);
}

#[test]
fn an_easier_target_needs_a_change_and_a_harder_one_does_not() {
    let target =
        |operator: &str, value: &str| format!("status: active\ntarget: {{operator: '{operator}', value: {value}}}\n");
    for (operator, old, new, easier) in [
        (">=", "96", "95.9", true),
        (">=", "96", "96.0", false),
        (">=", "96", "97", false),
        (">", "0.3", "0.29999999999999999999", true),
        ("<=", "4", "5", true),
        ("<", "4", "3", false),
        ("=", "4", "5", false),
    ] {
        let told = edit("objective", [&target(operator, old), &target(operator, new)], "Edit", &[]);
        assert_eq!(told.len(), usize::from(easier), "{operator} {old} {new}: {told:?}");
    }
    let [old, new] = [target(">=", "96"), target(">=", "90")];
    assert_eq!(
        edit("objective", [&old, &new], "Edit", &[]),
        ["target-lowered: commit 0123456789 by Ann makes the target of 'x-a' easier and names no change"]
    );
    assert_eq!(edit("objective", [&old, &new], "Edit", &["chg-a"]), [""; 0]);
    assert_eq!(edit("incident", [&old, &new], "Edit", &[]), [""; 0], "only objectives have targets that bind");
    let other = target("<=", "90");
    assert_eq!(edit("objective", [&old, &other], "Edit", &[]), [""; 0], "a lower ceiling is not easier");
}

#[test]
fn an_event_is_written_down_within_a_week_and_a_day_of_grace() {
    let told = |text: &str, at: &str| {
        with("incident", text, |side| backdated("inc-a", side, &commit(at, "Write")).map(|it| it.message))
    };
    let one = "reported_at: 2026-01-01T08:00:00Z\n";
    assert_eq!(told(one, "2026-01-09T23:59:59Z"), None);
    assert_eq!(
        told(one, "2026-01-10T00:00:00Z").as_deref(),
        Some("commit 0123456789 writes 'inc-a', the last event of which was 9 days before")
    );
    let later = "reported_at: 2026-01-01T08:00:00Z\nclosed_at: 2026-01-05T08:00:00Z\n";
    assert_eq!(told(later, "2026-01-10T00:00:00Z"), None, "the last event counts");
    assert_eq!(told(one, "2025-12-01T00:00:00Z"), None, "before the event is not after it");
    assert_eq!(told("title: A\n", "2026-01-10T00:00:00Z"), None, "nothing that happened");
    let found = with("no_such_kind", one, |side| backdated("x", side, &commit("2027-01-01T00:00:00Z", "Write")));
    assert_eq!(found, None);
}

#[test]
fn a_record_is_kept_as_long_as_the_settings_say() {
    records(|records| {
        records.born.insert("x-a".to_owned(), "2026-01-01T00:00:00Z".parse().unwrap());
        let told = |records: &Records<'_>, at: &str| records.deleted("x-a", &commit(at, "Delete"));
        let early = told(records, "2026-01-30T23:59:59Z").unwrap();
        assert_eq!(early.code, "record-deleted-early");
        assert_eq!(early.record.as_deref(), Some("x-a"));
        let expected = "commit 0123456789 by Ann deletes 'x-a' after 29d; records are kept for 30d";
        assert_eq!(early.message, expected);
        assert_eq!(told(records, "2026-01-31T00:00:00Z"), None, "thirty days are over");
        assert!(told(records, "2025-01-01T00:00:00Z").unwrap().message.contains(" after 0s;"), "a clock that is wrong");
        assert_eq!(records.deleted("x-never", &commit("2026-01-02T00:00:00Z", "Delete")), None);
    });
}

/// What is said of a change that ended on 2026-03-10 when its item was edited at `at` under `changes`.
fn followed(change: &str, at: &str, changes: &[&str], held: bool) -> Vec<String> {
    let changes: Vec<String> = changes.iter().map(|id| (*id).to_owned()).collect();
    records(|records| {
        let mut see = |id: &str, side: Side<'_, '_>, commit: &Commit, changes: &[String]| {
            records.note(id, None, side, &Seen { commit, at: 0, changes, held });
        };
        with("ci", "status: live\n", |side| see("ci-a", side, &commit(at, "Edit"), &changes));
        with("change", change, |side| see("chg-a", side, &commit("2026-03-11T00:00:00Z", "Done"), &[]));
        records.unfollowed().into_iter().map(|it| format!("{}: {}", it.code, it.message)).collect()
    })
}

#[test]
fn a_change_that_was_carried_out_shows_at_its_items_within_a_week() {
    let change = "status: implemented\ntype: modify\naffects: [ci-a, svc-a]\nactual: {end: '2026-03-10T12:00:00Z'}\n";
    let wrong = [
        "change-ci-unchanged: 'chg-a' was carried out, but the record of none of the items that it affects was edited within a week: ci-a",
    ];
    for (at, told) in [
        ("2026-03-03T11:59:59Z", &wrong[..]),
        ("2026-03-03T12:00:00Z", &[]),
        ("2026-03-17T12:00:00Z", &[]),
        ("2026-03-17T12:00:01Z", &wrong),
    ] {
        assert_eq!(followed(change, at, &[], true), told, "{at}");
    }
    let late = "2026-09-01T00:00:00Z";
    assert_eq!(followed(change, late, &["chg-a"], true), [""; 0], "an edit under the change counts whenever it came");
    assert_eq!(followed(change, late, &["chg-b"], true), wrong);
    assert_eq!(followed(change, late, &[], false), [""; 0], "before adoption nothing is asked");
    for other in [
        change.replace("implemented", "requested"),
        change.replace("modify", "restart"),
        change.replace("ci-a, svc-a", "svc-a"),
        change.replace("actual", "planned"),
    ] {
        assert_eq!(followed(&other, late, &[], true), [""; 0], "{other}");
    }
    assert_eq!(followed(&change.replace("implemented", "closed"), late, &[], true), wrong);
}
