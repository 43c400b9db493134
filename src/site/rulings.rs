//! What the ledger says of each change: decisions as they were recorded, and who said what.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use crate::base::date::parse_instant;
use crate::evidence::ledger::{Body, Ledger, is_under};
use crate::evidence::vote::{Cast, Say};
use crate::gate::facts::{Account, AccountSort, Facts, ReviewState, Verb};

/// What somebody said to a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// Agreed.
    Agreed,
    /// Objected.
    Objected,
    /// Took back what was said before.
    Withdrew,
    /// Set the objection of somebody else aside.
    Overruled,
}

/// One thing that was said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// When.
    pub at: Timestamp,
    /// Who, by the id of the person; none for an account that no record names.
    pub person: Option<String>,
    /// What.
    pub word: Word,
    /// Why, in their words; empty for nothing.
    pub reason: String,
}

/// A decision of the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruling {
    /// The number of its entry.
    pub number: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// The commit that it was about.
    pub commit: String,
    /// The decision, as the gate of then gave it.
    pub decision: Value,
}

/// What the ledger says of one change.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trial {
    /// Its decisions, the first first.
    pub rulings: Vec<Ruling>,
    /// What was said, by time, each thing once.
    pub said: BTreeSet<Said>,
}

/// What the entries that count say of each change, by its id then; `person` tells whose an account is by its number, and
/// `cast` are the votes of the ledger, of which those that were signed by their voter are told.
#[must_use]
pub fn trials(ledger: &Ledger, cast: &[Cast], person: impl Fn(u64) -> Option<String>) -> BTreeMap<String, Trial> {
    let mut trials: BTreeMap<String, Trial> = BTreeMap::new();
    for kept in ledger.entries.iter().filter(|kept| kept.counts) {
        let Body::Decision { decision, facts, .. } = &kept.entry.body else { continue };
        // Work that was let through under a change agrees to nothing about the change.
        let Some(change) = decision["change"].as_str().filter(|_| !is_under(decision)) else { continue };
        let trial = trials.entry(change.to_owned()).or_default();
        trial.rulings.push(Ruling {
            number: kept.entry.number,
            at: kept.entry.at,
            commit: kept.entry.subject.commit.clone(),
            decision: decision.clone(),
        });
        // Facts of another version may read otherwise; the decision alone is told then.
        if let Ok(facts) = serde_json::from_value::<Facts>(facts.clone()) {
            trial.said.extend(said(&facts, &person));
        }
    }
    for vote in cast.iter().filter_map(Cast::counted) {
        let word = match vote.say {
            Say::Approve => Word::Agreed,
            Say::Object => Word::Objected,
            Say::Withdraw => Word::Withdrew,
        };
        let Ok(at) = parse_instant(&vote.at) else { continue };
        let said = Said { at, person: Some(vote.person.clone()), word, reason: vote.reason.clone() };
        trials.entry(vote.change.clone()).or_default().said.insert(said);
    }
    trials
}

