//! Parts of a pack and their tables.

use serde::Serialize;

use crate::base::csv::csv_line;
use crate::model::{Record, Sms};
use crate::yaml::Node;

/// A table with a name of its own, which is also that of its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Its name: lower case, dashes.
    pub name: String,
    /// Its title.
    pub title: String,
    /// A sentence above it; empty for none.
    pub note: String,
    /// The head.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub(super) fn new(name: &str, title: &str, head: &[&str]) -> Self {
        let head = head.iter().map(|cell| (*cell).to_owned()).collect();
        Self { name: name.to_owned(), title: title.to_owned(), note: String::new(), head, rows: Vec::new() }
    }

    /// With this sentence above it.
    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The table as comma-separated values.
    pub(super) fn csv(&self) -> String {
        let mut text = String::new();
        for row in std::iter::once(&self.head).chain(&self.rows) {
            csv_line(row.iter().map(String::as_str), &mut text);
        }
        text
    }

    /// The records of a kind that `keep` keeps, with the columns of the kind.
    pub(super) fn of_kind(sms: &Sms<'_>, kind: &str, keep: impl Fn(&Record<'_>) -> bool) -> Self {
        let Some(known) = sms.catalog.find(kind) else { return Self::new(kind, kind, &["id"]) };
        let columns: Vec<&str> = known.columns.iter().map(String::as_str).collect();
        let head: Vec<&str> = std::iter::once("id").chain(columns.iter().copied()).collect();
        let mut table = Self::new(&kind.replace('_', "-"), &capital(&known.names.plural), &head);
        for (_, record) in sms.of_kind(kind).filter(|(_, record)| keep(record)) {
            let cells = columns.iter().map(|column| match *column {
                "status" => status(record),
                column => record.get(column).map_or_else(String::new, Node::in_one_line),
            });
            table.row(std::iter::once(record.id.to_string()).chain(cells));
        }
        table
    }
}

/// A part of a pack: one item of what the audit asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its number in the list of what the audit asks for.
    pub item: String,
    /// Its title.
    pub title: String,
    /// Sentences.
    pub words: Vec<String>,
    /// Tables.
    pub tables: Vec<Table>,
}

impl Part {
    pub(super) fn new(item: &str, title: &str) -> Self {
        Self { item: item.to_owned(), title: title.to_owned(), words: Vec::new(), tables: Vec::new() }
    }

    pub(super) fn say(mut self, words: impl Into<String>) -> Self {
        self.words.push(words.into());
        self
    }

    pub(super) fn with(mut self, tables: impl IntoIterator<Item = Table>) -> Self {
        self.tables.extend(tables);
        self
    }
}

/// The word of a record's status as it was given.
pub(super) fn status(record: &Record<'_>) -> String {
    record.state().map_or_else(|| record.status().unwrap_or_default().to_owned(), |state| state.label.clone())
}

/// With a capital at the beginning.
pub(super) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
