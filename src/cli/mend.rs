//! `gitsm check --fix` and `--diff`.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::check::{Arguments, tell};
use super::write::{Change, write};
use super::{Context, Exit};
use crate::base::finding::Finding;
use crate::base::text::steers;
use crate::graph::Graph;
use crate::load::Snapshot;
use crate::mend::{Plan, diff, plan};
use crate::model::Sms;
use crate::report::Summary;
use crate::rules::{self, Check, Judged, Selection};
use crate::schema::Catalog;

/// A mend as it is told.
#[derive(Debug)]
struct Mend {
    rule: &'static str,
    path: String,
    /// Line before the mend, from 1.
    line: u32,
    title: String,
}

/// What was mended, and what could not be.
#[derive(Debug)]
pub(super) struct Mended {
    made: Vec<Mend>,
    left: Vec<Mend>,
}

/// Mends the findings in the files `wanted`, or prints what that would change.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments, wanted: &[PathBuf]) -> anyhow::Result<Exit> {
    if let Some(revision) = cx.at() {
        anyhow::bail!("the commit '{revision}' cannot be mended; leave out --at to mend the files on disk");
    }
    let snapshot = cx.snapshot()?;
    let catalog = Catalog::new(&snapshot.sources)?;
    let before = Sms::build(&snapshot, &catalog);
    let select = |names: &[String]| Selection::new(names, &snapshot.settings, &before.local);
    let (asked, all) = (select(&arguments.rules)?, select(&[])?);
    cx.progress.stage("checking");
    let findings = findings(&before, &asked, wanted);
    cx.progress.stage("mending");
    let plan = plan(&snapshot, &catalog, &all, &findings);
    if arguments.diff {
        for (file, text) in &plan.texts {
            let source = snapshot.sources.get(*file);
            cx.text(&diff(source.path(), source.text(), text)?)?;
        }
        cx.progress.done();
        let denied = Summary::of(&findings).reaches(arguments.deny);
        return Ok(if denied { Exit::Findings } else { Exit::Clean });
    }
    let root = cx.root()?;
    let changes = plan.texts.iter().map(|(file, new)| {
        let source = snapshot.sources.get(*file);
        Change { path: source.path(), old: source.text(), new }
    });
    write(&root, &changes.collect::<Vec<_>>())?;
    let after = snapshot.with_texts(&plan.texts);
    let sms = Sms::build(&after, &catalog);
    let exit = tell(cx, &sms, arguments, wanted, Some(&Mended::new(&snapshot, &plan)))?;
    cx.progress.done();
    Ok(exit)
}

/// What `asked` finds in the files `wanted`.
fn findings(sms: &Sms<'_>, asked: &Selection, wanted: &[PathBuf]) -> Vec<Finding> {
    let graph = Graph::build(sms);
    let Judged { mut findings, .. } = rules::all(&Check { sms, graph: &graph }, asked);
    findings.retain(|finding| Arguments::wants(sms, wanted, finding));
    findings
}

impl Mended {
    fn new(snapshot: &Snapshot, plan: &Plan) -> Self {
        let mend = |finding: &Finding| {
            let fix = finding.fix.as_ref()?;
            let source = snapshot.sources.get(finding.primary.file);
            Some(Mend {
                rule: finding.rule,
                path: source.path().to_owned(),
                line: source.position(fix.edits.first()?.span.start).line,
                title: fix.title.clone(),
            })
        };
        Self { made: plan.made.iter().filter_map(mend).collect(), left: plan.left.iter().filter_map(mend).collect() }
    }

    /// A line for each.
    pub(super) fn human(&self) -> String {
        let line = |mend: &Mend, before: &str, behind: &str| {
            let line = format!("{before} {}:{}: {} ({}){behind}", mend.path, mend.line, mend.title, mend.rule);
            line.replace(steers, "\u{fffd}") + "\n"
        };
        let made = self.made.iter().map(|mend| line(mend, "mended", ""));
        let left = self.left.iter().map(|mend| line(mend, "left", ": another finding would come, or it would stay"));
        let mut text: String = made.chain(left).collect();
        if !text.is_empty() {
            text.push('\n');
        }
        text
    }

