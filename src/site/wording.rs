//! The words of the frame, of headings and of tables in another language: those of `[site.words]`, wherever a page says
//! nothing else than one of ours.
//!
//! A page is changed when it is done, so that no template and no table has to ask for its words. Only whole texts between
//! two tags and whole labels are looked up; what records say stands in elements that are left alone.

use std::collections::BTreeMap;

/// Elements whose text comes from records or is code.
const ALONE: [&str; 6] = ["code", "pre", "script", "style", "textarea", "q"];
/// Attributes that hold words for people.
const LABELS: [&str; 4] = ["aria-label=\"", "placeholder=\"", "title=\"", "alt=\""];

/// Words and what is said in place of them, as HTML writes both.
#[derive(Debug, Default)]
pub(super) struct Wording(BTreeMap<String, String>);

impl Wording {
    /// The words of the settings.
    pub(super) fn new(words: &BTreeMap<String, String>) -> Self {
        let html = |text: &str| super::html::Html::of(text.trim()).as_str().to_owned();
        Self(words.iter().map(|(from, to)| (html(from), html(to))).collect())
    }

    /// The page in these words.
    pub(super) fn page(&self, page: Vec<u8>) -> Vec<u8> {
        if self.0.is_empty() {
            return page;
        }
        let Ok(text) = String::from_utf8(page) else { return Vec::new() };
        let mut out = String::with_capacity(text.len() + text.len() / 16);
        let mut alone: Vec<&str> = Vec::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find('<') {
            let (words, tag) = rest.split_at(at);
            self.words(words, alone.is_empty(), &mut out);
            let end = end_of_tag(tag);
            let (tag, after) = tag.split_at(end);
            let name = tag.trim_start_matches(['<', '/']);
            let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            let holds = ALONE.contains(&name) || tag.contains("class=\"prose\"");
            if tag.starts_with("</") {
                if alone.last() == Some(&name) {
                    alone.pop();
                }
            } else if (holds || alone.last() == Some(&name)) && !tag.ends_with("/>") {
                // An element of the same name inside is counted too, so that its end is not taken for the outer one's.
                alone.push(name);
            }
            self.tag(tag, &mut out);
            rest = after;
        }
        self.words(rest, alone.is_empty(), &mut out);
        out.into_bytes()
    }

    /// A text between two tags.
    fn words(&self, text: &str, ours: bool, out: &mut String) {
        let inside = text.trim();
        match self.0.get(inside).filter(|_| ours && !inside.is_empty()) {
            Some(with) => {
                let start = text.len() - text.trim_start().len();
                out.push_str(&text[..start]);
                out.push_str(with);
                out.push_str(&text[start + inside.len()..]);
            }
            None => out.push_str(text),
        }
    }

    /// A tag with its labels.
    fn tag(&self, tag: &str, out: &mut String) {
        let label = LABELS.iter().filter_map(|label| Some((tag.find(label)? + label.len(), label))).min();
        let Some((from, _)) = label else {
            out.push_str(tag);
            return;
        };
        let (head, rest) = tag.split_at(from);
        let (value, tail) = rest.split_at(rest.find('"').unwrap_or(rest.len()));
        out.push_str(head);
        // Labels of tables end with how they can be moved.
        let (words, how) = value.split_once(", may scroll sideways").map_or((value, false), |(words, _)| (words, true));
        out.push_str(self.0.get(words).map_or(words, String::as_str));
        if how {
            let how = self.0.get("may scroll sideways").map_or("may scroll sideways", String::as_str);
            out.push_str(", ");
            out.push_str(how);
        }
        self.tag(tail, out);
    }

    /// A script in these words: texts in quotes that are one of ours.
    pub(super) fn script(&self, script: Vec<u8>) -> Vec<u8> {
        let Ok(text) = String::from_utf8(script) else { return Vec::new() };
        let quoted = |words: &str| serde_json::to_string(&plain(words)).unwrap_or_default().replace('<', "\\u003c");
        let pairs: Vec<(String, String)> = self.0.iter().map(|(from, to)| (quoted(from), quoted(to))).collect();
        // In one pass, so that what is said in place of one is not taken for another.
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(at) = rest.find('"') {
            let (before, tail) = rest.split_at(at);
            out.push_str(before);
            let pair = pairs.iter().find(|(from, _)| tail.starts_with(from.as_str()));
            let (said, passed) = pair.map_or(("\"", 1), |(from, to)| (to.as_str(), from.len()));
            out.push_str(said);
            rest = &tail[passed..];
        }
        out.push_str(rest);
        out.into_bytes()
    }
}

