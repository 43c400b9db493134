//! From the input to the files.

use serde_json::json;

use super::manifest::{Manifest, PATH};
use super::table::Part;
use super::{Files, Input, Stage, common, html, one, surveillance, two};

/// Makes the files of a pack.
#[must_use]
pub fn build(input: &Input<'_>) -> Files {
    let parts = parts(input);
    let mut files = Files::new();
    files.insert("index.html".to_owned(), html::page(input, &parts).into_bytes());
    for table in parts.iter().flat_map(|part| &part.tables) {
        files.insert(format!("tables/{}.csv", table.name), table.csv().into_bytes());
    }
    let facts: serde_json::Map<String, serde_json::Value> =
        html::facts(input).into_iter().map(|(key, value)| (key.to_owned(), json!(value))).collect();
    let whole = json!({"stage": input.stage, "made_from": facts, "parts": parts, "history": input.report});
    files.insert("pack.json".to_owned(), format!("{whole:#}\n").into_bytes());
    let manifest = Manifest::new(input, &files).bytes();
    files.insert(PATH.to_owned(), manifest);
    files
}

/// The parts of the stage, then those that every pack has. A table that stands in two parts is written once.
pub(super) fn parts(input: &Input<'_>) -> Vec<Part> {
    let mut parts = match input.stage {
        Stage::One => one::parts(input),
        Stage::Two => two::parts(input),
        Stage::Surveillance | Stage::Recertification => surveillance::parts(input),
    };
    parts.push(common::clauses(input));
    if input.stage != Stage::One {
        parts.push(common::documents(input));
    }
    parts.push(common::open(input));
    parts.push(common::history(input));
    parts.push(common::legend());
    parts
}
