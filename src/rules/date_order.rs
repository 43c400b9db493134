use super::rule::{Check, Report, Rule};
use crate::base::date::When;
use crate::model::Record;
use crate::yaml::Node;

rule! {
    /// Two times that stand the wrong way round.
    ///
    /// Nothing is closed before it was reported, and no window ends before it starts; every figure that is computed from
    /// such a pair is wrong. Which times belong together stands in the schema of the kind. A day and an instant are
    /// compared with a day of grace, since the zone of the day is unknown.
    ///
    /// ```yaml,bad
    /// # sms/incident/inc-mail.yaml
    /// kind: incident
    /// id: inc-mail
    /// reported_at: 2026-11-09T10:00:00+00:00
    /// resolved_at: 2026-11-09T09:30:00+00:00
    /// ```
    ///
    /// ```yaml,good
    /// # sms/incident/inc-mail.yaml
    /// kind: incident
    /// id: inc-mail
    /// reported_at: 2026-11-09T10:00:00+01:00
    /// resolved_at: 2026-11-09T09:30:00+00:00
    /// ```
    ///
    /// Correct one of the two; look at the offsets first. Hours that run past midnight are written as two rows.
    DateOrder = "date-order", Error, clauses: ["7.5.3"], kinds: [];
}

fn message((early, early_text): (&str, &str), (late, late_text): (&str, &str)) -> String {
    format!("`{late}` ({late_text}) lies before `{early}` ({early_text})")
}

const HELP: &str = "correct one of the two; look at their offsets from UTC first";
const HELP_HOURS: &str = "correct one of the two; write hours that run past midnight as two rows";

/// Whether `text` is a time of day such as 08:30. Such texts sort like the times that they mean.
fn is_hours(text: &str) -> bool {
    let mut bytes = text.bytes().enumerate();
    text.len() == 5 && bytes.all(|(at, byte)| if at == 2 { byte == b':' } else { byte.is_ascii_digit() })
}

/// What to do when `early` certainly lies after `late`.
fn falls(early: &str, late: &str) -> Option<&'static str> {
    match (When::parse(early), When::parse(late)) {
        (Ok(early), Ok(late)) => early.is_after(late).then_some(HELP),
        _ => (is_hours(early) && is_hours(late) && early > late).then_some(HELP_HOURS),
    }
}

/// Reports each time below `node` that lies before others that should come first: one finding a time, since one of
/// them is the mistake.
fn check(record: &Record<'_>, order: &[(String, String)], node: &Node<'_>, out: &mut Report) {
    let mut told: Vec<&str> = Vec::new();
    for (_, late) in order {
        let Some(second) = node.get(late).filter(|_| !told.contains(&late.as_str())) else { continue };
        told.push(late);
        let firsts = order.iter().filter(|(_, other)| other == late).filter_map(|(early, _)| {
            let first = node.get(early)?;
            let (from, to) = (first.as_str()?, second.as_str()?);
            Some((first, falls(from, to)?, message((early, from), (late, to))))
        });
        let mut draft = None;
        for (first, help, words) in firsts {
            let so_far = match draft {
                Some(draft) => draft,
                None => out.at(record, second.span(record.file), words).help(help),
            };
            draft = Some(so_far.related(first.span(record.file), "this should come first"));
        }
    }
}

impl Rule for DateOrder {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for (_, record) in cx.sms.records() {
            record.kind.times.visit(&record.root, &mut |shape, node| check(record, &shape.order, node, out));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    #[test]
    fn pairs_are_found_at_the_top_and_below() {
        check(
            &DateOrder,
            "
            # sms/sla/a.yaml
            kind: sla
            id: a
            valid_from: 2026-01-01
            valid_to: 2025-12-31
            #         ^^^^^^^^^^ `valid_to` (2025-12-31) lies before `valid_from` (2026-01-01)
            # sms/change/b.yaml
            kind: change
            id: b
            planned:
              start: 2026-11-20T22:00:00Z
              end: 2026-11-20T22:30:00+01:00
            #      ^^^^^^^^^^^^^^^^^^^^^^^^^ `end` (2026-11-20T22:30:00+01:00) lies before `start`
            # sms/calendar/c.yaml
            kind: calendar
            id: c
            weekly:
              - {days: [mon], from: '22:00', to: '06:00'}
            #                                    ^^^^^^^ `to` (06:00) lies before `from`
            ",
        );
    }

    #[test]
    fn a_time_before_two_others_is_one_mistake() {
        let fixture = "
            # sms/incident/a.yaml
            kind: incident
            id: a
            reported_at: 2026-11-09T10:00:00Z
            responded_at: 2026-11-09T10:05:00Z
            resolved_at: 2026-11-08T11:00:00Z
            #            ^^^^^^^^^^^^^^^^^^^^ `resolved_at` (2026-11-08T11:00:00Z) lies before `reported_at`
            ";
        check(&DateOrder, fixture);
        assert_eq!(findings(&DateOrder, fixture)[0].related.len(), 2, "both that should come first");
    }

    #[test]
    fn equal_times_open_ends_and_the_end_of_the_day_are_in_order() {
        check(
            &DateOrder,
            "
            # sms/sla/a.yaml
            {kind: sla, id: a, valid_from: 2026-01-01, valid_to: 2026-01-01}
            # sms/sla/b.yaml
            {kind: sla, id: b, valid_from: 2026-01-01, valid_to: ~}
            # sms/calendar/c.yaml
            {kind: calendar, id: c, weekly: [{days: [mon], from: '08:00', to: '24:00'}]}
            ",
        );
    }

    #[test]
    fn what_is_no_time_is_left_to_the_schema() {
        check(
            &DateOrder,
            "
            # sms/sla/a.yaml
            {kind: sla, id: a, valid_from: 2026-13-01, valid_to: 2026-01-01}
            # sms/change/b.yaml
            {kind: change, id: b, planned: {start: tomorrow, end: [2026-01-01]}, actual: never}
            ",
        );
    }
}
