//! Demand for services (8.4.2).

use jiff::civil::Date;

use super::view::Ref;
use super::words::ServiceKind;

words! {
    /// Status of a forecast.
    DemandStatus {
        /// The one that is planned by.
        Current = "current",
        /// Replaced by a newer one.
        Superseded = "superseded",
    }
}

view! {
    /// How much of a service is wanted, and will be.
    Demand<'a> of "demand" at "" {
        /// Status.
        status: Option<DemandStatus>,
        /// The service.
        service: Option<Ref<'a, ServiceKind>>,
        /// The day of the forecast.
        forecast_on: Option<Date>,
        /// What is expected.
        forecast: Vec<Forecast<'a>>,
    }
}

view! {
    /// What is expected in one period.
    Forecast<'a> of "demand" at "/forecast/*" {
        /// The period.
        period: Option<&'a str>,
    }
}
