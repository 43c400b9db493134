//! Two decisions about the same, compared.

use serde::Serialize;
use serde_json::Value;

/// A place at which two decisions differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// JSON pointer.
    pub pointer: String,
    /// What was recorded; none when nothing was.
    pub recorded: Option<Value>,
    /// What comes out now; none when nothing does.
    pub now: Option<Value>,
}

/// Where `now` differs from what was recorded, in the order of the record.
#[must_use]
pub fn differences(recorded: &Value, now: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    // Decisions are only a few levels deep, but what stands in a ledger can be anything.
    let mut open = vec![(String::new(), Some(recorded), Some(now))];
    while let Some((pointer, was, is)) = open.pop() {
        if was == is {
            continue;
        }
        let below = |key: &str| format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        match (was, is) {
            (Some(Value::Object(was)), Some(Value::Object(is))) => {
                let more = is.keys().filter(|key| !was.contains_key(*key));
                for key in was.keys().chain(more).collect::<Vec<_>>().into_iter().rev() {
                    open.push((below(key), was.get(key), is.get(key)));
                }
            }
            (Some(Value::Array(was)), Some(Value::Array(is))) => {
                for at in (0..was.len().max(is.len())).rev() {
                    open.push((below(&at.to_string()), was.get(at), is.get(at)));
                }
            }
            _ => found.push(Difference { pointer, recorded: was.cloned(), now: is.cloned() }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_place_that_differs_is_told_once_and_in_order() {
        let recorded = json!({"outcome": "PASS", "seats": [{"who": "ann"}, {"who": "bo"}], "a/b": 1, "gone": null});
        let now = json!({"outcome": "PENDING", "seats": [{"who": "ann"}], "a/b": 2, "new": true});
        let told: Vec<_> = differences(&recorded, &now).into_iter().map(|it| it.pointer).collect();
        assert_eq!(told, ["/outcome", "/seats/1", "/a~1b", "/gone", "/new"]);
        assert!(differences(&recorded, &recorded).is_empty());
        let one = differences(&json!({"a": 1}), &json!({"a": "1"})).remove(0);
        assert_eq!((one.recorded, one.now), (Some(json!(1)), Some(json!("1"))));
    }
}
