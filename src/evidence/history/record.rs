//! A commit with what it touched, as bytes and back. Lists have their length in front.

use git2::Oid;
use jiff::Timestamp;

use super::commit::{Commit, Who, time};
use super::tree::{Entry, Touched};
use crate::base::bytes::{Scan, put_number, put_text};

/// Bytes of a hash.
const HASH: usize = 20;

/// Appends a hash; none where it is one of another length.
fn put_id(out: &mut Vec<u8>, id: Oid) -> Option<()> {
    let bytes = id.as_bytes();
    (bytes.len() == HASH).then(|| out.extend(bytes))
}

fn put_who(out: &mut Vec<u8>, who: &Who) {
    put_text(out, &who.name);
    put_text(out, &who.email);
    // The ends of the calendar stand for all that lies beyond them.
    let edge = [(Timestamp::MIN, i64::MIN), (Timestamp::MAX, i64::MAX)].into_iter().find(|(edge, _)| *edge == who.time);
    let seconds = edge.map_or_else(|| who.time.as_second(), |(_, seconds)| seconds);
    out.extend(seconds.to_le_bytes());
}

/// Appends a commit with what it touched; none where a hash is too long.
pub(super) fn put(out: &mut Vec<u8>, commit: &Commit, touched: &[Touched]) -> Option<()> {
    put_id(out, commit.id)?;
    put_id(out, commit.tree)?;
    put_number(out, commit.parents.len());
    for parent in &commit.parents {
        put_id(out, *parent)?;
    }
    put_who(out, &commit.author);
    put_who(out, &commit.committer);
    put_text(out, &commit.message);
    put_number(out, touched.len());
    for touched in touched {
        put_text(out, &touched.path);
        out.push(u8::from(touched.old.is_some()) | u8::from(touched.new.is_some()) << 1);
        for entry in touched.old.into_iter().chain(touched.new) {
            out.extend(entry.mode.to_le_bytes());
            put_id(out, entry.id)?;
        }
    }
    Some(())
}

fn who<'b>(scan: &mut Scan<'b>) -> Option<(&'b str, &'b str, i64)> {
    let (name, email) = (scan.text()?, scan.text()?);
    Some((name, email, i64::from_le_bytes(scan.take(8)?.try_into().ok()?)))
}

fn entry(scan: &mut Scan<'_>) -> Option<Entry> {
    let mode = u32::from_le_bytes(scan.take(4)?.try_into().ok()?);
    Some(Entry { mode, id: hash(scan.take(HASH)?)? })
}

fn touched<'b>(scan: &mut Scan<'b>) -> Option<(&'b str, Option<Entry>, Option<Entry>)> {
    let path = scan.text()?;
    let sides = *scan.take(1)?.first()?;
    let old = if sides & 1 == 0 { None } else { Some(entry(scan)?) };
    let new = if sides & 2 == 0 { None } else { Some(entry(scan)?) };
    (1..=3).contains(&sides).then_some((path, old, new))
}

fn hash(bytes: &[u8]) -> Option<Oid> {
    Oid::from_bytes(bytes).ok()
}

/// A commit with what it touched, still in its bytes.
#[derive(Debug, Clone)]
pub(super) struct Record<'b> {
    id: &'b [u8],
    tree: &'b [u8],
    parents: &'b [u8],
    author: (&'b str, &'b str, i64),
    committer: (&'b str, &'b str, i64),
    message: &'b str,
    count: usize,
    touched: Scan<'b>,
}

impl<'b> Record<'b> {
    /// The commit that comes next, with what it touched.
    pub(super) fn read(scan: &mut Scan<'b>) -> Option<Self> {
        let (id, tree) = (scan.take(HASH)?, scan.take(HASH)?);
        let parents = scan.number()?.checked_mul(HASH)?;
        let parents = scan.take(parents)?;
        let (author, committer, message) = (who(scan)?, who(scan)?, scan.text()?);
        let count = scan.number()?;
        let all = scan.clone();
        for _ in 0..count {
            touched(scan)?;
        }
        Some(Record { id, tree, parents, author, committer, message, count, touched: all })
    }

    /// Its hash.
    pub(super) fn id(&self) -> Option<Oid> {
        hash(self.id)
    }

    /// The parent at this place, from 0.
    pub(super) fn parent(&self, at: usize) -> Option<Oid> {
        hash(self.parents.chunks_exact(HASH).nth(at)?)
    }

    /// How many paths it touched.
    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// The commit.
    pub(super) fn commit(&self) -> Option<Commit> {
        let who = |(name, email, seconds): (&str, &str, i64)| Who {
            name: name.to_owned(),
            email: email.to_owned(),
            time: time(seconds),
        };
        Some(Commit {
            id: self.id()?,
            tree: hash(self.tree)?,
            parents: self.parents.chunks_exact(HASH).map(hash).collect::<Option<_>>()?,
            author: who(self.author),
            committer: who(self.committer),
            message: self.message.to_owned(),
        })
    }

    /// The paths that it touched.
    pub(super) fn paths(&self) -> impl Iterator<Item = &'b str> {
        let mut scan = self.touched.clone();
        (0..self.count).map_while(move |_| touched(&mut scan).map(|(path, ..)| path))
    }

    /// What it touched.
    pub(super) fn touched(&self) -> Vec<Touched> {
        let mut scan = self.touched.clone();
        let all = (0..self.count).map_while(|_| touched(&mut scan));
        all.map(|(path, old, new)| Touched { path: path.to_owned(), old, new }).collect()
    }
}
