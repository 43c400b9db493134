//! Settings of a repository that the gate rests on, compared with what they should be.

mod settings;

use super::client::ApiError;
use super::plan::Me;
use super::repo::Repo;
use super::types::{OwnersError, OwnersErrors};
use settings::Settings;

/// Most mistakes in a `CODEOWNERS` that are told one by one.
const MOST_OWNERS: usize = 50;

/// What is a matter of choice, and asked for besides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asks {
    /// That every conversation is resolved before a merge.
    pub conversations: bool,
    /// That commits are signed.
    pub signatures: bool,
}

/// Looks at the settings of a branch; gives what is not as it should be, each with what to do.
///
/// # Errors
/// When the settings cannot be read: what is not known is not well.
pub async fn drift(repo: &Repo, branch: &str, me: &Me, asks: Asks) -> Result<Vec<String>, ApiError> {
    let settings = Settings::read(repo, branch).await?;
    let mut wrong = settings.compare(branch, me, asks);
    match repo.owners_errors(branch).await {
        Ok(told) => wrong.extend(owners(&told)),
        // There is no such file, and none is needed.
        Err(error) if error.is_missing() => {}
        Err(error) => return Err(error),
    }
    Ok(wrong)
}

/// What GitHub passes over in `CODEOWNERS`: it asks nobody about those paths, and says so nowhere else.
fn owners(told: &OwnersErrors) -> Vec<String> {
    let one = |error: &OwnersError| {
        let line = error.source.as_deref().unwrap_or_default().lines().next().unwrap_or_default();
        format!(
            "{}:{}: GitHub passes over '{line}' ({}); give those people the right to write, or mend their accounts",
            error.path, error.line, error.kind
        )
    };
    told.errors.iter().take(MOST_OWNERS).map(one).collect()
}
