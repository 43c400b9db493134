//! What reading a history costs, as a whole process to set beside git's own:
//!
//!     cargo bench --bench history -- FOLDER trailers   as `git log --first-parent --format='%H %(trailers)'`
//!     cargo bench --bench history -- FOLDER touched    as `git log --first-parent --name-status`
//!     cargo bench --bench history -- FOLDER cached     the same list, with what an earlier run kept in the git folder
//!
//! `benches/history.sh` makes a repository for it. Without arguments, as `cargo bench` calls it, it says so and ends.

#![expect(clippy::expect_used, reason = "a measurement without its repository has nothing to go on with")]
#![expect(clippy::print_stdout, reason = "a program of its own")]

use std::io::Write as _;
use std::path::Path;

use gitsm::evidence::history::{Commit, History, Touched, Watch};
use gitsm::load::{self, kept};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let [folder, what] = arguments.as_slice() else {
        println!("usage: cargo bench --bench history -- FOLDER trailers|touched|cached");
        return;
    };
    let root = Path::new(folder);
    let history = History::open(root, &load::folder(root)).expect("a git repository");
    let tip = history.resolve("HEAD").expect("a commit");
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if what == "cached" {
        cached(&history, tip, &mut out).expect("standard output");
        return;
    }
    let line = history.line(tip, None).expect("a whole history");
    match what.as_str() {
        "trailers" => line.iter().try_for_each(|commit| writeln!(out, "{} {}", commit.id, commit.changes().join(" "))),
        "touched" => touched(&history, &line, &mut out),
        other => panic!("'{other}' is none of trailers, touched and cached"),
    }
    .expect("standard output");
}

/// Every record that a commit of the branch touches.
fn touched(history: &History, line: &[Commit], out: &mut impl std::io::Write) -> std::io::Result<()> {
    let watch = Watch::default();
    for (at, commit) in line.iter().enumerate() {
        writeln!(out, "{}", commit.id)?;
        let before = line.get(at + 1).map(|parent| parent.tree);
        list(&history.touched(before, commit.tree, &watch).expect("whole trees"), out)?;
    }
    Ok(())
}

/// The same by way of what an earlier run kept, as commands do that show a history.
fn cached(history: &History, tip: git2::Oid, out: &mut impl std::io::Write) -> std::io::Result<()> {
    let place = history.place_to_keep();
    let told = history.told_from(tip, kept::recall(&place)).expect("a whole history");
    if let Some(bytes) = told.to_keep() {
        assert!(kept::keep(&place, bytes), "{} cannot be written", place.display());
    }
    for at in 0..told.len() {
        let commit = told.commit(at).expect("a whole history").expect("a commit");
        writeln!(out, "{}", commit.id)?;
        list(&told.touched(at).expect("whole trees"), out)?;
    }
    Ok(())
}

/// What was touched, one a line.
fn list(touched: &[Touched], out: &mut impl std::io::Write) -> std::io::Result<()> {
    touched.iter().try_for_each(|touched| {
        let sort = match (touched.old, touched.new) {
            (None, _) => 'A',
            (_, None) => 'D',
            _ => 'M',
        };
        writeln!(out, "{sort}\t{}", touched.path)
    })
}
