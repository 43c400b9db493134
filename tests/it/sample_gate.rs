//! The scenarios of the sample: the policy keeps its promises, and what an answer asks for leads on.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use gitsm::base::date::AsOf;
use gitsm::gate::Outcome;
use gitsm::gate::scenario::{self, Told};
use gitsm::load;

use crate::chain;
use crate::program::{DAY, project};

/// The scenarios, decided once for all tests.
fn decided() -> &'static [Told] {
    static TOLD: LazyLock<Vec<Told>> = LazyLock::new(|| {
        let snapshot = load::worktree(project(), AsOf::parse(DAY).expect("a day")).expect("the sample");
        scenario::all(&snapshot, chain::catalog()).expect("scenarios")
    });
    &TOLD
}

#[test]
fn every_scenario_of_the_sample_comes_out_as_expected_and_says_what_would_change_it() {
    let told = decided();
    assert!(told.len() >= 14, "{}", told.len());
    let mut outcomes = BTreeSet::new();
    for it in told {
        assert!(it.complaints.is_empty(), "{}: {:?}", it.id, it.complaints);
        outcomes.insert(it.decision.outcome);
        let next = &it.decision.next;
        if it.decision.outcome == Outcome::Pass {
            assert_eq!(next.text, "nothing is missing", "{}", it.id);
        } else {
            assert!(!next.ask.is_empty() || !next.steps.is_empty(), "{} names neither people nor an edit", it.id);
        }
        // Nobody is asked who had a hand in it, or who has spoken.
        let out: BTreeSet<&String> = it.decision.excluded.iter().map(|left| &left.person).collect();
        assert!(next.ask.iter().all(|person| !out.contains(person)), "{}: {:?}", it.id, next.ask);
    }
    let all = BTreeSet::from([Outcome::Pass, Outcome::Pending, Outcome::Blocked]);
    assert!(outcomes.is_superset(&all), "{outcomes:?}");
}

/// Following the answer leads to PASS: the votes of those it names, nothing else, make a waiting change pass.
#[test]
fn a_waiting_scenario_passes_with_the_votes_of_those_it_names() {
    let day = AsOf::parse(DAY).expect("a day");
    let snapshot = load::worktree(project(), day).expect("the sample");
    let mut files = std::collections::BTreeMap::new();
    let mut waiting = Vec::new();
    for it in decided() {
        let path = format!("sms/change_scenario/{}.yaml", it.id);
        if it.decision.outcome != Outcome::Pending || it.decision.next.ask.is_empty() {
            // The others were decided already.
            files.insert(path, None);
            continue;
        }
        let file = snapshot.sources.find(&path).unwrap_or_else(|| panic!("{path} is not there"));
        let mut record: serde_json::Value = serde_yaml::from_str(snapshot.sources.get(file).text()).expect("YAML");
        let votes = record["given"]["votes"].as_array().cloned().unwrap_or_default();
        let added = it.decision.next.ask.iter().map(|person| serde_json::json!({"by": person}));
        record["given"]["votes"] = votes.into_iter().chain(added).collect();
        record["expect"] = serde_json::json!({"outcome": "PASS"});
        files.insert(path, Some(record.to_string()));
        waiting.push((it.id.clone(), it.decision.requirements.iter().map(|it| it.missing).sum::<usize>()));
    }
    assert!(waiting.len() >= 5, "{waiting:?}");
    let after = snapshot.with_files(&files).expect("texts");
    let after = scenario::all(&after, chain::catalog()).expect("scenarios");
    for (id, before) in waiting {
        let it = after.iter().find(|it| it.id == id).expect("it is still there");
        let missing: usize = it.decision.requirements.iter().map(|it| it.missing).sum();
        // With stages the next ones are asked only now.
        let passes = it.decision.outcome == Outcome::Pass;
        assert!(passes || (missing < before && !it.decision.next.ask.is_empty()), "{id}: {:?}", it.decision.next);
    }
}
