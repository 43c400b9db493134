//! What was done to a record, from the git history: when, by whom, under which change, field by field.

use super::super::html::{Html, Look};
use super::super::links::Root;
use super::super::pages::Site;
use super::super::section::Section;
use super::super::text;
use crate::base::text::clean;
use crate::diff;
use crate::evidence::history::{Landed, Passage, StepKind};
use crate::model::Ix;
use crate::schema::Tone;

/// Passages that are shown at once; the others open on a click.
const OPEN: usize = 3;

/// The life of a record; none where the history is not told, or does not hold the record yet.
pub(super) fn section(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    let lives = site.input.past.lives.as_ref().filter(|_| !site.is_public())?;
    let life = lives.of.get(site.sms.record(ix).id.as_str())?;
    let mut body = Html::new();
    let (first, rest) = life.passages.split_at(life.passages.len().min(OPEN));
    list(site, root, &lives.commits, first, &mut body);
    if !rest.is_empty() {
        body.raw("<details class=\"small\"><summary>");
        body.text(&text::counted(rest.len(), "earlier step", "earlier steps")).raw("</summary>");
        list(site, root, &lives.commits, rest, &mut body);
        body.raw("</details>");
    }
    if life.more > 0 {
        body.raw("<p class=\"mt small muted\">");
        body.text(&text::counted(life.more, "step before that", "steps before that")).raw(": <code>gitsm show ");
        body.text(&text::clip(site.sms.record(ix).id.as_str(), 80)).raw(" --history</code> prints all of them.</p>");
    }
    let all = life.passages.len() + life.more;
    let words = format!(
        "{} in the git history. A commit says who wrote it; whether that was decided is told by the ledger.",
        text::capitalise(&text::counted(all, "step", "steps"))
    );
    Section::new("life", "What was done to this record", Html::of(&words), body)
}

fn list(site: &Site<'_>, root: Root, commits: &[Landed], passages: &[Passage], out: &mut Html) {
    out.raw("<ol class=\"tl panel\">");
    for passage in passages {
        if let Some(landed) = commits.get(passage.landed) {
            step(site, root, landed, passage, out);
        }
    }
    out.raw("</ol>");
}

fn step(site: &Site<'_>, root: Root, landed: &Landed, passage: &Passage, out: &mut Html) {
    let what = match (passage.kind, &passage.renamed_from, &passage.moved_from) {
        (StepKind::Created, ..) => "Written".to_owned(),
        (StepKind::Deleted, ..) => "Removed".to_owned(),
        (_, Some(from), _) => format!("Renamed; it was {}", text::clip(from, 80)),
        (_, _, Some(from)) => format!("Moved from {}", text::clip(from, 120)),
        _ => "Changed".to_owned(),
    };
    let look = Look::of(if passage.kind == StepKind::Deleted { Tone::Watch } else { Tone::Told });
    out.raw("<li><span class=\"pin\">").icon(look.icon, look.ink, "").raw("</span><div class=\"b\"><b>").text(&what);
    out.raw("</b>");
    let mut authors = passage.authors.clone();
    authors.truncate(4);
    if !authors.is_empty() {
        let names: Vec<String> = authors.iter().map(|name| text::clip(name, 80).into_owned()).collect();
        out.raw(" by ").text(&text::join(&names));
        if !passage.authors.contains(&landed.committer) && !landed.committer.is_empty() {
            out.raw(", taken over by ").text(&text::clip(&landed.committer, 80));
        }
    }
    for (at, change) in landed.changes.iter().take(3).enumerate() {
        out.raw(if at == 0 { " <span class=\"muted\">under</span> " } else { ", " });
        super::decision::person(site, root, change, out);
    }
    if !landed.summary.is_empty() {
        out.raw("<br><span class=\"muted\">").text(&text::clip(&clean(&landed.summary), 160)).raw("</span>");
    }
    if !passage.fields.is_empty() {
        out.raw("<ul class=\"fields\">");
        for field in &passage.fields {
            let line = diff::field(field);
            let (name, rest) = line.split_once(": ").unwrap_or((line.as_str(), ""));
            out.raw("<li><code>").text(&text::clip(name.trim_end_matches(':'), 160)).raw("</code>");
            if !rest.is_empty() {
                out.raw(" ").text(&text::clip(rest, 300));
            }
            out.raw("</li>");
        }
        if passage.more_fields > 0 {
            out.raw("<li class=\"muted\">and ");
            out.text(&text::counted(passage.more_fields, "more field", "more fields")).raw("</li>");
        }
        out.raw("</ul>");
    }
    out.raw("</div><span class=\"when\"><time datetime=\"").text(&landed.time.to_string()).raw("\">");
    out.text(&text::day(landed.time.day())).raw("</time><small><code class=\"id\">");
    out.text(&landed.commit.chars().take(10).collect::<String>()).raw("</code></small></span></li>");
}
