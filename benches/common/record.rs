//! One record as text.

use std::fmt::{Display, Write as _};

/// Files that stand together in one sub-folder.
const FOLDER: usize = 250;

/// A record with its place.
pub(crate) struct Record {
    /// Path below the folder of the repository.
    pub(crate) path: String,
    /// The whole file.
    pub(crate) text: String,
}

/// The words that every record begins with.
pub(crate) struct Head<'a> {
    /// The kind, which is also the folder.
    pub(crate) kind: &'a str,
    /// The id, which is also the name of the file.
    pub(crate) id: &'a str,
    /// The title.
    pub(crate) title: &'a str,
    /// The state.
    pub(crate) status: &'a str,
    /// Id of the person, team or role that answers for it.
    pub(crate) owner: &'a str,
}

/// A record while it is being written, line by line. Writing to a string cannot fail, hence no results.
pub(crate) struct Draft {
    /// Where it will stand.
    path: String,
    /// What has been written.
    text: String,
}

impl Draft {
    /// Begins a record of a kind with few files.
    pub(crate) fn new(head: &Head<'_>) -> Self {
        Self::begin(head, format!("sms/{}/{}.yaml", head.kind, head.id), "../../schemas")
    }

    /// Begins a record of a kind with many files, which go into numbered sub-folders.
    pub(crate) fn numbered(head: &Head<'_>, index: usize) -> Self {
        let path = format!("sms/{}/{:02}/{}.yaml", head.kind, index / FOLDER, head.id);
        Self::begin(head, path, "../../../schemas")
    }

    /// Writes the first lines.
    fn begin(head: &Head<'_>, path: String, schemas: &str) -> Self {
        let Head { kind, id, title, status, owner } = head;
        let text = format!(
            "# yaml-language-server: $schema={schemas}/{kind}.schema.json\n\
             kind: {kind}\nid: {id}\ntitle: {title}\nstatus: {status}\nowner: {owner}\n"
        );
        Self { path, text }
    }

    /// Adds a field with a value on the same line.
    pub(crate) fn field(&mut self, key: &str, value: impl Display) -> &mut Self {
        let _ = writeln!(self.text, "{key}: {value}");
        self
    }

    /// Adds a field with a list of plain values on the same line.
    pub(crate) fn list(&mut self, key: &str, values: &[String]) -> &mut Self {
        self.field(key, format!("[{}]", values.join(", ")))
    }

    /// Adds a field whose lines follow.
    pub(crate) fn open(&mut self, key: &str) -> &mut Self {
        let _ = writeln!(self.text, "{key}:");
        self
    }

    /// Adds one line of a list below an opened field.
    pub(crate) fn item(&mut self, value: impl Display) -> &mut Self {
        let _ = writeln!(self.text, "  - {value}");
        self
    }

    /// Adds one field below an opened field.
    pub(crate) fn inner(&mut self, key: &str, value: impl Display) -> &mut Self {
        let _ = writeln!(self.text, "  {key}: {value}");
        self
    }

    /// Ends the record.
    pub(crate) fn done(self) -> Record {
        Record { path: self.path, text: self.text }
    }
}
