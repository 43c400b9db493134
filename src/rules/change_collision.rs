use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::rule::{Check, Report, Rule};
use crate::graph::State;
use crate::model::Record;
use crate::model::change::{Change, ChangeStatus};
use crate::model::change_policy::ChangePolicy;

rule! {
    /// Two changes at the same time on the same item, or one on what the other's item cannot do without.
    ///
    /// When both go wrong nobody knows which one it was, and the way back of one may take away the ground of the other.
    /// Looked at are changes that are asked for and whose window is still to come. What cannot be done without is
    /// followed over hard relations, members of a redundancy group among them, as far as `conflict_hops` of the change
    /// policy says, else one step. Windows that only touch do not overlap. Two changes of one release are meant to go
    /// together, and a pair of which one names the other in `assessment.conflicts` has been looked at.
    ///
    /// ```yaml,bad
    /// # sms/change/chg-app.yaml
    /// kind: change
    /// id: chg-app
    /// status: requested
    /// affects: [ci-app]
    /// planned: {start: 2026-12-05T20:00:00Z, end: 2026-12-05T22:00:00Z}
    /// # sms/change/chg-switch.yaml
    /// {kind: change, id: chg-switch, status: requested, affects: [ci-switch],
    ///  planned: {start: 2026-12-05T21:00:00Z, end: 2026-12-05T23:00:00Z}}
    /// # sms/ci/ci-app.yaml
    /// {kind: ci, id: ci-app, relations: [ci-switch]}
    /// # sms/ci/ci-switch.yaml
    /// {kind: ci, id: ci-switch}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/change/chg-app.yaml
    /// kind: change
    /// id: chg-app
    /// status: requested
    /// affects: [ci-app]
    /// planned: {start: 2026-12-05T20:00:00Z, end: 2026-12-05T21:00:00Z}
    /// # sms/change/chg-switch.yaml
    /// {kind: change, id: chg-switch, status: requested, affects: [ci-switch],
    ///  planned: {start: 2026-12-05T21:00:00Z, end: 2026-12-05T23:00:00Z}}
    /// # sms/ci/ci-app.yaml
    /// {kind: ci, id: ci-app, relations: [ci-switch]}
    /// # sms/ci/ci-switch.yaml
    /// {kind: ci, id: ci-switch}
    /// ```
    ///
    /// Move one of the two, or look at them together and name the other in `assessment.conflicts`.
    ChangeCollision = "change-collision", Warning, clauses: ["8.5.1.3"], kinds: ["change", "change_policy"], clock;
}

fn message(later: &Record<'_>, earlier: &Record<'_>, item: &str) -> String {
    format!("the changes '{}' and '{}' overlap in time on '{item}'", later.id, earlier.id)
}

const HELP: &str = "move one of the two, or look at them together and name the other in `assessment.conflicts`";

/// A change that is still to come.
#[derive(Debug, Clone, Copy)]
struct Coming<'c> {
    start: Timestamp,
    end: Timestamp,
    change: Change<'c>,
}

/// Places of changes, by start, on one item.
#[derive(Debug, Default)]
struct Touching {
    /// Those that alter it.
    direct: Vec<usize>,
    /// Those that alter something that cannot do without it.
    above: Vec<usize>,
}

/// For each item the changes that touch it. Changes are in the order of their start, so the lists are too.
fn by_item<'c>(cx: &Check<'c>, changes: &[Coming<'c>], hops: i64) -> BTreeMap<&'c str, Touching> {
    let mut items: BTreeMap<&str, Touching> = BTreeMap::new();
    for (at, coming) in changes.iter().enumerate() {
        let affected = coming.change.affected(cx.sms);
        let ids = affected.into_iter().filter_map(|(_, record)| Some(cx.graph.node(record.id.as_str())?.id.as_str()));
        let mut seen: BTreeSet<&str> = ids.collect();
        let mut frontier: Vec<&str> = seen.iter().copied().collect();
        for id in &frontier {
            items.entry(id).or_default().direct.push(at);
        }
        for _ in 0..hops {
            let needed = frontier.iter().flat_map(|id| cx.graph.relies_on(id)).filter(|link| link.cap == State::Down);
            let needed: BTreeSet<&str> = needed.map(|link| link.node.id.as_str()).collect();
            frontier = needed.into_iter().filter(|id| seen.insert(id)).collect();
            for id in &frontier {
                items.entry(id).or_default().above.push(at);
            }
        }
    }
    items
}

/// The pairs that overlap on an item, each once, with the first such item by id. Both lists are in the order of the
/// start, so each change looks only at those that begin while it lasts.
fn pairs<'c>(changes: &[Coming<'c>], items: &BTreeMap<&'c str, Touching>) -> BTreeMap<(usize, usize), &'c str> {
    let mut pairs = BTreeMap::new();
    for (item, touching) in items {
        let within = |list: &[usize], one: usize| {
            let from = list.partition_point(|other| *other <= one);
            let to = list.partition_point(|other| changes[*other].start < changes[one].end);
            list[from.min(to)..to].to_vec()
        };
        for one in &touching.direct {
            let others = within(&touching.direct, *one).into_iter().chain(within(&touching.above, *one));
            for other in others {
                pairs.entry((*one, other)).or_insert(*item);
            }
        }
        for one in &touching.above {
            for other in within(&touching.direct, *one) {
                pairs.entry((*one, other)).or_insert(*item);
            }
        }
    }
    pairs
}

