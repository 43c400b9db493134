//! Messages: text in which `{CEL}` inserts a value.

use super::eval::{Problem, Run};
use super::expr::Expr;
use super::known::Scope;
use super::lower::{Mistake, compile};
use super::place::Placed;

/// Most insertions of a message.
const MAX_INSERTIONS: usize = 20;

/// A message whose insertions are ready to be run.
#[derive(Debug)]
pub(super) struct Message {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Value(Formula),
}

/// An expression with its text.
#[derive(Debug)]
pub(super) struct Formula {
    pub(super) expr: Expr,
    pub(super) placed: Placed,
}

impl Formula {
    /// Reads an expression; mistakes come with the text that they stand in.
    pub(super) fn new(placed: Placed, scope: &Scope<'_>) -> Result<Self, (Placed, Vec<Mistake>)> {
        match compile(&placed.text, scope) {
            Ok((expr, _)) => Ok(Self { expr, placed }),
            Err(mistakes) => Err((placed, mistakes)),
        }
    }
}

impl Message {
    /// Reads a message.
    pub(super) fn new(placed: &Placed, scope: &Scope<'_>) -> Result<Self, (Placed, Vec<Mistake>)> {
        let mut parts: Vec<Part> = Vec::new();
        let pieces = split(&placed.text).map_err(|mistake| (placed.clone(), vec![mistake]))?;
        for piece in pieces {
            parts.push(match piece {
                Piece::Text(text) => Part::Text(text),
                Piece::Value(start, end) => Part::Value(Formula::new(placed.part(start, end), scope)?),
            });
        }
        Ok(Self { parts })
    }

    /// The expressions that it inserts.
    pub(super) fn formulas(&self) -> impl Iterator<Item = &Formula> {
        self.parts.iter().filter_map(|part| if let Part::Value(formula) = part { Some(formula) } else { None })
    }

    /// The message for one record; with the first insertion that failed, which is left out.
    pub(super) fn text<'v>(&'v self, run: &mut Run<'v>) -> (String, Option<(&'v Formula, Problem)>) {
        let mut text = String::new();
        let mut failed = None;
        for part in &self.parts {
            match part {
                Part::Text(words) => text.push_str(words),
                Part::Value(formula) => match run.eval(&formula.expr) {
                    Ok(value) => text.push_str(&value.shown(run.world)),
                    Err(problem) => {
                        text.push('…');
                        failed = failed.or(Some((formula, problem)));
                    }
                },
            }
        }
        (text, failed)
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// From byte to byte.
    Value(usize, usize),
}

/// Takes a message apart; `{{` and `}}` stand for braces.
fn split(text: &str) -> Result<Vec<Piece>, Mistake> {
    let wrong = |start: usize, end: usize, words: &str| Mistake {
        start: crate::base::span::offset(start),
        end: crate::base::span::offset(end),
        words: words.to_owned(),
        help: Some("`{` and `}` around an expression insert its value; `{{` and `}}` stand for braces".to_owned()),
        limit: false,
    };
    let mut pieces = Vec::new();
    let mut words = String::new();
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        let rest = &text[at..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            words.push(character);
            at += 2;
        } else if character == '{' {
            let length = inserted(&rest[1..]).ok_or_else(|| wrong(at, text.len(), "the insertion has no end"))?;
            if rest[1..=length].trim().is_empty() {
                return Err(wrong(at, at + length + 2, "there is nothing to insert"));
            }
            if !words.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut words)));
            }
            pieces.push(Piece::Value(at + 1, at + 1 + length));
            at += length + 2;
        } else if character == '}' {
            return Err(wrong(at, at + 1, "a brace closes what was not opened"));
        } else {
            words.push(character);
            at += character.len_utf8();
        }
    }
    if !words.is_empty() {
        pieces.push(Piece::Text(words));
    }
    if pieces.iter().filter(|piece| matches!(piece, Piece::Value(..))).count() > MAX_INSERTIONS {
        return Err(wrong(0, text.len(), "the message has too many insertions"));
    }
    Ok(pieces)
}

/// The length of the expression that `rest` begins with, up to the brace that ends it.
fn inserted(rest: &str) -> Option<usize> {
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    for (at, character) in rest.char_indices() {
        match (quote, character) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if open == character => quote = None,
            (None, '\'' | '"') => quote = Some(character),
            (None, '{') => depth += 1,
            (None, '}') if depth == 0 => return Some(at),
            (None, '}') => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<String> {
        let pieces = split(text).unwrap_or_else(|mistake| panic!("{text}: {mistake:?}"));
        pieces
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(words) => words,
                Piece::Value(start, end) => format!("<{}>", &text[start..end]),
            })
            .collect()
    }

    #[test]
    fn text_and_insertions_are_told_apart() {
        assert_eq!(pieces("service {id} has {size(record.x)}"), ["service ", "<id>", " has ", "<size(record.x)>"]);
        assert_eq!(pieces("{{not}} {a == '}' ? {'b': 1}.b : 2}é"), ["{not} ", "<a == '}' ? {'b': 1}.b : 2>", "é"]);
        assert_eq!(pieces("{a == '\\'}'}"), ["<a == '\\'}'>"]);
        assert!(pieces("").is_empty());
    }

    #[test]
    fn braces_without_a_partner_are_told_where_they_stand() {
        let wrong = |text: &str| split(text).map(|_| ()).map_err(|mistake| (mistake.start, mistake.end, mistake.words));
        assert_eq!(wrong("é {id"), Err((3, 6, "the insertion has no end".to_owned())));
        assert_eq!(wrong("a } b"), Err((2, 3, "a brace closes what was not opened".to_owned())));
        assert_eq!(wrong("a { } b"), Err((2, 5, "there is nothing to insert".to_owned())));
        assert!(wrong(&"{id}".repeat(21)).unwrap_err().2.contains("too many"));
    }
}
