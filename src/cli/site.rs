//! `gitsm site`.

mod disk;
mod left;
mod memory;
mod past;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use disk::{Disk, remove};
use memory::Place;
use past::{Archive, Known};

use super::{Context, Exit};
use crate::base::date::AsOf;
use crate::base::hash::Print;
use crate::graph::Graph;
use crate::load::Snapshot;
use crate::load::settings::Names;
use crate::model::Sms;
use crate::rules::again::{Begun, Found};
use crate::rules::{self, Check, Judged, Selection};
use crate::schema::Catalog;
use crate::site::{self, Edition, Input, Memory, NOTHING, Past, Prints, Sink};

/// Arguments of `site`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder to write to; only files that changed are written, and pages that are gone are removed
    #[arg(short, long, value_name = "DIR", default_value = "_site")]
    output: PathBuf,
    /// Whom the site is for
    #[arg(long, value_enum, default_value_t)]
    edition: For,
}

/// Whom a site is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum For {
    /// The people of the organisation: everything
    #[default]
    Internal,
    /// Everybody: only records whose classification is public, nothing about others, no findings
    Public,
}

/// What there was before this run: the files of the site, and what is remembered of making them.
struct Before {
    files: left::Left,
    place: Option<Place>,
    memory: Option<Memory>,
    found: Option<Found>,
}

/// What is known from before of the records, for one run after another.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// What was read of their past.
    past: RefCell<Known>,
    /// What rules found.
    found: RefCell<Option<Found>>,
}

impl Before {
    /// Makes sure that the folder of a site of the records at `root` is ours or empty, and reads what was left.
    fn open(root: &Path, folder: &Path) -> anyhow::Result<Self> {
        let files = left::open(folder)?;
        let place = Place::of(root, folder);
        let memory = place.as_ref().filter(|_| !files.fresh).and_then(|place| place.recall(&files.list));
        let found = place.as_ref().and_then(Place::found);
        Ok(Self { files, place, memory, found })
    }
}

/// What becomes of the records and all that was worked out from them, once a site was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// It is put away.
    PutAway,
    /// It stays where it is: the program ends, and giving back hundreds of thousands of pieces one by one would only take time.
    Stays,
}

impl Rest {
    fn of<T>(self, value: T) {
        if self == Self::Stays {
            std::mem::forget(value);
        }
    }
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let folder = cx.directory().join(&arguments.output);
    let root = cx.root().unwrap_or_default();
    let (before, snapshot) = std::thread::scope(|scope| {
        // What lies there is read beside the records.
        let before = scope.spawn(|| Before::open(&root, &folder));
        let snapshot = cx.snapshot();
        (before.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), snapshot)
    });
    let (Before { files: left, place, memory, found }, snapshot) = (before?, snapshot?);
    let place = place.filter(|_| memory::is_wanted(&snapshot.settings));
    let memory = memory.filter(|_| place.is_some());
    cx.progress.stage("making pages");
    let edition = if arguments.edition == For::Public { Edition::Public } else { Edition::Internal };
    let archive = archive(&root, &snapshot, edition, cx.as_of())?;
    let found = found.filter(|_| place.is_some());
    let kept = Kept { found: RefCell::new(found), ..Kept::default() };
    let made = with_input(&snapshot, edition, (archive.as_ref(), &kept), Rest::Stays, |input, prints, past| {
        if let Some(summary) = left.still(&folder, prints.digest()) {
            return Ok((summary, 0, 0, None));
        }
        // It is written while the rest is done.
        let keeping = place.as_ref().map(|place| {
            let (place, found) = (place.clone(), kept.found.take());
            std::thread::spawn(move || {
                if let Some(found) = &found {
                    place.keep_found(found);
                }
                Rest::Stays.of(found);
            })
        });
        let disk = Disk::new(folder.clone(), left.fresh, left.written);
        let past = past()?;
        let input = Input { past: &past, ..*input };
        let (summary, memory) = site::build_after(&input, &prints, memory.as_ref(), &disk)?.leave();
        let keeping = place.map(|place| {
            std::thread::spawn(move || {
                place.keep(&memory);
                Rest::Stays.of(memory);
                keeping.map_or(Ok(()), std::thread::JoinHandle::join)
            })
        });
        let (written, kept) = disk.finish();
        let removed = remove(&folder, left.files.keys().filter(|path| !kept.contains(*path)))?;
        Ok((summary, written, removed, keeping))
    });
    let (summary, written, removed, keeping) = made?;
    Rest::Stays.of((left, memory));
    if let Some(Err(panic)) = keeping.map(|keeping| keeping.join().flatten()) {
        std::panic::resume_unwind(panic);
    }
    let same = summary.files - written;
    if !cx.quiet() {
        cx.line(format!(
            "Made {} files for {} in {}: {written} written, {same} up to date, {removed} removed",
            summary.files,
            if summary.records == 1 { "1 record".to_owned() } else { format!("{} records", summary.records) },
            arguments.output.display(),
        ))?;
    }
    if let Some(gap) = archive.as_ref().and_then(Archive::gap).filter(|_| !cx.quiet()) {
        cx.line(format!("History and decisions are left out, since {}; {}", gap.words(), gap.advice()))?;
    }
    let index = arguments.output.join("index.html");
    cx.next(&format!("open {}, or run `gitsm serve` to see pages change as you edit", index.display()))?;
    Rest::Stays.of(snapshot);
    Ok(Exit::Clean)
}

