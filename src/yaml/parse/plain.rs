//! The part of YAML that nearly all records are written in, read line by line.
//!
//! Block mappings and lists, values on one line, literal and folded text, comments, several documents. At the first thing
//! that is not surely among these the reader gives up, and the careful one begins anew: it alone tells what is wrong. What
//! this reader takes it hands to the same builder, with the same places.

mod flow;
mod scalar;

use granit_parser::ScalarStyle;

use super::{Builder, Frame, Parsed};
use crate::base::span::{FileId, offset};
use crate::yaml::node::{Node, Value};

/// Farthest from the start of a key to its colon.
const MAX_KEY: usize = 1_000;

/// Reads a text of the plain part of YAML, in which nothing is wrong; of any other, nothing.
pub(super) fn read(file: FileId, text: &str) -> Option<Parsed<'_>> {
    let usual = text.ends_with('\n') && u32::try_from(text.len()).is_ok() && is_usual(text);
    if !usual {
        return None;
    }
    let builder = Builder::new(file, text);
    let mut reader =
        Reader { text, bytes: text.as_bytes(), at: 0, builder, blocks: Vec::new(), pending: false, marked: false };
    reader.lines()?;
    Some(reader.builder.parsed)
}

/// Whether a text has only characters that mean nothing special to YAML, and line feeds.
fn is_usual(text: &str) -> bool {
    let odd = |byte: u8| !matches!(byte, b'\n' | b' '..=b'~');
    // Without a way out in the loop, many bytes are looked at in one step.
    if !text.bytes().fold(false, |found, byte| found | odd(byte)) {
        return true;
    }
    text.chars().all(|c| {
        let usual = matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
        usual && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
    })
}

/// A block collection that is still open.
struct Block {
    /// The column of its dashes or keys.
    column: usize,
    list: bool,
}

struct Reader<'s> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    builder: Builder<'s>,
    blocks: Vec<Block>,
    /// Whether the last key has nothing behind it, so that its value may stand below.
    pending: bool,
    /// Whether a line of three dashes stands before the document.
    marked: bool,
}

impl<'s> Reader<'s> {
    fn lines(&mut self) -> Option<()> {
        while let Some(column) = self.next_line() {
            let here = self.bytes.get(self.at..)?;
            if column == 0 && (here.starts_with(b"---") || here.starts_with(b"...")) {
                self.marker()?;
            } else {
                self.line(column)?;
            }
        }
        self.end_document()
    }

    /// Goes to the next line that is neither blank nor a comment, and tells in which column it begins.
    fn next_line(&mut self) -> Option<usize> {
        loop {
            let column = self.spaces();
            match self.byte(0) {
                0 => return None,
                b'\n' => self.at += 1,
                b'#' => self.next_row()?,
                _ => return Some(column),
            }
        }
    }

    /// Takes a line of three dashes.
    fn marker(&mut self) -> Option<()> {
        if !self.bytes.get(self.at..)?.starts_with(b"---\n") {
            return None;
        }
        if self.marked || !self.blocks.is_empty() {
            self.end_document()?;
        }
        self.marked = true;
        self.at += 4;
        Some(())
    }

    fn end_document(&mut self) -> Option<()> {
        self.end_key()?;
        if self.blocks.is_empty() {
            return None;
        }
        while self.blocks.pop().is_some() {
            self.close(0)?;
        }
        Some(())
    }

    /// Takes a line of which the first sign is at hand, with what goes on below it.
    fn line(&mut self, column: usize) -> Option<()> {
        let dash = self.is_dash();
        let below = self.blocks.last().map(|top| top.column);
        let opens = match below {
            None => column == 0 && self.builder.begin(offset(self.at), offset(self.at)),
            // A list may stand in the column of its key.
            Some(below) => self.pending && (column > below || (dash && column == below)),
        };
        if opens {
            self.pending = false;
            self.open(column, dash, self.at)?;
            return self.entry(column);
        }
        self.end_key()?;
        while let Some(top) = self.blocks.last()
            && (top.column > column || (top.column == column && top.list && !dash))
        {
            self.blocks.pop();
            self.close(0)?;
        }
        let fits = self.blocks.last().is_some_and(|top| top.column == column && top.list == dash);
        if fits { self.entry(column) } else { None }
    }

    /// Gives the last key nothing as its value, when none stood anywhere.
    fn end_key(&mut self) -> Option<()> {
        if !std::mem::take(&mut self.pending) {
            return Some(());
        }
        let at = offset(self.at);
        self.add(Node { start: at, end: at, value: Value::Null })
    }

