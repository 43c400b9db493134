//! `gitsm bot`: the GitHub side. This file reads the environment and the clock for it.

mod action;
mod codeowners;
mod drift;
mod record;
mod serve;
mod sweep;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::{Context, Exit};
use crate::bot::{
    AppKey, Auth, Client, Clock, Judge, Me, Mirror, Patience, Repo, Secret, Wants, Wish, Worked, Worker, read_event,
};

/// Arguments of `bot`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Decide what an event of a workflow is about, and publish it
    Action(action::Arguments),
    /// Decide every open pull request, since freezes and windows begin and end without an event
    Sweep(sweep::Arguments),
    /// Compare the settings of the repository with what the gate rests on
    Drift(drift::Arguments),
    /// Write to the ledger what came to the protected branch since its last entry, and push the ledger
    Record(record::Arguments),
    /// Print, write or check the file that tells GitHub whom to ask about which paths, by the change policy
    Codeowners(codeowners::Arguments),
    /// Listen to webhooks, and decide as they come
    Serve(serve::Arguments),
}

/// Which repository it is about.
#[derive(Debug, Args)]
pub(super) struct Which {
    /// The repository, as OWNER/NAME; without it `GITHUB_REPOSITORY`
    #[arg(long, value_name = "OWNER/NAME")]
    repository: Option<String>,
}

/// What those need that decide.
#[derive(Debug, Args)]
pub(super) struct Common {
    #[command(flatten)]
    which: Which,
    /// Where to keep the clone that decisions are made from; without it a folder in `RUNNER_TEMP`
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// The folder of the records in the repository
    #[arg(long, value_name = "PATH", default_value = ".")]
    folder: PathBuf,
    /// Print what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

/// The event that a workflow runs for.
#[derive(Debug, Args)]
pub(super) struct Told {
    /// The name of the event; without it `GITHUB_EVENT_NAME`
    #[arg(long, value_name = "NAME")]
    event: Option<String>,
    /// The payload of the event; without it `GITHUB_EVENT_PATH`
    #[arg(long, value_name = "FILE")]
    payload: Option<PathBuf>,
}

/// What is done beside the check.
#[derive(Debug, Args)]
pub(super) struct Beside {
    /// Write no comment on pull requests
    #[arg(long)]
    no_comment: bool,
    /// Set no labels
    #[arg(long)]
    no_labels: bool,
    /// Ask nobody for a review
    #[arg(long)]
    no_ask: bool,
}

/// Largest payload of an event that is read, in bytes.
const MOST: u64 = 32 * 1024 * 1024;

impl Told {
    /// The name of the event; none where there is no event.
    fn name(&self) -> Option<String> {
        self.event.clone().or_else(|| variable("GITHUB_EVENT_NAME"))
    }

    /// What the event `name` asks for, by its payload in a file.
    fn wish(&self, name: &str) -> anyhow::Result<Wish> {
        let path = self.payload.clone().or_else(|| variable("GITHUB_EVENT_PATH").map(PathBuf::from));
        let path = path.context("where is the payload of the event? say --payload FILE, or set GITHUB_EVENT_PATH")?;
        let unreadable = || format!("cannot read the event in {}", path.display());
        let about = std::fs::metadata(&path).with_context(unreadable)?;
        anyhow::ensure!(about.len() <= MOST, "the event in {} is larger than {MOST} bytes", path.display());
        let bytes = std::fs::read(&path).with_context(unreadable)?;
        let payload: serde_json::Value =
            serde_json::from_slice(&bytes).with_context(|| format!("the event in {} is no JSON", path.display()))?;
        Ok(read_event(name, &payload).wish)
    }
}

/// Decides the groups of merge queues again, and notes those that could not be decided.
async fn groups(cx: &mut Context<'_>, worker: &Worker, failed: &mut Vec<String>) -> anyhow::Result<()> {
    for group in worker.groups().await? {
        match worker.group(&group).await {
            Ok((outcome, _)) => cx.line(format!("merge group {}: {outcome}", group.commit))?,
            Err(error) => failed.push(format!("merge group {}: {error}", group.commit)),
        }
    }
    Ok(())
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    match &arguments.command {
        Command::Action(arguments) => action::run(cx, arguments),
        Command::Sweep(arguments) => sweep::run(cx, arguments),
        Command::Drift(arguments) => drift::run(cx, arguments),
        Command::Record(arguments) => record::run(cx, arguments),
        Command::Codeowners(arguments) => codeowners::run(cx, arguments),
        Command::Serve(arguments) => serve::run(cx, arguments),
    }
}

/// A variable of the environment that says something.
fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment for the bot")]
    let value = std::env::var(name).ok();
    value.filter(|value| !value.trim().is_empty())
}

/// A secret from a variable, or from the file that `NAME_FILE` names.
fn secret(name: &str) -> anyhow::Result<Option<Secret>> {
    if let Some(path) = variable(&format!("{name}_FILE")) {
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {name}_FILE at {path}"))?;
        return Ok(Some(Secret::new(text.trim_end())));
    }
    Ok(variable(name).map(Secret::new))
}

