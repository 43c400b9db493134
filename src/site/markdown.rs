//! Markdown of records as HTML: no markup of its own, no pictures from elsewhere, no links but to the web and to records.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::html::Html;
use super::text;

/// Longest text that is rendered; what lies beyond is to be read in the record itself.
const MOST: usize = 64 * 1024;

/// What a block of code begins with.
const CODE: &str = "<pre tabindex=\"0\"><code>";

/// Renders `source`. `address` gives the link to the record with an id.
pub(super) fn render(source: &str, address: &impl Fn(&str) -> Option<String>, out: &mut Html) {
    let (source, cut) = text::head(source, MOST);
    let mut filter = Filter { address, open: Vec::new(), in_link: 0 };
    let events = Parser::new_ext(source, options()).flat_map(|event| filter.event(event));
    out.rendered(|buffer| html::push_html(buffer, events));
    if cut {
        out.raw("<p class=\"muted\">The text goes on in the record itself.</p>");
    }
}

/// The first sentence of `source` without any markup.
pub(super) fn lead(source: &str) -> String {
    let (source, _) = text::head(source, MOST);
    let mut words = String::new();
    for event in Parser::new_ext(source, options()) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_)) if !words.trim().is_empty() => break,
            _ => {}
        }
    }
    text::first_sentence(&words)
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH
}

/// Turns the events of the parser into those that may be shown.
struct Filter<'f, F> {
    address: &'f F,
    /// For each open link or picture, whether it stays a link.
    open: Vec<bool>,
    /// Links around the current place that stay.
    in_link: usize,
}

impl<F: Fn(&str) -> Option<String>> Filter<'_, F> {
    fn event<'e>(&mut self, event: Event<'e>) -> impl Iterator<Item = Event<'e>> + use<'e, F> {
        let (first, second, third) = match event {
            Event::Html(text) | Event::InlineHtml(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                (Some(Event::Text(text)), None, None)
            }
            Event::Start(Tag::HtmlBlock) => (Some(Event::Start(Tag::Paragraph)), None, None),
            Event::End(TagEnd::HtmlBlock) => (Some(Event::End(TagEnd::Paragraph)), None, None),
            Event::Start(Tag::Heading { level, .. }) => {
                let tag = Tag::Heading { level: lower(level), id: None, classes: Vec::new(), attrs: Vec::new() };
                (Some(Event::Start(tag)), None, None)
            }
            Event::End(TagEnd::Heading(level)) => (Some(Event::End(TagEnd::Heading(lower(level)))), None, None),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                (self.start(&dest_url), None, None)
            }
            Event::End(TagEnd::Link | TagEnd::Image) => (self.end(), None, None),
            // A block of code may be wider than the page: who uses only keys must reach it to scroll it.
            Event::Start(Tag::CodeBlock(_)) => (Some(Event::Html(CODE.into())), None, None),
            Event::End(TagEnd::CodeBlock) => (Some(Event::Html("</code></pre>\n".into())), None, None),
            Event::Code(text) if self.in_link == 0 => match (self.address)(text.trim()) {
                Some(address) => (Some(anchor(&address, false)), Some(Event::Code(text)), Some(close())),
                None => (Some(Event::Code(text)), None, None),
            },
            other => (Some(other), None, None),
        };
        [first, second, third].into_iter().flatten()
    }

    /// The opening of a link or picture; pictures become links, since a page fetches nothing from elsewhere.
    fn start<'e>(&mut self, target: &str) -> Option<Event<'e>> {
        let opening = if self.in_link > 0 {
            None
        } else if is_web(target) {
            Some(anchor(target, true))
        } else {
            (self.address)(target).map(|address| anchor(&address, false))
        };
        self.in_link += usize::from(opening.is_some());
        self.open.push(opening.is_some());
        opening
    }

    fn end<'e>(&mut self) -> Option<Event<'e>> {
        let stays = self.open.pop().unwrap_or(false);
        self.in_link -= usize::from(stays);
        stays.then(close)
    }
}

