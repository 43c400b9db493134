//! The ledger: written once, never twice, never again.

use std::thread;

use gitsm::evidence::history::History;
use gitsm::evidence::ledger::{Body, Branch, Draft, Recorder, Subject, Written, append, read};
use gitsm::evidence::sign::Keyring;
use serde_json::json;

use super::world::{World, key};
use crate::program::tool;

const BRANCH: &str = "gitsm/ledger";

/// Rewrites entry `number` of the ledger by `edit`, and makes the later commits anew with the same messages.
fn rewrite(world: &World, number: usize, edit: impl Fn(&str) -> Option<String>) {
    let git = &world.git;
    let commits = git.run(&["rev-list", "--reverse", BRANCH]);
    let path = format!("entries/0000/{number:08}.json");
    let mut parent: Option<String> = None;
    for commit in commits.lines() {
        git.run(&["read-tree", commit]);
        let (held, text) = git.tries(&["show", &format!("{commit}:{path}")]);
        if held {
            match edit(&text) {
                Some(new) => {
                    git.folder.write(".git/entry", new);
                    let blob = git.run(&["hash-object", "-w", ".git/entry"]);
                    git.run(&["update-index", "--cacheinfo", &format!("100644,{blob},{path}")]);
                }
                None => drop(git.run(&["rm", "--quiet", "--cached", &path])),
            }
        }
        let tree = git.run(&["write-tree"]);
        let (_, message) = git.tries(&["log", "-1", "--format=%B", commit]);
        git.folder.write(".git/message", format!("{}\n", message.trim_end()));
        let parents: Vec<&str> = parent.iter().flat_map(|parent| ["-p", parent]).collect();
        parent = Some(git.run(&[&["commit-tree", &tree, "-F", ".git/message"], &parents[..]].concat()));
    }
    git.run(&["update-ref", &format!("refs/heads/{BRANCH}"), parent.as_deref().unwrap()]);
    git.run(&["read-tree", "HEAD"]);
}

fn three() -> World {
    let world = World::new();
    world.change("a", "version: '1'\n");
    world.change("b", "version: '2'\n");
    assert_eq!((world.problems(), world.verdicts().len()), (Vec::new(), 2));
    world
}

#[test]
fn an_altered_entry_is_found_and_counts_for_nothing() {
    for number in [2, 3] {
        let world = three();
        rewrite(&world, number, |text| Some(text.replace("\"author\": \"bo\"", "\"author\": \"cy\"")));
        assert!(world.problems().contains(&"ledger-altered".to_owned()), "{number}: {:?}", world.problems());
        assert!(world.verdicts()[number - 2].starts_with("merge unauthorised "), "{number}: {:?}", world.verdicts());
    }
}

#[test]
fn a_removed_entry_is_found_whether_by_a_new_commit_or_by_rewriting() {
    let world = three();
    rewrite(&world, 2, |_| None);
    assert!(world.problems().contains(&"ledger-broken".to_owned()), "{:?}", world.problems());
    let world = three();
    let git = &world.git;
    git.run(&["read-tree", BRANCH]);
    git.run(&["rm", "--quiet", "--cached", "entries/0000/00000002.json"]);
    let tree = git.run(&["write-tree"]);
    let commit = git.run(&["commit-tree", &tree, "-p", BRANCH, "-m", "Tidy up"]);
    git.run(&["update-ref", &format!("refs/heads/{BRANCH}"), &commit]);
    git.run(&["read-tree", "HEAD"]);
    assert_eq!(world.problems(), ["ledger-altered", "ledger-broken"]);
}

#[test]
fn a_ledger_cut_short_is_found_by_what_it_no_longer_decides_and_by_what_was_seen() {
    let world = three();
    let seen = world.git.run(&["rev-parse", BRANCH]);
    world.git.run(&["update-ref", &format!("refs/heads/{BRANCH}"), &format!("{BRANCH}~1")]);
    assert_eq!(world.verdicts(), ["merge authorised", "merge unauthorised no-decision"]);
    let told = world.git.folder.run(&["audit", "verify", "--seen", &seen]).findings();
    assert!(told.contains("error[ledger-diverged]: "), "{told}");
}

#[test]
fn a_ledger_rewritten_here_differs_from_the_one_of_the_remote() {
    let world = three();
    let clone = World { git: world.git.clone_with(&[]) };
    clone.git.run(&["branch", "--quiet", BRANCH, &format!("origin/{BRANCH}")]);
    clone.git.folder.run(&["audit", "verify"]).clean();
    rewrite(&clone, 3, |text| Some(text.replace("\"author\": \"bo\"", "\"author\": \"cy\"")));
    assert_eq!(clone.problems(), ["ledger-diverged"]);
    let error = clone.record(&clone.git.head(), &World::decision("a", "b"), &[]);
    assert_eq!(error.code, 2, "{error:?}");
}

