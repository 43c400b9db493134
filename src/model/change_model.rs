//! Change models: well-known changes that were agreed once (8.5.1).

use jiff::civil::Date;

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
    }
}

view! {
    /// Why a change model may not be used.
    Suspension<'a> of "change_model" at "/suspension" {
        /// First day without it.
        since: Option<Date>,
    }
}
