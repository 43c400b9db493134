//! What a pull request edits that is under control, and what of it counts for a vote.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use super::policy::Policy;
use crate::diff::{self, Change as Became, Field, RecordChange};
use crate::model::Sms;
use crate::model::change::ChangeStatus;

/// Everything that a pull request edits, sorted.
#[derive(Debug)]
pub(super) struct Edits {
    /// Records under control that are not the same, by kind and id.
    pub controlled: Vec<RecordChange>,
    /// Files under control that hold no record, by path, with the hash of their new content.
    pub files: BTreeMap<String, Option<String>>,
    /// Change records that are not the same.
    pub changes: Vec<ChangeEdit>,
    /// Whether the change policy itself is edited.
    pub policy: bool,
}

/// What became of a change record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChangeEdit {
    /// Its id; the later one.
    pub id: String,
    /// What that means.
    pub meaning: Meaning,
}

/// What an edit of a change record means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Meaning {
    /// A draft: nothing is asked for yet.
    Draft,
    /// It asks for a decision.
    Asks,
    /// Only its course is written down.
    Progress,
    /// A record that was over is altered.
    AlteredWhenOver,
    /// A record that was asked for is gone.
    Gone,
}

/// Fields that tell the course of a change; they may be written without a new decision.
const COURSE: [&str; 16] = [
    "status",
    "actual",
    "outcome",
    "failure",
    "pir",
    "closed_at",
    "closure_note",
    "communication",
    "evidence",
    "test.result",
    "test.at",
    "test.by",
    "test.reason",
    "review",
    "links",
    "waivers",
];

/// Fields at the top of any record that only describe it.
const TELLS: [&str; 8] = ["title", "description", "tags", "links", "review", "evidence", "clauses", "waivers"];

/// Keys at any depth that hold remarks.
const REMARKS: [&str; 4] = ["note", "comment", "meaning", "reasoning"];

/// Whether a field counts for a vote. Text that only describes does not, so that a slip can be mended without asking
/// everybody again; in a controlled document, whose text is the matter itself, it does.
#[must_use]
pub(super) fn counts(field: &Field, document: bool) -> bool {
    let mut keys = field.pointer.split('/').skip(1);
    let top = keys.next().unwrap_or_default();
    let last = field.pointer.rsplit('/').next().unwrap_or_default();
    let own = top.starts_with("x-");
    let tells = TELLS.contains(&top) && !(document && matches!(top, "title" | "description"));
    !(own || tells || field.order || (REMARKS.contains(&last) && !document))
}

impl Edits {
    /// What is different between `base` and the merge result `head`, under `policy`.
    #[must_use]
    pub(super) fn new(base: &Sms<'_>, head: &Sms<'_>, facts: &Facts, policy: &Policy<'_>) -> Self {
        let mut it = Self { controlled: Vec::new(), files: BTreeMap::new(), changes: Vec::new(), policy: false };
        let mut known = BTreeSet::new();
        for change in diff::compare(base, head) {
            known.insert(change.path.clone());
            known.extend(change.moved_from.clone());
            if change.kind == "change" {
                it.changes.push(ChangeEdit { id: change.id.clone(), meaning: meaning(base, head, &change) });
            } else if is_controlled(base, head, &change, policy) {
                it.policy |= change.kind == "change_policy";
                it.controlled.push(change);
            }
        }
        for file in facts.files.iter().flatten() {
            for path in [Some(&file.path), file.previous.as_ref()].into_iter().flatten() {
                if policy.paths.fit(path) && !known.contains(path) {
                    let blob = if *path == file.path { file.blob.clone() } else { None };
                    it.files.insert(path.clone(), blob);
                }
            }
        }
        it
    }

    /// Whether nothing under control is touched.
    #[must_use]
    pub(super) fn is_empty(&self) -> bool {
        self.controlled.is_empty() && self.files.is_empty()
    }

