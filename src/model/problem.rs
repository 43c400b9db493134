//! Problems and known errors (8.6.3).

use std::collections::BTreeSet;

use super::incident::Incident;
use super::sms::{Ix, Sms};
use super::view::{At, Ref};
use super::words::{ChangeKind, IncidentKind, ProblemKind, RiskKind};
use crate::base::date::When;

words! {
    /// Status of a problem.
    ProblemStatus {
        /// Raised.
        New = "new",
        /// The cause is sought.
        Investigating = "investigating",
        /// The cause is known.
        RootCauseKnown = "root_cause_known",
        /// The cause is known and published.
        KnownError = "known_error",
        /// A change is to end it.
        FixPlanned = "fix_planned",
        /// Ended.
        Resolved = "resolved",
        /// Finished.
        Closed = "closed",
        /// It stays, as a risk.
        Accepted = "accepted",
    }
}

impl ProblemStatus {
    /// Whether it is still to be ended.
    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Resolved | Self::Closed | Self::Accepted)
    }
}

view! {
    /// A problem.
    Problem<'a> of "problem" at "" {
        /// Status.
        status: Option<ProblemStatus>,
        /// When it was raised.
        raised_at: Option<When>,
        /// Incidents that it is behind.
        incidents: Vec<Ref<'a, IncidentKind>>,
        /// What was done to find and end the cause.
        steps: Vec<Step<'a>>,
        /// Why it happens.
        root_cause: Option<&'a str>,
        /// When the cause was established.
        root_cause_at: Option<When>,
        /// Changes that are to end it.
        changes: Vec<Ref<'a, ChangeKind>>,
        /// The accepted risk.
        risk: Option<Ref<'a, RiskKind>>,
        /// What ended it.
        resolution: Option<&'a str>,
        /// When it was ended.
        resolved_at: Option<When>,
        /// Other records worth reading.
        links: Vec<At<'a>>,
    }
}

view! {
    /// A step towards the cause or the end of a problem.
    Step<'a> of "problem" at "/steps/*" {
        /// When.
        at: Option<When>,
    }
}

/// The incidents that lead to a problem: they name one, or are named by one.
#[must_use]
pub fn with_problem(sms: &Sms<'_>) -> BTreeSet<Ix> {
    let named = sms.all::<Problem<'_>>().flat_map(Problem::incidents);
    let mut known: BTreeSet<Ix> = named.filter_map(|incident| sms.find(incident.id)).collect();
    for (ix, _) in sms.of_kind("incident") {
        let Some(incident) = sms.view::<Incident<'_>>(ix) else { continue };
        let cause = incident.caused_by().and_then(|cause| sms.find(cause.id));
        let is_problem = cause.is_some_and(|cause| sms.record(cause).kind.name == "problem");
        // A name that leads nowhere is the matter of another rule.
        if incident.problem().is_some() || incident.known_error().is_some() || is_problem {
            known.insert(ix);
        }
    }
    known
}

words! {
    /// Status of a known error.
    KnownErrorStatus {
        /// Not fixed.
        Active = "active",
        /// Not fixed, with a change to come.
        FixScheduled = "fix_scheduled",
        /// Fixed.
        Fixed = "fixed",
        /// Of no more use.
        Archived = "archived",
    }
}

view! {
    /// A fault whose cause is known and which is not yet fixed.
    KnownError<'a> of "known_error" at "" {
        /// Status.
        status: Option<KnownErrorStatus>,
        /// The problem in which the cause was found.
        problem: Option<Ref<'a, ProblemKind>>,
        /// Whether the service desk can see it.
        published: Option<bool>,
        /// When it first could.
        published_at: Option<When>,
        /// The change that ends it.
        fix: Option<Ref<'a, ChangeKind>>,
    }
}
