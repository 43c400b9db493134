//! Service levels as comma-separated values: one line for each target and period.

use super::words::{lost, verdict};
use super::{Cell, Level, Row};
use crate::base::csv::csv_line;
use crate::levels::Counted;

const HEAD: [&str; 19] = [
    "sla",
    "service",
    "customer",
    "target",
    "metric",
    "promised",
    "unit",
    "period",
    "running",
    "verdict",
    "percent",
    "counted",
    "delivered",
    "all",
    "lost",
    "budget",
    "budget_left",
    "reported_percent",
    "report_differs",
];

/// All of it.
#[must_use]
pub fn csv(levels: &[Level<'_, '_>]) -> String {
    let mut out = String::new();
    csv_line(HEAD, &mut out);
    for level in levels {
        for row in &level.rows {
            for cell in &row.cells {
                csv_line(line(level, row, cell).iter().map(String::as_str), &mut out);
            }
        }
    }
    out
}

fn line(level: &Level<'_, '_>, row: &Row<'_, '_>, cell: &Cell<'_>) -> Vec<String> {
    let (sla, target) = (level.sla, row.target);
    let promised = target.0.node.get("value").and_then(crate::yaml::Node::scalar).unwrap_or_default();
    let kept = cell.kept.as_ref();
    let (budget, left) = kept.map(crate::levels::Kept::budget).unzip();
    let counted = kept.map(|kept| match kept.counted {
        Counted::Seconds => "seconds",
        Counted::Cases => "cases",
    });
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    vec![
        sla.0.record.id.to_string(),
        text(sla.service().map(|service| service.id)),
        text(sla.customer().map(|customer| customer.id)),
        text(target.id()),
        text(target.metric().map(crate::model::sla::TargetMetric::word)),
        promised.into_owned(),
        text(target.unit()),
        cell.period.to_string(),
        cell.is_running.to_string(),
        verdict(cell).to_owned(),
        cell.percent().map(|percent| percent.down()).unwrap_or_default(),
        text(counted),
        kept.map(|kept| kept.delivered.to_string()).unwrap_or_default(),
        kept.map(|kept| kept.all.to_string()).unwrap_or_default(),
        kept.map(|kept| lost(kept).text(0)).unwrap_or_default(),
        budget.map(|budget| budget.text(1)).unwrap_or_default(),
        left.map(|left| left.text(1)).unwrap_or_default(),
        cell.reported.and_then(|reported| reported.result.value()).map(|value| value.text(6)).unwrap_or_default(),
        cell.differs().to_string(),
    ]
}
