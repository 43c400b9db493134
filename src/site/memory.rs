//! What making a site looked at, so that a later run makes only the pages again that would come out otherwise.
//!
//! A page is kept when nothing that it read has changed: the records, the values that pages share, and the ground that all
//! pages rest on. What it read was noted while it was made ([`crate::model::trace`]).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, Range};

use rayon::prelude::*;

use super::digest::Grounds;
use super::pieces::Piece;
use super::words;
use crate::base::bytes::{Scan, put_number, put_text, seal, sealed, unseal};
use crate::base::hash::Print;
use crate::model::changed::Changed;
use crate::model::trace::{Read, Trace};
use crate::model::{Ix, Sms};

/// The form that this version reads and writes.
const VERSION: &str = "gitsm site 3";
/// Bytes of a whole hash.
const HASH: usize = 64;

/// A file of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    /// What was read for it.
    pub(super) trace: Trace,
    /// The SHA-256 of its bytes in hexadecimal.
    pub(super) hash: String,
    /// How many bytes it has.
    pub(super) size: u64,
    /// Where the pieces of records stand in it, in order; empty where it is made as a whole.
    pub(super) pieces: Vec<Piece>,
}

/// What is remembered of a value that pages share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    /// What was read for it.
    pub(super) trace: Trace,
    /// The value itself, where it is told apart by what it holds.
    pub(super) print: Option<Print>,
}

/// What is remembered of making a site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// The SHA-256 of the list of its files.
    pub(super) manifest: String,
    /// What pages rest on.
    pub(super) grounds: Grounds,
    /// The name of the list of records that words number.
    pub(super) listed: Print,
    /// The instant that was judged by.
    pub(super) instant: String,
    /// Each value that pages share, by its number; none where nobody asked for it.
    pub(super) shared: Vec<Option<Known>>,
    /// The files by path.
    pub(super) files: BTreeMap<String, Made>,
}

impl Memory {
    /// The SHA-256 of the list of files that was written with the site. A folder with another one holds another site.
    #[must_use]
    pub fn manifest(&self) -> &str {
        &self.manifest
    }

