//! Policies, and the values that they set for rules.

use std::borrow::Cow;

use jiff::civil::Date;

use super::incident::{Degree, IncidentCategory, Priority};
use super::process::DocumentStatus;
use super::sms::Sms;
use super::words::Criticality;
use crate::base::duration::Duration;

view! {
    /// A policy (5.2 and others).
    Policy<'a> of "policy" at "" {
        /// Status.
        status: Option<DocumentStatus>,
        /// What it is about.
        policy_type: Option<&'a str>,
        /// The version of the document.
        version: Option<&'a str>,
        /// The day from which this version holds.
        effective_from: Option<Date>,
        /// Who must know it.
        audience: Vec<&'a str>,
        /// What a service management policy commits to.
        commitments: Option<Commitments<'a>>,
        /// When and to whom this version was made known.
        communicated: Vec<Communicated<'a>>,
        /// Which impact and urgency give which priority of an incident.
        priority_matrix: Vec<PriorityCell<'a>>,
        /// What makes an incident a major one.
        major_criteria: Vec<MajorCriterion<'a>>,
        /// The values that it sets for rules.
        limits: Vec<Limit<'a>>,
    }
}

impl<'a> Policy<'a> {
    /// The policies in force, by id.
    pub fn in_force(sms: &'a Sms<'_>) -> impl Iterator<Item = Self> {
        sms.all::<Self>().filter(|policy| policy.status() == Some(DocumentStatus::InForce))
    }
}

impl<'a> Policy<'a> {
    /// The row of its priority matrix for an impact and an urgency.
    #[must_use]
    pub fn priority_row(self, impact: Degree, urgency: Degree) -> Option<PriorityCell<'a>> {
        let mut rows = self.priority_matrix().into_iter();
        rows.find(|row| row.impact() == Some(impact) && row.urgency() == Some(urgency))
    }
}

/// Policies that say how incidents are handled, one after the other.
#[derive(Debug)]
pub struct IncidentPolicies<'a>(Vec<Policy<'a>>);

/// What holds for an incident of one day.
#[derive(Debug, Clone, Copy)]
pub enum Held<'a> {
    /// This policy.
    Policy(Policy<'a>),
    /// No policy ever said anything: our defaults.
    Default,
    /// A policy of before that day is not known.
    Unknown,
}

impl<'a> IncidentPolicies<'a> {
    /// Those in force or superseded for which `speaks` holds, by the day from which they hold.
    #[must_use]
    pub fn new(sms: &'a Sms<'_>, speaks: impl Fn(Policy<'a>) -> bool) -> Self {
        let known = [DocumentStatus::InForce, DocumentStatus::Superseded];
        let policies = sms.all::<Policy<'_>>().filter(|policy| policy.status().is_some_and(|at| known.contains(&at)));
        let mut policies: Vec<Policy<'a>> = policies.filter(|policy| speaks(*policy)).collect();
        policies.sort_by_key(|policy| policy.effective_from());
        Self(policies)
    }

    /// What held on `day`.
    #[must_use]
    pub fn held_on(&self, day: Date) -> Held<'a> {
        let until = self.0.partition_point(|policy| policy.effective_from().is_none_or(|from| from <= day));
        match self.0[..until].last() {
            Some(policy) => Held::Policy(*policy),
            None if self.0.is_empty() => Held::Default,
            None => Held::Unknown,
        }
    }
}

view! {
    /// The priority that one impact and urgency give.
    PriorityCell<'a> of "policy" at "/priority_matrix/*" {
        /// How many are hit and how badly.
        impact: Option<Degree>,
        /// How fast the harm grows.
        urgency: Option<Degree>,
        /// The priority that follows.
        priority: Option<Priority>,
    }
}

view! {
    /// A criterion that makes an incident a major one: all that it names must hold together.
    MajorCriterion<'a> of "policy" at "/major_criteria/*" {
        /// In words.
        text: Option<&'a str>,
        /// The category is one of these.
        categories: Vec<IncidentCategory>,
        /// The impact is one of these.
        impact: Vec<Degree>,
        /// The urgency is one of these.
        urgency: Vec<Degree>,
        /// The priority is one of these.
        priority: Vec<Priority>,
        /// A service of this criticality suffers.
        criticality: Vec<Criticality>,
        /// More services than this suffer.
        services_over: Option<i64>,
        /// More customers than this noticed it.
        customers_over: Option<i64>,
        /// A service was down for longer than this.
        outage_over: Option<Duration>,
    }
}

view! {
    /// What a service management policy commits to (5.2.1).
    Commitments<'a> of "policy" at "/commitments" {
        /// To meeting the requirements that apply.
        requirements: Option<bool>,
        /// To improving the SMS and the services.
        improvement: Option<bool>,
        /// To setting objectives.
        objectives: Option<bool>,
        /// To being made known.
        communication: Option<bool>,
    }
}

view! {
    /// One time that a policy was made known.
    Communicated<'a> of "policy" at "/communicated/*" {
        /// The day.
        at: Option<Date>,
        /// Who was told.
        to: Option<&'a str>,
    }
}

view! {
    /// A value that a policy sets for a rule.
    Limit<'a> of "policy" at "/limits/*" {
        /// The name of the rule.
        rule: Option<&'a str>,
    }
}

impl<'a> Limit<'a> {
    /// The value as written.
    #[must_use]
    pub fn text(self) -> Option<Cow<'a, str>> {
        self.0.node.get("value")?.scalar()
    }
}
