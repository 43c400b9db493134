//! Service management plans (6.3).

use jiff::civil::Date;

use super::process::DocumentStatus;
use super::sms::Sms;
use super::view::Ref;
use super::words::{RoleKind, ServiceKind, SupplierKind};

view! {
    /// How the SMS is run for a time.
    SmPlan<'a> of "sm_plan" at "" {
        /// Status.
        status: Option<DocumentStatus>,
        /// The time for which it plans.
        period: Option<PlanPeriod<'a>>,
        /// The services that are run under it.
        services: Vec<Ref<'a, ServiceKind>>,
        /// Who answers for what.
        responsibilities: Option<PlanResponsibilities<'a>>,
        /// What it needs.
        resources: Option<PlanResources<'a>>,
        /// How others are worked with.
        working_with_parties: Option<PlanParties<'a>>,
    }
}

impl<'a> SmPlan<'a> {
    /// The plans in force, by id.
    pub fn in_force(sms: &'a Sms<'_>) -> impl Iterator<Item = Self> {
        sms.all::<Self>().filter(|plan| plan.status() == Some(DocumentStatus::InForce))
    }
}

view! {
    /// The time for which a plan plans.
    PlanPeriod<'a> of "sm_plan" at "/period" {
        /// Last day.
        end: Option<Date>,
    }
}

view! {
    /// Who answers for what under a plan.
    PlanResponsibilities<'a> of "sm_plan" at "/responsibilities" {
        /// The roles that it counts on.
        roles: Vec<Ref<'a, RoleKind>>,
    }
}

kinds! {
    /// Records in which resources stand in detail.
    ResourceKind = ["budget", "capacity_plan", "team", "competence", "asset", "ci", "knowledge"];
}

view! {
    /// What a plan needs.
    PlanResources<'a> of "sm_plan" at "/resources" {
        /// Where it stands in detail.
        refs: Vec<Ref<'a, ResourceKind>>,
    }
}

view! {
    /// How a plan works with others.
    PlanParties<'a> of "sm_plan" at "/working_with_parties" {
        /// The others.
        parties: Vec<Ref<'a, SupplierKind>>,
    }
}
