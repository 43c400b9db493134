//! The drawing that needs no other program.

use std::fmt::Write as _;

use super::fold::{self, Sketch, Way};
use super::layered::{self, Link, Piece, Place, Plan, Task};
use super::sheet::{self, LINE, Label};
use super::{Part, Picture};
use crate::base::svg::Svg;
use crate::graph::{NodeKind, State};

/// Room around everything.
const MARGIN: i64 = 20;
/// Room above the boxes, for the title.
const TOP: i64 = 56;
/// Narrowest drawing, so that the words below fit.
const NARROWEST: i64 = 620;

/// The looks of lines: solid, dashed, dotted; and the same for those that carry a failure.
const CARRIES: u8 = 3;
const LOOKS: [(&str, &str); 6] = [
    ("", "an arrow leads to what is needed: without it, down"),
    (" dash", "dashed: without it, degraded"),
    (" dots", "dotted: without it, at risk"),
    ("", "thick: the failure came this way, against the arrow"),
    (" dash", "thick and dashed: it came this way and degrades"),
    (" dots", "thick and dotted: it came this way and puts at risk"),
];

/// The picture as SVG: boxes in columns, each left of what it needs. Above a number of nodes those that are alike share
/// a box, which is told below; states are told by words, border and pattern.
#[must_use]
pub fn svg(picture: &Picture<'_>) -> String {
    let sketch = fold::fold(picture);
    let labels = sheet::labels(picture, &sketch);
    let (joined, alone): (Vec<usize>, Vec<usize>) =
        (0..labels.len()).partition(|at| sketch.ties.iter().any(|tie| tie.from == *at || tie.to == *at));
    let plan = layered::lay_out(&task(&sketch, &labels, &joined));
    let mut places: Vec<Place> = labels.iter().map(|label| Place { corner: (0, 0), size: label.size }).collect();
    for (at, place) in joined.iter().zip(&plan.boxes) {
        places[*at] = Place { corner: (MARGIN + place.corner.0, TOP + place.corner.1), size: place.size };
    }
    let width = (plan.size.0 + 2 * MARGIN).max(NARROWEST);
    let mut bottom = TOP + plan.size.1;
    if !joined.is_empty() && !alone.is_empty() {
        bottom += 20;
    }
    bottom = shelve(&alone, (width, bottom), &mut places);
    let below = Below::new(picture, &sketch, &labels, &plan);
    let height = bottom + 24 + below.height();
    let mut svg = Svg::new(width, height, &picture.title, &described(picture, &sketch));
    if picture.is_impact() {
        patterns(&mut svg);
    }
    svg.text("t b", (MARGIN, 24), &picture.title);
    svg.text("s", (MARGIN, 42), &counted(picture));
    for piece in &plan.pieces {
        line(&mut svg, piece, plan.in_rows);
    }
    for (label, place) in labels.iter().zip(&places) {
        paint(&mut svg, label, *place);
    }
    below.paint(&mut svg, bottom + 24);
    svg.finish()
}

/// What is laid out: the boxes that rely on something, or on which something relies.
fn task(sketch: &Sketch, labels: &[Label], joined: &[usize]) -> Task {
    let number = |at: usize| joined.binary_search(&at).unwrap_or_default();
    let links = sketch.ties.iter().map(|tie| {
        let look = match tie.cap {
            State::Down | State::Ok => 0,
            State::Degraded => 1,
            State::AtRisk => 2,
        };
        Link { from: number(tie.from), to: number(tie.to), look: look + if tie.carries { CARRIES } else { 0 } }
    });
    Task { sizes: joined.iter().map(|at| labels[*at].size).collect(), links: links.collect() }
}

/// Puts boxes side by side below the others; gives the new lower edge.
fn shelve(alone: &[usize], (width, top): (i64, i64), places: &mut [Place]) -> i64 {
    let (mut x, mut y, mut tallest) = (MARGIN, top, 0);
    for at in alone {
        let size = places[*at].size;
        if x > MARGIN && x + size.0 + MARGIN > width {
            (x, y, tallest) = (MARGIN, y + tallest + 12, 0);
        }
        places[*at].corner = (x, y);
        x += size.0 + 12;
        tallest = tallest.max(size.1);
    }
    y + tallest
}