    /// All of it as bytes: a line with the version, a line with the SHA-256 of what follows, and that.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = sealed(VERSION);
        let Grounds { common, records, figures } = &self.grounds;
        out.reserve(self.files.len() * 160 + records.len() * size_of::<Print>());
        put_text(&mut out, &self.manifest);
        out.extend(common);
        out.extend(self.listed);
        put_text(&mut out, &self.instant);
        put_number(&mut out, records.len());
        out.extend(records.iter().flatten());
        put_number(&mut out, figures.len());
        for (at, print) in figures {
            out.extend(at.to_le_bytes());
            out.extend(print);
        }
        put_number(&mut out, self.shared.len());
        for known in &self.shared {
            out.push(u8::from(known.is_some()));
            if let Some(Known { trace, print }) = known {
                trace.put(&mut out);
                out.push(u8::from(print.is_some()));
                out.extend(print.iter().flatten());
            }
        }
        put_number(&mut out, self.files.len());
        for (path, made) in &self.files {
            put_text(&mut out, path);
            out.extend(made.hash.as_bytes());
            out.extend(made.size.to_le_bytes());
            made.trace.put(&mut out);
            put_number(&mut out, made.pieces.len());
            let mut end = 0;
            for Piece { ix, bytes } in &made.pieces {
                put_number(&mut out, ix.0 as usize);
                put_number(&mut out, bytes.start - end);
                put_number(&mut out, bytes.len());
                end = bytes.end;
            }
        }
        seal(VERSION, &mut out);
        out
    }

    /// What these bytes hold, when they are whole.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let mut scan = Scan::new(unseal(VERSION, bytes)?);
        let manifest = scan.text()?.to_owned();
        let print = |scan: &mut Scan<'_>| -> Option<Print> { scan.take(size_of::<Print>())?.try_into().ok() };
        let (common, listed) = (print(&mut scan)?, print(&mut scan)?);
        let instant = scan.text()?.to_owned();
        let records = (0..scan.number()?).map(|_| print(&mut scan)).collect::<Option<_>>()?;
        let figures = (0..scan.number()?).map(|_| {
            let at = u32::from_le_bytes(scan.take(4)?.try_into().ok()?);
            Some((at, print(&mut scan)?))
        });
        let figures = figures.collect::<Option<_>>()?;
        let grounds = Grounds { common, records, figures };
        let shared = (0..scan.number()?).map(|_| {
            if scan.take(1)? == [0] {
                return Some(None);
            }
            let trace = Trace::take(&mut scan)?;
            let print = if scan.take(1)? == [0] { None } else { Some(print(&mut scan)?) };
            Some(Some(Known { trace, print }))
        });
        let shared = shared.collect::<Option<_>>()?;
        let files = (0..scan.number()?).map(|_| {
            let path = scan.text()?.to_owned();
            let hash = std::str::from_utf8(scan.take(HASH)?).ok()?.to_owned();
            let size = u64::from_le_bytes(scan.take(8)?.try_into().ok()?);
            Some((path, Made { trace: Trace::take(&mut scan)?, hash, size, pieces: pieces(&mut scan)? }))
        });
        let files = files.collect::<Option<_>>()?;
        (scan.left() == 0).then_some(Self { manifest, grounds, listed, instant, shared, files })
    }

    /// The records that are other than they were; none where all that pages rest on is.
    pub(super) fn changed(&self, now: &Grounds) -> Option<BTreeSet<Ix>> {
        let Grounds { common, records, .. } = &self.grounds;
        let is_same = *common == now.common && records.len() == now.records.len();
        let others = records.iter().zip(&now.records).zip(0..).filter(|((old, new), _)| old != new);
        is_same.then(|| others.map(|(_, at)| Ix(at)).collect())
    }

    /// The files of words.
    pub(super) fn words(&self) -> impl Iterator<Item = (&str, &Made)> {
        let from = (Bound::Included(words::FOLDER), Bound::Unbounded);
        let files = self.files.range::<str, _>(from).take_while(|(path, _)| path.starts_with(words::FOLDER));
        files.map(|(path, made)| (path.as_str(), made))
    }

    /// The numbers of the shared values that pages at these paths asked for, and of those behind them.
    pub(super) fn asked<'p>(&self, paths: impl Iterator<Item = &'p String>) -> BTreeSet<usize> {
        let shared = |trace: &Trace| -> Vec<usize> {
            let number = |read| if let Read::Shared(at) = read { Some(usize::from(at)) } else { None };
            trace.reads().filter_map(number).collect()
        };
        let mut left: Vec<usize> =
            paths.filter_map(|path| self.files.get(path)).flat_map(|made| shared(&made.trace)).collect();
        let mut asked = BTreeSet::new();
        while let Some(at) = left.pop() {
            if asked.insert(at) {
                left.extend(
                    self.shared.get(at).and_then(Option::as_ref).map(|known| shared(&known.trace)).unwrap_or_default(),
                );
            }
        }
        asked
    }

    /// Tells what has changed; none where everything has to be made again. `now` is what pages rest on now, and `value` gives
    /// what a shared value comes to now, by its number, where it is told apart by what it holds. The values of a group rest
    /// only on those of earlier ones; several threads ask for them.
    pub(super) fn stale(
        &self,
        sms: &Sms<'_>,
        now: &Grounds,
        groups: impl Iterator<Item = Range<usize>>,
        value: impl Fn(usize) -> Option<Print> + Sync,
    ) -> Option<Stale> {
        let Grounds { common, records, figures } = &self.grounds;
        if *common != now.common || records.len() != now.records.len() {
            return None;
        }
        let instant = self.instant != sms.snapshot.as_of.to_string();
        let changed = Changed::between(sms, (records, figures), (&now.records, &now.figures), instant);
        let mut stale = Stale { changed, shared: vec![true; self.shared.len()] };
        for group in groups {
            let group = group.start..group.end.min(self.shared.len());
            let is_other = |at: usize| {
                let Some(Known { trace, print }) = &self.shared[at] else { return true };
                stale.is(trace) && !print.is_some_and(|print| value(at) == Some(print))
            };
            let others: Vec<bool> = group.clone().into_par_iter().with_max_len(1).map(is_other).collect();
            stale.shared[group].copy_from_slice(&others);
        }
        Some(stale)
    }
}

