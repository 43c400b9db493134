//! What a schema file becomes, and what is refused.

use serde_json::json;

use crate::schema::fixture::{PATH, catalog, thing, told};
use crate::schema::{Kind, Tone};

/// The kind `thing` of one schema file.
fn with<T>(schema: &serde_json::Value, then: impl FnOnce(&Kind) -> T) -> T {
    let catalog = catalog(&[(PATH, &schema.to_string())]).unwrap();
    then(catalog.find("thing").unwrap())
}

/// Why a schema file is refused.
fn refused(path: &str, text: &str) -> String {
    let error = catalog(&[(path, text)]).unwrap_err();
    assert_eq!(error.path, path);
    error.words
}

#[test]
fn an_empty_schema_is_a_kind_with_names_made_of_its_own() {
    let catalog = catalog(&[("schemas/local/work_order.schema.json", "{}")]).unwrap();
    let kind = catalog.find("work_order").unwrap();
    let names = &kind.names;
    assert_eq!(
        (names.singular.as_str(), names.plural.as_str(), names.folder.as_str()),
        ("work order", "work order", "work-order")
    );
    assert_eq!((names.group.as_str(), names.prefix.as_str()), ("All records", ""));
    assert_eq!(kind.columns, ["title", "status", "owner"]);
    assert!(kind.local && !kind.bulk && kind.states.is_empty() && kind.fields.is_empty() && kind.clauses.is_empty());
}

#[test]
fn of_the_shared_definitions_a_schema_takes_those_that_it_needs() {
    let schema = json!({
        "properties": {"owner": {"$ref": "common.schema.json#/$defs/record"}, "own": {"$ref": "#/$defs/mine"}},
        "$defs": {"mine": {"type": "string"}, "spare": {"type": "string"}},
    });
    with(&schema, |kind| {
        let taken: Vec<&String> = kind.schema["$defs"].as_object().unwrap().keys().collect();
        assert!(taken.len() > 3, "what they need in turn as well: {taken:?}");
        for name in ["mine", "spare", "record"] {
            assert!(taken.iter().any(|taken| *taken == name), "{name} in {taken:?}");
        }
        let common: serde_json::Value =
            serde_json::from_str(include_str!("../../../schemas/common.schema.json")).unwrap();
        let all = common["$defs"].as_object().unwrap();
        assert!(taken.len() - 2 < all.len() && !taken.iter().any(|taken| *taken == "money"), "{taken:?}");
    });
}

#[test]
fn annotations_become_names_columns_and_clauses() {
    let schema = json!({
        "title": "Work order", "description": "Why.",
        "x-gitsm-names": {"plural": "orders", "folder": "orders", "group": "Work", "prefix": "wo", "bulk": true},
        "x-gitsm-columns": ["title", "due"], "x-gitsm-clauses": ["8.1", 5], "x-gitsm-example": {"id": "wo-1"},
    });
    with(&schema, |kind| {
        let names = &kind.names;
        assert_eq!(
            (names.singular.as_str(), names.plural.as_str(), names.prefix.as_str()),
            ("Work order", "orders", "wo")
        );
        assert_eq!((names.folder.as_str(), names.group.as_str(), kind.bulk), ("orders", "Work", true));
        assert_eq!(
            (kind.columns.as_slice(), kind.clauses.as_slice()),
            (["title", "due"].map(str::to_owned).as_slice(), ["8.1".to_owned()].as_slice())
        );
        assert_eq!((kind.description.as_str(), &kind.example), ("Why.", &json!({"id": "wo-1"})));
    });
}

#[test]
fn the_first_state_of_a_new_record_comes_first_and_the_rest_as_written() {
    let schema = json!({"x-gitsm-states": {"initial": "open", "states": {
        "done": {"label": "Done", "tone": "good", "terminal": true},
        "open": {"label": "Open", "tone": "told", "next": ["done"], "requires": ["owner"]},
        "held": {"label": "Held", "tone": "watch"},
    }}});
    with(&schema, |kind| {
        let states: Vec<_> =
            kind.states.iter().map(|state| (state.name.as_str(), state.tone, state.terminal)).collect();
        assert_eq!(states, [("open", Tone::Told, false), ("done", Tone::Good, true), ("held", Tone::Watch, false)]);
        let open = kind.state("open").unwrap();
        assert_eq!(
            (open.next.as_slice(), open.requires.as_slice()),
            (["done".to_owned()].as_slice(), ["owner".to_owned()].as_slice())
        );
        assert!(kind.state("gone").is_none());
    });
}

