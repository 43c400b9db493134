//! Columns: which links are turned, and how far to the right each box stands.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

/// For each of `links` whether it is turned, so that no circle is left. Only links within a circle are, and of those few.
pub(super) fn turned(nodes: usize, links: &[(usize, usize)]) -> Vec<bool> {
    let component = components(nodes, links);
    let mut next = vec![Vec::new(); nodes];
    let mut back = vec![Vec::new(); nodes];
    for (from, to) in links.iter().filter(|(from, to)| component[*from] == component[*to] && from != to) {
        next[*from].push(*to);
        back[*to].push(*from);
    }
    let place = sequence(&next, &back);
    links.iter().map(|(from, to)| component[*from] == component[*to] && place[*from] > place[*to]).collect()
}

/// For each node the number of its strongly connected component; each component's number is above those that lead to it.
fn components(nodes: usize, links: &[(usize, usize)]) -> Vec<usize> {
    let mut graph: DiGraph<(), (), usize> = DiGraph::with_capacity(nodes, links.len());
    (0..nodes).for_each(|_| {
        graph.add_node(());
    });
    for (from, to) in links {
        graph.add_edge(NodeIndex::new(*from), NodeIndex::new(*to), ());
    }
    let mut component = vec![0; nodes];
    let found = kosaraju_scc(&graph);
    let count = found.len();
    for (at, members) in found.into_iter().enumerate() {
        for node in members {
            component[node.index()] = count - 1 - at;
        }
    }
    component
}

/// A sequence in which few links lead backwards, after Eades: what nothing leads to goes first, what leads to nothing
/// last, and of the rest the one with most ahead and least behind; ties go by number.
fn sequence(next: &[Vec<usize>], back: &[Vec<usize>]) -> Vec<usize> {
    let nodes = next.len();
    let mut ahead: Vec<usize> = next.iter().map(Vec::len).collect();
    let mut behind: Vec<usize> = back.iter().map(Vec::len).collect();
    let mut place: Vec<Option<usize>> = vec![None; nodes];
    let (mut first, mut last) = (0, nodes);
    let mut sources: Vec<usize> = (0..nodes).filter(|node| behind[*node] == 0).rev().collect();
    let mut sinks: Vec<usize> = (0..nodes).filter(|node| ahead[*node] == 0).rev().collect();
    while first < last {
        let (node, is_last) = if let Some(node) = sinks.pop() {
            (node, true)
        } else if let Some(node) = sources.pop() {
            (node, false)
        } else {
            let left = (0..nodes).filter(|node| place[*node].is_none());
            let Some(best) = left.max_by_key(|node| (ahead[*node] + nodes - behind[*node].min(nodes), nodes - node))
            else {
                break;
            };
            (best, false)
        };
        if place[node].is_some() {
            continue;
        }
        place[node] = Some(if is_last {
            last -= 1;
            last
        } else {
            first += 1;
            first - 1
        });
        for to in &next[node] {
            behind[*to] -= 1;
            if behind[*to] == 0 {
                sources.push(*to);
            }
        }
        for from in &back[node] {
            ahead[*from] -= 1;
            if ahead[*from] == 0 {
                sinks.push(*from);
            }
        }
    }
    place.into_iter().map(Option::unwrap_or_default).collect()
}

/// For each node how many steps the longest way to it has, where nodes on a circle count as one; linear.
pub(in crate::graph::draw) fn ranks(nodes: usize, links: &[(usize, usize)]) -> Vec<usize> {
    let component = components(nodes, links);
    let mut order: Vec<usize> = (0..nodes).collect();
    order.sort_by_key(|node| component[*node]);
    let mut of = vec![0; nodes];
    let mut next = vec![Vec::new(); nodes];
    for (from, to) in links {
        next[component[*from]].push(component[*to]);
    }
    for from in 0..nodes {
        let rank: usize = of[from];
        for to in std::mem::take(&mut next[from]) {
            if to != from {
                of[to] = of[to].max(rank + 1);
            }
        }
    }
    component.into_iter().map(|component| of[component]).collect()
}

/// The column of each node in a graph without circles: every link leads at least one to the right. Nodes on which less
/// depends than they depend on are pulled to the right, so that lines get short.
pub(super) fn columns(nodes: usize, links: &[(usize, usize)]) -> Vec<usize> {
    let mut column = ranks(nodes, links);
    let mut next = vec![Vec::new(); nodes];
    let mut before = vec![0usize; nodes];
    for (from, to) in links {
        next[*from].push(*to);
        before[*to] += 1;
    }
    let mut order: Vec<usize> = (0..nodes).collect();
    order.sort_by_key(|node| std::cmp::Reverse((column[*node], *node)));
    for node in order {
        if let Some(nearest) = next[node].iter().map(|to| column[*to]).min()
            && next[node].len() > before[node]
        {
            column[node] = nearest - 1;
        }
    }
    let first = column.iter().copied().min().unwrap_or(0);
    for column in &mut column {
        *column -= first;
    }
    column
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_circle_nothing_is_turned() {
        assert_eq!(turned(4, &[(3, 2), (2, 1), (1, 0), (3, 0)]), [false; 4]);
        assert_eq!(turned(1, &[(0, 0)]), [false], "a link to itself is no way back");
    }

    #[test]
    fn one_link_of_a_simple_circle_is_turned() {
        let links = [(0, 1), (1, 2), (2, 3), (3, 0), (4, 0), (3, 5)];
        let turned = turned(6, &links);
        assert_eq!(turned, [false, false, false, true, false, false]);
    }

    #[test]
    fn a_circle_is_one_step_however_long_it_is() {
        assert_eq!(ranks(5, &[(0, 1), (1, 2), (2, 1), (2, 3), (4, 3)]), [0, 1, 1, 2, 0]);
        let chain: Vec<(usize, usize)> = (0..50_000).map(|at| (at, at + 1)).collect();
        assert_eq!(ranks(50_001, &chain)[50_000], 50_000);
    }

    #[test]
    fn what_needs_more_than_needs_it_stands_near_to_what_it_needs() {
        let links = [(0, 1), (1, 2), (3, 2)];
        assert_eq!(columns(4, &links), [0, 1, 2, 1]);
    }
}
