//! Capacity plans (8.4.3).

use jiff::civil::Date;

use super::process::DocumentStatus;
use super::sms::Sms;
use super::view::Ref;
use super::words::SlaKind;
use crate::base::duration::Duration;
use crate::base::exact::Exact;

view! {
    /// What may run out, and when.
    CapacityPlan<'a> of "capacity_plan" at "" {
        /// Status.
        status: Option<DocumentStatus>,
        /// First day.
        effective_from: Option<Date>,
        /// What may run out.
        resources: Vec<Resource<'a>>,
    }
}

view! {
    /// Something that may run out.
    Resource<'a> of "capacity_plan" at "/resources/*" {
        /// What it is.
        title: Option<&'a str>,
        /// How much there is.
        current_capacity: Option<Exact>,
        /// Unit of that.
        unit: Option<&'a str>,
        /// How much of it is in use at the peak, in percent.
        utilisation: Option<Exact>,
        /// The share in percent from which something is done.
        threshold_act: Option<Exact>,
        /// Time from the order until more is there.
        lead_time: Option<Duration>,
        /// Limits of SLAs that rest on it.
        commitments: Vec<Commitment<'a>>,
        /// The day on which it is expected to be full.
        forecast_exhaustion: Option<Date>,
        /// What is done in time.
        actions: Vec<&'a str>,
    }
}

view! {
    /// A limit of an SLA that rests on a resource.
    Commitment<'a> of "capacity_plan" at "/resources/*/commitments/*" {
        /// The SLA.
        sla: Option<Ref<'a, SlaKind>>,
        /// The limit, in the words of the SLA.
        metric: Option<&'a str>,
    }
}

impl<'a> CapacityPlan<'a> {
    /// The resources of all plans that hold on `day`, each with its plan, by the id of the plan.
    pub fn resources_on(sms: &'a Sms<'_>, day: Date) -> impl Iterator<Item = (Self, Resource<'a>)> {
        let holds = move |plan: &Self| {
            plan.status() == Some(DocumentStatus::InForce) && plan.effective_from().is_none_or(|from| from <= day)
        };
        sms.all::<Self>().filter(holds).flat_map(|plan| plan.resources().into_iter().map(move |row| (plan, row)))
    }
}

impl<'a> Resource<'a> {
    /// What it is called in messages.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.title().or(self.0.node.get("id").and_then(crate::yaml::Node::as_str)).unwrap_or("a resource")
    }
}
