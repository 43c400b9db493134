//! What makes a finding the same finding in two states of the records, and its fingerprint.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::base::finding::Finding;
use crate::base::hash::Sha256;
use crate::base::span::{FileId, Span};
use crate::model::{Ix, Record, Sms};
use crate::yaml::{Node, Value, pointer};

/// Longest text, in bytes, by which things are told apart.
const MAX_TEXT: usize = 400;

/// Where something is, in words that outlast edits elsewhere: no lines, no positions in lists, no path of a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Kind and id of the record, or the name of a file that holds none.
    pub holder: String,
    /// The way into the record: keys, and items of lists by what they are called.
    pub path: String,
    /// The text that stands there, where a value itself is marked.
    pub text: String,
}

/// What makes a finding the same one in two states of the records.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The rule.
    pub rule: String,
    /// Where it is.
    pub place: Place,
    /// What its message names in quotes, such as the field that is missing; the other words may be put better.
    pub names: Vec<String>,
}

/// Tells the findings of one state of the records apart.
#[derive(Debug)]
pub struct Identities<'c> {
    sms: &'c Sms<'c>,
    /// Where former ids are looked up.
    heirs: &'c Sms<'c>,
    /// The records of each file, by place.
    by_file: BTreeMap<FileId, Vec<Ix>>,
}

impl<'c> Identities<'c> {
    /// For the findings of `sms`.
    #[must_use]
    pub fn new(sms: &'c Sms<'c>) -> Self {
        Self::inherited(sms, sms)
    }

    /// For the findings of `sms`, whose records go by the names that `heirs` has for them now.
    #[must_use]
    pub fn inherited(sms: &'c Sms<'c>, heirs: &'c Sms<'c>) -> Self {
        let mut by_file: BTreeMap<FileId, Vec<Ix>> = BTreeMap::new();
        for (ix, record) in sms.records() {
            by_file.entry(record.file).or_default().push(ix);
        }
        for held in by_file.values_mut() {
            held.sort_by_key(|ix| sms.record(*ix).root.start);
        }
        Self { sms, heirs, by_file }
    }

    /// The identity of a finding of this state.
    #[must_use]
    pub fn of(&self, finding: &Finding) -> Identity {
        let mut place = self.place(finding.primary, Some(&finding.pointer).filter(|pointer| !pointer.is_empty()));
        if let Some(subject) = &finding.subject {
            place.holder = self.holder(&subject.kind, &subject.id);
        }
        let names = quoted(&finding.message).into_iter().map(|name| self.now(name).to_owned()).collect();
        Identity { rule: finding.rule.to_string(), place, names }
    }

    /// The places that belong to a finding besides its own, sorted.
    #[must_use]
    pub fn related(&self, finding: &Finding) -> Vec<Place> {
        let mut places: Vec<Place> = finding.related.iter().map(|label| self.place(label.span, None)).collect();
        places.sort();
        places.dedup();
        places
    }

    /// The record that stands around `span`.
    #[must_use]
    pub fn record(&self, span: Span) -> Option<&'c Record<'c>> {
        let held = self.by_file.get(&span.file)?;
        let next = held.partition_point(|ix| self.sms.record(*ix).root.start <= span.start);
        let record = self.sms.record(*held.get(next.checked_sub(1)?)?);
        record.span().contains(span).then_some(record)
    }

    /// Kind and present id of a record.
    #[must_use]
    pub fn holder(&self, kind: &str, id: &str) -> String {
        format!("{kind}:{}", self.now(id))
    }

    /// Kind and present id of `record`.
    #[must_use]
    pub fn of_record(&self, record: &Record<'_>) -> String {
        self.holder(&record.kind.name, record.id.as_str())
    }

    /// The present id of what had the id `name`; of anything else the name itself.
    fn now<'n>(&'n self, name: &'n str) -> &'n str {
        self.heirs.find(name).map_or(name, |ix| self.heirs.record(ix).id.as_str())
    }

