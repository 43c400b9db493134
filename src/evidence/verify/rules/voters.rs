//! Who voted, by the ledger, against who they were at that instant.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::carried::Changes;
use super::end::{Cover, End};
use crate::base::text::{and, quoted};
use crate::evidence::history::HistoryError;
use crate::evidence::ledger::{changes, seats};
use crate::evidence::verify::people::People;
use crate::evidence::verify::problem::{self, Problem};
use crate::model::seat_words::roles_asked;

/// The part that each person has in what is decided.
type Parts = BTreeMap<String, BTreeSet<&'static str>>;

/// What is wrong with the votes of the decisions about what came to the branch.
pub(super) fn finish(records: &Changes, end: &mut End<'_>) -> Result<Vec<Problem>, HistoryError> {
    let mut problems: Vec<Problem> = Vec::new();
    let by_name = records.by_name();
    let mut through: BTreeSet<&str> = BTreeSet::new();
    let mut known: BTreeSet<(&str, &str, String)> = BTreeSet::new();
    for cover in end.all.iter().filter(|cover| cover.kept.counts) {
        let (base, day) = (end.line[cover.before].tree, cover.day());
        let forgiven = end.known.control(end.history, base)?.forgives_suggestions();
        let mut own = {
            let people = end.known.people(end.history, base)?;
            let mut parts = by_name.parts(&changes(cover.decision()), cover.tip);
            made(cover.facts(), people, forgiven, &mut parts);
            parts
        };
        let control = end.known.control(end.history, base)?;
        own.retain(|_, parts| parts.iter().any(|part| control.excludes(part, day)));
        let people = end.known.people(end.history, base)?;
        let commit = cover.kept.entry.subject.commit.as_str();
        // What is said after an emergency that was through already is no vote on whether it may come.
        let late = !cover.passed() && through.contains(commit);
        let mut found = if late { Vec::new() } else { self_approval(cover, people, &own) };
        if cover.passed() {
            through.insert(commit);
            let people_in = seats(cover.decision()).into_iter().map(|(person, _)| person);
            let absent: Vec<&str> =
                people_in.filter(|person| !is_program(person) && !people.there(person, day)).collect();
            found.extend(absent.iter().map(|person| {
                let words = format!(
                    "entry {} of the ledger lets {person} fill a seat, who was nobody that could decide on {day}",
                    cover.kept.entry.number
                );
                Problem::new(&problem::APPROVER_NOT_AUTHORISED, words)
            }));
            found.extend(roles(cover, &absent, end)?);
        }
        let about = changes(cover.decision()).into_iter().next().map(str::to_owned);
        for mut problem in found {
            problem = problem.at(&cover.kept.entry.subject.commit);
            problem.record.clone_from(&about);
            // A decision that is told again after an emergency has the same seats.
            let words = problem.message.replace(&format!("entry {} ", cover.kept.entry.number), "");
            if known.insert((problem.code, commit, words)) {
                problems.push(problem);
            }
        }
    }
    Ok(problems)
}

/// Whether a seat is filled by a program, which the policy lets vote and which is nobody.
fn is_program(who: &str) -> bool {
    who.strip_prefix("app ").is_some_and(|number| !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit()))
}

/// The parts that the facts give people: who opened the pull request and who made its commits; where suggestions are
/// forgiven, whoever made one is no author of it.
fn made(facts: &Value, people: &People, forgiven: bool, parts: &mut Parts) {
    let mut own = |identity: &Value, part: &'static str| {
        if let Some(person) = people.behind(identity) {
            parts.entry(person).or_default().insert(part);
        }
    };
    let request = &facts["pull_request"];
    own(&request["author"], "author");
    for pusher in request["pushers"].as_array().into_iter().flatten() {
        own(pusher, "pusher");
    }
    for commit in facts["commits"].as_array().into_iter().flatten() {
        own(&commit["author"], "author");
        own(&commit["committer"], "committer");
        let taken_over = forgiven && commit["suggestion"] == true;
        for with in commit["co_authors"].as_array().into_iter().flatten().filter(|_| !taken_over) {
            own(with, "co_author");
        }
    }
}

