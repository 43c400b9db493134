//! Where the ways down from the members of a group meet.

use std::collections::BinaryHeap;

use super::condense::Condensed;
use super::falls::Spare;
use super::lists::Lists;
use crate::base::span::offset;

/// Steps between sets of nodes that fall together, ordered so that every step leads to a lower number.
pub(super) struct Meeting {
    /// For each node, the number of its set.
    set: Vec<u32>,
    /// For each set, the sets that fell it.
    next: Lists<u32>,
    /// For each set, its smallest node.
    first: Vec<u32>,
}

impl Meeting {
    /// Condenses `steps` between `count` nodes; `blocks` gives the order of what `steps` do not join yet.
    pub(super) fn new(count: usize, blocks: &Condensed, steps: &[(u32, u32)]) -> Self {
        let found = Condensed::new(&Lists::gather(count, steps));
        let sets = found.sizes.len();
        let mut block = vec![0; sets];
        let mut first = vec![0; sets];
        for node in (0..count).rev() {
            let set = found.of[node] as usize;
            (block[set], first[set]) = (blocks.of[node], offset(node));
        }
        let mut order: Vec<u32> = (0..offset(sets)).collect();
        order.sort_by_key(|set| (block[*set as usize], *set));
        let mut place = vec![0; sets];
        for (at, set) in order.iter().enumerate() {
            place[*set as usize] = offset(at);
        }
        let set: Vec<u32> = found.of.iter().map(|set| place[*set as usize]).collect();
        let mut between: Vec<(u32, u32)> =
            steps.iter().map(|(from, to)| (set[*from as usize], set[*to as usize])).filter(|(a, b)| a != b).collect();
        between.sort_unstable();
        between.dedup();
        let first = order.iter().map(|set| first[*set as usize]).collect();
        Self { set, next: Lists::gather(sets, &between), first }
    }
}

/// Working memory of the searches of one round.
pub(super) struct Search {
    number: u32,
    /// For each set, the search that reached it last, and the place of its mask.
    seen: Vec<(u32, u32)>,
    /// A bit for each member, for each set reached.
    masks: Vec<u64>,
    /// Sets reached; the one that reaches the others comes first.
    queue: BinaryHeap<u32>,
    /// For each set, steps found since the round began.
    late: Vec<Vec<u32>>,
}

impl Search {
    /// Memory for searches over `meeting`.
    pub(super) fn new(meeting: &Meeting) -> Self {
        let sets = meeting.first.len();
        let (seen, late) = (vec![(0, 0); sets], vec![Vec::new(); sets]);
        Self { number: 0, seen, masks: Vec::new(), queue: BinaryHeap::new(), late }
    }

    /// A step that was just found.
    pub(super) fn add(&mut self, meeting: &Meeting, from: u32, to: u32) {
        let (from, to) = (meeting.set[from as usize], meeting.set[to as usize]);
        // A step up is for the next round, when the order is another.
        if to < from {
            self.late[from as usize].push(to);
        }
    }

    /// What fells a group, the nearest ones, each with the members from which the ways down to it lead past no other.
    pub(super) fn shared(&mut self, meeting: &Meeting, group: &Spare) -> Vec<(u32, Vec<u32>)> {
        let mut met = Vec::new();
        self.walk(meeting, group, |set, mask| met.push((meeting.first[set as usize], lost(group, mask))));
        met
    }

    /// Walks down from the members and calls `met` with every set that enough of them reach, and goes not beyond it. What
    /// fells the holder as well is not entered: that needs no group to tell.
    fn walk(&mut self, meeting: &Meeting, group: &Spare, mut met: impl FnMut(u32, &[u64])) {
        self.number += 1;
        self.masks.clear();
        self.queue.clear();
        let words = group.members.len().div_ceil(64);
        for (bit, member) in group.members.iter().enumerate() {
            let place = self.reach(meeting.set[*member as usize], words);
            self.masks[place + bit / 64] |= 1 << (bit % 64);
        }
        let holder = meeting.set[group.holder as usize];
        while let Some(set) = self.queue.pop() {
            let place = self.seen[set as usize].1 as usize;
            let shared = count(&self.masks[place..place + words]) >= group.losses;
            // With nothing else to come, what lies below is reached by no more members than this.
            let alone = self.queue.is_empty() && !shared;
            if set == holder || alone {
                continue;
            }
            if shared {
                met(set, &self.masks[place..place + words]);
                continue;
            }
            let late = std::mem::take(&mut self.late[set as usize]);
            for next in meeting.next[set as usize].iter().chain(&late) {
                let below = self.reach(*next, words);
                for word in 0..words {
                    self.masks[below + word] |= self.masks[place + word];
                }
            }
            self.late[set as usize] = late;
        }
    }

    /// The place of the mask of a set, which is reached now if it was not before.
    fn reach(&mut self, set: u32, words: usize) -> usize {
        let seen = &mut self.seen[set as usize];
        if seen.0 != self.number {
            *seen = (self.number, offset(self.masks.len()));
            self.masks.resize(self.masks.len() + words, 0);
            self.queue.push(set);
        }
        seen.1 as usize
    }
}

fn count(mask: &[u64]) -> usize {
    mask.iter().map(|word| word.count_ones() as usize).sum()
}

/// The members whose bits are set.
fn lost(group: &Spare, mask: &[u64]) -> Vec<u32> {
    let is_set = |bit: &usize| mask[bit / 64] >> (bit % 64) & 1 == 1;
    (0..group.members.len()).filter(is_set).map(|bit| group.members[bit]).collect()
}
