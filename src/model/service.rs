//! Services.

use jiff::civil::Date;

use super::view::{At, Ref};
use super::words::{CalendarKind, Criticality, CustomerKind, SlaKind};
use crate::base::duration::Duration;

words! {
    /// Status of a service.
    ServiceStatus {
        /// An idea.
        Proposed = "proposed",
        /// Designed, not yet built.
        Designed = "designed",
        /// On its way into use.
        InTransition = "in_transition",
        /// In use.
        Live = "live",
        /// Still in use, on its way out.
        Retiring = "retiring",
        /// No longer in use.
        Retired = "retired",
        /// Decided against.
        Rejected = "rejected",
    }
}

view! {
    /// A service (8.2.4).
    Service<'a> of "service" at "" {
        /// Status.
        status: Option<ServiceStatus>,
        /// What it is.
        description: Option<&'a str>,
        /// What it does for whom.
        outcomes: Vec<&'a str>,
        /// Who sees it in the catalogue.
        audience: Vec<&'a str>,
        /// Who gets it.
        customers: Vec<Ref<'a, CustomerKind>>,
        /// How much harm its loss does.
        criticality: Option<Criticality>,
        /// When it is offered.
        service_hours: Option<Ref<'a, CalendarKind>>,
        /// When people answer.
        support_hours: Option<Ref<'a, CalendarKind>>,
        /// Agreements about it.
        slas: Vec<Ref<'a, SlaKind>>,
        /// Why it has none for now.
        sla_waiver: Option<SlaWaiver<'a>>,
        /// What it must fulfil, written in place or as ids.
        requirements: Vec<At<'a>>,
        /// What it needs.
        relations: Vec<At<'a>>,
        /// How fast it must be back, and what may be lost.
        recovery: Option<ServiceRecovery<'a>>,
        /// The service that does the same, and why there are two.
        duplicates_of: Option<Duplicate<'a>>,
    }
}

view! {
    /// How fast a service must be back after a disaster, and how much data may be lost (8.7.2).
    ServiceRecovery<'a> of "service" at "/recovery" {
        /// Longest time until it works.
        rto: Option<Duration>,
        /// Longest time whose data may be lost.
        rpo: Option<Duration>,
        /// Time after which the harm can no longer be made good.
        mtpd: Option<Duration>,
    }
}

view! {
    /// A decision that two services may do the same.
    Duplicate<'a> of "service" at "/duplicates_of" {
        /// The other one.
        to: Option<&'a str>,
    }
}

view! {
    /// Why a service has no SLA for now.
    SlaWaiver<'a> of "service" at "/sla_waiver" {
        /// Last day on which that is acceptable.
        until: Option<Date>,
    }
}

words! {
    /// Status of a requirement.
    RequirementStatus {
        /// Asked for.
        Proposed = "proposed",
        /// Agreed.
        Agreed = "agreed",
        /// Agreed and fulfilled.
        Met = "met",
        /// Agreed and not fulfilled.
        NotMet = "not_met",
        /// No longer wanted.
        Retired = "retired",
    }
}

view! {
    /// A requirement written in its service.
    Requirement<'a> of "service" at "/requirements/*" {
        /// Status.
        status: Option<RequirementStatus>,
    }
}

impl Service<'_> {
    /// Whether people use it: live or on its way out.
    #[must_use]
    pub fn is_in_use(self) -> bool {
        matches!(self.status(), Some(ServiceStatus::Live | ServiceStatus::Retiring))
    }
}
