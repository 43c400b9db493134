//! The words of schema findings.

use jsonschema::error::{TypeKind, ValidationErrorKind as ErrorKind};
use serde_json::Value as Json;

use super::kind::Kind;
use super::{codes, formats};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::fix::Fix;
use crate::base::span::Span;
use crate::base::suggest::{nearest, only_near};
use crate::yaml::{Node, pointer};

/// A finding without its place.
pub(super) struct Complaint {
    code: &'static Code,
    words: String,
    help: Option<String>,
    /// What to do and the word to put in the place, where that is certain.
    mend: Option<(String, String)>,
    /// Whether it is about something that is not there.
    pub(super) about_missing: bool,
}

impl Complaint {
    fn new(code: &'static Code, words: impl Into<String>) -> Self {
        Self { code, words: words.into(), help: None, mend: None, about_missing: false }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn mend(mut self, title: String, word: &str) -> Self {
        self.mend = Some((title, word.to_owned()));
        self
    }

    /// The finding at its place.
    pub(super) fn finding(self, span: Span) -> Finding {
        let mut finding = self.code.finding(span, self.words);
        finding.help = self.help;
        finding.fix = self.mend.map(|(title, word)| Fix::new(title, span, word));
        finding
    }
}

/// The last key of a pointer as words.
fn field(at: &str) -> String {
    let key = at.rsplit('/').find(|part| !part.is_empty() && part.parse::<usize>().is_err());
    key.map_or_else(|| "the record".to_owned(), |key| format!("`{}`", pointer::unescape(key)))
}

/// The complaint about the key `name` of `holding`, which is none of those `known` there.
pub(super) fn unknown_key(kind: &Kind, at: &str, name: &str, known: &[String], holding: &Node<'_>) -> Complaint {
    let holder = if at.is_empty() { format!("kind '{}'", kind.name) } else { field(at) };
    let mut complaint = Complaint::new(&codes::FIELD_UNKNOWN, format!("{holder} has no field '{name}'"));
    let meant = only_near(name, known.iter().map(String::as_str));
    if let Some(meant) = meant.filter(|meant| holding.entry(meant).is_none()) {
        complaint = complaint.mend(format!("write `{meant}` for `{name}`"), meant);
    }
    match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => complaint.help(format!("did you mean `{near}`?")),
        None if at.is_empty() => complaint
            .help(format!("`gitsm explain {}` lists the fields; a key of your own begins with `x-`", kind.name)),
        None => complaint.help(format!("fields here: {}", known.join(", "))),
    }
}

pub(super) fn wrong_type(at: &str, wanted: &str, node: &Node<'_>) -> Complaint {
    let words = format!("{} must be {wanted}, but this is {}", field(at), node.type_name());
    let complaint = Complaint::new(&codes::VALUE_TYPE, words);
    match node.scalar() {
        None if node.is_null() => complaint.help("fill it in, or remove the key"),
        Some(text) if wanted == "a list" => complaint.help(format!("write it as a list: [{text}]")),
        Some(text) if wanted == "text" => complaint.help(format!("put it in quotes: \"{text}\"")),
        _ => complaint,
    }
}

/// Types as words.
pub(super) fn type_words(kind: &TypeKind) -> String {
    let word = |kind: String| match kind.as_str() {
        "string" => "text".to_owned(),
        "object" => "a mapping".to_owned(),
        "array" => "a list".to_owned(),
        "boolean" => "true or false".to_owned(),
        "integer" => "a whole number".to_owned(),
        "number" => "a number".to_owned(),
        "null" => "nothing".to_owned(),
        _ => kind,
    };
    match kind {
        TypeKind::Single(kind) => word(kind.to_string()),
        TypeKind::Multiple(kinds) => kinds.iter().map(|kind| word(kind.to_string())).collect::<Vec<_>>().join(" or "),
    }
}

/// The schema that a failing keyword stands in, and what it or a schema around it says of the value.
#[derive(Clone, Copy, Default)]
pub(super) struct Origin<'v> {
    pub(super) schema: Option<&'v Json>,
    pub(super) description: Option<&'v str>,
}

