//! What a recorded decision says, read from its JSON: decisions of other versions must be readable too.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

/// The code of the reason that tells whether an emergency was agreed to afterwards.
const AFTERWARDS: &str = "retrospective";
/// The code of the reason that tells that work was done under a change that was decided before.
const UNDER: &str = "under-change";

/// The changes that a decision names.
#[must_use]
pub fn changes(decision: &Value) -> BTreeSet<&str> {
    let several = decision["changes"].as_array().into_iter().flatten().filter_map(Value::as_str);
    several.chain(decision["change"].as_str()).collect()
}

/// Whether the decision lets the change through. An emergency that waits for nothing but the agreement afterwards is
/// through: that is what an emergency is.
#[must_use]
pub fn passed(decision: &Value) -> bool {
    let outcome = decision["outcome"].as_str();
    let reasons = decision["reasons"].as_array().map(Vec::as_slice).unwrap_or_default();
    let only_waits = || {
        let others = reasons.iter().filter(|reason| reason["code"] != AFTERWARDS);
        afterwards(decision) == Some("PENDING") && others.into_iter().all(|reason| reason["outcome"] == "PASS")
    };
    outcome == Some("PASS") || (outcome == Some("PENDING") && only_waits())
}

/// Whether the decision lets work through that is done under the changes that it names: it agrees to none of them.
#[must_use]
pub fn is_under(decision: &Value) -> bool {
    decision["reasons"].as_array().is_some_and(|reasons| reasons.iter().any(|reason| reason["code"] == UNDER))
}

/// When it was decided, by the decision itself; what was missed is decided later, by the clock of then.
#[must_use]
pub fn decided_at(decision: &Value) -> Option<Timestamp> {
    decision["instant"].as_str()?.parse().ok()
}

/// What the decision says of the agreement after an emergency, `PASS`, `PENDING` or `BLOCKED`; none when it is not about
/// that.
#[must_use]
pub fn afterwards(decision: &Value) -> Option<&str> {
    let reasons = decision["reasons"].as_array()?;
    reasons.iter().find(|reason| reason["code"] == AFTERWARDS)?["outcome"].as_str()
}

/// Everybody who fills a seat, with what the seat asks for in words.
#[must_use]
pub fn seats(decision: &Value) -> Vec<(&str, &str)> {
    let requirements = decision["requirements"].as_array().into_iter().flatten();
    let filled = requirements.flat_map(|requirement| {
        let needs = requirement["needs"].as_str().unwrap_or_default();
        let people = requirement["filled"].as_array().into_iter().flatten().filter_map(Value::as_str);
        people.map(move |person| (person, needs))
    });
    filled.collect()
}

/// The time of the last review or command among the facts of a decision by which somebody agreed.
#[must_use]
pub fn last_vote(facts: &Value) -> Option<Timestamp> {
    let of = |key: &str| facts[key].as_array().into_iter().flatten();
    let reviews = of("reviews").filter(|vote| vote["state"] == "approved");
    let votes = reviews.chain(of("commands").filter(|vote| vote["verb"] == "approve"));
    votes.filter_map(|vote| vote["at"].as_str()).filter_map(|at| at.parse().ok()).max()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(outcome: &str, reasons: &[(&str, &str)]) -> bool {
        let reasons: Vec<Value> =
            reasons.iter().map(|(code, outcome)| json!({"code": code, "outcome": outcome})).collect();
        passed(&json!({"outcome": outcome, "reasons": reasons}))
    }

    #[test]
    fn only_pass_lets_through_but_for_the_agreement_after_an_emergency() {
        assert!(told("PASS", &[]));
        for outcome in ["PENDING", "BLOCKED", "ERROR", ""] {
            assert!(!told(outcome, &[]), "{outcome}");
        }
        assert!(told("PENDING", &[("seats", "PASS"), ("retrospective", "PENDING")]));
        assert!(!told("PENDING", &[("seats", "PENDING"), ("retrospective", "PENDING")]), "something else is open");
        assert!(!told("BLOCKED", &[("seats", "PASS"), ("retrospective", "BLOCKED")]), "it was denied, or is late");
        assert!(!told("BLOCKED", &[("retrospective", "PENDING")]), "the outcome itself counts, too");
        assert!(!passed(&json!({})));
    }

    #[test]
    fn changes_are_read_from_both_places_and_each_once() {
        let of = |value: Value| changes(&value).into_iter().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(of(json!({"change": "chg-a"})), ["chg-a"]);
        assert_eq!(of(json!({"change": null, "changes": ["chg-b", "chg-a", 7]})), ["chg-a", "chg-b"]);
        assert_eq!(of(json!({"change": "chg-a", "changes": ["chg-a"]})), ["chg-a"]);
        assert_eq!(of(json!([])), [""; 0]);
    }

    #[test]
    fn work_under_a_change_is_no_agreement_to_it() {
        let of = |code: &str| is_under(&json!({"change": "chg-a", "reasons": [{"code": code, "outcome": "PASS"}]}));
        assert!(of("under-change") && !of("seats") && !is_under(&json!({"change": "chg-a"})));
    }

    #[test]
    fn seats_come_with_their_words() {
        let seat = |needs: &str, filled: &[&str]| json!({"needs": needs, "filled": filled});
        let decision =
            json!({"requirements": [seat("one", &["ann", "bo"]), seat("two", &[]), seat("three", &["ann"])]});
        assert_eq!(seats(&decision), [("ann", "one"), ("bo", "one"), ("ann", "three")]);
        assert_eq!(seats(&json!({"requirements": "none"})), []);
    }

    #[test]
    fn the_last_vote_is_the_latest_by_which_somebody_agreed() {
        let last = |facts: Value| last_vote(&facts).map(|at| at.to_string());
        let review = |at: &str| json!({"at": at, "state": "approved"});
        let (early, late) = (review("2026-03-01T00:00:00Z"), review("2026-03-01T02:00:00+01:00"));
        let expected = Some("2026-03-01T01:00:00Z".to_owned());
        assert_eq!(last(json!({"reviews": [late, early]})), expected);
        let command = |verb: &str, at: &str| json!({"verb": verb, "at": at});
        let approves = command("approve", "2026-03-01T01:00:00Z");
        assert_eq!(last(json!({"reviews": [early], "commands": [approves, {"at": "soon"}, {}]})), expected);
        let later = [command("object", "2026-03-09T00:00:00Z"), command("withdraw", "2026-03-08T00:00:00Z")];
        let comment = json!({"at": "2026-03-07T00:00:00Z", "state": "commented"});
        assert_eq!(last(json!({"reviews": [late, comment], "commands": later})), expected, "others say something else");
        assert_eq!(last(json!({"reviews": "none"})), None);
    }
}
