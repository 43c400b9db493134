//! Durations: `90d`, `4h 30m` or ISO 8601 without months and years.

use std::fmt;

/// A length of time in whole seconds. Days are 24 hours and weeks 7 days: months and years have no fixed length
/// and are refused, since agreements are calculated with these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(u64);

const UNITS: &[(char, u64)] = &[('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

impl Duration {
    /// A duration of `seconds`.
    #[must_use]
    pub const fn from_seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// The same to the minute, or to the second below one: for people.
    #[must_use]
    pub const fn rough(self) -> Self {
        if self.0 < 60 { self } else { Self(self.0.saturating_add(30) / 60 * 60) }
    }

    /// A duration of `days` times 24 hours.
    #[must_use]
    pub const fn from_days(days: u32) -> Self {
        Self(days as u64 * 86_400)
    }

    /// Its length in seconds.
    #[must_use]
    pub const fn seconds(self) -> u64 {
        self.0
    }

    /// Its length in whole days, rounded down.
    #[must_use]
    pub const fn days(self) -> u64 {
        self.0 / 86_400
    }

    /// Reads `90d`, `4h 30m`, `1w2d` or `P1DT2H`.
    ///
    /// # Errors
    /// Says in words what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let lower = text.trim().to_ascii_lowercase();
        if let Some(iso) = lower.strip_prefix('p') {
            let (days, time) = iso.split_once('t').unwrap_or((iso, ""));
            if iso.ends_with('t') || iso.is_empty() {
                return Err(format!("'{text}' names no length"));
            }
            if days.contains('y') || days.contains('m') {
                return Err("months and years have no fixed length; use weeks or days".to_owned());
            }
            return Ok(Self(parts(days, "wd", text)?.saturating_add(parts(time, "hms", text)?)));
        }
        if lower.is_empty() {
            return Err("a duration cannot be empty".to_owned());
        }
        parts(&lower, "wdhms", text).map(Self)
    }
}

/// Sums up number-unit pairs whose units are among `allowed`, each at most once and in falling order.
fn parts(text: &str, allowed: &str, whole: &str) -> Result<u64, String> {
    let mut rest = text.trim_start();
    let mut total = 0u64;
    let mut last = 0;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: u64 = rest[..digits].parse().map_err(|_| wrong(whole))?;
        let unit = rest[digits..].trim_start().chars().next().ok_or_else(|| wrong(whole))?;
        let place = UNITS.iter().position(|(name, _)| *name == unit && allowed.contains(unit));
        let place = place.ok_or_else(|| wrong(whole))?;
        if place < last {
            return Err(format!("'{whole}' has its units out of order; write the longest first"));
        }
        last = place + 1;
        let seconds = number.checked_mul(UNITS[place].1).ok_or_else(|| wrong(whole))?;
        total = total.checked_add(seconds).ok_or_else(|| wrong(whole))?;
        rest = rest[digits..].trim_start()[unit.len_utf8()..].trim_start();
    }
    Ok(total)
}

fn wrong(text: &str) -> String {
    format!("'{text}' is not a duration; write it like 90d, 4h 30m or PT4H30M")
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        let mut first = true;
        for (unit, length) in UNITS.iter().skip(1) {
            let count = rest / length;
            rest %= length;
            if count > 0 {
                write!(f, "{}{count}{unit}", if first { "" } else { " " })?;
                first = false;
            }
        }
        if first { f.write_str("0s") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_notations_give_the_same_length() {
        for (short, iso, seconds) in [
            ("90d", "P90D", 7_776_000),
            ("4h 30m", "PT4H30M", 16_200),
            ("1w2d", "P1W2D", 777_600),
            ("15m", "PT15M", 900),
            ("0s", "PT0S", 0),
        ] {
            assert_eq!(Duration::parse(short), Ok(Duration(seconds)), "{short}");
            assert_eq!(Duration::parse(iso), Ok(Duration(seconds)), "{iso}");
        }
    }

    #[test]
    fn what_has_no_fixed_length_or_sense_is_refused() {
        for bad in [
            "",
            "P",
            "PT",
            "1M1D",
            "P1M",
            "P1Y",
            "4",
            "h4",
            "30m 4h",
            "4h4h",
            "-1d",
            "1.5h",
            "99999999999999999999d",
            "1µ",
        ] {
            assert!(Duration::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn people_are_told_minutes_or_seconds_when_there_are_no_minutes() {
        let rough = |seconds: u64| Duration(seconds).rough().to_string();
        assert_eq!([rough(10), rough(89), rough(90), rough(3_629)], ["10s", "1m", "2m", "1h"]);
    }

    #[test]
    fn printing_reads_back() {
        for seconds in [0, 1, 59, 60, 3_661, 86_400, 7_776_000, 1_000_000_007] {
            let duration = Duration(seconds);
            assert_eq!(Duration::parse(&duration.to_string()), Ok(duration));
        }
    }

    #[test]
    fn white_space_and_case_are_free() {
        for text in ["4h30m", " 4h 30m ", "4 h 30 m", "4H 30M", "pt4h30m", "\t4h\n30m"] {
            assert_eq!(Duration::parse(text), Ok(Duration(16_200)), "{text:?}");
        }
    }

    #[test]
    fn minutes_and_months_are_told_apart_in_iso_notation() {
        assert_eq!(Duration::parse("PT1M"), Ok(Duration(60)));
        assert_eq!(Duration::parse("P1DT1M"), Ok(Duration(86_460)));
        for bad in ["P1M", "P1MT1M", "P2Y", "P1Y2D"] {
            assert!(Duration::parse(bad).unwrap_err().contains("no fixed length"), "{bad}");
        }
    }

    #[test]
    fn days_stand_before_the_t_and_hours_behind_it() {
        for bad in ["P1H", "PT1D", "P1DT", "P1D T", "PTT1H", "P-1D", "P1.5D", "P1DT2H3"] {
            assert!(Duration::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn refusals_say_what_to_write() {
        assert!(Duration::parse("").unwrap_err().contains("cannot be empty"));
        assert!(Duration::parse("30m 4h").unwrap_err().contains("the longest first"));
        assert!(Duration::parse("4 hours").unwrap_err().contains("'4 hours'"), "the text itself is quoted");
        assert!(Duration::parse("P").unwrap_err().contains("names no length"));
    }

    #[test]
    fn the_longest_length_that_fits_is_read_and_the_next_is_refused() {
        let most = u64::MAX.to_string();
        assert_eq!(Duration::parse(&format!("{most}s")), Ok(Duration(u64::MAX)));
        assert!(Duration::parse(&format!("{most}m")).is_err(), "the product does not fit");
        assert!(Duration::parse(&format!("1m {most}s")).is_err(), "the sum does not fit");
    }

    #[test]
    fn whole_days_are_rounded_down() {
        assert_eq!(Duration::parse("47h 59m").unwrap().days(), 1);
        assert_eq!(Duration::from_days(u32::MAX).days(), u64::from(u32::MAX));
        assert_eq!(Duration::from_seconds(86_399).days(), 0);
    }

    #[test]
    fn printing_goes_from_days_down_and_passes_over_what_is_nothing() {
        for (seconds, text) in [(0, "0s"), (604_800, "7d"), (86_401, "1d 1s"), (90_061, "1d 1h 1m 1s"), (3_600, "1h")] {
            assert_eq!(Duration(seconds).to_string(), text);
        }
    }
}
