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
pub use slots::{Lack, Reason, Refused, Slot, Slots, free_slots};
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
    /// Whether its end is not known: an outage that goes on; its time then reaches as far as the stretch asked for.
    pub endless: bool,
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
    /// Services that were asked for; none when all were.
    pub asked: BTreeSet<&'c str>,
}

impl<'c> Schedule<'c> {
    /// Gathers what happens in `bounds`.
    #[must_use]
    pub fn new(ground: Ground<'c>, bounds: Bounds) -> Self {
        let happenings = gather::gather(ground, bounds);
        let clashes = clash::clashes(ground, &happenings, bounds);
        Self { bounds, happenings, clashes, asked: BTreeSet::new() }
    }

    /// Only what touches what is wanted, with the clashes in which it has a part.
    #[must_use]
    pub fn only(mut self, ground: Ground<'c>, wanted: &Wanted<'c>) -> Self {
        self.asked = wanted.services(ground.graph);
        self.happenings.retain(|happening| wanted.takes(ground, happening));
        let kept: BTreeSet<&str> = self.happenings.iter().map(|happening| happening.record.id.as_str()).collect();
        let part = |record: &Record<'_>| kept.contains(record.id.as_str());
        // That a freeze concerns what is wanted makes everything else that it holds up nobody's matter here.
        let frozen = |clash: &Clash<'_>| matches!(clash.kind, ClashKind::Frozen | ClashKind::FreezeOverWindow);
        self.clashes.retain(|clash| part(clash.one) || (!frozen(clash) && clash.other.is_some_and(part)));
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

#[cfg(test)]
mod tests {
    use super::fixture::{ITEMS, december, ground, schedule};
    use super::*;

    const TEXT: &str = "
            == change chg-a requested
            affects: [ci-app]
            planned: {start: 2026-12-02T20:00:00Z, end: 2026-12-02T22:00:00Z}
            == change chg-b requested
            affects: [ci-db]
            planned: {start: 2026-12-02T21:00:00Z, end: 2026-12-02T22:00:00Z}
            == change chg-x requested
            affects: [ci-x]
            planned: {start: 2026-12-02T21:00:00Z, end: 2026-12-02T21:30:00Z}
            == maintenance_window mw-a active
            zone: Europe/Oslo
            applies_to: [ci-db]
            recurs: [{days: [wed], from: '21:00', to: '24:00'}]";

    #[test]
    fn single_times_follow_one_another_with_the_shorter_first() {
        let order = schedule(&format!("{ITEMS}{TEXT}"), |_, schedule| {
            let told = |(time, it): (Bounds, &Happening<'_>)| format!("{} {}", time.0.strftime("%d %H"), it.record.id);
            schedule.by_time().into_iter().map(told).collect::<Vec<_>>()
        });
        assert_eq!(
            order,
            ["02 20 chg-a", "02 20 mw-a", "02 21 chg-x", "02 21 chg-b", "09 20 mw-a", "16 20 mw-a", "23 20 mw-a"]
        );
    }

    #[test]
    fn a_clash_stays_while_one_of_the_two_is_wanted() {
        let clashes = |ids: &[&str]| {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            schedule(&format!("{ITEMS}{TEXT}"), |ground, schedule| {
                let wanted = Wanted::new(ground, &ids).unwrap();
                let kept = schedule.only(ground, &wanted);
                (kept.happenings.len(), kept.clashes.iter().map(Clash::sentence).collect::<Vec<_>>())
            })
        };
        assert_eq!(clashes(&["svc-a"]), (3, vec!["'chg-a' and 'chg-b' overlap on 'ci-db'".to_owned()]));
        assert_eq!(clashes(&["ci-x"]), (1, Vec::new()));
    }

    #[test]
    fn a_freeze_of_everything_brings_no_clashes_of_others() {
        let freeze = "
            == freeze frz-a agreed
            window: {start: 2026-12-02T00:00:00Z, end: 2026-12-03T00:00:00Z}";
        let text = format!("{ITEMS}{TEXT}{freeze}");
        let told = schedule(&text, |ground, schedule| {
            let wanted = Wanted::new(ground, &["ci-x".to_owned()]).unwrap();
            schedule.only(ground, &wanted).clashes.iter().map(Clash::sentence).collect::<Vec<_>>()
        });
        assert_eq!(told, ["'chg-x' lies in the freeze 'frz-a', which does not let it pass"]);
    }

    #[test]
    fn what_only_touches_the_stretch_is_outside() {
        let (start, end) = december();
        let count =
            |bounds: Bounds| ground(&format!("{ITEMS}{TEXT}"), |ground| Schedule::new(ground, bounds).happenings.len());
        let at = |text: &str| text.parse().unwrap();
        assert_eq!(count((start, at("2026-12-02T20:00:00Z"))), 0);
        assert_eq!(count((start, at("2026-12-02T20:00:01Z"))), 2);
        assert_eq!(count((at("2026-12-23T23:00:00Z"), end)), 0);
        assert_eq!(count((start, start)), 0, "an empty stretch holds nothing");
    }

    #[test]
    fn words_for_people_and_programs_do_not_repeat() {
        let words: BTreeSet<&str> = Sort::ALL.iter().flat_map(|sort| [sort.word(), sort.label()]).collect();
        assert_eq!(words.len(), 8, "change and freeze are the same for both");
    }
}
