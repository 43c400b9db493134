//! Measurements (9.1).

use super::view::Ref;
use crate::base::exact::Exact;
use crate::base::period::Period;

kinds! {
    /// A metric.
    MetricKind = ["metric"];
}

view! {
    /// The value of a metric in a period.
    Measurement<'a> of "measurement" at "" {
        /// The metric.
        metric: Option<Ref<'a, MetricKind>>,
        /// The period as written.
        period: Option<&'a str>,
        /// The value.
        value: Option<Exact>,
        /// What was counted above the line.
        numerator: Option<Exact>,
        /// What was counted below the line.
        denominator: Option<Exact>,
    }
}

impl Measurement<'_> {
    /// The period.
    #[must_use]
    pub fn time(self) -> Option<Period> {
        Period::parse(self.period()?)
    }
}
