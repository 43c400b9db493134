//! One decision and one landing, each thing wrong with them told by itself.

use serde_json::{Value, json};

use super::*;
use crate::evidence::history::fixture::Store;
use crate::evidence::ledger::{Entry, Subject};
use crate::evidence::sign::Signed;

const POLICY: (&str, &str) = ("sms/change_policy/p.yaml", "status: in_force\n");
const NEW: (&str, &str) = ("sms/change_policy/p.yaml", "status: draft\n");

/// A branch whose policy was changed once, then a merge of `head` into `base`.
struct World {
    store: Store,
    first: Commit,
    same: Commit,
    base: Commit,
    head: Commit,
    tip: Commit,
}

impl World {
    fn new() -> Self {
        let store = Store::new();
        let first = store.commit("Begin", &[NEW], &[]);
        let same = store.commit("Policy", &[POLICY], &[&first]);
        let base = store.commit("Base", &[POLICY, ("sms/a.yaml", "a: 1\n")], &[&same]);
        let head = store.commit("Head", &[POLICY, ("sms/a.yaml", "a: 2\n")], &[&base]);
        let tip = store.commit("Merge", &[POLICY, ("sms/a.yaml", "a: 2\n")], &[&base, &head]);
        Self { store, first, same, base, head, tip }
    }

    fn decision(&self) -> Value {
        let (base, head) = (self.base.id.to_string(), self.head.id.to_string());
        json!({"outcome": "PASS", "base": {"commit": base}, "head": {"commit": head}, "policy": {"commit": base}})
    }

    fn kept(&self, decision: Value) -> Kept {
        let tree = self.tip.tree.to_string();
        let before = self.base.id.to_string();
        let entry = Entry {
            number: 7,
            previous: None,
            at: jiff::Timestamp::UNIX_EPOCH,
            recorder: "Bot".to_owned(),
            tool: "gitsm 0".to_owned(),
            subject: Subject { commit: self.tip.id.to_string(), tree: tree.clone() },
            body: Body::Decision { before, merge_tree: tree, decision, facts: json!({}) },
        };
        Kept { entry, commit: "l".to_owned(), signed: Signed::None, counts: true, sha256: "s".to_owned() }
    }

    /// `code: message` of each objection.
    fn told(&self, kept: &Kept, tip: &Commit) -> Vec<String> {
        let found = objections(&self.store.history, kept, tip, &self.base).unwrap();
        found.into_iter().map(|reason| format!("{}: {}", reason.code, reason.message)).collect()
    }

    /// The objections after `pointer` of the decision was set to `value`.
    fn with(&self, pointer: &str, value: Value) -> Vec<String> {
        let mut decision = self.decision();
        *decision.pointer_mut(pointer).unwrap() = value;
        self.told(&self.kept(decision), &self.tip)
    }
}

#[test]
fn a_merge_that_was_decided_as_it_came_meets_no_objection() {
    let world = World::new();
    let good = world.kept(world.decision());
    assert_eq!(world.told(&good, &world.tip), [""; 0]);
    assert_eq!(world.told(&good, &world.head), [""; 0], "a fast-forward brings the same tree");
    assert_eq!(world.with("/head", json!(world.head.id.to_string())), [""; 0], "an end may be a bare hash");
    assert_eq!(world.with("/head/commit", json!("1".repeat(40))), [""; 0], "the head of a squash is often gone");
}

#[test]
fn an_outcome_other_than_pass_authorises_nothing() {
    let world = World::new();
    for (outcome, word) in [(json!("FAIL"), "FAIL"), (json!("pass"), "pass"), (json!(true), "missing")] {
        let expected = format!("decision-not-pass: the decision in entry 7 is {word}");
        assert_eq!(world.with("/outcome", outcome), [expected]);
    }
    let mut kept = world.kept(world.decision());
    kept.counts = false;
    let expected = "entry-does-not-count: entry 7 of the ledger is flawed, so it decides nothing";
    assert_eq!(world.told(&kept, &world.tip), [expected]);
}

#[test]
fn another_tree_or_another_base_was_not_decided() {
    let world = World::new();
    let (tree, base, same) = (world.tip.tree, world.base.id, world.same.id);
    let mut kept = world.kept(world.decision());
    let Body::Decision { merge_tree, .. } = &mut kept.entry.body else { unreachable!() };
    *merge_tree = "t".to_owned();
    let expected = format!("tree-not-decided: the tree that came is {tree}, but entry 7 decided about t");
    assert_eq!(world.told(&kept, &world.tip), [expected]);
    let mut kept = world.kept(world.decision());
    kept.entry.subject.tree = "t".to_owned();
    let told = world.told(&kept, &world.tip);
    assert!(told.len() == 1 && told[0].starts_with("tree-not-decided: "), "{told:?}");
    assert_eq!(
        world.with("/base/commit", json!(same.to_string())),
        [format!("base-not-decided: entry 7 decided against {same}, but it came upon {base}")]
    );
    assert_eq!(
        world.with("/base", Value::Null),
        [format!("base-not-decided: entry 7 decided against missing, but it came upon {base}")]
    );
}

#[test]
fn the_policy_must_be_the_one_in_force_at_the_base() {
    let world = World::new();
    let told = |commit: &str| world.with("/policy/commit", json!(commit));
    assert_eq!(told(&world.same.id.to_string()), [""; 0], "an earlier commit with the same policies");
    let first = world.first.id;
    assert_eq!(
        told(&first.to_string()),
        [format!("policy-not-at-base: entry 7 names the policy of {first}, which is not the one in force at the base")]
    );
    let head = world.head.id;
    assert_eq!(
        told(&head.to_string()),
        [format!("policy-not-at-base: entry 7 names the policy of {head}, which is not the one in force at the base")],
        "the change itself may not bring its own policy"
    );
    let gone = "1".repeat(40);
    let expected = format!("policy-not-at-base: entry 7 names the policy of {gone}, which is not here");
    assert_eq!(told(&gone), [expected]);
    assert_eq!(world.with("/policy", Value::Null), ["policy-not-at-base: entry 7 names no policy"]);
}

#[test]
fn a_head_that_gives_something_else_when_merged_again_is_told() {
    let world = World::new();
    let other = world.store.commit("Other", &[POLICY, ("sms/a.yaml", "a: 3\n")], &[&world.base]).id;
    assert_eq!(
        world.with("/head/commit", json!(other.to_string())),
        [format!("merge-not-repeated: merging {other} into {} does not give what came", world.base.id)]
    );
}

#[test]
fn an_entry_that_is_no_decision_objects_to_nothing() {
    let world = World::new();
    let mut kept = world.kept(world.decision());
    (kept.counts, kept.entry.body) = (false, Body::Adoption { reason: "Begin".to_owned() });
    assert_eq!(world.told(&kept, &world.tip), [""; 0]);
}
