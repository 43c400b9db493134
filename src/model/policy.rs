//! Policies, and the values that they set for rules.

use std::borrow::Cow;

use super::process::DocumentStatus;
use super::sms::Sms;

view! {
    /// A policy (5.2 and others).
    Policy<'a> of "policy" at "" {
        /// Status.
        status: Option<DocumentStatus>,
        /// What it is about.
        policy_type: Option<&'a str>,
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
