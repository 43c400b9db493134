//! `GraphML`, as yEd, Gephi, networkx and igraph read it.

use std::fmt::Write as _;

use super::{Drawn, Picture};
use crate::base::id::Id;
use crate::base::svg::escaped;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"#;

/// What is told of each node and edge: its key, the element, its name, its type.
const KEYS: [(&str, &str, &str, &str); 9] = [
    ("n-id", "node", "id", "string"),
    ("n-kind", "node", "kind", "string"),
    ("n-sort", "node", "sort", "string"),
    ("n-title", "node", "title", "string"),
    ("n-state", "node", "state", "string"),
    ("n-seed", "node", "seed", "boolean"),
    ("e-type", "edge", "type", "string"),
    ("e-strength", "edge", "strength", "string"),
    ("e-carries", "edge", "carries", "boolean"),
];

/// The picture as `GraphML`. In a picture of a failure nodes have their state (`down` for what fails), seeds are marked,
/// and so are edges that carry the failure.
#[must_use]
pub fn graphml(picture: &Picture<'_>) -> String {
    let is_impact = picture.is_impact();
    let keys = KEYS.iter().filter(|(key, ..)| is_impact || !["n-state", "n-seed", "e-carries"].contains(key));
    let mut out = String::from(HEAD);
    for (key, element, name, kind) in keys {
        let _ = writeln!(out, r#"  <key id="{key}" for="{element}" attr.name="{name}" attr.type="{kind}"/>"#);
    }
    out.push_str("  <graph id=\"sms\" edgedefault=\"directed\">\n");
    for drawn in &picture.nodes {
        let Drawn { node, title, sort, part, .. } = drawn;
        let _ = writeln!(out, r#"    <node id="{}">"#, token(&node.id));
        let mut data =
            vec![("n-id", node.id.as_str()), ("n-kind", node.kind.word()), ("n-sort", sort), ("n-title", title)];
        if is_impact {
            let own = matches!(part, super::Part::Seed | super::Part::Given);
            data.push(("n-state", if own { "down" } else { part.word() }));
            data.push(("n-seed", if *part == super::Part::Seed { "true" } else { "false" }));
        }
        write_data(&mut out, &data);
        out.push_str("    </node>\n");
    }
    for (at, line) in picture.edges.iter().enumerate() {
        let (from, to) = (token(&line.from.id), token(&line.to.id));
        let _ = writeln!(out, r#"    <edge id="edge.{at}" source="{from}" target="{to}">"#);
        let mut data = vec![("e-type", line.edge.relation.word()), ("e-strength", line.edge.strength.word())];
        if is_impact {
            data.push(("e-carries", if line.carries { "true" } else { "false" }));
        }
        write_data(&mut out, &data);
        out.push_str("    </edge>\n");
    }
    out.push_str("  </graph>\n</graphml>\n");
    out
}

fn write_data(out: &mut String, data: &[(&str, &str)]) {
    for (key, value) in data {
        let _ = writeln!(out, r#"      <data key="{key}">{}</data>"#, escaped(value));
    }
}

/// The id as the schema of `GraphML` asks for it, an NMTOKEN: other characters are written as `_xHEX_`, and so is a `_`
/// that would read as the start of one. An empty id is `_x_`.
fn token(id: &Id) -> String {
    let text = id.as_str();
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let plain = c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '_');
        if plain && !text[at..].starts_with("_x") {
            out.push(c);
        } else {
            let _ = write!(out, "_x{:x}_", u32::from(c));
        }
    }
    if out.is_empty() { "_x_".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::super::fixture::{impact, picture, whole};
    use super::*;
    use crate::graph::fixture::graph;

    /// What an XML reader finds, held to the structure of the schema: every element with its attributes and its text.
    fn read(text: &str) -> Vec<(String, BTreeMap<String, String>, String)> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_comments = true;
        let mut open: Vec<usize> = Vec::new();
        let mut found: Vec<(String, BTreeMap<String, String>, String)> = Vec::new();
        loop {
            let event = reader.read_event().expect("well-formed");
            match &event {
                Event::Start(tag) | Event::Empty(tag) => {
                    let name = String::from_utf8(tag.name().as_ref().to_vec()).unwrap();
                    let parent = open.last().map_or("", |at| found[*at].0.as_str());
                    let expected: &[(&str, &str)] = &[
                        ("", "graphml"),
                        ("graphml", "key"),
                        ("graphml", "graph"),
                        ("graph", "node"),
                        ("graph", "edge"),
                        ("node", "data"),
                        ("edge", "data"),
                    ];
                    assert!(expected.contains(&(parent, name.as_str())), "<{name}> within <{parent}>");
                    let attributes = tag.attributes().map(|attribute| {
                        let attribute = attribute.unwrap();
                        let value = String::from_utf8(attribute.value.to_vec()).unwrap();
                        (String::from_utf8(attribute.key.as_ref().to_vec()).unwrap(), value)
                    });
                    found.push((name, attributes.collect(), String::new()));
                    if matches!(event, Event::Start(_)) {
                        open.push(found.len() - 1);
                    }
                }
                Event::End(_) => drop(open.pop()),
                Event::Text(words) => {
                    if let Some(at) = open.last() {
                        found[*at].2.push_str(std::str::from_utf8(words).unwrap());
                    }
                }
                Event::GeneralRef(name) => {
                    let name: &[u8] = name;
                    let character = match name {
                        b"amp" => '&',
                        b"lt" => '<',
                        b"gt" => '>',
                        b"quot" => '"',
                        other => panic!("{other:?}"),
                    };
                    found[*open.last().unwrap()].2.push(character);
                }
                Event::Eof => break,
                Event::Decl(_) => {}
                other => panic!("{other:?}"),
            }
        }
        assert!(open.is_empty());
        found
    }

    /// Nodes and edges of well-formed `GraphML` whose keys and ends are declared and whose ids are NMTOKENs, each once.
    fn counted(text: &str) -> (usize, usize) {
        let found = read(text);
        let of =
            |name: &str| found.iter().filter(|element| element.0 == name).map(|element| &element.1).collect::<Vec<_>>();
        let keys: BTreeSet<&String> = of("key").iter().map(|key| &key["id"]).collect();
        assert!(of("key").iter().all(|key| ["string", "boolean"].contains(&key["attr.type"].as_str())));
        assert!(of("data").iter().all(|data| keys.contains(&data["key"])), "every datum has a key");
        let ids: BTreeSet<&String> = of("node").iter().map(|node| &node["id"]).collect();
        assert_eq!(ids.len(), of("node").len(), "ids are unique");
        let is_token = |id: &&&String| id.chars().all(|c| c.is_ascii_alphanumeric() || "-._:".contains(c));
        assert!(ids.iter().all(|id| is_token(&id) && !id.is_empty()), "{ids:?}");
        let edges = of("edge");
        assert!(edges.iter().all(|edge| ids.contains(&edge["source"]) && ids.contains(&edge["target"])));
        (ids.len(), edges.len())
    }

    #[test]
    fn another_reader_finds_every_node_edge_and_title() {
        let text = picture("a <b> & \"c\"\u{1}", graphml);
        assert_eq!(counted(&text), (5, 4));
        let titles: Vec<String> = read(&text)
            .into_iter()
            .filter(|element| element.1.get("key").is_some_and(|key| key == "n-title"))
            .map(|element| element.2)
            .collect();
        assert_eq!(titles, ["a <b> & \"c\" ", "ci-gone", "ctr-c", "sup-d", "svc-a"]);
        assert!(!text.contains("n-state"), "no failure, no states");
    }

    #[test]
    fn a_failure_gives_every_node_its_state() {
        let text = impact(graphml);
        assert_eq!(counted(&text), (5, 5));
        let told = |key: &str| -> Vec<String> {
            read(&text)
                .into_iter()
                .filter(|element| element.1.get("key").is_some_and(|of| of == key))
                .map(|element| element.2)
                .collect()
        };
        assert_eq!(told("n-state"), ["degraded", "down", "at_risk", "down", "down"]);
        assert_eq!(told("n-seed"), ["false", "true", "false", "false", "false"]);
        assert_eq!(told("e-carries"), ["true", "true", "false", "true", "false"]);
    }

    #[test]
    fn ids_that_are_no_tokens_are_written_such_that_none_collide() {
        let graph = graph("== ci ci-a\nrelations: [\"a b\", \"a_x20_b\", \"a_b\", \"日\", \"<\"]");
        let text = graphml(&whole(&graph));
        assert_eq!(counted(&text), (6, 5));
        assert_eq!(token(&Id::new("a b")), "a_x20_b");
        assert_eq!(token(&Id::new("a_x20_b")), "a_x5f_x20_b");
        assert_eq!(token(&Id::new("")), "_x_");
    }

    #[test]
    fn an_empty_graph_is_still_a_document() {
        assert_eq!(counted(&graphml(&whole(&graph("")))), (0, 0));
    }
}
