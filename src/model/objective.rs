//! Objectives (6.2).

use jiff::civil::Date;

use super::measurement::MetricKind;
use super::view::Ref;

words! {
    /// Status of an objective.
    ObjectiveStatus {
        /// An idea.
        Proposed = "proposed",
        /// Agreed on.
        Agreed = "agreed",
        /// Worked on.
        Active = "active",
        /// Reached.
        Achieved = "achieved",
        /// Not reached.
        Missed = "missed",
        /// Given up.
        Withdrawn = "withdrawn",
    }
}

impl ObjectiveStatus {
    /// Whether it is or was pursued.
    #[must_use]
    pub const fn is_pursued(self) -> bool {
        matches!(self, Self::Active | Self::Achieved | Self::Missed)
    }
}

view! {
    /// Something to be reached by a day.
    Objective<'a> of "objective" at "" {
        /// Status.
        status: Option<ObjectiveStatus>,
        /// The figure that shows whether it is reached.
        metric: Option<Ref<'a, MetricKind>>,
        /// The day by which it is to be reached.
        due: Option<Date>,
        /// How it is to be reached.
        plan: Option<ObjectivePlan<'a>>,
        /// How it ended.
        result: Option<ObjectiveResult<'a>>,
    }
}

kinds! {
    /// Work that brings something about.
    WorkKind = ["action", "change", "improvement"];
}

view! {
    /// How an objective is to be reached (6.2.2).
    ObjectivePlan<'a> of "objective" at "/plan" {
        /// The work.
        actions: Vec<Ref<'a, WorkKind>>,
    }
}

view! {
    /// How an objective ended.
    ObjectiveResult<'a> of "objective" at "/result" {
        /// What was started because of it.
        actions: Vec<Ref<'a, WorkKind>>,
    }
}
