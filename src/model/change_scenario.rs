//! Change scenarios: made-up changes with the decision that the policy must give (8.5.1.1).

use super::view::{At, Ref};
use super::words::PersonKind;
use crate::base::date::When;

words! {
    /// Status of a scenario.
    ScenarioStatus {
        /// Being written.
        Draft = "draft",
        /// Decided in every run.
        Active = "active",
        /// No longer looked at.
        Retired = "retired",
    }
}

view! {
    /// A scenario.
    ChangeScenario<'a> of "change_scenario" at "" {
        /// Status.
        status: Option<ScenarioStatus>,
        /// The instant by which it is decided.
        at: Option<When>,
        /// The pull request.
        given: Option<Given<'a>>,
        /// What must come out.
        expect: Option<Expected<'a>>,
    }
}

view! {
    /// The pull request of a scenario.
    Given<'a> of "change_scenario" at "/given" {
        /// The fields of the change record.
        change: Option<At<'a>>,
        /// Records that are edited besides.
        edits: Vec<ScenarioEdit<'a>>,
        /// Other files that are edited.
        files: Vec<&'a str>,
        /// Who opened it.
        author: Option<Ref<'a, PersonKind>>,
        /// Whether it is a draft.
        draft: Option<bool>,
        /// The votes.
        votes: Vec<ScenarioVote<'a>>,
    }
}

view! {
    /// An edit of a record.
    ScenarioEdit<'a> of "change_scenario" at "/given/edits/*" {
        /// The record.
        record: Option<&'a str>,
        /// Fields with their new values.
        set: Option<At<'a>>,
    }
}

words! {
    /// What a vote of a scenario says.
    Stance {
        /// Agrees.
        Approve = "approve",
        /// Objects.
        Object = "object",
        /// Takes back what was said before.
        Withdraw = "withdraw",
    }
}

view! {
    /// A vote.
    ScenarioVote<'a> of "change_scenario" at "/given/votes/*" {
        /// Whose.
        by: Option<Ref<'a, PersonKind>>,
        /// What it says.
        vote: Option<Stance>,
        /// When.
        at: Option<When>,
    }
}

words! {
    /// The decision that is expected.
    ExpectedOutcome {
        /// It may go.
        Pass = "PASS",
        /// It waits for people.
        Pending = "PENDING",
        /// A rule says no.
        Blocked = "BLOCKED",
        /// It cannot be decided.
        Error = "ERROR",
    }
}

view! {
    /// What must come out.
    Expected<'a> of "change_scenario" at "/expect" {
        /// The decision.
        outcome: Option<ExpectedOutcome>,
        /// The category.
        category: Option<&'a str>,
        /// The level of risk.
        risk: Option<&'a str>,
        /// Codes among the reasons.
        reasons: Vec<&'a str>,
        /// Those who are asked next; none when it says nothing of them.
        ask: Option<At<'a>>,
        /// How many seats are open.
        missing: Option<i64>,
    }
}
