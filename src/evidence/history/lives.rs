//! The lives of many records at once: one walk of the branch for all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::commit::Commit;
use super::life::{StepKind, aliases, changes, names};
use super::open::{History, HistoryError};
use super::told::Told;
use super::tree::{Touched, Watch};
use crate::base::date::AsOf;
use crate::base::span::FileId;
use crate::yaml::fields::{self, Field};
use crate::yaml::{Node, parse};

/// A commit of the branch that did something to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landed {
    /// The commit.
    pub commit: String,
    /// When it was put there, by the clock of whoever made it.
    pub time: AsOf,
    /// Who put it there.
    pub committer: String,
    /// First line of the message.
    pub summary: String,
    /// The change records under which it happened.
    pub changes: Vec<String>,
}

/// What one commit did to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The commit, by its place in [`Lives::commits`].
    pub landed: usize,
    /// What happened.
    pub kind: StepKind,
    /// The file before, when it was another.
    pub moved_from: Option<String>,
    /// The id before, when it was another.
    pub renamed_from: Option<String>,
    /// Everybody who wrote on it.
    pub authors: Vec<String>,
    /// Fields that are not the same, as many as were asked for.
    pub fields: Vec<Field>,
    /// How many more fields are not the same.
    pub more_fields: usize,
}

/// The life of one record, shortened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Brief {
    /// What happened last, the last first.
    pub passages: Vec<Passage>,
    /// How many more times something happened before.
    pub more: usize,
}

/// The lives of records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lives {
    /// The commits that did something, the last first.
    pub commits: Vec<Landed>,
    /// The lives by id.
    pub of: BTreeMap<String, Brief>,
}

/// How much of each life is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most {
    /// Passages of a record.
    pub passages: usize,
    /// Fields of a passage.
    pub fields: usize,
}

/// The lives of the records `wanted` (file by id, as they are now) on the branch that is `told`: what
/// [`super::life`] tells of each, from one walk. Records in a file are read only where the file was altered.
///
/// # Errors
/// When objects of the history cannot be read.
pub fn lives(told: &Told<'_>, wanted: &BTreeMap<String, String>, most: Most) -> Result<Lives, HistoryError> {
    let mut walk = Walk::new(wanted, most);
    for at in (0..told.len()).take_while(|at| !told.is_cut(*at)) {
        if told.is_idle(at) {
            continue;
        }
        let Some(commit) = told.commit(at)? else { break };
        let (parent, touched) = (told.commit(at + 1)?, told.touched(at)?);
        walk.pass(told.history, &commit, parent.as_deref(), &touched)?;
    }
    Ok(walk.lives)
}

/// A record of a commit's one side.
struct Found<'t> {
    id: String,
    path: &'t str,
    root: Node<'t>,
}

/// Where each record is at a point of the walk, which goes back in time.
struct Walk {
    most: Most,
    lives: Lives,
    /// The id that each record has at this point, by the id that it has now.
    ids: BTreeMap<String, String>,
    /// The records in each file at this point.
    files: BTreeMap<String, BTreeSet<String>>,
    /// Records that are not there at this point, by their id then.
    gone: BTreeMap<String, String>,
}

/// One passage before its commit is written down.
struct Draft {
    record: String,
    path: String,
    kind: StepKind,
    moved_from: Option<String>,
    renamed_from: Option<String>,
    fields: Vec<Field>,
}

impl Walk {
    fn new(wanted: &BTreeMap<String, String>, most: Most) -> Self {
        let mut files: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (id, path) in wanted {
            files.entry(path.clone()).or_default().insert(id.clone());
        }
        let ids = wanted.keys().map(|id| (id.clone(), id.clone())).collect();
        Self { most, lives: Lives::default(), ids, files, gone: BTreeMap::new() }
    }

