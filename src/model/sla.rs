//! Service level agreements.

use jiff::civil::Date;

use super::view::{At, Ref};
use super::words::{CalendarKind, CustomerKind, MaintenanceWindowKind, ServiceKind};
use crate::base::duration::Duration;
use crate::base::exact::Exact;
use crate::base::period::Length;

words! {
    /// Status of an SLA.
    SlaStatus {
        /// Being written.
        Draft = "draft",
        /// Being talked over.
        Negotiation = "negotiation",
        /// Agreed, not yet in force.
        Agreed = "agreed",
        /// In force.
        InForce = "in_force",
        /// In force and being looked at again.
        UnderReview = "under_review",
        /// Ran out.
        Expired = "expired",
        /// Ended early.
        Terminated = "terminated",
    }
}

view! {
    /// A service level agreement (8.3.3).
    Sla<'a> of "sla" at "" {
        /// Status.
        status: Option<SlaStatus>,
        /// What it is about.
        service: Option<Ref<'a, ServiceKind>>,
        /// With whom.
        customer: Option<Ref<'a, CustomerKind>>,
        /// First day.
        valid_from: Option<Date>,
        /// Last day.
        valid_to: Option<Date>,
        /// What is promised.
        targets: Vec<At<'a>>,
        /// Up to which load it is promised.
        workload_limits: Vec<At<'a>>,
        /// What does not count.
        exceptions: Vec<&'a str>,
        /// When it holds.
        hours: Option<At<'a>>,
        /// When and why it was ended before its time.
        ended: Option<Ended<'a>>,
        /// How the customer learns what was kept.
        reporting: Option<Reporting<'a>>,
        /// The fact that the customer agreed.
        agreement: Option<Agreement<'a>>,
    }
}

words! {
    /// How often an SLA is reported on.
    ReportingFrequency {
        /// Every month.
        Month = "month",
        /// Every quarter.
        Quarter = "quarter",
        /// Every year.
        Year = "year",
    }
}

impl ReportingFrequency {
    /// The period of one report.
    #[must_use]
    pub const fn length(self) -> Length {
        match self {
            Self::Month => Length::Month,
            Self::Quarter => Length::Quarter,
            Self::Year => Length::Year,
        }
    }
}

view! {
    /// How the customer learns what was kept.
    Reporting<'a> of "sla" at "/reporting" {
        /// How often.
        frequency: Option<ReportingFrequency>,
    }
}

words! {
    /// How a customer agreed.
    AgreementForm {
        /// By signature.
        Signed = "signed",
        /// By mail.
        Email = "email",
        /// In a meeting, by its minutes.
        Minutes = "minutes",
        /// By using the service, under terms of use.
        Terms = "terms",
    }
}

view! {
    /// The fact that the customer agreed.
    Agreement<'a> of "sla" at "/agreement" {
        /// How.
        form: Option<AgreementForm>,
        /// When.
        at: Option<Date>,
        /// The proof.
        evidence: Option<At<'a>>,
    }
}

view! {
    /// The end of an SLA before its time.
    Ended<'a> of "sla" at "/ended" {
        /// Last day on which it held.
        at: Option<Date>,
    }
}

view! {
    /// The hours of an SLA.
    SlaHours<'a> of "sla" at "/hours" {
        /// In which the service must work.
        service: Option<Ref<'a, CalendarKind>>,
        /// In which people answer.
        support: Option<Ref<'a, CalendarKind>>,
        /// Maintenance windows that the customer agreed to.
        maintenance: Vec<Ref<'a, MaintenanceWindowKind>>,
    }
}

words! {
    /// What a target promises.
    TargetMetric {
        /// Time in which it works.
        Availability = "availability",
        /// Time until an answer.
        Response = "response",
        /// Time until it works again.
        Resolution = "resolution",
        /// Time until a request is done.
        Fulfilment = "fulfilment",
        /// Amount of work.
        Throughput = "throughput",
        /// Quality of the result.
        Quality = "quality",
        /// Recovery after a disaster.
        Continuity = "continuity",
    }
}

words! {
    /// The hours that count for a target.
    Clock {
        /// All of them.
        Always = "24x7",
        /// Those in which the service must work.
        ServiceHours = "service_hours",
        /// Those in which people answer.
        SupportHours = "support_hours",
    }
}

words! {
    /// Over which time a target is measured.
    TargetWindow {
        /// Every month.
        Month = "month",
        /// Every quarter.
        Quarter = "quarter",
        /// Every year.
        Year = "year",
    }
}