/// Whether a target may be linked to outside the site.
pub(super) fn is_web(target: &str) -> bool {
    let begins = |scheme: &str| target.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme));
    begins("https://") || begins("http://")
}

fn anchor<'e>(target: &str, outside: bool) -> Event<'e> {
    let mut html = Html::new();
    html.raw("<a").raw(if outside { " class=\"ext\" rel=\"noopener noreferrer\"" } else { "" });
    html.raw(" href=\"").text(target).raw("\">");
    Event::InlineHtml(CowStr::from(html.as_str().to_owned()))
}

fn close<'e>() -> Event<'e> {
    Event::InlineHtml(CowStr::Borrowed("</a>"))
}

/// Headings of a text stand below those of the page.
fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        _ => HeadingLevel::H5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(source: &str) -> String {
        let mut out = Html::new();
        let address = |id: &str| (id == "svc-mail").then(|| "../services/svc-mail.html".to_owned());
        render(source, &address, &mut out);
        out.as_str().trim().to_owned()
    }

    #[test]
    fn markup_in_text_is_shown_and_not_run() {
        assert_eq!(shown("a <b>x</b>"), "<p>a &lt;b&gt;x&lt;/b&gt;</p>");
        let block = shown("<script>alert(1)</script>\n\n<div onclick='x'>y</div>");
        assert!(!block.contains("<script") && !block.contains("<div"), "{block}");
        assert!(!shown("`<img src=x>`").contains("<img"));
        assert!(!shown("```<x onload=y>\n<z>\n```").contains("<x"));
    }

    #[test]
    fn only_the_web_and_records_are_linked() {
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:x",
            "data:text/html,x",
            "mailto:a@b.c",
            "../x.html",
            "file:///x",
            "#a",
            "//x.y",
        ] {
            assert!(!shown(&format!("[t]({bad})")).contains("<a"), "{bad}");
        }
        assert!(shown("[t](HTTPS://x.y/?a=\"b\")").contains("href=\"HTTPS://x.y/?a=&quot;b&quot;\""));
        assert!(shown("[t](svc-mail)").contains("href=\"../services/svc-mail.html\">t</a>"));
        assert!(shown("see `svc-mail`").contains("<a href=\"../services/svc-mail.html\"><code>svc-mail</code></a>"));
        assert_eq!(shown("`svc-none`"), "<p><code>svc-none</code></p>");
    }

    #[test]
    fn pictures_become_links_and_links_do_not_nest() {
        assert_eq!(shown("![alt](x.png)"), "<p>alt</p>");
        assert!(shown("![alt](https://x.y/z.png)").contains(">alt</a>"));
        let nested = shown("[![alt](https://x.y/z.png) `svc-mail`](https://x.y)");
        assert_eq!(nested.matches("<a").count(), 1, "{nested}");
        assert_eq!(nested.matches("</a>").count(), 1, "{nested}");
    }

    #[test]
    fn blocks_of_code_can_be_reached_and_scrolled_with_keys() {
        assert_eq!(shown("```sh\na <b>\n```"), "<pre tabindex=\"0\"><code>a &lt;b&gt;\n</code></pre>");
        assert_eq!(shown("    four\n    deep"), "<pre tabindex=\"0\"><code>four\ndeep</code></pre>");
    }

    #[test]
    fn headings_stand_below_those_of_the_page() {
        assert_eq!(shown("# Big"), "<h3>Big</h3>");
        assert_eq!(shown("###### Small"), "<h5>Small</h5>");
    }

    #[test]
    fn the_lead_is_the_first_sentence_without_markup() {
        assert_eq!(lead("**Runs** the `x`\nfor all. More.\n\nSecond."), "Runs the x for all.");
        assert_eq!(lead("- one\n- two"), "one");
        assert_eq!(lead("<!-- no --> \n"), "");
    }

    #[test]
    fn deep_nesting_and_length_do_no_harm() {
        assert!(!shown(&">".repeat(20_000)).is_empty());
        assert!(shown(&"word ".repeat(50_000)).contains("goes on in the record itself"));
    }
}
