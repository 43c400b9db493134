//! A list for each node, all in one piece of memory.

use std::ops::{Index, IndexMut};

use crate::base::span::offset;

/// A list for each of a number of nodes.
#[derive(Debug, Clone)]
pub(super) struct Lists<T> {
    items: Vec<T>,
    /// Where each list begins; one more at the end.
    starts: Vec<u32>,
}

impl<T: Copy> Lists<T> {
    /// Deals `pairs` of node and item out to `count` nodes; within a list they stay in their order.
    pub(super) fn gather(count: usize, pairs: &[(u32, T)]) -> Self {
        let mut starts = vec![0u32; count + 1];
        for (node, _) in pairs {
            starts[*node as usize + 1] += 1;
        }
        for at in 0..count {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut order = vec![0u32; pairs.len()];
        for (at, (node, _)) in pairs.iter().enumerate() {
            let slot = &mut next[*node as usize];
            order[*slot as usize] = offset(at);
            *slot += 1;
        }
        Self { items: order.into_iter().map(|at| pairs[at as usize].1).collect(), starts }
    }
}

impl<T> Lists<T> {
    /// Number of lists.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of items in all lists.
    pub(super) fn total(&self) -> usize {
        self.items.len()
    }

    /// The number over all lists of item `item` of the list of `node`.
    pub(super) fn place(&self, node: usize, item: u32) -> u32 {
        self.starts[node] + item
    }

    /// The item at such a number.
    pub(super) fn item(&self, place: u32) -> &T {
        &self.items[place as usize]
    }
}

impl<T> Index<usize> for Lists<T> {
    type Output = [T];

    fn index(&self, node: usize) -> &[T] {
        &self.items[self.starts[node] as usize..self.starts[node + 1] as usize]
    }
}

impl<T> IndexMut<usize> for Lists<T> {
    fn index_mut(&mut self, node: usize) -> &mut [T] {
        &mut self.items[self.starts[node] as usize..self.starts[node + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_dealt_out_in_their_order() {
        let mut lists = Lists::gather(4, &[(2, 'a'), (0, 'b'), (2, 'c'), (3, 'd'), (2, 'e')]);
        assert_eq!([&lists[0], &lists[1], &lists[2], &lists[3]], [&['b'][..], &[], &['a', 'c', 'e'], &['d']]);
        assert_eq!((lists.len(), lists.total(), lists.place(2, 1), *lists.item(2)), (4, 5, 2, 'c'));
        lists[2][1] = 'x';
        assert_eq!(&lists[2], ['a', 'x', 'e']);
    }

    #[test]
    fn no_nodes_and_no_items_are_no_trouble() {
        assert_eq!(Lists::<u8>::gather(0, &[]).total(), 0);
        assert!(Lists::<u8>::gather(1, &[])[0].is_empty());
    }
}
