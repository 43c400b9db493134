//! From a branch to a replayed decision with git alone: signed commits, signed votes, the gate, the ledger.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::git::Git;
use super::world::{World, key};
use crate::program::{Folder, tool};

const CHANGE: &str = "\
kind: change
id: chg-first
title: Say what the application is for
status: requested
owner: team-operations
requester: your-name
requested_at: 2026-09-15T09:00:00+00:00
category: normal
type: modify
reason: Nobody could tell.
affects: [ci-app-first]
assessment:
  risk: {likelihood: 1, impact: 1, level: low}
  benefit: People find it.
  feasibility: One line.
  financial: none, because it is one line
  services: none, because nothing runs otherwise
  customers: none, because nothing runs otherwise
  policies_plans: none, because none names it
  capacity: none, because nothing runs otherwise
  availability: none, because nothing runs otherwise
  continuity: none, because nothing runs otherwise
  security: none, because nothing runs otherwise
  conflicts: []
downtime: 0m
plan: Write the line.
test: {plan: Read it., result: pass, at: 2026-09-15T10:00:00+00:00, by: your-name}
rollback: {steps: Take it back., tested: true, takes: 10m, trigger: It is wrong.}
planned: {start: 2026-10-05T22:00:00+00:00, end: 2026-10-05T23:00:00+00:00}
implementers: [your-name]
";

/// A starter repository in which both people have keys; none where the machine cannot make keys.
fn started() -> Option<(World, [String; 2])> {
    tool("ssh-keygen")?;
    let folder = Folder::new();
    folder.run(&["init", "--quiet"]).clean();
    let world = World { git: Git::with(folder, &["init", "--quiet", "--initial-branch=main"]) };
    let mut paths = Vec::new();
    for person in ["your-name", "your-colleague"] {
        let (path, public) = key(&world.git, person, &["-t", "ed25519"])?;
        let file = format!("sms/person/{person}.yaml");
        let text = world.git.folder.read(&file);
        world.git.folder.write(&file, format!("{}\nsigning_keys:\n  - {public}\n", text.trim_end()));
        paths.push(path.to_string_lossy().into_owned());
    }
    world.git.commit("Begin");
    world.adopt(&[]);
    Some((world, [paths.remove(0), paths.remove(0)]))
}

/// Edits an item on a branch, signed by its author; gives the head.
fn ask(world: &World, key: &str, branch: &str, id: &str) -> String {
    let git = &world.git;
    git.run(&["switch", "--quiet", "-c", branch, "main"]);
    git.folder.write(&format!("sms/change/{id}.yaml"), CHANGE.replace("chg-first", id));
    let item = git.folder.read("sms/ci/ci-app-first.yaml");
    git.folder.write("sms/ci/ci-app-first.yaml", format!("{item}version: '{branch}'\n"));
    for (name, value) in [("gpg.format", "ssh"), ("commit.gpgsign", "true"), ("user.signingkey", key)] {
        git.run(&["config", name, value]);
    }
    let head = git.commit_by("your-name", "Say what it is for");
    git.run(&["config", "commit.gpgsign", "false"]);
    git.run(&["switch", "--quiet", "main"]);
    head
}

fn gate(world: &World, branch: &str) -> Value {
    let now = world.git.now();
    world.git.folder.json(&["--as-of", &now, "gate", "--base", "main", "--head", branch])
}

fn entry(world: &World, number: u64) -> Value {
    let (_, text) = world.git.tries(&["show", &format!("gitsm/ledger:entries/0000/{number:08}.json")]);
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_change_is_voted_on_decided_merged_recorded_verified_and_replayed() {
    let Some((world, [author, colleague])) = started() else { return };
    ask(&world, &author, "work", "chg-first");
    assert_eq!(gate(&world, "work")["outcome"], "PENDING");
    let vote = |key: &str, more: &[&str]| {
        world.gitsm(&[&["approve", "chg-first", "--head", "work", "--key", key, "-q"], more].concat())
    };
    vote(&author, &[]).clean();
    let decision = gate(&world, "work");
    assert_eq!(decision["outcome"], "PENDING", "nobody agrees to the own change");
    assert_eq!(decision["excluded"][0]["person"], "your-name");
    vote(&colleague, &["--reason", "Good to know"]).clean();
    assert_eq!(gate(&world, "work")["outcome"], "PASS");
    let wrong = world.gitsm(&["approve", "chg-other", "--head", "work", "--key", &colleague]).refused();
    assert!(wrong.contains("work brings change 'chg-first', not 'chg-other'"), "{wrong}");

    // The vote is one that ssh-keygen knows.
    let told = entry(&world, 3);
    world.git.folder.write(".git/signature", told["predicate"]["signature"].as_str().unwrap());
    let public = world.git.folder.read(".git/your-colleague.pub");
    world.git.folder.write(".git/signers", format!("your-colleague {public}"));
    let mut check = Command::new("ssh-keygen");
    check.args([
        "-Y",
        "verify",
        "-f",
        ".git/signers",
        "-I",
        "your-colleague",
        "-n",
        "gitsm-vote",
        "-s",
        ".git/signature",
    ]);
    let mut child =
        check.current_dir(world.git.folder.path()).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let signed = told["predicate"]["signed"].as_str().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), signed.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());

    world.git.by("Cy", &["merge", "--quiet", "--no-ff", "-m", "Merge work", "work"]);
    let said = world.gitsm(&["audit", "record", "--recorder", "Bot <bot@example.org>"]).clean();
    assert!(said.starts_with("entry 4 of gitsm/ledger: decision") && said.ends_with("It was PASS\n"), "{said}");
    assert_eq!((world.verdicts(), world.problems()), (vec!["merge authorised".to_owned()], Vec::new()));
    let told = world.git.folder.run(&["audit", "replay"]).clean();
    assert_eq!(told, "1 decision decided again, 1 with the same result\n");
    let clone = World { git: world.git.clone_with(&[]) };
    clone.git.folder.run(&["audit", "replay"]).clean();
}

