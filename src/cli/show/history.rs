//! `gitsm show ID --history`: the life of a record, or of one that is gone.

use std::fmt::Write as _;

use serde_json::json;

use super::{Format, unknown};
use crate::base::text::{and, clean, quoted};
use crate::cli::told::told;
use crate::cli::{Context, Exit};
use crate::diff;
use crate::evidence::history::{History, HistoryError, Life, Step, StepKind, Watch, life};
use crate::load;
use crate::model::Sms;

/// Prints it.
pub(super) fn run(cx: &mut Context<'_>, sms: &Sms<'_>, id: &str, format: Format) -> anyhow::Result<Exit> {
    cx.progress.stage("reading history");
    let root = cx.root().or_else(|_| cx.directory().canonicalize())?;
    let Some(start) = sms.snapshot.origin.commit() else {
        anyhow::bail!("not assessable: there is no commit yet, so '{id}' has no history");
    };
    let history = History::open(&root, &load::folder(&root))?;
    let record = sms.find(id).map(|ix| sms.record(ix));
    let name = record.map_or(id, |record| record.id.as_str());
    let tip = history.resolve(start)?;
    let path = record.map(|record| place(&history, tip, name, sms.path(record))).transpose()?.flatten();
    let life = life(&told(&history, tip, &sms.snapshot.settings.evidence)?, name, path.as_deref())?;
    if record.is_none() && life.steps.is_empty() {
        return Err(unknown(sms, id));
    }
    match format {
        Format::Json => {
            cx.json(&json!({"id": name, "commit": start, "steps": life.steps, "not_assessable": life.gaps}))?;
        }
        Format::Human => cx.text(&to_text(name, &life))?,
    }
    Ok(if life.gaps.is_empty() { Exit::Clean } else { Exit::Findings })
}

/// The record's file in commit `tip`, which can be another than on disk; none where the commit does not hold it.
fn place(history: &History, tip: git2::Oid, id: &str, path: &str) -> Result<Option<String>, HistoryError> {
    let tree = history.commit(tip)?.tree;
    if history.entry(tree, path)?.is_some() {
        return Ok(Some(path.to_owned()));
    }
    let name = format!("{id}.yaml");
    let files = history.files(tree, &Watch::default())?.into_iter();
    Ok(files.map(|(path, _)| path).find(|path| path.starts_with("sms/") && path.rsplit('/').next() == Some(&name)))
}

fn to_text(id: &str, life: &Life) -> String {
    let mut out = format!("Life of {}\n", clean(id));
    for step in &life.steps {
        let _ = writeln!(out, "\n{}", head(step));
        for field in &step.fields {
            let _ = writeln!(out, "    {}", diff::field(field));
        }
    }
    if life.steps.is_empty() {
        out.push_str("\nNo commit holds it yet.\n");
    }
    for gap in &life.gaps {
        let _ = writeln!(
            out,
            "\nNot assessable: {}; earlier steps may be missing. {}.",
            gap.words(),
            sentence(gap.advice())
        );
    }
    out
}

/// Two lines: when and what, then who, which commit and which change.
fn head(step: &Step) -> String {
    let what = match (step.kind, &step.renamed_from, &step.moved_from) {
        (StepKind::Created, _, _) => "created".to_owned(),
        (StepKind::Deleted, _, _) => "deleted".to_owned(),
        (StepKind::Changed, Some(from), _) => format!("renamed from {}", clean(from)),
        (StepKind::Changed, None, Some(from)) => format!("moved from {}", clean(from)),
        (StepKind::Changed, None, None) => "changed".to_owned(),
    };
    let mut line = format!("{}  {what} by {}", step.time, clean(&and(&step.authors)));
    if !step.authors.contains(&step.committer) {
        let _ = write!(line, ", taken over by {}", clean(&step.committer));
    }
    if !step.changes.is_empty() {
        let _ = write!(line, ", under {}", clean(&quoted(&step.changes, 3)));
    }
    let commit: String = step.commit.chars().take(10).collect();
    let _ = write!(line, "\n  {commit}  {}", clean(&step.summary));
    line
}

/// Words as the beginning of a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_tells_what_who_when_and_under_which_change() {
        let step = Step {
            commit: "0123456789abcdef".into(),
            time: "2026-11-20T00:00:00Z".into(),
            committer: "Cy".into(),
            authors: vec!["Ann".into(), "Bo\u{1b}".into()],
            summary: "Move".into(),
            kind: StepKind::Changed,
            path: "sms/ci/b.yaml".into(),
            moved_from: Some("sms/ci/a.yaml".into()),
            renamed_from: None,
            changes: vec!["chg-a".into()],
            fields: Vec::new(),
        };
        let told = head(&step);
        assert!(told.starts_with("2026-11-20T00:00:00Z  moved from sms/ci/a.yaml by Ann and Bo"), "{told}");
        assert!(
            told.ends_with(", taken over by Cy, under 'chg-a'\n  0123456789  Move") && !told.contains('\u{1b}'),
            "{told}"
        );
        assert_eq!(sentence("run it"), "Run it");
    }
}
