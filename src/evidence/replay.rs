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

    /// `pointer recorded now` of each difference, with `-` for nothing.
    fn told(recorded: &Value, now: &Value) -> Vec<String> {
        let text = |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), ToString::to_string);
        let found = differences(recorded, now);
        found.iter().map(|it| format!("{} {} {}", it.pointer, text(&it.recorded), text(&it.now))).collect()
    }

    #[test]
    fn what_was_added_removed_or_null_is_told_apart() {
        assert_eq!(told(&json!({"a": 1}), &json!({})), ["/a 1 -"]);
        assert_eq!(told(&json!({}), &json!({"a": 1})), ["/a - 1"]);
        assert_eq!(told(&json!({"a": null}), &json!({})), ["/a null -"], "null is something");
        assert_eq!(told(&json!({"a": null}), &json!({"a": false})), ["/a null false"]);
        assert_eq!(told(&json!({"a": 1, "b": 2}), &json!({"b": 2, "a": 1})), [""; 0], "order of keys is no content");
        assert_eq!(told(&json!({"a": 1}), &json!({"a": 1.0})), ["/a 1 1.0"]);
    }

    #[test]
    fn lists_are_compared_place_by_place() {
        assert_eq!(told(&json!([1, 2, 3]), &json!([1, 3])), ["/1 2 3", "/2 3 -"]);
        assert_eq!(told(&json!([]), &json!([[], {}])), ["/0 - []", "/1 - {}"]);
        let ten: Vec<u8> = (0..11).collect();
        let mut other = ten.clone();
        (other[2], other[10]) = (0, 0);
        assert_eq!(told(&json!(ten), &json!(other)), ["/2 2 0", "/10 10 0"], "by number, not by letter");
    }

    #[test]
    fn a_value_of_another_sort_is_told_whole_and_a_nested_one_at_its_place() {
        assert_eq!(told(&json!({"a": [1]}), &json!({"a": {"0": 1}})), [r#"/a [1] {"0":1}"#]);
        assert_eq!(told(&json!(1), &json!("1")), [r#" 1 "1""#], "the whole has the empty pointer");
        let deep = |inner: Value| json!({"a": [{"b~/": {"": [inner, 1]}}], "z": 1});
        assert_eq!(told(&deep(json!("x")), &deep(json!("y"))), [r#"/a/0/b~0~1//0 "x" "y""#]);
        let mut many = (json!(1), json!(2));
        for _ in 0..100 {
            many = (json!([many.0]), json!([many.1]));
        }
        assert_eq!(told(&many.0, &many.1), [format!("{} 1 2", "/0".repeat(100))]);
    }
}
