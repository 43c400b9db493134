//! Service level agreements.

use jiff::civil::Date;

use super::view::{At, Ref};
use super::words::{CustomerKind, ServiceKind};

words! {
    /// Status of an SLA.
    SlaStatus {
        /// Being written.
        Draft = "draft",
        /// Being talked over.
        Negotiation = "negotiation",
        /// Agreed, not yet in force.
        Agreed = "agreed",
        /// In force.
        InForce = "in_force",
        /// In force and being looked at again.
        UnderReview = "under_review",
        /// Ran out.
        Expired = "expired",
        /// Ended early.
        Terminated = "terminated",
    }
}

view! {
    /// A service level agreement (8.3.3).
    Sla<'a> of "sla" at "" {
        /// Status.
        status: Option<SlaStatus>,
        /// What it is about.
        service: Option<Ref<'a, ServiceKind>>,
        /// With whom.
        customer: Option<Ref<'a, CustomerKind>>,
        /// First day.
        valid_from: Option<Date>,
        /// Last day.
        valid_to: Option<Date>,
        /// What is promised.
        targets: Vec<At<'a>>,
        /// Up to which load it is promised.
        workload_limits: Vec<At<'a>>,
        /// What does not count.
        exceptions: Vec<&'a str>,
        /// When it holds.
        hours: Option<At<'a>>,
    }
}

impl Sla<'_> {
    /// Whether it binds both sides on `day`.
    #[must_use]
    pub fn is_in_force(self, day: Date) -> bool {
        let status = matches!(self.status(), Some(SlaStatus::InForce | SlaStatus::UnderReview));
        status && self.valid_from().is_none_or(|from| from <= day) && self.valid_to().is_none_or(|to| to >= day)
    }
}
