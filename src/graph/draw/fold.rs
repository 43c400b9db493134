//! Several nodes as one box, so that a picture of any graph stays readable.
//!
//! What the picture is about is never folded, and services are not while they are few. The finest of several ways is
//! taken that leaves few enough boxes; each costs at most a sort.

use std::collections::BTreeMap;

use super::layered::ranks;
use super::{Part, Picture};
use crate::graph::{NodeKind, State};

/// Up to so many nodes each has a box of its own.
pub(super) const ALONE: usize = 40;
/// Most boxes of a folded picture.
pub(super) const BOXES: usize = 48;
/// Up to so many services, and up to so many nodes that the picture is about, are never folded.
const KEPT: usize = 20;
/// Times that boxes are parted by what their neighbours are.
const ROUNDS: usize = 3;

/// What became one box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Nothing.
    None,
    /// Nodes of one sort whose neighbours are alike.
    Alike,
    /// Nodes of one sort at one depth.
    Depth,
    /// Nodes of one sort.
    Sort,
    /// Nodes of one layer.
    Layer,
    /// Nodes of one kind.
    Kind,
}

impl Way {
    /// What shares a box, in words.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Alike => "Things of one type with the same kinds of neighbours share a box.",
            Self::Depth => "Things of one type at one depth share a box.",
            Self::Sort => "Things of one type share a box.",
            Self::Layer => "Things of one layer share a box.",
            Self::Kind => "Things of one kind share a box.",
        }
    }
}

/// A picture as boxes and what relies on what between them.
#[derive(Debug)]
pub(super) struct Sketch {
    /// The nodes of each box, by their place in the picture.
    pub(super) boxes: Vec<Vec<usize>>,
    /// Which box relies on which.
    pub(super) ties: Vec<Tie>,
    /// How the boxes came about.
    pub(super) way: Way,
    /// How many relations have both ends in one box.
    pub(super) inside: usize,
    /// How many relations have no effect on failure, or in a picture of a failure none on this one, and are not drawn.
    pub(super) without_effect: usize,
}

/// One box relies on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tie {
    /// The box that relies on the other.
    pub(super) from: usize,
    /// The other.
    pub(super) to: usize,
    /// The most that a failure does over any of the relations.
    pub(super) cap: State,
    /// Whether any of them carries the failure that is drawn.
    pub(super) carries: bool,
    /// How many relations there are.
    pub(super) count: usize,
}

/// Who relies on whom, by places in the picture.
struct Pair {
    from: usize,
    to: usize,
    cap: State,
    carries: bool,
}

/// Folds `picture` as far as it must be.
pub(super) fn fold(picture: &Picture<'_>) -> Sketch {
    let is_impact = picture.is_impact();
    let at = |id: &str| picture.nodes.binary_search_by(|drawn| drawn.node.id.as_str().cmp(id)).ok();
    let pairs: Vec<Pair> = picture
        .edges
        .iter()
        .filter_map(|line| {
            let (from, to, cap) = line.reliance().filter(|_| line.carries || !is_impact)?;
            Some(Pair { from: at(from.id.as_str())?, to: at(to.id.as_str())?, cap, carries: line.carries })
        })
        .collect();
    let (class, way) = classes(picture, &pairs);
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (node, class) in class.iter().enumerate() {
        members.entry(*class).or_default().push(node);
    }
    let mut boxes: Vec<Vec<usize>> = members.into_values().collect();
    // Services first: where nothing else decides, they stand above.
    boxes.sort_by_key(|members| (picture.nodes[members[0]].node.kind, members[0]));
    let mut of = vec![0; class.len()];
    for (at, members) in boxes.iter().enumerate() {
        for node in members {
            of[*node] = at;
        }
    }
    let mut ties: BTreeMap<(usize, usize), Tie> = BTreeMap::new();
    let mut inside = 0;
    for pair in &pairs {
        let (from, to) = (of[pair.from], of[pair.to]);
        if from == to {
            inside += 1;
            continue;
        }
        let tie = ties.entry((from, to)).or_insert(Tie { from, to, cap: State::Ok, carries: false, count: 0 });
        tie.cap = tie.cap.max(pair.cap);
        tie.carries |= pair.carries;
        tie.count += 1;
    }
    let without_effect = picture.edges.len() - pairs.len();
    Sketch { boxes, ties: ties.into_values().collect(), way, inside, without_effect }
}

/// The class of each node; nodes of one class share a box.
fn classes(picture: &Picture<'_>, pairs: &[Pair]) -> (Vec<usize>, Way) {
    let nodes = &picture.nodes;
    if nodes.len() <= ALONE {
        return ((0..nodes.len()).collect(), Way::None);
    }
    let services = nodes.iter().filter(|drawn| drawn.node.kind == NodeKind::Service).count();
    let middle = nodes.iter().filter(|drawn| drawn.is_middle).count();
    // Numbers above zero keep a node alone.
    let alone: Vec<usize> = (nodes.iter().enumerate())
        .map(|(at, drawn)| {
            let kept = drawn.is_middle && middle <= KEPT;
            let service = drawn.node.kind == NodeKind::Service && services <= KEPT;
            if kept || service { at + 1 } else { 0 }
        })
        .collect();
    let sort: Vec<(usize, Part, NodeKind, &str)> =
        nodes.iter().zip(&alone).map(|(drawn, alone)| (*alone, drawn.part, drawn.node.kind, drawn.sort)).collect();
    let by_sort = numbered(&sort);
    let mut finer = vec![by_sort.clone()];
    for _ in 0..ROUNDS {
        let last = &finer[finer.len() - 1];
        finer.push(refined(last, pairs));
    }
    let fits = |class: &[usize]| class.iter().max().map_or(0, |last| last + 1) <= BOXES;
    if let Some(found) = finer.into_iter().skip(1).rev().find(|class| fits(class)) {
        return (found, Way::Alike);
    }
    let links: Vec<(usize, usize)> = pairs.iter().map(|pair| (pair.from, pair.to)).collect();
    let depth: Vec<_> = by_sort.iter().zip(ranks(nodes.len(), &links)).collect();
    let depth = numbered(&depth);
    if fits(&depth) {
        return (depth, Way::Depth);
    }
    if fits(&by_sort) {
        return (by_sort, Way::Sort);
    }
    let layer: Vec<_> =
        sort.iter().zip(nodes).map(|((alone, part, kind, _), drawn)| (alone, part, kind, drawn.layer)).collect();
    let layer = numbered(&layer);
    let kind: Vec<_> = sort.iter().map(|(alone, part, kind, _)| (alone, part, kind)).collect();
    let kind = numbered(&kind);
    if fits(&layer) && layer.iter().max() > kind.iter().max() {
        return (layer, Way::Layer);
    }
    if fits(&kind) {
        return (kind, Way::Kind);
    }
    let kind: Vec<_> = sort.iter().map(|(_, part, kind, _)| (part, kind)).collect();
    (numbered(&kind), Way::Kind)
}

