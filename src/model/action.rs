//! Actions (6.1, 6.2.2, 10.1).

use jiff::civil::Date;

words! {
    /// Status of an action.
    ActionStatus {
        /// Agreed, not begun.
        Open = "open",
        /// Being done.
        InProgress = "in_progress",
        /// Done.
        Done = "done",
        /// Done, and its effect looked at.
        Verified = "verified",
        /// Called off.
        Cancelled = "cancelled",
    }
}

view! {
    /// A piece of work with a name against it and a day by which it is done.
    Action<'a> of "action" at "" {
        /// Status.
        status: Option<ActionStatus>,
        /// What asked for it.
        origin: Vec<&'a str>,
        /// The day by which it is done.
        due: Option<Date>,
        /// The day on which it was done.
        done_at: Option<Date>,
    }
}

impl Action<'_> {
    /// Whether it is still to be done.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self.status(), Some(ActionStatus::Open | ActionStatus::InProgress))
    }
}