/// Votes on the own work: those that were counted, and those that were not while it came all the same.
fn self_approval(cover: &Cover<'_>, people: &People, own: &Parts) -> Vec<Problem> {
    let (decision, facts) = (cover.decision(), cover.facts());
    let says = |parts: &BTreeSet<&str>| and(&parts.iter().map(|part| part.replace('_', "-")).collect::<Vec<_>>());
    let told = |person: &str, rest: &str| {
        let parts = own.get(person)?;
        let ids: Vec<&str> = changes(decision).into_iter().collect();
        let of = if ids.is_empty() { "what came".to_owned() } else { quoted(&ids, 3) };
        let words = format!(
            "{person} agreed to {of} as its {}; entry {} of the ledger {rest}",
            says(parts),
            cover.kept.entry.number
        );
        Some(Problem::new(&problem::SELF_APPROVAL, words))
    };
    if cover.passed() {
        let who: BTreeSet<&str> = seats(decision).into_iter().map(|(person, _)| person).collect();
        return who.into_iter().filter_map(|person| told(person, "counts that vote")).collect();
    }
    let list = |key: &str| facts[key].as_array().cloned().unwrap_or_default();
    let reviews = list("reviews")
        .into_iter()
        .filter(|vote| vote["state"] == "approved")
        .map(|vote| people.behind(&vote["account"]));
    let commands = list("commands")
        .into_iter()
        .filter(|vote| vote["verb"] == "approve")
        .map(|vote| vote["person"].as_str().map(str::to_owned).or_else(|| people.behind(&vote["account"])));
    let who: BTreeSet<String> = reviews.chain(commands).flatten().collect();
    who.iter().filter_map(|person| told(person, "does not count that vote, and it came all the same")).collect()
}

