//! One repository on GitHub: what can be asked about it.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::client::{ApiError, Client};
use super::types::{
    self, Activity, CheckRun, Comment, Commit, Happening, Membership, Numbered, OwnersErrors, Pull, Reference,
    Repository, Review, Standing, User,
};
use crate::gate::facts;

/// The question when the text of a pull request was edited, which only GitHub's query language can ask.
const EDITED: &str = "query($owner: String!, $name: String!, $number: Int!) { \
    repository(owner: $owner, name: $name) { pullRequest(number: $number) { lastEditedAt } } }";

/// The question which comments on a pull request were deleted, and whose they were.
const DELETED: &str = "query($owner: String!, $name: String!, $number: Int!) { \
    repository(owner: $owner, name: $name) { pullRequest(number: $number) { \
    timelineItems(last: 100, itemTypes: [COMMENT_DELETED_EVENT]) { nodes { ... on CommentDeletedEvent { createdAt \
    deletedCommentAuthor { __typename login ... on User { databaseId } ... on Bot { databaseId } \
    ... on Mannequin { databaseId } } } } } } } }";

/// A comment that was deleted.
#[derive(Debug, Clone)]
pub(super) struct Deleted {
    /// When.
    pub(super) at: Timestamp,
    /// Whose it was; none when that account is gone.
    pub(super) by: Option<facts::Account>,
}

/// A repository, with the client that asks about it.
#[derive(Debug, Clone)]
pub struct Repo {
    /// The client.
    pub client: Client,
    name: String,
}

/// Text as part of a path: everything but letters, digits and a few signs is written as a number. Slashes stay when
/// `slashes` says so.
#[must_use]
pub(super) fn encode(text: &str, slashes: bool) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || (slashes && byte == b'/') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Whether a text is the name of a repository: `owner/name`, as GitHub allows it.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part.len() <= 100
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    };
    text.split_once('/').is_some_and(|(owner, name)| part(owner) && part(name))
}

impl Repo {
    /// The repository `name`, as `owner/name`; none when that cannot be one.
    #[must_use]
    pub fn new(client: Client, name: &str) -> Option<Self> {
        is_name(name).then(|| Self { client, name: name.to_owned() })
    }

    /// `owner/name`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The path of something in it.
    #[must_use]
    pub fn path(&self, below: &str) -> String {
        format!("/repos/{}{below}", self.name)
    }

