//! Values as expressions see them: those of records in place, numbers exact, times and lengths of time read when needed.

use std::cmp::Ordering;
use std::ops::Deref;
use std::rc::Rc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::world::World;
use crate::base::date::When;
use crate::base::duration::Duration;
use crate::base::exact::Exact;
use crate::yaml::Node;
use crate::yaml::node::Value as Yaml;

/// A text that is cheap to copy.
#[derive(Clone)]
pub(super) enum Words<'v> {
    /// Of a record or of the rule.
    Here(&'v str),
    /// Made by an expression.
    Made(Rc<str>),
}

impl Deref for Words<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Here(text) => text,
            Self::Made(text) => text,
        }
    }
}

/// A value. Nothing of a record is copied before an operation needs it.
#[derive(Clone)]
pub(super) enum Value<'v> {
    Null,
    Bool(bool),
    Number(Exact),
    Text(Words<'v>),
    /// A day or an instant.
    Time(When),
    /// A length of time in seconds, backwards when negative.
    Length(i64),
    /// A list or a mapping of a record.
    Node(&'v Node<'v>),
    /// A record, by its number.
    Record(u32),
    List(Rc<Vec<Value<'v>>>),
    Map(Rc<Vec<(String, Value<'v>)>>),
}

const DAY: i64 = 86_400;
/// Longest text of a value in a message, in characters.
const MAX_SHOWN: usize = 200;

impl<'v> Value<'v> {
    /// The value of a node of a record.
    pub(super) fn of(node: &'v Node<'v>) -> Self {
        match &node.value {
            Yaml::Null => Self::Null,
            Yaml::Bool(truth) => Self::Bool(*truth),
            Yaml::Number(number) => {
                let exact = Exact::parse_literal(&number.literal);
                exact.map_or(Self::Text(Words::Here(&number.literal)), Self::Number)
            }
            Yaml::Str(text) => Self::Text(Words::Here(text)),
            Yaml::Seq(_) | Yaml::Map(_) => Self::Node(node),
        }
    }

    pub(super) fn list(items: Vec<Value<'v>>) -> Self {
        Self::List(Rc::new(items))
    }

    /// What it is, for messages.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::Time(When::Day(_)) => "a day",
            Self::Time(When::Instant(_)) => "an instant",
            Self::Length(_) => "a length of time",
            Self::Node(node) => node.type_name(),
            Self::Record(_) => "a record",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }

    /// The mapping of a record or of a part of one.
    fn mapping(&self, world: &'v dyn World) -> Option<&'v Node<'v>> {
        match self {
            Self::Record(number) => Some(world.subject(*number).root),
            Self::Node(node) if matches!(node.value, Yaml::Map(_)) => Some(node),
            _ => None,
        }
    }

    /// What stands under `key`, nothing where it is absent; an error when it has no keys.
    pub(super) fn select(&self, key: &str, world: &'v dyn World) -> Result<Self, String> {
        if let Some(mapping) = self.mapping(world) {
            return Ok(mapping.get(key).map_or(Self::Null, Self::of));
        }
        match self {
            Self::Map(entries) => {
                let found = entries.iter().find(|(known, _)| known == key);
                Ok(found.map_or(Self::Null, |(_, value)| value.clone()))
            }
            Self::Null => Ok(Self::Null),
            other => Err(format!("{} has no field '{key}'", other.type_name())),
        }
    }

    /// The items of a list, or the keys of a mapping; none of what is neither.
    pub(super) fn items(&self, world: &'v dyn World) -> Option<Vec<Self>> {
        if let Some(mapping) = self.mapping(world) {
            return Some(mapping.entries().iter().map(|entry| Self::Text(Words::Here(&entry.key))).collect());
        }
        match self {
            Self::Node(node) => Some(node.items().iter().map(Self::of).collect()),
            Self::List(items) => Some(items.to_vec()),
            Self::Map(entries) => {
                Some(entries.iter().map(|(key, _)| Self::Text(Words::Made(key.as_str().into()))).collect())
            }
            _ => None,
        }
    }

    /// How many items, keys or characters it has; none of what has none.
    pub(super) fn size(&self, world: &'v dyn World) -> Option<usize> {
        match self {
            Self::Text(text) => Some(text.chars().count()),
            Self::List(items) => Some(items.len()),
            Self::Map(entries) => Some(entries.len()),
            Self::Node(node) => Some(node.items().len() + node.entries().len()),
            Self::Record(number) => Some(world.subject(*number).root.entries().len()),
            _ => None,
        }
    }

    /// Steps that it takes to go over it once, without what lies deeper.
    pub(super) fn weight(&self, world: &'v dyn World) -> u64 {
        match self {
            Self::Text(text) => 1 + text.len() as u64 / 16,
            Self::Number(number) => 1 + number.bits() / 64,
            other => 1 + other.size(world).unwrap_or(0) as u64,
        }
    }

    /// As text for people; long values are cut.
    pub(super) fn shown(&self, world: &'v dyn World) -> String {
        let text = match self {
            Self::Null => "nothing".to_owned(),
            Self::Bool(truth) => truth.to_string(),
            Self::Number(number) => number.text(10),
            Self::Text(text) => text.chars().take(MAX_SHOWN + 1).collect(),
            Self::Time(When::Day(day)) => day.to_string(),
            Self::Time(When::Instant(at)) => at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            Self::Length(seconds) => {
                let length = Duration::from_seconds(seconds.unsigned_abs());
                format!("{}{length}", if *seconds < 0 { "-" } else { "" })
            }
            Self::Record(number) => world.subject(*number).id.to_owned(),
            Self::Node(_) | Self::List(_) => match self.items(world) {
                Some(items) if !matches!(self, Self::Node(node) if !node.entries().is_empty()) => {
                    let items = items.iter().take(MAX_SHOWN / 2);
                    items.map(|item| item.brief(world)).collect::<Vec<_>>().join(", ")
                }
                _ => "a mapping".to_owned(),
            },
            Self::Map(_) => "a mapping".to_owned(),
        };
        if text.chars().count() <= MAX_SHOWN {
            return text;
        }
        text.chars().take(MAX_SHOWN).chain(['…']).collect()
    }

    /// As an item of a list that is shown: what is a list itself is not written out.
    fn brief(&self, world: &'v dyn World) -> String {
        match self {
            Self::Node(_) | Self::List(_) => self.type_name().to_owned(),
            other => other.shown(world),
        }
    }

    /// As a time, when it is one or a text that says one.
    pub(super) fn time(&self) -> Option<When> {
        match self {
            Self::Time(when) => Some(*when),
            Self::Text(text) => When::parse(text).ok(),
            _ => None,
        }
    }

    /// As a length of time in seconds, when it is one or a text that says one.
    pub(super) fn length(&self) -> Option<i64> {
        match self {
            Self::Length(seconds) => Some(*seconds),
            Self::Text(text) => i64::try_from(Duration::parse(text).ok()?.seconds()).ok(),
            _ => None,
        }
    }
}

/// The instant of a time; of a day, its beginning in UTC.
fn instant(when: When) -> Option<Timestamp> {
    match when {
        When::Instant(at) => Some(at),
        When::Day(day) => TimeZone::UTC.to_timestamp(day.into()).ok(),
    }
}

/// A day and an instant are compared by the instant's day in UTC.
fn order_times(a: When, b: When) -> Ordering {
    match (a, b) {
        (When::Instant(a), When::Instant(b)) => a.cmp(&b),
        _ => a.day().cmp(&b.day()),
    }
}

/// `when` and `seconds` later; a day stays a day when the seconds are whole days.
pub(super) fn later(when: When, seconds: i64) -> Option<When> {
    let at = instant(when)?.checked_add(SignedDuration::from_secs(seconds)).ok()?;
    match when {
        When::Day(_) if seconds % DAY == 0 => Some(When::Day(When::Instant(at).day())),
        _ => Some(When::Instant(at)),
    }
}

/// Seconds from `b` to `a`.
pub(super) fn between(a: When, b: When) -> Option<i64> {
    Some(instant(a)?.duration_since(instant(b)?).as_secs())
}

/// The order of two values; an error when they have none.
pub(super) fn order(a: &Value<'_>, b: &Value<'_>) -> Result<Ordering, String> {
    let none = || Err(format!("{} cannot be compared with {}", a.type_name(), b.type_name()));
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Ok(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Ok((**a).cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Ok(a.cmp(b)),
        (Value::Time(_), _) | (_, Value::Time(_)) => match (a.time(), b.time()) {
            (Some(a), Some(b)) => Ok(order_times(a, b)),
            _ => none(),
        },
        (Value::Length(_), _) | (_, Value::Length(_)) => match (a.length(), b.length()) {
            (Some(a), Some(b)) => Ok(a.cmp(&b)),
            _ => none(),
        },
        _ => none(),
    }
}

/// Whether two values are the same; `work` counts what was looked at, and nothing is the same once it is used up.
pub(super) fn same<'v>(a: &Value<'v>, b: &Value<'v>, world: &'v dyn World, work: &mut u64) -> bool {
    let cost = a.weight(world).min(b.weight(world));
    *work = work.saturating_sub(cost);
    if *work == 0 {
        return false;
    }
    if let (Value::Record(a), Value::Record(b)) = (a, b) {
        return a == b;
    }
    if let (Value::Null, Value::Null) = (a, b) {
        return true;
    }
    let (keyed_a, keyed_b) = (is_keyed(a), is_keyed(b));
    if keyed_a != keyed_b {
        return false;
    }
    match (a.items(world), b.items(world)) {
        (Some(keys), Some(other)) if keyed_a => {
            keys.len() == other.len()
                && keys.iter().all(|key| {
                    let Value::Text(key) = key else { return false };
                    *work = work.saturating_sub(keys.len() as u64);
                    let known = other.iter().any(|other| matches!(other, Value::Text(other) if **other == **key));
                    match (a.select(key, world), b.select(key, world)) {
                        (Ok(a), Ok(b)) => known && same(&a, &b, world, work),
                        _ => false,
                    }
                })
        }
        (Some(items), Some(other)) => {
            items.len() == other.len() && items.iter().zip(&other).all(|(a, b)| same(a, b, world, work))
        }
        (None, None) => order(a, b) == Ok(Ordering::Equal),
        _ => false,
    }
}

fn is_keyed(value: &Value<'_>) -> bool {
    match value {
        Value::Record(_) | Value::Map(_) => true,
        Value::Node(node) => matches!(node.value, Yaml::Map(_)),
        _ => false,
    }
}
