//! The small world of the cases.

use std::collections::BTreeMap;

use gitsm::base::date::AsOf;
use gitsm::diff::State;
use gitsm::gate::facts::{Content, Facts};
use gitsm::gate::{self, Decision};
use gitsm::graph::Graph;
use gitsm::graph::diff::Side;
use gitsm::load;
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

/// Reads one state of the records, checked.
pub(super) fn with<T>(files: &Files, at: AsOf, then: impl FnOnce(State<'_>) -> T) -> T {
    let texts = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let snapshot = load::memory(texts, at).expect("there are no settings");
    let sms = Sms::build(&snapshot, chain::catalog());
    let graph = Graph::build(&sms);
    let selection = Selection::new(&[], &snapshot.settings, &sms.local).expect("all rules");
    let findings = rules::all(&Check { sms: &sms, graph: &graph }, &selection).findings;
    then(State { side: Side { sms: &sms, graph: &graph }, findings: &findings })
}

/// Decides on two states of the records.
pub(super) fn decide(base: &Files, head: &Files, facts: &Facts, at: AsOf) -> Decision {
    with(base, at, |base| with(head, at, |head| gate::decide(base, head, facts, at.instant())))
}

/// What a voter saw.
pub(super) fn content(base: &Files, head: &Files, facts: &Facts, at: AsOf) -> Option<Content> {
    with(base, at, |base| with(head, at, |head| gate::content(base.side, head.side, facts, at.instant())))
}