#[test]
fn own_fields_stand_in_the_order_of_the_schema_before_the_common_ones() {
    let catalog =
        thing(r#""zeta": {}, "alpha": {}, "title": {"description": "Mine."}"#, r#", "required": ["alpha"]"#).unwrap();
    let kind = catalog.find("thing").unwrap();
    let fields: Vec<_> = kind.fields.iter().map(|field| (field.name.as_str(), field.common)).collect();
    assert_eq!(fields[..3], [("zeta", false), ("alpha", false), ("title", true)], "a common field stays common");
    assert!(fields[2..].iter().all(|(_, common)| *common));
    assert_eq!(kind.field("title").unwrap().description, "Mine.", "the nearest words win");
    let required: Vec<_> = kind.fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
    assert_eq!(required, ["alpha", "title", "kind", "id", "status"]);
}

#[test]
fn what_a_field_leaves_open_comes_from_what_it_refers_to() {
    let catalog = thing(
        r##""a": {"$ref": "#/$defs/word"}, "b": {"$ref": "#/$defs/word", "description": "Nearer."}"##,
        r#", "$defs": {"word": {"description": "A word.", "enum": ["x", "y"]}}"#,
    )
    .unwrap();
    let kind = catalog.find("thing").unwrap();
    let field = |name: &str| kind.field(name).unwrap();
    assert_eq!((field("a").description.as_str(), field("b").description.as_str()), ("A word.", "Nearer."));
    assert_eq!(field("b").values, ["x", "y"]);
}

#[test]
fn what_a_field_holds_is_told_in_words() {
    for (schema, words) in [
        (r#"{"type": "string"}"#, "text"),
        ("{}", "text"),
        ("true", "text"),
        (r#"{"type": "boolean"}"#, "true or false"),
        (r#"{"type": "integer"}"#, "a whole number"),
        (r#"{"type": "number"}"#, "a number"),
        (r#"{"type": "object"}"#, "a mapping"),
        (r#"{"type": "array"}"#, "a list"),
        (r#"{"type": "array", "items": {"type": "integer"}}"#, "list: a whole number"),
        (r#"{"items": {"items": {"items": {"type": "integer"}}}}"#, "list: list: list: a value"),
        (r#"{"enum": [1, 2]}"#, "one of the words"),
        (r#"{"$ref": "../common.schema.json#/$defs/markdown"}"#, "text in Markdown"),
        (r#"{"$ref": "../common.schema.json#/$defs/date"}"#, "a day"),
        (r#"{"$ref": "../common.schema.json#/$defs/instant"}"#, "an instant"),
        (r#"{"format": "gitsm-date-or-instant"}"#, "a day or an instant"),
        (r#"{"$ref": "../common.schema.json#/$defs/duration"}"#, "a duration"),
        (r#"{"$ref": "../common.schema.json#/$defs/percentage"}"#, "a percentage"),
        (r#"{"format": "gitsm-zone"}"#, "a time zone"),
        (r#"{"oneOf": [{"type": "integer"}, {"type": "object"}]}"#, "a whole number or a mapping"),
        (r#"{"x-gitsm-ref": ["ci"]}"#, "id of a ci"),
        (r#"{"x-gitsm-ref": ["ola", "ci"]}"#, "id of an ola or ci"),
        (r#"{"x-gitsm-ref": ["*", "uri"]}"#, "an id"),
        (r#"{"$ref": "../common.schema.json#/$defs/owner"}"#, "id of a person or team or role"),
    ] {
        let catalog = thing(&format!(r#""n": {schema}"#), "").unwrap();
        assert_eq!(catalog.find("thing").unwrap().field("n").unwrap().holds, words, "{schema}");
    }
}

#[test]
fn annotated_places_are_found_at_any_depth() {
    let schema = json!({
        "properties": {
            "list": {"items": {"properties": {"who": {"$ref": "../common.schema.json#/$defs/owner"}}}},
            "plain": {"type": "string"},
            "when": {"x-gitsm-past": true},
            "either": {"oneOf": [{"x-gitsm-ref": ["ci"]}, {"x-gitsm-ref": ["service", "ci"]}]},
        },
        "additionalProperties": {"x-gitsm-ref": ["*"]},
        "x-gitsm-order": [["from", "to"], ["broken"], "x"],
    });
    with(&schema, |kind| {
        let shape = &kind.shape;
        assert_eq!(shape.keys.keys().collect::<Vec<_>>(), ["either", "list", "when"], "bare places are left out");
        assert_eq!(shape.keys["list"].items.as_ref().unwrap().keys["who"].refs, ["person", "team", "role"]);
        assert!(shape.keys["when"].past);
        assert_eq!(shape.keys["either"].refs, ["ci", "service"]);
        assert_eq!(shape.other.as_ref().unwrap().refs, ["*"]);
        assert_eq!(shape.order, [("from".to_owned(), "to".to_owned())]);
    });
}

#[test]
fn a_local_constraint_adds_to_a_built_in_kind() {
    let constraint = r#"{"required": ["room"], "properties": {"room": {"description": "Where it stands.", "type": "string", "x-gitsm-ref": ["ci"]}}}"#;
    let catalog = catalog(&[("schemas/local/ci.schema.json", constraint)]).unwrap();
    let kind = catalog.find("ci").unwrap();
    assert!(!kind.local, "it is still the built-in kind");
    let room = kind.field("room").unwrap();
    assert_eq!(
        (room.description.as_str(), room.required, room.common, room.holds.as_str()),
        ("Where it stands.", true, false, "id of a ci")
    );
    assert_eq!(kind.shape.keys["room"].refs, ["ci"]);
    let found = told(&catalog, "ci", "ci_type: t\nowner: p\n");
    assert!(
        found.contains(
            &"field-missing [a-1]  kind 'ci' needs the field `room` | add `room`: Where it stands.".to_owned()
        ),
        "{found:#?}"
    );
    assert!(told(&catalog, "ci", "ci_type: t\nowner: p\nroom: ci-r\n").iter().all(|line| !line.contains("room")));
}

#[test]
fn a_local_constraint_cannot_loosen_what_is_built_in() {
    let loose = r#"{"properties": {"title": true, "owner": {"type": "integer"}}, "additionalProperties": true}"#;
    let catalog = catalog(&[("schemas/local/ci.schema.json", loose)]).unwrap();
    let found = told(&catalog, "ci", "ci_type: t\nowner: Ann\nnonsense: 1\n");
    assert!(found.iter().any(|line| line.starts_with("value-type [Ann] /owner")), "{found:#?}");
    assert!(found.iter().any(|line| line.starts_with("value-format [Ann] /owner")), "{found:#?}");
}

#[test]
fn definitions_of_a_local_schema_do_not_replace_shared_ones() {
    let constraint = r##"{"$defs": {"slug": {"type": "integer"}, "mine": {"items": {"$ref": "#/$defs/slug"}}},
        "properties": {"numbers": {"$ref": "#/$defs/mine"}, "again": {"$ref": "#/properties/numbers"},
                       "who": {"$ref": "../common.schema.json#/$defs/slug"}}}"##;
    let catalog = catalog(&[("schemas/local/ci.schema.json", constraint)]).unwrap();
    let found = told(&catalog, "ci", "ci_type: t\nowner: p\nnumbers: [1, x]\nagain: [y]\nwho: z\ntags: [a]\n");
    let types: Vec<_> = found.iter().filter(|line| line.starts_with("value-type")).collect();
    assert_eq!(types.len(), 2, "only the two local lists hold numbers: {found:#?}");
    assert!(types[0].starts_with("value-type [x] /numbers/1") && types[1].starts_with("value-type [y] /again/0"));
}

#[test]
fn definitions_of_a_kind_of_ones_own_stand_beside_the_shared_ones() {
    let catalog = thing(
        r##""a": {"$ref": "#/$defs/text"}, "b": {"$ref": "#/$defs/local-text"}"##,
        r#", "$defs": {"text": {"type": "integer"}, "local-text": {"type": "boolean"}}"#,
    )
    .unwrap();
    assert!(
        told(&catalog, "thing", "a: 5\nb: true\n").is_empty(),
        "the title is still text, and both own ones are kept apart"
    );
    assert_eq!(told(&catalog, "thing", "a: x\nb: 1\n").len(), 2);
}

#[test]
fn what_is_no_schema_is_refused_with_its_path_and_a_reason() {
    for (text, words) in [
        ("{", "EOF while parsing"),
        ("", "EOF while parsing"),
        ("[]", "a schema must be a JSON object"),
        ("true", "a schema must be a JSON object"),
        (r#"{"properties": {"a": {"type": "txt"}}}"#, "\"txt\" is not valid"),
        (r#"{"properties": {"a": {"minLength": -1}}}"#, "-1 is less than the minimum of 0"),
        (r#"{"properties": {"a": {"pattern": "("}}}"#, "is not a \"regex\""),
        (r#"{"properties": {"a": {"pattern": "(?=a)"}}}"#, "is not a \"regex\""),
        (r#"{"properties": {"a": {"pattern": "(a)\\1"}}}"#, "is not a \"regex\""),
        (r#"{"properties": {"a": {"pattern": "((a{1000}){1000}){1000}"}}}"#, "is not a \"regex\""),
        (r##"{"properties": {"a": {"$ref": "#/$defs/nothing"}}}"##, "'/$defs/nothing' does not exist"),
        (r#"{"properties": {"a": {"$ref": "https://example.com/a.json"}}}"#, "https://example.com/a.json"),
        (r#"{"properties": {"a": {"$ref": "other.json#/x"}}}"#, "other.json"),
        (r#"{"x-gitsm-names": {"plural": "x"}}"#, "x-gitsm-names: missing field `folder`"),
        (r#"{"x-gitsm-names": {"plural": "x", "folder": "x", "group": "x", "colour": 1}}"#, "unknown field `colour`"),
        (r#"{"x-gitsm-states": {"initial": "x", "states": {}}}"#, "the initial state 'x' is not among the states"),
        (
            r#"{"x-gitsm-states": {"initial": "x", "states": {"x": {"label": "X", "tone": "red"}}}}"#,
            "x-gitsm-states: x: unknown variant `red`",
        ),
    ] {
        let told = refused(PATH, text);
        assert!(told.contains(words), "{text}: {told}");
    }
}

#[test]
fn a_constraint_that_is_no_schema_is_refused_like_a_kind() {
    for text in ["5", r#"{"type": "txt"}"#, r#"{"properties": {"a": {"pattern": "["}}}"#] {
        assert!(!refused("schemas/local/ci.schema.json", text).is_empty());
    }
    assert!(catalog(&[("schemas/local/ci.schema.json", "true")]).is_ok(), "true asks for nothing");
}

#[test]
fn a_schema_that_refers_to_itself_is_followed_some_way_and_no_further() {
    let tree = json!({
        "properties": {
            "who": {"x-gitsm-ref": ["person"]},
            "left": {"$ref": "#"}, "right": {"$ref": "#"},
            "below": {"items": {"$ref": "#"}}, "itself": {"$ref": "#/properties/itself"},
        },
    });
    with(&tree, |kind| {
        let below = kind.shape.keys["below"].items.as_ref().unwrap();
        assert_eq!(below.keys["left"].keys["who"].refs, ["person"]);
        assert_eq!(kind.fields.len(), 5);
    });
    let catalog = catalog(&[(PATH, &tree.to_string())]).unwrap();
    assert!(told(&catalog, "thing", "left: {right: {left: {who: p}}}\nbelow: [{below: []}]\n").is_empty());
}

#[test]
fn a_schema_that_refers_to_itself_without_end_is_refused_at_once() {
    let all = vec![json!({"$ref": "#"}); 30];
    let properties: serde_json::Map<_, _> = (0..60).map(|at| (format!("p{at}"), json!({"$ref": "#"}))).collect();
    for schema in [json!({"allOf": all}), json!({"properties": properties}), json!({"anyOf": all, "oneOf": all})] {
        assert!(refused(PATH, &schema.to_string()).contains("refers to itself in too many places"));
    }
}

#[test]
fn a_schema_that_only_refers_to_itself_judges_nothing() {
    for schema in [
        r##"{"$ref": "#"}"##,
        r##"{"allOf": [{"$ref": "#"}]}"##,
        r##"{"anyOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"$ref": "#"}}}"##,
    ] {
        let catalog = catalog(&[(PATH, schema)]).unwrap();
        assert!(told(&catalog, "thing", "a: 1\n").is_empty(), "{schema}");
    }
}

#[test]
fn a_bundled_schema_needs_no_other_file() {
    fn refs(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(object) => {
                found.extend(object.get("$ref").and_then(|target| target.as_str()).map(str::to_owned));
                object.values().for_each(|value| refs(value, found));
            }
            serde_json::Value::Array(list) => list.iter().for_each(|value| refs(value, found)),
            _ => {}
        }
    }
    for kind in crate::schema::catalog::shared().iter() {
        let mut found = Vec::new();
        refs(kind.bundled_schema(), &mut found);
        assert!(!found.is_empty(), "{}", kind.name);
        for target in found {
            let path = target.strip_prefix('#').unwrap_or_else(|| panic!("{}: {target}", kind.name));
            assert!(kind.bundled_schema().pointer(path).is_some(), "{}: {target}", kind.name);
        }
    }
}