    /// The repository itself.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn about(&self) -> Result<Repository, ApiError> {
        self.client.get(&self.path("")).await
    }

    /// The number of the App's installation here.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn installation(&self) -> Result<u64, ApiError> {
        self.client.get::<Numbered>(&self.path("/installation")).await.map(|found| found.id)
    }

    /// A pull request.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn pull(&self, number: u64) -> Result<Pull, ApiError> {
        self.client.get(&self.path(&format!("/pulls/{number}"))).await
    }

    /// All open pull requests.
    ///
    /// # Errors
    /// As [`Client::list`].
    pub async fn pulls(&self) -> Result<Vec<Pull>, ApiError> {
        self.client.list(&self.path("/pulls?state=open&sort=created&direction=asc"), None).await
    }

    /// The pull requests that were closed or merged at `then` or later.
    ///
    /// # Errors
    /// As [`Client::list`]; and when one does not tell when it was closed and changed.
    pub async fn closed_since(&self, then: Timestamp) -> Result<Vec<Pull>, ApiError> {
        let path = self.path("/pulls?state=closed&sort=updated&direction=desc");
        // What was closed since was changed since.
        let late = |pull: &Pull| pull.updated_at >= then;
        let found: Vec<Pull> = self.client.list_while(&path, None, late).await?;
        Ok(found.into_iter().filter(|pull| pull.closed_at.is_none_or(|at| at >= then)).collect())
    }

    /// Asks something about a pull request in the query language.
    async fn query_pull(&self, query: &str, number: u64) -> Result<Value, ApiError> {
        let (owner, name) = self.name.split_once('/').unwrap_or_default();
        self.client.query(query, &json!({"owner": owner, "name": name, "number": number})).await
    }

    /// The last hundred comments that were deleted from a pull request, as far as GitHub keeps them in mind.
    ///
    /// # Errors
    /// As [`Client::query`].
    pub(super) async fn deleted(&self, number: u64) -> Result<Vec<Deleted>, ApiError> {
        let told = self.query_pull(DELETED, number).await?;
        let form = |why: &str| ApiError::Form { what: "POST /graphql".to_owned(), why: why.to_owned() };
        let nodes = told.pointer("/repository/pullRequest/timelineItems/nodes").and_then(Value::as_array);
        let one = |node: &Value| {
            let at = node["createdAt"].as_str().and_then(|at| at.parse().ok());
            let at = at.ok_or_else(|| form("'createdAt' is no time"))?;
            let who = node.get("deletedCommentAuthor").ok_or_else(|| form("it has no 'deletedCommentAuthor'"))?;
            let by = types::queried(who);
            // Whoever has no number, and is neither a person nor a program, writes nothing that counts.
            match who["__typename"].as_str() {
                Some("User" | "Bot") if by.is_none() => return Err(form("'deletedCommentAuthor' has no number")),
                _ => {}
            }
            Ok(Deleted { at, by })
        };
        nodes.ok_or_else(|| form("it has no 'timelineItems'"))?.iter().map(one).collect()
    }

    /// When the text of a pull request was last edited; none when it never was.
    ///
    /// # Errors
    /// As [`Client::query`].
    pub async fn edited_at(&self, number: u64) -> Result<Option<Timestamp>, ApiError> {
        let told = self.query_pull(EDITED, number).await?;
        let form = |why: &str| ApiError::Form { what: "POST /graphql".to_owned(), why: why.to_owned() };
        match told.pointer("/repository/pullRequest/lastEditedAt") {
            Some(Value::Null) => Ok(None),
            Some(Value::String(at)) => at.parse().map(Some).map_err(|_| form("'lastEditedAt' is no time")),
            _ => Err(form("it has no 'lastEditedAt'")),
        }
    }

    /// The reviews of a pull request.
    ///
    /// # Errors
    /// As [`Client::list`].
    pub async fn reviews(&self, number: u64) -> Result<Vec<Review>, ApiError> {
        self.client.list(&self.path(&format!("/pulls/{number}/reviews")), None).await
    }

    /// The comments on a pull request.
    ///
    /// # Errors
    /// As [`Client::list`].
    pub async fn comments(&self, number: u64) -> Result<Vec<Comment>, ApiError> {
        self.client.list(&self.path(&format!("/issues/{number}/comments")), None).await
    }

    /// What happened to a pull request.
    ///
    /// # Errors
    /// As [`Client::list`].
    pub async fn timeline(&self, number: u64) -> Result<Vec<Happening>, ApiError> {
        self.client.list(&self.path(&format!("/issues/{number}/timeline")), None).await
    }

    /// The commits of a pull request; GitHub tells at most 250.
    ///
    /// # Errors
    /// As [`Client::list`].
    pub async fn commits(&self, number: u64) -> Result<Vec<Commit>, ApiError> {
        self.client.list(&self.path(&format!("/pulls/{number}/commits")), None).await
    }

    /// One commit.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn commit(&self, hash: &str) -> Result<Commit, ApiError> {
        self.client.get(&self.path(&format!("/commits/{}", encode(hash, false)))).await
    }

    /// The pull requests that brought a commit.
    ///
    /// # Errors
    /// As [`Client::list`].
    pub async fn pulls_of(&self, hash: &str) -> Result<Vec<Pull>, ApiError> {
        self.client.list(&self.path(&format!("/commits/{}/pulls", encode(hash, false))), None).await
    }

    /// Whether somebody belongs to an organisation; 404 says no.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn membership(&self, organisation: &str, login: &str) -> Result<Membership, ApiError> {
        self.client.get(&format!("/orgs/{}/memberships/{}", encode(organisation, false), encode(login, false))).await
    }

    /// What GitHub finds wrong with the `CODEOWNERS` of a branch; 404 says that there is none.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn owners_errors(&self, branch: &str) -> Result<OwnersErrors, ApiError> {
        self.client.get(&self.path(&format!("/codeowners/errors?ref={}", encode(branch, false)))).await
    }

    /// Pushes to a branch.
    ///
    /// # Errors
    /// As [`Client::list`].
    pub async fn activity(&self, branch: &str) -> Result<Vec<Activity>, ApiError> {
        let name = encode(&format!("refs/heads/{branch}"), false);
        self.client.list(&self.path(&format!("/activity?ref={name}")), None).await
    }

    /// What an account may do here.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn permission(&self, login: &str) -> Result<Standing, ApiError> {
        self.client.get(&self.path(&format!("/collaborators/{}/permission", encode(login, false)))).await
    }

    /// The check runs of a name on a commit, of every App, the older ones as well: which of them GitHub takes for the
    /// latest goes by when they ended, and one that is in progress has no such time.
    ///
    /// # Errors
    /// As [`Client::list`].
    pub async fn checks(&self, commit: &str, name: &str) -> Result<Vec<CheckRun>, ApiError> {
        let path =
            format!("/commits/{}/check-runs?check_name={}&filter=all", encode(commit, false), encode(name, false));
        self.client.list(&self.path(&path), Some("check_runs")).await
    }

    /// The branches whose names begin with `start`.
    ///
    /// # Errors
    /// As [`Client::list`].
    pub async fn branches(&self, start: &str) -> Result<Vec<Reference>, ApiError> {
        self.client.list(&self.path(&format!("/git/matching-refs/heads/{}", encode(start, true))), None).await
    }

    /// The account of this name today.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn user(&self, login: &str) -> Result<User, ApiError> {
        self.client.get(&format!("/users/{}", encode(login, false))).await
    }

    /// Writes a comment.
    ///
    /// # Errors
    /// As [`Client::post`].
    pub async fn say(&self, number: u64, body: &str) -> Result<Comment, ApiError> {
        self.client.post(&self.path(&format!("/issues/{number}/comments")), &json!({"body": body})).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_paths_cannot_lead_elsewhere() {
        assert_eq!(encode("feature/a b#1?x=ü", true), "feature/a%20b%231%3Fx%3D%C3%BC");
        assert_eq!(encode("a/b[bot]", false), "a%2Fb%5Bbot%5D");
    }

    #[test]
    fn a_repository_has_an_owner_and_a_name() {
        assert!(is_name("acme/sms.records") && is_name("a-b/c_d"));
        for bad in ["acme", "acme/", "/sms", "acme/sms/x", "acme/..", "../sms", "acme/a b", "acme/a?b", "acme/a%2f"] {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn only_letters_digits_and_four_signs_stay_as_they_are() {
        let kept = "AZaz09-._~";
        assert_eq!(encode(kept, false), kept);
        assert_eq!(encode("%41", false), "%2541", "what is written as a number already is not read as one");
        assert_eq!(encode("a&per_page=1;b", true), "a%26per_page%3D1%3Bb");
        assert_eq!(encode("\r\nHost: x", false), "%0D%0AHost%3A%20x");
        assert_eq!((encode("/", true).as_str(), encode("/", false).as_str()), ("/", "%2F"));
        assert_eq!(encode("", false), "");
    }

    #[test]
    fn each_part_of_a_name_has_one_to_a_hundred_characters() {
        let long = "a".repeat(100);
        assert!(is_name(&format!("{long}/{long}")));
        assert!(!is_name(&format!("{long}a/b")) && !is_name(&format!("b/{long}a")));
        assert!(is_name("a/b") && is_name("a/b.git") && is_name("A1/-x"));
        for bad in ["", "/", "a/.github", ".a/b", "a//b", "a/b/", "a/b#c", "a\\b", "ä/b", "a/b\n"] {
            assert!(!is_name(bad), "{bad:?}");
        }
    }
}