/// Numbers for keys, in the order of the keys.
fn numbered<K: Ord>(keys: &[K]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by(|a, b| keys[*a].cmp(&keys[*b]));
    let mut numbers = vec![0; keys.len()];
    let mut number = 0;
    for two in 0..order.len() {
        if two > 0 && keys[order[two]] != keys[order[two - 1]] {
            number += 1;
        }
        numbers[order[two]] = number;
    }
    numbers
}

/// Parts classes by the classes of those that rely on a node and of those on which it relies.
fn refined(class: &[usize], pairs: &[Pair]) -> Vec<usize> {
    let mut keys: Vec<(usize, Vec<(bool, usize)>)> = class.iter().map(|class| (*class, Vec::new())).collect();
    for pair in pairs {
        keys[pair.from].1.push((false, class[pair.to]));
        keys[pair.to].1.push((true, class[pair.from]));
    }
    for (_, near) in &mut keys {
        near.sort_unstable();
        near.dedup();
    }
    numbered(&keys)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::whole;
    use super::*;
    use crate::graph::fixture::graph;

    /// Ids of each box with more than one node.
    fn folded(text: &str) -> (Vec<Vec<String>>, Sketch) {
        let graph = graph(text);
        let picture = whole(&graph);
        let sketch = fold(&picture);
        let several = sketch.boxes.iter().filter(|members| members.len() > 1);
        let names = several.map(|members| members.iter().map(|at| picture.nodes[*at].node.id.to_string()).collect());
        (names.collect(), sketch)
    }

    fn many(count: usize, relations: &str) -> String {
        (0..count).map(|at| format!("== ci ci-{at:03}\nrelations: [{relations}]\n")).collect()
    }

    #[test]
    fn small_pictures_are_not_folded() {
        let (several, sketch) = folded(&many(38, "ci-base"));
        assert_eq!((several.len(), sketch.way, sketch.boxes.len(), sketch.ties.len()), (0, Way::None, 39, 38));
    }

    #[test]
    fn what_has_the_same_neighbours_shares_a_box_and_no_relation_is_lost() {
        let text =
            format!("{}== service svc-a\nrelations: [ci-000, ci-001]\n== contract ctr-x", many(50, "ci-base, ctr-x"));
        let (several, sketch) = folded(&text);
        assert_eq!(sketch.way, Way::Alike);
        assert_eq!(several.len(), 2, "those that the service needs, and the others");
        assert_eq!((several[0].len(), several[1].len()), (2, 48));
        let drawn: usize = sketch.ties.iter().map(|tie| tie.count).sum();
        assert_eq!(drawn + sketch.inside + sketch.without_effect, 102);
        assert!(sketch.boxes.len() <= BOXES);
    }

    #[test]
    fn services_stay_alone_while_they_are_few() {
        let services: String = (0..20).map(|at| format!("== service svc-{at}\nrelations: [ci-000]\n")).collect();
        let (_, sketch) = folded(&format!("{services}{}", many(60, "ci-base")));
        assert_eq!(
            sketch.boxes.iter().filter(|members| members.len() == 1).count(),
            22,
            "services, ci-000 and ci-base"
        );
        let services: String = (0..60).map(|at| format!("== service svc-{at}\nrelations: [ci-000]\n")).collect();
        let (several, _) = folded(&format!("{services}{}", many(3, "ci-base")));
        assert_eq!(several[0].len(), 60);
    }

    #[test]
    fn any_graph_fits() {
        // A chain has no two things alike, and is as deep as it is long.
        let chain: String = (0..3_000).map(|at| format!("== ci ci-{at:04}\nrelations: [ci-{:04}]\n", at + 1)).collect();
        let (_, sketch) = folded(&chain);
        assert!(sketch.boxes.len() <= BOXES, "{}", sketch.boxes.len());
        assert_eq!(sketch.boxes.iter().map(Vec::len).sum::<usize>(), 3_001);
        assert_eq!(sketch.ties.iter().map(|tie| tie.count).sum::<usize>() + sketch.inside, 3_000);
    }

    #[test]
    fn the_strongest_relation_between_two_boxes_is_drawn() {
        let text = "== ci ci-a\nrelations: [{type: monitored_by, to: ci-b}, {type: runs_on, to: ci-b}, {type: connects_to, to: ci-b}]\n== ci ci-b";
        let (_, sketch) = folded(text);
        assert_eq!(sketch.ties, [Tie { from: 0, to: 1, cap: State::Down, carries: false, count: 2 }]);
        assert_eq!(sketch.without_effect, 1);
    }
}
