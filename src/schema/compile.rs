//! A schema file to a [`Kind`].

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::base::text::one;

use super::kind::{Field, Kind, Names, State, Tone};
use super::shape::Shape;

const COMMON: &str = "common.schema.json";
/// Schemas that refer to themselves are followed this deep.
const MAX_REF_DEPTH: usize = 12;
/// Parts of a schema that are looked at; one that refers to itself in several places has ever more of them.
const MAX_PARTS: usize = 200_000;

/// What `x-gitsm-names` holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNames {
    plural: String,
    folder: String,
    group: String,
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    bulk: bool,
}

/// What `x-gitsm-states` holds.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawStates {
    initial: String,
    states: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawState {
    label: String,
    tone: Tone,
    #[serde(default)]
    next: Vec<String>,
    #[serde(default)]
    requires: Vec<String>,
    #[serde(default)]
    terminal: bool,
}

/// Compiles the schema of kind `name`; `constraints` are local schemas that every record must meet as well.
pub(super) fn kind(
    name: &str,
    common: &Value,
    schema: Value,
    constraints: Vec<Value>,
    local: bool,
) -> Result<Kind, String> {
    let schema = inline(common, schema, constraints)?;
    let annotation = |key: &str| schema.get(key).cloned().unwrap_or(Value::Null);
    let names: RawNames = match annotation("x-gitsm-names") {
        Value::Null => RawNames {
            plural: name.replace('_', " "),
            folder: name.replace('_', "-"),
            group: "All records".to_owned(),
            prefix: String::new(),
            bulk: false,
        },
        names => serde_json::from_value(names).map_err(|error| format!("x-gitsm-names: {error}"))?,
    };
    let text = |key: &str| schema.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let words = |key: &str| -> Vec<String> {
        let list = schema.get(key).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let states = states(annotation("x-gitsm-states"))?;
    let root = Resolver { root: &schema, parts: Cell::new(0) };
    let shape = root.shape(&schema, 0);
    let fields = root.fields(&schema);
    if root.is_lost() {
        return Err("it refers to itself in too many places".to_owned());
    }
    let title = text("title");
    let columns = words("x-gitsm-columns");
    Ok(Kind {
        name: name.to_owned(),
        names: Names {
            singular: if title.is_empty() { name.replace('_', " ") } else { title },
            plural: names.plural,
            folder: names.folder,
            group: names.group,
            prefix: names.prefix,
        },
        description: text("description"),
        clauses: words("x-gitsm-clauses"),
        columns: if columns.is_empty() { ["title", "status", "owner"].map(str::to_owned).to_vec() } else { columns },
        states,
        fields,
        bulk: names.bulk,
        local,
        example: annotation("x-gitsm-example"),
        times: shape.times(),
        shape,
        closed: is_closed(&schema),
        schema,
        validator: OnceLock::new(),
    })
}

/// Whether a record may have no keys but those of the schema.
fn is_closed(schema: &Value) -> bool {
    ["unevaluatedProperties", "additionalProperties"].iter().any(|word| schema.get(word) == Some(&Value::Bool(false)))
}

/// Puts the shared definitions that it needs into the schema itself, so that it needs no other file.
fn inline(common: &Value, schema: Value, constraints: Vec<Value>) -> Result<Value, String> {
    let mut whole = schema;
    if !whole.is_object() {
        return Err("a schema must be a JSON object".to_owned());
    }
    let none = Map::new();
    let shared = common.get("$defs").and_then(Value::as_object).unwrap_or(&none);
    let mut definitions = Map::new();
    take_definitions(&mut whole, "", shared, &mut definitions);
    if !constraints.is_empty() {
        let object = whole.as_object_mut().ok_or("a schema must be a JSON object")?;
        let all = object.entry("allOf").or_insert_with(|| Value::Array(Vec::new()));
        let all = all.as_array_mut().ok_or("allOf must be a list")?;
        for mut constraint in constraints {
            take_definitions(&mut constraint, &format!("/allOf/{}", all.len()), shared, &mut definitions);
            all.push(constraint);
        }
    }
    if let Some(object) = whole.as_object_mut() {
        object.insert("$defs".to_owned(), Value::Object(definitions));
    }
    shorten_refs(&mut whole);
    let needed: Vec<(String, Value)> =
        needed(&whole, shared).into_iter().map(|(name, it)| (name.clone(), it.clone())).collect();
    if let Some(definitions) = whole.get_mut("$defs").and_then(Value::as_object_mut) {
        definitions.extend(needed);
    }
    Ok(whole)
}

/// The `shared` definitions that a schema refers to, and those that they refer to in turn; all of them where a reference is
/// none that leads to a definition by its name.
fn needed<'d>(whole: &Value, shared: &'d Map<String, Value>) -> Vec<(&'d String, &'d Value)> {
    let mut found: BTreeMap<&str, (&'d String, &'d Value)> = BTreeMap::new();
    let mut open = vec![whole];
    while let Some(part) = open.pop() {
        match part {
            Value::Object(object) => {
                for (key, value) in object {
                    open.push(value);
                    let Value::String(target) = value else { continue };
                    if key == "$dynamicRef" || (key == "$ref" && target.contains(['~', '%'])) {
                        return shared.iter().collect();
                    }
                    let name = target.strip_prefix("#/$defs/").filter(|_| key == "$ref");
                    let name = name.and_then(|rest| rest.split('/').next());
                    if let Some((name, definition)) = name.and_then(|name| shared.get_key_value(name))
                        && found.insert(name, (name, definition)).is_none()
                    {
                        open.push(definition);
                    }
                }
            }
            Value::Array(list) => open.extend(list),
            _ => {}
        }
    }
    found.into_values().collect()
}

