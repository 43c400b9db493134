//! The history that commands show. `audit`, `gate`, `bot` and packs read objects alone and never come here.

use git2::Oid;

use crate::evidence::history::{History, HistoryError, Told};
use crate::load::{EvidenceSettings, kept};

/// The branch up to commit `tip`: what an earlier run kept of it in the clone's own folder, and what came since. What is new
/// is kept for the next run.
pub(super) fn told<'h>(history: &'h History, tip: Oid, settings: &EvidenceSettings) -> Result<Told<'h>, HistoryError> {
    if !settings.cache || !history.gaps().is_empty() {
        return history.told(tip);
    }
    let place = history.place_to_keep();
    let told = history.told_from(tip, kept::recall(&place))?;
    if let Some(bytes) = told.to_keep() {
        kept::keep(&place, bytes);
    }
    Ok(told)
}
