//! Small repositories in memory, for the tests of this stage and of later ones.

use super::Sms;
use crate::base::date::AsOf;
use crate::load;
use crate::schema::{Catalog, catalog};

/// Calls `then` with the records of `files`, as of the end of 2026-11-20.
pub(crate) fn with<T>(files: &[(&str, &str)], then: impl FnOnce(&Sms<'_>) -> T) -> T {
    let snapshot = load::memory(files.iter().copied(), AsOf::parse("2026-11-20").unwrap()).unwrap();
    let own = files.iter().any(|(path, _)| path.starts_with("schemas/"));
    let own = own.then(|| Catalog::new(&snapshot.sources).unwrap_or_else(|error| panic!("{error}")));
    then(&Sms::build(&snapshot, own.as_ref().unwrap_or_else(|| catalog::shared())))
}

/// Records written one below the other, each begun by `== KIND ID`; they have a title, and a status unless one is written.
/// The indentation of the first line of a record is taken off its other lines.
pub(crate) fn records<T>(text: &str, then: impl FnOnce(&Sms<'_>) -> T) -> T {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut indent = None;
    for line in text.lines() {
        if let Some((kind, id)) = line.trim_start().strip_prefix("== ").and_then(|head| head.split_once(' ')) {
            let head = format!("kind: {kind}\nid: {id}\ntitle: The {id}\n");
            files.push((format!("sms/{kind}/{id}.yaml"), head));
            indent = None;
        } else if let Some((_, text)) = files.last_mut() {
            let indent: &str = indent.get_or_insert(&line[..line.len() - line.trim_start().len()]);
            text.push_str(line.strip_prefix(indent).unwrap_or(line));
            text.push('\n');
        }
    }
    for (_, text) in files.iter_mut().filter(|(_, text)| !text.contains("\nstatus:")) {
        text.push_str("status: live\n");
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    with(&files, then)
}