    /// Goes back over one commit.
    fn pass(
        &mut self,
        history: &History,
        commit: &Commit,
        parent: Option<&Commit>,
        touched: &[Touched],
    ) -> Result<(), HistoryError> {
        let records: Vec<&Touched> = touched.iter().filter(|touched| touched.stem().is_some()).collect();
        let olds = texts(history, &records, |touched| touched.old)?;
        // Where nothing was there before, everything is new, and no file has to be read.
        let news = if olds.is_empty() { Vec::new() } else { texts(history, &records, |touched| touched.new)? };
        let (olds, news) = (Side::new(&olds), Side::new(&news));
        let mut drafts = Vec::new();
        let here = records.iter().filter(|touched| touched.new.is_some());
        for touched in here {
            for record in self.files.remove(&touched.path).unwrap_or_default() {
                let there = |id: &str| is_there(history, touched, id);
                drafts.extend(self.went(&record, &touched.path, &olds, &news, &there)?);
            }
        }
        let ended = records.iter().filter(|touched| touched.new.is_none()).map(|touched| touched.path.as_str());
        let ended: BTreeSet<&str> = ended.collect();
        for old in olds.all.iter().filter(|old| ended.contains(old.path)) {
            if let Some(record) = self.gone.remove(&old.id) {
                self.files.entry(old.path.to_owned()).or_default().insert(record.clone());
                let path = old.path.to_owned();
                let (kind, fields) = (StepKind::Deleted, Vec::new());
                drafts.push(Draft { record, path, kind, moved_from: None, renamed_from: None, fields });
            }
        }
        self.write(history, commit, parent, touched, drafts)
    }

    /// What a commit did to a record that is in the file `path` after it.
    fn went(
        &mut self,
        record: &str,
        path: &str,
        olds: &Side<'_>,
        news: &Side<'_>,
        there: &dyn Fn(&str) -> Result<bool, HistoryError>,
    ) -> Result<Option<Draft>, HistoryError> {
        let Some(id) = self.ids.get(record).cloned() else { return Ok(None) };
        let new = news.at(path, &id);
        let mut names = BTreeSet::from([id.clone()]);
        names.extend(new.map(|new| aliases(&new.root)).unwrap_or_default());
        // The same file first, so that a copy elsewhere is not taken for the record.
        let old = names.iter().find_map(|name| olds.at(path, name));
        let old = old.or_else(|| names.iter().find_map(|name| olds.anywhere(name)));
        let draft = |kind, fields| Draft {
            record: record.to_owned(),
            path: path.to_owned(),
            kind,
            moved_from: None,
            renamed_from: None,
            fields,
        };
        let Some(old) = old else {
            // Not even after this commit: it was never committed under this id.
            if new.is_none() && !there(&id)? {
                return Ok(None);
            }
            self.gone.insert(id, record.to_owned());
            return Ok(Some(draft(StepKind::Created, Vec::new())));
        };
        self.files.entry(old.path.to_owned()).or_default().insert(record.to_owned());
        let mut fields = new.map(|new| fields::compare(&old.root, &new.root)).unwrap_or_default();
        let renamed_from = (old.id != id).then(|| old.id.clone());
        let moved_from = (old.path != path).then(|| old.path.to_owned());
        fields.retain(|field| !(renamed_from.is_some() && field.pointer == "/id"));
        if let Some(before) = &renamed_from {
            self.ids.insert(record.to_owned(), before.clone());
        }
        if fields.is_empty() && renamed_from.is_none() && moved_from.is_none() {
            return Ok(None);
        }
        Ok(Some(Draft { moved_from, renamed_from, ..draft(StepKind::Changed, fields) }))
    }

