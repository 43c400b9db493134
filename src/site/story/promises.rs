//! What was promised to customers, what was kept of it, and where the promise is weakest.

use super::super::chart::{self, Line, Point};
use super::super::html::Html;
use super::super::links::Root;
use super::super::pages::Site;
use super::super::section::{self, Section, Table};
use super::super::text;
use super::naming;
use crate::base::exact::Exact;
use crate::levels::{Delivery, Part, least_effort};
use crate::model::Ix;
use crate::model::sla::Operator;
use crate::slm::{self, Cell, Level, Row};

/// Most targets with a chart of their own on a page.
const CHARTS: usize = 4;
/// Most parts of a chain that are listed.
const PARTS: usize = 6;

/// The promises of an SLA and how each was kept.
pub(super) fn of_sla(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    let level = site.level(ix)?;
    kept(site, root, "Promised and kept", &[level], false)
}

/// The promises of all SLAs of a service.
pub(super) fn of_service(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    let levels: Vec<&Level<'_, '_>> = site.levels_of(ix).collect();
    kept(site, root, "Promised and kept", &levels, levels.len() > 1)
}

/// What a customer was promised.
pub(super) fn of_customer(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    let levels: Vec<&Level<'_, '_>> = site.levels_of(ix).collect();
    kept(site, root, "What we promised them, and kept", &levels, true)
}

/// How the last period that is over went, over several targets.
pub(in super::super) fn verdict(levels: &[&Level<'_, '_>]) -> Option<String> {
    let last = |row: &Row<'_, '_>| {
        row.cells.iter().rev().find(|cell| !cell.is_running && cell.is_met().is_some()).and_then(Cell::is_met)
    };
    let known: Vec<bool> = levels.iter().flat_map(|level| &level.rows).filter_map(last).collect();
    let missed = known.iter().filter(|met| !**met).count();
    Some(match (known.len(), missed) {
        (0, _) => return None,
        (1, 0) => "The one target with figures was kept in the last period that is over.".to_owned(),
        (1, _) => "The one target with figures was missed in the last period that is over.".to_owned(),
        (all, 0) => format!("All {all} targets with figures were kept in the last period that is over."),
        (all, 1) => format!("One of {all} targets with figures was missed in the last period that is over."),
        (all, many) => format!("{many} of {all} targets with figures were missed in the last period that is over."),
    })
}

fn kept(site: &Site<'_>, root: Root, title: &str, levels: &[&Level<'_, '_>], with_sla: bool) -> Option<Section> {
    let columns =
        ["Target", "Promised", "#Last figure", "#Left of the budget", "Its chain can deliver", "~Last periods"];
    let mut table = Table::new(title, &columns);
    for level in levels {
        for row in &level.rows {
            let points = points(row);
            let name = row.target.id().unwrap_or("target").replace(['_', '-'], " ");
            let last = row.cells.iter().rev().find(|cell| cell.is_met().is_some());
            let figure = last.map_or_else(|| "–".to_owned(), slm::figure);
            let promise = slm::promise(row.target);
            table.row(
                |out| {
                    out.text(&text::capitalise(&name));
                    out.raw("<small>");
                    if with_sla {
                        sla(site, root, level, out);
                    } else {
                        out.text(row.target.scope().unwrap_or_default());
                    }
                    out.raw("</small>");
                },
                |cells| {
                    let value = last.and_then(Cell::percent).map(|percent| percent.text(3)).unwrap_or_default();
                    cells.text(&promise).number(&value, &figure).number("", &dash(slm::budget_left(row)));
                    cells.text(&dash(slm::deliverable(row)));
                    cells.cell(|out| {
                        out.add(&chart::strip(&points, &in_words(&points)));
                    });
                },
            );
        }
    }
    let mut words = Html::new();
    words.text(&verdict(levels).unwrap_or_default());
    words.raw(" A tall crossed mark is a missed period, a hollow one has no figure.");
    Section::new("promised", title, words, table.finish())
}

fn dash(words: String) -> String {
    if words == "-" { "–".to_owned() } else { words }
}

fn sla(site: &Site<'_>, root: Root, level: &Level<'_, '_>, out: &mut Html) {
    if let Some(ix) = site.sms.find(level.sla.0.record.id.as_str()) {
        site.book.record(root, ix, out);
    }
}

