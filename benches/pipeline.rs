//! How long each stage takes on 1,000, 10,000 and 100,000 configuration items and the records around them.
//!
//! `cargo bench --bench pipeline`; a filter such as `-- check::1000` runs a part. The records are made once into the
//! system's temporary folder and read from there, warm. Whole-process figures against other tools: `docs/performance.md`.

#![expect(clippy::expect_used, reason = "a measurement without its records has nothing to go on with")]

mod common;

use std::path::PathBuf;

use divan::Bencher;
use gitsm::base::date::AsOf;
use gitsm::graph::{Graph, NodeKind};
use gitsm::load::{self, Snapshot};
use gitsm::model::Sms;
use gitsm::rules::{self, Check, Selection};
use gitsm::schema::Catalog;

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// The folder with the records of one size, made when it is not there.
fn folder(items: usize) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("gitsm-bench-{}-{items}", env!("CARGO_PKG_VERSION")));
    if !folder.join("gitsm.toml").exists() {
        let _ = std::fs::remove_dir_all(&folder);
        let options = common::Options { items, seed: 1, defects: 0 };
        common::generate(&options, &folder).expect("the temporary folder can be written");
    }
    folder
}

fn as_of() -> AsOf {
    AsOf::parse("2026-11-20").expect("a day")
}

fn snapshot(items: usize) -> Snapshot {
    load::worktree(&folder(items), as_of()).expect("generated records can be read")
}

/// Files on disk to texts.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn load_files(bencher: Bencher<'_, '_>, items: usize) {
    let folder = folder(items);
    bencher.bench_local(|| load::worktree(&folder, as_of()).expect("generated records can be read"));
}

/// Texts to records: parse, validate, resolve references.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn build_records(bencher: Bencher<'_, '_>, items: usize) {
    let snapshot = snapshot(items);
    bencher.bench_local(|| {
        let catalog = Catalog::new(&snapshot.sources).expect("built-in schemas are good");
        Sms::build(&snapshot, &catalog).len()
    });
}

/// Records to graph.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn graph_build(bencher: Bencher<'_, '_>, items: usize) {
    let snapshot = snapshot(items);
    let catalog = Catalog::new(&snapshot.sources).expect("built-in schemas are good");
    let sms = Sms::build(&snapshot, &catalog);
    bencher.bench_local(|| Graph::build(&sms).nodes().count());
}

/// Records to graph, the failure of the item that carries most, cycles, orphans, and single points of failure of all
/// services.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn graph_questions(bencher: Bencher<'_, '_>, items: usize) {
    let snapshot = snapshot(items);
    let catalog = Catalog::new(&snapshot.sources).expect("built-in schemas are good");
    let sms = Sms::build(&snapshot, &catalog);
    let graph = Graph::build(&sms);
    let heaviest = sms.of_kind("ci").max_by_key(|(_, ci)| graph.relied_on_by(ci.id.as_str()).count());
    let heaviest = heaviest.expect("there are items").1.id.as_str();
    bencher.bench_local(|| {
        let graph = Graph::build(&sms);
        let points = graph.single_points(|node| node.kind == NodeKind::Service);
        graph.impact([heaviest]).affected.len() + graph.cycles().len() + graph.orphans().len() + points.len()
    });
}

/// Records to graph, and what the members of every redundancy group share; then how critical everything is, and its layer.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn graph_common_causes(bencher: Bencher<'_, '_>, items: usize) {
    let snapshot = snapshot(items);
    let catalog = Catalog::new(&snapshot.sources).expect("built-in schemas are good");
    let sms = Sms::build(&snapshot, &catalog);
    bencher.bench_local(|| {
        let graph = Graph::build(&sms);
        graph.common_causes(|_| true).len() + graph.inversions(&sms).len() + graph.layers().len()
    });
}

/// The failure of every item by itself, each followed to its end.
#[divan::bench(args = [1_000, 10_000], sample_count = 3, sample_size = 1)]
fn graph_impact_of_every_item(bencher: Bencher<'_, '_>, items: usize) {
    let snapshot = snapshot(items);
    let catalog = Catalog::new(&snapshot.sources).expect("built-in schemas are good");
    let sms = Sms::build(&snapshot, &catalog);
    let graph = Graph::build(&sms);
    bencher.bench_local(|| graph.single_points(|_| true).iter().map(|point| point.takes_down.len()).sum::<usize>());
}

/// Records to findings of all rules.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn rules_only(bencher: Bencher<'_, '_>, items: usize) {
    let snapshot = snapshot(items);
    let catalog = Catalog::new(&snapshot.sources).expect("built-in schemas are good");
    let sms = Sms::build(&snapshot, &catalog);
    let graph = Graph::build(&sms);
    bencher.bench_local(|| rules::run(&Check { sms: &sms, graph: &graph }, &Selection::default()).len());
}

/// Files on disk to findings.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn check(bencher: Bencher<'_, '_>, items: usize) {
    let folder = folder(items);
    bencher.bench_local(|| {
        let snapshot = load::worktree(&folder, as_of()).expect("generated records can be read");
        let catalog = Catalog::new(&snapshot.sources).expect("built-in schemas are good");
        let sms = Sms::build(&snapshot, &catalog);
        let graph = Graph::build(&sms);
        rules::run(&Check { sms: &sms, graph: &graph }, &Selection::default()).len()
    });
}

/// Takes pages and keeps nothing, so that the site is measured without a disk.
#[cfg(feature = "site")]
struct Nowhere;

#[cfg(feature = "site")]
impl gitsm::site::Sink for Nowhere {
    fn put(&self, _: &str, bytes: &[u8]) -> std::io::Result<()> {
        divan::black_box(bytes.len());
        Ok(())
    }
}

/// Records to every page of the site.
#[cfg(feature = "site")]
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn site_pages(bencher: Bencher<'_, '_>, items: usize) {
    let snapshot = snapshot(items);
    let catalog = Catalog::new(&snapshot.sources).expect("built-in schemas are good");
    let sms = Sms::build(&snapshot, &catalog);
    let graph = Graph::build(&sms);
    let judged = rules::judge(&Check { sms: &sms, graph: &graph }, &Selection::default());
    let edition = gitsm::site::Edition::Internal;
    let (findings, waived) = (&judged.findings, &judged.waived);
    let input = gitsm::site::Input { sms: &sms, graph: &graph, findings, waived, edition, past: &gitsm::site::NOTHING };
    bencher.bench_local(|| gitsm::site::build(&input, &Nowhere).expect("generated records make a site").files);
}