/// What has changed since a site was made.
#[derive(Debug)]
pub(super) struct Stale {
    changed: Changed,
    shared: Vec<bool>,
}

impl Stale {
    /// Whether each record has changed.
    pub(super) fn records(&self) -> &[bool] {
        self.changed.records()
    }

    /// Whether something that was read has changed.
    pub(super) fn is(&self, trace: &Trace) -> bool {
        trace.reads().any(|read| match read {
            Read::Shared(at) => self.shared.get(usize::from(at)) != Some(&false),
            Read::Everything => true,
            read => self.changed.has(read),
        })
    }
}

fn pieces(scan: &mut Scan<'_>) -> Option<Vec<Piece>> {
    let mut end = 0_usize;
    let count = scan.number()?;
    let pieces = (0..count).map(|_| {
        let ix = Ix(u32::try_from(scan.number()?).ok()?);
        let start = end.checked_add(scan.number()?)?;
        end = start.checked_add(scan.number()?)?;
        Some(Piece { ix, bytes: start..end })
    });
    pieces.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::bytes::head;

    fn memory() -> Memory {
        let made = |numbers: &[u32]| Made {
            trace: Trace::of_numbers(numbers.to_vec()),
            hash: "7f".repeat(32),
            size: 5,
            pieces: Vec::new(),
        };
        let piece = |ix, bytes| Piece { ix: Ix(ix), bytes };
        let pieces = vec![piece(7, 1..300), piece(2, 302..302), piece(900, 400..401)];
        let files = [("a.html", made(&[])), ("b/c.html", Made { pieces, ..made(&[3, 900, u32::MAX]) })];
        Memory {
            manifest: "00".repeat(32),
            grounds: Grounds {
                common: [9; 16],
                records: vec![[1; 16], [2; 16]],
                figures: BTreeMap::from([(1, [4; 16])]),
            },
            listed: [7; 16],
            instant: "2026-11-20T16:05:00Z".to_owned(),
            shared: vec![
                None,
                Some(Known { trace: Trace::of_numbers(vec![1, 2]), print: None }),
                Some(Known { trace: Trace::default(), print: Some([3; 16]) }),
            ],
            files: files.into_iter().map(|(path, made)| (path.to_owned(), made)).collect(),
        }
    }

    #[test]
    fn what_is_remembered_comes_back_from_its_bytes() {
        let memory = memory();
        assert_eq!(Memory::of_bytes(&memory.to_bytes()), Some(memory));
        assert_eq!(Memory::of_bytes(&Memory::default().to_bytes()), Some(Memory::default()));
    }

    #[test]
    fn bytes_that_are_cut_or_changed_are_nothing() {
        let bytes = memory().to_bytes();
        for at in 0..bytes.len() {
            assert_eq!(Memory::of_bytes(&bytes[..at]), None, "cut at {at}");
            let mut other = bytes.clone();
            other[at] ^= 1;
            assert_eq!(Memory::of_bytes(&other), None, "changed at {at}");
        }
        assert_eq!(Memory::of_bytes(&[bytes.as_slice(), b"x"].concat()), None);
    }

    #[test]
    fn bytes_with_a_right_sum_and_other_content_are_nothing() {
        let bytes = memory().to_bytes();
        for at in head(VERSION)..bytes.len() {
            let mut other = bytes.clone();
            other.truncate(at);
            seal(VERSION, &mut other);
            assert_eq!(Memory::of_bytes(&other), None, "ends at {at}");
        }
    }
}
