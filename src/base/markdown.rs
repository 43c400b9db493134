//! Text as Markdown that shows exactly that text.

use super::text::clean;

/// A space of no width, by which what follows is no longer one word with what stands before.
const APART: &str = "&#8203;";

/// `text` as text. What stands in pairs of backticks, as commands in messages do, is set as code.
#[must_use]
pub fn escaped(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let last = parts.len() - 1;
    let mut out = String::with_capacity(text.len() + 16);
    for (at, part) in parts.into_iter().enumerate() {
        // The last part has no backtick behind it, so that an odd one begins nothing.
        match (at % 2 == 1, at == last) {
            (true, false) => out.push_str(&code(part)),
            (true, true) => {
                out.push_str("\\`");
                out.push_str(&plain(part));
            }
            (false, _) => out.push_str(&plain(part)),
        }
    }
    out
}

/// `text` as code, in which GitHub makes no links and no mentions.
#[must_use]
pub fn code(text: &str) -> String {
    let text = clean(text);
    if text.trim().is_empty() {
        return plain(&text);
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A space within is taken off on both sides; it keeps backticks and spaces at the ends.
    let room = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

/// A table whose first row is the head; cells are text.
#[must_use]
pub fn table(rows: &[Vec<String>]) -> String {
    let mut out = String::new();
    for (at, row) in rows.iter().enumerate() {
        for cell in row {
            out.push_str("| ");
            out.push_str(&escaped(cell));
            out.push(' ');
        }
        out.push_str("|\n");
        if at == 0 {
            out.push_str(&"|---".repeat(row.len()));
            out.push_str("|\n");
        }
    }
    out
}

/// `text` without any mark.
fn plain(text: &str) -> String {
    let text = clean(text);
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '$' => out.push_str("&#36;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '^' => {
                out.push('\\');
                out.push(letter);
            }
            _ => out.push(letter),
        }
        // Mentions, numbers of issues, addresses and pictures by name are made after the marks are read.
        let next = rest.peek().copied().unwrap_or(' ');
        let joins = match letter {
            '@' | '#' | ':' => !next.is_whitespace(),
            '-' => before.eq_ignore_ascii_case(&'h') && next.is_ascii_digit(),
            '.' => before.eq_ignore_ascii_case(&'w') && !next.is_whitespace(),
            _ => false,
        };
        if joins {
            out.push_str(APART);
        }
        before = letter;
    }
    out
}

#[cfg(test)]
mod tests;
