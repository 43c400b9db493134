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

/// An account as GitHub's query language tells it; none where its number is missing.
#[must_use]
pub(super) fn queried(told: &serde_json::Value) -> Option<facts::Account> {
    let sort = match told["__typename"].as_str()? {
        "User" => AccountSort::User,
        "Bot" => AccountSort::Bot,
        _ => AccountSort::Other,
    };
    let login = told["login"].as_str().unwrap_or_default().to_owned();
    Some(facts::Account { id: told["databaseId"].as_u64()?, login, sort, app_id: None })
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
    /// Whose it is.
    #[serde(default)]
    pub owner: Option<User>,
}

/// A label.
#[derive(Debug, Clone, Deserialize)]
pub struct Label {
    /// Its name.
    #[serde(default)]
    pub name: String,
}

/// What may be empty and must be said: an answer that leaves it out is none to decide by.
fn present<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
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
    #[serde(deserialize_with = "present")]
    pub body: Option<String>,
    /// Whether it is a draft.
    pub draft: bool,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When anything last happened to it.
    pub updated_at: Timestamp,
    /// When it was closed or merged.
    #[serde(deserialize_with = "present")]
    pub closed_at: Option<Timestamp>,
    /// When it was merged.
    #[serde(deserialize_with = "present")]
    pub merged_at: Option<Timestamp>,
    /// The commit of the base branch that it became, once it is merged; before that one that GitHub only tries out.
    #[serde(default)]
    pub merge_commit_sha: Option<String>,
    /// Who opened it; none when that account is gone.
    #[serde(deserialize_with = "present")]
    pub user: Option<User>,
    /// Where it is to go.
    pub base: End,
    /// What is to go there.
    pub head: End,
    /// Labels.
    pub labels: Vec<Label>,
    /// Whose review was asked for.
    pub requested_reviewers: Vec<User>,
}

impl Pull {
    /// The organisation that owns the repository into which it is to go; none when a person does.
    #[must_use]
    pub fn organisation(&self) -> Option<&str> {
        let owner = self.base.repo.as_ref()?.owner.as_ref()?;
        (owner.sort == "Organization").then_some(owner.login.as_str())
    }

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
    /// Whose it is; none when that account is gone.
    #[serde(deserialize_with = "present")]
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
    /// What it is known by where GitHub tells who edited it.
    #[serde(default)]
    pub node_id: String,
    /// Whose it is; none when that account is gone.
    #[serde(deserialize_with = "present")]
    pub user: Option<User>,
    /// Its text.
    #[serde(deserialize_with = "present")]
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
    /// When.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
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

/// Something that was done to a branch.
#[derive(Debug, Clone, Deserialize)]
pub struct Activity {
    /// What: `push`, `force_push`, `branch_creation`, `branch_deletion`, `pr_merge`, `merge_queue_merge`.
    pub activity_type: String,
    /// Who did it; none when that account is gone.
    #[serde(deserialize_with = "present")]
    pub actor: Option<User>,
    /// The commit after it.
    pub after: String,
    /// The commit before it.
    pub before: String,
    /// When.
    pub timestamp: Timestamp,
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

/// A membership of an organisation.
#[derive(Debug, Clone, Deserialize)]
pub struct Membership {
    /// `active`, or `pending` while it is only offered.
    pub state: String,
}

/// What GitHub finds wrong with the lines of a `CODEOWNERS`.
#[derive(Debug, Clone, Deserialize)]
pub struct OwnersErrors {
    /// One for each mistake.
    pub errors: Vec<OwnersError>,
}

/// A mistake in a `CODEOWNERS`.
#[derive(Debug, Clone, Deserialize)]
pub struct OwnersError {
    /// The line, from 1.
    #[serde(default)]
    pub line: u64,
    /// What sort of mistake.
    #[serde(default)]
    pub kind: String,
    /// The line as it stands there.
    #[serde(default)]
    pub source: Option<String>,
    /// The file.
    #[serde(default)]
    pub path: String,
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
    /// How it ended; none while it has not.
    #[serde(deserialize_with = "present")]
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;

