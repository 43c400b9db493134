//! The change calendar: a month as a real table, with freezes and windows, and what gets in the way of what.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::super::html::{Html, Look};
use super::super::links::Root;
use super::super::pages::Site;
use super::super::section::{Section, Table};
use super::super::{SiteError, text};
use super::{Board, Near};
use crate::base::intervals::Bounds;
use crate::base::period::{Length, Period};
use crate::model::Ix;
use crate::schedule::{Clash, Happening, Sort};
use crate::schema::Tone;

/// Most entries of a day.
const MOST: usize = 4;
/// Months from the current one on.
const MONTHS: usize = 6;
/// The iCalendar file.
pub(in super::super) const ICS: &str = "calendar/calendar.ics";

/// The months that have a page: the one before the day, its own, and those after it.
pub(in super::super) fn months(today: Date) -> Vec<Period> {
    let Some(own) = Period::of(today, Length::Month) else { return Vec::new() };
    let before = own.first.yesterday().ok().and_then(|day| Period::of(day, Length::Month));
    let after = std::iter::successors(Some(own), |month| month.next()).take(MONTHS);
    before.into_iter().chain(after).collect()
}

/// The address of a month's page; that of the month of the day is the index.
pub(in super::super) fn address(month: Period, today: Date) -> String {
    let is_own = month.first <= today && today <= month.last;
    if is_own { "calendar/index.html".to_owned() } else { format!("calendar/{month}.html") }
}

/// What happens on the days of a month.
struct Month<'s, 'a> {
    site: &'s Site<'a>,
    root: Root,
    month: Period,
    today: Date,
    /// By day: what begins then.
    begins: BTreeMap<Date, Vec<&'s Happening<'a>>>,
    /// By day: the freezes over it.
    frozen: BTreeMap<Date, Vec<&'s Happening<'a>>>,
}

impl<'s, 'a> Month<'s, 'a> {
    fn new(site: &'s Site<'a>, root: Root, month: Period) -> Self {
        let mut begins: BTreeMap<Date, Vec<&Happening<'a>>> = BTreeMap::new();
        let mut frozen: BTreeMap<Date, Vec<&Happening<'a>>> = BTreeMap::new();
        for (time, happening) in site.schedule().by_time() {
            let (first, last) = days(&site.zone, time);
            if happening.sort == Sort::Freeze {
                for day in over(first.max(month.first), last.min(month.last)) {
                    frozen.entry(day).or_default().push(happening);
                }
            }
            if month.first <= first && first <= month.last {
                begins.entry(first).or_default().push(happening);
            }
        }
        Self { site, root, month, today: site.sms.snapshot.as_of.day(), begins, frozen }
    }
}

/// The month of the day, for the overview; none when nothing happens in it.
pub(in super::super) fn own_month(site: &Site<'_>, root: Root) -> Option<Section> {
    let month = Period::of(site.sms.snapshot.as_of.day(), Length::Month)?;
    let this = Month::new(site, root, month);
    let changes = this.begins.values().flatten().any(|one| one.sort == Sort::Change);
    if !changes && this.frozen.is_empty() {
        return None;
    }
    let mut words = Html::new();
    words.raw("<a href=\"").raw(root.as_str()).raw("calendar/index.html\">The whole calendar</a> has freezes, ");
    words.raw("windows and conflicts.");
    Section::new("month", &format!("Changes in {}", text::period(month)), words, this.table())
}

/// The page of a month.
pub(in super::super) fn page(site: &Site<'_>, path: &str, month: Period) -> Result<Vec<u8>, SiteError> {
    let today = site.sms.snapshot.as_of.day();
    let root = Root::of(path);
    let schedule = site.schedule();
    let this = Month::new(site, root, month);
    let clashes: Vec<&Clash<'_>> = schedule.clashes.iter().filter(|clash| touches(&site.zone, clash, month)).collect();
    let name = text::period(month);
    let board = Board::new(
        &format!("Calendar, {name}"),
        this.lead(&clashes),
        vec![
            Section::new("month", "The month", legend(), this.table()),
            Section::new("conflicts", "What gets in the way of what", Html::new(), this.conflicts(&clashes)),
            Section::new("list", "As a list", Html::of("All times are in UTC."), this.list()),
        ],
    );
    let mut board =
        board.below(site, path, &[("Changes", &site.area_of("change"))])?.with_file(site, path, "iCalendar", ICS)?;
    for other in months(today) {
        let href = site.book.link(path, &address(other, today))?;
        board.near.push(Near { name: text::period(other), href, current: other == month });
    }
    board.render(site, path, &site.area_of("change"))
}

