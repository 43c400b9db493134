//! `graph` and `impact` as pictures, and what `impact` tells on demand: given what is down, and over which paths.

use std::collections::BTreeSet;

use crate::program::{Folder, project};

/// The sample, asked from elsewhere.
fn sample(arguments: &[&str]) -> String {
    let root = project().to_str().unwrap();
    Folder::new().run(&[&["-C", root, "-q", "--as-of", "2026-11-20"], arguments].concat()).clean()
}

fn json(arguments: &[&str]) -> serde_json::Value {
    serde_json::from_str(&sample(&[arguments, &["--format", "json"]].concat())).unwrap()
}

/// Values of an attribute of every element with this name, by a reader that knows nothing of the writer.
fn attributes(text: &str, element: &str, attribute: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut found = Vec::new();
    loop {
        use quick_xml::events::Event;
        match reader.read_event().expect("well-formed XML") {
            Event::Start(tag) | Event::Empty(tag) if tag.name().as_ref() == element.as_bytes() => {
                let value = tag.try_get_attribute(attribute).unwrap().map(|value| value.value.to_vec());
                found.extend(value.map(|value| String::from_utf8(value).unwrap()));
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

#[test]
fn graphml_of_the_sample_has_the_nodes_and_edges_of_the_json() {
    let graph = json(&["graph"]);
    let graphml = sample(&["graph", "--format", "graphml"]);
    let ids = |of: &str, key: &str| -> Vec<String> {
        graph[of].as_array().unwrap().iter().map(|part| part[key].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(attributes(&graphml, "node", "id"), ids("nodes", "id"));
    assert_eq!(attributes(&graphml, "edge", "source"), ids("edges", "from"));
    assert_eq!(attributes(&graphml, "edge", "target"), ids("edges", "to"));
    assert_eq!(attributes(&graphml, "graph", "edgedefault"), ["directed"]);
}

#[test]
fn the_whole_sample_is_drawn_on_one_sheet_and_says_what_was_folded() {
    let svg = sample(&["graph", "--format", "svg"]);
    let of = |attribute: &str| attributes(&svg, "svg", attribute)[0].parse::<u32>().unwrap();
    assert!(of("width") < 3_000 && of("height") < 3_000, "{} by {}", of("width"), of("height"));
    let boxes = attributes(&svg, "g", "class").len();
    assert!((10..=48).contains(&boxes), "{boxes} boxes");
    assert!(svg.contains("Things of one") && svg.contains("gitsm graph ID --depth 2"));
    for service in json(&["graph"])["nodes"].as_array().unwrap().iter().filter(|node| node["kind"] == "service") {
        assert!(
            svg.contains(&format!(">{}</text>", service["id"].as_str().unwrap())),
            "{service} has a box of its own"
        );
    }
    assert_eq!(svg, sample(&["graph", "--format", "svg"]), "the same bytes again");
}

#[test]
fn pictures_of_a_failure_tell_every_state_in_words() {
    let impact = json(&["impact", "ci-clearing-link"]);
    let nodes = impact["nodes"].as_array().unwrap();
    assert!(nodes.len() > 1);
    for format in ["dot", "mermaid", "svg", "graphml"] {
        let text = sample(&["impact", "ci-clearing-link", "--format", format]);
        let fails = if format == "graphml" { "n-seed\">true" } else { "fails" };
        assert!(text.contains(fails), "{format}: {text}");
        for node in nodes {
            assert!(text.contains(node["title"].as_str().unwrap()), "{format} lacks {node}");
        }
        let down = nodes.iter().filter(|node| node["state"] == "down").count();
        assert!(text.matches("down").count() >= down, "{format}");
    }
}

#[test]
fn what_is_down_already_changes_the_answer() {
    let plain = json(&["impact", "ci-san-1"]);
    let given = json(&["impact", "ci-san-1", "--given", "ci-san-2"]);
    assert!(plain.get("given").is_none());
    assert_eq!(given["given"], serde_json::json!(["ci-san-2"]));
    let down = |impact: &serde_json::Value| -> BTreeSet<String> {
        let nodes = impact["nodes"].as_array().unwrap().iter().filter(|node| node["state"] == "down");
        nodes.map(|node| node["id"].as_str().unwrap().to_owned()).collect()
    };
    let more: Vec<String> = down(&given).difference(&down(&plain)).cloned().collect();
    assert!(!more.is_empty(), "the second of two takes more down than the first");
    for node in given["nodes"].as_array().unwrap() {
        assert_ne!(node["was"], node["state"], "{node}");
    }
    let text = sample(&["impact", "ci-san-1", "--given", "ci-san-2"]);
    assert!(text.contains("while Storage array 2 (ci-san-2) is down already:"), "{text}");
}

#[test]
fn paths_lead_from_the_seed_to_each_service_over_links_that_are_there() {
    let all = json(&["impact", "ci-fw-porto", "--paths", "all"]);
    let graph = json(&["graph"]);
    let edges: BTreeSet<(&str, &str, &str)> = graph["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| (edge["from"].as_str().unwrap(), edge["type"].as_str().unwrap(), edge["to"].as_str().unwrap()))
        .collect();
    let services: Vec<&str> = all["services"].as_array().unwrap().iter().filter_map(|id| id.as_str()).collect();
    let paths = all["paths"].as_array().unwrap();
    assert_eq!(
        paths.iter().map(|path| path["to"].as_str().unwrap()).collect::<BTreeSet<_>>(),
        services.into_iter().collect()
    );
    for route in paths {
        let shown = route["shown"].as_array().unwrap();
        assert!((1..=20).contains(&shown.len()), "{route}");
        for path in shown {
            let steps = path.as_array().unwrap();
            assert_eq!(
                (&steps[0]["from"], &steps[steps.len() - 1]["to"]),
                (&serde_json::json!("ci-fw-porto"), &route["to"])
            );
            assert!(steps.windows(2).all(|two| two[0]["to"] == two[1]["from"]), "{path}");
            for step in steps {
                let word = |key: &str| step[key].as_str().unwrap();
                let (from, kind, to) = (word("from"), word("type"), word("to"));
                assert!(
                    edges.contains(&(to, kind, from)) || edges.contains(&(from, kind, to)),
                    "{step} is no relation"
                );
            }
        }
    }
    let text = sample(&["impact", "ci-fw-porto", "--paths"]);
    assert!(
        text.contains(
            "\nsvc-settlement is down:\n  ci-fw-porto -> ci-clearing-link -> ci-app-settlement -> svc-settlement\n"
        ),
        "{text}"
    );
}
