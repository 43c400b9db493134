//! Management reviews (9.3).

use jiff::civil::Date;

use super::view::{At, Ref};
use super::words::PersonKind;

words! {
    /// Status of a management review.
    ReviewStatus {
        /// Planned.
        Scheduled = "scheduled",
        /// Its inputs are complete.
        InputsReady = "inputs_ready",
        /// Held.
        Held = "held",
        /// Held, and all that was decided is done.
        Closed = "closed",
        /// Called off.
        Cancelled = "cancelled",
    }
}

view! {
    /// Top management looks at the whole system.
    ManagementReview<'a> of "management_review" at "" {
        /// Status.
        status: Option<ReviewStatus>,
        /// The day on which it was held.
        date: Option<Date>,
        /// Who leads it.
        chair: Option<Ref<'a, PersonKind>>,
        /// Who took part.
        attendees: Vec<Ref<'a, PersonKind>>,
        /// What was considered.
        inputs: Option<At<'a>>,
    }
}

impl ManagementReview<'_> {
    /// Whether it took place.
    #[must_use]
    pub fn is_held(self) -> bool {
        matches!(self.status(), Some(ReviewStatus::Held | ReviewStatus::Closed))
    }
}
