//! Pictures for tests.

use super::Picture;
use crate::graph::Graph;
use crate::graph::fixture::graph;

/// A service, its item with any title, a soft link to nothing, and a contract with its supplier.
pub(super) const TEXT: &str = "
    == service svc-a
    relations: [ci-b, {type: depends_on, to: ci-gone, strength: soft}, ctr-c]
    == ci ci-b
    == contract ctr-c
    supplier: sup-d
    == supplier sup-d";

/// A picture of all that is in [`TEXT`]; `title` is that of `ci-b`.
pub(super) fn picture<T>(title: &str, then: impl FnOnce(&Picture<'_>) -> T) -> T {
    let graph = graph(TEXT);
    then(&Picture::new(&graph, |node| if node.id.as_str() == "ci-b" { title } else { node.id.as_str() }, &[], 0))
}

/// A picture of a failure in which every part is played.
pub(super) fn impact<T>(then: impl FnOnce(&Picture<'_>) -> T) -> T {
    let graph = graph(
        "== service svc-a
        relations: [ci-app, ci-db, {type: depends_on, to: ci-old, strength: soft}, {type: connects_to, to: ci-log}]
        == ci ci-app
        relations: [{type: depends_on, to: ci-db, strength: soft}]
        == ci ci-db
        == ci ci-log
        relations: [{type: backed_up_by, to: ci-db}]
        == ci ci-old
        == ci ci-far",
    );
    let impact = graph.impact_given(["ci-db"], ["ci-old"]);
    then(&Picture::of_impact(&impact, |node| match node.id.as_str() {
        "ci-app" => "App",
        "ci-db" => "Base \"1\"",
        id => id,
    }))
}

/// The picture of a whole graph with ids as titles.
pub(super) fn whole(graph: &Graph) -> Picture<'_> {
    Picture::new(graph, |node| node.id.as_str(), &[], 0)
}
