//! Findings as Markdown, for a comment on a pull request or the summary of a job.
//!
//! Nothing that a record says becomes markup, a link, a mention or a picture: it is either set as code or escaped.

use std::fmt::Write as _;

use super::place::{Place, clip, related, sentence, short};
use super::{Checked, Summary};
use crate::base::finding::{Finding, Severity, State};
use crate::base::markdown::{code, escaped};

/// Findings of one weight that stand open; more are folded.
const OPEN: usize = 10;
/// Related places that are listed; the rest is counted.
const MAX_RELATED: usize = 5;
/// Longest text, in bytes: GitHub takes 65,536 characters in a comment.
const MAX_BYTES: usize = 60_000;
/// Longest message, in characters.
const MAX_MESSAGE: usize = 1_000;

/// A line with the counts, then the findings by weight. Places are links to the files below `links`, such as
/// `https://github.com/ORG/REPO/blob/COMMIT`; without it they are relative.
#[must_use]
pub fn markdown(checked: Checked<'_>, links: Option<&str>) -> String {
    let mut out = head(checked);
    let links = links.map(|links| format!("{}/", links.trim_end_matches('/'))).unwrap_or_default();
    let mut told = 0;
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let findings = checked.findings.iter().filter(|finding| finding.severity == severity);
        let items: Vec<String> = findings.map(|finding| item(checked, finding, &links)).collect();
        if items.is_empty() || out.len() > MAX_BYTES {
            continue;
        }
        let folded = items.len() > OPEN;
        let title = title(severity, items.len());
        let _ = if folded {
            write!(out, "\n<details><summary>{title}</summary>\n\n")
        } else {
            write!(out, "\n**{title}**\n\n")
        };
        for item in items {
            if out.len() + item.len() > MAX_BYTES {
                break;
            }
            out.push_str(&item);
            told += 1;
        }
        if folded {
            out.push_str("\n</details>\n");
        }
    }
    let cut = checked.findings.len() - told;
    if cut > 0 {
        let _ = write!(out, "\nAnd {cut} more, for which there is no room here; `gitsm check` tells them all.\n");
    }
    out
}

fn head(checked: Checked<'_>) -> String {
    let snapshot = checked.sms.snapshot;
    let mut head = format!("### gitsm check: {}\n\n", Summary::of(checked.findings));
    let records = checked.sms.len();
    let _ = write!(head, "{records} {}", if records == 1 { "record" } else { "records" });
    if let Some(commit) = snapshot.origin.commit() {
        let _ = write!(head, " at {}", code(short(commit)));
    }
    let _ = write!(head, ", as of {}", snapshot.as_of);
    if let Some(since) = checked.since {
        let (rev, commit) = (code(&since.rev), code(short(&since.commit)));
        let _ = write!(head, ". Only what changed since {rev} ({commit}) is told; {} left out", older(since.hidden));
    }
    head.push_str(".\n");
    head
}

fn older(count: usize) -> String {
    format!("{count} older {}", if count == 1 { "finding is" } else { "findings are" })
}

fn title(severity: Severity, count: usize) -> String {
    let mut counts = Summary::default();
    match severity {
        Severity::Error => counts.errors = count,
        Severity::Warning => counts.warnings = count,
        Severity::Info => counts.infos = count,
    }
    counts.to_string()
}

/// One finding as an item of a list.
fn item(checked: Checked<'_>, finding: &Finding, links: &str) -> String {
    let place = Place::of(checked, finding.primary);
    let mut item = format!("- {} {}", link(&place, links), code(finding.rule));
    if finding.state == Some(State::Worse) {
        item.push_str(" (worse than before)");
    }
    let _ = writeln!(item, "\n  <br>{}", escaped(&sentence(&finding.message, MAX_MESSAGE)));
    if let Some(help) = &finding.help {
        let _ = writeln!(item, "  <br>_Help:_ {}", escaped(&sentence(help, MAX_MESSAGE)));
    }
    let (places, more) = related(checked, finding, MAX_RELATED);
    for (place, label) in places {
        let _ = writeln!(item, "  - {} {}", link(&place, links), escaped(&clip(label, MAX_MESSAGE)));
    }
    if more > 0 {
        let _ = writeln!(item, "  - and {more} more places");
    }
    item
}

fn link(place: &Place, links: &str) -> String {
    format!("[{}]({links}{}#L{})", code(&place.words()), place.address(), place.start.line)
}

#[cfg(test)]
mod tests;
