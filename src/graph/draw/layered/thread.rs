//! Long links as chains of points, one in each column that they pass.

use std::collections::BTreeMap;

use super::Link;

/// Boxes and the points of lines between them: the first numbers are the boxes.
#[derive(Debug)]
pub(super) struct Threads {
    /// The column of each point.
    pub(super) points: Vec<usize>,
    /// The points of each column from top to bottom.
    pub(super) layers: Vec<Vec<usize>>,
    /// Pieces from one column to the next, each once.
    pub(super) segments: Vec<Segment>,
    /// For each point, the points of the column before that lead to it.
    pub(super) before: Vec<Vec<usize>>,
    /// For each point, the points of the next column that it leads to.
    pub(super) next: Vec<Vec<usize>>,
    /// How many of the points are boxes.
    pub(super) boxes: usize,
}

/// A piece of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Segment {
    /// Its point on the left.
    pub(super) from: usize,
    /// Its point on the right.
    pub(super) to: usize,
    /// How it looks.
    pub(super) look: u8,
    /// Whether its link leads from right to left.
    pub(super) turned: bool,
    /// The box that its link leads to.
    pub(super) target: usize,
}

impl Threads {
    /// Threads `links` through `columns`. Links of one look to one target share their points, so that they run
    /// together as soon as they can.
    pub(super) fn new(columns: &[usize], links: &[Link], turned: &[bool]) -> Self {
        let mut points = columns.to_vec();
        let mut shared: BTreeMap<(usize, u8, bool, usize), usize> = BTreeMap::new();
        let mut segments = Vec::new();
        for (link, turned) in links.iter().zip(turned) {
            let (left, right) = if *turned { (link.to, link.from) } else { (link.from, link.to) };
            let mut at = left;
            for column in columns[left] + 1..=columns[right] {
                let to = if column == columns[right] {
                    right
                } else {
                    *shared.entry((link.to, link.look, *turned, column)).or_insert_with(|| {
                        points.push(column);
                        points.len() - 1
                    })
                };
                segments.push(Segment { from: at, to, look: link.look, turned: *turned, target: link.to });
                at = to;
            }
        }
        segments.sort_unstable();
        segments.dedup();
        let mut layers = vec![Vec::new(); points.iter().max().map_or(0, |last| last + 1)];
        let (mut before, mut next) = (vec![Vec::new(); points.len()], vec![Vec::new(); points.len()]);
        for (point, column) in points.iter().enumerate() {
            layers[*column].push(point);
        }
        for segment in &segments {
            // Two links between the same two that differ in looks pull twice.
            next[segment.from].push(segment.to);
            before[segment.to].push(segment.from);
        }
        Self { points, layers, segments, before, next, boxes: columns.len() }
    }

    /// The place of each point in its column.
    pub(super) fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.points.len()];
        for layer in &self.layers {
            layer.iter().enumerate().for_each(|(place, point)| places[*point] = place);
        }
        places
    }

    /// Whether a point is one that a line passes.
    pub(super) fn passes(&self, point: usize) -> bool {
        point >= self.boxes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(from: usize, to: usize) -> Link {
        Link { from, to, look: 0 }
    }

    #[test]
    fn long_links_to_one_target_run_together() {
        let threads = Threads::new(&[0, 0, 2], &[link(0, 2), link(1, 2)], &[false, false]);
        assert_eq!(threads.layers, [vec![0, 1], vec![3], vec![2]]);
        let ends: Vec<_> = threads.segments.iter().map(|segment| (segment.from, segment.to)).collect();
        assert_eq!(ends, [(0, 3), (1, 3), (3, 2)]);
        assert!(threads.passes(3) && !threads.passes(2));
    }

    #[test]
    fn links_of_another_look_or_direction_keep_apart() {
        let dashed = Link { look: 1, ..link(1, 2) };
        assert_eq!(Threads::new(&[0, 0, 2], &[link(0, 2), dashed], &[false, false]).points.len(), 5);
        let threads = Threads::new(&[0, 2], &[link(1, 0), link(0, 1)], &[true, false]);
        assert_eq!(threads.points.len(), 4);
        assert!(threads.segments.iter().any(|segment| segment.turned && segment.from == 0 && segment.target == 0));
    }
}
