//! Nonconformities (10.1).

use jiff::civil::Date;

words! {
    /// Status of a nonconformity.
    NonconformityStatus {
        /// Noticed.
        Open = "open",
        /// The case itself is put right.
        Contained = "contained",
        /// The cause is known.
        Analysed = "analysed",
        /// It is known what removes the cause.
        ActionsPlanned = "actions_planned",
        /// The cause is being removed.
        Implementing = "implementing",
        /// It is being watched whether that was enough.
        Verifying = "verifying",
        /// Finished.
        Closed = "closed",
    }
}

words! {
    /// How grave it is.
    NonconformityGrade {
        /// A requirement fails as a whole.
        Major = "major",
        /// A single lapse.
        Minor = "minor",
    }
}

words! {
    /// What the check of effect showed.
    Effect {
        /// The cause is gone.
        Effective = "effective",
        /// It is not.
        NotEffective = "not_effective",
    }
}

view! {
    /// A requirement that was not met.
    Nonconformity<'a> of "nonconformity" at "" {
        /// Status.
        status: Option<NonconformityStatus>,
        /// How grave it is.
        grade: Option<NonconformityGrade>,
        /// The records in which it came to light.
        origin: Vec<&'a str>,
        /// Why it could happen.
        root_cause: Option<&'a str>,
        /// What removes the cause.
        actions: Vec<&'a str>,
        /// Whether the cause is gone.
        effectiveness: Option<Effectiveness<'a>>,
        /// Last day.
        closed_at: Option<Date>,
    }
}

view! {
    /// The check whether the cause is gone.
    Effectiveness<'a> of "nonconformity" at "/effectiveness" {
        /// The day on which that is looked at.
        check_at: Option<Date>,
        /// The day on which it was looked at.
        checked_at: Option<Date>,
        /// What was seen.
        result: Option<Effect>,
    }
}