/// Makes the site of `snapshot`, which was read from `root`, after an earlier one of which something is remembered; what is
/// `kept` of it is not worked out again. Gives what the next one may remember.
pub(super) fn make(
    root: &Path,
    snapshot: &Snapshot,
    as_of: Option<AsOf>,
    (kept, before): (&Kept, Option<&Memory>),
    sink: &dyn Sink,
) -> anyhow::Result<Memory> {
    let archive = archive(root, snapshot, Edition::Internal, as_of)?;
    let before = before.filter(|_| memory::is_possible(&snapshot.settings));
    with_input(snapshot, Edition::Internal, (archive.as_ref(), kept), Rest::PutAway, |input, prints, past| {
        let past = past()?;
        Ok(site::build_after(&Input { past: &past, ..*input }, &prints, before, sink)?.memory)
    })
}

/// The repository whose past is told; what everybody may read tells nothing of it.
fn archive(root: &Path, snapshot: &Snapshot, edition: Edition, as_of: Option<AsOf>) -> anyhow::Result<Option<Archive>> {
    if edition.is_public() { Ok(None) } else { Archive::open(root, snapshot, as_of) }
}

/// Calls `then` with all that a site of `snapshot` is made from, with a past of which only the name is known yet, and with
/// what reads it. For everybody, and where roles stand in place of names, the texts are changed first and everything is
/// made from what is left of them.
fn with_input<T>(
    snapshot: &Snapshot,
    edition: Edition,
    (archive, kept): (Option<&Archive>, &Kept),
    rest: Rest,
    then: impl FnOnce(&Input<'_>, Prints, &dyn Fn() -> anyhow::Result<Past>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let catalog = Catalog::new(&snapshot.sources)?;
    let named = Past { key: archive.map(Archive::key).unwrap_or_default(), ..Past::default() };
    let read = |sms: &Sms<'_>| archive.map_or_else(|| Ok(Past::default()), |archive| archive.read(sms, &kept.past));
    let files = snapshot.sources.prints();
    let clean = kept.found.borrow().as_ref().map(|found| found.clean(&snapshot.sources, &files)).unwrap_or_default();
    let original = Sms::build_knowing(snapshot, &catalog, &clean);
    let result = if edition == Edition::Internal {
        if snapshot.settings.site.names == Names::People {
            judged((&original, &files), &named, (&kept.found, rest), |input, prints| {
                then(input, prints, &|| read(&original))
            })
        } else {
            let (left, words) = site::edition::roles(&original);
            let files = left.sources.prints();
            judged((&Sms::build(&left, &catalog), &files), &named, (&kept.found, rest), |input, prints| {
                then(input, prints, &|| Ok(read(&original)?.by_role(&words)))
            })
        }
    } else {
        let left = (snapshot.settings.site.names == Names::Roles).then(|| site::edition::roles(&original).0);
        let public = match &left {
            Some(left) => site::edition::public(&Sms::build(left, &catalog)),
            None => site::edition::public(&original),
        };
        let sms = Sms::build(&public.snapshot, &catalog);
        let graph = Graph::build(&sms);
        let input = Input { sms: &sms, graph: &graph, findings: &[], waived: &[], edition, past: &NOTHING };
        then(&input, Prints::new(&input), &|| Ok(Past::default()))
    };
    rest.of(original);
    rest.of(catalog);
    result
}

/// Calls `then` with the records and what rules find in them, after what they `found` before; `files` names each file.
fn judged<T>(
    (sms, files): (&Sms<'_>, &[Print]),
    past: &Past,
    (found, rest): (&RefCell<Option<Found>>, Rest),
    then: impl FnOnce(&Input<'_>, Prints) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let selection = Selection::new(&[], &sms.snapshot.settings, &sms.local)?;
    let (graph, begun) = rayon::join(|| Graph::build(sms), || Begun::new(sms, files));
    let ground = Arc::new(begun.with(sms, &graph));
    let before = found.take();
    let check = Check { sms, graph: &graph };
    let (judged, now) = rules::judge_after(&check, &selection, (files, Arc::clone(&ground)), before.as_ref());
    found.replace(Some(now));
    rest.of(before);
    let Judged { findings, waived } = judged;
    let edition = Edition::Internal;
    let input = Input { sms, graph: &graph, findings: &findings, waived: &waived, edition, past };
    let result = then(&input, Prints::with(&input, files, ground));
    rest.of((graph, findings, waived));
    result
}