    /// The paths of everything under control that is touched, the former ones of what was moved included.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        let records = self.controlled.iter().flat_map(|it| [Some(&it.path), it.moved_from.as_ref()]);
        records.flatten().map(String::as_str).chain(self.files.keys().map(String::as_str))
    }

    /// The changes of one meaning, by id.
    pub(super) fn of(&self, meaning: Meaning) -> impl Iterator<Item = &str> {
        self.changes.iter().filter(move |change| change.meaning == meaning).map(|change| change.id.as_str())
    }
}

/// Whether an edit of a record needs a change: by its kind, its type of item, or its path, before or after.
fn is_controlled(base: &Sms<'_>, head: &Sms<'_>, change: &RecordChange, policy: &Policy<'_>) -> bool {
    let paths = [Some(&change.path), change.moved_from.as_ref()];
    if paths.into_iter().flatten().any(|path| policy.paths.fit(path)) {
        return true;
    }
    // What was moved elsewhere is free when both places are; an exception by path does not free a kind.
    if !policy.kinds.contains(change.kind.as_str()) {
        return false;
    }
    if change.kind != "ci" || policy.ci_types.is_empty() {
        return true;
    }
    let typed = |sms: &Sms<'_>, id: &str| -> bool {
        let of = sms.find(id).and_then(|ix| sms.record(ix).text("ci_type").map(str::to_owned));
        of.is_none_or(|of| policy.ci_types.iter().any(|known| sms.id_now(known) == sms.id_now(&of)))
    };
    let before = change.renamed_from.as_deref().unwrap_or(&change.id);
    (change.change != Became::Removed && typed(head, &change.id))
        || (change.change != Became::Added && typed(base, before))
}

