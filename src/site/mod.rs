//! The published site: static pages for every record, list, rule and finding, made from one snapshot.
//!
//! A site is a pure function of its input: the same records as of the same instant give the same bytes. Nothing here
//! touches a disk; finished files go to a [`Sink`] one by one. Every page reads without a script and from a folder.

#[cfg(test)]
mod again_tests;
mod areas;
mod board;
mod chart;
mod data;
mod digest;
pub mod edition;
mod feeds;
mod findings;
#[cfg(test)]
mod fixture;
mod headline;
mod home;
mod hood;
#[cfg(test)]
mod hostile_tests;
mod html;
mod links;
mod list;
mod markdown;
mod memory;
mod pages;
#[cfg(test)]
mod pages_tests;
mod past;
mod picture;
mod pieces;
mod plan;
mod record;
mod relations;
mod rules_pages;
pub mod rulings;
mod search;
mod section;
mod shared;
mod shelf;
mod shell;
mod sink;
mod slot;
mod stamp;
mod story;
#[cfg(test)]
mod tests;
mod text;
mod upcoming;
mod value;
mod wording;
mod words;

use std::io;

use crate::base::finding::Finding;
use crate::graph::Graph;
use crate::model::Sms;
use crate::rules::Waived;
pub use digest::{Prints, hash};
pub use edition::Edition;
pub use memory::Memory;
pub use past::{MOST, NOTHING, Pack, Past};
pub use sink::{Files, MemorySink, Sink};

/// Name of the file that lists all others with their hashes.
pub const MANIFEST: &str = "manifest.json";

/// The menu entry, and the group of kinds without a place of their own.
const ALL: &str = "All records";

/// What a site is made from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The records.
    pub sms: &'a Sms<'a>,
    /// What needs what.
    pub graph: &'a Graph,
    /// Everything that is wrong, in the order to show it.
    pub findings: &'a [Finding],
    /// What is waived, in the order to show it.
    pub waived: &'a [Waived],
    /// Whom it is for.
    pub edition: Edition,
    /// What git tells of the records; [`NOTHING`] where it is not asked.
    pub past: &'a Past,
}

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Number of files, the list of files included.
    pub files: usize,
    /// Number of pages of records.
    pub records: usize,
    /// Size of all files in bytes.
    pub bytes: u64,
}

/// Why a site cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// A page links to a file that the site does not have.
    #[error("the page '{page}' links to '{target}', which is no page of the site")]
    DeadLink {
        /// The page.
        page: String,
        /// Where its link leads.
        target: String,
    },
    /// A template cannot be read or used.
    #[error("the template '{template}' cannot be used: {source}")]
    Template {
        /// The template.
        template: String,
        /// What is wrong with it.
        #[source]
        source: Box<tera::Error>,
    },
    /// A file could not be kept.
    #[error("cannot write '{path}'")]
    Sink {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Makes the whole site and hands every file to `sink` as soon as it is ready.
///
/// # Errors
/// When a template is wrong, a page links to nothing, or the sink refuses a file.
pub fn build(input: &Input<'_>, sink: &dyn Sink) -> Result<Summary, SiteError> {
    Ok(build_after(input, &Prints::new(input), None, sink)?.summary)
}

/// The same, after an earlier run of which something is remembered: pages for which nothing has changed are made again only
/// where the sink does not keep them. `prints` are those of `input`.
///
/// # Errors
/// See [`build`].
pub fn build_after<'a>(
    input: &Input<'a>,
    prints: &Prints,
    before: Option<&Memory>,
    sink: &dyn Sink,
) -> Result<Built<'a>, SiteError> {
    let site = pages::Site::new(input, prints, before, sink)?;
    let (summary, memory) = site.build(prints, before, sink)?;
    Ok(Built { summary, memory, site })
}

/// A site that was made.
pub struct Built<'a> {
    /// What was made.
    pub summary: Summary,
    /// What the next run may remember.
    pub memory: Memory,
    site: pages::Site<'a>,
}

impl Built<'_> {
    /// The same without what all pages share, which is not put away: for a program that ends anyway.
    #[must_use]
    pub fn leave(self) -> (Summary, Memory) {
        std::mem::forget(self.site);
        (self.summary, self.memory)
    }
}
