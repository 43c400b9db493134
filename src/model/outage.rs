//! Outages of services (8.7.1).

use super::view::Ref;
use super::words::{ChangeKind, CustomerKind, MaintenanceWindowKind, ServiceKind};
use crate::base::date::When;

words! {
    /// Status of an outage.
    OutageStatus {
        /// Written down.
        Recorded = "recorded",
        /// Its cause is known.
        Explained = "explained",
        /// A false alarm.
        Void = "void",
    }
}

view! {
    /// A stretch of time in which a service was down or poor, outside of incidents.
    Outage<'a> of "outage" at "" {
        /// Status.
        status: Option<OutageStatus>,
        /// The service.
        service: Option<Ref<'a, ServiceKind>>,
        /// Customers hit; left out, all that use it.
        customers: Vec<Ref<'a, CustomerKind>>,
        /// First moment without it.
        start: Option<When>,
        /// First moment with it again; left out while it lasts.
        end: Option<When>,
        /// Whether it was announced work.
        planned: Option<bool>,
        /// Whether it was only poor.
        degraded: Option<bool>,
        /// Whether it counts against the target.
        counts: Option<bool>,
        /// The change in whose work it fell.
        change: Option<Ref<'a, ChangeKind>>,
        /// The agreed window in which it fell.
        maintenance_window: Option<Ref<'a, MaintenanceWindowKind>>,
    }
}

impl Outage<'_> {
    /// Whether it counts against the availability of its service: as it says itself, else when it was neither planned nor
    /// only poor. A false alarm never does.
    #[must_use]
    pub fn is_counted(self) -> bool {
        let by_itself = self.planned() != Some(true) && self.degraded() != Some(true);
        self.status() != Some(OutageStatus::Void) && self.counts().unwrap_or(by_itself)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::records;

    #[test]
    fn what_it_says_of_itself_wins_but_a_false_alarm_never_counts() {
        for (fields, counted) in [
            ("planned: false", true),
            ("planned: true", false),
            ("planned: false\ndegraded: true", false),
            ("planned: true\ncounts: true", true),
            ("planned: false\ncounts: false", false),
            ("status: void\ncounts: true", false),
        ] {
            records(&format!("== outage out-a\n{fields}"), |sms| {
                let outage = sms.all::<Outage<'_>>().next().unwrap();
                assert_eq!(outage.is_counted(), counted, "{fields}");
            });
        }
    }
}
