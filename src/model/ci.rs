//! Configuration items and their types.

use jiff::civil::Date;

use super::view::Ref;
use super::words::{CiTypeKind, Criticality, Owner};
use crate::base::duration::Duration;

words! {
    /// Status of a configuration item.
    CiStatus {
        /// Planned.
        Planned = "planned",
        /// Being built.
        Building = "building",
        /// In use.
        Live = "live",
        /// In use, being worked on.
        Maintenance = "maintenance",
        /// Out of use.
        Retired = "retired",
        /// Gone.
        Disposed = "disposed",
    }
}

view! {
    /// A configuration item (8.2.6).
    Ci<'a> of "ci" at "" {
        /// Status.
        status: Option<CiStatus>,
        /// Who answers for it.
        owner: Option<Ref<'a, Owner>>,
        /// What sort of item it is.
        ci_type: Option<Ref<'a, CiTypeKind>>,
        /// How much harm its loss does.
        criticality: Option<Criticality>,
        /// The day on which the record was last compared with the real thing.
        last_verified: Option<Date>,
    }
}

impl Ci<'_> {
    /// Whether it is in use.
    #[must_use]
    pub fn is_in_use(self) -> bool {
        matches!(self.status(), Some(CiStatus::Live | CiStatus::Maintenance))
    }

    /// Whether it is out of use.
    #[must_use]
    pub fn is_gone(self) -> bool {
        matches!(self.status(), Some(CiStatus::Retired | CiStatus::Disposed))
    }
}

words! {
    /// Who runs items of a type.
    OperatedBy {
        /// We do.
        Own = "own",
        /// A supplier does.
        OtherParty = "other_party",
    }
}

view! {
    /// A type of configuration item (8.2.6).
    CiType<'a> of "ci_type" at "" {
        /// Who runs items of this type.
        operated_by: Option<OperatedBy>,
        /// Longest time between two comparisons of a record with the real thing.
        verify_interval: Option<Duration>,
    }
}