/// The first and last day of a stretch of time; one that ends at midnight ends the day before.
fn days(zone: &TimeZone, (start, end): Bounds) -> (Date, Date) {
    let day = |at: Timestamp| zone.to_datetime(at).date();
    let last = end.checked_sub(jiff::SignedDuration::from_nanos(1)).unwrap_or(end);
    (day(start), day(last).max(day(start)))
}

/// The day of a moment where the organisation is.
pub(in super::super) fn day_of(site: &Site<'_>, at: Timestamp) -> Date {
    site.zone.to_datetime(at).date()
}

/// All days from one to another.
fn over(first: Date, last: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |day| day.tomorrow().ok()).take_while(move |day| *day <= last)
}

fn touches(zone: &TimeZone, clash: &Clash<'_>, month: Period) -> bool {
    clash.times.iter().any(|time| {
        let (first, last) = days(zone, time);
        first <= month.last && month.first <= last
    })
}

fn legend() -> Html {
    Html::of("Days in a freeze are hatched. Names lead to the records.")
}

impl Month<'_, '_> {
    fn lead(&self, clashes: &[&Clash<'_>]) -> Html {
        let all: Vec<&&Happening<'_>> = self.begins.values().flatten().collect();
        let of = |sort: Sort| {
            all.iter().filter(|one| one.sort == sort).map(|one| one.record.id.as_str()).collect::<BTreeSet<_>>().len()
        };
        let frozen: BTreeSet<&str> = self.frozen.values().flatten().map(|one| one.record.id.as_str()).collect();
        let open = clashes.iter().filter(|clash| !clash.settled).count();
        let mut words = vec![text::counted(of(Sort::Change), "change", "changes")];
        if !frozen.is_empty() {
            words.push(text::counted(frozen.len(), "freeze", "freezes"));
        }
        let mut out = Html::of(&format!("{}. ", text::capitalise(&text::join(&words))));
        match open {
            0 => out.text("Nothing gets in the way of anything else."),
            1 => out.text("One conflict is to be settled."),
            many => out.text(&format!("{many} conflicts are to be settled.")),
        };
        out
    }

    fn table(&self) -> Html {
        let mut out = Html::new();
        out.raw("<div class=\"panel scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Calendar of ");
        out.text(&text::period(self.month)).raw(", may scroll sideways\"><table class=\"cal\"><caption class=\"vh\">");
        out.text(&text::period(self.month)).raw("</caption><thead><tr>");
        for day in ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] {
            out.raw("<th scope=\"col\">").raw(day).raw("</th>");
        }
        out.raw("</tr></thead><tbody>");
        let lead = self.month.first.weekday().to_monday_zero_offset();
        let mut column = 0;
        out.raw("<tr>");
        for _ in 0..lead {
            out.raw("<td class=\"off\"></td>");
            column += 1;
        }
        for day in over(self.month.first, self.month.last) {
            if column == 7 {
                out.raw("</tr><tr>");
                column = 0;
            }
            self.day(day, &mut out);
            column += 1;
        }
        for _ in column..7 {
            out.raw("<td class=\"off\"></td>");
        }
        out.raw("</tr></tbody></table></div>");
        out
    }

    fn day(&self, day: Date, out: &mut Html) {
        let frozen = self.frozen.get(&day).map(Vec::as_slice).unwrap_or_default();
        out.raw("<td class=\"").raw(if day < self.today { "past" } else { "" });
        out.raw(if day == self.today { "today" } else { "" }).raw(if frozen.is_empty() { "" } else { " fz" });
        out.raw("\"><time class=\"day\" datetime=\"").text(&day.to_string()).raw("\">");
        out.number(usize::try_from(day.day()).unwrap_or(0)).raw("</time>");
        if day == self.today {
            out.raw("<span class=\"vh\"> as of this day</span>");
        }
        for freeze in frozen {
            let begins =
                day == self.month.first || days_of(&self.site.zone, freeze).iter().any(|(first, _)| *first == day);
            out.raw("<a class=\"fzl").raw(if begins { "" } else { " vh" }).raw("\" href=\"");
            self.link(freeze, out);
            out.raw("\"").raw(if begins { "" } else { " tabindex=\"-1\"" }).raw(">Freeze: ");
            out.text(&text::clip(freeze.record.title(), 40)).raw("</a>");
        }
        let all = self.begins.get(&day).map(Vec::as_slice).unwrap_or_default();
        let changes: Vec<_> = all.iter().filter(|one| one.sort == Sort::Change || one.sort == Sort::Outage).collect();
        for one in changes.iter().take(MOST) {
            self.entry(one, out);
        }
        if changes.len() > MOST {
            out.raw("<span class=\"muted\">+").number(changes.len() - MOST).raw(" more, in the list</span>");
        }
        let windows =
            all.iter().filter(|one| matches!(one.sort, Sort::Maintenance | Sort::SupplierMaintenance)).count();
        if windows > 0 {
            out.raw("<span class=\"win\">").text(&text::counted(windows, "window", "windows")).raw("</span>");
        }
        out.raw("</td>");
    }

