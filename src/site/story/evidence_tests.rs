//! What pages tell of git: decisions, votes, lives; and what they keep to themselves.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::base::date::AsOf;
use crate::site::edition::roles;
use crate::site::fixture::{section, site, site_with, story, with};
use crate::site::past::tests::past;
use crate::site::rulings::{Ruling, Said, Trial, Word};
use crate::site::{Edition, Input, MemorySink, Past};

const STORY: &str = "
        == person ada-vane active
        job: Engineer
        github: {login: ada, id: 1}
        == person bo-lund active
        github: {login: bo, id: 2}
        == role r active
        holders: [{person: ada-vane}, {person: bo-lund}]
        == ci ci-a live
        owner: ada-vane
        == change_policy p in_force
        categories: [{id: normal, seats: [{role: r, count: 1}], pir_within: 14d}]
        == change chg-a requested
        category: normal
        requester: ada-vane
        requested_at: 2026-11-09T10:00:00Z
        implementers: [ada-vane]
        affects: [ci-a]
        planned: {start: 2026-12-05T22:00:00Z, end: 2026-12-06T02:00:00Z}
        == change chg-b failed
        category: normal
        affects: [ci-a]
        outcome: failed
        requested_at: 2026-10-01T10:00:00Z
        actual: {start: 2026-10-02T08:00:00Z, end: 2026-10-02T09:00:00Z}
        failure: {reversed_at: 2026-10-02T10:00:00Z}
";

fn files() -> Vec<(String, String)> {
    story(&STORY.replace("\npir_within", " pir_within"))
}

fn change(past: &Past) -> String {
    site_with(&files(), past).remove("changes/chg-a.html").unwrap()
}

fn with_trial(trial: Trial) -> Past {
    Past { key: "k".to_owned(), trials: Some(BTreeMap::from([("chg-a".to_owned(), trial)])), ..Past::default() }
}

fn ruling(decision: Value) -> Ruling {
    let at = AsOf::parse("2026-11-12T09:30:00Z").unwrap().instant();
    Ruling { number: 7, at, commit: "fedcba9876543210fedc".to_owned(), decision }
}

/// The page of a change on records in which no rule found anything.
fn sound(files: &[(String, String)]) -> String {
    with(files, |input| {
        let sink = MemorySink::default();
        crate::site::build(&Input { findings: &[], ..*input }, &sink).unwrap();
        String::from_utf8(sink.into_files()["changes/chg-a.html"].to_vec()).unwrap()
    })
}

#[test]
fn where_nothing_can_be_decided_the_page_says_why() {
    let without: Vec<_> = files().into_iter().filter(|(path, _)| !path.contains("change_policy")).collect();
    let page = sound(&without);
    let decision = section(&page, "decision");
    assert!(decision.contains("Cannot be decided") && decision.contains("No change policy is in force"), "{decision}");
    assert!(decision.contains("What would change it"), "{decision}");
}

#[test]
fn without_a_ledger_the_page_tells_who_would_have_to_agree() {
    let page = sound(&files());
    let decision = section(&page, "decision");
    assert!(decision.contains("Who would have to agree") && decision.contains("No decision is on record yet"));
    assert!(decision.contains("1 of the holders of <a href=\"../roles/r.html\">The r</a> <span"), "{decision}");
    assert!(decision.contains("<a href=\"../people/bo-lund.html\">"), "{decision}");
    assert!(decision.contains("What would change it"), "{decision}");
    let (_, excluded) = decision.split_once("Whose vote does not count here").unwrap();
    assert!(excluded.contains("people/ada-vane.html"), "whoever carries it out does not decide: {excluded}");
    let line = section(&page, "approval");
    let at = |words: &str| line.find(words).unwrap_or_else(|| panic!("no {words}: {line}"));
    assert!(at("Asked for") < at("Planned window"));
    assert!(
        line.contains("<li class=\"todo\">") && line.contains("5 Dec 2026, 22:00 to 6 Dec 2026, 02:00 UTC"),
        "{line}"
    );
}

