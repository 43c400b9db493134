//! Checks a few commits of the protected branch again, to tell how old findings are and how coverage went.

use std::collections::BTreeMap;
use std::path::Path;

use super::Opened;
use crate::base::date::AsOf;
use crate::cli::gap::with_assessed;
use crate::evidence::history::Commit;
use crate::evidence::verify::Report;
use crate::gap::Status;
use crate::load::{self, Snapshot};
use crate::model::Sms;
use crate::pack::{Sampled, places};
use crate::schema::Catalog;
use crate::since::Identities;

/// Commits that are checked: each costs one whole check.
const MOST: usize = 8;

/// The state of commits spread evenly over the branch of the report, the newest first, all judged at one instant and by the
/// settings of `head`, so that only what the records say differs. With it how many of them cannot be judged, such as one
/// from the time before a rule of the own repository could be run.
///
/// # Errors
/// When the branch cannot be read. In a clone that ends early only what is there is looked at.
pub(super) fn sampled(
    opened: &Opened,
    root: &Path,
    report: &Report,
    head: &Snapshot,
) -> anyhow::Result<(Vec<Sampled>, usize)> {
    // The first commit is the last of the line.
    let line = opened.history.line(git2::Oid::from_str(&report.head)?, None)?;
    let (mut all, mut skipped) = (Vec::new(), 0);
    for place in places(line.len(), MOST) {
        let commit = &line[line.len() - 1 - place];
        match one(root, commit, head) {
            Ok(one) => all.push(one),
            Err(_) => skipped += 1,
        }
    }
    Ok((all, skipped))
}

/// What is found at one commit.
fn one(root: &Path, commit: &Commit, head: &Snapshot) -> anyhow::Result<Sampled> {
    let snapshot = load::base(root, &commit.id.to_string(), head)?;
    let catalog = Catalog::new(&snapshot.sources)?;
    let sms = Sms::build(&snapshot, &catalog);
    with_assessed(&sms, &BTreeMap::new(), None, |gap, assessed, _| {
        let identities = Identities::new(&sms);
        let found = gap.findings.iter().map(|finding| identities.of(finding)).collect();
        let count = |status: Status| assessed.iter().filter(|one| one.status == status).count();
        Ok(Sampled {
            commit: commit.id.to_string(),
            time: AsOf::new(commit.committer.time).to_string(),
            found,
            coverage: [Status::Conform, Status::Partly, Status::Missing].map(count),
        })
    })
}
