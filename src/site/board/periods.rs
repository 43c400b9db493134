//! Two periods side by side: what was kept, what went wrong, what was changed, what was found.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::super::html::{Html, Look};
use super::super::links::Root;
use super::super::pages::Site;
use super::super::section::{Section, Table};
use super::super::story::promises;
use super::super::{SiteError, text};
use super::{Board, Near};
use crate::base::csv::csv_line;
use crate::base::date::When;
use crate::base::period::Period;
use crate::model::change::Change;
use crate::model::{Ix, Record};
use crate::schema::Tone;
use crate::slm;

/// The comparison of the last period that is over with the one before.
pub(in super::super) const INDEX: &str = "periods/index.html";
/// All figures for spreadsheets.
pub(in super::super) const CSV: &str = "periods/periods.csv";
/// All figures for programs.
pub(in super::super) const JSON: &str = "periods/periods.json";
/// Comparisons that have a page.
const PAGES: usize = 4;

/// Periods that are over, the last first: one more than there are pages, since each is compared with the one before.
pub(in super::super) fn periods(site: &Site<'_>) -> Vec<Period> {
    over(site.sms.snapshot.as_of.day(), site.sms.snapshot.settings.site.periods.length())
}

/// See [`periods`].
pub(in super::super) fn over(today: Date, length: crate::base::period::Length) -> Vec<Period> {
    let before = |period: &Period| Period::of(period.first.yesterday().ok()?, length);
    let last = Period::of(today, length).and_then(|own| before(&own));
    std::iter::successors(last, before).take(PAGES + 1).collect()
}

/// The address of the comparison of `period` with the one before; that of the last one is the index.
pub(in super::super) fn address(period: Period, at: usize) -> String {
    if at == 0 { INDEX.to_owned() } else { format!("periods/{}.html", period.to_string().to_lowercase()) }
}

/// Which way a figure should go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Better {
    More,
    Fewer,
    Neither,
}

/// A figure of all periods.
#[derive(Debug)]
struct Figure {
    /// The record that it is about, with its page.
    record: Option<Ix>,
    name: String,
    better: Better,
    /// By period, in the order of [`periods`]; none where nothing is known.
    values: Vec<Option<Value>>,
}

/// What a figure is in one period.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Value {
    /// How many, or how many were kept.
    count: usize,
    /// Of how many.
    of: Option<usize>,
    /// More about it; empty for nothing.
    words: String,
}

/// A group of figures.
#[derive(Debug)]
struct Group {
    id: &'static str,
    title: &'static str,
    head: &'static str,
    figures: Vec<Figure>,
}

/// The figures of all periods; made once for all pages.
#[derive(Debug)]
pub(in super::super) struct Figures {
    periods: Vec<Period>,
    groups: Vec<Group>,
}

impl Figures {
    /// Counts everything in one pass over each kind.
    pub(in super::super) fn new(site: &Site<'_>) -> Self {
        let periods = periods(site);
        let mut groups = vec![attainment(site, &periods)];
        // What is not public happened as well, so that counting the rest would say something wrong.
        if !site.is_public() {
            groups.extend([incidents(site, &periods), changes(site, &periods), risks(site, &periods)]);
            groups.push(findings(site, &periods));
        }
        Self { periods, groups }
    }
}

/// The day on which something happened to a record.
fn day(record: &Record<'_>, field: &str) -> Option<Date> {
    record.text(field).and_then(|text| When::parse(text).ok()).map(When::day)
}

/// Counts by name and period.
struct Counts<'p> {
    periods: &'p [Period],
    of: BTreeMap<String, Vec<usize>>,
}

impl<'p> Counts<'p> {
    fn new(periods: &'p [Period]) -> Self {
        Self { periods, of: BTreeMap::new() }
    }

    fn add(&mut self, name: &str, on: Option<Date>) {
        let at = |on: Date| self.periods.iter().position(|period| period.first <= on && on <= period.last);
        if let Some(at) = on.and_then(at) {
            let counts = self.of.entry(name.to_owned()).or_insert_with(|| vec![0; self.periods.len()]);
            counts[at] += 1;
        }
    }

