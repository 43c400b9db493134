//! The order within columns: few lines cross.

use super::thread::Threads;

/// Sweeps over all columns; more of them hardly ever help.
const SWEEPS: usize = 24;
/// Rounds of exchanging neighbours in each sweep.
const EXCHANGES: usize = 6;

/// Sorts every column, by the middle of its neighbours in turns to the right and to the left, and by exchanging
/// neighbours; the best order of all sweeps is kept, the first of equally good ones.
pub(super) fn sort(threads: &mut Threads) {
    begin(threads);
    let mut best = (crossings(threads), threads.layers.clone());
    for sweep in 0..SWEEPS {
        if best.0 == 0 {
            break;
        }
        let forward = sweep % 2 == 0;
        let count = threads.layers.len();
        for step in 1..count {
            let layer = if forward { step } else { count - 1 - step };
            sweep_layer(threads, layer, forward, sweep % 4 >= 2);
        }
        exchange(threads);
        let found = crossings(threads);
        if found < best.0 {
            best = (found, threads.layers.clone());
        }
    }
    threads.layers = best.1;
}

/// A first order: along the lines, from the boxes of the first columns on.
fn begin(threads: &mut Threads) {
    let mut seen = vec![false; threads.points.len()];
    let mut layers = vec![Vec::new(); threads.layers.len()];
    let starts: Vec<usize> = threads.layers.iter().flatten().copied().collect();
    for start in starts {
        let mut stack = vec![start];
        while let Some(point) = stack.pop() {
            if std::mem::replace(&mut seen[point], true) {
                continue;
            }
            layers[threads.points[point]].push(point);
            stack.extend(threads.next[point].iter().rev());
        }
    }
    threads.layers = layers;
}

/// Sorts one column by the mean place of the neighbours in the column before or behind; points without any stay.
fn sweep_layer(threads: &mut Threads, layer: usize, forward: bool, ties_turn: bool) {
    /// Places are compared in thousandths, so that no float decides.
    const SHARE: usize = 1000;
    let places = threads.places();
    let neighbours = if forward { &threads.before } else { &threads.next };
    let weight = |point: usize| {
        let of = &neighbours[point];
        (!of.is_empty()).then(|| of.iter().map(|other| places[*other]).sum::<usize>() * SHARE / of.len())
    };
    let points = &threads.layers[layer];
    let mut moving: Vec<(usize, usize)> = points.iter().filter_map(|point| Some((weight(*point)?, *point))).collect();
    if ties_turn {
        moving.reverse();
    }
    moving.sort_by_key(|(weight, _)| *weight);
    let mut moving = moving.into_iter().map(|(_, point)| point);
    let sorted =
        points.iter().map(|point| if weight(*point).is_some() { moving.next().unwrap_or(*point) } else { *point });
    threads.layers[layer] = sorted.collect();
}

/// Exchanges neighbours in a column as long as that takes crossings away.
fn exchange(threads: &mut Threads) {
    let mut places = threads.places();
    for _ in 0..EXCHANGES {
        let mut better = false;
        for layer in 0..threads.layers.len() {
            for at in 1..threads.layers[layer].len() {
                let (upper, lower) = (threads.layers[layer][at - 1], threads.layers[layer][at]);
                let (now, then) = [&threads.before, &threads.next].iter().fold((0, 0), |sum, neighbours| {
                    let (a, b) = (&neighbours[upper], &neighbours[lower]);
                    (sum.0 + crossed(a, b, &places), sum.1 + crossed(b, a, &places))
                });
                if then < now {
                    threads.layers[layer].swap(at - 1, at);
                    (places[upper], places[lower]) = (at, at - 1);
                    better = true;
                }
            }
        }
        if !better {
            break;
        }
    }
}

