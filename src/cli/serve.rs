//! `gitsm serve`.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use clap::Args;

use super::site::Kept;
use super::{Context, Exit};
use crate::site::{Files, Memory, MemorySink};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_millis(500);
/// What a page may load: its own style sheet and scripts, and nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The port to listen on, on this machine only; 0 takes any that is free
    #[arg(short, long, default_value_t = 4000)]
    port: u16,
}

/// What is served now.
type Current = Arc<RwLock<Arc<Served>>>;

/// Asks for a new page when there is one, and shows what is wrong.
const LIVE: &str = include_str!("serve/live.js");
/// Where that script is found; no page of a site has a name that begins with a dot.
const LIVE_PATH: &str = ".gitsm/live.js";
/// Where that script asks.
const STATE_PATH: &str = ".gitsm/state";

/// A site as it is served.
#[derive(Debug, Default)]
struct Served {
    files: Arc<Files>,
    /// Grows with every site that is made.
    version: u64,
    /// Why the last try to make it failed; the files are the last good ones.
    error: Option<String>,
}

/// What one build leaves for the next.
#[derive(Debug, Default)]
struct Left {
    /// What is known of the records.
    kept: Kept,
    /// The last site with what is remembered of making it.
    site: Option<(Arc<Files>, Memory)>,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    let root = cx.root()?;
    let mut seen = fingerprint(&root);
    let mut left = Left::default();
    let first = Served { files: build(cx, &mut left)?, version: 1, error: None };
    let current: Current = Arc::new(RwLock::new(Arc::new(first)));
    let (sender, ended) = mpsc::channel();
    let (port_sender, port) = mpsc::channel();
    let served = Arc::clone(&current);
    let wanted = arguments.port;
    std::thread::spawn(move || {
        let result = listen(wanted, served, |port| {
            let _ = port_sender.send(port);
        });
        let _ = sender.send(result);
    });
    if let Ok(port) = port.recv() {
        cx.line(format!("Serving http://127.0.0.1:{port}/ from memory; pages change as files do. Ctrl-C ends it."))?;
        cx.out.flush()?;
    }
    loop {
        match ended.recv_timeout(LOOK) {
            Ok(result) => return result.map(|()| Exit::Clean),
            Err(RecvTimeoutError::Disconnected) => anyhow::bail!("the server has stopped"),
            Err(RecvTimeoutError::Timeout) => {}
        }
        let now = fingerprint(&root);
        if cx.at().is_some() || now == seen {
            continue;
        }
        seen = now;
        // What was good last stays up until the files can be used again.
        let built = build(cx, &mut left);
        if let Err(error) = &built {
            writeln!(std::io::stderr(), "error: {error:#}")?;
        }
        let mut served = current.write().unwrap_or_else(PoisonError::into_inner);
        *served = Arc::new(next(&served, built));
    }
}

/// What is served after a try to make the site: the new one, or the last good one with what is wrong.
fn next(last: &Served, built: anyhow::Result<Arc<Files>>) -> Served {
    match built {
        Ok(files) => Served { files, version: last.version + 1, error: None },
        Err(error) => {
            Served { files: Arc::clone(&last.files), version: last.version, error: Some(format!("{error:#}")) }
        }
    }
}

/// The whole site in memory; only what changed since the last build is made again.
fn build(cx: &Context<'_>, left: &mut Left) -> anyhow::Result<Arc<Files>> {
    let snapshot = cx.snapshot()?;
    cx.progress.stage("making pages");
    let before = left.site.as_ref();
    let sink = before.map_or_else(MemorySink::default, |(files, _)| MemorySink::after(Arc::clone(files)));
    let before = (&left.kept, before.map(|(_, memory)| memory));
    let made = super::site::make(&cx.root().unwrap_or_default(), &snapshot, cx.as_of(), before, &sink);
    cx.progress.done();
    let (memory, files) = (made?, Arc::new(sink.into_files()));
    left.site = Some((Arc::clone(&files), memory));
    Ok(files)
}

/// What the files that a site depends on look like from outside: paths, sizes and times of change.
fn fingerprint(root: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut places: Vec<_> = ["gitsm.toml", "sms", "schemas/local", "templates"].map(|place| root.join(place)).to_vec();
    while let Some(place) = places.pop() {
        let Ok(about) = std::fs::symlink_metadata(&place) else { continue };
        place.hash(&mut hasher);
        if about.is_dir() {
            let entries = std::fs::read_dir(&place).into_iter().flatten().flatten();
            let mut entries: Vec<_> = entries.map(|entry| entry.path()).collect();
            entries.sort();
            places.extend(entries);
        } else {
            (about.len(), about.modified().ok()).hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// Answers requests until Ctrl-C.
fn listen(port: u16, files: Current, ready: impl FnOnce(u16)) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = tokio::net::TcpListener::bind(address).await;
        let listener = listener.with_context(|| format!("cannot listen on port {port}; choose another with --port"))?;
        ready(listener.local_addr()?.port());
        let router = Router::new().fallback(handle).with_state(files);
        let stop = async {
            let _ = tokio::signal::ctrl_c().await;
        };
        tokio::select! {
            served = axum::serve(listener, router) => Ok(served?),
            () = stop => Ok(()),
        }
    })
}

