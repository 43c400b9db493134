//! Open pull requests beside one, as far as they carry changes.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;

use crate::base::date::AsOf;
use crate::gate::facts::{Sibling, Span};
use crate::load::{self, LoadError};
use crate::model::Sms;
use crate::model::change::{Change, ChangeStatus};
use crate::schema::Catalog;

/// Another open pull request to the same branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::bot) struct Neighbour {
    /// Its number.
    pub number: u64,
    /// Its head, the full hash.
    pub head: String,
    /// Since when the gate says PASS for it.
    pub passed_at: Option<Timestamp>,
    /// Whether it waits in the same merge queue.
    pub queued: bool,
}

/// The changes that a neighbour asks for, by what its branch brings.
///
/// # Errors
/// When git cannot read its branch, or what it brings cannot be read at all.
pub(in crate::bot) fn changes(
    root: &Path,
    base: &str,
    neighbour: &Neighbour,
    at: AsOf,
) -> Result<Vec<Sibling>, LoadError> {
    let texts = load::brought(root, base, &neighbour.head)?;
    let records: Vec<(&str, &str)> = texts
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .filter(|(path, _)| {
            path.starts_with("sms/") && Path::new(path).extension().is_some_and(|ending| ending == "yaml")
        })
        .collect();
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let snapshot = load::memory(records, at)?;
    // Schemas of the repository's own are not needed for the few fields that are read here.
    let Ok(catalog) = Catalog::new(&snapshot.sources) else { return Ok(Vec::new()) };
    let sms = Sms::build(&snapshot, &catalog);
    let asked = sms.all::<Change<'_>>().filter(|change| change.status() == Some(ChangeStatus::Requested));
    Ok(asked.map(|change| sibling(change, neighbour)).collect())
}

fn sibling(change: Change<'_>, neighbour: &Neighbour) -> Sibling {
    let set = |ids: Vec<&str>| -> BTreeSet<String> { ids.into_iter().map(str::to_owned).collect() };
    Sibling {
        number: neighbour.number,
        change: change.0.record.id.as_str().to_owned(),
        affects: set(change.affects().into_iter().filter_map(|at| at.node.as_str()).collect()),
        planned: change.planned().and_then(|window| window.bounds()).map(|(start, end)| Span { start, end }),
        implementers: set(change.implementers().into_iter().map(|it| it.id).collect()),
        settled: set(change.conflicts().into_iter().map(|it| it.id).collect()),
        passed_at: neighbour.passed_at,
        queued: neighbour.queued,
    }
}

#[cfg(test)]
mod tests {
    use git2::{Oid, Repository, Signature, Time};

    use super::*;

    /// A commit of all files so far and these.
    fn commit(repository: &Repository, parents: &[Oid], files: &[(&str, &str)]) -> Oid {
        let mut index = repository.index().unwrap();
        for (path, text) in files {
            let full = repository.workdir().unwrap().join(path);
            std::fs::create_dir_all(full.parent().unwrap()).unwrap();
            std::fs::write(full, text).unwrap();
            index.add_path(Path::new(path)).unwrap();
        }
        let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
        let who = Signature::new("Ann", "ann@a.example", &Time::new(1_700_000_000, 0)).unwrap();
        let parents: Vec<_> = parents.iter().map(|id| repository.find_commit(*id).unwrap()).collect();
        let parents: Vec<_> = parents.iter().collect();
        repository.commit(None, &who, &who, "More", &tree, &parents).unwrap()
    }

    fn change(id: &str, status: &str) -> String {
        format!(
            "kind: change\nid: {id}\ntitle: A change\nstatus: {status}\naffects: [ci-a, ci-b]\n\
             planned: {{start: 2026-12-05T22:00:00+00:00, end: 2026-12-06T02:00:00+00:00}}\n\
             implementers: [cy-cole]\nassessment:\n  conflicts: [chg-other]\n"
        )
    }

    #[test]
    fn a_neighbour_is_what_its_branch_brings_and_asks_for() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let repository = Repository::init(&root).unwrap();
        let old = change("chg-old", "requested");
        let base = commit(&repository, &[], &[("sms/change/chg-old.yaml", old.as_str()), ("notes.txt", "x")]);
        let (new, draft) = (change("chg-new", "requested"), change("chg-draft", "draft"));
        let brought = [
            ("sms/change/chg-new.yaml", new.as_str()),
            ("sms/change/chg-draft.yaml", draft.as_str()),
            ("docs/change/chg-example.yaml", new.as_str()),
            ("sms/change/chg-new.md", "kind: change"),
        ];
        let head = commit(&repository, &[base], &brought);
        let at: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        let neighbour = Neighbour { number: 8, head: head.to_string(), passed_at: Some(at), queued: true };
        let found = changes(&root, &base.to_string(), &neighbour, AsOf::new(at)).unwrap();
        let words = |words: &[&str]| -> BTreeSet<String> { words.iter().map(|word| (*word).to_owned()).collect() };
        let planned =
            Span { start: "2026-12-05T22:00:00Z".parse().unwrap(), end: "2026-12-06T02:00:00Z".parse().unwrap() };
        let expected = Sibling {
            number: 8,
            change: "chg-new".to_owned(),
            affects: words(&["ci-a", "ci-b"]),
            planned: Some(planned),
            implementers: words(&["cy-cole"]),
            settled: words(&["chg-other"]),
            passed_at: Some(at),
            queued: true,
        };
        assert_eq!(found, [expected]);
    }

    #[test]
    fn a_branch_without_records_asks_for_nothing_and_one_that_is_missing_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let repository = Repository::init(&root).unwrap();
        let base = commit(&repository, &[], &[("notes.txt", "x")]);
        let head = commit(&repository, &[base], &[("notes.txt", "y")]);
        let at = AsOf::parse("2026-11-20").unwrap();
        let of = |head: &str| {
            let neighbour = Neighbour { number: 8, head: head.to_owned(), passed_at: None, queued: false };
            changes(&root, &base.to_string(), &neighbour, at)
        };
        assert_eq!(of(&head.to_string()).unwrap(), []);
        let error = of(&"a".repeat(40)).unwrap_err().to_string();
        assert!(error.contains(&"a".repeat(40)), "{error}");
    }
}
