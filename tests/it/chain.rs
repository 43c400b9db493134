//! The whole chain from texts to reports, for tests that look at all of it at once.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::OnceLock;

use gitsm::base::date::AsOf;
use gitsm::base::finding::Finding;
use gitsm::graph::Graph;
use gitsm::graph::draw::{self, Picture};
use gitsm::load::{self, Snapshot};
use gitsm::model::Sms;
use gitsm::report::{self, Checked};
use gitsm::rules::{self, Check, Judged, Selection};
use gitsm::schema::Catalog;
use serde_json::Value as Json;

/// What the chain gives for one snapshot.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) findings: Vec<Finding>,
    /// `check --format json`.
    pub(crate) json: Json,
    /// `check --format human`, without colour.
    pub(crate) human: String,
    /// The graph in the languages for graphviz and for Markdown, and as JSON.
    pub(crate) graph: String,
    /// For each node, what its loss does; then cycles, single points and orphans.
    pub(crate) impact: String,
}

/// The instant of most tests.
pub(crate) fn as_of() -> AsOf {
    AsOf::parse("2026-11-20").expect("a day")
}

/// The kinds that gitsm brings, compiled once for all tests.
pub(crate) fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| Catalog::built_in().expect("the kinds are good"))
}

/// Runs everything, with the kinds that gitsm brings.
pub(crate) fn run(snapshot: &Snapshot) -> Outcome {
    let sms = Sms::build(snapshot, catalog());
    let graph = Graph::build(&sms);
    let title = |node: &'_ gitsm::graph::Node| node.record.map(|ix| sms.record(ix).title());
    let picture = Picture::new(&graph, |node| title(node).unwrap_or(node.id.as_str()), &[], 1);
    let drawn = format!("{}\n{}\n{}", draw::dot(&picture), draw::mermaid(&picture), draw::json(&picture));
    Outcome { graph: drawn, impact: impact(&graph), ..check(&sms, &graph) }
}

/// Runs the rules and both reports alone, for landscapes in which the loss of each node would take too long.
pub(crate) fn check(sms: &Sms<'_>, graph: &Graph) -> Outcome {
    let selection = Selection::new(&[], &sms.snapshot.settings, &sms.local).expect("the settings name rules");
    let Judged { findings, waived } = rules::judge(&Check { sms, graph }, &selection);
    let checked = Checked { waived: &waived, ..Checked::new(sms, &findings) };
    let (json, human) = (report::json(checked), report::human(checked, false));
    Outcome { json, human, graph: String::new(), impact: String::new(), findings }
}

fn impact(graph: &Graph) -> String {
    let mut out = String::new();
    for node in graph.nodes() {
        let impact = graph.impact([node.id.as_str()]);
        for hit in impact.affected {
            let via: Vec<_> = hit.via.iter().map(|node| node.id.as_str()).collect();
            let _ = writeln!(out, "{} -> {} {} {} {via:?}", node.id, hit.node.id, hit.state, hit.hops);
        }
    }
    for cycle in graph.cycles() {
        let nodes: Vec<_> = cycle.nodes.iter().map(|node| node.id.as_str()).collect();
        let _ = writeln!(out, "cycle {nodes:?} of {}", cycle.size);
    }
    for point in graph.single_points(|_| true) {
        let hit: Vec<_> = point.takes_down.iter().map(|node| node.id.as_str()).collect();
        let _ = writeln!(out, "single point {} {hit:?}", point.node.id);
    }
    let orphans: Vec<_> = graph.orphans().into_iter().map(|node| node.id.as_str()).collect();
    let _ = writeln!(out, "orphans {orphans:?}");
    out
}

/// Runs everything on texts in memory.
pub(crate) fn run_texts(files: &[(String, String)]) -> Outcome {
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    run(&load::memory(files, as_of()).expect("the settings are good"))
}

/// The files of the sample, by path.
pub(crate) fn sample() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let snapshot = load::worktree(root, as_of()).expect("the sample can be read");
    snapshot.sources.iter().map(|(_, source)| (source.path().to_owned(), source.text().to_owned())).collect()
}

/// Whether every place that a finding names lies in its file, on whole characters.
pub(crate) fn stray_places(snapshot: &Snapshot, findings: &[Finding]) -> Vec<String> {
    let mut stray = Vec::new();
    for finding in findings {
        for span in std::iter::once(finding.primary).chain(finding.related.iter().map(|label| label.span)) {
            let source = snapshot.sources.get(span.file);
            if source.text().get(span.start as usize..span.end as usize).is_none() {
                stray.push(format!("{}: {} at {}..{}", source.path(), finding.rule, span.start, span.end));
            }
        }
    }
    stray
}

/// A small generator of numbers that are the same in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let mixed = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(mixed).unwrap_or(0) % limit.max(1)
    }

    /// Puts a list into another order.
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}
