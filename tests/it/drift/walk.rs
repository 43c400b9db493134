//! A walk through a bundled schema: what holds at a place, over references and choices.

use std::collections::BTreeSet;

use serde_json::Value as Json;

/// A schema with everything it refers to.
#[derive(Clone, Copy)]
pub(super) struct Schema<'j> {
    pub(super) root: &'j Json,
}

impl<'j> Schema<'j> {
    /// `schema` itself and all that it refers to, includes or offers as a choice.
    pub(super) fn layers(self, schema: &'j Json) -> Vec<&'j Json> {
        let mut layers = vec![schema];
        let mut at = 0;
        while at < layers.len() && layers.len() < 100 {
            let layer = layers[at];
            if let Some(target) = layer.get("$ref").and_then(Json::as_str) {
                let target = target.strip_prefix('#').unwrap_or_else(|| panic!("{target} is not in the bundle"));
                layers.push(self.root.pointer(target).unwrap_or_else(|| panic!("{target} leads nowhere")));
            }
            for key in ["allOf", "oneOf", "anyOf"] {
                layers.extend(layer.get(key).and_then(Json::as_array).into_iter().flatten());
            }
            at += 1;
        }
        layers
    }

    /// The schemas of property `name` (`*` for items) of any of `holders`.
    pub(super) fn step(self, holders: &[&'j Json], name: &str) -> Vec<&'j Json> {
        let below = |holder: &&'j Json| {
            if name == "*" { holder.get("items") } else { holder.get("properties").and_then(|all| all.get(name)) }
        };
        holders.iter().filter_map(below).flat_map(|found| self.layers(found)).collect()
    }

    /// The schemas at `path`, written as views write it.
    pub(super) fn at(self, path: &str) -> Vec<&'j Json> {
        path.split('/').skip(1).fold(self.layers(self.root), |holders, name| self.step(&holders, name))
    }
}

/// The words that the layers allow, when they are a closed list.
pub(super) fn words(layers: &[&Json]) -> BTreeSet<String> {
    let lists = layers.iter().filter_map(|layer| layer.get("enum")?.as_array());
    lists.flatten().filter_map(Json::as_str).map(str::to_owned).collect()
}

/// The kinds that a reference may name.
pub(super) fn kinds(layers: &[&Json]) -> BTreeSet<String> {
    let lists = layers.iter().filter_map(|layer| layer.get("x-gitsm-ref")?.as_array());
    lists.flatten().filter_map(Json::as_str).map(str::to_owned).collect()
}

/// Visits every object of a schema file that is a schema, with the pointer to it. Annotations and examples are no
/// schemas, and neither are the maps of properties and definitions.
pub(super) fn visit<'j>(schema: &'j Json, at: &str, then: &mut impl FnMut(&str, &'j Json)) {
    let Json::Object(object) = schema else { return };
    then(at, schema);
    for (key, value) in object {
        let below = format!("{at}/{key}");
        match key.as_str() {
            "properties" | "patternProperties" | "$defs" => {
                for (name, part) in value.as_object().into_iter().flatten() {
                    visit(part, &format!("{below}/{name}"), then);
                }
            }
            "items"
            | "additionalProperties"
            | "unevaluatedProperties"
            | "propertyNames"
            | "contains"
            | "not"
            | "if"
            | "then"
            | "else" => {
                visit(value, &below, then);
            }
            "allOf" | "oneOf" | "anyOf" | "prefixItems" => {
                for (number, part) in value.as_array().into_iter().flatten().enumerate() {
                    visit(part, &format!("{below}/{number}"), then);
                }
            }
            _ => {}
        }
    }
}
