//! Audits (9.2).

use jiff::civil::Date;

use super::view::Ref;
use super::words::{PersonKind, ServiceKind};

words! {
    /// Status of an audit.
    AuditStatus {
        /// Planned.
        Planned = "planned",
        /// Begun.
        InProgress = "in_progress",
        /// Held, and its report is out.
        Reported = "reported",
        /// What it found is being treated.
        FollowedUp = "followed_up",
        /// Finished.
        Closed = "closed",
        /// Called off.
        Cancelled = "cancelled",
    }
}

impl AuditStatus {
    /// Whether it took place and its report is out.
    #[must_use]
    pub const fn is_reported(self) -> bool {
        matches!(self, Self::Reported | Self::FollowedUp | Self::Closed)
    }
}

kinds! {
    /// A process.
    ProcessKind = ["process"];
    /// A programme of audits.
    ProgrammeKind = ["audit_programme"];
}

view! {
    /// An audit.
    Audit<'a> of "audit" at "" {
        /// Status.
        status: Option<AuditStatus>,
        /// The programme that it belongs to.
        programme: Option<Ref<'a, ProgrammeKind>>,
        /// The entry of the programme that it carries out.
        programme_entry: Option<&'a str>,
        /// What it looks at.
        scope: Option<Coverage<'a>>,
        /// Who audits.
        auditors: Vec<Ref<'a, PersonKind>>,
        /// Auditors from elsewhere.
        external_auditors: Vec<&'a str>,
        /// The days planned.
        planned: Option<Days<'a>>,
        /// The days on which it took place.
        held: Option<Days<'a>>,
    }
}

view! {
    /// What an audit looks at; entries of a programme say it with the same fields.
    Coverage<'a> of "audit" at "/scope" {
        /// Clauses, each with all below it.
        clauses: Vec<&'a str>,
        /// Processes.
        processes: Vec<Ref<'a, ProcessKind>>,
        /// Services.
        services: Vec<Ref<'a, ServiceKind>>,
        /// Sites, by name.
        sites: Vec<&'a str>,
    }
}

view! {
    /// First and last day.
    Days<'a> of "audit" at "/planned" {
        /// First.
        start: Option<Date>,
        /// Last.
        end: Option<Date>,
    }
}