    /// The figure `name`, nought in all periods where nothing was counted.
    fn figure(&self, name: &str, label: &str, better: Better) -> Figure {
        let counts = self.of.get(name).cloned().unwrap_or_else(|| vec![0; self.periods.len()]);
        let values = counts.into_iter().map(|count| Some(Value { count, of: None, words: String::new() })).collect();
        Figure { record: None, name: label.to_owned(), better, values }
    }
}

fn attainment(site: &Site<'_>, periods: &[Period]) -> Group {
    let mut figures = Vec::new();
    for level in site.levels() {
        let record = site.sms.find(level.sla.0.record.id.as_str());
        let about = about(site, level);
        for row in &level.rows {
            let points = promises::points(row);
            let value = |period: &Period| {
                let within = row.cells.iter().zip(&points).filter(|(cell, _)| {
                    !cell.is_running && period.first <= cell.period.first && cell.period.last <= period.last
                });
                let known: Vec<_> = within.filter(|(_, point)| point.met.is_some()).collect();
                let (last, _) = known.last()?;
                let count = known.iter().filter(|(_, point)| point.met == Some(true)).count();
                let words = last.percent().map(|_| format!("last {}", slm::figure(last))).unwrap_or_default();
                Some(Value { count, of: Some(known.len()), words })
            };
            let values: Vec<_> = periods.iter().map(value).collect();
            if values.iter().all(Option::is_none) {
                continue;
            }
            let target = row.target.id().unwrap_or("target").replace(['_', '-'], " ");
            let name = format!("{}, promised {}", text::capitalise(&target), slm::promise(row.target));
            figures.push((about, Figure { record, name, better: Better::More, values }));
        }
    }
    figures.sort_by_key(|(about, figure)| (*about, figure.record));
    let figures = figures.into_iter().map(|(_, figure)| figure).collect();
    Group { id: "kept", title: "Promises kept", head: "Agreement and promise", figures }
}

/// The service that the promises of an SLA are about.
fn about(site: &Site<'_>, level: &slm::Level<'_, '_>) -> Option<Ix> {
    level.sla.service().and_then(|service| site.sms.find(service.id))
}

fn incidents(site: &Site<'_>, periods: &[Period]) -> Group {
    let mut counts = Counts::new(periods);
    for (_, record) in site.sms.of_kind("incident") {
        let on = day(record, "reported_at");
        counts.add("", on);
        counts.add(record.text("priority").unwrap_or("none"), on);
        if record.get("major").is_some() {
            counts.add("major", on);
        }
        counts.add("resolved", day(record, "resolved_at"));
    }
    let mut figures = vec![counts.figure("", "All incidents", Better::Fewer)];
    for priority in ["p1", "p2", "p3", "p4"] {
        figures.push(counts.figure(priority, &format!("Priority {}", &priority[1..]), Better::Fewer));
    }
    if counts.of.contains_key("none") {
        figures.push(counts.figure("none", "Without a priority", Better::Neither));
    }
    figures.push(counts.figure("major", "Major incidents", Better::Fewer));
    figures.push(counts.figure("resolved", "Resolved", Better::Neither));
    Group { id: "incidents", title: "What went wrong", head: "Incidents", figures }
}

