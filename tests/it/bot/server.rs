//! The webhook server, driven as GitHub drives it: by signed deliveries over HTTP.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use gitsm::bot::{AppKey, Auth, Client, Me, Secret, Setup, Wants, serve};
use serde_json::{Value, json};

use super::hub::{APP, Hub, NOW};
use super::{GREEN, PATIENCE, WAITS, asked, shows};

pub(super) const SECRET: &str = "the secret of the webhook";

/// A running server; it stops with its value.
struct Server {
    at: SocketAddr,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
    deliveries: AtomicU64,
}

impl Server {
    /// Starts a server for the hub, signed in as the App.
    fn start(hub: &Hub) -> Self {
        let key = AppKey::new(APP, &Secret::new(include_str!("../../keys/app.pem"))).unwrap();
        let now: jiff::Timestamp = NOW.parse().unwrap();
        let (base, cache) = (hub.base.clone(), hub.dir.path().join("cache"));
        let server = format!("file://{}", hub.dir.path().display());
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            super::run(async move {
                let client = Client::new(&base, Some(Auth::App(Arc::new(key))), Arc::new(move || now), PATIENCE);
                let setup = Setup {
                    client: client.unwrap(),
                    me: Me::App(APP),
                    secrets: vec![Secret::new(SECRET), Secret::new("the one before")],
                    repositories: Vec::new(),
                    server,
                    cache,
                    folder: std::path::PathBuf::new(),
                    wants: Wants::default(),
                    dry: false,
                    workers: 2,
                    sweep: Duration::from_hours(1),
                };
                let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                let stop = async {
                    let _ = stopped.await;
                };
                serve(setup, listener, stop, |_line| {}).await.unwrap();
            });
        });
        let at = told.recv().unwrap();
        Self { at, stop: Some(stop), thread: Some(thread), deliveries: AtomicU64::new(0) }
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, String) {
        send(self.at, method, path, headers, body)
    }

    fn deliver_as(&self, id: &str, event: &str, secret: &str, body: &[u8]) -> (u16, String) {
        let signature = sign(secret, body);
        let headers =
            [("x-hub-signature-256", signature.as_str()), ("x-github-event", event), ("x-github-delivery", id)];
        self.send("POST", "/webhook", &headers, body)
    }

    /// Delivers an event, signed, under a new number.
    fn deliver(&self, event: &str, payload: &Value) -> (u16, String) {
        let id = self.deliveries.fetch_add(1, Ordering::Relaxed).to_string();
        self.deliver_as(&id, event, SECRET, payload.to_string().as_bytes())
    }

    /// Waits until nothing is to be done any more.
    #[track_caller]
    fn rest(&self) {
        let start = Instant::now();
        let mut quiet = 0;
        while quiet < 3 {
            assert!(start.elapsed() < Duration::from_mins(4), "the server does not come to rest");
            let metrics = self.send("GET", "/metrics", &[], b"").1;
            let idle = metrics.contains("gitsm_queue_waiting 0\n") && metrics.contains("gitsm_queue_running 0\n");
            quiet = if idle { quiet + 1 } else { 0 };
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
        let _ = self.thread.take().map(std::thread::JoinHandle::join);
    }
}

/// Sends a request; gives status and body.
pub(super) fn send(at: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let mut head =
        format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
    // A server that refuses a body may close before all of it is sent.
    let _ = stream.write_all(body);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
    (status, answer.split_once("\r\n\r\n").map_or_else(String::new, |(_, body)| body.to_owned()))
}

