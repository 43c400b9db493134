//! Every way in which something comes to a branch, and what is said of it.

use serde_json::json;

use super::git::Git;
use super::world::{SLA, World, sla};

#[test]
fn a_decided_merge_is_authorised_and_a_direct_push_is_not() {
    let world = World::new();
    world.change("a", "version: '1'\n");
    assert_eq!(world.verdicts(), ["merge authorised"]);
    let told = world.git.folder.run(&["audit", "verify"]).clean();
    assert!(
        told.ends_with("Everything under control that came to the branch since adoption was decided before.\n"),
        "{told}"
    );
    world.git.put(SLA, &sla("version: '2'\n"));
    assert_eq!(world.verdicts(), ["merge authorised", "single unauthorised no-decision"]);
    assert_eq!(world.problems(), ["controlled-edit-no-change", "unreviewed-push"]);
    let told = world.git.folder.run(&["audit", "verify"]).findings();
    assert!(told.starts_with("unauthorised: ") && told.contains("  touches sms/sla/sla-a.yaml\n"), "{told}");
    assert!(told.contains("\n  1 authorised\n  1 unauthorised\n  1 before adoption\n"), "{told}");
}

#[test]
fn what_is_not_under_control_needs_no_decision_and_neither_does_layout() {
    let world = World::new();
    world.git.put("sms/risk/r.yaml", "kind: risk\nid: r\n");
    world.git.put("README.md", "Read me.\n");
    world.git.put(SLA, &format!("# Layout.\n{}", sla("")));
    assert_eq!(world.verdicts(), [""; 0]);
    world.git.folder.run(&["audit", "verify"]).clean();
    world.git.put("gitsm.toml", "format = 1\n# By path, every byte counts.\n");
    assert_eq!(world.verdicts(), ["single unauthorised no-decision"]);
}

#[test]
fn an_edited_merge_is_found_with_and_without_a_decision() {
    let world = World::new();
    let base = world.git.head();
    let head = world.work("a", "version: '1'\n");
    world.git.run(&["merge", "--quiet", "--no-ff", "--no-commit", "a"]);
    world.git.folder.write("sms/ci/ci-sly.yaml", "kind: ci\nid: ci-sly\n");
    let merge = world.git.commit_by("Cy", "Merge a\n\nChange: chg-a");
    assert_eq!(world.verdicts(), ["edited merge unauthorised no-decision,edited-merge"]);
    world.record(&merge, &World::decision(&base, &head), &[]).clean();
    assert_eq!(world.verdicts(), ["edited merge unauthorised tree-not-decided,merge-not-repeated"]);
}

#[test]
fn a_squash_is_authorised_when_its_tree_is_the_decided_one_even_without_the_branch() {
    let world = World::new();
    let base = world.git.head();
    let head = world.work("a", "version: '1'\n");
    world.git.run(&["merge", "--quiet", "--squash", "a"]);
    let squash = world.git.commit_by("Cy", "Edit (#7)\n\nChange: chg-a");
    world.record(&squash, &World::decision(&base, &head), &[]).clean();
    assert_eq!(world.verdicts(), ["squash authorised"]);
    world.git.run(&["branch", "--quiet", "-D", "a"]);
    let clone = World { git: world.git.clone_with(&[]) };
    assert!(!clone.git.tries(&["cat-file", "-e", &head]).0, "the head of the branch is gone");
    assert_eq!(clone.verdicts(), ["squash authorised"], "the ledger of the remote is found, too");
    let base = world.git.head();
    let head = world.work("b", "version: '2'\n");
    world.git.run(&["merge", "--quiet", "--squash", "b"]);
    world.git.folder.write(SLA, sla("version: '3'\n"));
    let squash = world.git.commit_by("Cy", "Edit (#8)\n\nChange: chg-b");
    world.record(&squash, &World::decision(&base, &head), &[]).clean();
    assert_eq!(world.verdicts()[1], "squash unauthorised tree-not-decided,merge-not-repeated");
}

#[test]
fn a_rebase_brings_all_its_commits_under_one_decision() {
    let world = World::new();
    let fork = world.git.head();
    world.work("a", "version: '1'\n");
    world.git.run(&["switch", "--quiet", "a"]);
    world.git.folder.write("sms/ci/ci-a.yaml", "kind: ci\nid: ci-a\n");
    let head = world.git.commit_by("Bo", "More\n\nChange: chg-a");
    world.git.run(&["switch", "--quiet", "main"]);
    let before = world.git.put("README.md", "Meanwhile.\n");
    world.git.run(&["switch", "--quiet", "-c", "rebased", "a"]);
    world.git.by("Cy", &["rebase", "--quiet", "main"]);
    world.git.run(&["switch", "--quiet", "main"]);
    world.git.run(&["merge", "--quiet", "--ff-only", "rebased"]);
    let tip = world.git.head();
    world.record(&tip, &World::decision(&before, &head), &["--before", &before]).clean();
    assert_eq!(world.verdicts(), ["rebase authorised", "rebase authorised"]);
    assert_ne!(fork, before);
    world.git.run(&["commit", "--quiet", "--amend", "-m", "Another message"]);
    let verdicts = world.verdicts();
    assert!(verdicts.iter().all(|verdict| verdict.ends_with("unauthorised no-decision")), "{verdicts:?}");
    assert!(world.problems().contains(&"history-rewritten".to_owned()), "an amended message is another commit");
}

#[test]
fn a_fast_forward_is_decided_like_any_other() {
    let world = World::new();
    let base = world.git.head();
    let head = world.work("a", "version: '1'\n");
    world.git.run(&["merge", "--quiet", "--ff-only", "a"]);
    world.record(&head, &World::decision(&base, &head), &[]).clean();
    assert_eq!(world.verdicts(), ["fast-forward authorised"]);
}

