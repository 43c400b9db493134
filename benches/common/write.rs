//! From the plan to files.

use std::collections::BTreeSet;
use std::io::{Error, Result};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, thread};

use super::organisation as org;
use super::plan::Plan;
use super::record::Record;
use super::{defects, items, offers, rulebook, types, work};

/// One kind of record: how many there are, and how the one of a number reads.
type Kind = (fn(&Plan) -> usize, fn(&Plan, usize) -> Record);

/// All kinds, the numerous ones last.
const KINDS: [Kind; 17] = [
    (|_| 1, offers::sms),
    (types::type_count, types::item_type),
    (|_| org::PEOPLE, org::person),
    (|_| org::TEAMS, org::team),
    (|_| org::ROLES.len(), org::role),
    (|_| org::CUSTOMERS, org::customer),
    (|_| org::SUPPLIERS, org::supplier),
    (|_| org::CONTRACTS, org::contract),
    (|_| org::CALENDARS.len(), org::calendar),
    (|_| 1, rulebook::change_policy),
    (|_| 1, rulebook::risk_criteria),
    (offers::count, offers::service),
    (offers::count, offers::sla),
    (work::risks, work::risk),
    (work::changes, work::change),
    (work::incidents, work::incident),
    (items::count, items::item),
];

/// Records that a thread takes at a time.
const BATCH: usize = 500;

/// Writes everything; returns the number of records and their bytes.
pub(crate) fn write_all(plan: &Plan, out: &Path) -> Result<(usize, u64)> {
    if out.join("sms").exists() {
        return Err(Error::other("there is a folder sms already"));
    }
    fs::create_dir_all(out)?;
    fs::write(out.join("gitsm.toml"), "format = 1\n")?;
    if !plan.defects.is_empty() {
        fs::write(out.join("defects.txt"), defects::list(plan, |item| items::item(plan, item).path))?;
    }
    let total = KINDS.iter().map(|kind| kind.0(plan)).sum();
    let next = AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let bytes = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(|| work_off(plan, out, total, &next))).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|_| Err(Error::other("a writer gave up"))))
            .sum::<Result<u64>>()
    })?;
    Ok((total, bytes))
}

/// Takes batches until none is left; returns the bytes written.
fn work_off(plan: &Plan, out: &Path, total: usize, next: &AtomicUsize) -> Result<u64> {
    let mut made = BTreeSet::new();
    let mut bytes = 0;
    loop {
        let start = next.fetch_add(BATCH, Ordering::Relaxed);
        if start >= total {
            return Ok(bytes);
        }
        for number in start..total.min(start + BATCH) {
            let record = nth(plan, number);
            let path = out.join(&record.path);
            if let Some(folder) = path.parent().filter(|folder| !made.contains(*folder)) {
                fs::create_dir_all(folder)?;
                made.insert(folder.to_path_buf());
            }
            fs::write(&path, &record.text)?;
            bytes += record.text.len() as u64;
        }
    }
}

/// The record of that number, counted over all kinds.
fn nth(plan: &Plan, mut number: usize) -> Record {
    for (count, write) in KINDS {
        let count = count(plan);
        if number < count {
            return write(plan, number);
        }
        number -= count;
    }
    unreachable!("the number lies below the total")
}
