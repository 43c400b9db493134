//! Carries out a plan. The check counts and must be written; everything else is done as far as possible.

use serde_json::{Value, json};

use super::client::ApiError;
use super::plan::{Action, Check, Me, Run, Seen, check_name};
use super::repo::{Repo, encode};
use super::text;
use super::types::{Numbered, Pull};

/// What became of a plan.
#[derive(Debug, Default)]
pub struct Done {
    /// How many actions were carried out.
    pub carried: usize,
    /// Side effects that failed, each in a sentence.
    pub failed: Vec<String>,
}

/// Carries out `actions` on a pull request.
///
/// # Errors
/// When the check cannot be written.
pub async fn apply(repo: &Repo, pull: &Pull, me: &Me, actions: &[Action]) -> Result<Done, ApiError> {
    let mut done = Done::default();
    for action in actions {
        let outcome = one(repo, pull, me, action).await;
        match (outcome, action) {
            (Ok(()), _) => done.carried += 1,
            (Err(error), Action::CreateCheck(_) | Action::UpdateCheck { .. } | Action::RetireCheck { .. }) => {
                return Err(error);
            }
            (Err(error), _) => done.failed.push(error.to_string()),
        }
    }
    Ok(done)
}

async fn one(repo: &Repo, pull: &Pull, me: &Me, action: &Action) -> Result<(), ApiError> {
    let number = pull.number;
    let issue = |below: &str| repo.path(&format!("/issues/{number}{below}"));
    match action {
        Action::RetireCheck { id } => retire(repo, *id).await,
        Action::CreateCheck(check) => create_check(repo, pull, me, check).await,
        Action::UpdateCheck { id, check } => write_check(repo, *id, check).await,
        Action::CreateComment { body } => create_comment(repo, pull, me, body).await,
        Action::UpdateComment { id, body } => {
            let path = repo.path(&format!("/issues/comments/{id}"));
            repo.client.patch::<Value>(&path, &json!({"body": body})).await.map(drop)
        }
        Action::DeleteComment { id } => repo.client.delete(&repo.path(&format!("/issues/comments/{id}"))).await,
        Action::AddLabels { labels } => {
            repo.client.post::<Value>(&issue("/labels"), &json!({"labels": labels})).await.map(drop)
        }
        Action::RemoveLabel { label } => repo.client.delete(&issue(&format!("/labels/{}", encode(label, false)))).await,
        Action::Ask { people } => {
            let mut reviewers = Vec::new();
            for (login, id) in people {
                // A name that somebody else took in the meantime is asked for nothing.
                if repo.user(login).await?.id == *id {
                    reviewers.push(login);
                }
            }
            if reviewers.is_empty() {
                return Ok(());
            }
            let path = repo.path(&format!("/pulls/{number}/requested_reviewers"));
            let ask = async |reviewers: &[&String]| {
                repo.client.post::<Value>(&path, &json!({"reviewers": reviewers})).await.map(drop)
            };
            let together = ask(&reviewers).await;
            if reviewers.len() < 2 || !matches!(together, Err(ApiError::Status { status: 422, .. })) {
                return together;
            }
            // GitHub asks nobody when one of them cannot be asked.
            let mut told = Ok(());
            for one in &reviewers {
                told = ask(std::slice::from_ref(one)).await.and(told);
            }
            told
        }
    }
}

fn body(check: &Check) -> Value {
    let mut body = json!({
        "name": check.name,
        "status": if check.conclusion.is_some() { "completed" } else { "in_progress" },
        "external_id": check.mark,
        "output": {"title": check.title, "summary": check.summary},
    });
    if !check.text.is_empty() {
        body["output"]["text"] = json!(check.text);
    }
    if let Some(conclusion) = check.conclusion {
        body["conclusion"] = json!(conclusion);
    }
    body
}