/// How much of what is drawn.
fn counted(picture: &Picture<'_>) -> String {
    if !picture.is_impact() {
        let relations = if picture.edges.len() == 1 { "relation" } else { "relations" };
        let things = if picture.nodes.len() == 1 { "thing" } else { "things" };
        return format!("{} {things}, {} {relations}", picture.nodes.len(), picture.edges.len());
    }
    let count = |part: Part| picture.nodes.iter().filter(|drawn| drawn.part == part).count();
    let states = [State::Down, State::Degraded, State::AtRisk];
    states.map(|state| format!("{} {state}", count(Part::Hit(state)))).join(", ")
}

/// The whole in words, for those who do not see it.
fn described(picture: &Picture<'_>, sketch: &Sketch) -> String {
    let ways = format!("{} boxes, each before what it needs. {}", sketch.boxes.len(), sketch.way.words());
    format!("{}. {}", counted(picture), ways.trim_end())
}

/// The patterns of the bands that tell states.
fn patterns(svg: &mut Svg) {
    for (id, d) in [
        ("seed", "M0 3H6M3 0V6"),
        ("given", "M0 3H6"),
        ("down", "M-1 5L5 -1M1 7L7 1M-1 1L5 7M1 -1L7 5"),
        ("degraded", "M-1 7L7 -1M-1 1L1 -1M5 7L7 5"),
        ("at_risk", "M2 3H4"),
    ] {
        let size = [("id", id), ("width", "6"), ("height", "6"), ("patternUnits", "userSpaceOnUse")];
        svg.within("pattern", &size, "", |svg| svg.path("hatch", d));
    }
}

/// Draws a piece of a line with the arrow heads at its ends.
fn line(svg: &mut Svg, piece: &Piece, in_rows: bool) {
    let strong = piece.look >= CARRIES;
    let dashes = LOOKS[usize::from(piece.look)].0;
    let place = |(x, y): (i64, i64)| {
        let (x, y) = if in_rows { (y, x) } else { (x, y) };
        format!("{} {}", x + MARGIN, y + TOP)
    };
    let (start, end) = (piece.start, piece.end);
    // Arrow heads end the line, or it would show beside their points.
    let (from, to) = (start.0 + if piece.back { 7 } else { 0 }, end.0 - if piece.tip { 7 } else { 0 });
    let bend = (to - from) / 2;
    let mut d = format!("M{}", place((piece.enters.unwrap_or(from), start.1)));
    if piece.enters.is_some() {
        let _ = write!(d, "L{}", place((from, start.1)));
    }
    let handles = [place((from + bend, start.1)), place((to - bend, end.1))].join(" ");
    let _ = write!(d, "C{handles} {}", place((to, end.1)));
    svg.path(&format!("{}{dashes}", if strong { "strong" } else { "edge" }), &d);
    let head = if strong { "point" } else { "tip" };
    let (tip, back) = if in_rows { ("l-4 -9h8z", "l-4 9h8z") } else { ("l-9 -4v8z", "l9 -4v8z") };
    if piece.tip {
        svg.path(head, &format!("M{}{tip}", place(end)));
    }
    if piece.back {
        svg.path(head, &format!("M{}{back}", place(start)));
    }
}

fn paint(svg: &mut Svg, label: &Label, Place { corner: (x, y), size: (width, height) }: Place) {
    let (fill, border, band) = match label.part {
        Part::None | Part::Hit(State::Ok) => ("paper", "", ""),
        Part::Seed => ("bad", "strong", "seed"),
        Part::Given => ("none", "strong dash", "given"),
        Part::Hit(State::Down) => ("bad", "", "down"),
        Part::Hit(State::Degraded) => ("warn dash", "", "degraded"),
        Part::Hit(State::AtRisk) => ("info dots", "", "at_risk"),
    };
    let fill = if label.kind == NodeKind::Unknown && label.part == Part::None { "paper dash" } else { fill };
    svg.within("g", &[("class", "box")], &label.tip, |svg| {
        if label.is_folded {
            svg.rect(fill, (x + 4, y - 4), (width, height));
        }
        // Dashes show what is beneath; paper hides lines and the box behind.
        svg.rect("paper", (x, y), (width, height));
        svg.rect(fill, (x, y), (width, height));
        if band.is_empty() {
            kind_mark(svg, label.kind, (x + 10, y + 17));
        } else {
            let [x, y, height] = [x + 3, y + 3, height - 6].map(|number| number.to_string());
            let fill = format!("url(#{band})");
            svg.shape("rect", &[("x", &x), ("y", &y), ("width", "11"), ("height", &height), ("fill", &fill)]);
        }
        let border = if border.is_empty() && label.is_middle { "strong" } else { border };
        if !border.is_empty() {
            svg.rect(border, (x, y), (width, height));
        }
        let mut base = y + 17;
        for line in &label.title {
            svg.text("t b", (x + sheet::LEFT, base), line);
            base += LINE;
        }
        svg.text("s mono", (x + sheet::LEFT, base), &label.id);
        svg.text(if band.is_empty() { "s" } else { "t s b" }, (x + sheet::LEFT, base + LINE), &label.words);
    });
}