    fn pull(head: Value, base: Value) -> Pull {
        let end = |repo: Value| json!({"ref": "main", "sha": "abc", "repo": repo, "label": "x:y"});
        let (base, head) = (end(base), end(head));
        from_value(json!({"number": 7, "state": "open", "body": null, "draft": false, "user": null, "base": base,
            "head": head, "created_at": "2026-11-20T10:00:00Z", "updated_at": "2026-11-20T10:00:00Z",
            "closed_at": null, "merged_at": null, "labels": [], "requested_reviewers": []}))
        .unwrap()
    }

    #[test]
    fn what_a_pull_request_is_decided_by_must_be_said_and_the_rest_is_left_unread() {
        let it = pull(json!({"id": 1}), json!({"id": 1}));
        assert_eq!((it.title.as_str(), it.body.as_deref(), it.merge_commit_sha), ("", None, None));
        let whole = json!({"number": 7, "state": "odd", "base": {"ref": "a", "sha": "b"}, "head": {"ref": "c", "sha": "d"},
            "auto_merge": {"x": [1]}, "user": null, "body": null, "draft": false, "merged_at": "2026-11-20T10:00:00Z",
            "created_at": "2026-11-20T09:00:00Z", "updated_at": "2026-11-20T10:00:00Z", "closed_at": null,
            "labels": [{"name": "urgent", "color": "fff"}, {}], "requested_reviewers": [{"id": 5, "type": "Robot"}]});
        let it: Pull = from_value(whole.clone()).unwrap();
        assert_eq!((it.state.as_str(), it.head.branch.as_str(), it.base.sha.as_str()), ("odd", "c", "b"));
        assert_eq!(it.labels.iter().map(|label| label.name.as_str()).collect::<Vec<_>>(), ["urgent", ""]);
        assert_eq!((it.requested_reviewers[0].id, it.requested_reviewers[0].login.as_str()), (5, ""));
        for key in whole.as_object().unwrap().keys().filter(|key| *key != "auto_merge") {
            let mut part = whole.clone();
            part.as_object_mut().unwrap().remove(key);
            assert!(from_value::<Pull>(part).unwrap_err().to_string().contains(key), "{key}");
        }
    }

    #[test]
    fn an_answer_that_leaves_out_whose_it_is_or_what_was_found_is_none() {
        let review = json!({"id": 1, "state": "APPROVED", "user": null});
        let comment = json!({"id": 1, "user": null, "body": null, "created_at": "2026-11-20T10:00:00Z",
            "updated_at": "2026-11-20T10:00:00Z"});
        let check = json!({"id": 1, "name": "x", "status": "queued", "conclusion": null});
        let errors = json!({"errors": []});
        let without = |whole: &Value, key: &str| {
            let mut part = whole.clone();
            part.as_object_mut().unwrap().remove(key);
            part
        };
        assert!(
            from_value::<Review>(review.clone()).is_ok() && from_value::<Review>(without(&review, "user")).is_err()
        );
        assert!(from_value::<Comment>(comment.clone()).is_ok());
        for key in ["user", "body"] {
            assert!(from_value::<Comment>(without(&comment, key)).is_err(), "{key}");
        }
        assert!(from_value::<CheckRun>(check.clone()).is_ok());
        assert!(from_value::<CheckRun>(without(&check, "conclusion")).is_err());
        assert!(from_value::<OwnersErrors>(errors.clone()).is_ok());
        assert!(from_value::<OwnersErrors>(without(&errors, "errors")).is_err());
    }

    #[test]
    fn a_head_elsewhere_or_nowhere_is_a_fork() {
        assert!(!pull(json!({"id": 1}), json!({"id": 1})).is_fork());
        assert!(pull(json!({"id": 2}), json!({"id": 1})).is_fork());
        assert!(pull(Value::Null, json!({"id": 1})).is_fork(), "its repository was deleted");
        assert!(pull(Value::Null, Value::Null).is_fork(), "two unknown ones are not the same");
        assert!(pull(json!({"id": 1}), Value::Null).is_fork());
    }

