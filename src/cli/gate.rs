//! `gitsm gate`.

pub(in crate::cli) mod facts;
mod human;
mod preview;
mod scenarios;
mod votes;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::audit::witnessed;
use super::{Context, Exit};
use crate::base::date::AsOf;
use crate::diff::State;
use crate::gate::facts::Facts;
use crate::gate::{Decision, Outcome, decide_by, hearing, markdown};
use crate::load::{self, Merge, Snapshot};
use crate::model::Sms;
use crate::model::change_policy::ChangePolicy;
use crate::schema::Catalog;

/// Arguments of `gate`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The facts of the pull request, as JSON; `-` reads them from the standard input. Without them git alone is asked
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
    /// The branch or commit that it is to be merged into; without it, the base in the facts
    #[arg(long, value_name = "REV", required_unless_present_any = ["facts", "scenarios"])]
    base: Option<String>,
    /// The branch or commit that is to be merged; without it, the head in the facts, else HEAD
    #[arg(long, value_name = "REV")]
    head: Option<String>,
    /// Try out what would be decided: allows --vote and --policy
    #[arg(long, group = "tried")]
    simulate: bool,
    /// Add the vote of a person: PERSON agrees, PERSON=object objects
    #[arg(long = "vote", value_name = "PERSON[=object]", requires = "simulate", value_parser = votes::parse)]
    votes: Vec<votes::Vote>,
    /// Decide by the change policy in this file instead of the one at the base
    #[arg(long, value_name = "FILE", requires = "tried")]
    policy: Option<PathBuf>,
    /// Decide the change scenarios of the repository instead, and tell which come out otherwise than expected
    #[arg(long, conflicts_with_all = ["facts", "base", "head", "simulate"])]
    scenarios: bool,
    /// Tell instead which open and recent changes the policy of the head, or that of --policy, would decide differently
    #[arg(long, group = "tried", conflicts_with_all = ["facts", "scenarios", "votes"])]
    preview: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Format {
    /// A tree of reasons
    Human,
    /// One JSON value
    Json,
    /// For a comment on a pull request
    Markdown,
}

/// Runs it. Only PASS ends with 0; what cannot be decided ends with 1 like what is refused.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    if arguments.scenarios {
        return scenarios::run(cx, arguments.format);
    }
    if arguments.preview {
        return previewed(cx, arguments);
    }
    let at = cx.instant();
    let facts = match arguments.facts.as_deref().map(facts::read).transpose()? {
        Some(Err(why)) => {
            return print(
                cx,
                &Decision::unreadable(&why.to_string(), at.instant()),
                arguments.format,
                arguments.simulate,
            );
        }
        Some(Ok(facts)) => Some(facts),
        None => None,
    };
    let decision = judged(cx, facts, arguments.base.as_deref(), arguments.head.as_deref(), arguments)?;
    print(cx, &decision, arguments.format, arguments.simulate)
}

/// Decides on facts, or on two revisions by git alone, without anything tried out.
pub(super) fn decided(
    cx: &mut Context<'_>,
    facts: Option<Facts>,
    base: Option<&str>,
    head: Option<&str>,
) -> anyhow::Result<Decision> {
    let plain = Arguments {
        facts: None,
        base: None,
        head: None,
        simulate: false,
        votes: Vec::new(),
        policy: None,
        scenarios: false,
        preview: false,
        format: Format::Json,
    };
    judged(cx, facts, base, head, &plain)
}

fn judged(
    cx: &mut Context<'_>,
    facts: Option<Facts>,
    base: Option<&str>,
    head: Option<&str>,
    arguments: &Arguments,
) -> anyhow::Result<Decision> {
    let at = cx.instant();
    let root = cx.root()?;
    let named = |end: fn(&Facts) -> &String| facts.as_ref().map(|facts| end(facts).as_str());
    let base = base.or_else(|| named(|facts| &facts.pull_request.base.commit));
    let base = base.context("gate needs --base or --facts")?.to_owned();
    let head = head.or_else(|| named(|facts| &facts.pull_request.head.commit)).unwrap_or("HEAD").to_owned();
    cx.progress.stage("merging in memory");
    let merge = load::merge(&root, &base, &head, at)?;
    let mut facts = match facts {
        Some(facts) => facts::completed(facts, &merge),
        None => witnessed(cx, facts::from_git(&merge, &base, &head))?,
    };
    if let Some(wrong) = facts::mismatch(&facts, &merge) {
        return Ok(Decision::unreadable(&wrong, at.instant()));
    }
    let law = arguments.policy.as_ref().map(|path| with_policy(&merge.base, path)).transpose()?;
    with_states(cx, &merge, law.as_ref(), |cx, law, base, head| {
        votes::add(&mut facts, base.side.sms, &arguments.votes, at);
        facts::contents(cx, &root, &merge, base.side, &mut facts, at)?;
        cx.progress.stage("deciding");
        Ok(decide_by(law, base, head, &facts, at.instant()))
    })
}

/// Compares the policy of the base with that of the head, or with the one in a file.
fn previewed(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let at = cx.instant();
    let root = cx.root()?;
    let base = arguments.base.as_deref().context("--preview needs --base")?;
    let merge = load::merge(&root, base, arguments.head.as_deref().unwrap_or("HEAD"), at)?;
    let law = arguments.policy.as_ref().map(|path| with_policy(&merge.base, path)).transpose()?;
    let format = arguments.format;
    let file = arguments.policy.is_some();
    with_states(cx, &merge, law.as_ref(), |cx, law, base, head| {
        preview::run(cx, (base, if file { law } else { head }), head.side, at, format)
    })
}

/// Reads both sides with their findings, and hands them on.
pub(in crate::cli) fn with_states<T>(
    cx: &mut Context<'_>,
    merge: &Merge,
    law: Option<&Snapshot>,
    then: impl FnOnce(&mut Context<'_>, State<'_>, State<'_>, State<'_>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    cx.progress.stage("checking base and merge result");
    hearing::with_grounds(merge, law, |law, base, head| then(cx, law, base, head))?
}

/// The base with another change policy in place of its own.
fn with_policy(base: &Snapshot, path: &std::path::Path) -> anyhow::Result<Snapshot> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the policy {}", path.display()))?;
    let catalog = Catalog::new(&base.sources)?;
    let sms = Sms::build(base, &catalog);
    let mut files: std::collections::BTreeMap<String, Option<String>> =
        ChangePolicy::in_force(&sms).map(|policy| (sms.path(policy.0.record).to_owned(), None)).collect();
    let place = files.keys().next().cloned().unwrap_or_else(|| "sms/change_policy/simulated.yaml".to_owned());
    files.insert(place, Some(text));
    Ok(base.with_files(&files)?)
}

/// Prints a decision.
pub(super) fn print(cx: &mut Context<'_>, decision: &Decision, format: Format, tried: bool) -> anyhow::Result<Exit> {
    match format {
        Format::Human => cx.text(&human::text(decision, tried))?,
        Format::Json => cx.json(decision)?,
        Format::Markdown => cx.text(&markdown::text(decision))?,
    }
    Ok(if decision.outcome == Outcome::Pass { Exit::Clean } else { Exit::Findings })
}

impl Context<'_> {
    /// The instant to judge by: as asked for, else now.
    pub(super) fn instant(&self) -> AsOf {
        self.as_of().unwrap_or_else(|| AsOf::new(self.now()))
    }
}
