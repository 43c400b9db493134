//! Service levels as JSON: additive changes only. Shares are percent, times are seconds.

use serde_json::{Value, json};

use super::words::verdict;
use super::{Cell, Level, Row};
use crate::base::exact::Exact;
use crate::levels::{Counted, Delivery, least_effort};
use crate::model::Sms;

/// All of it.
#[must_use]
pub fn json(sms: &Sms<'_>, levels: &[Level<'_, '_>]) -> Value {
    json!({
        "tool": {"name": "gitsm", "version": env!("CARGO_PKG_VERSION")},
        "commit": sms.snapshot.origin.commit(),
        "as_of": sms.snapshot.as_of.to_string(),
        "slas": levels.iter().map(level).collect::<Vec<_>>(),
    })
}

/// A number with at most six places, rounded down.
fn number(exact: &Exact) -> Value {
    let text = Exact::decimal(exact.scaled(6), 6).text(6);
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

fn level(level: &Level<'_, '_>) -> Value {
    let sla = level.sla;
    let loads = level.loads.iter().map(|load| {
        let actual = load.actual.iter();
        let actual = actual.map(|(period, came)| json!({"period": period.to_string(), "actual": number(came)}));
        json!({"metric": load.metric, "limit": number(&load.limit), "unit": load.unit, "actual": actual.collect::<Vec<_>>()})
    });
    json!({
        "id": sla.0.record.id,
        "title": sla.0.record.title(),
        "service": sla.service().map(|service| service.id),
        "customer": sla.customer().map(|customer| customer.id),
        "targets": level.rows.iter().map(row).collect::<Vec<_>>(),
        "workload": loads.collect::<Vec<_>>(),
    })
}

fn row(row: &Row<'_, '_>) -> Value {
    let target = row.target;
    json!({
        "id": target.id(),
        "metric": target.metric().map(crate::model::sla::TargetMetric::word),
        "scope": target.scope(),
        "operator": target.operator().map(crate::model::sla::Operator::word),
        "value": target.0.node.get("value").and_then(crate::yaml::Node::scalar),
        "unit": target.unit(),
        "clock": target.clock().map(crate::model::sla::Clock::word),
        "window": target.window().map(crate::model::sla::TargetWindow::word),
        "deliverable": row.delivery.as_ref().filter(|delivery| delivery.is_known()).map(delivery),
        "behind": row.called.as_ref().map(|called| {
            let tiers = [called.inside, called.outside].into_iter().flatten();
            let tiers = tiers.map(|tier| json!({"id": tier.support.record().id, "seconds": tier.taken.seconds()}));
            json!({"for": called.node.id, "seconds": called.taken().seconds(), "through": tiers.collect::<Vec<_>>()})
        }),
        "periods": row.cells.iter().map(cell).collect::<Vec<_>>(),
    })
}

fn delivery(delivery: &Delivery<'_, '_>) -> Value {
    let parts = delivery.parts();
    let least = least_effort(&parts);
    let told = parts.iter().map(|part| {
        json!({
            "id": part.node.id,
            "percent": number(part.percent),
            "harm": number(&part.harm()),
            "needed": part.needed.as_ref().map(number),
            "doubled": number(&part.doubled()),
            "single": part.single,
        })
    });
    json!({
        "promised": number(&delivery.promised),
        "expected": number(&delivery.expected().in_percent()),
        "worst": number(&delivery.at_worst().in_percent()),
        "kept": delivery.verdict(),
        "complete": delivery.is_complete(),
        "assumptions": ["parts fail independently", "parts without a figure are always up"],
        "without_figure": delivery.silent().map(|node| &node.id).collect::<Vec<_>>(),
        "least_improvement": least.map(|part| json!({"id": part.node.id, "percent": part.needed.as_ref().map(number)})),
        "parts": told.collect::<Vec<_>>(),
    })
}

fn cell(cell: &Cell<'_>) -> Value {
    let kept = cell.kept.as_ref().map(|kept| {
        let (budget, left) = kept.budget();
        let counted = match kept.counted {
            Counted::Seconds => "seconds",
            Counted::Cases => "cases",
        };
        json!({
            "counted": counted,
            "delivered": kept.delivered,
            "all": kept.all,
            "excluded": kept.excluded,
            "percent": kept.percent.as_ref().map(number),
            "met": kept.is_met(),
            "budget": number(&budget),
            "budget_left": number(&left),
            "records": kept.behind.iter().map(|record| &record.id).collect::<Vec<_>>(),
        })
    });
    let reported = cell.reported.map(|reported| {
        let value = reported.result.value();
        json!({"report": reported.record.id, "percent": value.as_ref().map(number), "met": reported.result.met()})
    });
    json!({
        "period": cell.period.to_string(),
        "running": cell.is_running,
        "verdict": verdict(cell),
        "measured": kept,
        "reported": reported,
        "differs": cell.differs(),
    })
}
