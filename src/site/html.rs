//! HTML that is safe by construction: fixed markup goes in as it is, everything else is escaped.

use serde::{Serialize, Serializer};

use crate::schema::Tone;

/// A piece of finished HTML. Templates print it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Html(String);

impl Html {
    /// An empty piece.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// An empty piece with room for so many bytes.
    pub(super) fn with_room(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// A piece that holds `text`, escaped.
    pub(super) fn of(text: &str) -> Self {
        let mut html = Self::new();
        html.text(text);
        html
    }

    /// Adds fixed markup. Only literals can be given, so no text of a record can come in this way.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Adds text, escaped for elements and quoted attributes alike.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        escape(text, &mut self.0);
        self
    }

    /// Adds a finished piece.
    pub(super) fn add(&mut self, piece: &Self) -> &mut Self {
        self.0.push_str(&piece.0);
        self
    }

    /// Adds a finished piece from a byte on that stands between two parts of it.
    pub(super) fn add_from(&mut self, piece: &Self, at: usize) -> &mut Self {
        self.0.push_str(piece.0.get(at..).unwrap_or_default());
        self
    }

    /// Adds a number.
    pub(super) fn number(&mut self, number: usize) -> &mut Self {
        self.0.push_str(itoa::Buffer::new().format(number));
        self
    }

    /// Adds what the Markdown renderer wrote, which escapes by itself.
    pub(super) fn rendered(&mut self, write: impl FnOnce(&mut String)) -> &mut Self {
        write(&mut self.0);
        self
    }

    /// The text of the piece.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was added.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a picture from the set of symbols that every page carries; `label` empty for decoration.
    pub(super) fn icon(&mut self, name: &'static str, class: &'static str, label: &str) -> &mut Self {
        self.raw("<svg class=\"i ").raw(class).raw("\"");
        if label.is_empty() {
            self.raw(" aria-hidden=\"true\"");
        } else {
            self.raw(" role=\"img\" aria-label=\"").text(label).raw("\"");
        }
        self.raw("><use href=\"#").raw(name).raw("\"/></svg>")
    }

    /// Adds a status tag: shape, word and colour.
    pub(super) fn tag(&mut self, tone: Tone, word: &str) -> &mut Self {
        let look = Look::of(tone);
        self.raw("<span class=\"tag ").raw(look.class).raw("\">").icon(look.icon, "", "").text(word).raw("</span>")
    }
}

impl Serialize for Html {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        tera::Value::safe_string(&self.0).serialize(serializer)
    }
}

/// How a tone looks: the class of its colours, its shape, and the class that colours the shape alone.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Look {
    /// Class of tags and callouts.
    pub(super) class: &'static str,
    /// Symbol.
    pub(super) icon: &'static str,
    /// Class of a lone symbol.
    pub(super) ink: &'static str,
}

impl Look {
    /// The look of a tone.
    pub(super) const fn of(tone: Tone) -> Self {
        let (class, icon, ink) = match tone {
            Tone::Good => ("ok", "i-ok", "tok"),
            Tone::Watch => ("warn", "i-warn", "twarn"),
            Tone::Bad => ("bad", "i-bad", "tbad"),
            Tone::Told => ("info", "i-wait", "tinfo"),
            Tone::None => ("none", "i-none", "tnone"),
        };
        Self { class, icon, ink }
    }
}

/// Whether one of the signs that turn the direction of text around begins here: what follows would be read the wrong way,
/// also outside of the text. Letters that are written from right to left need none of them.
fn turns(text: &[u8]) -> bool {
    matches!(text, [0xe2, 0x80, 0xaa..=0xae, ..] | [0xe2, 0x81, 0xa6..=0xa9, ..])
}

/// Bytes at which something else may have to stand: nearly no text has one, so that a look at this table is all.
static MARKED: [bool; 256] = {
    let mut marked = [false; 256];
    let mut at = 0;
    while at < 32 {
        marked[at] = true;
        at += 1;
    }
    (marked[b'\n' as usize], marked[b'\t' as usize]) = (false, false);
    let others = [b'&', b'<', b'>', b'"', b'\'', 127, 0xe2];
    at = 0;
    while at < others.len() {
        marked[others[at] as usize] = true;
        at += 1;
    }
    marked
};

/// Appends `text` to `out`, escaped. Control characters, which HTML forbids, and those that turn text around become a
/// replacement sign.
fn escape(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    let (mut from, mut at) = (0, 0);
    while let Some(found) = bytes[at..].iter().position(|byte| MARKED[usize::from(*byte)]) {
        at += found;
        let (with, length) = match bytes[at] {
            b'&' => ("&amp;", 1),
            b'<' => ("&lt;", 1),
            b'>' => ("&gt;", 1),
            b'"' => ("&quot;", 1),
            b'\'' => ("&#39;", 1),
            0xe2 if turns(&bytes[at..]) => ("\u{fffd}", 3),
            0xe2 => {
                at += 1;
                continue;
            }
            _ => ("\u{fffd}", 1),
        };
        out.push_str(&text[from..at]);
        out.push_str(with);
        at += length;
        from = at;
    }
    out.push_str(&text[from..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_can_leave_neither_an_element_nor_an_attribute() {
        let html = Html::of("<a href=\"x\" title='y'>&\u{0}é");
        assert_eq!(html.as_str(), "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;\u{fffd}é");
    }

    #[test]
    fn text_cannot_turn_its_surroundings_around() {
        assert_eq!(Html::of("a\u{202e}b\u{2066}c…–\u{2028}").as_str(), "a\u{fffd}b\u{fffd}c…–\u{2028}");
        assert_eq!(Html::of("שלום").as_str(), "שלום");
    }

    #[test]
    fn every_tone_has_a_shape_of_its_own() {
        let tones = [Tone::Good, Tone::Watch, Tone::Bad, Tone::Told, Tone::None];
        let shapes: std::collections::BTreeSet<_> = tones.iter().map(|tone| Look::of(*tone).icon).collect();
        assert_eq!(shapes.len(), tones.len());
    }
}
