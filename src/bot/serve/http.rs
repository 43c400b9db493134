//! What the server answers. It acknowledges deliveries at once, and shows what it does without doing anything.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::Value;
use tokio::time::timeout;

use super::queue::{About, Job, Task};
use super::signature::is_signed;
use super::{Hall, lock};
use crate::bot::event::{Wish, read};
use crate::bot::{Repo, Secret, text};

/// Largest delivery, in bytes; GitHub sends no larger ones.
const MOST: usize = 25 * 1024 * 1024;
/// Room for all deliveries that are being read, in KiB.
pub(super) const ROOM: usize = 64 * 1024;
/// How long a delivery may take to come. GitHub gives up after ten seconds.
const READ: Duration = Duration::from_secs(10);

pub(super) fn router(hall: Arc<Hall>) -> Router {
    Router::new()
        .route("/webhook", post(webhook))
        .route("/health", get(health))
        .route("/metrics", get(metrics))
        .route("/decision/{owner}/{name}/{number}", get(decision))
        .with_state(hall)
}

fn plain(status: StatusCode, text: impl Into<String>) -> Response {
    let response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    response.body(Body::from(text.into())).unwrap_or_default()
}

/// Whether the workers work, and none of them hangs; whoever watches over the server starts it anew when they do not.
async fn health(State(hall): State<Arc<Hall>>) -> Response {
    match hall.pulse.trouble() {
        None => plain(StatusCode::OK, "ok\n"),
        Some(trouble) => plain(StatusCode::SERVICE_UNAVAILABLE, format!("{trouble}\n")),
    }
}

/// A delivery. Nothing of it is read before its signature is.
async fn webhook(State(hall): State<Arc<Hall>>, request: Request) -> Response {
    let (status, became) = deliver(&hall, request).await;
    *lock(&hall.counts).deliveries.entry(became).or_default() += 1;
    plain(status, format!("{became}\n"))
}

async fn deliver(hall: &Hall, request: Request) -> (StatusCode, &'static str) {
    let (parts, body) = request.into_parts();
    let word = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    if word("x-hub-signature-256").is_none() {
        return (StatusCode::UNAUTHORIZED, "unsigned");
    }
    let size = match word("content-length").map(str::parse) {
        Some(Ok(size)) if size <= MOST => size,
        Some(_) => return (StatusCode::PAYLOAD_TOO_LARGE, "too large"),
        // GitHub says how long each is; room for the largest is not kept for whoever does not.
        None => return (StatusCode::LENGTH_REQUIRED, "without a length"),
    };
    // Anybody can send a body; so many bytes of them are held at once, and none for long. Nobody waits for room, so that a
    // small delivery never stands behind a large one for which there is none.
    let kib = u32::try_from(size / 1024 + 1).unwrap_or(u32::MAX);
    let Ok(_room) = hall.room.try_acquire_many(kib) else {
        return (StatusCode::SERVICE_UNAVAILABLE, "no room");
    };
    let body = match timeout(READ, axum::body::to_bytes(body, size)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return (StatusCode::PAYLOAD_TOO_LARGE, "too large"),
        Err(_) => return (StatusCode::REQUEST_TIMEOUT, "too slow"),
    };
    if !is_signed(&hall.setup.secrets, word("x-hub-signature-256"), &body) {
        return (StatusCode::UNAUTHORIZED, "wrong signature");
    }
    let (Some(name), Some(delivery)) = (word("x-github-event"), word("x-github-delivery")) else {
        return (StatusCode::BAD_REQUEST, "no event");
    };
    let Ok(payload) = serde_json::from_slice::<Value>(&body) else {
        return (StatusCode::BAD_REQUEST, "malformed");
    };
    let event = read(name, &payload);
    if matches!(event.wish, Wish::Nothing(_)) {
        return (StatusCode::ACCEPTED, "ignored");
    }
    let repository = match event.repository {
        None => String::new(),
        Some(name) => match hall.served(&name) {
            Some(name) => name,
            None => return (StatusCode::ACCEPTED, "not served"),
        },
    };
    if repository.is_empty() && event.wish != Wish::Everything {
        return (StatusCode::BAD_REQUEST, "no repository");
    }
    if !lock(&hall.queue).is_new(delivery) {
        return (StatusCode::ACCEPTED, "seen before");
    }
    let (task, review) = match event.wish {
        Wish::Pull { number, review } => (Task::Pull(number), review),
        Wish::Queue(group) => (Task::Group(group), None),
        wish => (Task::Find(wish), None),
    };
    hall.push(Job { repository, task }, About { review, event: true, failures: 0 });
    (StatusCode::ACCEPTED, "queued")
}

