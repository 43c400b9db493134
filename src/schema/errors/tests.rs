//! The words, places and help of schema findings.

use crate::base::span::FileId;
use crate::schema::fixture::{PATH, catalog, findings, thing, told};

/// What a thing with these properties says about these lines: code, marked text, pointer, words, help.
#[track_caller]
fn says(properties: &str, lines: &str, expected: &[&str]) {
    let catalog = thing(properties, "").unwrap();
    assert_eq!(told(&catalog, "thing", lines), expected, "{lines}");
}

#[test]
fn a_good_record_says_nothing() {
    says(r#""n": {"type": "string"}"#, "n: x\nx-own: [1]\ntags: [a]\n", &[]);
}

#[test]
fn each_wrong_type_is_named_with_what_is_there() {
    for (wanted, lines, words) in [
        ("string", "n: 5\n", r#"[5] /n `n` must be text, but this is a number | put it in quotes: "5""#),
        ("string", "n: true\n", r#"[true] /n `n` must be text, but this is true or false | put it in quotes: "true""#),
        ("string", "n: [a]\n", "[n] /n `n` must be text, but this is a list | -"),
        ("array", "n: a, b\n", "[a, b] /n `n` must be a list, but this is text | write it as a list: [a, b]"),
        ("array", "n: {a: 1}\n", "[n] /n `n` must be a list, but this is a mapping | -"),
        ("object", "n: x\n", "[x] /n `n` must be a mapping, but this is text | -"),
        ("boolean", "n: yes\n", "[yes] /n `n` must be true or false, but this is text | -"),
        ("integer", "n: 1.5\n", "[1.5] /n `n` must be a whole number, but this is a number | -"),
        ("number", "n: '1'\n", "['1'] /n `n` must be a number, but this is text | -"),
        ("string", "n:\n", "[n] /n `n` must be text, but this is nothing | fill it in, or remove the key"),
        ("null", "n: x\n", "[x] /n `n` must be nothing, but this is text | -"),
    ] {
        says(&format!(r#""n": {{"type": "{wanted}"}}"#), lines, &[&format!("value-type {words}")]);
    }
}

#[test]
fn several_types_are_joined_by_or() {
    says(
        r#""n": {"type": ["string", "array"]}"#,
        "n: 5\n",
        &["value-type [5] /n `n` must be text or a list, but this is a number | -"],
    );
}

#[test]
fn items_of_a_list_are_marked_one_by_one_under_the_name_of_the_list() {
    says(
        r#""n": {"type": "array", "items": {"type": "string"}}"#,
        "n: [a, 5, ~]\n",
        &[
            r#"value-type [5] /n/1 `n` must be text, but this is a number | put it in quotes: "5""#,
            "value-type [~] /n/2 `n` must be text, but this is nothing | fill it in, or remove the key",
        ],
    );
}

#[test]
fn a_word_out_of_a_list_is_told_with_the_nearest_and_all_others() {
    let properties = r#""n": {"enum": ["live", "retired"]}"#;
    says(
        properties,
        "n: Live\n",
        &["value-unknown [Live] /n `n` cannot be 'Live' | did you mean `live`? It may be live, retired"],
    );
    says(properties, "n: gone\n", &["value-unknown [gone] /n `n` cannot be 'gone' | it may be live, retired"]);
    says(properties, "n: [live]\n", &["value-unknown [n] /n `n` cannot be a list | it may be live, retired"]);
    says(properties, "n:\n", &["value-unknown [n] /n `n` cannot be nothing | it may be live, retired"]);
}

#[test]
fn numbers_to_choose_from_are_listed_too() {
    says(
        r#""n": {"enum": [1, 2.5, null]}"#,
        "n: 3\n",
        &["value-unknown [3] /n `n` cannot be '3' | it may be 1, 2.5, null"],
    );
}

#[test]
fn a_constant_is_told_as_it_must_be() {
    says(r#""n": {"const": "x"}"#, "n: y\n", &[r#"value-unknown [y] /n `n` must be "x" | -"#]);
    says(r#""n": {"const": 5}"#, "n: [5]\n", &["value-unknown [n] /n `n` must be 5 | -"]);
}

#[test]
fn lengths_and_counts_are_told_in_the_right_number() {
    for (keywords, lines, words) in [
        (r#""minLength": 3"#, "n: ab\n", "[ab] /n `n` must have at least 3 characters"),
        (r#""maxLength": 1"#, "n: ab\n", "[ab] /n `n` must have at most 1 character"),
        (r#""minLength": 3"#, "n: ' '\n", "[' '] /n `n` must not be empty"),
        (r#""minItems": 1"#, "n: []\n", "[n] /n `n` must have at least 1 entry"),
        (r#""maxItems": 2"#, "n: [1, 2, 3]\n", "[n] /n `n` must have at most 2 entries"),
        (r#""minProperties": 1"#, "n: {}\n", "[n] /n `n` must have at least 1 key"),
        (r#""maxProperties": 0"#, "n: {a: 1}\n", "[n] /n `n` must have at most 0 keys"),
        (r#""minimum": 2"#, "n: 1\n", "[1] /n `n` must be at least 2"),
        (r#""maximum": 99.95"#, "n: 99.951\n", "[99.951] /n `n` must be at most 99.95"),
        (r#""exclusiveMinimum": 1"#, "n: 1\n", "[1] /n `n` must be above 1"),
        (r#""exclusiveMaximum": 1"#, "n: 1\n", "[1] /n `n` must be below 1"),
    ] {
        says(&format!(r#""n": {{{keywords}}}"#), lines, &[&format!("value-range {words} | -")]);
    }
}

#[test]
fn a_repetition_in_a_list_is_told() {
    let expected = "value-range [n] /n `n` names the same thing twice | remove the repetition";
    says(r#""n": {"uniqueItems": true}"#, "n: [a, b, a]\n", &[expected]);
    says(r#""n": {"uniqueItems": true}"#, "n: [{a: 1, b: 2}, {b: 2, a: 1}]\n", &[expected]);
}

#[test]
fn formats_say_what_is_wrong_with_the_value() {
    for (format, value, words) in [
        ("gitsm-date", "2026-13-01", "'2026-13-01' is not a day of the calendar"),
        (
            "gitsm-instant",
            "2026-01-01T10:00:00",
            "'2026-01-01T10:00:00' has no offset from UTC; add one, such as Z or +01:00",
        ),
        ("gitsm-duration", "1M", "'1M' is not a duration; write it like 90d, 4h 30m or PT4H30M"),
        ("gitsm-zone", "Oslo", "'Oslo' is not a time zone of the IANA data base, such as Europe/Oslo"),
        ("gitsm-percentage", "100.1", "'100.1' is not a share of a hundred, such as 99.95"),
    ] {
        let expected = if format == "gitsm-duration" { "months" } else { words };
        let properties = format!(r#""n": {{"type": "string", "format": "{format}"}}"#);
        let found = told(&thing(&properties, "").unwrap(), "thing", &format!("n: '{value}'\n"));
        if expected == "months" {
            assert_eq!(found.len(), 0, "a bare M is a minute");
        } else {
            assert_eq!(found, [format!("value-format ['{value}'] /n `n`: {words} | -")]);
        }
    }
}

#[test]
fn a_pattern_is_explained_by_the_nearest_description() {
    let own = r#""n": {"type": "string", "pattern": "^[a-z]+$", "description": "Small letters."}"#;
    says(own, "n: A1\n", &["value-format [A1] /n `n`: 'A1' is not written as it must be | Small letters."]);
    let around =
        r#""n": {"description": "Letters or digits.", "oneOf": [{"pattern": "^[a-z]+$"}, {"pattern": "^[0-9]+$"}]}"#;
    says(around, "n: A1\n", &["value-format [A1] /n `n`: 'A1' is not written as it must be | Letters or digits."]);
    says(
        r#""n": {"$ref": "../common.schema.json#/$defs/slug"}"#,
        "n: A 1\n",
        &[
            "value-format [A 1] /n `n`: 'A 1' is not written as it must be | A stable name in lower case: letters and digits, joined by single dots, dashes or underscores, at most 80 long.",
        ],
    );
    says(own, "n: ''\n", &["value-range [''] /n `n` must not be empty | -"]);
}

#[test]
fn the_description_of_another_field_does_not_help() {
    let properties = r#""o": {"description": "Around.", "properties": {"n": {"pattern": "^a$"}}}"#;
    says(properties, "o: {n: b}\n", &["value-format [b] /o/n `n`: 'b' is not written as it must be | -"]);
}

#[test]
fn conditions_without_words_of_their_own_are_named_by_their_keyword() {
    for (keywords, lines, keyword, place) in [
        (r#""multipleOf": 0.5"#, "n: 0.3\n", "multipleOf", "0.3"),
        (r#""not": {"type": "string"}"#, "n: x\n", "not", "x"),
        (r#""contains": {"const": 1}"#, "n: [2]\n", "contains", "n"),
        (r#""oneOf": [{"type": "string"}, {"maxLength": 3}]"#, "n: ab\n", "oneOf", "ab"),
    ] {
        let expected =
            format!("schema-condition [{place}] /n `n` breaks the condition '{keyword}' of its schema | Why.");
        says(&format!(r#""n": {{"description": "Why.", {keywords}}}"#), lines, &[&expected]);
    }
}

#[test]
fn a_field_that_another_one_asks_for_is_missing() {
    let catalog =
        thing(r#""n": true, "m": {"description": "Its pair."}"#, r#", "dependentRequired": {"n": ["m"]}"#).unwrap();
    assert_eq!(
        told(&catalog, "thing", "n: 1\n"),
        ["field-missing [a-1]  kind 'thing' needs the field `m` | add `m`: Its pair."]
    );
    let condition = r#", "if": {"properties": {"n": {"const": 1}}, "required": ["n"]}, "then": {"required": ["m"]}"#;
    let catalog = thing(r#""n": true, "m": {"description": "Its pair."}"#, condition).unwrap();
    assert_eq!(told(&catalog, "thing", "n: 1\n").len(), 1);
    assert!(told(&catalog, "thing", "n: 2\n").is_empty());
}

#[test]
fn a_missing_field_is_shown_where_its_holder_says_what_it_is() {
    let pair = r#"{"type": "object", "required": ["a"], "properties": {"a": {"description": "The first."}}}"#;
    let properties = format!(r#""one": {pair}, "many": {{"items": {pair}}}"#);
    says(&properties, "one: {b: 1}\n", &["field-missing [one] /one `one` needs the field `a` | add `a`: The first."]);
    says(
        &properties,
        "many:\n  - b: 1\n    title: T\n  - b: [1]\n  - {}\n",
        &[
            "field-missing [T] /many/0 `many` needs the field `a` | add `a`: The first.",
            "field-missing [b] /many/1 `many` needs the field `a` | add `a`: The first.",
            "field-missing [{}] /many/2 `many` needs the field `a` | add `a`: The first.",
        ],
    );
}

#[test]
fn a_record_without_common_fields_names_each_at_what_it_has() {
    let catalog = thing("", "").unwrap();
    for (text, place) in
        [("kind: thing\n", "thing"), ("kind: thing\nid: a-9\n", "a-9"), ("title: T\n", "T"), ("owner: p\n", "p")]
    {
        let parsed = crate::yaml::parse(FileId(0), text);
        let found = super::super::validate(catalog.find("thing").unwrap(), FileId(0), &parsed.documents[0].root);
        let missing: Vec<_> = found.iter().filter(|found| found.rule == "field-missing").collect();
        assert_eq!(missing.len(), 4 - text.lines().filter(|line| !line.starts_with("owner")).count(), "{text}");
        for found in missing {
            assert_eq!(&text[found.primary.start as usize..found.primary.end as usize], place, "{text}");
        }
    }
}

#[test]
fn an_unknown_key_is_marked_itself_and_the_nearest_is_offered() {
    says(
        r#""amount": true"#,
        "amuont: 1\nzebra: {a: 1}\n",
        &[
            "field-unknown [amuont] /amuont kind 'thing' has no field 'amuont' | did you mean `amount`?",
            "field-unknown [zebra] /zebra kind 'thing' has no field 'zebra' | `gitsm explain thing` lists the fields; a key of your own begins with `x-`",
        ],
    );
}

#[test]
fn an_unknown_key_below_lists_the_few_that_fit_there() {
    let properties =
        r#""n": {"type": "object", "additionalProperties": false, "properties": {"first": {}, "second": {}}}"#;
    says(
        properties,
        "n: {frist: 1, zzz: 2, x-own: 3}\n",
        &[
            "field-unknown [frist] /n/frist `n` has no field 'frist' | did you mean `first`?",
            "field-unknown [zzz] /n/zzz `n` has no field 'zzz' | fields here: first, second",
        ],
    );
    says(
        "",
        "review: {interval: 1d, lst: 1}\n",
        &["field-unknown [lst] /review/lst `review` has no field 'lst' | did you mean `last`?"],
    );
}

#[test]
fn a_wrong_value_makes_no_known_key_unknown() {
    let properties = r#""n": {"type": "string"}, "m": {"type": "object", "required": ["a"], "properties": {"a": {}}}"#;
    let catalog = thing(properties, "").unwrap();
    let found = told(&catalog, "thing", "n: 5\nm: {}\ntags: x\nowner: [1]\n");
    assert_eq!(found.len(), 4, "{found:#?}");
    assert!(found.iter().all(|line| !line.starts_with("field-unknown")), "{found:#?}");
}

#[test]
fn keys_that_break_a_rule_for_keys_are_marked_themselves() {
    says(
        r#""n": {"propertyNames": {"maxLength": 2, "pattern": "^a"}}"#,
        "n: {abc: 1, bc: 2, ab: 3}\n",
        &[
            "value-range [abc] /n/abc `abc` must have at most 2 characters | -",
            "value-format [bc] /n/bc `bc`: 'bc' is not written as it must be | -",
        ],
    );
}

#[test]
fn keys_with_slashes_and_tildes_are_named_as_written() {
    let expected = r#"value-type [5] /a~1b~0c `a/b~c` must be text, but this is a number | put it in quotes: "5""#;
    says(r#""a/b~c": {"type": "string"}"#, "a/b~c: 5\n", &[expected]);
}

#[test]
fn of_several_branches_the_one_that_comes_nearest_speaks() {
    let relation = r#""n": {"$ref": "../common.schema.json#/$defs/relation"}"#;
    says(relation, "n: 5\n", &["value-type [5] /n `n` must be text or a mapping, but this is a number | -"]);
    says(
        relation,
        "n: {type: runs_on}\n",
        &["field-missing [n] /n `n` needs the field `to` | add `to`: The record that is needed."],
    );
    let found = told(&thing(relation, "").unwrap(), "thing", "n: {type: run_on, to: a}\n");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("value-unknown [run_on] /n/type `type` cannot be 'run_on' | did you mean `runs_on`?"));
    let group = r#""n": {"$ref": "../common.schema.json#/$defs/redundancy_group"}"#;
    says(
        group,
        "n: {of: [a], min_up: 0}\n",
        &[
            "value-range [of] /n/of `of` must have at least 2 entries | -",
            "value-range [0] /n/min_up `min_up` must be at least 1 | -",
        ],
    );
}

#[test]
fn one_cause_said_by_two_schemas_is_one_finding() {
    let catalog = catalog(&[("schemas/local/ci.schema.json", r#"{"required": ["title", "location", "id"]}"#)]).unwrap();
    let parsed = crate::yaml::parse(FileId(0), "kind: ci\nstatus: live\n");
    let found = super::super::validate(catalog.find("ci").unwrap(), FileId(0), &parsed.documents[0].root);
    let words: std::collections::BTreeSet<_> = found.iter().map(|found| (found.primary, &found.message)).collect();
    assert_eq!(words.len(), found.len(), "{found:#?}");
}

#[test]
fn a_whole_record_that_breaks_a_condition_is_marked_and_the_kind_is_no_help() {
    let schema = r#"{"title": "Thing", "description": "What it is for.", "not": {"required": ["a", "b"]}}"#;
    let catalog = catalog(&[(PATH, schema)]).unwrap();
    let (text, found) = findings(&catalog, "thing", "a: 1\nb: 2\n");
    assert_eq!(found[0].message, "the record breaks the condition 'not' of its schema");
    assert_eq!((found[0].primary.start, found[0].primary.end as usize), (0, text.trim_end().len()));
    assert_eq!(found[0].help, None);
}

#[test]
fn a_promised_availability_is_a_share_of_a_hundred_and_other_figures_are_what_they_are() {
    let about = |target: &str| {
        let lines = format!("service: s\ncustomer: c\ntargets:\n  - {{id: t, window: month, {target}}}\n");
        let all = told(crate::schema::catalog::shared(), "sla", &lines).into_iter();
        all.filter(|found| found.contains(" /targets")).collect::<Vec<_>>()
    };
    for value in ["100.5", "-1", "'999'", "'-1'", "4h"] {
        let found = about(&format!("metric: availability, operator: '>=', value: {value}"));
        let there = found.iter().filter(|found| found.contains(" /targets/0/value ")).count();
        assert!(there > 0 && there == found.len(), "{value}: {found:?}");
    }
    for target in [
        "metric: availability, operator: '>=', value: 100",
        "metric: availability, operator: '>=', value: '99.95'",
        "metric: availability, operator: <=, value: 120, unit: minutes",
        "metric: throughput, operator: '>=', value: 5000, unit: bookings",
        "metric: response, operator: <=, value: 4h",
    ] {
        assert!(about(target).is_empty(), "{target}: {:?}", about(target));
    }
}
