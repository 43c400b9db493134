//! The change policy (8.5.1.1).

use std::collections::BTreeMap;

use super::process::DocumentStatus;
use super::sms::Sms;
use crate::base::duration::Duration;

view! {
    /// What is under change control, and what each category of change needs.
    ChangePolicy<'a> of "change_policy" at "" {
        /// Status.
        status: Option<DocumentStatus>,
        /// The categories.
        categories: Vec<Category<'a>>,
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
    }
}
