//! Files with a piece for each of many records, such as tables as CSV: of the file that an earlier run made, the pieces of
//! records that have not changed are taken over.

use std::ops::Range;

use crate::model::Ix;
use crate::model::trace::{Read, note, traced};

/// Where the piece of a record stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// The record.
    pub(super) ix: Ix,
    /// Its bytes.
    pub(super) bytes: Range<usize>,
}

/// A file as it was made before.
#[derive(Debug)]
pub(super) struct Old {
    bytes: Vec<u8>,
    /// For each record its piece; an empty one for what has none, or has changed.
    pieces: Vec<Range<usize>>,
}

impl Old {
    /// A file with these pieces, of which only those of records that are the same may be taken over; `changed` tells that
    /// of each record.
    pub(super) fn new(bytes: Vec<u8>, pieces: &[Piece], changed: &[bool]) -> Self {
        let mut of = vec![0..0; changed.len()];
        for Piece { ix, bytes } in pieces {
            let at = ix.0 as usize;
            if changed.get(at) == Some(&false) {
                of[at] = bytes.clone();
            }
        }
        Self { bytes, pieces: of }
    }

    fn piece(&self, ix: Ix) -> Option<&[u8]> {
        let range = self.pieces.get(ix.0 as usize).filter(|range| !range.is_empty())?;
        self.bytes.get(range.clone())
    }
}

/// A file that is put together.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    out: Vec<u8>,
    pieces: Vec<Piece>,
    old: Option<Old>,
}

impl Pieces {
    /// An empty file that follows `old`.
    pub(super) fn new(old: Option<Old>) -> Self {
        Self { out: Vec::with_capacity(old.as_ref().map_or(0, |old| old.bytes.len() + 256)), pieces: Vec::new(), old }
    }

    /// What stands between the pieces.
    pub(super) fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// What all pieces rest on beside their records, which stands in front of them: where it is another than before, no piece
    /// is taken over.
    pub(super) fn head(&mut self, text: &str) {
        self.text(text);
        self.old = self.old.take().filter(|old| old.bytes.starts_with(&self.out));
    }

    /// The piece of a record, which `make` writes unless it is there from before.
    pub(super) fn piece(&mut self, ix: Ix, make: impl FnOnce(&mut Vec<u8>)) {
        let start = self.out.len();
        let own = Read::Record(ix);
        if let Some(old) = self.old.as_ref().and_then(|old| old.piece(ix)) {
            note(own);
            self.out.extend_from_slice(old);
            self.pieces.push(Piece { ix, bytes: start..self.out.len() });
            return;
        }
        let ((), trace) = traced(|| make(&mut self.out));
        trace.reads().for_each(note);
        // A piece that rests on anything else is made each time.
        if trace.reads().all(|read| read == own) {
            self.pieces.push(Piece { ix, bytes: start..self.out.len() });
        }
    }

    /// The file, and where its pieces stand.
    pub(super) fn finish(self) -> (Vec<u8>, Vec<Piece>) {
        (self.out, self.pieces)
    }
}

/// A JSON list with one item on each line, of records that have one.
pub(super) fn json_lines<T: serde::Serialize>(
    pieces: &mut Pieces,
    records: impl Iterator<Item = Ix>,
    item: impl Fn(Ix) -> T,
) {
    pieces.head("[");
    for (at, ix) in records.enumerate() {
        pieces.text(if at > 0 { ",\n" } else { "\n" });
        pieces.piece(ix, |out| super::data::json(out, &item(ix)));
    }
    pieces.text("\n]\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of records 0 to 3, of which the third rests on another one as well, that says `word`; with how many pieces were
    /// made.
    fn file(old: Option<Old>, head: &str, word: &str) -> (String, Vec<Piece>, usize) {
        let mut made = 0;
        let ((bytes, pieces), trace) = traced(|| {
            let mut pieces = Pieces::new(old);
            pieces.head(head);
            for at in 0..4 {
                pieces.piece(Ix(at), |out| {
                    made += 1;
                    note(Read::Record(Ix(at)));
                    if at == 2 {
                        note(Read::Record(Ix(0)));
                    }
                    out.extend(format!("{at}{word}").bytes());
                });
                pieces.text(";");
            }
            pieces.finish()
        });
        assert_eq!(trace.reads().count(), 4, "every record is read for the file");
        (String::from_utf8(bytes).unwrap(), pieces, made)
    }

    #[test]
    fn pieces_of_records_that_have_not_changed_are_taken_over() {
        let (text, pieces, made) = file(None, "h:", "a");
        assert_eq!((text.as_str(), pieces.len(), made), ("h:0a;1a;2a;3a;", 3, 4));
        let old = |changed: [bool; 4]| Some(Old::new(text.clone().into_bytes(), &pieces, &changed));
        let (next, again, made) = file(old([false, true, false, false]), "h:", "bb");
        assert_eq!((next.as_str(), made), ("h:0a;1bb;2bb;3a;", 2), "the third one is not known by its record alone");
        assert_eq!(again.len(), 3);
        assert_eq!(&next[again[2].bytes.clone()], "3a");
        assert_eq!(file(old([false; 4]), "H:", "c").0, "H:0c;1c;2c;3c;", "with another head all are made");
    }

    #[test]
    fn places_that_are_not_in_the_file_are_nothing() {
        let pieces = [Piece { ix: Ix(0), bytes: 5..90 }, Piece { ix: Ix(9), bytes: 0..1 }];
        let old = Old::new(b"h:".to_vec(), &pieces, &[false; 4]);
        assert_eq!(file(Some(old), "h:", "d").0, "h:0d;1d;2d;3d;");
    }
}
