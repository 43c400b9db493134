//! What customers say: surveys, complaints and service reviews (8.3.2).

use jiff::civil::Date;

use super::supplier_review::MeetingStatus;
use crate::base::date::When;
use crate::base::exact::Exact;

words! {
    /// Status of a survey.
    SurveyStatus {
        /// To be held.
        Planned = "planned",
        /// People are being asked.
        Running = "running",
        /// The answers are looked through.
        Analysed = "analysed",
        /// The outcome is told.
        Reported = "reported",
        /// Called off.
        Cancelled = "cancelled",
    }
}

view! {
    /// Questions to users about how satisfied they are.
    Survey<'a> of "survey" at "" {
        /// Status.
        status: Option<SurveyStatus>,
        /// Last day on which people could answer.
        asked_until: Option<Date>,
        /// How many people use the services.
        population: Option<i64>,
        /// How many were asked.
        sample: Option<i64>,
        /// How many answered.
        responses: Option<i64>,
        /// How many in a hundred of those asked answered.
        response_rate: Option<Exact>,
        /// The same for each customer.
        by_customer: Vec<CustomerSample<'a>>,
    }
}

view! {
    /// The people of one customer in a survey.
    CustomerSample<'a> of "survey" at "/by_customer/*" {
        /// The customer.
        customer: Option<&'a str>,
        /// How many people use the services.
        population: Option<i64>,
        /// How many were asked.
        sample: Option<i64>,
        /// How many answered.
        responses: Option<i64>,
    }
}

impl Survey<'_> {
    /// The last day on which people could answer, once the answers have been looked through.
    #[must_use]
    pub fn done_on(self) -> Option<Date> {
        self.asked_until().filter(|_| matches!(self.status(), Some(SurveyStatus::Analysed | SurveyStatus::Reported)))
    }
}

words! {
    /// Status of a complaint.
    ComplaintStatus {
        /// Received.
        Open = "open",
        /// The customer knows that it was received.
        Acknowledged = "acknowledged",
        /// Being worked on.
        InProgress = "in_progress",
        /// With those above.
        Escalated = "escalated",
        /// An answer was found.
        Resolved = "resolved",
        /// Over.
        Closed = "closed",
    }
}

view! {
    /// A complaint of a customer.
    Complaint<'a> of "complaint" at "" {
        /// Status.
        status: Option<ComplaintStatus>,
        /// When it came.
        received_at: Option<When>,
        /// That it was taken to those above.
        escalated: Option<Escalated<'a>>,
    }
}

view! {
    /// That a complaint was taken to those above.
    Escalated<'a> of "complaint" at "/escalated" {
        /// When.
        at: Option<Date>,
    }
}

view! {
    /// A meeting with a customer about what was delivered.
    ServiceReview<'a> of "service_review" at "" {
        /// Status.
        status: Option<MeetingStatus>,
        /// The reports that were talked over.
        sla_reports: Vec<&'a str>,
    }
}