#[test]
fn what_is_over_has_no_outlook_but_a_way_and_a_review_that_is_due() {
    let page = site(&files()).remove("changes/chg-b.html").unwrap();
    assert!(!page.contains("id=\"decision\""));
    let line = section(&page, "approval");
    let at = |words: &str| line.find(words).unwrap_or_else(|| panic!("no {words}: {line}"));
    assert!(at("Asked for") < at("Tried, and failed") && at("Tried, and failed") < at("Taken back"));
    assert!(line.contains("was due 16 Oct 2026"), "{line}");
}

#[test]
fn the_ledger_is_told_as_a_tree_and_a_line_of_votes_and_decisions() {
    let said = |at: &str, person: Option<&str>, word, reason: &str| Said {
        at: AsOf::parse(at).unwrap().instant(),
        person: person.map(str::to_owned),
        word,
        reason: reason.to_owned(),
    };
    let decision = json!({
        "outcome": "BLOCKED", "category": "normal", "risk": {"level": "high", "score": 50},
        "instant": "2026-11-12T09:29:00Z", "odd": {"new": 1},
        "requirements": [
            {"id": "category normal", "needs": "2 of the holders of 'r', not 'gone'", "stage": 0, "filled": ["bo-lund"], "missing": 1,
             "candidates": ["gone-person"], "outcome": "PENDING"}],
        "excluded": [{"person": "ada-vane", "reason": "carries it out"}],
        "reasons": [
            {"code": "seats", "outcome": "PENDING", "message": "1 of 2 seats are open"},
            {"code": "category", "outcome": "PASS", "message": "it is <b>normal</b>", "parts": [
                {"code": "risk", "outcome": "PASS", "message": "the risk is high"}]},
            {"code": "frozen", "outcome": "BLOCKED", "message": "a freeze holds", "help": "move the window"}],
        "next": {"ask": [], "do": ["move the window"], "text": "ask somebody"},
    });
    let trial = Trial {
        rulings: vec![ruling(decision)],
        said: [
            said("2026-11-11T08:00:00Z", Some("bo-lund"), Word::Objected, "<script>Too soon"),
            said("2026-11-12T08:00:00Z", Some("bo-lund"), Word::Agreed, ""),
            said("2026-11-12T08:30:00Z", None, Word::Agreed, ""),
        ]
        .into(),
    };
    let page = change(&with_trial(trial));
    let decision = section(&page, "decision");
    for words in [
        "Blocked as a normal change of high risk, as it stood on 12 Nov 2026, 09:29 UTC",
        "Entry 7 of the ledger",
        "<code>fedcba9876</code>",
        "2 of the holders of <a href=\"../roles/r.html\">The r</a>, not 'gone' <span",
        "1 seat is open; could be filled by:</span> gone-person",
        "It is &lt;b&gt;normal&lt;/b&gt;",
        "The risk is high",
        "What would change it:</span> move the window",
        "carries it out",
    ] {
        assert!(decision.contains(words), "{words}: {decision}");
    }
    assert!(!decision.contains("seats are open</li>"), "the seats are told once: {decision}");
    let line = section(&page, "approval");
    let at = |words: &str| line.find(words).unwrap_or_else(|| panic!("no {words}: {line}"));
    let order =
        ["Asked for", "Objected", "Agreed", "Somebody whom no record names", "The gate decided: blocked", "Planned"];
    assert!(order.windows(2).all(|pair| at(pair[0]) < at(pair[1])), "{line}");
    assert!(line.contains("<q>&lt;script&gt;Too soon</q>"), "{line}");
}

#[test]
fn a_decision_of_another_version_leaves_out_what_it_does_not_say() {
    let page = change(&with_trial(Trial { rulings: vec![ruling(json!({"outcome": "PASS"}))], said: [].into() }));
    assert!(section(&page, "decision").contains("Passes"));
    let page = change(&with_trial(Trial { rulings: vec![ruling(json!({"outcome": 5}))], said: [].into() }));
    assert!(!page.contains("id=\"decision\"") && section(&page, "approval").contains("The gate decided"));
}

