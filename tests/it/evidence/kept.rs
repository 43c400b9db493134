//! What is kept of a history for the next run: the same answers, and nothing proven by it.

use std::path::PathBuf;

use gitsm::base::hash::sha256;
use serde_json::Value;

use super::git::Git;
use super::world::{SLA, World, sla};
use crate::program::DAY;

const CI: &str = "sms/ci/ci-a.yaml";

fn ci(more: &str) -> String {
    format!("kind: ci\nid: ci-a\ntitle: A\nstatus: live\n{more}")
}

/// Files that are kept for the next run.
fn kept(git: &Git) -> Vec<PathBuf> {
    let files = git.folder.files(".git/gitsm").into_iter();
    // What is kept of sites stands beside it.
    let files = files.filter(|path| path.starts_with(".git/gitsm/history-") && !path.ends_with(".lock"));
    files.map(|path| git.folder.path().join(path)).collect()
}

fn forget(git: &Git) {
    for path in kept(git) {
        std::fs::remove_file(path).unwrap();
    }
}

/// The life of a record, which must be the same with what an earlier run kept, without, and with a rest of it.
#[track_caller]
fn life(git: &Git, id: &str) -> Value {
    let show = || git.folder.json(&["show", id, "--history"]);
    let first = show();
    let files = kept(git);
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(show(), first, "with what was just kept");
    forget(git);
    assert_eq!(show(), first, "without");
    let bytes = std::fs::read(&files[0]).unwrap();
    for damaged in [&bytes[..bytes.len() / 2], &[], &[&bytes[..], b"x"].concat()] {
        std::fs::write(&files[0], damaged).unwrap();
        assert_eq!(show(), first, "with what is damaged");
        assert!(std::fs::read(&files[0]).unwrap() == bytes, "mended");
    }
    first
}

fn steps(life: &Value) -> usize {
    life["steps"].as_array().unwrap().len()
}

/// Puts another text in the place of one wherever it stands in what is kept, under a right checksum.
fn lie(git: &Git, truth: &str, lie: &str) {
    assert_eq!(truth.len(), lie.len());
    let files = kept(git);
    let mut bytes = std::fs::read(&files[0]).unwrap();
    let places: Vec<_> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(truth.as_bytes())).collect();
    assert!(!places.is_empty(), "nothing to lie about");
    for at in places {
        bytes[at..at + lie.len()].copy_from_slice(lie.as_bytes());
    }
    let lines: Vec<&[u8]> = bytes.splitn(3, |byte| *byte == b'\n').collect();
    let sealed = [lines[0], b"\n", sha256(lines[2]).as_bytes(), b"\n", lines[2]].concat();
    std::fs::write(&files[0], sealed).unwrap();
}

#[test]
fn a_life_is_the_same_with_and_without_through_all_that_git_does() {
    let git = Git::new();
    git.put(CI, &ci(""));
    assert_eq!(steps(&life(&git, "ci-a")), 1);
    git.run(&["switch", "--quiet", "-c", "work"]);
    git.folder.write(CI, ci("owner: ann\n"));
    git.commit_by("Bo", "Own it\n\nChange: chg-a");
    git.run(&["switch", "--quiet", "main"]);
    git.put("sms/ci/ci-b.yaml", "kind: ci\nid: ci-b\ntitle: B\n");
    git.by("Cy", &["merge", "--quiet", "--no-ff", "-m", "Merge pull request #7", "work"]);
    assert_eq!(steps(&life(&git, "ci-a")), 2);
    git.run(&["mv", CI, "sms/ci/hall.yaml"]);
    git.commit("Move");
    git.run(&["revert", "--no-edit", "HEAD"]);
    assert_eq!(steps(&life(&git, "ci-a")), 4);
    git.folder.write(CI, ci("owner: bo\n"));
    git.commit("Bo owns it");
    git.run(&["commit", "--quiet", "--amend", "--allow-empty", "-m", "Bo has it"]);
    assert_eq!(life(&git, "ci-a")["steps"][0]["summary"], "Bo has it");
    git.run(&["rm", "--quiet", CI]);
    git.commit("Throw away");
    assert_eq!(life(&git, "ci-a")["steps"][0]["kind"], "deleted");
    git.run(&["reset", "--quiet", "--hard", "HEAD~3"]);
    assert_eq!(steps(&life(&git, "ci-a")), 3, "what a force-push takes back was never there");
    git.run(&["switch", "--quiet", "work"]);
    assert_eq!(steps(&life(&git, "ci-a")), 2);
    let at = git.folder.json(&["--at", "main~1", "show", "ci-a", "--history"]);
    assert_eq!(steps(&at), 2, "an older commit of another branch");
}

#[test]
fn nothing_of_it_shows_in_git_and_settings_turn_it_off() {
    let git = Git::new();
    git.put(CI, &ci(""));
    git.folder.run(&["show", "ci-a", "--history"]).clean();
    assert_eq!(git.run(&["status", "--porcelain", "--ignored"]), "");
    let aside = git.folder.path().join(".git/aside");
    git.run(&["worktree", "add", "--quiet", aside.to_str().unwrap(), "-b", "aside"]);
    git.folder.run(&["-C", aside.to_str().unwrap(), "show", "ci-a", "--history"]).clean();
    assert_eq!(kept(&git).len(), 1, "all work trees share one");
    forget(&git);
    git.put("gitsm.toml", "format = 1\n[evidence]\ncache = false\n");
    git.folder.run(&["show", "ci-a", "--history"]).clean();
    assert!(kept(&git).is_empty());
}

