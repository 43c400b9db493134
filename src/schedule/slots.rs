//! When there is room for work: times in which all of some items may be worked on.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Ground, Happening, Sort, gather};
use crate::base::duration::Duration;
use crate::base::hours::Hours;
use crate::base::intervals::{Bounds, Intervals};
use crate::graph::{NodeKind, State};
use crate::model::Record;
use crate::model::calendar::Calendar;
use crate::model::maintenance_window::MaintenanceWindow;
use crate::model::service::Service;

/// A stretch of time that is long enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot<'c> {
    /// The whole of it; the work may begin at its start, or later.
    pub bounds: Bounds,
    /// Services that can go down, in whose service hours it lies at least in part; none when it disturbs nobody.
    pub disturbs: Vec<&'c str>,
    /// Windows used whose longest interruption is shorter than the work.
    pub short: Vec<&'c str>,
}

/// Why a time cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Nothing is changed in this freeze.
    Freeze,
    /// Another change is carried out there.
    Change,
    /// The supplier may be at work.
    Supplier,
    /// Customers are to be told of the use of this window earlier than that.
    Notice,
}

impl Reason {
    /// The words for people, before the id of the record.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Freeze => "the freeze",
            Self::Change => "the change",
            Self::Supplier => "the supplier's window",
            Self::Notice => "the notice that is due for",
        }
    }

    /// The word in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Freeze => "freeze",
            Self::Change => "change",
            Self::Supplier => "supplier_maintenance",
            Self::Notice => "notice",
        }
    }
}

/// A time at which the windows would allow work, and why it cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused<'c> {
    /// The time.
    pub bounds: Bounds,
    /// What stands in the way; nothing when it is only too short.
    pub because: Vec<(Reason, &'c str)>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Slots<'c> {
    /// Slots: those that disturb nobody first, then by time.
    pub found: Vec<Slot<'c>>,
    /// Times that could not be had, in the order of time.
    pub refused: Vec<Refused<'c>>,
    /// Items that have windows of their own, with the windows.
    pub windows: Vec<(&'c str, Vec<&'c str>)>,
    /// Whether the work takes any service in use down.
    pub takes_down: bool,
    /// Why no time would be allowed even with nothing in the way.
    pub lack: Option<Lack<'c>>,
}

/// Why no time is allowed at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack<'c> {
    /// The whole stretch lies in the past.
    Over,
    /// The windows of these items have no time in the stretch.
    NoWindow(Vec<&'c str>),
    /// The windows of all items have times, but none in common.
    NothingInCommon,
}

/// Something in the way, with its times.
struct Blocker<'c> {
    reason: Reason,
    id: &'c str,
    times: Intervals,
}

/// Looks for times in `within` in which work of this length may be done on all of `items` (ids of the graph): in agreed
/// windows of every item that has some, outside freezes that reach one of them, and outside other changes and supplier's
/// windows on the same items, on what they need or on what cannot do without them.
#[must_use]
pub fn free_slots<'c>(ground: Ground<'c>, items: &BTreeSet<&'c str>, length: Duration, within: Bounds) -> Slots<'c> {
    let needs = ground.graph.needs(items.iter().copied(), State::Down, usize::MAX);
    let mut slots = Slots::default();
    let mut blockers: Vec<Blocker<'c>> = gather::gather(ground, within)
        .iter()
        .filter_map(|happening| blocker(ground, happening, items, &needs))
        .collect();
    let ours = windows(ground, items, within);
    let (mut allowed, mut shut) = (Intervals::one(within.0, within.1), Vec::new());
    for item in items {
        let windows: Vec<&Used<'_>> = ours.iter().filter(|it| it.items.contains(item)).collect();
        if windows.is_empty() {
            continue;
        }
        let all = windows.iter().fold(Intervals::none(), |all, window| all.union(&window.times));
        if all.is_empty() {
            shut.push(*item);
        }
        allowed = allowed.intersection(&all);
        slots.windows.push((item, windows.iter().map(|window| window.id()).collect()));
    }
    slots.lack = match () {
        () if within.0 >= within.1 => Some(Lack::Over),
        () if !shut.is_empty() => Some(Lack::NoWindow(shut)),
        () if allowed.is_empty() => Some(Lack::NothingInCommon),
        () => None,
    };
    let used: Vec<&Used<'_>> = ours.iter().filter(|it| items.iter().any(|item| it.items.contains(item))).collect();
    blockers.extend(used.iter().filter_map(|window| notice(ground, window, within)));
    blockers.sort_by_key(|blocker| (blocker.reason, blocker.id));
    let blocked = blockers.iter().fold(Intervals::none(), |all, blocker| all.union(&blocker.times));
    let free = allowed.difference(&blocked);
    let hours = service_hours(ground, items, within);
    slots.takes_down = !hours.is_empty();
    let served = hours.iter().fold(Intervals::none(), |all, (_, times)| all.union(times));
    let fits = |(start, end): &Bounds| Intervals::one(*start, *end).total() >= length;
    for bounds in free.iter().filter(fits) {
        let quiet = Intervals::one(bounds.0, bounds.1).difference(&served);
        let quiet: Vec<Bounds> = quiet.iter().filter(fits).collect();
        let short = || too_short(&used, bounds, length);
        let hit = |(_, times): &&(&str, Intervals)| !times.within(bounds.0, bounds.1).is_empty();
        let disturbs = || hours.iter().filter(hit).map(|(id, _)| *id).collect();
        if quiet.is_empty() {
            slots.found.push(Slot { bounds, disturbs: disturbs(), short: short() });
        }
        slots.found.extend(quiet.into_iter().map(|bounds| Slot { bounds, disturbs: Vec::new(), short: short() }));
    }
    for (start, end) in allowed.iter() {
        if free.within(start, end).iter().any(|left| fits(&left)) {
            continue;
        }
        let hit = blockers.iter().filter(|blocker| !blocker.times.within(start, end).is_empty());
        slots.refused.push(Refused { bounds: (start, end), because: hit.map(|it| (it.reason, it.id)).collect() });
    }
    slots.found.sort_by_key(|slot| (!slot.disturbs.is_empty(), slot.bounds));
    slots
}

