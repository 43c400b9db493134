//! Graphviz.

use std::fmt::Write as _;

use super::{Line, Part, Picture};
use crate::graph::{NodeKind, State, Strength};

/// The picture in the language of graphviz. In a picture of a failure every label ends with the node's part in it, which
/// the border tells as well.
#[must_use]
pub fn dot(picture: &Picture<'_>) -> String {
    let mut out = String::from("digraph sms {\n  rankdir=LR;\n  node [shape=box];\n");
    for drawn in &picture.nodes {
        let shape = match drawn.node.kind {
            NodeKind::Service => " shape=ellipse",
            NodeKind::Contract | NodeKind::Ola => " shape=note",
            NodeKind::Supplier => " shape=house",
            NodeKind::Unknown => " shape=box style=dashed",
            NodeKind::Ci => "",
        };
        let border = match drawn.part {
            Part::None | Part::Hit(State::Ok) => "",
            Part::Seed => " peripheries=2 style=bold",
            Part::Given => " peripheries=2 style=dashed",
            Part::Hit(State::Down) => " style=bold",
            Part::Hit(State::Degraded) => " style=dashed",
            Part::Hit(State::AtRisk) => " style=dotted",
        };
        let mut label = quote(drawn.title);
        if drawn.part != Part::None {
            label.truncate(label.len() - 1);
            let _ = write!(label, "\\n{}\"", drawn.part.words());
        }
        let _ = writeln!(out, "  {} [label={label}{shape}{border}];", quote(drawn.node.id.as_str()));
    }
    for Line { from, edge, to, carries } in &picture.edges {
        let style = if edge.strength == Strength::Soft { " style=dashed" } else { "" };
        let weight = if *carries { " penwidth=2" } else { "" };
        let label = quote(edge.relation.word());
        let (from, to) = (quote(from.id.as_str()), quote(to.id.as_str()));
        let _ = writeln!(out, "  {from} -> {to} [label={label}{style}{weight}];");
    }
    out.push_str("}\n");
    out
}

fn quote(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r'], " ");
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{impact, picture};
    use super::*;

    #[test]
    fn text_is_quoted() {
        let dot = picture("a \"b\" \\ c\nd\re", dot);
        let expected = r#"digraph sms {
  rankdir=LR;
  node [shape=box];
  "ci-b" [label="a \"b\" \\ c d e"];
  "ci-gone" [label="ci-gone" shape=box style=dashed];
  "ctr-c" [label="ctr-c" shape=note];
  "sup-d" [label="sup-d" shape=house];
  "svc-a" [label="svc-a" shape=ellipse];
  "ctr-c" -> "sup-d" [label="supplied_by"];
  "svc-a" -> "ci-b" [label="depends_on"];
  "svc-a" -> "ci-gone" [label="depends_on" style=dashed];
  "svc-a" -> "ctr-c" [label="depends_on"];
}
"#;
        assert_eq!(dot, expected);
    }

    #[test]
    fn every_part_in_a_failure_is_told_in_words_and_by_the_border() {
        let expected = r#"digraph sms {
  rankdir=LR;
  node [shape=box];
  "ci-app" [label="App\ndegraded" style=dashed];
  "ci-db" [label="Base \"1\"\nfails" peripheries=2 style=bold];
  "ci-log" [label="ci-log\nat risk" style=dotted];
  "ci-old" [label="ci-old\nwas down before" peripheries=2 style=dashed];
  "svc-a" [label="svc-a\ndown" shape=ellipse style=bold];
  "ci-app" -> "ci-db" [label="depends_on" style=dashed penwidth=2];
  "ci-log" -> "ci-db" [label="backed_up_by" penwidth=2];
  "svc-a" -> "ci-app" [label="depends_on"];
  "svc-a" -> "ci-db" [label="depends_on" penwidth=2];
  "svc-a" -> "ci-old" [label="depends_on" style=dashed];
}
"#;
        assert_eq!(impact(dot), expected);
    }
}
