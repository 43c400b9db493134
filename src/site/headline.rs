//! The figures that the overview leads with: each with what it means and where to read on.

use serde::Serialize;

use super::areas::state_counts;
use super::board::{attention, calendar, coverage};
use super::html::Html;
use super::pages::Site;
use super::story::now;
use super::{SiteError, text};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::gap::{self, Status};
use crate::model::risk::{Risk, RiskCriteria};
use crate::schedule::Sort;
use crate::schema::Tone;
use crate::slm::Cell;

/// How far ahead changes are counted.
const DAYS: u32 = 14;

/// One figure.
#[derive(Serialize)]
pub(super) struct Headline {
    name: &'static str,
    href: String,
    count: String,
    /// Of how many.
    of: String,
    why: String,
    tag: Html,
}

/// A figure before its link is known.
struct Told {
    name: &'static str,
    to: String,
    count: usize,
    of: Option<usize>,
    why: String,
    tone: Tone,
    word: &'static str,
}

/// The figures that there is anything to say of.
pub(super) fn all(site: &Site<'_>, path: &str) -> Result<Vec<Headline>, SiteError> {
    let told = [kept(site), incidents(site), changes(site), risks(site), clauses(site), points(site)];
    let headline = |told: Told| {
        let mut tag = Html::new();
        tag.tag(told.tone, told.word);
        Ok(Headline {
            name: told.name,
            href: site.book.link(path, &told.to)?,
            count: text::count(told.count),
            of: told.of.map(|of| format!("of {}", text::count(of))).unwrap_or_default(),
            why: told.why,
            tag,
        })
    };
    told.into_iter().flatten().map(headline).collect()
}

/// Targets that were kept in the last period that is over.
fn kept(site: &Site<'_>) -> Option<Told> {
    let (mut kept, mut missed) = (0, Vec::new());
    for level in site.levels() {
        for row in &level.rows {
            let last = row.cells.iter().rev().find(|cell| !cell.is_running && cell.is_met().is_some());
            match last.and_then(Cell::is_met) {
                Some(true) => kept += 1,
                Some(false) => missed.push(level.sla.0.record.title()),
                None => {}
            }
        }
    }
    let of = kept + missed.len();
    let (tone, word) = if missed.is_empty() { (Tone::Good, "All kept") } else { (Tone::Bad, "Some missed") };
    let why = missed.first().map_or_else(
        || "In the last period that is over".to_owned(),
        |first| match missed.len() {
            1 => format!("{} fell short", text::clip(first, 60)),
            more => format!("{} and {} more fell short", text::clip(first, 60), more - 1),
        },
    );
    let to = site.shelf("sla")?.page(1);
    (of > 0).then_some(Told { name: "Promises kept", to, count: kept, of: Some(of), why, tone, word })
}

/// Incidents that are open.
fn incidents(site: &Site<'_>) -> Option<Told> {
    let shelf = site.shelf("incident").filter(|shelf| !shelf.is_empty())?;
    let open = state_counts(site, shelf).into_iter().filter(|(state, _)| !state.terminal);
    let count = open.map(|(_, count)| count).sum();
    let major = shelf.records().iter().filter(|ix| {
        let record = site.sms.record(**ix);
        !record.is_at_rest() && record.get("major").is_some()
    });
    let (tone, word, why) = match (count, major.count()) {
        (0, _) => (Tone::Good, "None open", "Nothing is down that we know of".to_owned()),
        (_, 0) => (Tone::Told, "At work", "None of them is major".to_owned()),
        (_, major) => (Tone::Bad, "Major", text::counted(major, "major incident", "major incidents")),
    };
    Some(Told { name: "Incidents open", to: shelf.page(1), count, of: None, why, tone, word })
}

/// Changes that begin within two weeks.
fn changes(site: &Site<'_>) -> Option<Told> {
    let shelf = site.shelf("change").filter(|shelf| !shelf.is_empty())?;
    let now = site.sms.snapshot.as_of;
    let last = after(now.day(), Duration::from_days(DAYS));
    let soon = site.schedule().happenings.iter().filter(|one| {
        let begins =
            |time: &crate::base::intervals::Bounds| time.0 >= now.instant() && calendar::day_of(site, time.0) <= last;
        one.sort == Sort::Change && one.times.iter().any(begins)
    });
    let count = soon.count();
    let open = site.schedule().clashes.iter().filter(|clash| !clash.settled).count();
    let (tone, word) = if open > 0 { (Tone::Watch, "Conflicts") } else { (Tone::Good, "No conflict") };
    let why = if open > 0 { text::counted(open, "conflict to settle", "conflicts to settle") } else { String::new() };
    let to = if shelf.is_empty() { shelf.page(1) } else { "calendar/index.html".to_owned() };
    Some(Told { name: "Changes within two weeks", to, count, of: None, why, tone, word })
}

