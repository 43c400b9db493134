//! What takes what down, with redundancy worked out: groups become plain steps to what their members share.
//!
//! A node falls when something falls that it cannot do without, or when a group has lost too many members. A group
//! falls by one node alone exactly when enough of its members fall by it, so the nodes that do that are as good as hard
//! inputs of the holder. With them as further steps, "the failure of this takes down that" is plain reachability, and
//! every question about it takes linear time.

use std::collections::BTreeSet;

use petgraph::graph::NodeIndex;

use super::Graph;
use super::condense::Condensed;
use super::lists::Lists;
use super::meet::{Meeting, Search};
use super::state::State;
use crate::base::span::offset;

/// What fells each node by itself.
#[derive(Debug)]
pub(super) struct Falls {
    /// For each node, what fells it: its hard inputs, and what the members of its groups share.
    pub(super) steps: Lists<u32>,
    /// The groups that can spare a member, by holder and place.
    pub(super) groups: Vec<Spare>,
}

/// A group that can spare a member.
#[derive(Debug)]
pub(super) struct Spare {
    /// Whose it is.
    pub(super) holder: u32,
    /// Its number among the groups of the holder.
    pub(super) group: u32,
    /// Its members that can fall, by number.
    pub(super) members: Vec<u32>,
    /// How many must fall before it does.
    pub(super) losses: usize,
    /// What fells it, the nearest ones, by number; each with members enough that fall with it.
    pub(super) shared: Vec<(u32, Vec<u32>)>,
}

impl Graph {
    /// What takes each node down; worked out once.
    pub(super) fn falls(&self) -> &Falls {
        self.falls.get_or_init(|| self.falls_to(State::Down))
    }

    /// What makes each node at least as badly off as `level`.
    pub(super) fn falls_to(&self, level: State) -> Falls {
        let count = self.inner.node_count();
        let mut all: Vec<(u32, u32)> = Vec::with_capacity(self.inputs.total());
        let mut steps: Vec<(u32, u32)> = Vec::with_capacity(self.inputs.total());
        let mut groups = Vec::new();
        for at in 0..count {
            let holder = offset(at);
            for input in self.inputs[at].iter().filter(|input| input.cap >= level) {
                let step = (holder, offset(input.from.index()));
                all.push(step);
                if input.group.is_none_or(|group| self.groups[at][group as usize].losses() <= 1) {
                    steps.push(step);
                }
            }
            groups.extend((0..self.groups[at].len()).filter_map(|group| self.spare(at, offset(group), level)));
        }
        // Over all inputs the order is right whatever the groups turn out to share.
        let blocks = Condensed::new(&Lists::gather(count, &all));
        groups.sort_by_key(|spare: &Spare| (blocks.of[spare.holder as usize], spare.holder, spare.group));
        while self.share(&blocks, &mut steps, &mut groups) {}
        groups.sort_by_key(|spare| (spare.holder, spare.group));
        Falls { steps: Lists::gather(count, &steps), groups }
    }

    /// A group of a node; none when it falls with any member, or never.
    fn spare(&self, at: usize, group: u32, level: State) -> Option<Spare> {
        let losses = self.groups[at][group as usize].losses();
        let inputs = self.inputs[at].iter().filter(|input| input.group == Some(group) && input.cap >= level);
        let members: BTreeSet<u32> = inputs.map(|input| offset(input.from.index())).collect();
        let members: Vec<u32> = members.into_iter().collect();
        let spare = Spare { holder: offset(at), group, members, losses, shared: Vec::new() };
        (losses > 1 && spare.members.len() >= losses).then_some(spare)
    }

    /// Works out once what every group shares and adds it to `steps`. Groups come after what they rely on, so that once is
    /// enough, but for those that rely on each other in a circle: then another round is needed.
    fn share(&self, blocks: &Condensed, steps: &mut Vec<(u32, u32)>, groups: &mut [Spare]) -> bool {
        let meeting = Meeting::new(self.inner.node_count(), blocks, steps);
        let mut search = Search::new(&meeting);
        let mut again = false;
        for spare in groups {
            let holder = spare.holder;
            for (node, lost) in search.shared(&meeting, spare) {
                match spare.shared.binary_search_by_key(&node, |(node, _)| *node) {
                    Ok(_) => {}
                    Err(place) => {
                        spare.shared.insert(place, (node, lost));
                        steps.push((holder, node));
                        search.add(&meeting, holder, node);
                        again |= blocks.sizes[blocks.of[holder as usize] as usize] > 1;
                    }
                }
            }
        }
        again
    }

    /// The node with a number.
    pub(super) fn numbered(&self, number: u32) -> &super::Node {
        &self.inner[NodeIndex::new(number as usize)]
    }
}
