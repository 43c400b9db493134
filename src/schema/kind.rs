//! What is known of a kind.

use std::sync::OnceLock;

use jsonschema::Validator;

use super::adapter::Tree;
use super::shape::Shape;
use crate::base::suggest::nearest;
use crate::yaml::Node;

/// How a state is to be shown: five tones on the whole site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// As it should be.
    Good,
    /// Worth an eye.
    Watch,
    /// Not as it should be.
    Bad,
    /// Planned or under way.
    Told,
    /// Over, or of no weight.
    None,
}

/// A state of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Its word in records.
    pub name: String,
    /// Its word for people.
    pub label: String,
    /// How to show it.
    pub tone: Tone,
    /// States that may follow.
    pub next: Vec<String>,
    /// Fields that a record in this state needs.
    pub requires: Vec<String>,
    /// Whether the record's life ends here.
    pub terminal: bool,
}

/// A field of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its key.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it holds, in words.
    pub holds: String,
    /// Whether every record needs it.
    pub required: bool,
    /// The words it may hold, when they are a closed list.
    pub values: Vec<String>,
    /// Whether every kind has it.
    pub common: bool,
    /// Whether its text is Markdown.
    pub markdown: bool,
}

/// Names of a kind for people and addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// One of them.
    pub singular: String,
    /// Several, in lower case.
    pub plural: String,
    /// Folder of its pages.
    pub folder: String,
    /// Part of the site that it belongs to.
    pub group: String,
    /// Beginning of its ids; empty for none.
    pub prefix: String,
}

/// A kind of record.
#[derive(Debug)]
pub struct Kind {
    /// Its word in `kind:` and its folder below `sms/`.
    pub name: String,
    /// Names for people.
    pub names: Names,
    /// What it is and when to write one.
    pub description: String,
    /// Clauses of ISO/IEC 20000-1 that it is evidence for.
    pub clauses: Vec<String>,
    /// Columns of its tables.
    pub columns: Vec<String>,
    /// Its states, in the order of the schema; the first state of a new record comes first.
    pub states: Vec<State>,
    /// Fields, its own first and in the order of the schema, then those that every kind has.
    pub fields: Vec<Field>,
    /// Whether several records may share a file.
    pub bulk: bool,
    /// Whether it is declared in `schemas/local/`.
    pub local: bool,
    /// A complete record.
    pub example: serde_json::Value,
    /// Where references, orders and past events stand in a record.
    pub shape: Shape,
    /// Where orders and past events stand.
    pub times: Shape,
    /// Whether a key that is no field is refused.
    pub(super) closed: bool,
    /// The schema with everything it refers to.
    pub(super) schema: serde_json::Value,
    pub(super) validator: OnceLock<Validator<Tree>>,
}

impl Kind {
    /// The state with this name.
    #[must_use]
    pub fn state(&self, name: &str) -> Option<&State> {
        self.states.iter().find(|state| state.name == name)
    }

    /// The field with this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field that a key which the kind does not have most likely means; none where any key may stand.
    #[must_use]
    pub fn meant(&self, key: &str) -> Option<&str> {
        if !self.closed || key.starts_with("x-") || self.field(key).is_some() {
            return None;
        }
        nearest(key, self.fields.iter().map(|field| field.name.as_str()))
    }

    /// Whether the record `root` has no `field`, but a slip of it. That slip is told, so its absence need not be.
    #[must_use]
    pub fn is_misspelt(&self, root: &Node<'_>, field: &str) -> bool {
        root.get(field).is_none() && root.entries().iter().any(|entry| self.meant(&entry.key) == Some(field))
    }

    /// The schema with everything it refers to in one file, for readers without the common file.
    #[must_use]
    pub fn bundled_schema(&self) -> &serde_json::Value {
        &self.schema
    }
}
