//! Service levels as Markdown, for a report or a comment.

use super::table::{head, row};
use super::{Level, human};
use crate::base::markdown::table;
use crate::model::Sms;

/// One table with a row for each target.
#[must_use]
pub fn markdown(sms: &Sms<'_>, levels: &[Level<'_, '_>]) -> String {
    let head = head(levels);
    let width = head.len();
    let rows = levels.iter().flat_map(|level| level.rows.iter().map(move |one| row(level, one, width)));
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    format!("# Service levels\n\nAs of {}. {}\n\n{}", sms.snapshot.as_of, human::ASSUMED, table(&rows))
}
