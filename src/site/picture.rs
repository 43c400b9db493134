//! The picture of a neighbourhood: inline SVG with links, coloured by the style sheet, and what stands two steps away as lists.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::hood::{Column, Slot};
use super::html::{Html, Look};
use super::links::Root;
use super::pages::Site;
use super::text;
use crate::graph::NodeKind;
use crate::model::Ix;
use crate::model::trace::{Read, note};
use crate::schema::Tone;

const BOX_HEIGHT: usize = 46;
const ROW: usize = BOX_HEIGHT + 12;
const TOP: usize = 30;

/// Widths of a picture, such that five columns still fit a page.
#[derive(Clone, Copy)]
struct Scale {
    /// Width of a box.
    width: usize,
    /// Room between two columns.
    gap: usize,
    /// Characters of a name that fit a box.
    name: usize,
    /// Characters of an id that fit a box.
    sub: usize,
}

impl Scale {
    const fn of(columns: usize) -> Self {
        if columns > 4 {
            Self { width: 190, gap: 40, name: 17, sub: 23 }
        } else {
            Self { width: 222, gap: 74, name: 21, sub: 28 }
        }
    }

    /// Whether its boxes are the wide ones.
    const fn is_wide(self) -> bool {
        self.width > 200
    }

    /// The left edge of column `at`.
    const fn left(self, at: usize) -> usize {
        at * (self.width + self.gap) + 1
    }
}

/// A drawn neighbourhood.
#[derive(serde::Serialize)]
pub(super) struct Picture {
    /// The drawing.
    svg: Html,
    /// What stands two steps away, as lists; nearer ones are among the relations of the page.
    lists: Html,
}

/// Draws the surroundings of `ix`; nothing when nothing stands around it.
pub(super) fn draw(site: &Site<'_>, root: Root, ix: Ix) -> Option<Picture> {
    let record = site.sms.record(ix);
    let columns = site.hood.around(record.id.as_str())?;
    let kind = text::noun(&record.kind.names.singular);
    let rows = columns.iter().map(|column| column.slots.len()).max().unwrap_or(0);
    let mut svg = Html::with_room(8 * 1024);
    let scale = Scale::of(columns.len());
    let (width, height) = (scale.left(columns.len()) - scale.gap + 1, TOP + rows * ROW - 10);
    svg.raw("<svg viewBox=\"0 0 ").number(width).raw(" ").number(height).raw("\" width=\"").number(width);
    svg.raw("\" height=\"").number(height).raw("\" role=\"group\" aria-label=\"").add(site.book.title(ix));
    svg.raw(", what relies on it and what it relies on\">");
    boxes(site, &columns, scale, &mut svg);
    for (at, column) in columns.iter().enumerate() {
        svg.raw("<text class=\"colh\" x=\"").number(scale.left(at)).raw("\" y=\"14\">");
        svg.text(&heading(column.distance, &kind)).raw("</text>");
    }
    lines(&columns, rows, scale, &mut svg);
    for (at, column) in columns.iter().enumerate() {
        for (place, slot) in column.slots.iter().enumerate() {
            let pen = Pen { site, root, scale, x: scale.left(at), y: top(rows, column, place) };
            pen.slot(slot, column.distance == 0, &mut svg);
        }
    }
    svg.raw("</svg>");
    Some(Picture { svg, lists: lists(site, root, &columns) })
}

fn heading(distance: i32, kind: &str) -> String {
    match distance {
        0 => format!("This {kind}"),
        -1 => "Relies on it".to_owned(),
        1 => "It relies on".to_owned(),
        _ => "Two steps away".to_owned(),
    }
}

/// The upper edge of a box; short columns stand in the middle.
fn top(rows: usize, column: &Column, place: usize) -> usize {
    TOP + (rows - column.slots.len()) * ROW / 2 + place * ROW
}

/// The boxes that are drawn, one for each kind, to be used again and again.
fn boxes(site: &Site<'_>, columns: &[Column], scale: Scale, svg: &mut Html) {
    let kind = |slot: &Slot| site.hood.node(slot.node).kind;
    let kinds: BTreeSet<NodeKind> = columns.iter().flat_map(|column| &column.slots).map(kind).collect();
    svg.raw("<defs>");
    for kind in kinds {
        svg.raw("<g id=\"b-").raw(kind.word()).raw("\"><rect class=\"box\" width=\"").number(scale.width);
        svg.raw("\" height=\"46\" rx=\"7\"/><path class=\"kd\" transform=\"translate(11 15)\" d=\"");
        svg.raw(glyph(kind)).raw("\"/></g>");
    }
    svg.raw("</defs>");
}

