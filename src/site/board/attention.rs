//! What needs attention, by who answers for it: what rules found, and what comes due.

use std::collections::BTreeMap;

use super::super::findings::weight;
use super::super::html::{Html, Look};
use super::super::links::Root;
use super::super::pages::Site;
use super::super::section::{Section, Table};
use super::super::story::target;
use super::super::upcoming::Upcoming;
use super::super::{SiteError, rules_pages, text};
use super::Board;
use crate::base::finding::{Finding, Severity};
use crate::model::Ix;

/// The page.
pub(in super::super) const PAGE: &str = "attention.html";
/// Most findings of one owner.
const MOST: usize = 30;

/// What somebody has to see to.
#[derive(Default)]
struct Share<'a> {
    findings: Vec<&'a Finding>,
    coming: Vec<&'a Upcoming>,
}

/// Who owns a record.
fn owner(site: &Site<'_>, ix: Ix) -> Option<Ix> {
    target(site, ix, site.sms.record(ix).get("owner")?)
}

/// What is open, by owner: those with most errors first.
fn shares<'s>(site: &'s Site<'_>) -> Vec<(Option<Ix>, Share<'s>)> {
    let mut shares: BTreeMap<Option<Ix>, Share<'s>> = BTreeMap::new();
    for finding in site.findings().iter().filter(|finding| finding.severity > Severity::Info) {
        let subject = finding.subject.as_ref().and_then(|subject| site.sms.find(&subject.id));
        shares.entry(subject.and_then(|ix| owner(site, ix))).or_default().findings.push(finding);
    }
    for next in site.upcoming() {
        shares.entry(owner(site, next.ix)).or_default().coming.push(next);
    }
    let mut shares: Vec<_> = shares.into_iter().collect();
    let errors = |share: &Share<'_>| share.findings.iter().filter(|one| one.severity == Severity::Error).count();
    shares.sort_by_cached_key(|(who, share)| {
        std::cmp::Reverse((errors(share), share.findings.len(), share.coming.len(), std::cmp::Reverse(*who)))
    });
    shares
}

/// The page.
pub(in super::super) fn page(site: &Site<'_>, path: &str) -> Result<Vec<u8>, SiteError> {
    let root = Root::of(path);
    let shares = shares(site);
    let found: usize = shares.iter().map(|(_, share)| share.findings.len()).sum();
    let coming: usize = shares.iter().map(|(_, share)| share.coming.len()).sum();
    let lead = format!(
        "{} and {} within sixty days, by who answers for them.",
        text::capitalise(&text::counted(found, "open point", "open points")),
        text::counted(coming, "date", "dates"),
    );
    let sections = vec![
        Section::new("owners", "By owner", Html::new(), owners(site, root, &shares)),
        Section::new(
            "open",
            "Open points",
            Html::of("The weightiest first for each owner."),
            open(site, root, &shares),
        ),
        Section::new("due", "What comes due", Html::new(), due(site, root, &shares)),
    ];
    Board::new("Needs attention", Html::of(&lead), sections).below(site, path, &[])?.render(site, path, "index.html")
}

fn who(site: &Site<'_>, root: Root, owner: Option<Ix>, out: &mut Html) {
    match owner {
        Some(ix) => site.book.record(root, ix, out),
        None => {
            out.text("Nobody");
        }
    }
}

fn owners(site: &Site<'_>, root: Root, shares: &[(Option<Ix>, Share<'_>)]) -> Html {
    let mut table = Table::new("Open points by owner", &["Owner", "#Errors", "#Warnings", "#Dates ahead", "Next date"]);
    for (owner, share) in shares {
        let of = |severity| share.findings.iter().filter(|one| one.severity == severity).count();
        table.row(
            |out| who(site, root, *owner, out),
            |cells| {
                for count in [of(Severity::Error), of(Severity::Warning), share.coming.len()] {
                    cells.number(&count.to_string(), &text::count(count));
                }
                cells.day(share.coming.first().map(|next| next.day));
            },
        );
    }
    table.finish()
}

fn open(site: &Site<'_>, root: Root, shares: &[(Option<Ix>, Share<'_>)]) -> Html {
    let mut out = Html::new();
    for (owner, share) in shares.iter().filter(|(_, share)| !share.findings.is_empty()) {
        out.raw("<h3 class=\"tblh\">");
        who(site, root, *owner, &mut out);
        out.raw(" <span class=\"muted\">").text(&text::count(share.findings.len())).raw("</span></h3>");
        out.raw("<ul class=\"rows panel flush\">");
        let mut sorted = share.findings.clone();
        sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        for finding in sorted.iter().take(MOST) {
            let (tone, word) = weight(finding.severity);
            let look = Look::of(tone);
            out.raw("<li>").icon(look.icon, look.ink, word).raw("<div class=\"t\">");
            out.add(&super::super::findings::sentence(&finding.message)).raw("</div><p class=\"w\"><a href=\"");
            out.raw(root.as_str())
                .text(&rules_pages::address(finding.rule))
                .raw("\">")
                .text(finding.rule)
                .raw("</a></p>");
            if let Some(ix) = finding.subject.as_ref().and_then(|subject| site.sms.find(&subject.id)) {
                out.raw("<p class=\"d\">");
                site.book.record(root, ix, &mut out);
                out.raw("</p>");
            }
            out.raw("</li>");
        }
        out.raw("</ul>");
        if sorted.len() > MOST {
            out.raw("<p class=\"small muted\">And ").text(&text::count(sorted.len() - MOST)).raw(" more.</p>");
        }
    }
    out
}

fn due(site: &Site<'_>, root: Root, shares: &[(Option<Ix>, Share<'_>)]) -> Html {
    let mut table = Table::new("What comes due", &["What", "Day", "Record", "Owner"]);
    let mut all: Vec<(&Upcoming, Option<Ix>)> =
        shares.iter().flat_map(|(owner, share)| share.coming.iter().map(move |next| (*next, *owner))).collect();
    all.sort_unstable();
    for (next, owner) in all.into_iter().take(200) {
        table.row(
            |out| {
                out.text(&next.what);
            },
            |cells| {
                cells.day(Some(next.day));
                cells.cell(|out| site.book.record(root, next.ix, out)).cell(|out| who(site, root, owner, out));
            },
        );
    }
    table.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::fixture::{record, site};

    #[test]
    fn open_points_stand_with_their_owner_the_most_burdened_first() {
        let (path, text) = record("service", "svc-b", "odd: 1\n");
        let files = [
            record("team", "team-a", ""),
            record("risk", "rsk-1", "review: {interval: 30d, last: 2026-11-01}\n"),
            (path, text.replace("owner: team-a", "owner: team-none")),
        ];
        let page = site(&files).remove(PAGE).unwrap();
        let (_, owners) = page.split_once("id=\"owners\"").unwrap();
        let (owners, rest) = owners.split_once("id=\"open\"").unwrap();
        assert!(owners.contains(">Nobody</th>") && owners.contains("teams/team-a.html"), "{owners}");
        assert!(rest.contains("rules/field-unknown.html") && rest.contains("services/svc-b.html"), "{rest}");
        let (_, due) = rest.split_once("id=\"due\"").unwrap();
        assert!(due.contains(">Review due</th>") && due.contains("1 Dec 2026") && due.contains("risks/rsk-1.html"));
    }

    #[test]
    fn nothing_to_see_to_is_said() {
        let page = site(&[]).remove(PAGE).unwrap();
        assert!(page.contains("No dates within sixty days") || page.contains("no dates within sixty days"), "{page}");
    }
}