/// The periods of a target as points of a chart.
pub(in super::super) fn points(row: &Row<'_, '_>) -> Vec<Point> {
    let point = |cell: &Cell<'_>| Point { label: text::period(cell.period), value: cell.percent(), met: met(cell) };
    row.cells.iter().map(point).collect()
}

/// Whether a period was kept; one without a single case was neither kept nor missed.
pub(in super::super) fn met(cell: &Cell<'_>) -> Option<bool> {
    cell.is_met().filter(|_| cell.kept.as_ref().is_none_or(|kept| kept.percent.is_some()))
}

/// How often a target was kept.
pub(in super::super) fn in_words(points: &[Point]) -> String {
    let known: Vec<&Point> = points.iter().filter(|point| point.met.is_some()).collect();
    let missed: Vec<String> =
        known.iter().filter(|point| point.met == Some(false)).map(|point| point.label.clone()).collect();
    match (known.len(), missed.len()) {
        (0, _) => "No figures yet".to_owned(),
        (all, 0) => format!("Kept in all {all} periods with figures"),
        (all, some) => format!("Kept in {} of {all} periods, missed in {}", all - some, text::join(&missed)),
    }
}

/// A chart for each of the first targets with figures, and the same as a table.
pub(super) fn charts(site: &Site<'_>, ix: Ix) -> Option<Section> {
    let level = site.level(ix)?;
    let mut body = Html::new();
    for row in &level.rows {
        let points = points(row);
        if points.iter().filter(|point| point.value.is_some()).count() < 3
            || body.as_str().matches("<figure").count() == CHARTS
        {
            continue;
        }
        let name = text::capitalise(&row.target.id().unwrap_or("target").replace(['_', '-'], " "));
        let title = row.target.scope().map_or_else(|| name.clone(), |scope| format!("{name}: {scope}"));
        // The share of cases is drawn where a time is promised for a share of them.
        let promised =
            row.target.share().or_else(|| row.target.number().filter(|_| row.target.unit() == Some("percent")));
        let less = row.target.share().is_none() && row.target.operator() == Some(Operator::AtMost);
        let unit = if promised.is_some() { " %" } else { "" };
        let drawn = chart::line(&Line { title: &title, points: &points, target: promised.map(|p| (p, less)), unit });
        if drawn.is_empty() {
            continue;
        }
        body.raw("<figure class=\"panel\"><figcaption><b>").text(&title).raw("</b><br>").text(&in_words(&points));
        body.raw(".</figcaption>").add(&drawn).raw("</figure>");
    }
    if body.is_empty() {
        return None;
    }
    let mut all = Html::new();
    all.raw("<div class=\"charts\">")
        .add(&body)
        .raw("</div><details class=\"small\"><summary>The figures as a table</summary>");
    all.add(&by_period(level)).raw("</details>");
    Section::new("over-time", "Over time", Html::of("Scales do not begin at zero; the target is dashed."), all)
}

/// Every figure of an SLA: a row a period.
fn by_period(level: &Level<'_, '_>) -> Html {
    let mut table = Table::new("Figures by target and period", &["Target", "Period", "#Figure", "Kept", "As reported"]);
    for row in &level.rows {
        let name = row.target.id().unwrap_or("target").replace(['_', '-'], " ");
        let known = row.cells.iter().zip(points(row)).filter(|(_, point)| point.met.is_some());
        for (cell, _) in known {
            table.row(
                |out| {
                    out.text(&text::capitalise(&name));
                },
                |cells| {
                    let value = cell.percent().map(|percent| percent.text(3)).unwrap_or_default();
                    cells.text(&text::period(cell.period)).number(&value, &slm::figure(cell));
                    cells.text(&text::capitalise(slm::verdict(cell)));
                    let reported = cell.reported.and_then(|reported| reported.result.value());
                    let differs = if cell.differs() { ", which differs" } else { "" };
                    cells.text(&reported.map(|value| format!("{}{differs}", value.text(3))).unwrap_or_default());
                },
            );
        }
    }
    table.finish()
}