/// Seats that ask for a role which whoever fills them did not hold on that day.
fn roles(cover: &Cover<'_>, absent: &[&str], end: &mut End<'_>) -> Result<Vec<Problem>, HistoryError> {
    let (base, day) = (end.line[cover.before].tree, cover.day());
    let roles = end.known.roles(end.history, base)?;
    let mut problems = Vec::new();
    for (person, needs) in
        seats(cover.decision()).into_iter().filter(|(person, _)| !absent.contains(person) && !is_program(person))
    {
        let Some(asked) = roles_asked(needs) else { continue };
        // A role that is not there is nobody's; the decision should not have passed.
        if !asked.iter().any(|role| roles.holders(role, day).contains(person)) {
            let ids: Vec<&str> = asked.into_iter().collect();
            let words = format!(
                "entry {} of the ledger lets {person} fill a seat of {}, which {person} did not hold on {day}",
                cover.kept.entry.number,
                quoted(&ids, 3)
            );
            problems.push(Problem::new(&problem::APPROVER_NOT_AUTHORISED, words));
        }
    }
    Ok(problems)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::evidence::verify::rules::story::Story;

    fn seat(person: &str, needs: &str) -> Value {
        json!({"change": "chg-a", "requirements": [{"needs": needs, "filled": [person]}]})
    }

    const BOARD: &str = "1 of the holders of 'role-board'";

    /// What is told of a decision about a change that Bo carries out and Ann asks for, with these facts.
    fn told(code: &str, decision: &Value, facts: Value) -> Vec<String> {
        let mut story = Story::new();
        story.at("2026-03-02T00:00:00Z");
        story.write("sms/change/chg-a.yaml", "kind: change\nid: chg-a\nrequester: ann\nimplementers: [bo]\n");
        story.decide(decision, facts);
        story.told(code)
    }

    #[test]
    fn a_program_that_may_vote_is_nobody_who_is_absent() {
        assert_eq!(told("approver-not-authorised", &seat("app 123", BOARD), json!({})), [""; 0]);
        assert_eq!(told("approver-not-authorised", &seat("app x", BOARD), json!({})).len(), 1, "that is no program");
    }

    #[test]
    fn who_only_suggested_an_edit_may_vote_where_the_policy_forgives_that() {
        let told = |policy: &str, suggestion: bool| {
            let mut story = Story::new();
            story.at("2026-03-02T00:00:00Z");
            let text = format!("status: in_force\ncontrolled: {{kinds: [ci]}}\ncategories: []\n{policy}");
            story.write("sms/change_policy/p.yaml", &text);
            story.write("sms/change/chg-a.yaml", "kind: change\nid: chg-a\nrequester: ann\n");
            let who = |name: &str| json!({"name": name});
            let commit = json!({"author": who("x"), "committer": who("y"), "suggestion": suggestion,
                "co_authors": [{"name": "z", "person": "cy"}]});
            story.decide(&seat("cy", BOARD), json!({"commits": [commit]}));
            story.told("self-approval").len()
        };
        assert_eq!((told("suggestions_forgiven: true\n", true), told("suggestions_forgiven: true\n", false)), (0, 1));
        assert_eq!((told("", true), told("suggestions_forgiven: false\n", true)), (1, 1));
    }

    #[test]
    fn every_absent_voter_is_told() {
        let two = json!({"change": "chg-a", "requirements": [{"needs": BOARD, "filled": ["eve", "mal"]}]});
        assert_eq!(told("approver-not-authorised", &two, json!({})).len(), 2);
    }

    #[test]
    fn who_gets_a_part_later_voted_on_somebody_elses_work() {
        let mut story = Story::new();
        story.at("2026-03-02T00:00:00Z");
        story.write("sms/change/chg-a.yaml", "kind: change\nid: chg-a\nrequester: ann\nimplementers: [bo]\n");
        story.decide(&seat("cy", BOARD), json!({}));
        story.write("sms/change/chg-a.yaml", "kind: change\nid: chg-a\nrequester: ann\nimplementers: [cy]\n");
        assert_eq!(story.told("self-approval"), [""; 0]);
        story.decide(&seat("cy", BOARD), json!({}));
        assert_eq!(story.told("self-approval").len(), 1, "the second one is a vote on the own work");
    }

    #[test]
    fn an_objection_after_an_emergency_makes_no_vote_before_it_wrong() {
        let mut story = Story::new();
        story.at("2026-03-02T00:00:00Z");
        story.write("sms/change/chg-a.yaml", "kind: change\nid: chg-a\nrequester: ann\nimplementers: [bo]\n");
        let facts = json!({"reviews": [{"account": {"id": 1}, "state": "approved", "at": "2026-03-02T00:00:00Z"}]});
        let after = |outcome: &str| {
            json!({"change": "chg-a", "category": "emergency", "outcome": outcome,
                "reasons": [{"code": "retrospective", "outcome": outcome}]})
        };
        story.decide(&after("PENDING"), facts.clone());
        story.at("2026-03-03T00:00:00Z");
        story.decide(&after("BLOCKED"), facts);
        assert_eq!(story.told("self-approval"), [""; 0]);
    }

    #[test]
    fn a_seat_is_filled_by_somebody_who_held_the_role_on_that_day() {
        let role = |person: &str, needs: &str| told("approver-not-authorised", &seat(person, needs), json!({}));
        assert_eq!(role("cy", BOARD), [""; 0]);
        assert_eq!(
            role("ann", BOARD),
            ["entry 2 of the ledger lets ann fill a seat of 'role-board', which ann did not hold on 2026-03-02"]
        );
        assert_eq!(role("ann", "1 of the owners of what is affected"), [""; 0], "others may fill it");
        assert_eq!(role("ann", "1 of the holders of 'role-none'").len(), 1, "a role that is not there is nobody's");
        assert_eq!(
            role("eve", BOARD),
            ["entry 2 of the ledger lets eve fill a seat, who was nobody that could decide on 2026-03-02"],
            "told once"
        );
        let mut early = seat("cy", BOARD);
        early["instant"] = json!("2025-12-31T23:59:59Z");
        assert_eq!(told("approver-not-authorised", &early, json!({})).len(), 1, "not yet a holder then");
        let mut open = seat("ann", BOARD);
        open["outcome"] = json!("PENDING");
        assert_eq!(told("approver-not-authorised", &open, json!({})), [""; 0], "what did not pass let nobody in");
    }

    #[test]
    fn a_decision_that_counts_a_vote_on_the_own_work_is_told() {
        let own = |person: &str, facts: Value| told("self-approval", &seat(person, BOARD), facts);
        assert_eq!(own("cy", json!({})), [""; 0]);
        assert_eq!(
            own("ann", json!({})),
            ["ann agreed to 'chg-a' as its requester; entry 2 of the ledger counts that vote"]
        );
        assert_eq!(
            own("bo", json!({})),
            ["bo agreed to 'chg-a' as its implementer; entry 2 of the ledger counts that vote"]
        );
        let author = json!({"pull_request": {"author": {"id": 2, "login": "cy"}}});
        assert_eq!(own("cy", author), ["cy agreed to 'chg-a' as its author; entry 2 of the ledger counts that vote"]);
        let commits = json!({"commits": [{"author": {"name": "x"}, "committer": {"name": "y"}, "co_authors": [{"name": "z", "person": "cy"}]}]});
        assert_eq!(own("cy", commits).len(), 1);
    }

    #[test]
    fn a_vote_on_the_own_work_that_did_not_count_is_told_when_it_came_all_the_same() {
        let review = |state: &str| json!({"reviews": [{"account": {"id": 1, "login": "bo"}, "state": state}]});
        let blocked = json!({"change": "chg-a", "outcome": "BLOCKED"});
        assert_eq!(
            told("self-approval", &blocked, review("approved")),
            [
                "bo agreed to 'chg-a' as its implementer; entry 2 of the ledger does not count that vote, and it came all the same"
            ]
        );
        assert_eq!(told("self-approval", &blocked, review("commented")), [""; 0]);
        assert_eq!(
            told("self-approval", &json!({"change": "chg-a"}), review("approved")),
            [""; 0],
            "others agreed as well"
        );
        let command = json!({"commands": [{"person": "ann", "verb": "approve"}, {"person": "bo", "verb": "object"}]});
        assert_eq!(told("self-approval", &blocked, command).len(), 1);
        let other = json!({"reviews": [{"account": {"id": 2, "login": "cy"}, "state": "approved"}]});
        assert_eq!(told("self-approval", &blocked, other), [""; 0]);
    }
}
