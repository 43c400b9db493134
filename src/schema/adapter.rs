//! The span tree as a JSON representation of the `jsonschema` crate, so that records are validated in place.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node as JsonNode, NodeIdentity, Object};
use serde_json::Value as JsonValue;

use crate::yaml::{Entry, Node, Number, Value};

/// Names the representation in type parameters.
pub(super) struct Tree;

impl Json for Tree {
    type Node<'a> = &'a Node<'a>;
    type PreparedKey = String;
    type StringBuffer = Node<'static>;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>(buffer: &mut Node<'static>, string: &str, f: impl for<'a> FnOnce(&'a Node<'a>) -> T) -> T {
        buffer.value = Value::Str(Cow::Owned(string.to_owned()));
        f(buffer)
    }
}

impl<'a> JsonNode<'a, Tree> for &'a Node<'a> {
    type Object = &'a [Entry<'a>];
    type Array = &'a [Node<'a>];
    type Number = &'a Number<'a>;

    fn as_object(&self) -> Option<Self::Object> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<Self::Array> {
        match &self.value {
            Value::Seq(items) => Some(items),
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match &self.value {
            Value::Str(text) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    fn as_number(&self) -> Option<Self::Number> {
        match &self.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        self.as_bool()
    }

    fn is_null(&self) -> bool {
        Node::is_null(self)
    }

    fn json_type(&self) -> JsonType {
        match &self.value {
            Value::Null => JsonType::Null,
            Value::Bool(_) => JsonType::Boolean,
            Value::Number(_) => JsonType::Number,
            Value::Str(_) => JsonType::String,
            Value::Seq(_) => JsonType::Array,
            Value::Map(_) => JsonType::Object,
        }
    }

    fn equals_value(&self, expected: &JsonValue) -> bool {
        match (&self.value, expected) {
            (Value::Str(text), JsonValue::String(expected)) => text == expected,
            (Value::Bool(truth), JsonValue::Bool(expected)) => truth == expected,
            (Value::Null, JsonValue::Null) => true,
            (Value::Number(number), JsonValue::Number(expected)) => {
                number.literal == expected.to_string() || JsonNumber::as_f64(&number) == expected.as_f64()
            }
            (Value::Str(_), _) | (_, JsonValue::String(_)) => false,
            _ => self.to_json() == *expected,
        }
    }

    fn to_value(&self) -> Cow<'a, JsonValue> {
        Cow::Owned(self.to_json())
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::new(std::ptr::from_ref::<Node<'_>>(self) as usize))
    }
}

impl JsonNumber for &Number<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.literal.parse().ok()
    }

    fn as_i64(&self) -> Option<i64> {
        self.literal.parse().ok()
    }

    fn as_f64(&self) -> Option<f64> {
        self.literal.parse().ok()
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.literal)
    }

    fn to_number(&self) -> Cow<'_, serde_json::Number> {
        Cow::Owned(self.literal.parse().unwrap_or_else(|_| serde_json::Number::from(0)))
    }
}

impl<'a> Object<'a, Tree> for &'a [Entry<'a>] {
    type Node = &'a Node<'a>;
    type MemberName = &'a str;
    type MembersIter = std::iter::Map<std::slice::Iter<'a, Entry<'a>>, fn(&'a Entry<'a>) -> (&'a str, &'a Node<'a>)>;

    fn len(&self) -> usize {
        <[Entry<'a>]>::len(self)
    }

    fn get(&self, key: &String) -> Option<&'a Node<'a>> {
        self.iter().find(|entry| entry.key == key.as_str()).map(|entry| &entry.value)
    }

    fn members(&self) -> Self::MembersIter {
        self.iter().map(|entry| (entry.key.as_ref(), &entry.value))
    }
}

impl<'a> Array<'a, Tree> for &'a [Node<'a>] {
    type Node = &'a Node<'a>;
    type ElementsIter = std::slice::Iter<'a, Node<'a>>;

    fn len(&self) -> usize {
        <[Node<'a>]>::len(self)
    }

    fn elements(&self) -> Self::ElementsIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::FileId;

    /// The same text through our tree and through `serde_json` must be judged alike.
    #[test]
    fn the_tree_is_judged_like_the_same_json() {
        let schema = serde_json::json!({
            "type": "object",
            "properties": {
                "n": {"type": "integer", "minimum": 2}, "d": {"type": "number", "multipleOf": 0.5},
                "s": {"type": "string", "minLength": 2, "pattern": "^a"}, "e": {"enum": ["x", 1, true, null]},
                "l": {"type": "array", "uniqueItems": true, "items": {"type": ["string", "number"]}},
                "o": {"additionalProperties": false, "propertyNames": {"maxLength": 2}}
            },
            "required": ["n"]
        });
        let ours = jsonschema::options_for::<Tree>().build(&schema).unwrap();
        let theirs = jsonschema::validator_for(&schema).unwrap();
        for text in [
            "n: 2",
            "n: 1",
            "n: 2.0",
            "n: 2.5",
            "d: 1",
            "n: 3\nd: 0.3",
            "n: 2\ns: a",
            "n: 2\ns: ab",
            "n: 2\ne: 1",
            "n: 2\ne: 1.0",
            "n: 2\ne: y",
            "n: 2\ne: ~",
            "n: 2\nl: [a, 1, 1.0]",
            "n: 2\nl: [a, 1]",
            "n: 2\no: {abc: 1}",
            "n: 2\no: {}",
            "[]",
            "x",
            "n: '2'",
        ] {
            let parsed = crate::yaml::parse(FileId(0), text);
            let root = &parsed.documents[0].root;
            let mut found: Vec<String> =
                ours.iter_errors(root).map(|e| format!("{} {}", e.instance_path(), e.kind().keyword())).collect();
            let json = root.to_json();
            let mut expected: Vec<String> =
                theirs.iter_errors(&json).map(|e| format!("{} {}", e.instance_path(), e.kind().keyword())).collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{text}");
        }
    }
}
