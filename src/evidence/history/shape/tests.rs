//! How commits came to a branch, over objects made for it.

use super::super::fixture::Store;
use super::*;

const BASE: [(&str, &str); 2] = [("sms/a.yaml", "a: 1\n"), ("sms/b.yaml", "b: 1\n")];

fn files<'t>(a: &'t str, b: &'t str) -> [(&'static str, &'t str); 2] {
    [("sms/a.yaml", a), ("sms/b.yaml", b)]
}

#[test]
fn a_commit_is_named_by_its_full_hash_alone() {
    let hash = "0123456789abcdef0123456789abcdef01234567";
    let found = |text: &str| named_after(text, "This reverts commit ").map(|id| id.to_string());
    assert_eq!(found(&format!("Revert x\n\nThis reverts commit {hash}.\n")).as_deref(), Some(hash));
    assert_eq!(found("This reverts commit 0123456."), None);
    assert_eq!(found(hash), None);
    assert_eq!(found(&format!("This reverts commit {hash}0.")), None, "a longer hash is another one");
    assert_eq!(found("This reverts commit "), None);
}

#[test]
fn a_landing_follows_from_the_parents_and_the_tree_alone() {
    let store = Store::new();
    let root = store.commit("Begin", &BASE, &[]);
    let ours = store.commit("Ours", &files("a: 2\n", "b: 1\n"), &[&root]);
    let theirs = store.commit("Theirs", &files("a: 1\n", "b: 2\n"), &[&root]);
    let landing = |commit: &Commit| store.history.landing(commit).unwrap();
    assert_eq!(landing(&root), Landing::Root);
    assert_eq!(landing(&ours), Landing::Single);
    let both = files("a: 2\n", "b: 2\n");
    assert_eq!(landing(&store.commit("Merge", &both, &[&ours, &theirs])), Landing::Merge);
    let edited = store.commit("Merge", &files("a: 2\n", "b: 3\n"), &[&ours, &theirs]);
    assert_eq!(landing(&edited), Landing::EditedMerge(vec!["sms/b.yaml".to_owned()]));
    let more = [both[0], both[1], ("x", "x")];
    let more = store.commit("Merge", &more, &[&ours, &theirs]);
    assert_eq!(landing(&more), Landing::EditedMerge(vec!["x".to_owned()]), "also outside of the records");
    let octopus = store.commit("Merge", &both, &[&ours, &theirs, &root]);
    assert_eq!(landing(&octopus), Landing::EditedMerge(Vec::new()), "it cannot be made again");
    let conflict = store.commit("Conflict", &files("a: 3\n", "b: 1\n"), &[&root]);
    let merge = store.commit("Merge", &files("a: 3\n", "b: 1\n"), &[&ours, &conflict]);
    assert_eq!(landing(&merge), Landing::EditedMerge(Vec::new()));
}

#[test]
fn merging_again_gives_the_tree_and_writes_nothing() {
    let store = Store::new();
    let root = store.commit("Begin", &BASE, &[]);
    let ours = store.commit("Ours", &files("a: 2\n", "b: 1\n"), &[&root]);
    let theirs = store.commit("Theirs", &files("a: 1\n", "b: 2\n"), &[&root]);
    let merged = store.history.merged(ours.id, theirs.id).unwrap().unwrap();
    assert!(store.history.repository.find_tree(merged).is_err(), "the repository is as it was");
    assert_eq!(merged, store.tree(&files("a: 2\n", "b: 2\n")));
    let conflict = store.commit("Conflict", &files("a: 3\n", "b: 1\n"), &[&root]);
    assert_eq!(store.history.merged(ours.id, conflict.id).unwrap(), None);
    assert!(store.history.merged(ours.id, Oid::ZERO_SHA1).is_err(), "a head that is not there");
}

#[test]
fn a_revert_is_exact_only_when_it_does_the_opposite_to_all_that_is_watched() {
    let store = Store::new();
    let watch = Watch::default();
    let root = store.commit("Begin", &BASE, &[]);
    let done = store.commit("Edit", &files("a: 2\n", "b: 2\n"), &[&root]);
    let message = format!("Revert\n\nThis reverts commit {}.\n", done.id);
    let revert = |commit: &Commit| store.history.revert(commit, &watch).unwrap();
    let of = done.id;
    let all = store.commit(&message, &BASE, &[&done]);
    assert_eq!(revert(&all), Some(Revert { of, exact: true }));
    let half = store.commit(&message, &files("a: 1\n", "b: 2\n"), &[&done]);
    assert_eq!(revert(&half), Some(Revert { of, exact: false }));
    let other = store.commit(&message, &files("a: 1\n", "b: 0\n"), &[&done]);
    assert_eq!(revert(&other), Some(Revert { of, exact: false }));
    let beside = store.commit(&message, &[BASE[0], BASE[1], ("README", "x")], &[&done]);
    assert_eq!(revert(&beside), Some(Revert { of, exact: true }), "what is not watched does not matter");
    let gone = format!("This reverts commit {}.", "1".repeat(40));
    let gone = store.commit(&gone, &BASE, &[&done]);
    assert_eq!(revert(&gone).map(|it| it.exact), Some(false), "a commit that is not here proves nothing");
    assert_eq!(revert(&store.commit("Take it back", &BASE, &[&done])), None);
}

#[test]
fn a_pick_is_one_only_when_both_do_the_same() {
    let store = Store::new();
    let watch = Watch::default();
    let root = store.commit("Begin", &BASE, &[]);
    let done = store.commit("Edit", &files("a: 2\n", "b: 1\n"), &[&root]);
    let beside = store.commit("Beside", &files("a: 1\n", "b: 5\n"), &[&root]);
    let message = format!("Edit\n\n(cherry picked from commit {})\n", done.id);
    let picked = |commit: &Commit| store.history.picked_from(commit, &watch).unwrap();
    assert_eq!(picked(&store.commit(&message, &files("a: 2\n", "b: 5\n"), &[&beside])), Some(done.id));
    assert_eq!(picked(&store.commit(&message, &files("a: 2\n", "b: 6\n"), &[&beside])), None, "it does more");
    assert_eq!(picked(&store.commit("Edit", &files("a: 2\n", "b: 5\n"), &[&beside])), None, "it does not say so");
    let gone = format!("(cherry picked from commit {})", "1".repeat(40));
    assert_eq!(picked(&store.commit(&gone, &files("a: 2\n", "b: 5\n"), &[&beside])), None);
}
