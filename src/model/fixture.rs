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

/// Records written one below the other, each begun by `== KIND ID`; they have a title and a status besides what is
/// written. The indentation of the second line is taken off every line.
pub(crate) fn records<T>(text: &str, then: impl FnOnce(&Sms<'_>) -> T) -> T {
    let mut files: Vec<(String, String)> = Vec::new();
    let indent = text.lines().nth(1).map_or("", |line| &line[..line.len() - line.trim_start().len()]);
    for line in text.lines().map(|line| line.strip_prefix(indent).unwrap_or(line)) {
        if let Some((kind, id)) = line.strip_prefix("== ").and_then(|head| head.split_once(' ')) {
            let head = format!("kind: {kind}\nid: {id}\ntitle: The {id}\nstatus: live\n");
            files.push((format!("sms/{kind}/{id}.yaml"), head));
        } else if let Some((_, text)) = files.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    with(&files, then)
}