    fn place(&self, span: Span, known: Option<&String>) -> Place {
        let source = self.sms.snapshot.sources.get(span.file);
        let Some(record) = self.record(span) else {
            // What cannot be read as a record is told by the name that it promises, and by the line.
            let path = source.path();
            let stem = path.strip_prefix("sms/").and_then(|path| path.rsplit('/').next()).unwrap_or(path);
            let text =
                if span.start == span.end { "" } else { source.text().get(source.line(span.start)).unwrap_or("") };
            return Place { holder: format!("file:{stem}"), path: String::new(), text: clip(text.trim()) };
        };
        let pointer = known.map_or_else(|| Cow::Owned(record.pointer(span)), Cow::Borrowed);
        let (path, node) = way(&record.root, &pointer);
        let marked = self.sms.snapshot.sources.slice(span);
        let text = match node {
            Some(node) if node.span(record.file) == span => node.scalar().unwrap_or_default(),
            Some(node) if node.scalar().is_some() && node.span(record.file).contains(span) => Cow::Borrowed(marked),
            _ => Cow::Borrowed(""),
        };
        // The record's own name says nothing about a place in it, and may change while the record stays.
        let text = if text == record.id.as_str() { String::new() } else { clip(self.now(&text)) };
        Place { holder: self.holder(&record.kind.name, record.id.as_str()), path, text }
    }
}

/// Follows `pointer` as far as it leads: the way in names, and what stands at its end.
fn way<'t, 's>(root: &'t Node<'s>, pointer: &str) -> (String, Option<&'t Node<'s>>) {
    let (mut path, mut node) = (String::new(), Some(root));
    for part in pointer.split('/').skip(1) {
        let item = node.map(Node::items).and_then(|items| items.get(part.parse::<usize>().ok()?));
        path.push('/');
        if let Some(item) = item {
            path.push('[');
            path.push_str(&pointer::escape(&name(item)));
            path.push(']');
            node = Some(item);
        } else {
            path.push_str(part);
            node = node.and_then(|node| node.entry(&pointer::unescape(part))).map(|entry| &entry.value);
        }
    }
    (path, node)
}

/// The fields by which people know an item of a list.
const NAMING: [&str; 3] = ["id", "to", "name"];

/// What an item of a list is called: a naming field, else the first text in it.
fn name(item: &Node<'_>) -> String {
    let naming = NAMING.iter().find_map(|field| item.get(field)?.scalar());
    let mut node = item;
    let first = || loop {
        match &node.value {
            Value::Map(entries) => node = &entries.first()?.value,
            Value::Seq(items) => node = items.first()?,
            _ => return node.scalar(),
        }
    };
    clip(&naming.or_else(first).unwrap_or_default())
}

/// What stands in quotes of either kind in a message, in its order. An apostrophe within a word is no quote.
fn quoted(message: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = message;
    while let Some(start) = opening(rest) {
        let mark = rest[start..].chars().next().unwrap_or('\'');
        let inside = &rest[start + mark.len_utf8()..];
        let ends = |at: &usize| !inside[at + mark.len_utf8()..].starts_with(char::is_alphanumeric);
        let Some(end) = inside.match_indices(mark).map(|(at, _)| at).find(ends) else { break };
        names.push(&inside[..end]);
        rest = &inside[end + mark.len_utf8()..];
    }
    names
}

/// Where the next quote opens.
fn opening(text: &str) -> Option<usize> {
    text.match_indices(['\'', '`']).map(|(at, _)| at).find(|at| !text[..*at].ends_with(char::is_alphanumeric))
}

fn clip(text: &str) -> String {
    let end = (0..=MAX_TEXT.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text[..end].to_owned()
}

/// Gives findings their fingerprints, in the order in which they are reported.
#[derive(Debug)]
pub struct Fingerprints<'c> {
    identities: Identities<'c>,
    repeats: BTreeMap<Identity, u32>,
}

impl<'c> Fingerprints<'c> {
    /// For the findings of `sms`.
    #[must_use]
    pub fn new(sms: &'c Sms<'c>) -> Self {
        Self { identities: Identities::new(sms), repeats: BTreeMap::new() }
    }

    /// A name for the finding, of 16 hexadecimal digits, that outlasts edits elsewhere in the file and in lists: made from
    /// its [`Identity`], and a number where that repeats.
    pub fn next(&mut self, finding: &Finding) -> String {
        let identity = self.identities.of(finding);
        let repeat = self.repeats.entry(identity.clone()).or_default();
        *repeat += 1;
        let Identity { rule, place: Place { holder, path, text }, names } = identity;
        let mut digest = Sha256::default();
        for part in [&rule, &holder, &path, &text].into_iter().chain(&names) {
            // With its length, so that no two lists of parts give the same bytes.
            digest.update(format!("{}:{part}\n", part.len()).as_bytes());
        }
        digest.update(repeat.to_string().as_bytes());
        let mut hash = digest.finish();
        hash.truncate(16);
        hash
    }
}

#[cfg(test)]
mod tests;
