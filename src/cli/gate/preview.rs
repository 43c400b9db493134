//! `gitsm gate --preview`: what an edited policy would decide differently.

use serde_json::json;

use super::Format;
use crate::base::date::AsOf;
use crate::base::text::counted;
use crate::cli::{Context, Exit};
use crate::diff::State;
use crate::gate::preview::{Asked, preview};
use crate::graph::diff::Side;

/// Compares the policies of two states over the changes of `now`. It is a report: it ends with 0.
pub(super) fn run(
    cx: &mut Context<'_>,
    (before, after): (State<'_>, State<'_>),
    now: Side<'_>,
    at: AsOf,
    format: Format,
) -> anyhow::Result<Exit> {
    let found = preview(before, after, now, at.instant()).map_err(|reason| anyhow::anyhow!(reason.message))?;
    if matches!(format, Format::Json) {
        cx.json(&json!({"as_of": at.to_string(), "preview": found}))?;
        return Ok(Exit::Clean);
    }
    let words = |asked: &Asked| {
        format!(
            "{}, risk {}: {}",
            asked.category,
            asked.risk,
            if asked.seats.is_empty() { "nobody".to_owned() } else { asked.seats.join("; ") }
        )
    };
    for it in &found.differs {
        cx.line(format!("{} ({}): {}", it.change, it.status, it.title))?;
        cx.line(format!("  now  {}", words(&it.before)))?;
        cx.line(format!("  then {}", words(&it.after)))?;
    }
    let looked = counted(found.looked_at, "open or recent change", "open or recent changes");
    cx.line(format!("{} of {looked} would be decided differently", found.differs.len()))?;
    Ok(Exit::Clean)
}
