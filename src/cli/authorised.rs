//! `gitsm authorised`.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::audit::{self, Opened};
use super::{Context, Exit};
use crate::base::date::AsOf;
use crate::base::text::{clean, quoted};
use crate::diff::State;
use crate::evidence::ledger::{self, Body, Branch};
use crate::gate::release::{altered, release};
use crate::gate::{Code, Outcome, Reason};
use crate::graph::Graph;
use crate::graph::diff::Side;
use crate::load;
use crate::model::Sms;
use crate::model::change::Change;
use crate::rules::{self, Check, Selection};
use crate::schema::Catalog;

/// Arguments of `authorised`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The change, by id
    change: String,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// In lines
    Human,
    /// One JSON value
    Json,
}

/// Runs it: 0 when the change may be carried out at the instant, 1 when not.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let opened = audit::open(cx)?;
    let at = cx.instant();
    let read = cx.snapshot()?;
    let snapshot = load::Snapshot { as_of: at, ..read };
    let catalog = Catalog::new(&snapshot.sources)?;
    let sms = Sms::build(&snapshot, &catalog);
    let graph = Graph::build(&sms);
    let selection = Selection::new(&[], &snapshot.settings, &sms.local)?;
    let findings = rules::all(&Check { sms: &sms, graph: &graph }, &selection).findings;
    let state = State { side: Side { sms: &sms, graph: &graph }, findings: &findings };
    let id = sms.id_now(&arguments.change).to_owned();
    let (mut reasons, category) = evidence(cx, &opened, &sms, &id)?;
    reasons.extend(release(state, &id, category.as_deref(), at.instant()));
    let outcome = Outcome::all(reasons.iter().map(|reason| reason.outcome));
    let yes = outcome == Outcome::Pass;
    match arguments.format {
        Format::Json => {
            cx.json(&json!({"change": id, "authorised": yes, "instant": at.to_string(), "reasons": reasons}))?;
        }
        Format::Human => {
            let word = if yes { "may be carried out" } else { "may not be carried out" };
            cx.line(format!("'{}' {word} at {at}", clean(&id)))?;
            for reason in &reasons {
                let mark = if reason.outcome == Outcome::Pass { "ok" } else { "no" };
                cx.line(format!("  {mark} {} [{}]", clean(&reason.message), reason.code.word()))?;
                if let Some(help) = reason.help.as_ref().filter(|_| reason.outcome != Outcome::Pass) {
                    cx.line(format!("     {}", clean(help)))?;
                }
            }
        }
    }
    Ok(if yes { Exit::Clean } else { Exit::Findings })
}

/// Reasons, and the category in which the change was decided.
type Found = (Vec<Reason>, Option<String>);

/// What the ledger says of the decision on the change, and whether the record is still what was decided on.
fn evidence(cx: &Context<'_>, opened: &Opened, now: &Sms<'_>, id: &str) -> anyhow::Result<Found> {
    let name = &opened.settings.evidence.ledger;
    let none = |message: String| {
        let help = "have the merge recorded: `gitsm audit record`, or the workflow that does it on each push";
        (vec![Reason::blocked(Code::Evidence, message, help)], None)
    };
    let Some(tip) = Branch::find(&opened.history, name).tip() else {
        return Ok(none(format!("there is no ledger '{name}', so that nothing shows that it was agreed to")));
    };
    let ledger = ledger::read(&opened.history, tip, &opened.recorders)?;
    if let Some(flaw) = ledger.flaws.first() {
        let message = format!("the ledger '{name}' is broken: {}", flaw.words);
        return Ok((vec![Reason::error(Code::Evidence, message, "look at it with `gitsm audit verify`")], None));
    }
    let about = |decision: &Value| ledger::changes(decision).contains(id) && !decision["digest"].is_null();
    let entries = ledger.entries.iter().filter(|kept| kept.counts);
    let mut decided = entries.filter_map(|kept| match &kept.entry.body {
        Body::Decision { decision, .. } if about(decision) => Some((&kept.entry, decision)),
        _ => None,
    });
    let Some((entry, decision)) = decided.next_back() else {
        return Ok(none(format!("no entry of the ledger decides on '{id}'")));
    };
    let outcome = decision["outcome"].as_str().unwrap_or("no decision");
    let commit = &entry.subject.commit;
    let short = commit.get(..10).unwrap_or(commit);
    if !ledger::passed(decision) {
        return Ok(none(format!("entry {} of the ledger says {outcome} about {short}", entry.number)));
    }
    let at = AsOf::new(entry.at);
    let mut reasons = vec![Reason::pass(
        Code::Evidence,
        format!("entry {} of the ledger says PASS about {short}, at {at}", entry.number),
    )];
    let root = cx.root()?;
    let then = load::commit(&root, commit, Some(now.snapshot.as_of))?;
    let catalog = Catalog::new(&then.sources)?;
    let then = Sms::build(&then, &catalog);
    let view = |sms: &Sms<'_>| sms.find(id).is_some();
    if !view(&then) {
        return Ok(none(format!("commit {short}, about which the ledger says PASS, has no change '{id}'")));
    }
    let (old, new): (Option<Change<'_>>, Option<Change<'_>>) =
        (then.find(id).and_then(|ix| then.view(ix)), now.find(id).and_then(|ix| now.view(ix)));
    if let (Some(old), Some(new)) = (old, new) {
        let fields = altered(old, new);
        if !fields.is_empty() {
            let message = format!("{} was altered since it was decided", quoted(&fields, 5));
            reasons.push(Reason::blocked(Code::Evidence, message, "have the altered change decided anew"));
        }
    }
    Ok((reasons, decision["category"].as_str().map(str::to_owned)))
}
