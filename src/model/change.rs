//! Changes (8.5.1).

use jiff::Timestamp;
use jiff::civil::Date;

use super::sms::Sms;
use super::view::{At, Ref};
use super::words::{ChangeModelKind, ConflictKind, IncidentKind, PersonKind, ReleaseKind};
use crate::base::date::When;
use crate::base::duration::Duration;

words! {
    /// Status of a change in its file. Whether it is authorised is never a status: that is derived from evidence.
    ChangeStatus {
        /// Being written.
        Draft = "draft",
        /// Asked for.
        Requested = "requested",
        /// Carried out.
        Implemented = "implemented",
        /// Went wrong.
        Failed = "failed",
        /// Went wrong and was taken back.
        Reversed = "reversed",
        /// Went wrong and was put right.
        Remedied = "remedied",
        /// Called off.
        Cancelled = "cancelled",
        /// Decided against.
        Rejected = "rejected",
        /// Finished.
        Closed = "closed",
    }
}

impl ChangeStatus {
    /// Whether work on it has been done.
    #[must_use]
    pub const fn is_carried_out(self) -> bool {
        matches!(self, Self::Implemented | Self::Failed | Self::Reversed | Self::Remedied | Self::Closed)
    }

    /// Whether it asks for, or has had, a decision: everything but a draft and what was called off.
    #[must_use]
    pub const fn is_up_for_decision(self) -> bool {
        self.is_carried_out() || matches!(self, Self::Requested)
    }
}

words! {
    /// How a change ended.
    Outcome {
        /// As planned.
        Success = "success",
        /// In part.
        Partial = "partial",
        /// Not.
        Failed = "failed",
        /// Taken back.
        Reversed = "reversed",
    }
}

words! {
    /// What happens to the things that a change affects.
    ChangeType {
        /// They are new.
        Add = "add",
        /// They are altered.
        Modify = "modify",
        /// They go.
        Remove = "remove",
        /// They change hands.
        Transfer = "transfer",
        /// Only their data is altered.
        Data = "data",
        /// Only their description is altered.
        Document = "document",
        /// The management system itself is altered.
        Sms = "sms",
    }
}

view! {
    /// A change.
    Change<'a> of "change" at "" {
        /// Status.
        status: Option<ChangeStatus>,
        /// Who asks for it.
        requester: Option<Ref<'a, PersonKind>>,
        /// Who carries it out.
        implementers: Vec<Ref<'a, PersonKind>>,
        /// Path patterns of files that other pull requests may edit under it.
        edits: Vec<&'a str>,
        /// How long the work takes.
        takes: Option<Duration>,
        /// Longest interruption that users notice.
        downtime: Option<Duration>,
        /// When it was asked for.
        requested_at: Option<When>,
        /// Its category, by the policy.
        category: Option<&'a str>,
        /// What happens.
        r#type: Option<ChangeType>,
        /// The model that it follows.
        model: Option<Ref<'a, ChangeModelKind>>,
        /// What is touched, each thing by its id.
        affects: Vec<At<'a>>,
        /// What gave rise to it.
        origin: Vec<&'a str>,
        /// The incident that it answers.
        incident: Option<Ref<'a, IncidentKind>>,
        /// The release that carries it.
        release: Option<Ref<'a, ReleaseKind>>,
        /// Its design: the id of a record, or the heart of one.
        design: Option<At<'a>>,
        /// When it is to be carried out.
        planned: Option<Window<'a>>,
        /// What was thought through.
        assessment: Option<Assessment<'a>>,
        /// How it was tried.
        test: Option<Test<'a>>,
        /// The way back.
        rollback: Option<Rollback<'a>>,
        /// When it was carried out.
        actual: Option<Actual<'a>>,
        /// How it ended.
        outcome: Option<Outcome>,
        /// What went wrong.
        failure: Option<Failure<'a>>,
        /// The review afterwards.
        pir: Option<Pir<'a>>,
    }
}

