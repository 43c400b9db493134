//! What reading a history costs, as a whole process to set beside git's own:
//!
//!     cargo bench --bench history -- FOLDER trailers   as `git log --first-parent --format='%H %(trailers)'`
//!     cargo bench --bench history -- FOLDER touched    as `git log --first-parent --name-status`
//!
//! `benches/history.sh` makes a repository for it. Without arguments, as `cargo bench` calls it, it says so and ends.

#![expect(clippy::expect_used, reason = "a measurement without its repository has nothing to go on with")]
#![expect(clippy::print_stdout, reason = "a program of its own")]

use std::io::Write as _;
use std::path::Path;

use gitsm::evidence::history::{Commit, History, Watch};
use gitsm::load;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let [folder, what] = arguments.as_slice() else {
        println!("usage: cargo bench --bench history -- FOLDER trailers|touched");
        return;
    };
    let root = Path::new(folder);
    let history = History::open(root, &load::folder(root)).expect("a git repository");
    let line = history.line(history.resolve("HEAD").expect("a commit"), None).expect("a whole history");
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match what.as_str() {
        "trailers" => line.iter().try_for_each(|commit| writeln!(out, "{} {}", commit.id, commit.changes().join(" "))),
        "touched" => touched(&history, &line, &mut out),
        other => panic!("'{other}' is neither trailers nor touched"),
    }
    .expect("standard output");
}

/// Every record that a commit of the branch touches.
fn touched(history: &History, line: &[Commit], out: &mut impl std::io::Write) -> std::io::Result<()> {
    let watch = Watch::default();
    for (at, commit) in line.iter().enumerate() {
        writeln!(out, "{}", commit.id)?;
        let before = line.get(at + 1).map(|parent| parent.tree);
        for touched in history.touched(before, commit.tree, &watch).expect("whole trees") {
            let sort = match (touched.old, touched.new) {
                (None, _) => 'A',
                (_, None) => 'D',
                _ => 'M',
            };
            writeln!(out, "{sort}\t{}", touched.path)?;
        }
    }
    Ok(())
}
