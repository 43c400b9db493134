//! The sample with a history: what is found in it, decided again, and packed.

use std::sync::OnceLock;

use serde_json::Value;

use super::world::World;
use crate::program::Folder;

/// The sample with its history, made once; tests leave it as it is.
fn sample() -> &'static Folder {
    static MADE: OnceLock<Folder> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = Folder::new();
        let said = folder.run(&["init", "--sample", "--history"]).clean();
        assert!(said.contains("`gitsm audit verify`, which finds what went around the process"), "{said}");
        folder
    })
}

#[test]
fn a_newcomer_sees_what_went_around_the_process() {
    let report = sample().json(&["audit", "verify"]);
    let told: Vec<String> = report["commits"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|commit| {
            let reasons = commit["reasons"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap());
            let text = |key: &str| commit[key].as_str().unwrap().to_owned();
            format!("{} {} {}", text("landing"), text("verdict"), reasons.collect::<Vec<_>>().join(","))
                .trim()
                .to_owned()
        })
        .collect();
    assert_eq!(
        told,
        [
            "merge authorised",
            "squash authorised",
            "merge emergency",
            "merge unauthorised decision-not-pass",
            "fast-forward unauthorised decision-not-pass",
        ]
    );
    let told = sample().run(&["audit", "verify"]).findings();
    assert!(told.contains("Quick fix") && told.contains("  2 authorised\n  1 emergency\n  2 unauthorised\n"), "{told}");
    assert!(told.contains("error[controlled-edit-no-change]: commit "), "{told}");
}

#[test]
fn every_decision_of_the_sample_comes_out_again() {
    let told = sample().run(&["audit", "replay"]).clean();
    assert_eq!(told, "6 decisions decided again, 6 with the same result\n");
}

#[test]
fn a_commit_that_cannot_be_judged_is_told_and_keeps_no_pack_from_being_made() {
    let world = World::new();
    let asked = ["audit", "report", "--stage", "1", "--period", "2026", "--format", "json"];
    assert!(!world.git.folder.run(&asked).clean().contains("could not be judged"));
    world.git.folder.write("schemas/local/pump.schema.json", "{");
    world.git.commit("Add a kind of our own, unfinished");
    world.git.run(&["rm", "--quiet", "schemas/local/pump.schema.json"]);
    world.git.commit("Take it away again");
    let told = world.git.folder.run(&asked).clean();
    assert!(told.contains("One more could not be judged, and is left out."), "{told}");
}

#[test]
fn a_pack_is_made_again_to_the_byte_and_every_change_to_it_is_told() {
    let out = Folder::new();
    let one = out.path().join("one").to_string_lossy().into_owned();
    sample().run(&["audit", "pack", "--stage", "2", "--period", "2026", "-o", &one, "-q"]).clean();
    let verify = |path: &str| sample().run(&["audit", "pack", "--verify", path]);
    assert!(verify(&one).clean().ends_with(" files, all as they come out again\n"));
    out.replace("one/tables/clauses.csv", "missing", "conform");
    let told = verify(&one).findings();
    assert!(told.contains("tables/clauses.csv is not the file that the manifest names"), "{told}");
    let manifest: Value = serde_json::from_str(&out.read("one/manifest.json")).unwrap();
    let ledger = manifest["ledger"].as_str().unwrap().to_owned();
    out.replace("one/manifest.json", &ledger, &"0".repeat(40));
    assert_ne!(verify(&one).code, 0, "a ledger that is not there proves nothing");
    let error = sample().run(&["audit", "pack", "--stage", "2", "--period", "2026", "-o", &one]).refused();
    assert!(error.contains("is there already"), "{error}");
}

#[test]
fn a_report_is_the_page_of_the_pack() {
    let page = sample().run(&["audit", "report", "--stage", "1", "--period", "2026"]).clean();
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("Stage 1: documents and readiness"), "{page}");
    assert!(page.contains("Harbourline") && !page.to_lowercase().contains("compliant"));
    let whole = sample().json(&["audit", "report", "--stage", "surveillance", "--period", "2026"]);
    let items: Vec<&str> =
        whole["parts"].as_array().unwrap().iter().map(|part| part["item"].as_str().unwrap()).collect();
    assert!(items.starts_with(&["1", "2", "3", "4", "5", "6", "7", "8.1"]), "{items:?}");
}

#[test]
fn a_sample_can_be_drawn_again_by_anybody() {
    let draw = |more: &[&str]| sample().json(&[&["audit", "sample", "change", "--period", "2026"], more].concat());
    let first = draw(&[]);
    assert_eq!(first, draw(&["--seed", first["seed"].as_str().unwrap()]));
    assert!(first["drawn"].as_array().unwrap().iter().any(|one| one["why"] == "emergency"));
    let error = sample().run(&["audit", "sample", "chnge", "--period", "2026"]).refused();
    assert!(error.contains("there is no kind 'chnge'; did you mean `change`?"), "{error}");
    let error = sample().run(&["audit", "sample", "change", "--period", "2026", "--with", "ci-app-booking"]).refused();
    assert!(error.contains("is no change of 2026-01-01..2026-12-31"), "{error}");
}
