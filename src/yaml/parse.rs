//! Text to tree: the plain part of YAML by a reader of its own, everything else from the events of a full parser.

mod plain;

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError};

use super::codes;
use super::node::{Entry, Node, Value};
use super::number::resolve;
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::fix::Fix;
use crate::base::span::{FileId, Span, offset};

/// Deepest nesting of a record.
pub(super) const MAX_DEPTH: usize = 64;
/// Most values in one file.
pub(super) const MAX_NODES: usize = 1_000_000;
/// Most records in one file.
const MAX_DOCUMENTS: usize = 10_000;
/// Most findings in one file; behind that, more of the same says nothing new.
const MAX_FINDINGS: usize = 100;
/// Mappings up to this size are searched for duplicates key by key, larger ones by a hash map.
const SMALL_MAP: usize = 16;

/// One YAML document of a file.
#[derive(Debug)]
pub struct Document<'s> {
    /// The tree.
    pub root: Node<'s>,
    /// Whether something in it could not be kept (an alias, say), so that its shape is not worth judging.
    pub damaged: bool,
}

/// What a file holds.
#[derive(Debug)]
pub struct Parsed<'s> {
    /// The whole documents, in order. Empty documents are left out.
    pub documents: Vec<Document<'s>>,
    /// What is wrong with the text.
    pub findings: Vec<Finding>,
    /// Whether reading stopped before the end.
    pub stopped: bool,
}

/// Parses `text`, the text of `file`. Takes time and memory proportional to the text, whatever it holds.
#[must_use]
pub fn parse(file: FileId, text: &str) -> Parsed<'_> {
    plain::read(file, text).unwrap_or_else(|| with_care(file, text))
}

/// Parses a text that may hold anything, and tells what is wrong with it.
fn with_care(file: FileId, text: &str) -> Parsed<'_> {
    let mut builder = Builder::new(file, text);
    let options = granit_parser::options! {
        strict_indentation: true,
        emit_unresolved_aliases: true,
        flow_nesting_limit: MAX_DEPTH + 2,
        block_nesting_limit: MAX_DEPTH + 2,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    while let Some(event) = parser.next_event() {
        let going_on = match event {
            Ok((event, span)) => {
                let range = span.byte_range().unwrap_or(0..0);
                builder.event(event, offset(range.start), offset(range.end))
            }
            Err(error) => {
                builder.scan_error(&error);
                false
            }
        };
        if !going_on {
            builder.parsed.stopped = true;
            break;
        }
    }
    builder.parsed
}

/// A collection that is still open.
enum Frame<'s> {
    Seq { start: u32, flow: bool, from: usize },
    Map { start: u32, flow: bool, from: usize, key: Option<Key<'s>>, seen: Option<HashMap<Cow<'s, str>, usize>> },
}

struct Key<'s> {
    text: Cow<'s, str>,
    start: u32,
    end: u32,
    /// A second key of the same name, a merge key or a key that is not text: its value is left out.
    dropped: bool,
}

struct Builder<'s> {
    file: FileId,
    text: &'s str,
    stack: Vec<Frame<'s>>,
    /// Finished items and entries of the collections that are still open, innermost last. A collection takes its own
    /// out of here when it closes, so that each is allocated once and at its size.
    items: Vec<Node<'s>>,
    entries: Vec<Entry<'s>>,
    nodes: usize,
    damaged: bool,
    parsed: Parsed<'s>,
}

impl<'s> Builder<'s> {
    fn new(file: FileId, text: &'s str) -> Self {
        Self {
            file,
            text,
            stack: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            nodes: 0,
            damaged: false,
            parsed: Parsed { documents: Vec::new(), findings: Vec::new(), stopped: false },
        }
    }