    #[test]
    fn an_account_is_a_person_by_its_sort_and_never_by_its_name() {
        let account = |sort: &str| {
            let user: User = from_value(json!({"id": 4, "login": "dependabot[bot]", "type": sort})).unwrap();
            user.account(Some(&App { id: 9, slug: "x".to_owned() }))
        };
        let expected = |sort| facts::Account { id: 4, login: "dependabot[bot]".to_owned(), sort, app_id: Some(9) };
        assert_eq!(account("User"), expected(AccountSort::User));
        assert_eq!(account("Bot"), expected(AccountSort::Bot));
        for sort in ["Organization", "Mannequin", "user", ""] {
            assert_eq!(account(sort), expected(AccountSort::Other), "{sort}");
        }
        let nameless: User = from_value(json!({"id": 4})).unwrap();
        assert_eq!(nameless.account(None).sort, AccountSort::Other, "without a sort it is no person");
        assert!(from_value::<User>(json!({"login": "ann", "type": "User"})).is_err(), "a name alone is nobody");
    }

    #[test]
    fn a_commit_whose_account_is_not_known_has_none() {
        let commit = |author: Value| -> Commit {
            from_value(json!({"sha": "a", "author": author, "commit": {"message": "x"}})).unwrap()
        };
        assert_eq!(commit(json!({"id": 3, "login": "cy"})).author.unwrap().id, 3);
        for unknown in [json!({}), Value::Null, json!("ann"), json!({"login": "ann"})] {
            assert!(commit(unknown.clone()).author.is_none(), "{unknown}");
        }
        let bare = commit(Value::Null);
        assert!(bare.committer.is_none() && bare.git.verification.is_none());
        let signed = |verification: Value| -> Commit {
            from_value(json!({"sha": "a", "commit": {"verification": verification}})).unwrap()
        };
        assert!(signed(json!({"verified": true, "reason": "valid"})).git.verification.unwrap().verified);
        assert!(!signed(json!({"reason": "new word"})).git.verification.unwrap().verified, "unsaid is not verified");
    }

    #[test]
    fn a_comment_must_say_when_it_was_written_and_changed() {
        let whole = json!({"id": 1, "user": null, "body": null, "created_at": "2026-11-20T10:00:00Z",
            "updated_at": "2026-11-20T10:00:01Z"});
        let comment: Comment = from_value(whole.clone()).unwrap();
        assert!(comment.user.is_none() && comment.body.is_none() && comment.performed_via_github_app.is_none());
        assert_eq!(comment.updated_at.as_second() - comment.created_at.as_second(), 1);
        for key in ["created_at", "updated_at"] {
            let mut part = whole.clone();
            part[key] = json!("yesterday");
            assert!(from_value::<Comment>(part).is_err(), "{key}");
        }
    }

    #[test]
    fn happenings_and_checks_of_an_unknown_sort_are_read_all_the_same() {
        let odd: Happening = from_value(json!({"event": "blessed", "actor": null, "extra": 1})).unwrap();
        assert!(odd.event == "blessed" && odd.actor.is_none() && odd.dismissed_review.is_none());
        let check: CheckRun =
            from_value(json!({"id": 1, "name": "x", "status": "pondering", "conclusion": null})).unwrap();
        assert!(check.conclusion.is_none() && check.external_id.is_none() && check.app.is_none());
        let reference: Reference = from_value(json!({"ref": "refs/heads/a", "object": {"sha": "b"}})).unwrap();
        assert_eq!((reference.name.as_str(), reference.object.sha.as_str()), ("refs/heads/a", "b"));
        let push = json!({"activity_type": "blessed", "actor": null, "before": "a", "after": "b",
            "timestamp": "2026-11-20T12:00:00Z"});
        assert!(from_value::<Activity>(push.clone()).unwrap().actor.is_none());
        for key in ["activity_type", "actor", "before", "after", "timestamp"] {
            let mut part = push.clone();
            part.as_object_mut().unwrap().remove(key);
            assert!(from_value::<Activity>(part).is_err(), "{key}");
        }
    }
}
