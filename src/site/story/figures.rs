//! Figures over time: metrics, and the objectives that are measured by them.

use super::super::chart::{self, Line, Point};
use super::super::html::Html;
use super::super::links::Root;
use super::super::pages::Site;
use super::super::section::{Section, Table};
use super::super::text;
use crate::base::exact::Exact;
use crate::model::measurement::Measurement;
use crate::model::metric::{Direction, Metric};
use crate::model::{Ix, Target};
use crate::yaml::Node;

/// Most periods in one chart.
const MOST: usize = 24;

/// The measured figures of a metric, the earliest first.
pub(in super::super) fn measured<'a>(site: &Site<'a>, metric: Ix) -> Vec<(Measurement<'a>, Point)> {
    let Some(definition) = site.sms.view::<Metric<'_>>(metric) else { return Vec::new() };
    let of = site.sms.incoming(metric).filter(|reference| {
        matches!(reference.target, Target::Record(to) if to == metric)
            && site.sms.kind_of(reference.from).name == "measurement"
    });
    let mut found: Vec<_> = of.filter_map(|reference| site.sms.view::<Measurement<'a>>(reference.from)).collect();
    found.sort_by_key(|one| (one.time().map(|period| period.first), one.0.record.id.as_str()));
    found.dedup_by_key(|one| one.0.record.id.as_str());
    let point = |one: Measurement<'a>| {
        let value = one.value();
        let met = value.as_ref().and_then(|value| definition.is_short(value)).map(|short| !short);
        let label = one.time().map_or_else(|| one.period().unwrap_or_default().to_owned(), text::period);
        (one, Point { label, value, met })
    };
    let mut points: Vec<_> = found.into_iter().map(point).collect();
    points.drain(..points.len().saturating_sub(MOST));
    points
}

/// The figures of a metric as a chart and as a table.
pub(super) fn metric(site: &Site<'_>, ix: Ix) -> Option<Section> {
    let (words, body) = of(site, ix, None)?;
    Section::new("figures", "Measured", Html::of(&words), body)
}

/// The figures behind an objective against what it aims at.
pub(super) fn objective(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    let record = site.sms.record(ix);
    let metric = record.get("metric").and_then(|node| super::people::target(site, ix, node))?;
    let target = record.get("target");
    let aimed = target.and_then(|target| Exact::parse(&target.get("value")?.scalar()?));
    let (words, body) = of(site, metric, aimed)?;
    let mut said = Html::of(&words);
    said.raw(" Measured as ");
    site.book.record(root, metric, &mut said);
    said.raw(".");
    Section::new("figures", "On the way", said, body)
}

fn of(site: &Site<'_>, ix: Ix, aimed: Option<Exact>) -> Option<(String, Html)> {
    let definition: Metric<'_> = site.sms.view(ix)?;
    let measured = measured(site, ix);
    let points: Vec<Point> = measured.iter().map(|(_, point)| point.clone()).collect();
    let less = definition.direction() == Some(Direction::Lower);
    let unit = unit(definition);
    let target = aimed.or_else(|| definition.threshold()?.green()).map(|target| (target, less));
    let title = text::clip(site.sms.record(ix).title(), 120);
    let drawn = chart::line(&Line { title: &title, points: &points, target, unit: &unit });
    let mut table = Table::new("Figures by period", &["Period", "#Figure", "Good enough", "Counted"]);
    for (one, point) in measured.iter().rev() {
        table.row(
            |out| {
                out.text(&point.label);
            },
            |cells| {
                let value = point.value.as_ref().map(|value| value.text(4)).unwrap_or_default();
                cells.number(&value, &format!("{value}{unit}"));
                cells.text(match point.met {
                    Some(true) => "Yes",
                    Some(false) => "No",
                    None => "",
                });
                let part = |field| one.0.record.get(field).and_then(Node::scalar).unwrap_or_default();
                let (above, below) = (part("numerator"), part("denominator"));
                cells.text(&if below.is_empty() { above.into_owned() } else { format!("{above} of {below}") });
            },
        );
    }
    let table = table.finish();
    if table.is_empty() {
        return None;
    }
    let mut body = Html::new();
    if !drawn.is_empty() {
        body.raw("<figure class=\"panel\">").add(&drawn).raw("</figure>");
    }
    body.raw("<details class=\"small\"").raw(if drawn.is_empty() { " open" } else { "" });
    body.raw("><summary>The figures as a table</summary>").add(&table).raw("</details>");
    Some((sentence(&points, &unit), body))
}

/// What follows a figure of a metric.
pub(in super::super) fn unit(metric: Metric<'_>) -> String {
    metric.unit().map(|unit| format!(" {}", text::clip(unit, 24))).unwrap_or_default()
}

/// The last figure and how often it was good enough.
pub(in super::super) fn sentence(points: &[Point], unit: &str) -> String {
    let Some((last, value)) = points.iter().rev().find_map(|point| Some((point, point.value.as_ref()?))) else {
        return "No figure yet.".to_owned();
    };
    let known = points.iter().filter(|point| point.met.is_some()).count();
    let short = points.iter().filter(|point| point.met == Some(false)).count();
    let said = format!("{}: {}{unit}.", last.label, value.text(4));
    match (known, short) {
        (0, _) => said,
        (_, 0) => format!("{said} Good enough in all {known} periods."),
        _ => format!("{said} Short in {short} of {known} periods."),
    }
}
