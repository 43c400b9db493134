//! What the policy would ask for a change that nobody has voted on yet: the gate's own look at the record.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::decide::Court;
use super::decision::{By, Decision};
use super::edits::Edits;
use super::facts::{Facts, SourceKind};
use super::policy::Policy;
use super::reason::Reason;
use crate::diff::State;
use crate::model::change::Change;

/// The policy in force with the records that it is applied to, for looking at many changes.
#[derive(Debug)]
pub struct Outlook<'r> {
    policy: Policy<'r>,
    now: State<'r>,
    facts: Facts,
    edits: Edits,
    at: Timestamp,
}

impl<'r> Outlook<'r> {
    /// The outlook on the changes of `now`, by its own policy.
    ///
    /// # Errors
    /// The reason for which nothing can be decided: no policy is in force, or what it rests on has errors.
    pub fn new(now: State<'r>, at: Timestamp) -> Result<Self, Reason> {
        let policy = Policy::in_force(now.side.sms, now.findings, now.side.sms.snapshot.as_of.day())?;
        let edits = Edits { controlled: Vec::new(), files: BTreeMap::new(), changes: Vec::new(), policy: false };
        Ok(Self { policy, now, facts: Facts::empty(SourceKind::Simulation), edits, at })
    }

    /// What would be decided of `change` if it were asked for now, with nothing edited but its own record and nobody
    /// having said anything.
    #[must_use]
    pub fn of(&self, change: Change<'r>) -> Decision {
        let mut decision = Decision::blank(&self.facts, self.at);
        let version = self.policy.record.0.record.text("version").map(str::to_owned);
        decision.policy = Some(By { id: self.policy.id().to_owned(), version, commit: String::new() });
        let court = Court { policy: &self.policy, base: self.now, head: self.now, facts: &self.facts, at: self.at };
        court.hear(&[change], &self.edits, &mut decision);
        decision.close();
        decision
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Outcome;
    use crate::graph::Graph;
    use crate::graph::diff::Side;
    use crate::model::fixture::records;

    const TEXT: &str = "
        == person ann
        status: active
        github: {login: ann, id: 1}
        == person bo
        status: active
        github: {login: bo, id: 2}
        == person cy
        status: active
        github: {login: cy, id: 3}
        == role r
        status: active
        holders: [{person: ann}, {person: bo}]
        == ci ci-a
        owner: cy
        == change chg-a
        status: requested
        category: normal
        requester: cy
        implementers: [bo]
        affects: [ci-a]
    ";

    fn looked(policy: &str) -> Result<Decision, Reason> {
        records(&format!("{TEXT}{policy}"), |sms| {
            let graph = Graph::build(sms);
            let now = State { side: Side { sms, graph: &graph }, findings: &[] };
            let change = sms.all::<Change<'_>>().next().unwrap();
            Ok(Outlook::new(now, sms.snapshot.as_of.instant())?.of(change))
        })
    }

    #[test]
    fn those_who_must_agree_are_named_and_whoever_carries_it_out_is_not() {
        let policy = "\n        == change_policy p\n        status: in_force\n        categories: [{id: normal, seats: [{role: r, count: 1}]}]\n";
        let decision = looked(policy).unwrap();
        assert_eq!(decision.change.as_deref(), Some("chg-a"));
        assert_ne!(decision.outcome, Outcome::Pass, "nobody has agreed yet");
        let [seat] = &decision.requirements[..] else { panic!("{:?}", decision.requirements) };
        assert_eq!((seat.id.as_str(), seat.missing, seat.filled.len()), ("category normal", 1, 0));
        assert_eq!(seat.candidates.iter().map(String::as_str).collect::<Vec<_>>(), ["ann"]);
        assert!(decision.excluded.iter().any(|left| left.person == "bo"), "{:?}", decision.excluded);
    }

    #[test]
    fn without_a_policy_there_is_nothing_to_look_by() {
        assert!(looked("").unwrap_err().message.contains("no change policy"));
    }
}