/// Text as it was before it was written as HTML.
fn plain(html: &str) -> String {
    html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

/// Where the tag at the beginning of `text` ends; a `>` in quotes does not end it.
fn end_of_tag(text: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::fixture::{record, site};

    fn wording(words: &[(&str, &str)]) -> Wording {
        Wording::new(&words.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect())
    }

    fn said(words: &[(&str, &str)], page: &str) -> String {
        String::from_utf8(wording(words).page(page.as_bytes().to_vec())).unwrap()
    }

    #[test]
    fn whole_texts_and_labels_are_said_otherwise_and_parts_of_texts_are_not() {
        let words = [("Owner", "Eier"), ("Risks & more", "Risiko <x>")];
        assert_eq!(
            said(&words, "<p>\nOwner </p><p>Owner of it</p><a title=\"Owner\" href=\"Owner\">Risks &amp; more</a>"),
            "<p>\nEier </p><p>Owner of it</p><a title=\"Eier\" href=\"Owner\">Risiko &lt;x&gt;</a>"
        );
        assert_eq!(
            said(&words, "<div aria-label=\"Owner, may scroll sideways\" title=\"Owner\">"),
            "<div aria-label=\"Eier, may scroll sideways\" title=\"Eier\">"
        );
        assert_eq!(said(&[], "<p>Owner</p>"), "<p>Owner</p>");
    }

    #[test]
    fn what_records_say_stays_as_it_is() {
        let words = [("Owner", "Eier")];
        for page in [
            "<code>Owner</code>",
            "<pre><code>a</code>Owner</pre>",
            "<div class=\"prose\"><p>Owner</p><div>Owner</div>Owner</div>",
            "<q>Owner</q>",
            "<a title=\"a > b\">x</a><code>Owner</code>",
        ] {
            assert_eq!(said(&words, page), page);
        }
        assert_eq!(
            said(&words, "<div class=\"prose\"><div>x</div></div><b>Owner</b>"),
            "<div class=\"prose\"><div>x</div></div><b>Eier</b>"
        );
    }

    #[test]
    fn scripts_say_them_too_and_cannot_be_left_by_them() {
        let wording = wording(&[("Filter by words", "Filtrer \"på\" </script> ord")]);
        let script = wording.script(b"a(\"Filter by words\"); b('Filter by words x')".to_vec());
        assert_eq!(
            String::from_utf8(script).unwrap(),
            "a(\"Filtrer \\\"p\u{e5}\\\" \\u003c/script> ord\"); b('Filter by words x')"
        );
    }

    #[test]
    fn words_that_change_places_in_scripts_do_so_once() {
        let script = wording(&[("Up", "Down"), ("Down", "Up")]).script(b"a(\"Up\", \"Down\", \"Upper\"".to_vec());
        assert_eq!(String::from_utf8(script).unwrap(), "a(\"Down\", \"Up\", \"Upper\"");
    }

    #[test]
    fn an_override_shows_on_every_page_that_says_the_word() {
        let toml = "format = 1\n[site]\nlanguage = \"nb\"\n[site.words]\n\"Overview\" = \"Oversikt\"\n\"The record itself\" = \"Selve posten\"\n\
                    \"Skip to the content\" = \"Til innholdet\"\n\"Owner\" = \"Eier\"\n\"Filter by words\" = \"Filtrer\"\n";
        let files = [
            ("gitsm.toml".to_owned(), toml.to_owned()),
            record("ci", "ci-a", "description: Owner\n"),
            record("team", "team-a", ""),
        ];
        let made = site(&files);
        let is_page = |path: &str| path.rsplit_once('.').is_some_and(|(_, ending)| ending == "html");
        for (path, page) in made.iter().filter(|(path, _)| is_page(path)) {
            assert!(page.contains(">Til innholdet</a>") && !page.contains(">Skip to the content<"), "{path}");
            assert!(page.contains(">Oversikt</a>") && !page.contains(">Overview</a>"), "{path}");
        }
        let page = &made["configuration-items/ci-a.html"];
        assert!(page.contains("<dt>Eier</dt>") && page.contains(">Selve posten</h2>"), "{page}");
        assert!(made["site.js"].contains("\"Filtrer\"") && !made["site.js"].contains("\"Filter by words\""));
    }
}
