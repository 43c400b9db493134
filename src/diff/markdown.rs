//! A difference as Markdown, for a comment on a pull request.
//!
//! Nothing that a record says becomes markup, a link, a mention or a picture: it is set as code or escaped.

use std::fmt::Write as _;

use super::human::conclusion;
use super::words::{self, Line, Part};
use super::{Difference, RecordChange};
use crate::base::markdown::{code, escaped};
use crate::model::Sms;

/// Records that stand open; more are folded.
const OPEN: usize = 10;
/// Longest text, in bytes: GitHub takes 65,536 characters in a comment.
const MAX_BYTES: usize = 60_000;

fn marked(line: &Line) -> String {
    let text = line.iter().map(|part| match part {
        Part::Words(text) => text.clone(),
        Part::Said(text) => code(text),
    });
    text.collect()
}

fn record(change: &RecordChange) -> String {
    let mut item = format!("- {}\n", marked(&words::record(change)));
    for field in &change.fields {
        let _ = writeln!(item, "  - {}", marked(&words::field(field)));
    }
    item
}

/// The difference as Markdown: what is newly endangered first, then findings, then records. What has no room is
/// counted.
#[must_use]
pub fn markdown(difference: &Difference, head: &Sms<'_>) -> String {
    let mut out = format!("### gitsm diff: {}\n", escaped(&conclusion(difference)));
    let mut left = 0;
    for (title, lines) in words::endangered(&difference.endangered) {
        let items = lines.iter().map(|line| format!("- {}\n", marked(line)));
        left += section(&mut out, title, items.collect());
    }
    let findings = difference.findings.iter().map(|finding| {
        let source = head.snapshot.sources.get(finding.primary.file);
        let place = format!("{}:{}", source.path(), source.position(finding.primary.start).line);
        format!("- {} {}: {}\n", code(&place), code(finding.rule), escaped(&finding.message))
    });
    left += section(&mut out, "Findings that came with it", findings.collect());
    left += section(&mut out, "Records", difference.records.iter().map(record).collect());
    if left > 0 {
        let _ = write!(out, "\nAnd {left} more, for which there is no room here; `gitsm diff` tells them all.\n");
    }
    out
}

/// Appends a title and its items; gives the number of those for which there was no room.
fn section(out: &mut String, title: &str, items: Vec<String>) -> usize {
    if items.is_empty() {
        return 0;
    }
    let folded = items.len() > OPEN;
    let _ = match folded {
        true => write!(out, "\n<details><summary>{title} ({})</summary>\n\n", items.len()),
        false => write!(out, "\n**{title}**\n\n"),
    };
    let mut left = 0;
    for item in items {
        if left > 0 || out.len() + item.len() > MAX_BYTES {
            left += 1;
        } else {
            out.push_str(&item);
        }
    }
    if folded {
        out.push_str("\n</details>\n");
    }
    left
}
