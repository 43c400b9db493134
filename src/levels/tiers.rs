//! Who has to answer and mend behind a promise, and how long that takes at most in its hours (8.3.4).

use std::collections::BTreeMap;

use super::clocks::Clocks;
use super::elapsed;
use crate::base::duration::Duration;
use crate::graph::{Graph, Node, NodeKind, Relation};
use crate::model::Sms;
use crate::model::sla::{Clock, Sla, SlaTarget, TargetMetric};
use crate::model::support::Support;

/// A target of another party that stands behind one of ours.
#[derive(Debug, Clone, Copy)]
pub struct Tier<'s> {
    /// The contract or OLA.
    pub support: Support<'s>,
    /// The target in it.
    pub target: SlaTarget<'s>,
    /// The most that it takes in the hours of our target.
    pub taken: Duration,
}

/// An item of the chain of a service with the parties that are called for it.
#[derive(Debug)]
pub struct Called<'s, 'g> {
    /// The item or service.
    pub node: &'g Node,
    /// The OLA that takes longest.
    pub inside: Option<Tier<'s>>,
    /// The contract that takes longest.
    pub outside: Option<Tier<'s>>,
}

impl Called<'_, '_> {
    /// How long a fault of the item takes on its way through both.
    #[must_use]
    pub fn taken(&self) -> Duration {
        let seconds = [self.inside, self.outside].into_iter().flatten().map(|tier| tier.taken.seconds());
        Duration::from_seconds(seconds.sum())
    }
}

/// The parties that are called for each part of the chain behind a target for response or resolution, by the ids of the
/// parts. Compared are targets of the same sort whose scope is the same, or `all` in one of them, over any relation
/// `supplied_by`; those whose hours cannot be read are left out.
#[must_use]
pub fn called<'s, 'g>(
    sms: &'s Sms<'s>,
    graph: &'g Graph,
    clocks: &Clocks<'s>,
    sla: Sla<'s>,
    target: SlaTarget<'s>,
) -> Vec<Called<'s, 'g>> {
    let today = sms.snapshot.as_of.day();
    let (Some(metric), Some(service)) = (target.metric(), sla.service()) else { return Vec::new() };
    let Some(chain) = graph.chain(sms.id_now(service.id)) else { return Vec::new() };
    let ours = clocks.of_sla(sla, target.clock().unwrap_or(Clock::Always));
    let mut known: BTreeMap<&str, Option<Tier<'s>>> = BTreeMap::new();
    let mut tier = |node: &'g Node| -> Option<Tier<'s>> {
        *known.entry(node.id.as_str()).or_insert_with(|| {
            let support = Support::find(sms, node.record?).filter(|support| support.is_in_force(today))?;
            let of = support.targets().into_iter().filter(|theirs| matches(*theirs, target, metric));
            let tiers = of.filter_map(|theirs| {
                let hours = clocks.of_support(support, theirs.clock().unwrap_or(Clock::Always))?;
                let taken = elapsed::at_most(clocks, &ours?.hours, &hours.hours, theirs.limit()?)?;
                Some(Tier { support, target: theirs, taken })
            });
            // What an agreement says of this very scope counts before what it says of all.
            tiers.max_by_key(|tier| (tier.target.part() == target.part(), tier.taken))
        })
    };
    let mut called: Vec<Called<'s, 'g>> = Vec::new();
    for needs in chain.nodes.iter().filter(|needs| matches!(needs.node.kind, NodeKind::Service | NodeKind::Ci)) {
        let supplied =
            graph.relies_on(needs.node.id.as_str()).filter(|link| link.edge.relation == Relation::SuppliedBy);
        let mut one = Called { node: needs.node, inside: None, outside: None };
        for node in supplied.map(|link| link.node) {
            let slot = if node.kind == NodeKind::Ola { &mut one.inside } else { &mut one.outside };
            let longer = tier(node).filter(|tier| slot.is_none_or(|known| tier.taken > known.taken));
            *slot = longer.or(*slot);
        }
        if one.inside.is_some() || one.outside.is_some() {
            called.push(one);
        }
    }
    called.sort_by(|a, b| a.node.id.cmp(&b.node.id));
    called
}

