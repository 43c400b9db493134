//! What holds for every drawing.

use super::super::fixture::{impact, picture, whole};
use super::*;
use crate::graph::fixture::graph;

#[test]
fn every_node_stands_in_the_drawing_with_its_words() {
    let svg = picture("A <b> & c", svg);
    for words in [
        ">A &lt;b&gt; &amp; c</text>",
        ">svc-a</text>",
        ">supplier</text>",
        ">contract</text>",
        ">no such record</text>",
    ] {
        assert!(svg.contains(words), "{words}: {svg}");
    }
    assert!(svg.contains(">5 things, 4 relations</text>"));
    assert!(!svg.contains("thick") && !svg.contains("<pattern"), "no failure, no states");
    assert!(svg.contains("dashed: without it, degraded"));
    assert!(!svg.contains("dotted"), "the legend tells what is there");
}

#[test]
fn states_are_told_by_words_border_and_pattern() {
    let svg = impact(svg);
    for (words, pattern) in [
        ("fails · configuration", "url(#seed)"),
        ("was down before", "url(#given)"),
        ("down · service", "url(#down)"),
        ("degraded · configuration", "url(#degraded)"),
        ("at risk · configuration", "url(#at_risk)"),
    ] {
        assert!(svg.contains(words), "{words}: {svg}");
        assert_eq!(svg.matches(pattern).count(), 2, "{pattern} on the box and in the legend");
    }
    assert!(svg.contains(">1 down, 1 degraded, 1 at risk</text>"));
    assert_eq!(svg.matches("<path class=\"strong").count(), 3 + 3, "three links carry it, and three are in the legend");
    assert!(svg.contains("Other relations, not drawn: 2."), "{svg}");
}

#[test]
fn what_is_folded_or_left_out_is_told() {
    let text: String =
        (0..60).map(|at| format!("== ci ci-{at:02}\nrelations: [ci-x, {{type: connects_to, to: ci-x}}]\n")).collect();
    let graph = graph(&format!("{text}== ci ci-x\n== ci ci-lone"));
    let svg = svg(&whole(&graph));
    assert!(svg.contains("62 things are drawn as 3 boxes."), "{svg}");
    assert!(svg.contains("gitsm graph ID --depth 2"));
    assert!(svg.contains("60 × configuration"), "{svg}");
    assert!(svg.contains("Relations over which no failure travels, not drawn: 60."));
}

#[test]
fn drawing_twice_gives_the_same_bytes_whatever_the_order_of_the_records() {
    let blocks: Vec<String> = (0..30)
        .map(|at| format!("== ci ci-{at:02}\nrelations: [ci-{:02}, ci-{:02}]\n", (at * 7 + 1) % 30, (at * 11 + 4) % 30))
        .collect();
    let forward = graph(&blocks.concat());
    let backward = graph(&blocks.iter().rev().cloned().collect::<String>());
    assert_eq!(svg(&whole(&forward)), svg(&whole(&backward)));
}

#[test]
fn an_empty_graph_is_still_a_drawing() {
    let svg = svg(&whole(&graph("")));
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    assert!(svg.contains(">0 things, 0 relations</text>"));
}
