//! The words of the site: every kind of record with its fields and states.

use super::super::html::Html;
use super::super::links::Root;
use super::super::pages::Site;
use super::super::section::Section;
use super::super::shelf::Shelf;
use super::super::{SiteError, text};
use super::Board;

/// The page.
pub(in super::super) const PAGE: &str = "glossary.html";

/// The page.
pub(in super::super) fn page(site: &Site<'_>, path: &str) -> Result<Vec<u8>, SiteError> {
    let mut shelves: Vec<&Shelf<'_>> = site.shelves.iter().collect();
    shelves.sort_by_key(|shelf| text::capitalise(&shelf.kind.names.singular));
    let mut body = Html::new();
    for shelf in &shelves {
        kind(Root::of(path), shelf, &mut body);
    }
    let lead = format!(
        "What the {} mean, what is written down of each, and which states it goes through.",
        text::counted(shelves.len(), "kind of record", "kinds of record")
    );
    let sections = vec![
        Section::new("signs", "Signs", Html::new(), signs()),
        Section::new("kinds", "Kinds of record", Html::new(), body),
    ];
    Board::new("Glossary", Html::of(&lead), sections).below(site, path, &[])?.render(site, path, "")
}

/// The five signs of the whole site.
fn signs() -> Html {
    use crate::schema::Tone;
    let mut out = Html::new();
    out.raw("<dl class=\"facts panel\">");
    for (tone, word, meaning) in [
        (Tone::Good, "Good", "As it should be."),
        (Tone::Watch, "Watch", "Needs a decision or a date."),
        (Tone::Bad, "Bad", "Wrong, missed or above what is accepted."),
        (Tone::Told, "Told", "In progress or planned."),
        (Tone::None, "None", "Over, not applicable, or nothing is known."),
    ] {
        out.raw("<div><dt>").tag(tone, word).raw("</dt><dd>").raw(meaning).raw("</dd></div>");
    }
    out.raw("</dl>");
    out
}

fn kind(root: Root, shelf: &Shelf<'_>, out: &mut Html) {
    let kind = shelf.kind;
    out.raw("<details class=\"term panel\" id=\"").text(&shelf.folder).raw("\"><summary><b>");
    out.text(&kind.names.singular).raw("</b> <span class=\"muted\">").text(&kind.description).raw("</span></summary>");
    out.raw("<p class=\"small mt\"><a href=\"").raw(root.as_str()).text(&shelf.page(1)).raw("\">All ");
    out.text(&kind.names.plural).raw("</a></p>");
    if !kind.states.is_empty() {
        out.raw("<p class=\"states\">");
        for state in &kind.states {
            out.tag(state.tone, &state.label).raw(" ");
        }
        out.raw("</p>");
    }
    out.raw("<dl class=\"facts\">");
    for field in kind.fields.iter().filter(|field| !field.description.is_empty()) {
        out.raw("<div><dt>").text(&text::heading(&field.name)).raw("</dt><dd>").text(&field.description);
        if !field.values.is_empty() {
            let words: Vec<String> = field.values.iter().map(|value| text::word(value).into_owned()).collect();
            out.raw(" <span class=\"muted\">").text(&words.join(", ")).raw("</span>");
        }
        out.raw("</dd></div>");
    }
    out.raw("</dl></details>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::fixture::site;

    #[test]
    fn every_kind_is_told_with_its_fields_and_its_states() {
        let page = site(&[]).remove(PAGE).unwrap();
        for words in
            ["<b>Service level agreement</b>", "services/index.html\">All services</a>", "<dt>Criticality</dt>"]
        {
            assert!(page.contains(words), "{words}");
        }
        assert_eq!(page.matches("class=\"term panel\"").count(), crate::schema::catalog::shared().iter().count());
    }
}
