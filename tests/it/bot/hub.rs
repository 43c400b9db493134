//! A GitHub in memory: people, pull requests, reviews and comments as tables, a real git repository below, served over
//! HTTP. Bodies are GitHub's own examples with the state laid over them, and a referee looks at every exchange.

pub(super) mod acts;
mod api;
mod git;
mod query;
mod strict;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::referee::{self, Referee};

/// The instant at which the stories of these tests play.
pub(super) const NOW: &str = "2026-11-20T12:00:00Z";
/// The App of the bot.
pub(super) const APP: u64 = 77;

/// An account of the hub.
#[derive(Debug, Clone)]
pub(super) struct User {
    pub(super) id: u64,
    pub(super) sort: &'static str,
    pub(super) permission: &'static str,
}

/// A pull request of the hub.
#[derive(Debug, Clone)]
pub(super) struct Pull {
    pub(super) author: String,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) base: String,
    pub(super) branch: String,
    pub(super) head: String,
    pub(super) draft: bool,
    pub(super) open: bool,
    pub(super) merged_at: Option<&'static str>,
    pub(super) merged_as: Option<String>,
    /// When it was closed, and when anything last happened to it.
    pub(super) closed_at: Option<String>,
    pub(super) updated_at: String,
    pub(super) fork: bool,
    pub(super) labels: BTreeSet<String>,
    pub(super) requested: BTreeSet<String>,
}

/// A review, a comment, or a happening: which pull request, and its fields.
pub(super) type Entry = (u64, Value);

/// Something that was done to a branch.
#[derive(Debug, Clone)]
pub(super) struct Push {
    pub(super) id: u64,
    pub(super) branch: String,
    pub(super) login: String,
    pub(super) word: &'static str,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) at: String,
}

/// Something that goes wrong.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    /// Beginning of `METHOD path`.
    pub(super) on: String,
    pub(super) times: u32,
    pub(super) sort: Sort,
}

#[derive(Debug, Clone)]
pub(super) enum Sort {
    /// This status instead of an answer.
    Status(u16, Vec<(&'static str, String)>),
    /// It is done, and then answered with this status.
    DoneThen(u16),
    /// Half of the body.
    Truncated,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) base: String,
    pub(super) git: String,
    pub(super) users: BTreeMap<String, User>,
    pub(super) pulls: BTreeMap<u64, Pull>,
    pub(super) reviews: Vec<Entry>,
    pub(super) comments: Vec<Entry>,
    pub(super) timeline: Vec<Entry>,
    pub(super) checks: Vec<Value>,
    pub(super) emails: BTreeMap<String, String>,
    pub(super) faults: Vec<Fault>,
    /// `METHOD path` of every request, without its query.
    pub(super) log: Vec<String>,
    pub(super) wrong: Vec<String>,
    pub(super) date: Option<String>,
    /// Reviews that are there and not listed for so many looks.
    pub(super) lag: u32,
    /// What was done to branches, the oldest first.
    pub(super) pushes: Vec<Push>,
    /// Rules of the protected branch, and the setting of the workflow token.
    pub(super) rules: Vec<Value>,
    /// Sets of rules by number, those of tags among them, and the classic protection of the branch.
    pub(super) rulesets: BTreeMap<u64, Value>,
    pub(super) classic: Option<Value>,
    pub(super) bots_approve: bool,
    /// Whether an organisation owns the repository, and whose membership is only offered.
    pub(super) organisation: bool,
    pub(super) invited: BTreeSet<String>,
    /// Those who cannot be asked for a review.
    pub(super) unasked: BTreeSet<String>,
    /// Mistakes in the CODEOWNERS; none where there is no such file.
    pub(super) owners: Option<Vec<Value>>,
    /// Who edited a comment, by its number.
    pub(super) editors: BTreeMap<u64, String>,
    /// When the text of a pull request was edited, by its number.
    pub(super) edited: BTreeMap<u64, &'static str>,
    /// Comments that were deleted, as the query language tells them, with the pull request.
    pub(super) deleted: Vec<Entry>,
    /// Commits of the branch, with the pull request that brought them.
    pub(super) landed: BTreeMap<String, u64>,
    /// Commits of which the API tells, and which git does not have.
    pub(super) known: BTreeSet<String>,
    /// The number of the App's installation, and whether the tokens of the one before are taken back.
    pub(super) installation: u64,
    pub(super) revoked: bool,
    /// How long each answer takes.
    pub(super) slow: std::time::Duration,
    /// How many answers were given in full, and how many only as still the same.
    pub(super) given: usize,
    pub(super) unchanged: usize,
    next: u64,
    referee: Referee,
}

impl State {
    fn fresh_push(&self) -> u64 {
        u64::try_from(self.pushes.len()).unwrap()
    }

