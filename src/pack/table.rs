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
    /// The column that stands below its row on the page, because it holds many lines.
    #[serde(skip)]
    pub below: Option<usize>,
}

impl Table {
    /// A table without rows.
    pub(super) fn new(name: &str, title: &str, head: &[&str]) -> Self {
        let head = head.iter().map(|cell| (*cell).to_owned()).collect();
        Self {
            name: name.to_owned(),
            title: title.to_owned(),
            note: String::new(),
            head,
            rows: Vec::new(),
            below: None,
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::records;

    #[test]
    fn a_file_quotes_what_needs_it_and_keeps_spreadsheets_from_running_formulas() {
        let mut table = Table::new("t", "T", &["id", "what, and why"]).note("A note is not in the file");
        for cell in ["a,b", "say \"hi\"", "two\nlines", " x", "=1+1", "@SUM(A1)", "-1.5", "-x", "\tx", ""] {
            table.row(["r".to_owned(), cell.to_owned()]);
        }
        let expected = [
            "id,\"what, and why\"",
            "r,\"a,b\"",
            "r,\"say \"\"hi\"\"\"",
            "r,\"two\nlines\"",
            "r,\" x\"",
            "r,\"'=1+1\"",
            "r,\"'@SUM(A1)\"",
            "r,-1.5",
            "r,\"'-x\"",
            "r,\"'\tx\"",
            "r,",
        ];
        assert_eq!(table.csv(), expected.join("\r\n") + "\r\n");
    }

    #[test]
    fn a_table_of_a_kind_has_its_columns_and_the_words_of_its_states() {
        records("== incident inc-b\nstatus: in_progress\nservice: svc-a\n== incident inc-a\nstatus: odd\n", |sms| {
            let table = Table::of_kind(sms, "incident", |record| record.id.as_str() != "inc-c");
            assert_eq!(
                table.head,
                ["id", "title", "service", "priority", "status", "reported_at", "resolved_at", "owner"]
            );
            assert_eq!((table.name.as_str(), table.title.as_str()), ("incident", "Incidents"));
            assert_eq!(table.rows[0], ["inc-a", "The inc-a", "", "", "odd", "", "", ""]);
            assert_eq!(table.rows[1], ["inc-b", "The inc-b", "svc-a", "", "In progress", "", "", ""]);
            assert!(Table::of_kind(sms, "incident", |_| false).rows.is_empty());
            assert_eq!(Table::of_kind(sms, "sla_report", |_| true).name, "sla-report");
            assert_eq!(
                Table::of_kind(sms, "no_such_kind", |_| true),
                Table::new("no_such_kind", "no_such_kind", &["id"])
            );
        });
    }

    #[test]
    fn a_capital_is_put_in_front_in_any_alphabet() {
        assert_eq!(["", "a b", "élan", "ß", "1a"].map(capital), ["", "A b", "Élan", "SS", "1a"]);
    }
}
