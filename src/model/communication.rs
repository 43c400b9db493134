//! Rows of the communication plan (7.4).

use jiff::civil::Date;

use super::view::Ref;
use crate::base::duration::Duration;

words! {
    /// Status of a row.
    CommunicationStatus {
        /// Being written.
        Draft = "draft",
        /// Holds.
        Active = "active",
        /// Over.
        Ended = "ended",
    }
}

kinds! {
    /// Whom records stand for.
    RecipientKind = ["customer", "supplier", "interested_party", "team", "role", "person"];
}

view! {
    /// What is told to whom, and when it was.
    Communication<'a> of "communication" at "" {
        /// Status.
        status: Option<CommunicationStatus>,
        /// Who is told, in words.
        audience: Vec<&'a str>,
        /// Who is told, as records.
        recipients: Vec<Ref<'a, RecipientKind>>,
        /// What it makes known.
        about: Vec<&'a str>,
        /// Longest time between two events.
        frequency: Option<Duration>,
        /// First day.
        starts: Option<Date>,
        /// Last day.
        ends: Option<Date>,
        /// Each time that it was told.
        events: Vec<Told<'a>>,
    }
}

view! {
    /// One time that it was told.
    Told<'a> of "communication" at "/events/*" {
        /// The day.
        at: Option<Date>,
    }
}
