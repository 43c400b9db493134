//! `gitsm bot serve`.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;

use super::{Beside, Place, secret};
use crate::bot::{Setup, is_name, serve};
use crate::cli::{Context, Exit};

/// Arguments of `bot serve`.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Where to listen; put a server that ends TLS before it
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8765")]
    listen: SocketAddr,
    /// Serve this repository alone; may be given several times. Without it, all on which the App is installed
    #[arg(long, value_name = "OWNER/NAME")]
    repository: Vec<String>,
    /// Where to keep the clones that decisions are made from
    #[arg(long, value_name = "DIR")]
    cache: PathBuf,
    /// The folder of the records in each repository
    #[arg(long, value_name = "PATH", default_value = ".")]
    folder: PathBuf,
    /// How many pull requests are worked on at once
    #[arg(long, value_name = "COUNT", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=64))]
    workers: u8,
    /// Look at every open pull request again after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(10..))]
    sweep: u64,
    /// Publish nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    beside: Beside,
}

/// Runs it until it is told to stop.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    anyhow::ensure!(
        cx.as_of().is_none(),
        "a server goes on for days, and by --as-of its clock would stand still; leave --as-of out"
    );
    let place = Place::from_environment()?;
    anyhow::ensure!(place.auth.is_some(), "sign in with GITSM_APP_ID and GITSM_APP_KEY_FILE, or with GITHUB_TOKEN");
    let secrets = [secret("GITSM_WEBHOOK_SECRET")?, secret("GITSM_WEBHOOK_SECRET_OLD")?];
    let secrets: Vec<_> = secrets.into_iter().flatten().filter(|secret| !secret.is_empty()).collect();
    anyhow::ensure!(
        !secrets.is_empty(),
        "set GITSM_WEBHOOK_SECRET, or GITSM_WEBHOOK_SECRET_FILE, to the secret of the webhook; \
         anybody could send events otherwise"
    );
    for name in &arguments.repository {
        anyhow::ensure!(is_name(name), "'{name}' is no repository; write it as OWNER/NAME");
    }
    super::runtime()?.block_on(async {
        let setup = Setup {
            client: place.client(cx)?,
            me: place.me.clone(),
            secrets,
            repositories: arguments.repository.clone(),
            server: place.server.clone(),
            cache: arguments.cache.clone(),
            folder: super::below(&arguments.folder),
            wants: arguments.beside.wants(),
            dry: arguments.dry_run,
            workers: arguments.workers.into(),
            sweep: Duration::from_secs(arguments.sweep),
        };
        let app = setup.client.is_bare_app();
        anyhow::ensure!(
            app || !arguments.repository.is_empty(),
            "with a token say --repository; only an App knows where it is installed"
        );
        let listener = tokio::net::TcpListener::bind(arguments.listen).await;
        let listener = listener.with_context(|| format!("cannot listen on {}", arguments.listen))?;
        cx.line(format!("Listening on http://{}/webhook; Ctrl-C ends it.", listener.local_addr()?))?;
        cx.out.flush()?;
        let log = |line: String| {
            let _ = writeln!(std::io::stderr(), "{}", crate::base::text::clean(&line));
        };
        serve(setup, listener, told_to_stop(), log).await;
        Ok(Exit::Clean)
    })
}

/// Waits for Ctrl-C, or for what a service manager sends.
async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
