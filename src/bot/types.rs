//! What GitHub answers, as far as it is needed. Everything else is left unread, and unknown words break nothing.

use jiff::Timestamp;
use serde::Deserialize;

use crate::gate::facts::{self, AccountSort};

/// An account.
#[derive(Debug, Clone, Deserialize)]
pub struct User {
    /// Its number.
    pub id: u64,
    /// Its name today.
    #[serde(default)]
    pub login: String,
    /// `User`, `Bot`, `Organization`, …
    #[serde(default, rename = "type")]
    pub sort: String,
}

impl User {
    /// The account in facts; `app` is the App that acted for it.
    #[must_use]
    pub fn account(&self, app: Option<&App>) -> facts::Account {
        let sort = match self.sort.as_str() {
            "User" => AccountSort::User,
            "Bot" => AccountSort::Bot,
            _ => AccountSort::Other,
        };
        facts::Account { id: self.id, login: self.login.clone(), sort, app_id: app.map(|app| app.id) }
    }
}

/// An App.
#[derive(Debug, Clone, Deserialize)]
pub struct App {
    /// Its number.
    pub id: u64,
    /// Its short name.
    #[serde(default)]
    pub slug: String,
}

/// One end of a pull request.
#[derive(Debug, Clone, Deserialize)]
pub struct End {
    /// The branch.
    #[serde(rename = "ref")]
    pub branch: String,
    /// The commit; of the base the one at which GitHub last looked, which can be old.
    pub sha: String,
    /// The repository; none when it was deleted.
    #[serde(default)]
    pub repo: Option<Repository>,
}

/// A repository.
#[derive(Debug, Clone, Deserialize)]
pub struct Repository {
    /// Its number.
    pub id: u64,
    /// `owner/name`.
    #[serde(default)]
    pub full_name: String,
    /// The branch that stands for it.
    #[serde(default)]
    pub default_branch: String,
}

/// A label.
#[derive(Debug, Clone, Deserialize)]
pub struct Label {
    /// Its name.
    #[serde(default)]
    pub name: String,
}

/// A pull request.
#[derive(Debug, Clone, Deserialize)]
pub struct Pull {
    /// Its number.
    pub number: u64,
    /// `open` or `closed`.
    pub state: String,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// Its text.
    #[serde(default)]
    pub body: Option<String>,
    /// Whether it is a draft.
    #[serde(default)]
    pub draft: bool,
    /// When it was merged.
    #[serde(default)]
    pub merged_at: Option<Timestamp>,
    /// Who opened it.
    #[serde(default)]
    pub user: Option<User>,
    /// Where it is to go.
    pub base: End,
    /// What is to go there.
    pub head: End,
    /// Labels.
    #[serde(default)]
    pub labels: Vec<Label>,
    /// Whose review was asked for.
    #[serde(default)]
    pub requested_reviewers: Vec<User>,
}

impl Pull {
    /// Whether its head lies in another repository, or in one that is gone.
    #[must_use]
    pub fn is_fork(&self) -> bool {
        let id = |end: &End| end.repo.as_ref().map(|repo| repo.id);
        id(&self.head).is_none() || id(&self.head) != id(&self.base)
    }
}

/// A review.
#[derive(Debug, Clone, Deserialize)]
pub struct Review {
    /// Its number.
    pub id: u64,
    /// Whose it is.
    #[serde(default)]
    pub user: Option<User>,
    /// `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED`, `PENDING`.
    pub state: String,
    /// The commit for which it was written.
    #[serde(default)]
    pub commit_id: Option<String>,
    /// When it was handed in.
    #[serde(default)]
    pub submitted_at: Option<Timestamp>,
    /// The App that wrote it.
    #[serde(default)]
    pub performed_via_github_app: Option<App>,
}

/// A comment.
#[derive(Debug, Clone, Deserialize)]
pub struct Comment {
    /// Its number.
    pub id: u64,
    /// Whose it is.
    #[serde(default)]
    pub user: Option<User>,
    /// Its text.
    #[serde(default)]
    pub body: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The App that wrote it.
    #[serde(default)]
    pub performed_via_github_app: Option<App>,
}

/// Something that happened to a pull request.
#[derive(Debug, Clone, Deserialize)]
pub struct Happening {
    /// What.
    #[serde(default)]
    pub event: String,
    /// Who did it.
    #[serde(default)]
    pub actor: Option<User>,
    /// The review that was dismissed.
    #[serde(default)]
    pub dismissed_review: Option<DismissedReview>,
}

/// A dismissal.
#[derive(Debug, Clone, Deserialize)]
pub struct DismissedReview {
    /// What the review said, in lower case.
    #[serde(default)]
    pub state: String,
    /// Its number.
    pub review_id: u64,
    /// Why, in the words of who dismissed it.
    #[serde(default)]
    pub dismissal_message: Option<String>,
}

/// A push to a branch.
#[derive(Debug, Clone, Deserialize)]
pub struct Activity {
    /// Who pushed.
    #[serde(default)]
    pub actor: Option<User>,
    /// The commit after it.
    #[serde(default)]
    pub after: String,
}

/// A commit of a pull request, with the accounts to which GitHub ascribes it.
#[derive(Debug, Clone, Deserialize)]
pub struct Commit {
    /// Its hash.
    pub sha: String,
    /// The account of the author; an empty object or none when there is no such account.
    #[serde(default, deserialize_with = "tolerant")]
    pub author: Option<User>,
    /// The account of the committer.
    #[serde(default, deserialize_with = "tolerant")]
    pub committer: Option<User>,
    /// What git knows.
    #[serde(rename = "commit")]
    pub git: GitCommit,
}

/// GitHub writes `{}` for an account that it does not know.
fn tolerant<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<User>, D::Error> {
    let value = Option::<serde_json::Value>::deserialize(deserializer)?;
    Ok(value.and_then(|value| serde_json::from_value(value).ok()))
}

/// The part of a commit that git knows.
#[derive(Debug, Clone, Deserialize)]
pub struct GitCommit {
    /// What GitHub says of its signature.
    #[serde(default)]
    pub verification: Option<Verification>,
}

/// A look at a signature.
#[derive(Debug, Clone, Deserialize)]
pub struct Verification {
    /// Whether it is that of the committer.
    #[serde(default)]
    pub verified: bool,
}

/// What an account may do.
#[derive(Debug, Clone, Deserialize)]
pub struct Standing {
    /// `admin`, `write`, `read` or `none`.
    pub permission: String,
    /// The finer word, or the name of a role of the organisation's own.
    #[serde(default)]
    pub role_name: String,
    /// Whose it is.
    #[serde(default)]
    pub user: Option<User>,
}

/// A reference of git.
#[derive(Debug, Clone, Deserialize)]
pub struct Reference {
    /// Its full name.
    #[serde(rename = "ref")]
    pub name: String,
    /// Where it leads.
    pub object: Object,
}

/// An object of git.
#[derive(Debug, Clone, Deserialize)]
pub struct Object {
    /// Its hash.
    pub sha: String,
}

/// A check run.
#[derive(Debug, Clone, Deserialize)]
pub struct CheckRun {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// `queued`, `in_progress`, `completed`, …
    pub status: String,
    /// How it ended.
    #[serde(default)]
    pub conclusion: Option<String>,
    /// What the bot wrote down for itself.
    #[serde(default)]
    pub external_id: Option<String>,
    /// The App that published it.
    #[serde(default)]
    pub app: Option<App>,
}

/// Something that has a number.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Numbered {
    /// The number.
    pub id: u64,
}
