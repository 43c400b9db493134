//! What reading a branch gave, as bytes that a later run begins with. Nothing that proves anything may come from them:
//! whoever can write to the clone's own folder can write them.
//!
//! A commit's hash stands for all that is told of it here, so what is kept stays true; commits that came later are put in
//! front. The form: a line with the version, a line with the SHA-256 of all that follows, a text that says what was read
//! for, then the commits, the newest first, each one's first parent behind it.

use std::collections::HashMap;
use std::ops::Range;

use git2::Oid;

use super::commit::Commit;
use super::record::{Record, put};
use super::tree::Touched;
use crate::base::bytes::{Scan, put_text, seal, sealed, unseal};

/// First line of the form that this version reads and writes.
const VERSION: &str = "gitsm history 1";
/// As many bytes as may be kept.
const MOST: usize = 1 << 30;

/// Commits of a branch along first parents, newest first, down to the root, with what each touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    /// The whole, as in a file.
    bytes: Vec<u8>,
    /// Where each commit stands in it.
    places: Vec<(Oid, usize)>,
}

impl Kept {
    /// What these bytes hold, when they are whole and were made for `subject`.
    pub(super) fn read(bytes: Vec<u8>, subject: &str) -> Option<Self> {
        let mut scan = Scan::new(unseal(VERSION, &bytes)?);
        if scan.text()? != subject {
            return None;
        }
        let places = places(&bytes, bytes.len() - scan.left())?;
        Some(Self { bytes, places })
    }

    /// These commits before those of `old` from place `from` on; none where that is more than is kept.
    pub(super) fn made(fresh: &[(Commit, Vec<Touched>)], old: Option<(&Self, usize)>, subject: &str) -> Option<Self> {
        let tail = old.and_then(|(old, from)| Some(&old.bytes[old.places.get(from)?.1..])).unwrap_or_default();
        let mut bytes = sealed(VERSION);
        bytes.reserve(tail.len() + fresh.len() * 256 + 4096);
        put_text(&mut bytes, subject);
        let start = bytes.len();
        for (commit, touched) in fresh {
            put(&mut bytes, commit, touched)?;
        }
        bytes.extend(tail);
        if bytes.len() > MOST {
            return None;
        }
        seal(VERSION, &mut bytes);
        let places = places(&bytes, start)?;
        Some(Self { bytes, places })
    }

    /// The whole, as it is written to a file.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many commits there are.
    pub(super) const fn len(&self) -> usize {
        self.places.len()
    }

    /// The commit at a place.
    pub(super) fn id(&self, at: usize) -> Option<Oid> {
        self.places.get(at).map(|(id, _)| *id)
    }

    /// All that is kept of it.
    pub(super) fn record(&self, at: usize) -> Option<Record<'_>> {
        Record::read(&mut Scan::new(self.bytes.get(self.places.get(at)?.1..)?))
    }

    /// The place of each commit.
    pub(super) fn index(&self) -> HashMap<Oid, usize> {
        self.places.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect()
    }
}

/// Where each commit stands; none unless all can be read, each is the first parent of the one before it, and the last is a
/// root.
fn places(bytes: &[u8], start: usize) -> Option<Vec<(Oid, usize)>> {
    let Range { mut start, end } = start..bytes.len();
    let mut places = Vec::with_capacity((end - start) / 256);
    let mut parent = None;
    while start < end {
        let mut scan = Scan::new(&bytes[start..]);
        let record = Record::read(&mut scan)?;
        let id = record.id()?;
        if !places.is_empty() && parent != Some(id) {
            return None;
        }
        parent = record.parent(0);
        places.push((id, start));
        start = end - scan.left();
    }
    (parent.is_none() && !places.is_empty()).then_some(places)
}

#[cfg(test)]
mod tests;