impl<'a> Change<'a> {
    /// The records that it touches; what cannot be found is left out.
    #[must_use]
    pub fn affected<'s>(self, sms: &'s Sms<'_>) -> Vec<(At<'a>, &'s super::Record<'s>)> {
        let record = |at: At<'a>| Some((at, sms.record(sms.find(at.node.as_str()?)?)));
        self.affects().into_iter().filter_map(record).collect()
    }

    /// Changes and releases that touch the same things or time, looked at and found acceptable.
    #[must_use]
    pub fn conflicts(self) -> Vec<Ref<'a, ConflictKind>> {
        self.assessment().map(|assessment| Conflicts(assessment.0).conflicts()).unwrap_or_default()
    }

    /// The time by which it is judged, with the field that holds it: `planned` for what is asked for, `actual` or else
    /// `planned` for what was carried out and is not yet closed.
    #[must_use]
    pub fn time(self) -> Option<(&'static str, Timestamp, Timestamp)> {
        let planned = || self.planned()?.bounds().map(|(start, end)| ("planned", start, end));
        let actual = || {
            let (start, end) = self.actual().map(|actual| (actual.start(), actual.end()))?;
            let (start, end) = (start?.instant()?, end?.instant()?);
            (start < end).then_some(("actual", start, end))
        };
        match self.status()? {
            ChangeStatus::Requested => planned(),
            ChangeStatus::Implemented | ChangeStatus::Failed | ChangeStatus::Reversed | ChangeStatus::Remedied => {
                actual().or_else(planned)
            }
            _ => None,
        }
    }

    /// Whether the two belong to one release, or were looked at together.
    #[must_use]
    pub fn is_settled_with(self, sms: &Sms<'_>, other: Change<'_>) -> bool {
        let release = |change: Change<'_>| change.release().and_then(|release| sms.find(release.id));
        let names = |one: Change<'_>, other: Change<'_>| {
            let meant = [sms.find(other.0.record.id.as_str()), release(other)];
            let named = one.conflicts().into_iter().filter_map(|conflict| sms.find(conflict.id));
            named.into_iter().any(|ix| meant.contains(&Some(ix)))
        };
        let together = release(self).is_some() && release(self) == release(other);
        together || names(self, other) || names(other, self)
    }

    /// The day on which the work ended, when it was carried out.
    #[must_use]
    pub fn ended(self) -> Option<Date> {
        let done = self.status().is_some_and(ChangeStatus::is_carried_out);
        self.actual().filter(|_| done).and_then(Actual::end).map(When::day)
    }

    /// Whether it was carried out and went well, as far as that is known.
    #[must_use]
    pub fn is_in_use(self) -> bool {
        self.status().is_some_and(ChangeStatus::is_carried_out) && !self.has_failed()
    }

    /// Whether it was carried out and went wrong, by its status or by its outcome.
    #[must_use]
    pub fn has_failed(self) -> bool {
        use ChangeStatus::{Closed, Failed, Implemented, Remedied, Reversed};
        let outcome = matches!(self.outcome(), Some(Outcome::Failed | Outcome::Reversed));
        match self.status() {
            Some(Failed | Reversed | Remedied) => true,
            Some(Implemented | Closed) => outcome,
            _ => false,
        }
    }
}

view! {
    /// A stretch of time, start included, end excluded.
    Window<'a> of "change" at "/planned" {
        /// First moment.
        start: Option<When>,
        /// First moment after it.
        end: Option<When>,
    }
}

impl Window<'_> {
    /// Its start and its end, when it has both and is not empty.
    #[must_use]
    pub fn bounds(self) -> Option<(Timestamp, Timestamp)> {
        match (self.start()?, self.end()?) {
            (When::Instant(start), When::Instant(end)) if start < end => Some((start, end)),
            _ => None,
        }
    }
}

view! {
    /// What was thought through before a change.
    Assessment<'a> of "change" at "/assessment" {
        /// Likelihood and impact of harm.
        risk: Option<At<'a>>,
        /// What it brings.
        benefit: Option<&'a str>,
        /// Whether it can be done.
        feasibility: Option<&'a str>,
        /// What it costs.
        financial: Option<&'a str>,
        /// What it does to other services.
        services: Option<&'a str>,
        /// What it does to customers.
        customers: Option<&'a str>,
        /// What it does to policies and plans.
        policies_plans: Option<&'a str>,
        /// What it does to capacity.
        capacity: Option<&'a str>,
        /// What it does to availability.
        availability: Option<&'a str>,
        /// What it does to continuity.
        continuity: Option<&'a str>,
        /// What it does to security.
        security: Option<&'a str>,
    }
}

view! {
    /// What else touches the same things or time.
    Conflicts<'a> of "change" at "/assessment" {
        /// Changes and releases that were looked at and found acceptable.
        conflicts: Vec<Ref<'a, ConflictKind>>,
    }
}

words! {
    /// How a test went.
    TestResult {
        /// Well.
        Pass = "pass",
        /// Not well.
        Fail = "fail",
        /// It could not be done beforehand.
        NotPossible = "not_possible",
    }
}

