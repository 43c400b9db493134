//! How long each stage takes on 1,000, 10,000 and 100,000 configuration items and the records around them.
//!
//! `cargo bench --bench pipeline`; a filter such as `-- check::1000` runs a part. The records are made once into the
//! system's temporary folder and read from there, warm. Whole-process figures against other tools: `docs/performance.md`.

#![expect(clippy::expect_used, reason = "a measurement without its records has nothing to go on with")]

mod common;

use std::path::{Path, PathBuf};

use divan::Bencher;
use gitsm::base::date::AsOf;
use gitsm::gate::facts::{End, Facts, SourceKind};
use gitsm::gate::{self, Outcome, hearing};
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

/// What the pull request asks for; the names in capitals are those of generated records.
const CHANGE: &str = "kind: change
id: chg-fifty
title: Patch fifty items
status: requested
owner: TEAM
requester: PERSON
requested_at: 2026-11-18T09:00:00Z
category: normal
type: modify
reason: The versions are too old.
affects: [ITEMS]
assessment:
  risk: { likelihood: 2, impact: 1 }
  benefit: Fewer faults.
  feasibility: none, as rehearsed
  financial: none, as rehearsed
  services: none, as rehearsed
  customers: none, as rehearsed
  policies_plans: none, as rehearsed
  capacity: none, as rehearsed
  availability: none, as rehearsed
  continuity: none, as rehearsed
  security: none, as rehearsed
  conflicts: []
planned: { start: 2026-11-28T02:00:00Z, end: 2026-11-28T06:00:00Z }
implementers: [PERSON]
downtime: 0m
plan: Patch one after the other.
test: { plan: Rehearsal on a copy., result: pass, at: 2026-11-18T15:00:00Z, by: PERSON }
rollback: { steps: Boot the image from before., tested: true, takes: 30m }
";

/// Every file below a folder, in order.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> =
        entries.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect();
    files.sort();
    files
}

/// The name of the first record of a kind.
fn first(root: &Path, kind: &str) -> String {
    let files = below(&root.join("sms").join(kind));
    files[0].file_stem().expect("a name").to_string_lossy().into_owned()
}

/// Commits everything below `root` onto HEAD.
fn commit(repository: &git2::Repository, message: &str) {
    let by = git2::Signature::new("Ada Berg", "910000001+ada@users.noreply.github.com", &git2::Time::new(0, 0));
    let by = by.expect("a name");
    let mut index = repository.index().expect("an index");
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).expect("files");
    index.write().expect("an index");
    let tree = index.write_tree().and_then(|id| repository.find_tree(id)).expect("a tree");
    let parent = repository.head().ok().map(|head| head.peel_to_commit().expect("a commit"));
    let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
    repository.commit(Some("HEAD"), &by, &by, message, &tree, &parents).expect("a commit");
}

/// A git repository with the records of one size on `main`, and on `work` fifty edited items with a change record. It is
/// left in the temporary folder, so that `gitsm gate --base main --head work` can be timed there as a whole.
fn pull_request(items: usize) -> PathBuf {
    let root = std::env::temp_dir().join(format!("gitsm-bench-{}-{items}-git", env!("CARGO_PKG_VERSION")));
    if root.join("sms/change/chg-fifty.yaml").exists() {
        return root;
    }
    let _ = std::fs::remove_dir_all(&root);
    common::generate(&common::Options { items, seed: 1, defects: 0 }, &root)
        .expect("the temporary folder can be written");
    let mut options = git2::RepositoryInitOptions::new();
    let repository = git2::Repository::init_opts(&root, options.initial_head("main")).expect("a repository");
    commit(&repository, "Begin");
    let base = repository.head().and_then(|head| head.peel_to_commit()).expect("a commit");
    repository.branch("work", &base, false).expect("a branch");
    repository.set_head("refs/heads/work").expect("a branch");
    let mut edited = Vec::new();
    let files = below(&root.join("sms/ci"));
    for path in files.iter().step_by(files.len() / 50).take(50) {
        let text = std::fs::read_to_string(path).expect("a record");
        let rest: String =
            text.lines().filter(|line| !line.starts_with("version:")).map(|line| format!("{line}\n")).collect();
        std::fs::write(path, format!("{rest}version: \"next\"\n")).expect("a record");
        edited.push(path.file_stem().expect("a name").to_string_lossy().into_owned());
    }
    let change = CHANGE.replace("TEAM", &first(&root, "team")).replace("PERSON", &first(&root, "person"));
    std::fs::write(root.join("sms/change/chg-fifty.yaml"), change.replace("ITEMS", &edited.join(", ")))
        .expect("a record");
    commit(&repository, "Patch fifty items");
    root
}

/// A pull request that edits fifty items, from git to the decision: merged in memory, both sides read and checked.
#[divan::bench(args = [1_000, 10_000], sample_count = 5, sample_size = 1)]
fn gate_of_fifty_edits(bencher: Bencher<'_, '_>, items: usize) {
    let root = pull_request(items);
    bencher.bench_local(|| {
        let merge = load::merge(&root, "main", "work", as_of()).expect("two branches");
        let end = |branch: &str, commit: &str| End { branch: branch.to_owned(), commit: commit.to_owned() };
        let mut facts = Facts::empty(SourceKind::Git);
        facts.pull_request.base = end("main", &merge.base_commit);
        facts.pull_request.head = end("work", &merge.head_commit);
        facts.files = Some(hearing::files(&merge));
        let at = as_of().instant();
        let outcome = hearing::with_grounds(&merge, None, |_, base, head| gate::decide(base, head, &facts, at).outcome);
        assert_eq!(outcome.expect("good settings"), Outcome::Pending);
    });
}
