//! The rows that tables of all formats share.

use super::words::{budget_left, deliverable, figure, promise, trend, verdict};
use super::{Cell, Level, Row};

/// The head of the table: fixed columns, and one for each period.
pub(super) fn head(levels: &[Level<'_, '_>]) -> Vec<String> {
    let longest = levels.iter().flat_map(|level| &level.rows).map(|row| row.cells.len()).max().unwrap_or(0);
    let first = ["sla", "target", "promised", "chain can deliver"].map(str::to_owned);
    let back = |at: usize| match longest - 1 - at {
        0 => "last period".to_owned(),
        1 => "one before".to_owned(),
        more => format!("{more} before"),
    };
    let last = ["left of the budget", "trend"].map(str::to_owned);
    first.into_iter().chain((0..longest).map(back)).chain(last).collect()
}

/// A row of the table.
pub(super) fn row(level: &Level<'_, '_>, row: &Row<'_, '_>, width: usize) -> Vec<String> {
    let name = row.target.id().unwrap_or("-").to_owned();
    let mut cells = vec![level.sla.0.record.id.to_string(), name, promise(row.target), deliverable(row)];
    let periods: Vec<String> = row.cells.iter().map(cell).collect();
    cells.extend(std::iter::repeat_n(String::new(), width.saturating_sub(periods.len() + 6)));
    cells.extend(periods);
    cells.extend([budget_left(row), trend(row).to_owned()]);
    cells
}

fn cell(cell: &Cell<'_>) -> String {
    let differs = if cell.differs() { ", report differs" } else { "" };
    format!("{} {} {}{differs}", cell.period, verdict(cell), figure(cell))
}

/// Whether a row deserves a reader's time at first sight: availability, and whatever was or may be missed.
pub(super) fn is_worth_a_look(row: &Row<'_, '_>) -> bool {
    let missed = row.cells.iter().any(|cell| cell.is_met() == Some(false) || cell.differs());
    missed || row.target.availability().is_some()
}
