//! Calendars: hours that recur every week.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use crate::base::hours::{Hours, Stretch};

words! {
    /// A day of the week.
    Day {
        /// Monday.
        Monday = "mon",
        /// Tuesday.
        Tuesday = "tue",
        /// Wednesday.
        Wednesday = "wed",
        /// Thursday.
        Thursday = "thu",
        /// Friday.
        Friday = "fri",
        /// Saturday.
        Saturday = "sat",
        /// Sunday.
        Sunday = "sun",
    }
}

impl From<Day> for Weekday {
    fn from(day: Day) -> Self {
        match day {
            Day::Monday => Self::Monday,
            Day::Tuesday => Self::Tuesday,
            Day::Wednesday => Self::Wednesday,
            Day::Thursday => Self::Thursday,
            Day::Friday => Self::Friday,
            Day::Saturday => Self::Saturday,
            Day::Sunday => Self::Sunday,
        }
    }
}

view! {
    /// A calendar.
    Calendar<'a> of "calendar" at "" {
        /// Its time zone.
        zone: Option<&'a str>,
        /// Whether every hour counts.
        always: Option<bool>,
        /// The hours of a normal week.
        weekly: Vec<WeeklyHours<'a>>,
        /// Days that are off.
        holidays: Vec<Holiday<'a>>,
    }
}

view! {
    /// Hours of some weekdays.
    WeeklyHours<'a> of "calendar" at "/weekly/*" {
        /// The weekdays.
        days: Vec<Day>,
        /// First minute.
        from: Option<&'a str>,
        /// First minute after it.
        to: Option<&'a str>,
    }
}

view! {
    /// A day that is off.
    Holiday<'a> of "calendar" at "/holidays/*" {
        /// The day.
        date: Option<Date>,
    }
}

impl Calendar<'_> {
    /// Its hours; `None` when they cannot be read.
    #[must_use]
    pub fn hours(self) -> Option<Hours> {
        if self.always() == Some(true) {
            return Some(Hours::always());
        }
        let zone = TimeZone::get(self.zone()?).ok()?;
        let mut week = Vec::new();
        for row in self.weekly() {
            let stretch = Stretch::parse(row.from()?, row.to()?)?;
            week.extend(row.days().into_iter().map(|day| (day.into(), stretch)));
        }
        let off = self.holidays().into_iter().filter_map(Holiday::date);
        (!week.is_empty()).then(|| Hours::weekly(zone, week, off))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::with;

    fn counted(text: &str) -> Option<String> {
        let text = format!("kind: calendar\nid: cal\n{text}\n");
        with(&[("sms/calendar/cal.yaml", &text)], |sms| {
            let hours = sms.all::<Calendar<'_>>().next().unwrap().hours()?;
            let (start, end) = ("2026-12-24T00:00:00Z".parse().unwrap(), "2026-12-28T00:00:00Z".parse().unwrap());
            Some(hours.between(start, end).to_string())
        })
    }

    #[test]
    fn a_calendar_reads_as_its_hours() {
        let work = "zone: Europe/Oslo\nweekly: [{days: [thu, fri], from: '08:00', to: '12:00'}]";
        assert_eq!(counted(work).as_deref(), Some("8h"));
        assert_eq!(counted(&format!("{work}\nholidays: [{{date: 2026-12-25, name: x}}]")).as_deref(), Some("4h"));
        assert_eq!(counted("zone: Europe/Oslo\nalways: true").as_deref(), Some("4d"));
    }

    #[test]
    fn what_cannot_be_read_has_no_hours() {
        for text in [
            "zone: Europe/Nowhere\nweekly: [{days: [thu], from: '08:00', to: '12:00'}]",
            "zone: Europe/Oslo",
            "weekly: [{days: [thu], from: '08:00', to: '12:00'}]",
            "zone: Europe/Oslo\nweekly: [{days: [thu], from: '8', to: '12:00'}]",
        ] {
            assert_eq!(counted(text), None, "{text}");
        }
    }
}
