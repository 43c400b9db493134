//! The small world of the cases.

use std::collections::BTreeMap;
use std::sync::Mutex;

use gitsm::base::date::AsOf;
use gitsm::base::finding::Finding;
use gitsm::diff::State;
use gitsm::gate::facts::{Content, Facts};
use gitsm::gate::{self, Decision};
use gitsm::graph::Graph;
use gitsm::graph::diff::Side;
use gitsm::load::{self, Snapshot};
use gitsm::model::Sms;
use gitsm::rules::{self, Check, Selection};

use crate::chain;

/// Texts by path.
pub(super) type Files = BTreeMap<String, String>;

/// The files at the base.
pub(super) fn base() -> Files {
    let text = include_str!("../../gate/world.txt");
    let blocks = text.split("--- ").filter(|block| !block.is_empty());
    blocks
        .map(|block| {
            let (path, text) = block.split_once('\n').expect("a path stands before its text");
            (path.to_owned(), text.to_owned())
        })
        .collect()
}

/// The change record that most pull requests carry.
pub(super) const CHANGE: &str = include_str!("../../gate/change.txt");

/// Its path.
pub(super) const PATH: &str = "sms/change/chg-a.yaml";

/// States that were read and checked, by their files and their instant. Most cases share the base, and all decisions on
/// one case share both states; they live as long as the tests.
static KNOWN: Mutex<BTreeMap<(Files, String), State<'static>>> = Mutex::new(BTreeMap::new());

/// One state of the records, checked.
pub(super) fn state(files: &Files, at: AsOf) -> State<'static> {
    let key = (files.clone(), at.to_string());
    if let Some(state) = KNOWN.lock().expect("no test panics with it").get(&key) {
        return *state;
    }
    let snapshot: &'static Snapshot = Box::leak(Box::new(snapshot(files, at)));
    let sms: &'static Sms<'static> = Box::leak(Box::new(Sms::build(snapshot, chain::catalog())));
    let graph: &'static Graph = Box::leak(Box::new(Graph::build(sms)));
    let state = State { side: Side { sms, graph }, findings: Box::leak(findings(sms, graph).into()) };
    KNOWN.lock().expect("no test panics with it").insert(key, state);
    state
}

/// The same for a state that nobody asks for again.
pub(super) fn with<T>(files: &Files, at: AsOf, then: impl FnOnce(State<'_>) -> T) -> T {
    let snapshot = snapshot(files, at);
    let sms = Sms::build(&snapshot, chain::catalog());
    let graph = Graph::build(&sms);
    then(State { side: Side { sms: &sms, graph: &graph }, findings: &findings(&sms, &graph) })
}

fn snapshot(files: &Files, at: AsOf) -> Snapshot {
    let texts = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    load::memory(texts, at).expect("there are no settings")
}

fn findings(sms: &Sms<'_>, graph: &Graph) -> Vec<Finding> {
    let selection = Selection::new(&[], &sms.snapshot.settings, &sms.local).expect("all rules");
    rules::all(&Check { sms, graph }, &selection).findings
}

/// Decides on two states of the records.
pub(super) fn decide(base: &Files, head: &Files, facts: &Facts, at: AsOf) -> Decision {
    gate::decide(state(base, at), state(head, at), facts, at.instant())
}

/// What a voter saw.
pub(super) fn content(base: &Files, head: &Files, facts: &Facts, at: AsOf) -> Option<Content> {
    gate::content(state(base, at).side, state(head, at).side, facts, at.instant())
}
