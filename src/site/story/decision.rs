//! Who agrees to a change, and why it is so: the decision of the ledger as a tree, or where there is none the gate's own
//! look at the record.

use serde::Deserialize;

use super::super::html::Html;
use super::super::links::Root;
use super::super::pages::Site;
use super::super::section::Section;
use super::super::text;
use crate::base::date::parse_instant;
use crate::model::Ix;
use crate::model::change::{Change, ChangeStatus};
use crate::schema::Tone;
use crate::site::rulings::Ruling;

/// Most people that are named for a seat.
const NAMED: usize = 6;
/// How deep reasons are told.
const DEPTH: usize = 5;
/// Most reasons of one node, and most requirements.
const REASONS: usize = 40;
/// Longest sentence, in characters.
const SENTENCE: usize = 400;
/// Codes of reasons that only repeat the seats.
const SEATS: [&str; 3] = ["seats", "requirement", "unfillable"];

/// A decision as it is told, whichever version of the gate wrote it: what another one leaves out is left out here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Told {
    outcome: String,
    category: Option<String>,
    risk: Option<Risk>,
    instant: String,
    requirements: Vec<Need>,
    excluded: Vec<Left>,
    reasons: Vec<Why>,
    next: Next,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Risk {
    level: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Need {
    id: String,
    needs: String,
    filled: Vec<String>,
    missing: usize,
    candidates: Vec<String>,
    outcome: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Left {
    person: String,
    reason: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Why {
    code: String,
    outcome: String,
    message: String,
    help: Option<String>,
    parts: Vec<Self>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Next {
    text: String,
    ask: Vec<String>,
    #[serde(rename = "do")]
    steps: Vec<String>,
}

/// The page on which a decision is told.
#[derive(Clone, Copy)]
struct Here<'h, 'a> {
    site: &'h Site<'a>,
    root: Root,
    /// The change itself.
    own: Ix,
}

/// How an outcome looks and reads.
fn look(outcome: &str) -> (Tone, &'static str) {
    match outcome {
        "PASS" => (Tone::Good, "Passes"),
        "PENDING" => (Tone::Watch, "Waits for people"),
        "BLOCKED" => (Tone::Bad, "Blocked"),
        _ => (Tone::Bad, "Cannot be decided"),
    }
}

/// How the outcome of a single reason looks and reads.
fn part(outcome: &str) -> (Tone, &'static str) {
    match outcome {
        "PASS" => (Tone::Good, "Fine"),
        "PENDING" => (Tone::Watch, "Open"),
        "BLOCKED" => (Tone::Bad, "In the way"),
        _ => (Tone::Bad, "Cannot be told"),
    }
}

/// What the ledger decided last, and its outcome in words, for the line of events.
pub(super) fn verdict(ruling: &Ruling) -> (Tone, &'static str) {
    look(ruling.decision["outcome"].as_str().unwrap_or_default())
}

/// The decision on a change: the last one of the ledger, else for a change that is still to be decided, what the policy
/// in force asks for.
pub(super) fn section(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    if site.is_public() {
        return None;
    }
    let id = site.sms.record(ix).id.as_str();
    let trial = super::approval::trial(site, id);
    if let Some(ruling) = trial.as_ref().and_then(|trial| trial.rulings.last()) {
        let told = Told::deserialize(&ruling.decision).ok()?;
        let mut words = Html::of(look(&told.outcome).1);
        words.text(&judged(&told));
        if let Ok(at) = parse_instant(&told.instant) {
            words.text(&format!(", as it stood on {}", text::instant(at)));
        }
        words.text(&format!(
            ". Entry {} of the ledger keeps the decision with the facts that it was made from, for commit ",
            ruling.number
        ));
        words.raw("<code>").text(&ruling.commit.chars().take(10).collect::<String>()).raw("</code>.");
        return Section::new("decision", "The decision", words, tree(Here { site, root, own: ix }, &told));
    }
    let change: Change<'_> = site.sms.view(ix)?;
    change.status().filter(|status| matches!(status, ChangeStatus::Draft | ChangeStatus::Requested))?;
    let told = match site.outlook() {
        Ok(outlook) => Told::deserialize(&serde_json::to_value(outlook.of(change)).ok()?).ok()?,
        Err(reason) => {
            let reasons = vec![Why::deserialize(&serde_json::to_value(reason).ok()?).ok()?];
            Told { outcome: "ERROR".to_owned(), reasons, ..Told::default() }
        }
    };
    let mut words =
        Html::of("No decision is on record yet. This is what the change policy in force makes of the record");
    words.text(&judged(&told)).raw(" as it stands.");
    Section::new("decision", "Who would have to agree", words, tree(Here { site, root, own: ix }, &told))
}

/// In which category, and at which risk.
fn judged(told: &Told) -> String {
    let category = told.category.as_deref().map(|word| format!(" as a {} change", text::clip(&text::word(word), 40)));
    let risk = told.risk.as_ref().map(|risk| format!(" of {} risk", text::clip(&text::word(&risk.level), 40)));
    format!("{}{}", category.unwrap_or_default(), risk.unwrap_or_default())
}

/// The tree: seats, what else counts, who does not count, what would change it.
fn tree(here: Here<'_, '_>, told: &Told) -> Html {
    let Here { site, root, .. } = here;
    let mut out = Html::new();
    out.raw("<div class=\"panel long\"><ul class=\"tree\">");
    let (tone, word) = look(&told.outcome);
    out.raw("<li>").tag(tone, word).raw("<ul>");
    if !told.requirements.is_empty() {
        out.raw("<li><b>Who must agree</b><ul>");
        for need in told.requirements.iter().take(REASONS) {
            seat(here, need, &mut out);
        }
        more(told.requirements.len(), REASONS, &mut out);
        out.raw("</ul></li>");
    }
    let others: Vec<&Why> = told.reasons.iter().filter(|why| !SEATS.contains(&why.code.as_str())).collect();
    let nobody = told.requirements.is_empty().then(|| told.reasons.iter().filter(|why| why.code == "seats"));
    let others: Vec<&Why> = nobody.into_iter().flatten().chain(others).collect();
    if !others.is_empty() {
        out.raw("<li><b>What else counts</b><ul>");
        for why in others.iter().take(REASONS) {
            reason(here, why, 0, &mut out);
        }
        more(others.len(), REASONS, &mut out);
        out.raw("</ul></li>");
    }
    if !told.excluded.is_empty() {
        out.raw("<li><b>Whose vote does not count here</b><ul>");
        for left in told.excluded.iter().take(REASONS) {
            out.raw("<li>");
            person(site, root, &left.person, &mut out);
            out.raw(" <span class=\"muted\">");
            sentence(here, &left.reason, &mut out);
            out.raw("</span></li>");
        }
        more(told.excluded.len(), REASONS, &mut out);
        out.raw("</ul></li>");
    }
    let steps: Vec<&String> = told.next.steps.iter().filter(|step| !step.is_empty()).collect();
    if !steps.is_empty() || (told.outcome != "PASS" && !told.next.text.is_empty()) {
        out.raw("<li><b>What would change it</b><ul>");
        if steps.is_empty() && !told.next.ask.is_empty() {
            out.raw("<li>");
            people(site, root, &told.next.ask, &mut out);
            out.raw(if told.next.ask.len() == 1 { " agrees</li>" } else { " agree</li>" });
        } else if steps.is_empty() {
            out.raw("<li>");
            sentence(here, &text::capitalise(&told.next.text), &mut out);
            out.raw("</li>");
        }
        for step in steps.iter().take(REASONS) {
            out.raw("<li>");
            sentence(here, &text::capitalise(step), &mut out);
            out.raw("</li>");
        }
        more(steps.len(), REASONS, &mut out);
        out.raw("</ul></li>");
    }
    out.raw("</ul></li></ul></div>");
    out
}

/// How many are left out, when there are more than `most`.
fn more(all: usize, most: usize, out: &mut Html) {
    if all > most {
        out.raw("<li class=\"muted\">and ").text(&text::count(all - most)).raw(" more</li>");
    }
}

/// A demand of the policy with who fills its seats and who could.
fn seat(here: Here<'_, '_>, need: &Need, out: &mut Html) {
    let Here { site, root, .. } = here;
    let (tone, word) = match (need.outcome.as_str(), need.missing) {
        ("PASS", _) => (Tone::Good, "Filled"),
        ("PENDING", _) => (Tone::Watch, "Open"),
        _ => (Tone::Bad, "Nobody is left"),
    };
    out.raw("<li>").tag(tone, word).raw(" ");
    sentence(here, &text::capitalise(&need.needs), out);
    out.raw(" <span class=\"muted\">").text(&text::clip(&text::capitalise(&need.id), 120)).raw("</span>");
    if !need.filled.is_empty() {
        out.raw("<div class=\"who\"><span class=\"muted\">Agreed:</span> ");
        people(site, root, &need.filled, out);
        out.raw("</div>");
    }
    if need.missing > 0 {
        out.raw("<div class=\"who\"><span class=\"muted\">");
        out.text(&text::counted(need.missing, "seat is open", "seats are open"));
        if need.candidates.is_empty() {
            out.raw("</span>");
        } else {
            out.raw("; could be filled by:</span> ");
            people(site, root, &need.candidates, out);
        }
        out.raw("</div>");
    }
    out.raw("</li>");
}

fn people(site: &Site<'_>, root: Root, ids: &[String], out: &mut Html) {
    for (at, id) in ids.iter().take(NAMED).enumerate() {
        out.raw(if at > 0 { ", " } else { "" });
        person(site, root, id, out);
    }
    if ids.len() > NAMED {
        out.raw(" <span class=\"muted\">and ").text(&text::count(ids.len() - NAMED)).raw(" more</span>");
    }
}

/// Somebody by their name today; by the id of then, when no record has it any more.
pub(super) fn person(site: &Site<'_>, root: Root, id: &str, out: &mut Html) {
    match site.sms.find(id) {
        Some(ix) => site.book.record(root, ix, out),
        None => {
            out.text(&text::clip(id, 80));
        }
    }
}

/// A sentence of the gate; ids of records, which it puts in quotes, become links.
fn sentence(here: Here<'_, '_>, words: &str, out: &mut Html) {
    let Here { site, root, own } = here;
    let words = text::clip(words, SENTENCE);
    let mut parts = words.split('\'').enumerate().peekable();
    while let Some((at, part)) = parts.next() {
        let known = (at % 2 == 1 && parts.peek().is_some()).then(|| site.sms.find(part)).flatten();
        match known {
            Some(ix) if ix == own => {
                out.raw("it");
            }
            Some(ix) => site.book.record(root, ix, out),
            None if at == 0 => {
                out.text(part);
            }
            None => {
                // The quote that ends a name that became a link is gone with it.
                let after_link =
                    at % 2 == 0 && words.split('\'').nth(at - 1).is_some_and(|id| site.sms.find(id).is_some());
                out.raw(if after_link { "" } else { "'" }).text(part);
            }
        }
    }
}

/// A reason with what it rests on. What is well and has nothing below it is told by its sentence alone.
fn reason(here: Here<'_, '_>, why: &Why, depth: usize, out: &mut Html) {
    let (tone, word) = part(&why.outcome);
    out.raw("<li>");
    // What is well is quiet, so that the rest is seen.
    if why.outcome != "PASS" {
        out.tag(tone, word).raw(" ");
    } else if depth == 0 {
        out.icon("i-ok", "tok", "Fine").raw(" ");
    }
    sentence(here, &text::capitalise(&why.message), out);
    if let Some(help) = why.help.as_deref().filter(|_| why.outcome != "PASS") {
        out.raw("<div class=\"who\"><span class=\"muted\">What would change it:</span> ");
        sentence(here, help, out);
        out.raw("</div>");
    }
    if !why.parts.is_empty() && depth < DEPTH {
        out.raw("<ul>");
        for part in why.parts.iter().take(REASONS) {
            reason(here, part, depth + 1, out);
        }
        more(why.parts.len(), REASONS, out);
        out.raw("</ul>");
    }
    out.raw("</li>");
}