/// Counts, as Prometheus reads them.
async fn metrics(State(hall): State<Arc<Hall>>) -> Response {
    let counts = lock(&hall.counts).clone();
    let (waiting, running, later) = lock(&hall.queue).counts();
    let mut out = String::new();
    let mut series = |name: &str, sort: &str, values: Vec<(String, u64)>| {
        let _ = writeln!(out, "# TYPE gitsm_{name} {sort}");
        for (labels, value) in values {
            let _ = writeln!(out, "gitsm_{name}{labels} {value}");
        }
    };
    let label = |key: &str, value: &str| format!("{{{key}=\"{value}\"}}");
    let deliveries = counts.deliveries.iter().map(|(became, count)| (label("became", became), *count));
    series("deliveries_total", "counter", deliveries.collect());
    let decisions = counts.decisions.iter().map(|(outcome, count)| (label("outcome", outcome), *count));
    series("decisions_total", "counter", decisions.collect());
    let bare = |value: u64| vec![(String::new(), value)];
    series("failures_total", "counter", bare(counts.failures));
    series("sweeps_total", "counter", bare(counts.sweeps));
    let size = |count: usize| bare(u64::try_from(count).unwrap_or(u64::MAX));
    series("queue_waiting", "gauge", size(waiting));
    series("queue_running", "gauge", size(running));
    series("queue_later", "gauge", size(later));
    let oldest = hall.pulse.oldest().map_or(0, |age| age.as_secs());
    series("work_oldest_seconds", "gauge", bare(oldest));
    plain(StatusCode::OK, out)
}

/// The decision as it would be now, for whoever may read the repository by the token that they bring. Nothing is
/// published, asked for or written down.
async fn decision(
    State(hall): State<Arc<Hall>>,
    Path((owner, name, number)): Path<(String, String, u64)>,
    headers: HeaderMap,
) -> Response {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(token) = token.and_then(|value| value.strip_prefix("Bearer ")).filter(|token| !token.trim().is_empty())
    else {
        let words = "Sign in with a token of yours that may read the repository: Authorization: Bearer TOKEN\n";
        return plain(StatusCode::UNAUTHORIZED, words);
    };
    let lost = || plain(StatusCode::NOT_FOUND, "There is no such decision, or it is not yours to see.\n");
    let Some(repository) = hall.served(&format!("{owner}/{name}")) else { return lost() };
    let Some(viewer) = Repo::new(hall.setup.client.with_token(Secret::new(token)), &repository) else { return lost() };
    if viewer.pull(number).await.is_err() {
        return lost();
    }
    let Ok(_turn) = hall.shown.acquire().await else { return lost() };
    let decided = async { hall.worker(&repository).await?.judge.decide(number, None).await };
    match decided.await {
        Ok(case) => {
            let stored = case.seen.check.as_ref().map_or("nothing was published yet", |run| run.mark.as_str());
            plain(StatusCode::OK, format!("{}\nPublished: {stored}\n\n{}", text::summary(&case), text::details(&case)))
        }
        Err(error) => plain(StatusCode::BAD_GATEWAY, format!("{error}\n")),
    }
}
