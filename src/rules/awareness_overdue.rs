use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::base::text;
use crate::model::awareness::{Awareness, Subject};
use crate::model::organisation::{Person, Role, SmsRecord};
use crate::model::process::{Activity, Process};
use crate::model::{Ix, Sms};

rule! {
    /// Somebody was not told for a year what the system asks of them, or works by a process in a version they never saw.
    ///
    /// Everybody who is there takes part in an `awareness` event at least once in 365 days; a policy in force may set other
    /// days in `limits` for this rule. Who joined lately has as long, and people employed by others are theirs to tell.
    /// When a process has a new version, those who perform it today (the holders of its roles and of the role that owns
    /// it) are shown it within thirty days. An event that names the process in that `version` counts, or one without a
    /// version held since it took effect. It is asked of a system in operation.
    ///
    /// ```yaml,bad
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// status: operating
    /// # sms/person/kofi.yaml
    /// kind: person
    /// id: kofi
    /// status: active
    /// joined: 2025-01-07
    /// # sms/awareness/awa-start.yaml
    /// kind: awareness
    /// id: awa-start
    /// status: held
    /// date: 2025-02-03
    /// people: [kofi]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// status: operating
    /// # sms/person/kofi.yaml
    /// kind: person
    /// id: kofi
    /// status: active
    /// joined: 2025-01-07
    /// # sms/awareness/awa-year.yaml
    /// kind: awareness
    /// id: awa-year
    /// status: held
    /// date: 2026-02-03
    /// people: [kofi]
    /// ```
    ///
    /// Hold the event, even a short one, and write down who took part and what was shown.
    AwarenessOverdue = "awareness-overdue", Warning, clauses: ["7.3"], kinds: ["awareness", "person", "process", "role"],
        clock;
}

const INTERVAL: Duration = Duration::from_days(365);
/// Time to show a new version to those who work by it.
const NEW_WITHIN: Duration = Duration::from_days(30);

const HELP: &str = "hold an `awareness` event and write down who took part";
const HELP_VERSION: &str = "show it to them and name the process with this version in the `subjects` of the event";

/// That some people saw something, in a version, on a day.
type Showing<'a> = (Option<&'a str>, Date, BTreeSet<Ix>);

/// What was held: the last day for each person, and who saw which version of what on which day.
struct Held<'a> {
    last: BTreeMap<Ix, Date>,
    shown: BTreeMap<Ix, Vec<Showing<'a>>>,
}

impl<'a> Held<'a> {
    fn by(sms: &'a Sms<'_>, day: Date) -> Self {
        let mut held = Self { last: BTreeMap::new(), shown: BTreeMap::new() };
        for event in sms.all::<Awareness<'_>>() {
            let Some(date) = event.held_by(day) else { continue };
            let people: BTreeSet<Ix> = event.people().into_iter().filter_map(|person| sms.find(person.id)).collect();
            for person in &people {
                let last = held.last.entry(*person).or_insert(date);
                *last = (*last).max(date);
            }
            for subject in event.subjects() {
                if let Some(ix) = subject.id().and_then(|id| sms.find(id)) {
                    held.shown.entry(ix).or_default().push((Subject::version(subject), date, people.clone()));
                }
            }
        }
        held
    }

    /// Whether the person saw this version of a process that has held since `from`.
    fn has_seen(&self, person: Ix, process: Ix, version: &str, from: Date) -> bool {
        self.shown.get(&process).into_iter().flatten().any(|(shown, date, people)| {
            shown.map_or(*date >= from, |shown| shown.trim() == version.trim()) && people.contains(&person)
        })
    }
}

