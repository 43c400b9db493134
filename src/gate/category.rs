//! In which category a change is decided: the declared one when it passes its test, else the normal one.

mod model;

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::policy::Policy;
use super::reach::Reach;
use super::reason::{Code, Reason};
use super::risk::Rated;
use crate::base::exact::Exact;
use crate::base::text::quoted;
use crate::diff::RecordChange;
use crate::graph::State;
use crate::graph::diff::Side;
use crate::model::change::Change;
use crate::model::change_model::ChangeModel;
use crate::model::change_policy::{Category, MajorEffect};
use crate::model::incident::Incident;
use crate::model::{Record, Sms};

/// In which category a change is decided, and why.
#[derive(Debug)]
pub(super) struct Decided<'s> {
    /// The category; none when the policy has none that fits, not even a normal one.
    pub category: Option<Category<'s>>,
    /// Its word; the declared one when there is no category.
    pub word: String,
    /// The model that it follows, when its test was passed.
    pub model: Option<ChangeModel<'s>>,
    /// Why it is this one.
    pub reason: Reason,
}

/// What the category of a change is judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trial<'t, 'r> {
    /// The policy at the base.
    pub policy: &'r Policy<'r>,
    /// The base.
    pub base: Side<'r>,
    /// The merge result.
    pub head: Side<'r>,
    /// The change, as the merge result has it.
    pub change: Change<'r>,
    /// What it reaches.
    pub reach: &'t Reach,
    /// Its risk.
    pub risk: &'t Rated,
    /// Records under control that are edited with it.
    pub edits: &'t [RecordChange],
    /// Other files under control that are edited with it.
    pub files: &'t BTreeSet<&'t str>,
    /// The instant of the decision.
    pub at: Timestamp,
}

impl<'r> Trial<'_, 'r> {
    /// In which category the change is decided.
    #[must_use]
    pub(super) fn decide(&self) -> Decided<'r> {
        let declared = self.change.category().unwrap_or_default();
        let Some(category) = self.policy.category(declared) else {
            return self.normal(declared, vec![told(format!("the policy knows no category '{declared}'"))]);
        };
        let mut refused = Vec::new();
        let mut model = None;
        if category.model_required() == Some(true) {
            match self.model() {
                Ok(found) => model = Some(found),
                Err(reasons) => refused.extend(reasons),
            }
        }
        if category.incident_required() == Some(true) {
            refused.extend(self.no_incident());
        }
        if !refused.is_empty() {
            return self.normal(declared, refused);
        }
        if category.is_emergency() || category.needs_design() == Some(true) {
            return Self::decided(category, format!("it is decided as {declared}"), model);
        }
        self.grown(category, model)
    }

    fn decided(category: Category<'r>, message: String, model: Option<ChangeModel<'r>>) -> Decided<'r> {
        let word = category.id().unwrap_or_default().to_owned();
        Decided { category: Some(category), word, model, reason: Reason::pass(Code::Category, message) }
    }

    /// What failed a test is a normal change.
    fn normal(&self, declared: &str, why: Vec<Reason>) -> Decided<'r> {
        let Some(category) = normal(self.policy) else {
            let message = format!("it cannot be decided as '{declared}', and the policy has no normal category");
            let reason =
                Reason::error(Code::CategoryRefused, message, "add a category 'normal' to the policy at the base");
            return Decided { category: None, word: declared.to_owned(), model: None, reason: reason.with(why) };
        };
        let mut decided = self.grown(category, None);
        decided.reason.message = format!("it is declared {declared} and treated as {}", decided.word);
        decided.reason.parts.splice(0..0, why);
        decided
    }

    /// The category itself, or the major one when a criterion for that holds.
    fn grown(&self, category: Category<'r>, model: Option<ChangeModel<'r>>) -> Decided<'r> {
        let word = category.id().unwrap_or_default();
        let held: Vec<Reason> =
            self.policy.record.major_criteria().into_iter().filter_map(|it| self.holds(it)).collect();
        let major = self.policy.record.categories().into_iter().find(|it| it.needs_design() == Some(true));
        match major.filter(|_| !held.is_empty()) {
            Some(major) => {
                let message =
                    format!("it is decided as {}, since it may have a major effect", major.id().unwrap_or_default());
                let mut decided = Self::decided(major, message, None);
                decided.reason.parts = held;
                decided
            }
            None => Self::decided(category, format!("it is decided as {word}"), model),
        }
    }

    /// Whether a criterion for a major change holds; one that is only text is judged by people.
    fn holds(&self, criterion: MajorEffect<'_>) -> Option<Reason> {
        let mut tests = Vec::new();
        let kinds = criterion.kinds();
        if !kinds.is_empty() {
            tests.push(self.affected().iter().any(|record| kinds.contains(&record.kind.name.as_str())));
        }
        let types = criterion.types();
        if !types.is_empty() {
            tests.push(self.change.r#type().is_some_and(|of| types.contains(&of)));
        }
        let criticality = criterion.criticality();
        if !criticality.is_empty() {
            tests.push(self.reach.felt().any(|(.., of)| of.is_some_and(|of| criticality.contains(&of))));
        }
        if let Some(over) = criterion.services_over() {
            tests.push(i64::try_from(self.reach.felt().count()).unwrap_or(i64::MAX) > over);
        }
        if let Some(over) = criterion.downtime_over() {
            tests.push(self.change.downtime().is_some_and(|downtime| downtime > over));
        }
        if let Some(over) = criterion.cost_over() {
            let assessment = self.change.assessment().map(|assessment| assessment.0);
            let cost = assessment
                .and_then(|at| Some(crate::model::view::At { record: at.record, node: at.node.get("cost")? }));
            tests.push(cost.is_some_and(|cost| is_more(cost, over)));
        }
        let classes = criterion.data_class();
        if !classes.is_empty() {
            tests.push(self.affected().iter().any(|record| holds_data(record, &classes)));
        }
        let text = criterion.text().or(criterion.id()).unwrap_or_default();
        (!tests.is_empty() && tests.into_iter().all(|test| test)).then(|| told(text.trim_end_matches('.')))
    }

    /// The records that it affects or edits, at the base and in the merge result: what it makes of a thing says nothing
    /// of what the thing was.
    fn affected(&self) -> Vec<&'r Record<'r>> {
        records(self.base, self.head, &self.reach.affected)
    }

    /// Why the change answers no open incident on something that it affects; nothing when it does.
    fn no_incident(&self) -> Option<Reason> {
        let sms = self.head.sms;
        let Some(named) = self.change.incident() else { return Some(told("it names no incident")) };
        let Some(incident) = sms.find(named.id).and_then(|ix| sms.view::<Incident<'_>>(ix)) else {
            return Some(told(format!("the incident '{}' does not exist", named.id)));
        };
        if incident.is_resolved() {
            return Some(told(format!("the incident '{}' is resolved", named.id)));
        }
        let named: Vec<&str> = incident
            .affects()
            .into_iter()
            .map(|at| sms.id_now(at.id))
            .chain(incident.service().map(|service| sms.id_now(service.id)))
            .collect();
        // What carries the things that suffer may be at fault too; everything else waits for a normal decision.
        let nodes = named.iter().filter_map(|id| self.head.graph.node(id)).map(|node| node.id.as_str());
        let carries = self.head.graph.needs(nodes, State::Degraded, usize::MAX);
        let about = |id: &&String| named.contains(&id.as_str()) || carries.contains(id.as_str());
        let beside: Vec<&String> = self.reach.affected.iter().filter(|id| !about(id)).collect();
        (!beside.is_empty()).then(|| {
            let (of, beside) = (quoted(&named, 3), quoted(&beside, 3));
            told(format!("the incident is about {of}, and {beside} is not among that nor carries it"))
        })
    }
}

