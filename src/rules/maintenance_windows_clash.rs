use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan as _};

use super::rule::{Check, Report, Rule};
use crate::base::intervals::Bounds;
use crate::base::span::Span;
use crate::graph::State;
use crate::model::Record;
use crate::model::change::{Change, ChangeStatus};
use crate::model::freeze::Freeze;
use crate::model::maintenance_window::MaintenanceWindow;

rule! {
    /// A supplier's maintenance window in a freeze or on top of a change of ours.
    ///
    /// In these hours the supplier may interrupt or weaken what our services rest on. In a freeze nothing is to be
    /// touched, whoever touches it; and when a change of ours goes wrong in the same night, nobody knows which of the two
    /// it was, and the way back may be gone. Looked at are the times of active windows with a `supplier` in the 90 days
    /// from the instant on. They clash with a freeze that was agreed and reaches one of the items in `applies_to`, and
    /// with a change that is asked for and affects one of these items, something that one of them needs, or something that
    /// cannot do without one of them. What only touches in time does not clash.
    ///
    /// ```yaml,bad
    /// # sms/maintenance_window/mw-carrier.yaml
    /// kind: maintenance_window
    /// id: mw-carrier
    /// status: active
    /// supplier: sup-carrier
    /// zone: Europe/Oslo
    /// recurs: [{days: [thu], from: "02:00", to: "04:00"}]
    /// applies_to: [ci-line]
    /// # sms/freeze/frz-payday.yaml
    /// {kind: freeze, id: frz-payday, status: agreed,
    ///  window: {start: 2026-11-25T00:00:00+01:00, end: 2026-11-28T00:00:00+01:00}}
    /// # sms/ci/ci-line.yaml
    /// {kind: ci, id: ci-line, status: live}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/maintenance_window/mw-carrier.yaml
    /// kind: maintenance_window
    /// id: mw-carrier
    /// status: active
    /// supplier: sup-carrier
    /// zone: Europe/Oslo
    /// rules: [{starts: 2026-11-05T02:00, lasts: 2h, rrule: FREQ=WEEKLY;UNTIL=20261210, except: [2026-11-26]}]
    /// applies_to: [ci-line]
    /// # sms/freeze/frz-payday.yaml
    /// {kind: freeze, id: frz-payday, status: agreed,
    ///  window: {start: 2026-11-25T00:00:00+01:00, end: 2026-11-28T00:00:00+01:00}}
    /// # sms/ci/ci-line.yaml
    /// {kind: ci, id: ci-line, status: live}
    /// ```
    ///
    /// Ask the supplier for another time, or move what is ours.
    MaintenanceWindowsClash = "maintenance-windows-clash", Warning, clauses: ["8.3.4.1"],
        kinds: ["maintenance_window", "freeze", "change"], clock;
}

fn message(window: &Record<'_>, what: &str, other: &Record<'_>, first: Timestamp) -> String {
    let at = first.strftime("%A %Y-%m-%d %H:%M UTC");
    format!("the supplier's window '{}' falls into the {what} '{}', first on {at}", window.id, other.id)
}

const HELP: &str = "ask the supplier for another time, or move what is ours";

/// Something of ours that wants calm: its time, and what it is about; everything when that is left out.
struct Ours<'c> {
    what: &'static str,
    record: &'c Record<'c>,
    span: Span,
    bounds: Bounds,
    about: Option<BTreeSet<&'c str>>,
}

/// Freezes and changes that lie at least partly in `within`.
fn ours<'c>(cx: &Check<'c>, within: Bounds) -> Vec<Ours<'c>> {
    let touches = |(start, end): &Bounds| *end > within.0 && *start < within.1;
    let freezes = cx.sms.all::<Freeze<'_>>().filter_map(|freeze| {
        let bounds = freeze.bounds().filter(touches)?;
        let about = freeze.named(cx.sms).map(|named| cx.graph.needs(named, State::Degraded, usize::MAX));
        Some(Ours { what: "freeze", record: freeze.0.record, span: freeze.0.field_span("window"), bounds, about })
    });
    let changes = cx.sms.all::<Change<'_>>().filter_map(|change| {
        let asked = change.status() == Some(ChangeStatus::Requested);
        let bounds = change.planned().filter(|_| asked)?.bounds().filter(touches)?;
        let about = change.affected(cx.sms).into_iter().filter_map(|(_, record)| cx.graph.node(record.id.as_str()));
        let about = Some(about.map(|node| node.id.as_str()).collect());
        Some(Ours { what: "change", record: change.0.record, span: change.0.field_span("planned"), bounds, about })
    });
    freezes.chain(changes).collect()
}

