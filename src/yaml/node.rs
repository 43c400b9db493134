//! The span tree.

use std::borrow::Cow;

use crate::base::span::{FileId, Span};

/// A value of a record with its place in the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Node<'s> {
    /// First byte.
    pub start: u32,
    /// First byte after it.
    pub end: u32,
    /// The value.
    pub value: Value<'s>,
}

/// What a node holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Value<'s> {
    /// Nothing: `null`, `~` or an empty value.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, kept as written so that decimals stay exact.
    Number(Number<'s>),
    /// Text.
    Str(Cow<'s, str>),
    /// A list.
    Seq(Vec<Node<'s>>),
    /// A mapping, in the order of the file. Keys are unique.
    Map(Vec<Entry<'s>>),
}

/// A number as a JSON literal: what stands in the file, made regular (`+1` is `1`, `.5` is `0.5`, `0x1F` is `31`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number<'s> {
    /// The literal.
    pub literal: Cow<'s, str>,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<'s> {
    /// The key.
    pub key: Cow<'s, str>,
    /// First byte of the key.
    pub key_start: u32,
    /// First byte after the key.
    pub key_end: u32,
    /// The value.
    pub value: Node<'s>,
}

impl Entry<'_> {
    /// Where the key stands in `file`.
    #[must_use]
    pub fn key_span(&self, file: FileId) -> Span {
        Span::new(file, self.key_start, self.key_end)
    }
}

impl<'s> Node<'s> {
    /// The value as one cell of a table.
    #[must_use]
    pub fn in_one_line(&self) -> String {
        if let Some(text) = self.scalar() {
            return text.into_owned();
        }
        let inner: Vec<String> = if self.items().is_empty() {
            self.entries().iter().map(|entry| format!("{}: {}", entry.key, entry.value.in_one_line())).collect()
        } else {
            self.items().iter().map(Node::in_one_line).collect()
        };
        inner.join(", ")
    }

    /// Where the value stands in `file`.
    #[must_use]
    pub fn span(&self, file: FileId) -> Span {
        Span::new(file, self.start, self.end)
    }

    /// The entry of a mapping with this key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry<'s>> {
        // Most keys differ in length or in the first byte, which costs no call.
        let first = key.as_bytes().first();
        self.entries().iter().find(|entry| {
            let own = entry.key.as_bytes();
            own.len() == key.len() && own.first() == first && own == key.as_bytes()
        })
    }

    /// The value of a mapping under this key. A null counts as absent.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value).filter(|node| !node.is_null())
    }

    /// The entries of a mapping; of anything else, none.
    #[must_use]
    pub fn entries(&self) -> &[Entry<'s>] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; of anything else, none.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::Seq(items) => items,
            _ => &[],
        }
    }

    /// The text, when it is text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, when it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(truth) => Some(truth),
            _ => None,
        }
    }

    /// The whole number, when it is one.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match &self.value {
            Value::Number(number) => number.literal.parse().ok(),
            _ => None,
        }
    }

    /// Text, number or truth value as written; of anything else, nothing.
    #[must_use]
    pub fn scalar(&self) -> Option<Cow<'_, str>> {
        match &self.value {
            Value::Str(text) => Some(Cow::Borrowed(text)),
            Value::Number(number) => Some(Cow::Borrowed(&number.literal)),
            Value::Bool(truth) => Some(Cow::Borrowed(if *truth { "true" } else { "false" })),
            Value::Null | Value::Seq(_) | Value::Map(_) => None,
        }
    }

    /// Whether it is nothing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// Whether it says nothing: null, blank text, an empty list or an empty mapping.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match &self.value {
            Value::Null => true,
            Value::Bool(_) | Value::Number(_) => false,
            Value::Str(text) => text.trim().is_empty(),
            Value::Seq(items) => items.is_empty(),
            Value::Map(entries) => entries.is_empty(),
        }
    }

    /// What it is, for messages: "text", "a list" and so on.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::Str(_) => "text",
            Value::Seq(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// The same value as JSON; numbers as exact as JSON readers allow.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(truth) => Json::Bool(*truth),
            Value::Number(number) => {
                number.literal.parse().map_or_else(|_| Json::String(number.literal.to_string()), Json::Number)
            }
            Value::Str(text) => Json::String(text.to_string()),
            Value::Seq(items) => Json::Array(items.iter().map(Node::to_json).collect()),
            Value::Map(entries) => {
                Json::Object(entries.iter().map(|e| (e.key.to_string(), e.value.to_json())).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::base::span::FileId;
    use crate::yaml::parse;

    #[test]
    fn a_null_counts_as_absent_and_blank_values_are_told() {
        let text = "a:\nb: ''\nc: []\nd: {}\ne: 0\nf: x\n";
        let parsed = parse(FileId(0), text);
        let root = &parsed.documents[0].root;
        assert!(root.get("a").is_none());
        let blank: Vec<_> = root.entries().iter().map(|e| (e.key.as_ref(), e.value.is_blank())).collect();
        assert_eq!(blank, [("a", true), ("b", true), ("c", true), ("d", true), ("e", false), ("f", false)]);
    }

    #[test]
    fn json_keeps_decimals_as_written() {
        let parsed = parse(FileId(0), "a: 99.950\nb: [1, x, true, ~]\n");
        let json = parsed.documents[0].root.to_json().to_string();
        assert_eq!(json, r#"{"a":99.95,"b":[1,"x",true,null]}"#);
    }

    #[test]
    fn values_are_read_only_as_what_they_are() {
        let parsed = parse(FileId(0), "n: 5\nd: 5.0\ns: '5'\nb: true\nl: [1]\nm: {a: 1}\nz: ~\n");
        let root = &parsed.documents[0].root;
        let told = |key: &str| {
            let node = &root.entry(key).unwrap().value;
            (
                node.type_name(),
                node.as_int(),
                node.as_str().is_some(),
                node.as_bool(),
                node.scalar().map(|text| text.into_owned()),
            )
        };
        assert_eq!(told("n"), ("a number", Some(5), false, None, Some("5".to_owned())));
        assert_eq!(told("d"), ("a number", None, false, None, Some("5.0".to_owned())));
        assert_eq!(told("s"), ("text", None, true, None, Some("5".to_owned())));
        assert_eq!(told("b"), ("true or false", None, false, Some(true), Some("true".to_owned())));
        assert_eq!(told("l"), ("a list", None, false, None, None));
        assert_eq!(told("m"), ("a mapping", None, false, None, None));
        assert_eq!(told("z"), ("nothing", None, false, None, None));
    }

    #[test]
    fn lists_have_no_entries_and_mappings_no_items() {
        let parsed = parse(FileId(0), "l: [1, 2]\nm: {a: 1}\n");
        let root = &parsed.documents[0].root;
        let (list, map) = (root.get("l").unwrap(), root.get("m").unwrap());
        assert_eq!((list.items().len(), list.entries().len()), (2, 0));
        assert_eq!((map.items().len(), map.entries().len()), (0, 1));
        assert!(list.get("a").is_none() && map.get("b").is_none());
    }

    #[test]
    fn a_key_and_its_value_know_their_file() {
        let parsed = parse(FileId(7), "key: value\n");
        let entry = parsed.documents[0].root.entry("key").unwrap();
        let (key, value) = (entry.key_span(FileId(7)), entry.value.span(FileId(7)));
        assert_eq!((key.file, key.start, key.end, value.start, value.end), (FileId(7), 0, 3, 5, 10));
    }

    #[test]
    fn json_keeps_the_order_of_the_file_and_large_numbers() {
        let parsed = parse(FileId(0), "z: 1\na: 0x1F\nm: 123456789012345678\ne: 1e300\nn: {y: [], x: {}}\n");
        let json = parsed.documents[0].root.to_json().to_string();
        assert_eq!(json, r#"{"z":1,"a":31,"m":123456789012345678,"e":1e+300,"n":{"y":[],"x":{}}}"#);
    }
}
