//! Metrics (9.1).

use jiff::civil::Date;

use crate::base::exact::Exact;
use crate::base::period::Length;

words! {
    /// Status of a metric.
    MetricStatus {
        /// Being defined.
        Draft = "draft",
        /// Measured.
        Active = "active",
        /// No longer measured.
        Retired = "retired",
    }
}

words! {
    /// How often something is measured or reported.
    Frequency {
        /// Each week.
        Weekly = "weekly",
        /// Each month.
        Monthly = "monthly",
        /// Each quarter.
        Quarterly = "quarterly",
        /// Twice a year.
        HalfYearly = "half_yearly",
        /// Each year.
        Yearly = "yearly",
    }
}

impl Frequency {
    /// The length of its periods.
    #[must_use]
    pub const fn length(self) -> Length {
        match self {
            Self::Weekly => Length::Week,
            Self::Monthly => Length::Month,
            Self::Quarterly => Length::Quarter,
            Self::HalfYearly => Length::HalfYear,
            Self::Yearly => Length::Year,
        }
    }
}

view! {
    /// How one figure is defined.
    Metric<'a> of "metric" at "" {
        /// Status.
        status: Option<MetricStatus>,
        /// What it measures.
        of: Vec<&'a str>,
        /// Unit of its values.
        unit: Option<&'a str>,
        /// Places after the point.
        decimals: Option<i64>,
        /// The least value that can be.
        minimum: Option<Exact>,
        /// The greatest value that can be.
        maximum: Option<Exact>,
        /// How often it is measured.
        frequency: Option<Frequency>,
        /// First day of the first period.
        since: Option<Date>,
        /// Last day of the last period.
        until: Option<Date>,
        /// Whether more or less is better.
        direction: Option<Direction>,
        /// Limits of good and fair.
        threshold: Option<Threshold<'a>>,
    }
}

words! {
    /// Whether more or less is better.
    Direction {
        /// More.
        Higher = "higher_is_better",
        /// Less.
        Lower = "lower_is_better",
    }
}

view! {
    /// Limits of good and fair.
    Threshold<'a> of "metric" at "/threshold" {
        /// Good from here on.
        green: Option<Exact>,
    }
}

impl Metric<'_> {
    /// Whether `value` is short of good; unknown where the metric does not say what is good.
    #[must_use]
    pub fn is_short(self, value: &Exact) -> Option<bool> {
        let green = self.threshold()?.green()?;
        Some(match self.direction()? {
            Direction::Higher => *value < green,
            Direction::Lower => *value > green,
        })
    }
}
