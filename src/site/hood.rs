//! Neighbourhoods: what stands within two steps of a node, chosen and folded so that it fits a picture.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use crate::base::span::offset;
use crate::graph::{Graph, Node, NodeKind};

/// Most boxes in one column.
pub(super) const BOXES: usize = 9;

/// The graph by number, both ways: nodes with a record by id, then the unknown ones.
#[derive(Debug, Default)]
pub(super) struct Hood<'g> {
    nodes: Vec<&'g Node>,
    numbers: HashMap<&'g str, u32>,
    needs: Vec<Vec<u32>>,
    needed: Vec<Vec<u32>>,
}

/// One box of a column: a node, or several of one kind folded into one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    /// The node, or one of those that are folded.
    pub(super) node: u32,
    /// For how many nodes it stands.
    pub(super) count: usize,
}

impl Slot {
    /// Whether it stands for several.
    pub(super) const fn is_folded(self) -> bool {
        self.count > 1
    }
}

/// A node with a box of the nearer column that leads to it.
type Found = (u32, usize);

/// One column, named by its distance: below zero for what relies on the node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// Steps from the node.
    pub(super) distance: i32,
    /// Its boxes from top to bottom.
    pub(super) slots: Vec<Slot>,
    /// Lines to the column one step nearer: its box there, the box here, how many links the line stands for.
    pub(super) lines: Vec<(usize, usize, usize)>,
}

impl<'g> Hood<'g> {
    /// Numbers the nodes of `graph` and works out who needs whom.
    pub(super) fn new(graph: &'g Graph) -> Self {
        Self::of(graph, true)
    }

    /// The same without nodes that have no record.
    pub(super) fn known(graph: &'g Graph) -> Self {
        Self::of(graph, false)
    }

    fn of(graph: &'g Graph, with_unknown: bool) -> Self {
        let nodes: Vec<&Node> = graph.nodes().filter(|node| with_unknown || node.record.is_some()).collect();
        let numbers: HashMap<&str, u32> =
            nodes.iter().enumerate().map(|(at, node)| (node.id.as_str(), offset(at))).collect();
        let mut needed = vec![Vec::new(); nodes.len()];
        let mut needs = Vec::with_capacity(nodes.len());
        for (at, node) in nodes.iter().enumerate() {
            let links = graph.relies_on(node.id.as_str());
            let mut list: Vec<u32> = links.filter_map(|link| numbers.get(link.node.id.as_str()).copied()).collect();
            list.sort_unstable();
            list.dedup();
            list.retain(|other| *other != offset(at));
            for other in &list {
                needed[*other as usize].push(offset(at));
            }
            needs.push(list);
        }
        Self { nodes, numbers, needs, needed }
    }