#[test]
fn a_merge_with_swapped_parents_does_not_put_another_line_in_place_of_the_branch() {
    let world = World::new();
    let adopted = world.git.head();
    world.change("a", "version: '1'\n");
    world.git.run(&["switch", "--quiet", "-c", "sly", &adopted]);
    world.git.put("sms/ci/ci-sly.yaml", "kind: ci\nid: ci-sly\n");
    world.git.run(&["merge", "--quiet", "--no-ff", "-m", "Merge main", "main"]);
    world.git.run(&["branch", "--quiet", "--force", "main", "sly"]);
    world.git.run(&["switch", "--quiet", "main"]);
    assert!(world.problems().contains(&"history-rewritten".to_owned()));
    assert_eq!(world.verdicts(), ["single unauthorised no-decision", "merge unauthorised no-decision"]);
}

#[test]
fn a_force_push_that_drops_a_decided_commit_is_found() {
    let world = World::new();
    world.change("a", "version: '1'\n");
    world.change("b", "version: '2'\n");
    world.git.run(&["reset", "--quiet", "--hard", "HEAD~1"]);
    assert_eq!(world.verdicts(), ["merge authorised"]);
    assert_eq!(world.problems(), ["history-rewritten"]);
    world.git.folder.run(&["audit", "verify"]).findings();
}

#[test]
fn a_decision_counts_only_when_it_passed_at_that_base_under_that_policy() {
    let world = World::new();
    let first = world.git.head();
    let case = |at: &str, change: &dyn Fn(&mut serde_json::Value)| {
        let base = world.git.head();
        let head = world.work(at, &format!("version: '{at}'\n"));
        let merge = world.merge(at);
        let mut decision = World::decision(&base, &head);
        change(&mut decision);
        world.record(&merge, &decision, &[]).clean();
        world.verdicts().last().unwrap().clone()
    };
    assert_eq!(case("a", &|it| it["outcome"] = json!("PENDING")), "merge unauthorised decision-not-pass");
    assert_eq!(case("b", &|it| it["base"]["commit"] = json!(first)), "merge unauthorised base-not-decided");
    assert_eq!(case("c", &|it| it["category"] = json!("emergency")), "merge emergency");
    assert_eq!(
        case("d", &|it| it["policy"]["commit"] = json!(first)),
        "merge authorised",
        "the policy has not changed"
    );
    let path = "sms/change_policy/change-policy.yaml";
    world.git.folder.replace(path, "title: P", "title: Q");
    world.git.commit("Another policy\n\nChange: chg-p");
    assert_eq!(case("e", &|it| it["policy"]["commit"] = json!(first)), "merge unauthorised policy-not-at-base");
    assert_eq!(case("f", &|it| it["policy"] = json!({})), "merge unauthorised policy-not-at-base");
}

#[test]
fn a_tag_of_the_same_name_is_never_taken_for_the_branch() {
    let world = World::new();
    let clean = world.change("a", "version: '1'\n");
    world.git.put(SLA, &sla("version: '2'\n"));
    world.git.run(&["tag", "main", &clean]);
    world.git.run(&["tag", "gitsm/ledger", &clean]);
    assert_eq!(world.verdicts(), ["merge authorised", "single unauthorised no-decision"]);
    assert_eq!(world.git.folder.json(&["audit", "verify"])["head"], world.git.run(&["rev-parse", "refs/heads/main"]));
}

#[test]
fn reverts_and_picks_are_recognised_when_they_are_what_they_say() {
    let world = World::new();
    let first = world.git.put(SLA, &sla("version: '1'\n"));
    world.git.run(&["revert", "--no-edit", "HEAD"]);
    let reverts = || {
        let report = world.git.folder.json(&["audit", "verify"]);
        report["commits"][0]["reverts"].clone()
    };
    assert_eq!(reverts(), json!(first));
    assert_eq!(world.verdicts().last().unwrap(), "single unauthorised no-decision", "taking back is a change as well");
    let second = world.git.put(SLA, &sla("version: '2'\n"));
    world.git.folder.write(SLA, sla("version: '7'\n"));
    world.git.commit(&format!("Revert\n\nThis reverts commit {second}."));
    assert_eq!(reverts(), json!(null), "it says so, and does something else");
    world.git.run(&["switch", "--quiet", "-c", "side", &first]);
    let picked = world.git.put("sms/ci/ci-a.yaml", "kind: ci\nid: ci-a\n");
    world.git.run(&["switch", "--quiet", "main"]);
    world.git.run(&["cherry-pick", "-x", &picked]);
    assert_eq!(world.verdicts().last().unwrap(), "single unauthorised no-decision", "a pick is decided like any other");
}

#[test]
fn the_clock_of_a_commit_may_not_run_backwards() {
    let world = World::new();
    world.git.wait(-500);
    world.git.put("README.md", "Clocks differ a little.\n");
    assert_eq!(world.problems(), [""; 0]);
    world.git.wait(-5000);
    world.git.put("README.md", "This was long ago.\n");
    assert_eq!(world.problems(), ["clock-backwards"]);
}

#[test]
fn a_repository_with_sha_256_objects_is_not_assessable() {
    let git = Git::with(
        crate::program::Folder::new(),
        &["init", "--quiet", "--object-format=sha256", "--initial-branch=main"],
    );
    git.put("gitsm.toml", "format = 1\n");
    let error = git.folder.run(&["audit", "verify"]).refused();
    assert!(error.contains("not assessable: "), "{error}");
}
