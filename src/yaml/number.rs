//! Plain scalars by the core schema of YAML 1.2.

use std::borrow::Cow;

use super::node::{Number, Value};

/// Digits that every JSON reader keeps.
const MAX_DIGITS: usize = 18;

const NO_AMOUNT: &str = "infinity and not-a-number are not amounts";

/// A plain scalar as a value, or why it is a number that cannot be used.
pub(super) fn resolve(text: Cow<'_, str>) -> (Value<'_>, Option<&'static str>) {
    match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => return (Value::Null, None),
        "true" | "True" | "TRUE" => return (Value::Bool(true), None),
        "false" | "False" | "FALSE" => return (Value::Bool(false), None),
        ".nan" | ".NaN" | ".NAN" => return (Value::Str(text), Some(NO_AMOUNT)),
        _ => {}
    }
    if matches!(text.strip_prefix(['-', '+']).unwrap_or(&text), ".inf" | ".Inf" | ".INF") {
        return (Value::Str(text), Some(NO_AMOUNT));
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return (Value::Str(text), None);
    }
    match number(&text) {
        Reading::Text => (Value::Str(text), None),
        Reading::Bad(why) => (Value::Str(text), Some(why)),
        Reading::AsWritten => (Value::Number(Number { literal: text }), None),
        Reading::Rewritten(literal) => (Value::Number(Number { literal: Cow::Owned(literal) }), None),
    }
}

enum Reading {
    Text,
    Bad(&'static str),
    AsWritten,
    Rewritten(String),
}

fn number(text: &str) -> Reading {
    if let Some(read) = based(text, "0x", 16).or_else(|| based(text, "0o", 8)) {
        return read;
    }
    let (sign, rest) = match text.as_bytes().first() {
        Some(b'-') => ("-", &text[1..]),
        Some(b'+') => ("", &text[1..]),
        _ => ("", text),
    };
    let Some((whole, fraction, exponent)) = split(rest) else { return Reading::Text };
    if whole.len() > 1 && whole.starts_with('0') {
        return Reading::Bad("leading zeros are read differently by different programs");
    }
    if whole.len() + fraction.map_or(0, str::len) > MAX_DIGITS {
        return Reading::Bad("it has more digits than programs keep");
    }
    if exponent.is_some_and(|exponent| exponent.trim_start_matches(['+', '-']).len() > 3) {
        return Reading::Bad("its exponent is out of range");
    }
    let regular = !text.starts_with('+') && !whole.is_empty() && fraction != Some("");
    if regular {
        return Reading::AsWritten;
    }
    let mut literal = format!("{sign}{}", if whole.is_empty() { "0" } else { whole });
    if let Some(fraction) = fraction.filter(|fraction| !fraction.is_empty()) {
        literal.push('.');
        literal.push_str(fraction);
    }
    if let Some(exponent) = exponent {
        literal.push('e');
        literal.push_str(exponent);
    }
    Reading::Rewritten(literal)
}

/// Takes a decimal apart into whole part, fraction and exponent.
fn split(text: &str) -> Option<(&str, Option<&str>, Option<&str>)> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let some_digit = !whole.is_empty() || fraction.is_some_and(|fraction| !fraction.is_empty());
    let exponent_good = exponent.is_none_or(|exponent| {
        let bare = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !bare.is_empty() && digits(bare)
    });
    let good = some_digit && digits(whole) && fraction.is_none_or(digits) && exponent_good;
    good.then_some((whole, fraction, exponent))
}

fn based(text: &str, prefix: &str, radix: u32) -> Option<Reading> {
    let digits = text.strip_prefix(prefix)?;
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Some(Reading::Text);
    }
    Some(
        u64::from_str_radix(digits, radix)
            .map_or(Reading::Bad("it is too large"), |value| Reading::Rewritten(value.to_string())),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Value<'_>, Option<&'static str>) {
        resolve(Cow::Borrowed(text))
    }

    #[test]
    fn the_core_schema_and_nothing_more() {
        for text in [
            "no",
            "yes",
            "on",
            "off",
            "1_000",
            "12:30:45",
            "2026-11-09",
            "0b1",
            "1.2.3",
            "-",
            ".",
            "1e",
            "e5",
            "0x",
            "5h",
        ] {
            assert_eq!(read(text), (Value::Str(Cow::Borrowed(text)), None), "{text}");
        }
        assert_eq!(read("True").0, Value::Bool(true));
        assert_eq!(read("~").0, Value::Null);
    }

    #[test]
    fn numbers_become_json_literals() {
        for (text, literal) in [
            ("0", "0"),
            ("-12", "-12"),
            ("99.95", "99.95"),
            ("+1", "1"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1e3", "1e3"),
            ("+.5e-2", "0.5e-2"),
            ("0x1F", "31"),
            ("0o17", "15"),
        ] {
            let Value::Number(number) = read(text).0 else { panic!("{text} is a number") };
            assert_eq!(number.literal, literal, "{text}");
            assert!(serde_json::from_str::<serde_json::Number>(&number.literal).is_ok(), "{text}");
        }
    }

    #[test]
    fn numbers_that_readers_disagree_on_are_told() {
        for text in [
            "0755",
            "-007",
            ".inf",
            "-.inf",
            "-.Inf",
            "+.INF",
            ".nan",
            "1234567890123456789",
            "1e9999",
            "0xFFFFFFFFFFFFFFFFF",
        ] {
            let (value, why) = read(text);
            assert!(matches!(value, Value::Str(_)) && why.is_some(), "{text}");
        }
    }

    #[test]
    fn the_longest_number_that_is_kept_and_the_first_that_is_not() {
        for (text, good) in [
            ("123456789012345678", true),
            ("1234567890123456789", false),
            ("12345678.1234567890", true),
            ("123456789.1234567890", false),
            ("1e999", true),
            ("1e-999", true),
            ("1e1000", false),
            ("0o1777777777777777777777", true),
            ("0o7777777777777777777777", false),
        ] {
            assert_eq!(read(text).1.is_none(), good, "{text}");
        }
    }

    #[test]
    fn words_of_other_cases_and_signs_are_text() {
        for text in ["TrUe", "nULL", "--1", "+-1", "+", "1-2", "1+2", "1e1.5", "0X1F", "-0x1F", "+true", "１２"] {
            assert!(matches!(read(text), (Value::Str(_), None)), "{text}");
        }
        assert_eq!(read("-0").0, Value::Number(Number { literal: "-0".into() }));
    }
}
