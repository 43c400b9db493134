//! Clause coverage: what the standard asks for against what records show, with every statement linked to records.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::super::html::{Html, Look};
use super::super::links::Root;
use super::super::pages::Site;
use super::super::section::{Section, Table};
use super::super::{SiteError, rules_pages, text};
use super::Board;
use crate::base::clause::{self, Clause};
use crate::gap::{self, Assessed, Status};
use crate::model::Ix;
use crate::schema::Tone;
use crate::standard::{is_within, last_event, pack};

/// The page of all clauses.
pub(in super::super) const INDEX: &str = "clauses/index.html";
/// Names of the parts of the page, one a chapter.
const IDS: [&str; 7] = ["c4", "c5", "c6", "c7", "c8", "c9", "c10"];
/// Most records listed for one requirement.
const MOST: usize = 8;
/// Most records that cite a clause.
const CITING: usize = 40;

/// The address of a clause's page.
pub(in super::super) fn address(number: &str) -> String {
    format!("clauses/{}.html", number.replace('.', "-"))
}

/// The clauses with a page, by number: those that have a title and something that is asked for in or below them.
static PAGES: LazyLock<BTreeMap<&str, Clause>> = LazyLock::new(|| {
    let asked = |clause: &Clause| pack().requirements.iter().any(|one| is_within(one.clause(), clause.number));
    let all = clause::all().filter(|clause| !clause.title.is_empty() && asked(clause));
    all.map(|clause| (clause.number, clause)).collect()
});

/// The clauses with a page, in the order of the standard.
pub(in super::super) fn clauses() -> impl Iterator<Item = Clause> {
    clause::all().filter(|clause| PAGES.contains_key(clause.number))
}

/// The clause whose page tells of clause `number`: itself, or the nearest one above it.
fn home(number: &str) -> Option<Clause> {
    let mut number = number;
    loop {
        if let Some(clause) = PAGES.get(number) {
            return Some(*clause);
        }
        number = number.rsplit_once('.')?.0;
    }
}

/// The page of the clause that `number` belongs to.
pub(in super::super) fn nearest(number: &str) -> Option<String> {
    home(number).map(|clause| address(clause.number))
}

/// How a status is shown. What cannot be told is no colour.
const fn tone(status: Status) -> Tone {
    match status {
        Status::Missing => Tone::Bad,
        Status::Partly => Tone::Watch,
        Status::NeedsPerson => Tone::Told,
        Status::NoInstance => Tone::None,
        Status::Conform => Tone::Good,
    }
}

fn tag(status: Status, out: &mut Html) {
    out.tag(tone(status), &text::capitalise(status.label()));
}

/// All clauses at a glance, then requirement by requirement.
pub(in super::super) fn index(site: &Site<'_>, path: &str) -> Result<Vec<u8>, SiteError> {
    let assessed = site.coverage();
    let counts = gap::count(assessed);
    let mut lead = Html::of(&sentence(&counts, assessed.len()));
    lead.raw(" Records and their age are shown; whether they are enough is for people to judge.");
    let root = Root::of(path);
    let chapters = clause::all().filter(|clause| !clause.number.contains('.'));
    let mut sections = vec![Section::new("map", "All clauses", legend(), tiles(assessed, root))];
    for (at, chapter) in chapters.enumerate() {
        let of: Vec<&Assessed<'_>> =
            assessed.iter().filter(|one| is_within(one.requirement.clause(), chapter.number)).collect();
        let title = format!("{} {}", chapter.number, chapter.title);
        let words = Html::of(&format!("{}.", text::capitalise(&gap::told(&gap::count(of.iter().copied())))));
        let id = IDS.get(at).copied().unwrap_or("more");
        sections.push(Section::new(id, &title, words, table(site, root, &title, &of)));
    }
    let board = Board::new("Clauses of ISO/IEC 20000-1", lead, sections).below(
        site,
        path,
        &[("Assurance", &site.area_of("audit"))],
    )?;
    let mut board = board.with_file(site, path, "CSV", "clauses/clauses.csv")?;
    if site.book.has(super::packs::INDEX) {
        board = board.with_page(site, path, "Audit packs", super::packs::INDEX)?;
    }
    board.render(site, path, &site.area_of("audit"))
}