/// The clock: `--as-of` when it is given, so that a run can be repeated; else that of the machine.
fn clock(cx: &Context<'_>) -> Clock {
    match cx.as_of() {
        Some(at) => Arc::new(move || at.instant()),
        #[expect(clippy::disallowed_methods, reason = "a server goes on for days, so that it needs the clock itself")]
        None => Arc::new(jiff::Timestamp::now),
    }
}

/// Where GitHub is, and who the bot is there.
struct Place {
    api: String,
    server: String,
    auth: Option<Auth>,
    me: Me,
}

impl Place {
    fn from_environment() -> anyhow::Result<Self> {
        let address = |name: &str, default: &str| variable(name).unwrap_or_else(|| default.to_owned());
        let app = variable("GITSM_APP_ID").map(|id| id.parse::<u64>()).transpose();
        let app = app.context("GITSM_APP_ID is no number; it stands on the page of the App's settings")?;
        let key = secret("GITSM_APP_KEY")?;
        let token = secret("GITHUB_TOKEN")?;
        let auth = match (app, key, token) {
            (Some(app), Some(key), _) => Some(Auth::App(Arc::new(AppKey::new(app, &key)?))),
            (None, Some(_), _) => anyhow::bail!("GITSM_APP_KEY is set and GITSM_APP_ID is not"),
            (_, None, Some(token)) => Some(Auth::Token(token)),
            (_, None, None) => None,
        };
        Ok(Self {
            api: address("GITHUB_API_URL", "https://api.github.com"),
            server: address("GITHUB_SERVER_URL", "https://github.com").trim_end_matches('/').to_owned(),
            auth,
            me: app.map_or(Me::Workflow, Me::App),
        })
    }

    fn client(&self, cx: &Context<'_>) -> anyhow::Result<Client> {
        Ok(Client::new(&self.api, self.auth.clone(), clock(cx), Patience::default())?)
    }
}

/// A folder within a repository; the top is written as nothing.
fn below(folder: &Path) -> PathBuf {
    folder.components().filter(|part| *part != std::path::Component::CurDir).collect()
}

impl Beside {
    const fn wants(&self) -> Wants {
        Wants { comment: !self.no_comment, labels: !self.no_labels, ask: !self.no_ask }
    }
}

impl Which {
    fn name(&self) -> anyhow::Result<String> {
        let name = self.repository.clone().or_else(|| variable("GITHUB_REPOSITORY"));
        name.context("which repository? say --repository OWNER/NAME, or set GITHUB_REPOSITORY")
    }

    /// The repository, signed in to.
    async fn repo(&self, place: &Place, client: Client) -> anyhow::Result<Repo> {
        let name = self.name()?;
        let wrong = || format!("'{name}' is no repository; write it as OWNER/NAME");
        let mut repo = Repo::new(client, &name).with_context(wrong)?;
        if repo.client.is_bare_app() {
            let installation = repo.installation().await?;
            repo.client = repo.client.installation(installation);
        }
        anyhow::ensure!(place.auth.is_some(), "sign in with GITHUB_TOKEN, or with GITSM_APP_ID and GITSM_APP_KEY_FILE");
        Ok(repo)
    }
}

impl Common {
    fn cache(&self) -> anyhow::Result<PathBuf> {
        if let Some(cache) = &self.cache {
            return Ok(cache.clone());
        }
        // A folder that every user of the machine can guess would be a place to slip something in.
        let temporary = variable("RUNNER_TEMP").map(|folder| PathBuf::from(folder).join("gitsm"));
        temporary.context("where may the clone be kept? say --cache DIR")
    }

    /// The worker for the repository.
    async fn worker(&self, place: &Place, client: Client, beside: &Beside) -> anyhow::Result<Worker> {
        let judge = self.judge(place, client).await?;
        Ok(Worker::new(judge, beside.wants(), self.dry_run))
    }

    /// What decides pull requests of the repository.
    async fn judge(&self, place: &Place, client: Client) -> anyhow::Result<Judge> {
        let repo = self.which.repo(place, client).await?;
        let url = format!("{}/{}.git", place.server, repo.name());
        let mirror = Mirror::open(&self.cache()?.join(repo.name()), &url).await?;
        Ok(Judge { repo, mirror, folder: below(&self.folder), me: place.me.clone() })
    }
}

/// The runtime that waits for the network.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start the runtime")
}

/// What became of one pull request, for people.
fn tell(cx: &mut Context<'_>, worked: &Worked) -> anyhow::Result<()> {
    let decision = &worked.case.heard.decision;
    let number = worked.case.pull.number;
    cx.line(format!("#{number}: {}; next: {}", worked.case.outcome(), crate::base::text::clean(&decision.next.text)))?;
    match &worked.done {
        None => {
            cx.line("it would do:")?;
            cx.json(&worked.actions)
        }
        Some(done) => {
            for failed in &done.failed {
                cx.line(format!("  not done: {failed}"))?;
            }
            Ok(())
        }
    }
}
