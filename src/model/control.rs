//! Controls of information security (8.7.3.2).

use jiff::civil::Date;

use super::view::At;

words! {
    /// Status of a control.
    ControlStatus {
        /// An idea.
        Proposed = "proposed",
        /// Decided on.
        Decided = "decided",
        /// On its way.
        Implementing = "implementing",
        /// At work.
        Operating = "operating",
        /// At work, and its effect was looked at.
        Reviewed = "reviewed",
        /// Given up.
        Retired = "retired",
    }
}

words! {
    /// What was decided about a control.
    ControlDecision {
        /// It is in place.
        Implemented = "implemented",
        /// It is to come.
        Planned = "planned",
        /// It is not needed.
        NotNeeded = "not_needed",
    }
}

view! {
    /// One measure against risks of information security.
    Control<'a> of "control" at "" {
        /// Status.
        status: Option<ControlStatus>,
        /// What was decided.
        decision: Option<ControlDecision>,
        /// The day by which a planned one is to work.
        due: Option<Date>,
        /// The risks that it works against.
        risks: Vec<At<'a>>,
    }
}

impl Control<'_> {
    /// Whether it works, or is decided with a day on or after `day` by which it will.
    #[must_use]
    pub fn holds_on(self, day: Date) -> bool {
        let needed = self.decision() != Some(ControlDecision::NotNeeded);
        match self.status() {
            Some(ControlStatus::Operating | ControlStatus::Reviewed) => needed,
            Some(ControlStatus::Decided | ControlStatus::Implementing) => {
                needed && self.due().is_some_and(|due| due >= day)
            }
            _ => false,
        }
    }
}