/// The counts in a sentence.
pub(in super::super) fn sentence(counts: &BTreeMap<Status, usize>, all: usize) -> String {
    let of = |status| counts.get(&status).copied().unwrap_or(0);
    let shown = of(Status::Conform) + of(Status::NoInstance);
    let mut words = format!("Records show {} of {} requirements", text::count(shown), text::count(all));
    let rest =
        [(Status::Partly, "in part"), (Status::Missing, "not at all"), (Status::NeedsPerson, "for a person to judge")];
    let rest: Vec<String> = rest
        .iter()
        .filter(|(status, _)| of(*status) > 0)
        .map(|(status, word)| format!("{} {word}", of(*status)))
        .collect();
    if !rest.is_empty() {
        words.push_str(", ");
        words.push_str(&text::join(&rest));
    }
    words.push('.');
    words
}

fn legend() -> Html {
    let mut out = Html::new();
    for status in Status::ALL {
        tag(status, &mut out);
        out.raw(" ");
    }
    out.raw("A square tells the worst of its clause.");
    out
}

/// One square a clause, by chapter.
fn tiles(assessed: &[Assessed<'_>], root: Root) -> Html {
    let mut out = Html::new();
    let mut worst: BTreeMap<&str, Status> = BTreeMap::new();
    for one in assessed {
        if let Some(clause) = home(one.requirement.clause()) {
            worst.entry(clause.number).and_modify(|known| *known = one.status.min(*known)).or_insert(one.status);
        }
    }
    out.raw("<div class=\"tiles panel\">");
    for chapter in clause::all().filter(|clause| !clause.number.contains('.')) {
        out.raw("<div class=\"chn\">")
            .text(chapter.number)
            .raw(" ")
            .text(chapter.title)
            .raw("</div><ul class=\"sqs\">");
        for clause in clauses().filter(|clause| is_within(clause.number, chapter.number)) {
            let Some(worst) = worst.get(clause.number) else { continue };
            let look = Look::of(tone(*worst));
            out.raw("<li><a class=\"sq ").raw(look.class).raw("\" href=\"").raw(root.as_str());
            out.text(&address(clause.number)).raw("\">").icon(look.icon, "", worst.label());
            out.raw("<span>").text(clause.number).raw("</span><span class=\"vh\"> ").text(clause.title);
            out.raw("</span></a></li>");
        }
        out.raw("</ul>");
    }
    out.raw("</div>");
    out
}

fn table(site: &Site<'_>, root: Root, title: &str, of: &[&Assessed<'_>]) -> Html {
    let mut table =
        Table::new(&format!("Requirements of {title}"), &["Requirement", "Status", "Shown by", "Newest", "Next"]);
    let today = site.sms.snapshot.as_of.day();
    for one in of {
        table.row(
            |out| {
                out.text(&text::capitalise(&one.requirement.says)).raw("<small>");
                if let Some(page) = nearest(one.requirement.clause()) {
                    out.raw("<a href=\"")
                        .raw(root.as_str())
                        .text(&page)
                        .raw("\">")
                        .text(&one.requirement.id)
                        .raw("</a>");
                }
                out.raw("</small>");
            },
            |cells| {
                let newest = one.evidence.first().and_then(|found| last_event(site.sms.record(found.record), today));
                cells.cell(|out| tag(one.status, out));
                cells.cell(|out| shown_by(site, root, one, 2, out)).day(newest).text(&text::capitalise(&one.next));
            },
        );
    }
    table.finish()
}

