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
        counts(field, false) && !COURSE.iter().any(|known| course(known))
    });
    if over {
        let told = change.fields.iter().any(|field| counts(field, false)) || change.renamed_from.is_some();
        return if told { Meaning::AlteredWhenOver } else { Meaning::Progress };
    }
    match (before, after) {
        (_, Some(ChangeStatus::Draft)) if before.is_none_or(|before| before == ChangeStatus::Draft) => Meaning::Draft,
        (None | Some(ChangeStatus::Draft), Some(ChangeStatus::Cancelled)) => Meaning::Draft,
        (None | Some(ChangeStatus::Draft), _) => Meaning::Asks,
        (Some(_), _) if decisive => Meaning::Asks,
        (Some(_), _) => Meaning::Progress,
    }
}
