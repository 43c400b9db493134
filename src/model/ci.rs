//! Configuration items and their types.

use jiff::civil::Date;

use super::view::Ref;
use super::words::{CiTypeKind, Criticality, Owner};
use crate::base::duration::Duration;
use crate::base::exact::Exact;

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
        /// Share of time in percent in which it is up.
        availability: Option<Exact>,
        /// Where that figure comes from.
        availability_basis: Option<AvailabilityBasis>,
        /// How fast it comes back, and what may be lost.
        recovery: Option<CiRecovery<'a>>,
    }
}

words! {
    /// Where the availability of an item comes from.
    AvailabilityBasis {
        /// Somebody measured it.
        Measured = "measured",
        /// A supplier promises it.
        Contract = "contract",
        /// It was built for it.
        Design = "design",
    }
}

view! {
    /// How fast an item comes back after a disaster, and how much data may be lost.
    CiRecovery<'a> of "ci" at "/recovery" {
        /// Longest time until it works.
        rto: Option<Duration>,
        /// Longest time whose data may be lost.
        rpo: Option<Duration>,
        /// Time between backups.
        backup_interval: Option<Duration>,
        /// Time until a backup is safe in another place.
        backup_delay: Option<Duration>,
        /// Time between copies of what changed since.
        log_interval: Option<Duration>,
        /// Time until such a copy is safe in another place.
        log_delay: Option<Duration>,
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
