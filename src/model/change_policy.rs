//! The change policy (8.5.1.1).

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::process::DocumentStatus;
use super::sms::Sms;
use super::view::At;
use crate::base::duration::Duration;
use crate::base::exact::Exact;

view! {
    /// What is under change control, and what each category of change needs.
    ChangePolicy<'a> of "change_policy" at "" {
        /// Status.
        status: Option<DocumentStatus>,
        /// The day from which it holds.
        effective_from: Option<Date>,
        /// What is under control.
        controlled: Option<Controlled<'a>>,
        /// The categories.
        categories: Vec<Category<'a>>,
        /// How many hard dependencies away another change still counts as a conflict.
        conflict_hops: Option<i64>,
        /// The share of emergency changes above which the trend must be explained.
        emergency_share: Option<Exact>,
        /// Time between analyses of the changes for trends.
        trend_interval: Option<Duration>,
        /// Within which time a failed change is taken back or put right.
        failure_within: Option<Duration>,
    }
}

impl<'a> ChangePolicy<'a> {
    /// The policies in force, by id; there should be one.
    pub fn in_force(sms: &'a Sms<'_>) -> impl Iterator<Item = Self> {
        sms.all::<Self>().filter(|policy| policy.status() == Some(DocumentStatus::InForce))
    }

    /// The categories of the policies in force, by their words.
    #[must_use]
    pub fn categories_in_force(sms: &'a Sms<'_>) -> BTreeMap<&'a str, Category<'a>> {
        let mut categories = BTreeMap::new();
        for category in Self::in_force(sms).flat_map(Self::categories) {
            if let Some(word) = category.id() {
                categories.entry(word).or_insert(category);
            }
        }
        categories
    }
}

view! {
    /// What may be edited only under a change.
    Controlled<'a> of "change_policy" at "/controlled" {
        /// Kinds of record.
        kinds: Vec<At<'a>>,
        /// Types of configuration item.
        ci_types: Vec<At<'a>>,
        /// Path patterns.
        paths: Vec<&'a str>,
    }
}

view! {
    /// A category of changes.
    Category<'a> of "change_policy" at "/categories/*" {
        /// Its word.
        id: Option<&'a str>,
        /// Whether a change of it must be tested.
        test_required: Option<bool>,
        /// Whether a change of it is reviewed afterwards.
        pir_required: Option<bool>,
        /// Within which time that review is due.
        pir_within: Option<Duration>,
        /// Whether a change of it needs plan and design.
        needs_design: Option<bool>,
        /// Whether a change of it follows a change model.
        model_required: Option<bool>,
        /// Within which time the rest agree to a change that began with fewer.
        retrospective_within: Option<Duration>,
        /// Whether a change of it answers an open incident.
        incident_required: Option<bool>,
    }
}

impl Category<'_> {
    /// Whether it is for what cannot wait: by its word, or because it may begin before all have agreed.
    #[must_use]
    pub fn is_emergency(self) -> bool {
        self.id() == Some("emergency")
            || self.retrospective_within().is_some()
            || self.incident_required() == Some(true)
    }
}
