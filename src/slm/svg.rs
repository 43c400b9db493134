//! Service levels as a chart: of each target the share of its error budget that each period used up.

use super::words::{deliverable, promise, verdict};
use super::{Cell, Level, Row};
use crate::base::exact::Exact;
use crate::base::svg::{Svg, fitted};
use crate::base::text::counted;
use crate::model::sla::Operator;

const LEFT: i64 = 400;
const STEP: i64 = 64;
const ROW: i64 = 88;
const TOP: i64 = 74;
/// Height of a bar that has used all of its budget; higher bars end at one and a half.
const FULL: i64 = 40;

/// The whole chart: one line for each target that has figures.
#[must_use]
pub fn svg(as_of: &str, levels: &[Level<'_, '_>]) -> String {
    let rows: Vec<(&Level<'_, '_>, &Row<'_, '_>)> = levels
        .iter()
        .flat_map(|level| level.rows.iter().map(move |row| (level, row)))
        .filter(|(_, row)| row.cells.iter().any(|cell| cell.is_met().is_some()))
        .collect();
    let columns = rows.iter().map(|(_, row)| row.cells.len()).max().unwrap_or(0);
    let width = LEFT + STEP * i64::try_from(columns).unwrap_or(0) + 20;
    let height = TOP + ROW * i64::try_from(rows.len()).unwrap_or(0) + 10;
    let missed = rows.iter().flat_map(|(_, row)| &row.cells).filter(|cell| cell.is_met() == Some(false)).count();
    let about = format!("{} targets as of {as_of}, with {}", rows.len(), counted(missed, "miss", "misses"));
    let mut svg = Svg::new(width.max(640), height.max(TOP + 30), "Service levels", &about);
    svg.text("t b", (16, 26), "Service levels");
    svg.text(
        "s",
        (16, 46),
        &format!("As of {as_of}. A bar is the share of the error budget used; the line is all of it."),
    );
    let mut before = "";
    for (at, (level, row)) in rows.into_iter().enumerate() {
        let y = TOP + ROW * i64::try_from(at).unwrap_or(0);
        let id = level.sla.0.record.id.as_str();
        line(&mut svg, y, width, level, row, before != id);
        before = id;
    }
    svg.finish()
}

/// Draws one target; the first one of an SLA bears its title.
fn line(svg: &mut Svg, y: i64, width: i64, level: &Level<'_, '_>, row: &Row<'_, '_>, is_first: bool) {
    let class = if is_first { "edge" } else { "line" };
    svg.line(class, (if is_first { 16 } else { LEFT }, y - 8), (width - 16, y - 8));
    if is_first {
        svg.text("t b", (16, y + 10), &fitted(level.sla.0.record.title(), LEFT - 40));
    }
    let name = row.target.id().unwrap_or_default();
    let name = if is_first { format!("{} · {name}", level.sla.0.record.id) } else { name.to_owned() };
    svg.text("mono", (16, y + 28), &fitted(&name, LEFT - 40));
    // Small words take less room than the width of plain ones.
    svg.text("s", (16, y + 46), &fitted(&promise(row.target), LEFT + 30));
    if row.delivery.as_ref().is_some_and(crate::levels::Delivery::is_known) {
        svg.text("s", (16, y + 63), &fitted(&format!("its chain can deliver {}", deliverable(row)), LEFT + 30));
    }
    let floor = y + 62;
    svg.line("edge dash", (LEFT, floor - FULL), (width - 20, floor - FULL));
    svg.line("edge", (LEFT, floor), (width - 20, floor));
    for (at, cell) in row.cells.iter().enumerate() {
        bar(svg, (LEFT + STEP * i64::try_from(at).unwrap_or(0), floor), row, cell);
    }
}

fn bar(svg: &mut Svg, (x, floor): (i64, i64), row: &Row<'_, '_>, cell: &Cell<'_>) {
    let used = used(row, cell);
    let height = used.as_ref().map_or(0, |used| (used * &Exact::from(FULL)).round(0).whole().unwrap_or(FULL * 2));
    let height = height.clamp(0, FULL * 3 / 2);
    let class = match cell.is_met() {
        Some(true) => "ok",
        Some(false) => "bad",
        None => "none",
    };
    let share = used.map(|used| format!("{} %", (&used * &Exact::from(100)).text(0)));
    let words = verdict(cell);
    let told = format!(
        "{}: {words}{}",
        cell.period,
        share.as_ref().map(|share| format!(", {share} of the budget used")).unwrap_or_default()
    );
    svg.within("g", &[], &told, |svg| {
        if height > 0 {
            svg.rect(class, (x + 12, floor - height), (STEP - 24, height));
        }
        // The word stands above the bar, so that no state is told by colour alone.
        let label = match (cell.is_met(), share) {
            (Some(false), Some(share)) => format!("missed {share}"),
            (Some(false), None) => "missed".to_owned(),
            (None, _) => "no figure".to_owned(),
            (Some(true), Some(share)) => share,
            (Some(true), None) => "met".to_owned(),
        };
        svg.text("s mid", (x + STEP / 2, floor - height - 4), &label);
        svg.text("s mid", (x + STEP / 2, floor + 14), &cell.period.to_string());
    });
}

/// The share of the budget that was used, as a share of one: of what was measured, else of what was reported for a target
/// that is a least share. None when there is no budget or no figure.
fn used(row: &Row<'_, '_>, cell: &Cell<'_>) -> Option<Exact> {
    if let Some(kept) = &cell.kept {
        let (budget, left) = kept.budget();
        return (&budget - &left).over(&budget);
    }
    let hundred = Exact::from(100);
    let promised = row.target.number().filter(|_| row.target.operator() == Some(Operator::AtLeast))?;
    let said = cell.percent().filter(|_| row.target.unit() == Some("percent"))?;
    (&hundred - &said).over(&(&hundred - &promised))
}
