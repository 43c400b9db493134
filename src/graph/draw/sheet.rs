//! What stands on the boxes of a drawing, and how large they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::fold::Sketch;
use super::{Part, Picture, kind_words};
use crate::base::svg::fitted;
use crate::graph::{NodeKind, Relation};

/// Room left of the words: the margin, and the band that tells a state.
pub(super) const LEFT: i64 = 20;
/// Room right of the words.
const RIGHT: i64 = 10;
/// Widest line of words.
const WIDEST: i64 = 190;
/// Narrowest box.
const NARROWEST: i64 = 96;
/// Width of a letter in half pixels: in titles, ids and other words.
const BOLD: i64 = 17;
const MONO: i64 = 14;
const SMALL: i64 = 13;
/// Height of a line of words.
pub(super) const LINE: i64 = 16;

/// A box with its words.
#[derive(Debug)]
pub(super) struct Label {
    /// One or two lines: the title, or how many of what.
    pub(super) title: Vec<String>,
    /// The id, or where several are.
    pub(super) id: String,
    /// The sort, and the part in a failure.
    pub(super) words: String,
    /// All of it at full length.
    pub(super) tip: String,
    /// What it is.
    pub(super) kind: NodeKind,
    /// Its part in a failure.
    pub(super) part: Part,
    /// Whether the picture is about it.
    pub(super) is_middle: bool,
    /// Whether it stands for several.
    pub(super) is_folded: bool,
    /// Width and height, both even.
    pub(super) size: (i64, i64),
}

/// The labels of all boxes of a sketch.
pub(super) fn labels(picture: &Picture<'_>, sketch: &Sketch) -> Vec<Label> {
    let mut houses: BTreeMap<&str, &str> = BTreeMap::new();
    for line in picture.edges.iter().filter(|line| line.edge.relation == Relation::LocatedIn) {
        houses.insert(line.from.id.as_str(), line.to.id.as_str());
    }
    sketch.boxes.iter().map(|members| label(picture, &houses, members)).collect()
}

fn label(picture: &Picture<'_>, houses: &BTreeMap<&str, &str>, members: &[usize]) -> Label {
    let drawn = &picture.nodes[members[0]];
    let is_folded = members.len() > 1;
    let one_sort = members.iter().all(|at| picture.nodes[*at].sort == drawn.sort);
    let sort = if one_sort { drawn.sort } else { kind_words(drawn.node.kind) };
    let layer = if is_folded && !one_sort { drawn.layer } else { "" };
    let layer = if members.iter().all(|at| picture.nodes[*at].layer == layer) { layer } else { "" };
    let title = match (is_folded, layer) {
        (false, _) => drawn.title.to_owned(),
        (true, "") => format!("{} × {sort}", members.len()),
        (true, layer) => format!("{} × {layer}", members.len()),
    };
    let ids = || members.iter().map(|at| picture.nodes[*at].node.id.as_str());
    let house = houses.get(drawn.node.id.as_str()).filter(|house| ids().all(|id| houses.get(id) == Some(house)));
    let house = house.and_then(|id| picture.nodes.iter().find(|drawn| drawn.node.id.as_str() == *id));
    let id = match house {
        Some(house) if is_folded => format!("in {}", house.title),
        _ if !one_sort => members
            .iter()
            .map(|at| picture.nodes[*at].sort)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
            .join(", "),
        _ => ids().take(4).collect::<Vec<_>>().join(", "),
    };
    let words = match (drawn.part, is_folded) {
        (Part::None, true) => "drawn as one".to_owned(),
        (Part::None, false) => sort.to_owned(),
        (part, true) => format!("all {}", part.words()),
        (part, false) => format!("{} · {sort}", part.words()),
    };
    // The state is never cut for the sort.
    let words = if width(&words, SMALL) > WIDEST { drawn.part.words().to_owned() } else { words };
    let tip = tip(&title, kind_words(drawn.node.kind), drawn.part, &ids().collect::<Vec<_>>());
    let title = wrapped(&title);
    let (id, words) = (cut(&one_line(&id), MONO), if words.is_empty() { cut(sort, SMALL) } else { words });
    let widest =
        title.iter().map(|line| width(line, BOLD)).chain([width(&id, MONO), width(&words, SMALL)]).max().unwrap_or(0);
    let lines = i64::try_from(title.len()).unwrap_or(2) + 2;
    let widest = (widest + LEFT + RIGHT).max(NARROWEST);
    Label {
        size: (widest + widest % 2, lines * LINE + 10),
        title,
        id,
        words,
        tip,
        kind: drawn.node.kind,
        part: drawn.part,
        is_middle: drawn.is_middle,
        is_folded,
    }
}

