//! How similar changes went.

use jiff::ToSpan as _;

use super::{Rating, Term};
use crate::base::text::counted;
use crate::model::change::Change;

/// The share of failed ones among the changes of the last twelve months by the same owner or on the same things; twice the
/// share counts, so that every second failure gives all points.
pub(super) fn record(rating: &Rating<'_>) -> Term {
    let sms = rating.base.sms;
    let today = sms.snapshot.as_of.day();
    let Ok(first) = today.checked_sub(1.year()) else { return rating.term("record", 0, "no similar change") };
    let owner = |change: Change<'_>| change.0.record.text("owner").map(|id| sms.id_now(id).to_owned());
    let own = owner(rating.change);
    let similar = |change: &Change<'_>| {
        let recent = change.ended().is_some_and(|day| (first..=today).contains(&day));
        let same = || {
            change
                .affects()
                .iter()
                .filter_map(|at| at.node.as_str())
                .any(|id| rating.reach.affected.contains(sms.id_now(id)))
        };
        recent
            && change.0.record.id != rating.change.0.record.id
            && ((own.is_some() && owner(*change) == own) || same())
    };
    let similar: Vec<Change<'_>> = sms.all::<Change<'_>>().filter(similar).collect();
    let failed = similar.iter().filter(|change| change.has_failed()).count();
    let share = (200 * failed).checked_div(similar.len()).unwrap_or(0);
    let why =
        format!("{failed} of {} in twelve months failed", counted(similar.len(), "similar change", "similar changes"));
    rating.term("record", u32::try_from(share).unwrap_or(100), why)
}
