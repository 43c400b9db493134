//! Addresses and links: the one place that knows every file of the site.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::SiteError;
use super::digest::hash;
use super::html::Html;
use crate::base::id::{is_slug, slugify};
use crate::model::Ix;
use crate::model::trace::{Read, note};

/// What other pages say about a record.
#[derive(Debug)]
pub(super) struct Card {
    /// Its page; a second record with the same id has none.
    pub(super) address: Option<String>,
    /// Its title, short enough for a link.
    title: Html,
    /// Its page, escaped.
    href: Html,
    /// The link to it from a page in another folder.
    link: Html,
    /// Where the name of its file begins in its address.
    file: usize,
    /// The number of its folder.
    folder: Option<u16>,
}

impl Card {
    /// What is said of a record with this page and this title.
    pub(super) fn new(address: Option<String>, title: &str) -> Self {
        let (title, href) = (Html::of(title), Html::of(address.as_deref().unwrap_or_default()));
        let mut link = Html::with_room(FRAME + href.as_str().len() + title.as_str().len());
        link.raw(BEGIN).raw(UP).add(&href).raw("\">").add(&title).raw("</a>");
        let file = address.as_deref().and_then(folder).map_or(0, |folder| folder.len() + 1);
        Self { address, title, href, link, file, folder: None }
    }

    /// Whether its page lies in the same folder as the page that `root` is of.
    fn is_beside(&self, root: Root) -> bool {
        self.folder.is_some() && self.folder == root.folder
    }
}

/// The way up from a page in a folder.
const UP: &str = "../";
/// How a link begins.
const BEGIN: &str = "<a href=\"";
/// Bytes of a link around address and title.
const FRAME: usize = BEGIN.len() + UP.len() + "\"></a>".len();

/// The folder of a page, where it lies in one.
fn folder(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

/// Every file of the site, and where each record is found.
#[derive(Debug)]
pub(super) struct Book {
    pages: Arc<HashSet<String>>,
    cards: Vec<Card>,
    /// The folders with pages of records, numbered.
    folders: BTreeMap<String, u16>,
}

/// The way from a page up to the root of the site: empty, or `../`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Root {
    up: &'static str,
    /// The number of the page's folder, where what stands in the same one is to be linked to without it.
    folder: Option<u16>,
}

impl Root {
    /// The way up from the page at `path`; pages lie at most one folder deep.
    pub(super) fn of(path: &str) -> Self {
        Self { up: if path.contains('/') { UP } else { "" }, folder: None }
    }

    /// The same for a part that stands on pages of several folders.
    pub(super) const fn of_any_folder(self) -> Self {
        Self { folder: None, ..self }
    }

    /// The way as it stands in links.
    pub(super) const fn as_str(self) -> &'static str {
        self.up
    }
}

impl Book {
    /// A book of these files and records, the records by their numbers.
    pub(super) fn new(pages: HashSet<String>, mut cards: Vec<Card>) -> Self {
        let mut folders = BTreeMap::new();
        for card in &mut cards {
            let Some(name) = card.address.as_deref().and_then(folder) else { continue };
            if let (false, Ok(next)) = (folders.contains_key(name), u16::try_from(folders.len())) {
                folders.insert(name.to_owned(), next);
            }
            card.folder = folders.get(name).copied();
        }
        Self { pages: Arc::new(pages), cards, folders }
    }

    /// The way up from the page at `path`, by which links to records in its own folder are as short as they can be.
    pub(super) fn root(&self, path: &str) -> Root {
        Root { folder: folder(path).and_then(|folder| self.folders.get(folder)).copied(), ..Root::of(path) }
    }

    /// Every file of the site.
    pub(super) fn pages(&self) -> Arc<HashSet<String>> {
        Arc::clone(&self.pages)
    }

    /// Whether the site has the file at `path`.
    pub(super) fn has(&self, path: &str) -> bool {
        self.pages.contains(path)
    }

    /// The link from the page at `from` to the file at `to`.
    ///
    /// # Errors
    /// [`SiteError::DeadLink`] when the site has no such file.
    pub(super) fn link(&self, from: &str, to: &str) -> Result<String, SiteError> {
        if self.pages.contains(to) {
            return Ok([Root::of(from).as_str(), to].concat());
        }
        Err(SiteError::DeadLink { page: from.to_owned(), target: to.to_owned() })
    }

    /// The page of a record.
    pub(super) fn address(&self, ix: Ix) -> Option<&str> {
        self.cards[ix.0 as usize].address.as_deref()
    }

    /// The title of a record, escaped.
    pub(super) fn title(&self, ix: Ix) -> &Html {
        note(Read::Record(ix));
        &self.cards[ix.0 as usize].title
    }

