//! Trees and their texts: the same value printed as YAML in many ways, for tests that read it back.

use proptest::prelude::*;
use serde_json::Value as Json;

/// A value with a random number that decides how it is written.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub(crate) value: Value,
    pub(crate) look: u8,
}

#[derive(Debug, Clone)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// A number as a JSON literal.
    Number(String),
    Text(String),
    List(Vec<Tree>),
    /// Keys do not repeat; each has a look of its own.
    Map(Vec<(String, u8, Tree)>),
}

/// How a whole text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dress {
    /// Every value as its own look says.
    Mixed,
    /// No braces and brackets, but around nothing.
    Block,
    /// Braces and brackets.
    Flow,
    /// Block, and all text in double quotes.
    Quoted,
}

pub(crate) const DRESSES: [Dress; 4] = [Dress::Mixed, Dress::Block, Dress::Flow, Dress::Quoted];

impl Tree {
    /// The tree of a JSON value; looks are taken from `looks` in turn.
    pub(crate) fn of_json(json: &Json, looks: &mut impl Iterator<Item = u8>) -> Self {
        let look = looks.next().unwrap_or(0);
        let value = match json {
            Json::Null => Value::Null,
            Json::Bool(truth) => Value::Bool(*truth),
            Json::Number(number) => Value::Number(number.to_string()),
            Json::String(text) => Value::Text(text.clone()),
            Json::Array(items) => Value::List(items.iter().map(|item| Self::of_json(item, looks)).collect()),
            Json::Object(map) => {
                Value::Map(map.iter().map(|(key, value)| (key.clone(), look, Self::of_json(value, looks))).collect())
            }
        };
        Self { value, look }
    }

    /// The same value as JSON.
    pub(crate) fn to_json(&self) -> Json {
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(truth) => Json::Bool(*truth),
            Value::Number(literal) => Json::Number(literal.parse().expect("literals are JSON")),
            Value::Text(text) => Json::String(text.clone()),
            Value::List(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Value::Map(entries) => {
                Json::Object(entries.iter().map(|(key, _, value)| (key.clone(), value.to_json())).collect())
            }
        }
    }

    /// The text of a document that holds this value, which must be a list or a mapping.
    pub(crate) fn print(&self, dress: Dress) -> String {
        let lines = self.lines(dress, false);
        lines.into_iter().map(|line| format!("{line}\n")).collect()
    }

    fn is_flow(&self, dress: Dress) -> bool {
        let empty = match &self.value {
            Value::List(items) => items.is_empty(),
            Value::Map(entries) => entries.is_empty(),
            _ => true,
        };
        empty || dress == Dress::Flow || (dress == Dress::Mixed && self.look.is_multiple_of(3))
    }

    /// The value as lines; behind the first, lines are indented as a child of a key or dash in the first column.
    fn lines(&self, dress: Dress, may_be_block_text: bool) -> Vec<String> {
        match &self.value {
            Value::Text(text) if may_be_block_text && Self::is_block_text(text, dress) => block_text(text, self.look),
            Value::List(items) if !self.is_flow(dress) => {
                items.iter().flat_map(|item| behind("-", item, dress, true)).collect()
            }
            Value::Map(entries) if !self.is_flow(dress) => {
                let entry = |(key, look, value): &(String, u8, Self)| {
                    behind(&format!("{}:", scalar(key, *look, dress)), value, dress, false)
                };
                entries.iter().flat_map(entry).collect()
            }
            _ => vec![self.flow(dress)],
        }
    }