/// The complaint for an error at `at`.
pub(super) fn complaint(kind: &Kind, at: &str, error: &ErrorKind, node: &Node<'_>, origin: Origin<'_>) -> Complaint {
    let name = field(at);
    match error {
        ErrorKind::Required { property } => missing(kind, at, property.as_str().unwrap_or_default(), origin.schema),
        ErrorKind::Type { kind } => wrong_type(at, &type_words(kind), node),
        ErrorKind::Enum { options } => unknown_value(&name, node, options),
        ErrorKind::Constant { expected_value } => {
            let words = format!("{name} must be {expected_value}");
            Complaint::new(&codes::VALUE_UNKNOWN, words)
        }
        ErrorKind::Format { format } => {
            let text = node.scalar().unwrap_or_default();
            let words = formats::complaint(format, &text).unwrap_or_else(|| format!("'{text}' is not a {format}"));
            Complaint::new(&codes::VALUE_FORMAT, format!("{name}: {words}"))
        }
        ErrorKind::Pattern { .. } => pattern(&name, node, origin.description),
        ErrorKind::MinLength { .. } if node.is_blank() => range(&name, "must not be empty"),
        ErrorKind::MinLength { limit } => {
            range(&name, &format!("must have at least {}", counted(*limit, "character", "characters")))
        }
        ErrorKind::MaxLength { limit } => {
            range(&name, &format!("must have at most {}", counted(*limit, "character", "characters")))
        }
        ErrorKind::MinItems { limit } => {
            range(&name, &format!("must have at least {}", counted(*limit, "entry", "entries")))
        }
        ErrorKind::MaxItems { limit } => {
            range(&name, &format!("must have at most {}", counted(*limit, "entry", "entries")))
        }
        ErrorKind::MinProperties { limit } => {
            range(&name, &format!("must have at least {}", counted(*limit, "key", "keys")))
        }
        ErrorKind::MaxProperties { limit } => {
            range(&name, &format!("must have at most {}", counted(*limit, "key", "keys")))
        }
        ErrorKind::Minimum { limit } => range(&name, &format!("must be at least {limit}")),
        ErrorKind::Maximum { limit } => range(&name, &format!("must be at most {limit}")),
        ErrorKind::ExclusiveMinimum { limit } => range(&name, &format!("must be above {limit}")),
        ErrorKind::ExclusiveMaximum { limit } => range(&name, &format!("must be below {limit}")),
        ErrorKind::UniqueItems => range(&name, "names the same thing twice").help("remove the repetition"),
        other => {
            let words = format!("{name} breaks the condition '{}' of its schema", other.keyword());
            let complaint = Complaint::new(&codes::SCHEMA_CONDITION, words);
            match origin.description {
                Some(description) => complaint.help(description),
                None => complaint,
            }
        }
    }
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn range(name: &str, words: &str) -> Complaint {
    Complaint::new(&codes::VALUE_RANGE, format!("{name} {words}"))
}

fn missing(kind: &Kind, at: &str, property: &str, schema: Option<&Json>) -> Complaint {
    let own = kind.field(property).filter(|_| at.is_empty()).map(|field| field.description.as_str());
    let nested = schema.and_then(|schema| schema.get("properties")?.get(property)?.get("description")?.as_str());
    let holder = if at.is_empty() { format!("kind '{}'", kind.name) } else { field(at) };
    let mut complaint = Complaint::new(&codes::FIELD_MISSING, format!("{holder} needs the field `{property}`"));
    complaint.about_missing = true;
    match own.or(nested).filter(|description| !description.is_empty()) {
        Some(description) => complaint.help(format!("add `{property}`: {description}")),
        None => complaint.help(format!("add `{property}`")),
    }
}

fn unknown_value(name: &str, node: &Node<'_>, options: &Json) -> Complaint {
    let word = |option: &Json| option.as_str().map_or_else(|| option.to_string(), str::to_owned);
    let options: Vec<String> = options.as_array().into_iter().flatten().map(word).collect();
    let text = node.scalar();
    let shown = text.as_deref().map_or_else(|| node.type_name().to_owned(), |text| format!("'{text}'"));
    let mut complaint = Complaint::new(&codes::VALUE_UNKNOWN, format!("{name} cannot be {shown}"));
    let only = node.as_str().and_then(|text| Some((text, only_near(text, options.iter().map(String::as_str))?)));
    if let Some((text, only)) = only {
        complaint = complaint.mend(format!("write `{only}` for `{text}`"), only);
    }
    let near = node.as_str().and_then(|text| nearest(&text.to_lowercase(), options.iter().map(String::as_str)));
    match near {
        Some(near) => complaint.help(format!("did you mean `{near}`? It may be {}", options.join(", "))),
        None => complaint.help(format!("it may be {}", options.join(", "))),
    }
}

fn pattern(name: &str, node: &Node<'_>, description: Option<&str>) -> Complaint {
    let text = node.scalar().unwrap_or_default();
    if text.trim().is_empty() {
        return range(name, "must not be empty");
    }
    let words = format!("{name}: '{text}' is not written as it must be");
    let complaint = Complaint::new(&codes::VALUE_FORMAT, words);
    match description {
        Some(description) => complaint.help(description),
        None => complaint,
    }
}
