//! What stands above the list of a kind: the picture that answers the question people come with.

use std::collections::BTreeMap;

use super::super::html::{Html, Look};
use super::super::links::Root;
use super::super::pages::Site;
use super::super::section::{Section, Table};
use super::super::story::{figures, holders, now, promises, target};
use super::super::{chart, text};
use super::heat;
use crate::base::date::{before, parse_date};
use crate::base::duration::Duration;
use crate::base::finding::Severity;
use crate::model::Ix;
use crate::model::metric::{Direction, Metric};
use crate::model::objective::{Objective, ObjectiveStatus};
use crate::model::risk::{Risk, RiskCriteria};
use crate::schema::Tone;
use crate::slm::{Cell, Level};
use crate::standard::Pdca;
use crate::yaml::{Node, Value};

/// Most rows of a table above a list.
const MOST: usize = 60;

/// The sections above the list of a kind.
pub(in super::super) fn above(site: &Site<'_>, root: Root, kind: &str) -> Vec<Section> {
    match kind {
        "risk" => risks(site, root, ""),
        "sla" => vec![promised(site, root)],
        "service" => vec![catalogue(site, root)],
        "contract" => vec![ends(site, root)],
        "metric" => vec![measured(site, root)],
        "objective" => vec![aims(site, root)],
        "process" => vec![processes(site, root), flows(site, root)],
        "role" => vec![roles(site, root)],
        _ => Vec::new(),
    }
    .into_iter()
    .flatten()
    .collect()
}

/// The heat map alone, with links to the register.
pub(in super::super) fn heat_map(site: &Site<'_>, root: Root) -> Option<Section> {
    let register = format!("{}{}", root.as_str(), site.shelf("risk")?.page(1));
    risks(site, root, &register).into_iter().flatten().next()
}

/// The records of a kind that are not over and have a page.
fn open(site: &Site<'_>, kind: &str) -> Vec<Ix> {
    let Some(shelf) = site.shelf(kind) else { return Vec::new() };
    let is_open = |ix: &&Ix| !site.sms.record(**ix).is_at_rest() && site.book.address(**ix).is_some();
    shelf.records().iter().filter(is_open).copied().collect()
}

/// The heat map, and the open risks by where they stand in it, the gravest first.
fn risks(site: &Site<'_>, root: Root, register: &str) -> Vec<Option<Section>> {
    let Some(criteria) = RiskCriteria::in_force(site.sms) else { return Vec::new() };
    let mut places: BTreeMap<(i64, i64), Vec<Ix>> = BTreeMap::new();
    for ix in open(site, "risk") {
        let rating = site.sms.view::<Risk<'_>>(ix).and_then(now);
        if let Some((likelihood, impact)) = rating.and_then(|rating| Some((rating.likelihood()?, rating.impact()?))) {
            places.entry((likelihood, impact)).or_default().push(ix);
        }
    }
    let cell = |likelihood: i64, impact: i64, out: &mut Html| {
        if let Some(found) = places.get(&(likelihood, impact)) {
            out.raw("<a href=\"")
                .text(register)
                .raw("#")
                .text(&place(likelihood, impact))
                .raw("\">")
                .number(found.len());
            out.raw("<span class=\"vh\"> ").raw(if found.len() == 1 { "risk" } else { "risks" }).raw("</span></a>");
        }
    };
    let matrix = heat::matrix(criteria, "Open risks by how likely they are and how bad they would be", &cell);
    let total: usize = places.values().map(Vec::len).sum();
    let above = places.iter().filter(|((likelihood, impact), _)| {
        criteria.level(*likelihood, *impact).and_then(|level| criteria.is_above_appetite(level)) == Some(true)
    });
    let above: usize = above.map(|(_, found)| found.len()).sum();
    let words = format!(
        "{}, {} above what we accept without a decision (heavy frame). Rated as they are today.",
        text::capitalise(&text::counted(total, "open risk", "open risks")),
        if above == 0 { "none".to_owned() } else { text::count(above) }
    );
    vec![
        Section::new("heat", "How likely, how bad", Html::of(&words), matrix),
        Section::new("places", "By place", Html::new(), by_place(site, root, criteria, &places)),
    ]
}

fn place(likelihood: i64, impact: i64) -> String {
    format!("l{likelihood}i{impact}")
}

