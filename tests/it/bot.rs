//! The bot against a GitHub in memory: a stateful hub over HTTP with a real git repository below, whose every exchange
//! is checked against GitHub's own description of its API.

mod action;
mod cases;
mod faults;
mod hub;
mod load;
mod lookups;
mod record;
mod referee;
mod runs;
mod server;
mod serving;
mod texts;
mod then;

use std::sync::Arc;
use std::time::Duration;

use gitsm::bot::{Auth, BotError, Client, Judge, Me, Mirror, Patience, Repo, Secret, Wants, Worked, Worker};
use hub::{APP, Hub, NOW};

/// A change that one holder of the board has to agree to.
pub(crate) const CHANGE: &str = "kind: change
id: chg-app-one
title: Tell how critical the first application is
status: requested
owner: team-operations
requester: cy-cole
requested_at: 2026-11-20T08:00:00+00:00
reason: Nobody knows what to mend first, and the wrong thing is mended first if nothing is done.
category: normal
type: modify
affects: [ci-app-first]
origin: []
planned: {start: 2026-12-05T22:00:00+00:00, end: 2026-12-06T02:00:00+00:00}
implementers: [cy-cole]
plan: Write the new word and read it
assessment:
  risk: {likelihood: 1, impact: 1}
  benefit: People know what to mend first
  feasibility: none, because it is a word in a file
  financial: none, because it costs nothing
  services: none, because nothing is touched
  customers: none, because nothing is touched
  policies_plans: none, because no plan names it
  capacity: none, because nothing is touched
  availability: none, because nothing is touched
  continuity: none, because nothing is touched
  security: none, because nothing is touched
  conflicts: []
test: {plan: Read it, result: pass, at: 2026-11-19T10:00:00+00:00, by: cy-cole}
rollback: {steps: Put the old word back, tested: true, deadline: 2026-12-06T01:15:00+00:00}
";

/// Where the change lies.
pub(crate) const CHANGE_PATH: &str = "sms/change/chg-app-one.yaml";

/// Waits of a test: short, so that a fault costs nothing.
const PATIENCE: Patience = Patience {
    attempts: 3,
    first: Duration::from_millis(2),
    longest: Duration::from_secs(2),
    request: Duration::from_secs(10),
};

/// How the bot is set up for one run.
struct Setup {
    token: &'static str,
    page: u32,
    now: &'static str,
    dry: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self { token: "of-the-app", page: 100, now: NOW, dry: false }
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

async fn worker(hub: &Hub, setup: &Setup) -> Worker {
    let now: jiff::Timestamp = setup.now.parse().unwrap();
    let auth = Some(Auth::Token(Secret::new(setup.token)));
    let client = Client::new(&hub.base, auth, Arc::new(move || now), PATIENCE).unwrap().paged_by(setup.page);
    let repo = Repo::new(client, "acme/sms").unwrap();
    let url = hub.state().git.clone();
    let mirror = Mirror::open(&hub.dir.path().join("mirror"), &url).await.unwrap();
    let judge = Judge { repo, mirror, folder: std::path::PathBuf::new(), me: Me::App(APP) };
    Worker::new(judge, Wants::default(), setup.dry)
}

/// Lets the bot work on a pull request.
fn work_as(hub: &Hub, number: u64, setup: &Setup) -> Result<Worked, BotError> {
    run(async { worker(hub, setup).await.pull(number, None, true).await })
}

/// Lets the bot work on a pull request; gives the outcome and the title of the check, and the codes of the reasons.
#[track_caller]
fn work(hub: &Hub, number: u64) -> (String, Vec<&'static str>) {
    work_at(hub, number, &Setup::default())
}

#[track_caller]
fn work_at(hub: &Hub, number: u64, setup: &Setup) -> (String, Vec<&'static str>) {
    let worked = work_as(hub, number, setup).unwrap_or_else(|error| panic!("{error}"));
    let decision = &worked.case.heard.decision;
    let bad = decision.reasons.iter().filter(|reason| reason.outcome != gitsm::gate::Outcome::Pass);
    let codes = bad.map(|reason| reason.code.word()).collect();
    if let Some(done) = &worked.done {
        assert_eq!(done.failed, [""; 0]);
    }
    (worked.case.outcome().to_string(), codes)
}

/// A hub with the change as pull request of cy.
fn asked() -> (Hub, u64) {
    let hub = Hub::new();
    let number = hub.open("cy", &[(CHANGE_PATH, CHANGE)]);
    (hub, number)
}

const GREEN: (&str, &str) = ("completed", "success");
const WAITS: (&str, &str) = ("in_progress", "-");
const RED: (&str, &str) = ("completed", "failure");

#[track_caller]
fn shows(hub: &Hub, number: u64, wanted: (&str, &str)) {
    let (status, conclusion, title) = hub.check(number);
    assert_eq!((status.as_str(), conclusion.as_str()), wanted, "{title}");
    assert_eq!(hub.lets_through(number), wanted == GREEN, "whichever run GitHub reads: {title}");
}

/// What [`work`] gives.
fn codes(outcome: &str, codes: &[&'static str]) -> (String, Vec<&'static str>) {
    (outcome.to_owned(), codes.to_vec())
}
