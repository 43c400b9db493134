//! Random records made from nothing but a schema.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::walk::Schema;
use crate::chain::Dice;

/// Deepest nesting of a record; deeper, only what is required is made.
const DEEP: usize = 3;

/// Makes values that meet a schema.
pub(super) struct Generator<'j> {
    pub(super) schema: Schema<'j>,
    pub(super) dice: Dice,
}

/// A schema with one branch of each choice taken.
#[derive(Default)]
struct Chosen<'j> {
    layers: Vec<&'j Json>,
    /// Properties that only the branches not taken need.
    barred: BTreeSet<&'j str>,
}

impl<'j> Generator<'j> {
    /// A record of the kind whose schema this is.
    pub(super) fn record(&mut self) -> Json {
        let mut record = self.value(self.schema.root, 0);
        let object = record.as_object_mut().expect("a record is a mapping");
        if self.dice.below(3) == 0 {
            object.insert("x-note".to_owned(), json!([{"any": "thing"}, 1, null, "no"]));
        }
        record
    }

    fn choose(&mut self, schema: &'j Json) -> Chosen<'j> {
        let mut chosen = Chosen { layers: vec![schema], ..Chosen::default() };
        let mut at = 0;
        while let Some(layer) = chosen.layers.get(at).copied() {
            if let Some(target) = layer.get("$ref").and_then(Json::as_str) {
                chosen.layers.push(self.schema.root.pointer(&target[1..]).expect("references lead somewhere"));
            }
            chosen.layers.extend(layer.get("allOf").and_then(Json::as_array).into_iter().flatten());
            for key in ["oneOf", "anyOf"] {
                let Some(branches) = layer.get(key).and_then(Json::as_array) else { continue };
                let taken = &branches[self.dice.below(branches.len())];
                let needed = |branch: &'j Json| list(branch, "required").filter_map(Json::as_str);
                let kept: BTreeSet<&str> = needed(taken).collect();
                let others = branches.iter().flat_map(needed).filter(|name| !kept.contains(name));
                chosen.barred.extend(others);
                chosen.layers.push(taken);
            }
            at += 1;
        }
        chosen
    }

    fn value(&mut self, schema: &'j Json, depth: usize) -> Json {
        let chosen = self.choose(schema);
        let first = |key: &str| chosen.layers.iter().find_map(|layer| layer.get(key));
        if let Some(only) = first("const") {
            return only.clone();
        }
        if let Some(words) = first("enum").and_then(Json::as_array) {
            return words[self.dice.below(words.len())].clone();
        }
        let types: Vec<&str> = match first("type") {
            Some(Json::String(only)) => vec![only],
            Some(Json::Array(several)) => several.iter().filter_map(Json::as_str).collect(),
            _ => vec![if first("properties").is_some() || first("required").is_some() { "object" } else { "string" }],
        };
        match types[self.dice.below(types.len())] {
            "object" => self.object(&chosen, depth),
            "array" => self.array(&chosen, depth),
            "boolean" => json!(self.dice.below(2) == 0),
            "integer" => json!(self.integer(&chosen)),
            "number" => self.number(&chosen),
            "null" => Json::Null,
            _ => json!(self.text(&chosen)),
        }
    }

    fn object(&mut self, chosen: &Chosen<'j>, depth: usize) -> Json {
        let mut needed: BTreeSet<&str> =
            chosen.layers.iter().flat_map(|layer| list(layer, "required")).filter_map(Json::as_str).collect();
        let mut object = Map::new();
        if depth == 0 {
            let words = self.schema.root.pointer("/properties/status/enum").and_then(Json::as_array).expect("states");
            let status = words[self.dice.below(words.len())].as_str().expect("a word");
            object.insert("status".to_owned(), json!(status));
            let state =
                self.schema.root.pointer(&format!("/x-gitsm-states/states/{status}")).expect("the state is declared");
            needed.extend(list(state, "requires").filter_map(Json::as_str));
        }
        let at_least = limit(chosen, "minProperties").unwrap_or(0);
        let properties = chosen.layers.iter().filter_map(|layer| layer.get("properties")?.as_object()).flatten();
        let properties: Vec<(&String, &Json)> = properties.collect();
        for (name, part) in &properties {
            let barred = chosen.barred.contains(name.as_str());
            let wanted = needed.contains(name.as_str()) || (depth < DEEP && self.dice.below(3) == 0);
            if object.contains_key(*name) || barred || !wanted {
                continue;
            }
            // What two layers say of one property must hold together; the kind's own layer is the narrower one.
            let narrow = properties.iter().find(|(other, _)| other == name).map_or(*part, |(_, first)| *first);
            let mut made = self.value(narrow, depth + 1);
            if needed.contains(name.as_str()) && made.as_array().is_some_and(Vec::is_empty) {
                let items = self
                    .schema
                    .layers(narrow)
                    .into_iter()
                    .find_map(|layer| layer.get("items"))
                    .expect("a list has items");
                made = json!([self.value(items, depth + 1)]);
            }
            if needed.contains(name.as_str()) && made.as_object().is_some_and(Map::is_empty) {
                let layers = self.schema.layers(narrow).into_iter();
                let inner = layers.filter_map(|layer| layer.get("properties")?.as_object()).flatten().next();
                // A mapping without properties of its own takes any.
                made = match inner {
                    Some((key, inner)) => json!({ key.as_str(): self.value(inner, depth + 1) }),
                    None => json!({ "note": "Any." }),
                };
            }
            object.insert((*name).clone(), made);
        }
        for layer in &chosen.layers {
            let consts = layer.pointer("/if/properties").and_then(Json::as_object);
            let holds =
                |asked: &Map<String, Json>| asked.iter().all(|(name, part)| object.get(name) == part.get("const"));
            let then =
                layer.pointer("/then/properties").and_then(Json::as_object).filter(|_| consts.is_some_and(holds));
            for (name, part) in then.into_iter().flatten() {
                if object.contains_key(name) {
                    object.insert(name.clone(), self.value(part, depth + 1));
                }
            }
        }
        for (name, part) in &properties {
            if object.len() < at_least && !object.contains_key(*name) {
                let made = self.value(part, depth + 1);
                object.insert((*name).clone(), made);
            }
        }
        Json::Object(object)
    }

    fn array(&mut self, chosen: &Chosen<'j>, depth: usize) -> Json {
        let least = limit(chosen, "minItems").unwrap_or(0);
        let most = limit(chosen, "maxItems").unwrap_or(least + 2);
        let count = least + self.dice.below(most.saturating_sub(least).min(2) + 1);
        let unique = chosen.layers.iter().any(|layer| layer.get("uniqueItems") == Some(&json!(true)));
        let items = chosen.layers.iter().find_map(|layer| layer.get("items"));
        let mut made: Vec<Json> = Vec::new();
        let mut tries = 0;
        while made.len() < count && tries < 100 {
            tries += 1;
            let item = items.map_or_else(|| json!("any"), |items| self.value(items, depth + 1));
            if !unique || !made.contains(&item) {
                made.push(item);
            }
        }
        Json::Array(made)
    }

    fn integer(&mut self, chosen: &Chosen<'j>) -> i64 {
        let above = number_limit(chosen, "exclusiveMinimum").map(|limit| limit + 1);
        let least = number_limit(chosen, "minimum").or(above).unwrap_or(-3);
        let most = number_limit(chosen, "maximum").unwrap_or(least + 1_000);
        least + i64::try_from(self.dice.below(usize::try_from(most - least + 1).expect("a range"))).expect("small")
    }

    fn number(&mut self, chosen: &Chosen<'j>) -> Json {
        let whole = self.integer(chosen);
        let at_edge = number_limit(chosen, "maximum") == Some(whole);
        let literal = if at_edge || self.dice.below(2) == 0 {
            whole.to_string()
        } else {
            format!("{whole}.{}", 1 + self.dice.below(99))
        };
        Json::Number(literal.parse().expect("a literal"))
    }

    fn text(&mut self, chosen: &Chosen<'j>) -> String {
        let all = |key: &str| chosen.layers.iter().find_map(|layer| layer.get(key)?.as_str());
        let dice = &mut self.dice;
        let mut pick = |words: &[&str]| words[dice.below(words.len())].to_owned();
        match (all("pattern"), all("format")) {
            (_, Some("gitsm-date")) => pick(&["2026-11-09", "0001-01-01", "9999-12-31", "2024-02-29"]),
            (_, Some("gitsm-instant")) => {
                pick(&["2026-11-09T10:00:00+00:00", "2026-11-09T10:00Z", "2026-02-28T23:59:59.123-11:30"])
            }
            (_, Some("gitsm-date-or-instant")) => pick(&["2026-11-09", "2026-11-09T10:00:00Z"]),
            (_, Some("gitsm-duration")) => pick(&["90d", "4h 30m", "P1DT2H", "0s", "1w2d", "PT15M"]),
            (_, Some("gitsm-zone")) => pick(&["Europe/Oslo", "UTC", "America/Argentina/Buenos_Aires", "Asia/Kolkata"]),
            (_, Some("gitsm-local-time")) => pick(&["2026-01-04T22:00", "1970-01-01T00:00", "2199-12-31T23:59"]),
            (_, Some("gitsm-rrule")) => {
                pick(&["FREQ=MONTHLY;BYDAY=1SU", "FREQ=DAILY;COUNT=2", "FREQ=YEARLY;UNTIL=20301231"])
            }
            (_, Some("gitsm-percentage")) => pick(&["99.95", "0", "100", "7.5"]),
            (Some(pattern), _) if pattern != "\\S" => pick(samples(pattern)),
            _ => pick(&TEXTS),
        }
    }
}

/// Texts that are not empty, some of which look like something else.
const TEXTS: [&str; 22] = [
    "one line",
    "two\nlines",
    "ends with a break\n",
    "  indented\n    deeper\n",
    "no",
    "null",
    "0755",
    "12:30:45",
    "a: b",
    "# c",
    "- d",
    "x #y",
    "'quoted'",
    "\"both\" 'ways'",
    "\\ back",
    "tab\there",
    "é ß 漢 😀",
    "{a}",
    "[b]",
    "*c &d !e",
    "2026-11-09",
    "a\u{85}b\u{2028}c",
];

/// Texts that match each pattern of the schemas.
fn samples(pattern: &str) -> &'static [&'static str] {
    match pattern {
        "^[a-z0-9]+(?:[._-][a-z0-9]+)*$" => {
            &["a", "chg-2026-09-14-postgres-17", "0", "no", "x.y_z-1", "null", "1e3", "2026-11-09", "b2", "c3", "d4"]
        }
        "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$" => &["00:00", "08:30", "24:00"],
        "^([01][0-9]|2[0-3]):[0-5][0-9]$" => &["00:00", "23:59", "12:30"],
        "^(100|[1-9]?[0-9])%$" => &["0%", "50%", "100%"],
        "^(?:[0-9]{4,5}(?:-[0-9]{1,2})?:)?[0-9A-Z]{1,2}(?:\\.[0-9]{1,2}){0,4}$" => {
            &["8.5.1.3", "20000-1:8.2.4", "27001:A.5.1", "4"]
        }
        "^(?:[a-z][a-z0-9_]*|x-[a-z0-9][a-z0-9_-]*)$" => &["title", "ci_type", "x-1", "x-a_b-c"],
        "^-?[0-9]+(\\.[0-9]+)?$" => &["1200.00", "-3", "0", "0.5"],
        "^[0-9]{4}(-(H[12]|Q[1-4]|0[1-9]|1[0-2]|W(0[1-9]|[1-4][0-9]|5[0-3])))?$" => {
            &["2026", "2026-Q3", "2026-11", "2026-W53", "2026-H1"]
        }
        "^/?[^/\\s]+(?:/[^/\\s]*)*$" => &["/relations/0/to", "owner", "/review", "a/b"],
        "^[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?$" => &["2026", "2026-Q3", "2026-11"],
        "^[0-9]{4}(-(H[12]|Q[1-4]|0[1-9]|1[0-2]))?$" => &["2026", "2026-H1", "2026-Q3", "2026-11"],
        "^[0-9]{4}$" => &["2018", "2026"],
        "^[0-9]+(\\.[0-9]+)?$" => &["0", "12", "99.5"],
        "^(0(\\.[0-9]+)?|1(\\.0+)?)$" => &["0", "0.25", "1", "1.0"],
        "^(4|5|6|7|8|9|10)(\\.[0-9]{1,2}){1,3}(-[0-9]{2})?$" => &["8.5.1.3-04", "4.1", "10.2"],
        "^[0-9A-Za-z][0-9A-Za-z._/-]*$" => &["audit/2026-09", "7f3c9ad", "v1.0"],
        own if own.starts_with("^(own|A\\.") => &["own", "A.5.1", "A.8.34"],
        "^[0-9a-f]{64}$" => &["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
        "^[A-Z]{2}$" => &["NO", "PT"],
        "^[A-Z]{3}$" => &["EUR", "NOK"],
        "^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$" => &["maya-lind", "A", "0x1F"],
        ssh if ssh.starts_with("^(ssh-ed25519|") => {
            &["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ== a comment", "ssh-rsa AAAA"]
        }
        other => panic!("tests/it/drift/generate.rs: give samples for the pattern {other}"),
    }
}

fn list<'j>(schema: &'j Json, key: &str) -> impl Iterator<Item = &'j Json> + use<'j> {
    schema.get(key).and_then(Json::as_array).into_iter().flatten()
}

fn number_limit(chosen: &Chosen<'_>, key: &str) -> Option<i64> {
    chosen.layers.iter().find_map(|layer| layer.get(key)?.as_i64())
}

fn limit(chosen: &Chosen<'_>, key: &str) -> Option<usize> {
    number_limit(chosen, key).and_then(|limit| usize::try_from(limit).ok())
}
