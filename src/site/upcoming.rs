//! What comes next: days that records name and that lie close ahead.

use jiff::civil::Date;

use super::pages::Site;
use super::text;
use crate::base::date::{When, after};
use crate::base::duration::Duration;
use crate::model::{Ix, Record};
use crate::schema::Shape;
use crate::yaml::{Node, Value};

/// How far ahead is close.
const DAYS: u32 = 60;

/// A day that a record names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Upcoming {
    /// The day.
    pub(super) day: Date,
    /// The record.
    pub(super) ix: Ix,
    /// What happens then, in a word or two.
    pub(super) what: String,
}

/// The next day that each record names within sixty days, soonest first.
pub(super) fn find(site: &Site<'_>) -> Vec<Upcoming> {
    let today = site.sms.snapshot.as_of.day();
    let last = after(today, Duration::from_days(DAYS));
    let mut found = Vec::new();
    for (ix, record) in site.sms.records() {
        if record.is_at_rest() || site.book.address(ix).is_none() {
            continue;
        }
        let mut soonest: Option<Upcoming> = None;
        for entry in record.root.entries() {
            if let Some((day, what)) = field(record, &entry.key, &entry.value, today)
                && day <= last
            {
                let next = Upcoming { day, ix, what };
                soonest = Some(soonest.map_or_else(|| next.clone(), |soonest| soonest.min(next.clone())));
            }
        }
        found.extend(soonest);
    }
    found.sort();
    found
}

/// The first day after today that a field names.
fn field(record: &Record<'_>, name: &str, node: &Node<'_>, today: Date) -> Option<(Date, String)> {
    if name == "review" {
        return review(node).filter(|day| *day > today).map(|day| (day, "Review due".to_owned()));
    }
    let ahead = |node: &Node<'_>| time(node).filter(|day| *day > today);
    // Few fields are a day ahead, so only then it is asked what the schema says of the field.
    let shape = || record.kind.times.keys.get(name);
    let is_past = |shape: Option<&Shape>| shape.is_some_and(|shape| shape.past);
    match &node.value {
        Value::Str(_) => ahead(node).filter(|_| !is_past(shape())).map(|day| (day, text::heading(name))),
        Value::Map(entries) => {
            let below = |key: &str| shape().and_then(|shape| shape.keys.get(key));
            let days = entries.iter().filter_map(|entry| {
                let day = ahead(&entry.value).filter(|_| !is_past(below(&entry.key)))?;
                Some((day, &entry.key))
            });
            let (day, key) = days.min()?;
            Some((day, format!("{} {}", text::heading(name), key.replace('_', " "))))
        }
        _ => None,
    }
    .filter(|_| record.kind.field(name).is_some())
}

fn time(node: &Node<'_>) -> Option<Date> {
    text::when(node.as_str()?).map(When::day)
}

/// When a record is to be looked at again.
fn review(node: &Node<'_>) -> Option<Date> {
    let last = time(node.get("last")?)?;
    let interval: Duration = Duration::parse(node.get("interval")?.as_str()?).ok()?;
    Some(after(last, interval))
}