/// How many lines to the neighbours of an upper point cross lines to those of a lower one.
fn crossed(upper: &[usize], lower: &[usize], places: &[usize]) -> usize {
    let count = |place: usize| lower.iter().filter(|other| places[**other] < place).count();
    upper.iter().map(|point| count(places[*point])).sum()
}

/// How often lines cross in all.
pub(super) fn crossings(threads: &Threads) -> usize {
    let places = threads.places();
    let mut sum = 0;
    for layer in &threads.layers {
        let Some(next) = layer.iter().flat_map(|point| &threads.next[*point]).map(|to| threads.points[*to]).next()
        else {
            continue;
        };
        // Ends in the order of their starts; every pair out of order is a crossing, counted with a tree of sums.
        let mut tree = vec![0usize; threads.layers[next].len() + 1];
        let mut seen = 0;
        for point in layer {
            let mut ends: Vec<usize> = threads.next[*point].iter().map(|to| places[*to]).collect();
            ends.sort_unstable();
            for end in &ends {
                sum += seen - upto(&tree, *end);
            }
            for end in ends {
                add(&mut tree, end);
                seen += 1;
            }
        }
    }
    sum
}

fn upto(tree: &[usize], place: usize) -> usize {
    let mut at = place + 1;
    let mut sum = 0;
    while at > 0 {
        sum += tree[at];
        at &= at - 1;
    }
    sum
}

fn add(tree: &mut [usize], place: usize) {
    let mut at = place + 1;
    while at < tree.len() {
        tree[at] += 1;
        at += at & at.wrapping_neg();
    }
}

#[cfg(test)]
mod tests {
    use super::super::Link;
    use super::*;

    fn threads(columns: &[usize], links: &[(usize, usize)]) -> Threads {
        let links: Vec<Link> = links.iter().map(|(from, to)| Link { from: *from, to: *to, look: 0 }).collect();
        Threads::new(columns, &links, &vec![false; links.len()])
    }

    /// Every pair of lines looked at.
    fn naive(threads: &Threads) -> usize {
        let places = threads.places();
        let mut sum = 0;
        for a in &threads.segments {
            for b in &threads.segments {
                let same = threads.points[a.from] == threads.points[b.from];
                sum += usize::from(same && places[a.from] < places[b.from] && places[a.to] > places[b.to]);
            }
        }
        sum
    }

    #[test]
    fn crossings_are_counted_as_by_looking_at_every_pair() {
        let mut dice = 7u32;
        let mut roll = |sides: u32| {
            dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (dice >> 16) % sides
        };
        for _ in 0..40 {
            let columns: Vec<usize> = (0..24).map(|at| at / 6).collect();
            let links: Vec<(usize, usize)> = (0..40)
                .map(|_| (roll(24) as usize, roll(24) as usize))
                .filter(|(from, to)| columns[*from] < columns[*to])
                .collect();
            let mut threads = threads(&columns, &links);
            let before = crossings(&threads);
            assert_eq!(before, naive(&threads));
            sort(&mut threads);
            assert_eq!(crossings(&threads), naive(&threads));
            let mut points: Vec<usize> = threads.layers.iter().flatten().copied().collect();
            points.sort_unstable();
            assert_eq!(points, (0..threads.points.len()).collect::<Vec<_>>(), "none is lost");
        }
    }

    #[test]
    fn what_can_be_drawn_without_crossings_is() {
        let tree = [(0, 4), (0, 6), (1, 3), (1, 5), (2, 7), (3, 10), (4, 8), (5, 11), (6, 9)];
        let mut threads = threads(&[0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2], &tree);
        assert!(crossings(&threads) > 0);
        sort(&mut threads);
        assert_eq!(crossings(&threads), 0);
    }

    #[test]
    fn a_crossing_that_must_be_stays_alone() {
        let mut threads = threads(&[0, 0, 1, 1], &[(0, 2), (0, 3), (1, 2), (1, 3)]);
        sort(&mut threads);
        assert_eq!(crossings(&threads), 1);
    }
}
