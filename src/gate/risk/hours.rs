//! When a change is carried out, against what was promised for that time.

use jiff::Timestamp;

use super::{Rating, Term};
use crate::base::exact::Exact;
use crate::base::intervals::Bounds;
use crate::base::period::{Length, Period};
use crate::base::text::quoted;
use crate::levels::Meter;
use crate::model::Sms;
use crate::model::calendar::Calendar;
use crate::model::change::Window;
use crate::model::maintenance_window::MaintenanceWindow;
use crate::model::service::Service;
use crate::model::sla::{Clock, Sla, TargetMetric};

/// Whether an active maintenance window that the SLA names covers the whole of `bounds`.
fn is_agreed(sms: &Sms<'_>, sla: Sla<'_>, (start, end): Bounds) -> bool {
    let named = sla.0.node.get("hours").and_then(|hours| hours.get("maintenance"));
    let windows = named.map(|list| list.items()).unwrap_or_default().iter();
    let windows = windows.filter_map(|id| sms.view::<MaintenanceWindow<'_>>(sms.find(id.as_str()?)?));
    windows.filter(|window| window.is_active()).any(|window| window.times((start, end)).covers(start, end))
}

/// The agreements in force about services that feel the change.
fn agreements<'r>(rating: &Rating<'r>) -> impl Iterator<Item = Sla<'r>> {
    let sms = rating.base.sms;
    rating.reach.slas.iter().filter_map(|id| sms.view::<Sla<'_>>(sms.find(id)?))
}

/// Whether the window lies in hours in which a service that feels it is promised, outside of maintenance that the customer
/// agreed to.
pub(super) fn service_hours(rating: &Rating<'_>) -> Term {
    const ID: &str = "service_hours";
    if rating.paper || rating.reach.felt().next().is_none() {
        return rating.term(ID, 0, "no service feels it");
    }
    let Some((start, end)) = rating.change.planned().and_then(Window::bounds) else {
        return rating.term(ID, 100, "no window is planned");
    };
    let sms = rating.base.sms;
    let inside = |id: &str| {
        let service: Service<'_> = sms.view(sms.find(id)?)?;
        let calendar: Calendar<'_> = sms.view(sms.find(service.service_hours()?.id)?)?;
        Some(!calendar.hours()?.during(start, end).is_empty())
    };
    let free = |id: &str| {
        let about = |sla: &Sla<'_>| sla.service().is_some_and(|service| sms.id_now(service.id) == id);
        let mut those = agreements(rating).filter(about).peekable();
        those.peek().is_some() && those.all(|sla| is_agreed(sms, sla, (start, end)))
    };
    // A service whose hours are not written down is taken to be offered at any time.
    let hit: Vec<&str> =
        rating.reach.felt().map(|(id, ..)| id).filter(|id| inside(id).unwrap_or(true) && !free(id)).collect();
    if hit.is_empty() {
        return rating.term(ID, 0, "the window lies outside of service hours, or in agreed maintenance");
    }
    rating.term(ID, 100, format!("the window lies in the service hours of {}", quoted(&hit, 3)))
}

/// Whether the planned interruption is longer than what an agreement leaves in the month of the window.
pub(super) fn error_budget(rating: &Rating<'_>) -> Term {
    const ID: &str = "error_budget";
    let Some(downtime) = rating.change.downtime() else { return unknown(rating) };
    if rating.paper || downtime.seconds() == 0 || rating.reach.slas.is_empty() {
        return rating.term(ID, 0, "no interruption of a promised service is planned");
    }
    let sms = rating.base.sms;
    let meter = Meter::new(sms);
    let bounds = rating.change.planned().and_then(Window::bounds);
    let month = Period::of(day(bounds.map_or(rating.at, |(start, _)| start)), Length::Month);
    let planned = Exact::from(i64::try_from(downtime.seconds()).unwrap_or(i64::MAX));
    let breaks = |sla: Sla<'_>| {
        let targets =
            sla.target_rows().into_iter().filter(|target| target.metric() == Some(TargetMetric::Availability));
        let month = month?;
        let mut left = targets.filter_map(|target| {
            // What the promise allows over the whole month, without what is lost already.
            let (start, end) = meter.clocks.bounds(sla, month)?;
            let clock = meter.clocks.of_sla(sla, target.clock().unwrap_or(Clock::Always))?;
            let all = Exact::from(i64::try_from(clock.hours.between(start, end).seconds()).unwrap_or(i64::MAX));
            let allowed = (&all * &(&Exact::from(100) - &target.availability()?)).over(&Exact::from(100))?;
            let lost = meter.kept(sla, target, month).map_or(0, |kept| kept.all - kept.delivered);
            Some(&allowed - &Exact::from(i64::try_from(lost).unwrap_or(i64::MAX)))
        });
        Some(left.any(|left| planned > left))
    };
    let free = |sla: Sla<'_>| bounds.is_some_and(|bounds| is_agreed(sms, sla, bounds));
    let broken: Vec<&str> = agreements(rating)
        .filter(|sla| !free(*sla) && breaks(*sla) == Some(true))
        .map(|sla| sla.0.record.id.as_str())
        .collect();
    if broken.is_empty() {
        return rating.term(ID, 0, "the interruption fits into what the agreements leave");
    }
    rating.term(ID, 100, format!("an interruption of {downtime} is more than is left of {}", quoted(&broken, 3)))
}

fn unknown(rating: &Rating<'_>) -> Term {
    if rating.paper || rating.reach.slas.is_empty() {
        return rating.term("error_budget", 0, "no promised service feels it");
    }
    rating.term("error_budget", 50, "the record does not say how long users are interrupted")
}

fn day(at: Timestamp) -> jiff::civil::Date {
    at.to_zoned(jiff::tz::TimeZone::UTC).date()
}