/// The records that show a requirement, the newest first.
fn shown_by(site: &Site<'_>, root: Root, one: &Assessed<'_>, most: usize, out: &mut Html) {
    for (at, found) in one.evidence.iter().take(most).enumerate() {
        out.raw(if at > 0 { ", " } else { "" });
        site.book.record(root, found.record, out);
    }
    let left = one.evidence.len().saturating_sub(most);
    if left > 0 {
        out.raw(" <span class=\"muted\">and ").text(&text::count(left)).raw(" more</span>");
    }
    if let Some(party) = &one.performed_by {
        out.raw(" <span class=\"muted\">performed by ").text(party).raw("</span>");
    }
}

/// The page of a clause: requirements with all their evidence, what speaks against it, and the records that cite it.
pub(in super::super) fn page(site: &Site<'_>, path: &str, clause: Clause) -> Result<Vec<u8>, SiteError> {
    let root = Root::of(path);
    let of: Vec<&Assessed<'_>> =
        site.coverage().iter().filter(|one| is_within(one.requirement.clause(), clause.number)).collect();
    let lead = Html::of(&sentence(&gap::count(of.iter().copied()), of.len()));
    let title = format!("{} {}", clause.number, clause.title);
    let board = Board::new(
        &title,
        lead,
        vec![
            Section::new("requirements", "What it asks for", Html::new(), requirements(site, root, &of)),
            Section::new("against", "What speaks against it", Html::new(), against(site, root, &of)),
            Section::new("cited", "Records that name this clause", Html::new(), citing(site, root, clause)),
            Section::new("elsewhere", "Elsewhere", Html::new(), elsewhere(clause)),
        ],
    );
    let board = board.below(site, path, &[("Assurance", &site.area_of("audit")), ("Clauses", INDEX)])?;
    board.render(site, path, &site.area_of("audit"))
}

fn requirements(site: &Site<'_>, root: Root, of: &[&Assessed<'_>]) -> Html {
    let mut out = Html::new();
    if of.is_empty() {
        return out;
    }
    out.raw("<ul class=\"asks\">");
    for one in of {
        out.raw("<li class=\"panel\"><div class=\"askh\"><h3>").text(&text::capitalise(&one.requirement.says));
        out.raw("</h3>");
        tag(one.status, &mut out);
        out.raw("</div><p class=\"small muted\"><code>").text(&one.requirement.id).raw("</code> ");
        out.text(&text::capitalise(&one.next)).raw("</p>");
        if !one.evidence.is_empty() {
            out.raw("<p class=\"small\">Shown by ");
            shown_by(site, root, one, MOST, &mut out);
            out.raw("</p>");
        }
        if !one.requirement.rules.is_empty() {
            out.raw("<p class=\"small muted\">Checked by ");
            for (at, rule) in one.requirement.rules.iter().enumerate() {
                out.raw(if at > 0 { ", " } else { "" });
                let page = rules_pages::address(rule);
                if site.book.has(&page) {
                    out.raw("<a href=\"").raw(root.as_str()).text(&page).raw("\">").text(rule).raw("</a>");
                } else {
                    out.text(rule);
                }
            }
            out.raw("</p>");
        }
        out.raw("</li>");
    }
    out.raw("</ul>");
    out
}

fn against(site: &Site<'_>, root: Root, of: &[&Assessed<'_>]) -> Html {
    let mut table = Table::new("Findings against it", &["Finding", "Rule", "Record"]);
    let mut seen = BTreeSet::new();
    for finding in of.iter().flat_map(|one| one.against.iter()) {
        if !seen.insert((finding.rule, finding.primary)) {
            continue;
        }
        table.row(
            |out| {
                out.add(&super::super::findings::sentence(&finding.message));
            },
            |cells| {
                cells.cell(|out| {
                    out.raw("<a href=\"").raw(root.as_str()).text(&rules_pages::address(finding.rule)).raw("\">");
                    out.text(finding.rule).raw("</a>");
                });
                cells.cell(|out| {
                    if let Some(ix) = finding.subject.as_ref().and_then(|subject| site.sms.find(&subject.id)) {
                        site.book.record(root, ix, out);
                    }
                });
            },
        );
    }
    table.finish()
}

