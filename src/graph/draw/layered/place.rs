//! Heights, after Brandes and Köpf: points are strung on straight lines where they can be, four times with different
//! preferences, and each gets the mean of the two middle heights.

use std::collections::BTreeSet;

use super::thread::Threads;
use super::{LANE, ROOM};

/// The middle of each point, in pixels from the top; `heights` are theirs.
pub(super) fn middles(threads: &Threads, heights: &[i64]) -> Vec<i64> {
    let conflicts = conflicts(threads);
    let room = |upper: usize, lower: usize| {
        let gap = if threads.passes(upper) && threads.passes(lower) { LANE } else { ROOM };
        heights[upper].midpoint(heights[lower]) + gap
    };
    let mut four: Vec<Vec<i64>> = Vec::new();
    for (from_left, from_top) in [(true, true), (true, false), (false, true), (false, false)] {
        let mut layers = threads.layers.clone();
        if !from_top {
            for layer in &mut layers {
                layer.reverse();
            }
        }
        let roots = strung(threads, &layers, from_left, &conflicts);
        let mut middles = compact(&layers, &roots, &room);
        if !from_top {
            for middle in &mut middles {
                *middle = -*middle;
            }
        }
        four.push(middles);
    }
    level(&mut four, heights);
    let mut middles: Vec<i64> = (0..threads.points.len())
        .map(|point| {
            let mut of: Vec<i64> = four.iter().map(|middles| middles[point]).collect();
            of.sort_unstable();
            of[1].midpoint(of[2])
        })
        .collect();
    keep_apart(threads, &mut middles, room);
    let top = (0..middles.len()).map(|point| middles[point] - heights[point] / 2).min().unwrap_or(0);
    for middle in &mut middles {
        *middle -= top;
    }
    middles
}

/// Pieces at a box that cross a piece between two points that lines pass: those of long lines go first.
fn conflicts(threads: &Threads) -> BTreeSet<(usize, usize)> {
    let places = threads.places();
    let long = |at: usize| {
        let segment = &threads.segments[at];
        threads.passes(segment.from) && threads.passes(segment.to)
    };
    let mut of_column = vec![Vec::new(); threads.layers.len()];
    for (at, segment) in threads.segments.iter().enumerate() {
        of_column[threads.points[segment.from]].push(at);
    }
    let mut found = BTreeSet::new();
    for segments in of_column {
        let (inner, outer): (Vec<usize>, Vec<usize>) = segments.into_iter().partition(|at| long(*at));
        for a in outer.into_iter().map(|at| &threads.segments[at]) {
            let crosses = inner.iter().map(|at| &threads.segments[*at]).any(|b| {
                let (from, to) = (places[a.from].cmp(&places[b.from]), places[a.to].cmp(&places[b.to]));
                from.is_ne() && to.is_ne() && from != to
            });
            if crosses {
                found.insert((a.from, a.to));
            }
        }
    }
    found
}

/// Strings points on lines that do not cross; gives for each point the first one of its string.
fn strung(
    threads: &Threads,
    layers: &[Vec<usize>],
    from_left: bool,
    conflicts: &BTreeSet<(usize, usize)>,
) -> Vec<usize> {
    let mut places = vec![0usize; threads.points.len()];
    for layer in layers {
        layer.iter().enumerate().for_each(|(place, point)| places[*point] = place);
    }
    let mut root: Vec<usize> = (0..threads.points.len()).collect();
    let order: Vec<usize> = if from_left { (0..layers.len()).collect() } else { (0..layers.len()).rev().collect() };
    for layer in order {
        // Places of the neighbouring column up to here are taken.
        let mut free = 0;
        for point in &layers[layer] {
            let mut near = if from_left { threads.before[*point].clone() } else { threads.next[*point].clone() };
            near.sort_unstable_by_key(|other| places[*other]);
            near.dedup();
            // The one in the middle, or the two.
            let middle = near.len().saturating_sub(1) / 2..(near.len() / 2 + 1).min(near.len());
            for other in near.get(middle).unwrap_or_default() {
                let segment = if from_left { (*other, *point) } else { (*point, *other) };
                if root[*point] == *point && places[*other] >= free && !conflicts.contains(&segment) {
                    root[*point] = root[*other];
                    free = places[*other] + 1;
                }
            }
        }
    }
    root
}