async fn handle(State(current): State<Current>, request: Request) -> Response {
    let served = Arc::clone(&current.read().unwrap_or_else(PoisonError::into_inner));
    let answer = answer(&served, request.method(), request.uri().path(), request.headers());
    let mut response = Response::builder()
        .status(answer.status)
        .header(header::CONTENT_TYPE, answer.content_type)
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if answer.status == StatusCode::METHOD_NOT_ALLOWED {
        response = response.header(header::ALLOW, "GET, HEAD");
    }
    if let Some(location) = answer.location {
        response = response.header(header::LOCATION, location);
    }
    response.body(Body::from(answer.body)).unwrap_or_default()
}

/// What is answered to a request.
struct Answer {
    status: StatusCode,
    content_type: &'static str,
    body: Vec<u8>,
    location: Option<String>,
}

/// Finds the answer. Files are looked up by name in the site's own list, so no path leads out of it.
fn answer(served: &Served, method: &Method, path: &str, headers: &HeaderMap) -> Answer {
    let files = &served.files;
    let plain = |status, words: &str| Answer {
        status,
        content_type: "text/plain; charset=utf-8",
        body: words.as_bytes().to_vec(),
        location: None,
    };
    // A page elsewhere on the web could otherwise read the records under a name that leads to this machine.
    if !is_local(headers) {
        return plain(StatusCode::FORBIDDEN, "Only http://127.0.0.1 and http://localhost are served.\n");
    }
    if method != Method::GET && method != Method::HEAD {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET is answered.\n");
    }
    let path = path.trim_start_matches('/');
    let name = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    let found = match name.as_str() {
        LIVE_PATH => Some(LIVE.as_bytes().to_vec()),
        STATE_PATH => Some(state(served)),
        _ => files
            .get(&name)
            .map(|body| if content_type(&name).starts_with("text/html") { live(body) } else { body.to_vec() }),
    };
    if let Some(body) = found {
        let content_type = if name == STATE_PATH { content_type("x.json") } else { content_type(&name) };
        return Answer { status: StatusCode::OK, content_type, body, location: None };
    }
    if files.contains_key(&format!("{name}/index.html")) {
        let mut answer = plain(StatusCode::TEMPORARY_REDIRECT, "");
        answer.location = Some(format!("/{name}/"));
        return answer;
    }
    let page =
        files.get("404.html").map(|page| String::from_utf8_lossy(page).replace("<head>", "<head><base href=\"/\">"));
    let body = page.unwrap_or_default().into_bytes();
    Answer { status: StatusCode::NOT_FOUND, content_type: content_type("404.html"), body, location: None }
}

/// What the script of a page asks for.
fn state(served: &Served) -> Vec<u8> {
    serde_json::json!({ "version": served.version, "error": served.error }).to_string().into_bytes()
}

/// A page with the script that keeps it new.
fn live(page: &[u8]) -> Vec<u8> {
    let tag = format!("</title>\n<script src=\"/{LIVE_PATH}\" defer></script>");
    String::from_utf8_lossy(page).replacen("</title>", &tag, 1).into_bytes()
}