    /// Writes down what a commit did.
    fn write(
        &mut self,
        history: &History,
        commit: &Commit,
        parent: Option<&Commit>,
        touched: &[Touched],
        drafts: Vec<Draft>,
    ) -> Result<(), HistoryError> {
        let mut wrote: Option<Vec<(Commit, BTreeSet<String>)>> = None;
        let mut landed = None;
        for draft in drafts {
            let life = self.lives.of.entry(draft.record).or_default();
            if life.passages.len() >= self.most.passages {
                life.more += 1;
                continue;
            }
            if wrote.is_none() {
                wrote = Some(writers(history, commit, parent)?);
            }
            let all = wrote.iter().flatten().filter(|(_, paths)| paths.contains(&draft.path));
            let mut all: Vec<&Commit> = all.map(|(commit, _)| commit).collect();
            if all.is_empty() {
                all.push(commit);
            }
            let landed = *landed.get_or_insert_with(|| {
                self.lives.commits.push(Landed {
                    commit: commit.id.to_string(),
                    time: AsOf::new(commit.committer.time),
                    committer: commit.committer.name.clone(),
                    summary: commit.summary().to_owned(),
                    changes: changes(commit, touched),
                });
                self.lives.commits.len() - 1
            });
            let mut fields = draft.fields;
            let more_fields = fields.len().saturating_sub(self.most.fields);
            fields.truncate(self.most.fields);
            life.passages.push(Passage {
                landed,
                kind: draft.kind,
                moved_from: draft.moved_from,
                renamed_from: draft.renamed_from,
                authors: names(all),
                fields,
                more_fields,
            });
        }
        Ok(())
    }
}

/// Whether a file can hold the record of this id after a commit: it is called like it, or names it.
fn is_there(history: &History, touched: &Touched, id: &str) -> Result<bool, HistoryError> {
    if touched.stem() == Some(id) {
        return Ok(true);
    }
    let Some(entry) = touched.new.filter(|entry| entry.is_file()) else { return Ok(false) };
    Ok(String::from_utf8(history.blob(entry.id)?).is_ok_and(|text| text.contains(id)))
}

/// The texts of the files on the side that `side` chooses, by path; what is no text is left out.
fn texts<'t>(
    history: &History,
    touched: &[&'t Touched],
    side: impl Fn(&Touched) -> Option<super::Entry>,
) -> Result<Vec<(&'t str, &'t str, String)>, HistoryError> {
    let mut texts = Vec::new();
    for touched in touched {
        let Some(stem) = touched.stem() else { continue };
        let Some(entry) = side(touched).filter(|entry| entry.is_file()) else { continue };
        if let Ok(text) = String::from_utf8(history.blob(entry.id)?) {
            texts.push((touched.path.as_str(), stem, text));
        }
    }
    Ok(texts)
}

/// The records on one side of a commit.
struct Side<'t> {
    all: Vec<Found<'t>>,
    /// Their places in `all` by id.
    by_id: BTreeMap<String, Vec<usize>>,
}

impl<'t> Side<'t> {
    fn new(texts: &'t [(&'t str, &'t str, String)]) -> Self {
        let mut side = Self { all: Vec::new(), by_id: BTreeMap::new() };
        for (path, stem, text) in texts {
            for document in parse(FileId(0), text).documents {
                let root = document.root;
                let id = root.get("id").and_then(Node::as_str).unwrap_or(stem).to_owned();
                side.by_id.entry(id.clone()).or_default().push(side.all.len());
                side.all.push(Found { id, path, root });
            }
        }
        side
    }

    /// The record of this id in a file.
    fn at(&self, path: &str, id: &str) -> Option<&Found<'t>> {
        self.by_id.get(id)?.iter().map(|at| &self.all[*at]).find(|found| found.path == path)
    }

    /// The first record of this id.
    fn anywhere(&self, id: &str) -> Option<&Found<'t>> {
        self.all.get(*self.by_id.get(id)?.first()?)
    }
}