impl Rule for ChangeCollision {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let now = cx.sms.now();
        let hops = ChangePolicy::in_force(cx.sms).find_map(ChangePolicy::conflict_hops).unwrap_or(1);
        let asked = cx.sms.all::<Change<'_>>().filter(|change| change.status() == Some(ChangeStatus::Requested));
        let coming = |change: Change<'_>| {
            let (start, end) = change.planned()?.bounds()?;
            (end > now).then_some((start, end))
        };
        let mut changes: Vec<Coming<'_>> =
            asked.filter_map(|change| coming(change).map(|(start, end)| Coming { start, end, change })).collect();
        changes.sort_by_key(|coming| (coming.start, coming.change.0.record.id.as_str()));
        let items = by_item(cx, &changes, hops.clamp(0, 10));
        for ((earlier, later), item) in pairs(&changes, &items) {
            let (earlier, later) = (changes[earlier].change, changes[later].change);
            if !earlier.is_settled_with(cx.sms, later) {
                let (earlier, later) = (earlier.0, later.0.record);
                out.field(later, "planned", message(later, earlier.record, item))
                    .help(HELP)
                    .related(earlier.field_span("planned"), "the other window");
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
            {kind: ci, id: ci-app, relations: [ci-a, ci-b, {type: depends_on, to: ci-mail, strength: soft}],
             redundancy: [{of: [ci-a, ci-b], min_up: 1}]}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, relations: [ci-room]}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, relations: [ci-room]}
            # sms/ci/ci-mail.yaml
            {kind: ci, id: ci-mail}
            # sms/ci/ci-room.yaml
            {kind: ci, id: ci-room}";

    fn change(id: &str, rest: &str, mark: &str) -> String {
        let head = format!("\n            # sms/change/{id}.yaml\n            kind: change\n            id: {id}\n");
        format!("{head}            planned: {{start: {rest}}}{mark}")
    }

    #[test]
    fn the_same_item_and_what_it_needs_collide_and_other_neighbours_do_not() {
        let [app, host, mail, again, room] = [
            change(
                "chg-a",
                "2026-12-05T20:00:00Z, end: 2026-12-05T22:00:00Z",
                "\n            status: requested\n            affects: [ci-app, pol-x]",
            ),
            change(
                "chg-b",
                "2026-12-05T21:59:59Z, end: 2026-12-05T23:00:00Z",
                "\n            #^^^^^^^ 'chg-b' and 'chg-a' overlap in time on 'ci-a'\n            status: requested\n            affects: [ci-a]",
            ),
            change(
                "chg-c",
                "2026-12-05T21:00:00Z, end: 2026-12-05T23:00:00Z",
                "\n            status: requested\n            affects: [ci-mail]",
            ),
            change(
                "chg-d",
                "2026-12-05T22:00:00Z, end: 2026-12-05T23:00:00Z",
                "\n            #^^^^^^^ 'chg-d' and 'chg-b' overlap in time on 'ci-a'\n            status: requested\n            affects: [ci-app]",
            ),
            change(
                "chg-e",
                "2026-12-05T20:00:00Z, end: 2026-12-05T21:00:00Z",
                "\n            status: requested\n            affects: [ci-room]",
            ),
        ];
        check(&ChangeCollision, &format!("{ITEMS}{app}{host}{mail}{again}{room}"));
        let policy = "
            # sms/change_policy/p.yaml
            {kind: change_policy, id: p, status: in_force, conflict_hops: 2}";
        let room = room.replace(
            "\n            status",
            "\n            #^^^^^^^ 'chg-e' and 'chg-a' overlap in time on 'ci-room'\n            status",
        );
        check(&ChangeCollision, &format!("{ITEMS}{app}{host}{mail}{again}{room}{policy}"));
    }

    #[test]
    fn what_was_looked_at_goes_together_is_past_or_is_no_item_is_left_alone() {
        check(
            &ChangeCollision,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a}
            # sms/sla/sla-a.yaml
            {kind: sla, id: sla-a}
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: requested, affects: [ci-a, sla-a], release: rel-a,
             planned: {start: 2026-12-05T20:00:00Z, end: 2026-12-05T22:00:00Z}}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: requested, affects: [ci-a], assessment: {conflicts: [chg-a, chg-c]},
             planned: {start: 2026-12-05T20:00:00Z, end: 2026-12-05T22:00:00Z}}
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: requested, affects: [ci-a], release: rel-a,
             planned: {start: 2026-12-05T20:00:00Z, end: 2026-12-05T22:00:00Z}}
            # sms/change/chg-d.yaml
            {kind: change, id: chg-d, status: requested, affects: [sla-a],
             planned: {start: 2026-12-05T20:00:00Z, end: 2026-12-05T22:00:00Z}}
            # sms/change/chg-e.yaml
            {kind: change, id: chg-e, status: implemented, affects: [ci-a],
             planned: {start: 2026-12-05T20:00:00Z, end: 2026-12-05T22:00:00Z}}
            # sms/change/chg-f.yaml
            {kind: change, id: chg-f, status: draft, affects: [ci-a],
             planned: {start: 2026-12-05T20:00:00Z, end: 2026-12-05T22:00:00Z}}
            # sms/change/chg-g.yaml
            {kind: change, id: chg-g, status: requested, affects: [ci-a],
             planned: {start: 2026-11-05T20:00:00Z, end: 2026-11-05T22:00:00Z}}
            # sms/change/chg-h.yaml
            {kind: change, id: chg-h, status: requested, affects: [ci-a],
             planned: {start: 2026-11-05T20:00:00Z, end: 2026-11-05T22:00:00Z}}
            # sms/release/rel-a.yaml
            {kind: release, id: rel-a}
            ",
        );
    }
}