/// How wide a line is that stands for several links.
const fn width(links: usize) -> usize {
    match links {
        0 | 1 => 0,
        2..=4 => 1,
        _ => 2,
    }
}

/// The lines between all columns, one path for each width.
fn lines(columns: &[Column], rows: usize, scale: Scale, svg: &mut Html) {
    let mut paths = [Html::new(), Html::new(), Html::new()];
    for (at, column) in columns.iter().enumerate() {
        let near = if column.distance < 0 { columns.get(at + 1) } else { at.checked_sub(1).map(|at| &columns[at]) };
        let Some(near) = near else { continue };
        for (from, to, links) in &column.lines {
            let (here, there) = (top(rows, column, *to) + 23, top(rows, near, *from) + 23);
            let (left, y_left, y_right) = if column.distance < 0 { (at, here, there) } else { (at - 1, there, here) };
            let (x, end) = (scale.left(left) + scale.width, scale.left(left + 1));
            let path = &mut paths[width(*links)];
            path.raw("M").number(x).raw(" ").number(y_left);
            if y_left == y_right {
                path.raw("H").number(end);
                continue;
            }
            path.raw("C").number(x + scale.gap / 2).raw(" ").number(y_left).raw(" ").number(end - scale.gap / 2);
            path.raw(" ").number(y_right).raw(" ").number(end).raw(" ").number(y_right);
        }
    }
    for (path, class) in paths.iter().zip(["gr", "gr w2", "gr w3"]).filter(|(path, _)| !path.is_empty()) {
        svg.raw("<path class=\"").raw(class).raw("\" d=\"").add(path).raw("\"/>");
    }
}

/// Draws one box at a place.
struct Pen<'s, 'a> {
    site: &'s Site<'a>,
    root: Root,
    scale: Scale,
    x: usize,
    y: usize,
}

impl Pen<'_, '_> {
    fn slot(&self, slot: &Slot, is_middle: bool, svg: &mut Html) {
        let node = self.site.hood.node(slot.node);
        if slot.is_folded() {
            let words = folded(self.site, node.kind, slot.count);
            let list = self.site.shelf(node.kind.word()).map(|shelf| shelf.page(1));
            let href = |svg: &mut Html| {
                svg.raw(self.root.as_str()).text(list.as_deref().unwrap_or_default());
            };
            self.frame(list.is_some().then_some(&href), "n more", svg);
            self.inside(node.kind, &words, "Drawn as one", &words, svg);
            close(list.is_some(), svg);
            return;
        }
        let Some(ix) = node.record else {
            self.frame(None, "n lost", svg);
            self.inside(node.kind, node.id.as_str(), "No such record", node.id.as_str(), svg);
            close(false, svg);
            return;
        };
        let is_link = !is_middle && self.site.book.address(ix).is_some();
        let href = |svg: &mut Html| self.site.book.href(self.root, ix, svg);
        self.frame(is_link.then_some(&href), if is_middle { "n focus" } else { "n" }, svg);
        // A record looks the same in all pictures of one scale; what was read for that is noted for each of them.
        note(Read::Record(ix));
        svg.add(self.site.boxes[usize::from(self.scale.is_wide())][ix.0 as usize].get_or_init(|| {
            let record = self.site.sms.record(ix);
            let title = format!("{}, {}", text::clip(record.title(), 120), record.kind.names.singular);
            let mut inner = Html::new();
            self.inside(node.kind, record.title(), record.id.as_str(), &title, &mut inner);
            self.mark(ix, &mut inner);
            inner
        }));
        close(is_link, svg);
    }

    fn frame(&self, href: Option<&dyn Fn(&mut Html)>, class: &'static str, svg: &mut Html) {
        if let Some(href) = href {
            svg.raw("<a class=\"").raw(class).raw("\" href=\"");
            href(svg);
            svg.raw("\"");
        } else {
            svg.raw("<g class=\"").raw(class).raw("\"");
        }
        svg.raw(" transform=\"translate(").number(self.x).raw(" ").number(self.y).raw(")\">");
    }

    fn inside(&self, kind: NodeKind, name: &str, sub: &str, title: &str, svg: &mut Html) {
        svg.raw("<use href=\"#b-").raw(kind.word()).raw("\"/>");
        let (first, second) = wrapped(name, self.scale.name);
        svg.raw("<text x=\"36\" y=\"20\">").text(&first).raw("</text><text ");
        match &second {
            // What tells two names apart often stands at their end; the id is told when somebody points at the box.
            Some(second) => svg.raw("x=\"36\" y=\"36\">").text(second),
            None => svg.raw("class=\"sub\" x=\"36\" y=\"36\">").text(&text::clip(sub, self.scale.sub)),
        };
        svg.raw("</text>");
        svg.raw("<title>").text(title);
        if second.is_some() {
            svg.raw(", ").text(&text::clip(sub, 80));
        }
        svg.raw("</title>");
    }

