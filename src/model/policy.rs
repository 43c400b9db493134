//! Policies, and the values that they set for rules.

use std::borrow::Cow;

use jiff::civil::Date;

use super::process::DocumentStatus;
use super::sms::Sms;

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
