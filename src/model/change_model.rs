//! Change models: well-known changes that were agreed once (8.5.1).

use jiff::civil::Date;

use super::change::ChangeType;
use super::change_policy::SeatEntry;
use super::view::Ref;
use super::words::MaintenanceWindowKind;
use crate::base::duration::Duration;

words! {
    /// Status of a change model.
    ChangeModelStatus {
        /// Being written.
        Draft = "draft",
        /// In use.
        Active = "active",
        /// Not to be used at present.
        Suspended = "suspended",
        /// Out of use.
        Retired = "retired",
    }
}

view! {
    /// A change model.
    ChangeModel<'a> of "change_model" at "" {
        /// Status.
        status: Option<ChangeModelStatus>,
        /// Last day on which it may be used.
        valid_until: Option<Date>,
        /// Why it may not be used at present.
        suspension: Option<Suspension<'a>>,
        /// What a change under it may touch.
        r#match: Option<Match<'a>>,
        /// Highest level of risk.
        max_risk: Option<&'a str>,
        /// How long one use takes.
        duration: Option<Duration>,
        /// Maintenance windows in which it may be used.
        windows: Vec<Ref<'a, MaintenanceWindowKind>>,
        /// Roles or teams whose people may carry it out.
        implementer_roles: Vec<&'a str>,
        /// Who must still look at each use.
        seats: Vec<SeatEntry<'a>>,
        /// How many failed uses within twelve months suspend it.
        suspend_after_failures: Option<i64>,
    }
}

view! {
    /// What a change under a model may touch; all that is filled in must hold.
    Match<'a> of "change_model" at "/match" {
        /// Types of change.
        types: Vec<ChangeType>,
        /// Kinds of record.
        kinds: Vec<&'a str>,
        /// Types of item.
        ci_types: Vec<&'a str>,
        /// The only things that may be affected.
        affects: Vec<&'a str>,
        /// Environments.
        environments: Vec<&'a str>,
        /// Fields of the affected records that may be edited.
        fields: Vec<&'a str>,
        /// Path patterns that may be edited.
        paths: Vec<&'a str>,
        /// Most things that one change may affect.
        max_items: Option<i64>,
    }
}

view! {
    /// Why a change model may not be used.
    Suspension<'a> of "change_model" at "/suspension" {
        /// First day without it.
        since: Option<Date>,
    }
}
