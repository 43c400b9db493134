//! From records to what happens.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ground, Happening, Sort};
use crate::base::date::When;
use crate::base::intervals::Bounds;
use crate::graph::State;
use crate::model::change::{Change, ChangeStatus};
use crate::model::freeze::Freeze;
use crate::model::maintenance_window::MaintenanceWindow;
use crate::model::{At, Record};

/// Everything that happens in `within`, by sort and id.
pub(super) fn gather<'c>(ground: Ground<'c>, within: Bounds) -> Vec<Happening<'c>> {
    let mut alone = BTreeMap::new();
    let sms = ground.sms;
    let changes = sms.all::<Change<'_>>().filter_map(|it| change(ground, it, within));
    let freezes = sms.all::<Freeze<'_>>().filter_map(|it| freeze(ground, it, within));
    let mut all: Vec<Happening<'c>> = changes.chain(freezes).collect();
    all.extend(sms.all::<MaintenanceWindow<'_>>().filter_map(|it| window(ground, it, within, &mut alone)));
    all.extend(sms.of_kind("outage").filter_map(|(_, record)| outage(ground, record, within)));
    all.sort_by_key(|happening| (happening.sort, happening.record.id.as_str()));
    all
}

fn overlaps((start, end): Bounds, within: Bounds) -> bool {
    end > within.0 && start < within.1
}

/// The ids of those that are in the graph, as they are now.
fn nodes<'c, 'i>(ground: Ground<'c>, ids: impl Iterator<Item = &'i str>) -> BTreeSet<&'c str> {
    ids.filter_map(|id| ground.graph.node(ground.sms.id_now(id))).map(|node| node.id.as_str()).collect()
}

/// The ids with what is at least as badly off as `least` when all of them are down.
fn hit<'c>(ground: Ground<'c>, ids: &BTreeSet<&'c str>, least: State) -> BTreeSet<&'c str> {
    let affected = ground.graph.impact(ids.iter().copied()).affected.into_iter();
    let felt = affected.filter(|it| it.state >= least).map(|it| it.node.id.as_str());
    felt.chain(ids.iter().copied()).collect()
}

/// The time of a change: when it was carried out, as far as that is known, else when it is planned. Drafts, and what was
/// called off or rejected, have none.
fn time_of(change: Change<'_>) -> Option<Bounds> {
    let closed = || {
        let actual = change.actual().and_then(|it| Some((it.start()?.instant()?, it.end()?.instant()?)));
        actual.filter(|(start, end)| start < end).or_else(|| change.planned()?.bounds())
    };
    match change.status()? {
        ChangeStatus::Closed => closed(),
        _ => change.time().map(|(_, start, end)| (start, end)),
    }
}

fn change<'c>(ground: Ground<'c>, change: Change<'c>, within: Bounds) -> Option<Happening<'c>> {
    let time = time_of(change).filter(|time| overlaps(*time, within))?;
    let affected = change.affected(ground.sms);
    let touches = nodes(ground, affected.iter().map(|(_, record)| record.id.as_str()));
    let about = hit(ground, &touches, State::Degraded);
    let open = change.status() == Some(ChangeStatus::Requested);
    let record = change.0.record;
    Some(Happening {
        sort: Sort::Change,
        record,
        times: vec![time],
        touches,
        about,
        everything: false,
        endless: false,
        open,
    })
}

fn freeze<'c>(ground: Ground<'c>, freeze: Freeze<'c>, within: Bounds) -> Option<Happening<'c>> {
    let time = freeze.bounds().filter(|time| overlaps(*time, within))?;
    let named = freeze.named(ground.sms);
    let everything = named.is_none();
    let touches = nodes(ground, named.unwrap_or_default().into_iter());
    let about = ground.graph.needs(touches.iter().copied(), State::Degraded, usize::MAX);
    let record = freeze.0.record;
    Some(Happening {
        sort: Sort::Freeze,
        record,
        times: vec![time],
        touches,
        about,
        everything,
        endless: false,
        open: true,
    })
}

/// A window is used for one item at a time, so each is looked at alone: what redundancy hides is not hit, and a window that
/// only allows work is no reason to name everything that would be a little worse.
fn window<'c>(
    ground: Ground<'c>,
    window: MaintenanceWindow<'c>,
    within: Bounds,
    alone: &mut BTreeMap<&'c str, BTreeSet<&'c str>>,
) -> Option<Happening<'c>> {
    let times = if window.is_active() { window.occurrences(within) } else { Vec::new() };
    if times.is_empty() {
        return None;
    }
    let touches = nodes(ground, window.applies_to().iter().map(|item| item.id));
    let mut about = BTreeSet::new();
    for id in &touches {
        about.extend(
            alone.entry(id).or_insert_with(|| hit(ground, &BTreeSet::from([*id]), State::Down)).iter().copied(),
        );
    }
    let sort = if window.supplier().is_some() { Sort::SupplierMaintenance } else { Sort::Maintenance };
    Some(Happening {
        sort,
        record: window.0.record,
        times,
        touches,
        about,
        everything: false,
        endless: false,
        open: true,
    })
}