    pub(super) fn fresh(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

/// The number before that of the first thing.
const FIRST: i64 = 5000;

/// When the thing with this number was said: one second after the other, in the ten minutes before [`NOW`].
fn moment(id: u64) -> String {
    let now: jiff::Timestamp = NOW.parse().expect("an instant");
    let before = jiff::SignedDuration::from_secs((FIRST + 600 - i64::try_from(id).expect("a small number")).max(0));
    now.checked_sub(before).expect("an instant").to_string()
}

/// The hub, as long as it runs.
pub(super) struct Hub {
    state: Arc<Mutex<State>>,
    pub(super) base: String,
    pub(super) dir: TempDir,
}

impl Hub {
    /// A hub with one repository, `acme/sms`, and its people: ann and bo may agree, cy works, eve is a stranger.
    pub(super) fn new() -> Self {
        let dir = tempfile::Builder::new().prefix("gitsm-hub-").tempdir().unwrap();
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let base = format!("http://127.0.0.1:{}/api/v3", listener.local_addr().unwrap().port());
        let mut state = State { base: base.clone(), next: FIRST.unsigned_abs(), installation: 5, ..State::default() };
        let people = [("ann", 1001, "write"), ("bo", 1002, "write"), ("cy", 1003, "write"), ("eve", 1099, "read")];
        for (login, id, permission) in people {
            state.users.insert(login.to_owned(), User { id, sort: "User", permission });
            state.emails.insert(format!("{login}@example.com"), login.to_owned());
        }
        state.git = dir.path().join("acme/sms.git").to_string_lossy().into_owned();
        git::found(&state.git);
        let state = Arc::new(Mutex::new(state));
        let router = axum::Router::new().fallback(handle).with_state(Arc::clone(&state));
        // The thread ends with the program; a hub costs little while nobody asks it.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, router).await.unwrap();
            });
        });
        Self { state, base, dir }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Opens a pull request of `author` with these files on top of main; gives its number.
    pub(super) fn open(&self, author: &str, files: &[(&str, &str)]) -> u64 {
        let number = self.state().fresh();
        let branch = format!("work-{number}");
        let head = git::commit(&self.state().git, "main", author, "Work", files, &[]);
        self.touch(&branch, author, "branch_creation", &"0".repeat(40), &head, "2026-11-19T08:00:00Z");
        let pull = Pull {
            author: author.to_owned(),
            title: "Tell how critical the first application is".to_owned(),
            body: String::new(),
            base: "main".to_owned(),
            branch,
            head: head.clone(),
            draft: false,
            open: true,
            merged_at: None,
            merged_as: None,
            closed_at: None,
            updated_at: "2026-11-19T08:00:00Z".to_owned(),
            fork: false,
            labels: BTreeSet::new(),
            requested: BTreeSet::new(),
        };
        self.state().pulls.insert(number, pull);
        git::point(&self.state().git, &format!("refs/pull/{number}/head"), &head);
        number
    }

    /// Pushes another commit to a pull request; gives its hash.
    pub(super) fn push(&self, number: u64, author: &str, files: &[(&str, &str)]) -> String {
        self.push_message(number, author, "More work", files)
    }

    pub(super) fn push_message(&self, number: u64, author: &str, message: &str, files: &[(&str, &str)]) -> String {
        let mut state = self.state();
        let before = state.pulls[&number].head.clone();
        let head = git::commit(&state.git, &before, author, message, files, &[]);
        git::point(&state.git, &format!("refs/pull/{number}/head"), &head);
        let pull = state.pulls.get_mut(&number).unwrap();
        pull.head.clone_from(&head);
        let (branch, login) = (pull.branch.clone(), pull.author.clone());
        drop(state);
        self.touch(&branch, &login, "push", &before, &head, &moment(FIRST.unsigned_abs()));
        head
    }

    /// Commits straight to main.
    pub(super) fn main(&self, files: &[(&str, &str)]) -> String {
        let state = self.state();
        let head = git::commit(&state.git, "main", "ann", "On main", files, &[]);
        git::point(&state.git, "refs/heads/main", &head);
        head
    }

    /// Hands in a review of the head, or of another commit; gives its number.
    pub(super) fn review(&self, number: u64, login: &str, word: &str, commit: Option<&str>) -> u64 {
        let mut state = self.state();
        let id = state.fresh();
        let commit = commit.map_or_else(|| state.pulls[&number].head.clone(), str::to_owned);
        let user = api::user(&state, login);
        let review = json!({"id": id, "user": user, "state": word, "commit_id": commit, "submitted_at": moment(id)});
        state.reviews.push((number, review));
        id
    }

