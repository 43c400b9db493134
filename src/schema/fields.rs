//! Which keys a kind knows at a place of its records, as far as its schema tells.

use std::collections::BTreeSet;

use serde_json::Value;

use super::kind::Kind;

/// One step into a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// To the value under a key.
    Key(String),
    /// To any item of a list.
    Item,
}

/// Parts of a schema that are looked at for one question; one that refers to itself has ever more of them.
const MAX_PARTS: usize = 10_000;

impl Kind {
    /// The keys that a mapping at `path` may have; none when any may stand there, or when the schema does not tell.
    #[must_use]
    pub fn keys(&self, path: &[Step]) -> Option<BTreeSet<&str>> {
        let mut parts = self.whole(vec![&self.schema])?;
        for step in path {
            let below = parts.into_iter().flat_map(|part| below(part, step)).collect();
            parts = self.whole(below)?;
        }
        let closed = |key: &str| parts.iter().any(|part| part.get(key) == Some(&Value::Bool(false)));
        if !closed("additionalProperties") && !closed("unevaluatedProperties") {
            return None;
        }
        let keys = parts.iter().filter_map(|part| part.get("properties")?.as_object()).flat_map(|keys| keys.keys());
        Some(keys.map(String::as_str).collect())
    }

    /// `parts` with all that they include.
    fn whole<'s>(&'s self, mut parts: Vec<&'s Value>) -> Option<Vec<&'s Value>> {
        let mut at = 0;
        while let Some(part) = parts.get(at).copied() {
            at += 1;
            let target = part.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
            parts.extend(target.and_then(|target| self.schema.pointer(target)));
            for key in ["allOf", "anyOf", "oneOf"] {
                parts.extend(part.get(key).and_then(Value::as_array).into_iter().flatten());
            }
            parts.extend(["then", "else"].into_iter().filter_map(|key| part.get(key)));
            if parts.len() > MAX_PARTS {
                return None;
            }
        }
        Some(parts)
    }
}

/// The schemas of what `step` leads to.
fn below<'s>(part: &'s Value, step: &Step) -> Vec<&'s Value> {
    let found = match step {
        Step::Item => part.get("items"),
        Step::Key(key) => part.get("properties").and_then(|keys| keys.get(key)).or(part.get("additionalProperties")),
    };
    found.filter(|found| found.is_object()).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::catalog;

    fn keys(kind: &str, path: &[&str]) -> Option<Vec<String>> {
        let steps: Vec<Step> =
            path.iter().map(|part| if *part == "*" { Step::Item } else { Step::Key((*part).to_owned()) }).collect();
        let keys = catalog::shared().find(kind).unwrap().keys(&steps)?;
        Some(keys.into_iter().map(str::to_owned).collect())
    }

    #[test]
    fn keys_of_a_record_are_its_fields() {
        for kind in catalog::shared().iter() {
            let keys = kind.keys(&[]).unwrap_or_else(|| panic!("{} takes any key", kind.name));
            for field in &kind.fields {
                assert!(keys.contains(field.name.as_str()), "{}: {}", kind.name, field.name);
            }
        }
    }

    #[test]
    fn keys_below_are_followed_over_references_lists_and_choices() {
        let relation = keys("ci", &["relations", "*"]).unwrap();
        assert!(relation.contains(&"strength".to_owned()) && !relation.contains(&"title".to_owned()), "{relation:?}");
        assert!(keys("ci", &["review"]).unwrap().contains(&"interval".to_owned()));
        assert_eq!(keys("ci", &["title"]), None, "text has no keys");
        assert_eq!(keys("ci", &["nothing", "of", "this"]), None);
    }

    #[test]
    fn a_kind_without_an_end_knows_no_keys_and_one_that_includes_itself_ends() {
        let open = catalog::of_file("open", r#"{"properties": {"a": {}}}"#).unwrap();
        assert_eq!(open.keys(&[]), None);
        let turning = r##"{"additionalProperties": false, "properties": {"a": {"$ref": "#"}}}"##;
        let turning = catalog::of_file("turning", turning).unwrap();
        let deep = vec![Step::Key("a".to_owned()); 50];
        assert_eq!(turning.keys(&deep).unwrap().into_iter().collect::<Vec<_>>(), ["a"]);
    }
}
