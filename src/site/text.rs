//! Words, numbers and dates as people read them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::base::date::When;
use crate::base::period::{Length, Period};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Bytes of the longest instant, as tables are full of them.
const LONGEST: usize = "20 Nov -2026, 16:05 UTC".len();

/// A day as `20 Nov 2026`.
pub(super) fn day(day: Date) -> String {
    let mut out = String::with_capacity(LONGEST);
    add_day(day, &mut out);
    out
}

fn add_day(day: Date, out: &mut String) {
    out.push_str(itoa::Buffer::new().format(day.day()));
    out.push(' ');
    add_month(day, out);
}

fn add_month(day: Date, out: &mut String) {
    out.push_str(usize::try_from(day.month()).ok().and_then(|at| MONTHS.get(at - 1)).unwrap_or(&""));
    out.push(' ');
    out.push_str(itoa::Buffer::new().format(day.year()));
}

/// An instant as `20 Nov 2026, 16:05 UTC`.
pub(super) fn instant(at: Timestamp) -> String {
    let at = TimeZone::UTC.to_datetime(at);
    let mut out = String::with_capacity(LONGEST);
    add_day(at.date(), &mut out);
    for (before, number) in [(", ", at.hour()), (":", at.minute())] {
        out.push_str(before);
        out.push_str(if number < 10 { "0" } else { "" });
        out.push_str(itoa::Buffer::new().format(number));
    }
    out.push_str(" UTC");
    out
}

/// A period as people say it: `Oct 2026`, `Q3 2026`, `2026`, `week 7 of 2026`.
pub(super) fn period(period: Period) -> String {
    let (year, month) = (period.first.year(), period.first.month());
    match period.length {
        Length::Week => {
            let week = period.first.iso_week_date();
            format!("week {} of {}", week.week(), week.year())
        }
        Length::Month => {
            let mut out = String::with_capacity(LONGEST);
            add_month(period.first, &mut out);
            out
        }
        Length::Quarter => format!("Q{} {year}", (month + 2) / 3),
        Length::HalfYear => format!("H{} {year}", (month + 5) / 6),
        Length::Year => year.to_string(),
    }
}

/// A day or an instant, when `text` is written as one.
pub(super) fn when(text: &str) -> Option<When> {
    let dated = (10..=40).contains(&text.len()) && text.as_bytes().get(4) == Some(&b'-');
    if dated { When::parse(text).ok() } else { None }
}

/// A day or an instant for people.
pub(super) fn when_words(when: When) -> String {
    match when {
        When::Day(date) => day(date),
        When::Instant(at) => instant(at),
    }
}

/// A stretch of time: `5 Dec 2026, 22:00 to 23:30 UTC`, with the second day where it is another one.
pub(super) fn stretch(start: When, end: When) -> String {
    let (from, to) = (when_words(start), when_words(end));
    let from = if matches!((start, end), (When::Instant(_), When::Instant(_))) {
        from.trim_end_matches(" UTC").to_owned()
    } else {
        from
    };
    let same_day = matches!(end, When::Instant(_)) && start.day() == end.day();
    let to = if same_day { to.split_once(", ").map_or(to.as_str(), |(_, time)| time) } else { &to };
    format!("{from} to {to}")
}

/// A word of records for people: `in_transition` is `in transition`. Anything else stays as it is.
pub(super) fn word(text: &str) -> std::borrow::Cow<'_, str> {
    let is_word = text.contains('_') && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if is_word { text.replace('_', " ").into() } else { text.into() }
}

/// A field's name as a heading: `service_hours` is `Service hours`.
pub(super) fn heading(name: &str) -> String {
    const CAPITALS: [&str; 9] = ["Id", "Sla", "Slas", "Ola", "Rto", "Rpo", "Mtpd", "Sms", "Ci"];
    let gap = ['_', '-'];
    let mut spaced = String::with_capacity(name.len() + 4);
    let mut signs = name.chars();
    let first = signs.next().map(|sign| if gap.contains(&sign) { ' ' } else { sign });
    spaced.extend(first.into_iter().flat_map(char::to_uppercase));
    for (at, part) in signs.as_str().split(gap).enumerate() {
        spaced.push_str(if at > 0 { " " } else { "" });
        spaced.push_str(part);
    }
    let (first, rest) = spaced.split_once(' ').unwrap_or((&spaced, ""));
    if !CAPITALS.contains(&first) {
        return spaced;
    }
    let first = if first == "Slas" { "SLAs".to_owned() } else { first.to_uppercase() };
    if rest.is_empty() { first } else { format!("{first} {rest}") }
}

/// The same text with a capital at its beginning.
pub(super) fn capitalise(text: &str) -> String {
    let mut characters = text.chars();
    let mut out = String::with_capacity(text.len() + 4);
    out.extend(characters.next().into_iter().flat_map(char::to_uppercase));
    out.push_str(characters.as_str());
    out
}

/// The name of a kind within a sentence: `Change policy` is `change policy`, `SLA` stays.
pub(super) fn noun(singular: &str) -> String {
    let mut characters = singular.chars();
    match (characters.next(), characters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain([second]).chain(characters).collect()
        }
        _ => singular.to_owned(),
    }
}

