//! Mermaid, as forges show it in Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Line, Part, Picture};
use crate::graph::{NodeKind, State, Strength};

/// How the borders of the parts look.
const CLASSES: &str = "  classDef seed stroke-width:4px,stroke-dasharray:12 3
  classDef given stroke-width:4px,stroke-dasharray:2 2
  classDef down stroke-width:4px
  classDef degraded stroke-width:2px,stroke-dasharray:8 4
  classDef at_risk stroke-width:2px,stroke-dasharray:2 4
";

/// The picture as a Mermaid flowchart. In a picture of a failure every label ends with the node's part in it, which the
/// border tells as well, and links that carry the failure are thick.
#[must_use]
pub fn mermaid(picture: &Picture<'_>) -> String {
    let mut out = String::from("flowchart LR\n");
    let mut names = BTreeMap::new();
    for (at, drawn) in picture.nodes.iter().enumerate() {
        names.insert(&drawn.node.id, at);
        let (open, close) = match drawn.node.kind {
            NodeKind::Service => ("([", "])"),
            NodeKind::Contract | NodeKind::Ola => ("[/", "/]"),
            NodeKind::Supplier => ("[[", "]]"),
            NodeKind::Unknown => ("{{", "}}"),
            NodeKind::Ci => ("[", "]"),
        };
        let (words, class) = match drawn.part {
            Part::None | Part::Hit(State::Ok) => (String::new(), String::new()),
            part => (format!("<br>{}", part.words()), format!(":::{}", part.word())),
        };
        let _ = writeln!(out, "  n{at}{open}\"{}{words}\"{close}{class}", escape(drawn.title));
    }
    for Line { from, edge, to, carries } in &picture.edges {
        let arrow = match (edge.strength, carries) {
            (Strength::Soft, _) => "-.->",
            (Strength::Hard, true) => "==>",
            (Strength::Hard, false) => "-->",
        };
        if let (Some(from), Some(to)) = (names.get(&from.id), names.get(&to.id)) {
            let _ = writeln!(out, "  n{from} {arrow}|{}| n{to}", edge.relation.word());
        }
    }
    if picture.is_impact() {
        out.push_str(CLASSES);
    }
    out
}

/// Text inside quotes: Mermaid reads `#` as the start of an entity and HTML as HTML.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '"' | '#' | '<' | '>' | '&' | '`' | '\\' => {
                let _ = write!(out, "#{};", u32::from(character));
            }
            '\n' | '\r' => out.push(' '),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{impact, picture};
    use super::*;

    #[test]
    fn text_holds_no_markup() {
        let mermaid = picture("<b>\"x\"</b> #1; `y` & \\z\nend", mermaid);
        let expected = "flowchart LR
  n0[\"#60;b#62;#34;x#34;#60;/b#62; #35;1; #96;y#96; #38; #92;z end\"]
  n1{{\"ci-gone\"}}
  n2[/\"ctr-c\"/]
  n3[[\"sup-d\"]]
  n4([\"svc-a\"])
  n2 -->|supplied_by| n3
  n4 -->|depends_on| n0
  n4 -.->|depends_on| n1
  n4 -->|depends_on| n2
";
        assert_eq!(mermaid, expected);
    }

    #[test]
    fn every_part_in_a_failure_is_told_in_words_and_by_the_border() {
        let expected = "flowchart LR
  n0[\"App<br>degraded\"]:::degraded
  n1[\"Base #34;1#34;<br>fails\"]:::seed
  n2[\"ci-log<br>at risk\"]:::at_risk
  n3[\"ci-old<br>was down before\"]:::given
  n4([\"svc-a<br>down\"]):::down
  n0 -.->|depends_on| n1
  n2 ==>|backed_up_by| n1
  n4 -->|depends_on| n0
  n4 ==>|depends_on| n1
  n4 -.->|depends_on| n3
";
        assert_eq!(impact(mermaid), format!("{expected}{CLASSES}"));
    }
}
