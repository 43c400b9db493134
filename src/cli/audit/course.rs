//! Checks a few commits of the protected branch again, to tell how old findings are and how coverage went.

use std::collections::BTreeMap;
use std::path::Path;

use super::Opened;
use crate::base::date::AsOf;
use crate::cli::gap::with_assessed;
use crate::evidence::verify::Report;
use crate::gap::Status;
use crate::load;
use crate::model::Sms;
use crate::pack::{Sampled, places};
use crate::schema::Catalog;
use crate::since::Identities;

/// Commits that are checked: each costs one whole check.
const MOST: usize = 8;

/// The state of commits spread evenly over the branch of the report, the newest first, all judged at one instant.
///
/// # Errors
/// When a commit cannot be read. In a clone that ends early only what is there is looked at.
pub(super) fn sampled(opened: &Opened, root: &Path, report: &Report, as_of: AsOf) -> anyhow::Result<Vec<Sampled>> {
    // The first commit is the last of the line.
    let line = opened.history.line(git2::Oid::from_str(&report.head)?, None)?;
    let mut all = Vec::new();
    for place in places(line.len(), MOST) {
        let commit = &line[line.len() - 1 - place];
        let snapshot = load::commit(root, &commit.id.to_string(), Some(as_of))?;
        let catalog = Catalog::new(&snapshot.sources)?;
        let sms = Sms::build(&snapshot, &catalog);
        let one = with_assessed(&sms, &BTreeMap::new(), None, |gap, assessed, _| {
            let identities = Identities::new(&sms);
            let found = gap.findings.iter().map(|finding| identities.of(finding)).collect();
            let count = |status: Status| assessed.iter().filter(|one| one.status == status).count();
            Ok(Sampled {
                commit: commit.id.to_string(),
                time: AsOf::new(commit.committer.time).to_string(),
                found,
                coverage: [Status::Conform, Status::Partly, Status::Missing].map(count),
            })
        })?;
        all.push(one);
    }
    Ok(all)
}