/// A count with its thousands set apart: `13,100`.
pub(super) fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count with its noun: `no error`, `1 error`, `12 errors`.
pub(super) fn counted(number: usize, one: &str, many: &str) -> String {
    match number {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        _ => format!("{} {many}", count(number)),
    }
}

/// At most `most` characters of `text`, with a sign where something was left out.
pub(super) fn clip(text: &str, most: usize) -> std::borrow::Cow<'_, str> {
    // No text has more characters than bytes.
    if text.len() <= most || text.char_indices().nth(most).is_none() {
        return text.into();
    }
    let end = text.char_indices().nth(most.saturating_sub(1)).map_or(0, |(at, _)| at);
    format!("{}…", text[..end].trim_end()).into()
}

/// The first `most` bytes of `text`, cut before a character, and whether something was left out.
pub(super) fn head(text: &str, most: usize) -> (&str, bool) {
    if text.len() <= most {
        return (text, false);
    }
    let mut end = most;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    (&text[..end], true)
}

/// The first sentence of `text`, at most about 240 characters.
pub(super) fn first_sentence(text: &str) -> String {
    let text = text.trim();
    let mut end = text.len();
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        let closes = matches!(before, '.' | '!' | '?') && character.is_whitespace();
        let follows = text[at..].trim_start().chars().next();
        // `e.g. this` and `Co. and` go on; a sentence begins with a capital, a digit or a sign.
        if closes && follows.is_some_and(|next| !next.is_lowercase()) {
            end = at;
            break;
        }
        before = character;
    }
    clip(text[..end].trim_end(), 240).into_owned()
}

/// Lists words as people do: `a`, `a and b`, `a, b and c`.
pub(super) fn join(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_well_for_none_one_and_many() {
        let said: Vec<_> = [0, 1, 2, 1234].map(|n| counted(n, "error", "errors")).to_vec();
        assert_eq!(said, ["no errors", "1 error", "2 errors", "1,234 errors"]);
        assert_eq!(count(1_000_000), "1,000,000");
    }

    #[test]
    fn periods_are_said_as_people_say_them() {
        let said =
            ["2026-10", "2026-Q3", "2026-H2", "2026", "2026-W07"].map(|text| period(Period::parse(text).unwrap()));
        assert_eq!(said, ["Oct 2026", "Q3 2026", "H2 2026", "2026", "week 7 of 2026"]);
    }

    #[test]
    fn dates_are_told_apart_from_other_text() {
        let shown = |text| when(text).map(when_words);
        assert_eq!(shown("2026-11-09").as_deref(), Some("9 Nov 2026"));
        assert_eq!(shown("2026-11-09T12:30:00+01:00").as_deref(), Some("9 Nov 2026, 11:30 UTC"));
        assert_eq!(shown("0099-01-10T09:05:00Z").as_deref(), Some("10 Jan 99, 09:05 UTC"));
        for other in ["", "2026", "chg-2026-11-09", "ci-1", "99.95", "é"] {
            assert_eq!(shown(other), None, "{other}");
        }
    }

    #[test]
    fn a_stretch_names_each_day_and_the_zone_once() {
        let shown = |start, end| stretch(when(start).unwrap(), when(end).unwrap());
        let start = "2026-12-05T22:00:00Z";
        assert_eq!(shown(start, "2026-12-05T23:30:00Z"), "5 Dec 2026, 22:00 to 23:30 UTC");
        assert_eq!(shown(start, "2026-12-06T02:00:00Z"), "5 Dec 2026, 22:00 to 6 Dec 2026, 02:00 UTC");
        assert_eq!(shown("2026-12-05", "2026-12-06"), "5 Dec 2026 to 6 Dec 2026");
    }

    #[test]
    fn headings_and_words_have_no_underscores() {
        assert_eq!(heading("service_hours"), "Service hours");
        assert_eq!(heading("rto"), "RTO");
        assert_eq!(heading("sla_waiver"), "SLA waiver");
        assert_eq!(["", "_", "-a__b-", "é-_é"].map(heading), ["", " ", " a  b ", "É  é"]);
        assert_eq!(word("in_transition"), "in transition");
        assert_eq!(word("a_b C"), "a_b C");
    }

    #[test]
    fn a_sentence_ends_before_the_next_one_begins() {
        assert_eq!(first_sentence("Runs ships, e.g. tugs. More here."), "Runs ships, e.g. tugs.");
        assert_eq!(first_sentence("No end"), "No end");
        assert_eq!(first_sentence("Is 5.1 out? Yes."), "Is 5.1 out?");
        assert_eq!(first_sentence(""), "");
        assert!(first_sentence(&"long ".repeat(200)).chars().count() <= 240);
    }

    #[test]
    fn cutting_keeps_whole_characters() {
        assert_eq!(clip("ééééé", 3), "éé…");
        assert_eq!(clip("abc", 3), "abc");
        assert_eq!(head("aé", 2), ("a", true));
    }
}
