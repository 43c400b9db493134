//! GitHub's own description of its API, cut to what the bot uses, as a referee over every exchange with the hub.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash as _, Hasher as _};
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};

/// The cut of the description; `github-api.md` tells where it comes from and under which licence.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document: Value = serde_json::from_str(include_str!("github-api.json")).unwrap();
    let examples = document["x-examples"].take();
    nullable(&mut document);
    document["x-examples"] = examples;
    document
});

/// An operation: method and path with its parameters in braces.
pub(super) fn operation(method: &str, path: &str) -> Option<String> {
    let fits = |template: &str| {
        let (wanted, there): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
        // `{ref}` takes slashes at the end of a path.
        let open = wanted.last().is_some_and(|part| *part == "{ref}");
        if there.len() < wanted.len() || (!open && there.len() != wanted.len()) {
            return None;
        }
        let same = wanted.iter().zip(&there).all(|(wanted, there)| wanted.starts_with('{') || wanted == there);
        same.then(|| wanted.iter().filter(|part| !part.starts_with('{')).count())
    };
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let known = paths.iter().filter(|(_, item)| item.get(method.to_lowercase()).is_some());
    let best = known.filter_map(|(template, _)| Some((fits(template)?, template))).max()?;
    Some(format!("{method} {}", best.1))
}

/// GitHub's own example of an answer; one element of a list.
pub(super) fn example(operation: &str) -> Value {
    let found = DOCUMENT["x-examples"][operation].clone();
    assert!(!found.is_null(), "no example for {operation}");
    match found {
        Value::Array(mut list) => list.remove(0),
        other => other,
    }
}

/// Turns `nullable` of `OpenAPI` 3.0 into what JSON Schema says.
fn nullable(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(nullable),
        Value::Object(map) => {
            map.values_mut().for_each(nullable);
            if map.get("nullable") == Some(&Value::Bool(true)) {
                map.remove("nullable");
                let plain = Value::Object(std::mem::take(map));
                *value = json!({"anyOf": [plain, {"type": "null"}]});
            }
        }
        _ => {}
    }
}

/// Validators, made when they are first needed, by the pointer of their schema.
#[derive(Default)]
pub(super) struct Referee {
    known: BTreeMap<String, Option<Validator>>,
    /// What was found right before, by pointer and hash; looking again would find the same.
    right: BTreeSet<(String, u64)>,
}

impl Referee {
    /// What is wrong with the body of a request.
    pub(super) fn request(&mut self, operation: &str, body: &Value) -> Vec<String> {
        self.check(operation, "/requestBody/content/application~1json/schema", body)
    }

    /// What is wrong with an answer.
    pub(super) fn answer(&mut self, operation: &str, status: u16, body: &Value) -> Vec<String> {
        self.check(operation, &format!("/responses/{status}/content/application~1json/schema"), body)
    }

    fn check(&mut self, operation: &str, below: &str, body: &Value) -> Vec<String> {
        let (method, path) = operation.split_once(' ').unwrap();
        let path = path.replace('~', "~0").replace('/', "~1");
        let pointer = format!("/paths/{path}/{}{below}", method.to_lowercase());
        let hash = |value: &Value| {
            let mut hasher = std::hash::DefaultHasher::new();
            value.to_string().hash(&mut hasher);
            (pointer.clone(), hasher.finish())
        };
        // Of a list only the entries that are new.
        let (body, seen) = match body {
            Value::Array(list) if !list.is_empty() => {
                let all = list.iter().map(|entry| (entry, hash(entry)));
                let new: Vec<_> = all.filter(|(_, seen)| !self.right.contains(seen)).collect();
                let seen = new.iter().map(|(_, seen)| seen.clone()).collect::<Vec<_>>();
                (Value::Array(new.into_iter().map(|(entry, _)| entry.clone()).collect()), seen)
            }
            other => (other.clone(), vec![hash(other)]),
        };
        if seen.iter().all(|seen| self.right.contains(seen)) {
            return Vec::new();
        }
        let validator = self.known.entry(pointer.clone()).or_insert_with(|| {
            DOCUMENT.pointer(&pointer)?;
            let reference = format!("#{}", pointer.replace('{', "%7B").replace('}', "%7D"));
            let schema = json!({"$ref": reference, "paths": DOCUMENT["paths"], "components": DOCUMENT["components"]});
            let made = jsonschema::options().with_draft(jsonschema::Draft::Draft7).should_validate_formats(true);
            Some(made.build(&schema).unwrap_or_else(|error| panic!("{pointer}: {error}")))
        });
        let Some(validator) = validator else { return Vec::new() };
        let wrong = validator.iter_errors(&body).take(3);
        let wrong: Vec<String> =
            wrong.map(|error| format!("{operation} {below}: {error} at {}", error.instance_path())).collect();
        if wrong.is_empty() {
            self.right.extend(seen);
        }
        wrong
    }
}

#[test]
fn the_referee_knows_operations_and_sees_what_is_wrong() {
    let operation = operation("POST", "/repos/acme/sms/check-runs").unwrap();
    let mut referee = Referee::default();
    assert_eq!(referee.request(&operation, &json!({"name": "x", "head_sha": "a"})), [""; 0]);
    assert!(!referee.request(&operation, &json!({"name": "x"})).is_empty(), "the commit is missing");
    let wrong = json!({"name": "x", "head_sha": "a", "status": "completed", "conclusion": "passed"});
    assert!(!referee.request(&operation, &wrong).is_empty(), "there is no such conclusion");
    assert!(!referee.answer(&operation, 201, &json!({"id": "text"})).is_empty());
    assert_eq!(referee.answer(&operation, 201, &example(&operation)), [""; 0]);
}