#[test]
fn a_deep_or_long_decision_keeps_the_page_small() {
    let mut deep = json!({"code": "x", "outcome": "BLOCKED", "message": "m"});
    for _ in 0..100 {
        deep = json!({"code": "x", "outcome": "BLOCKED", "message": "deep", "parts": [deep]});
    }
    let long = json!({"code": "x", "outcome": "BLOCKED", "message": "w".repeat(1_000_000)});
    let mut reasons = vec![long; 3];
    reasons.push(deep);
    let people: Vec<String> = (0..50_000).map(|at| format!("p-{at}")).collect();
    let needs =
        json!({"id": "a", "needs": "b", "missing": 1, "candidates": people, "filled": people, "outcome": "PENDING"});
    let decision = json!({"outcome": "BLOCKED", "reasons": reasons, "requirements": vec![needs; 100]});
    let page = change(&with_trial(Trial { rulings: vec![ruling(decision)], said: [].into() }));
    assert!(page.len() < 100_000, "{}", page.len());
    assert!(page.contains("and 49,994 more") && page.contains("and 60 more"));
}

#[test]
fn the_life_of_a_record_is_told_step_by_step() {
    let page = site_with(&files(), &past()).remove("configuration-items/ci-a.html").unwrap();
    let life = section(&page, "life");
    for words in [
        "1 step in the git history",
        "Renamed; it was cy</b> by Ada Vane and Cy",
        "under</span> <a href=\"../changes/chg-a.html\">",
        "For Cy",
        "<code>owner</code> cy → ada-vane",
        "0123456789",
        "1 Nov 2026",
    ] {
        assert!(life.contains(words), "{words}: {life}");
    }
    let without = site(&files()).remove("configuration-items/ci-a.html").unwrap();
    assert!(!without.contains("id=\"life\""));
}

#[test]
fn by_role_neither_decisions_nor_lives_name_anybody() {
    with(&files(), |input| {
        let (snapshot, words) = roles(input.sms);
        let told = past().by_role(&words);
        let sms = crate::model::Sms::build(&snapshot, input.sms.catalog);
        let graph = crate::graph::Graph::build(&sms);
        let sink = MemorySink::default();
        crate::site::build(&Input { sms: &sms, graph: &graph, past: &told, findings: &[], ..*input }, &sink).unwrap();
        let made = sink.into_files();
        let page = String::from_utf8(made["changes/chg-a.html"].to_vec()).unwrap();
        assert!(section(&page, "decision").contains("engineer.html") && section(&page, "approval").contains("Agreed"));
        for (path, bytes) in &made {
            let text = String::from_utf8_lossy(bytes);
            for name in ["Ada Vane", "ada-vane", "Cy<", "cy →", "bo-lund"] {
                assert!(!text.contains(name), "{path} says {name}");
            }
        }
    });
}

#[test]
fn everybody_is_told_nothing_of_decisions_votes_lives_and_packs() {
    let files: Vec<(String, String)> =
        files().into_iter().map(|(path, text)| (path, format!("{text}classification: public\n"))).collect();
    with(&files, |input| {
        let sink = MemorySink::default();
        crate::site::build(&Input { edition: Edition::Public, findings: &[], past: &past(), ..*input }, &sink).unwrap();
        let made = sink.into_files();
        let page = String::from_utf8(made["changes/chg-a.html"].to_vec()).unwrap();
        assert!(!page.contains("id=\"decision\"") && !page.contains("Agreed") && page.contains("id=\"approval\""));
        for (path, bytes) in &made {
            let text = String::from_utf8_lossy(bytes);
            for inner in ["0123456789", "fedcba9876", "id=\"life\"", "Stage 1", "audit-packs", "For Cy"] {
                assert!(!text.contains(inner), "{path} says {inner}");
            }
        }
    });
}
