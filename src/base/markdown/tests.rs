//! No text becomes markup, by our own table and by another reader of Markdown.

use super::*;

#[test]
fn marks_are_escaped_and_words_stay_readable() {
    for (text, expected) in [
        ("'ci-a' names 'ci-b' in relations", "'ci-a' names 'ci-b' in relations"),
        ("use `gitsm new ci`, or not", "use `gitsm new ci`, or not"),
        ("*a* _b_ [c](d) ~e~", "\\*a\\* \\_b\\_ \\[c\\](d) \\~e\\~"),
        ("<script>&amp;", "&lt;script&gt;&amp;amp;"),
        ("one ` alone", "one \\` alone"),
        ("a `b` c ` d", "a `b` c \\` d"),
        ("$x$", "&#36;x&#36;"),
        ("@ann and #12", "@&#8203;ann and \\#&#8203;12"),
        ("https://a.b and www.c.d", "https:&#8203;//a.b and www.&#8203;c.d"),
        ("GH-12 but not CI-12", "GH-&#8203;12 but not CI-12"),
        ("10:30: late", "10:&#8203;30: late"),
        ("a\nb\u{202e}", "a\u{fffd}b\u{fffd}"),
    ] {
        assert_eq!(escaped(text), expected, "{text}");
    }
}

#[test]
fn code_is_fenced_by_more_backticks_than_it_has() {
    for (text, expected) in [
        ("a", "`a`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        (" a", "`  a `"),
        ("", ""),
        (" ", " "),
        ("a\nb", "`a\u{fffd}b`"),
    ] {
        assert_eq!(code(text), expected, "{text}");
    }
}

/// Markdown as another program reads it: only texts and codes may come of a text.
#[cfg(feature = "site")]
#[test]
fn another_reader_sees_the_text_and_nothing_else() {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
    let pieces = [
        "`",
        "``",
        "*",
        "**",
        "_",
        "~~",
        "[a](b)",
        "![a](b)",
        "<b>",
        "</b>",
        "&lt;",
        "\\",
        "|",
        "$",
        "$$",
        "#",
        "# a",
        "- ",
        "1. ",
        "> ",
        "==",
        "---",
        "http://a.b",
        "@ann",
        "word",
        " ",
        "é",
        "(",
        ")",
        "{",
        "}",
        "^",
        "[^1]",
        "[x]",
        "<!--",
        ":smile:",
        "\n",
    ];
    // Quotes that are made round are still the text.
    let options = Options::all() - Options::ENABLE_SMART_PUNCTUATION;
    let mut seed = 7_usize;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..6 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(seed >> 33) % pieces.len()]);
        }
        let shown: String = text.replace('\n', "\u{fffd}");
        let markdown = format!("x {} x", escaped(&text));
        let mut read = String::new();
        for event in Parser::new_ext(&markdown, options) {
            match event {
                Event::Text(text) | Event::Code(text) => read.push_str(&text),
                Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
                other => panic!("{other:?} in {markdown:?} of {text:?}"),
            }
        }
        // Backticks in pairs are the marks of code, and the spaces around code are its own affair.
        let plain = |text: &str| text.replace(['`', '\u{200b}', ' '], "");
        assert_eq!(plain(&read), plain(&format!("x {shown} x")), "{markdown:?}");
    }
}