    /// Takes an item or a key with its value, up to the end of the line.
    fn entry(&mut self, mut column: usize) -> Option<()> {
        while self.blocks.last()?.list {
            self.at += 1;
            column += 1 + self.spaces();
            if !self.is_dash() {
                return self.item(column);
            }
            self.open(column, true, self.at)?;
        }
        let key = self.scalar()?;
        if !self.colon(&key) {
            return None;
        }
        self.add(key)?;
        self.behind_colon()
    }

    /// Takes what stands behind a dash: a value, or the first key of a mapping in this column.
    fn item(&mut self, column: usize) -> Option<()> {
        if matches!(self.byte(0), b'[' | b'{' | b'|' | b'>') {
            return self.value();
        }
        let start = self.at;
        let scalar = self.scalar()?;
        if self.colon(&scalar) {
            self.open(column, false, start)?;
            self.add(scalar)?;
            return self.behind_colon();
        }
        self.add(scalar)?;
        self.end_line()
    }

    fn behind_colon(&mut self) -> Option<()> {
        self.spaces();
        if matches!(self.byte(0), b'\n' | b'#') {
            self.pending = true;
            return self.next_row();
        }
        self.value()
    }

    fn value(&mut self) -> Option<()> {
        match self.byte(0) {
            b'[' | b'{' => self.flow()?,
            b'|' | b'>' => return self.block_scalar(),
            _ => {
                let scalar = self.scalar()?;
                self.add(scalar)?;
            }
        }
        self.end_line()
    }

    /// Takes the colon behind a key.
    fn colon(&mut self, key: &Node<'s>) -> bool {
        self.spaces();
        let found = self.byte(0) == b':' && matches!(self.byte(1), b' ' | b'\n');
        let near = self.at - key.start as usize <= MAX_KEY;
        if found && near {
            self.at += 1;
        }
        found && near
    }

    /// Takes the rest of a line, in which only a comment may stand.
    fn end_line(&mut self) -> Option<()> {
        let apart = self.byte_before() == b' ' || self.spaces() > 0;
        self.spaces();
        let over = self.byte(0) == b'\n' || (apart && self.byte(0) == b'#');
        if over { self.next_row() } else { None }
    }

    /// Goes to the start of the next line.
    fn next_row(&mut self) -> Option<()> {
        self.at += memchr::memchr(b'\n', self.bytes.get(self.at..)?)? + 1;
        Some(())
    }

    /// Passes spaces over, and tells how many.
    fn spaces(&mut self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let count = rest.iter().position(|byte| *byte != b' ').unwrap_or(rest.len());
        self.at += count;
        count
    }

    /// The byte so far ahead; behind the end, zero, which no text here holds.
    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn byte_before(&self) -> u8 {
        self.at.checked_sub(1).and_then(|at| self.bytes.get(at)).copied().unwrap_or(0)
    }

    fn is_dash(&self) -> bool {
        self.byte(0) == b'-' && self.byte(1) == b' '
    }

    fn open(&mut self, column: usize, list: bool, start: usize) -> Option<()> {
        self.blocks.push(Block { column, list });
        self.open_frame(list, false, start)
    }

    fn open_frame(&mut self, list: bool, flow: bool, start: usize) -> Option<()> {
        let start = offset(start);
        let (items, entries) = (self.builder.items.len(), self.builder.entries.len());
        let frame = if list {
            Frame::Seq { start, flow, from: items }
        } else {
            Frame::Map { start, flow, from: entries, key: None, seen: None }
        };
        self.builder.open(frame, start).then_some(())
    }

    fn close(&mut self, end: usize) -> Option<()> {
        let going_on = self.builder.close(offset(end));
        self.good(going_on)
    }

    fn add(&mut self, node: Node<'s>) -> Option<()> {
        let going_on = self.builder.add(node);
        self.good(going_on)
    }

    fn good(&self, going_on: bool) -> Option<()> {
        (going_on && self.builder.parsed.findings.is_empty()).then_some(())
    }

    /// The scalar between two places.
    fn node(&mut self, text: impl Into<std::borrow::Cow<'s, str>>, style: ScalarStyle, start: usize) -> Node<'s> {
        self.builder.scalar(text.into(), style, offset(start), offset(self.at))
    }
}

#[cfg(test)]
mod tests;
