//! Freezes: stretches of time in which nothing is changed (8.5.1).

use jiff::Timestamp;

use super::change::Window;
use super::view::Ref;
use super::words::{ChangeKind, CiKind, CiTypeKind, CustomerKind, ServiceKind};
use crate::base::date::When;

words! {
    /// Status of a freeze.
    FreezeStatus {
        /// Being written.
        Draft = "draft",
        /// Agreed.
        Agreed = "agreed",
        /// Over.
        Ended = "ended",
        /// Lifted before its end.
        Lifted = "lifted",
    }
}

view! {
    /// A freeze.
    Freeze<'a> of "freeze" at "" {
        /// Status.
        status: Option<FreezeStatus>,
        /// From when to when.
        window: Option<Window<'a>>,
        /// What is frozen; everything, when it is left out.
        scope: Option<FreezeScope<'a>>,
        /// Categories of change that may pass.
        allows: Vec<&'a str>,
        /// Changes that may pass.
        exceptions: Vec<Exception<'a>>,
        /// When it was lifted.
        lifted_at: Option<When>,
    }
}

impl Freeze<'_> {
    /// The time in which it held or holds, when it was ever agreed.
    #[must_use]
    pub fn bounds(self) -> Option<(Timestamp, Timestamp)> {
        let (start, end) = self.window()?.bounds()?;
        match (self.status()?, self.lifted_at()) {
            (FreezeStatus::Agreed | FreezeStatus::Ended, _) => Some((start, end)),
            (FreezeStatus::Lifted, Some(When::Instant(lifted))) => Some((start, end.min(lifted))),
            (FreezeStatus::Draft | FreezeStatus::Lifted, _) => None,
        }
    }
}

view! {
    /// What is frozen.
    FreezeScope<'a> of "freeze" at "/scope" {
        /// Services, with all that they need.
        services: Vec<Ref<'a, ServiceKind>>,
        /// Items, with all that they need.
        cis: Vec<Ref<'a, CiKind>>,
        /// All items of these types.
        ci_types: Vec<Ref<'a, CiTypeKind>>,
        /// All services of these customers.
        customers: Vec<Ref<'a, CustomerKind>>,
    }
}

view! {
    /// A change that may pass a freeze.
    Exception<'a> of "freeze" at "/exceptions/*" {
        /// The change.
        change: Option<Ref<'a, ChangeKind>>,
        /// Why it cannot wait.
        reason: Option<&'a str>,
    }
}
