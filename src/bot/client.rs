//! The one client of GitHub's API: signs in, pages to the end, waits for limits, repeats what may be repeated.
//!
//! octocrab carries the requests. Its own repetition is off, since it sends what creates something again at once.

mod memory;
mod wait;

use std::sync::{Arc, Mutex as Plain, PoisonError};
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, DATE, ETAG, HeaderValue, IF_NONE_MATCH, LINK, USER_AGENT};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use jiff::Timestamp;
use octocrab::Octocrab;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::Mutex;
pub use wait::Patience;

use super::jwt::{AppKey, KeyError};
use super::secret::Secret;
use memory::Memory;
use wait::Then;

/// Most bytes of one answer.
const MOST_BYTES: usize = 32 * 1024 * 1024;
/// Most pages of one list.
const MOST_PAGES: usize = 1000;
/// A token of an installation is taken for so long; GitHub lets it hold for an hour.
const TOKEN_LIFE: Duration = Duration::from_mins(50);

/// Where questions are asked that the other addresses do not answer.
const GRAPHQL: &str = "/graphql";
/// The clock's question: its answer must be fresh.
const RATE_LIMIT: &str = "/rate_limit";

/// The clock; handed in, so that tests have their own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Why a request gave nothing to work with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// GitHub answered with a refusal.
    #[error("{what}: GitHub answers {status}{}", said(.message))]
    Status {
        /// Method and path.
        what: String,
        /// The status.
        status: u16,
        /// What GitHub says about it.
        message: String,
    },
    /// A limit that lasts too long to wait for it.
    #[error("{what}: the rate limit is spent; try again later")]
    Limited {
        /// Method and path.
        what: String,
    },
    /// No answer came.
    #[error("{what}: no answer: {why}")]
    Silent {
        /// Method and path.
        what: String,
        /// Why.
        why: String,
    },
    /// The answer has not the form that it should have.
    #[error("{what}: the answer cannot be read: {why}")]
    Form {
        /// Method and path.
        what: String,
        /// Why.
        why: String,
    },
    /// The sign-in is not possible.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// The client cannot be set up.
    #[error("the client cannot be set up: {0}")]
    Setup(String),
}

fn said(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(" ({message})") }
}

impl ApiError {
    /// Whether GitHub says that there is no such thing.
    #[must_use]
    pub const fn is_missing(&self) -> bool {
        matches!(self, Self::Status { status: 404 | 410, .. })
    }

    /// Whether the right to do it is missing.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        matches!(self, Self::Status { status: 401 | 403, .. })
    }
}

/// How the client signs in.
#[derive(Debug, Clone)]
pub enum Auth {
    /// With a token: of a person, of an installation, or of a workflow.
    Token(Secret),
    /// As an App.
    App(Arc<AppKey>),
}

type Kept = Arc<Mutex<Option<(Secret, Timestamp)>>>;

#[derive(Clone)]
enum Signing {
    Nobody,
    Token(Secret),
    App(Arc<AppKey>),
    Installation(Arc<AppKey>, u64, Kept),
}

/// The client.
#[derive(Clone)]
pub struct Client {
    crab: Octocrab,
    api: Arc<str>,
    signing: Signing,
    clock: Clock,
    patience: Patience,
    page: u32,
    /// Answers that GitHub need not give in full again while they hold: one for all installations, so that it is bounded
    /// however many there are.
    memory: Arc<Plain<Memory>>,
    /// As whom they were asked for; they belong to nobody else.
    asker: u64,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Client({})", self.api)
    }
}

/// The token of an installation.
#[derive(serde::Deserialize)]
struct Token {
    token: String,
}

/// An answer.
#[derive(Debug, Clone)]
struct Answer {
    body: Vec<u8>,
    headers: HeaderMap,
}

impl Answer {
    /// The same answer after GitHub said that its body still holds; where it says anew what follows, that counts.
    fn still(&self, headers: &HeaderMap) -> Self {
        let mut it = self.clone();
        if let Some(link) = headers.get(LINK) {
            it.headers.insert(LINK, link.clone());
        }
        it
    }
}

impl Client {
    /// A client of the API at `api`, such as `https://api.github.com` or `https://HOST/api/v3`. It must be made within a
    /// runtime of tokio.
    ///
    /// # Errors
    /// When the address is none, or the certificates of the machine cannot be read.
    pub fn new(api: &str, auth: Option<Auth>, clock: Clock, patience: Patience) -> Result<Self, ApiError> {
        let setup = |error: octocrab::Error| ApiError::Setup(error.to_string());
        let api = api.trim_end_matches('/');
        let crab = Octocrab::builder()
            .set_connect_timeout(Some(Duration::from_secs(10)))
            .set_read_timeout(Some(patience.request))
            // It would put the path of the base before every other one; requests bring their whole address.
            .base_uri(origin(api))
            .and_then(|builder| builder.build())
            .map_err(setup)?;
        let signing = match auth {
            None => Signing::Nobody,
            Some(Auth::Token(token)) => Signing::Token(token),
            Some(Auth::App(app)) => Signing::App(app),
        };
        let memory = Arc::default();
        Ok(Self { crab, api: api.into(), signing, clock, patience, page: 100, memory, asker: 0 })
    }

