//! Pages about many records at once: registers with a picture, calendars, coverage, maps.

pub(super) mod attention;
pub(super) mod calendar;
pub(super) mod coverage;
pub(super) mod estate;
pub(super) mod glossary;
pub(super) mod heat;
pub(super) mod packs;
pub(super) mod periods;
pub(super) mod register;
#[cfg(test)]
mod tests;

use serde::Serialize;

use super::SiteError;
use super::html::Html;
use super::pages::Site;
use super::record::Crumb;
use super::section::Section;
use super::shell::Head;

/// A page about many records.
#[derive(Serialize)]
struct Board {
    crumbs: Vec<Crumb>,
    title: String,
    /// The answer in a sentence.
    lead: Html,
    /// Files with the same content.
    files: Vec<Crumb>,
    /// Pages of the same sort.
    near: Vec<Near>,
    sections: Vec<Section>,
}

/// A page of the same sort.
#[derive(Serialize)]
struct Near {
    name: String,
    href: String,
    current: bool,
}

impl Board {
    fn new(title: &str, lead: Html, sections: Vec<Option<Section>>) -> Self {
        let sections = sections.into_iter().flatten().collect();
        Self { crumbs: Vec::new(), title: title.to_owned(), lead, files: Vec::new(), near: Vec::new(), sections }
    }

    /// The page below these others of the site.
    fn below(mut self, site: &Site<'_>, path: &str, steps: &[(&str, &str)]) -> Result<Self, SiteError> {
        for (name, to) in [("Overview", "index.html")].iter().chain(steps) {
            self.crumbs.push(Crumb { name: (*name).to_owned(), href: site.book.link(path, to)? });
        }
        Ok(self)
    }

    /// The page with a file beside it.
    fn with_file(mut self, site: &Site<'_>, path: &str, name: &str, to: &str) -> Result<Self, SiteError> {
        self.files.push(Crumb { name: name.to_owned(), href: site.book.link(path, to)? });
        Ok(self)
    }

    /// The page with a page of another sort near it.
    fn with_page(mut self, site: &Site<'_>, path: &str, name: &str, to: &str) -> Result<Self, SiteError> {
        let href = site.book.link(path, to)?;
        self.near.push(Near { name: name.to_owned(), href, current: false });
        Ok(self)
    }

    fn render(&self, site: &Site<'_>, path: &str, area: &str) -> Result<Vec<u8>, SiteError> {
        site.shell.render("board.html", &Head { path, title: self.title.as_str().into(), area }, self)
    }
}
