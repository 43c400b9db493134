//! The change policy (8.5.1.1).

use super::process::DocumentStatus;
use crate::base::duration::Duration;

view! {
    /// What is under change control, and what each category of change needs.
    ChangePolicy<'a> of "change_policy" at "" {
        /// Status.
        status: Option<DocumentStatus>,
        /// The categories.
        categories: Vec<Category<'a>>,
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
