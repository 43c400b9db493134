//! Packs for audits on the site: the files as `audit pack` writes them, and a page that lists them.

use super::super::html::Html;
use super::super::pages::Site;
use super::super::section::{Section, Table};
use super::super::{SiteError, text};
use super::Board;
use crate::base::period::Period;
use crate::site::Pack;

/// The page that lists them.
pub(in super::super) const INDEX: &str = "audit-packs/index.html";

/// Where a file of a pack lies.
pub(in super::super) fn address(pack: &Pack, file: &str) -> String {
    format!("audit-packs/{}/{file}", pack.folder)
}

/// The list.
pub(in super::super) fn page(site: &Site<'_>, path: &str) -> Result<Vec<u8>, SiteError> {
    let past = site.input.past;
    let period = Period::parse(&past.period).map_or_else(|| past.period.clone(), text::period);
    let mut table = Table::new("Audit packs", &["Pack", "#Files", "~Hashes of all files"]);
    for pack in &past.packs {
        let page = site.book.link(path, &address(pack, "index.html"))?;
        let hashes = address(pack, "manifest.json");
        let hashes = site.book.has(&hashes).then(|| site.book.link(path, &hashes)).transpose()?;
        table.row(
            |out| {
                out.raw("<a href=\"").text(&page).raw("\">").text(pack.title).raw("</a>");
            },
            |cells| {
                let count = pack.files.len();
                cells.number(&count.to_string(), &text::count(count));
                cells.cell(|out| {
                    if let Some(href) = &hashes {
                        out.raw("<a href=\"").text(href).raw("\">manifest.json</a>");
                    }
                });
            },
        );
    }
    let mut how = Html::new();
    how.raw("<div class=\"panel prose\"><p>Each folder is a pack as <code>gitsm audit pack</code> writes it, made from the ");
    how.raw(
        "commit that its manifest names. Anybody with the repository can make it again and compare every byte:</p>",
    );
    how.raw("<pre tabindex=\"0\" role=\"region\" aria-label=\"Command\"><code>gitsm audit pack --verify audit-packs/stage-2</code></pre></div>");
    let lead = Html::of(&format!("What audits ask for, for {period}: pages that print well, tables and JSON."));
    let sections = vec![
        Section::new("packs", "The packs", Html::new(), table.finish()),
        Section::new("verify", "How to check one", Html::new(), how),
    ];
    let title = format!("Audit packs, {period}");
    let steps = [("Assurance", site.area_of("audit")), ("Clauses", super::coverage::INDEX.to_owned())];
    let steps: Vec<(&str, &str)> = steps.iter().map(|(name, to)| (*name, to.as_str())).collect();
    Board::new(&title, lead, sections).below(site, path, &steps)?.render(site, path, &site.area_of("audit"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::site::fixture::{record, site, site_with};
    use crate::site::{Pack, Past};

    fn past() -> Past {
        let files = |page: &str| {
            BTreeMap::from([
                ("index.html".to_owned(), page.as_bytes().to_vec()),
                ("manifest.json".to_owned(), b"{}".to_vec()),
                ("tables/risks.csv".to_owned(), b"id\r\n".to_vec()),
            ])
        };
        let pack = |folder, title, page| Pack { folder, title, files: files(page) };
        let packs = vec![pack("stage-1", "Stage <1>", "<p>one</p>"), pack("stage-2", "Stage 2", "<p>two</p>")];
        Past { packs, period: "2026-Q3".to_owned(), ..Past::default() }
    }

    #[test]
    fn packs_are_listed_and_lie_on_the_site_byte_by_byte() {
        let made = site_with(&[record("ci", "ci-a", "")], &past());
        let page = &made["audit-packs/index.html"];
        assert!(page.contains("Audit packs, Q3 2026") && page.contains("Stage &lt;1&gt;"), "{page}");
        assert!(page.contains("href=\"../audit-packs/stage-2/index.html\""), "{page}");
        assert!(page.contains("href=\"../audit-packs/stage-1/manifest.json\"") && page.contains("data-v=\"3\""));
        assert_eq!(made["audit-packs/stage-2/index.html"], "<p>two</p>");
        assert_eq!(made["audit-packs/stage-1/tables/risks.csv"], "id\r\n");
        assert!(made["clauses/index.html"].contains("href=\"../audit-packs/index.html\""));
        assert!(made["manifest.json"].contains("\"audit-packs/stage-1/tables/risks.csv\""));
    }

    #[test]
    fn without_packs_nothing_leads_to_them() {
        let made = site(&[record("ci", "ci-a", "")]);
        assert!(made.keys().all(|path| !path.starts_with("audit-packs")));
        assert!(made.values().all(|page| !page.contains("audit-packs/")));
    }
}
