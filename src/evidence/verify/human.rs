//! The result for a terminal.

use std::fmt::Write as _;

use super::{Judged, Report, Verdict, Weight};
use crate::base::text::{clean, counted};

/// The result in lines: what is not simply authorised first, then the counts.
#[must_use]
pub fn human(report: &Report) -> String {
    let mut out = String::new();
    let told =
        |verdict: Verdict| matches!(verdict, Verdict::Unauthorised | Verdict::Emergency | Verdict::NotAssessable);
    for commit in report.commits.iter().filter(|commit| told(commit.verdict)) {
        one(&mut out, commit);
    }
    for problem in &report.problems {
        let word = match problem.weight {
            Weight::Error => "error",
            Weight::Warning => "warning",
            Weight::Info => "info",
        };
        let _ = writeln!(out, "{word}[{}]: {}", problem.code, clean(&problem.message));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let counts = report.counts;
    let short = |hash: &str| hash.chars().take(10).collect::<String>();
    let _ = writeln!(
        out,
        "{} at {}, {}",
        clean(&report.branch),
        short(&report.head),
        counted(counts.commits, "commit", "commits")
    );
    for (count, words) in [
        (counts.authorised, "authorised"),
        (counts.emergency, "emergency"),
        (counts.unauthorised, "unauthorised"),
        (counts.not_assessable, "not assessable"),
        (counts.free, "with nothing under control"),
        (counts.before_adoption, "before adoption"),
    ] {
        if count > 0 {
            let _ = writeln!(out, "  {count} {words}");
        }
    }
    let ledger = report.ledger_head.as_deref().map_or("missing".to_owned(), |tip| {
        format!("{} up to {}", counted(report.entries, "entry", "entries"), short(tip))
    });
    let _ = writeln!(out, "ledger {}: {ledger}", clean(&report.ledger));
    let _ = writeln!(out, "{}", conclusion(report));
    out
}

fn one(out: &mut String, commit: &Judged) {
    let short: String = commit.commit.chars().take(10).collect();
    let _ = writeln!(
        out,
        "{}: {short} {} by {}, {}: {}",
        commit.verdict.words(),
        commit.time,
        clean(&commit.author),
        commit.landing,
        clean(&commit.summary)
    );
    for reason in &commit.reasons {
        let _ = writeln!(out, "  {}: {}", reason.code, clean(&reason.message));
    }
    if let Some(of) = &commit.reverts {
        let _ = writeln!(out, "  it takes back {} exactly", of.chars().take(10).collect::<String>());
    }
    let paths: Vec<_> = commit.paths.iter().take(5).map(|path| clean(path).into_owned()).collect();
    let more = commit.paths.len().saturating_sub(paths.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let _ = writeln!(out, "  touches {}{more}", paths.join(", "));
}

/// One sentence that never says more than was shown.
fn conclusion(report: &Report) -> &'static str {
    if !report.gaps.is_empty() || report.counts.not_assessable > 0 {
        "Not assessable: this clone does not show everything."
    } else if report.is_clean() {
        "Everything under control that came to the branch since adoption was decided before."
    } else {
        "Not everything under control came by a decision, or the trace has a flaw; see above."
    }
}
