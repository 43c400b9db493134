//! An impact in words and a table.

use std::fmt::Write as _;

use super::paths::Routes;
use super::reached::Reached;
use super::title;
use crate::cli::table::{plain, table};
use crate::graph::{Affected, Impact, Node, State};
use crate::model::Sms;

/// The whole text.
pub(super) fn text(sms: &Sms<'_>, impact: &Impact<'_>, reached: &Reached, routes: Option<&Routes<'_>>) -> String {
    let mut out = heading(sms, impact);
    match (impact.affected.is_empty(), impact.given.is_empty()) {
        (true, true) => out.push_str("nothing else feels it.\n"),
        (true, false) => {
            out.push_str("nothing else gets worse.\n");
            return out;
        }
        (false, _) => {
            out.push_str(&nodes(sms, impact));
            let count = |state: State| impact.affected.iter().filter(|affected| affected.state == state).count();
            let counts = [State::Down, State::Degraded, State::AtRisk].map(|state| format!("{} {state}", count(state)));
            let _ = writeln!(out, "\n{}", counts.join(", "));
        }
    }
    for (what, ids) in [
        ("Services", &reached.services),
        ("SLAs", &reached.slas),
        ("Customers", &reached.customers),
        ("Suppliers to call", &reached.suppliers),
    ] {
        if !ids.is_empty() {
            let _ = writeln!(out, "{what}: {}", plain(&ids.join(", ")));
        }
    }
    if let Some(routes) = routes {
        out.push_str(&plain_lines(&routes.text()));
    }
    out
}

/// `If A and B are down while C is down already:`
fn heading(sms: &Sms<'_>, impact: &Impact<'_>) -> String {
    let named = |nodes: &[&Node]| {
        let named = nodes.iter().map(|node| plain(&format!("{} ({})", title(sms, node), node.id)));
        let verb = if nodes.len() == 1 { "is" } else { "are" };
        format!("{} {verb} down", named.collect::<Vec<_>>().join(" and "))
    };
    if impact.given.is_empty() {
        return format!("If {}:\n\n", named(&impact.seeds));
    }
    if impact.seeds.is_empty() {
        return format!("{} already, so ", named(&impact.given));
    }
    let mut out = format!("If {} while {} already:\n\n", named(&impact.seeds), named(&impact.given));
    for seed in impact.already_down() {
        let _ = writeln!(out, "{} is down already with what it needs.", plain(seed.id.as_str()));
    }
    out
}

/// The table of what is hit; with what was down before there is a column that tells how each was off before.
fn nodes(sms: &Sms<'_>, impact: &Impact<'_>) -> String {
    let compared = !impact.given.is_empty();
    let mut head = vec!["state"];
    head.extend(compared.then_some("before"));
    head.extend(["kind", "id", "title", "steps", "over"]);
    let mut rows = vec![head.into_iter().map(str::to_owned).collect::<Vec<_>>()];
    for Affected { node, state, was, hops, via } in &impact.affected {
        let via = via.iter().map(|node| node.id.as_str()).collect::<Vec<_>>().join(", ");
        let mut row = vec![state.to_string()];
        row.extend(compared.then(|| if *was == State::Ok { "up".to_owned() } else { was.to_string() }));
        row.extend([
            node.kind.word().to_owned(),
            node.id.to_string(),
            title(sms, node).to_owned(),
            hops.to_string(),
            via,
        ]);
        rows.push(row);
    }
    table(&rows)
}

/// Lines without characters that would steer a terminal.
fn plain_lines(text: &str) -> String {
    text.lines().map(|line| plain(line) + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::super::Which;
    use super::*;
    use crate::graph::Graph;

    fn told(seeds: &[&str], given: &[&str], which: Option<Which>, files: &[(&str, &str)]) -> String {
        crate::model::fixture::with(files, |sms| {
            let graph = Graph::build(sms);
            let impact = graph.impact_given(seeds.iter().copied(), given.iter().copied());
            let routes = which.map(|which| Routes::new(&impact, which));
            super::text(sms, &impact, &Reached::new(sms, &graph, &impact), routes.as_ref())
        })
    }

    fn text(seeds: &[&str], files: &[(&str, &str)]) -> String {
        told(seeds, &[], None, files)
    }

    #[test]
    fn a_failure_is_told_in_words_and_a_table() {
        let files = [
            ("sms/service/svc-a.yaml", "kind: service\nid: svc-a\ntitle: Mail\nrelations: [ci-b]\n"),
            ("sms/ci/ci-b.yaml", "kind: ci\nid: ci-b\ntitle: Box\n"),
        ];
        let expected = "If Box (ci-b) is down:\n\n\
                        state  kind     id     title  steps  over\n\
                        down   service  svc-a  Mail   1      ci-b\n\n\
                        1 down, 0 degraded, 0 at risk\nServices: svc-a\n";
        assert_eq!(text(&["ci-b"], &files), expected);
        assert_eq!(text(&["svc-a"], &files), "If Mail (svc-a) is down:\n\nnothing else feels it.\nServices: svc-a\n");
        assert!(text(&["ci-b", "svc-a"], &files).starts_with("If Box (ci-b) and Mail (svc-a) are down:\n"));
    }

    #[test]
    fn titles_do_not_steer_the_terminal() {
        let files = [("sms/ci/ci-b.yaml", "kind: ci\nid: \"ci-b\\e\"\ntitle: \"\\e[31mBox\\n\\u202e\"\n")];
        let told = text(&["ci-b\u{1b}"], &files);
        assert_eq!(told, "If  [31mBox   (ci-b ) is down:\n\nnothing else feels it.\n");
    }

    const PAIR: [(&str, &str); 3] = [
        (
            "sms/service/svc-a.yaml",
            "kind: service\nid: svc-a\ntitle: Mail\nrelations: [{type: runs_on, to: ci-b}, {type: runs_on, to: ci-c}]\n\
             redundancy: [{of: runs_on, min_up: 1}]\n",
        ),
        ("sms/ci/ci-b.yaml", "kind: ci\nid: ci-b\ntitle: Box\n"),
        ("sms/ci/ci-c.yaml", "kind: ci\nid: ci-c\ntitle: Case\n"),
    ];

    #[test]
    fn with_something_down_already_only_what_gets_worse_is_told() {
        let expected = "If Box (ci-b) is down while Case (ci-c) is down already:\n\n\
                        state  before   kind     id     title  steps  over\n\
                        down   at risk  service  svc-a  Mail   1      ci-b, ci-c\n\n\
                        1 down, 0 degraded, 0 at risk\nServices: svc-a\n\n\
                        Shortest path to each service:\n\n\
                        svc-a is down:\n  ci-b -> svc-a\n    svc-a: 2 of 2 runs_on are hit (ci-b, ci-c), 1 must be up\n";
        assert_eq!(told(&["ci-b"], &["ci-c"], Some(Which::Shortest), &PAIR), expected);
        let nothing = told(&["svc-a"], &["ci-b", "ci-c"], None, &PAIR);
        assert_eq!(
            nothing,
            "If Mail (svc-a) is down while Box (ci-b) and Case (ci-c) are down already:\n\n\
             svc-a is down already with what it needs.\nnothing else gets worse.\n"
        );
        let same = told(&["ci-b"], &["ci-b"], None, &PAIR);
        assert_eq!(same, "Box (ci-b) is down already, so nothing else gets worse.\n");
    }
}
