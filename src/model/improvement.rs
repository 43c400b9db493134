//! Improvements (10.2).

use jiff::civil::Date;

use crate::base::exact::Exact;

words! {
    /// Status of an improvement.
    ImprovementStatus {
        /// An idea.
        Proposed = "proposed",
        /// Judged.
        Evaluated = "evaluated",
        /// To be done.
        Accepted = "accepted",
        /// Not to be done.
        Rejected = "rejected",
        /// Laid out in time.
        Planned = "planned",
        /// Being done.
        Implementing = "implementing",
        /// Done.
        Implemented = "implemented",
        /// Done, and its effect measured.
        Measured = "measured",
        /// Finished.
        Closed = "closed",
    }
}

impl ImprovementStatus {
    /// Whether it was decided to do it.
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        !matches!(self, Self::Proposed | Self::Evaluated | Self::Rejected)
    }
}

view! {
    /// An opportunity to do better.
    Improvement<'a> of "improvement" at "" {
        /// Status.
        status: Option<ImprovementStatus>,
        /// The day on which it was written down.
        proposed_at: Option<Date>,
        /// What gets better.
        improves: Vec<&'a str>,
        /// How it was judged.
        criteria: Option<Criteria<'a>>,
        /// What came of that.
        score: Option<i64>,
        /// What was decided.
        decision: Option<ImprovementDecision<'a>>,
        /// What it should change, as a figure.
        target: Option<ImprovementTarget<'a>>,
        /// What was measured afterwards.
        measured: Option<Measured<'a>>,
        /// Where the result was told.
        reported_in: Vec<&'a str>,
    }
}

view! {
    /// How an improvement is judged; each from 1 to 5.
    Criteria<'a> of "improvement" at "/criteria" {
        /// Its use.
        value: Option<i64>,
        /// Its work and money.
        effort: Option<i64>,
        /// What could go wrong.
        risk: Option<i64>,
    }
}

impl Criteria<'_> {
    /// Twice the value, less effort and risk.
    #[must_use]
    pub fn score(self) -> Option<i64> {
        self.value()?.checked_mul(2)?.checked_sub(self.effort()?)?.checked_sub(self.risk()?)
    }
}

view! {
    /// The decision about an improvement.
    ImprovementDecision<'a> of "improvement" at "/decision" {
        /// When.
        at: Option<Date>,
    }
}

view! {
    /// What an improvement should change.
    ImprovementTarget<'a> of "improvement" at "/target" {
        /// The metric that shows it.
        metric: Option<&'a str>,
        /// The figure in words.
        measure: Option<&'a str>,
        /// The value before.
        baseline: Option<Exact>,
        /// The value to be reached.
        target: Option<Exact>,
        /// The day by which it is reached.
        due: Option<Date>,
    }
}

view! {
    /// What was measured after an improvement.
    Measured<'a> of "improvement" at "/measured" {
        /// When.
        at: Option<Date>,
    }
}
