//! The risk of a change, computed term by term; the higher of this and what its author declared counts.

mod hours;
mod record;

use jiff::Timestamp;
use serde::Serialize;

use super::policy::Policy;
use super::reach::Reach;
use crate::base::text::{counted, quoted};
use crate::graph::State;
use crate::graph::diff::Side;
use crate::model::Sms;
use crate::model::change::{Change, TestResult};
use crate::model::risk::{Risk, RiskCriteria};
use crate::model::words::Criticality;

/// One thing that makes a change risky.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Term {
    /// Its name, as in `risk.weights` of the policy.
    pub id: &'static str,
    /// The points that it gives.
    pub points: u32,
    /// The most that it can give.
    pub most: u32,
    /// Why.
    pub why: String,
}

/// The risk of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rated {
    /// The level that counts.
    pub level: String,
    /// Its place among the levels, from the lowest.
    #[serde(skip)]
    pub rank: usize,
    /// The sum of the points.
    pub score: u32,
    /// The level that the points give.
    pub computed: String,
    /// The level that the record declares.
    pub declared: Option<String>,
    /// The terms, in a fixed order.
    pub terms: Vec<Term>,
}

/// The names of the terms with the most points of each where the policy says nothing.
pub const WEIGHTS: [(&str, u32); 10] = [
    ("criticality", 30),
    ("reach", 10),
    ("customers", 10),
    ("redundancy", 10),
    ("service_hours", 10),
    ("error_budget", 15),
    ("test", 10),
    ("rollback", 10),
    ("record", 10),
    ("open_risks", 5),
];

/// The levels of risk, lowest first: those of the criteria in force, else four.
#[must_use]
pub(super) fn levels(sms: &Sms<'_>) -> Vec<String> {
    let own = RiskCriteria::in_force(sms).map(RiskCriteria::levels).unwrap_or_default();
    let own: Vec<String> = own.into_iter().filter_map(|level| level.id().map(str::to_owned)).collect();
    if own.is_empty() { ["low", "medium", "high", "extreme"].map(str::to_owned).to_vec() } else { own }
}

/// What a change is rated by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rating<'r> {
    /// The policy at the base.
    pub policy: &'r Policy<'r>,
    /// The records at the base.
    pub base: Side<'r>,
    /// The change, as the merge result has it.
    pub change: Change<'r>,
    /// What it reaches.
    pub reach: &'r Reach,
    /// Whether it alters only papers, so that nothing can fail by it.
    pub paper: bool,
    /// The instant of the decision.
    pub at: Timestamp,
}