impl Rule for MaintenanceWindowsClash {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let start = cx.sms.now();
        let Ok(end) = start.checked_add((90 * 24).hours()) else { return };
        let ours = ours(cx, (start, end));
        let theirs = cx.sms.all::<MaintenanceWindow<'_>>().filter(|it| it.is_active() && it.supplier().is_some());
        for window in theirs {
            let items: BTreeSet<&str> = window.applies_to().iter().map(|item| cx.sms.id_now(item.id)).collect();
            let times = window.times((start, end));
            for one in &ours {
                let Some((first, _)) = times.within(one.bounds.0, one.bounds.1).bounds() else { continue };
                let hit = match &one.about {
                    None => true,
                    Some(about) if one.what == "freeze" => items.iter().any(|item| about.contains(item)),
                    Some(about) => !cx.graph.interruption(about, &items).is_empty(),
                };
                if hit {
                    let words = message(window.0.record, one.what, one.record, first);
                    out.field(window.0.record, "applies_to", words)
                        .help(HELP)
                        .related(one.span, format!("the {}", one.what));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const ITEMS: &str = "
            # sms/ci/ci-app.yaml
            {kind: ci, id: ci-app, relations: [ci-line, {type: depends_on, to: ci-mail, strength: soft}]}
            # sms/ci/ci-line.yaml
            {kind: ci, id: ci-line, relations: [{type: located_in, to: ci-duct}]}
            # sms/ci/ci-duct.yaml
            {kind: ci, id: ci-duct}
            # sms/ci/ci-mail.yaml
            {kind: ci, id: ci-mail}";

    fn window(items: &str, mark: &str) -> String {
        format!(
            "
            # sms/maintenance_window/mw-a.yaml
            kind: maintenance_window
            id: mw-a
            status: active
            supplier: sup-a
            zone: Europe/Oslo
            recurs: [{{days: [thu], from: '02:00', to: '04:00'}}]
            applies_to: [{items}]{mark}{ITEMS}"
        )
    }

    fn change(affects: &str, start: &str, end: &str) -> String {
        format!(
            "
            # sms/change/chg-a.yaml
            {{kind: change, id: chg-a, status: requested, affects: [{affects}], planned: {{start: {start}, end: {end}}}}}"
        )
    }

    const HIT: &str = "
            #^^^^^^^^^^ the supplier's window 'mw-a' falls into the change 'chg-a', first on Thursday 2026-12-03 01:00 UTC";

    #[test]
    fn a_change_on_the_item_or_on_what_needs_it_or_is_needed_by_it_clashes() {
        for (affects, items, clashes) in [
            ("ci-line", "ci-line", true),
            ("ci-app", "ci-line", true),
            ("ci-app", "ci-duct", true),
            ("ci-duct", "ci-line", true),
            ("ci-mail", "ci-line", false),
            ("ci-app", "ci-mail", false),
            ("pol-x", "ci-line", false),
        ] {
            let change = change(affects, "2026-12-02T20:00:00Z", "2026-12-03T01:30:00Z");
            check(&MaintenanceWindowsClash, &format!("{}{change}", window(items, if clashes { HIT } else { "" })));
        }
    }

    #[test]
    fn times_that_only_touch_or_lie_too_far_ahead_do_not_clash() {
        for (start, end) in [
            ("2026-12-02T20:00:00Z", "2026-12-03T01:00:00Z"),
            ("2026-12-03T03:00:00Z", "2026-12-03T04:00:00Z"),
            ("2027-03-04T01:00:00Z", "2027-03-04T02:00:00Z"),
        ] {
            let change = change("ci-line", start, end);
            check(&MaintenanceWindowsClash, &format!("{}{change}", window("ci-line", "")));
        }
    }

    #[test]
    fn a_freeze_clashes_where_it_reaches_and_only_while_it_holds() {
        let freeze = |rest: &str| {
            format!(
                "
            # sms/freeze/frz.yaml
            {{kind: freeze, id: frz, {rest}, window: {{start: 2026-12-03T00:00:00Z, end: 2026-12-20T00:00:00Z}}}}"
            )
        };
        let hit = HIT.replace("change 'chg-a'", "freeze 'frz'");
        for (rest, clashes) in [
            ("status: agreed", true),
            ("status: agreed, scope: {cis: [ci-app]}", true),
            ("status: agreed, scope: {cis: [ci-mail]}", false),
            ("status: draft", false),
            ("status: lifted, lifted_at: 2026-11-10T00:00:00Z", false),
        ] {
            let mark = if clashes { hit.as_str() } else { "" };
            check(&MaintenanceWindowsClash, &format!("{}{}", window("ci-line", mark), freeze(rest)));
        }
        let ours = window("ci-line", "").replace("            supplier: sup-a\n", "");
        check(&MaintenanceWindowsClash, &format!("{ours}{}", freeze("status: agreed")));
    }
}
