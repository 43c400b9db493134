//! Continuity plans (8.7.2).

use jiff::civil::Date;

use super::process::DocumentStatus;
use super::sms::Sms;
use super::view::{At, Ref};
use super::words::ServiceKind;
use crate::base::duration::Duration;

view! {
    /// How services come back after a disaster.
    ContinuityPlan<'a> of "continuity_plan" at "" {
        /// Status.
        status: Option<DocumentStatus>,
        /// First day.
        effective_from: Option<Date>,
        /// What it brings back.
        services: Vec<Ref<'a, ServiceKind>>,
        /// How far and how fast it brings them back.
        recovery: Option<Recovery<'a>>,
        /// Where the addresses of people are.
        contacts: Option<At<'a>>,
        /// Ways to read the plan when the systems are gone.
        offline_access: Vec<OfflineAccess<'a>>,
        /// What must be there first.
        dependencies: Vec<&'a str>,
        /// Longest time between two tests.
        test_interval: Option<Duration>,
    }
}

view! {
    /// How far and how fast services come back.
    Recovery<'a> of "continuity_plan" at "/recovery" {
        /// Longest time until they work.
        rto: Option<Duration>,
        /// Longest time whose data may be lost.
        rpo: Option<Duration>,
        /// Time after which the harm can no longer be made good.
        mtpd: Option<Duration>,
        /// The steps.
        order: Vec<RecoveryStep<'a>>,
        /// Where they come back.
        sites: Vec<RecoverySite<'a>>,
    }
}

view! {
    /// A step of a recovery.
    RecoveryStep<'a> of "continuity_plan" at "/recovery/order/*" {
        /// Its number.
        seq: Option<i64>,
        /// What it brings back.
        items: Vec<&'a str>,
        /// How long it takes.
        takes: Option<Duration>,
        /// Numbers of the steps that must be done first.
        after: Option<At<'a>>,
    }
}

view! {
    /// A place where services come back.
    RecoverySite<'a> of "continuity_plan" at "/recovery/sites/*" {
        /// The place, when it is a configuration item.
        ci: Option<&'a str>,
    }
}

view! {
    /// A way to read the plan when the systems are gone.
    OfflineAccess<'a> of "continuity_plan" at "/offline_access/*" {
        /// The configuration item that it needs, or in which it lies.
        ci: Option<&'a str>,
    }
}

impl<'a> ContinuityPlan<'a> {
    /// The plans that hold on `day`, by id.
    pub fn in_force(sms: &'a Sms<'_>, day: Date) -> impl Iterator<Item = Self> {
        sms.all::<Self>().filter(move |plan| {
            plan.status() == Some(DocumentStatus::InForce) && plan.effective_from().is_none_or(|from| from <= day)
        })
    }

    /// Everything that it names as part of the recovery, by id as written: services, steps, sites and what comes first.
    #[must_use]
    pub fn named(self) -> Vec<&'a str> {
        let mut named: Vec<&str> = self.services().into_iter().map(|service| service.id).collect();
        named.extend(self.dependencies());
        if let Some(recovery) = self.recovery() {
            named.extend(recovery.order().into_iter().flat_map(RecoveryStep::items));
            named.extend(recovery.sites().into_iter().filter_map(RecoverySite::ci));
        }
        named
    }
}