/// Heights for the strings: as far up as what stands above allows, then down again to what stands below.
fn compact(layers: &[Vec<usize>], roots: &[usize], room: &impl Fn(usize, usize) -> i64) -> Vec<i64> {
    let mut below: Vec<Vec<(usize, i64)>> = vec![Vec::new(); roots.len()];
    let mut waiting = vec![0usize; roots.len()];
    for layer in layers {
        for two in layer.windows(2) {
            below[roots[two[0]]].push((roots[two[1]], room(two[0], two[1])));
            waiting[roots[two[1]]] += 1;
        }
    }
    let mut height = vec![0i64; roots.len()];
    let mut order = Vec::new();
    let mut ready: Vec<usize> =
        (0..roots.len()).rev().filter(|point| roots[*point] == *point && waiting[*point] == 0).collect();
    while let Some(root) = ready.pop() {
        order.push(root);
        for (under, room) in &below[root] {
            height[*under] = height[*under].max(height[root] + room);
            waiting[*under] -= 1;
            if waiting[*under] == 0 {
                ready.push(*under);
            }
        }
    }
    for root in order.into_iter().rev() {
        if let Some(limit) = below[root].iter().map(|(under, room)| height[*under] - room).min() {
            height[root] = height[root].max(limit);
        }
    }
    (0..roots.len()).map(|point| height[roots[point]]).collect()
}

/// Shifts the four so that they agree where the narrowest of them stands.
fn level(four: &mut [Vec<i64>], heights: &[i64]) {
    let span = |middles: &[i64]| {
        let top = middles.iter().zip(heights).map(|(middle, height)| middle - height / 2).min().unwrap_or(0);
        let bottom = middles.iter().zip(heights).map(|(middle, height)| middle + height / 2).max().unwrap_or(0);
        (top, bottom)
    };
    let spans: Vec<(i64, i64)> = four.iter().map(|middles| span(middles)).collect();
    let Some(narrow) = spans.iter().copied().min_by_key(|(top, bottom)| bottom - top) else { return };
    for (at, (middles, span)) in four.iter_mut().zip(spans).enumerate() {
        let shift = if at % 2 == 0 { narrow.0 - span.0 } else { narrow.1 - span.1 };
        for middle in middles {
            *middle += shift;
        }
    }
}

/// Pushes down what stands too near to the one above.
fn keep_apart(threads: &Threads, middles: &mut [i64], room: impl Fn(usize, usize) -> i64) {
    for layer in &threads.layers {
        for two in layer.windows(2) {
            middles[two[1]] = middles[two[1]].max(middles[two[0]] + room(two[0], two[1]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Link;
    use super::super::order;
    use super::*;

    fn sorted(columns: &[usize], links: &[(usize, usize)]) -> (Threads, Vec<i64>) {
        let links: Vec<Link> = links.iter().map(|(from, to)| Link { from: *from, to: *to, look: 0 }).collect();
        let mut threads = Threads::new(columns, &links, &vec![false; links.len()]);
        order::sort(&mut threads);
        let heights: Vec<i64> =
            (0..threads.points.len()).map(|point| if threads.passes(point) { 0 } else { 40 }).collect();
        let middles = middles(&threads, &heights);
        (threads, middles)
    }

    #[test]
    fn a_chain_is_straight() {
        let (_, middles) = sorted(&[0, 1, 2, 3], &[(0, 1), (1, 2), (2, 3)]);
        assert_eq!(middles, [20, 20, 20, 20]);
    }

    #[test]
    fn one_that_leads_to_two_stands_between_them() {
        let (_, middles) = sorted(&[0, 1, 1], &[(0, 1), (0, 2)]);
        assert_eq!(middles[0], middles[1].midpoint(middles[2]));
        assert_eq!(middles[1].abs_diff(middles[2]), 40 + 14);
    }

    #[test]
    fn a_long_line_stays_straight_where_it_passes() {
        let (threads, middles) = sorted(&[0, 1, 2, 3, 1, 2], &[(0, 3), (0, 1), (1, 2), (4, 5), (2, 3)]);
        let passing: Vec<i64> = (threads.boxes..threads.points.len()).map(|point| middles[point]).collect();
        assert_eq!(passing.len(), 2);
        assert_eq!(passing[0], passing[1]);
    }
}