/// Who performs a process today and has done so long enough to have been shown it.
fn performers(cx: &Check<'_>, process: Process<'_>) -> BTreeSet<Ix> {
    let owner = process.0.record.text("owner");
    let roles = process.activities().into_iter().filter_map(Activity::role).map(|role| role.id).chain(owner);
    let roles: BTreeSet<Ix> = roles.filter_map(|id| cx.sms.find(id)).collect();
    let roles = roles.into_iter().filter_map(|ix| cx.sms.view::<Role<'_>>(ix));
    let holders = roles.flat_map(|role| role.holders_on(cx.sms, cx.today()));
    let settled = holders.filter(|holder| holder.from().is_none_or(|from| after(from, NEW_WITHIN) < cx.today()));
    settled.filter_map(|holder| cx.sms.find(holder.person()?.id)).collect()
}

/// Reports the people who were in no event for too long, and gives them back.
fn people(cx: &Check<'_>, out: &mut Report, held: &Held<'_>, limit: Duration, started: Option<Date>) -> BTreeSet<Ix> {
    let mut late = BTreeSet::new();
    for (ix, record) in cx.sms.of_kind("person") {
        let Some(person) = cx.sms.view::<Person<'_>>(ix) else { continue };
        if !person.is_there_on(cx.today()) || record.get("employer").is_some() {
            continue;
        }
        let last = held.last.get(&ix).copied();
        let since = last.or_else(|| person.joined().into_iter().chain(started).max());
        if since.is_none_or(|since| after(since, limit) < cx.today()) {
            late.insert(ix);
            let last = last.map_or_else(
                || "in no awareness event yet".to_owned(),
                |day| format!("last in an awareness event on {day}"),
            );
            out.at(record, record.id_span(), format!("'{}' was {last}", record.id)).help(HELP);
        }
    }
    late
}

impl Rule for AwarenessOverdue {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let Some(sms) = SmsRecord::operating(cx.sms) else { return };
        let limit = cx.time_limit(self.code().id, INTERVAL);
        let held = Held::by(cx.sms, cx.today());
        let late = people(cx, out, &held, limit, sms.started_on());
        for process in Process::in_force(cx.sms) {
            let record = process.0.record;
            let (Some(version), Some(from)) = (process.version(), process.effective_from()) else { continue };
            let Some(ix) = cx.sms.find(record.id.as_str()).filter(|_| after(from, NEW_WITHIN) < cx.today()) else {
                continue;
            };
            let performers = performers(cx, process).into_iter();
            let unaware = performers.filter(|it| !late.contains(it) && !held.has_seen(*it, ix, version, from));
            let mut unaware: Vec<String> = unaware.map(|ix| format!("'{}'", cx.sms.record(ix).id)).collect();
            if unaware.is_empty() {
                continue;
            }
            let more = unaware.len().saturating_sub(5);
            unaware.truncate(5);
            if more > 0 {
                unaware.push(format!("{more} more"));
            }
            let words = format!("version {version} of '{}' was not shown to {}", record.id, text::and(&unaware));
            out.field(record, "version", words).help(HELP_VERSION);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const SMS: &str = "
            # sms/sms/sms.yaml
            {kind: sms, id: sms, status: operating, started_on: 2024-11-04}
";

    #[test]
    fn everybody_who_is_there_takes_part_once_a_year() {
        let people = "
            # sms/person/ann.yaml
            {kind: person, id: ann, status: active}
            #                  ^^^ 'ann' was last in an awareness event on 2025-11-19
            # sms/person/bo.yaml
            {kind: person, id: bo, status: active}
            # sms/person/cy.yaml
            {kind: person, id: cy, status: active, joined: 2025-11-20}
            # sms/person/di.yaml
            {kind: person, id: di, status: active, joined: 2020-01-01}
            #                  ^^ 'di' was in no awareness event yet
            # sms/person/ed.yaml
            {kind: person, id: ed, status: active, employer: sup-a, joined: 2020-01-01}
            # sms/person/fay.yaml
            {kind: person, id: fay, status: left, joined: 2020-01-01}
            # sms/awareness/all.yaml
            {kind: awareness, id: a1, status: held, date: 2025-11-19, people: [ann]}
            ---
            {kind: awareness, id: a2, status: held, date: 2025-11-20, people: [bo]}
            ---
            {kind: awareness, id: a3, status: planned, date: 2026-11-19, people: [ann, di]}
            ---
            {kind: awareness, id: a4, status: held, date: 2026-11-21, people: [ann, di]}
";
        check(&AwarenessOverdue, &format!("{SMS}{people}"));
        let unmarked: String =
            people.lines().filter(|line| !line.contains('^')).map(|line| format!("{line}\n")).collect();
        check(&AwarenessOverdue, &unmarked);
        let policy = "
            # sms/policy/p.yaml
            {kind: policy, id: p, status: in_force, limits: [{rule: awareness-overdue, value: 800d}]}
";
        check(&AwarenessOverdue, &format!("{SMS}{unmarked}{policy}"));
    }

    const PEOPLE: &str = "
            # sms/role/role-a.yaml
            {kind: role, id: role-a, holders: [{person: ann, from: 2025-01-01}, {person: bo, from: 2026-10-21}]}
            # sms/role/role-b.yaml
            {kind: role, id: role-b, holders: [{person: cy, from: 2025-01-01}]}
            # sms/person/all.yaml
            {kind: person, id: ann, status: active, joined: 2026-01-01}
            ---
            {kind: person, id: bo, status: active, joined: 2026-01-01}
            ---
            {kind: person, id: cy, status: active, joined: 2026-01-01}
            # sms/awareness/all.yaml
            {kind: awareness, id: a1, status: held, date: 2025-01-01, people: [ann], subjects: [{ref: a, version: '1'}]}
            ---
            {kind: awareness, id: a2, status: held, date: 2026-10-01, people: [cy], subjects: [{ref: a}, {ref: b, version: '5 '}]}
            ---
            {kind: awareness, id: a3, status: held, date: 2026-01-01, people: [ann], subjects: [{ref: c}]}
";

    #[test]
    fn those_who_perform_a_process_are_shown_its_version() {
        let processes = "
            # sms/process/a.yaml
            {kind: process, id: a, status: in_force, version: '2', effective_from: 2026-10-01, owner: role-b,
            #                                                 ^^^ version 2 of 'a' was not shown to 'ann'
             activities: [{seq: 1, name: x, role: role-a}]}
            # sms/process/b.yaml
            {kind: process, id: b, status: in_force, version: '5', effective_from: 2026-01-01, owner: role-b}
            # sms/process/c.yaml
            {kind: process, id: c, status: in_force, version: '5', effective_from: 2026-01-02, owner: role-a}
            #                                                 ^^^ version 5 of 'c' was not shown to 'ann'
            # sms/process/d.yaml
            {kind: process, id: d, status: in_force, version: '5', effective_from: 2026-10-21, owner: role-a}
            # sms/process/e.yaml
            {kind: process, id: e, status: in_review, version: '5', effective_from: 2026-01-01, owner: role-a}
            # sms/process/f.yaml
            {kind: process, id: f, status: in_force, version: '5', effective_from: 2026-01-01, owner: ann}
";
        check(&AwarenessOverdue, &format!("{SMS}{processes}{PEOPLE}"));
    }

    #[test]
    fn who_was_in_no_event_for_a_year_is_told_of_once() {
        let process = "
            # sms/process/a.yaml
            {kind: process, id: a, status: in_force, version: '2', effective_from: 2026-01-01, owner: role-a}
            # sms/role/role-a.yaml
            {kind: role, id: role-a, holders: [{person: ann, from: 2025-01-01}]}
            # sms/person/ann.yaml
            {kind: person, id: ann, status: active, joined: 2025-01-01}
            #                  ^^^ 'ann' was in no awareness event yet
";
        check(&AwarenessOverdue, &format!("{SMS}{process}"));
    }
}