/// What costs most of an availability promise: of the target with the least room.
pub(super) fn weakest(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    let rows = site.places_of(ix).iter().flat_map(|at| (0..site.level_at(*at).rows.len()).map(|row| (*at, row)));
    let delivery = |(at, row): (usize, usize)| site.level_at(at).rows[row].delivery.as_ref();
    let known = rows.filter_map(|place| Some((place, delivery(place).filter(|delivery| delivery.is_known())?)));
    let room = |delivery: &Delivery<'_, '_>| &delivery.expected().in_percent() - &delivery.promised;
    let (place, delivery) = known.min_by_key(|(_, delivery)| room(delivery))?;
    // An SLA and its service tell the same, and pages of records all lie in a folder.
    site.weakest(place, || chain(site, root.of_any_folder(), delivery))
}

/// What the chain behind a promise comes to, and which parts of it cost most.
fn chain(site: &Site<'_>, root: Root, delivery: &Delivery<'_, '_>) -> Option<Section> {
    let parts = delivery.parts();
    let time = |part: &Part<'_>| Some(slm::time(&part.lost(delivery.seconds.as_ref()?)));
    let mut table =
        Table::new("Parts by what they cost", &["Part", "#Its figure", "#Time lost through it", "Redundancy"]);
    for part in parts.iter().take(PARTS) {
        table.row(
            |out| match part.node.record {
                Some(ix) => site.book.record(root, ix, out),
                None => {
                    out.text(part.node.id.as_str());
                }
            },
            |cells| {
                cells.number(&part.percent.text(4), &format!("{} %", part.percent.text(4)));
                cells.number(&part.harm().text(6), &time(part).unwrap_or_default());
                cells.text(if part.single {
                    "None: its loss takes the service down"
                } else {
                    "Another one stands beside it"
                });
            },
        );
    }
    let mut words = Html::new();
    words.text(&chain_words(delivery));
    if !delivery.is_kept() {
        words.text(&match least_effort(&parts) {
            Some(part) => format!(
                " It would be enough if {} were up {} % of the time.",
                part.node.id,
                part.needed_text().unwrap_or_default()
            ),
            None => " No single part, however good, would make it enough.".to_owned(),
        });
    }
    Section::new("weakest", "Where the promise is weakest", words, table.finish())
}

fn chain_words(delivery: &Delivery<'_, '_>) -> String {
    let expected = delivery.expected().in_percent();
    let (expected, promised) = (Exact::decimal(expected.scaled(3), 3).text(3), delivery.promised.text(4));
    let most = if delivery.is_complete() { "" } else { "at most " };
    let verdict = if delivery.is_kept() { "which is enough" } else { "which is too little" };
    format!(
        "Promised are {promised} %; by the figures of its parts the chain can deliver {most}{expected} %, {verdict}. \
         Parts are taken to fail independently."
    )
}

/// What came against the limits of work that the SLA covers.
pub(super) fn workload(site: &Site<'_>, ix: Ix) -> Option<Section> {
    let level = site.level(ix)?;
    let mut table =
        Table::new("Work against the limits", &["What is counted", "#Limit", "#Last", "~Share of the limit"]);
    for load in &level.loads {
        let last = load.actual.last();
        let label = |came: &Exact| (came * &Exact::from(100)).over(&load.limit).map(|share| share.text(0));
        table.row(
            |out| {
                out.text(load.metric).raw("<small>").text(load.unit).raw("</small>");
            },
            |cells| {
                cells.number(&load.limit.text(3), &load.limit.text(3));
                cells.number("", &last.map(|(_, came)| came.text(3)).unwrap_or_default());
                let shares = load
                    .actual
                    .iter()
                    .map(|(period, came)| format!("{}: {} %", text::period(*period), label(came).unwrap_or_default()));
                cells.text(&shares.rev().take(3).collect::<Vec<_>>().join(", "));
            },
        );
    }
    Section::new("workload", "Work up to which it holds", Html::new(), table.finish())
}

/// What the customer was told.
pub(super) fn reports(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    let reports = naming(site, ix, "sla_report");
    let body = section::records(site, root, "sla_report", &reports, &["status", "period", "published_on"], 12);
    Section::new("reports", "What the customer was told", Html::new(), body)
}