    fn entry(&self, one: &Happening<'_>, out: &mut Html) {
        let look = Look::of(one.record.state().map_or(Tone::None, |state| state.tone));
        out.raw("<a class=\"ev\" href=\"");
        self.link(one, out);
        out.raw("\">").icon(look.icon, look.ink, one.record.state().map_or("", |state| state.label.as_str()));
        out.raw("<span>").text(&text::clip(one.record.title(), 60)).raw("</span></a>");
    }

    fn ix(&self, one: &Happening<'_>) -> Option<Ix> {
        self.site.sms.find(one.record.id.as_str())
    }

    fn link(&self, one: &Happening<'_>, out: &mut Html) {
        let address = self.ix(one).and_then(|ix| self.site.book.address(ix)).unwrap_or("calendar/index.html");
        out.raw(self.root.as_str()).text(address);
    }

    fn conflicts(&self, clashes: &[&Clash<'_>]) -> Html {
        let mut out = Html::new();
        if clashes.is_empty() {
            return out;
        }
        out.raw("<ul class=\"rows panel flush\">");
        for clash in clashes {
            let look = Look::of(if clash.settled { Tone::Told } else { Tone::Watch });
            let word = if clash.settled { "Settled" } else { "To be settled" };
            out.raw("<li>").icon(look.icon, look.ink, word).raw("<div class=\"t\">");
            out.text(&clash.sentence().replace('\'', "")).raw("</div><p class=\"w\">").raw(word);
            out.raw("</p><p class=\"d\">");
            for (at, record) in [Some(clash.one), clash.other].into_iter().flatten().enumerate() {
                out.raw(if at > 0 { " · " } else { "" });
                if let Some(ix) = self.site.sms.find(record.id.as_str()) {
                    self.site.book.record(self.root, ix, &mut out);
                }
            }
            out.raw("</p></li>");
        }
        out.raw("</ul>");
        out
    }

    fn list(&self) -> Html {
        let mut table = Table::new("What happens in the month", &["What", "Sort", "Begins", "Ends", "Services"]);
        let mut rows: Vec<(Bounds, &Happening<'_>)> = Vec::new();
        for one in self.begins.values().flatten() {
            for time in &one.times {
                let (first, _) = days(&self.site.zone, *time);
                let within = self.month.first <= first && first <= self.month.last;
                if within && !rows.iter().any(|(t, o)| t == time && std::ptr::eq(*o, *one)) {
                    rows.push((*time, one));
                }
            }
        }
        rows.sort_by_key(|((start, end), one)| (*start, *end, one.sort, one.record.id.as_str()));
        for ((start, end), one) in rows {
            table.row(
                |out| match self.ix(one) {
                    Some(ix) => self.site.book.record(self.root, ix, out),
                    None => {
                        out.text(one.record.title());
                    }
                },
                |cells| {
                    cells.text(&text::capitalise(one.sort.label()));
                    cells
                        .number(&start.to_string(), &text::instant(start))
                        .number(&end.to_string(), &text::instant(end));
                    cells.cell(|out| self.services(one, out));
                },
            );
        }
        table.finish()
    }

    fn services(&self, one: &Happening<'_>, out: &mut Html) {
        if one.everything {
            out.text("All");
            return;
        }
        let services = one.services(self.site.graph);
        for (at, id) in services.iter().take(3).enumerate() {
            out.raw(if at > 0 { ", " } else { "" });
            if let Some(ix) = self.site.sms.find(id) {
                self.site.book.record(self.root, ix, out);
            }
        }
        if services.len() > 3 {
            out.raw(" <span class=\"muted\">and ").number(services.len() - 3).raw(" more</span>");
        }
    }
}

fn days_of(zone: &TimeZone, one: &Happening<'_>) -> Vec<(Date, Date)> {
    one.times.iter().map(|time| days(zone, *time)).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::site::fixture::{record, site};

    const PLANNED: &str = "planned: {start: 2026-12-05T22:00:00Z, end: 2026-12-05T23:00:00Z}\n";

    fn change(id: &str, affects: &str, more: &str) -> (String, String) {
        let (path, text) = record("change", id, &format!("affects: [{affects}]\n{more}"));
        (path, text.replace("status: live", "status: requested"))
    }

    fn files() -> Vec<(String, String)> {
        let freeze = "window: {start: 2026-12-18T00:00:00Z, end: 2027-01-04T00:00:00Z}\nreason: Year end\n";
        vec![
            record("service", "svc-a", "relations: [ci-b]\n"),
            record("ci", "ci-b", ""),
            change("chg-a", "ci-b", PLANNED),
            change("chg-b", "ci-b", PLANNED),
            (
                "sms/freeze/frz.yaml".to_owned(),
                format!("kind: freeze\nid: frz\ntitle: The year end\nstatus: agreed\nowner: team-a\n{freeze}"),
            ),
        ]
    }

    #[test]
    fn months_run_from_the_one_before_to_five_ahead_and_its_own_is_the_index() {
        let today = date(2026, 11, 20);
        let all: Vec<String> = months(today).iter().map(|month| address(*month, today)).collect();
        assert_eq!(all.len(), 7);
        assert_eq!(all[..3], ["calendar/2026-10.html", "calendar/index.html", "calendar/2026-12.html"]);
        assert_eq!(all[6], "calendar/2027-04.html");
    }

    #[test]
    fn what_ends_at_midnight_ends_the_day_before() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let span = (at("2026-12-18T00:00:00Z"), at("2026-12-19T00:00:00Z"));
        assert_eq!(days(&TimeZone::UTC, span), (date(2026, 12, 18), date(2026, 12, 18)));
        assert_eq!(over(date(2026, 12, 30), date(2027, 1, 2)).count(), 4);
        assert_eq!(over(date(2027, 1, 2), date(2026, 12, 30)).count(), 0);
    }

    #[test]
    fn a_month_shows_changes_freezes_and_what_clashes() {
        let files = site(&files());
        let page = &files["calendar/2026-12.html"];
        assert!(page.contains("2 changes and 1 freeze. One conflict is to be settled."), "{page}");
        let (_, fifth) = page.split_once("datetime=\"2026-12-05\"").unwrap();
        let (fifth, _) = fifth.split_once("</td>").unwrap();
        assert_eq!(fifth.matches("class=\"ev\"").count(), 2, "{fifth}");
        assert!(fifth.contains("../changes/chg-a.html"));
        assert_eq!(page.matches(" fz\">").count(), 14, "from the eighteenth to the end");
        assert!(page.contains("chg-a and chg-b overlap on ci-b") || page.contains("chg-b and chg-a overlap on ci-b"));
        let january = &files["calendar/2027-01.html"];
        assert_eq!(january.matches(" fz\">").count(), 3, "it ends at the midnight before the fourth");
        assert!(january.contains(">Freeze: The year end</a>"), "a freeze that goes on is named on the first day");
        let index = &files["calendar/index.html"];
        assert!(index.contains("No changes. Nothing gets in the way of anything else."), "{index}");
        assert!(files["calendar/calendar.ics"].contains("BEGIN:VCALENDAR"));
    }

    #[test]
    fn days_are_those_of_the_zone_of_the_settings() {
        let mut files = files();
        files.push(("gitsm.toml".to_owned(), "format = 1\n[site]\nzone = \"Asia/Tokyo\"\n".to_owned()));
        let page = site(&files).remove("calendar/2026-12.html").unwrap();
        let (_, sixth) = page.split_once("datetime=\"2026-12-06\"").unwrap();
        assert_eq!(
            sixth.split_once("</td>").unwrap().0.matches("class=\"ev\"").count(),
            2,
            "22:00 UTC is the next day there"
        );
    }

    #[test]
    fn every_month_has_whole_weeks() {
        let files = site(&files());
        for (path, page) in files.iter().filter(|(path, _)| path.starts_with("calendar/") && !path.contains(".ics")) {
            let (_, table) = page.split_once("<table class=\"cal\">").unwrap();
            let (table, _) = table.split_once("</table>").unwrap();
            for week in table.split("<tr>").skip(2) {
                assert_eq!(week.matches("<td class").count(), 7, "{path}");
            }
        }
    }
}
