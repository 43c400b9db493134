//! Days and instants of the made-up story, which runs from 2024-11-04 to 2026-11-20.

/// Days from 0000-03-01 to the first day of the story.
const FIRST: usize = 739_499;

/// Last day of the story, counted from its first.
pub(crate) const TODAY: usize = 746;

/// The calendar day that many days after the first one.
pub(crate) fn day(offset: usize) -> String {
    // Counting years from the first of March puts the leap day at the end of the year.
    let days = FIRST + offset;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + usize::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The instant that many minutes after the start of a day, in UTC; more than a day's minutes run on.
pub(crate) fn instant(offset: usize, minutes: usize) -> String {
    let (days, minute) = (minutes / 1440, minutes % 1440);
    format!("{}T{:02}:{:02}:00+00:00", day(offset + days), minute / 60, minute % 60)
}
