//! Value formats of the common schema, each with the sentence that says what is wrong.

use crate::base::date;
use crate::base::duration::Duration;
use crate::base::recurrence::{self, Recurrence};

/// A format: its name in schemas, and a check that says what is wrong with a text.
pub(super) struct Format {
    pub(super) name: &'static str,
    pub(super) check: fn(&str) -> Result<(), String>,
}

/// All formats.
pub(super) const FORMATS: &[Format] = &[
    Format { name: "gitsm-date", check: |text| date::parse_date(text).map(drop) },
    Format { name: "gitsm-instant", check: |text| date::parse_instant(text).map(drop) },
    Format { name: "gitsm-date-or-instant", check: |text| date::When::parse(text).map(drop) },
    Format { name: "gitsm-duration", check: |text| Duration::parse(text).map(drop) },
    Format { name: "gitsm-local-time", check: |text| recurrence::parse_local(text).map(drop) },
    Format { name: "gitsm-rrule", check: |text| Recurrence::parse(text).map(drop) },
    Format { name: "gitsm-zone", check: zone },
    Format { name: "gitsm-percentage", check: percentage },
    Format { name: "markdown", check: |_| Ok(()) },
];

/// What is wrong with `text` as `format`; `None` when nothing is, or nothing is known of the format.
pub(super) fn complaint(format: &str, text: &str) -> Option<String> {
    let format = FORMATS.iter().find(|known| known.name == format)?;
    (format.check)(text).err()
}

fn zone(text: &str) -> Result<(), String> {
    let known = jiff::tz::TimeZone::get(text).is_ok();
    if known { Ok(()) } else { Err(format!("'{text}' is not a time zone of the IANA data base, such as Europe/Oslo")) }
}

fn percentage(text: &str) -> Result<(), String> {
    let number: Option<f64> = text.parse().ok();
    match number {
        Some(number) if (0.0..=100.0).contains(&number) => Ok(()),
        _ => Err(format!("'{text}' is not a share of a hundred, such as 99.95")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_tells_good_from_bad() {
        for (format, good, bad) in [
            ("gitsm-date", "2026-11-09", "9.11.2026"),
            ("gitsm-instant", "2026-11-09T10:00:00Z", "2026-11-09"),
            ("gitsm-date-or-instant", "2026-11-09", "2026-11"),
            ("gitsm-duration", "4h 30m", "4 hours"),
            ("gitsm-local-time", "2026-11-09T22:00", "2026-11-09T22:00:00Z"),
            ("gitsm-rrule", "FREQ=MONTHLY;BYDAY=1SU", "monthly"),
            ("gitsm-zone", "Europe/Oslo", "Oslo"),
            ("gitsm-percentage", "99.95", "101"),
        ] {
            assert_eq!(complaint(format, good), None, "{format}");
            assert!(complaint(format, bad).is_some_and(|words| words.contains(bad)), "{format}");
        }
    }
}