fn changes(site: &Site<'_>, periods: &[Period]) -> Group {
    let mut counts = Counts::new(periods);
    let mut categories: BTreeSet<&str> = BTreeSet::new();
    for (_, change) in site.sms.of_kind("change").filter_map(|(ix, _)| Some((ix, site.sms.view::<Change<'_>>(ix)?))) {
        let Some(on) = change.ended() else { continue };
        counts.add("", Some(on));
        if let Some(outcome) = change.outcome() {
            counts.add(outcome.word(), Some(on));
        }
        let category = change.0.record.text("category").unwrap_or_default();
        if !category.is_empty() {
            categories.insert(category);
            counts.add(&format!("category {category}"), Some(on));
        }
    }
    let mut figures = vec![counts.figure("", "All changes carried out", Better::Neither)];
    for (outcome, label, better) in [
        ("success", "Went as planned", Better::More),
        ("partial", "Went in part", Better::Fewer),
        ("failed", "Failed", Better::Fewer),
        ("reversed", "Taken back", Better::Fewer),
    ] {
        figures.push(counts.figure(outcome, label, better));
    }
    for category in categories {
        let better = if category == "emergency" { Better::Fewer } else { Better::Neither };
        let label = format!("Category {}", text::word(category));
        let figure = counts.figure(&format!("category {category}"), &text::clip(&label, 80), better);
        figures.push(figure);
    }
    Group { id: "changes", title: "What was changed", head: "Changes", figures }
}

fn risks(site: &Site<'_>, periods: &[Period]) -> Group {
    let mut counts = Counts::new(periods);
    let mut open = vec![0; periods.len()];
    for (_, record) in site.sms.of_kind("risk") {
        let (from, until) = (day(record, "identified_on"), day(record, "closed_on"));
        counts.add("opened", from);
        counts.add("closed", until);
        for (at, period) in periods.iter().enumerate() {
            let known = from.is_some_and(|from| from <= period.last);
            open[at] += usize::from(known && until.is_none_or(|until| until > period.last));
        }
    }
    let values = open.into_iter().map(|count| Some(Value { count, of: None, words: String::new() })).collect();
    let figures = vec![
        counts.figure("opened", "Risks found", Better::Neither),
        counts.figure("closed", "Risks closed", Better::Neither),
        Figure { record: None, name: "Risks open at the end".to_owned(), better: Better::Neither, values },
    ];
    Group { id: "risks", title: "What may go wrong", head: "Risks", figures }
}

fn findings(site: &Site<'_>, periods: &[Period]) -> Group {
    let mut counts = Counts::new(periods);
    for (kind, from) in [("finding", "raised_at"), ("nonconformity", "detected_at")] {
        for (_, record) in site.sms.of_kind(kind) {
            counts.add(&format!("{kind} from"), day(record, from));
            counts.add(&format!("{kind} until"), day(record, "closed_at"));
        }
    }
    let figures = vec![
        counts.figure("finding from", "Audit findings raised", Better::Fewer),
        counts.figure("finding until", "Audit findings closed", Better::Neither),
        counts.figure("nonconformity from", "Nonconformities found", Better::Fewer),
        counts.figure("nonconformity until", "Nonconformities closed", Better::Neither),
    ];
    Group { id: "findings", title: "What was found", head: "Findings", figures }
}

/// The comparison of the period at `at` with the one before.
pub(in super::super) fn page(site: &Site<'_>, path: &str, at: usize) -> Result<Vec<u8>, SiteError> {
    let figures = site.figures();
    let (Some(now), Some(before)) = (figures.periods.get(at), figures.periods.get(at + 1)) else {
        // The plan has a page for each pair only.
        return Err(SiteError::DeadLink { page: path.to_owned(), target: INDEX.to_owned() });
    };
    let (now, before) = (*now, *before);
    let root = Root::of(path);
    let mut turns = (0, 0);
    let mut sections = Vec::new();
    for group in &figures.groups {
        let columns = [text::period(before), text::period(now)];
        let mut table = Table::of(group.title, &[group.head, "#", "#", "Change"], &["", &columns[0], &columns[1], ""]);
        for figure in &group.figures {
            let pair = (figure.values[at + 1].as_ref(), figure.values[at].as_ref());
            if pair.0.is_none() && pair.1.is_none() {
                continue;
            }
            let turn = turn(figure.better, pair);
            match turn.0 {
                Tone::Good => turns.0 += 1,
                Tone::Bad => turns.1 += 1,
                _ => {}
            }
            line(site, root, figure, pair, &turn, &mut table);
        }
        sections.push(Section::new(group.id, group.title, Html::new(), table.finish()));
    }
    let mut lead = Html::of(&match turns {
        (0, 0) => "Nothing that has a good and a bad direction has moved.".to_owned(),
        (good, 0) => {
            format!("{} got better, none got worse.", text::capitalise(&text::counted(good, "figure", "figures")))
        }
        (0, bad) => {
            format!("{} got worse, none got better.", text::capitalise(&text::counted(bad, "figure", "figures")))
        }
        (good, bad) => format!(
            "{} got better, {} worse.",
            text::capitalise(&text::counted(good, "figure", "figures")),
            text::count(bad).to_lowercase()
        ),
    });
    lead.raw(" Counted are records by the days that stand in them.");
    let title = format!("{} beside {}", text::period(now), text::period(before));
    let mut board = Board::new(&title, lead, sections).below(site, path, &[])?;
    board = board.with_file(site, path, "CSV", CSV)?.with_file(site, path, "JSON", JSON)?;
    for (other, period) in figures.periods.iter().take(PAGES).enumerate() {
        let href = site.book.link(path, &address(*period, other))?;
        board.near.push(Near { name: text::period(*period), href, current: other == at });
    }
    board.render(site, path, "index.html")
}

/// Which way a figure went, in a sign and words.
fn turn(better: Better, pair: (Option<&Value>, Option<&Value>)) -> (Tone, &'static str, String) {
    let (Some(before), Some(now)) = pair else {
        let words = if pair.0.is_none() { "no figure before" } else { "no figure now" };
        return (Tone::None, "", words.to_owned());
    };
    // Shares are compared as shares: two of three is less than four of five.
    let (left, right) = match (before.of, now.of) {
        (Some(was), Some(is)) => (before.count * is.max(1), now.count * was.max(1)),
        _ => (before.count, now.count),
    };
    let is_share = now.of.is_some();
    let (sign, words) = match right.cmp(&left) {
        std::cmp::Ordering::Equal => return (Tone::None, "=", "the same".to_owned()),
        std::cmp::Ordering::Greater if is_share => ("▲", "kept more often".to_owned()),
        std::cmp::Ordering::Less if is_share => ("▼", "kept less often".to_owned()),
        std::cmp::Ordering::Greater => ("▲", format!("{} more", text::count(right - left))),
        std::cmp::Ordering::Less => ("▼", format!("{} fewer", text::count(left - right))),
    };
    let tone = match (better, right > left) {
        (Better::Neither, _) => Tone::None,
        (Better::More, true) | (Better::Fewer, false) => Tone::Good,
        _ => Tone::Bad,
    };
    (tone, sign, words)
}

fn line(
    site: &Site<'_>,
    root: Root,
    figure: &Figure,
    pair: (Option<&Value>, Option<&Value>),
    (tone, sign, words): &(Tone, &'static str, String),
    table: &mut Table,
) {
    table.row(
        |out| match figure.record {
            Some(record) => {
                site.book.record(root, record, out);
                out.raw("<small>").text(&figure.name).raw("</small>");
            }
            None => {
                out.text(&figure.name);
            }
        },
        |cells| {
            for value in [pair.0, pair.1] {
                let Some(value) = value else {
                    cells.number("", "–");
                    continue;
                };
                let shown = match value.of {
                    Some(of) => format!("{} of {of} kept", value.count),
                    None => text::count(value.count),
                };
                cells.figure(&value.count.to_string(), &shown, &value.words);
            }
            cells.cell(|out| {
                out.raw("<span class=\"turn ").raw(Look::of(*tone).ink).raw("\" aria-hidden=\"true\">").text(sign);
                out.raw("</span> ").text(words);
                out.raw(match tone {
                    Tone::Good => "<small>better</small>",
                    Tone::Bad => "<small>worse</small>",
                    _ => "",
                });
            });
        },
    );
}

/// All figures of all periods, one a line.
pub(in super::super) fn csv(site: &Site<'_>) -> Vec<u8> {
    let figures = site.figures();
    let mut out = String::new();
    let periods: Vec<String> = figures.periods.iter().rev().map(Period::to_string).collect();
    csv_line(["group", "record", "figure"].into_iter().chain(periods.iter().map(String::as_str)), &mut out);
    for group in &figures.groups {
        for figure in &group.figures {
            let shown = |value: &Option<Value>| match value {
                Some(Value { count, of: Some(of), .. }) => format!("{count} of {of}"),
                Some(Value { count, .. }) => count.to_string(),
                None => String::new(),
            };
            let values: Vec<String> = figure.values.iter().rev().map(shown).collect();
            let record = figure.record.map_or("", |ix| site.sms.record(ix).id.as_str());
            let head = [group.id, record, figure.name.as_str()];
            csv_line(head.into_iter().chain(values.iter().map(String::as_str)), &mut out);
        }
    }
    out.into_bytes()
}

/// The same for programs.
pub(in super::super) fn json(site: &Site<'_>) -> Vec<u8> {
    #[derive(Serialize)]
    struct Told<'a> {
        count: usize,
        #[serde(skip_serializing_if = "Option::is_none")]
        of: Option<usize>,
        #[serde(skip_serializing_if = "str::is_empty")]
        words: &'a str,
    }
    #[derive(Serialize)]
    struct One<'a> {
        group: &'a str,
        record: Option<&'a str>,
        figure: &'a str,
        values: Vec<Option<Told<'a>>>,
    }
    #[derive(Serialize)]
    struct All<'a> {
        version: u8,
        as_of: &'a str,
        periods: Vec<String>,
        figures: Vec<One<'a>>,
    }
    let figures = site.figures();
    let told = |value: &'_ Value| (value.count, value.of);
    let mut all = Vec::new();
    for group in &figures.groups {
        for figure in &group.figures {
            let values = figure.values.iter().rev().map(|value| {
                let value = value.as_ref()?;
                let (count, of) = told(value);
                Some(Told { count, of, words: &value.words })
            });
            all.push(One {
                group: group.id,
                record: figure.record.map(|ix| site.sms.record(ix).id.as_str()),
                figure: &figure.name,
                values: values.collect(),
            });
        }
    }
    let periods = figures.periods.iter().rev().map(Period::to_string).collect();
    let all = All { version: 1, as_of: &site.shell.stamp.instant, periods, figures: all };
    let mut bytes = serde_json::to_vec_pretty(&all).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::*;
    use crate::base::period::Length;
    use crate::site::fixture::{section, site, story};

    const STORY: &str = "
        == incident inc-a closed
        priority: p1
        reported_at: 2026-05-02T08:00:00Z
        == incident inc-b closed
        priority: p1
        reported_at: 2026-07-02T08:00:00Z
        major: {report: x}
        == incident inc-c closed
        priority: p2
        reported_at: 2026-09-30T23:00:00Z
        == incident inc-d new
        reported_at: 2026-10-01T00:00:00Z
        == change chg-a closed
        category: normal
        outcome: success
        actual: {start: 2026-08-01T08:00:00Z, end: 2026-08-01T09:00:00Z}
        == change chg-b closed
        category: emergency
        outcome: failed
        actual: {start: 2026-04-01T08:00:00Z, end: 2026-04-01T09:00:00Z}
        == change chg-c requested
        category: normal
        == risk rsk-a closed
        identified_on: 2026-01-01
        closed_on: 2026-07-01
        == risk rsk-b assessed
        identified_on: 2026-08-01
        == nonconformity nc-a open
        detected_at: 2026-09-01
    ";

    #[test]
    fn the_last_periods_that_are_over_are_compared_each_with_the_one_before() {
        let day = jiff::civil::date(2026, 11, 20);
        let told: Vec<String> = over(day, Length::Quarter).iter().map(Period::to_string).collect();
        assert_eq!(told, ["2026-Q3", "2026-Q2", "2026-Q1", "2025-Q4", "2025-Q3"]);
        assert_eq!(over(day, Length::Year)[0].to_string(), "2025");
        assert!(over(Date::MIN, Length::Year).len() <= PAGES + 1);
    }

    /// The cells of the row that begins with `name`.
    #[track_caller]
    fn row(html: &str, name: &str) -> (String, String, String) {
        let from = html.find(&format!("class=\"name\">{name}</th>")).unwrap_or_else(|| panic!("no {name}: {html}"));
        let rest = &html[from..html[from..].find("</tr>").unwrap() + from];
        let cells: Vec<&str> = rest.split("<td").skip(1).map(|cell| cell.split_once('>').unwrap().1).collect();
        let plain = |cell: &str| {
            let mut out = String::new();
            let mut inside = true;
            for c in cell.chars() {
                match c {
                    '<' => inside = false,
                    '>' => inside = true,
                    c if inside => out.push(c),
                    _ => {}
                }
            }
            out.trim().to_owned()
        };
        (plain(cells[0]), plain(cells[1]), plain(cells[2]))
    }

    fn told(before: &str, now: &str, turn: &str) -> (String, String, String) {
        (before.to_owned(), now.to_owned(), turn.to_owned())
    }

    #[test]
    fn counts_stand_side_by_side_with_a_sign_and_words() {
        let made = site(&story(STORY));
        let page = &made[INDEX];
        assert!(page.contains("<h1>Q3 2026 beside Q2 2026</h1>"), "{page}");
        let incidents = section(page, "incidents");
        assert_eq!(row(incidents, "All incidents"), told("1", "2", "▲ 1 moreworse"));
        assert_eq!(row(incidents, "Priority 1"), told("1", "1", "= the same"));
        assert_eq!(row(incidents, "Major incidents"), told("0", "1", "▲ 1 moreworse"));
        let changes = section(page, "changes");
        assert_eq!(row(changes, "Failed"), told("1", "0", "▼ 1 fewerbetter"));
        assert_eq!(row(changes, "Category emergency"), told("1", "0", "▼ 1 fewerbetter"));
        assert_eq!(row(changes, "Category normal"), told("0", "1", "▲ 1 more"));
        let risks = section(page, "risks");
        assert_eq!(row(risks, "Risks open at the end"), told("1", "1", "= the same"));
        assert_eq!(row(risks, "Risks closed"), told("0", "1", "▲ 1 more"));
        assert_eq!(row(section(page, "findings"), "Nonconformities found"), told("0", "1", "▲ 1 moreworse"));
        assert!(made.contains_key("periods/2026-q2.html") && !made.contains_key("periods/2025-q3.html"));
    }

    #[test]
    fn the_files_beside_it_hold_every_period() {
        let made = site(&story(STORY));
        let json: Json = serde_json::from_str(&made[JSON]).unwrap();
        assert_eq!(json["periods"], serde_json::json!(["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]));
        let all = json["figures"].as_array().unwrap();
        let one = all.iter().find(|one| one["figure"] == "All incidents").unwrap();
        let counts: Vec<u64> = one["values"].as_array().unwrap().iter().map(|v| v["count"].as_u64().unwrap()).collect();
        assert_eq!(counts, [0, 0, 0, 1, 2], "the one of the running quarter is in none");
        let csv = &made[CSV];
        assert!(csv.starts_with("group,record,figure,2025-Q3,2025-Q4,2026-Q1,2026-Q2,2026-Q3\r\n"), "{csv}");
        assert!(csv.contains("incidents,,All incidents,0,0,0,1,2\r\n"), "{csv}");
        assert_eq!(csv.lines().count(), all.len() + 1);
    }

    #[test]
    fn shares_are_compared_as_shares() {
        let value = |count, of| Value { count, of: Some(of), words: String::new() };
        let turned = |a: Value, b: Value| turn(Better::More, (Some(&a), Some(&b))).0;
        assert_eq!(turned(value(2, 3), value(4, 5)), Tone::Good);
        assert_eq!(turned(value(3, 3), value(1, 1)), Tone::None);
        assert_eq!(turned(value(3, 3), value(3, 4)), Tone::Bad);
        assert_eq!(turn(Better::More, (None, Some(&value(1, 1)))).2, "no figure before");
    }

    #[test]
    fn the_length_of_periods_follows_the_settings() {
        let mut files = story(STORY);
        files.push(("gitsm.toml".to_owned(), "format = 1\n[site]\nperiods = \"half-year\"\n".to_owned()));
        let made = site(&files);
        assert!(made[INDEX].contains("<h1>H1 2026 beside H2 2025</h1>"), "{}", made[INDEX]);
    }
}