view! {
    /// How a change was tried.
    Test<'a> of "change" at "/test" {
        /// What is tried, and how.
        plan: Option<&'a str>,
        /// How it went.
        result: Option<TestResult>,
        /// Why it could not be done.
        reason: Option<&'a str>,
        /// Who did it.
        by: Option<Ref<'a, PersonKind>>,
    }
}

view! {
    /// The way back.
    Rollback<'a> of "change" at "/rollback" {
        /// What to do.
        steps: Option<&'a str>,
        /// Whether it was tried.
        tested: Option<bool>,
        /// Why it was not.
        untested_reason: Option<&'a str>,
        /// How long it takes.
        takes: Option<Duration>,
        /// The last moment to turn back.
        deadline: Option<When>,
    }
}

view! {
    /// When a change was carried out.
    Actual<'a> of "change" at "/actual" {
        /// First moment.
        start: Option<When>,
        /// Last moment.
        end: Option<When>,
    }
}

view! {
    /// What went wrong, and what was done about it.
    Failure<'a> of "change" at "/failure" {
        /// What was found out.
        investigation: Option<&'a str>,
        /// When it was taken back.
        reversed_at: Option<When>,
        /// When it was put right.
        remedied_at: Option<When>,
    }
}

impl Failure<'_> {
    /// Whether it was taken back or put right.
    #[must_use]
    pub fn is_mended(self) -> bool {
        self.reversed_at().or(self.remedied_at()).is_some()
    }
}

view! {
    /// The review afterwards.
    Pir<'a> of "change" at "/pir" {
        /// When.
        at: Option<Date>,
        /// Whether it did what it was meant to.
        effective: Option<bool>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::with;

    const PLANNED: &str = "planned: {start: 2026-12-01T20:00:00Z, end: 2026-12-01T21:00:00Z}";

    fn time(status: &str, actual: &str) -> Option<String> {
        let text = format!("kind: change\nid: chg-a\nstatus: {status}\n{PLANNED}\n{actual}\n");
        with(&[("sms/change/chg-a.yaml", &text)], |sms| {
            let (field, start, _) = sms.all::<Change<'_>>().next()?.time()?;
            Some(format!("{field} {}", start.strftime("%d")))
        })
    }

    #[test]
    fn what_is_asked_for_is_judged_by_its_plan_and_what_was_done_by_what_was_done() {
        let actual = "actual: {start: 2026-12-02T20:00:00Z, end: 2026-12-02T21:00:00Z}";
        assert_eq!(time("requested", actual).as_deref(), Some("planned 01"));
        for status in ["implemented", "failed", "reversed", "remedied"] {
            assert_eq!(time(status, actual).as_deref(), Some("actual 02"), "{status}");
            assert_eq!(time(status, "").as_deref(), Some("planned 01"), "{status}");
        }
        for status in ["draft", "cancelled", "rejected", "closed"] {
            assert_eq!(time(status, actual), None, "{status}");
        }
        assert_eq!(time("failed", "actual: {start: 2026-12-02, end: 2026-12-03}").as_deref(), Some("planned 01"));
        let backwards = "actual: {start: 2026-12-02T21:00:00Z, end: 2026-12-02T20:00:00Z}";
        assert_eq!(time("failed", backwards).as_deref(), Some("planned 01"));
    }

    fn settled(one: &str, other: &str) -> bool {
        let (one, other) = (
            format!("{{kind: change, id: chg-a{one}}}"),
            format!("{{kind: change, id: chg-b, aliases: [chg-old]{other}}}"),
        );
        let files = [
            ("sms/change/chg-a.yaml", one.as_str()),
            ("sms/change/chg-b.yaml", other.as_str()),
            ("sms/release/rel-a.yaml", "{kind: release, id: rel-a}"),
        ];
        with(&files, |sms| {
            let changes: Vec<Change<'_>> = sms.all().collect();
            assert_eq!(changes[0].is_settled_with(sms, changes[1]), changes[1].is_settled_with(sms, changes[0]));
            changes[0].is_settled_with(sms, changes[1])
        })
    }

    #[test]
    fn two_changes_are_settled_by_a_common_release_or_by_naming_one_another() {
        assert!(!settled("", "") && !settled(", release: rel-a", ""));
        assert!(settled(", release: rel-a", ", release: rel-a"));
        assert!(!settled(", release: rel-gone", ", release: rel-gone"), "what is not there joins nothing");
        assert!(settled(", assessment: {conflicts: [chg-old]}", ""));
        assert!(settled("", ", assessment: {conflicts: [chg-a]}"));
        assert!(settled(", assessment: {conflicts: [rel-a]}", ", release: rel-a"));
        assert!(!settled(", assessment: {conflicts: [chg-c]}", ""));
    }
}