    fn is_block_text(text: &str, dress: Dress) -> bool {
        let lines_alone = text
            .chars()
            .all(|c| c == '\n' || (!c.is_control() && !matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}')));
        matches!(dress, Dress::Mixed | Dress::Block) && text.contains('\n') && !text.trim().is_empty() && lines_alone
    }

    fn flow(&self, dress: Dress) -> String {
        match &self.value {
            Value::Null => if self.look.is_multiple_of(2) { "null" } else { "~" }.to_owned(),
            Value::Bool(truth) => truth.to_string(),
            Value::Number(literal) => literal.clone(),
            Value::Text(text) => scalar(text, self.look, dress),
            Value::List(items) => {
                format!("[{}]", items.iter().map(|item| item.flow(dress)).collect::<Vec<_>>().join(", "))
            }
            Value::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, look, value)| format!("{}: {}", scalar(key, *look, dress), value.flow(dress)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// `head` (a key with its colon, or a dash) with a value behind or below it.
fn behind(head: &str, value: &Tree, dress: Dress, compact: bool) -> Vec<String> {
    let empty = matches!(value.value, Value::Null) && value.look.is_multiple_of(5) && dress == Dress::Mixed;
    if empty {
        return vec![head.to_owned()];
    }
    let mut lines = value.lines(dress, true);
    let nested = matches!(value.value, Value::List(_) | Value::Map(_)) && !value.is_flow(dress);
    if nested && !compact {
        // A list may stand in the same column as its key.
        let indent = if matches!(value.value, Value::List(_)) && value.look.is_multiple_of(2) { "" } else { "  " };
        let below = lines.into_iter().map(|line| if line.is_empty() { line } else { format!("{indent}{line}") });
        return std::iter::once(head.to_owned()).chain(below).collect();
    }
    let rest = lines.split_off(1);
    let rest = rest.into_iter().map(|line| if nested && !line.is_empty() { format!("  {line}") } else { line });
    std::iter::once(format!("{head} {}", lines[0])).chain(rest).collect()
}

/// Text behind `|`, with its lines indented by two.
fn block_text(text: &str, look: u8) -> Vec<String> {
    let body = text.trim_end_matches('\n');
    let chomp = match text.len() - body.len() {
        0 => "-",
        1 => "",
        _ => "+",
    };
    let needs_indent = text.starts_with([' ', '\n']) || look.is_multiple_of(2);
    let mut lines = vec![format!("|{}{chomp}", if needs_indent { "2" } else { "" })];
    let kept = if chomp == "+" { &text[..text.len() - 1] } else { body };
    lines.extend(kept.split('\n').map(|line| if line.is_empty() { String::new() } else { format!("  {line}") }));
    lines
}

/// Whether text can stand without quotes everywhere.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 6] = ["null", "Null", "NULL", "true", "false", "True"];
    let body = text.chars().all(|c| {
        c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '.' | '/' | '-') || (c.is_alphabetic() && !c.is_ascii())
    });
    let ends = text.starts_with(char::is_alphabetic) && !text.ends_with(' ') && !text.contains("  ");
    body && ends && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Text as a plain, single-quoted or double-quoted scalar.
fn scalar(text: &str, look: u8, dress: Dress) -> String {
    if dress != Dress::Quoted && !look.is_multiple_of(4) && is_plain(text) {
        return text.to_owned();
    }
    let printable = |c: char| {
        !c.is_control() && !matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
    };
    if dress != Dress::Quoted && look.is_multiple_of(2) && text.chars().all(printable) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if printable(c) => out.push(c),
            c if u32::from(c) < 0x100 => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if u32::from(c) < 0x1_0000 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    out.push('"');
    out
}

/// Text of all sorts: words, what looks like other types, punctuation, several lines, any character.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    const ODD: [&str; 34] = [
        "",
        " ",
        "no",
        "yes",
        "on",
        "null",
        "~",
        "true",
        "0755",
        "1_000",
        "12:30:45",
        "1e3",
        "0x1F",
        ".inf",
        "2026-11-09",
        "a: b",
        "a #b",
        "# c",
        "- d",
        "[e",
        "{f}",
        "*g",
        "&h",
        "!i",
        "%j",
        "@k",
        "`l",
        "'",
        "\"",
        "\\",
        "a\tb",
        "é ß 漢 😀",
        "a\u{85}b\u{2028}c",
        "\u{202e}abc",
    ];
    prop_oneof![
        4 => "[a-z][a-zA-Z0-9 ./_-]{0,12}[a-z0-9]",
        2 => proptest::sample::select(&ODD[..]).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
        1 => "[ -~]{0,20}",
        1 => "[a-z: ]{1,8}\n[ a-z]{0,8}\n{0,2}[a-z]{1,3}\n{0,3}",
        1 => proptest::collection::vec(any::<char>(), 0..6).prop_map(|all| all.into_iter().collect()),
    ]
}

/// Trees with a list or a mapping at the root, up to five deep.
pub(crate) fn any_tree() -> impl Strategy<Value = Tree> {
    let number = prop_oneof![
        any::<i32>().prop_map(|number| number.to_string()),
        (any::<i16>(), 1u16..1000).prop_map(|(whole, part)| format!("{whole}.{part}")),
        (1u8..9, 0u8..9, 0i8..20).prop_map(|(whole, part, exponent)| format!("{whole}.{part}e{exponent}")),
    ];
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::Bool),
        2 => number.prop_map(Value::Number),
        5 => any_text().prop_map(Value::Text),
    ];
    let leaf = (leaf, any::<u8>()).prop_map(|(value, look)| Tree { value, look });
    let tree = leaf.prop_recursive(4, 40, 6, |inner| collection(inner).boxed());
    collection(tree)
}

fn collection(inner: impl Strategy<Value = Tree> + Clone) -> impl Strategy<Value = Tree> {
    let entry = (any_text(), any::<u8>(), inner.clone());
    let value = prop_oneof![
        proptest::collection::vec(inner, 0..5).prop_map(Value::List),
        proptest::collection::vec(entry, 0..5).prop_map(|mut entries| {
            let mut seen = std::collections::BTreeSet::new();
            entries.retain(|(key, ..)| key != "<<" && seen.insert(key.clone()));
            Value::Map(entries)
        }),
    ];
    (value, any::<u8>()).prop_map(|(value, look)| Tree { value, look })
}