/// What an edit of a change record means.
fn meaning(base: &Sms<'_>, head: &Sms<'_>, change: &RecordChange) -> Meaning {
    let find = |sms: &Sms<'_>, id: &str| -> Option<ChangeStatus> {
        let ix = sms.find(id)?;
        sms.view::<crate::model::change::Change<'_>>(ix)?.status()
    };
    let before = match change.change {
        Became::Added => None,
        _ => find(base, change.renamed_from.as_deref().unwrap_or(&change.id)),
    };
    let over = before.is_some_and(|before| {
        matches!(before, ChangeStatus::Closed | ChangeStatus::Cancelled | ChangeStatus::Rejected)
    });
    if change.change == Became::Removed {
        return if before == Some(ChangeStatus::Draft) { Meaning::Draft } else { Meaning::Gone };
    }
    let after = find(head, &change.id);
    let decisive = change.fields.iter().any(|field| {
        let course = |known: &&str| {
            field.path == **known
                || field.path.starts_with(&format!("{known}."))
                || field.path.starts_with(&format!("{known}["))
        };
        counts(field, false) && !COURSE.iter().any(course)
    });
    if over {
        let told = change.fields.iter().any(|field| counts(field, false)) || change.renamed_from.is_some();
        return if told { Meaning::AlteredWhenOver } else { Meaning::Progress };
    }
    match (before, after) {
        (_, Some(ChangeStatus::Draft)) if before.is_none_or(|before| before == ChangeStatus::Draft) => Meaning::Draft,
        (None | Some(ChangeStatus::Draft), Some(ChangeStatus::Cancelled)) => Meaning::Draft,
        // What was asked for is no draft again because somebody writes so: as a draft it could be taken out.
        (None | Some(ChangeStatus::Draft), _) | (Some(_), Some(ChangeStatus::Draft)) => Meaning::Asks,
        (Some(_), _) if decisive => Meaning::Asks,
        (Some(_), _) => Meaning::Progress,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::facts::SourceKind;
    use crate::model::change_policy::ChangePolicy;
    use crate::model::fixture::with;

    const POLICY: &str = "{kind: change_policy, id: p, status: in_force, controlled: {kinds: [ci, change_policy], ci_types: [router], paths: [\"ops/**\", \"sms/risk/hot/**\"], except_paths: [\"ops/docs/**\"]}}";

    /// The edits from one set of files to another.
    fn edits<T>(before: &[(&str, &str)], after: &[(&str, &str)], files: &[&str], then: impl FnOnce(&Edits) -> T) -> T {
        let policy = ("sms/change_policy/p.yaml", POLICY);
        let before: Vec<(&str, &str)> = before.iter().copied().chain([policy]).collect();
        let mut after: Vec<(&str, &str)> = after.to_vec();
        if !after.iter().any(|(path, _)| *path == policy.0) {
            after.push(policy);
        }
        with(&before, |base| {
            with(&after, |head| {
                let day = base.snapshot.as_of.day();
                let policy = Policy::new(base.all::<ChangePolicy<'_>>().next().unwrap(), day).unwrap();
                let file =
                    |path: &&str| super::super::facts::File { path: (*path).to_owned(), previous: None, blob: None };
                let facts =
                    Facts { files: Some(files.iter().map(file).collect()), ..Facts::empty(SourceKind::Simulation) };
                then(&Edits::new(base, head, &facts, &policy))
            })
        })
    }

    /// What the edit from one text of a change to another means.
    fn meaning(before: Option<&str>, after: Option<&str>) -> Option<Meaning> {
        let text = |rest: &str| format!("{{kind: change, id: chg-a, {rest}}}");
        let (before, after) = (before.map(text), after.map(text));
        let file = |text: &Option<String>| -> Vec<(String, String)> {
            text.iter().map(|text| ("sms/change/chg-a.yaml".to_owned(), text.clone())).collect()
        };
        let (before, after) = (file(&before), file(&after));
        let b: Vec<(&str, &str)> = before.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let a: Vec<(&str, &str)> = after.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        edits(&b, &a, &[], |edits| edits.changes.first().map(|change| change.meaning))
    }

    #[test]
    fn a_draft_asks_for_nothing_and_a_request_does() {
        assert_eq!(meaning(None, Some("status: draft")), Some(Meaning::Draft));
        assert_eq!(meaning(Some("status: draft"), Some("status: draft, plan: x")), Some(Meaning::Draft));
        assert_eq!(meaning(Some("status: draft"), None), Some(Meaning::Draft));
        assert_eq!(meaning(Some("status: draft"), Some("status: cancelled")), Some(Meaning::Draft));
        assert_eq!(meaning(None, Some("status: requested")), Some(Meaning::Asks));
        assert_eq!(meaning(Some("status: draft"), Some("status: requested")), Some(Meaning::Asks));
        assert_eq!(meaning(None, Some("status: closed")), Some(Meaning::Asks), "what comes closed was never decided");
        assert_eq!(meaning(None, Some("status: nonsense")), Some(Meaning::Asks));
    }

    #[test]
    fn the_course_of_a_change_is_no_new_request_and_everything_that_decides_is() {
        let requested = Some("status: requested, plan: x, test: {plan: t}");
        let to = |rest: &str| meaning(requested, Some(rest));
        assert_eq!(
            to("status: implemented, plan: x, test: {plan: t, result: pass}, outcome: success"),
            Some(Meaning::Progress)
        );
        assert_eq!(to("status: requested, plan: x, test: {plan: t}, title: New"), Some(Meaning::Progress));
        assert_eq!(to("status: requested, plan: y, test: {plan: t}"), Some(Meaning::Asks));
        assert_eq!(to("status: requested, plan: x, test: {plan: other}"), Some(Meaning::Asks));
        assert_eq!(to("status: draft, plan: y, test: {plan: t}"), Some(Meaning::Asks), "not even back in a draft");
        assert_eq!(meaning(requested, None), Some(Meaning::Gone));
        assert_eq!(meaning(requested, requested), None);
    }

    #[test]
    fn what_is_over_stays_as_it_is() {
        for over in ["closed", "cancelled", "rejected"] {
            let before = format!("status: {over}, outcome: failed");
            let after = format!("status: {over}, outcome: success");
            assert_eq!(meaning(Some(&before), Some(&after)), Some(Meaning::AlteredWhenOver), "{over}");
            let told = format!("status: {over}, outcome: failed, title: New");
            assert_eq!(meaning(Some(&before), Some(&told)), Some(Meaning::Progress), "{over}");
            assert_eq!(
                meaning(Some(&before), Some("status: requested, outcome: failed")),
                Some(Meaning::AlteredWhenOver)
            );
            assert_eq!(meaning(Some(&before), None), Some(Meaning::Gone));
        }
    }

    /// The ids under control among the edits, and the other files.
    fn controlled(before: &[(&str, &str)], after: &[(&str, &str)], files: &[&str]) -> (Vec<String>, Vec<String>) {
        edits(before, after, files, |edits| {
            (edits.controlled.iter().map(|edit| edit.id.clone()).collect(), edits.files.keys().cloned().collect())
        })
    }

    #[test]
    fn kinds_types_and_paths_say_what_is_under_control() {
        let router = ("sms/ci/a.yaml", "{kind: ci, id: ci-a, ci_type: router}");
        let switch = ("sms/ci/b.yaml", "{kind: ci, id: ci-b, ci_type: switch}");
        let unknown = ("sms/ci/c.yaml", "{kind: ci, id: ci-c}");
        let (ids, _) = controlled(&[], &[router, switch, unknown], &[]);
        assert_eq!(ids, ["ci-a", "ci-c"], "what has no type counts as each");
        let turned = ("sms/ci/a.yaml", "{kind: ci, id: ci-a, ci_type: switch}");
        assert_eq!(controlled(&[router], &[turned], &[]).0, ["ci-a"], "by what it was");
        assert_eq!(controlled(&[router], &[], &[]).0, ["ci-a"], "also when it goes");
        let cold = ("sms/risk/a.yaml", "{kind: risk, id: rsk-a}");
        let hot = ("sms/risk/hot/a.yaml", "{kind: risk, id: rsk-a}");
        assert!(controlled(&[], &[cold], &[]).0.is_empty());
        assert_eq!(controlled(&[cold], &[hot], &[]).0, ["rsk-a"], "moved in");
        assert_eq!(controlled(&[hot], &[cold], &[]).0, ["rsk-a"], "moved out");
    }

    #[test]
    fn files_without_a_record_count_by_their_path() {
        let (_, files) = controlled(&[], &[], &["ops/a.sh", "ops/docs/a.md", "README.md"]);
        assert_eq!(files, ["ops/a.sh"]);
    }

    #[test]
    fn an_edit_of_the_policy_is_seen() {
        let other = ("sms/change_policy/p.yaml", "{kind: change_policy, id: p, status: in_force, conflict_hops: 3}");
        assert!(edits(&[], &[other], &[], |edits| edits.policy && !edits.is_empty()));
        assert!(edits(&[], &[], &[], |edits| !edits.policy && edits.is_empty()));
    }

    #[test]
    fn remarks_do_not_count_but_in_documents_their_text_does() {
        let field = |pointer: &str| Field {
            pointer: pointer.to_owned(),
            path: String::new(),
            old: None,
            new: None,
            order: false,
        };
        for pointer in
            ["/title", "/tags/0", "/x-own", "/review/last", "/relations/0/note", "/assessment/risk/reasoning"]
        {
            assert!(!counts(&field(pointer), false), "{pointer}");
        }
        for pointer in ["/plan", "/relations/0/to", "/criticality", "/evidently"] {
            assert!(counts(&field(pointer), false), "{pointer}");
        }
        assert!(counts(&field("/description"), true) && counts(&field("/steps/0/note"), true));
        assert!(!counts(&field("/tags"), true) && !counts(&Field { order: true, ..field("/plan") }, false));
    }
}
