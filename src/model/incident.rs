//! Incidents (8.6.1, 8.7.3.3).

use jiff::Timestamp;
use jiff::civil::Date;

use super::view::{At, Ref};
use super::words::{CauseKind, ChangeKind, CustomerKind, IncidentItemKind, KnownErrorKind, ProblemKind, ServiceKind};
use crate::base::date::When;

words! {
    /// Status of an incident.
    IncidentStatus {
        /// Reported.
        New = "new",
        /// Sorted.
        Classified = "classified",
        /// Given to somebody.
        Assigned = "assigned",
        /// Being worked on.
        InProgress = "in_progress",
        /// Waiting for something.
        Pending = "pending",
        /// The service works again.
        Resolved = "resolved",
        /// Finished.
        Closed = "closed",
    }
}

words! {
    /// What sort of trouble it is.
    IncidentCategory {
        /// The service is down.
        Outage = "outage",
        /// It is poor.
        Degradation = "degradation",
        /// It does the wrong thing.
        Malfunction = "malfunction",
        /// Its data are wrong or lost.
        Data = "data",
        /// Somebody cannot get in.
        Access = "access",
        /// Information security is touched.
        Security = "security",
        /// There is not enough of something.
        Capacity = "capacity",
        /// Something else.
        Other = "other",
    }
}

words! {
    /// How many are hit and how badly, or how fast the harm grows.
    Degree {
        /// Much.
        High = "high",
        /// Some.
        Medium = "medium",
        /// Little.
        Low = "low",
    }
}

words! {
    /// How soon it is worked on; earlier is sooner.
    Priority {
        /// First.
        P1 = "p1",
        /// Second.
        P2 = "p2",
        /// Third.
        P3 = "p3",
        /// Last.
        P4 = "p4",
    }
}

impl Priority {
    /// The priority where no policy has a matrix, as the schema says.
    #[must_use]
    pub const fn by_default(impact: Degree, urgency: Degree) -> Self {
        use Degree::{High, Low, Medium};
        match (impact, urgency) {
            (High, High) => Self::P1,
            (High, Medium) | (Medium, High) => Self::P2,
            (High, Low) | (Low, High) | (Medium, Medium) => Self::P3,
            (Medium | Low, Low) | (Low, Medium) => Self::P4,
        }
    }
}

view! {
    /// An incident.
    Incident<'a> of "incident" at "" {
        /// Status.
        status: Option<IncidentStatus>,
        /// When it was reported or noticed.
        reported_at: Option<When>,
        /// The service that suffers most.
        service: Option<Ref<'a, ServiceKind>>,
        /// Items at fault and further services that suffer.
        affects: Vec<Ref<'a, IncidentItemKind>>,
        /// Customers who noticed it.
        customers: Vec<Ref<'a, CustomerKind>>,
        /// What sort of trouble it is.
        category: Option<IncidentCategory>,
        /// How many are hit and how badly.
        impact: Option<Degree>,
        /// How fast the harm grows.
        urgency: Option<Degree>,
        /// How soon it is worked on.
        priority: Option<Priority>,
        /// What was seen, done and decided.
        timeline: Vec<At<'a>>,
        /// Stretches of time without the service.
        outages: Vec<IncidentOutage<'a>>,
        /// When somebody began to work on it.
        responded_at: Option<When>,
        /// When the service worked again.
        resolved_at: Option<When>,
        /// What brought it back.
        resolution: Option<&'a str>,
        /// Whether targets were missed.
        breached: Option<Breached<'a>>,
        /// The problem in which its cause is sought.
        problem: Option<Ref<'a, ProblemKind>>,
        /// The known error that it was.
        known_error: Option<Ref<'a, KnownErrorKind>>,
        /// What caused it.
        caused_by: Option<Ref<'a, CauseKind>>,
        /// Changes that were ruled out.
        not_caused_by: Vec<Ref<'a, ChangeKind>>,
        /// What a major incident also has.
        major: Option<Major<'a>>,
    }
}

impl Incident<'_> {
    /// The instant of the report.
    #[must_use]
    pub fn reported(self) -> Option<Timestamp> {
        self.reported_at().and_then(When::instant)
    }

    /// Whether the service works again.
    #[must_use]
    pub fn is_resolved(self) -> bool {
        matches!(self.status(), Some(IncidentStatus::Resolved | IncidentStatus::Closed))
    }
}

view! {
    /// A stretch of time without the service.
    IncidentOutage<'a> of "incident" at "/outages/*" {
        /// First moment without it.
        start: Option<When>,
        /// First moment with it again.
        end: Option<When>,
        /// Services hit; left out, that of the incident.
        services: Vec<Ref<'a, ServiceKind>>,
        /// Customers hit; left out, all that use the services.
        customers: Vec<Ref<'a, CustomerKind>>,
        /// Whether it was only poor.
        degraded: Option<bool>,
    }
}

view! {
    /// Whether targets of the SLA were missed.
    Breached<'a> of "incident" at "/breached" {
        /// The response came too late.
        response: Option<bool>,
        /// The resolution came too late.
        resolution: Option<bool>,
    }
}

view! {
    /// What a major incident also has.
    Major<'a> of "incident" at "/major" {
        /// When top management was told.
        top_management_notified_at: Option<When>,
        /// The report afterwards.
        report: Option<&'a str>,
        /// The review afterwards.
        review: Option<MajorReview<'a>>,
    }
}

view! {
    /// The review of a major incident.
    MajorReview<'a> of "incident" at "/major/review" {
        /// The day.
        at: Option<Date>,
    }
}
