//! The webhook server: hears of events, acknowledges them, and has them worked on one after the other for each pull
//! request. It keeps nothing that a restart could lose: a sweep at the start and on a timer finds everything again.

mod door;
mod http;
mod pulse;
mod queue;
mod signature;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex as Plain, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Notify, Semaphore, watch};

use super::client::ApiError;
use super::event::Wish;
use super::judge::Judge;
use super::types::{Numbered, Repository};
use super::{BotError, Client, Me, Mirror, Repo, Secret, Wants, Worker};
use crate::gate::Outcome;
use door::Bounds;
use pulse::Pulse;
use queue::{About, Job, Queue, Task};

/// How often something that failed is tried again before only the sweep does.
const MOST_FAILURES: u32 = 5;
/// How long work that has begun may go on when the server is told to stop.
const GRACE: Duration = Duration::from_secs(30);
/// What connections may take.
const BOUNDS: Bounds =
    Bounds { most: 512, headers: Duration::from_secs(10), life: Duration::from_mins(2), grace: GRACE };

/// How a server is set up.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The client, signed in as the App or with a token.
    pub client: Client,
    /// As whom the bot writes.
    pub me: Me,
    /// The secrets of the webhook: one, or two while one takes the place of the other.
    pub secrets: Vec<Secret>,
    /// The repositories to serve; without any, all on which the App is installed.
    pub repositories: Vec<String>,
    /// Where git fetches from: `https://github.com`.
    pub server: String,
    /// Where clones are kept.
    pub cache: PathBuf,
    /// Where the records lie in each repository.
    pub folder: PathBuf,
    /// What is to be done beside the check.
    pub wants: Wants,
    /// Whether to plan only.
    pub dry: bool,
    /// How many pull requests are worked on at once.
    pub workers: usize,
    /// How often everything is looked at again.
    pub sweep: Duration,
}

/// What was counted since the start.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Counts {
    /// Deliveries by what became of them.
    deliveries: BTreeMap<&'static str, u64>,
    /// Decisions by outcome.
    decisions: BTreeMap<String, u64>,
    failures: u64,
    sweeps: u64,
}

/// What the parts of a server share.
struct Hall {
    setup: Setup,
    queue: Plain<Queue>,
    counts: Plain<Counts>,
    /// Something new waits.
    news: Notify,
    /// The worker of each repository, by its name in lower case: GitHub knows no other difference.
    workers: Mutex<BTreeMap<String, Worker>>,
    /// The clones, which stay when a worker is made anew: each lets one git work at a time.
    mirrors: Mutex<BTreeMap<String, Mirror>>,
    /// Decisions that are only shown, one at a time.
    shown: Semaphore,
    /// Room for deliveries of which it is not yet known who sent them, in KiB.
    room: Semaphore,
    pulse: Pulse,
}

