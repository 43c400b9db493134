//! Reports on what was kept of an SLA (8.3.3).

use super::view::At;
use crate::base::exact::Exact;

words! {
    /// Status of an SLA report.
    SlaReportStatus {
        /// Being written.
        Draft = "draft",
        /// With the customer.
        Published = "published",
        /// Talked over with the customer.
        Reviewed = "reviewed",
        /// Published again with other figures.
        Corrected = "corrected",
    }
}

view! {
    /// What was kept of an SLA in one period.
    SlaReport<'a> of "sla_report" at "" {
        /// Status.
        status: Option<SlaReportStatus>,
        /// The SLA.
        sla: Option<&'a str>,
        /// The period.
        period: Option<&'a str>,
        /// The figures, one row a target.
        results: Vec<SlaResult<'a>>,
        /// How much work there was.
        workload: Vec<SlaWorkload<'a>>,
        /// Why targets were missed, and what follows.
        misses: Vec<SlaMiss<'a>>,
    }
}

words! {
    /// What figures of a report count.
    ResultUnit {
        /// Seconds.
        Seconds = "seconds",
        /// Minutes.
        Minutes = "minutes",
        /// Cases.
        Cases = "cases",
    }
}

view! {
    /// The figure of one target.
    SlaResult<'a> of "sla_report" at "/results/*" {
        /// The target.
        target: Option<&'a str>,
        /// Its window, when that is not the period of the report.
        period: Option<&'a str>,
        /// What was delivered: time within the clock, or cases that kept the value.
        numerator: Option<Exact>,
        /// What was promised: all time within the clock, or all cases.
        denominator: Option<Exact>,
        /// What both count.
        unit: Option<ResultUnit>,
        /// The first as a share of the second, in percent.
        value: Option<Exact>,
        /// Whether it was kept.
        met: Option<bool>,
        /// Why there is no figure.
        no_data: Option<&'a str>,
    }
}

view! {
    /// How much work there was.
    SlaWorkload<'a> of "sla_report" at "/workload/*" {
        /// What is counted, in the words of the SLA.
        metric: Option<&'a str>,
        /// The most that the promise covers.
        limit: Option<At<'a>>,
        /// What came.
        actual: Option<At<'a>>,
        /// What follows.
        actions: Vec<&'a str>,
    }
}

view! {
    /// Why a target was missed, and what follows.
    SlaMiss<'a> of "sla_report" at "/misses/*" {
        /// The target.
        target: Option<&'a str>,
        /// Its window, when that is not the period of the report.
        period: Option<&'a str>,
        /// What follows.
        actions: Vec<&'a str>,
    }
}

impl SlaReport<'_> {
    /// Whether the customer has it.
    #[must_use]
    pub fn is_published(self) -> bool {
        self.status().is_some_and(|status| status != SlaReportStatus::Draft)
    }
}
