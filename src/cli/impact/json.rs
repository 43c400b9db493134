//! An impact as JSON.

use serde_json::{Value, json};

use super::paths::Routes;
use super::reached::Reached;
use super::title;
use crate::graph::{Impact, Node};
use crate::model::Sms;

/// `{commit, as_of, seeds, nodes: [{id, kind, title, state, hops, via}], services, slas, customers, suppliers}`; where
/// something was down before also `given` and each node's state before as `was`, and `paths` where they are asked for.
pub(super) fn json(sms: &Sms<'_>, impact: &Impact<'_>, reached: &Reached, routes: Option<&Routes<'_>>) -> Value {
    let ids = |nodes: &[&Node]| nodes.iter().map(|node| json!(node.id)).collect::<Value>();
    let compared = !impact.given.is_empty();
    let nodes = impact.affected.iter().map(|affected| {
        let mut node = json!({
            "id": affected.node.id,
            "kind": affected.node.kind.word(),
            "title": title(sms, affected.node),
            "state": affected.state,
        });
        if compared {
            node["was"] = json!(affected.was);
        }
        node["hops"] = json!(affected.hops);
        node["via"] = ids(&affected.via);
        node
    });
    let nodes: Vec<Value> = nodes.collect();
    let mut all = json!({
        "commit": sms.snapshot.origin.commit(),
        "as_of": sms.snapshot.as_of.to_string(),
        "seeds": ids(&impact.seeds),
    });
    if compared {
        all["given"] = ids(&impact.given);
    }
    all["nodes"] = Value::Array(nodes);
    all["services"] = json!(reached.services);
    all["slas"] = json!(reached.slas);
    all["customers"] = json!(reached.customers);
    all["suppliers"] = json!(reached.suppliers);
    if let Some(routes) = routes {
        all["paths"] = routes.json();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::Which;
    use super::*;
    use crate::graph::Graph;
    use crate::model::fixture::records;

    const TEXT: &str = "
        == service svc-a
        relations: [{type: runs_on, to: ci-b}, {type: runs_on, to: ci-c}]
        redundancy: [{of: runs_on, min_up: 1}]
        == ci ci-b
        == ci ci-c";

    fn told(given: &[&str], which: Option<Which>) -> Value {
        records(TEXT, |sms| {
            let graph = Graph::build(sms);
            let impact = graph.impact_given(["ci-b"], given.iter().copied());
            let routes = which.map(|which| Routes::new(&impact, which));
            json(sms, &impact, &Reached::new(sms, &graph, &impact), routes.as_ref())
        })
    }

    #[test]
    fn what_was_before_and_paths_are_there_only_when_asked_for() {
        let plain = told(&[], None);
        assert!(plain.get("given").is_none() && plain.get("paths").is_none() && plain["nodes"][0].get("was").is_none());
        assert_eq!(plain["nodes"][0]["state"], "at_risk");
        let given = told(&["ci-c"], None);
        assert_eq!(given["given"], json!(["ci-c"]));
        assert_eq!((&given["nodes"][0]["was"], &given["nodes"][0]["state"]), (&json!("at_risk"), &json!("down")));
    }

    #[test]
    fn paths_tell_every_link_and_the_group_that_did_not_hold() {
        let path = json!([{
            "from": "ci-b",
            "to": "svc-a",
            "type": "runs_on",
            "strength": "hard",
            "group": {"hit": ["ci-b", "ci-c"], "members": 2, "min_up": 1},
        }]);
        let expected = json!([{"to": "svc-a", "state": "down", "shown": [path], "more": 0, "exact": true}]);
        assert_eq!(told(&["ci-c"], Some(Which::All))["paths"], expected);
    }
}