/// The commits that a merge brought, each with the files that it wrote: those that no parent of it has in the same way.
fn writers(
    history: &History,
    commit: &Commit,
    parent: Option<&Commit>,
) -> Result<Vec<(Commit, BTreeSet<String>)>, HistoryError> {
    let Some(parent) = parent.filter(|_| commit.parents.len() > 1) else { return Ok(Vec::new()) };
    let watch = Watch::only("sms");
    let mut wrote = Vec::new();
    for brought in history.brought(parent.id, commit.id)?.into_iter().filter(|brought| brought.id != commit.id) {
        let mut paths: Option<BTreeSet<String>> = None;
        for before in &brought.parents {
            let before = history.commit(*before)?.tree;
            let touched = history.touched(Some(before), brought.tree, &watch)?;
            let here: BTreeSet<String> = touched.into_iter().map(|touched| touched.path).collect();
            paths = Some(match paths {
                Some(known) => known.intersection(&here).cloned().collect(),
                None => here,
            });
        }
        let all = || history.touched(None, brought.tree, &watch);
        let paths = match paths {
            Some(paths) => paths,
            None => all()?.into_iter().map(|touched| touched.path).collect(),
        };
        wrote.push((brought, paths));
    }
    Ok(wrote)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Store;
    use super::super::life::life;
    use super::*;
    use git2::Oid;

    const MOST: Most = Most { passages: 100, fields: 100 };

    fn record(id: &str, more: &str) -> String {
        format!("kind: ci\nid: {id}\ntitle: A\n{more}")
    }

    /// What the walk for all tells of a record must be what the walk for one tells.
    #[track_caller]
    fn same(store: &Store, tip: Oid, wanted: &[(&str, &str)]) -> Lives {
        let files = wanted.iter().map(|(id, path)| ((*id).to_owned(), (*path).to_owned())).collect();
        let all = lives(&store.history.told(tip).unwrap(), &files, MOST).unwrap();
        for (id, path) in wanted {
            let one = life(&store.history.told(tip).unwrap(), id, Some(path)).unwrap();
            let told: Vec<_> = one
                .steps
                .iter()
                .map(|step| {
                    let fields = step.fields.clone();
                    let (moved, renamed) = (step.moved_from.clone(), step.renamed_from.clone());
                    (step.commit.clone(), step.kind, moved, renamed, step.authors.clone(), step.changes.clone(), fields)
                })
                .collect();
            let passages = all.of.get(*id).map(|brief| brief.passages.clone()).unwrap_or_default();
            let mine: Vec<_> = passages
                .into_iter()
                .map(|it| {
                    let at = &all.commits[it.landed];
                    let (commit, changes) = (at.commit.clone(), at.changes.clone());
                    (commit, it.kind, it.moved_from, it.renamed_from, it.authors, changes, it.fields)
                })
                .collect();
            assert_eq!(mine, told, "{id}");
        }
        all
    }

    #[test]
    fn a_record_is_followed_over_edits_moves_and_renames_like_one_alone() {
        let store = Store::new();
        let (old, new) = (record("ci-old", "status: live\n"), record("ci-new", "aliases: [ci-old]\nstatus: live\n"));
        let other = record("ci-b", "owner: ann\n");
        let first = store.commit("Begin", &[("sms/ci/ci-old.yaml", &old), ("sms/ci/ci-b.yaml", &other)], &[]);
        let edited = record("ci-b", "owner: bo\n");
        let second = store.commit(
            "Owner\n\nChange: chg-a",
            &[("sms/ci/ci-old.yaml", &old), ("sms/ci/ci-b.yaml", &edited)],
            &[&first],
        );
        let third = store.commit("Move", &[("sms/ci/x/ci-old.yaml", &old), ("sms/ci/ci-b.yaml", &edited)], &[&second]);
        let chg = "kind: change\nid: chg-b\n";
        let fourth = store.commit(
            "Rename",
            &[("sms/ci/x/ci-new.yaml", &new), ("sms/ci/ci-b.yaml", &edited), ("sms/change/chg-b.yaml", chg)],
            &[&third],
        );
        let all = same(&store, fourth.id, &[("ci-new", "sms/ci/x/ci-new.yaml"), ("ci-b", "sms/ci/ci-b.yaml")]);
        let kinds: Vec<_> = all.of["ci-new"].passages.iter().map(|it| (it.kind, it.renamed_from.as_deref())).collect();
        assert_eq!(kinds, [(StepKind::Changed, Some("ci-old")), (StepKind::Changed, None), (StepKind::Created, None)]);
        assert_eq!(all.commits[all.of["ci-b"].passages[0].landed].changes, ["chg-a"]);
        assert_eq!(all.of["ci-b"].passages[0].fields[0].path, "owner");
    }

    #[test]
    fn what_was_never_committed_under_its_id_has_no_life_yet() {
        let store = Store::new();
        let text = record("ci-a", "");
        let first = store.commit("Begin", &[("sms/ci/two.yaml", &text)], &[]);
        let second = store.commit("Edit", &[("sms/ci/two.yaml", &format!("{text}owner: bo\n"))], &[&first]);
        // Both stand in that file on disk; one was added, or renamed, since the last commit.
        let wanted = ["ci-a", "ci-new"].map(|id| (id.to_owned(), "sms/ci/two.yaml".to_owned())).into();
        for tip in [first.id, second.id] {
            let all = lives(&store.history.told(tip).unwrap(), &wanted, MOST).unwrap();
            assert_eq!(all.of.keys().collect::<Vec<_>>(), ["ci-a"]);
        }
    }

    #[test]
    fn a_record_that_went_and_came_back_keeps_both_lives() {
        let store = Store::new();
        let (a, b) = (record("ci-a", "status: live\n"), record("ci-b", ""));
        let path = "sms/ci/ci-a.yaml";
        let first = store.commit("Begin", &[(path, &a), ("sms/ci/ci-b.yaml", &b)], &[]);
        let second = store.commit("Remove", &[("sms/ci/ci-b.yaml", &b)], &[&first]);
        let third = store.commit("Again", &[(path, &a), ("sms/ci/ci-b.yaml", &b)], &[&second]);
        let all = same(&store, third.id, &[("ci-a", path)]);
        let kinds: Vec<_> = all.of["ci-a"].passages.iter().map(|it| it.kind).collect();
        assert_eq!(kinds, [StepKind::Created, StepKind::Deleted, StepKind::Created]);
    }

    #[test]
    fn records_of_one_file_have_lives_of_their_own() {
        let store = Store::new();
        let both = |a: &str, b: &str| format!("{}---\n{}", record("ci-a", a), record("ci-b", b));
        let path = "sms/ci/all.yaml";
        let first = store.commit("Begin", &[(path, &both("", ""))], &[]);
        let second = store.commit("One", &[(path, &both("owner: ann\n", ""))], &[&first]);
        let third = store.commit("Comment", &[(path, &format!("# x\n{}", both("owner: ann\n", "")))], &[&second]);
        let all = same(&store, third.id, &[("ci-a", path), ("ci-b", path)]);
        assert_eq!((all.of["ci-a"].passages.len(), all.of["ci-b"].passages.len()), (2, 1));
    }

    #[test]
    fn those_who_wrote_on_a_merged_branch_are_its_authors() {
        let store = Store::new();
        let text = |owner: &str| record("ci-a", &format!("owner: {owner}\n"));
        let path = "sms/ci/ci-a.yaml";
        let first = store.commit("Begin", &[(path, &text("a"))], &[]);
        let branch = store.commit("Work\n\nCo-authored-by: Cy <cy@example.org>", &[(path, &text("b"))], &[&first]);
        let aside = store.commit("Aside", &[(path, &text("b")), ("sms/ci/ci-c.yaml", &text("c"))], &[&branch]);
        let merge = store.commit("Merge", &[(path, &text("b")), ("sms/ci/ci-c.yaml", &text("c"))], &[&first, &aside]);
        let all = same(&store, merge.id, &[("ci-a", path)]);
        assert_eq!(all.of["ci-a"].passages[0].authors, ["Ann", "Cy"]);
    }

    #[test]
    fn a_long_life_is_shortened_and_the_rest_counted() {
        let store = Store::new();
        let path = "sms/ci/ci-a.yaml";
        let mut tip = store.commit("0", &[(path, &record("ci-a", "size: 0\n"))], &[]);
        for step in 1..10 {
            let text = record("ci-a", &format!("size: {step}\nowner: o{step}\nsite: s{step}\n"));
            tip = store.commit(&step.to_string(), &[(path, &text)], &[&tip]);
        }
        let wanted = BTreeMap::from([("ci-a".to_owned(), path.to_owned())]);
        let all = lives(&store.history.told(tip.id).unwrap(), &wanted, Most { passages: 3, fields: 2 }).unwrap();
        let life = &all.of["ci-a"];
        assert_eq!((life.passages.len(), life.more, all.commits.len()), (3, 7, 3));
        assert_eq!((life.passages[0].fields.len(), life.passages[0].more_fields), (2, 1));
    }
}