/// An outage that was announced; one without an end goes on through the stretch.
fn outage<'c>(ground: Ground<'c>, record: &'c Record<'c>, within: Bounds) -> Option<Happening<'c>> {
    let at = At { record, node: &record.root };
    let text = |name: &str| at.node.get(name).and_then(|node| node.as_str());
    let instant = |name: &str| When::parse(text(name)?).ok()?.instant();
    let planned = at.node.get("planned").and_then(|node| node.as_bool()) == Some(true);
    if !planned || record.status() == Some("void") {
        return None;
    }
    let endless = at.node.get("end").is_none_or(|end| end.is_null());
    let time = (instant("start")?, if endless { within.1 } else { instant("end")? });
    let touches = nodes(ground, text("service").into_iter());
    let about = hit(ground, &touches, State::Degraded);
    (time.0 < time.1 && overlaps(time, within)).then(|| Happening {
        sort: Sort::Outage,
        record,
        times: vec![time],
        touches,
        about,
        everything: false,
        endless,
        open: false,
    })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::super::fixture::{ITEMS, schedule};
    use super::*;

    fn told(text: &str) -> Vec<String> {
        schedule(&format!("{ITEMS}{text}"), |_, schedule| {
            let one = |it: &Happening<'_>| {
                let list = |ids: &BTreeSet<&str>| ids.iter().copied().collect::<Vec<_>>().join(" ");
                let scope = if it.everything { "all".to_owned() } else { list(&it.about) };
                format!("{} {} x{}: {} -> {scope}", it.sort.word(), it.record.id, it.times.len(), list(&it.touches))
            };
            schedule.happenings.iter().map(one).collect()
        })
    }

    #[test]
    fn a_change_is_about_what_fails_with_its_items_together_and_a_window_about_what_fails_with_one() {
        let text = "
            == change chg-a requested
            affects: [ci-x, ci-y, pol-x]
            planned: {start: 2026-12-01T20:00:00Z, end: 2026-12-01T21:00:00Z}
            == maintenance_window mw-a active
            zone: Europe/Oslo
            recurs: [{days: [wed], from: '04:00', to: '06:00'}]
            applies_to: [ci-x, ci-y]
            == maintenance_window mw-b active
            zone: Europe/Oslo
            supplier: sup-a
            dated: [{start: 2026-12-01T20:00:00Z, end: 2026-12-01T21:00:00Z}]
            applies_to: [ci-db]";
        assert_eq!(
            told(text),
            [
                "change chg-a x1: ci-x ci-y -> ci-x ci-y svc-b",
                "maintenance mw-a x4: ci-x ci-y -> ci-x ci-y",
                "supplier_maintenance mw-b x1: ci-db -> ci-app ci-db svc-a",
            ]
        );
    }

    #[test]
    fn a_freeze_is_about_what_its_scope_needs_or_about_everything() {
        let text = "
            == freeze frz-a agreed
            window: {start: 2026-11-01T00:00:00Z, end: 2026-12-01T00:00:01Z}
            scope: {services: [svc-a]}
            == freeze frz-b agreed
            window: {start: 2026-12-10T00:00:00Z, end: 2026-12-12T00:00:00Z}
            == freeze frz-c draft
            window: {start: 2026-12-10T00:00:00Z, end: 2026-12-12T00:00:00Z}
            == freeze frz-d agreed
            window: {start: 2026-11-01T00:00:00Z, end: 2026-12-01T00:00:00Z}";
        assert_eq!(told(text), ["freeze frz-a x1: svc-a -> ci-app ci-db svc-a", "freeze frz-b x1:  -> all"]);
    }

    #[test]
    fn done_changes_stand_where_they_were_done_and_what_is_off_nowhere() {
        let mut text = String::new();
        for status in ["draft", "requested", "implemented", "failed", "closed", "cancelled", "rejected"] {
            let (planned, actual) =
                ("2026-12-01T20:00:00Z, end: 2026-12-01T21:00:00Z", "2026-12-02T20:00:00Z, end: 2026-12-02T21:00:00Z");
            write!(text, "\n            == change chg-{status} {status}\n            planned: {{start: {planned}}}\n            actual: {{start: {actual}}}").unwrap();
        }
        let days = schedule(&format!("{ITEMS}{text}"), |_, schedule| {
            let day = |it: &Happening<'_>| format!("{} {} {}", it.record.id, it.times[0].0.strftime("%d"), it.open);
            schedule.happenings.iter().map(day).collect::<Vec<_>>()
        });
        assert_eq!(
            days,
            ["chg-closed 02 false", "chg-failed 02 false", "chg-implemented 02 false", "chg-requested 01 true"]
        );
    }

    #[test]
    fn an_outage_without_an_end_has_none_made_up() {
        let text = "
            == outage out-a recorded
            planned: true
            service: svc-a
            start: 2026-12-01T20:00:00Z
            == outage out-b recorded
            planned: true
            service: svc-a
            start: 2026-12-01T20:00:00Z
            end: 2026-12-01T21:00:00Z
            == outage out-c recorded
            planned: true
            service: svc-a
            start: 2026-12-01T20:00:00Z
            end: soon";
        let ends = schedule(&format!("{ITEMS}{text}"), |_, schedule| {
            schedule.happenings.iter().map(|it| (it.record.id.to_string(), it.endless)).collect::<Vec<_>>()
        });
        assert_eq!(ends, [("out-a".to_owned(), true), ("out-b".to_owned(), false)], "what cannot be read has no time");
    }

    #[test]
    fn only_outages_that_were_announced_stand_in_the_calendar() {
        let text = "
            == outage out-a recorded
            planned: true
            service: svc-a
            start: 2026-12-01T20:00:00Z
            end: 2026-12-01T21:00:00Z
            == outage out-b recorded
            planned: false
            service: svc-a
            start: 2026-12-01T20:00:00Z
            end: 2026-12-01T21:00:00Z
            == outage out-c void
            planned: true
            service: svc-a
            start: 2026-12-01T20:00:00Z";
        assert_eq!(told(text), ["planned_outage out-a x1: svc-a -> svc-a"]);
    }
}