fn told(message: impl Into<String>) -> Reason {
    Reason::pass(Code::CategoryRefused, message)
}

/// The category of changes that are nothing special.
#[must_use]
pub(super) fn normal<'r>(policy: &Policy<'r>) -> Option<Category<'r>> {
    let plain =
        |it: &Category<'_>| it.model_required() != Some(true) && !it.is_emergency() && it.needs_design() != Some(true);
    policy.category("normal").or_else(|| policy.record.categories().into_iter().find(plain))
}

/// Whether one amount is more than another; amounts in two currencies cannot be compared, so that they count as more.
fn is_more(cost: crate::model::view::At<'_>, over: crate::model::view::At<'_>) -> bool {
    let amount = |at: crate::model::view::At<'_>| Exact::parse(&at.node.get("amount")?.scalar()?);
    let currency =
        |at: crate::model::view::At<'_>| at.node.get("currency").and_then(|it| it.as_str().map(str::to_owned));
    match (amount(cost), amount(over)) {
        (Some(cost_amount), Some(over_amount)) => currency(cost) != currency(over) || cost_amount > over_amount,
        _ => false,
    }
}

/// Whether a record holds data of one of these classes.
fn holds_data(record: &Record<'_>, classes: &[&str]) -> bool {
    let of = |field: &str| record.text(field).is_some_and(|class| classes.contains(&class));
    of("data_class")
}

/// The records of these ids as both states have them.
#[must_use]
pub(super) fn records<'r>(base: Side<'r>, head: Side<'r>, ids: &BTreeSet<String>) -> Vec<&'r Record<'r>> {
    let of = |sms: &'r Sms<'r>, id: &String| Some(sms.record(sms.find(id)?));
    ids.iter().flat_map(|id| [of(base.sms, id), of(head.sms, id)]).flatten().collect()
}