fn by_place(site: &Site<'_>, root: Root, criteria: RiskCriteria<'_>, places: &BTreeMap<(i64, i64), Vec<Ix>>) -> Html {
    let mut sorted: Vec<_> = places.iter().collect();
    let rank = |at: &(i64, i64)| criteria.level(at.0, at.1).and_then(|level| criteria.rank(level));
    sorted.sort_by_key(|(at, _)| std::cmp::Reverse((rank(at), at.0 * at.1)));
    let mut out = Html::new();
    for ((likelihood, impact), found) in sorted {
        let level = criteria.level(*likelihood, *impact).unwrap_or_default();
        out.raw("<h3 class=\"tblh\" id=\"").text(&place(*likelihood, *impact)).raw("\">");
        out.text(&text::capitalise(&text::word(level))).raw(" <span class=\"muted\">likelihood ");
        out.text(&likelihood.to_string()).raw(", impact ").text(&impact.to_string()).raw("</span></h3>");
        out.raw("<ul class=\"inline\">");
        for ix in found {
            out.raw("<li>");
            site.book.record(root, *ix, &mut out);
            out.raw("</li>");
        }
        out.raw("</ul>");
    }
    out
}

/// Every target with figures; those that were missed first.
fn promised(site: &Site<'_>, root: Root) -> Option<Section> {
    let mut rows = Vec::new();
    for level in site.levels() {
        for row in &level.rows {
            let points = promises::points(row);
            let missed = points.iter().filter(|point| point.met == Some(false)).count();
            if points.iter().any(|point| point.met.is_some()) {
                rows.push((missed, level, row, points));
            }
        }
    }
    rows.sort_by_key(|(missed, level, _, _)| (std::cmp::Reverse(*missed), level.sla.0.record.id.as_str()));
    let all = site.levels();
    let mut table =
        Table::new("Targets over time", &["Agreement", "Target", "Promised", "#Last figure", "~Last periods"]);
    for (_, level, row, points) in rows.iter().take(MOST) {
        table.row(
            |out| {
                if let Some(ix) = site.sms.find(level.sla.0.record.id.as_str()) {
                    site.book.record(root, ix, out);
                }
            },
            |cells| {
                let last = row.cells.iter().rev().find(|cell| cell.percent().is_some());
                let value = last.and_then(Cell::percent).map(|value| value.text(3)).unwrap_or_default();
                cells.text(&text::capitalise(&row.target.id().unwrap_or_default().replace(['_', '-'], " ")));
                cells.text(&crate::slm::promise(row.target));
                cells.number(&value, &last.map(crate::slm::figure).unwrap_or_default());
                cells.cell(|out| {
                    out.add(&chart::strip(points, &promises::in_words(points)));
                });
            },
        );
    }
    let mut words = promises::verdict(&all).unwrap_or_default();
    if rows.len() > MOST {
        words.push_str(" The ");
        words.push_str(&MOST.to_string());
        words.push_str(" with most misses are shown.");
    }
    Section::new("kept", "Promised and kept", Html::of(&words), table.finish())
}

/// Services with who they are for and how their promises went, the most critical first.
fn catalogue(site: &Site<'_>, root: Root) -> Option<Section> {
    let mut services = open(site, "service");
    let weights =
        site.shelf("service")?.kind.field("criticality").map(|field| field.values.clone()).unwrap_or_default();
    let weight = |ix: &Ix| {
        let word = site.sms.record(*ix).text("criticality");
        weights.iter().position(|value| Some(value.as_str()) == word).unwrap_or(usize::MAX)
    };
    services.sort_by_key(weight);
    let mut by_service: BTreeMap<Ix, Vec<&Level<'_, '_>>> = BTreeMap::new();
    for level in site.levels() {
        if let Some(ix) = level.sla.service().and_then(|service| site.sms.find(service.id)) {
            by_service.entry(ix).or_default().push(level);
        }
    }
    let mut out = Html::new();
    for ix in services.iter().take(MOST) {
        let record = site.sms.record(*ix);
        out.raw("<li class=\"panel\"><h3>");
        site.book.record(root, *ix, &mut out);
        out.raw("</h3><p class=\"small\">")
            .text(&super::super::markdown::lead(record.text("description").unwrap_or_default()));
        out.raw("</p><p class=\"states\">");
        super::super::record::state(record, &mut out);
        out.raw(" ");
        let levels = by_service.get(ix).map(Vec::as_slice).unwrap_or_default();
        verdict(levels, &mut out);
        if site.worst(*ix) == Some(Severity::Error) {
            out.raw(" ").tag(Tone::Bad, "Record to mend");
        }
        out.raw("</p></li>");
    }
    let mut body = Html::new();
    if !out.is_empty() {
        body.raw("<ul class=\"cards\">").add(&out).raw("</ul>");
    }
    let mut words = Html::of("What we offer, the most critical first.");
    if services.len() > MOST {
        words.text(&format!(" {MOST} of {} shown; all are in the list below.", text::count(services.len())));
    }
    Section::new("catalogue", "Catalogue", words, body)
}