impl Rating<'_> {
    fn most(&self, id: &str) -> u32 {
        let own = self
            .policy
            .record
            .risk()
            .and_then(|risk| risk.weights())
            .and_then(|weights| weights.node.get(id)?.as_int());
        let own = own.and_then(|own| u32::try_from(own).ok());
        own.unwrap_or_else(|| WEIGHTS.iter().find(|(name, _)| *name == id).map_or(0, |(_, most)| *most))
    }

    fn term(&self, id: &'static str, percent: u32, why: impl Into<String>) -> Term {
        let most = self.most(id);
        Term { id, points: most.saturating_mul(percent.min(100)).div_ceil(100), most, why: why.into() }
    }

    /// The terms and the level.
    #[must_use]
    pub(super) fn rate(&self) -> Rated {
        let mut terms = vec![self.criticality(), self.felt(), self.customers(), self.redundancy()];
        terms.push(hours::service_hours(self));
        terms.push(hours::error_budget(self));
        terms.extend([self.test(), self.rollback(), record::record(self), self.open_risks()]);
        let score = terms.iter().fold(0_u32, |sum, term| sum.saturating_add(term.points));
        let levels = levels(self.base.sms);
        let computed = self.level(&levels, score);
        let declared = self.declared(&levels);
        let rank = declared.map_or(computed, |declared| declared.max(computed));
        let name = |rank: usize| levels.get(rank).cloned().unwrap_or_default();
        Rated { level: name(rank), rank, score, computed: name(computed), declared: declared.map(name), terms }
    }

    /// The level of so many points.
    fn level(&self, levels: &[String], score: u32) -> usize {
        let rows = self.policy.record.risk().map(|risk| risk.levels()).unwrap_or_default();
        let own = rows.iter().filter(|row| row.from().is_some_and(|from| i64::from(score) >= from));
        let own = own.filter_map(|row| levels.iter().position(|level| Some(level.as_str()) == row.id())).max();
        if !rows.is_empty() {
            return own.unwrap_or(0);
        }
        let last = levels.len().saturating_sub(1);
        usize::try_from(score).map_or(last, |score| (score * levels.len() / 100).min(last))
    }

    /// The level that the record declares, by its word or by likelihood and impact, whichever is higher.
    fn declared(&self, levels: &[String]) -> Option<usize> {
        let risk = self.change.assessment()?.risk()?.node;
        let rank = |level: &str| levels.iter().position(|known| known == level);
        let number = |field: &str| risk.get(field).and_then(|node| node.as_int());
        let criteria = RiskCriteria::in_force(self.base.sms);
        let of_matrix = criteria.and_then(|it| rank(it.level(number("likelihood")?, number("impact")?)?));
        let said = risk.get("level").and_then(|level| rank(level.as_str()?));
        of_matrix.max(said)
    }

    fn criticality(&self) -> Term {
        let points = |state: State, criticality: Option<Criticality>| {
            let whole = match criticality {
                Some(Criticality::Vital) => 100,
                Some(Criticality::High) | None => 60,
                Some(Criticality::Medium) => 30,
                Some(Criticality::Low) => 10,
            };
            if state == State::Down { whole } else { whole / 2 }
        };
        let worst = self
            .reach
            .felt()
            .max_by_key(|(id, state, criticality)| (points(*state, *criticality), std::cmp::Reverse(*id)));
        match worst.filter(|_| !self.paper) {
            None => self.term("criticality", 0, "no service feels it"),
            Some((id, state, criticality)) => {
                let word = criticality.map_or("of unknown criticality", Criticality::word);
                self.term(
                    "criticality",
                    points(state, criticality),
                    format!("'{id}' ({word}) would be {}", state.label()),
                )
            }
        }
    }

    fn felt(&self) -> Term {
        let count = if self.paper { 0 } else { self.reach.felt().count() };
        let percent = u32::try_from(count.min(10) * 10).unwrap_or(100);
        self.term("reach", percent, format!("{} would feel it", counted(count, "service", "services")))
    }

    fn customers(&self) -> Term {
        let count = if self.paper { 0 } else { self.reach.customers.len() };
        let percent = u32::try_from(count.min(5) * 20).unwrap_or(100);
        self.term(
            "customers",
            percent,
            format!("{} with an agreement would feel it", counted(count, "customer", "customers")),
        )
    }

    fn redundancy(&self) -> Term {
        let worst = self.reach.services.values().map(|(state, _)| *state).max().filter(|_| !self.paper);
        match worst {
            Some(State::Down) => self.term("redundancy", 100, "nothing stands in for what it affects"),
            Some(State::Degraded | State::AtRisk) => {
                self.term("redundancy", 50, "a stand-in is used up while it lasts")
            }
            _ => self.term("redundancy", 0, "what it affects has a stand-in, or nobody needs it"),
        }
    }

    fn test(&self) -> Term {
        match self.change.test().and_then(|test| test.result()) {
            Some(TestResult::Pass) => self.term("test", 0, "tested with success"),
            Some(TestResult::NotPossible) => self.term("test", 50, "no test is possible"),
            Some(TestResult::Fail) => self.term("test", 100, "the test failed"),
            None => self.term("test", 100, "not tested yet"),
        }
    }

    fn rollback(&self) -> Term {
        let rollback = self.change.rollback().filter(|rollback| rollback.steps().is_some());
        match rollback.map(|rollback| rollback.tested() == Some(true)) {
            Some(true) => self.term("rollback", 0, "the way back was tried"),
            Some(false) => self.term("rollback", 50, "the way back was not tried"),
            None => self.term("rollback", 100, "there is no way back"),
        }
    }

    fn open_risks(&self) -> Term {
        let open = open_risks(self.base.sms, self.reach);
        if open.is_empty() {
            return self.term("open_risks", 0, "no open risk above the appetite");
        }
        self.term("open_risks", 100, format!("open above the appetite: {}", quoted(&open, 3)))
    }
}

/// Open risks above the appetite on what a change affects and on the services that feel it, by id.
#[must_use]
pub(super) fn open_risks(sms: &Sms<'_>, reach: &Reach) -> Vec<String> {
    let criteria = RiskCriteria::in_force(sms);
    let above = |risk: &Risk<'_>| {
        let level = risk.residual().or(risk.inherent()).and_then(|rating| rating.level());
        level.and_then(|level| criteria?.is_above_appetite(level)) == Some(true)
    };
    let felt: Vec<&str> = reach.felt().map(|(id, ..)| id).collect();
    let touches = |risk: &Risk<'_>| {
        let mut affects = risk.affects().into_iter().map(|id| sms.id_now(id));
        affects.any(|id| reach.affected.contains(id) || felt.contains(&id))
    };
    let open = sms.all::<Risk<'_>>().filter(|risk| !risk.0.record.is_at_rest());
    open.filter(|risk| above(risk) && touches(risk)).map(|risk| risk.0.record.id.to_string()).collect()
}

#[cfg(test)]
mod tests;