/// What of a happening is in the way of work on `items`.
fn blocker<'c>(
    ground: Ground<'c>,
    happening: &Happening<'c>,
    items: &BTreeSet<&'c str>,
    needs: &BTreeSet<&'c str>,
) -> Option<Blocker<'c>> {
    let reason = match happening.sort {
        Sort::Freeze => Reason::Freeze,
        Sort::Change if happening.open => Reason::Change,
        Sort::SupplierMaintenance => Reason::Supplier,
        Sort::Change | Sort::Maintenance | Sort::Outage => return None,
    };
    let hit = if reason == Reason::Freeze {
        happening.everything || !items.is_disjoint(&happening.about)
    } else if reason == Reason::Supplier {
        !ground.graph.interruption(items, &happening.touches).is_empty()
    } else {
        let theirs = ground.graph.needs(happening.touches.iter().copied(), State::Down, usize::MAX);
        !items.is_disjoint(&theirs) || !needs.is_disjoint(&happening.touches)
    };
    hit.then(|| Blocker { reason, id: happening.record.id.as_str(), times: happening.times.iter().copied().collect() })
}

/// A window of ours that names some of the items, with all its times in the stretch.
struct Used<'c> {
    window: MaintenanceWindow<'c>,
    items: BTreeSet<&'c str>,
    times: Intervals,
}

impl<'c> Used<'c> {
    fn id(&self) -> &'c str {
        self.window.0.record.id.as_str()
    }
}

/// The active windows of ours that name one of the items, by id. Their times are worked out here and nowhere else, since
/// a rule for times that come again is followed from its first one on.
fn windows<'c>(ground: Ground<'c>, items: &BTreeSet<&'c str>, within: Bounds) -> Vec<Used<'c>> {
    let ours = ground.sms.all::<MaintenanceWindow<'c>>().filter(|it| it.is_active() && it.supplier().is_none());
    let used = ours.filter_map(|window| {
        let named = window.applies_to();
        let named: BTreeSet<&str> =
            named.iter().filter_map(|it| items.get(ground.sms.id_now(it.id)).copied()).collect();
        (!named.is_empty()).then(|| Used { window, items: named, times: window.times(within) })
    });
    used.collect()
}

/// The times of a window for whose use it is too late: customers would be told less than its notice before.
fn notice<'c>(ground: Ground<'c>, used: &Used<'c>, within: Bounds) -> Option<Blocker<'c>> {
    let seconds = i64::try_from(notice_of(used.window.0.record)?.seconds()).unwrap_or(i64::MAX);
    let now = ground.sms.snapshot.as_of.instant();
    let first = now.saturating_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX);
    let times = used.times.within(within.0, first.min(within.1));
    (!times.is_empty()).then(|| Blocker { reason: Reason::Notice, id: used.id(), times })
}

fn notice_of(record: &Record<'_>) -> Option<Duration> {
    Duration::parse(record.text("notice")?).ok()
}

/// Windows used in `bounds` that allow no interruption as long as the work.
fn too_short<'c>(used: &[&Used<'c>], bounds: Bounds, length: Duration) -> Vec<&'c str> {
    let short = |it: &&&Used<'_>| {
        it.window.longest().is_some_and(|longest| longest < length) && !it.times.within(bounds.0, bounds.1).is_empty()
    };
    used.iter().filter(short).map(|it| it.id()).collect()
}

/// The service hours of the services in use that go down when one of the items does, or all of them.
fn service_hours<'c>(ground: Ground<'c>, items: &BTreeSet<&'c str>, within: Bounds) -> Vec<(&'c str, Intervals)> {
    let mut down: BTreeSet<&str> = items.clone();
    let affected = ground.graph.impact(items.iter().copied()).affected.into_iter();
    down.extend(affected.filter(|it| it.state == State::Down).map(|it| it.node.id.as_str()));
    let services = down.into_iter().filter_map(|id| {
        let node = ground.graph.node(id).filter(|node| node.kind == NodeKind::Service)?;
        let service: Service<'c> = ground.sms.view(node.record?)?;
        let calendar = service.service_hours().and_then(|it| ground.sms.view::<Calendar<'_>>(ground.sms.find(it.id)?));
        let hours = calendar.and_then(Calendar::hours).unwrap_or_else(Hours::always);
        service.is_in_use().then(|| (node.id.as_str(), hours.during(within.0, within.1)))
    });
    services.collect()
}

#[cfg(test)]
mod tests;