fn matches(theirs: SlaTarget<'_>, ours: SlaTarget<'_>, metric: TargetMetric) -> bool {
    let (theirs_is_for, ours_is_for) = (theirs.part(), ours.part());
    let scope = theirs_is_for == ours_is_for || theirs_is_for.is_none() || ours_is_for.is_none();
    theirs.metric() == Some(metric) && scope
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::records;

    fn told(text: &str) -> Vec<String> {
        let text = format!(
            "{text}
            == sla sla-a
            status: in_force
            service: svc
            hours: {{support: cal-day}}
            targets: [{{id: p1, metric: resolution, scope: p1, operator: <=, value: 4h, window: month, clock: support_hours}}]
            == calendar cal-day
            zone: UTC
            weekly: [{{days: [mon, tue, wed, thu, fri], from: '08:00', to: '18:00'}}]
            == calendar cal-half
            zone: UTC
            weekly: [{{days: [mon, tue, wed, thu, fri], from: '08:00', to: '12:00'}}]"
        );
        records(&text, |sms| {
            let (graph, clocks) = (Graph::build(sms), Clocks::new(sms));
            let sla = sms.all::<Sla<'_>>().next().unwrap();
            let called = called(sms, &graph, &clocks, sla, sla.target_rows()[0]);
            let name = |tier: Option<Tier<'_>>| {
                tier.map_or("-".to_owned(), |tier| format!("{} {}", tier.support.record().id, tier.taken))
            };
            called
                .iter()
                .map(|one| format!("{}: {}, {}: {}", one.node.id, name(one.inside), name(one.outside), one.taken()))
                .collect()
        })
    }

    fn party(kind: &str, id: &str, scope: &str, value: &str, clock: &str) -> String {
        format!(
            "\n== {kind} {id}\nstatus: in_force\nhours: {{support: cal-half}}\ntargets: [{{id: x, metric: resolution, scope: {scope}, operator: <=, value: {value}, window: month, clock: {clock}}}]"
        )
    }

    #[test]
    fn a_fault_goes_through_the_own_people_and_then_the_supplier() {
        let text = format!(
            "== service svc\nrelations: [ci-a]\n== ci ci-a\nrelations: [{{type: supplied_by, to: ola-a, strength: soft}}, {{type: supplied_by, to: ctr-a}}, {{type: supplied_by, to: ctr-b}}]{}{}{}",
            party("ola", "ola-a", "p1", "1h", "24x7"),
            party("contract", "ctr-a", "all", "2h", "24x7"),
            party("contract", "ctr-b", "p1", "3h", "24x7")
        );
        assert_eq!(told(&text), ["ci-a: ola-a 1h, ctr-b 3h: 4h"]);
    }

    #[test]
    fn their_hours_are_counted_in_ours() {
        let text = format!(
            "== service svc\nrelations: [{{type: supplied_by, to: ctr-a}}]{}",
            party("contract", "ctr-a", "p1", "1h", "support_hours")
        );
        assert_eq!(told(&text), ["svc: -, ctr-a 7h: 7h"], "from eleven until nine the next day");
    }

    #[test]
    fn other_scopes_and_agreements_that_do_not_hold_are_left_out() {
        let text = format!(
            "== service svc\nrelations: [{{type: supplied_by, to: ctr-a}}, {{type: supplied_by, to: ctr-b}}, {{type: supplied_by, to: ctr-c}}]{}{}{}",
            party("contract", "ctr-a", "p2", "1h", "24x7"),
            party("contract", "ctr-b", "p1", "1h", "24x7").replace("in_force", "expired"),
            party("contract", "ctr-c", "p1", "1h", "24x7").replace("metric: resolution", "metric: response")
        );
        assert!(told(&text).is_empty());
    }
}
