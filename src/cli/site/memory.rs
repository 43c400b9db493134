//! What is remembered of the last time that a site was written to a folder, kept in the clone's own folder: it is never shown,
//! committed or pushed, and can go at any time.

use std::path::{Path, PathBuf};

use crate::load::settings::{Names, Settings};
use crate::load::{self, kept};
use crate::rules::again::Found;
use crate::site::{self, Memory};

/// Whether it can be told what pages hang on. Where jobs stand for people it cannot: the names are taken out before pages are
/// made.
pub(super) fn is_possible(settings: &Settings) -> bool {
    settings.site.names == Names::People
}

/// Whether anything is kept for the next run.
pub(super) fn is_wanted(settings: &Settings) -> bool {
    settings.evidence.cache && is_possible(settings)
}

/// Where what is remembered is kept.
#[derive(Debug, Clone)]
pub(super) struct Place {
    site: PathBuf,
    rules: PathBuf,
}

impl Place {
    /// For the site of the records at `root` that is written to `folder`; none without git.
    pub(super) fn of(root: &Path, folder: &Path) -> Option<Self> {
        let folder = folder.canonicalize().ok()?;
        let name: String = site::hash(folder.to_str()?.as_bytes()).chars().take(16).collect();
        let own = load::own_folder(root)?.join("gitsm");
        Some(Self { site: own.join(format!("site-1-{name}")), rules: own.join("rules-1") })
    }

    /// What is remembered of the site whose list of files has this SHA-256.
    pub(super) fn recall(&self, list: &str) -> Option<Memory> {
        let bytes = kept::recall(&self.site)?;
        Memory::of_bytes(&bytes).filter(|memory| memory.manifest() == list)
    }

    /// What rules found when a site was made the last time.
    pub(super) fn found(&self) -> Option<Found> {
        Found::of_bytes(&kept::recall(&self.rules)?)
    }

    /// Keeps what the next run may remember of the site.
    pub(super) fn keep(&self, memory: &Memory) {
        kept::keep(&self.site, &memory.to_bytes());
    }

    /// Keeps what rules found.
    pub(super) fn keep_found(&self, found: &Found) {
        kept::keep(&self.rules, &found.to_bytes());
    }
}
