//! Scalars: plain and in quotes on one line, literal and folded.

use std::borrow::Cow;

use granit_parser::ScalarStyle;
use memchr::{memchr, memchr2, memchr3};

use super::Reader;
use crate::yaml::node::Node;

impl<'s> Reader<'s> {
    /// Takes a scalar outside of brackets; where it is a key its colon comes next.
    pub(super) fn scalar(&mut self) -> Option<Node<'s>> {
        match self.byte(0) {
            b'"' | b'\'' => self.quoted(),
            _ => self.plain(Self::plain_end),
        }
    }

    /// Takes a scalar between brackets or braces.
    pub(super) fn flow_scalar(&mut self) -> Option<Node<'s>> {
        match self.byte(0) {
            b'"' | b'\'' => self.quoted(),
            b'-' if is_flow(self.byte(1)) => None,
            _ => self.plain(Self::flow_plain_end),
        }
    }

    fn plain(&mut self, end: impl Fn(&Self) -> Option<usize>) -> Option<Node<'s>> {
        let begins = match self.byte(0) {
            b'-' => !matches!(self.byte(1), b' ' | b'\n'),
            sign => !b"?:,[]{}#&*!|>%@`\n\0".contains(&sign),
        };
        if !begins {
            return None;
        }
        let start = self.at;
        let text = self.text.get(start..end(self)?)?.trim_end_matches(' ');
        self.at += text.len();
        Some(self.node(text, ScalarStyle::Plain, start))
    }

    /// Where the plain scalar that is at hand is over: at a colon, a comment or the end of the line.
    fn plain_end(&self) -> Option<usize> {
        let mut at = self.at;
        loop {
            at += memchr3(b':', b'#', b'\n', self.bytes.get(at..)?)?;
            let over = match self.bytes.get(at)? {
                b':' => matches!(self.bytes.get(at + 1)?, b' ' | b'\n'),
                b'#' => at > self.at && self.bytes.get(at - 1) == Some(&b' '),
                _ => true,
            };
            if over {
                return Some(at);
            }
            at += 1;
        }
    }

    /// The same between brackets.
    fn flow_plain_end(&self) -> Option<usize> {
        let rest = self.bytes.get(self.at..)?;
        let mut before = 0;
        for (ahead, byte) in rest.iter().enumerate() {
            let over = match byte {
                b',' | b'[' | b']' | b'{' | b'}' | b'\n' => true,
                b':' => rest.get(ahead + 1).is_none_or(|next| matches!(next, b' ' | b'\n') || is_flow(*next)),
                b'#' => before == b' ',
                _ => false,
            };
            if over {
                return Some(self.at + ahead);
            }
            before = *byte;
        }
        None
    }

    fn quoted(&mut self) -> Option<Node<'s>> {
        let start = self.at;
        let single = self.byte(0) == b'\'';
        let text = if single { self.in_single_quotes()? } else { self.in_double_quotes()? };
        let style = if single { ScalarStyle::SingleQuoted } else { ScalarStyle::DoubleQuoted };
        Some(self.node(text, style, start))
    }

    fn in_single_quotes(&mut self) -> Option<Cow<'s, str>> {
        let from = self.at + 1;
        let mut at = from;
        let mut doubled = false;
        loop {
            at += memchr2(b'\'', b'\n', self.bytes.get(at..)?)?;
            if self.bytes.get(at) == Some(&b'\n') {
                return None;
            }
            if self.bytes.get(at + 1) != Some(&b'\'') {
                break;
            }
            doubled = true;
            at += 2;
        }
        self.at = at + 1;
        let text = self.text.get(from..at)?;
        Some(if doubled { Cow::Owned(text.replace("''", "'")) } else { Cow::Borrowed(text) })
    }

    fn in_double_quotes(&mut self) -> Option<Cow<'s, str>> {
        let from = self.at + 1;
        let end = from + memchr3(b'"', b'\\', b'\n', self.bytes.get(from..)?)?;
        if self.bytes.get(end) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        Some(Cow::Borrowed(self.text.get(from..end)?))
    }

    /// Takes the literal or folded text whose sign is at hand, with its lines.
    pub(super) fn block_scalar(&mut self) -> Option<()> {
        let literal = self.byte(0) == b'|';
        let strip = self.byte(1) == b'-';
        self.at += if strip { 2 } else { 1 };
        self.spaces();
        if self.byte(0) != b'\n' {
            return None;
        }
        self.at += 1;
        let below = self.blocks.last()?.column;
        let (indent, breaks) = self.first_line(below)?;
        let start = self.at;
        let mut lines = Lines { text: String::new(), literal, breaks, inner: false, more_indented: false };
        let mut end = start;
        loop {
            let length = memchr(b'\n', self.bytes.get(self.at..)?)?;
            let line = self.text.get(self.at..self.at + length)?;
            lines.push(line);
            end = end.max(self.at + length);
            self.at += length + 1;
            if !self.goes_on(indent, &mut lines.breaks) {
                break;
            }
        }
        let Lines { mut text, .. } = lines;
        if !strip {
            text.push('\n');
        }
        let end = self.text.get(start..end)?.trim_end().len() + start;
        let going_on = std::mem::replace(&mut self.at, end);
        let style = if literal { ScalarStyle::Literal } else { ScalarStyle::Folded };
        let node = self.node(text, style, start);
        self.at = going_on;
        self.add(node)
    }

    /// Goes to the first line with text, and gives its indentation and how many blank lines stand before it.
    fn first_line(&mut self, below: usize) -> Option<(usize, usize)> {
        let (mut breaks, mut widest) = (0, 0);
        loop {
            let indent = self.spaces();
            if self.byte(0) != b'\n' {
                let usual = indent > below && indent >= widest && self.byte(0) != 0;
                return usual.then_some((indent, breaks));
            }
            widest = widest.max(indent);
            breaks += 1;
            self.at += 1;
        }
    }

    /// Goes to the next line of the text, past blank ones; where there is none, to the start of a line behind it.
    fn goes_on(&mut self, indent: usize, breaks: &mut usize) -> bool {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let spaces = rest.iter().take(indent).position(|byte| *byte != b' ').unwrap_or(rest.len().min(indent));
            match rest.get(spaces) {
                Some(b'\n') => {
                    *breaks += 1;
                    self.at += spaces + 1;
                }
                Some(_) if spaces == indent => {
                    self.at += spaces;
                    return true;
                }
                _ => return false,
            }
        }
    }
}

/// The lines of a literal or folded text, as far as they are put together.
struct Lines {
    text: String,
    literal: bool,
    /// Blank lines since the last line, or since the beginning.
    breaks: usize,
    /// Whether there was a line.
    inner: bool,
    /// Whether the last line begins with a space, so that its break stays.
    more_indented: bool,
}

impl Lines {
    fn push(&mut self, line: &str) {
        let more_indented = line.starts_with(' ');
        let folds = !self.literal && self.inner && !self.more_indented && !more_indented;
        if folds && self.breaks == 0 {
            self.text.push(' ');
        }
        if !folds && self.inner {
            self.text.push('\n');
        }
        self.text.extend(std::iter::repeat_n('\n', std::mem::take(&mut self.breaks)));
        self.text.push_str(line);
        self.inner = true;
        self.more_indented = more_indented;
    }
}

fn is_flow(byte: u8) -> bool {
    matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
}