    /// The same with pages of so many entries; for tests.
    #[must_use]
    pub fn paged_by(mut self, page: u32) -> Self {
        self.page = page;
        self
    }

    /// The same as the installation `id` of the App; with a token nothing changes.
    #[must_use]
    pub fn installation(&self, id: u64) -> Self {
        let mut it = self.clone();
        if let Signing::App(app) = &self.signing {
            (it.signing, it.asker) = (Signing::Installation(Arc::clone(app), id, Kept::default()), id);
        }
        it
    }

    /// The same, signed in with another token.
    #[must_use]
    pub fn with_token(&self, token: Secret) -> Self {
        Self { signing: Signing::Token(token), memory: Arc::default(), ..self.clone() }
    }

    /// The number of the App as which it signs in; none with a token.
    #[must_use]
    pub fn app(&self) -> Option<u64> {
        match &self.signing {
            Signing::App(app) | Signing::Installation(app, ..) => Some(app.id()),
            Signing::Nobody | Signing::Token(_) => None,
        }
    }

    /// Whether it signs in as an App and not as an installation of it.
    #[must_use]
    pub fn is_bare_app(&self) -> bool {
        matches!(self.signing, Signing::App(_))
    }

    /// Now, by the clock that was handed in.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The token to sign in with; also for git.
    ///
    /// # Errors
    /// When the App cannot sign in.
    pub async fn token(&self) -> Result<Option<Secret>, ApiError> {
        match &self.signing {
            Signing::Nobody => Ok(None),
            Signing::Token(token) => Ok(Some(token.clone())),
            Signing::App(app) => Ok(Some(app.token(self.now())?)),
            Signing::Installation(app, id, kept) => {
                let mut kept = kept.lock().await;
                let now = self.now();
                if let Some((token, until)) = &*kept
                    && now < *until
                {
                    return Ok(Some(token.clone()));
                }
                let bare = Self { signing: Signing::App(Arc::clone(app)), ..self.clone() };
                let path = format!("/app/installations/{id}/access_tokens");
                // A token too many does no harm, so that it may be asked for again.
                let fresh: Token = Box::pin(bare.send_json(Method::POST, &path, Some(&json!({})), false)).await?;
                let token = Secret::new(fresh.token);
                *kept = Some((token.clone(), now.checked_add(TOKEN_LIFE).unwrap_or(now)));
                Ok(Some(token))
            }
        }
    }