/// Moves the definitions of `part`, which will stand at `place`, to the shared ones, and follows them with its
/// references. A name that is taken is changed, so that a local definition never replaces a shared one.
fn take_definitions(part: &mut Value, place: &str, shared: &Map<String, Value>, definitions: &mut Map<String, Value>) {
    let mut own = match part.as_object_mut().and_then(|object| object.remove("$defs")) {
        Some(Value::Object(own)) => own,
        _ => Map::new(),
    };
    let mut names = BTreeMap::new();
    for name in own.keys() {
        let mut new = name.clone();
        while shared.contains_key(&new) || definitions.contains_key(&new) || (new != *name && own.contains_key(&new)) {
            new.insert_str(0, "local-");
        }
        names.insert(name.clone(), new);
    }
    let moved = |target: &str| -> Option<String> {
        let path = target.strip_prefix('#')?;
        let Some(definition) = path.strip_prefix("/$defs/") else {
            return (path.is_empty() || path.starts_with('/')).then(|| format!("#{place}{path}"));
        };
        let (name, below) = definition.split_at(definition.find('/').unwrap_or(definition.len()));
        Some(format!("#/$defs/{}{below}", names.get(name)?))
    };
    change_refs(part, &moved);
    own.values_mut().for_each(|definition| change_refs(definition, &moved));
    definitions.extend(own.into_iter().map(|(name, definition)| (names[&name].clone(), definition)));
}

/// Puts what `change` makes of them in place of references.
fn change_refs(value: &mut Value, change: &impl Fn(&str) -> Option<String>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(target)) = object.get_mut("$ref")
                && let Some(changed) = change(target)
            {
                *target = changed;
            }
            object.values_mut().for_each(|value| change_refs(value, change));
        }
        Value::Array(list) => list.iter_mut().for_each(|value| change_refs(value, change)),
        _ => {}
    }
}

/// Turns references into the common file into references within the schema.
fn shorten_refs(value: &mut Value) {
    change_refs(value, &|target| target.find(COMMON).map(|at| target[at + COMMON.len()..].to_owned()));
}

fn states(raw: Value) -> Result<Vec<State>, String> {
    if raw.is_null() {
        return Ok(Vec::new());
    }
    let raw: RawStates = serde_json::from_value(raw).map_err(|error| format!("x-gitsm-states: {error}"))?;
    let mut states = Vec::new();
    for (name, state) in raw.states {
        let state: RawState =
            serde_json::from_value(state).map_err(|error| format!("x-gitsm-states: {name}: {error}"))?;
        let RawState { label, tone, next, requires, terminal } = state;
        let state = State { name, label, tone, next, requires, terminal };
        if state.name == raw.initial { states.insert(0, state) } else { states.push(state) }
    }
    if states.first().is_none_or(|state| state.name != raw.initial) {
        return Err(format!("x-gitsm-states: the initial state '{}' is not among the states", raw.initial));
    }
    Ok(states)
}

/// Follows references within one schema.
struct Resolver<'v> {
    root: &'v Value,
    /// How many parts were looked at.
    parts: Cell<usize>,
}

impl<'v> Resolver<'v> {
    /// Counts a part at `depth`; false when it must not be looked at.
    fn enter(&self, depth: usize) -> bool {
        self.parts.set(self.parts.get() + 1);
        depth < MAX_REF_DEPTH && !self.is_lost()
    }

    /// Whether parts were left out because there are too many.
    fn is_lost(&self) -> bool {
        self.parts.get() > MAX_PARTS
    }

