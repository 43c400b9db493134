//! Processes, and the status that all controlled documents share.

use jiff::civil::Date;

use super::sms::Sms;
use super::view::{At, Read, Ref};
use super::words::RoleKind;

words! {
    /// Status of a controlled document (7.5).
    DocumentStatus {
        /// Being written.
        Draft = "draft",
        /// Being looked at.
        InReview = "in_review",
        /// Holds.
        InForce = "in_force",
        /// Replaced by a newer one.
        Superseded = "superseded",
        /// No longer holds.
        Withdrawn = "withdrawn",
    }
}

view! {
    /// A process (4.4, 8.1).
    Process<'a> of "process" at "" {
        /// Status.
        status: Option<DocumentStatus>,
        /// The version of the document.
        version: Option<&'a str>,
        /// The day from which this version holds.
        effective_from: Option<Date>,
        /// Its steps.
        activities: Vec<Activity<'a>>,
        /// What it takes.
        inputs: Vec<Input<'a>>,
        /// What it gives.
        outputs: Vec<Output<'a>>,
        /// What it is measured by.
        metrics: Vec<&'a str>,
        /// What must hold for it.
        criteria: Vec<&'a str>,
    }
}

impl<'a> Process<'a> {
    /// The processes in force, by id.
    pub fn in_force(sms: &'a Sms<'_>) -> impl Iterator<Item = Self> {
        sms.all::<Self>().filter(|process| process.status() == Some(DocumentStatus::InForce))
    }
}

view! {
    /// A step of a process.
    Activity<'a> of "process" at "/activities/*" {
        /// The role that does it.
        role: Option<Ref<'a, RoleKind>>,
    }
}

view! {
    /// What a process takes.
    Input<'a> of "process" at "/inputs/*" {
        /// What it is.
        name: Option<&'a str>,
        /// Records that it comes from.
        from: Vec<At<'a>>,
        /// Where it comes from, in words.
        source: Option<&'a str>,
    }
}

view! {
    /// What a process gives.
    Output<'a> of "process" at "/outputs/*" {
        /// What it is.
        name: Option<&'a str>,
        /// Records that use it.
        to: Vec<At<'a>>,
    }
}

impl<'a> Output<'a> {
    /// Who uses it, in words.
    #[must_use]
    pub fn used_by(self) -> Option<&'a str> {
        Read::read(self.0.cell("use"))
    }
}