/// A small sign of the kind, left of the title.
fn kind_mark(svg: &mut Svg, kind: NodeKind, (x, y): (i64, i64)) {
    let d = match kind {
        NodeKind::Service => "m-4 -5a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
        NodeKind::Ci => "m-4 -9h8v8h-8z",
        NodeKind::Contract | NodeKind::Ola => "m-3 -10h4l3 3v7h-7z",
        NodeKind::Supplier => "m-4 -1v-5l4 -4l4 4v5z",
        NodeKind::Unknown => "m0 -10v5m0 3v1",
    };
    svg.path("hatch", &format!("M{x} {y}{d}"));
}

/// The words below the boxes: what the lines and borders mean, and what was folded.
struct Below {
    looks: Vec<u8>,
    parts: Vec<(Part, &'static str)>,
    has_circles: bool,
    notes: Vec<String>,
}

impl Below {
    fn new(picture: &Picture<'_>, sketch: &Sketch, labels: &[Label], plan: &Plan) -> Self {
        let mut looks: Vec<u8> = plan.pieces.iter().map(|piece| piece.look).collect();
        looks.sort_unstable();
        looks.dedup();
        let parts = [
            (Part::Seed, "fails: crosses and a strong border"),
            (Part::Given, "was down before: stripes and a strong dashed border"),
            (Part::Hit(State::Down), "down: cross-hatched"),
            (Part::Hit(State::Degraded), "degraded: hatched, dashed border"),
            (Part::Hit(State::AtRisk), "at risk: dots, dotted border"),
        ];
        let parts = parts.into_iter().filter(|(part, _)| labels.iter().any(|label| label.part == *part)).collect();
        let mut notes = Vec::new();
        if sketch.way != Way::None {
            notes.push(format!(
                "{} things are drawn as {} boxes. {}",
                picture.nodes.len(),
                sketch.boxes.len(),
                sketch.way.words()
            ));
            notes.push("To see one by itself: gitsm graph ID --depth 2 --format svg".to_owned());
        }
        if sketch.inside > 0 {
            notes.push(format!("Relations within a box, not drawn: {}.", sketch.inside));
        }
        if sketch.without_effect > 0 {
            let which = if picture.is_impact() { "Other relations" } else { "Relations over which no failure travels" };
            notes.push(format!("{which}, not drawn: {}.", sketch.without_effect));
        }
        Self { looks, parts, has_circles: plan.pieces.iter().any(|piece| piece.back), notes }
    }

    fn lines(&self) -> usize {
        self.looks.len() + self.parts.len() + usize::from(self.has_circles) + self.notes.len()
    }

    fn height(&self) -> i64 {
        i64::try_from(self.lines()).unwrap_or(0) * 18 + MARGIN
    }

    fn paint(&self, svg: &mut Svg, top: i64) {
        let mut y = top;
        for look in &self.looks {
            let (dashes, words) = LOOKS[usize::from(*look)];
            let strong = *look >= CARRIES;
            svg.line(&format!("{}{dashes}", if strong { "strong" } else { "edge" }), (MARGIN, y), (MARGIN + 30, y));
            let head = if strong { "point" } else { "tip" };
            svg.path(head, &format!("M{} {y}l-9 -4v8z", MARGIN + 36));
            svg.text("s", (MARGIN + 46, y + 4), words);
            y += 18;
        }
        if self.has_circles {
            svg.line("edge", (MARGIN + 6, y), (MARGIN + 36, y));
            svg.path("tip", &format!("M{MARGIN} {y}l9 -4v8z"));
            svg.text("s", (MARGIN + 46, y + 4), "an arrow that leads back closes a circle: each needs the other");
            y += 18;
        }
        for (part, words) in &self.parts {
            let fill = format!("url(#{})", part.word());
            let place = (MARGIN.to_string(), (y - 6).to_string());
            let shape = [("x", place.0.as_str()), ("y", &place.1), ("width", "36"), ("height", "12"), ("fill", &fill)];
            svg.shape("rect", &shape);
            svg.text("s", (MARGIN + 46, y + 4), words);
            y += 18;
        }
        for note in &self.notes {
            svg.text("s", (MARGIN, y + 4), note);
            y += 18;
        }
    }
}

#[cfg(test)]
mod tests;