    /// The newest check run of the bot on the head of a pull request, which is the one that counts: status, conclusion,
    /// title.
    pub(super) fn check(&self, number: u64) -> (String, String, String) {
        let state = self.state();
        let pull = &state.pulls[&number];
        let name = format!("gitsm / {}", pull.base);
        let newest = state
            .checks
            .iter()
            .filter(|check| check["head_sha"] == pull.head.as_str() && check["name"] == name.as_str())
            .filter(|check| check["app"]["id"] == APP)
            .max_by_key(|check| check["id"].as_u64());
        let word = |check: &Value, key: &str| check[key].as_str().unwrap_or("-").to_owned();
        newest.map_or_else(Default::default, |check| {
            (word(check, "status"), word(check, "conclusion"), word(&check["output"], "title"))
        })
    }

    /// The comments of the bot on a pull request.
    pub(super) fn own_comments(&self, number: u64) -> Vec<String> {
        let state = self.state();
        let own = state.comments.iter().filter(|(of, it)| *of == number && it["user"]["type"] == "Bot");
        own.map(|(_, it)| it["body"].as_str().unwrap().to_owned()).collect()
    }

    /// Lets something go wrong from now on.
    pub(super) fn fault(&self, on: &str, times: u32, sort: Sort) {
        self.state().faults.push(Fault { on: on.to_owned(), times, sort });
    }

    /// How many requests began like this.
    pub(super) fn asked(&self, start: &str) -> usize {
        self.state().log.iter().filter(|line| line.starts_with(start)).count()
    }
}

/// The commit of main.
pub(super) fn main_of(hub: &Hub) -> String {
    git::look(&hub.state().git, "main").unwrap().0
}

impl Drop for Hub {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let wrong = std::mem::take(&mut self.state().wrong);
            assert!(wrong.is_empty(), "the referee whistles:\n{}", wrong.join("\n"));
        }
    }
}

async fn handle(
    Shared(state): Shared<Arc<Mutex<State>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let slow = state.lock().unwrap_or_else(std::sync::PoisonError::into_inner).slow;
    tokio::time::sleep(slow).await;
    let mut state = state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let path = uri.path().strip_prefix("/api/v3").unwrap_or(uri.path()).replace("/repositories/1/", "/repos/acme/sms/");
    let line = format!("{method} {path}");
    state.log.push(line.clone());
    let fault = state.faults.iter_mut().find(|fault| fault.times > 0 && line.starts_with(&fault.on));
    let fault = fault.map(|fault| {
        fault.times -= 1;
        fault.sort.clone()
    });
    if let Some(Sort::Status(status, extra)) = &fault {
        let mut response = r#"{"message": "made to fail"}"#.to_owned().into_response();
        *response.status_mut() = StatusCode::from_u16(*status).unwrap();
        for (name, value) in extra {
            response.headers_mut().insert(*name, value.parse().unwrap());
        }
        return response;
    }
    let sent: Value = serde_json::from_slice(&body).unwrap_or_default();
    if uri.path() == "/api/graphql" {
        return query::query(&state, &sent).to_string().into_response();
    }
    let operation = referee::operation(method.as_str(), &path);
    let Some(operation) = operation else {
        state.wrong.push(format!("{line}: GitHub describes no such operation"));
        return StatusCode::NOT_FOUND.into_response();
    };
    if !sent.is_null() {
        let wrong = state.referee.request(&operation, &sent);
        state.wrong.extend(wrong);
    }
    let query = uri.query().unwrap_or_default();
    let (status, answer, next) = api::answer(&mut state, &operation, &path, query, &headers, &sent);
    if (200..300).contains(&status) && status != 204 {
        let wrong = state.referee.answer(&operation, status, &answer);
        state.wrong.extend(wrong);
    }
    // GitHub's mark on an answer, and the short answer to whoever knows it already.
    let mut hasher = std::hash::DefaultHasher::new();
    // It is about the body alone: whether there is a next page may change under the same mark.
    answer.to_string().hash(&mut hasher);
    let etag = format!("W/\"{:016x}\"", hasher.finish());
    let known = headers.get("if-none-match").is_some_and(|mark| mark.to_str().unwrap() == etag);
    if method == Method::GET && status == 200 && fault.is_none() && known {
        state.unchanged += 1;
        return (StatusCode::NOT_MODIFIED, [("etag", etag)]).into_response();
    }
    state.given += 1;
    let mut text = if status == 204 { String::new() } else { answer.to_string() };
    let mut status = status;
    match fault {
        Some(Sort::DoneThen(other)) => status = other,
        Some(Sort::Truncated) => text.truncate(text.len() / 2),
        _ => {}
    }
    let mut response = text.into_response();
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    let date = state.date.clone().unwrap_or_else(|| "Fri, 20 Nov 2026 12:00:00 GMT".to_owned());
    response.headers_mut().insert("date", date.parse().unwrap());
    if method == Method::GET && status == 200 && !path.ends_with("/rate_limit") {
        response.headers_mut().insert("etag", etag.parse().unwrap());
    }
    if let Some(next) = next {
        response.headers_mut().insert("link", format!("<{}{next}>; rel=\"next\"", state.base).parse().unwrap());
    }
    response
}
