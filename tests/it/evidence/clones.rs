//! What a clone leaves out is never a pass.

use serde_json::json;

use super::world::{SLA, World, sla};

#[test]
fn shallow_and_partial_clones_are_not_assessable() {
    let world = World::new();
    world.change("a", "version: '1'\n");
    world.change("b", "version: '2'\n");
    world.git.run(&["config", "uploadpack.allowFilter", "true"]);
    for options in [&["--depth", "2", "--no-single-branch"][..], &["--filter=blob:limit=1m"]] {
        let clone = World { git: world.git.clone_with(options) };
        let told = clone.git.folder.run(&["audit", "verify"]).findings();
        assert!(told.contains("error[history-shallow]: not assessable: "), "{told}");
        assert!(told.ends_with("Not assessable: this clone does not show everything.\n"), "{told}");
        assert!(clone.verdicts().iter().all(|verdict| verdict.contains("not_assessable")), "{:?}", clone.verdicts());
    }
    let whole = World { git: world.git.clone_with(&[]) };
    assert_eq!(whole.verdicts(), ["merge authorised", "merge authorised"]);
}

#[test]
fn grafts_and_replaced_objects_are_not_assessable() {
    let world = World::new();
    let merge = world.change("a", "version: '1'\n");
    let other = world.git.run(&["commit-tree", "HEAD^{tree}", "-m", "Another past"]);
    world.git.run(&["replace", &merge, &other]);
    assert_eq!(world.verdicts(), ["merge not_assessable"]);
    world.git.run(&["replace", "-d", &merge]);
    world.git.folder.write(".git/info/grafts", format!("{merge}\n"));
    assert_eq!(world.verdicts(), ["merge not_assessable"], "the parents that the commit names are read");
}

#[test]
fn a_missing_object_ends_the_run_as_not_assessable() {
    let world = World::new();
    let commit = world.git.put(SLA, &sla("version: '1'\n"));
    world.git.put(SLA, &sla("version: '2'\n"));
    std::fs::remove_file(world.git.folder.path().join(format!(".git/objects/{}/{}", &commit[..2], &commit[2..])))
        .unwrap();
    let error = world.git.folder.run(&["audit", "verify"]).refused();
    assert!(error.contains("not assessable: commit ") && error.contains("git fsck"), "{error}");
}

#[test]
fn without_a_ledger_or_a_branch_nothing_is_proven() {
    let world = World::unadopted();
    let report = world.git.folder.json(&["audit", "verify"]);
    assert_eq!((&report["adopted"], &report["ledger_head"]), (&json!(null), &json!(null)));
    assert_eq!(world.problems()[..2], ["controlled-edit-no-change", "ledger-missing"]);
    assert_eq!(world.verdicts(), ["root unauthorised no-decision"], "every commit counts while nothing is adopted");
    world.git.run(&["branch", "--quiet", "-m", "trunk"]);
    let error = world.git.folder.run(&["audit", "verify"]).refused();
    assert!(
        error.contains("not assessable: there is no branch 'main'") && error.contains("[evidence] branch"),
        "{error}"
    );
    world.git.folder.write("gitsm.toml", "format = 1\n[evidence]\nbranch = \"trunk\"\n");
    world.git.folder.run(&["audit", "verify"]).findings();
}
