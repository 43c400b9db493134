//! What holds for every pull request of the cases: nothing bad makes it pass, order says nothing, twice is the same.

use gitsm::diff::State;
use gitsm::gate::facts::{Commit, Facts, Identity};
use gitsm::gate::{self, Outcome, hearing};
use gitsm::rules::{Check, Selection};

use super::{row, world};

/// A way to make facts worse.
type Worse = fn(&mut Facts) -> bool;

/// Everything that must never turn something else into PASS; each says whether there was anything to make worse.
const WORSE: [(&str, Worse); 6] = [
    ("an objection", |facts| {
        let mut added = facts.reviews.clone();
        let at = facts.reviews.iter().filter_map(|it| it.at).max();
        for review in &mut added {
            review.id += 1_000;
            review.state = gate::facts::ReviewState::ChangesRequested;
            review.at = at;
        }
        facts.reviews.extend(added);
        !facts.reviews.is_empty()
    }),
    ("a vote less", |facts| {
        let agrees = |review: &gate::facts::Review| review.state == gate::facts::ReviewState::Approved;
        facts.reviews.iter().rposition(agrees).map(|at| facts.reviews.remove(at)).is_some()
    }),
    ("a voter who may do nothing", |facts| {
        let Some(standing) = facts.accounts.values_mut().nth(1) else { return false };
        standing.permission = gate::facts::Permission::None;
        true
    }),
    ("a commit of somebody unknown", |facts| {
        let nobody = Identity { name: "Nobody".to_owned(), account: None, person: None };
        facts.commits.push(Commit {
            id: "eeeeeeeeee".to_owned(),
            parents: Vec::new(),
            author: nobody.clone(),
            committer: nobody,
            co_authors: Vec::new(),
            suggestion: false,
            verified: true,
        });
        true
    }),
    ("a failed look-up", |facts| facts.failed.insert("something".to_owned(), "500".to_owned()).is_none()),
    ("what voters saw is lost", |facts| !std::mem::take(&mut facts.contents).is_empty()),
];

#[test]
fn nothing_bad_turns_something_else_into_a_pass() {
    for row in row::all() {
        let (base, head) = row.sides();
        let (facts, at) = (row.facts(), row.at());
        let before = world::decide(&base, &head, &facts, at).outcome;
        for (what, worse) in WORSE {
            let mut facts = facts.clone();
            if worse(&mut facts) && before != Outcome::Pass {
                let after = world::decide(&base, &head, &facts, at).outcome;
                assert_ne!(after, Outcome::Pass, "{} with {what}", row.case);
            }
        }
    }
}

/// What is left out to be quick changes no decision.
#[test]
fn the_findings_that_a_decision_needs_of_the_base_are_enough() {
    for row in row::rows() {
        let (base, head) = row.sides();
        let (facts, at) = (row.facts(), row.at());
        let (all, head) = (world::state(&base, at), world::state(&head, at));
        let check = Check { sms: all.side.sms, graph: all.side.graph };
        let selection = Selection::new(&[], &check.sms.snapshot.settings, &check.sms.local).expect("all rules");
        let findings = hearing::grounds(&check, &selection, head.findings);
        let few = State { findings: &findings, ..all };
        let decide = |base| gate::decide(base, head, &facts, at.instant());
        assert_eq!(decide(few), decide(all), "{}", row.case);
    }
}

#[test]
fn the_order_of_facts_and_a_second_run_change_no_byte() {
    for row in row::all() {
        let (base, head) = row.sides();
        let (facts, at) = (row.facts(), row.at());
        let mut turned = facts.clone();
        turned.reviews.reverse();
        turned.commands.reverse();
        turned.commits.reverse();
        turned.siblings.reverse();
        if let Some(files) = &mut turned.files {
            files.reverse();
        }
        let text = |facts: &Facts| serde_json::to_string(&world::decide(&base, &head, facts, at)).unwrap();
        assert_eq!(text(&facts), text(&turned), "{}", row.case);
        assert_eq!(text(&facts), text(&facts), "{}", row.case);
    }
}