/// Open risks above what is accepted.
fn risks(site: &Site<'_>) -> Option<Told> {
    let criteria = RiskCriteria::in_force(site.sms)?;
    let shelf = site.shelf("risk")?;
    let mut open = 0;
    let mut above = 0;
    for ix in shelf.records().iter().filter(|ix| !site.sms.record(**ix).is_at_rest()) {
        open += 1;
        let level = site.sms.view::<Risk<'_>>(*ix).and_then(now).and_then(|rating| rating.level());
        above += usize::from(level.and_then(|level| criteria.is_above_appetite(level)) == Some(true));
    }
    let (tone, word) = if above == 0 { (Tone::Good, "Within limits") } else { (Tone::Watch, "Above limits") };
    let why = "Open risks above what we accept without a decision".to_owned();
    let to = shelf.page(1);
    (open > 0).then_some(Told { name: "Risks above limits", to, count: above, of: Some(open), why, tone, word })
}

/// Requirements of the standard that records show.
fn clauses(site: &Site<'_>) -> Option<Told> {
    let counts = gap::count(site.coverage());
    let of = |status| counts.get(&status).copied().unwrap_or(0);
    let shown = of(Status::Conform) + of(Status::NoInstance);
    let (tone, word) = match (of(Status::Missing), of(Status::Partly)) {
        (0, 0) => (Tone::Good, "All shown"),
        (0, _) => (Tone::Watch, "Some in part"),
        _ => (Tone::Bad, "Gaps"),
    };
    let why = format!("{} in part, {} missing", of(Status::Partly), of(Status::Missing));
    let to = coverage::INDEX.to_owned();
    // Without records of the system itself nobody asks for clauses.
    let asked = !site.shelf("sms")?.is_empty();
    asked.then_some(Told {
        name: "Requirements shown",
        to,
        count: shown,
        of: Some(site.coverage().len()),
        why,
        tone,
        word,
    })
}

/// What rules found.
fn points(site: &Site<'_>) -> Option<Told> {
    let stamp = &site.shell.stamp;
    let (tone, word) = match (stamp.errors, stamp.warnings) {
        (0, 0) => (Tone::Good, "Nothing open"),
        (0, _) => (Tone::Watch, "To decide"),
        _ => (Tone::Bad, "To mend"),
    };
    let to = attention::PAGE.to_owned();
    let why = "By who answers for them".to_owned();
    let count = stamp.errors + stamp.warnings;
    (!site.sms.is_empty()).then_some(Told { name: "Open points", to, count, of: None, why, tone, word })
}

#[cfg(test)]
mod tests {
    use crate::site::fixture::{record, site};

    fn figure(files: &[(String, String)], name: &str) -> Option<String> {
        let page = site(files).remove("index.html").unwrap();
        let figures = page.split("<div class=\"fig\">").skip(1).filter_map(|rest| rest.split("</div>").next());
        figures.map(str::to_owned).find(|figure| figure.contains(&format!(">{name}</a>")))
    }

    #[test]
    fn what_there_is_nothing_to_say_of_is_left_out() {
        let files = [record("ci", "ci-a", "")];
        for name in
            ["Promises kept", "Incidents open", "Changes within two weeks", "Risks above limits", "Requirements shown"]
        {
            assert_eq!(figure(&files, name), None, "{name}");
        }
        assert!(figure(&files, "Open points").unwrap().contains("attention.html"));
    }

    #[test]
    fn open_incidents_and_changes_ahead_are_counted() {
        let change = |id: &str, day: &str| {
            let (path, text) =
                record("change", id, &format!("planned: {{start: {day}T22:00:00Z, end: {day}T23:00:00Z}}\n"));
            (path, text.replace("status: live", "status: requested"))
        };
        let incident = |id: &str, status: &str, more: &str| {
            let (path, text) = record("incident", id, more);
            (path, text.replace("status: live", &format!("status: {status}")))
        };
        let files = [
            change("chg-a", "2026-11-25"),
            change("chg-b", "2026-12-20"),
            incident("inc-a", "in_progress", ""),
            incident("inc-b", "closed", ""),
        ];
        assert!(figure(&files, "Changes within two weeks").unwrap().contains("<p class=\"big\">1</p>"));
        let open = figure(&files, "Incidents open").unwrap();
        assert!(open.contains("<p class=\"big\">1</p>") && open.contains("None of them is major"), "{open}");
        let major = [incident("inc-a", "in_progress", "major: {review: x}\n")];
        assert!(figure(&major, "Incidents open").unwrap().contains("1 major incident"));
    }
}
