//! Comparisons of configuration records with the real things (8.2.6).

use jiff::civil::Date;

use super::finding::NonconformityKind;
use super::view::Ref;
use super::words::CiTypeKind;
use crate::base::exact::Exact;

words! {
    /// Status of a comparison.
    ConfigAuditStatus {
        /// Planned.
        Planned = "planned",
        /// Held.
        Done = "done",
        /// Held, and the records are put right.
        Corrected = "corrected",
        /// Finished.
        Closed = "closed",
        /// Called off.
        Cancelled = "cancelled",
    }
}

view! {
    /// One comparison.
    ConfigAudit<'a> of "config_audit" at "" {
        /// Status.
        status: Option<ConfigAuditStatus>,
        /// The day on which it ended.
        date: Option<Date>,
        /// How many items were compared.
        sample: Option<i64>,
        /// How many of those were right.
        correct: Option<i64>,
        /// The share of right ones, as written.
        accuracy: Option<Exact>,
        /// Types that were covered; none for all.
        ci_types: Vec<Ref<'a, CiTypeKind>>,
        /// What was opened because too many were wrong.
        nonconformity: Option<Ref<'a, NonconformityKind>>,
    }
}

impl ConfigAudit<'_> {
    /// Whether it took place.
    #[must_use]
    pub fn is_done(self) -> bool {
        use ConfigAuditStatus::{Closed, Corrected, Done};
        matches!(self.status(), Some(Done | Corrected | Closed))
    }

    /// Right records as a share of a hundred: counted where both counts stand, else as written.
    #[must_use]
    pub fn share(self) -> Option<Exact> {
        let counts = self.correct().zip(self.sample().filter(|sample| *sample > 0));
        let counted =
            counts.and_then(|(correct, sample)| (&Exact::from(correct) * &Exact::from(100)).over(&Exact::from(sample)));
        counted.or_else(|| self.accuracy())
    }
}