#[test]
fn one_fact_changed_by_hand_is_the_one_difference_of_a_replay() {
    let Some((world, [author, colleague])) = started() else { return };
    ask(&world, &author, "work", "chg-first");
    world.gitsm(&["approve", "chg-first", "--head", "work", "--key", &colleague, "-q"]).clean();
    let before = world.git.head();
    world.git.by("Cy", &["merge", "--quiet", "--no-ff", "-m", "Merge work", "work"]);
    let merge = world.git.head();
    // Made in another clone, so that nothing is recorded here yet.
    let other = World { git: world.git.clone_with(&[]) };
    other.git.run(&["branch", "--quiet", "gitsm/ledger", "origin/gitsm/ledger"]);
    let now = world.git.now();
    other.git.folder.run(&["--as-of", &now, "audit", "record", "--recorder", "Bot <bot@example.org>"]).clean();
    let recorded = entry(&other, 3);
    let (decision, mut facts) = (&recorded["predicate"]["decision"], recorded["predicate"]["facts"].clone());
    facts["commands"][0]["verb"] = json!("object");
    world.git.folder.write(".git/decision.json", decision.to_string());
    world.git.folder.write(".git/facts.json", facts.to_string());
    let files =
        ["--decision", ".git/decision.json", "--facts", ".git/facts.json", "--recorder", "Bot <bot@example.org>"];
    world.gitsm(&[&["audit", "record", &merge, "--before", &before, "-q"][..], &files].concat()).clean();
    assert_eq!(world.verdicts(), ["merge authorised"], "the decision that was recorded says so");
    let replayed = world.git.folder.json(&["audit", "replay"]);
    let differences = replayed["decisions"][0]["differences"].as_array().unwrap();
    let outcome = differences.iter().find(|it| it["pointer"] == "/outcome").unwrap();
    assert_eq!((&outcome["recorded"], &outcome["now"]), (&json!("PASS"), &json!("BLOCKED")));
    let told = world.git.folder.run(&["audit", "replay"]).findings();
    assert!(
        told.contains("entry 3 about ") && told.contains("  /outcome: recorded \"PASS\", now \"BLOCKED\"\n"),
        "{told}"
    );
    assert!(told.ends_with("1 decision decided again, 0 with the same result\n"), "{told}");
}

#[test]
fn a_vote_counts_for_what_was_seen_and_by_a_key_of_the_base() {
    let Some((world, [author, colleague])) = started() else { return };
    ask(&world, &author, "work", "chg-first");
    world.gitsm(&["approve", "chg-first", "--head", "work", "--key", &colleague, "-q"]).clean();
    world.git.run(&["switch", "--quiet", "work"]);
    world.git.folder.replace("sms/change/chg-first.yaml", "plan: Write the line.", "plan: Write two lines.");
    world.git.run(&["config", "commit.gpgsign", "true"]);
    world.git.commit_by("your-name", "Another plan");
    world.git.run(&["config", "commit.gpgsign", "false"]);
    world.git.run(&["switch", "--quiet", "main"]);
    let decision = gate(&world, "work");
    assert_eq!(decision["outcome"], "PENDING", "a change of meaning voids the vote");
    let (stranger, _) = key(&world.git, "stranger", &["-t", "ed25519"]).unwrap();
    let error =
        world.gitsm(&["approve", "chg-first", "--head", "work", "--key", &stranger.to_string_lossy()]).refused();
    assert!(error.contains("the key does not vote: the signature is by SHA256:"), "{error}");
    world.gitsm(&["object", "chg-first", "--head", "work", "--key", &colleague, "--reason", "too long", "-q"]).clean();
    assert_eq!(gate(&world, "work")["outcome"], "BLOCKED");
    world.gitsm(&["object", "chg-first", "--head", "work", "--key", &colleague, "--withdraw", "-q"]).clean();
    assert_eq!(gate(&world, "work")["outcome"], "PENDING");
}
