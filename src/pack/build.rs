//! From the input to the files.

use serde_json::json;

use super::manifest::{Manifest, PATH};
use super::table::{Part, Table};
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
    for table in parts.iter_mut().flat_map(|part| &mut part.tables) {
        graded(input, table);
    }
    parts
}

/// Gives every table of records the grade of each: how well its file is proven.
fn graded(input: &Input<'_>, table: &mut Table) {
    if table.head.first().is_none_or(|head| head != "id") || table.head.iter().any(|head| head == "grade") {
        return;
    }
    table.head.push("grade".to_owned());
    for row in &mut table.rows {
        let record = row.first().and_then(|id| input.sms.find(id)).map(|ix| input.sms.record(ix));
        let grade = record.and_then(|record| input.gap.grades.get(input.sms.path(record)));
        row.push(grade.map_or("E0".to_owned(), ToString::to_string));
    }
}
