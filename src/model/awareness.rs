//! Events in which people learnt what the SMS asks of them (7.3).

use jiff::civil::Date;

use super::view::{Read, Ref};
use super::words::PersonKind;

words! {
    /// Status of an event.
    AwarenessStatus {
        /// To come.
        Planned = "planned",
        /// Over.
        Held = "held",
        /// Did not take place.
        Cancelled = "cancelled",
    }
}

view! {
    /// An event.
    Awareness<'a> of "awareness" at "" {
        /// Status.
        status: Option<AwarenessStatus>,
        /// The day.
        date: Option<Date>,
        /// What was shown.
        subjects: Vec<Subject<'a>>,
        /// Who took part.
        people: Vec<Ref<'a, PersonKind>>,
    }
}

impl Awareness<'_> {
    /// The day on which it was held, when that is not after `day`.
    #[must_use]
    pub fn held_by(self, day: Date) -> Option<Date> {
        self.date().filter(|date| self.status() == Some(AwarenessStatus::Held) && *date <= day)
    }
}

view! {
    /// Something that was shown.
    Subject<'a> of "awareness" at "/subjects/*" {
        /// In which version.
        version: Option<&'a str>,
    }
}

impl<'a> Subject<'a> {
    /// The id of what was shown.
    #[must_use]
    pub fn id(self) -> Option<&'a str> {
        Read::read(self.0.cell("ref"))
    }
}
