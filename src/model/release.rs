//! Releases, their types, and the baselines before them (8.5.3).

use jiff::civil::Date;

use super::change::Window;
use super::design::Criterion;
use super::sms::Sms;
use super::view::{At, Read, Ref};
use super::words::{ChangeKind, FixableKind, IncidentKind, ReleaseTypeKind};
use crate::base::date::When;
use crate::base::duration::Duration;
use crate::base::span::Span;

words! {
    /// Status of a release.
    ReleaseStatus {
        /// Planned.
        Planned = "planned",
        /// Built.
        Built = "built",
        /// Tested.
        Verified = "verified",
        /// In use.
        Deployed = "deployed",
        /// Went wrong.
        Failed = "failed",
        /// Went wrong and was taken back.
        BackedOut = "backed_out",
        /// In use, and looked at afterwards.
        Analysed = "analysed",
        /// Finished.
        Closed = "closed",
        /// Called off.
        Cancelled = "cancelled",
    }
}

impl ReleaseStatus {
    /// Whether it is in use, or was.
    #[must_use]
    pub const fn is_deployed(self) -> bool {
        matches!(self, Self::Deployed | Self::Analysed | Self::Closed)
    }

    /// Whether its deployment was at least begun.
    #[must_use]
    pub const fn is_attempted(self) -> bool {
        self.is_deployed() || matches!(self, Self::Failed | Self::BackedOut)
    }

    /// Whether it is still to come.
    #[must_use]
    pub const fn is_to_come(self) -> bool {
        matches!(self, Self::Planned | Self::Built | Self::Verified)
    }
}

words! {
    /// How a deployment ended.
    ReleaseResult {
        /// Well.
        Success = "success",
        /// In part.
        Partial = "partial",
        /// Not well.
        Failed = "failed",
    }
}

view! {
    /// A release.
    Release<'a> of "release" at "" {
        /// Status.
        status: Option<ReleaseStatus>,
        /// How releases of its type are handled.
        release_type: Option<Ref<'a, ReleaseTypeKind>>,
        /// The changes that it carries.
        changes: Vec<Ref<'a, ChangeKind>>,
        /// Problems and known errors that it is meant to end.
        fixes: Vec<Ref<'a, FixableKind>>,
        /// When it is to be deployed.
        window: Option<Window<'a>>,
        /// What must be true before that.
        acceptance: Vec<Criterion<'a>>,
        /// The state to return to: the id of a record, or where it is kept.
        baseline: Option<At<'a>>,
        /// When it went live.
        deployed_at: Option<When>,
        /// How that ended.
        result: Option<ReleaseResult>,
        /// How long it is watched.
        watch: Option<Duration>,
        /// Incidents that it caused.
        incidents: Vec<Ref<'a, IncidentKind>>,
        /// What was seen in that time.
        analysis: Option<&'a str>,
        /// The day of that analysis.
        analysed_on: Option<Date>,
    }
}

impl Release<'_> {
    /// How long it is watched: by its own word, else by that of its type, else 14 days.
    #[must_use]
    pub fn watched(self, sms: &Sms<'_>) -> Duration {
        let of_type = || {
            let ix = sms.find(self.release_type()?.id)?;
            sms.view::<ReleaseType<'_>>(ix)?.watch()
        };
        self.watch().or_else(of_type).unwrap_or(Duration::from_days(14))
    }
}

view! {
    /// How releases of one size are handled.
    ReleaseType<'a> of "release_type" at "" {
        /// How long they are watched.
        watch: Option<Duration>,
    }
}

words! {
    /// Status of a baseline.
    BaselineStatus {
        /// To be taken.
        Planned = "planned",
        /// Taken.
        Taken = "taken",
        /// No longer kept.
        Expired = "expired",
        /// Not to be taken.
        Cancelled = "cancelled",
    }
}

view! {
    /// The state of items at one moment, kept to return to.
    Baseline<'a> of "baseline" at "" {
        /// Status.
        status: Option<BaselineStatus>,
        /// The moment.
        at: Option<When>,
    }
}

impl<'a> Baseline<'a> {
    /// What a release names at `at`: the record where it is one, its moment, and where that stands. None, when there is
    /// no such record.
    #[must_use]
    pub fn kept(sms: &'a Sms<'_>, at: At<'a>) -> Option<(Option<Self>, Option<When>, Span)> {
        match at.node.as_str() {
            Some(id) => {
                let baseline: Self = sms.view(sms.find(id)?)?;
                Some((Some(baseline), baseline.at(), at.span()))
            }
            None => Some((None, Read::read(at.cell("at")), at.field_span("at"))),
        }
    }
}
