//! Graphviz.

use std::fmt::Write as _;

use super::Picture;
use crate::graph::{NodeKind, Strength};

/// The picture in the language of graphviz.
#[must_use]
pub fn dot(picture: &Picture<'_>) -> String {
    let mut out = String::from("digraph sms {\n  rankdir=LR;\n  node [shape=box];\n");
    for (node, title) in &picture.nodes {
        let shape = match node.kind {
            NodeKind::Service => " shape=ellipse",
            NodeKind::Contract | NodeKind::Ola => " shape=note",
            NodeKind::Supplier => " shape=house",
            NodeKind::Unknown => " shape=box style=dashed",
            NodeKind::Ci => "",
        };
        let _ = writeln!(out, "  {} [label={}{shape}];", quote(node.id.as_str()), quote(title));
    }
    for (from, edge, to) in &picture.edges {
        let style = if edge.strength == Strength::Soft { " style=dashed" } else { "" };
        let label = quote(edge.relation.word());
        let _ = writeln!(out, "  {} -> {} [label={label}{style}];", quote(from.id.as_str()), quote(to.id.as_str()));
    }
    out.push_str("}\n");
    out
}

fn quote(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r'], " ");
    format!("\"{text}\"")
}