    /// A sign in the corner of a record that is not as it should be.
    fn mark(&self, ix: Ix, svg: &mut Html) {
        let tone = match self.site.worst(ix) {
            Some(crate::base::finding::Severity::Error) => Some(Tone::Bad),
            _ => self.site.sms.record(ix).state().map(|state| state.tone).filter(|tone| *tone != Tone::Good),
        };
        if let Some(tone) = tone {
            let look = Look::of(tone);
            svg.raw("<svg class=\"")
                .raw(look.ink)
                .raw("\" x=\"")
                .number(self.scale.width - 24)
                .raw("\" y=\"15\" width=\"16\" height=\"16\"><use href=\"#");
            svg.raw(look.icon).raw("\"/></svg>");
        }
    }
}

fn close(is_link: bool, svg: &mut Html) {
    svg.raw(if is_link { "</a>" } else { "</g>" });
}

/// A name in lines of at most `most` characters: two where it is longer than one and has a gap to break it at.
fn wrapped(name: &str, most: usize) -> (Cow<'_, str>, Option<Cow<'_, str>>) {
    let name = name.trim();
    let line = name.char_indices().nth(most + 1).map_or(name, |(end, _)| &name[..end]);
    match line.rfind(' ').filter(|_| name.chars().count() > most) {
        Some(at) => (Cow::Borrowed(&name[..at]), Some(text::clip(&name[at + 1..], most))),
        None => (text::clip(name, most), None),
    }
}

/// `23 configuration items`.
fn folded(site: &Site<'_>, kind: NodeKind, count: usize) -> String {
    let plural = site.sms.catalog.find(kind.word()).map_or("unknown items", |kind| kind.names.plural.as_str());
    format!("{} {plural}", text::count(count))
}

/// The sign of a kind.
const fn glyph(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Service => "M2 8a6 6 0 1 0 12 0A6 6 0 1 0 2 8m4 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0",
        NodeKind::Ci => "M2.5 3h11v10h-11Zm0 3h11",
        NodeKind::Contract | NodeKind::Ola => "M4 1.8h5.2L12.5 5v9.2H4ZM6 8h4.5M6 10.7h4.5",
        NodeKind::Supplier => "M2 14V6l6-4 6 4v8Zm4 0V9h4v5",
        NodeKind::Unknown => "M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M8 4.5v4m0 2v1",
    }
}

fn lists(site: &Site<'_>, root: Root, columns: &[Column]) -> Html {
    let mut out = Html::new();
    for column in columns.iter().filter(|column| column.distance.abs() > 1) {
        out.raw("<div><h3>");
        out.raw(if column.distance < 0 {
            "What relies on it through others"
        } else {
            "What it relies on through others"
        });
        out.raw("</h3><ul>");
        for slot in &column.slots {
            let node = site.hood.node(slot.node);
            out.raw("<li>");
            match node.record {
                _ if slot.is_folded() => {
                    out.text(&folded(site, node.kind, slot.count));
                    out.raw(" <span>drawn as one</span>");
                }
                Some(ix) => {
                    site.book.record(root, ix, &mut out);
                    out.raw(" <span>").text(&site.sms.record(ix).kind.names.singular).raw("</span>");
                }
                None => {
                    out.raw("<code>").text(&text::clip(node.id.as_str(), 80)).raw("</code> ");
                    out.tag(Tone::Watch, "missing");
                }
            }
            out.raw("</li>");
        }
        out.raw("</ul></div>");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn a_name_that_is_too_long_for_a_line_keeps_its_end_on_a_second_one() {
        let lines = |name| {
            let (first, second) = wrapped(name, 10);
            (first.into_owned(), second.map(|line| line.into_owned()))
        };
        let two = |first: &str, second: &str| (first.to_owned(), Some(second.to_owned()));
        assert_eq!(lines("Ten digits"), ("Ten digits".to_owned(), None));
        assert_eq!(lines("Cache 02661"), two("Cache", "02661"));
        assert_eq!(lines("Ten digits 7"), two("Ten digits", "7"));
        assert_eq!(lines("  Cache 02661 "), two("Cache", "02661"));
        assert_eq!(lines("Él año é ñandú"), two("Él año é", "ñandú"));
        assert_eq!(lines("One word and then far too many"), two("One word", "and then…"));
        assert_eq!(lines("Donaudampfschiff"), ("Donaudamp…".to_owned(), None), "no gap to break it at");
    }
}
