//! What gets in the way of what.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::{Ground, Happening, Sort};
use crate::base::intervals::{Bounds, Intervals};
use crate::base::text::and;
use crate::graph::State;
use crate::model::Record;
use crate::model::change::Change;
use crate::model::change_policy::ChangePolicy;
use crate::model::freeze::Freeze;
use crate::model::maintenance_window::MaintenanceWindow;

/// How two things clash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClashKind {
    /// Two changes on the same item, or on what the other one cannot do without.
    Changes,
    /// A change in a freeze that does not let it pass.
    Frozen,
    /// A change on an item that has agreed windows, at another time.
    OutsideWindow,
    /// A supplier at work where a change is carried out.
    Supplier,
    /// A maintenance window, ours or a supplier's, in a freeze.
    FreezeOverWindow,
}

impl ClashKind {
    /// The word in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Changes => "changes_collide",
            Self::Frozen => "change_in_freeze",
            Self::OutsideWindow => "change_outside_window",
            Self::Supplier => "supplier_on_change",
            Self::FreezeOverWindow => "window_in_freeze",
        }
    }
}

/// Two things that get in each other's way; one, when what is missing is a window.
#[derive(Debug)]
pub struct Clash<'c> {
    /// How.
    pub kind: ClashKind,
    /// The change or window that had better move.
    pub one: &'c Record<'c>,
    /// What it gets in the way of.
    pub other: Option<&'c Record<'c>>,
    /// The items on which they meet, by id; none when it is everything.
    pub on: BTreeSet<&'c str>,
    /// When.
    pub times: Intervals,
    /// Whether both sides know: named in `conflicts`, or carried by one release.
    pub settled: bool,
}

impl Clash<'_> {
    /// One sentence without its end.
    #[must_use]
    pub fn sentence(&self) -> String {
        let ids: Vec<String> = self.on.iter().take(3).map(|id| format!("'{id}'")).collect();
        let more = self.on.len().saturating_sub(3);
        let mut on = and(&ids);
        if more > 0 {
            on = format!("{} and {more} more", ids.join(", "));
        }
        let one = &self.one.id;
        let other = self.other.map_or("", |record| record.id.as_str());
        match self.kind {
            ClashKind::Changes if self.settled => format!("'{one}' and '{other}' overlap on {on}, which both know"),
            ClashKind::Changes => format!("'{one}' and '{other}' overlap on {on}"),
            ClashKind::Frozen => format!("'{one}' lies in the freeze '{other}', which does not let it pass"),
            ClashKind::OutsideWindow => format!("'{one}' lies outside the agreed windows of {on}"),
            ClashKind::Supplier => {
                format!("'{other}' is carried out while the supplier may be at work in '{one}' on {on}")
            }
            ClashKind::FreezeOverWindow => format!("the window '{one}' falls into the freeze '{other}'"),
        }
    }
}

/// A change with what it touches and what that cannot do without.
struct Work<'h, 'c> {
    change: Change<'c>,
    happening: &'h Happening<'c>,
    bounds: Bounds,
    needs: BTreeSet<&'c str>,
}

/// The time that two stretches have in common.
fn common(one: Bounds, other: Bounds) -> Option<Intervals> {
    let both = Intervals::one(one.0.max(other.0), one.1.min(other.1));
    (!both.is_empty()).then_some(both)
}