#[test]
fn each_folder_of_records_keeps_its_own_and_a_place_that_cannot_be_written_is_no_error() {
    let git = Git::new();
    git.put("one/sms/ci/ci-a.yaml", &ci(""));
    git.put("two/sms/ci/ci-a.yaml", &ci(""));
    for folder in ["one", "two", "one"] {
        assert_eq!(steps(&git.folder.json(&["-C", folder, "show", "ci-a", "--history"])), 1);
    }
    assert_eq!(kept(&git).len(), 2);
    std::fs::remove_dir_all(git.folder.path().join(".git/gitsm")).unwrap();
    git.folder.write(".git/gitsm", "a file in the way");
    git.folder.run(&["-C", "one", "show", "ci-a", "--history"]).clean();
}

#[test]
fn clones_with_gaps_neither_use_nor_keep_anything() {
    let git = Git::new();
    git.put(CI, &ci(""));
    git.put(CI, &ci("owner: ann\n"));
    let told = git.folder.json(&["show", "ci-a", "--history"]);
    let shallow = git.clone_with(&["--depth", "1"]);
    shallow.folder.json(&["show", "ci-a", "--history"]);
    assert!(kept(&shallow).is_empty());
    lie(&git, "sms/ci/ci-a", "sms/ci/ci-x");
    assert_eq!(steps(&git.folder.json(&["show", "ci-a", "--history"])), 0, "the lie is told where it is used");
    git.folder.write(".git/info/grafts", "");
    assert_eq!(git.folder.json(&["show", "ci-a", "--history"])["steps"], told["steps"]);
}

#[test]
fn whoever_proves_something_reads_objects_and_no_lie_that_is_kept() {
    let world = World::new();
    world.change("a", "version: '1'\n");
    world.git.put(SLA, &sla("version: '2'\n"));
    let pack = |folder: &str| {
        let arguments = ["--as-of", DAY, "audit", "pack", "--stage", "2", "--period", "2026", "-o", folder];
        world.git.folder.run(&arguments).clean();
        let files = world.git.folder.files(folder).into_iter();
        files.map(|path| (path.replacen(folder, "", 1), sha256(world.git.folder.read(&path).as_bytes()))).collect()
    };
    let proven = |folder: &str| {
        let report = world.git.folder.json(&["--as-of", DAY, "audit", "verify"]);
        let replay = world.git.folder.run(&["audit", "replay"]).out;
        let files: Vec<(String, String)> = pack(folder);
        (world.verdicts(), world.problems(), report, replay, files)
    };
    assert_eq!(steps(&world.git.folder.json(&["show", "sla-a", "--history"])), 3);
    let truth = proven(".git/one");
    assert_eq!(truth.0, ["merge authorised", "single unauthorised no-decision"]);
    // Who tells it now was not there, and what was touched is something that needs no decision.
    lie(&world.git, "sms/sla/", "sms/xyz/");
    lie(&world.git, "ann@example.org", "eve@example.org");
    assert_eq!(steps(&world.git.folder.json(&["show", "sla-a", "--history"])), 0, "what is shown believes it");
    assert!(proven(".git/two") == truth, "what is proven does not");
    let recorded = world.git.folder.json(&["audit", "sample", "sla", "--period", "2026", "--seed", "1"]);
    forget(&world.git);
    assert_eq!(world.git.folder.json(&["audit", "sample", "sla", "--period", "2026", "--seed", "1"]), recorded);
    assert!(proven(".git/three") == truth);
    assert!(kept(&world.git).is_empty(), "nor is anything kept by it");
}

#[test]
fn a_site_tells_the_same_with_what_was_kept() {
    let git = Git::new();
    git.put("gitsm.toml", "format = 1\n");
    git.put(CI, &ci(""));
    git.put(CI, &ci("owner: ann\n"));
    let site = |folder: &str| {
        git.folder.run(&["--as-of", "2026-11-20", "site", "-o", folder, "-q"]).clean();
        let files = git.folder.files(folder).into_iter().filter(|path| path.ends_with(".html"));
        files.map(|path| (path.replacen(folder, "", 1), git.folder.read(&path))).collect::<Vec<_>>()
    };
    let first = site(".git/one");
    assert_eq!(kept(&git).len(), 1);
    assert_eq!(site(".git/two"), first);
    git.put(CI, &ci("owner: bo\n"));
    let grown = site(".git/three");
    forget(&git);
    assert_eq!(site(".git/four"), grown);
    assert_ne!(grown, first);
    lie(&git, "Write sms/ci/ci-a.yaml", "Wrote sms/ci/ci-a.yaml");
    assert!(site(".git/five").iter().any(|(_, page)| page.contains("Wrote sms/ci")), "it is used");
}