    /// Takes one event; false when reading must stop.
    fn event(&mut self, event: Event<'s>, start: u32, end: u32) -> bool {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.properties(anchor, tag.is_some(), start, end);
                let node = self.scalar(text, style, start, end);
                self.add(node)
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.properties(anchor, tag.is_some(), start, end);
                let flow = style == granit_parser::StructureStyle::Flow;
                let start = if flow { start } else { self.dash(start) };
                if !flow {
                    self.tab_before(start);
                }
                self.open(Frame::Seq { start, flow, from: self.items.len() }, start)
            }
            Event::MappingStart(style, anchor, tag) => {
                self.properties(anchor, tag.is_some(), start, end);
                let flow = style == granit_parser::StructureStyle::Flow;
                self.open(Frame::Map { start, flow, from: self.entries.len(), key: None, seen: None }, start)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(end),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.damaged = true;
                self.report(&codes::YAML_ALIAS, start, end, "aliases are not used in records", "write the value out");
                self.add(Node { start, end, value: Value::Null })
            }
            Event::DocumentStart(..) => self.begin(start, end),
            _ => true,
        }
    }

    /// Begins a document; false when the file has too many.
    fn begin(&mut self, start: u32, end: u32) -> bool {
        self.damaged = false;
        let full = self.parsed.documents.len() == MAX_DOCUMENTS;
        if full {
            let words = format!("the file has more than {MAX_DOCUMENTS} records");
            self.report(&codes::YAML_TOO_MANY_DOCUMENTS, start, end, &words, "split the file");
        }
        !full
    }

    /// Where the first dash of a block sequence stands. The parser gives what is behind it when the sequence stands in
    /// the same column as its key.
    fn dash(&self, start: u32) -> u32 {
        let below_key = matches!(self.stack.last(), Some(Frame::Map { key: Some(_), .. }));
        let (before, here) = self.text.split_at_checked(start as usize).unwrap_or((self.text, ""));
        let begins_line =
            before.trim_end_matches(' ').is_empty() || before.trim_end_matches(' ').ends_with(['\n', '\r']);
        if !below_key || (begins_line && here.starts_with('-')) {
            return start;
        }
        let before = before.trim_end();
        let line = &before[before.rfind(['\n', '\r']).map_or(0, |at| at + 1)..];
        let behind = line.trim_start().strip_prefix('-').map(str::trim_start);
        match behind {
            Some(rest) if rest.is_empty() || rest.starts_with('#') => offset(before.len() - line.trim_start().len()),
            _ => start,
        }
    }

    /// Reports an anchor or a tag before the node at `start`.
    fn properties(&mut self, anchor: usize, tag: bool, start: u32, end: u32) {
        if anchor > 0 {
            let (from, to) = self.property('&', start).unwrap_or((start, end));
            let finding = codes::YAML_ANCHOR.finding(Span::new(self.file, from, to), "anchors are not used in records");
            let finding = finding.help("remove the anchor");
            // Looking for aliases reads the whole text, so it is done for the few that are told.
            let told = self.parsed.findings.len() < MAX_FINDINGS;
            self.push(match told.then(|| self.unused(from, to)).flatten() {
                Some(fix) => finding.fix(fix),
                None => finding,
            });
        }
        if tag {
            self.damaged = true;
            let (from, to) = self.property('!', start).unwrap_or((start, end));
            self.report(
                &codes::YAML_TAG,
                from,
                to,
                "tags are not used in records",
                "remove the tag; the schema says what type the field has",
            );
        }
    }

    /// Takes out the anchor between these bytes, with the spaces behind it, when nothing in the file refers to it.
    fn unused(&self, from: u32, to: u32) -> Option<Fix> {
        let anchor = self.text.get(from as usize..to as usize)?;
        let name = anchor.strip_prefix('&').filter(|name| !name.is_empty())?;
        if self.text.contains(&format!("*{name}")) {
            return None;
        }
        let behind = self.text.get(to as usize..)?;
        let spaces = offset(behind.len() - behind.trim_start_matches(' ').len());
        Some(Fix::new(format!("take out the anchor `{anchor}`"), Span::new(self.file, from, to + spaces), ""))
    }

    /// Finds the word that begins with `sign` on the line of, or before, byte `start`.
    fn property(&self, sign: char, start: u32) -> Option<(u32, u32)> {
        let window_start = (start as usize).saturating_sub(200);
        let window_start = (window_start..=start as usize).find(|at| self.text.is_char_boundary(*at))?;
        let window = self.text.get(window_start..start as usize)?;
        let at = window_start + window.rfind(sign)?;
        let length = self.text[at..].find(char::is_whitespace).unwrap_or(self.text.len() - at);
        Some((offset(at), offset(at + length)))
    }

    fn scalar(&mut self, text: Cow<'s, str>, style: ScalarStyle, start: u32, end: u32) -> Node<'s> {
        if style != ScalarStyle::Plain {
            return Node { start, end: self.trimmed(start, end), value: Value::Str(text) };
        }
        let (value, why) = resolve(text);
        if let Some(why) = why {
            self.damaged = true;
            let words = format!("'{}' is not a usable number: {why}", &self.text[start as usize..end as usize]);
            self.report(
                &codes::YAML_NUMBER,
                start,
                end,
                &words,
                "write a plain decimal number, or put it in quotes if it is text",
            );
        }
        Node { start, end, value }
    }

    /// `end` without the white space before it.
    fn trimmed(&self, start: u32, end: u32) -> u32 {
        let inside = self.text.get(start as usize..end as usize).unwrap_or("");
        start + offset(inside.trim_end().len())
    }

    fn open(&mut self, frame: Frame<'s>, start: u32) -> bool {
        if self.stack.len() >= MAX_DEPTH {
            let words = format!("the file is nested deeper than {MAX_DEPTH} levels");
            self.report(&codes::YAML_TOO_DEEP, start, start, &words, "flatten the record");
            return false;
        }
        self.stack.push(frame);
        true
    }

    fn close(&mut self, end: u32) -> bool {
        let node = match self.stack.pop() {
            Some(Frame::Seq { start, flow, from }) => {
                let items: Vec<Node<'s>> = self.items.drain(from..).collect();
                let last = items.last().map_or(start, |item| item.end);
                Node { start, end: if flow { end } else { last }, value: Value::Seq(items) }
            }
            Some(Frame::Map { start, flow, from, .. }) => {
                let entries: Vec<Entry<'s>> = self.entries.drain(from..).collect();
                let last = entries.last().map_or(start, |entry| entry.value.end.max(entry.key_end));
                Node { start, end: if flow { end } else { last }, value: Value::Map(entries) }
            }
            None => return true,
        };
        self.add(node)
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, mut node: Node<'s>) -> bool {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let words = format!("the file has more than {MAX_NODES} values");
            self.report(&codes::YAML_TOO_MANY_NODES, node.start, node.end, &words, "split the file");
            return false;
        }
        match self.stack.last_mut() {
            None => {
                if !node.is_null() {
                    self.parsed.documents.push(Document { root: node, damaged: self.damaged });
                }
            }
            Some(Frame::Seq { .. }) => self.items.push(node),
            Some(Frame::Map { key: slot, .. }) => match slot.take() {
                Some(key) => {
                    if node.is_null() && node.start == node.end {
                        (node.start, node.end) = (key.end, key.end);
                    }
                    if !key.dropped {
                        self.entries.push(Entry { key: key.text, key_start: key.start, key_end: key.end, value: node });
                    }
                }
                None => self.key(node),
            },
        }
        true
    }

    /// Reports a tab right before what begins a line of block YAML; the scanner lets some of them pass.
    fn tab_before(&mut self, start: u32) {
        let before = self.text.get(..start as usize).unwrap_or("");
        if !before.ends_with('\t') {
            return;
        }
        let blank = before.trim_end_matches([' ', '\t']);
        if blank.is_empty() || blank.ends_with(['\n', '\r']) {
            let words = "a tab stands where YAML wants spaces";
            self.report(&codes::YAML_TAB, start - 1, start, words, "replace the tab by spaces");
        }
    }

    /// Takes a scalar as the key of the open mapping.
    fn key(&mut self, node: Node<'s>) {
        let (start, end) = (node.start, node.end);
        if matches!(self.stack.last(), Some(Frame::Map { flow: false, .. })) {
            self.tab_before(start);
        }
        let collection = matches!(node.value, Value::Seq(_) | Value::Map(_));
        let (text, is_text) = match node.value {
            Value::Str(text) => (text, true),
            _ => (Cow::Borrowed(self.text.get(start as usize..end as usize).unwrap_or("")), false),
        };
        let mut dropped = false;
        if !is_text {
            dropped = true;
            self.damaged = true;
            let (words, help) = if collection {
                ("a key must be text, not a list or a mapping".to_owned(), "write the key as a plain word")
            } else {
                (format!("the key '{text}' is not text"), "put the key in quotes if it is meant as text")
            };
            self.report(&codes::YAML_KEY_TYPE, start, end, &words, help);
        } else if text == "<<" && self.text[start as usize..].starts_with("<<") {
            // In quotes it is a key like any other.
            dropped = true;
            self.damaged = true;
            self.report(&codes::YAML_MERGE_KEY, start, end, "merge keys are not used in records", "write the keys out");
        } else if let Some(first) = self.first_of(&text) {
            dropped = true;
            let span = Span::new(self.file, start, end);
            let finding = codes::YAML_DUPLICATE_KEY
                .finding(span, format!("the key '{text}' stands twice in one mapping"))
                .label("second")
                .related(first, "first")
                .help("keep one of the two; readers differ in which one they take");
            self.push(finding);
        }
        if let Some(Frame::Map { key: slot, .. }) = self.stack.last_mut() {
            *slot = Some(Key { text, start, end, dropped });
        }
    }

    /// Where the open mapping already has this key.
    #[expect(clippy::ptr_arg, reason = "a new key is kept as it is, borrowed or owned")]
    fn first_of(&mut self, text: &Cow<'s, str>) -> Option<Span> {
        let file = self.file;
        let Some(Frame::Map { from, seen, .. }) = self.stack.last_mut() else { return None };
        let entries = &self.entries[*from..];
        if entries.len() > SMALL_MAP {
            let places = || entries.iter().enumerate().map(|(at, entry)| (entry.key.clone(), at)).collect();
            let first = *seen.get_or_insert_with(places).entry(text.clone()).or_insert(entries.len());
            return entries.get(first).map(|entry| entry.key_span(file));
        }
        entries.iter().find(|entry| entry.key == *text).map(|entry| entry.key_span(file))
    }

    fn scan_error(&mut self, error: &ScanError) {
        let at = error.marker().byte_offset().unwrap_or(0).min(self.text.len());
        let at = (0..=at).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
        let at = tab_at_fault(error, self.text, at).unwrap_or(at);
        // Inside a scalar the scanner names the character but gives the start of the scalar.
        let at = unprintable(error).and_then(|c| self.text[at..].find(c)).map_or(at, |ahead| at + ahead);
        let length = self.text[at..].chars().next().filter(|c| !c.is_control()).map_or(0, char::len_utf8);
        let (code, words, help) = describe(error, self.text, at);
        self.report(code, offset(at), offset(at + length), &words, help);
    }

    fn report(&mut self, code: &Code, start: u32, end: u32, words: &str, help: &str) {
        let finding = code.finding(Span::new(self.file, start, end), words).help(help);
        self.push(finding);
    }

    fn push(&mut self, finding: Finding) {
        if self.parsed.findings.len() < MAX_FINDINGS {
            self.parsed.findings.push(finding);
        }
    }
}

