//! `gitsm bot action`: one step of a workflow.

use std::io::Write as _;

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use super::{Beside, Common, Place, Told, variable};
use crate::base::finding::Severity;
use crate::bot::{Case, Noted, Wish, Worker, summary};
use crate::cli::{Context, Exit};
use crate::gate::Outcome;

/// Arguments of `bot action`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    beside: Beside,
    #[command(flatten)]
    told: Told,
    /// Decide this pull request, whatever the event is about
    #[arg(long, value_name = "NUMBER")]
    pull_request: Option<u64>,
    /// End with 1 unless everything that was decided is PASS. The check on the commit says it anyway
    #[arg(long)]
    strict: bool,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let wish = wish(arguments)?;
    if let Wish::Nothing(why) = wish {
        cx.line(format!("Nothing to decide: {why}"))?;
        return Ok(Exit::Clean);
    }
    let place = Place::from_environment()?;
    let worst = super::runtime()?.block_on(async {
        let worker = arguments.common.worker(&place, place.client(cx)?, &arguments.beside).await?;
        decide(cx, &worker, &wish).await
    })?;
    Ok(if arguments.strict && worst != Outcome::Pass { Exit::Findings } else { Exit::Clean })
}

fn wish(arguments: &Arguments) -> anyhow::Result<Wish> {
    if let Some(number) = arguments.pull_request {
        return Ok(Wish::Pull { number, review: None });
    }
    let name = arguments.told.name();
    let name = name.context("which event? say --event NAME or --pull-request NUMBER, or set GITHUB_EVENT_NAME")?;
    arguments.told.wish(&name)
}

async fn decide(cx: &mut Context<'_>, worker: &Worker, wish: &Wish) -> anyhow::Result<Outcome> {
    if let Wish::Queue(group) = wish {
        let (outcome, _) = worker.group(group).await?;
        cx.line(format!("merge group {}: {outcome}", group.commit))?;
        append("GITHUB_OUTPUT", &outputs(Some(outcome), &[])?)?;
        return Ok(outcome);
    }
    let review = if let Wish::Pull { review, .. } = wish { *review } else { None };
    let mut decided = Vec::new();
    let mut failed = Vec::new();
    for number in worker.about(wish).await? {
        match worker.pull(number, review, true).await {
            Ok(done) => {
                super::tell(cx, &done)?;
                for note in &done.case.heard.introduced {
                    cx.line(annotation(note))?;
                }
                append("GITHUB_STEP_SUMMARY", &summary(&done.case))?;
                decided.push(Decided::of(&done.case));
            }
            Err(error) => {
                failed.push(format!("#{number}: {error}"));
                decided.push(Decided { pull_request: number, outcome: Outcome::Error, change: None, risk: None });
            }
        }
    }
    if decided.iter().any(|it| it.outcome != Outcome::Pass) {
        // A group of the merge queue that holds one of them may be green, and would be merged all the same.
        super::groups(cx, worker, &mut failed).await?;
    }
    let worst = Outcome::all(decided.iter().map(|it| it.outcome));
    // Where nothing was decided, no later step may take that for a PASS.
    append("GITHUB_OUTPUT", &outputs((!decided.is_empty()).then_some(worst), &decided)?)?;
    if failed.is_empty() { Ok(worst) } else { anyhow::bail!("{}", failed.join("\n")) }
}

/// What a step that comes after may want to know of one decision.
#[derive(Debug, Serialize)]
struct Decided {
    pull_request: u64,
    outcome: Outcome,
    change: Option<String>,
    risk: Option<String>,
}

impl Decided {
    fn of(case: &Case) -> Self {
        let decision = &case.heard.decision;
        Self {
            pull_request: case.pull.number,
            outcome: case.outcome(),
            change: decision.change.clone(),
            risk: decision.risk.as_ref().map(|risk| risk.level.clone()),
        }
    }
}

/// Outputs of the step: the worst outcome, none where nothing was decided, all decisions as JSON, and of a single one its
/// parts. Each is one line that cannot begin another one.
fn outputs(worst: Option<Outcome>, decided: &[Decided]) -> anyhow::Result<String> {
    let worst = worst.map(|worst| worst.to_string()).unwrap_or_default();
    let line = |text: &str| -> String { text.chars().filter(|character| !character.is_control()).collect() };
    let (mut number, mut change, mut risk) = (String::new(), "", "");
    if let [one] = decided {
        number = one.pull_request.to_string();
        (change, risk) = (one.change.as_deref().unwrap_or_default(), one.risk.as_deref().unwrap_or_default());
    }
    Ok(format!(
        "outcome={worst}\ndecisions={}\npull-request={number}\nchange={}\nrisk={}\n",
        serde_json::to_string(decided)?,
        line(change),
        line(risk),
    ))
}

/// A finding as a note beside the line in the difference.
fn annotation(note: &Noted) -> String {
    let escape = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| escape(text).replace(':', "%3A").replace(',', "%2C");
    let word = match note.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let (path, rule, message) = (property(&note.path), property(&note.rule), escape(&note.message));
    format!("::{word} file={path},line={},col={},title={rule}::{message}", note.line, note.column)
}

/// Appends to the file that a variable names; without the variable nothing happens.
fn append(name: &str, text: &str) -> anyhow::Result<()> {
    let Some(path) = variable(name) else { return Ok(()) };
    let file = std::fs::OpenOptions::new().append(true).create(true).open(&path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).with_context(|| format!("cannot write {name} at {path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_outcome_and_a_list_of_all_decisions() {
        let one = |number, outcome, change: &str| Decided {
            pull_request: number,
            outcome,
            change: Some(change.to_owned()),
            risk: Some("low".to_owned()),
        };
        assert_eq!(
            outputs(Some(Outcome::Pass), &[one(7, Outcome::Pass, "chg-a\noutcome=PASS")]).unwrap(),
            "outcome=PASS\ndecisions=[{\"pull_request\":7,\"outcome\":\"PASS\",\"change\":\"chg-a\\noutcome=PASS\",\
             \"risk\":\"low\"}]\npull-request=7\nchange=chg-aoutcome=PASS\nrisk=low\n"
        );
        let two = [one(7, Outcome::Pass, "chg-a"), one(8, Outcome::Blocked, "chg-b")];
        let told = outputs(Some(Outcome::Blocked), &two).unwrap();
        assert_eq!(told.matches("outcome=").count(), 1);
        assert!(told.starts_with("outcome=BLOCKED\n") && told.ends_with("\npull-request=\nchange=\nrisk=\n"), "{told}");
        assert!(told.contains("{\"pull_request\":8,\"outcome\":\"BLOCKED\""), "{told}");
        let none = "outcome=\ndecisions=[]\npull-request=\nchange=\nrisk=\n";
        assert_eq!(outputs(None, &[]).unwrap(), none);
    }

    #[test]
    fn an_annotation_cannot_begin_another_command() {
        let note = Noted {
            path: "sms/ci/a,b:c.yaml".to_owned(),
            line: 3,
            column: 7,
            severity: Severity::Warning,
            rule: "unknown-key".to_owned(),
            message: "50% of\n::error::it".to_owned(),
        };
        let written = annotation(&note);
        assert_eq!(
            written,
            "::warning file=sms/ci/a%2Cb%3Ac.yaml,line=3,col=7,title=unknown-key::50%25 of%0A::error::it"
        );
    }
}
