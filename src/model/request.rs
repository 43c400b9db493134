//! Service requests and the models that they follow (8.6.2).

use super::view::{At, Ref};
use super::words::RequestModelKind;

words! {
    /// Status of a request model.
    RequestModelStatus {
        /// Being written.
        Draft = "draft",
        /// Offered.
        Active = "active",
        /// Not offered at present.
        Suspended = "suspended",
        /// No longer offered.
        Retired = "retired",
    }
}

view! {
    /// One thing that users can ask for.
    RequestModel<'a> of "request_model" at "" {
        /// Status.
        status: Option<RequestModelStatus>,
        /// The procedure that is followed.
        procedure: Option<&'a str>,
        /// How it is fulfilled.
        instructions: Option<&'a str>,
        /// The same as a list.
        steps: Vec<At<'a>>,
    }
}

words! {
    /// Status of a service request.
    RequestStatus {
        /// Asked for.
        New = "new",
        /// Being worked on.
        InProgress = "in_progress",
        /// Waiting for something.
        Pending = "pending",
        /// Done.
        Fulfilled = "fulfilled",
        /// Finished.
        Closed = "closed",
        /// Turned down.
        Rejected = "rejected",
        /// Called off.
        Cancelled = "cancelled",
    }
}

view! {
    /// A service request, or all those of a period.
    ServiceRequest<'a> of "service_request" at "" {
        /// Status.
        status: Option<RequestStatus>,
        /// The model that it follows.
        model: Option<Ref<'a, RequestModelKind>>,
        /// All requests of a period.
        batch: Option<RequestBatch<'a>>,
    }
}

view! {
    /// All requests of a period.
    RequestBatch<'a> of "service_request" at "/batch" {
        /// How many.
        count: Option<i64>,
        /// The same by model.
        rows: Vec<At<'a>>,
    }
}
