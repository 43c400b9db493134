//! The small world of the gate's cases, as texts and as a state of the records.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use gitsm::base::date::AsOf;
use gitsm::base::finding::Finding;
use gitsm::diff::State;
use gitsm::graph::Graph;
use gitsm::graph::diff::Side;
use gitsm::load::{self, Snapshot};
use gitsm::model::Sms;
use gitsm::rules::{self, Check, Selection};
use gitsm::schema::Catalog;

/// Texts by path.
pub type Files = BTreeMap<String, String>;

/// The files at the base.
pub fn base() -> Files {
    let blocks = include_str!("../../tests/gate/world.txt").split("--- ").filter(|block| !block.is_empty());
    let pairs = blocks.filter_map(|block| block.split_once('\n'));
    pairs.map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

/// The merge result of a pull request that brings a change record, from the files at its base.
pub fn head(base: &Files) -> Files {
    let mut head = base.clone();
    head.insert("sms/change/chg-a.yaml".to_owned(), include_str!("../../tests/gate/change.txt").to_owned());
    head
}

/// The instant of all decisions.
pub fn at() -> AsOf {
    AsOf::parse("2026-11-20T12:00:00Z").expect("an instant")
}

/// Facts of a pull request on which all who must have agreed.
pub const FACTS: &str = include_str!("../seeds/facts/passes.json");

/// Reads and checks one state; none when it cannot be loaded at all.
pub fn with<T>(files: &Files, then: impl FnOnce(State<'_>) -> T) -> Option<T> {
    let snapshot = snapshot(files)?;
    let sms = Sms::build(&snapshot, catalog(&snapshot));
    let graph = Graph::build(&sms);
    let findings = findings(&sms, &graph)?;
    Some(then(State { side: Side { sms: &sms, graph: &graph }, findings: &findings }))
}

/// Reads and checks one state, for as long as the program runs.
pub fn kept(files: &Files) -> State<'static> {
    let snapshot: &'static Snapshot = Box::leak(Box::new(snapshot(files).expect("good texts")));
    let sms: &'static Sms<'static> = Box::leak(Box::new(Sms::build(snapshot, catalog(snapshot))));
    let graph: &'static Graph = Box::leak(Box::new(Graph::build(sms)));
    let findings = Box::leak(findings(sms, graph).expect("good settings").into_boxed_slice());
    State { side: Side { sms, graph }, findings }
}

fn snapshot(files: &Files) -> Option<Snapshot> {
    load::memory(files.iter().map(|(path, text)| (path.as_str(), text.as_str())), at()).ok()
}

/// The built-in schemas; the world has none of its own.
fn catalog(snapshot: &Snapshot) -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| Catalog::new(&snapshot.sources).expect("built-in schemas are good"))
}

fn findings(sms: &Sms<'_>, graph: &Graph) -> Option<Vec<Finding>> {
    let selection = Selection::new(&[], &sms.snapshot.settings, &sms.local).ok()?;
    Some(rules::all(&Check { sms, graph }, &selection).findings)
}
