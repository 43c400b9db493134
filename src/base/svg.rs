//! Pictures as SVG that stand by themselves: words for those who do not see them, light and dark by the reader's choice,
//! and no state told by colour alone.

use unicode_width::UnicodeWidthChar as _;

/// Classes that shapes may bear, for light and dark.
///
/// Fills: `paper sunk ok warn bad info none`; strokes of lines: `line edge strong hatch`, with `dash` or `dots`; heads of
/// arrows: `tip`, and `point` for strong lines; words: `t` (ink), `s` (softer),
/// `b` (bold), `mid` and `end` (anchored there), `mono`.
const STYLE: &str = "\
svg{--paper:#fff;--sunk:#eef1f3;--ink:#15202f;--soft:#5a677e;--line:#d8dde5;--edge:#78869b;--link:#17489c;\
--ok:#dcf2ec;--oks:#0a8a78;--warn:#fdeecb;--warns:#c07600;--bad:#fde4e4;--bads:#9b1128;--info:#e4ebfb;--infos:#3b5fc9;\
--none:#e9edf2;--nones:#6b788d;background:var(--paper)}\
@media (prefers-color-scheme:dark){svg{--paper:#151d28;--sunk:#1b2532;--ink:#e9eef5;--soft:#94a2b7;--line:#2a3646;\
--edge:#70819a;--link:#93bfff;--ok:#0c3830;--oks:#48d1b0;--warn:#3b2a07;--warns:#e6a93c;--bad:#3f1219;--bads:#ff7a85;\
--info:#1a2a52;--infos:#8aa6ff;--none:#222d3b;--nones:#8593a8}}\
text{font:13px Inter,system-ui,sans-serif;fill:var(--ink)}.s{font-size:11px;fill:var(--soft)}.b{font-weight:600}\
.mono{font-family:ui-monospace,monospace;font-size:11px}.mid{text-anchor:middle}.end{text-anchor:end}\
a text{fill:var(--link)}.paper{fill:var(--paper);stroke:var(--edge)}.sunk{fill:var(--sunk)}\
.ok{fill:var(--ok);stroke:var(--oks)}.warn{fill:var(--warn);stroke:var(--warns)}.bad{fill:var(--bad);stroke:var(--bads)}\
.info{fill:var(--info);stroke:var(--infos)}.none{fill:var(--none);stroke:var(--nones)}\
.line,.edge,.strong{fill:none;stroke:var(--line)}.edge{stroke:var(--edge)}.strong{stroke:var(--ink);stroke-width:2}\
.dash{stroke-dasharray:5 3}.dots{stroke-dasharray:1 4;stroke-linecap:round}.tip{fill:var(--edge)}.point{fill:var(--ink)}\
.hatch{fill:none;stroke:var(--ink)}";

/// A picture that grows shape by shape; lengths are pixels.
#[derive(Debug)]
pub struct Svg {
    head: String,
    body: String,
}

