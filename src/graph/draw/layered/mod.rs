//! Boxes and lines in columns, after Sugiyama: what leads to another stands left of it, or in rows above it.
//!
//! Ready-made layouts were looked at and not taken: those in Rust compute in floats, which differ between machines,
//! order by hash maps, or place boxes without leading the lines around them. This one computes in whole pixels and
//! breaks every tie by the order in which the boxes are given, so the same boxes give the same picture everywhere.
//!
//! The stages: `rank` turns the links that close a circle and deals the boxes to columns; `thread` leads long links
//! through the columns between, those to one target as one line; `order` sorts each column so that few lines cross;
//! `place` finds heights at which most lines are straight.

mod order;
mod place;
mod rank;
mod thread;

pub(super) use rank::ranks;
use thread::Threads;

/// Room between two boxes of a column, and between a box and a line that passes.
const ROOM: i64 = 14;
/// Room between two lines that pass a column.
const LANE: i64 = 10;

/// What is to be drawn: sizes in pixels, and links between boxes by number.
#[derive(Debug)]
pub(super) struct Task {
    /// Width and height of each box; both are even.
    pub(super) sizes: Vec<(i64, i64)>,
    /// Links; those from a box to itself are passed over.
    pub(super) links: Vec<Link>,
}

/// A link between two boxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    /// Where it begins.
    pub(super) from: usize,
    /// Where its arrow points.
    pub(super) to: usize,
    /// How it looks; links to one target share a line when they look alike.
    pub(super) look: u8,
}

/// Where a box stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Its upper left corner.
    pub(super) corner: (i64, i64),
    /// Its width, that of the widest in its column, and its height.
    pub(super) size: (i64, i64),
}

/// Where everything stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// Each box.
    pub(super) boxes: Vec<Place>,
    /// The column of each box.
    pub(super) columns: Vec<usize>,
    /// Pieces of lines, each once.
    pub(super) pieces: Vec<Piece>,
    /// Width and height of the whole.
    pub(super) size: (i64, i64),
    /// Whether columns have become rows: then all places are true, but those of the pieces have x and y exchanged.
    pub(super) in_rows: bool,
}

/// A piece of a line: a curve between two columns, and before it straight through the column on the left where no box
/// is in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// How it looks.
    pub(super) look: u8,
    /// Where a line that passes enters the column on the left; none for one that begins at a box.
    pub(super) enters: Option<i64>,
    /// Where the curve begins.
    pub(super) start: (i64, i64),
    /// Where it ends, right of `start`.
    pub(super) end: (i64, i64),
    /// Whether an arrow head stands at the end, at a box.
    pub(super) tip: bool,
    /// Whether an arrow head stands at the start: the link closes a circle and leads back.
    pub(super) back: bool,
    /// The box that the line leads to.
    pub(super) target: usize,
}

/// Up to so many pixels a drawing in columns is not too wide for a page.
const NARROW: i64 = 1200;

/// Lays out `task` in columns, or where that gets too wide in rows, when these better fit a page that is four wide and
/// three high.
pub(super) fn lay_out(task: &Task) -> Plan {
    let columns = in_columns(task);
    if columns.size.0 <= NARROW {
        return columns;
    }
    let turned = |(width, height): (i64, i64)| (height, width);
    let rows = in_columns(&Task { sizes: task.sizes.iter().copied().map(turned).collect(), links: task.links.clone() });
    let page = |(width, height): (i64, i64)| (width * 3).max(height * 4);
    if page(columns.size) <= page(turned(rows.size)) {
        return columns;
    }
    let boxes = rows.boxes.iter().map(|place| Place { corner: turned(place.corner), size: turned(place.size) });
    Plan { boxes: boxes.collect(), size: turned(rows.size), in_rows: true, ..rows }
}

/// Lays out `task` in columns.
fn in_columns(task: &Task) -> Plan {
    let mut links: Vec<Link> = task.links.iter().copied().filter(|link| link.from != link.to).collect();
    links.sort_unstable();
    links.dedup();
    let pairs: Vec<(usize, usize)> = links.iter().map(|link| (link.from, link.to)).collect();
    let turned = rank::turned(task.sizes.len(), &pairs);
    let directed: Vec<(usize, usize)> = pairs
        .iter()
        .zip(&turned)
        .map(|((from, to), turned)| if *turned { (*to, *from) } else { (*from, *to) })
        .collect();
    let columns = rank::columns(task.sizes.len(), &directed);
    let mut threads = Threads::new(&columns, &links, &turned);
    order::sort(&mut threads);
    let heights: Vec<i64> =
        (0..threads.points.len()).map(|point| task.sizes.get(point).map_or(0, |size| size.1)).collect();
    let middles = place::middles(&threads, &heights);
    drawn(task, &threads, &middles, columns)
}

/// Turns columns and middles into corners and curves.
fn drawn(task: &Task, threads: &Threads, middles: &[i64], columns: Vec<usize>) -> Plan {
    let mut lefts = Vec::with_capacity(threads.layers.len());
    let mut rights = Vec::with_capacity(threads.layers.len());
    let mut x = 0;
    for (at, layer) in threads.layers.iter().enumerate() {
        let width = layer.iter().filter_map(|point| task.sizes.get(*point)).map(|size| size.0).max().unwrap_or(0);
        lefts.push(x);
        rights.push(x + width);
        // Where many lines run, or far up or down, they need room to bend.
        let here = || threads.segments.iter().filter(|segment| threads.points[segment.from] == at);
        let lines = i64::try_from(here().count()).unwrap_or(0);
        let far = here().map(|segment| (middles[segment.from] - middles[segment.to]).abs()).max().unwrap_or(0);
        x += width + (44 + lines + far / 20).min(100);
    }
    let boxes = task.sizes.iter().zip(&columns).zip(middles).map(|((size, column), middle)| Place {
        corner: (lefts[*column], middle - size.1 / 2),
        size: (rights[*column] - lefts[*column], size.1),
    });
    let boxes: Vec<Place> = boxes.collect();
    let pieces = threads.segments.iter().map(|segment| {
        let left = threads.points[segment.from];
        let is_box = |point: usize| point < task.sizes.len();
        Piece {
            look: segment.look,
            enters: (!is_box(segment.from)).then_some(lefts[left]),
            start: (rights[left], middles[segment.from]),
            end: (lefts[left + 1], middles[segment.to]),
            tip: !segment.turned && is_box(segment.to),
            back: segment.turned && is_box(segment.from),
            target: segment.target,
        }
    });
    let pieces: Vec<Piece> = pieces.collect();
    let bottom = boxes.iter().map(|place| place.corner.1 + place.size.1);
    let bottom = bottom.chain(pieces.iter().map(|piece| piece.start.1.max(piece.end.1))).max().unwrap_or(0);
    Plan { boxes, columns, pieces, size: (rights.last().copied().unwrap_or(0), bottom), in_rows: false }
}

#[cfg(test)]
mod tests;