fn citing(site: &Site<'_>, root: Root, clause: Clause) -> Html {
    let within = site.citing().iter().filter(|(number, _)| is_within(number, clause.number));
    let found: BTreeSet<Ix> = within.flat_map(|(_, records)| records).copied().collect();
    let mut out = Html::new();
    if found.is_empty() {
        return out;
    }
    out.raw("<ul class=\"inline panel\">");
    for ix in found.iter().take(CITING) {
        out.raw("<li>");
        site.book.record(root, *ix, &mut out);
        out.raw(" <span class=\"muted\">").text(&site.sms.record(*ix).kind.names.singular).raw("</span></li>");
    }
    if found.len() > CITING {
        out.raw("<li class=\"muted\">and ").text(&text::count(found.len() - CITING)).raw(" more</li>");
    }
    out.raw("</ul>");
    out
}

/// What the subject is called in other frames.
fn elsewhere(clause: Clause) -> Html {
    let mut out = Html::new();
    let (mut itil, mut quality, mut security) = (Vec::new(), Vec::new(), Vec::new());
    for mapping in pack().mappings(clause.number) {
        itil.extend(mapping.itil4.iter().cloned());
        quality.extend(mapping.iso9001.iter().cloned());
        security.extend(mapping.iso27001.iter().cloned());
    }
    let all = [("ITIL 4", itil), ("ISO 9001:2015", quality), ("ISO/IEC 27001:2022", security)];
    if all.iter().all(|(_, names)| names.is_empty()) {
        return out;
    }
    out.raw("<dl class=\"facts panel\">");
    for (frame, mut names) in all {
        names.dedup();
        if !names.is_empty() {
            out.raw("<div><dt>").raw(frame).raw("</dt><dd>").text(&text::join(&names)).raw("</dd></div>");
        }
    }
    out.raw("</dl>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::fixture::{record, site};

    #[test]
    fn counts_make_a_sentence() {
        let counts = |conform, partly, missing| {
            BTreeMap::from([(Status::Conform, conform), (Status::Partly, partly), (Status::Missing, missing)])
        };
        assert_eq!(sentence(&counts(3, 0, 0), 3), "Records show 3 of 3 requirements.");
        assert_eq!(sentence(&counts(1, 1, 2), 4), "Records show 1 of 4 requirements, 1 in part and 2 not at all.");
    }

    #[test]
    fn an_untitled_paragraph_belongs_to_the_page_above_it() {
        assert_eq!(nearest("6.1.2").as_deref(), Some("clauses/6-1.html"));
        assert_eq!(nearest("8.5.1").as_deref(), Some("clauses/8-5-1.html"));
        assert_eq!(nearest("99"), None);
    }

    #[test]
    fn every_square_leads_to_a_page_and_every_requirement_is_on_one() {
        let files = site(&[record("risk", "rsk-a", "clauses: ['20000-1:6.1']\n")]);
        let index = &files[INDEX];
        let squares: Vec<&str> = index
            .split("class=\"sq ")
            .skip(1)
            .filter_map(|rest| rest.split("href=\"../").nth(1)?.split('"').next())
            .collect();
        assert!(squares.len() > 30, "{}", squares.len());
        assert!(squares.iter().all(|page| files.contains_key(*page)));
        for one in &pack().requirements {
            assert!(files[&nearest(one.clause()).unwrap()].contains(&format!("<code>{}</code>", one.id)), "{}", one.id);
        }
        assert!(files["clauses/6-1.html"].contains("../risks/rsk-a.html"), "records that name the clause");
        assert!(files["risks/rsk-a.html"].contains("href=\"../clauses/6-1.html\""), "and the other way");
        assert!(files["clauses/clauses.csv"].lines().count() > pack().requirements.len());
    }

    #[test]
    fn nothing_is_called_compliant() {
        let files = site(&[record("risk", "rsk-a", "")]);
        for (path, html) in files.iter().filter(|(path, _)| path.starts_with("clauses/")) {
            assert!(!html.to_lowercase().contains("complian"), "{path}");
        }
    }
}