    /// The page of a record as it stands in a link from a page at `root`, without its quotes; nothing without a page.
    pub(super) fn href(&self, root: Root, ix: Ix, out: &mut Html) {
        let card = &self.cards[ix.0 as usize];
        if card.is_beside(root) {
            out.add_from(&card.href, card.file);
        } else {
            out.raw(root.as_str()).add(&card.href);
        }
    }

    /// The link to a record with its title as text; the title alone when the record has no page.
    pub(super) fn record(&self, root: Root, ix: Ix, out: &mut Html) {
        note(Read::Record(ix));
        let card = &self.cards[ix.0 as usize];
        match &card.address {
            Some(_) if card.is_beside(root) => {
                out.raw(BEGIN).add_from(&card.link, BEGIN.len() + UP.len() + card.file);
            }
            Some(_) if root.up == UP => {
                out.add(&card.link);
            }
            Some(_) => {
                out.raw(BEGIN).add_from(&card.link, BEGIN.len() + UP.len());
            }
            None => {
                out.add(&card.title);
            }
        }
    }
}

/// The file name, without ending, of a record with this id: the id itself where it is a safe one, else a readable part
/// and a hash, so that no id leads out of its folder or onto another page.
pub(super) fn stem(id: &str) -> String {
    if is_slug(id) && !is_reserved(id) {
        return id.to_owned();
    }
    let mut readable = slugify(id).unwrap_or_else(|| "record".to_owned());
    readable.truncate(40);
    format!("{}-{}", readable.trim_end_matches('-'), &hash(id.as_bytes())[..16])
}

/// Names that the site or some file system keeps for itself.
fn is_reserved(name: &str) -> bool {
    let page = name.strip_prefix("page-").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    let device = name.split('.').next().unwrap_or(name);
    let numbered = |prefix: &str| {
        let rest = device.strip_prefix(prefix);
        rest.is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    name == "index" || page || matches!(device, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Book {
        let pages = ["index.html", "rules/index.html"].map(str::to_owned);
        let cards = vec![Card::new(Some("risks/a.html".to_owned()), "A & B"), Card::new(None, "A & B")];
        Book::new(pages.into_iter().collect(), cards)
    }

    #[test]
    fn a_link_to_a_file_that_is_not_there_is_an_error_with_both_ends() {
        let book = book();
        assert_eq!(book.link("rules/a.html", "index.html").unwrap(), "../index.html");
        let error = book.link("rules/a.html", "nowhere.html").unwrap_err().to_string();
        assert!(error.contains("rules/a.html") && error.contains("nowhere.html"), "{error}");
    }

    #[test]
    fn a_record_without_a_page_is_named_but_not_linked() {
        let book = book();
        let shown = |from, ix| {
            let mut html = Html::new();
            book.record(book.root(from), Ix(ix), &mut html);
            html.as_str().to_owned()
        };
        assert_eq!(shown("index.html", 0), "<a href=\"risks/a.html\">A &amp; B</a>");
        assert_eq!(shown("rules/b.html", 0), "<a href=\"../risks/a.html\">A &amp; B</a>");
        assert_eq!(shown("risks/b.html", 0), "<a href=\"a.html\">A &amp; B</a>", "in the same folder");
        assert_eq!(
            (shown("index.html", 1), shown("risks/b.html", 1)),
            ("A &amp; B".to_owned(), "A &amp; B".to_owned())
        );
    }

    #[test]
    fn the_page_of_a_record_is_named_from_its_own_folder_another_one_and_the_root() {
        let book = book();
        let href = |root| {
            let mut html = Html::new();
            book.href(root, Ix(0), &mut html);
            html.as_str().to_owned()
        };
        let here = book.root("risks/b.html");
        assert_eq!(
            [here, here.of_any_folder(), book.root("x.html")].map(href),
            ["a.html", "../risks/a.html", "risks/a.html"]
        );
        assert_eq!(href(book.root("rules/b.html")), "../risks/a.html");
    }

    #[test]
    fn bad_ids_get_safe_file_names_of_their_own() {
        assert_eq!(stem("svc-mail"), "svc-mail");
        let long = "x".repeat(500);
        let bad = ["../../etc/passwd", "index", "page-2", "con", "com1.x", "A", "a", "", "é", "<b>", "a/b", &long];
        let stems: std::collections::BTreeSet<_> = bad.iter().map(|id| stem(id)).collect();
        assert_eq!(stems.len(), bad.len());
        for stem in stems {
            assert!(is_slug(&stem) && stem.len() <= 80, "{stem}");
        }
    }
}