#[test]
fn recording_again_says_so_and_writes_nothing_and_a_contradiction_is_refused() {
    let world = World::new();
    let base = world.git.head();
    let head = world.work("a", "version: '1'\n");
    let merge = world.merge("a");
    let decision = World::decision(&base, &head);
    let said = world.record(&merge, &decision, &[]).clean();
    assert!(said.starts_with("entry 2 of gitsm/ledger: decision, commit "), "{said}");
    let tip = world.git.run(&["rev-parse", BRANCH]);
    let said = world.record(&merge, &decision, &[]).clean();
    assert!(said.starts_with("entry 2 of gitsm/ledger says it already"), "{said}");
    let mut other = decision;
    other["outcome"] = json!("BLOCKED");
    let error = world.record(&merge, &other, &[]).refused();
    assert!(error.contains("already says something else") && error.contains("never rewritten"), "{error}");
    world.adopt(&[&base]);
    let again = world.gitsm(&["audit", "adopt", "--recorder", "Bot <bot@example.org>"]).refused();
    assert!(again.contains("has begun already"), "{again}");
    assert_eq!(world.git.run(&["rev-parse", BRANCH]), tip);
}

#[test]
fn the_same_recorder_at_the_same_instant_writes_the_same_bytes() {
    let tip = || {
        let world = World::unadopted();
        world.git.wait(1000);
        world.adopt(&[]);
        world.git.run(&["rev-parse", BRANCH])
    };
    assert_eq!(tip(), tip());
}

#[test]
fn recorders_that_race_all_get_their_entry_and_the_chain_stays_whole() {
    let world = World::new();
    let path = world.git.folder.path().to_owned();
    let head = world.git.head();
    let tree = world.git.run(&["rev-parse", "HEAD^{tree}"]);
    let at = jiff::Timestamp::from_second(1_790_100_000).unwrap();
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            let (path, head, tree) = (path.clone(), head.clone(), tree.clone());
            thread::spawn(move || {
                let history = History::open(&path, "").unwrap();
                let ring = Keyring::default();
                let recorder = Recorder { name: "Bot", email: "bot@example.org", at, key: None, ring: &ring };
                for number in 0..5 {
                    let signed = format!("{thread} {number}\n");
                    let body = Body::Vote { signed, signature: "none\n".to_owned() };
                    let subject = Subject { commit: head.clone(), tree: tree.clone() };
                    let written = append(&history, BRANCH, &recorder, &Draft { subject, body }).unwrap();
                    assert!(matches!(written, Written::New { .. }));
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let history = History::open(&path, "").unwrap();
    let ledger = read(&history, Branch::find(&history, BRANCH).tip().unwrap(), &Keyring::default()).unwrap();
    assert_eq!((ledger.entries.len(), ledger.flaws), (21, Vec::new()));
}

#[test]
fn a_signed_ledger_is_good_for_git_and_nobody_else_can_write_to_it() {
    let Some(_) = tool("ssh-keygen") else { return };
    let world = World::unadopted();
    let (path, public) = key(&world.git, "bot", &["-t", "ed25519"]).unwrap();
    let (other, _) = key(&world.git, "other", &["-t", "ed25519"]).unwrap();
    let (path, other) = (path.to_string_lossy(), other.to_string_lossy());
    world.git.put("gitsm.toml", &format!("format = 1\n[evidence]\nrecorders = [\"{public}\"]\n"));
    let unsigned = world.gitsm(&["audit", "adopt", "--recorder", "Bot <bot@example.org>"]).refused();
    assert!(unsigned.contains("none of their keys signs here"), "{unsigned}");
    world.gitsm(&["audit", "adopt", "--recorder", "Bot <bot@example.org>", "--key", &other]).refused();
    world.adopt(&["--key", &path]);
    let base = world.git.head();
    let head = world.work("a", "version: '1'\n");
    let merge = world.merge("a");
    world.record(&merge, &World::decision(&base, &head), &["--key", &path]).clean();
    assert_eq!((world.verdicts(), world.problems()), (vec!["merge authorised".to_owned()], Vec::new()));
    world.git.folder.write(".git/signers", format!("bot@example.org {public}\n"));
    world.git.run(&["config", "gpg.ssh.allowedSignersFile", ".git/signers"]);
    for commit in [BRANCH.to_owned(), format!("{BRANCH}~1")] {
        let (good, said) = world.git.tries(&["verify-commit", "-v", &commit]);
        assert!(good && said.contains("Good \"git\" signature for bot@example.org"), "{said}");
    }
    // Whoever rewrites the whole ledger without the key leaves entries that nobody signed.
    rewrite(&world, 2, |text| Some(text.replace("sig", "gis")));
    assert!(world.problems().contains(&"ledger-signature".to_owned()), "{:?}", world.problems());
    assert!(
        world.verdicts()[0].contains("unauthorised entry-does-not-count")
            || world.verdicts()[0].contains("no-decision")
    );
}

#[test]
fn a_changed_byte_in_an_object_on_disk_is_found() {
    let world = three();
    let blob = world.git.run(&["rev-parse", &format!("{BRANCH}:entries/0000/00000002.json")]);
    let path = world.git.folder.path().join(format!(".git/objects/{}/{}", &blob[..2], &blob[2..]));
    let good = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let step = (good.len() / 40).max(1);
    for at in (0..good.len()).step_by(step) {
        let mut bad = good.clone();
        bad[at] ^= 4;
        std::fs::write(&path, bad).unwrap();
        let run = world.git.folder.run(&["audit", "verify"]);
        assert_ne!(run.code, 0, "byte {at}: {run:?}");
    }
    std::fs::write(&path, good).unwrap();
    world.git.folder.run(&["audit", "verify"]).clean();
}
