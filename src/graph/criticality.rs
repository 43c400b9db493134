//! Criticality that flows down: how much hangs on a node.

use std::collections::VecDeque;

use super::Graph;
use super::falls::Falls;
use super::lists::Lists;
use super::node::{Node, NodeKind};
use super::state::State;
use crate::base::span::offset;
use crate::model::Sms;
use crate::model::ci::Ci;
use crate::model::service::Service;
use crate::model::words::Criticality;

/// What hangs on a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carried<'g> {
    /// The node.
    pub node: &'g Node,
    /// The most critical of what its failure takes down.
    pub down: Option<Bearing<'g>>,
    /// The most critical of what its failure takes down or degrades.
    pub degraded: Option<Bearing<'g>>,
}

/// A level, and who brings it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bearing<'g> {
    /// How critical it is.
    pub level: Criticality,
    /// One that is so critical: the fewest steps away, then the first by id. It is the node itself where nothing above it
    /// is as critical.
    pub by: &'g Node,
}

/// A configuration item that is held less critical than something that is down without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inversion<'g> {
    /// The item.
    pub node: &'g Node,
    /// What its record says.
    pub own: Criticality,
    /// The most critical of what is down without it.
    pub needed: Bearing<'g>,
}

/// How critical a service or item in use is, by its record.
#[must_use]
pub fn written(sms: &Sms<'_>, node: &Node) -> Option<Criticality> {
    let ix = node.record.filter(|ix| sms.is_in_use(*ix))?;
    let service = sms.view(ix).and_then(Service::criticality);
    service.or_else(|| sms.view(ix).and_then(Ci::criticality))
}

impl Graph {
    /// Every configuration item in use that is held less critical than what is down without it, by id. Services and items
    /// in use count; an item without a criticality is not judged.
    #[must_use]
    pub fn inversions(&self, sms: &Sms<'_>) -> Vec<Inversion<'_>> {
        let own: Vec<Option<Criticality>> = self.nodes().map(|node| written(sms, node)).collect();
        let down = self.bearings(&own, self.falls());
        let found = self.nodes().zip(own).zip(down).filter(|((node, _), _)| node.kind == NodeKind::Ci);
        let found = found.filter_map(|((node, own), down)| Some((node, own?, down?)));
        let found = found.filter(|(_, own, needed)| needed.level > *own);
        found.map(|(node, own, needed)| Inversion { node, own, needed }).collect()
    }

    /// For every node, in the order of [`Graph::nodes`], the highest criticality among what it takes down or degrades
    /// when it fails alone; `written` tells whose criticality counts, and which it is. A node counts for itself too.
    ///
    /// Redundancy counts: what a group can spare carries nothing of its holder, and what its members share carries all.
    /// Takes time linear in nodes and relations, beside what [`Graph::common_causes`] takes.
    #[must_use]
    pub fn criticality(&self, written: impl Fn(&Node) -> Option<Criticality>) -> Vec<Carried<'_>> {
        let written: Vec<Option<Criticality>> = self.nodes().map(written).collect();
        let down = self.bearings(&written, self.falls());
        let degraded = self.bearings(&written, &self.falls_to(State::Degraded));
        let both = down.into_iter().zip(degraded);
        self.nodes().zip(both).map(|(node, (down, degraded))| Carried { node, down, degraded }).collect()
    }