/// Whether all promises of a service were kept in the last period that is over.
fn verdict(levels: &[&Level<'_, '_>], out: &mut Html) {
    let rows = levels.iter().flat_map(|level| &level.rows);
    let last = rows.filter_map(|row| {
        row.cells.iter().rev().find(|cell| !cell.is_running && cell.is_met().is_some()).and_then(Cell::is_met)
    });
    let (mut kept, mut missed) = (0, 0);
    last.for_each(|met| if met { kept += 1 } else { missed += 1 });
    match (kept, missed) {
        (0, 0) if levels.is_empty() => out.tag(Tone::None, "No agreement"),
        (0, 0) => out.tag(Tone::None, "No figures"),
        (_, 0) => out.tag(Tone::Good, "Promises kept"),
        (_, 1) => out.tag(Tone::Bad, "One promise missed"),
        (_, many) => out.tag(Tone::Bad, &format!("{many} promises missed")),
    };
}

/// Contracts by the day on which they end, with the last day to give notice.
fn ends(site: &Site<'_>, root: Root) -> Option<Section> {
    let today = site.sms.snapshot.as_of.day();
    let mut found: Vec<_> = open(site, "contract")
        .into_iter()
        .filter_map(|ix| {
            let record = site.sms.record(ix);
            let end = parse_date(record.text("end")?).ok()?;
            let notice = record.text("notice").and_then(|text| Duration::parse(text).ok());
            Some((end, notice.map(|notice| before(end, notice)), ix))
        })
        .collect();
    found.sort_unstable();
    let mut table = Table::new("Contracts by their end", &["Contract", "Supplier", "Notice until", "Ends", "State"]);
    for (end, notice, ix) in found.iter().take(MOST) {
        let soon = |day: jiff::civil::Date| day <= crate::base::date::after(today, Duration::from_days(90));
        table.row(
            |out| site.book.record(root, *ix, out),
            |cells| {
                cells.cell(|out| {
                    let supplier = site.sms.record(*ix).get("supplier").and_then(|node| target(site, *ix, node));
                    if let Some(supplier) = supplier {
                        site.book.record(root, supplier, out);
                    }
                });
                cells.day(*notice).day(Some(*end)).cell(|out| {
                    if *end < today {
                        out.tag(Tone::Bad, "Over");
                    } else if notice.is_some_and(|notice| notice < today) {
                        out.tag(Tone::Watch, "Notice has passed");
                    } else if notice.is_some_and(soon) || soon(*end) {
                        out.tag(Tone::Watch, "Decide soon");
                    } else {
                        out.tag(Tone::Good, "Runs");
                    }
                });
            },
        );
    }
    Section::new("ends", "When they end", Html::of("The soonest first."), table.finish())
}

/// Metrics with their last figure and how they went.
fn measured(site: &Site<'_>, root: Root) -> Option<Section> {
    let mut table = Table::new("Metrics and how they went", &["Metric", "#Last", "Good from", "~Last periods"]);
    for ix in open(site, "metric").into_iter().take(MOST * 4) {
        let Some(metric) = site.sms.view::<Metric<'_>>(ix) else { continue };
        let mut points: Vec<_> = figures::measured(site, ix).into_iter().map(|(_, point)| point).collect();
        points.drain(..points.len().saturating_sub(13));
        let unit = figures::unit(metric);
        table.row(
            |out| site.book.record(root, ix, out),
            |cells| {
                let last = points.iter().rev().find_map(|point| point.value.as_ref()).map(|value| value.text(4));
                let last = last.unwrap_or_default();
                cells.number(&last, &if last.is_empty() { "–".to_owned() } else { format!("{last}{unit}") });
                let green = metric.threshold().and_then(|threshold| threshold.green());
                let less = metric.direction() == Some(Direction::Lower);
                let bound = if less { "at most" } else { "at least" };
                cells.text(&green.map(|green| format!("{bound} {}{unit}", green.text(4))).unwrap_or_default());
                cells.cell(|out| {
                    out.add(&chart::strip(&points, &promises::in_words(&points)));
                });
            },
        );
    }
    Section::new(
        "measured",
        "How they went",
        Html::of("A tall crossed mark is a figure that is not good enough."),
        table.finish(),
    )
}