async fn write_check(repo: &Repo, id: u64, check: &Check) -> Result<(), ApiError> {
    let path = repo.path(&format!("/check-runs/{id}"));
    repo.client.patch::<Value>(&path, &body(check)).await.map(drop)
}

/// Ends a run anew so that it lets nothing through. Of the ends that there are, GitHub takes `success`, `neutral` and
/// `skipped` for well; what the bot wrote down in the run stays.
async fn retire(repo: &Repo, id: u64) -> Result<(), ApiError> {
    let output = json!({"title": text::REPLACED, "summary": "A newer run of this check takes the place of this one."});
    let body = json!({"status": "completed", "conclusion": "cancelled", "output": output});
    repo.client.patch::<Value>(&repo.path(&format!("/check-runs/{id}")), &body).await.map(drop)
}

/// Creates the check; after an error it looks first whether it was created after all.
async fn create_check(repo: &Repo, pull: &Pull, me: &Me, check: &Check) -> Result<(), ApiError> {
    let mut body = body(check);
    body["head_sha"] = json!(check.commit);
    let path = repo.path("/check-runs");
    let Err(error) = repo.client.post::<Numbered>(&path, &body).await else { return Ok(()) };
    if error.is_refused() {
        return Err(error);
    }
    let says_it = |run: &Run| run.mark == check.mark && run.ended == check.conclusion.is_some();
    match Seen::look(repo, pull, &[], me).await?.check {
        Some(run) if says_it(&run) => Ok(()),
        Some(run) if run.takes(check) => write_check(repo, run.id, check).await,
        Some(_) | None => repo.client.post::<Numbered>(&path, &body).await.map(drop),
    }
}

/// Writes the comment; after an error it looks first whether it was written after all.
async fn create_comment(repo: &Repo, pull: &Pull, me: &Me, body: &str) -> Result<(), ApiError> {
    let Err(error) = repo.say(pull.number, body).await else { return Ok(()) };
    if error.is_refused() {
        return Err(error);
    }
    let comments = repo.comments(pull.number).await?;
    if Seen::look(repo, pull, &comments, me).await?.comments.is_empty() {
        repo.say(pull.number, body).await?;
    }
    Ok(())
}

/// Takes a green check back until everything was read again, because something happened that may reduce what it rests
/// on. What it wrote down for itself stays, so that it is known since when it was green.
///
/// # Errors
/// When the check cannot be looked up or written.
pub(super) async fn hold(repo: &Repo, pull: &Pull, me: &Me) -> Result<bool, ApiError> {
    let seen = Seen::look(repo, pull, &[], me).await?;
    for id in &seen.green {
        retire(repo, *id).await?;
    }
    let Some(run) = seen.check.filter(|run| seen.green.contains(&run.id)) else { return Ok(!seen.green.is_empty()) };
    let check = Check {
        name: check_name(&pull.base.branch),
        commit: pull.head.sha.clone(),
        conclusion: None,
        title: text::LOOKING.to_owned(),
        summary: "Something happened that may change the decision.".to_owned(),
        text: String::new(),
        mark: run.mark,
    };
    // The green one has ended and cannot be waited with; a newer one takes its place.
    create_check(repo, pull, me, &check).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_without_an_end_is_still_in_progress() {
        let check = |conclusion| Check {
            name: "gitsm / main".to_owned(),
            commit: "abc".to_owned(),
            conclusion,
            title: "t".to_owned(),
            summary: "s".to_owned(),
            text: "x".to_owned(),
            mark: "m".to_owned(),
        };
        let output = json!({"title": "t", "summary": "s", "text": "x"});
        let open = json!({"name": "gitsm / main", "status": "in_progress", "external_id": "m", "output": output});
        assert_eq!(body(&check(None)), open, "no conclusion at all, since one would end it");
        let mut ended = open;
        ended["status"] = json!("completed");
        ended["conclusion"] = json!("failure");
        assert_eq!(body(&check(Some("failure"))), ended);
    }
}