    /// Reads one thing.
    ///
    /// # Errors
    /// When GitHub refuses, does not answer in time, or answers something else.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        self.send_json(Method::GET, path, None, false).await
    }

    /// Reads a whole list, page after page; `key` names the list where it lies within an object.
    ///
    /// # Errors
    /// When any page is missing or cannot be read: half a list is no list.
    pub async fn list<T: DeserializeOwned>(&self, path: &str, key: Option<&str>) -> Result<Vec<T>, ApiError> {
        self.list_while(path, key, |_| true).await
    }

    /// Reads a list, page after page, as long as the last entry of a page is one to go `on` after.
    ///
    /// # Errors
    /// As [`Client::list`].
    pub async fn list_while<T: DeserializeOwned>(
        &self,
        path: &str,
        key: Option<&str>,
        on: impl Fn(&T) -> bool,
    ) -> Result<Vec<T>, ApiError> {
        let mark = if path.contains('?') { '&' } else { '?' };
        let mut next = Some(format!("{path}{mark}per_page={}", self.page));
        let mut all = Vec::new();
        let mut pages = 0;
        while let Some(address) = next {
            let form = |why: String| ApiError::Form { what: format!("GET {path}"), why };
            pages += 1;
            if pages > MOST_PAGES {
                return Err(form(format!("there are more than {MOST_PAGES} pages")));
            }
            let answer = self.send(Method::GET, &address, None, false).await?;
            let mut value: Value = serde_json::from_slice(&answer.body).map_err(|error| form(error.to_string()))?;
            if let Some(key) = key {
                value = value.get_mut(key).map(Value::take).ok_or_else(|| form(format!("it has no '{key}'")))?;
            }
            let page: Vec<T> = serde_json::from_value(value).map_err(|error| form(error.to_string()))?;
            let full = u32::try_from(page.len()).is_ok_and(|entries| entries >= self.page);
            let enough = page.last().is_some_and(|last| !on(last));
            all.extend(page);
            next = self.next_page(&answer.headers).map_err(form)?;
            if full && next.is_none() {
                // Another entry would change nothing about this page but that one follows it, and the mark may not tell.
                self.memory().forget(&self.key(&address));
            }
            next = next.filter(|_| !enough);
        }
        Ok(all)
    }

    /// The address of the next page; one that leads elsewhere is refused, since the token would go with it.
    fn next_page(&self, headers: &HeaderMap) -> Result<Option<String>, String> {
        let Some(link) = headers.get(LINK) else { return Ok(None) };
        let link = link.to_str().map_err(|_| "its links are no text".to_owned())?;
        for part in link.split(',') {
            let Some((address, about)) = part.trim().split_once('>') else { continue };
            if !about.contains("rel=\"next\"") {
                continue;
            }
            let address = address.trim_start_matches('<');
            return match address.strip_prefix(&*self.api) {
                Some(path) if path.starts_with('/') => Ok(Some(path.to_owned())),
                _ => Err("its next page is on another server".to_owned()),
            };
        }
        Ok(None)
    }

    /// Creates something; it is sent again only where GitHub says that it was not looked at.
    ///
    /// # Errors
    /// When GitHub refuses, does not answer in time, or answers something else.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Result<T, ApiError> {
        self.send_json(Method::POST, path, Some(body), true).await
    }

    /// Asks a question in GitHub's query language; it changes nothing, so that it may be asked again.
    ///
    /// # Errors
    /// When GitHub refuses, does not answer in time, or answers without data.
    pub async fn query(&self, query: &str, variables: &Value) -> Result<Value, ApiError> {
        let body = json!({"query": query, "variables": variables});
        let mut answer: Value = self.send_json(Method::POST, GRAPHQL, Some(&body), false).await?;
        let data = answer["data"].take();
        let why = answer["errors"][0]["message"].as_str().unwrap_or("it has no data").chars().take(200).collect();
        if data.is_object() { Ok(data) } else { Err(ApiError::Form { what: format!("POST {GRAPHQL}"), why }) }
    }

    /// Changes something into what `body` says.
    ///
    /// # Errors
    /// When GitHub refuses, does not answer in time, or answers something else.
    pub async fn patch<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Result<T, ApiError> {
        self.send_json(Method::PATCH, path, Some(body), false).await
    }

    /// Takes something away; what is gone already is well.
    ///
    /// # Errors
    /// When GitHub refuses or does not answer in time.
    pub async fn delete(&self, path: &str) -> Result<(), ApiError> {
        match self.send(Method::DELETE, path, None, false).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_missing() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// By how many seconds the clock here differs from GitHub's.
    ///
    /// # Errors
    /// When GitHub does not answer, or does not tell the time.
    pub async fn skew(&self) -> Result<i64, ApiError> {
        let answer = self.send(Method::GET, RATE_LIMIT, None, false).await?;
        let form = |why: &str| ApiError::Form { what: "GET /rate_limit".to_owned(), why: why.to_owned() };
        let date =
            answer.headers.get(DATE).and_then(|date| date.to_str().ok()).ok_or_else(|| form("it has no date"))?;
        let there = jiff::fmt::rfc2822::parse(date).map_err(|_| form("its date is none"))?;
        Ok(self.now().as_second() - there.timestamp().as_second())
    }

    async fn send_json<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        once: bool,
    ) -> Result<T, ApiError> {
        let what = format!("{method} {}", plain(path));
        let answer = self.send(method, path, body, once).await?;
        serde_json::from_slice(&answer.body).map_err(|error| ApiError::Form { what, why: error.to_string() })
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>, once: bool) -> Result<Answer, ApiError> {
        let what = format!("{method} {}", plain(path));
        let mut attempt = 0;
        loop {
            attempt += 1;
            let sent = tokio::time::timeout(self.patience.request, self.attempt(&method, path, body)).await;
            let (status, answer) = match sent {
                Ok(Ok(answered)) => answered,
                Ok(Err(error @ (ApiError::Key(_) | ApiError::Setup(_)))) => return Err(error),
                Ok(Err(error)) if once || attempt >= self.patience.attempts => return Err(error),
                Err(_) if once || attempt >= self.patience.attempts => {
                    return Err(ApiError::Silent { what, why: "it took too long".to_owned() });
                }
                Ok(Err(_)) | Err(_) => {
                    tokio::time::sleep(wait::backoff(attempt, self.patience)).await;
                    continue;
                }
            };
            match wait::after(status, &answer.headers, attempt, once, self.now(), self.patience) {
                Then::Again(wait) => tokio::time::sleep(wait).await,
                Then::Limited => return Err(ApiError::Limited { what }),
                Then::Take if status.is_success() => return Ok(answer),
                Then::Take => {
                    let message = serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
                    let message = message["message"].as_str().unwrap_or_default().chars().take(200).collect();
                    return Err(ApiError::Status { what, status: status.as_u16(), message });
                }
            }
        }
    }

    async fn attempt(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(StatusCode, Answer), ApiError> {
        let silent = |why: String| ApiError::Silent { what: format!("{method} {}", plain(path)), why };
        let mut request = Request::builder()
            .method(method.clone())
            .uri(self.address(path))
            .header(ACCEPT, "application/vnd.github+json")
            .header("x-github-api-version", "2022-11-28")
            .header(USER_AGENT, concat!("gitsm/", env!("CARGO_PKG_VERSION")));
        if let Some(token) = self.token().await? {
            let header = HeaderValue::from_str(&format!("Bearer {}", token.reveal()));
            let mut header = header.map_err(|_| ApiError::Setup("the token is not one line of text".to_owned()))?;
            header.set_sensitive(true);
            request = request.header(AUTHORIZATION, header);
        }
        if body.is_some() {
            request = request.header(http::header::CONTENT_TYPE, "application/json");
        }
        let key = self.key(path);
        let known = if *method == Method::GET && path != RATE_LIMIT { self.memory().get(&key) } else { None };
        if let Some((etag, _)) = &known {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = request.body(body).map_err(|error| ApiError::Setup(error.to_string()))?;
        let response = self.crab.execute(request).await.map_err(|error| silent(first_line(&error)))?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, MOST_BYTES).collect().await.map_err(|error| silent(error.to_string()))?;
        // It is as it was; GitHub counts no request for saying so.
        if let (StatusCode::NOT_MODIFIED, Some((_, answer))) = (parts.status, known) {
            return Ok((StatusCode::OK, answer.still(&parts.headers)));
        }
        let answer = Answer { body: body.to_bytes().to_vec(), headers: parts.headers };
        if *method == Method::GET && path != RATE_LIMIT {
            match answer.headers.get(ETAG).filter(|_| parts.status == StatusCode::OK) {
                Some(etag) => self.memory().put(&key, etag.clone(), answer.clone()),
                None => self.memory().forget(&key),
            }
        }
        Ok((parts.status, answer))
    }

    /// The address of a path; an Enterprise Server answers queries beside its other addresses.
    fn address(&self, path: &str) -> String {
        let all: &str = &self.api;
        let base = if path == GRAPHQL { all.strip_suffix("/v3").unwrap_or(all) } else { all };
        format!("{base}{path}")
    }

    /// What an answer is remembered by.
    fn key(&self, path: &str) -> String {
        format!("{} {path}", self.asker)
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The part of an address before its path.
fn origin(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    address[host..].find('/').map_or(address, |at| &address[..host + at])
}

/// A path without its query.
fn plain(path: &str) -> &str {
    path.split('?').next().unwrap_or_default()
}

fn first_line(error: &octocrab::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(api: &str) -> Client {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _guard = runtime.enter();
        Client::new(api, None, Arc::new(|| Timestamp::UNIX_EPOCH), Patience::default()).unwrap()
    }

    #[test]
    fn queries_have_an_address_of_their_own_on_an_enterprise_server() {
        let (public, own) = (client("https://api.github.com/"), client("https://git.example.com/api/v3"));
        assert_eq!(public.address(GRAPHQL), "https://api.github.com/graphql");
        assert_eq!(own.address(GRAPHQL), "https://git.example.com/api/graphql");
        assert_eq!(own.address("/rate_limit"), "https://git.example.com/api/v3/rate_limit");
        assert_eq!(origin("https://git.example.com:8443/api/v3"), "https://git.example.com:8443");
        assert_eq!(origin("https://api.github.com"), "https://api.github.com");
    }

    #[test]
    fn what_follows_is_taken_from_the_newest_answer_that_tells_it() {
        let client = client("https://api.github.com");
        let next = |page: u32| {
            HeaderValue::from_str(&format!("<https://api.github.com/a?page={page}>; rel=\"next\"")).unwrap()
        };
        let kept = Answer { body: b"[]".to_vec(), headers: HeaderMap::from_iter([(LINK, next(2))]) };
        let told = |headers: HeaderMap| client.next_page(&kept.still(&headers).headers).unwrap();
        assert_eq!(told(HeaderMap::new()).as_deref(), Some("/a?page=2"));
        assert_eq!(told(HeaderMap::from_iter([(LINK, next(3))])).as_deref(), Some("/a?page=3"));
        let first = HeaderValue::from_static("<https://api.github.com/a?page=1>; rel=\"first\"");
        assert_eq!(told(HeaderMap::from_iter([(LINK, first)])), None);
    }
}