pub(super) fn sign(secret: &str, body: &[u8]) -> String {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
    let tag = ring::hmac::sign(&key, body);
    format!("sha256={}", tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

pub(super) fn of_pull(number: u64, action: &str) -> Value {
    json!({"action": action, "pull_request": {"number": number}, "repository": {"full_name": "acme/sms"}, "installation": {"id": 5}})
}

#[test]
fn case_83_what_happened_before_the_start_is_found_by_the_sweep() {
    let (hub, number) = asked();
    hub.review(number, "bo", "APPROVED", None);
    let server = Server::start(&hub);
    server.rest();
    shows(&hub, number, GREEN);
    assert_eq!(server.send("GET", "/health", &[], b""), (200, "ok\n".to_owned()));
    let metrics = server.send("GET", "/metrics", &[], b"").1;
    assert!(metrics.contains("gitsm_decisions_total{outcome=\"PASS\"} 1\n"), "{metrics}");
}

#[test]
fn events_are_acknowledged_and_decided_and_after_a_restart_all_is_as_it_should_be() {
    let (hub, number) = asked();
    {
        let server = Server::start(&hub);
        server.rest();
        shows(&hub, number, WAITS);
        let review = hub.review(number, "bo", "APPROVED", None);
        let mut payload = of_pull(number, "submitted");
        payload["review"] = json!({"id": review});
        assert_eq!(server.deliver("pull_request_review", &payload), (202, "queued\n".to_owned()));
        server.rest();
        shows(&hub, number, GREEN);
        assert_eq!(hub.own_comments(number).len(), 1);
        // It is stopped right after it took the next event.
        hub.review(number, "ann", "CHANGES_REQUESTED", None);
        assert_eq!(server.deliver("pull_request_review", &of_pull(number, "edited")).0, 202);
    }
    let server = Server::start(&hub);
    server.rest();
    shows(&hub, number, super::RED);
    assert_eq!(hub.own_comments(number).len(), 1);
}

#[test]
fn case_82_and_89_what_is_not_signed_not_whole_or_not_known_does_nothing() {
    let (hub, number) = asked();
    let server = Server::start(&hub);
    server.rest();
    hub.state().log.clear();
    let body = of_pull(number, "synchronize").to_string();
    let right = sign(SECRET, body.as_bytes());
    let event = ("x-github-event", "pull_request");
    let send = |headers: &[(&str, &str)], body: &[u8]| server.send("POST", "/webhook", headers, body).0;
    assert_eq!(send(&[event], body.as_bytes()), 401, "no signature");
    assert_eq!(send(&[event, ("x-hub-signature-256", &sign("guess", body.as_bytes()))], body.as_bytes()), 401);
    assert_eq!(send(&[event, ("x-hub-signature-256", &right)], b"{}"), 401, "another body");
    assert_eq!(send(&[("x-hub-signature-256", &right)], body.as_bytes()), 400, "no event");
    assert_eq!(server.deliver_as("a", "pull_request", SECRET, b"{\"action\":").0, 400, "no JSON");
    assert_eq!(server.deliver_as("b", "sponsorship", SECRET, b"{}"), (202, "ignored\n".to_owned()));
    assert_eq!(server.deliver_as("c", "pull_request", SECRET, b"[[[[]]]]").0, 202);
    let huge = vec![b' '; 26 * 1024 * 1024];
    assert_eq!(send(&[event, ("x-hub-signature-256", &right)], &huge), 413);
    assert_eq!(server.send("GET", "/webhook", &[], b"").0, 405);
    assert_eq!(server.send("GET", "/nothing", &[], b"").0, 404);
    let other = json!({"action": "opened", "pull_request": {"number": 1}, "repository": {"full_name": "../evil"}});
    assert_eq!(server.deliver("pull_request", &other), (202, "not served\n".to_owned()));
    server.rest();
    assert_eq!(hub.state().log, [""; 0], "nothing was asked or written");
    assert_eq!(server.deliver_as("d", "pull_request", "the one before", body.as_bytes()), (202, "queued\n".to_owned()));
    assert_eq!(server.deliver_as("d", "pull_request", SECRET, body.as_bytes()), (202, "seen before\n".to_owned()));
    server.rest();
    assert_ne!(hub.state().log, [""; 0], "the old secret holds while the new one takes its place");
}

#[test]
fn case_88_who_looks_at_a_decision_changes_nothing_and_must_be_allowed_to() {
    let (hub, number) = asked();
    let server = Server::start(&hub);
    server.rest();
    let written = || hub.asked("POST /repos") + hub.asked("PATCH") + hub.asked("DELETE");
    let before = written();
    let path = format!("/decision/acme/sms/{number}");
    assert_eq!(server.send("GET", &path, &[], b"").0, 401);
    assert_eq!(server.send("GET", &path, &[("authorization", "Bearer stranger")], b"").0, 404);
    let (status, text) = server.send("GET", &path, &[("authorization", "Bearer of-another-app")], b"");
    assert_eq!(status, 200);
    assert!(text.contains("PENDING") && text.contains("Published: gitsm PENDING 2026-11-20T12:00:00Z "), "{text}");
    assert_eq!(written(), before);
}

#[test]
fn payloads_that_github_gives_as_examples_are_understood() {
    let all: Vec<Value> = serde_json::from_str(include_str!("payloads.json")).unwrap();
    let mut seen = std::collections::BTreeMap::new();
    for it in &all {
        let (name, payload) = (it["name"].as_str().unwrap(), &it["payload"]);
        let event = gitsm::bot::read_event(name, payload);
        let word = match event.wish {
            gitsm::bot::Wish::Nothing(_) => "nothing",
            gitsm::bot::Wish::Pull { .. } => "pull",
            gitsm::bot::Wish::Commit(_) => "commit",
            gitsm::bot::Wish::Branch(_) => "branch",
            gitsm::bot::Wish::Queue(_) => "queue",
            gitsm::bot::Wish::Everything => "everything",
        };
        let action = payload["action"].as_str().unwrap_or("-");
        seen.insert(format!("{name} {action}"), word);
    }
    assert!(seen.len() > 40, "{}", seen.len());
    insta::assert_snapshot!(seen.iter().map(|(event, word)| format!("{event}: {word}\n")).collect::<String>());
}