fn lock<T>(mutex: &Plain<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Serves on `listener` until `stop` says so; what has begun by then is brought to its end.
pub async fn serve(
    setup: Setup,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
    log: impl Fn(String) + Send + Sync + Clone + 'static,
) {
    let count = setup.workers.max(1);
    let hall = Arc::new(Hall {
        setup,
        queue: Plain::default(),
        counts: Plain::default(),
        news: Notify::new(),
        workers: Mutex::default(),
        mirrors: Mutex::default(),
        shown: Semaphore::new(1),
        room: Semaphore::new(http::ROOM),
        pulse: Pulse::default(),
    });
    let (end, ended) = watch::channel(false);
    let mut tasks = Vec::new();
    for _ in 0..count {
        tasks.push(tokio::spawn(work(Arc::clone(&hall), hall.pulse.begin(), ended.clone(), log.clone())));
    }
    tasks.push(tokio::spawn(tick(Arc::clone(&hall), hall.pulse.begin(), ended.clone(), log.clone())));
    let opened = tokio::spawn(door::open(listener, http::router(Arc::clone(&hall)), BOUNDS, ended));
    stop.await;
    let _ = end.send(true);
    // Whoever is still being answered may need what the workers hold.
    let _ = opened.await;
    hall.news.notify_waiters();
    for task in tasks {
        if tokio::time::timeout(GRACE, task).await.is_err() {
            log("stopping although work goes on; it is found again after the start".to_owned());
        }
    }
}

/// Sweeps at the start and on the timer, and wakes what was put off.
async fn tick(hall: Arc<Hall>, _alive: pulse::Alive, mut ended: watch::Receiver<bool>, log: impl Fn(String)) {
    let everything = Job { repository: String::new(), task: Task::Find(Wish::Everything) };
    let mut next = hall.setup.client.now();
    while !*ended.borrow() {
        let now = hall.setup.client.now();
        hall.pulse.beat();
        for work in hall.pulse.hanging() {
            log(format!("{work} hangs"));
        }
        if next <= now {
            log("sweep".to_owned());
            lock(&hall.counts).sweeps += 1;
            lock(&hall.queue).push(everything.clone(), About::default());
            let pause = SignedDuration::try_from(hall.setup.sweep).unwrap_or(SignedDuration::from_mins(5));
            next = now.checked_add(pause).unwrap_or(now);
        }
        lock(&hall.queue).wake(now);
        hall.news.notify_waiters();
        let _ = tokio::time::timeout(Duration::from_secs(1), ended.changed()).await;
    }
}

/// One worker: takes what waits, and does it.
async fn work(hall: Arc<Hall>, _alive: pulse::Alive, ended: watch::Receiver<bool>, log: impl Fn(String)) {
    while !*ended.borrow() {
        let news = hall.news.notified();
        let next = lock(&hall.queue).take();
        let Some((job, about)) = next else {
            // A word that comes between the look and the wait is caught by the tick.
            let _ = tokio::time::timeout(Duration::from_secs(1), news).await;
            continue;
        };
        let (own, it) = (Arc::clone(&hall), job.clone());
        // On its own, so that a bug in one piece of work does not end the worker with it.
        let busy = hall.pulse.work(format!("{} {:?}", job.repository, job.task));
        let outcome = pulse::apart(async move { own.carry_out(&it, about).await }).await;
        drop(busy);
        if outcome.as_ref().is_err_and(is_refused) {
            // It may be that the App was installed anew meanwhile, under another number.
            hall.workers.lock().await.remove(&job.repository.to_lowercase());
        }
        let mut queue = lock(&hall.queue);
        queue.done(&job);
        if let Err(error) = outcome {
            lock(&hall.counts).failures += 1;
            log(format!("{} {:?}: {error}", job.repository, job.task));
            let failures = about.failures + 1;
            if failures < MOST_FAILURES {
                let now = hall.setup.client.now();
                let wait = SignedDuration::from_secs(5 << failures);
                let again = About { failures, ..about };
                queue.push_at(now.checked_add(wait).unwrap_or(now), job, again);
            }
        }
        drop(queue);
        hall.news.notify_one();
    }
}

impl Hall {
    fn push(&self, job: Job, about: About) {
        lock(&self.queue).push(job, about);
        self.news.notify_one();
    }

    async fn carry_out(&self, job: &Job, about: About) -> Result<(), BotError> {
        let pull = |number: u64| Job { repository: job.repository.clone(), task: Task::Pull(number) };
        match &job.task {
            Task::Find(Wish::Everything) if job.repository.is_empty() => {
                for repository in self.repositories().await? {
                    self.push(Job { repository, task: Task::Find(Wish::Everything) }, About { failures: 0, ..about });
                }
            }
            Task::Find(wish) => {
                let worker = self.worker(&job.repository).await?;
                for number in worker.about(wish).await? {
                    self.push(pull(number), About { failures: 0, ..about });
                }
                if *wish == Wish::Everything {
                    self.look_at_groups(&worker, &job.repository, None).await?;
                    // Nobody waits for it; what cannot be packed now is packed after a later sweep.
                    tokio::spawn(async move { worker.judge.mirror.tidy().await });
                }
            }
            Task::Group(group) => {
                let worker = self.worker(&job.repository).await?;
                let (outcome, _) = worker.group(group).await?;
                *lock(&self.counts).decisions.entry(outcome.to_string()).or_default() += 1;
            }
            Task::Pull(number) => {
                let worker = self.worker(&job.repository).await?;
                let outcome = worker.pull(*number, about.review, about.event).await?;
                *lock(&self.counts).decisions.entry(outcome.case.outcome().to_string()).or_default() += 1;
                if about.event && outcome.case.outcome() != Outcome::Pass {
                    // A group that holds it may be green, and would be merged all the same.
                    self.look_at_groups(&worker, &job.repository, Some(&outcome.case.pull.base.branch)).await?;
                }
                let decision = &outcome.case.heard.decision;
                if let Some(at) = decision.next.look_again {
                    lock(&self.queue).push_at(at, job.clone(), About::default());
                }
                // Those in whose way it is now are looked at again; they do the same for theirs only after an event.
                let beside = decision.conflicts.iter().filter_map(|conflict| conflict.number);
                for number in beside.filter(|_| about.event) {
                    self.push(pull(number), About::default());
                }
            }
        }
        Ok(())
    }

    /// Has the groups of merge queues decided again: those of one branch, or all of them.
    async fn look_at_groups(&self, worker: &Worker, repository: &str, base: Option<&str>) -> Result<(), BotError> {
        for group in worker.groups().await? {
            if base.is_none_or(|base| group.base == base) {
                self.push(Job { repository: repository.to_owned(), task: Task::Group(group) }, About::default());
            }
        }
        Ok(())
    }

    /// The repositories to sweep.
    async fn repositories(&self) -> Result<Vec<String>, BotError> {
        if !self.setup.repositories.is_empty() || !self.setup.client.is_bare_app() {
            return Ok(self.setup.repositories.clone());
        }
        let mut names = Vec::new();
        let installations: Vec<Numbered> = self.setup.client.list("/app/installations", None).await?;
        for installation in installations {
            let client = self.setup.client.installation(installation.id);
            let found: Vec<Repository> = client.list("/installation/repositories", Some("repositories")).await?;
            names.extend(found.into_iter().map(|repository| repository.full_name));
        }
        Ok(names)
    }

    /// The name by which a repository is served, however its letters are written; none when it is not.
    fn served(&self, repository: &str) -> Option<String> {
        let named = &self.setup.repositories;
        if named.is_empty() {
            return super::is_name(repository).then(|| repository.to_owned());
        }
        named.iter().find(|name| name.eq_ignore_ascii_case(repository)).cloned()
    }

    /// The worker of a repository.
    async fn worker(&self, name: &str) -> Result<Worker, BotError> {
        let key = name.to_lowercase();
        if let Some(worker) = self.workers.lock().await.get(&key) {
            return Ok(worker.clone());
        }
        // Nothing is held while GitHub is asked, so that one repository keeps no other one waiting.
        let setup = &self.setup;
        let mut repo = Repo::new(setup.client.clone(), name).ok_or(BotError::Lost)?;
        if repo.client.is_bare_app() {
            let installation = repo.installation().await?;
            repo.client = repo.client.installation(installation);
        }
        let mut mirrors = self.mirrors.lock().await;
        let mirror = match mirrors.get(&key) {
            Some(mirror) => mirror.clone(),
            None => Mirror::open(&setup.cache.join(&key), &format!("{}/{name}.git", setup.server)).await?,
        };
        mirrors.insert(key.clone(), mirror.clone());
        let judge = Judge { repo, mirror, folder: setup.folder.clone(), me: setup.me.clone() };
        let worker = Worker::new(judge, setup.wants, setup.dry);
        Ok(self.workers.lock().await.entry(key).or_insert(worker).clone())
    }
}

/// Whether GitHub refused whoever asked.
const fn is_refused(error: &BotError) -> bool {
    matches!(error, BotError::Api(ApiError::Status { status: 401 | 403 | 404, .. }))
}