/// All clashes of what is still to come: by the first time, then by kind and ids.
pub(super) fn clashes<'c>(ground: Ground<'c>, happenings: &[Happening<'c>], within: Bounds) -> Vec<Clash<'c>> {
    let hops = ChangePolicy::in_force(ground.sms).find_map(ChangePolicy::conflict_hops).unwrap_or(1).clamp(0, 10);
    let hops = usize::try_from(hops).unwrap_or(1);
    let open = happenings.iter().filter(|it| it.sort == Sort::Change && it.open);
    let work = |happening: &'_ Happening<'c>| {
        let change = ground.sms.view(ground.sms.find(happening.record.id.as_str())?)?;
        let needs = ground.graph.needs(happening.touches.iter().copied(), State::Down, hops);
        Some((change, needs))
    };
    let works: Vec<Work<'_, 'c>> = open
        .filter_map(|happening| {
            let (change, needs) = work(happening)?;
            Some(Work { change, happening, bounds: *happening.times.first()?, needs })
        })
        .collect();
    let freezes: Vec<(Freeze<'c>, &Happening<'c>)> = happenings
        .iter()
        .filter(|it| it.sort == Sort::Freeze)
        .filter_map(|it| Some((ground.sms.view(ground.sms.find(it.record.id.as_str())?)?, it)))
        .collect();
    let windows = || happenings.iter().filter(|it| matches!(it.sort, Sort::Maintenance | Sort::SupplierMaintenance));
    let mut found = between_changes(ground, &works);
    found.extend(works.iter().flat_map(|work| freezes.iter().filter_map(|freeze| frozen(ground, work, freeze))));
    found.extend(outside_windows(ground, &works));
    for window in windows().filter(|it| it.sort == Sort::SupplierMaintenance) {
        found.extend(works.iter().filter_map(|work| on_top(ground, work, window)));
    }
    for window in windows() {
        found.extend(freezes.iter().filter_map(|(_, freeze)| frozen_window(window, freeze, within)));
    }
    found.sort_by_key(|clash| {
        (clash.times.bounds(), clash.kind, clash.one.id.as_str(), clash.other.map(|other| other.id.as_str()))
    });
    found
}

/// The items on which two meet: named by both, or named by one and needed by the other.
fn meeting<'c>(
    (named, needs): (&BTreeSet<&'c str>, &BTreeSet<&'c str>),
    (others, theirs): (&BTreeSet<&'c str>, &BTreeSet<&'c str>),
) -> BTreeSet<&'c str> {
    named.intersection(theirs).chain(needs.intersection(others)).copied().collect()
}

fn between_changes<'c>(ground: Ground<'c>, works: &[Work<'_, 'c>]) -> Vec<Clash<'c>> {
    let mut order: Vec<&Work<'_, 'c>> = works.iter().collect();
    order.sort_by_key(|work| (work.bounds.0, work.happening.record.id.as_str()));
    let mut found = Vec::new();
    for (at, one) in order.iter().enumerate() {
        for other in order[at + 1..].iter().take_while(|other| other.bounds.0 < one.bounds.1) {
            let (ours, theirs) = (&one.happening.touches, &other.happening.touches);
            let on = meeting((ours, &one.needs), (theirs, &other.needs));
            let Some(times) = common(one.bounds, other.bounds).filter(|_| !on.is_empty()) else { continue };
            let settled = one.change.is_settled_with(ground.sms, other.change);
            let (one, other) = (one.happening.record, Some(other.happening.record));
            found.push(Clash { kind: ClashKind::Changes, one, other, on, times, settled });
        }
    }
    found
}

fn frozen<'c>(
    ground: Ground<'c>,
    work: &Work<'_, 'c>,
    (freeze, held): &(Freeze<'c>, &Happening<'c>),
) -> Option<Clash<'c>> {
    let times = common(work.bounds, *held.times.first()?)?;
    let on: BTreeSet<&str> = work.happening.touches.intersection(&held.about).copied().collect();
    let reached = held.everything || !on.is_empty();
    (reached && !freeze.lets_pass(ground.sms, work.change)).then_some(Clash {
        kind: ClashKind::Frozen,
        one: work.happening.record,
        other: Some(held.record),
        on,
        times,
        settled: false,
    })
}

