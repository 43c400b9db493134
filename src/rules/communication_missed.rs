use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::date::after;
use crate::model::Record;
use crate::model::communication::{Communication, CommunicationStatus, Told};

rule! {
    /// Something that is to be told again and again was not told in time.
    ///
    /// A row of the communication plan with a `frequency` promises an event at least that often. It is late when that much
    /// time has passed since the last one, or since the first day of the row when there was none yet. Rows that wait for a
    /// `trigger` are never late, and rows that are drafts or have ended are not looked at.
    ///
    /// ```yaml,bad
    /// # sms/communication/com-customer-letter.yaml
    /// kind: communication
    /// id: com-customer-letter
    /// status: active
    /// frequency: 31d
    /// events: [{at: 2026-09-01}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/communication/com-customer-letter.yaml
    /// kind: communication
    /// id: com-customer-letter
    /// status: active
    /// frequency: 31d
    /// events: [{at: 2026-09-01}, {at: 2026-10-30}]
    /// ```
    ///
    /// Tell it and add the event; or, when nobody misses it, lengthen the frequency or end the row.
    CommunicationMissed = "communication-missed", Warning, clauses: ["7.4"], kinds: ["communication"], clock;
}

fn message(row: &Record<'_>, due: Date, last: Option<Date>) -> String {
    let since = last.map_or_else(|| "it never was".to_owned(), |last| format!("the last time was {last}"));
    format!("what '{}' tells was to be told again by {due}; {since}", row.id)
}

const HELP: &str = "tell it and add the event to `events`, or end the row when nobody needs it";

impl Rule for CommunicationMissed {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let today = cx.today();
        for row in cx.sms.all::<Communication<'_>>() {
            let record = row.0.record;
            let holds =
                row.status() == Some(CommunicationStatus::Active) && row.ends().is_none_or(|last| last >= today);
            let Some(frequency) = row.frequency().filter(|_| holds) else { continue };
            let last = row.events().into_iter().filter_map(Told::at).filter(|at| *at <= today).max();
            match last.into_iter().chain(row.starts()).max() {
                Some(begun) => {
                    let due = after(begun, frequency);
                    if due < today {
                        out.field(record, "frequency", message(record, due, last)).help(HELP);
                    }
                }
                None if row.0.missing(&["events", "starts"]).len() == 2 => {
                    let words = format!("what '{}' tells is to be told again and again, and it never was", record.id);
                    out.field(record, "frequency", words)
                        .help("say in `starts` when it begins, or add the first event");
                }
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn the_last_event_counts_and_the_first_day_when_there_was_none() {
        check(
            &CommunicationMissed,
            "
            # sms/communication/a.yaml
            {kind: communication, id: a, status: active, frequency: 7d, events: [{at: 2026-11-12}, {at: 2026-11-05}]}
            #                                                       ^^ told again by 2026-11-19; the last time was 2026-11-12
            # sms/communication/b.yaml
            {kind: communication, id: b, status: active, frequency: 7d, events: [{at: 2026-11-13}]}
            # sms/communication/c.yaml
            {kind: communication, id: c, status: active, frequency: 30d, starts: 2026-10-20}
            #                                                       ^^^ by 2026-11-19; it never was
            # sms/communication/d.yaml
            {kind: communication, id: d, status: active, frequency: 30d, starts: 2026-10-21, events: []}
            # sms/communication/e.yaml
            {kind: communication, id: e, status: active, frequency: 30d}
            #                                                       ^^^ again and again, and it never was
            ",
        );
    }

    #[test]
    fn events_to_come_do_not_count() {
        check(
            &CommunicationMissed,
            "
            # sms/communication/a.yaml
            {kind: communication, id: a, status: active, frequency: 7d, events: [{at: 2026-11-01}, {at: 2026-12-01}]}
            #                                                       ^^ by 2026-11-08
            ",
        );
    }

    #[test]
    fn rows_that_wait_are_drafts_or_over_are_never_late() {
        check(
            &CommunicationMissed,
            "
            # sms/communication/a.yaml
            {kind: communication, id: a, status: active, trigger: An incident, events: [{at: 2020-01-01}]}
            # sms/communication/b.yaml
            {kind: communication, id: b, status: draft, frequency: 7d}
            # sms/communication/c.yaml
            {kind: communication, id: c, status: ended, frequency: 7d, events: [{at: 2020-01-01}]}
            # sms/communication/d.yaml
            {kind: communication, id: d, status: active, frequency: 7d, ends: 2026-11-19, events: [{at: 2020-01-01}]}
            # sms/communication/e.yaml
            {kind: communication, id: e, status: active, frequency: 7d, starts: soon}
            ",
        );
    }
}