    /// What was made and what was left.
    pub(super) fn json(&self) -> Value {
        let one = |mend: &Mend| json!({"rule": mend.rule, "path": mend.path, "line": mend.line, "title": mend.title});
        let list = |mends: &[Mend]| mends.iter().map(one).collect::<Vec<_>>();
        json!({"made": list(&self.made), "left": list(&self.left)})
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::Exit;
    use crate::cli::fixture::Folder;

    const PATH: &str = "sms/person/ann.yaml";
    const WRONG: &str = "kind: person\nid: ann\n# who she is\ntitle:   Ann # she\nstatus: Active\nonwer: ann\nodd: 1\n";
    const RIGHT: &str = "kind: person\nid: ann\n# who she is\ntitle:   Ann # she\nstatus: active\nowner: ann\nodd: 1\n";

    fn read(folder: &Folder) -> String {
        std::fs::read_to_string(folder.root.join(PATH)).unwrap()
    }

    #[test]
    fn what_can_be_mended_is_and_the_rest_is_reported() {
        let folder = Folder::new(&[(PATH, WRONG)]);
        let (exit, printed) = folder.gitsm(&["check", "--fix"]).unwrap();
        assert_eq!((exit, read(&folder).as_str()), (Exit::Findings, RIGHT));
        let head = "mended sms/person/ann.yaml:5: write `active` for `Active` (value-unknown)\n\
                    mended sms/person/ann.yaml:6: write `owner` for `onwer` (field-unknown)\n\nerror[field-unknown]: ";
        assert!(printed.starts_with(head) && printed.contains(": 1 error\n"), "{printed}");
        let again = folder.prints(&["check", "--fix", "--format", "json"]);
        let again: serde_json::Value = serde_json::from_str(&again).unwrap();
        assert_eq!(again["mended"], serde_json::json!({"made": [], "left": []}));
        assert_eq!((again["findings"].as_array().unwrap().len(), read(&folder).as_str()), (1, RIGHT));
    }

    #[test]
    fn a_patch_is_printed_and_nothing_written() {
        let folder = Folder::new(&[(PATH, WRONG)]);
        for arguments in [&["check", "--diff"][..], &["check", "--fix", "--dry-run"]] {
            let (exit, printed) = folder.gitsm(arguments).unwrap();
            assert_eq!((exit, read(&folder).as_str()), (Exit::Findings, WRONG));
            assert!(printed.starts_with("diff --git a/sms/person/ann.yaml b/sms/person/ann.yaml\n"), "{printed}");
            assert!(printed.contains("\n-status: Active\n-onwer: ann\n+status: active\n+owner: ann\n"), "{printed}");
        }
        assert!(folder.fails(&["check", "--diff", "--format", "json"]).contains("cannot be used with"));
    }

    #[test]
    fn only_the_rules_and_paths_asked_for_are_mended() {
        let folder = Folder::new(&[(PATH, WRONG), ("sms/person/bob.yaml", &WRONG.replace("ann", "bob"))]);
        folder.prints(&["check", "--fix", "--rule", "value-unknown", "sms/person/ann.yaml"]);
        assert_eq!(read(&folder), WRONG.replace("Active", "active"));
        let bob = std::fs::read_to_string(folder.root.join("sms/person/bob.yaml")).unwrap();
        assert_eq!(bob, WRONG.replace("ann", "bob"));
    }

    #[test]
    fn a_fix_that_breaks_something_else_is_told_and_not_made() {
        let wrong = "kind: person\nid: ann\ntitle: Ann\nstatus: active\nonwer: nobody\n";
        let folder = Folder::new(&[(PATH, wrong)]);
        let printed = folder.prints(&["check", "--fix"]);
        assert!(printed.starts_with("left sms/person/ann.yaml:5: write `owner` for `onwer` (field-unknown): "));
        assert_eq!(read(&folder), wrong);
    }

    #[test]
    fn a_commit_cannot_be_mended() {
        let folder = Folder::new(&[(PATH, WRONG)]);
        for arguments in [&["check", "--fix", "--at", "HEAD"][..], &["check", "--diff", "--at", "HEAD"]] {
            let error = folder.fails(arguments);
            assert!(error.contains("'HEAD' cannot be mended; leave out --at"), "{error}");
        }
    }
}