/// Changes on items that have active windows of ours, at times that are in none of them. The times of the windows are
/// worked out once, from the first change to the last: these may lie outside the stretch of the schedule.
fn outside_windows<'c>(ground: Ground<'c>, works: &[Work<'_, 'c>]) -> Vec<Clash<'c>> {
    let first = works.iter().map(|work| work.bounds.0).min();
    let Some(all) = first.zip(works.iter().map(|work| work.bounds.1).max()) else { return Vec::new() };
    let mut windows: BTreeMap<&str, Vec<Rc<Intervals>>> = BTreeMap::new();
    for window in ground.sms.all::<MaintenanceWindow<'c>>().filter(|it| it.is_active() && it.supplier().is_none()) {
        let items = window.applies_to();
        let items: BTreeSet<&str> = items.iter().map(|item| ground.sms.id_now(item.id)).collect();
        if !works.iter().any(|work| !work.happening.touches.is_disjoint(&items)) {
            continue;
        }
        let times = Rc::new(window.times(all));
        for item in items {
            windows.entry(item).or_default().push(Rc::clone(&times));
        }
    }
    let mut found = Vec::new();
    for work in works {
        let (start, end) = work.bounds;
        let mut on = BTreeSet::new();
        let mut times = Intervals::none();
        for item in &work.happening.touches {
            let Some(agreed) = windows.get(item) else { continue };
            let inside = agreed.iter().fold(Intervals::none(), |all, window| all.union(&window.within(start, end)));
            if !inside.covers(start, end) {
                on.insert(*item);
                times = times.union(&inside.complement(start, end));
            }
        }
        if !on.is_empty() {
            let one = work.happening.record;
            found.push(Clash { kind: ClashKind::OutsideWindow, one, other: None, on, times, settled: false });
        }
    }
    found
}

fn on_top<'c>(ground: Ground<'c>, work: &Work<'_, 'c>, window: &Happening<'c>) -> Option<Clash<'c>> {
    let times: Intervals = window.times.iter().copied().collect();
    let times = times.within(work.bounds.0, work.bounds.1);
    if times.is_empty() {
        return None;
    }
    let on = ground.graph.interruption(&work.happening.touches, &window.touches);
    (!on.is_empty()).then_some(Clash {
        kind: ClashKind::Supplier,
        one: window.record,
        other: Some(work.happening.record),
        on,
        times,
        settled: false,
    })
}

