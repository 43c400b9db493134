//! A kind of one's own in memory, for tests.

use super::{Catalog, SchemaError, validate};
use crate::base::date::AsOf;
use crate::base::finding::Finding;
use crate::base::source::{Role, Source, Sources};
use crate::base::span::FileId;
use crate::load;

/// Where the schema of the kind `thing` stands.
pub(super) const PATH: &str = "schemas/local/thing.schema.json";

/// The kinds of the local schemas `files`, paths and texts.
pub(super) fn catalog(files: &[(&str, &str)]) -> Result<Catalog, SchemaError> {
    let snapshot = load::memory(files.iter().copied(), AsOf::parse("2026-11-20").unwrap()).unwrap();
    Catalog::local(&snapshot.sources)
}

/// A kind `thing` with the common fields, those of `properties`, and the keywords of `more`.
pub(super) fn thing(properties: &str, more: &str) -> Result<Catalog, SchemaError> {
    let schema = format!(
        r#"{{"allOf": [{{"$ref": "../common.schema.json#/$defs/record"}}], "properties": {{{properties}}},
            "unevaluatedProperties": false {more}}}"#
    );
    catalog(&[(PATH, &schema)])
}

/// What the schema of `kind` finds in a record of these lines, which stand below the common fields.
pub(super) fn findings(catalog: &Catalog, kind: &str, lines: &str) -> (String, Vec<Finding>) {
    let text = format!("kind: {kind}\nid: a-1\ntitle: One\nstatus: live\n{lines}");
    let parsed = crate::yaml::parse(FileId(0), &text);
    assert!(parsed.findings.is_empty(), "{:#?}\n{text}", parsed.findings);
    let mut findings = validate(catalog.find(kind).unwrap(), FileId(0), &parsed.documents[0].root);
    Finding::sort(&mut findings);
    (text, findings)
}

/// The same, one line a finding: code, marked text, pointer, words, help.
pub(super) fn told(catalog: &Catalog, kind: &str, lines: &str) -> Vec<String> {
    let (text, findings) = findings(catalog, kind, lines);
    let sources = Sources::new(vec![Source::new("a", text, Role::Record)]);
    let told = findings.iter().map(|found| {
        let help = found.help.as_deref().unwrap_or("-");
        format!("{} [{}] {} {} | {help}", found.rule, sources.slice(found.primary), found.pointer, found.message)
    });
    told.collect()
}
