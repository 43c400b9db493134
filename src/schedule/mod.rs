//! What happens in a stretch of time: changes, freezes, maintenance windows and announced outages, what they touch, and
//! where they get in each other's way (8.5.1.3). And when there is room for work.

mod clash;
#[cfg(test)]
mod fixture;
mod gather;
mod ics;
mod picture;
mod slots;
mod wanted;

use std::collections::BTreeSet;

pub use clash::{Clash, ClashKind};
pub use ics::ics;
pub use picture::picture;
pub use slots::{Reason, Refused, Slot, Slots, free_slots};
pub use wanted::Wanted;

use crate::base::intervals::Bounds;
use crate::graph::{Graph, NodeKind};
use crate::model::{Record, Sms};

/// What everything here is worked out from.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'c> {
    /// The records.
    pub sms: &'c Sms<'c>,
    /// What needs what.
    pub graph: &'c Graph,
}

/// What sort of thing happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// A change, at its planned time, or at the time at which it was carried out.
    Change,
    /// A time in which nothing is changed.
    Freeze,
    /// A window of ours in which services may be interrupted.
    Maintenance,
    /// A window in which a supplier may interrupt.
    SupplierMaintenance,
    /// An outage that was announced.
    Outage,
}

impl Sort {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 5] = [Self::Change, Self::Freeze, Self::Maintenance, Self::SupplierMaintenance, Self::Outage];

    /// The word in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Freeze => "freeze",
            Self::Maintenance => "maintenance",
            Self::SupplierMaintenance => "supplier_maintenance",
            Self::Outage => "planned_outage",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Freeze => "freeze",
            Self::Maintenance => "maintenance window",
            Self::SupplierMaintenance => "supplier's window",
            Self::Outage => "announced outage",
        }
    }
}

/// A record with the times at which it happens.
#[derive(Debug)]
pub struct Happening<'c> {
    /// What sort it is.
    pub sort: Sort,
    /// Its record.
    pub record: &'c Record<'c>,
    /// Its times that touch the stretch asked for, whole and in order.
    pub times: Vec<Bounds>,
    /// The services, items, agreements and suppliers that it names, by id.
    pub touches: BTreeSet<&'c str>,
    /// All that it is about: what it names, and what goes down or poor with that; for a window, what goes down with one of
    /// its items; for a freeze, what the things named need.
    pub about: BTreeSet<&'c str>,
    /// Whether it is about everything: a freeze without a scope.
    pub everything: bool,
    /// Whether it is still to come: a change that is asked for, and whatever was agreed.
    pub open: bool,
}

impl<'c> Happening<'c> {
    /// The services among what it is about, by id.
    #[must_use]
    pub fn services(&self, graph: &Graph) -> Vec<&'c str> {
        let is_service = |id: &&str| graph.node(id).is_some_and(|node| node.kind == NodeKind::Service);
        self.about.iter().copied().filter(is_service).collect()
    }

    /// Whether it is about the service or item of this id.
    #[must_use]
    pub fn is_about(&self, id: &str) -> bool {
        self.everything || self.about.contains(id)
    }
}

/// What happens in a stretch of time.
#[derive(Debug)]
pub struct Schedule<'c> {
    /// The stretch of time.
    pub bounds: Bounds,
    /// What happens: by sort, then by id.
    pub happenings: Vec<Happening<'c>>,
    /// What gets in the way of what: by the first time, then by kind and ids.
    pub clashes: Vec<Clash<'c>>,
}

impl<'c> Schedule<'c> {
    /// Gathers what happens in `bounds`.
    #[must_use]
    pub fn new(ground: Ground<'c>, bounds: Bounds) -> Self {
        let happenings = gather::gather(ground, bounds);
        let clashes = clash::clashes(ground, &happenings, bounds);
        Self { bounds, happenings, clashes }
    }

    /// Only what touches what is wanted, with the clashes in which it has a part.
    #[must_use]
    pub fn only(mut self, ground: Ground<'c>, wanted: &Wanted<'_>) -> Self {
        self.happenings.retain(|happening| wanted.takes(ground, happening));
        let kept: BTreeSet<&str> = self.happenings.iter().map(|happening| happening.record.id.as_str()).collect();
        let part = |record: &Record<'_>| kept.contains(record.id.as_str());
        self.clashes.retain(|clash| part(clash.one) || clash.other.is_some_and(part));
        self
    }

    /// Every single time with its happening, in the order of time, then by sort and id.
    #[must_use]
    pub fn by_time(&self) -> Vec<(Bounds, &Happening<'c>)> {
        let mut all: Vec<_> =
            self.happenings.iter().flat_map(|it| it.times.iter().map(move |time| (*time, it))).collect();
        all.sort_by_key(|((start, end), it)| (*start, *end, it.sort, it.record.id.as_str()));
        all
    }
}