    /// The node with this number.
    pub(super) fn node(&self, number: u32) -> &'g Node {
        self.nodes[number as usize]
    }

    /// Number of nodes.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// What a node needs, by number.
    pub(super) fn needs(&self, number: u32) -> &[u32] {
        &self.needs[number as usize]
    }

    /// What needs a node, by number.
    pub(super) fn needed(&self, number: u32) -> &[u32] {
        &self.needed[number as usize]
    }

    /// The columns around the node with this id, from left to right; none when nothing stands around it.
    pub(super) fn around(&self, id: &str) -> Option<Vec<Column>> {
        let me = *self.numbers.get(id)?;
        if self.needs[me as usize].is_empty() && self.needed[me as usize].is_empty() {
            return None;
        }
        let mut seen = vec![me];
        let middle = Column { distance: 0, slots: vec![Slot { node: me, count: 1 }], lines: Vec::new() };
        let right = self.column(&middle, 1, &self.needs, &mut seen);
        let left = self.column(&middle, -1, &self.needed, &mut seen);
        let far_right = self.column(&right, 2, &self.needs, &mut seen);
        let far_left = self.column(&left, -2, &self.needed, &mut seen);
        let columns = [far_left, left, middle, right, far_right];
        Some(columns.into_iter().filter(|column| !column.slots.is_empty()).collect())
    }

    /// The column one step farther than `near`.
    /// `seen`, in order, gains what stands in it.
    fn column(&self, near: &Column, distance: i32, next: &[Vec<u32>], seen: &mut Vec<u32>) -> Column {
        // Folded boxes lead nowhere.
        let mut found: Vec<Found> = Vec::new();
        for (place, slot) in near.slots.iter().enumerate().filter(|(_, slot)| !slot.is_folded()) {
            let others = next[slot.node as usize].iter().filter(|other| seen.binary_search(other).is_err());
            found.extend(others.map(|other| (*other, place)));
        }
        found.sort_unstable();
        let mut groups: Vec<&[Found]> = found.chunk_by(|a, b| a.0 == b.0).collect();
        seen.extend(groups.iter().map(|group| group[0].0));
        seen.sort_unstable();
        let (shown, folded) = self.fold(&mut groups);
        let kinds: Vec<NodeKind> = folded.keys().copied().collect();
        let mut slots: Vec<Slot> = groups[..shown].iter().map(|group| Slot { node: group[0].0, count: 1 }).collect();
        slots.extend(folded.into_values());
        // The links between each box there and each box here.
        let mut links = vec![0; near.slots.len() * slots.len()];
        for (at, group) in groups.iter().enumerate() {
            let kind = || self.node(group[0].0).kind;
            let at = if at < shown { at } else { shown + kinds.iter().take_while(|other| **other != kind()).count() };
            for (_, place) in *group {
                links[place * slots.len() + at] += 1;
            }
        }
        let lines = links.into_iter().enumerate().filter(|(_, links)| *links > 0);
        let lines = lines.map(|(at, links)| (at / slots.len(), at % slots.len(), links)).collect();
        Column { distance, slots, lines }
    }

    /// Chooses what is shown by itself, puts it in order in front, and folds the rest by kind: how many stand in front, and
    /// the boxes of the rest. Each group is a node with the boxes that lead to it.
    fn fold(&self, groups: &mut [&[Found]]) -> (usize, BTreeMap<NodeKind, Slot>) {
        let kind = |group: &[Found]| self.node(group[0].0).kind;
        let mut folded: BTreeMap<NodeKind, Slot> = BTreeMap::new();
        let mut keep = groups.len();
        if keep > BOXES {
            let joined = |number: u32| self.needs[number as usize].len() + self.needed[number as usize].len();
            let rank = |group: &&[Found]| (Reverse(joined(group[0].0)), group[0].0);
            keep = BOXES - 1;
            groups.select_nth_unstable_by_key(keep, rank);
            groups[..keep].sort_unstable_by_key(rank);
            let mut fold = |group: &[Found]| {
                folded.entry(kind(group)).or_insert(Slot { node: group[0].0, count: 0 }).count += 1;
                folded.len()
            };
            let mut kinds = groups[keep..].iter().map(|group| fold(group)).last().unwrap_or(0);
            while keep > 0 && keep + kinds > BOXES {
                keep -= 1;
                kinds = fold(groups[keep]);
            }
        }
        // Mean place of the nearer neighbours in thousandths, so that no float decides an order.
        let place = |group: &[Found]| group.iter().map(|(_, place)| place).sum::<usize>() * 1000 / group.len();
        groups[..keep].sort_by_cached_key(|group| (place(group), kind(group), group[0].0));
        (keep, folded)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn many(count: usize) -> Vec<(String, String)> {
        let mut files = vec![fixture::record("service", "svc-a", "relations: [ci-hub]\n")];
        files.push(fixture::record("ci", "ci-hub", ""));
        for at in 0..count {
            files.push(fixture::record("ci", &format!("ci-{at:03}"), "relations: [ci-hub]\n"));
        }
        files.push(fixture::record("contract", "ctr-x", "relations: [ci-hub]\n"));
        files
    }

    #[test]
    fn wide_columns_fold_by_kind_and_lose_nothing() {
        fixture::with(&many(40), |input| {
            let hood = Hood::new(input.graph);
            let columns = hood.around("ci-hub").unwrap();
            assert_eq!(columns.iter().map(|column| column.distance).collect::<Vec<_>>(), [-1, 0]);
            let left = &columns[0];
            assert!(left.slots.len() <= BOXES);
            assert_eq!(left.slots.iter().map(|slot| slot.count).sum::<usize>(), 42);
            assert_eq!(left.lines.iter().map(|line| line.2).sum::<usize>(), 42, "every link is in some line");
            let told: Vec<(NodeKind, usize)> =
                left.slots.iter().map(|slot| (hood.node(slot.node).kind, slot.count)).collect();
            let folded = [(NodeKind::Service, 1), (NodeKind::Ci, 34), (NodeKind::Contract, 1)];
            assert_eq!((&told[..6], &told[6..]), (&[(NodeKind::Ci, 1); 6][..], &folded[..]));
            assert_eq!(left.lines[5..], [(0, 5, 1), (0, 6, 1), (0, 7, 34), (0, 8, 1)]);
        });
    }

    #[test]
    fn a_node_alone_has_no_picture() {
        fixture::with(&[fixture::record("ci", "ci-alone", "")], |input| {
            assert!(Hood::new(input.graph).around("ci-alone").is_none());
            assert!(Hood::new(input.graph).around("ci-none").is_none());
        });
    }

    #[test]
    fn two_steps_are_shown_and_circles_end() {
        let files = [
            fixture::record("service", "svc-a", "relations: [ci-b]\n"),
            fixture::record("ci", "ci-b", "relations: [ci-c, ci-gone]\n"),
            fixture::record("ci", "ci-c", "relations: [svc-a]\n"),
        ];
        fixture::with(&files, |input| {
            let hood = Hood::new(input.graph);
            let columns = hood.around("svc-a").unwrap();
            let seen: Vec<_> = columns
                .iter()
                .flat_map(|column| &column.slots)
                .map(|slot| hood.node(slot.node).id.to_string())
                .collect();
            assert_eq!(seen, ["ci-c", "svc-a", "ci-b", "ci-gone"]);
        });
    }
}