impl TargetWindow {
    /// The period that is judged at once.
    #[must_use]
    pub const fn length(self) -> Length {
        match self {
            Self::Month => Length::Month,
            Self::Quarter => Length::Quarter,
            Self::Year => Length::Year,
        }
    }
}

words! {
    /// How a measured figure is compared with the promised one.
    Operator {
        /// It must be at least that.
        AtLeast = ">=",
        /// It must be at most that.
        AtMost = "<=",
    }
}

view! {
    /// A figure that is promised, in an SLA and in the same shape in a contract or OLA.
    SlaTarget<'a> of "sla" at "/targets/*" {
        /// Its name in the record.
        id: Option<&'a str>,
        /// What is promised.
        metric: Option<TargetMetric>,
        /// What it holds for.
        scope: Option<&'a str>,
        /// How it is compared.
        operator: Option<Operator>,
        /// The figure, when it is a length of time.
        value: Option<Duration>,
        /// Unit of a figure that is a number.
        unit: Option<&'a str>,
        /// The share of cases that must keep it, in percent.
        share: Option<Exact>,
        /// Over which time it is measured.
        window: Option<TargetWindow>,
        /// The hours that count.
        clock: Option<Clock>,
        /// What does not count.
        exclusions: Vec<At<'a>>,
    }
}

impl SlaTarget<'_> {
    /// The figure, when it is a number.
    #[must_use]
    pub fn number(self) -> Option<Exact> {
        Exact::parse(&self.0.node.get("value")?.scalar()?)
    }

    /// The length of time that must not be passed, also when it is written as a number of minutes, hours or days.
    #[must_use]
    pub fn limit(self) -> Option<Duration> {
        self.value().or_else(|| {
            let seconds = match self.unit()? {
                "second" | "seconds" => 1,
                "minute" | "minutes" => 60,
                "hour" | "hours" => 3_600,
                "day" | "days" => 86_400,
                _ => return None,
            };
            let seconds = (&self.number()? * &Exact::from(seconds)).whole()?;
            u64::try_from(seconds).ok().map(Duration::from_seconds)
        })
    }

    /// What it holds for, in small letters: `P1` is the priority `p1`; none when it holds for all.
    #[must_use]
    pub fn part(self) -> Option<String> {
        self.scope().map(str::to_ascii_lowercase).filter(|scope| scope != "all")
    }

    /// The share of time in percent in which something is promised to work.
    #[must_use]
    pub fn availability(self) -> Option<Exact> {
        let promised = self.metric() == Some(TargetMetric::Availability) && self.operator() == Some(Operator::AtLeast);
        self.number().filter(|_| promised)
    }
}

impl<'a> Sla<'a> {
    /// Its targets as rows.
    #[must_use]
    pub fn target_rows(self) -> Vec<SlaTarget<'a>> {
        self.targets().into_iter().map(SlaTarget).collect()
    }

    /// Whether the promise held on `day`, also when it has ended since.
    #[must_use]
    pub fn held_on(self, day: Date) -> bool {
        use SlaStatus::{Expired, InForce, Terminated, UnderReview};
        let agreed = matches!(self.status(), Some(InForce | UnderReview | Expired | Terminated));
        let last = [self.valid_to(), self.ended().and_then(Ended::at)];
        agreed && self.valid_from().is_none_or(|from| from <= day) && last.into_iter().flatten().all(|last| last >= day)
    }

    /// The calendar of a clock, when the clock is bound to one.
    #[must_use]
    pub fn calendar(self, clock: Clock) -> Option<Ref<'a, CalendarKind>> {
        let hours = SlaHours(self.hours()?);
        match clock {
            Clock::Always => None,
            Clock::ServiceHours => hours.service(),
            Clock::SupportHours => hours.support(),
        }
    }

    /// Whether it is agreed and not over on `day`.
    #[must_use]
    pub fn is_promised(self, day: Date) -> bool {
        let agreed = matches!(self.status(), Some(SlaStatus::Agreed | SlaStatus::InForce | SlaStatus::UnderReview));
        agreed && self.valid_to().is_none_or(|to| to >= day)
    }

    /// Whether it binds both sides on `day`.
    #[must_use]
    pub fn is_in_force(self, day: Date) -> bool {
        let status = matches!(self.status(), Some(SlaStatus::InForce | SlaStatus::UnderReview));
        status && self.valid_from().is_none_or(|from| from <= day) && self.valid_to().is_none_or(|to| to >= day)
    }
}
