//! Reviews of suppliers and disputes with them (8.3.4).

use jiff::civil::Date;

words! {
    /// Status of a review that is held on a day.
    MeetingStatus {
        /// To be held.
        Planned = "planned",
        /// Held.
        Held = "held",
        /// Held, and all that followed is done.
        Closed = "closed",
        /// Called off.
        Cancelled = "cancelled",
    }
}

view! {
    /// A look at what a supplier delivered.
    SupplierReview<'a> of "supplier_review" at "" {
        /// Status.
        status: Option<MeetingStatus>,
        /// The supplier or team.
        supplier: Option<&'a str>,
        /// The day on which it was held.
        date: Option<Date>,
        /// The figures, one row a target.
        results: Vec<SupplierResult<'a>>,
        /// Why targets were missed, and what follows.
        misses: Vec<SupplierMiss<'a>>,
    }
}

view! {
    /// The figure of one target.
    SupplierResult<'a> of "supplier_review" at "/results/*" {
        /// The contract or OLA.
        agreement: Option<&'a str>,
        /// The target in it.
        target: Option<&'a str>,
        /// Whether it was kept.
        met: Option<bool>,
    }
}

view! {
    /// Why a target was missed, and what follows.
    SupplierMiss<'a> of "supplier_review" at "/misses/*" {
        /// The contract or OLA.
        agreement: Option<&'a str>,
        /// The target in it.
        target: Option<&'a str>,
        /// What follows.
        actions: Vec<&'a str>,
    }
}

words! {
    /// Status of a dispute.
    DisputeStatus {
        /// Said.
        Raised = "raised",
        /// Being talked about.
        Negotiating = "negotiating",
        /// With those above.
        Escalated = "escalated",
        /// Settled.
        Closed = "closed",
    }
}

view! {
    /// A disagreement with a supplier.
    Dispute<'a> of "dispute" at "" {
        /// Status.
        status: Option<DisputeStatus>,
        /// The day on which it began.
        raised_on: Option<Date>,
        /// What was done since.
        steps: Vec<DisputeStep<'a>>,
    }
}

view! {
    /// Something that was done about a dispute.
    DisputeStep<'a> of "dispute" at "/steps/*" {
        /// When.
        at: Option<Date>,
    }
}

impl SupplierReview<'_> {
    /// The day on which it was held, when it was.
    #[must_use]
    pub fn held_on(self) -> Option<Date> {
        self.date().filter(|_| matches!(self.status(), Some(MeetingStatus::Held | MeetingStatus::Closed)))
    }
}
