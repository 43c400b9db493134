//! Mermaid, as forges show it in Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Picture;
use crate::graph::{NodeKind, Strength};

/// The picture as a Mermaid flowchart.
#[must_use]
pub fn mermaid(picture: &Picture<'_>) -> String {
    let mut out = String::from("flowchart LR\n");
    let mut names = BTreeMap::new();
    for (at, (node, title)) in picture.nodes.iter().enumerate() {
        names.insert(&node.id, at);
        let (open, close) = match node.kind {
            NodeKind::Service => ("([", "])"),
            NodeKind::Contract | NodeKind::Ola => ("[/", "/]"),
            NodeKind::Supplier => ("[[", "]]"),
            NodeKind::Unknown => ("{{", "}}"),
            NodeKind::Ci => ("[", "]"),
        };
        let _ = writeln!(out, "  n{at}{open}\"{}\"{close}", escape(title));
    }
    for (from, edge, to) in &picture.edges {
        let arrow = if edge.strength == Strength::Soft { "-.->" } else { "-->" };
        if let (Some(from), Some(to)) = (names.get(&from.id), names.get(&to.id)) {
            let _ = writeln!(out, "  n{from} {arrow}|{}| n{to}", edge.relation.word());
        }
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