/// What people say in facts. What programs say is no vote of a person.
fn said<'f>(facts: &'f Facts, person: &'f dyn Fn(u64) -> Option<String>) -> impl Iterator<Item = Said> + 'f {
    let is_person = |account: &&Account| account.sort == AccountSort::User;
    let whose = move |account: Option<&Account>| account.filter(is_person).and_then(|account| person(account.id));
    let reviews = facts.reviews.iter().filter_map(move |review| {
        let word = match review.state {
            ReviewState::Approved => Word::Agreed,
            ReviewState::ChangesRequested => Word::Objected,
            ReviewState::Commented | ReviewState::Pending => return None,
        };
        Some(Said { at: review.at?, person: whose(review.account.as_ref()), word, reason: String::new() })
    });
    let commands = facts.commands.iter().map(move |command| {
        let word = match command.verb {
            Verb::Approve => Word::Agreed,
            Verb::Object => Word::Objected,
            Verb::Withdraw => Word::Withdrew,
            Verb::Overrule => Word::Overruled,
        };
        let person = command.person.clone().or_else(|| whose(command.account.as_ref()));
        Said { at: command.at, person, word, reason: command.reason.clone() }
    });
    reviews.chain(commands)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::evidence::ledger::{Entry, Kept, Subject};
    use crate::evidence::sign::Signed;
    use crate::evidence::vote::Vote;
    use crate::gate::facts::SourceKind;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).unwrap()
    }

    fn entry(number: u64, decision: Value, facts: Value) -> Kept {
        let subject = Subject { commit: format!("{number:040x}"), tree: "t".to_owned() };
        let body = Body::Decision { before: "b".to_owned(), merge_tree: "t".to_owned(), decision, facts };
        let entry = Entry {
            number,
            previous: None,
            at: at(i64::try_from(number).unwrap()),
            recorder: "Bot <bot@example.org>".to_owned(),
            tool: "gitsm 0".to_owned(),
            subject,
            body,
        };
        Kept { entry, commit: "c".to_owned(), signed: Signed::None, counts: true, sha256: String::new() }
    }

    fn ledger(entries: Vec<Kept>) -> Ledger {
        Ledger { entries, ..Ledger::default() }
    }

    fn whose(account: u64) -> Option<String> {
        (account == 1).then(|| "ann".to_owned())
    }

    fn facts() -> Value {
        let mut facts = serde_json::to_value(Facts::empty(SourceKind::Forge)).unwrap();
        let account = |id: u64, sort: &str| json!({"id": id, "login": "x", "type": sort});
        facts["reviews"] = json!([
            {"id": 1, "account": account(1, "user"), "state": "approved", "at": at(30)},
            {"id": 2, "account": account(2, "user"), "state": "changes_requested", "at": at(20)},
            {"id": 3, "account": account(1, "user"), "state": "commented", "at": at(10)},
            {"id": 4, "account": account(1, "user"), "state": "approved"},
        ]);
        facts["commands"] = json!([
            {"id": 5, "account": account(1, "bot"), "verb": "object", "reason": "No", "at": at(40)},
            {"id": 6, "person": "bo", "verb": "overrule", "against": "ann", "at": at(50)},
        ]);
        facts
    }

    #[test]
    fn what_people_said_stands_in_the_order_of_time_with_whose_it_is() {
        let ledger = ledger(vec![entry(1, json!({"change": "chg-a", "outcome": "PASS"}), facts())]);
        let trials = trials(&ledger, &[], whose);
        let told: Vec<_> =
            trials["chg-a"].said.iter().map(|said| (said.person.as_deref(), said.word, said.reason.as_str())).collect();
        assert_eq!(
            told,
            [
                (None, Word::Objected, ""),
                (Some("ann"), Word::Agreed, ""),
                (None, Word::Objected, "No"),
                (Some("bo"), Word::Overruled, ""),
            ],
            "a comment says nothing, and a review without a time cannot be placed"
        );
    }

    #[test]
    fn decisions_belong_to_their_change_and_only_entries_that_count_are_told() {
        let other = Kept { counts: false, ..entry(3, json!({"change": "chg-a", "outcome": "PASS"}), json!({})) };
        let ledger = ledger(vec![
            entry(1, json!({"change": "chg-a", "outcome": "PENDING"}), facts()),
            entry(2, json!({"change": null, "outcome": "PASS"}), facts()),
            other,
            entry(4, json!({"change": "chg-a", "outcome": "PASS"}), json!({"version": 9})),
        ]);
        let trials = trials(&ledger, &[], whose);
        assert_eq!(trials.keys().collect::<Vec<_>>(), ["chg-a"]);
        let numbers: Vec<u64> = trials["chg-a"].rulings.iter().map(|ruling| ruling.number).collect();
        assert_eq!(numbers, [1, 4], "facts that cannot be read do not hide a decision");
        assert_eq!(trials["chg-a"].said.len(), 4);
    }

    #[test]
    fn a_vote_counts_for_whoever_signed_it_and_for_nobody_else() {
        let vote = |person: &str, at: &str| Vote {
            say: Say::Object,
            change: "chg-b".to_owned(),
            digest: "d".to_owned(),
            base: "b".to_owned(),
            head: "h".to_owned(),
            person: person.to_owned(),
            at: at.to_owned(),
            reason: "Too soon".to_owned(),
        };
        let cast = |vote: Vote, by: &str| Cast {
            number: 1,
            at: at(0),
            vote: Some(vote),
            signed: Signed::Good { who: by.to_owned(), key: String::new() },
        };
        let votes = [
            cast(vote("ann", "2026-11-20T08:00:00Z"), "ann"),
            cast(vote("bo", "2026-11-20T08:00:00Z"), "ann"),
            cast(vote("ann", "yesterday"), "ann"),
        ];
        let trials = trials(&ledger(Vec::new()), &votes, whose);
        let told: Vec<_> = trials["chg-b"].said.iter().map(|said| (said.person.as_deref(), said.word)).collect();
        assert_eq!(told, [(Some("ann"), Word::Objected)]);
    }
}