fn frozen_window<'c>(window: &Happening<'c>, freeze: &Happening<'c>, within: Bounds) -> Option<Clash<'c>> {
    let (from, to) = *freeze.times.first()?;
    let times: Intervals = window.times.iter().copied().collect();
    let times = times.within(from.max(within.0), to.min(within.1));
    let on: BTreeSet<&str> = window.touches.intersection(&freeze.about).copied().collect();
    (!times.is_empty() && (freeze.everything || !on.is_empty())).then_some(Clash {
        kind: ClashKind::FreezeOverWindow,
        one: window.record,
        other: Some(freeze.record),
        on,
        times,
        settled: false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{ITEMS, schedule};

    fn told(text: &str) -> Vec<String> {
        schedule(&format!("{ITEMS}{text}"), |_, schedule| {
            let one = |clash: &super::Clash<'_>| {
                let from = clash.times.bounds().unwrap().0.strftime("%d %H:%M").to_string();
                format!("{from} x{} {}: {}", clash.times.len(), clash.kind.word(), clash.sentence())
            };
            schedule.clashes.iter().map(one).collect()
        })
    }

    fn change(id: &str, affects: &str, start: &str, end: &str, rest: &str) -> String {
        format!(
            "\n            == change {id} requested\n            affects: [{affects}]\n            planned: {{start: 2026-12-{start}:00Z, end: 2026-12-{end}:00Z}}{rest}"
        )
    }

    #[test]
    fn changes_collide_on_the_same_item_or_on_what_one_of_them_needs() {
        let a = change("chg-a", "ci-app", "02T20:00", "02T22:00", "");
        let on = |affects: &str, start: &str, rest: &str| {
            told(&format!("{a}{}", change("chg-b", affects, start, "02T23:00", rest)))
        };
        assert_eq!(
            on("ci-app", "02T21:00", ""),
            ["02 21:00 x1 changes_collide: 'chg-a' and 'chg-b' overlap on 'ci-app'"]
        );
        assert_eq!(
            on("ci-db", "02T21:00", ""),
            ["02 21:00 x1 changes_collide: 'chg-a' and 'chg-b' overlap on 'ci-db'"]
        );
        assert!(on("ci-x", "02T21:00", "").is_empty() && on("ci-app", "02T22:00", "").is_empty());
        let known = on("ci-app", "02T21:00", "\n            assessment: {conflicts: [chg-a]}");
        assert_eq!(known, ["02 21:00 x1 changes_collide: 'chg-a' and 'chg-b' overlap on 'ci-app', which both know"]);
    }

    #[test]
    fn a_freeze_holds_up_changes_that_it_reaches_unless_it_lets_them_pass() {
        let freeze = "
            == freeze frz-a agreed
            window: {start: 2026-12-10T00:00:00Z, end: 2026-12-20T00:00:00Z}
            scope: {services: [svc-a]}
            allows: [emergency]";
        let on = |affects: &str, rest: &str| {
            told(&format!("{freeze}{}", change("chg-a", affects, "09T23:00", "10T01:00", rest)))
        };
        let sentence = "10 00:00 x1 change_in_freeze: 'chg-a' lies in the freeze 'frz-a', which does not let it pass";
        assert_eq!(on("ci-db", ""), [sentence]);
        assert!(on("ci-x", "").is_empty());
        assert!(on("ci-db", "\n            category: emergency").is_empty());
    }

    #[test]
    fn a_change_on_an_item_with_windows_lies_in_one_of_them() {
        let window = "
            == maintenance_window mw-a active
            zone: Europe/Oslo
            applies_to: [ci-db, svc-b]
            recurs: [{days: [wed], from: '21:00', to: '24:00'}, {days: [thu], from: '00:00', to: '02:00'}]";
        let on = |affects: &str, start: &str, end: &str| {
            told(&format!("{window}{}", change("chg-a", affects, start, end, "")))
        };
        assert!(on("ci-db", "02T20:00", "03T01:00").is_empty(), "two rows over midnight are one window");
        let late = on("ci-db, svc-b", "02T19:00", "03T01:00");
        assert_eq!(
            late,
            ["02 19:00 x1 change_outside_window: 'chg-a' lies outside the agreed windows of 'ci-db' and 'svc-b'"]
        );
        assert!(on("ci-x", "04T19:00", "04T20:00").is_empty(), "it has no window of its own");
    }

    #[test]
    fn suppliers_at_work_and_windows_in_a_freeze_are_told_once_with_all_times() {
        let text = "
            == maintenance_window mw-a active
            zone: Europe/Oslo
            supplier: sup-a
            applies_to: [ci-db]
            recurs: [{days: [wed], from: '21:00', to: '23:00'}]
            == freeze frz-a agreed
            window: {start: 2026-12-07T00:00:00Z, end: 2026-12-20T00:00:00Z}";
        assert_eq!(
            told(&format!("{text}{}", change("chg-a", "ci-app", "02T21:30", "02T23:00", ""))),
            [
                "02 21:30 x1 supplier_on_change: 'chg-a' is carried out while the supplier may be at work in 'mw-a' on 'ci-db'",
                "09 20:00 x2 window_in_freeze: the window 'mw-a' falls into the freeze 'frz-a'",
            ]
        );
    }

    #[test]
    fn a_supplier_is_in_the_way_over_any_number_of_steps_whatever_the_policy_says_of_changes() {
        let text = "
            == change_policy cpol-a in_force
            conflict_hops: 0
            == maintenance_window mw-a active
            zone: Europe/Oslo
            supplier: sup-a
            applies_to: [ci-db]
            recurs: [{days: [wed], from: '21:00', to: '23:00'}]";
        let told = told(&format!("{text}{}", change("chg-a", "svc-a", "02T21:30", "02T23:00", "")));
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("supplier_on_change") && told[0].ends_with("in 'mw-a' on 'ci-db'"), "{told:?}");
    }

    #[test]
    fn many_items_are_counted() {
        let change = |id: &str| change(id, "ci-app, ci-db, ci-x, ci-y, svc-a", "02T20:00", "02T22:00", "");
        let told = told(&format!("{}{}", change("chg-a"), change("chg-b")));
        assert_eq!(
            told,
            ["02 20:00 x1 changes_collide: 'chg-a' and 'chg-b' overlap on 'ci-app', 'ci-db', 'ci-x' and 2 more"]
        );
    }
}
