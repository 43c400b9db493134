//! Signatures that `git` and `ssh-keygen` make, by keys that live and die.

use super::world::{SLA, World, key, person, sla};
use crate::program::tool;

/// A world whose commits Ann signs with a key of this sort, which her record holds as `entry` says.
fn signed(sort: &[&str], entry: impl Fn(&str) -> String) -> Option<World> {
    tool("ssh-keygen")?;
    let world = World::unadopted();
    let (path, public) = key(&world.git, "ann", sort)?;
    world.git.put("sms/person/ann.yaml", &person("Ann", &format!("signing_keys:\n  - {}\n", entry(&public))));
    world.adopt(&[]);
    for (name, value) in
        [("gpg.format", "ssh"), ("commit.gpgsign", "true"), ("user.signingkey", &*path.to_string_lossy())]
    {
        world.git.run(&["config", name, value]);
    }
    Some(world)
}

/// What the signature of a commit under control shows, and why it is not authorised.
fn shown(world: &World) -> String {
    let report = world.git.folder.json(&["audit", "verify"]);
    let commit = &report["commits"][0];
    let reasons = commit["reasons"].as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap());
    let why = commit["signed"]["why"].as_str().unwrap_or_default();
    let reasons: Vec<&str> = reasons.filter(|code| *code != "no-decision").collect();
    format!("{} {why} {}", commit["signed"]["signature"].as_str().unwrap(), reasons.join(",")).trim().to_owned()
}

#[test]
fn commits_signed_by_every_sort_of_key_that_is_read_are_good() {
    for sort in [
        &["-t", "ed25519"][..],
        &["-t", "ecdsa", "-b", "256"],
        &["-t", "ecdsa", "-b", "384"],
        &["-t", "ecdsa", "-b", "521"],
        &["-t", "rsa", "-b", "2048"],
        &["-t", "rsa", "-b", "4096"],
    ] {
        let Some(world) = signed(sort, str::to_owned) else { return };
        world.git.put(SLA, &sla("version: '1'\n"));
        assert_eq!(shown(&world), "good", "{sort:?}");
    }
}

#[test]
fn keys_that_are_too_short_to_prove_anything_are_not_assessable() {
    let Some(world) = signed(&["-t", "rsa", "-b", "1024"], str::to_owned) else { return };
    world.git.put(SLA, &sla("version: '1'\n"));
    assert_eq!(shown(&world), "not_assessable RSA keys are read from 2,048 to 8,192 bits; use an Ed25519 key");
}

#[test]
fn a_key_that_had_not_begun_had_ended_or_was_revoked_does_not_count() {
    // The histories begin on 2026-09-21.
    for (dates, expected) in [
        ("from: 2026-09-01, until: 2026-09-30", "good"),
        ("from: 2026-09-22", "wrong_time not yet valid signature"),
        ("until: 2026-09-20", "wrong_time expired signature"),
        ("revoked: '2026-09-21T00:00:00Z'", "wrong_time revoked signature"),
        ("revoked: 2026-12-01", "good"),
    ] {
        let Some(world) = signed(&["-t", "ed25519"], |key| format!("{{key: {key}, {dates}}}")) else { return };
        world.git.put(SLA, &sla("version: '1'\n"));
        assert_eq!(shown(&world), expected, "{dates}");
    }
}

#[test]
fn who_signs_for_another_is_told_and_an_unknown_key_is_nobodys() {
    let Some(world) = signed(&["-t", "ed25519"], str::to_owned) else { return };
    world.git.folder.write(SLA, sla("version: '1'\n"));
    world.git.commit_by("Bo", "Not by Bo");
    assert!(world.problems().contains(&"author-forged".to_owned()));
    world.git.put("sms/person/ann.yaml", &person("Ann", ""));
    world.git.put(SLA, &sla("version: '2'\n"));
    assert_eq!(shown(&world), "unknown_key");
}

#[test]
fn keys_are_read_at_the_base_so_that_nobody_brings_their_own() {
    let Some(world) = signed(&["-t", "ed25519"], str::to_owned) else { return };
    let (other, public) = key(&world.git, "other", &["-t", "ed25519"]).unwrap();
    world.git.run(&["config", "user.signingkey", &other.to_string_lossy()]);
    world.git.folder.write("sms/person/ann.yaml", person("Ann", &format!("signing_keys:\n  - {public}\n")));
    world.git.put(SLA, &sla("version: '1'\n"));
    assert_eq!(shown(&world), "unknown_key");
    world.git.put(SLA, &sla("version: '2'\n"));
    assert_eq!(shown(&world), "good", "from the next commit on");
}

#[test]
fn a_commit_changed_after_signing_is_bad() {
    let Some(world) = signed(&["-t", "ed25519"], str::to_owned) else { return };
    world.git.put(SLA, &sla("version: '1'\n"));
    let (_, text) = world.git.tries(&["cat-file", "commit", "HEAD"]);
    world.git.folder.write(".git/forged", text.replace("Write sms", "Wrote sms"));
    let forged = world.git.run(&["hash-object", "-t", "commit", "-w", ".git/forged"]);
    world.git.run(&["update-ref", "refs/heads/main", &forged]);
    assert_eq!(shown(&world), "bad the text is not the one that was signed signature");
}