    fn target(&self, schema: &Value) -> Option<&'v Value> {
        let target = schema.get("$ref")?.as_str()?.strip_prefix('#')?;
        self.root.pointer(target)
    }

    /// The schema itself and all that it includes, nearest first.
    fn layers<'a>(&'a self, schema: &'a Value, depth: usize, found: &mut Vec<&'a Value>) {
        found.push(schema);
        if !self.enter(depth) {
            return;
        }
        if let Some(target) = self.target(schema) {
            self.layers(target, depth + 1, found);
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.layers(part, depth + 1, found);
        }
    }

    fn shape(&self, schema: &Value, depth: usize) -> Shape {
        let mut shape = Shape::default();
        if !self.enter(depth) {
            return shape;
        }
        let list = |key: &str| schema.get(key).and_then(Value::as_array).into_iter().flatten();
        shape.refs = list("x-gitsm-ref").filter_map(Value::as_str).map(str::to_owned).collect();
        shape.past = schema.get("x-gitsm-past").and_then(Value::as_bool).unwrap_or(false);
        shape.order = list("x-gitsm-order").filter_map(pair).collect();
        for (key, part) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let below = self.shape(part, depth + 1);
            if !below.is_bare() {
                shape.keys.insert(key.clone(), below);
            }
        }
        for (slot, key) in [(&mut shape.items, "items"), (&mut shape.other, "additionalProperties")] {
            if let Some(part) = schema.get(key).filter(|part| part.is_object()) {
                let below = self.shape(part, depth + 1);
                *slot = (!below.is_bare()).then(|| Box::new(below));
            }
        }
        if let Some(target) = self.target(schema) {
            shape.merge(self.shape(target, depth + 1));
        }
        for part in list("allOf").chain(list("oneOf")).chain(list("anyOf")) {
            shape.merge(self.shape(part, depth + 1));
        }
        shape
    }

    fn fields(&self, schema: &Value) -> Vec<Field> {
        let mut layers = Vec::new();
        self.layers(schema, 0, &mut layers);
        let common = self.root.pointer("/$defs/record").map(std::ptr::from_ref);
        let mut required = Vec::new();
        for layer in &layers {
            required.extend(
                layer.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str),
            );
        }
        let mut fields: Vec<Field> = Vec::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for layer in &layers {
            let is_common = common.is_some_and(|common| std::ptr::eq(common, *layer));
            for (name, part) in layer.get("properties").and_then(Value::as_object).into_iter().flatten() {
                let field = self.field(name, part, required.contains(&name.as_str()), is_common);
                if let Some(at) = places.get(name.as_str()) {
                    complete(&mut fields[*at], field);
                } else {
                    places.insert(name, fields.len());
                    fields.push(field);
                }
            }
        }
        fields.sort_by_key(|field| field.common);
        fields
    }

    fn field(&self, name: &str, schema: &Value, required: bool, common: bool) -> Field {
        let mut layers = Vec::new();
        self.layers(schema, 0, &mut layers);
        let first = |key: &str| layers.iter().find_map(|layer| layer.get(key));
        let values = first("enum").and_then(Value::as_array).into_iter().flatten();
        Field {
            name: name.to_owned(),
            description: first("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
            holds: self.holds(schema, 0),
            required,
            values: values.filter_map(Value::as_str).map(str::to_owned).collect(),
            common,
            markdown: first("format").and_then(Value::as_str) == Some("markdown"),
        }
    }

    /// What a schema holds, in words.
    fn holds(&self, schema: &Value, depth: usize) -> String {
        let mut layers = Vec::new();
        self.layers(schema, 0, &mut layers);
        let first = |key: &str| layers.iter().find_map(|layer| layer.get(key));
        if depth > 2 {
            return "a value".to_owned();
        }
        if let Some(kinds) = first("x-gitsm-ref").and_then(Value::as_array) {
            let kinds: Vec<_> = kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "uri").collect();
            return if kinds == ["*"] { "an id".to_owned() } else { format!("id of {}", one(&kinds.join(" or "))) };
        }
        if let Some(items) = first("items") {
            return format!("list: {}", self.holds(items, depth + 1));
        }
        if first("enum").is_some() {
            return "one of the words".to_owned();
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(parts) = first(choice).and_then(Value::as_array) {
                let parts: Vec<_> = parts.iter().map(|part| self.holds(part, depth + 1)).collect();
                return parts.join(" or ");
            }
        }
        match (first("format").and_then(Value::as_str), first("type").and_then(Value::as_str)) {
            (Some("markdown"), _) => "text in Markdown",
            (Some("gitsm-date"), _) => "a day",
            (Some("gitsm-instant"), _) => "an instant",
            (Some("gitsm-date-or-instant"), _) => "a day or an instant",
            (Some("gitsm-duration"), _) => "a duration",
            (Some("gitsm-percentage"), _) => "a percentage",
            (Some("gitsm-zone"), _) => "a time zone",
            (_, Some("object")) => "a mapping",
            (_, Some("array")) => "a list",
            (_, Some("boolean")) => "true or false",
            (_, Some("integer")) => "a whole number",
            (_, Some("number")) => "a number",
            _ => "text",
        }
        .to_owned()
    }
}

fn pair(value: &Value) -> Option<(String, String)> {
    match value.as_array()?.as_slice() {
        [first, second] => Some((first.as_str()?.to_owned(), second.as_str()?.to_owned())),
        _ => None,
    }
}

/// Fills what `field` leaves open from a farther layer.
fn complete(field: &mut Field, farther: Field) {
    if field.description.is_empty() {
        field.description = farther.description;
    }
    field.common |= farther.common;
    field.markdown |= farther.markdown;
}

#[cfg(test)]
mod tests;