    /// For each node the highest of the levels `written` that reach it over `falls`.
    fn bearings(&self, written: &[Option<Criticality>], falls: &Falls) -> Vec<Option<Bearing<'_>>> {
        let bearing = |carrier: Option<u32>| {
            let carrier = carrier?;
            Some(Bearing { level: written[carrier as usize]?, by: self.numbered(carrier) })
        };
        self.flow(written, &falls.steps).into_iter().map(bearing).collect()
    }

    /// For each node the one from which its criticality comes over `steps`: the highest first, so that each node is
    /// visited once.
    fn flow(&self, written: &[Option<Criticality>], steps: &Lists<u32>) -> Vec<Option<u32>> {
        let mut by: Vec<Option<u32>> = vec![None; written.len()];
        let mut sources: Vec<u32> = (0..offset(written.len())).filter(|at| written[*at as usize].is_some()).collect();
        sources.sort_by(|a, b| {
            let key = |at: &u32| (written[*at as usize], &self.numbered(*at).id);
            key(b).0.cmp(&key(a).0).then_with(|| key(a).1.cmp(key(b).1))
        });
        for level in sources.chunk_by(|a, b| written[*a as usize] == written[*b as usize]) {
            let mut queue: VecDeque<u32> = VecDeque::new();
            for source in level {
                if by[*source as usize].is_none() {
                    by[*source as usize] = Some(*source);
                    queue.push_back(*source);
                }
            }
            while let Some(at) = queue.pop_front() {
                for next in &steps[at as usize] {
                    if by[*next as usize].is_none() {
                        by[*next as usize] = by[at as usize];
                        queue.push_back(*next);
                    }
                }
            }
        }
        by
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::records;

    /// What each node carries: id, what is down without it, what is degraded or worse.
    fn carried(text: &str) -> Vec<String> {
        records(text, |sms| {
            let graph = Graph::build(sms);
            let told = |bearing: Option<Bearing<'_>>| {
                bearing.map_or_else(|| "-".to_owned(), |b| format!("{} ({})", b.by.id, b.level.word()))
            };
            let found = graph.criticality(|node| written(sms, node));
            found.iter().map(|c| format!("{}: {}, {}", c.node.id, told(c.down), told(c.degraded))).collect()
        })
    }

    #[test]
    fn the_highest_level_flows_to_everything_below() {
        let text = "
            == service svc-a
            criticality: low
            relations: [ci-a]
            == service svc-b
            criticality: vital
            relations: [svc-a]
            == ci ci-a
            relations: [{type: supplied_by, to: ctr-a}]
            == contract ctr-a
            == ci ci-b";
        assert_eq!(
            carried(text),
            [
                "ci-a: svc-b (vital), svc-b (vital)",
                "ci-b: -, -",
                "ctr-a: svc-b (vital), svc-b (vital)",
                "svc-a: svc-b (vital), svc-b (vital)",
                "svc-b: svc-b (vital), svc-b (vital)",
            ]
        );
    }

    #[test]
    fn soft_links_degrade_and_spared_members_carry_nothing_down() {
        let text = "
            == service svc-a
            criticality: high
            relations: [ci-x, ci-y, {type: depends_on, to: ci-soft, strength: soft}, {type: backed_up_by, to: ci-copy}]
            redundancy: [{of: [ci-x, ci-y], min_up: 1}]
            == ci ci-x
            relations: [ci-room]
            == ci ci-y
            relations: [{type: located_in, to: ci-room}]
            == ci ci-room
            == ci ci-soft
            == ci ci-copy";
        assert_eq!(
            carried(text),
            [
                "ci-copy: -, -",
                "ci-room: svc-a (high), svc-a (high)",
                "ci-soft: -, svc-a (high)",
                "ci-x: -, -",
                "ci-y: -, -",
                "svc-a: svc-a (high), svc-a (high)",
            ]
        );
    }

    #[test]
    fn the_nearest_then_the_first_by_id_is_named_and_circles_end() {
        let text = "
            == service svc-b
            criticality: high
            relations: [ci-a]
            == service svc-a
            criticality: high
            relations: [ci-a, ci-far]
            == service svc-c
            criticality: high
            relations: [ci-b]
            == ci ci-a
            relations: [ci-b]
            == ci ci-b
            relations: [ci-a]
            == ci ci-far
            criticality: medium";
        let found = carried(text);
        assert_eq!(found[0], "ci-a: svc-a (high), svc-a (high)");
        assert_eq!(found[1], "ci-b: svc-c (high), svc-c (high)");
        assert_eq!(found[2], "ci-far: svc-a (high), svc-a (high)", "its own level is lower");
    }
}