impl Svg {
    /// An empty picture. `title` says what it shows, `description` what one sees in it.
    #[must_use]
    pub fn new(width: i64, height: i64, title: &str, description: &str) -> Self {
        let head = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title desc\">\n\
             <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n<style>{STYLE}</style>\n",
            escaped(title),
            escaped(description)
        );
        Self { head, body: String::new() }
    }

    /// Adds a shape without content, such as a `rect`; values of attributes are escaped.
    pub fn shape(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.body.push_str("/>\n");
    }

    /// Adds a box with round corners.
    pub fn rect(&mut self, class: &str, (x, y): (i64, i64), (width, height): (i64, i64)) {
        let [x, y, width, height] = [x, y, width, height].map(|number| number.to_string());
        let place = [("x", x.as_str()), ("y", &y), ("width", &width), ("height", &height), ("rx", "4")];
        self.shape("rect", &[&[("class", class)][..], &place].concat());
    }

    /// Adds a straight line.
    pub fn line(&mut self, class: &str, from: (i64, i64), to: (i64, i64)) {
        self.path(class, &format!("M{} {}L{} {}", from.0, from.1, to.0, to.1));
    }

    /// Adds a path, given as SVG writes it.
    pub fn path(&mut self, class: &str, d: &str) {
        self.shape("path", &[("class", class), ("d", d)]);
    }

    /// Adds a line of words whose base line begins at a place.
    pub fn text(&mut self, class: &str, (x, y): (i64, i64), words: &str) {
        let [x, y] = [x, y].map(|number| number.to_string());
        self.tag("text", &[("class", class), ("x", &x), ("y", &y)]);
        self.body.push('>');
        self.body.push_str(&escaped(words));
        self.body.push_str("</text>\n");
    }

    /// Puts what `inside` draws into an element such as `g` or `a`, with a tooltip that also screen readers tell; an empty
    /// one is left out.
    pub fn within(&mut self, name: &str, attributes: &[(&str, &str)], tip: &str, inside: impl FnOnce(&mut Self)) {
        self.tag(name, attributes);
        self.body.push('>');
        if !tip.is_empty() {
            self.body.push_str("<title>");
            self.body.push_str(&escaped(tip));
            self.body.push_str("</title>");
        }
        self.body.push('\n');
        inside(self);
        self.body.push_str("</");
        self.body.push_str(name);
        self.body.push_str(">\n");
    }

    /// The whole picture as text.
    #[must_use]
    pub fn finish(self) -> String {
        format!("{}{}</svg>\n", self.head, self.body)
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.body.push('<');
        self.body.push_str(name);
        for (key, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
            self.body.push(' ');
            self.body.push_str(key);
            self.body.push_str("=\"");
            self.body.push_str(&escaped(value));
            self.body.push('"');
        }
    }
}

/// Text as XML writes it; characters that XML 1.0 cannot hold become blanks.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push(' '),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// As much of `text` as fits `width` pixels at the size of plain words, with an ellipsis when something is cut.
#[must_use]
pub fn fitted(text: &str, width: i64) -> String {
    // Half a letter's height is a letter's mean width; wide ones (CJK) count double.
    const LETTER: i64 = 7;
    let room = usize::try_from(width / LETTER).unwrap_or_default();
    let cells = |c: char| c.width().unwrap_or_default();
    if text.chars().map(cells).sum::<usize>() <= room {
        return text.to_owned();
    }
    let mut used = 1;
    let mut cut: String = text
        .chars()
        .take_while(|c| {
            used += cells(*c);
            used <= room
        })
        .collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_says_in_words_what_it_shows() {
        let svg = Svg::new(40, 20, "A & B", "one <box>").finish();
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"20\""));
        assert!(svg.contains("aria-labelledby=\"title desc\">\n<title id=\"title\">A &amp; B</title>"));
        assert!(svg.contains("<desc id=\"desc\">one &lt;box&gt;</desc>") && svg.ends_with("</svg>\n"));
        assert!(svg.contains("prefers-color-scheme:dark"));
    }

    #[test]
    fn shapes_stand_in_the_order_in_which_they_were_drawn() {
        let mut svg = Svg::new(1, 1, "", "");
        svg.rect("ok", (1, 2), (3, 4));
        svg.within("a", &[("href", "x?a&b"), ("class", "")], "tip", |svg| svg.text("t", (5, -6), "<words>"));
        svg.line("edge", (0, 0), (9, 9));
        let text = svg.finish();
        let drawn = text.split_once("</style>\n").unwrap().1;
        assert_eq!(
            drawn,
            "<rect class=\"ok\" x=\"1\" y=\"2\" width=\"3\" height=\"4\" rx=\"4\"/>\n\
             <a href=\"x?a&amp;b\"><title>tip</title>\n<text class=\"t\" x=\"5\" y=\"-6\">&lt;words&gt;</text>\n</a>\n\
             <path class=\"edge\" d=\"M0 0L9 9\"/>\n</svg>\n"
        );
    }

    #[test]
    fn no_text_breaks_out_of_the_picture() {
        assert_eq!(escaped("a\"b</text>\u{0}\u{1b}\n'\u{ffff}"), "a&quot;b&lt;/text&gt;   ' ");
    }

    #[test]
    fn long_words_are_cut_where_they_no_longer_fit() {
        assert_eq!(fitted("short", 35), "short");
        assert_eq!(fitted("longer words", 49), "longer…");
        assert_eq!(fitted("longer words", 56), "longer…", "no blank before the ellipsis");
        assert_eq!(fitted("漢字漢字", 42), "漢字…", "wide letters count double");
        assert_eq!(fitted("any", 0), "…");
    }
}
