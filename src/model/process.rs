//! Processes, and the status that all controlled documents share.

use super::view::At;

words! {
    /// Status of a controlled document (7.5).
    DocumentStatus {
        /// Being written.
        Draft = "draft",
        /// Being looked at.
        InReview = "in_review",
        /// Holds.
        InForce = "in_force",
        /// Replaced by a newer one.
        Superseded = "superseded",
        /// No longer holds.
        Withdrawn = "withdrawn",
    }
}

view! {
    /// A process (4.4, 8.1).
    Process<'a> of "process" at "" {
        /// Status.
        status: Option<DocumentStatus>,
        /// Its steps.
        activities: Vec<At<'a>>,
        /// What it takes.
        inputs: Vec<At<'a>>,
        /// What it gives.
        outputs: Vec<At<'a>>,
        /// What it is measured by.
        metrics: Vec<&'a str>,
        /// What must hold for it.
        criteria: Vec<&'a str>,
    }
}
