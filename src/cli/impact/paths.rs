//! The paths over which a failure reaches services.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Which;
use crate::graph::{Impact, Node, NodeKind, Path, State, Step, WaysTo};

/// Most paths shown to one node.
const SHOWN: usize = 20;

/// The paths to every service that is hit; where none is, to every node that is.
pub(super) struct Routes<'g> {
    which: Which,
    to: &'static str,
    list: Vec<(&'g Node, State, WaysTo<'g>)>,
}

impl<'g> Routes<'g> {
    /// Searches them.
    pub(super) fn new(impact: &Impact<'g>, which: Which) -> Self {
        let is_service = |node: &Node| node.kind == NodeKind::Service;
        let services = impact.affected.iter().any(|hit| is_service(hit.node));
        let ways = impact.ways();
        let most = if which == Which::All { SHOWN } else { 1 };
        let hit = impact.affected.iter().filter(|hit| !services || is_service(hit.node));
        let routes = hit.filter_map(|hit| Some((hit.node, hit.state, ways.to(hit.node.id.as_str(), most)?)));
        Self { which, to: if services { "service" } else { "item" }, list: routes.collect() }
    }

    /// In words, one path a line, from what fails to what is hit.
    pub(super) fn text(&self) -> String {
        let mut out = match self.which {
            Which::Shortest => format!("\nShortest path to each {}:\n", self.to),
            Which::All => format!("\nPaths to each {}, at most {SHOWN} shown:\n", self.to),
        };
        for (node, state, ways) in &self.list {
            let more = ways.more;
            let least = if ways.exact { "" } else { "at least " };
            let of = match self.which {
                Which::Shortest if more > 0 => format!(", the shortest of {least}{}", more.saturating_add(1)),
                Which::Shortest | Which::All => String::new(),
            };
            let _ = writeln!(out, "\n{} is {state}{of}:", node.id);
            for path in &ways.shown {
                write_path(&mut out, path);
            }
            if self.which == Which::All && (more > 0 || !ways.exact) {
                let _ = writeln!(out, "  and {least}{more} more");
            }
        }
        out
    }

    /// As JSON: `[{to, state, shown: [[{from, to, type, strength, group}]], more, exact}]`; `more` is a lower bound where
    /// it is not `exact`, and `group` is there where a redundancy group did not hold.
    pub(super) fn json(&self) -> Value {
        let routes = self.list.iter().map(|(node, state, ways)| {
            let shown: Vec<Value> = ways.shown.iter().map(|path| path.steps.iter().map(step).collect()).collect();
            json!({"to": node.id, "state": state, "shown": shown, "more": ways.more, "exact": ways.exact})
        });
        routes.collect()
    }
}

fn write_path(out: &mut String, path: &Path<'_>) {
    let Some(first) = path.steps.first() else { return };
    let _ = write!(out, "  {}", first.from.id);
    for step in &path.steps {
        let _ = write!(out, " -> {}", step.to.id);
    }
    out.push('\n');
    for Step { to, edge, lost, .. } in &path.steps {
        if let Some(lost) = lost {
            let ids: Vec<&str> = lost.nodes.iter().map(|node| node.id.as_str()).collect();
            let (hit, of, word) = (ids.len(), lost.members, edge.relation.word());
            let verb = if hit == 1 { "is" } else { "are" };
            let ids = ids.join(", ");
            let _ = writeln!(out, "    {}: {hit} of {of} {word} {verb} hit ({ids}), {} must be up", to.id, lost.min_up);
        }
    }
}

fn step(step: &Step<'_>) -> Value {
    let Step { from, to, edge, lost } = step;
    let mut told = json!({
        "from": from.id,
        "to": to.id,
        "type": edge.relation.word(),
        "strength": edge.strength.word(),
    });
    if let Some(lost) = lost {
        let hit: Vec<_> = lost.nodes.iter().map(|node| &node.id).collect();
        told["group"] = json!({"hit": hit, "members": lost.members, "min_up": lost.min_up});
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Graph;
    use crate::model::fixture::records;

    fn told(text: &str, seed: &str, which: Which) -> String {
        records(text, |sms| {
            let graph = Graph::build(sms);
            Routes::new(&graph.impact([seed]), which).text()
        })
    }

    /// A service over so many items side by side on one base.
    fn fan(count: usize) -> String {
        let ids: Vec<String> = (0..count).map(|at| format!("ci-{at:02}")).collect();
        let items: String = ids.iter().map(|id| format!("== ci {id}\nrelations: [ci-base]\n")).collect();
        format!("== service svc-a\nrelations: [{}]\n{items}== ci ci-base", ids.join(", "))
    }

    #[test]
    fn one_path_is_told_unless_all_are_asked_for() {
        let shortest = told(&fan(3), "ci-base", Which::Shortest);
        assert_eq!(
            shortest,
            "\nShortest path to each service:\n\nsvc-a is down, the shortest of 3:\n  ci-base -> ci-00 -> svc-a\n"
        );
        let all = told(&fan(3), "ci-base", Which::All);
        assert!(
            all.ends_with("-> ci-00 -> svc-a\n  ci-base -> ci-01 -> svc-a\n  ci-base -> ci-02 -> svc-a\n"),
            "{all}"
        );
        let many = told(&fan(25), "ci-base", Which::All);
        assert_eq!(many.matches("-> svc-a").count(), SHOWN);
        assert!(many.ends_with("\n  and 5 more\n"), "{many}");
    }

    #[test]
    fn where_no_service_is_hit_the_items_are_told() {
        let text = "== ci ci-a\nrelations: [ci-b]\n== ci ci-b";
        assert_eq!(
            told(text, "ci-b", Which::Shortest),
            "\nShortest path to each item:\n\nci-a is down:\n  ci-b -> ci-a\n"
        );
    }
}