/// Objectives with what they aim at and where they are.
fn aims(site: &Site<'_>, root: Root) -> Option<Section> {
    let mut table =
        Table::new("Objectives and their aims", &["Objective", "State", "Due", "#Began at", "#Now", "#Aim"]);
    for ix in site.shelf("objective")?.records().iter().take(MOST) {
        let Some(objective) = site.sms.view::<Objective<'_>>(*ix) else { continue };
        if objective.status() == Some(ObjectiveStatus::Withdrawn) {
            continue;
        }
        let record = site.sms.record(*ix);
        let value = |field: &str| record.get(field).and_then(|node| node.get("value")).and_then(Node::scalar);
        let metric = record.get("metric").and_then(|node| target(site, *ix, node));
        let now = metric.and_then(|metric| {
            figures::measured(site, metric).iter().rev().find_map(|(_, point)| Some(point.value.as_ref()?.text(4)))
        });
        table.row(
            |out| site.book.record(root, *ix, out),
            |cells| {
                cells.cell(|out| super::super::record::state(record, out)).day(objective.due());
                cells.number("", &value("baseline").unwrap_or_default());
                let result = value("result").map(std::borrow::Cow::into_owned);
                cells.number("", &result.or(now).unwrap_or_default());
                let operator = record.get("target").and_then(|node| node.get("operator")).and_then(Node::as_str);
                let sign = if operator == Some("<=") { "at most " } else { "" };
                cells.number("", &format!("{sign}{}", value("target").unwrap_or_default()));
            },
        );
    }
    Section::new("aims", "Where they stand", Html::new(), table.finish())
}

/// Processes by plan, do, check and act, as their clauses say.
fn processes(site: &Site<'_>, root: Root) -> Option<Section> {
    let mut columns: BTreeMap<Pdca, Vec<Ix>> = BTreeMap::new();
    for ix in open(site, "process") {
        let tags = site.sms.record(ix).get("clauses").map(Node::items).unwrap_or_default();
        let clause = tags.iter().filter_map(Node::as_str).map(crate::base::clause::split);
        let number = clause.filter(|(standard, _)| *standard == "20000-1").map(|(_, number)| number).next();
        columns.entry(number.map_or(Pdca::Do, Pdca::of)).or_default().push(ix);
    }
    if columns.is_empty() {
        return None;
    }
    let mut body = Html::new();
    body.raw("<div class=\"pdca\">");
    for (letter, found) in columns {
        body.raw("<div><h3>").text(&letter.to_string()).raw("</h3><ul>");
        for ix in found {
            let tone = site.sms.record(ix).state().map_or(Tone::None, |state| state.tone);
            let look = Look::of(if site.worst(ix) > Some(Severity::Info) { Tone::Watch } else { tone });
            body.raw("<li>").icon(look.icon, look.ink, "");
            site.book.record(root, ix, &mut body);
            body.raw("</li>");
        }
        body.raw("</ul></div>");
    }
    body.raw("</div>");
    Section::new(
        "pdca",
        "The process map",
        Html::of("By plan, do, check and act. A triangle has something to look at."),
        body,
    )
}

/// What processes give to one another.
fn flows(site: &Site<'_>, root: Root) -> Option<Section> {
    let mut table = Table::new("What processes give", &["Process", "Gives", "To"]);
    for ix in open(site, "process") {
        for output in site.sms.record(ix).get("outputs").map(Node::items).unwrap_or_default() {
            table.row(
                |out| site.book.record(root, ix, out),
                |cells| {
                    cells.text(&text::clip(output.get("name").and_then(Node::as_str).unwrap_or_default(), 120));
                    cells.cell(|out| {
                        let to = output.get("to").map(Node::items).unwrap_or_default();
                        for (at, user) in to.iter().filter_map(|node| target(site, ix, node)).enumerate() {
                            out.raw(if at > 0 { ", " } else { "" });
                            site.book.record(root, user, out);
                        }
                        out.text(&text::clip(output.get("use").and_then(Node::as_str).unwrap_or_default(), 120));
                    });
                },
            );
        }
    }
    Section::new("flows", "What they give to one another", Html::new(), table.finish())
}

/// Roles with those who hold them.
fn roles(site: &Site<'_>, root: Root) -> Option<Section> {
    let mut table = Table::new("Roles and who holds them", &["Role", "Held by", "What for"]);
    for ix in open(site, "role").into_iter().take(MOST * 4) {
        let record = site.sms.record(ix);
        table.row(
            |out| site.book.record(root, ix, out),
            |cells| {
                cells.cell(|out| {
                    let held = holders(site, ix);
                    for (at, holder) in held.iter().enumerate() {
                        out.raw(if at > 0 { ", " } else { "" });
                        site.book.record(root, *holder, out);
                    }
                    let needed = !record.get("required").is_some_and(|node| matches!(node.value, Value::Bool(false)));
                    if held.is_empty() && needed {
                        out.tag(Tone::Watch, "Nobody");
                    }
                });
                cells.text(&text::clip(record.text("purpose").unwrap_or_default(), 160));
            },
        );
    }
    Section::new("holders", "Who holds them", Html::new(), table.finish())
}