/// Where the tab is that the scanner stumbled over; its mark can stand some characters before it.
fn tab_at_fault(error: &ScanError, text: &str, at: usize) -> Option<usize> {
    const REACH: usize = 80;
    let near = text[at..].char_indices().take(REACH).find(|(_, character)| *character == '\t');
    near.filter(|_| error.info().contains("tab")).map(|(after, _)| at + after)
}

/// The character that the scanner refuses wherever it stands.
fn unprintable(error: &ScanError) -> Option<char> {
    match error.kind() {
        ErrorKind::UnexpectedCharacter { character } => Some(*character).filter(|c| is_banned(*c)),
        _ => None,
    }
}

/// Control characters but line breaks and tabs, and code points that are no characters.
fn is_banned(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// A scanner's error in words for the person who edits the record.
fn describe(error: &ScanError, text: &str, at: usize) -> (&'static Code, String, &'static str) {
    let here = text[at..].chars().next();
    let before_tab = text[..at].ends_with('\t') || here == Some('\t');
    match error.kind() {
        ErrorKind::TabNotAllowed | ErrorKind::TabInBlockIndentation => {
            (&codes::YAML_TAB, "a tab stands where YAML wants spaces".to_owned(), "replace the tab by spaces")
        }
        ErrorKind::RecursionLimitExceeded => {
            let words = format!("the file is nested deeper than {MAX_DEPTH} levels");
            (&codes::YAML_TOO_DEEP, words, "flatten the record")
        }
        _ if unprintable(error).or(here).is_some_and(is_banned) => {
            let code = here.map_or(0, u32::from);
            (
                &codes::YAML_CONTROL_CHARACTER,
                format!("the character U+{code:04X} cannot stand in YAML"),
                "remove it; the file may be damaged",
            )
        }
        _ if before_tab => {
            (&codes::YAML_TAB, "a tab stands where YAML wants spaces".to_owned(), "replace the tab by spaces")
        }
        _ => {
            let words = error.info();
            let words = words.lines().next().unwrap_or("the text cannot be read").to_owned();
            (
                &codes::YAML_SYNTAX,
                format!("this is not YAML: {words}"),
                "look at the marked place and the line above it: a missing quote, colon or bracket, or wrong indentation",
            )
        }
    }
}

#[cfg(test)]
mod tests;
