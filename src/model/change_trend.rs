//! Analyses of changes for trends (8.5.1.3).

use jiff::civil::Date;

words! {
    /// Status of an analysis.
    TrendStatus {
        /// Being written.
        Draft = "draft",
        /// Concluded.
        Concluded = "concluded",
        /// Given up.
        Withdrawn = "withdrawn",
    }
}

view! {
    /// An analysis of the changes of one period.
    ChangeTrend<'a> of "change_trend" at "" {
        /// Status.
        status: Option<TrendStatus>,
        /// What follows from it.
        conclusions: Option<&'a str>,
        /// The day on which it was concluded.
        concluded_on: Option<Date>,
        /// Changes that were counted elsewhere.
        elsewhere: Option<Elsewhere<'a>>,
    }
}

impl ChangeTrend<'_> {
    /// The day on which it was concluded, when it was.
    #[must_use]
    pub fn concluded(self) -> Option<Date> {
        self.concluded_on().filter(|_| self.status() == Some(TrendStatus::Concluded))
    }
}

view! {
    /// Changes without a record of their own.
    Elsewhere<'a> of "change_trend" at "/elsewhere" {
        /// How many.
        count: Option<i64>,
    }
}