/// Everything on a box at full length, with at most this many ids.
fn tip(title: &str, kind: &str, part: Part, ids: &[&str]) -> String {
    const MOST: usize = 40;
    let mut out = format!("{title}, {kind}");
    if part != Part::None {
        out.push_str(", ");
        out.push_str(part.words());
    }
    out.push_str(": ");
    out.push_str(&ids.iter().take(MOST).copied().collect::<Vec<_>>().join(", "));
    if ids.len() > MOST {
        let _ = write!(out, " and {} more", ids.len() - MOST);
    }
    out
}

/// The width of words in pixels, at so many half pixels a letter.
fn width(words: &str, half: i64) -> i64 {
    i64::try_from(words.width()).unwrap_or(0) * half / 2
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A title in one or two lines, the second one cut where it no longer fits.
fn wrapped(title: &str) -> Vec<String> {
    let title = one_line(title);
    if width(&title, BOLD) <= WIDEST {
        return vec![title];
    }
    let mut breaks = title.match_indices(' ').map(|(at, _)| at).rev();
    let first = breaks.find(|at| width(&title[..*at], BOLD) <= WIDEST);
    match first {
        Some(at) => vec![title[..at].to_owned(), cut(&title[at + 1..], BOLD)],
        None => vec![cut(&title, BOLD)],
    }
}

/// As much of `words` as fits, at so many half pixels a letter.
fn cut(words: &str, half: i64) -> String {
    /// Half pixels a letter by which [`fitted`] reckons.
    const USUAL: i64 = 14;
    fitted(words, WIDEST * USUAL / half)
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::super::fold::fold;
    use super::*;
    use crate::graph::fixture::graph;

    #[test]
    fn long_titles_take_two_lines_and_are_cut_after_that() {
        assert_eq!(wrapped("Short"), ["Short"]);
        assert_eq!(
            wrapped("Payments database of\nthe settlement engine"),
            ["Payments database of", "the settlement engine"]
        );
        let long = wrapped("Payments database of the settlement engine that runs for ever");
        assert_eq!(long, ["Payments database of", "the settlement engine…"]);
        assert_eq!(wrapped(&"x".repeat(60)), [format!("{}…", "x".repeat(21))]);
    }

    #[test]
    fn boxes_tell_title_id_kind_and_part() {
        let told = fixture::impact(|picture| {
            let labels = labels(picture, &fold(picture));
            labels
                .iter()
                .map(|label| format!("{} | {} | {}", label.title.join("/"), label.id, label.words))
                .collect::<Vec<_>>()
        });
        assert_eq!(
            told,
            [
                "svc-a | svc-a | down · service",
                "App | ci-app | degraded · configuration item",
                "Base \"1\" | ci-db | fails · configuration item",
                "ci-log | ci-log | at risk · configuration item",
                "ci-old | ci-old | was down before",
            ]
        );
    }

    #[test]
    fn a_box_for_several_tells_how_many_of_what_and_where() {
        let text: String =
            (0..45).map(|at| format!("== ci ci-{at:02}\nrelations: [{{type: located_in, to: ci-room}}]\n")).collect();
        let graph = graph(&format!("{text}== ci ci-room"));
        let picture =
            fixture::whole(&graph).sorted_by(|node| (node.id.as_str() != "ci-room").then_some(("Host", "platform")));
        let labels = labels(&picture, &fold(&picture));
        assert_eq!((labels[0].title[0].as_str(), labels[0].id.as_str()), ("45 × Host", "in ci-room"));
        assert!(labels[0].tip.ends_with("ci-38, ci-39 and 5 more"), "{}", labels[0].tip);
        assert_eq!(labels[1].words, "configuration item");
    }

    #[test]
    fn words_fit_their_boxes() {
        let text: String = (0..30).map(|at| format!("== ci ci-{}\n", "long-name-".repeat(at % 7))).collect();
        let graph = graph(&text);
        let picture = fixture::whole(&graph);
        for label in labels(&picture, &fold(&picture)) {
            let letters = |line: &String| i64::try_from(line.chars().count()).unwrap();
            let widest = label.title.iter().map(|line| letters(line) * 7).max().unwrap();
            let widest = widest.max(letters(&label.id) * 7).max(letters(&label.words) * 6);
            assert!(LEFT + widest + RIGHT <= label.size.0, "{label:?}");
            assert_eq!((label.size.0 % 2, label.size.1 % 2), (0, 0));
        }
    }
}