/// Whether a request names this machine as the one it wants.
fn is_local(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost")
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "csv" => "text/csv; charset=utf-8",
        "svg" => "image/svg+xml",
        "xml" => "application/atom+xml; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(method: &Method, path: &str, host: &str) -> (u16, &'static str, String) {
        let page = |text: &str| Arc::from(text.as_bytes());
        let files = Files::from([
            ("index.html".to_owned(), page("home")),
            ("risks/index.html".to_owned(), page("risks")),
            ("site.css".to_owned(), page("css")),
            ("404.html".to_owned(), page("<head>lost")),
            ("live.html".to_owned(), page("<title>a</title><p>b</p><svg><title>c</title></svg>")),
        ]);
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        let served = Served { files: Arc::new(files), version: 7, error: Some("a \"b\"".to_owned()) };
        let answer = answer(&served, method, path, &headers);
        (answer.status.as_u16(), answer.content_type, String::from_utf8(answer.body).unwrap())
    }

    #[test]
    fn pages_are_found_and_lost_ones_told() {
        let get = |path| ask(&Method::GET, path, "127.0.0.1:4000");
        assert_eq!(get("/"), (200, "text/html; charset=utf-8", "home".to_owned()));
        assert_eq!(get("/risks/").2, "risks");
        assert_eq!(get("/risks").0, 307);
        assert_eq!(get("/site.css").1, "text/css; charset=utf-8");
        assert_eq!(get("/nothing").0, 404);
        assert!(get("/a/b").2.contains("<base href=\"/\">"));
    }

    #[test]
    fn no_path_leads_out_of_the_site() {
        for path in ["/../gitsm.toml", "/..%2fgitsm.toml", "//etc/passwd", "/risks/../../x", "/%2e%2e/x", "/."] {
            assert_eq!(ask(&Method::GET, path, "localhost:1").0, 404, "{path}");
        }
    }

    #[test]
    fn other_methods_and_other_hosts_are_refused() {
        assert_eq!(ask(&Method::POST, "/", "localhost").0, 405);
        assert_eq!(ask(&Method::HEAD, "/", "localhost").0, 200);
        assert_eq!(ask(&Method::GET, "/", "evil.example:4000").0, 403);
        assert_eq!(ask(&Method::GET, "/", "127.0.0.1.evil.example").0, 403);
    }

    #[test]
    fn pages_keep_themselves_new_and_tell_what_is_wrong() {
        let get = |path| ask(&Method::GET, path, "127.0.0.1:4000");
        assert_eq!(
            get("/live.html").2,
            "<title>a</title>\n<script src=\"/.gitsm/live.js\" defer></script><p>b</p><svg><title>c</title></svg>"
        );
        let (status, kind, script) = get("/.gitsm/live.js");
        assert_eq!((status, kind), (200, "text/javascript; charset=utf-8"));
        assert!(script.contains(STATE_PATH));
        let (status, kind, state) = get("/.gitsm/state");
        assert_eq!((status, kind, state.as_str()), (200, "application/json", r#"{"version":7,"error":"a \"b\""}"#));
    }

    #[test]
    fn a_site_that_cannot_be_made_leaves_the_last_good_one() {
        let files = Files::from([("index.html".to_owned(), Arc::from(*b"home"))]);
        let good = next(&Served::default(), Ok(Arc::new(files)));
        assert_eq!((good.version, good.error.as_deref(), good.files.len()), (1, None, 1));
        let bad = next(&good, Err(anyhow::anyhow!("line 3").context("gitsm.toml")));
        assert_eq!((bad.version, bad.error.as_deref(), bad.files.len()), (1, Some("gitsm.toml: line 3"), 1));
        assert_eq!(next(&bad, Ok(Arc::default())).version, 2);
    }

    #[test]
    fn a_change_of_a_file_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("sms/ci")).unwrap();
        let first = fingerprint(folder.path());
        std::fs::write(folder.path().join("sms/ci/a.yaml"), "a").unwrap();
        let second = fingerprint(folder.path());
        assert_ne!(first, second);
        assert_eq!(second, fingerprint(folder.path()));
    }

    /// Commits the files of a folder.
    fn commit(root: &Path) {
        let repository = git2::Repository::init(root).unwrap();
        let mut index = repository.index().unwrap();
        index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
        let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
        let who = git2::Signature::new("Ann", "ann@example.org", &git2::Time::new(1_790_000_000, 0)).unwrap();
        let parent = repository.head().ok().map(|head| head.peel_to_commit().unwrap());
        let parents: Vec<_> = parent.iter().collect();
        repository.commit(Some("HEAD"), &who, &who, "Edit", &tree, &parents).unwrap();
    }

    #[test]
    fn the_history_is_read_again_only_when_there_is_more_of_it_and_pages_are_as_if_it_always_were() {
        let record = |more: &str| format!("kind: ci\nid: ci-a\ntitle: A\nstatus: live\n{more}");
        let folder =
            super::super::fixture::Folder::new(&[("gitsm.toml", "format = 1\n"), ("sms/ci/ci-a.yaml", &record(""))]);
        let write = |path: &str, text: &str| std::fs::write(folder.root.join(path), text).unwrap();
        commit(&folder.root);
        let mut left = Left::default();
        // What reading gives is kept in this folder, so that it shows whether it was read.
        let place = folder.root.join(".git/gitsm");
        let mut builds = || {
            let _ = std::fs::remove_dir_all(&place);
            let files = folder.context(|cx| build(cx, &mut left)).unwrap();
            let was_read = place.exists();
            assert_eq!(files, folder.context(|cx| build(cx, &mut Left::default())).unwrap());
            was_read
        };
        assert!(builds());
        write("sms/ci/ci-a.yaml", &record("owner: ann\n"));
        assert!(!builds(), "what a save changes is on disk alone");
        commit(&folder.root);
        assert!(builds() && !builds());
        write("sms/ci/ci-b.yaml", &record("").replace("ci-a", "ci-b"));
        assert!(builds() && !builds(), "another record has a life of its own");
        std::fs::rename(folder.root.join("sms/ci/ci-b.yaml"), folder.root.join("sms/ci/x.yaml")).unwrap();
        assert!(builds() && !builds(), "and so has one in another file");
    }
}
